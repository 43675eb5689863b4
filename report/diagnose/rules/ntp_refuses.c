/*
 * ntp_refuses.c - time servers that answer, and give no time. One rule for both
 * answers.
 */
#include "report/diagnose/diagnose.h"

static void ntp_kiss_of_death(struct diagnosis *d);
static void ntp_unsynchronised(struct diagnosis *d);

const struct finding_entry finding_ntp_kiss_of_death = {
    .code = "ntp-kiss-of-death",
    .rules = {{3200, ntp_kiss_of_death}},
    .owner = OWNER_VENDOR,
    .title = "Time {targets:server refuses|servers refuse} this site's queries "
	     "(kiss-o'-death {detail}): {targets}",
    .brief = "{targets} {targets:refuses|refuse} this site's queries",
    .meaning =
	"The server answers with a kiss-o'-death packet: too many queries come "
	"from this site's address, or the server serves only others.",
    .decided = "The answer is a kiss-o'-death packet (RATE, DENY, RSTR).",
    .remedies = {{OWNER_VENDOR,
		  {"Query it less often, or use another time server",
		   "Behind one public address, let one server of the site "
		   "query it, and the others query that server"}}},
    .confirm_by = "the same query from another network",
};

const struct finding_entry finding_ntp_unsynchronised = {
    .code = "ntp-unsynchronised",
    .rules = {{3210, ntp_unsynchronised}},
    .owner = OWNER_INTERNET,
    .title = "Time {targets:server is|servers are} not synchronised: {targets}",
    .brief = "{targets} {targets:is|are} not synchronised",
    .meaning = "The server answers, but reports that it is not synchronised. "
	       "Its time must not be used.",
    .decided =
	"The server's answer reports it (leap indicator 3, or no stratum).",
    .remedies = {{OWNER_INTERNET,
		  {"Use another time server",
		   "If it is your own, check its sources (chronyc sources)"}}},
    .confirm_by = "the same query from another network",
};

static void ntp_refuses(struct diagnosis *d, enum cause cause,
			const struct finding_entry *entry)
{
	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);
		const struct result *r;
		const char *kiss;
		struct candidate *f;

		if (i == SIZE_MAX)
			continue;
		r = diagnosis_result(d, i);
		if (!correlation_is_check(r, "ntp") ||
		    r->outcome.cause != cause)
			continue;
		f = candidate_for(
		    d, entry, r->spec->device != NULL ? r->spec->device : "");
		f->confirmed |= diagnosis_is_witnessed(d, i);
		f->where = WHERE_TARGET;
		if (r->spec->device != NULL)
			f->owner = OWNER_DEVICE;
		kiss = facts_text(&r->facts, "kiss-code");
		f->reason =
		    cause == CAUSE_UNSYNCHRONISED
			? "The server's own answer reports it (leap indicator "
			  "or stratum)"
			: arena_printf(
			      d->arena,
			      "The server answered with kiss-o'-death %s",
			      kiss != NULL ? kiss : "unknown");
		f->detail = kiss != NULL ? kiss : "unknown";
		if (kiss != NULL)
			candidate_line(d, f, "%s answers with kiss-o'-death %s",
				       diagnosis_target(d, i), kiss);
		else
			candidate_line(
			    d, f, "%s answers: leap %lld, stratum %lld",
			    diagnosis_target(d, i),
			    (long long)correlation_number(&r->facts, "leap",
							  -1),
			    (long long)correlation_number(&r->facts, "stratum",
							  -1));
		candidate_claim(d, f, i);
	}
}

static void ntp_kiss_of_death(struct diagnosis *d)
{
	ntp_refuses(d, CAUSE_REJECTED, &finding_ntp_kiss_of_death);
}

static void ntp_unsynchronised(struct diagnosis *d)
{
	ntp_refuses(d, CAUSE_UNSYNCHRONISED, &finding_ntp_unsynchronised);
}
