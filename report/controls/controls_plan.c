/* controls_plan.c - which failures deserve a second look. */
#include "report/controls/controls_plan.h"

#include "report/controls/controls_plan_internal.h"

#include <stdlib.h>
#include <string.h>

void controls_add(struct controls_plan *w,
		  const struct evidence_request *request)
{
	if (w->count < w->max)
		w->out[w->count++] = *request;
}

/* True the first time a group is met. */
bool controls_first(struct controls_plan *w, const char *kind, size_t index)
{
	const struct result *r = &w->results->items[index];
	size_t *what = map_at(&w->kinds, kind), *slot;

	if (*what == SIZE_MAX)
		*what = w->kinds.count;
	slot = map_at_number(
	    &w->groups,
	    (uint64_t)*what << 32 | (uint64_t)r->transport << 24 |
		(uint64_t)r->port << 8 | (uint64_t)r->addr.family << 2 |
		(uint64_t)w->correlation->contexts[index].internet << 1 |
		r->on_link);
	if (*slot != SIZE_MAX)
		return false;
	*slot = index;
	return true;
}

bool controls_is_usable(const struct controls_plan *w, size_t index)
{
	return w->correlation->contexts[index].direct &&
	       !w->correlation->contexts[index].unexpected &&
	       !w->correlation->contexts[index].absent;
}

/* Gateways ---------------------------------------------------------------- */

static void controls_gateways(struct controls_plan *w)
{
	const struct fact *list = facts_find(&w->results->host, "gateways");
	bool lost = false;

	for (size_t i = 0; i < w->results->count; i++) {
		const struct result *r = &w->results->items[i];

		lost |= (correlation_is_silent(r, CONTROLS_SILENT) &&
			 !r->on_link && !w->correlation->contexts[i].absent) ||
			(r->outcome.phase == PHASE_RESOLVE &&
			 r->outcome.cause != CAUSE_OK);
	}
	for (size_t i = 0; lost && list != NULL && i < list->list_count; i++) {
		struct evidence_request request = {.kind = EVIDENCE_NEIGHBOUR,
						   .result = SIZE_MAX};

		if (addr_parse(&request.addr, list->list[i]))
			controls_add(w, &request);
	}
}

static bool controls_has(const struct controls_plan *w, const struct addr *a)
{
	for (size_t i = 0; i < w->count; i++) {
		if (w->out[i].kind == EVIDENCE_NEIGHBOUR &&
		    addr_equal(&w->out[i].addr, a))
			return true;
	}
	return false;
}

/* Who prohibits, or has no route, over either family: one device or two? */
static void controls_blockers(struct controls_plan *w)
{
	struct evidence_request first[2] = {{.result = SIZE_MAX},
					    {.result = SIZE_MAX}};

	for (size_t i = 0; i < w->results->count; i++) {
		const struct result *r = &w->results->items[i];
		const struct addr *blocker = &r->outcome.blocker;

		if ((r->outcome.cause != CAUSE_PROHIBITED &&
		     r->outcome.cause != CAUSE_UNREACHABLE) ||
		    !r->outcome.has_icmp || addr_equal(blocker, &r->addr) ||
		    blocker->family == ADDR_NONE)
			continue;
		first[blocker->family == ADDR_V6].addr = *blocker;
	}
	for (size_t i = 0; i < 2; i++) {
		first[i].kind = EVIDENCE_NEIGHBOUR;
		if (first[0].addr.family != ADDR_NONE &&
		    first[1].addr.family != ADDR_NONE &&
		    !controls_has(w, &first[i].addr))
			controls_add(w, &first[i]);
	}
}

/* One of a group ---------------------------------------------------------- */

static void controls_routes(struct controls_plan *w)
{
	for (size_t i = 0; i < w->results->count; i++) {
		const struct result *r = &w->results->items[i];
		struct evidence_request request = {.kind = EVIDENCE_ROUTE,
						   .result = i};

		if (r->outcome.phase != PHASE_LOCAL ||
		    r->outcome.cause != CAUSE_UNREACHABLE ||
		    r->addr.family == ADDR_NONE)
			continue;
		controls_add(w, &request);
		return;
	}
}

/* Refusals ---------------------------------------------------------------- */

/* A copy of a result that is looked at anyway. */
static bool controls_is_copy(const struct controls_plan *w,
			     const struct result *r)
{
	return r->same_as != SIZE_MAX &&
	       w->results->items[r->same_as].spec->proof == r->spec->proof;
}

int controls_ttl(const struct controls_plan *w, size_t index)
{
	const struct host_index *h;

	if (w->correlation->contexts[index].host == SIZE_MAX)
		return 0;
	h = &w->correlation->hosts[w->correlation->contexts[index].host];
	for (size_t i = h->first; i < h->first + h->count; i++) {
		const struct result *r =
		    &w->results->items[w->correlation->by_host[i]];

		if (r->reply_ttl > 0)
			return r->reply_ttl;
	}
	return h->heard == NULL ? 0
				: (int)correlation_number(&h->heard->observed,
							  "answer-ttl", 0);
}

bool controls_is_measured(const struct controls_plan *w, size_t index,
			  const char *fact)
{
	size_t count;
	const size_t *list =
	    correlation_evidence_of(w->correlation, index, &count);

	for (size_t i = 0; i < count; i++) {
		const struct evidence *e = &w->results->evidence[list[i]];

		if (e->kind == EVIDENCE_RESET_TTL &&
		    facts_find(&e->observed, fact) != NULL)
			return true;
	}
	return false;
}

static void controls_compare(struct controls_plan *w,
			     const struct evidence_request *request)
{
	if (!controls_is_measured(w, request->result, "agrees"))
		controls_add(w, request);
}

static void controls_resets(struct controls_plan *w, bool path)
{
	for (size_t i = 0; i < w->results->count; i++) {
		const struct result *r = &w->results->items[i];
		struct evidence_request request = {
		    .kind = EVIDENCE_RESET_TTL,
		    .result = r->same_as == SIZE_MAX ? i : r->same_as};

		if (controls_is_copy(w, r) ||
		    r->outcome.cause != CAUSE_REFUSED || r->outcome.has_icmp ||
		    r->transport != TRANSPORT_TCP || r->on_link ||
		    (r->spec->proof == PROOF_PATH) != path ||
		    !controls_is_usable(w, i))
			continue;
		request.ttl = controls_ttl(w, i);
		if (request.ttl == 0)
			continue;
		/* Where the path is the proof, each host counts; and where it
		 * was walked, what the walk says is compared. */
		if (path || controls_first(w, "reset-ttl", i) ||
		    controls_is_measured(w, i, "reset-at"))
			controls_compare(w, &request);
	}
}

static void controls_neighbours(struct controls_plan *w)
{
	struct map seen = {0};
	char address[ADDR_TEXT];

	for (size_t i = 0; i < w->results->count && w->count < w->max; i++) {
		const struct result *r = &w->results->items[i];
		struct evidence_request request = {.kind = EVIDENCE_NEIGHBOUR,
						   .result = i};
		size_t *slot;

		if (!correlation_is_silent(r, CONTROLS_SILENT) || !r->on_link ||
		    w->correlation->contexts[i].absent)
			continue;
		slot =
		    map_at(&seen, arena_strdup(&w->arena,
					       addr_text(&r->addr, address)));
		if (*slot == SIZE_MAX)
			controls_add(w, &request);
		*slot = i;
	}
	map_free(&seen);
}

/* About the failures themselves. */
static void controls_first_step(struct controls_plan *w)
{
	controls_sending(w);
	controls_rules(w);
	controls_meanwhile(w);
	controls_gateways(w);
	controls_open(w);
	controls_first_hop(w);
	controls_blockers(w);
	controls_routes(w);
	controls_paths(w);
	controls_hosts(w);
	controls_walks(w, 0);
	controls_answers(w);
	controls_dns(w);
	controls_resets(w, false);
	controls_resets(w, true);
	controls_neighbours(w);
	controls_wire(w);
	controls_distance(w);
}

size_t controls_plan(const struct correlation *s, unsigned step,
		     struct evidence_request *out, size_t max)
{
	struct controls_plan w = {
	    .plan = s->plan,
	    .correlation = s,
	    .results = s->results,
	    .out = out,
	    .room = max,
	    .max = max < EVIDENCE_WANTED_MAX ? max : EVIDENCE_WANTED_MAX};

	if (step == 0) {
		controls_first_step(&w);
	} else {
		if (step == 1) {
			controls_first_hop_open(&w);
			controls_open_again(&w);
			controls_still(&w);
		}
		controls_walks(&w, step);
		controls_resets(&w, false);
		controls_resets(&w, true);
	}
	controls_nearer(&w, step);
	if (w.count == 0)
		controls_again_alone(&w);
	if (w.count == 0)
		controls_flows(&w);
	map_free(&w.kinds);
	map_free(&w.groups);
	arena_free(&w.arena);
	return w.count;
}
