/*
 * datto.c - a Datto RMM monitor: a result of one line between its markers, and
 * the diagnostic that the alert shows.
 */
#include "report/formats/one_line.h"

#include <stdlib.h>

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
	fputs("<-End Diagnostic->\n", out);
}

const struct format format_datto = {
    .name = "datto",
    .ending = "",
    .summary = "Datto RMM monitor: result and diagnostic between markers",
    .write = datto_write};
