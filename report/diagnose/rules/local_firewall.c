/* local_firewall.c - this host itself refuses to send. */
#include "report/diagnose/diagnose.h"

static void local_firewall(struct diagnosis *d);

const struct finding_entry finding_local_firewall = {
    .code = "local-firewall",
    .rules = {{800, local_firewall}},
    .owner = OWNER_THIS_HOST,
    .title = "This host's own firewall blocks {paths}",
    .meaning =
	"This host rejected the packets before they reached the network. The "
	"far end and the firewalls on the path have not been tested.",
    .decided = "Sending failed with \"operation not permitted\", or an ICMP "
	       "rejection came from this host's own address.",
    .remedies = {{OWNER_THIS_HOST,
		  {"Allow outgoing {paths} in this host's firewall (nft list "
		   "ruleset, iptables -S OUTPUT, ufw status)",
		   "Run preflight again: the paths behind it have not been "
		   "tested yet"}}},
};

static void local_firewall(struct diagnosis *d)
{
	struct candidate *f = NULL;
	size_t not_permitted = 0;

	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);
		const struct result *r;

		if (i == SIZE_MAX)
			continue;
		r = diagnosis_result(d, i);
		if (!diagnosis_refused_here(r, CAUSE_PROHIBITED))
			continue;
		f = candidate_for(d, &finding_local_firewall, "");
		f->confirmed = true;
		f->where = WHERE_THIS_HOST;
		candidate_claim(d, f, i);
		not_permitted += !r->outcome.has_icmp;
		if (r->outcome.has_icmp && f->blocker.family == ADDR_NONE) {
			char address[ADDR_TEXT];

			f->blocker = r->outcome.blocker;
			f->blocker_name = facts_text(&d->results->host, "name");
			candidate_line(
			    d, f,
			    "ICMP %u/%u from this host's own address "
			    "%s",
			    (unsigned)r->outcome.icmp_type,
			    (unsigned)r->outcome.icmp_code,
			    addr_text(&f->blocker, address));
		}
	}
	if (f != NULL && not_permitted > 0)
		candidate_line(
		    d, f,
		    "probes that failed with \"operation not permitted\": %zu",
		    not_permitted);
}
