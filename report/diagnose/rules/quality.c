/* path_quality.c - paths that work, and not well: limits on new connections,
 * loss, slowness. */
#include "report/diagnose/diagnose.h"

#include <string.h>

/* Limits ------------------------------------------------------------------ */

static const char *quality_key_crowded(struct diagnosis *d, size_t index)
{
	return diagnosis_view(d, index)->throttled != THROTTLED_NO ? "" : NULL;
}

static void quality_limited(struct diagnosis *d)
{
	struct clusters c;
	struct candidate *f;
	size_t proved = 0;

	diagnosis_clusters_collect(&c, d, quality_key_crowded);
	if (c.count == 0)
		goto out;
	f = candidate_for(d, "rate-limited", "");
	for (size_t i = 0; i < c.items[0].count; i++) {
		size_t index = c.items[0].items[i];
		const struct evidence *e =
		    correlation_control(d->correlation, index, "again");

		if (diagnosis_view(d, index)->throttled == THROTTLED_INFERRED)
			f->inferred = true;
		if (e == NULL)
			continue;
		proved++;
		candidate_cite(d, f, e,
			       arena_printf(d->arena,
					    "%s: silent at first, opened when "
					    "asked again, alone",
					    diagnosis_target(d, index)));
	}
	candidate_line(d, f,
		       "tests that were silent only in the crowd: %zu of %zu",
		       proved, c.items[0].count);
	candidate_claim_all(d, f, &c.items[0]);
out:
	diagnosis_clusters_free(&c);
}

/* Loss and slowness ------------------------------------------------------- */

static const char *quality_key_works(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);

	return diagnosis_judgement(d, index)->verdict == VERDICT_WARN &&
		       r->outcome.cause == CAUSE_OK &&
		       diagnosis_view(d, index)->answered && !r->on_link
		   ? ""
		   : NULL;
}

static void quality_loss(struct diagnosis *d)
{
	const char *code = d->correlation->hurried ? "rate-limited" : "loss";
	struct clusters c;
	struct candidate *f = NULL;

	diagnosis_clusters_collect(&c, d, quality_key_works);
	for (size_t i = 0;
	     d->correlation->lossy && c.count > 0 && i < c.items[0].count;
	     i++) {
		if (diagnosis_result(d, c.items[0].items[i])->lost == 0)
			continue;
		f = candidate_for(d, code, "");
		candidate_claim(d, f, c.items[0].items[i]);
	}
	if (f != NULL) {
		f->detail =
		    arena_printf(d->arena, "%u of %u", d->correlation->lost,
				 d->correlation->sent);
		candidate_line(d, f,
			       "tries without an answer, of tests that were "
			       "answered in the end: %s",
			       f->detail);
		if (d->correlation->hurried)
			candidate_line(
			    d, f,
			    "no datagram was lost: it is new connections "
			    "that are held back, not packets");
	}
	diagnosis_clusters_free(&c);
}

static struct candidate *quality_slow_draft(struct diagnosis *d)
{
	struct candidate *f = candidate_for(d, "slow-path", "");

	f->detail =
	    arena_printf(d->arena, "%lld ms",
			 (long long)d->correlation->round_trip_us / 1000);
	candidate_line(d, f, "half of all connections took %s or longer",
		       f->detail);
	return f;
}

static void quality_slow(struct diagnosis *d)
{
	struct clusters c;

	diagnosis_clusters_collect(&c, d, quality_key_works);
	for (size_t i = 0;
	     d->correlation->slow && c.count > 0 && i < c.items[0].count; i++) {
		if (diagnosis_result(d, c.items[0].items[i])->timings.connect >=
		    CORRELATION_SLOW_US)
			candidate_claim(d, quality_slow_draft(d),
					c.items[0].items[i]);
	}
	diagnosis_clusters_free(&c);
}

/* A name takes several round trips of the resolver; on a slow line it gives up.
 */
static const char *quality_key_name(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);

	return r->outcome.cause == CAUSE_TIMEOUT &&
		       (r->outcome.phase == PHASE_RESOLVE ||
			(correlation_is_check(r, "dns") &&
			 r->spec->system_server))
		   ? ""
		   : NULL;
}

static void quality_slow_names(struct diagnosis *d)
{
	struct clusters c;
	struct candidate *f;

	diagnosis_clusters_collect(&c, d, quality_key_name);
	if (d->correlation->slow && c.count > 0) {
		f = quality_slow_draft(d);
		candidate_line(
		    d, f, "names that the resolver did not have in time: %zu",
		    c.items[0].count);
		candidate_claim_all(d, f, &c.items[0]);
	}
	diagnosis_clusters_free(&c);
}

/* Before silence is put down to anything else. */
void rules_throttled(struct diagnosis *d)
{
	quality_slow_names(d);
	quality_limited(d);
}

/* Of what is left when all else has been explained. */
void rules_quality(struct diagnosis *d)
{
	quality_loss(d);
	quality_slow(d);
}
