/*
 * schema.h - the JSON Schemas of what preflight prints, embedded.
 */
#ifndef PREFLIGHT_SCHEMA_H
#define PREFLIGHT_SCHEMA_H

#include <stddef.h>

struct schema {
	const char *name; /* "preflight.report-1" */
	const char *text;
};

/* NULL name at the end. */
extern const struct schema schema_list[];
/* By name, also as "preflight.report/1" or "report"; NULL: unknown. */
const struct schema *schema_find(const char *name);

#endif
