/* ntp.c - time servers: unreachable all together, without time, unwilling. */
#include "report/diagnose/diagnose.h"

static bool ntp_is_check(const struct result *r)
{
	return correlation_is_check(r, "ntp");
}

/* Time servers on the internet stand for each other. */
static const char *ntp_key_silent(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);

	if (!ntp_is_check(r) || r->spec->device != NULL ||
	    !correlation_is_silent(r, SILENCE_NO_REPLY) ||
	    !diagnosis_view(d, index)->internet)
		return NULL;
	return "silent";
}

static bool ntp_any_works(const struct diagnosis *d)
{
	for (size_t i = 0; i < d->results->count; i++) {
		const struct result *r = diagnosis_result(d, i);

		if (ntp_is_check(r) && diagnosis_view(d, i)->answered)
			return true;
	}
	return false;
}

static void ntp_blocked(struct diagnosis *d)
{
	struct clusters c;
	struct hop hop;
	struct candidate *f;

	diagnosis_clusters_collect(&c, d, ntp_key_silent);
	/* The control: the internet answers on other ports. */
	if (c.count == 0 || ntp_any_works(d) ||
	    d->v4.internet_answered + d->v6.internet_answered == 0)
		goto out;
	hop = diagnosis_hop(d, c.items[0].items, c.items[0].count);
	f = candidate_for(d, "ntp-blocked", "");
	f->reason = "No time server answered; other ports of the internet do";
	candidate_line(d, f,
		       "%zu time servers: no answer to three requests each",
		       c.items[0].count);
	candidate_line(d, f, "other tests of the internet were answered");
	diagnosis_candidate_hop(d, f, &hop);
	candidate_claim_all(d, f, &c.items[0]);
out:
	diagnosis_clusters_free(&c);
}

static void ntp_says(struct diagnosis *d, enum cause cause, const char *code)
{
	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);
		const struct result *r;
		const char *kiss;
		struct candidate *f;

		if (i == SIZE_MAX)
			continue;
		r = diagnosis_result(d, i);
		if (!ntp_is_check(r) || r->outcome.cause != cause)
			continue;
		f = candidate_for(
		    d, code, r->spec->device != NULL ? r->spec->device : "");
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

/* Its time is not the one that the others agree on (clock.c has looked). */
static void ntp_clock_wrong(struct diagnosis *d)
{
	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);
		const struct result *r;
		struct candidate *f;

		if (i == SIZE_MAX)
			continue;
		r = diagnosis_result(d, i);
		if (!correlation_clock_differs(r) ||
		    diagnosis_view(d, i)->interceptor != INTERCEPTOR_NONE)
			continue;
		f = candidate_for(d, "server-clock-wrong",
				  r->spec->device != NULL ? r->spec->device
							  : "");
		f->where = WHERE_TARGET;
		if (r->spec->device != NULL)
			f->owner = OWNER_DEVICE;
		candidate_line(
		    d, f,
		    "%s is %lld seconds away from the time that others "
		    "tell, and this host has",
		    diagnosis_target(d, i),
		    (long long)correlation_clock_offset(r) / 1000);
		candidate_claim(d, f, i);
	}
}

void rules_ntp(struct diagnosis *d)
{
	ntp_clock_wrong(d);
	ntp_says(d, CAUSE_REJECTED, "ntp-kiss-of-death");
	ntp_says(d, CAUSE_UNSYNCHRONISED, "ntp-unsynchronised");
	ntp_blocked(d);
}
