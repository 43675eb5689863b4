/*
 * tls_inspection.c - is TLS end to end, or is it intercepted (decrypted) on the
 * path?
 */
#include "core/engine/check.h"
#include "core/net/tls_products.h"
#include "core/net/tls.h"

static void tls_inspection_product(struct probe *p,
				   const struct tls_evidence *e)
{
	const char *product = NULL;

	for (size_t i = 0; i < e->chain_count && product == NULL; i++)
		product = tls_products_product(e->chain[i].issuer);
	if (product == NULL)
		product = tls_products_product(e->root);
	if (product != NULL)
		fact_string(p, "inspection-product", product);
}

static enum step tls_inspection_agreed(struct probe *p)
{
	const struct tls_evidence *e = probe_tls(p);

	if (e->trust == TLS_TRUST_PUBLIC)
		return probe_ok(p);
	/* Not known: a local root, or a public one that is younger than the
	 * list of them. */
	if (e->trust == TLS_TRUST_SYSTEM)
		return probe_untested(p, WHY_LOCAL);
	tls_inspection_product(p, e);
	return probe_fail_at(p, PHASE_TLS, CAUSE_UNTRUSTED);
}

static enum step tls_inspection_step(struct probe *p, enum event event)
{
	return event == EV_START ? tls_inspection_agreed(p) : STEP_WAIT;
}

static const struct fact_def inspection_facts[] = {
    {.name = "inspection-product",
     .type = FACT_STRING,
     .help = "product that owns the certificate authority, where it is known"},
    {.name = NULL}};

const struct check check_tls_inspection = {
    .name = "tls-inspection",
    .summary = "TLS ends in a public root: it is not intercepted (decrypted)",
    .facts = inspection_facts,
    .needs = NEEDS_TLS,
    .proxy = PROXY_TUNNEL,
    .transport = TRANSPORT_TCP,
    .window = 16,
    .port = 443,
    .describes_tls = true,
    .step = tls_inspection_step};
