/* tap.c - requirements as the Test Anything Protocol, version 13: Debian's
 * prove takes no later one. */
#include "report/formats/escape.h"
#include "report/formats/test_case.h"

#include "core/base/clock.h"

#include <stdlib.h>

static void tap_diagnostic(void *arg, const char *text)
{
	fputs("# ", arg);
	escape_text(arg, ESCAPE_NONE, text);
	putc('\n', arg);
}

static void tap_requirement(FILE *out, const struct report *r, size_t i)
{
	const struct report_requirement *q = &r->requirements[i];
	enum test_case end = test_case_of(q);
	bool bad = end == TEST_CASE_FAIL || end == TEST_CASE_ERROR;
	char *why = test_case_why(q);

	fprintf(out, "%sok %zu - ", bad ? "not " : "", i + 1);
	escape_printf(out, ESCAPE_TAP, "%s: %s", q->id, test_case_title(q));
	if (end == TEST_CASE_SKIP) {
		fputs(" # SKIP ", out);
		escape_text(out, ESCAPE_TAP, why);
	}
	putc('\n', out);
	if (bad || q->verdict == VERDICT_WARN) {
		tap_diagnostic(out, why);
		test_case_body(r, q, tap_diagnostic, out);
	}
	free(why);
}

static void tap_write(const struct report *r, const struct format_options *o,
		      FILE *out)
{
	char started[CLOCK_TEXT];

	(void)o;
	fprintf(out, "TAP version 13\n1..%zu\n", r->requirement_count + 1);
	fprintf(out, "# preflight %s, %s\n", r->version,
		clock_text(r->run.started_us, started));
	for (size_t i = 0; i < r->requirement_count; i++)
		tap_requirement(out, r, i);
	fprintf(out, "%sok %zu - ",
		test_case_of_run(r) != TEST_CASE_PASS ? "not " : "",
		r->requirement_count + 1);
	escape_printf(out, ESCAPE_TAP, "verdict: %s", r->headline);
	putc('\n', out);
	for (size_t i = 0; i < r->note_count; i++)
		tap_diagnostic(out, r->notes[i]);
}

const struct format format_tap = {
    .name = "tap",
    .ending = ".tap",
    .summary = "Test Anything Protocol 13, a test for each requirement",
    .write = tap_write};
