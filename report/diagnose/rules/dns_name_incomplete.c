/*
 * dns_name_incomplete.c - a name without a domain: what a server answers to it
 * says nothing about the server.
 */
#include "report/diagnose/diagnose.h"

#include <string.h>

static void dns_bare_find(struct diagnosis *d);

const struct finding_entry finding_dns_name_incomplete = {
    .code = "dns-name-incomplete",
    .rules = {{920, dns_bare_find}},
    .owner = OWNER_THIS_HOST,
    .title = "{subject} is a name without a domain, and {detail}",
    .meaning = "A name of one label is complete only with a search domain of "
	       "this host. DNS servers do not know it as it is: they deny it, "
	       "refuse it or fail.",
    .decided = "The name has no dot, none of this host's search domains "
	       "completes it, and the DNS server answers for other names.",
    .lookalikes = "A name that exists as it is, on a server that fails for it "
		  "alone.",
    .remedies =
	{{OWNER_THIS_HOST,
	  {"Write the fully qualified name, with its domain, instead of "
	   "{subject}",
	   "Or give this host the search domain that the name is in (DHCP "
	   "option 15 or 119, or the line search of /etc/resolv.conf)"}}},
    .confirm_by = "the same test with the fully qualified name",
};

/* The server that did not resolve it does so for a name with a domain. */
static const struct evidence *dns_bare_control(const struct diagnosis *d,
					       size_t index)
{
	const struct evidence *e =
	    correlation_control(d->correlation, index, "full-name");
	const char *rcode =
	    e == NULL ? NULL : facts_text(&e->observed, "rcode");

	return rcode != NULL && (strcmp(rcode, "NOERROR") == 0 ||
				 strcmp(rcode, "NXDOMAIN") == 0)
		   ? e
		   : NULL;
}

/* The search list, in words. */
static const char *dns_bare_detail(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);
	const struct fact *list =
	    facts_find(&d->results->host, "search-domains");
	const char *asked = facts_text(&r->facts, "search-name"), *domains = "";

	if (list == NULL || list->list_count == 0)
		return "this host has no search domain";
	if (asked != NULL && r->outcome.cause == CAUSE_TIMEOUT)
		return arena_printf(d->arena,
				    "questions for the search domain %s are "
				    "not answered",
				    asked + strlen(r->spec->host) + 1);
	for (size_t i = 0; i < list->list_count; i++)
		domains = arena_printf(d->arena, "%s%s%s", domains,
				       i == 0 ? "" : ", ", list->list[i]);
	return arena_printf(d->arena,
			    "it is not found in the search domain%s "
			    "of this host: %s",
			    list->list_count == 1 ? "" : "s", domains);
}

static bool dns_bare_applies(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);

	if (r->why != WHY_NONE || !correlation_is_bare_name(r))
		return false;
	switch (r->outcome.cause) {
	case CAUSE_SERVFAIL:
	case CAUSE_REJECTED:
		return dns_bare_control(d, index) != NULL;
	case CAUSE_TIMEOUT:
		return facts_text(&r->facts, "search-name") != NULL;
	case CAUSE_NXDOMAIN:
	case CAUSE_NO_DATA: /* a search list that lacks it: a misspelling */
		return facts_find(&d->results->host, "search-domains") == NULL;
	default:
		return false;
	}
}

static void dns_bare_find(struct diagnosis *d)
{
	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);
		const struct evidence *e;
		struct candidate *f;

		if (i == SIZE_MAX || !dns_bare_applies(d, i))
			continue;
		e = dns_bare_control(d, i);
		f = candidate_for(d, &finding_dns_name_incomplete,
				  diagnosis_result(d, i)->spec->host);
		f->where = WHERE_THIS_HOST;
		f->subject = diagnosis_result(d, i)->spec->host;
		f->detail = dns_bare_detail(d, i);
		candidate_line(
		    d, f, "%s: %s", f->subject,
		    outcome_text(PHASE_RESOLVE,
				 diagnosis_result(d, i)->outcome.cause));
		if (e != NULL)
			candidate_cite(
			    d, f, e,
			    arena_printf(d->arena,
					 "%s answers for a name with a domain, "
					 "%s",
					 facts_text(&e->observed, "server"),
					 facts_text(&e->observed, "name")));
		candidate_claim(d, f, i);
	}
}
