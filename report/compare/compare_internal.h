/*
 * compare_internal.h - what the files of the comparison share.
 */
#ifndef PREFLIGHT_COMPARE_INTERNAL_H
#define PREFLIGHT_COMPARE_INTERNAL_H

#include "report/compare/compare.h"
#include "report/map.h"

struct compare {
	struct comparison *c;
	struct arena *arena;
	const struct report *old, *new;
};

/* compare_evidence.c: the differences of one requirement, target by target,
 * and which targets' verdicts changed. */
void compare_evidence(struct compare *w, const struct report_requirement *was,
		      const struct report_requirement *is,
		      struct requirement_change *out);

/* compare_findings.c */
void compare_findings(struct compare *w);

/* compare_notes.c: what the two are, and in what they differ beforehand. */
void compare_notes(struct compare *w);

enum compare_change compare_verdicts(enum verdict was, enum verdict is,
				     enum why why);
bool compare_fails(enum verdict verdict);

/* Differences as they come up; alike ones get one more target. */
struct difference_list { /* zero-initialise */
	struct difference *items;
	size_t count, capacity;
	struct map keys;
};
/* target NULL: the whole. */
void difference_add(struct arena *a, struct difference_list *list,
		    const char *what, const char *was, const char *is,
		    const char *target);
/* Moves the list into the arena; it is empty then. */
const struct difference *difference_take(struct arena *a,
					 struct difference_list *list,
					 size_t *count);

#endif
