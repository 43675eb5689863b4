/*
 * explain.h - what a code, a word, a requirement or a finding means.
 */
#ifndef PREFLIGHT_EXPLAIN_H
#define PREFLIGHT_EXPLAIN_H

#include "report/diagnose/findings.h"
#include "core/base/json.h"
#include "core/base/outcome.h"
#include "profiles/read/profile.h"
#include "report/formats/vocabulary.h"

#include <stdio.h>

/* `width`: columns; 0: 80. The text goes to `out`. */
void explain_outcome_text(FILE *out, unsigned width,
			  const struct outcome_entry *e);
void explain_finding_text(FILE *out, unsigned width,
			  const struct finding_entry *f);
void explain_requirement_text(FILE *out, unsigned width,
			      const struct requirement *q);

/* A word of a report, a check or a fact; its kind is behind it. */
void explain_word_text(FILE *out, unsigned width,
		       const struct vocabulary_entry *e);

/* One object each. */
void explain_word_json(struct json_out *j, const struct vocabulary_entry *e);
void explain_outcome_json(struct json_out *j, const struct outcome_entry *e);
void explain_finding_json(struct json_out *j, const struct finding_entry *f);
void explain_requirement_json(struct json_out *j, const struct requirement *q);

/* A template with its placeholders as words: "THE TARGETS". The caller frees
 * it; NULL for NULL. */
char *explain_words(const char *template);

#endif
