/*
 * explain_report.h - a finding or a requirement in one run: what was seen, how
 * it was decided, what else looks like it, what would confirm it. Pure, over
 * the report and the catalogue of findings.
 */
#ifndef PREFLIGHT_EXPLAIN_REPORT_H
#define PREFLIGHT_EXPLAIN_REPORT_H

#include "core/base/json.h"
#include "report/report.h"

/* The text goes to `out`. */
void explain_found_text(FILE *out, unsigned width, const struct report *r,
			size_t finding);
void explain_judged_text(FILE *out, unsigned width, const struct report *r,
			 size_t requirement);
/* An outcome code, with the tests that ended so. */
void explain_ended_text(FILE *out, unsigned width, const struct report *r,
			const struct outcome_entry *e);

/* One object each. */
void explain_found_json(struct json_out *j, const struct report *r,
			size_t finding);
void explain_judged_json(struct json_out *j, const struct report *r,
			 size_t requirement);

void explain_ended_json(struct json_out *j, const struct report *r,
			const struct outcome_entry *e);

#endif
