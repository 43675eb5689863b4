/*
 * requirement_word.h - what a word may mean in the profiles that there are.
 */
#ifndef PREFLIGHT_REQUIREMENT_WORD_H
#define PREFLIGHT_REQUIREMENT_WORD_H

#include "profiles/read/profile.h"

/* Calls use() with each profile that is found by name; broken ones are passed
 * over: `preflight lint` reports them. The profile is freed behind the call. */
void requirement_profiles_each(void (*use)(void *arg, const struct profile *p),
			       void *arg);

/* "cloud.tenant", "auvik-collector/cloud.tenant", or a matrix id. */
bool requirement_word_is(const struct requirement *q, const char *word);

#endif
