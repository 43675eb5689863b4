/*
 * compare.h - two reports: what newly fails, what was fixed, what still fails,
 * and what differs in the evidence.
 *
 * Pure. Requirements are matched by profile and id, their targets by name,
 * findings by code and the results that they explain. Compared is what has a
 * meaning: verdicts, outcomes, blockers, issuers, addresses, who answered.
 * Numbers and times differ from run to run and are never a change; nor is one
 * address of a name instead of another, as long as both work and both are
 * public.
 */
#ifndef PREFLIGHT_COMPARE_H
#define PREFLIGHT_COMPARE_H

#include "report/formats/layout.h"
#include "report/report.h"

enum compare_change {
	CHANGE_NEW,    /* did not fail, fails now */
	CHANGE_FIXED,  /* failed, works now */
	CHANGE_STILL,  /* failed and fails */
	CHANGE_WORSE,  /* worked: warns now, or could not be tested */
	CHANGE_BETTER, /* the reverse, and what failed and is not needed */
	CHANGE_OTHER,  /* another verdict or other evidence, no better or worse
			*/
	CHANGE_ADDED,  /* not in the old report */
	CHANGE_GONE,   /* not in the new one */
	CHANGE_SAME,
	CHANGE_COUNT
};
const char *compare_change_name(enum compare_change change);

/* "blocker: 10.0.0.1, then 10.1.0.1" */
struct difference {
	const char *what;
	const char *was, *is; /* NULL: none */
	size_t target_count;  /* where that is so; 0: the whole requirement */
	const char *const *targets;
};

struct target_change {
	const char *name;
	enum compare_change change;
	enum verdict was, is; /* VERDICT_NONE: not there */
};

struct requirement_change {
	const char *id;
	const char *title; /* or NULL */
	enum compare_change change;
	enum verdict was, is;
	enum why why;        /* where it is untested now */
	const char *reason;  /* of the new verdict, else of the old one */
	const char *finding; /* id of the one that explains it now, or NULL */
	size_t target_count; /* those whose verdict changed */
	const struct target_change *targets;
	size_t difference_count;
	const struct difference *differences;
};

struct finding_change {
	enum compare_change change; /* CHANGE_NEW, _STILL, _GONE */
	const char *code;
	enum owner owner;
	const char *title;
	const char *was, *is; /* ids in the reports; NULL: not there */
	size_t difference_count;
	const struct difference *differences;
};

/* One of the two reports. */
struct compared {
	const char *id, *started, *host, *source; /* NULL: not known */
	enum run_verdict verdict;
	const char *headline;
	const char *const *profiles; /* "auvik-collector 2026.11.1" */
};

struct comparison {
	struct arena arena;
	const char *version; /* of preflight; only in a document of its own */
	struct compared old, new;
	size_t note_count; /* why they may differ: version, host, devices */
	const char *const *notes;
	unsigned summary[CHANGE_COUNT]; /* requirements */
	unsigned new_targets; /* that newly fail, of what still fails */
	size_t requirement_count;
	const struct requirement_change *requirements; /* without the same */
	size_t finding_count;
	const struct finding_change *findings;
};

/* Borrows texts of both reports. Freed by comparison_free(). */
struct comparison *comparison_new(const struct report *old,
				  const struct report *new);
void comparison_free(struct comparison *c);

/* 1: something newly fails; 3: something cannot be tested that could be
 * before; 4, if strict: something newly warns; else 0. */
int comparison_status(const struct comparison *c, bool strict);

/* What requirements of several reports are matched by: profile and id, however
 * many profiles a report has. */
const char *comparison_key(struct arena *a, const struct report_requirement *q);

/* "1 new failure, 2 fixed, 3 still failing"; the caller frees it. */
char *compare_text_summary(const struct comparison *c);

/* For people; brief: the part about the baseline in a report. */
void compare_text(struct layout *l, const struct comparison *c, bool brief);

#endif
