/* one_line.c - text for programs that read one line. */
#include "report/formats/one_line.h"

#include "report/compare/compare.h"
#include "report/fields.h"
#include "core/base/mem.h"
#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

void one_line_text(FILE *out, const char *text, size_t most,
		   const char *forbidden)
{
	size_t length, size, count;
	char *clean;

	if (text == NULL)
		return;
	length = strlen(text);
	size = length * 4 + 4;
	clean = mem_calloc(size, 1);

	text_sanitise(clean, size, text, length);
	count = 0;
	for (const char *c = clean; *c != '\0'; c++)
		count += ((unsigned char)*c & 0xc0) != 0x80;
	if (most > 0 && count > most && most > 3)
		most -= 3;
	else
		most = count;
	for (const char *c = clean; *c != '\0' && most > 0; c++) {
		unsigned char byte = (unsigned char)*c;

		if ((byte & 0xc0) == 0x80)
			continue;
		most--;
		if (byte >= 0x80)
			putc('?', out);
		else
			putc(strchr(forbidden, byte) != NULL ? '/' : byte, out);
		count--;
	}
	if (count > 0)
		fputs("...", out);
	free(clean);
}

/* " [1 new failure, 2 fixed ... since 2026-11-20T03:20:00Z]"; to be freed. */
static char *one_line_comparison(const struct report *r)
{
	char *summary, *text;

	if (r->comparison == NULL)
		return mem_strdup("");
	summary = compare_text_summary(r->comparison);
	text =
	    mem_printf(" [%s since %s]", summary, r->comparison->old.started);
	free(summary);
	return text;
}

char *one_line_summary(const struct report *r)
{
	char *since = one_line_comparison(r), *text;

	if (r->finding_count == 0)
		text = mem_printf("%s%s", r->headline, since);
	else
		text = mem_printf("%s%s - %s (%s)", r->headline, since,
				  r->findings[0].title,
				  owner_name(r->findings[0].owner));
	free(since);
	return text;
}

char *one_line_error(const struct error_document *e)
{
	char line[2048];

	error_format(&e->errors[0], line, sizeof line);
	if (e->count < 2)
		return mem_strdup(line);
	return mem_printf("%s (and %zu more)", line, e->count - 1);
}

unsigned one_line_failed(const struct report *r)
{
	return r->counts.failed + r->counts.skipped;
}
