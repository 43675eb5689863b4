/* dns_intercepted.c - a device on the path answers DNS questions. */
#include "report/diagnose/diagnose.h"

static void dns_intercepted(struct diagnosis *d);

const struct finding_entry finding_dns_intercepted = {
    .code = "dns-intercepted",
    .rules = {{2100, dns_intercepted}},
    .owner = OWNER_FIREWALL,
    .title = "A device on the path intercepts DNS queries to {targets}",
    .meaning = "A device on the path answers the DNS queries that this host "
	       "sends to a server on the internet. Names still resolve, but "
	       "through another server, with that server's filters and faults.",
    .decided = "No router has lowered the answer's time to live, and a DNS "
	       "query to an address without a DNS server was answered as well.",
    .remedies = {{OWNER_FIREWALL,
		  {"Look for a rule on the gateway that redirects port 53 (DNS "
		   "proxy, DNS filter, NAT redirect)",
		   "If it is intended, no action is needed. Be aware that the "
		   "answers do not come from {targets}"}}},
};

static const char *dns_key_nearby(struct diagnosis *d, size_t index)
{
	return diagnosis_view(d, index)->nearby &&
		       diagnosis_result(d, index)->outcome.cause == CAUSE_OK
		   ? ""
		   : NULL;
}

/* Systems start with 64, 128 or 255, and each router takes one off. */
static void dns_nearby_line(struct diagnosis *d, struct candidate *f,
			    size_t index)
{
	int ttl = diagnosis_result(d, index)->reply_ttl;

	candidate_line(d, f, "the answer of %s arrived with TTL %d: %s",
		       diagnosis_target(d, index), ttl,
		       ttl % 64 == 0 || ttl == 255
			   ? "no router has forwarded it"
			   : "one router at most has forwarded it");
}

static void dns_intercepted(struct diagnosis *d)
{
	const struct evidence *e = d->correlation->dns_redirector;
	struct clusters c;
	struct candidate *f;

	diagnosis_clusters_collect(&c, d, dns_key_nearby);
	if (c.count > 0 && e != NULL) {
		f = candidate_for(d, &finding_dns_intercepted, "");
		f->confirmed = true;
		candidate_cite(
		    d, f, e,
		    arena_printf(d->arena,
				 "%s, where no DNS server can be, answered a "
				 "DNS query, too",
				 facts_text(&e->observed, "server")));
		for (size_t i = 0; i < c.items[0].count; i++)
			dns_nearby_line(d, f, c.items[0].items[i]);
		candidate_claim_all(d, f, &c.items[0]);
	}
	diagnosis_clusters_free(&c);
}
