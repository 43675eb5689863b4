/* partial_address.c - one of several addresses of a name does not work. */
#include "report/diagnose/diagnose.h"

static void partial_addresses(struct diagnosis *d);

const struct finding_entry finding_partial_address = {
    .code = "partial-address",
    .rules = {{3000, partial_addresses}},
    .owner = OWNER_VENDOR,
    .title = "One of several addresses of {subject} does not work: {detail}",
    .meaning = "The name has several addresses, and not all of them work. "
	       "Clients that try one after the other are sometimes slow; "
	       "clients that use only the first may fail.",
    .decided =
	"Other addresses of the same name and port worked in the same run.",
    .lookalikes = "A firewall rule with an outdated list of addresses.",
    .remedies =
	{{OWNER_VENDOR,
	  {"If the firewall works with lists of addresses, compare them with "
	   "{detail}",
	   "If it persists, report {detail} to the owner of {subject}"}}},
    .confirm_by = "the same address from another network",
};

static bool partial_sibling_works(const struct diagnosis *d, size_t index)
{
	const struct correlation *s = d->correlation;
	size_t spec = correlation_spec(s, index);

	for (size_t i = 0; i < s->spec_count[spec]; i++) {
		const struct result *r =
		    diagnosis_result(d, s->by_spec[s->spec_first[spec] + i]);

		if (r->addr.family == diagnosis_result(d, index)->addr.family &&
		    r->parent == SIZE_MAX && r->outcome.cause == CAUSE_OK &&
		    r->why == WHY_NONE)
			return true;
	}
	return false;
}

static const char *partial_key(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);

	if (diagnosis_judgement(d, index)->verdict != VERDICT_WARN ||
	    r->outcome.cause == CAUSE_OK || r->addr.family == ADDR_NONE ||
	    r->spec->host == NULL || r->spec->system_server ||
	    r->spec->literal.family != ADDR_NONE || r->parent != SIZE_MAX)
		return NULL;
	return partial_sibling_works(d, index) ? r->spec->host : NULL;
}

static void partial_address(struct diagnosis *d, const struct cluster *c)
{
	struct candidate *f =
	    candidate_for(d, &finding_partial_address, c->key);
	struct map seen = {0};
	char address[ADDR_TEXT], code[OUTCOME_CODE];

	f->subject = c->key;
	for (size_t i = 0; i < c->count; i++) {
		const struct result *r = diagnosis_result(d, c->items[i]);
		size_t *slot =
		    map_at(&seen, arena_strdup(d->arena,
					       addr_text(&r->addr, address)));

		if (*slot == SIZE_MAX)
			f->detail = i == 0 ? arena_strdup(d->arena, address)
					   : arena_printf(d->arena, "%s, %s",
							  f->detail, address);
		*slot = i;
		candidate_line(
		    d, f, "%s port %u: %s", address, (unsigned)r->port,
		    outcome_code(r->outcome.phase, r->outcome.cause, code));
	}
	candidate_line(d, f, "another address of the name works");
	candidate_claim_all(d, f, c);
	map_free(&seen);
}

static void partial_addresses(struct diagnosis *d)
{
	struct clusters c;

	diagnosis_clusters_collect(&c, d, partial_key);
	for (size_t i = 0; i < c.count; i++)
		partial_address(d, &c.items[i]);
	diagnosis_clusters_free(&c);
}
