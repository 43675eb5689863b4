/* value.c - one number: required paths that do not work. */
#include "report/formats/one_line.h"

static void value_write(const struct report *r, const struct format_options *o,
			FILE *out)
{
	(void)o;
	fprintf(out, "%u\n", one_line_failed(r));
}

const struct format format_value = {
    .name = "value",
    .ending = "",
    .summary = "one number: how many required paths do not work",
    .write = value_write};
