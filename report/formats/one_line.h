/*
 * one_line.h - text for programs that read one line: RMM monitors, Nagios.
 */
#ifndef PREFLIGHT_ONE_LINE_H
#define PREFLIGHT_ONE_LINE_H

#include "report/report.h"

#include <stdio.h>

/* At most `most` characters (0: no limit) of clean ASCII; characters of
 * `forbidden` become '/'. Longer text is cut, marked by "...". NULL writes
 * nothing. */
void one_line_text(FILE *out, const char *text, size_t most,
		   const char *forbidden);
/* The headline, what changed since the baseline, and the title of the first
 * finding. The caller frees it. */
char *one_line_summary(const struct report *r);
/* The first error and how many more there are. The caller frees it. */
char *one_line_error(const struct error_document *e);
/* Required paths that fail or could not be tried. */
unsigned one_line_failed(const struct report *r);

#endif
