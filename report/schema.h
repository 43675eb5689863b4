/*
 * schema.h - the JSON Schemas of what preflight prints, from the field tables.
 */
#ifndef PREFLIGHT_SCHEMA_H
#define PREFLIGHT_SCHEMA_H

#include <stdio.h>

struct field_table; /* report/fields.h */

struct schema {
	const char *name;  /* "preflight.report-1" */
	const char *title; /* "preflight.report/1" */
	const struct field_table *table;
};

/* NULL name at the end. */
extern const struct schema schema_list[];
/* By name, also as "preflight.report/1" or "report"; NULL: unknown. */
const struct schema *schema_find(const char *name);
void schema_write(const struct schema *s, FILE *out);

#endif
