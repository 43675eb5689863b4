/*
 * merge.h - the reports of many sites side by side.
 *
 * Pure. A site whose report could not be read is MISSING, never left out: a
 * report that did not arrive is not a sign that all is well.
 */
#ifndef PREFLIGHT_MERGE_H
#define PREFLIGHT_MERGE_H

#include "core/base/json.h"
#include "report/formats/layout.h"
#include "report/report.h"

struct merge_site {
	const char *file;
	const struct report *report; /* NULL: missing */
	const char *error;           /* why, or NULL */
};

/* One requirement over all sites, in the order in which they name it. */
struct merge_row {
	const char *profile;    /* or NULL */
	const char *id;         /* without its profile */
	const char *title;      /* or NULL */
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
	size_t site_count;
	const struct merge_site *sites;
	unsigned verdicts[RUN_NOT_READY + 1]; /* sites */
	unsigned missing;
	size_t row_count;
	struct merge_row *rows;
	size_t cause_count;
	struct merge_cause *causes; /* the most widespread first */
};

/* Borrows the sites and texts of their reports. */
struct merged *merged_new(const struct merge_site *sites, size_t count);
void merged_free(struct merged *m);

/* 1: a site is not ready; 3: one is undecided or missing; 4, if strict: one
 * has warnings; else 0. */
int merged_status(const struct merged *m, bool strict);

void merge_formats_text(struct layout *l, const struct merged *m);
void merge_formats_csv(FILE *out, const struct merged *m);
/* The members, into an object that is open. */
void merge_formats_json(struct json_out *j, const struct merged *m);

#endif
