/*
 * params.h - a check's parameters: from text, by its table, into its struct.
 */
#ifndef PREFLIGHT_ENGINE_PARAMS_H
#define PREFLIGHT_ENGINE_PARAMS_H

#include "core/base/error.h"
#include "core/base/mem.h"
#include "core/base/params.h"

#include <stdbool.h>

struct check;

/*
 * A params struct with the defaults filled in, in the arena. A key without a
 * default is zero; where it is required, -1 (PARAM_ENUM, PARAM_DURATION) or
 * INT64_MIN (PARAM_NUMBER), so that params_check() sees that it was not set.
 */
void *params_new(struct arena *a, const struct check *check);
/*
 * Sets one key from text (for PARAM_LIST: may be called repeatedly, appends).
 * Unknown key: error with a suggestion. err has no place; the caller adds it.
 */
int params_set(struct arena *a, const struct check *check, void *params,
	       const char *key, const char *text, struct error *err);
/* Required keys present, then check->validate(). */
int params_check(const struct check *check, const void *params,
		 struct error *err);
/* True when two structs of that check say the same, key by key. Secrets are
 * the same when they are one object. */
bool params_equal(const struct check *check, const void *a, const void *b);
/* Wipes and frees the secrets in params; the rest goes with the arena. */
void params_free(const struct check *check, void *params);
const struct param *params_find(const struct check *check, const char *key);

#endif
