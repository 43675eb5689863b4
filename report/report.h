/*
 * report.h - the finished run. Every format is a rendering of it.
 *
 * Pure: nothing here touches the network or the clock. report_build() judges
 * (judge.c) and diagnoses (diagnose.c) plan + results; memory belongs to the
 * report's arena, plan and results are borrowed and must outlive it.
 */
#ifndef PREFLIGHT_REPORT_H
#define PREFLIGHT_REPORT_H

#include "core/base/buf.h"
#include "core/base/mem.h"
#include "core/base/outcome.h"
#include "profiles/plan/plan.h"
#include "core/base/result.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum run_verdict {
	RUN_READY,
	RUN_READY_WITH_WARNINGS,
	RUN_UNDECIDED,
	RUN_NOT_READY
};
const char *run_verdict_name(enum run_verdict verdict);

struct device_verdict {
	size_t device; /* index into plan->devices; SIZE_MAX: a host */
	const char *name;
	enum verdict verdict;
};

/*
 * What a result means, beside the result: results are evidence and never
 * change. Judged anew from the same results, it is the same again.
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

enum device_state { DEVICE_UP, DEVICE_ABSENT, DEVICE_SILENT };

struct device_report {
	const struct plan_device *device;
	enum device_state state;
	enum verdict verdict;
};

enum owner {
	OWNER_THIS_HOST,
	OWNER_LOCAL_NETWORK,
	OWNER_FIREWALL,
	OWNER_PROXY,
	OWNER_DNS,
	OWNER_INTERNET,
	OWNER_DEVICE,
	OWNER_VENDOR
};
const char *owner_name(enum owner owner);
const char *device_state_name(enum device_state state);

enum where_at {
	WHERE_THIS_HOST,
	WHERE_HOP,
	WHERE_AFTER_HOP,
	WHERE_TARGET,
	WHERE_UNKNOWN
};

const char *where_name(enum where_at where); /* NULL: unknown */

enum severity { SEVERITY_INFO, SEVERITY_WARNING, SEVERITY_CRITICAL };
const char *severity_name(enum severity severity);

struct finding {
	const char *id;   /* "f1" */
	const char *code; /* "firewall-prohibits" */
	enum owner owner;
	bool confirmed; /* else probable */
	bool inferred;
	enum severity severity;
	const char *title;   /* one line */
	struct addr blocker; /* family ADDR_NONE: not known */
	const char *blocker_name;
	enum where_at where;
	int hop; /* WHERE_HOP, WHERE_AFTER_HOP */
	struct addr hop_address;
	size_t evidence_count;
	const char *const *evidence;     /* one line each, for people */
	const char *const *evidence_ids; /* ids "e1" of gathered evidence,
					    NULL-terminated */
	size_t result_count;
	const size_t *results;
	const char *impact; /* from the requirements' impact */
	size_t remedy_count;
	const char *const *remedy; /* steps */
	const char *confirm_by; /* what would confirm it; NULL when confirmed */
	const char *url;
};

struct run_info {
	const char *id;           /* random, 16 hex digits */
	const char *version;      /* of preflight */
	const char *source;       /* source address used, or on-behalf-of */
	const char *on_behalf_of; /* this host stands in for it; or NULL */
	const char *hint;         /* e.g. proxy variables seen but ignored */
	/* The words after "preflight" that repeat it, without those of output
	 * and selection; NULL-terminated. NULL: not known. */
	const char *const *command;
	double tolerate; /* number of devices, or fraction */
	bool tolerate_percent;
};

/* Requirements that must hold (required, alternative), without those that are
 * not needed; warnings are those of all levels but advisory. */
struct report_counts {
	unsigned required, works, failed, skipped, undecided;
	unsigned inbound, no_witness; /* untested: nothing here can prove it */
	unsigned warnings;
};

struct correlation; /* report/correlation.h */
struct comparison;  /* report/compare/compare.h */

struct report {
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
	/* With a baseline, else NULL; borrowed. */
	const struct comparison *comparison;
};

struct report *report_build(const struct plan *plan,
			    const struct results *results,
			    const struct run_info *run);
void report_free(struct report *r);

/* What is made of a result of this report. */
const struct judgement *report_judgement(const struct report *r,
					 const struct result *result);

/* The exit status of design §6, without --strict and without I/O errors. */
int report_exit_status(const struct report *r, bool strict);

/* The steps of report_build, apart for tests. */
void judge(struct report *r);
void diagnose(struct report *r);

struct format_options {
	bool colour;
	bool utf8;      /* symbols; else ASCII */
	bool verbose;   /* every result with its facts */
	bool quiet;     /* the headline and findings only */
	unsigned width; /* columns of the terminal, 0: 80 */
};

/* One format: a pure function over the finished report. */
struct format {
	const char *name;   /* "json" */
	const char *ending; /* ".json", for -o */
	const char *summary;
	void (*write)(const struct report *r, const struct format_options *o,
		      FILE *out); /* errors: the caller looks at ferror() */
};
extern const struct format *const format_registry[]; /* NULL-terminated */
const struct format *format_find(const char *name);
const struct format *format_for_file(const char *path); /* by ending */

#endif
