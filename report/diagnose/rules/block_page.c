/* block_page.c - a web filter answers for one host. */
#include "report/diagnose/diagnose.h"

#include "core/base/text.h"

#include <string.h>

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
	"451). A wrong certificate for the same host has the same cause. Or "
	"hosts of several owners, at several addresses, gave the same answer "
	"without TLS: a status that HTTP does not have, one page, or none "
	"at all while no plain answer of the run was another.",
    .remedies = {{OWNER_FIREWALL,
		  {"Allow {subject} for {source} in the web filter",
		   "If the filter goes by category, have the host "
		   "re-categorised or add an exception"}}},
    .confirm_by = "the web filter's log for {source}",
};

/* Whose page was recognised for that host; NULL: nobody's. */
static const char *block_page_product(const struct diagnosis *d, size_t index)
{
	const char *host = diagnosis_result(d, index)->spec->host;

	for (size_t i = 0; i < d->results->count; i++) {
		const struct result *r = diagnosis_result(d, i);
		const char *product = facts_text(&r->facts, "block-product");

		if (product != NULL && host != NULL && r->spec->host != NULL &&
		    strcmp(r->spec->host, host) == 0)
			return product;
	}
	return NULL;
}

/* One filter is one cause: by its product, or by an answer that all have. */
static const char *block_page_key(struct diagnosis *d, size_t index)
{
	const struct result_context *v = diagnosis_view(d, index);
	const char *product;

	if (v->interceptor != BLOCK_PAGE)
		return NULL;
	if (v->same_answer)
		return arena_printf(
		    d->arena, "\x1f%lld",
		    (long long)correlation_number(
			&diagnosis_result(d, index)->facts, "status", 0));
	product = block_page_product(d, index);
	return product == NULL ? diagnosis_target(d, index)
			       : arena_printf(d->arena, "\x1e%s", product);
}

/* "a.example, b.example.org and 2 other hosts". */
static const char *block_page_hosts(struct diagnosis *d,
				    const struct cluster *c)
{
	enum { NAMED = 2 };
	struct map seen = {0};
	const char *text = NULL;
	size_t count;

	for (size_t i = 0; i < c->count; i++) {
		const char *host = diagnosis_target(d, c->items[i]);
		size_t *slot = map_at(&seen, host);

		if (*slot == SIZE_MAX && seen.count <= NAMED)
			text = text == NULL ? host
					    : arena_printf(d->arena, "%s, %s",
							   text, host);
		*slot = i;
	}
	count = seen.count;
	map_free(&seen);
	return count <= NAMED
		   ? text
		   : arena_printf(d->arena, "%s and %zu other host%s", text,
				  count - NAMED, text_plural(count - NAMED));
}

/* Whose page it is, is not known: it is the same where no two should be. */
static void block_page_same(struct diagnosis *d, const struct cluster *c)
{
	const struct facts *facts = &diagnosis_result(d, c->items[0])->facts;
	struct candidate *f = candidate_for(d, &finding_block_page, c->key);
	const char *page = facts_text(facts, "page");
	const char *title = facts_text(facts, "title");

	f->subject = block_page_hosts(d, c);
	f->reason = "Hosts that have nothing in common gave the same answer, "
		    "without TLS";
	candidate_line(d, f, "hosts: %zu", diagnosis_hosts(d, c));
	candidate_line(
	    d, f, "status %lld, %s%s%s",
	    (long long)correlation_number(facts, "status", 0),
	    page == NULL                 ? "page not read"
	    : strcmp(page, "empty") == 0 ? "no page"
					 : "one page for all",
	    title == NULL ? "" : ", title: ", title == NULL ? "" : title);
	for (size_t i = 0; i < c->count; i++) {
		const struct result *r = diagnosis_result(d, c->items[i]);
		char address[ADDR_TEXT];

		if (r->addr.family != ADDR_NONE)
			candidate_example(d, f, "%s at %s",
					  diagnosis_target(d, c->items[i]),
					  addr_text(&r->addr, address));
	}
	candidate_claim_all(d, f, c);
}

static void block_page(struct diagnosis *d, const struct cluster *c)
{
	struct candidate *f = candidate_for(d, &finding_block_page, c->key);
	const char *product = NULL;

	f->subject = block_page_hosts(d, c);
	for (size_t i = 0; i < c->count; i++) {
		const struct facts *facts =
		    &diagnosis_result(d, c->items[i])->facts;
		const char *title = facts_text(facts, "title");

		if (product == NULL)
			product = facts_text(facts, "block-product");
		if (facts_is_true(facts, "block-page") && title != NULL)
			candidate_example(
			    d, f, "status %lld, title \"%s\"",
			    (long long)correlation_number(facts, "status", 0),
			    title);
		else if (facts_text(facts, "tls-issuer") != NULL)
			candidate_example(d, f,
					  "the certificate was issued by %s",
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
	for (size_t i = 0; i < c.count; i++) {
		if (c.items[i].key[0] == '\x1f')
			block_page_same(d, &c.items[i]);
		else
			block_page(d, &c.items[i]);
	}
	diagnosis_clusters_free(&c);
}
