/* block_page.c - a web filter answers for one host. */
#include "report/diagnose/diagnose.h"

static void block_pages(struct diagnosis *d);

const struct finding_entry finding_block_page = {
    .code = "block-page",
    .rules = {{2500, block_pages}},
    .owner = OWNER_FIREWALL,
    .title = "A web filter blocks {subject}",
    .meaning =
	"A block page of a web filter came instead of the requested host.",
    .decided =
	"The block page was recognised (by its product, its title or status "
	"451). A wrong certificate for the same host has the same cause.",
    .remedies = {{OWNER_FIREWALL,
		  {"Allow {subject} for {source} in the web filter",
		   "If the filter goes by category, have the host "
		   "re-categorised or add an exception"}}},
    .confirm_by = "the web filter's log for {source}",
};

static const char *block_page_key(struct diagnosis *d, size_t index)
{
	if (diagnosis_view(d, index)->interceptor != BLOCK_PAGE)
		return NULL;
	return diagnosis_target(d, index);
}

static void block_page(struct diagnosis *d, const struct cluster *c)
{
	struct candidate *f = candidate_for(d, &finding_block_page, c->key);
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
			candidate_line(d, f, "the certificate was issued by %s",
				       facts_text(facts, "tls-issuer"));
	}
	f->confirmed = product != NULL;
	f->reason = product != NULL
			? arena_printf(d->arena, "The block page is that of %s",
				       product)
			: "The page looks like a web filter's block page";
	candidate_claim_all(d, f, c);
}

static void block_pages(struct diagnosis *d)
{
	struct clusters c;

	diagnosis_clusters_collect(&c, d, block_page_key);
	for (size_t i = 0; i < c.count; i++)
		block_page(d, &c.items[i]);
	diagnosis_clusters_free(&c);
}
