/* json.c - the report as JSON, schema preflight.report/1: what fields.c says,
 * in its order; null where nothing is known. */
#include "report/fields.h"

static void json_write(const struct report *r, const struct format_options *o,
		       FILE *out)
{
	struct json_out j;

	(void)o;
	json_begin(&j, out);
	json_object(&j);
	fields_write(&j, r, &fields_report, r);
	json_object_end(&j);
	json_end(&j);
}

const struct format format_json = {
    .name = "json",
    .ending = ".json",
    .summary = "the whole report, schema preflight.report/1",
    .write = json_write};
