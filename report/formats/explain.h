/*
 * explain.h - what a code, a requirement or a finding means, in words.
 */
#ifndef PREFLIGHT_EXPLAIN_H
#define PREFLIGHT_EXPLAIN_H

#include "report/diagnose/findings.h"
#include "core/base/json.h"
#include "core/base/outcome.h"
#include "profiles/read/profile.h"

#include <stdio.h>

/* `width`: columns; 0: 80. The text goes to `out`. */
void explain_outcome_text(FILE *out, unsigned width,
			  const struct outcome_entry *e);
void explain_finding_text(FILE *out, unsigned width,
			  const struct finding_entry *f);
void explain_requirement_text(FILE *out, unsigned width,
			      const struct requirement *q);

/* One object each. */
void explain_outcome_json(struct json_out *j, const struct outcome_entry *e);
void explain_finding_json(struct json_out *j, const struct finding_entry *f);
void explain_requirement_json(struct json_out *j, const struct requirement *q);

/* A template with its placeholders as words: "THE TARGETS". The caller frees
 * it; NULL for NULL. */
char *explain_words(const char *template);

#endif
