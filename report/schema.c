/* schema.c - the schemas there are, found by any of their names. */
#include "report/schema.h"

#include "report/fields.h"

#include <string.h>

const struct schema schema_list[] = {
    {"preflight.comparison-1", "preflight.comparison/1", &fields_comparison},
    {"preflight.error-1", "preflight.error/1", &fields_error},
    {"preflight.merge-1", "preflight.merge/1", &fields_merge},
    {"preflight.report-1", "preflight.report/1", &fields_report},
    {NULL, NULL, NULL}};

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

void schema_write(const struct schema *s, FILE *out)
{
	char id[128];
	struct json_out j;

	snprintf(id, sizeof id, "https://preflight.example/schema/%s.json",
		 s->name);
	json_begin(&j, out);
	json_object(&j);
	json_key_string(&j, "$schema",
			"http://json-schema.org/draft-07/schema#");
	json_key_string(&j, "$id", id);
	json_key_string(&j, "title", s->title);
	fields_schema(&j, s->table);
	json_object_end(&j);
	json_end(&j);
}
