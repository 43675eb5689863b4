/*
 * saved.h - a report of an earlier run, read from its JSON.
 *
 * The one reader of preflight.report/1: --only failed:REPORT, compare,
 * --baseline, render, merge and rules --from all stand on it. What comes out
 * is a struct report like that of a run: every format and every pure function
 * over a report works on it, and the JSON format writes the same bytes again.
 *
 * The file may come from another host: it is checked field by field (fields.h),
 * a text is cleaned on the way in (text_sanitise) and has a maximum, unknown
 * fields are ignored, and fields of a later version may be missing.
 */
#ifndef PREFLIGHT_SAVED_H
#define PREFLIGHT_SAVED_H

#include "core/base/error.h"
#include "report/report.h"

enum {
	SAVED_TEXT_MAX = 8192 /* bytes of one text, without its NUL */
};

/* For report_free(). NULL: one error with file and, where it is known, line or
 * path of the field ("results[3].target.port"). */
struct report *saved_load(const char *path, struct error *err);

#endif
