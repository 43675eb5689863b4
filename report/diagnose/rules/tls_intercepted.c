/* tls_intercepted.c - a device decrypts TLS and signs certificates of its own.
 */
#include "report/diagnose/diagnose.h"

#include "core/net/tls_products.h"

static void tls_intercepted(struct diagnosis *d);

const struct finding_entry finding_tls_intercepted = {
    .code = "tls-intercepted",
    .rules = {{2300, tls_intercepted}},
    .owner = OWNER_FIREWALL,
    .title = "TLS is being intercepted (decrypted) by {subject}",
    .meaning = "A device between this host and the vendor terminates the "
	       "encrypted connection and presents its own certificate. "
	       "Products that verify the certificate refuse the connection.",
    .decided =
	"Certificates for the right names are signed by an authority that is "
	"not public: for hosts of several owners, by a known inspection "
	"product, or by a root certificate that was added to this host.",
    .remedies =
	{{OWNER_FIREWALL,
	  {"Exempt {source} from TLS inspection on the firewall or "
	   "proxy: a bypass rule by source address",
	   "If rules go by destination, exempt the host names of this product: "
	   "{rules}",
	   "Run preflight again: the issuer must now be a public authority"}},
	 {OWNER_PROXY,
	  {"Exempt {source} from TLS inspection on the proxy: a "
	   "bypass rule by source address",
	   "If rules go by destination, exempt the host names of this product: "
	   "{rules}",
	   "Run preflight again: the issuer must now be a public authority"}}},
    .confirm_by = "comparing the issuer with the one that a host outside this "
		  "network sees",
};

static const char *tls_intercepted_key(struct diagnosis *d, size_t index)
{
	return diagnosis_view(d, index)->interceptor == TLS_INSPECTION ? ""
								       : NULL;
}

static const char *tls_intercepted_by_fact(const struct facts *f,
					   const char *name)
{
	const char *text = facts_text(f, name);

	return text != NULL ? tls_products_product(text) : NULL;
}

/* The product is known by its issuer, or by what the check found. */
static const char *tls_intercepted_product(struct diagnosis *d,
					   const struct cluster *c)
{
	for (size_t i = 0; i < c->count; i++) {
		const struct facts *f =
		    &diagnosis_result(d, c->items[i])->facts;
		const char *product = facts_text(f, "inspection-product");

		if (product == NULL)
			product = tls_intercepted_by_fact(f, "tls-issuer");
		if (product == NULL)
			product = tls_intercepted_by_fact(f, "tls-root");
		if (product != NULL)
			return product;
	}
	return NULL;
}

static void tls_intercepted(struct diagnosis *d)
{
	struct clusters c;
	struct candidate *f;
	const char *product, *issuer = d->correlation->inspector;
	bool proxied = false;

	diagnosis_clusters_collect(&c, d, tls_intercepted_key);
	if (c.count == 0 || !c.items[0].active)
		goto out;
	product = tls_intercepted_product(d, &c.items[0]);
	f = candidate_for(d, &finding_tls_intercepted, "");
	f->confirmed = d->correlation->inspector_proved;
	f->subject = product != NULL ? product
				     : arena_printf(d->arena, "\"%s\"", issuer);
	f->reason = arena_printf(d->arena,
				 "Certificates for the right names are signed "
				 "by \"%s\", which is not a public authority",
				 issuer);
	for (size_t i = 0; i < c.items[0].count; i++) {
		const struct result *r =
		    diagnosis_result(d, c.items[0].items[i]);

		proxied |= r->spec->via_proxy;
		if (diagnosis_view(d, c.items[0].items[i])->name_matches)
			candidate_line(
			    d, f, "%s: certificate of that issuer (%s)",
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
