/*
 * merge.h - the reports of many sites side by side.
 *
 * Pure. A site whose report could not be read is MISSING, never left out: a
 * report that did not arrive is not a sign that all is well.
 */
#ifndef PREFLIGHT_MERGE_H
#define PREFLIGHT_MERGE_H

#include "report/formats/layout.h"
#include "report/report.h"

struct merge_site {
	const char *file;
	const struct report *report; /* NULL: missing */
	const char *error;           /* why, or NULL */
};

/* What a site's report says on the whole. */
struct merged_site {
	const char *file;
	const char *site;             /* its name; NULL: it has none */
	const char *host;             /* or its file; NULL: missing */
	const char *source, *started; /* NULL: not known */
	int verdict;                  /* enum run_verdict, or MERGED_MISSING */
	const char *headline;         /* NULL: missing */
	const char *error;            /* why it is missing, or NULL */
	unsigned works, required;
};
enum { MERGED_MISSING = RUN_NOT_READY + 1 };

/* One requirement over all sites, in the order in which they name it. */
struct merge_row {
	const char *profile; /* or NULL */
	const char *id;      /* without its profile */
	const char *title;   /* or NULL */
	size_t site_count;
	enum verdict *verdicts; /* per site; VERDICT_NONE: not in its report */
};

/* One cause: the same code, owner and blocker. */
struct merge_cause {
	const char *code, *title; /* of the first site */
	enum owner owner;
	const char *blocker; /* address or name; or NULL */
	size_t site_count;
	size_t *sites;
};

struct merged {
	struct arena arena;
	const char *version; /* of preflight; only in a document */
	size_t site_count;
	struct merged_site *sites;
	unsigned verdicts[MERGED_MISSING + 1]; /* sites */
	size_t row_count;
	struct merge_row *rows;
	size_t cause_count;
	struct merge_cause *causes; /* the most widespread first */
	const char *const *notes;   /* what was left out; ends with NULL */
};

/* One site after the other, so that no more than one report is held. What is
 * kept of it are copies. */
struct merge;
struct merge *merge_new(size_t site_count);
/* The next site; as many as were announced. */
void merge_add(struct merge *w, const struct merge_site *site);
/* Frees w. */
struct merged *merge_end(struct merge *w);
void merged_free(struct merged *m);

/* 1: a site is not ready; 3: one is undecided or missing; 4, if strict: one
 * has warnings; else 0. */
int merged_status(const struct merged *m, bool strict);

void merge_formats_text(struct layout *l, const struct merged *m);
void merge_formats_csv(FILE *out, const struct merged *m);

#endif
