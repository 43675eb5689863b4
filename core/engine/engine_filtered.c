/*
 * engine_filtered.c - paths that the far end opens: nothing is sent; what this
 * host's own rules would do with a packet is their result.
 */
#include "core/engine/engine_internal.h"

#include "core/engine/host_filter.h"

void engine_add_filtered(struct engine *e, const struct spec *s, size_t index)
{
	struct run_probe *rp = engine_add(e, s, index, NULL);
	struct outcome o = {.phase = PHASE_LOCAL, .cause = CAUSE_LOCAL};
	enum ruleset_says says = host_filter_in(
	    e->o->filter, s->transport, s->port, s->senders, &rp->result.facts);

	if (says == RULESET_DROPS || says == RULESET_REJECTS) {
		o.cause = CAUSE_PROHIBITED;
		engine_end_unrun(rp, &o, WHY_NONE);
		return;
	}
	engine_end_unrun(rp, &o, s->untested);
}
