/* intercept.c - somebody answered in the place of the target. */
#include "report/diagnose/diagnose.h"

#include "core/net/tls_products.h"

#include <string.h>

static const char *intercept_key(struct diagnosis *d, size_t index,
				 enum interceptor kind)
{
	return diagnosis_view(d, index)->interceptor == kind ? "" : NULL;
}

static const char *intercept_inspected(struct diagnosis *d, size_t index)
{
	return intercept_key(d, index, TLS_INSPECTION);
}

static const char *intercept_captured(struct diagnosis *d, size_t index)
{
	return intercept_key(d, index, CAPTIVE_PORTAL);
}

static const char *intercept_blocked(struct diagnosis *d, size_t index)
{
	if (diagnosis_view(d, index)->interceptor != BLOCK_PAGE)
		return NULL;
	return diagnosis_target(d, index);
}

/* Hosts that are found by way of a hijacked name. */
static void intercept_derived(struct diagnosis *d, struct candidate *f)
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

/* What the resolver says about a name that nobody has; NULL: no address. */
static const struct evidence *intercept_wildcard(const struct diagnosis *d)
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

/* A single name that leads where names lead that nobody has, and the
 * certificate there is for another. */
static const char *intercept_led_astray(struct diagnosis *d, size_t index)
{
	const struct evidence *e = intercept_wildcard(d);
	const struct result_context *v = diagnosis_view(d, index);
	char address[ADDR_TEXT];
	const struct fact *list;

	if (v->interceptor == DNS_REDIRECT)
		return "";
	if (e == NULL || v->name_matches || v->trust == TLS_TRUST_NONE)
		return NULL;
	list = facts_find(&e->observed, "addresses");
	addr_text(&diagnosis_result(d, index)->addr, address);
	for (size_t i = 0; i < list->list_count; i++)
		if (strcmp(list->list[i], address) == 0)
			return "";
	return NULL;
}

static void intercept_cite_wildcard(struct diagnosis *d, struct candidate *f)
{
	const struct evidence *e = intercept_wildcard(d);

	if (e == NULL)
		return;
	candidate_cite(
	    d, f, e,
	    arena_printf(d->arena, "%s, a name that nobody has, resolves to %s",
			 facts_text(&e->observed, "name"),
			 facts_find(&e->observed, "addresses")->list[0]));
}

static void intercept_hijack(struct diagnosis *d)
{
	struct clusters c;
	const struct result *r;
	struct candidate *f;
	char address[ADDR_TEXT];
	const char *subject;

	diagnosis_clusters_collect(&c, d, intercept_led_astray);
	if (c.count == 0)
		goto out;
	r = diagnosis_result(d, c.items[0].items[0]);
	f = candidate_for(d, "dns-hijack", "");
	f->confirmed = true;
	f->subject = arena_strdup(d->arena, addr_text(&r->addr, address));
	f->reason =
	    diagnosis_view(d, c.items[0].items[0])->interceptor == DNS_REDIRECT
		? "Names of three or more owners resolve to one "
		  "address, and its certificate is for none of them"
		: "The name leads where names lead that nobody has, "
		  "and the certificate there is for another";
	intercept_cite_wildcard(d, f);
	for (size_t i = 0; i < c.items[0].count; i++) {
		r = diagnosis_result(d, c.items[0].items[i]);
		subject = facts_text(&r->facts, "tls-subject");
		if (subject == NULL)
			continue;
		candidate_line(d, f, "asked for %s, the certificate is for %s",
			       diagnosis_target(d, c.items[0].items[i]),
			       subject);
		break;
	}
	candidate_claim_all(d, f, &c.items[0]);
	intercept_derived(d, f);
out:
	diagnosis_clusters_free(&c);
}

static const char *intercept_by_fact(const struct facts *f, const char *name)
{
	const char *text = facts_text(f, name);

	return text != NULL ? tls_products_product(text) : NULL;
}

/* The product is known by its issuer, or by what the check found. */
static const char *intercept_product(struct diagnosis *d,
				     const struct cluster *c)
{
	for (size_t i = 0; i < c->count; i++) {
		const struct facts *f =
		    &diagnosis_result(d, c->items[i])->facts;
		const char *product = facts_text(f, "inspection-product");

		if (product == NULL)
			product = intercept_by_fact(f, "tls-issuer");
		if (product == NULL)
			product = intercept_by_fact(f, "tls-root");
		if (product != NULL)
			return product;
	}
	return NULL;
}

static void intercept_inspection(struct diagnosis *d)
{
	struct clusters c;
	struct candidate *f;
	const char *product, *issuer = d->correlation->inspector;
	bool proxied = false;

	diagnosis_clusters_collect(&c, d, intercept_inspected);
	if (c.count == 0 || !c.items[0].active)
		goto out;
	product = intercept_product(d, &c.items[0]);
	f = candidate_for(d, "tls-intercepted", "");
	f->confirmed = d->correlation->inspector_proved;
	f->subject = product != NULL ? product
				     : arena_printf(d->arena, "\"%s\"", issuer);
	f->reason = arena_printf(
	    d->arena,
	    "Certificates for the right names are signed by \"%s\", which is "
	    "no public authority",
	    issuer);
	for (size_t i = 0; i < c.items[0].count; i++) {
		const struct result *r =
		    diagnosis_result(d, c.items[0].items[i]);

		proxied |= r->spec->via_proxy;
		if (diagnosis_view(d, c.items[0].items[i])->name_matches)
			candidate_line(
			    d, f, "%s got a certificate of that issuer (%s)",
			    diagnosis_target(d, c.items[0].items[i]),
			    tls_trust_name(
				diagnosis_view(d, c.items[0].items[i])->trust));
	}
	if (proxied)
		f->owner = OWNER_PROXY;
	candidate_claim_all(d, f, &c.items[0]);
out:
	diagnosis_clusters_free(&c);
}

static void intercept_portal(struct diagnosis *d)
{
	struct clusters c;
	struct candidate *f;
	const char *portal = d->correlation->portal;

	diagnosis_clusters_collect(&c, d, intercept_captured);
	if (c.count == 0 || !c.items[0].active)
		goto out;
	f = candidate_for(d, "captive-portal", "");
	f->confirmed = portal != NULL;
	f->subject =
	    portal == NULL ? "" : arena_printf(d->arena, ": %s", portal);
	f->reason =
	    portal == NULL
		? "Unrelated hosts show the same foreign certificate"
		: arena_printf(d->arena, "Unrelated hosts send visitors to %s",
			       portal);
	for (size_t i = 0; i < c.items[0].count; i++) {
		const struct result *r =
		    diagnosis_result(d, c.items[0].items[i]);
		const char *location = facts_text(&r->facts, "location");

		if (location != NULL)
			candidate_line(d, f, "%s answers with a redirect to %s",
				       diagnosis_target(d, c.items[0].items[i]),
				       location);
		else if (facts_text(&r->facts, "tls-subject") != NULL)
			candidate_line(d, f, "%s shows the certificate of %s",
				       diagnosis_target(d, c.items[0].items[i]),
				       facts_text(&r->facts, "tls-subject"));
	}
	candidate_claim_all(d, f, &c.items[0]);
out:
	diagnosis_clusters_free(&c);
}

static void intercept_page(struct diagnosis *d, const struct cluster *c)
{
	struct candidate *f = candidate_for(d, "block-page", c->key);
	const char *product = NULL;

	f->subject = c->key;
	for (size_t i = 0; i < c->count; i++) {
		const struct facts *facts =
		    &diagnosis_result(d, c->items[i])->facts;
		const char *title = facts_text(facts, "title");

		if (product == NULL)
			product = facts_text(facts, "block-product");
		if (facts_is_true(facts, "block-page") && title != NULL)
			candidate_line(
			    d, f, "status %lld, title \"%s\"",
			    (long long)correlation_number(facts, "status", 0),
			    title);
		else if (facts_text(facts, "tls-issuer") != NULL)
			candidate_line(d, f, "its certificate is issued by %s",
				       facts_text(facts, "tls-issuer"));
	}
	f->confirmed = product != NULL;
	f->reason = product != NULL
			? arena_printf(d->arena,
				       "The page is one that %s shows", product)
			: "The page is one that filters show";
	candidate_claim_all(d, f, c);
}

static void intercept_block_pages(struct diagnosis *d)
{
	struct clusters c;

	diagnosis_clusters_collect(&c, d, intercept_blocked);
	for (size_t i = 0; i < c.count; i++)
		intercept_page(d, &c.items[i]);
	diagnosis_clusters_free(&c);
}

/* A redirect to elsewhere that is this host's own matter. */
static const char *intercept_redirected(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);

	return facts_is_true(&r->facts, "captive") &&
		       r->outcome.cause == CAUSE_BAD_REPLY &&
		       facts_text(&r->facts, "location") != NULL
		   ? diagnosis_target(d, index)
		   : NULL;
}

static void intercept_redirect(struct diagnosis *d, const struct cluster *c)
{
	const struct facts *facts = &diagnosis_result(d, c->items[0])->facts;
	struct candidate *f = candidate_for(d, "redirect-refused", c->key);

	f->subject = c->key;
	f->detail = facts_text(facts, "location");
	candidate_line(d, f, "status %lld, location %s",
		       (long long)correlation_number(facts, "status", 0),
		       f->detail);
	candidate_line(d, f,
		       "it was not followed; plain HTTP to other owners "
		       "works");
	candidate_claim_all(d, f, c);
}

static void intercept_redirects(struct diagnosis *d)
{
	struct clusters c;

	diagnosis_clusters_collect(&c, d, intercept_redirected);
	for (size_t i = 0; i < c.count; i++)
		intercept_redirect(d, &c.items[i]);
	diagnosis_clusters_free(&c);
}

void rules_intercept(struct diagnosis *d)
{
	intercept_hijack(d);
	intercept_inspection(d);
	intercept_portal(d);
	intercept_block_pages(d);
	intercept_redirects(d);
}
