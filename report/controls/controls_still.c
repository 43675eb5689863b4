/*
 * controls_still.c - is a port still open that was? Where a host answers until
 * a time, and nothing of it then, it may have taken the run for a port scan.
 */
#include "report/controls/controls_plan_internal.h"

#include "report/ban.h"

enum { CONTROLS_STILL = 4 }; /* hosts */

static void controls_ask_still(struct controls_plan *w, const size_t *asked,
			       size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct result *r = &w->results->items[asked[i]];
		struct evidence_request request = {.kind = EVIDENCE_CONTROL,
						   .result = asked[i],
						   .what = BAN_WHAT,
						   .addr = r->addr,
						   .port = r->port,
						   .transport = TRANSPORT_TCP};

		if (correlation_control(w->correlation, asked[i], BAN_WHAT) ==
		    NULL)
			controls_add(w, &request);
	}
}

void controls_still(struct controls_plan *w)
{
	size_t hosts = 0, asked[BAN_ASKED], count;

	for (size_t host = 0; host < w->correlation->host_count; host++) {
		count = ban_suspects(w->correlation, host, asked);
		if (count > 0 && hosts++ < CONTROLS_STILL)
			controls_ask_still(w, asked, count);
	}
	if (hosts > 0)
		return;
	for (int v6 = 0; v6 < 2; v6++) {
		count = ban_source_suspects(w->correlation,
					    v6 ? ADDR_V6 : ADDR_V4, asked);
		controls_ask_still(w, asked, count);
	}
}
