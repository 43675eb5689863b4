/*
 * judge_ruleset.c - a path that the far end opens, and how far it was looked
 * at: level 1 is the port, level 2 this host's own rules, level 3 a packet.
 */
#include "report/judge/judge.h"

#include <string.h>

const char *judge_ruleset(struct arena *a, const struct result *r,
			  const char *reason)
{
	const char *says = facts_text(&r->facts, "ruleset");
	const char *why = facts_text(&r->facts, "ruleset-why");
	int64_t port = correlation_number(&r->facts, "ruleset-port", 0);

	if (says == NULL)
		return reason; /* they were not asked */
	if (strcmp(says, "accepts") != 0)
		return arena_printf(a,
				    "%s; level 2, this host's own rules: "
				    "untested (%s)",
				    reason, why == NULL ? "not known" : why);
	if (port != 0)
		return arena_printf(
		    a,
		    "%s; level 2: this host's rules would accept it and "
		    "redirect it to port %lld; no packet seen",
		    reason, (long long)port);
	return arena_printf(a,
			    "%s; level 2: this host's rules would accept it; "
			    "no packet seen",
			    reason);
}

const char *judge_ruleset_blocked(struct arena *a, const struct result *r)
{
	const char *rule = facts_text(&r->facts, "ruleset-rule");

	return arena_printf(a, "level 2: this host's own firewall %s it (%s)",
			    facts_text(&r->facts, "ruleset"),
			    rule == NULL ? "rule not known" : rule);
}
