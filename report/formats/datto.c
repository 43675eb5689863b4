/*
 * datto.c - a Datto RMM monitor: a result of one line between its markers, and
 * the diagnostic that the alert shows.
 */
#include "report/formats/one_line.h"

#include <stdlib.h>
#include <string.h>

static const char datto_end[] = "<-End Diagnostic->";

enum { DATTO_RESULT = 255, DATTO_FINDINGS = 10 };

static void datto_finding(FILE *out, const struct finding *f)
{
	fprintf(out, "%s: ", f->code);
	one_line_text(out, f->title, 0, "");
	fprintf(out, " (%s, %s)\n", owner_name(f->owner),
		f->confirmed ? "confirmed" : "probable");
	for (size_t i = 0; i < f->remedy_count; i++) {
		fputs("  - ", out);
		one_line_text(out, f->remedy[i], 0, "");
		putc('\n', out);
	}
}

static void datto_write(const struct report *r, const struct format_options *o,
			FILE *out)
{
	char *text = one_line_summary(r);

	(void)o;
	fputs("<-Start Result->\nSTATUS=", out);
	one_line_text(out, text, DATTO_RESULT, "");
	fputs("\n<-End Result->\n", out);
	free(text);
	fputs("<-Start Diagnostic->\n", out);
	one_line_text(out, r->headline, 0, "");
	putc('\n', out);
	for (size_t i = 0; i < r->finding_count && i < DATTO_FINDINGS; i++)
		datto_finding(out, &r->findings[i]);
	for (size_t i = 0; i < r->note_count; i++) {
		one_line_text(out, r->notes[i], 0, "");
		putc('\n', out);
	}
	fprintf(out, "%s\n", datto_end);
}

static void datto_fail(const struct error_document *e, FILE *out)
{
	char *text = one_line_error(e);

	fputs("<-Start Result->\nSTATUS=ERROR: ", out);
	one_line_text(out, text, DATTO_RESULT - (int)strlen("ERROR: "), "");
	fputs("\n<-End Result->\n<-Start Diagnostic->\n", out);
	one_line_text(out, text, 0, "");
	fprintf(out, "\n%s\n", datto_end);
	free(text);
}

const struct format format_datto = {
    .name = "datto",
    .ending = "",
    .summary = "Datto RMM monitor: result and diagnostic between markers",
    .write = datto_write,
    .fail = datto_fail,
    .is_lines = true,
    .last = datto_end,
    .least = 400};
