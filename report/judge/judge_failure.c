/* judge_failure.c - the line that says how a test failed. */
#include "report/judge/judge.h"

const char *judge_failure_text(struct arena *a, const struct result *r)
{
	const struct outcome *o = &r->outcome;
	const char *text = outcome_text(o->phase, o->cause);
	char blocker[ADDR_TEXT];

	if (correlation_is_check(r, "ssh") && judge_ssh_failure(a, r) != NULL)
		return judge_ssh_failure(a, r);
	if (correlation_is_elsewhere(r))
		return arena_printf(
		    a,
		    "%sno answer from the address and port that were asked; "
		    "something came from %s",
		    o->phase == PHASE_RESOLVE && r->spec->host != NULL
			? arena_printf(a, "%s: ", r->spec->host)
			: "",
		    facts_find(&r->facts, "answers-from")->list[0]);
	if (o->phase == PHASE_RESOLVE && r->spec->host != NULL)
		return arena_printf(a, "%s: %s", r->spec->host, text);
	if (correlation_is_cut_short(r) && !r->spec->via_proxy)
		return arena_printf(a, "%lld octets came, then nothing more",
				    (long long)correlation_number(
					&r->facts, "tcp-received", 0));
	if (o->has_icmp && o->blocker.family != ADDR_NONE)
		return arena_printf(
		    a, "%s (ICMP %u/%u from %s)", text, (unsigned)o->icmp_type,
		    (unsigned)o->icmp_code, addr_text(&o->blocker, blocker));
	return text;
}
