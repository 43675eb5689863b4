/*
 * routing_loop.c - packets that go round in circles until their time to live
 * has expired: the same router is met again and again, with another between.
 */
#include "report/diagnose/diagnose.h"

#include <string.h>

static void routing_loops(struct diagnosis *d);

const struct finding_entry finding_routing_loop = {
    .code = "routing-loop",
    .rules = {{1150, routing_loops}},
    .names_place = true,
    .owner = OWNER_INTERNET,
    .title = "Packets to {targets} go round in a routing loop{subject}",
    .meaning = "Two or more routers pass these packets to each other until "
	       "their time to live has expired. Each believes that the way to "
	       "the target is through the other one.",
    .decided = "A traceroute met one router at three or more hops, with "
	       "another router between. Without such a traceroute, a router "
	       "reported that the time to live had expired; the finding is "
	       "then probable.",
    .lookalikes = "Load sharing over paths of different length, where a router "
		  "is met twice.",
    .remedies =
	{{OWNER_INTERNET,
	  {"Report to the provider: packets from {source} to {rules} go round "
	   "in a loop{subject}",
	   "The traceroute of this report is the proof; local changes do not "
	   "help"}},
	 {OWNER_LOCAL_NETWORK,
	  {"Compare the routes to {rules} on these routers{subject}: one of "
	   "them must not point back",
	   "Look for a default route that points at a router which has no "
	   "route of its own to them"}}},
    .confirm_by = "a traceroute to one of the targets that shows one router "
		  "at several hops",
};

enum { LOOP_TURNS = 3, LOOP_WALKS = 4 /* that are shown */ };

/* A router that is met again, and who is met between. */
struct loop {
	const struct evidence *evidence;
	const char *router; /* as the evidence spells it */
	const char *other;  /* who is between; NULL: nobody replied there */
	const struct evidence *between; /* the walk that met it */
	int first;                      /* the first hop of the router */
	size_t turns;
};

/* How often the router at `at` is met from there on, with a hop between. */
static struct loop loop_from(const struct evidence *e, const struct fact *list,
			     size_t at)
{
	struct loop l = {.evidence = e, .turns = 1};
	int last;

	l.router = correlation_hop(list->list[at], &l.first);
	last = l.first;

	for (size_t i = at + 1; i < list->list_count; i++) {
		int hop;

		if (strcmp(correlation_hop(list->list[i], &hop), l.router) != 0)
			continue;
		l.turns += hop > last + 1;
		last = hop;
	}
	return l;
}

/* Another router at the hops between, by this walk or another one to the same
 * network: a router may have sent all the errors that it sends at once. */
static void loop_look(struct loop *l, const struct evidence *e)
{
	const struct fact *list = facts_find(&e->observed, "hops-at");

	for (size_t i = 0; list != NULL && i < list->list_count; i++) {
		int hop;
		const char *who = correlation_hop(list->list[i], &hop);

		if (l->other != NULL || hop <= l->first ||
		    strcmp(who, l->router) == 0)
			continue;
		l->other = who;
		l->between = e;
	}
}

static bool loop_of(const struct evidence *e, struct loop *out)
{
	const struct fact *list = facts_find(&e->observed, "hops-at");

	if (e->kind != EVIDENCE_HOP_WALK || list == NULL)
		return false;
	for (size_t i = 0; i < list->list_count; i++) {
		*out = loop_from(e, list, i);
		if (out->turns < LOOP_TURNS)
			continue;
		loop_look(out, e);
		return true;
	}
	return false;
}

/* What a wrong route is about: a network of theirs. */
static const char *loop_network(struct diagnosis *d, const struct addr *a)
{
	enum { BYTES_V4 = 3, BYTES_V6 = 8 };
	size_t kept = a->family == ADDR_V4 ? BYTES_V4 : BYTES_V6;
	struct addr net = *a;
	char text[ADDR_TEXT];

	memset(net.bytes + kept, 0, sizeof net.bytes - kept);
	return arena_strdup(d->arena, addr_text(&net, text));
}

static bool loop_is_ours(const struct diagnosis *d, const char *text)
{
	struct addr a;

	return text != NULL && addr_parse(&a, text) && diagnosis_is_ours(d, &a);
}

static bool loop_is_lost(const struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);

	return diagnosis_view(d, index)->direct && !r->on_link &&
	       (outcome_is_expired(&r->outcome) ||
		diagnosis_is_vanished(d, index));
}

/* Who is between, by any walk to the same network. */
static void loop_complete(struct diagnosis *d, struct loop *l)
{
	const char *network = loop_network(d, &l->evidence->addr);

	for (size_t i = 0; i < d->results->evidence_count; i++) {
		const struct evidence *e = &d->results->evidence[i];

		if (e->kind == EVIDENCE_HOP_WALK &&
		    strcmp(network, loop_network(d, &e->addr)) == 0)
			loop_look(l, e);
	}
}

static void loop_place(struct diagnosis *d, struct candidate *f,
		       const struct loop *l)
{
	f->confirmed = l->other != NULL;
	f->where = WHERE_AFTER_HOP;
	f->hop = l->first;
	addr_parse(&f->hop_address, l->router);
	f->subject =
	    l->other == NULL
		? arena_printf(d->arena, " at %s, from hop %d", l->router,
			       l->first)
		: arena_printf(d->arena, ", between %s and %s, from hop %d",
			       l->router, l->other, l->first);
	f->reason = "A traceroute meets the same router again and again, with "
		    "another hop between";
	if (loop_is_ours(d, l->router) &&
	    (l->other == NULL || loop_is_ours(d, l->other)))
		f->owner = OWNER_LOCAL_NETWORK;
}

static struct candidate *loop_candidate(struct diagnosis *d, struct loop l)
{
	struct candidate *f;
	bool swap;

	loop_complete(d, &l);
	swap = l.other != NULL && strcmp(l.router, l.other) > 0;
	f = candidate_for(d, &finding_routing_loop,
			  arena_printf(d->arena, "%s %s",
				       swap ? l.other : l.router,
				       l.other == NULL ? ""
				       : swap          ? l.router
						       : l.other));
	if (f->where == WHERE_UNKNOWN)
		loop_place(d, f, &l);
	if (f->line_count >= LOOP_WALKS) {
		candidate_cite_id(f, l.evidence->id);
		return f;
	}
	candidate_cite(
	    d, f, l.evidence,
	    arena_printf(
		d->arena, "to %s: %s is met %zu times from hop %d on%s%s",
		diagnosis_address(d, &l.evidence->addr), l.router, l.turns,
		l.first, l.between == l.evidence ? ", between them " : "",
		l.between == l.evidence ? l.other : ""));
	if (l.between != NULL && l.between != l.evidence)
		candidate_cite(
		    d, f, l.between,
		    arena_printf(d->arena, "%s is met between", l.other));
	return f;
}

/* Each target whose own walk loops, and its network. */
static void loop_walks(struct diagnosis *d, struct map *networks)
{
	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k), count;
		const size_t *list;
		struct loop l;

		if (i == SIZE_MAX || !loop_is_lost(d, i))
			continue;
		list = correlation_evidence_of(d->correlation, i, &count);
		for (size_t n = 0; n < count; n++) {
			if (!loop_of(&d->results->evidence[list[n]], &l))
				continue;
			candidate_claim(d, loop_candidate(d, l), i);
			*map_at(networks, loop_network(d, &l.evidence->addr)) =
			    list[n];
			break;
		}
	}
}

/* What goes to the same network, and was not walked. */
static void loop_rest(struct diagnosis *d, const struct map *networks)
{
	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k), at;
		struct candidate *f;
		struct loop l;

		if (i == SIZE_MAX || !loop_is_lost(d, i))
			continue;
		at = map_get(networks,
			     loop_network(d, &diagnosis_result(d, i)->addr));
		if (at == SIZE_MAX || !loop_of(&d->results->evidence[at], &l))
			continue;
		f = loop_candidate(d, l);
		f->inferred |=
		    !outcome_is_expired(&diagnosis_result(d, i)->outcome);
		candidate_claim(d, f, i);
	}
}

/* A router discarded them, and no walk shows between whom they went round. */
static void loop_expired(struct diagnosis *d)
{
	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);
		const struct outcome *o =
		    i == SIZE_MAX ? NULL : &diagnosis_result(d, i)->outcome;
		struct candidate *f;

		/* A walk that met nobody twice speaks against a loop. */
		if (o == NULL || !outcome_is_expired(o) ||
		    o->phase == PHASE_LOCAL ||
		    correlation_evidence(d->correlation, i,
					 EVIDENCE_HOP_WALK) != NULL)
			continue;
		f = candidate_for(d, &finding_routing_loop,
				  diagnosis_identity(d, &o->blocker));
		candidate_blocker(d, f, &o->blocker);
		f->where = WHERE_HOP;
		f->hop_address = f->blocker;
		f->subject = arena_printf(d->arena, " at %s",
					  diagnosis_address(d, &f->blocker));
		if (diagnosis_is_ours(d, &f->blocker))
			f->owner = OWNER_LOCAL_NETWORK;
		f->reason = "A router reports that the time to live of the "
			    "packets has expired";
		candidate_line(d, f, "ICMP%s %u/%u from %s",
			       o->blocker.family == ADDR_V6 ? "v6" : "",
			       (unsigned)o->icmp_type, (unsigned)o->icmp_code,
			       diagnosis_address(d, &o->blocker));
		candidate_claim(d, f, i);
	}
}

static void routing_loops(struct diagnosis *d)
{
	struct map networks = {0};

	loop_walks(d, &networks);
	loop_rest(d, &networks);
	loop_expired(d);
	map_free(&networks);
}
