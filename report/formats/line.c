/* line.c - one line of text: the headline and the first cause. */
#include "report/formats/one_line.h"

#include <stdlib.h>

static void line_write(const struct report *r, const struct format_options *o,
		       FILE *out)
{
	char *text = one_line_summary(r);

	(void)o;
	one_line_text(out, text, 0, "");
	putc('\n', out);
	free(text);
}

static void line_fail(const struct error_document *e, FILE *out)
{
	char *text = one_line_error(e);

	fputs("ERROR: ", out);
	one_line_text(out, text, 0, "");
	putc('\n', out);
	free(text);
}

const struct format format_line = {
    .name = "line",
    .ending = "",
    .summary = "one line: the headline and the first cause",
    .write = line_write,
    .fail = line_fail,
    .is_lines = true};
