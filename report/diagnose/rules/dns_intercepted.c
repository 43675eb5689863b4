/* dns_intercepted.c - a device on the path answers DNS questions. */
#include "report/diagnose/diagnose.h"

static void dns_intercepted(struct diagnosis *d);

const struct finding_entry finding_dns_intercepted = {
    .code = "dns-intercepted",
    .rules = {{2100, dns_intercepted}},
    .owner = OWNER_FIREWALL,
    .title = "A device on the way answers DNS in the place of {targets}",
    .meaning = "Questions to a DNS server on the internet are answered by "
	       "somebody nearer. Names still resolve, but by another server "
	       "than the one that was asked: its filter and its faults apply.",
    .decided = "The answer's time to live has not been lowered by a single "
	       "router, and an address where no name server can be answered "
	       "a DNS question, too.",
    .remedies = {{OWNER_FIREWALL,
		  {"Look for a rule that redirects port 53 (DNS proxy, DNS "
		   "filter, NAT redirect) on the gateway",
		   "If it is meant to be there, nothing needs to be done; "
		   "know that {targets} is not what answers"}}},
};

static const char *dns_key_nearby(struct diagnosis *d, size_t index)
{
	return diagnosis_view(d, index)->nearby &&
		       diagnosis_result(d, index)->outcome.cause == CAUSE_OK
		   ? ""
		   : NULL;
}

static void dns_intercepted(struct diagnosis *d)
{
	const struct evidence *e = d->correlation->impostor;
	struct clusters c;
	struct candidate *f;

	diagnosis_clusters_collect(&c, d, dns_key_nearby);
	if (c.count > 0 && e != NULL) {
		f = candidate_for(d, &finding_dns_intercepted, "");
		f->confirmed = true;
		candidate_cite(
		    d, f, e,
		    arena_printf(d->arena,
				 "%s, where nobody can be, answered a "
				 "DNS question, too",
				 facts_text(&e->observed, "server")));
		for (size_t i = 0; i < c.items[0].count; i++)
			candidate_line(
			    d, f,
			    "the answer of %s came with TTL %d: no router has "
			    "passed it on",
			    diagnosis_target(d, c.items[0].items[i]),
			    diagnosis_result(d, c.items[0].items[i])
				->reply_ttl);
		candidate_claim_all(d, f, &c.items[0]);
	}
	diagnosis_clusters_free(&c);
}
