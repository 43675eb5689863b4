/* saved_sound.c - a report that contradicts itself is refused. */
#include "report/saved/saved_sound.h"

#include "report/judge/judge.h"
#include "report/map.h"

#include <stdlib.h>
#include <string.h>

struct sound {
	const struct report *r;
	const char *file;
	struct error *err;
	struct report_counts counts; /* as the requirements give them */
	unsigned summary[VERDICT_COUNT];
};

static int sound_bad(const struct sound *s, const char *what)
{
	error_at(s->err, s->file, 0, 0, "contradicts itself: %s", what);
	error_suggest(s->err, "use the report as the run wrote it");
	return -1;
}

static int sound_bad_item(const struct sound *s, const char *list, size_t i,
			  const char *what)
{
	char text[160];

	snprintf(text, sizeof text, "%s[%zu] %s", list, i, what);
	return sound_bad(s, text);
}

/* Ids --------------------------------------------------------------------- */

static const char *sound_result_id(const struct report *r, size_t i)
{
	return i < r->result_count ? r->results[i].id : NULL;
}

static const char *sound_evidence_id(const struct report *r, size_t i)
{
	return i < r->evidence_count ? r->evidence[i].id : NULL;
}

static const char *sound_finding_id(const struct report *r, size_t i)
{
	return i < r->finding_count ? r->findings[i].id : NULL;
}

static int sound_ids_of(const struct sound *s, const char *list,
			const char *(*id)(const struct report *r, size_t i))
{
	struct map seen = {0};
	int rc = 0;

	for (size_t i = 0; rc == 0 && id(s->r, i) != NULL; i++) {
		size_t *at = map_at(&seen, id(s->r, i));

		if (*at != SIZE_MAX)
			rc = sound_bad_item(s, list, i,
					    "has the id of another one");
		*at = i;
	}
	map_free(&seen);
	return rc;
}

static int sound_ids(const struct sound *s)
{
	return sound_ids_of(s, "results", sound_result_id) == -1 ||
		       sound_ids_of(s, "evidence", sound_evidence_id) == -1 ||
		       sound_ids_of(s, "findings", sound_finding_id) == -1
		   ? -1
		   : 0;
}

/* Requirements ------------------------------------------------------------ */

/* An inbound path is proved by one sender; the others stay untested. */
static bool sound_is_heard(const struct sound *s,
			   const struct report_requirement *q)
{
	for (size_t i = 0; i < q->result_count; i++) {
		const struct report_result *r = &s->r->results[q->results[i]];

		if (judge_is_fine(r->verdict) &&
		    facts_find(&r->facts, "heard") != NULL)
			return true;
	}
	return false;
}

/* A requirement's verdict is that of its worst target. Why a target was not
 * tested is not in a report: it may be the mildest. */
static int sound_targets(const struct sound *s, size_t index)
{
	const struct report_requirement *q = &s->r->requirements[index];
	int most = judge_rank(q->verdict, q->why);
	bool same = q->device_count == 0;
	bool heard = sound_is_heard(s, q);

	for (size_t i = 0; i < q->device_count; i++) {
		enum verdict verdict = q->devices[i].verdict;

		same |= verdict == q->verdict;
		if (heard && verdict == VERDICT_UNTESTED)
			continue;
		if (judge_rank(verdict, WHY_NO_WITNESS) > most)
			return sound_bad_item(
			    s, "requirements", index,
			    "has a better verdict than one of its targets");
	}
	return same ? 0
		    : sound_bad_item(s, "requirements", index,
				     "has a verdict that none of its targets "
				     "has");
}

static int sound_results(const struct sound *s, size_t index)
{
	const struct report_requirement *q = &s->r->requirements[index];

	for (size_t i = 0; i < q->result_count; i++) {
		const struct report_result *r = &s->r->results[q->results[i]];

		if (r->requirement != index)
			return sound_bad_item(s, "requirements", index,
					      "lists a result of another "
					      "requirement");
		if (q->verdict == VERDICT_PASS && r->verdict == VERDICT_FAIL)
			return sound_bad_item(s, "requirements", index,
					      "passes, but one of its results "
					      "fails");
	}
	return 0;
}

/* Each result is of the requirement that lists it, once. */
static int sound_lists(const struct sound *s)
{
	const struct report *r = s->r;
	unsigned char *listed = mem_calloc(r->result_count + 1, 1);
	size_t wrong = SIZE_MAX;

	for (size_t i = 0; i < r->requirement_count; i++)
		for (size_t k = 0; k < r->requirements[i].result_count; k++)
			if (listed[r->requirements[i].results[k]]++ != 0)
				wrong = r->requirements[i].results[k];
	for (size_t i = 0; i < r->result_count; i++)
		if (listed[i] == 0)
			wrong = i;
	free(listed);
	return wrong == SIZE_MAX
		   ? 0
		   : sound_bad_item(s, "results", wrong,
				    "is not listed once by its requirement");
}

static int sound_requirements(const struct sound *s)
{
	for (size_t i = 0; i < s->r->requirement_count; i++)
		if (sound_targets(s, i) == -1 || sound_results(s, i) == -1)
			return -1;
	return sound_lists(s);
}

/* Counts ------------------------------------------------------------------ */

struct report_counts saved_sound_counts(const struct report *r)
{
	struct report_counts counts = {0}, *c = &counts;

	for (size_t i = 0; i < r->requirement_count; i++) {
		const struct report_requirement *q = &r->requirements[i];
		enum level level = q->level;
		bool fails = q->verdict == VERDICT_FAIL;
		bool skips = q->verdict == VERDICT_SKIP;
		bool warns = q->verdict == VERDICT_WARN;
		bool untested = q->verdict == VERDICT_UNTESTED;

		if (level != LEVEL_REQUIRED && level != LEVEL_ALTERNATIVE) {
			c->warnings += level != LEVEL_ADVISORY &&
				       (warns || fails || skips);
			continue;
		}
		c->required += q->verdict != VERDICT_NOT_NEEDED;
		c->works += q->verdict == VERDICT_PASS || warns;
		c->failed += fails;
		c->skipped += skips;
		c->warnings += warns;
		c->inbound += untested && q->why == WHY_NEEDS_SECOND_END;
		c->no_witness += untested && q->why == WHY_NO_WITNESS;
		c->undecided += untested && q->why != WHY_NEEDS_SECOND_END &&
				q->why != WHY_NO_WITNESS;
	}
	return counts;
}

static int sound_number(const struct sound *s, const char *list,
			const char *name, unsigned is, unsigned expected)
{
	char text[160];

	if (is == expected)
		return 0;
	snprintf(text, sizeof text, "%s.%s is %u, but its requirements give %u",
		 list, name, is, expected);
	return sound_bad(s, text);
}

static int sound_summary(const struct sound *s)
{
	for (int v = VERDICT_NONE + 1; v < VERDICT_COUNT; v++)
		if (sound_number(s, "summary", verdict_name((enum verdict)v),
				 s->r->summary[v], s->summary[v]) == -1)
			return -1;
	return 0;
}

/* Targets that were not tested count as undecided, too, and are not told from
 * those that nothing can prove. */
static int sound_counts(const struct sound *s)
{
	const struct report_counts *is = &s->r->counts, *c = &s->counts;

	if (sound_number(s, "counts", "required", is->required, c->required) ==
		-1 ||
	    sound_number(s, "counts", "works", is->works, c->works) == -1 ||
	    sound_number(s, "counts", "failed", is->failed, c->failed) == -1 ||
	    sound_number(s, "counts", "skipped", is->skipped, c->skipped) ==
		-1 ||
	    sound_number(s, "counts", "inbound", is->inbound, c->inbound) ==
		-1 ||
	    sound_number(s, "counts", "no_witness", is->no_witness,
			 c->no_witness) == -1 ||
	    sound_number(s, "counts", "warnings", is->warnings, c->warnings) ==
		-1)
		return -1;
	if (is->undecided < c->undecided || is->undecided > c->required)
		return sound_number(s, "counts", "undecided", is->undecided,
				    c->undecided);
	return 0;
}

/* The verdict ------------------------------------------------------------- */

static bool sound_has_proof(const struct sound *s)
{
	const struct report_counts *c = &s->counts;

	if (c->required > 0)
		return c->works + c->failed + c->skipped > 0;
	return s->summary[VERDICT_PASS] + s->summary[VERDICT_WARN] +
		   s->summary[VERDICT_FAIL] + s->summary[VERDICT_SKIP] >
	       0;
}

/* Reports without counts come from a version that judged undecided ones in
 * another way: there, only what failed is compared. */
static bool sound_is_verdict(const struct sound *s)
{
	const struct report *r = s->r;
	bool failed = s->counts.failed + s->counts.skipped > 0;
	bool undecided = r->counts.undecided > 0 || !sound_has_proof(s);

	if (failed || r->verdict == RUN_NOT_READY ||
	    (r->absent & REPORT_ABSENT_COUNTS) != 0)
		return failed == (r->verdict == RUN_NOT_READY);
	if (undecided || r->verdict == RUN_UNDECIDED)
		return undecided == (r->verdict == RUN_UNDECIDED);
	return (r->counts.warnings > 0) ==
	       (r->verdict == RUN_READY_WITH_WARNINGS);
}

static int sound_verdict(const struct sound *s)
{
	static const char *const words[] = {[RUN_READY] = "READY:",
					    [RUN_READY_WITH_WARNINGS] =
						"READY WITH WARNINGS:",
					    [RUN_UNDECIDED] = "UNDECIDED:",
					    [RUN_NOT_READY] = "NOT READY:"};
	const struct report_counts *c = &s->counts;
	const char *word = words[s->r->verdict];
	char text[160];

	if (!sound_is_verdict(s)) {
		snprintf(text, sizeof text,
			 "its verdict is '%s', but of %u required requirements "
			 "%u passed, %u failed",
			 run_verdict_name(s->r->verdict), c->required, c->works,
			 c->failed + c->skipped);
		return sound_bad(s, text);
	}
	if (strncmp(s->r->headline, word, strlen(word)) == 0)
		return 0;
	snprintf(text, sizeof text,
		 "its verdict is '%s', but its headline does not begin with "
		 "'%s'",
		 run_verdict_name(s->r->verdict), word);
	return sound_bad(s, text);
}

/* Findings ---------------------------------------------------------------- */

static int sound_findings(const struct sound *s)
{
	const struct report *r = s->r;

	for (size_t i = 0; i < r->finding_count; i++)
		for (size_t k = 0; k < r->findings[i].result_count; k++)
			if (r->results[r->findings[i].results[k]].finding != i)
				return sound_bad_item(
				    s, "findings", i,
				    "lists a result that another finding "
				    "explains");
	return 0;
}

int saved_sound(const struct report *r, const char *file, struct error *err)
{
	struct sound s = {.r = r, .file = file, .err = err};

	for (size_t i = 0; i < r->requirement_count; i++)
		s.summary[r->requirements[i].verdict]++;
	s.counts = saved_sound_counts(r);
	if (sound_ids(&s) == -1 || sound_requirements(&s) == -1 ||
	    sound_summary(&s) == -1 || sound_counts(&s) == -1 ||
	    sound_verdict(&s) == -1 || sound_findings(&s) == -1)
		return -1;
	return 0;
}
