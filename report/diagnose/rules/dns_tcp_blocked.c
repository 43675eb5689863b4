/* dns_tcp_blocked.c - a server answers over UDP, and not over TCP. */
#include "report/diagnose/diagnose.h"

static void dns_tcp(struct diagnosis *d);

const struct finding_entry finding_dns_tcp_blocked = {
    .code = "dns-tcp-blocked",
    .rules = {{2000, dns_tcp}},
    .owner = OWNER_FIREWALL,
    .title = "DNS over TCP is blocked: {paths} to {targets}",
    .meaning = "DNS answers arrive over UDP but not over TCP. Long answers "
	       "(many addresses, DNSSEC) will fail.",
    .decided = "The same server answers over UDP and does not answer over TCP.",
    .remedies = {{OWNER_FIREWALL,
		  {"Allow {paths} from {source} to {rules}",
		   "Or use a resolver inside the network"}}},
    .confirm_by = "the log of the firewall while preflight check dns runs with "
		  "--set transport=tcp",
};

static const char *dns_key_tcp(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);
	const struct host_index *h;

	if (!correlation_is_check(r, "dns") ||
	    r->outcome.cause != CAUSE_TIMEOUT ||
	    diagnosis_view(d, index)->host == SIZE_MAX)
		return NULL;
	/* What was cut over UDP is asked for again, over TCP. */
	if (r->parent != SIZE_MAX && r->outcome.phase == PHASE_CONNECT)
		return "tcp";
	if (r->transport != TRANSPORT_TCP)
		return NULL;
	/* The control: the same server, over UDP. */
	h = &d->correlation->hosts[diagnosis_view(d, index)->host];
	for (size_t i = h->first; i < h->first + h->count; i++) {
		const struct result *other =
		    diagnosis_result(d, d->correlation->by_host[i]);

		if (correlation_is_check(other, "dns") &&
		    other->transport == TRANSPORT_UDP &&
		    other->outcome.cause == CAUSE_OK)
			return "tcp";
	}
	return NULL;
}

static void dns_tcp(struct diagnosis *d)
{
	struct clusters c;

	diagnosis_clusters_collect(&c, d, dns_key_tcp);
	if (c.count > 0) {
		struct candidate *f =
		    candidate_for(d, &finding_dns_tcp_blocked, "");
		struct hop hop =
		    diagnosis_hop(d, c.items[0].items, c.items[0].count);

		candidate_line(
		    d, f, "servers that answer over UDP but not over TCP: %zu",
		    c.items[0].count);
		diagnosis_candidate_hop(d, f, &hop);
		candidate_claim_all(d, f, &c.items[0]);
	}
	diagnosis_clusters_free(&c);
}
