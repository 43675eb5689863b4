/* judge_warning.c - what works, and may yet be of no use to the product. */
#include "report/judge/judge.h"
#include "report/same_answer.h"

/* Of the answer itself. */
static const char *judge_warning_of_answer(struct judge *j,
					   const struct result *r)
{
	if (correlation_is_check(r, "ssh") &&
	    judge_ssh_warning(j->arena, r) != NULL)
		return judge_ssh_warning(j->arena, r);
	if (correlation_weak_key(r) != NULL)
		return arena_printf(j->arena,
				    "works, but current TLS libraries refuse "
				    "the key of its certificate (%s)",
				    correlation_weak_key(r));
	if (judge_snmp_warning(r) != NULL)
		return judge_snmp_warning(r);
	if (correlation_is_slow_answer(r))
		return arena_printf(
		    j->arena, "the service answers, but only after %lld s",
		    (long long)correlation_answer_us(r) / 1000000);
	if (facts_is_true(&r->facts, "alpn-refused"))
		return "TLS works, but without the application protocol that "
		       "was offered (ALPN)";
	return NULL;
}

const char *judge_warning(struct judge *j, size_t index)
{
	const char *own = judge_warning_of_answer(j, &j->results->items[index]);

	if (own != NULL)
		return own;
	if (same_answer_leads_away(j->correlation, index))
		return "sent on to another site, without TLS: nothing shows "
		       "that the host itself did it";
	if (same_answer_is_strange(j->correlation, index))
		return "HTTP has no such status: nothing shows that the host "
		       "itself answered";
	if (j->correlation->contexts[index].accepted)
		return "an intermediate device accepts every port: an open "
		       "port proves nothing";
	if (j->correlation->contexts[index].unserved)
		return "an intermediate device accepts the connection instead "
		       "of the target; the service does not answer";
	if (j->correlation->contexts[index].nearer)
		return "an intermediate device accepts the connection instead "
		       "of the target: an open port proves nothing";
	return NULL;
}
