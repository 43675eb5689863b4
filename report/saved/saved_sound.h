/*
 * saved_sound.h - does a report agree with itself?
 *
 * What a report says twice must be the same: verdict, counts, requirements,
 * their targets and results, findings. A file where it is not was changed, or
 * put together, after its run. Nothing of it can be trusted then, so it is
 * refused and not corrected.
 */
#ifndef PREFLIGHT_SAVED_SOUND_H
#define PREFLIGHT_SAVED_SOUND_H

#include "core/base/error.h"
#include "report/report.h"

/* The counts as the requirements give them; of the undecided ones, only those
 * that are not decided as a whole. Reports had no counts at first. */
struct report_counts saved_sound_counts(const struct report *r);
/* Of a finished document; -1: one error that names the first field. `file` is
 * borrowed by the error. */
int saved_sound(const struct report *r, const char *file, struct error *err);

#endif
