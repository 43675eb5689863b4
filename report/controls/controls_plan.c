/* controls_plan.c - which failures deserve a second look. */
#include "report/controls/controls_plan.h"

#include "report/controls/controls_plan_internal.h"

#include <stdlib.h>
#include <string.h>

/* A target was asked and said nothing. */
bool wanted_is_silent(const struct result *r)
{
	if (r->why != WHY_NONE || r->addr.family == AF_UNSPEC)
		return false;
	if (r->outcome.cause == CAUSE_UNREACHABLE)
		return !r->outcome.has_icmp && r->outcome.phase > PHASE_RESOLVE;
	return r->outcome.cause == CAUSE_TIMEOUT &&
	       (r->outcome.phase == PHASE_CONNECT ||
		r->spec->transport != TRANSPORT_TCP);
}

void wanted_add(struct wanted *w, const struct evidence_wish *wish)
{
	if (w->count < w->max)
		w->out[w->count++] = *wish;
}

/* True the first time a group is met. */
bool wanted_first(struct wanted *w, const char *kind, size_t index)
{
	const struct result *r = &w->results->items[index];
	const char *key = arena_printf(&w->arena, "%s %s/%u %d %d %s", kind,
				       transport_name(r->spec->transport),
				       (unsigned)r->port, (int)r->addr.family,
				       (int)w->survey->views[index].internet,
				       r->on_link ? "here" : "");
	size_t *slot = map_at(&w->groups, key);

	if (*slot != SIZE_MAX)
		return false;
	*slot = index;
	return true;
}

bool wanted_is_usable(const struct wanted *w, size_t index)
{
	return w->survey->views[index].direct &&
	       !w->survey->views[index].unexpected &&
	       !w->survey->views[index].absent;
}

/* Gateways ---------------------------------------------------------------- */

static void wanted_gateways(struct wanted *w)
{
	const struct fact *list = facts_find(&w->results->host, "gateways");
	bool lost = false;

	for (size_t i = 0; i < w->results->count; i++) {
		const struct result *r = &w->results->items[i];

		lost |= (wanted_is_silent(r) && !r->on_link &&
			 !w->survey->views[i].absent) ||
			(r->outcome.phase == PHASE_RESOLVE &&
			 r->outcome.cause != CAUSE_OK);
	}
	for (size_t i = 0; lost && list != NULL && i < list->list_count; i++) {
		struct evidence_wish wish = {.kind = EVIDENCE_NEIGHBOUR,
					     .result = SIZE_MAX};

		if (addr_parse(&wish.addr, list->list[i]))
			wanted_add(w, &wish);
	}
}

static bool wanted_has(const struct wanted *w, const struct addr *a)
{
	for (size_t i = 0; i < w->count; i++) {
		if (w->out[i].kind == EVIDENCE_NEIGHBOUR &&
		    addr_equal(&w->out[i].addr, a))
			return true;
	}
	return false;
}

/* Who prohibits, over either family: one device or two? */
static void wanted_blockers(struct wanted *w)
{
	struct evidence_wish first[2] = {{.result = SIZE_MAX},
					 {.result = SIZE_MAX}};

	for (size_t i = 0; i < w->results->count; i++) {
		const struct result *r = &w->results->items[i];
		const struct addr *blocker = &r->outcome.blocker;

		if (r->outcome.cause != CAUSE_PROHIBITED ||
		    !r->outcome.has_icmp || addr_equal(blocker, &r->addr) ||
		    blocker->family == AF_UNSPEC)
			continue;
		first[blocker->family == AF_INET6].addr = *blocker;
	}
	for (size_t i = 0; i < 2; i++) {
		first[i].kind = EVIDENCE_NEIGHBOUR;
		if (first[0].addr.family != AF_UNSPEC &&
		    first[1].addr.family != AF_UNSPEC &&
		    !wanted_has(w, &first[i].addr))
			wanted_add(w, &first[i]);
	}
}

/* One of a group ---------------------------------------------------------- */

static void wanted_hops(struct wanted *w)
{
	for (size_t i = 0; i < w->results->count; i++) {
		const struct result *r = &w->results->items[i];
		struct evidence_wish wish = {.kind = EVIDENCE_HOP_WALK,
					     .result = i};

		if (!wanted_is_silent(r) || r->on_link ||
		    r->spec->transport == TRANSPORT_ICMP ||
		    r->outcome.cause != CAUSE_TIMEOUT ||
		    !wanted_is_usable(w, i))
			continue;
		if (wanted_first(w, "hop-walk", i))
			wanted_add(w, &wish);
	}
}

static void wanted_routes(struct wanted *w)
{
	for (size_t i = 0; i < w->results->count; i++) {
		const struct result *r = &w->results->items[i];
		struct evidence_wish wish = {.kind = EVIDENCE_ROUTE,
					     .result = i};

		if (r->outcome.phase != PHASE_LOCAL ||
		    r->outcome.cause != CAUSE_UNREACHABLE ||
		    r->addr.family == AF_UNSPEC)
			continue;
		wanted_add(w, &wish);
		return;
	}
}

/* Refusals ---------------------------------------------------------------- */

/* A copy of a result that is looked at anyway. */
static bool wanted_is_copy(const struct wanted *w, const struct result *r)
{
	return r->same_as != SIZE_MAX &&
	       w->results->items[r->same_as].spec->proof == r->spec->proof;
}

/* The time to live of another answer of that host; 0: none. */
static int wanted_ttl(const struct wanted *w, size_t index)
{
	const struct survey_host *h;

	if (w->survey->views[index].host == SIZE_MAX)
		return 0;
	h = &w->survey->hosts[w->survey->views[index].host];
	for (size_t i = h->first; i < h->first + h->count; i++) {
		const struct result *r =
		    &w->results->items[w->survey->by_host[i]];

		if (r->reply_ttl > 0)
			return r->reply_ttl;
	}
	return 0;
}

static void wanted_resets(struct wanted *w, bool path)
{
	for (size_t i = 0; i < w->results->count; i++) {
		const struct result *r = &w->results->items[i];
		struct evidence_wish wish = {
		    .kind = EVIDENCE_RESET_TTL,
		    .result = r->same_as == SIZE_MAX ? i : r->same_as};

		if (wanted_is_copy(w, r) || r->outcome.cause != CAUSE_REFUSED ||
		    r->outcome.has_icmp ||
		    r->spec->transport != TRANSPORT_TCP || r->on_link ||
		    (r->spec->proof == PROOF_PATH) != path ||
		    !wanted_is_usable(w, i))
			continue;
		wish.ttl = wanted_ttl(w, i);
		if (wish.ttl == 0)
			continue;
		/* Where the path is the proof, each host counts. */
		if (path || wanted_first(w, "reset-ttl", i))
			wanted_add(w, &wish);
	}
}

static void wanted_neighbours(struct wanted *w)
{
	struct map seen = {0};
	char address[ADDR_TEXT];

	for (size_t i = 0; i < w->results->count && w->count < w->max; i++) {
		const struct result *r = &w->results->items[i];
		struct evidence_wish wish = {.kind = EVIDENCE_NEIGHBOUR,
					     .result = i};
		size_t *slot;

		if (!wanted_is_silent(r) || !r->on_link ||
		    r->spec->device_index == SIZE_MAX ||
		    w->survey->views[i].absent)
			continue;
		slot =
		    map_at(&seen, arena_strdup(&w->arena,
					       addr_text(&r->addr, address)));
		if (*slot == SIZE_MAX)
			wanted_add(w, &wish);
		*slot = i;
	}
	map_free(&seen);
}

size_t evidence_wanted(const struct plan *plan, const struct results *results,
		       struct evidence_wish *out, size_t max)
{
	struct survey *survey = survey_new(plan, results);
	struct wanted w = {
	    .plan = plan,
	    .survey = survey,
	    .results = results,
	    .out = out,
	    .max = max < EVIDENCE_WANTED_MAX ? max : EVIDENCE_WANTED_MAX};

	wanted_gateways(&w);
	wanted_blockers(&w);
	wanted_routes(&w);
	wanted_controls(&w);
	wanted_hops(&w);
	wanted_questions(&w);
	wanted_resets(&w, false);
	wanted_resets(&w, true);
	wanted_neighbours(&w);
	map_free(&w.groups);
	arena_free(&w.arena);
	survey_free(survey);
	return w.count;
}
