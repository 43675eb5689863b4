/*
 * saved.h - a report of an earlier run, read from its JSON.
 *
 * The one reader of preflight.report/1: --only failed:REPORT, compare,
 * --baseline, render, merge and rules --from all stand on it. What comes out
 * is a struct report like that of a run: every format and every pure function
 * over a report works on it, and the JSON format writes the same bytes again.
 *
 * The file may come from another host: it is checked field by field, a text is
 * cleaned on the way in (text_sanitise) and has a maximum, unknown fields are
 * ignored. What JSON does not hold is empty: of a profile its tables, of a
 * spec its params and credentials; struct plan_requirement has its targets.
 */
#ifndef PREFLIGHT_SAVED_H
#define PREFLIGHT_SAVED_H

#include "core/base/error.h"
#include "report/report.h"

enum {
	SAVED_TEXT_MAX = 8192 /* bytes of one text, without its NUL */
};

struct saved;

/* NULL: one error with file and, where it is known, line or field. */
struct saved *saved_load(const char *path, struct error *err);
/* Borrowed; lives as long as `s`. Not for report_free(). */
const struct report *saved_report(const struct saved *s);
void saved_free(struct saved *s);

#endif
