/* jsonl.c - the report as JSON Lines: a line for the run, then one for each
 * requirement, result, finding and so on, with the fields of
 * preflight.report/1; for tools that take line by line. */
#include "report/fields.h"

#include <stdio.h>
#include <string.h>

enum { JSONL_FIELDS = 32 };

/* "result" for the list "results". */
static void jsonl_type(struct json_out *j, const char *list)
{
	size_t length = strlen(list);
	char one[32];

	if (list[length - 1] == 's')
		length--;
	snprintf(one, sizeof one, "%.*s", (int)length, list);
	json_key_string(j, "type", one);
}

static void jsonl_line(FILE *out, const struct report *r, const char *type,
		       const struct field_table *table, const void *item)
{
	struct json_out j;

	json_begin(&j, out);
	j.compact = true;
	json_object(&j);
	jsonl_type(&j, type);
	fields_write(&j, r, table, item);
	json_object_end(&j);
	json_end(&j);
}

/* All that is not a list. */
static void jsonl_run(const struct report *r, FILE *out)
{
	struct field fields[JSONL_FIELDS] = {{0}};
	struct field_table table = fields_report;
	size_t n = 0;

	for (const struct field *f = fields_report.fields; f->name != NULL; f++)
		if (f->type != FIELD_LIST && n + 1 < JSONL_FIELDS)
			fields[n++] = *f;
	table.fields = fields;
	jsonl_line(out, r, "report", &table, r);
}

static void jsonl_write(const struct report *r, const struct format_options *o,
			FILE *out)
{
	(void)o;
	jsonl_run(r, out);
	for (const struct field *f = fields_report.fields; f->name != NULL;
	     f++) {
		const char *at = (const char *)r;
		const char *items;
		size_t count;

		if (f->type != FIELD_LIST)
			continue;
		memcpy(&items, at + f->offset, sizeof items);
		memcpy(&count, at + f->with, sizeof count);
		for (size_t i = 0; i < count; i++)
			jsonl_line(out, r, f->name, f->of,
				   items + i * f->of->size);
	}
}

const struct format format_jsonl = {
    .name = "jsonl",
    .ending = ".jsonl",
    .summary = "the report as JSON Lines: a line for each part of it",
    .write = jsonl_write};
