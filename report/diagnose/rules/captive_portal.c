/* captive_portal.c - a log-in page answers for everyone. */
#include "report/diagnose/diagnose.h"

static void captive_portal(struct diagnosis *d);

const struct finding_entry finding_captive_portal = {
    .code = "captive-portal",
    .rules = {{2400, captive_portal}},
    .owner = OWNER_LOCAL_NETWORK,
    .title = "A captive portal answers all web requests{subject}",
    .meaning = "A login page of this network answers web requests instead of "
	       "the requested hosts.",
    .decided =
	"Hosts of several owners redirect to the same other host, or present "
	"the same wrong certificate, or a login page was recognised, or they "
	"give one and the same page with a script or a form, without TLS.",
    .remedies =
	{{OWNER_LOCAL_NETWORK,
	  {"Move this host to a network without a login page, or log it in",
	   "Exempt {source} by its MAC address on the access "
	   "controller"}}},
    .confirm_by = "opening any http:// page from this host",
};

static const char *captive_portal_key(struct diagnosis *d, size_t index)
{
	return diagnosis_view(d, index)->interceptor == CAPTIVE_PORTAL ? ""
								       : NULL;
}

static const char *captive_portal_reason(const struct diagnosis *d,
					 const struct cluster *c)
{
	for (size_t i = 0; i < c->count; i++) {
		if (diagnosis_view(d, c->items[i])->same_answer)
			return "Hosts that have nothing in common gave the "
			       "same page, without TLS";
	}
	return "Unrelated hosts present the same wrong certificate";
}

static void captive_portal(struct diagnosis *d)
{
	struct clusters c;
	struct candidate *f;
	const char *portal = d->correlation->portal;

	diagnosis_clusters_collect(&c, d, captive_portal_key);
	if (c.count == 0 || !c.items[0].active)
		goto out;
	f = candidate_for(d, &finding_captive_portal, "");
	f->confirmed = portal != NULL;
	f->subject =
	    portal == NULL ? "" : arena_printf(d->arena, ": %s", portal);
	f->reason =
	    portal == NULL
		? captive_portal_reason(d, &c.items[0])
		: arena_printf(d->arena, "Unrelated hosts redirect to %s",
			       portal);
	for (size_t i = 0; i < c.items[0].count; i++) {
		const struct result *r =
		    diagnosis_result(d, c.items[0].items[i]);
		const char *location = facts_text(&r->facts, "location");

		if (location == NULL)
			location = facts_text(&r->facts, "onward");
		if (location != NULL)
			candidate_line(d, f, "%s redirects to %s",
				       diagnosis_target(d, c.items[0].items[i]),
				       location);
		else if (facts_text(&r->facts, "tls-subject") != NULL)
			candidate_line(d, f,
				       "%s presents the certificate of %s",
				       diagnosis_target(d, c.items[0].items[i]),
				       facts_text(&r->facts, "tls-subject"));
		else if (diagnosis_view(d, c.items[0].items[i])->same_answer)
			candidate_example(
			    d, f, "%s: status %lld, the same page",
			    diagnosis_target(d, c.items[0].items[i]),
			    (long long)correlation_number(&r->facts, "status",
							  0));
	}
	candidate_claim_all(d, f, &c.items[0]);
out:
	diagnosis_clusters_free(&c);
}
