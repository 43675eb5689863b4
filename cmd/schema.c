/* schema.c - preflight schema: the JSON Schemas of what preflight prints. */
#include "schema.h"
#include "cmd.h"
#include "json.h"
#include "list.h"
#include "text.h"

#include <stdio.h>

static const char *schema_name(const void *arg, size_t i)
{
	(void)arg;
	return schema_list[i].name;
}

static void schema_names(const struct options *o)
{
	struct json_out j;

	if (!command_is_json(o)) {
		for (size_t i = 0; schema_list[i].name != NULL; i++)
			printf("%s\n", schema_list[i].name);
		return;
	}
	json_begin(&j, stdout);
	json_object(&j);
	json_key_string(&j, "schema", "preflight.list/1");
	json_key(&j, "schemas");
	json_array(&j);
	for (size_t i = 0; schema_list[i].name != NULL; i++)
		json_string(&j, schema_list[i].name);
	json_array_end(&j);
	json_object_end(&j);
	json_end(&j);
}

static int schema_unknown(const struct options *o, const char *name)
{
	const char *near = text_nearest(name, schema_name, NULL);
	struct error err;

	error_set(&err, "there is no schema '%s'", name);
	error_suggest(&err, "did you mean '%s'?",
		      near != NULL ? near : schema_list[0].name);
	return command_fail_one(o, &err, EXIT_USAGE);
}

static int run(struct options *o)
{
	const struct schema *schema;
	struct error err;

	if (list_check_format(o, &err) == -1)
		return command_fail_one(o, &err, EXIT_USAGE);
	if (o->argument_count > 1) {
		error_set(&err, "schema takes one name");
		error_suggest(&err, "preflight schema lists them");
		return command_fail_one(o, &err, EXIT_USAGE);
	}
	if (o->argument_count == 0) {
		schema_names(o);
		return command_finish(o, 0);
	}
	schema = schema_find(o->arguments[0]);
	if (schema == NULL)
		return schema_unknown(o, o->arguments[0]);
	fputs(schema->text, stdout);
	return command_finish(o, 0);
}

static const enum option_id options[] = {OPT_FORMAT, OPT_END};

const struct command command_schema = {
    .name = "schema",
    .arguments = "[NAME]",
    .summary = "Print a JSON Schema; without a name, list them",
    .details = "examples:\n"
	       "  preflight schema\n"
	       "  preflight schema preflight.report/1\n",
    .options = options,
    .run = run,
};
