/* own_filter.c - what the watches of the wire say of this host's own filters.
 */
#include "report/own_filter.h"

#include <string.h>

enum { PORT_DNS = 53 };

enum own_filter own_filter_says(const struct evidence *e)
{
	const struct facts *seen = &e->observed;
	const char *cause =
	    e->kind != EVIDENCE_WIRE ? NULL : facts_text(seen, "cause");
	bool arrived, left;

	if (cause == NULL)
		return OWN_FILTER_NOT_KNOWN;
	arrived = facts_is_true(seen, "arrived");
	left = facts_is_true(seen, "left");
	if (facts_is_true(seen, "received")) {
		if (strcmp(cause, cause_name(CAUSE_REFUSED)) != 0 || arrived)
			return OWN_FILTER_NO;
		/* Nothing that came in has refused it. */
		return !left && facts_is_true(seen, "complete")
			   ? OWN_FILTER_REFUSES
			   : OWN_FILTER_NOT_KNOWN;
	}
	if (facts_text(seen, "answer") != NULL)
		return OWN_FILTER_KEEPS;
	if (strcmp(cause, cause_name(CAUSE_TIMEOUT)) != 0 || arrived ||
	    facts_find(seen, "left") == NULL)
		return OWN_FILTER_NOT_KNOWN;
	if (left)
		return OWN_FILTER_NO;
	return facts_is_true(seen, "complete") ? OWN_FILTER_HOLDS_BACK
					       : OWN_FILTER_NOT_KNOWN;
}

/* Did the result fail in that way? That nothing was sent, its kernel must say,
 * too: a tunnel may have changed what left. */
static bool own_filter_fits(const struct result *r, enum own_filter what)
{
	switch (what) {
	case OWN_FILTER_KEEPS:
		return correlation_is_silent(r, SILENCE_VANISHED) ||
		       (r->outcome.phase == PHASE_RESOLVE &&
			r->outcome.cause == CAUSE_TIMEOUT);
	case OWN_FILTER_REFUSES:
		return r->outcome.cause == CAUSE_REFUSED &&
		       r->outcome.phase == PHASE_CONNECT &&
		       !r->outcome.has_icmp;
	case OWN_FILTER_HOLDS_BACK:
		return r->unsent;
	default:
		return true;
	}
}

/* How near a watch is to a result. */
enum own_filter_reach { SAME_PATH, SAME_HOST, SAME_KIND, REACH_COUNT };

bool own_filter_is_watched(const struct correlation *s, size_t result,
			   const struct evidence *e)
{
	const struct result *r = &s->results->items[result];

	return r->addr.family != ADDR_NONE && addr_equal(&r->addr, &e->addr) &&
	       r->transport == e->transport && r->port == e->port;
}

static bool own_filter_is_kind(const struct correlation *s, size_t result,
			       const struct evidence *e)
{
	const struct result *r = &s->results->items[result];
	const struct result *other = &s->results->items[e->result];

	if (r->outcome.phase == PHASE_RESOLVE)
		return e->transport == TRANSPORT_UDP && e->port == PORT_DNS;
	return r->transport == e->transport && r->port == e->port &&
	       r->addr.family == e->addr.family &&
	       r->on_link == other->on_link &&
	       s->contexts[result].internet == s->contexts[e->result].internet;
}

static bool own_filter_is_near(const struct correlation *s, size_t result,
			       const struct evidence *e,
			       enum own_filter_reach reach)
{
	const struct result *r = &s->results->items[result];

	switch (reach) {
	case SAME_PATH:
		return own_filter_is_watched(s, result, e);
	case SAME_HOST:
		return r->addr.family != ADDR_NONE &&
		       addr_equal(&r->addr, &e->addr);
	default:
		return own_filter_is_kind(s, result, e);
	}
}

/* What all watches within reach say; OWN_FILTER_NOT_KNOWN where they differ. */
static enum own_filter own_filter_within(const struct correlation *s,
					 size_t result,
					 enum own_filter_reach reach,
					 const struct evidence **e)
{
	const struct results *all = s->results;
	enum own_filter what = OWN_FILTER_NOT_KNOWN;

	*e = NULL;
	for (size_t i = 0; i < all->evidence_count; i++) {
		const struct evidence *v = &all->evidence[i];
		enum own_filter says;

		if (v->kind != EVIDENCE_WIRE || v->result >= all->count ||
		    !own_filter_is_near(s, result, v, reach))
			continue;
		says = own_filter_says(v);
		if (says == OWN_FILTER_NOT_KNOWN)
			continue;
		if (*e != NULL && says != what)
			return OWN_FILTER_NOT_KNOWN;
		what = says;
		if (*e == NULL)
			*e = v;
	}
	return what;
}

enum own_filter own_filter_of(const struct correlation *s, size_t result,
			      const struct evidence **e)
{
	const struct result *r = &s->results->items[result];

	for (int reach = SAME_PATH; reach < REACH_COUNT; reach++) {
		enum own_filter what = own_filter_within(
		    s, result, (enum own_filter_reach)reach, e);

		if (*e != NULL)
			return own_filter_fits(r, what) ? what
							: OWN_FILTER_NOT_KNOWN;
	}
	return OWN_FILTER_NOT_KNOWN;
}
