/* checkmk.c - a local check of Checkmk: a line a service, of state, name,
 * metrics and text. The first service is the whole site, the others are its
 * requirements. */
#include "report/formats/one_line.h"

#include <stdlib.h>
#include <string.h>

enum { CHECKMK_OK, CHECKMK_WARN, CHECKMK_CRIT, CHECKMK_UNKNOWN };

static const int checkmk_states[] = {[RUN_READY] = CHECKMK_OK,
				     [RUN_READY_WITH_WARNINGS] = CHECKMK_WARN,
				     [RUN_UNDECIDED] = CHECKMK_UNKNOWN,
				     [RUN_NOT_READY] = CHECKMK_CRIT};

static int checkmk_state(const struct report_requirement *q)
{
	switch (q->verdict) {
	case VERDICT_WARN:
		return CHECKMK_WARN;
	case VERDICT_FAIL:
	case VERDICT_SKIP:
		return CHECKMK_CRIT;
	case VERDICT_UNTESTED:
		/* What nothing here can prove does not count. */
		return q->why == WHY_NEEDS_SECOND_END ||
			       q->why == WHY_NO_WITNESS
			   ? CHECKMK_OK
			   : CHECKMK_UNKNOWN;
	default:
		return CHECKMK_OK;
	}
}

/* "0 "Preflight NAME" ": a name in quotes may hold blanks. */
static void checkmk_service(FILE *out, int state, const char *name)
{
	fprintf(out, "%d \"Preflight ", state);
	one_line_text(out, name, 0, "\"\\|;");
	fputs("\" ", out);
}

static void checkmk_run(const struct report *r, FILE *out)
{
	const struct report_counts *c = &r->counts;
	char *text = one_line_summary(r);

	checkmk_service(out, checkmk_states[r->verdict],
			r->run.profile_count > 0 ? r->run.profiles[0].name
						 : "check");
	fprintf(out, "failed=%u;;;0;%u|warnings=%u;;;0|undecided=%u;;;0;%u",
		one_line_failed(r), c->required, c->warnings, c->undecided,
		c->required);
	fprintf(out, "|duration=%lld.%03lld ",
		(long long)(r->run.duration_us / 1000000),
		(long long)(r->run.duration_us / 1000 % 1000));
	one_line_text(out, text, 0, "|\\");
	/* What follows a literal \n is shown as details. */
	for (size_t i = 0; i < r->finding_count; i++) {
		fprintf(out, "\\n%s: ", r->findings[i].code);
		one_line_text(out, r->findings[i].title, 0, "|\\");
		fprintf(out, " (%s)", owner_name(r->findings[i].owner));
	}
	for (size_t i = 0; i < r->note_count; i++) {
		fputs("\\n", out);
		one_line_text(out, r->notes[i], 0, "|\\");
	}
	putc('\n', out);
	free(text);
}

static void checkmk_write(const struct report *r,
			  const struct format_options *o, FILE *out)
{
	(void)o;
	checkmk_run(r, out);
	for (size_t i = 0; i < r->requirement_count; i++) {
		const struct report_requirement *q = &r->requirements[i];

		checkmk_service(out, checkmk_state(q), q->id);
		fprintf(out, "- %s: ", verdict_name(q->verdict));
		one_line_text(out, q->title, 0, "|\\");
		if (*q->reason != '\0') {
			fputs(": ", out);
			one_line_text(out, q->reason, 0, "|\\");
		}
		putc('\n', out);
	}
}

static void checkmk_fail(const struct error_document *e, FILE *out)
{
	char *text = one_line_error(e);

	checkmk_service(out, CHECKMK_UNKNOWN, "run");
	fputs("- ", out);
	one_line_text(out, text, 0, "|\\");
	putc('\n', out);
	free(text);
}

const struct format format_checkmk = {
    .name = "checkmk",
    .ending = "",
    .summary = "local check of Checkmk: a service for each requirement",
    .write = checkmk_write,
    .fail = checkmk_fail};
