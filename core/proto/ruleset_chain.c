/*
 * ruleset_chain.c - what the rules of a chain do with the packet.
 *
 * Where it is not known whether a rule matches, both are followed: a chain has
 * all the ends that it may have. Only one that is left is an answer.
 */
#include "core/proto/ruleset_internal.h"

#include <stdio.h>
#include <string.h>

/* All that a statement outside the subset may do to the chain. */
static const unsigned ruleset_chain_any = ENDS_ACCEPT | ENDS_DROP | ENDS_HERE;

/* A rule, while its statements are gone through. */
struct ruleset_chain_rule {
	const struct ruleset_chain *chain;
	const struct json_value *object;
	enum ruleset_match matches; /* so far */
	bool certain;               /* the packet is here, for sure */
	bool over;                  /* nothing behind it in the chain counts */
	unsigned ends;
	unsigned depth;
};

void ruleset_note(struct ruleset_state *s, const char *what, const char *name)
{
	if (s->reason[0] == '\0')
		snprintf(s->reason, sizeof s->reason, "%.60s%s%.60s", what,
			 name == NULL ? "" : " ", name == NULL ? "" : name);
}

static unsigned ruleset_chain_walk(struct ruleset_state *s,
				   const struct ruleset_chain *c, bool certain,
				   unsigned depth);

/* Places ------------------------------------------------------------------ */

static void ruleset_chain_place(char out[RULESET_TEXT],
				const struct ruleset_chain_rule *rule)
{
	const struct ruleset_chain *c = rule->chain;

	const struct json_value *line = json_tree_get(rule->object, "line");

	snprintf(
	    out, RULESET_TEXT, "%.16s %.64s %.64s %s %lld", c->family, c->table,
	    c->name, line == NULL ? "handle" : "rule",
	    (long long)json_tree_integer(
		line == NULL ? json_tree_get(rule->object, "handle") : line,
		0));
}

static void ruleset_chain_end(struct ruleset_state *s,
			      struct ruleset_chain_rule *rule, unsigned ends)
{
	rule->ends |= ends;
	rule->over |= rule->matches == MATCH_YES;
	if ((ends & (ENDS_DROP | ENDS_REJECT)) != 0 &&
	    (s->where[0] == '\0' || rule->matches == MATCH_YES))
		ruleset_chain_place(s->where, rule);
	if ((ends & ENDS_ACCEPT) != 0)
		ruleset_chain_place(s->passed, rule);
}

/* Verdicts ---------------------------------------------------------------- */

static void ruleset_chain_jump(struct ruleset_state *s,
			       struct ruleset_chain_rule *rule,
			       const struct json_value *v, bool is_goto)
{
	const char *name = json_tree_text(json_tree_get(v, "target"));
	const struct ruleset_chain *to =
	    name == NULL ? NULL : ruleset_chain(s->rules, rule->chain, name);
	bool certain =
	    rule->certain && rule->matches == MATCH_YES && rule->ends == 0;
	unsigned ends;

	if (to == NULL || rule->depth + 1 >= RULESET_DEPTH_MAX) {
		ruleset_note(s, "a jump to a chain that is not there", name);
		rule->ends |= ruleset_chain_any;
		return;
	}
	ends = ruleset_chain_walk(s, to, certain, rule->depth + 1);
	if (is_goto) {
		rule->ends |= ends;
		rule->over |= rule->matches == MATCH_YES;
		return;
	}
	rule->ends |= ends & ~(unsigned)ENDS_HERE;
	rule->over |= rule->matches == MATCH_YES && (ends & ENDS_HERE) == 0;
}

/* nft leaves out of its list what a statement implies: "reject with icmp" is of
 * IPv4 packets only, "tcp reset" of TCP, "dnat ip" of IPv4. */
static bool ruleset_chain_is_meant(const struct ruleset_state *s,
				   const struct json_value *v)
{
	const char *type = json_tree_text(json_tree_get(v, "type"));
	const char *family = json_tree_text(json_tree_get(v, "family"));
	bool v4 = s->packet->target.family == ADDR_V4;

	if (type != NULL && strcmp(type, "tcp reset") == 0)
		return s->packet->tcp;
	if (type != NULL &&
	    (strcmp(type, "icmp") == 0 || strcmp(type, "icmpv6") == 0))
		return (strcmp(type, "icmp") == 0) == v4;
	return family == NULL || (strcmp(family, "ip") == 0) == v4;
}

/* A verdict, as a statement or in a map; false: it is none. */
static bool ruleset_chain_verdict(struct ruleset_state *s,
				  struct ruleset_chain_rule *rule,
				  const char *key, const struct json_value *v)
{
	if (strcmp(key, "accept") == 0)
		ruleset_chain_end(s, rule, ENDS_ACCEPT);
	else if (strcmp(key, "drop") == 0)
		ruleset_chain_end(s, rule, ENDS_DROP);
	else if (strcmp(key, "reject") == 0)
		ruleset_chain_end(s, rule, ENDS_REJECT);
	else if (strcmp(key, "return") == 0)
		ruleset_chain_end(s, rule, ENDS_HERE);
	else if (strcmp(key, "jump") == 0)
		ruleset_chain_jump(s, rule, v, false);
	else if (strcmp(key, "goto") == 0)
		ruleset_chain_jump(s, rule, v, true);
	else
		return strcmp(key, "continue") == 0;
	return true;
}

/* {"vmap": {"key": ..., "data": {"set": [[key, verdict] ...]}}} */
static void ruleset_chain_vmap(struct ruleset_state *s,
			       struct ruleset_chain_rule *rule,
			       const struct json_value *v)
{
	const struct json_value *key = json_tree_get(v, "key");
	enum ruleset_match before = rule->matches;
	bool known, found = false, maybe = false;
	const struct json_value *list =
	    ruleset_value_elements(s, json_tree_get(v, "data"), &known);
	const struct json_value *otherwise = NULL;
	struct json_member m;

	if (!known) {
		ruleset_note(s, "a map that is not there", NULL);
		rule->ends |= ruleset_chain_any;
		return;
	}
	for (size_t i = 0; i < json_tree_length(list) && !found && !rule->over;
	     i++) {
		const struct json_value *pair = json_tree_at(list, i);
		const char *any = json_tree_text(json_tree_at(pair, 0));
		enum ruleset_match is;

		if (any != NULL && strcmp(any, "*") == 0) {
			otherwise = json_tree_at(pair, 1);
			continue;
		}
		s->work++;
		is = ruleset_value_is(s, key, json_tree_at(pair, 0));
		if (is == MATCH_NO)
			continue;
		found = is == MATCH_YES;
		maybe |= is == MATCH_UNKNOWN;
		rule->matches = before == MATCH_YES ? is : before;
		m = (struct json_member){0};
		if (json_tree_next(json_tree_at(pair, 1), &m))
			ruleset_chain_verdict(s, rule, m.key, m.value);
	}
	m = (struct json_member){0};
	rule->matches = maybe ? MATCH_UNKNOWN : before;
	if (!found && otherwise != NULL &&
	    ruleset_value_is(s, key, NULL) == MATCH_YES &&
	    json_tree_next(otherwise, &m))
		ruleset_chain_verdict(s, rule, m.key, m.value);
	/* A key that is not in the map ends the rule, not the chain. */
	if (!found && otherwise == NULL)
		rule->matches = MATCH_NO;
}

/* Changes ----------------------------------------------------------------- */

static bool ruleset_chain_is_certain(const struct ruleset_chain_rule *rule)
{
	return rule->certain && rule->matches == MATCH_YES && rule->ends == 0;
}

static void ruleset_chain_translate(struct ruleset_state *s,
				    struct ruleset_chain_rule *rule,
				    const struct json_value *v, bool redirects)
{
	const struct json_value *port = json_tree_get(v, "port");
	int64_t number = json_tree_integer(port, -1);
	bool certain = ruleset_chain_is_certain(rule);

	s->maybe_translated |= !certain;
	s->translated |= certain;
	/* To an address that may be another host's. */
	s->sent_on |= !redirects || s->packet->outgoing;
	if (port != NULL && (number < 1 || number > UINT16_MAX || !certain)) {
		s->port_low = 0;
		s->port_high = UINT16_MAX;
		ruleset_note(s, "a redirect", NULL);
	} else if (port != NULL) {
		s->port_low = s->port_high = (uint16_t)number;
	}
	ruleset_chain_end(s, rule, ENDS_ACCEPT);
}

static void ruleset_chain_mangle(struct ruleset_state *s,
				 const struct ruleset_chain_rule *rule,
				 const struct json_value *v)
{
	const struct json_value *key = json_tree_get(v, "key");
	const char *meta =
	    json_tree_text(json_tree_get(json_tree_get(key, "meta"), "key"));
	int64_t number = json_tree_integer(json_tree_get(v, "value"), -1);

	if (json_tree_get(key, "ct") != NULL ||
	    (meta != NULL &&
	     (strcmp(meta, "nftrace") == 0 || strcmp(meta, "priority") == 0)))
		return; /* no match of the subset looks at it */
	if (meta != NULL && strcmp(meta, "mark") == 0) {
		s->mark_known = number >= 0 && ruleset_chain_is_certain(rule);
		s->mark = (uint64_t)number;
		return;
	}
	s->changed = true;
}

/* Behind conntrack's hook it changes nothing (nft_notrack_eval). */
static void ruleset_chain_notrack(struct ruleset_state *s,
				  const struct ruleset_chain_rule *rule)
{
	enum ruleset_match early = ruleset_field_is_early(s);

	if (early == MATCH_NO)
		return;
	if (early == MATCH_YES && ruleset_chain_is_certain(rule))
		s->untracked = true;
	else
		s->maybe_untracked = true;
}

/* Statements -------------------------------------------------------------- */

/* What statements do that are neither a match nor a verdict. */
enum ruleset_chain_effect { EFFECT_NONE, EFFECT_MAY_END_RULE };
static const struct {
	const char *name;
	enum ruleset_chain_effect effect;
} ruleset_chain_effects[] = {
    {"counter", EFFECT_NONE},       {"log", EFFECT_NONE},
    {"last", EFFECT_NONE},          {"ct helper", EFFECT_NONE},
    {"ct timeout", EFFECT_NONE},    {"dup", EFFECT_NONE},
    {"limit", EFFECT_MAY_END_RULE}, {"quota", EFFECT_MAY_END_RULE},
    {"meter", EFFECT_MAY_END_RULE}, {"ct count", EFFECT_MAY_END_RULE},
    {"set", EFFECT_MAY_END_RULE},
};

static void ruleset_chain_may_not(struct ruleset_chain_rule *rule)
{
	if (rule->matches == MATCH_YES)
		rule->matches = MATCH_UNKNOWN;
}

/* An extension of iptables that only matches. */
static bool ruleset_chain_is_match(const struct json_value *v)
{
	const char *type = json_tree_text(json_tree_get(v, "type"));

	return type != NULL && strcmp(type, "match") == 0;
}

static void ruleset_chain_other(struct ruleset_state *s,
				struct ruleset_chain_rule *rule,
				const char *key, const struct json_value *v)
{
	const char *name = json_tree_text(json_tree_get(v, "name"));
	size_t count =
	    sizeof ruleset_chain_effects / sizeof ruleset_chain_effects[0];

	for (size_t i = 0; i < count; i++) {
		if (strcmp(ruleset_chain_effects[i].name, key) != 0)
			continue;
		if (ruleset_chain_effects[i].effect == EFFECT_MAY_END_RULE) {
			ruleset_note(s, key, NULL);
			ruleset_chain_may_not(rule);
		}
		return;
	}
	ruleset_note(s,
		     strcmp(key, "xt") == 0 ? "the extension of iptables" : key,
		     name);
	if (ruleset_chain_is_match(v)) {
		ruleset_chain_may_not(rule);
		return;
	}
	rule->ends |= ruleset_chain_any & ~(unsigned)ENDS_HERE;
	s->maybe_translated = s->changed = s->maybe_untracked = true;
	ruleset_chain_may_not(rule);
	if (s->where[0] == '\0')
		ruleset_chain_place(s->where, rule);
}

static void ruleset_chain_statement(struct ruleset_state *s,
				    struct ruleset_chain_rule *rule,
				    const char *key, const struct json_value *v)
{
	enum ruleset_match m;

	if (!ruleset_chain_is_meant(s, v)) {
		rule->matches = MATCH_NO;
	} else if (strcmp(key, "match") == 0) {
		m = ruleset_value_match(s, v);
		if (m == MATCH_NO || rule->matches == MATCH_YES)
			rule->matches = m;
		if (m == MATCH_UNKNOWN)
			ruleset_note(s, "a match", NULL);
	} else if (strcmp(key, "vmap") == 0) {
		ruleset_chain_vmap(s, rule, v);
	} else if (strcmp(key, "redirect") == 0 || strcmp(key, "dnat") == 0) {
		ruleset_chain_translate(s, rule, v, key[0] == 'r');
	} else if (strcmp(key, "snat") == 0 || strcmp(key, "masquerade") == 0) {
		ruleset_chain_end(s, rule, ENDS_ACCEPT);
	} else if (strcmp(key, "mangle") == 0) {
		ruleset_chain_mangle(s, rule, v);
	} else if (strcmp(key, "notrack") == 0) {
		ruleset_chain_notrack(s, rule);
	} else if (!ruleset_chain_verdict(s, rule, key, v)) {
		ruleset_chain_other(s, rule, key, v);
	}
}

static void ruleset_chain_rule_run(struct ruleset_state *s,
				   struct ruleset_chain_rule *rule)
{
	const struct json_value *list = json_tree_get(rule->object, "expr");
	unsigned ends = rule->ends;
	bool noted = s->reason[0] != '\0';

	for (size_t i = 0; i < json_tree_length(list) && !rule->over &&
			   rule->matches != MATCH_NO;
	     i++) {
		struct json_member m = {0};

		if (json_tree_next(json_tree_at(list, i), &m)) {
			ruleset_chain_statement(s, rule, m.key, m.value);
		} else {
			/* {"counter": null} of old versions is an object;
			 * what is none is not known. */
			ruleset_note(s, "a statement", NULL);
			rule->ends |= ruleset_chain_any;
		}
	}
	/* What was not known made no difference. */
	if (!noted && rule->ends == ends && !s->changed &&
	    !s->maybe_translated && !s->maybe_untracked && s->mark_known)
		s->reason[0] = '\0';
}

static unsigned ruleset_chain_walk(struct ruleset_state *s,
				   const struct ruleset_chain *c, bool certain,
				   unsigned depth)
{
	unsigned ends = 0;

	for (size_t i = 0; i < c->count; i++) {
		struct ruleset_chain_rule rule = {
		    .chain = c,
		    .object = s->rules->rules[c->first + i].object,
		    .matches = MATCH_YES,
		    .certain = certain,
		    .ends = ends,
		    .depth = depth};

		if (s->work++ > RULESET_WORK_MAX) {
			ruleset_note(s, "more rules than are looked at", NULL);
			return ends | ruleset_chain_any;
		}
		ruleset_chain_rule_run(s, &rule);
		ends = rule.ends;
		if (rule.over)
			return ends;
	}
	return ends | ENDS_HERE;
}

unsigned ruleset_chain_run(struct ruleset_state *s)
{
	const struct ruleset_chain *c = s->base;
	unsigned ends = ruleset_chain_walk(s, c, !s->elsewhere, 0);

	if ((ends & ENDS_HERE) == 0)
		return ends;
	ends &= ~(unsigned)ENDS_HERE;
	if (c->policy_drop)
		snprintf(s->where, sizeof s->where,
			 "policy of %.16s %.64s %.64s", c->family, c->table,
			 c->name);
	if (!c->policy_drop)
		snprintf(s->passed, sizeof s->passed,
			 "policy of %.16s %.64s %.64s", c->family, c->table,
			 c->name);
	return ends | (c->policy_drop ? ENDS_DROP : ENDS_ACCEPT);
}
