/* ntp_blocked.c - no time server on the internet answers. */
#include "report/diagnose/diagnose.h"
#include "report/network.h"

static void ntp_blocked(struct diagnosis *d);

const struct finding_entry finding_ntp_blocked = {
    .code = "ntp-blocked",
    .rules = {{3300, ntp_blocked}},
    .owner = OWNER_FIREWALL,
    .title = "No time server answers: {paths} {paths:is|are} blocked{subject}",
    .title_back = "No time server answers: no answer to {paths} comes back "
		  "from {behind}",
    .brief = "{place} blocks {paths} to {targets}",
    .meaning = "None of the time servers answered, while other traffic to the "
	       "internet works.",
    .decided = "No time server answered, while other internet ports did.",
    .lookalikes = "This host's own firewall; time servers that are all down, "
		  "which is rare.",
    .remedies =
	{{OWNER_FIREWALL,
	  {"On the firewall{subject}, allow {paths} from {source} to the "
	   "internet, and the return traffic",
	   "Or give the product a time server inside the network",
	   FINDING_OWN_FILTER}},
	 {OWNER_INTERNET,
	  {"Ask the provider whether {paths} {paths:is|are} filtered{subject}",
	   "Or use a time server inside the network", FINDING_OWN_FILTER}}},
    .confirm_by = "the firewall's log for udp/123 from {source}",
};

/* Answered tests of the internet, in the families of a cluster. */
static size_t ntp_others(struct diagnosis *d, const struct cluster *c)
{
	const struct family_state *f, *last = NULL;
	size_t count = 0;

	for (size_t i = 0; i < c->count; i++) {
		f = diagnosis_family(d, c->items[i]);
		if (f != last && last != NULL)
			return d->v4.internet_answered +
			       d->v6.internet_answered;
		last = f;
		count = f->internet_answered;
	}
	return count;
}

/* Time servers on the internet stand for each other. */
static const char *ntp_key_silent(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);

	if (!correlation_is_check(r, "ntp") || r->spec->device != NULL ||
	    !correlation_is_silent(r, SILENCE_NO_REPLY) ||
	    network_is_routed(r) || /* the rest goes another way */
	    !diagnosis_view(d, index)->internet)
		return NULL;
	return "silent";
}

static bool ntp_any_works(const struct diagnosis *d)
{
	for (size_t i = 0; i < d->results->count; i++) {
		const struct result *r = diagnosis_result(d, i);

		if (correlation_is_check(r, "ntp") &&
		    diagnosis_view(d, i)->answered)
			return true;
	}
	return false;
}

static void ntp_blocked(struct diagnosis *d)
{
	struct clusters c;
	struct hop hop;
	struct candidate *f;
	size_t others;

	diagnosis_clusters_collect(&c, d, ntp_key_silent);
	others = c.count == 0 ? 0 : ntp_others(d, &c.items[0]);
	/* The control: the internet answers on other ports. */
	if (others == 0 || ntp_any_works(d))
		goto out;
	hop = diagnosis_hop(d, c.items[0].items, c.items[0].count);
	f = candidate_for(d, &finding_ntp_blocked, "");
	f->reason = "No time server answered; other internet ports do";
	candidate_line(d, f,
		       "addresses of time servers that did not answer: %zu",
		       c.items[0].count);
	candidate_line(d, f, "answered tests of other internet ports: %zu",
		       others);
	diagnosis_candidate_hop(d, f, &hop);
	candidate_claim_all(d, f, &c.items[0]);
out:
	diagnosis_clusters_free(&c);
}
