/*
 * controls_flows.c - what this host itself did not send.
 */
#include "report/controls/controls_plan_internal.h"

/* One path per port and family: of the others the same is known. */
void controls_sending(struct controls_plan *w)
{
	for (size_t i = 0; i < w->results->count; i++) {
		struct evidence_request request = {.kind = EVIDENCE_SENDING,
						   .result = i};

		if (w->results->items[i].unsent &&
		    controls_first(w, "sending", i))
			controls_add(w, &request);
	}
}
