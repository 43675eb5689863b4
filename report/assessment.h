/*
 * assessment.h - what plan and results mean: the working state that judging
 * and diagnosing share. report.c makes the document of it.
 *
 * Pure. Plan, results and run are borrowed; results are evidence and never
 * change.
 */
#ifndef PREFLIGHT_ASSESSMENT_H
#define PREFLIGHT_ASSESSMENT_H

#include "core/base/buf.h"
#include "core/base/result.h"
#include "profiles/plan/plan.h"
#include "report/report.h"

/*
 * What a result means, beside the result. Judged anew from the same results,
 * it is the same again.
 */
struct judgement {
	enum verdict verdict;
	enum why why;       /* where untested */
	enum proof proof;   /* what is accepted as seen */
	enum phase phase;   /* how far it got, seen among the others ... */
	enum cause cause;   /* ... and why it ended there */
	const char *reason; /* one line for a person, "" when it passed */
	const struct finding *finding; /* what explains it; NULL: nothing */
};

struct requirement_report {
	const struct plan_requirement *planned;
	enum verdict verdict;
	enum why why;       /* where untested */
	const char *reason; /* one line for a person, "" when it passed */
	size_t device_count;
	const struct device_verdict *devices;
	size_t result_count;
	const size_t *results; /* indices into results->items */
};

struct group_report {
	const struct profile *profile;
	const char *group;
	const char *device; /* NULL: none */
	enum verdict verdict;
	size_t by_count;
	const size_t *by; /* indices into requirements: who satisfied it */
};

struct device_report {
	const struct plan_device *device;
	enum device_state state;
	enum verdict verdict;
};

struct correlation; /* report/correlation.h */

struct assessment {
	struct arena arena;
	struct correlation *correlation; /* what the results say together */
	const struct plan *plan;
	const struct results *results;
	struct judgement *judgements; /* one for each result */
	const struct run_info *run;
	enum run_verdict verdict;
	unsigned summary[VERDICT_COUNT]; /* counts of requirements */
	struct report_counts counts;
	size_t requirement_count;
	struct requirement_report *requirements;
	size_t group_count;
	struct group_report *groups;
	size_t device_count;
	struct device_report *devices;
	size_t finding_count;
	struct finding *findings; /* most severe first */
	const char *headline;     /* "NOT READY: 5 of 16 required paths ..." */
	size_t note_count;
	const char *const *notes; /* "2 inbound paths not provable ..." */
};

/* Takes the correlation, and with it plan and results. */
struct assessment *assessment_new(struct correlation *s,
				  const struct run_info *run);
void assessment_free(struct assessment *a);

/* The steps of assessment_new, apart for tests. */
void judge(struct assessment *a);
void diagnose(struct assessment *a);

#endif
