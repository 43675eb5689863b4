/* pattern.c - regcomp(3). */
#include "core/os/pattern.h"
#include "core/base/mem.h"

#include <errno.h>
#include <regex.h>
#include <stddef.h>

/* Where there is no memory for it, the pattern is not at fault. */
static bool pattern_compile(regex_t *re, const char *pattern)
{
	int rc = regcomp(re, pattern, REG_EXTENDED | REG_NOSUB);

	if (rc == REG_ESPACE && mem_give_up_kept())
		rc = regcomp(re, pattern, REG_EXTENDED | REG_NOSUB);
	if (rc == REG_ESPACE)
		mem_end("out of memory");
	return rc == 0;
}

/* glibc's regexec() calls it no match when it gets no memory. */
static int pattern_run(const regex_t *re, const char *text)
{
	int rc;

	errno = 0;
	rc = regexec(re, text, 0, NULL, 0);
	return rc != 0 && errno == ENOMEM ? REG_ESPACE : rc;
}

static bool pattern_runs(const regex_t *re, const char *text)
{
	int rc = pattern_run(re, text);

	if (rc == REG_ESPACE && mem_give_up_kept())
		rc = pattern_run(re, text);
	if (rc == REG_ESPACE)
		mem_end("out of memory");
	return rc == 0;
}

bool os_pattern_is_valid(const char *pattern)
{
	regex_t re;

	if (!pattern_compile(&re, pattern))
		return false;
	regfree(&re);
	return true;
}

bool os_pattern_matches(const char *pattern, const char *text)
{
	regex_t re;
	bool matches;

	if (!pattern_compile(&re, pattern))
		return false;
	matches = pattern_runs(&re, text);
	regfree(&re);
	return matches;
}
