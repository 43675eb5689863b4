/* exit_scheme.c - the table of exit statuses. */
#include "report/exit_scheme.h"

#include <stddef.h>
#include <string.h>

enum { EXIT_SCHEME_KNOWN = 5 }; /* statuses 0 to 4; the rest is a signal's */

const char *const exit_scheme_names[] = {"default", "nagios", "sam", "prtg",
					 NULL};

/*
 * Nagios (plug-in API): 0 ok, 1 warning, 2 critical, 3 unknown.
 * SolarWinds SAM: 0 up, 1 down, 2 warning, 3 critical, any other unknown; with
 * 1 it shows no message, so that a site that is not ready is 3. PRTG
 * (EXE/Script): 0 ok, 1 warning, 2 system error, 3 protocol error, 4 content
 * error.
 */
static const struct {
	const char *name;
	int of[EXIT_SCHEME_KNOWN], of_signal;
} exit_schemes[] = {
    {"nagios", {0, 2, 3, 3, 1}, 3},
    {"sam", {0, 3, 4, 4, 2}, 4},
    {"prtg", {0, 4, 2, 2, 1}, 2},
};

bool exit_scheme_is_default(const char *scheme)
{
	return scheme == NULL || strcmp(scheme, exit_scheme_names[0]) == 0;
}

int exit_scheme_status(const char *scheme, int status)
{
	for (size_t i = 0; i < sizeof exit_schemes / sizeof *exit_schemes; i++)
		if (scheme != NULL && strcmp(exit_schemes[i].name, scheme) == 0)
			return status >= 0 && status < EXIT_SCHEME_KNOWN
				   ? exit_schemes[i].of[status]
				   : exit_schemes[i].of_signal;
	return status;
}
