/* value.c - one number: required paths that do not work. */
#include "report/formats/one_line.h"

static void value_write(const struct report *r, const struct format_options *o,
			FILE *out)
{
	(void)o;
	fprintf(out, "%u\n", one_line_failed(r));
}

/* No count is below 0: an alert for "not 0" sees it. */
static void value_fail(const struct error_document *e, FILE *out)
{
	(void)e;
	fputs("-1\n", out);
}

const struct format format_value = {
    .name = "value",
    .ending = "",
    .summary = "one number: how many required paths do not work",
    .write = value_write,
    .fail = value_fail};
