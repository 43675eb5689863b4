/*
 * pattern.h - extended regular expressions of POSIX, for values of profiles.
 */
#ifndef PREFLIGHT_OS_PATTERN_H
#define PREFLIGHT_OS_PATTERN_H

#include <stdbool.h>

bool os_pattern_is_valid(const char *pattern);
/* Does it match somewhere in the text? False also when it is not valid. */
bool os_pattern_matches(const char *pattern, const char *text);

#endif
