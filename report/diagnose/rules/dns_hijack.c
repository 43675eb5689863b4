/* dns_hijack.c - names resolve to an address that is not theirs. */
#include "report/diagnose/diagnose.h"

#include <string.h>

static void dns_hijack(struct diagnosis *d);

const struct finding_entry finding_dns_hijack = {
    .code = "dns-hijack",
    .rules = {{2200, dns_hijack}},
    .owner = OWNER_DNS,
    .title =
	"DNS resolves unrelated names to the same wrong address, {subject}",
    .meaning = "Names of different owners resolve to one address, and the "
	       "server at that address has no certificate for them. Something "
	       "redirects these names.",
    .decided = "Names of three or more owners resolve to one address, and the "
	       "certificate at that address is valid for none of them.",
    .remedies =
	{{OWNER_DNS,
	  {"Check which resolver this host uses and who runs it",
	   "Exempt the names of this product from redirection or filtering on "
	   "that resolver",
	   "Or give this host a resolver that returns the real addresses"}}},
};

/* Hosts that are found by way of a hijacked name. */
static void dns_hijack_derived(struct diagnosis *d, struct candidate *f)
{
	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);

		if (i != SIZE_MAX &&
		    diagnosis_judgement(d, i)->verdict == VERDICT_SKIP &&
		    diagnosis_result(d, i)->outcome.phase != PHASE_RESOLVE &&
		    diagnosis_result(d, i)->spec->derive_from != NULL)
			candidate_claim(d, f, i);
	}
}

/* What the resolver says about a name that does not exist; NULL: no address. */
static const struct evidence *dns_hijack_wildcard(const struct diagnosis *d)
{
	for (size_t i = 0; i < d->results->evidence_count; i++) {
		const struct evidence *e = &d->results->evidence[i];
		const char *what = facts_text(&e->observed, "what");

		if (what != NULL && strcmp(what, "random-name") == 0 &&
		    facts_find(&e->observed, "addresses") != NULL)
			return e;
	}
	return NULL;
}

/* A single name that resolves as names do that do not exist, and the
 * certificate there is for another. */
static const char *dns_hijack_key(struct diagnosis *d, size_t index)
{
	const struct result_context *v = diagnosis_view(d, index);
	const struct evidence *e;
	char address[ADDR_TEXT];
	const struct fact *list;

	if (v->interceptor == DNS_REDIRECT)
		return "";
	if (v->name_matches || v->trust == TLS_TRUST_NONE)
		return NULL;
	e = dns_hijack_wildcard(d);
	if (e == NULL)
		return NULL;
	list = facts_find(&e->observed, "addresses");
	addr_text(&diagnosis_result(d, index)->addr, address);
	for (size_t i = 0; i < list->list_count; i++)
		if (strcmp(list->list[i], address) == 0)
			return "";
	return NULL;
}

static void dns_hijack_cite_wildcard(struct diagnosis *d, struct candidate *f)
{
	const struct evidence *e = dns_hijack_wildcard(d);

	if (e == NULL)
		return;
	candidate_cite(
	    d, f, e,
	    arena_printf(d->arena,
			 "%s, a name that does not exist, resolves to %s",
			 facts_text(&e->observed, "name"),
			 facts_find(&e->observed, "addresses")->list[0]));
}

static void dns_hijack(struct diagnosis *d)
{
	struct clusters c;
	const struct result *r;
	struct candidate *f;
	char address[ADDR_TEXT];
	const char *subject;

	diagnosis_clusters_collect(&c, d, dns_hijack_key);
	if (c.count == 0)
		goto out;
	r = diagnosis_result(d, c.items[0].items[0]);
	f = candidate_for(d, &finding_dns_hijack, "");
	f->confirmed = true;
	f->subject = arena_strdup(d->arena, addr_text(&r->addr, address));
	f->reason =
	    diagnosis_view(d, c.items[0].items[0])->interceptor == DNS_REDIRECT
		? "Names of three or more owners resolve to one address, and "
		  "the certificate at that address is valid for none of them"
		: "The name resolves to the same address as names that do not "
		  "exist, and the certificate there is for another name";
	dns_hijack_cite_wildcard(d, f);
	for (size_t i = 0; i < c.items[0].count; i++) {
		r = diagnosis_result(d, c.items[0].items[i]);
		subject = facts_text(&r->facts, "tls-subject");
		if (subject == NULL)
			continue;
		candidate_line(
		    d, f, "requested %s, but the certificate is for %s",
		    diagnosis_target(d, c.items[0].items[i]), subject);
		break;
	}
	candidate_claim_all(d, f, &c.items[0]);
	dns_hijack_derived(d, f);
out:
	diagnosis_clusters_free(&c);
}
