/* schema.c - preflight schema: the JSON Schemas of what preflight prints. */
#include "report/schema.h"
#include "cmd/cmd.h"
#include "core/base/text.h"

#include <stdio.h>
#include <string.h>

enum { SCHEMA_MAX = 16, SCHEMA_WORD = 32 };

/* What a schema may be called: "report" for "preflight.report-1". */
static int schema_unknown(const struct options *o, const char *name)
{
	char shorts[SCHEMA_MAX][SCHEMA_WORD], all[256] = "";
	const char *names[SCHEMA_MAX + 1] = {NULL};
	struct error err;
	size_t at = 0;

	for (size_t i = 0; i < SCHEMA_MAX && schema_list[i].name != NULL; i++) {
		const char *inner = strchr(schema_list[i].name, '.');

		names[i] =
		    text_copy(shorts[i], SCHEMA_WORD,
			      inner != NULL ? inner + 1 : schema_list[i].name);
		shorts[i][strcspn(shorts[i], "-")] = '\0';
		if (at < sizeof all)
			at += (size_t)snprintf(
			    all + at, sizeof all - at, "%s%s",
			    i > 0 ? " or " : "write ", names[i]);
	}
	error_set(&err, "there is no schema '%s'", name);
	error_nearest(&err, name, text_name_at, names, all);
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
	fputs(schema->text, stdout);
	return command_finish(o, 0);
}
