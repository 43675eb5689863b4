/* pattern.c - regcomp(3). */
#include "core/os/pattern.h"

#include <regex.h>
#include <stddef.h>

bool os_pattern_is_valid(const char *pattern)
{
	regex_t re;

	if (regcomp(&re, pattern, REG_EXTENDED | REG_NOSUB) != 0)
		return false;
	regfree(&re);
	return true;
}

bool os_pattern_matches(const char *pattern, const char *text)
{
	regex_t re;
	bool matches;

	if (regcomp(&re, pattern, REG_EXTENDED | REG_NOSUB) != 0)
		return false;
	matches = regexec(&re, text, 0, NULL, 0) == 0;
	regfree(&re);
	return matches;
}
