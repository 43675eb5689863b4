/*
 * controls_walks.c - where packets vanish, loop, or draw a reset.
 *
 * One member of a group is walked first. One walk does not speak for all: then
 * other members, of other networks or owners first, are walked from the hop
 * where the first one ended. Routers limit their ICMP errors (Linux: six at
 * once, then one a second), so a walk that met nobody is repeated alone.
 */
#include "report/controls/controls_plan_internal.h"

#include <stdlib.h>
#include <string.h>

enum {
	WALKS_OTHERS = 6, /* other members of a group */
	WALKS_FAMILY = 6, /* of them, per step and family: the allowance */
	WALKS_AGAIN = 3,  /* per step and family */
	WALKS_RESETS = 6, /* resets that are measured, per step */
	WALKS_REFILL_US = 1000000,
	WALKS_WAIT_US = 400000, /* at the least */
	WALKS_MEMBERS = 64      /* that are looked at in a group */
};
_Static_assert((WALKS_AGAIN - 1) * WALKS_REFILL_US == CONTROLS_WALKS_US,
	       "how long a round takes is shown beforehand");

enum walk_kind {
	WALK_NONE,
	WALK_SILENT, /* it vanished, or its time to live expired */
	WALK_RESET,
	WALK_TOLD /* a router refused it */
};

/* Results of one kind that may have one cause: different addresses. */
struct walk_group {
	size_t members[WALKS_MEMBERS];
	size_t count;
	enum walk_kind kind;
	uint64_t port; /* walks_port() */
};

struct walks {
	struct controls_plan *w;
	struct map keys, seen;
	struct map told; /* ports whose silent rest has its cause already */
	struct walk_group *groups;
	size_t count, capacity;
	bool heard[2]; /* something beyond this network, by family */
	bool loops[2]; /* a walk without an end */
};

static bool walks_is_v6(const struct controls_plan *w, size_t index)
{
	return w->results->items[index].addr.family == ADDR_V6;
}

static bool walks_is_refused(const struct result *r)
{
	/* In a network that is swept, closed ports are no failures. */
	return r->outcome.cause == CAUSE_REFUSED && !r->outcome.has_icmp &&
	       !r->spec->swept && r->outcome.phase == PHASE_CONNECT &&
	       r->transport == TRANSPORT_TCP && r->why == WHY_NONE;
}

static bool walks_is_gateway(const struct controls_plan *w,
			     const struct addr *a)
{
	const struct fact *list = facts_find(&w->results->host, "gateways");
	struct addr gateway;

	for (size_t i = 0; list != NULL && i < list->list_count; i++)
		if (addr_parse(&gateway, list->list[i]) &&
		    addr_equal(&gateway, a))
			return true;
	return false;
}

/* A router says so that is not the first one: which is it? */
static bool walks_is_told(const struct controls_plan *w, const struct result *r)
{
	return r->outcome.has_icmp && !outcome_is_expired(&r->outcome) &&
	       (r->outcome.cause == CAUSE_PROHIBITED ||
		r->outcome.cause == CAUSE_UNREACHABLE) &&
	       !addr_equal(&r->outcome.blocker, &r->addr) &&
	       !walks_is_gateway(w, &r->outcome.blocker);
}

static enum walk_kind walks_kind(const struct controls_plan *w, size_t index)
{
	const struct result *r = &w->results->items[index];

	if (r->on_link || r->transport == TRANSPORT_ICMP ||
	    !controls_is_usable(w, index))
		return WALK_NONE;
	if (correlation_is_silent(r, SILENCE_VANISHED) ||
	    outcome_is_expired(&r->outcome))
		return WALK_SILENT;
	if (walks_is_refused(r))
		return WALK_RESET;
	return walks_is_told(w, r) ? WALK_TOLD : WALK_NONE;
}

/* Transport, port, family, and whether it is on the internet: 32 bits. */
static uint64_t walks_port(const struct controls_plan *w, size_t index)
{
	const struct result *r = &w->results->items[index];

	return (uint64_t)r->transport << 24 | (uint64_t)r->port << 8 |
	       (uint64_t)r->addr.family << 1 |
	       w->correlation->contexts[index].internet;
}

/* A rule of a router explains what is silent on the same port. */
static void walks_tell(struct walks *s, size_t index)
{
	const struct outcome *o = &s->w->results->items[index].outcome;

	if (o->cause == CAUSE_PROHIBITED && o->has_icmp &&
	    !addr_equal(&o->blocker, &s->w->results->items[index].addr))
		*map_at_number(&s->told, walks_port(s->w, index)) = index;
}

static void walks_add(struct walks *s, size_t index, enum walk_kind kind)
{
	uint64_t port = walks_port(s->w, index);
	size_t *slot = map_at_number(&s->keys, (uint64_t)kind << 32 | port);
	size_t *seen;
	struct walk_group *g;

	if (*slot == SIZE_MAX) {
		s->groups = mem_grow(s->groups, &s->capacity, s->count + 1,
				     sizeof *s->groups);
		s->groups[s->count].count = 0;
		*slot = s->count++;
	}
	g = &s->groups[*slot];
	g->kind = kind;
	g->port = port;
	/* Tests of one host are one member. */
	seen = map_at_number(
	    &s->seen, (uint64_t)*slot << 32 |
			  (uint32_t)s->w->correlation->contexts[index].host);
	if (*seen == SIZE_MAX && g->count < WALKS_MEMBERS)
		g->members[g->count++] = index;
	*seen = index;
}

/* The walk of a member that says most; NULL: none. */
static const struct evidence *walks_of(const struct controls_plan *w,
				       size_t index, size_t *made)
{
	const struct correlation *s = w->correlation;
	const struct evidence *best = NULL;
	size_t count;
	const size_t *list = correlation_evidence_of(s, index, &count);

	*made = 0;
	for (size_t i = 0; i < count; i++) {
		const struct evidence *e = &w->results->evidence[list[i]];

		if (e->kind != EVIDENCE_HOP_WALK)
			continue;
		(*made)++;
		if (best == NULL || facts_find(&e->observed, "last-hop"))
			best = e;
	}
	return best;
}

/* Nobody replied, or it has no end: a loop, where routers soon have sent all
 * the errors that they send at once. One of those is enough. */
static bool walks_is_unclear(const struct evidence *e, bool first)
{
	int64_t last = correlation_number(&e->observed, "last-hop", 0);

	if (facts_is_true(&e->observed, "reached"))
		return false;
	return last == 0 || (first && last >= EVIDENCE_HOPS_MAX - 1);
}

/* It drew a reset, and no router before it replied: which one is it? */
static bool walks_is_bare(const struct evidence *e)
{
	return correlation_number(&e->observed, "reset-at", 0) > 1 &&
	       correlation_number(&e->observed, "last-hop", 0) == 0;
}

/* What is known of a family: without any answer there is nobody to ask. */
static void walks_hear(struct walks *s)
{
	const struct results *r = s->w->results;

	for (size_t i = 0; i < r->count; i++)
		if (!r->items[i].on_link &&
		    r->items[i].addr.family != ADDR_NONE &&
		    (r->items[i].outcome.has_icmp ||
		     s->w->correlation->contexts[i].answered))
			s->heard[walks_is_v6(s->w, i)] = true;
	for (size_t i = 0; i < r->evidence_count; i++) {
		bool v6 = r->evidence[i].addr.family == ADDR_V6;
		int64_t last =
		    correlation_number(&r->evidence[i].observed, "last-hop", 0);

		s->heard[v6] |= last > 0;
		s->loops[v6] |= last >= EVIDENCE_HOPS_MAX - 1;
	}
}

/* Steps ------------------------------------------------------------------- */

static void walks_first(struct walks *s)
{
	for (size_t i = 0; i < s->count; i++) {
		struct evidence_request request = {.kind = EVIDENCE_HOP_WALK,
						   .result =
						       s->groups[i].members[0]};

		controls_add(s->w, &request);
	}
}

/* A reset that came from nearer than the host, in the first round's measure. */
static bool walks_is_nearer(const struct walks *s, size_t index)
{
	const struct evidence *e =
	    correlation_evidence(s->w->correlation, index, EVIDENCE_RESET_TTL);

	return e != NULL && facts_is_true(&e->observed, "nearer");
}

/* More walks may find something else. */
static bool walks_is_open(const struct walks *s, const struct walk_group *g)
{
	return g->kind == WALK_SILENT &&
	       map_get_number(&s->told, g->port) == SIZE_MAX;
}

/* The first walk of its `k`th member left open what a second one may tell. */
static bool walks_wants_again(const struct walks *s, const struct walk_group *g,
			      size_t k, const struct evidence *e)
{
	if (g->kind == WALK_RESET)
		return walks_is_bare(e) && walks_is_nearer(s, g->members[k]);
	return walks_is_open(s, g) && walks_is_unclear(e, k == 0);
}

/* Once more, one after the other. */
static bool walks_again(struct walks *s, unsigned step)
{
	size_t again[2] = {0, 0}, made;

	for (size_t i = 0; i < s->count; i++) {
		for (size_t k = 0; k < s->groups[i].count; k++) {
			size_t index = s->groups[i].members[k];
			bool v6 = walks_is_v6(s->w, index);
			const struct evidence *e = walks_of(s->w, index, &made);
			struct evidence_request request = {
			    .kind = EVIDENCE_HOP_WALK, .result = index};

			if (made != 1 ||
			    !walks_wants_again(s, &s->groups[i], k, e) ||
			    !s->heard[v6] || (s->loops[v6] && step > 1) ||
			    again[v6] == WALKS_AGAIN)
				continue;
			request.delay_us =
			    (int64_t)again[v6]++ * WALKS_REFILL_US;
			controls_add(s->w, &request);
		}
	}
	return again[0] + again[1] > 0;
}

/* What a walk may end differently for: a network of theirs, or an owner. */
static const char *walks_site(struct walks *s, size_t index)
{
	const struct result *r = &s->w->results->items[index];
	const struct result_context *v = &s->w->correlation->contexts[index];
	struct addr net = r->addr;
	char text[ADDR_TEXT];

	if (v->internet && v->domain != SIZE_MAX)
		return arena_printf(&s->w->arena, "%zu", v->domain);
	memset(net.bytes + (net.family == ADDR_V4 ? 3 : 8), 0,
	       net.family == ADDR_V4 ? 1 : 8);
	return arena_strdup(&s->w->arena, addr_text(&net, text));
}

/* The hop has replied to the first member; how long may it take? */
static int64_t walks_wait(const struct controls_plan *w)
{
	int64_t wait = 4 * w->correlation->round_trip_us;

	if (wait == 0 || wait > EVIDENCE_WAIT_US)
		return EVIDENCE_WAIT_US;
	return wait < WALKS_WAIT_US ? WALKS_WAIT_US : wait;
}

static void walks_one(struct walks *s, const struct walk_group *g, size_t index,
		      int last, size_t asked[2])
{
	struct evidence_request request = {.kind = EVIDENCE_HOP_WALK,
					   .result = index,
					   .first_ttl = last,
					   .wait_us = walks_wait(s->w)};
	bool v6 = walks_is_v6(s->w, index);

	if (asked[v6] == WALKS_FAMILY)
		return;
	asked[v6] += g->kind != WALK_RESET; /* a reset costs no ICMP error */
	controls_add(s->w, &request);
}

/* From the hop where the first member's walk ended: other sites, then all. */
static void walks_group(struct walks *s, const struct walk_group *g,
			size_t asked[2])
{
	struct map sites = {0};
	bool taken[WALKS_MEMBERS] = {true};
	size_t count = 0, made;
	const struct evidence *e = walks_of(s->w, g->members[0], &made);
	int last = e == NULL
		       ? 0
		       : (int)correlation_number(&e->observed, "last-hop", 0);

	for (size_t k = 1; k < g->count; k++) {
		walks_of(s->w, g->members[k], &made);
		if (made > 0)
			last = 0; /* they have been asked */
	}
	if (last > 0)
		*map_at(&sites, walks_site(s, g->members[0])) = 0;
	for (int any = 0; last > 0 && any < 2; any++) {
		for (size_t k = 1; k < g->count && count < WALKS_OTHERS; k++) {
			size_t *site =
			    map_at(&sites, walks_site(s, g->members[k]));

			if (taken[k] || (any == 0 && *site != SIZE_MAX))
				continue;
			*site = k;
			taken[k] = true;
			count++;
			walks_one(s, g, g->members[k], last, asked);
		}
	}
	map_free(&sites);
}

/* Resets ------------------------------------------------------------------ */

/* How far a reset has come, and for comparison an answer of the host. */
static void walks_measure(struct walks *s, size_t index, size_t *count)
{
	size_t made;
	const struct evidence *e = walks_of(s->w, index, &made);
	struct evidence_request request = {
	    .kind = EVIDENCE_RESET_TTL,
	    .result = index,
	    .reset_at = e == NULL ? 0
				  : (int)correlation_number(&e->observed,
							    "reset-at", 0)};

	if (request.reset_at < 2 || *count == WALKS_RESETS ||
	    controls_is_measured(s->w, index, "reset-at"))
		return;
	(*count)++;
	controls_add(s->w, &request);
	if (controls_ttl(s->w, index) == 0)
		controls_ask_echo(s->w, index);
}

static void walks_resets(struct walks *s)
{
	size_t count = 0;

	for (size_t i = 0; i < s->count; i++) {
		const struct walk_group *g = &s->groups[i];

		for (size_t k = 0; g->kind == WALK_RESET && k < g->count; k++)
			walks_measure(s, g->members[k], &count);
	}
}

void controls_walks(struct controls_plan *w, unsigned step)
{
	struct walks s = {.w = w};
	size_t asked[2] = {0, 0};

	for (size_t i = 0; i < w->results->count; i++) {
		enum walk_kind kind = walks_kind(w, i);

		walks_tell(&s, i);
		if (kind != WALK_NONE)
			walks_add(&s, i, kind);
	}
	walks_hear(&s);
	if (step == 0) {
		walks_first(&s);
	} else if (!walks_again(&s, step)) {
		for (size_t i = 0; i < s.count; i++)
			if (s.groups[i].kind == WALK_RESET ||
			    walks_is_open(&s, &s.groups[i]))
				walks_group(&s, &s.groups[i], asked);
	}
	if (step > 0)
		walks_resets(&s);
	free(s.groups);
	map_free(&s.keys);
	map_free(&s.seen);
	map_free(&s.told);
}
