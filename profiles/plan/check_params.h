/*
 * check_params.h - the `params:` of a requirement: read, checked, applied.
 */
#ifndef PREFLIGHT_CHECK_PARAMS_H
#define PREFLIGHT_CHECK_PARAMS_H

#include "profiles/read/profile.h"
#include "profiles/read/reader.h"
#include "profiles/read/variable.h"

#include <stddef.h>

struct check;

/*
 * Reads the map into out->params and tries every value that holds no variable
 * on the check's table. map may be NULL (none given): `at` is the place then.
 * check may be NULL (unknown: reported elsewhere).
 */
void check_params_read(struct reader *r, const struct profile *p,
		       const struct tree *map, const struct tree *at,
		       const struct check *check, struct requirement *out);

/* The param by which a check speaks this transport ("protocol" or "transport",
 * with "tcp" among its choices), or NULL: it cannot choose. */
const char *check_params_chooser(const struct check *check,
				 enum transport transport);

/*
 * A params struct for one requirement with the values of this run. An item of a
 * list whose variable is not set is dropped; another value's variable gives
 * NULL with *missing set. NULL with *missing NULL: err says why, with its
 * place.
 */
const void *check_params_build(struct arena *a, const struct requirement *q,
			       enum transport transport,
			       const struct variable_values *values,
			       const struct variable **missing,
			       struct error *err);

#endif
