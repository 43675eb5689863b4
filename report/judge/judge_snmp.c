/* judge_snmp.c - an agent that answers, and may be of no use to the product;
 * and silence that proves nothing, because no credential was given. */
#include "report/judge/judge.h"

static bool judge_snmp_was_bare(const struct result *r)
{
	return correlation_is_check(r, "snmp") &&
	       facts_is_true(&r->facts, "no-credential");
}

const char *judge_snmp_warning(const struct result *r)
{
	static const char *const shown[] = {"uptime", "sys-descr",
					    "sys-object-id", "sys-name"};

	if (!correlation_is_check(r, "snmp") ||
	    facts_find(&r->facts, "credential") == NULL)
		return NULL;
	for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++)
		if (facts_find(&r->facts, shown[i]) != NULL)
			return NULL;
	return "the agent answers to the credential but shows none of its "
	       "system's values: the credential may not read them";
}

bool judge_snmp_is_open(const struct correlation *s, size_t index)
{
	const struct result *r = &s->results->items[index];

	return judge_snmp_was_bare(r) &&
	       correlation_is_silent(r, SILENCE_NO_REPLY) &&
	       correlation_host_answered(s, index);
}

size_t judge_snmp_bare(const struct results *results)
{
	size_t count = 0;

	for (size_t i = 0; i < results->count; i++)
		count += judge_snmp_was_bare(&results->items[i]);
	return count;
}
