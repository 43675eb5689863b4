/* ruleset_ask.c - a packet's way through the hooks. */
#include "core/proto/ruleset_internal.h"
#include "core/base/text.h"

#include <stdio.h>
#include <string.h>

static const char *const ruleset_ask_in[] = {"ingress", "prerouting", "input",
					     NULL};
static const char *const ruleset_ask_out[] = {"output", "postrouting", "egress",
					      NULL};

static bool ruleset_ask_is(const char *a, const char *b)
{
	return a != NULL && strcmp(a, b) == 0;
}

/* Chains of one interface or more; NULL: of all. */
static enum ruleset_match ruleset_ask_on_device(const struct ruleset_chain *c,
						const char *interface)
{
	const char *one = json_tree_text(c->devices);

	if (c->devices == NULL)
		return MATCH_YES;
	if (interface == NULL)
		return MATCH_UNKNOWN;
	if (one != NULL)
		return strcmp(one, interface) == 0 ? MATCH_YES : MATCH_NO;
	for (size_t i = 0; i < json_tree_length(c->devices); i++)
		if (ruleset_ask_is(json_tree_text(json_tree_at(c->devices, i)),
				   interface))
			return MATCH_YES;
	return MATCH_NO;
}

static bool ruleset_ask_takes_family(const struct ruleset_chain *c,
				     const struct ruleset_packet *p)
{
	if (strcmp(c->family, "inet") == 0 || strcmp(c->family, "netdev") == 0)
		return true;
	return strcmp(c->family, p->target.family == ADDR_V4 ? "ip" : "ip6") ==
	       0;
}

/* The order of chains of one priority: the kernel runs the newest first, and a
 * list of them does not tell which that is. */
struct ruleset_order {
	bool nat_last, reversed;
};

/* Where a chain stands among those of its hook; no two are equal. */
static bool ruleset_ask_is_before(const struct ruleset_chain *a,
				  const struct ruleset_chain *b,
				  const struct ruleset_order *order)
{
	bool a_nat = strcmp(a->type, "nat") == 0;
	bool b_nat = strcmp(b->type, "nat") == 0;

	if (a->priority != b->priority)
		return a->priority < b->priority;
	if (a_nat != b_nat)
		return a_nat != order->nat_last;
	return order->reversed ? a > b : a < b;
}

static const struct ruleset_chain *ruleset_ask_next(
    const struct ruleset_state *s, const char *hook,
    const struct ruleset_chain *last, const struct ruleset_order *order)
{
	const struct ruleset *r = s->rules;
	const struct ruleset_chain *best = NULL;

	for (size_t i = 0; i < r->chain_count; i++) {
		const struct ruleset_chain *c = &r->chains[i];

		if (!ruleset_ask_is(c->hook, hook) || c->asleep ||
		    !ruleset_ask_takes_family(c, s->packet) ||
		    (last != NULL && !ruleset_ask_is_before(last, c, order)))
			continue;
		if (best == NULL || ruleset_ask_is_before(c, best, order))
			best = c;
	}
	return best;
}

/* Filters of other layers, which are not evaluated. */
static bool ruleset_ask_has_others(const struct ruleset *r,
				   struct ruleset_answer *out)
{
	for (size_t i = 0; i < r->chain_count; i++) {
		const struct ruleset_chain *c = &r->chains[i];

		if (c->hook == NULL || c->asleep ||
		    (c->count == 0 && !c->policy_drop) ||
		    (strcmp(c->family, "bridge") != 0 &&
		     strcmp(c->family, "arp") != 0))
			continue;
		snprintf(out->reason, sizeof out->reason,
			 "rules of the family %.16s (table %.64s) may act, too",
			 c->family, c->table);
		return true;
	}
	return false;
}

/* "policy of CHAIN", "CHAIN handle 7" and "CHAIN rule 7" to CHAIN. */
static void ruleset_ask_chain_of(char out[RULESET_TEXT], const char *where)
{
	static const char policy[] = "policy of ";
	static const char *const ends[] = {" handle ", " rule "};
	bool is_policy = strncmp(where, policy, sizeof policy - 1) == 0;
	char *end;

	text_copy(out, RULESET_TEXT,
		  is_policy ? where + sizeof policy - 1 : where);
	for (size_t i = 0; i < 2 && !is_policy; i++)
		if ((end = strstr(out, ends[i])) != NULL)
			*end = '\0';
}

static void ruleset_ask_say(struct ruleset_answer *out, enum ruleset_says says,
			    const char *where)
{
	out->says = says;
	text_copy(out->where, sizeof out->where, where);
	ruleset_ask_chain_of(out->chain, where);
}

/* What is known of the packet's way so far. */
struct ruleset_way {
	bool maybe; /* some chain may have dropped it */
	char where[RULESET_TEXT];
};

static bool ruleset_ask_is_changed(const struct ruleset_state *s)
{
	return s->changed || s->maybe_translated || s->maybe_untracked ||
	       !s->mark_known;
}

/* How one base chain ends: ENDS_ACCEPT where the packet may come past it. */
static unsigned ruleset_ask_chain(struct ruleset_state *s,
				  const struct ruleset_chain *c,
				  struct ruleset_way *way)
{
	bool noted = s->reason[0] != '\0';
	bool is_nat = strcmp(c->type, "nat") == 0;
	enum ruleset_match here =
	    ruleset_ask_on_device(c, s->packet->interface);
	unsigned ends;

	/* A connection is translated once, and only one that is tracked. */
	if (here == MATCH_NO || (is_nat && (s->translated || s->untracked)))
		return ENDS_ACCEPT;
	if (is_nat && (s->maybe_translated || s->maybe_untracked))
		here = MATCH_UNKNOWN;
	s->base = c;
	s->where[0] = '\0';
	s->elsewhere = here == MATCH_UNKNOWN;
	ends = ruleset_chain_run(s);
	if (here == MATCH_UNKNOWN && ends != ENDS_ACCEPT) {
		ruleset_note(s, "the interface, or a translation", NULL);
		ends |= ENDS_ACCEPT;
	}
	if ((ends & ENDS_ACCEPT) == 0)
		return ends;
	if (ends != ENDS_ACCEPT && !way->maybe) {
		way->maybe = true;
		text_copy(way->where, sizeof way->where, s->where);
	} else if (ends == ENDS_ACCEPT && !noted && !way->maybe &&
		   !ruleset_ask_is_changed(s)) {
		s->reason[0] = '\0';
	}
	return ENDS_ACCEPT;
}

static void ruleset_ask_untested(const struct ruleset_state *s,
				 const char *where, struct ruleset_answer *out)
{
	ruleset_ask_say(out, RULESET_UNTESTED, where);
	snprintf(out->reason, sizeof out->reason,
		 "it depends on what preflight cannot evaluate: %.120s",
		 s->reason[0] == '\0' ? "a match" : s->reason);
}

/* All chains of a hook; false: the answer is there. */
static bool ruleset_ask_hook(struct ruleset_state *s, const char *hook,
			     const struct ruleset_order *order,
			     struct ruleset_way *way,
			     struct ruleset_answer *out)
{
	const struct ruleset_chain *c = NULL;

	while ((c = ruleset_ask_next(s, hook, c, order)) != NULL) {
		unsigned ends = ruleset_ask_chain(s, c, way);

		if (ends == ENDS_ACCEPT)
			continue;
		ruleset_ask_say(
		    out, ends == ENDS_REJECT ? RULESET_REJECTS : RULESET_DROPS,
		    s->where);
		return false;
	}
	if (!s->sent_on)
		return true;
	ruleset_ask_untested(s, s->passed, out);
	text_copy(out->reason, sizeof out->reason,
		  "a rule sends it to another address");
	return false;
}

static void ruleset_ask_once(const struct ruleset *r,
			     const struct ruleset_packet *p,
			     const struct ruleset_order *order,
			     struct ruleset_answer *out)
{
	struct ruleset_state s = {.rules = r,
				  .packet = p,
				  .port_low = p->target_port,
				  .port_high = p->target_port,
				  .mark_known = true};
	const char *const *hooks =
	    p->outgoing ? ruleset_ask_out : ruleset_ask_in;
	struct ruleset_way way = {.maybe = false};

	*out = (struct ruleset_answer){.port = p->target_port, .tool = r->tool};
	for (; *hooks != NULL; hooks++)
		if (!ruleset_ask_hook(&s, *hooks, order, &way, out))
			return;
	if (way.maybe) {
		ruleset_ask_untested(&s, way.where, out);
	} else if (s.port_low != s.port_high) {
		ruleset_ask_untested(&s, s.passed, out);
	} else {
		out->port = s.port_low;
		ruleset_ask_say(out, RULESET_ACCEPTS, s.passed);
	}
}

/* Do two chains of one hook have the same priority? */
static bool ruleset_ask_has_ties(const struct ruleset *r)
{
	for (size_t i = 0; i < r->chain_count; i++) {
		const struct ruleset_chain *a = &r->chains[i];

		for (size_t k = 0; a->hook != NULL && k < i; k++)
			if (ruleset_ask_is(r->chains[k].hook, a->hook) &&
			    r->chains[k].priority == a->priority)
				return true;
	}
	return false;
}

void ruleset_ask(const struct ruleset *r, const struct ruleset_packet *p,
		 struct ruleset_answer *out)
{
	enum { ORDERS = 4 };
	struct ruleset_answer other;

	ruleset_ask_once(r, p, &(struct ruleset_order){false, false}, out);
	for (unsigned i = 1; i < ORDERS && ruleset_ask_has_ties(r); i++) {
		struct ruleset_order order = {(i & 1) != 0, (i & 2) != 0};

		ruleset_ask_once(r, p, &order, &other);
		if (other.says == out->says && other.port == out->port)
			continue;
		out->says = RULESET_UNTESTED;
		text_copy(out->reason, sizeof out->reason,
			  "it depends on the order of chains that have the "
			  "same priority");
	}
	if (ruleset_ask_has_others(r, &other)) {
		out->says = RULESET_UNTESTED;
		text_copy(out->reason, sizeof out->reason, other.reason);
	}
}
