/* schema.c - preflight schema: the JSON Schemas of what preflight prints. */
#include "report/schema.h"
#include "cmd/cmd.h"
#include "core/base/text.h"

#include <stdio.h>
#include <string.h>

enum { SCHEMA_MAX = 16, SCHEMA_WORD = 32 };

/* "report" for "preflight.report-1". */
const char *schema_name_at(const void *arg, size_t i)
{
	static char names[SCHEMA_MAX][SCHEMA_WORD];
	const char *inner;

	(void)arg;
	if (i >= SCHEMA_MAX || schema_list[i].name == NULL)
		return NULL;
	inner = strchr(schema_list[i].name, '.');
	text_copy(names[i], SCHEMA_WORD,
		  inner != NULL ? inner + 1 : schema_list[i].name);
	names[i][strcspn(names[i], "-")] = '\0';
	return names[i];
}

static int schema_unknown(struct options *o, const char *name)
{
	char all[COMMAND_CHOICE];
	struct error err;

	error_set(&err, "there is no schema '%s'", name);
	error_nearest(&err, name, schema_name_at, NULL,
		      arena_printf(&o->arena, "write %s",
				   command_choice(all, schema_name_at, NULL)));
	return command_fail_one(o, &err, EXIT_USAGE);
}

int schema_run(struct options *o)
{
	const char *name = o->argument_count > 0 ? o->arguments[0] : "report";
	const struct schema *schema = schema_find(name);
	struct error err;

	if (o->argument_count > 1) {
		error_set(&err, "schema takes one name");
		error_suggest(&err, "write preflight schema report");
		return command_fail_one(o, &err, EXIT_USAGE);
	}
	if (schema == NULL)
		return schema_unknown(o, name);
	schema_write(schema, stdout);
	return command_finish(o, 0);
}
