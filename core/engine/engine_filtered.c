/*
 * engine_filtered.c - paths that the far end opens: nothing is sent; what this
 * host's own rules would do with a packet is their result.
 */
#include "core/engine/engine_internal.h"

static bool engine_is_stopped(enum ruleset_says says)
{
	return says == RULESET_DROPS || says == RULESET_REJECTS;
}

static void engine_end_said(struct run_probe *rp, enum ruleset_says says)
{
	struct outcome o = {.phase = PHASE_LOCAL, .cause = CAUSE_LOCAL};

	if (engine_is_stopped(says)) {
		o.cause = CAUSE_PROHIBITED;
		engine_end_unrun(rp, &o, WHY_NONE);
		return;
	}
	engine_end_unrun(rp, &o, rp->spec->untested);
}

void engine_add_filtered(struct engine *e, const struct spec *s, size_t index)
{
	struct run_probe *rp = engine_add(e, s, index, NULL);

	engine_end_said(rp, host_filter_in(e->o->filter, s->transport, s->port,
					   s->senders, &rp->result.facts));
}

/* A port that they stop decides; else one that they do not decide. */
static int engine_filtered_rank(enum ruleset_says says)
{
	if (engine_is_stopped(says))
		return 3;
	return says == RULESET_UNTESTED ? 2 : 1;
}

static void engine_filtered_ask(struct engine *e, const struct spec *s,
				uint16_t port, struct filtered *worst)
{
	struct facts facts = {0};
	enum ruleset_says says = host_filter_in(e->o->filter, s->transport,
						port, s->senders, &facts);

	if (worst->senders == NULL ||
	    engine_filtered_rank(says) > engine_filtered_rank(worst->says)) {
		facts_free(&worst->facts);
		*worst = (struct filtered){s->senders, says, port, facts};
	} else {
		facts_free(&facts);
	}
}

/* The row's specs stand together: what was said is kept until the next row. */
static const struct filtered *engine_filtered_of(struct engine *e,
						 const struct spec *s,
						 const struct port_list *ports)
{
	struct filtered *f = &e->filtered[s->transport == TRANSPORT_TCP];

	if (f->senders == s->senders)
		return f;
	f->senders = NULL;
	for (size_t i = 0; i < ports->count; i++)
		for (uint32_t port = ports->ranges[i].first;
		     port <= ports->ranges[i].last; port++)
			engine_filtered_ask(e, s, (uint16_t)port, f);
	return f;
}

void engine_end_filtered(struct run_probe *rp, const struct port_list *ports)
{
	const struct filtered *f = engine_filtered_of(rp->e, rp->spec, ports);

	facts_copy(&rp->result.facts, &f->facts);
	if (engine_is_stopped(f->says))
		rp->result.port = f->port;
	engine_end_said(rp, f->says);
}

void engine_free_filtered(struct engine *e)
{
	for (size_t i = 0; i < 2; i++)
		facts_free(&e->filtered[i].facts);
}
