/*
 * plan_text.h - what a run would send, for people.
 */
#ifndef PREFLIGHT_PLAN_TEXT_H
#define PREFLIGHT_PLAN_TEXT_H

#include "profiles/plan/expect.h"

#include <stdio.h>

/* Sums over all specs. */
struct plan_total {
	size_t probes, shared, untested;
	uint64_t packets;
	int64_t longest_us;
	struct expected expected;
};

/* A plan, and how it would be run. */
struct plan_job {
	const struct plan *plan;
	struct expect_options options;
	bool detail; /* every probe */
};

/* Most packets of all addresses of a spec. */
uint64_t plan_packets(const struct spec *s);
/* What a requirement opens where every path answers. */
size_t plan_row_openings(const struct plan *p, const struct plan_requirement *r,
			 const struct expect_options *o);

/* A line each: requirements, or probes. */
void plan_rows_text(FILE *out, const struct plan *p,
		    const struct expect_options *o);
void plan_probes_text(FILE *out, const struct plan *p);
/* Below them: how many, how long; in detail what the second round may add, and
 * how the times were computed. */
void plan_total_text(FILE *out, const struct plan *p,
		     const struct plan_total *t, const struct expect_options *o,
		     bool detail);

#endif
