/*
 * check_text.h - what `check` shows of its report: a few lines.
 */
#ifndef PREFLIGHT_CHECK_TEXT_H
#define PREFLIGHT_CHECK_TEXT_H

#include "report/formats/layout.h"

/* The report is that of `preflight check`, by the command that it holds. */
bool check_text_is(const struct report *r);
/* The verdict, why, what to do and where to read more; with options->quiet the
 * verdict alone. */
void check_text(struct layout *l, const struct report *r);

#endif
