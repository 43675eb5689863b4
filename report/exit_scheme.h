/*
 * exit_scheme.h - exit statuses as the program that reads them has them.
 *
 * Statuses of preflight itself (design 6): 0 ready, 1 not ready, 2 usage, 3
 * undecided, 4 warnings, above 128 a signal.
 */
#ifndef PREFLIGHT_EXIT_SCHEME_H
#define PREFLIGHT_EXIT_SCHEME_H

#include <stdbool.h>

/* "default", "nagios", "sam", "prtg"; ends with NULL. */
extern const char *const exit_scheme_names[];

/* The reader knows no warnings of its own: they are 0 without --strict. True
 * for NULL, too. */
bool exit_scheme_is_default(const char *scheme);
/* What the reader takes for a status of ours. NULL, or an unknown scheme: the
 * same. */
int exit_scheme_status(const char *scheme, int status);

#endif
