/* schema.c - finding an embedded schema by any of its names. */
#include "report/schema.h"

#include <stdbool.h>
#include <string.h>

/* "preflight.report/1" is "preflight.report-1", and "report" is enough. */
static bool schema_matches(const char *schema, const char *name)
{
	const char *inner = strchr(schema, '.');
	size_t length = strlen(schema);

	if (strlen(name) == length) {
		const char *slash = strrchr(name, '/');
		size_t at = slash == NULL ? length : (size_t)(slash - name);

		if (strncmp(schema, name, at) == 0 &&
		    (at == length || (schema[at] == '-' &&
				      strcmp(schema + at + 1, slash + 1) == 0)))
			return true;
	}
	if (inner == NULL)
		return false;
	inner++;
	length = strcspn(inner, "-");
	return strlen(name) == length && strncmp(inner, name, length) == 0;
}

const struct schema *schema_find(const char *name)
{
	for (size_t i = 0; schema_list[i].name != NULL; i++) {
		if (schema_matches(schema_list[i].name, name))
			return &schema_list[i];
	}
	return NULL;
}
