/*
 * controls_still.c - is a port still open that was? Where a host answers until
 * a time, and nothing of it then, it may have taken the run for a port scan.
 */
#include "report/controls/controls_plan_internal.h"

#include "report/ban.h"

enum { CONTROLS_STILL = 4 }; /* hosts */

void controls_still(struct controls_plan *w)
{
	size_t hosts = 0;

	for (size_t host = 0; host < w->correlation->host_count; host++) {
		size_t asked[BAN_ASKED];
		size_t count = ban_suspects(w->correlation, host, asked);

		if (count == 0 || hosts++ == CONTROLS_STILL)
			continue;
		for (size_t i = 0; i < count; i++) {
			const struct result *r = &w->results->items[asked[i]];
			struct evidence_request request = {
			    .kind = EVIDENCE_CONTROL,
			    .result = asked[i],
			    .what = BAN_WHAT,
			    .addr = r->addr,
			    .port = r->port,
			    .transport = TRANSPORT_TCP};

			controls_add(w, &request);
		}
	}
}
