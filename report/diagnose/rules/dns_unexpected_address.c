/* dns_unexpected_address.c - answers that cannot be true. */
#include "report/diagnose/diagnose.h"

static void dns_unexpected(struct diagnosis *d);

const struct finding_entry finding_dns_unexpected_address = {
    .code = "dns-unexpected-address",
    .rules = {{200, dns_unexpected}},
    .owner = OWNER_DNS,
    .title =
	"DNS returns an address that cannot belong to the vendor: {subject}",
    .meaning =
	"A public name resolves to a private, local or unusable address. A DNS "
	"filter or sinkhole answers for it, or a local zone overrides it.",
    .decided = "The DNS answer contains a private, local or unusable address, "
	       "and no certificate of the vendor proves it right.",
    .lookalikes =
	"A private link to the vendor. In that case the connection must work.",
    .remedies =
	{{OWNER_DNS,
	  {"On this site's DNS filter, allow the names of this product",
	   "Look for a local zone or hosts entry that overrides them"}}},
};

static bool dns_is_misled(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);

	if (correlation_is_check(r, "dns"))
		return facts_is_true(&r->facts, "unexpected-address");
	return diagnosis_view(d, index)->unexpected &&
	       diagnosis_view(d, index)->trust != TLS_TRUST_PUBLIC;
}

static void dns_unexpected(struct diagnosis *d)
{
	struct candidate *f = NULL;
	struct map misled = {0};
	char address[ADDR_TEXT];

	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);
		const struct result *r;

		if (i == SIZE_MAX || !dns_is_misled(d, i))
			continue;
		r = diagnosis_result(d, i);
		f = candidate_for(d, &finding_dns_unexpected_address, "");
		f->confirmed = true;
		candidate_claim(d, f, i);
		if (r->spec->host == NULL || r->addr.family == ADDR_NONE)
			continue;
		*map_at(&misled, r->spec->host) = i;
		addr_text(&r->addr, address);
		if (f->subject[0] == '\0')
			f->subject = arena_strdup(d->arena, address);
		candidate_line(d, f, "%s resolves to %s", r->spec->host,
			       address);
	}
	/* Hosts that are found by way of such a name. */
	for (size_t k = 0; f != NULL && k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);

		if (i != SIZE_MAX &&
		    diagnosis_judgement(d, i)->verdict == VERDICT_SKIP &&
		    diagnosis_result(d, i)->spec->derive_from != NULL &&
		    map_get(&misled,
			    diagnosis_result(d, i)->spec->derive_from) !=
			SIZE_MAX)
			candidate_claim(d, f, i);
	}
	if (f != NULL) {
		if (f->subject[0] == '\0')
			f->subject = "a non-public address";
		f->reason = "The vendor's names resolve to an address that is "
			    "not public";
	}
	map_free(&misled);
}
