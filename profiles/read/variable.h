/*
 * variable.h - ${name}, ${name.host} and ${name.port} in a profile's texts.
 */
#ifndef PREFLIGHT_VARIABLE_H
#define PREFLIGHT_VARIABLE_H

#include "core/base/error.h"
#include "core/base/mem.h"
#include "profiles/read/profile.h"

#include <stdbool.h>
#include <stddef.h>

/* The types of `type:`, NULL-terminated: text url ports host services. */
extern const char *const variable_types[];

bool variable_is_in(const char *text); /* holds "${" */

/* All references of a text name a variable, and an attribute of its type. */
int variable_check(const struct profile *p, const char *text,
		   struct error *err);

/* A value against type and pattern. */
int variable_validate(const struct variable *v, const char *value,
		      struct error *err);

/* Values of one run: what was set, else the defaults. */
struct variable_values {
	const struct profile *profile;
	const char *const *values; /* parallel to profile->variables; NULL:
				      not set */
};

/*
 * The text with its values, in the arena. NULL where a variable is not set:
 * *missing is the first such one. The text has passed variable_check().
 */
const char *variable_expand(struct arena *a, const struct variable_values *v,
			    const char *text, const struct variable **missing);

/* "set tenant_url: --set tenant_url=https://acme.us1.my.auvik.com". */
const char *variable_reason(struct arena *a, const struct variable *missing);

#endif
