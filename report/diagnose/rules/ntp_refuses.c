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
    .title = "Time server that tells this site to stay away: {targets}",
    .meaning = "The server answers with a kiss-o'-death: too many requests "
	       "come from this site's address, or it serves others only.",
    .decided = "The answer is a kiss-o'-death packet (RATE, DENY, RSTR).",
    .remedies = {{OWNER_VENDOR,
		  {"Ask less often, or use another time server",
		   "Behind one public address, let one server of the site "
		   "ask and the others ask that one"}}},
};

const struct finding_entry finding_ntp_unsynchronised = {
    .code = "ntp-unsynchronised",
    .rules = {{3210, ntp_unsynchronised}},
    .owner = OWNER_INTERNET,
    .title = "Time server without time of its own: {targets}",
    .meaning = "The server answers, but says that it is not synchronised: "
	       "its time must not be used.",
    .decided = "The answer says so itself: leap indicator 3, or no stratum.",
    .remedies = {{OWNER_INTERNET,
		  {"Use another time server",
		   "If it is your own, check its sources (chronyc "
		   "sources)"}}},
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
		f->confirmed = true;
		f->where = WHERE_TARGET;
		if (r->spec->device != NULL)
			f->owner = OWNER_DEVICE;
		kiss = facts_text(&r->facts, "kiss-code");
		f->reason = cause == CAUSE_UNSYNCHRONISED
				? "The answer says so itself (leap indicator "
				  "or stratum)"
				: arena_printf(d->arena, "Kiss code %s",
					       kiss != NULL ? kiss : "unknown");
		if (kiss != NULL)
			candidate_line(d, f, "%s answers with kiss code %s",
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
