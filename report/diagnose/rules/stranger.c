/* stranger.c - somebody answered in the place of the target. */
#include "report/diagnose/diagnose.h"

#include "core/net/tls_products.h"

#include <string.h>

static const char *stranger_key(struct diagnosis *d, size_t index,
				enum stranger kind)
{
	return diagnosis_view(d, index)->stranger == kind ? "" : NULL;
}

static const char *stranger_inspected(struct diagnosis *d, size_t index)
{
	return stranger_key(d, index, STRANGER_INSPECTOR);
}

static const char *stranger_captured(struct diagnosis *d, size_t index)
{
	return stranger_key(d, index, STRANGER_PORTAL);
}

static const char *stranger_blocked(struct diagnosis *d, size_t index)
{
	if (diagnosis_view(d, index)->stranger != STRANGER_BLOCK_PAGE)
		return NULL;
	return diagnosis_target(d, index);
}

/* Hosts that are found by way of a hijacked name. */
static void stranger_derived(struct diagnosis *d, struct draft *f)
{
	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);

		if (i != SIZE_MAX &&
		    diagnosis_result(d, i)->verdict == VERDICT_SKIP &&
		    diagnosis_result(d, i)->outcome.phase != PHASE_RESOLVE &&
		    diagnosis_result(d, i)->spec->derive_from != NULL)
			draft_claim(d, f, i);
	}
}

/* What the resolver says about a name that nobody has; NULL: no address. */
static const struct evidence *stranger_wildcard(const struct diagnosis *d)
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
static const char *stranger_led_astray(struct diagnosis *d, size_t index)
{
	const struct evidence *e = stranger_wildcard(d);
	const struct survey_view *v = diagnosis_view(d, index);
	char address[ADDR_TEXT];
	const struct fact *list;

	if (v->stranger == STRANGER_HIJACK)
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

static void stranger_cite_wildcard(struct diagnosis *d, struct draft *f)
{
	const struct evidence *e = stranger_wildcard(d);

	if (e == NULL)
		return;
	draft_cite(
	    d, f, e,
	    arena_printf(d->arena, "%s, a name that nobody has, resolves to %s",
			 facts_text(&e->observed, "name"),
			 facts_find(&e->observed, "addresses")->list[0]));
}

static void stranger_hijack(struct diagnosis *d)
{
	struct clusters c;
	const struct result *r;
	struct draft *f;
	char address[ADDR_TEXT];
	const char *subject;

	clusters_collect(&c, d, stranger_led_astray);
	if (c.count == 0)
		goto out;
	r = diagnosis_result(d, c.items[0].items[0]);
	f = draft_for(d, "dns-hijack", "");
	f->confirmed = true;
	f->subject = arena_strdup(d->arena, addr_text(&r->addr, address));
	f->reason =
	    diagnosis_view(d, c.items[0].items[0])->stranger == STRANGER_HIJACK
		? "Names of three or more owners resolve to one "
		  "address, and its certificate is for none of them"
		: "The name leads where names lead that nobody has, "
		  "and the certificate there is for another";
	stranger_cite_wildcard(d, f);
	for (size_t i = 0; i < c.items[0].count; i++) {
		r = diagnosis_result(d, c.items[0].items[i]);
		subject = facts_text(&r->facts, "tls-subject");
		if (subject == NULL)
			continue;
		draft_line(d, f, "asked for %s, the certificate is for %s",
			   diagnosis_target(d, c.items[0].items[i]), subject);
		break;
	}
	draft_claim_all(d, f, &c.items[0]);
	stranger_derived(d, f);
out:
	clusters_free(&c);
}

static const char *stranger_by_fact(const struct facts *f, const char *name)
{
	const char *text = facts_text(f, name);

	return text != NULL ? inspect_product(text) : NULL;
}

/* The product is known by its issuer, or by what the check found. */
static const char *stranger_product(struct diagnosis *d,
				    const struct cluster *c)
{
	for (size_t i = 0; i < c->count; i++) {
		const struct facts *f =
		    &diagnosis_result(d, c->items[i])->facts;
		const char *product = facts_text(f, "inspection-product");

		if (product == NULL)
			product = stranger_by_fact(f, "tls-issuer");
		if (product == NULL)
			product = stranger_by_fact(f, "tls-root");
		if (product != NULL)
			return product;
	}
	return NULL;
}

static void stranger_inspection(struct diagnosis *d)
{
	struct clusters c;
	struct draft *f;
	const char *product, *issuer = d->survey->inspector;
	bool proxied = false;

	clusters_collect(&c, d, stranger_inspected);
	if (c.count == 0 || !c.items[0].active)
		goto out;
	product = stranger_product(d, &c.items[0]);
	f = draft_for(d, "tls-intercepted", "");
	f->confirmed = d->survey->inspector_proved;
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
			draft_line(
			    d, f, "%s got a certificate of that issuer (%s)",
			    diagnosis_target(d, c.items[0].items[i]),
			    tls_trust_name(
				diagnosis_view(d, c.items[0].items[i])->trust));
	}
	if (proxied)
		f->owner = OWNER_PROXY;
	draft_claim_all(d, f, &c.items[0]);
out:
	clusters_free(&c);
}

static void stranger_portal(struct diagnosis *d)
{
	struct clusters c;
	struct draft *f;
	const char *portal = d->survey->portal;

	clusters_collect(&c, d, stranger_captured);
	if (c.count == 0 || !c.items[0].active)
		goto out;
	f = draft_for(d, "captive-portal", "");
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
			draft_line(d, f, "%s answers with a redirect to %s",
				   diagnosis_target(d, c.items[0].items[i]),
				   location);
		else if (facts_text(&r->facts, "tls-subject") != NULL)
			draft_line(d, f, "%s shows the certificate of %s",
				   diagnosis_target(d, c.items[0].items[i]),
				   facts_text(&r->facts, "tls-subject"));
	}
	draft_claim_all(d, f, &c.items[0]);
out:
	clusters_free(&c);
}

static void stranger_page(struct diagnosis *d, const struct cluster *c)
{
	struct draft *f = draft_for(d, "block-page", c->key);
	const char *product = NULL;

	f->subject = c->key;
	for (size_t i = 0; i < c->count; i++) {
		const struct facts *facts =
		    &diagnosis_result(d, c->items[i])->facts;
		const char *title = facts_text(facts, "title");

		if (product == NULL)
			product = facts_text(facts, "block-product");
		if (facts_is_true(facts, "block-page") && title != NULL)
			draft_line(d, f, "status %lld, title \"%s\"",
				   (long long)survey_number(facts, "status", 0),
				   title);
		else if (facts_text(facts, "tls-issuer") != NULL)
			draft_line(d, f, "its certificate is issued by %s",
				   facts_text(facts, "tls-issuer"));
	}
	f->confirmed = product != NULL;
	f->reason = product != NULL
			? arena_printf(d->arena,
				       "The page is one that %s shows", product)
			: "The page is one that filters show";
	draft_claim_all(d, f, c);
}

static void stranger_block_pages(struct diagnosis *d)
{
	struct clusters c;

	clusters_collect(&c, d, stranger_blocked);
	for (size_t i = 0; i < c.count; i++)
		stranger_page(d, &c.items[i]);
	clusters_free(&c);
}

/* A redirect to elsewhere that is this host's own matter. */
static const char *stranger_redirected(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);

	return facts_is_true(&r->facts, "captive") &&
		       r->outcome.cause == CAUSE_BAD_REPLY &&
		       facts_text(&r->facts, "location") != NULL
		   ? diagnosis_target(d, index)
		   : NULL;
}

static void stranger_redirect(struct diagnosis *d, const struct cluster *c)
{
	const struct facts *facts = &diagnosis_result(d, c->items[0])->facts;
	struct draft *f = draft_for(d, "redirect-refused", c->key);

	f->subject = c->key;
	f->detail = facts_text(facts, "location");
	draft_line(d, f, "status %lld, location %s",
		   (long long)survey_number(facts, "status", 0), f->detail);
	draft_line(d, f,
		   "it was not followed; plain HTTP to other owners "
		   "works");
	draft_claim_all(d, f, c);
}

static void stranger_redirects(struct diagnosis *d)
{
	struct clusters c;

	clusters_collect(&c, d, stranger_redirected);
	for (size_t i = 0; i < c.count; i++)
		stranger_redirect(d, &c.items[i]);
	clusters_free(&c);
}

void rules_stranger(struct diagnosis *d)
{
	stranger_hijack(d);
	stranger_inspection(d);
	stranger_portal(d);
	stranger_block_pages(d);
	stranger_redirects(d);
}
