/* schema.c - preflight schema: the JSON Schemas of what preflight prints. */
#include "schema.h"
#include "cmd.h"
#include "text.h"

#include <stdio.h>
#include <string.h>

/* "preflight.report-1" as "report", into out. */
static const char *schema_short(size_t i, char out[32])
{
	const char *name = strchr(schema_list[i].name, '.');

	text_copy(out, 32, name != NULL ? name + 1 : schema_list[i].name);
	out[strcspn(out, "-")] = '\0';
	return out;
}

/* The short names, then the long ones. */
static const char *schema_word(const void *arg, size_t i)
{
	static char word[32];
	size_t count = 0;

	(void)arg;
	while (schema_list[count].name != NULL)
		count++;
	return i < count ? schema_short(i, word)
	       : i < 2 * count ? schema_list[i - count].name
			       : NULL;
}

static int schema_unknown(const struct options *o, const char *name)
{
	struct error err;
	char word[32], near[32] = "", all[128] = "";
	size_t at = 0;
	const char *found = text_nearest(name, schema_word, NULL);

	for (size_t i = 0; schema_list[i].name != NULL && at < sizeof all; i++)
		at += (size_t)snprintf(all + at, sizeof all - at, "%s%s",
				       i > 0 ? " or " : "",
				       schema_short(i, word));
	error_set(&err, "there is no schema '%s'", name);
	if (found != NULL)
		error_suggest(&err, "did you mean '%s'?",
			      text_copy(near, sizeof near, found));
	else
		error_suggest(&err, "write %s", all);
	return command_fail_one(o, &err, EXIT_USAGE);
}

static int run(struct options *o)
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

static const enum option_id options[] = {OPT_FORMAT, OPT_END};

const struct command command_schema = {
    .name = "schema",
    .arguments = "[NAME]",
    .summary = "Print a JSON Schema: of the report, or the one that is named",
    .details = "examples:\n"
	       "  preflight schema\n"
	       "  preflight schema preflight.error/1\n",
    .options = options,
    .run = run,
};
