/*
 * progress.h - how far a run is, on a terminal: a line that is drawn over and
 * over, or for screen readers and dumb terminals a line now and then.
 */
#ifndef PREFLIGHT_PROGRESS_H
#define PREFLIGHT_PROGRESS_H

#include "core/engine/engine.h"
#include "report/report.h"

#include <stdio.h>

struct progress {
	FILE *out;
	const struct spec *specs; /* of the plan */
	size_t spec_count;
	bool in_place; /* the terminal can go back to the begin of a line */
	bool colour;
	size_t width; /* columns */
	bool drawn;
	unsigned told;   /* in how many calls nothing was said; not in place */
	int64_t left_us; /* that was shown; it does not grow by itself */
	size_t failed;
};

void progress_begin(struct progress *p, FILE *out, const struct spec *specs,
		    size_t spec_count, const struct format_options *o,
		    bool dumb);
/* For engine_options.progress; arg is a struct progress. */
void progress_show(void *arg, const struct engine_progress *now);
/* Takes it back. */
void progress_end(struct progress *p);

#endif
