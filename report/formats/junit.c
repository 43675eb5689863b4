/* junit.c - requirements as the test cases of a CI server: JUnit's XML. The
 * class is the profile, the name the requirement's id: unique together. */
#include "report/formats/escape.h"
#include "report/formats/test_case.h"

#include "core/base/clock.h"
#include "core/base/mem.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct junit_counts {
	unsigned tests, failures, errors, skipped;
};

static void junit_count(struct junit_counts *c, enum test_case end)
{
	c->tests++;
	c->failures += end == TEST_CASE_FAIL;
	c->errors += end == TEST_CASE_ERROR;
	c->skipped += end == TEST_CASE_SKIP;
}

static void junit_attribute(FILE *out, const char *name, const char *value)
{
	fprintf(out, " %s=\"", name);
	escape_text(out, ESCAPE_XML, value);
	putc('"', out);
}

/* Seconds, of microseconds. */
static void junit_time(FILE *out, int64_t us)
{
	if (us < 0)
		us = 0;
	fprintf(out, " time=\"%" PRId64 ".%03" PRId64 "\"", us / 1000000,
		us / 1000 % 1000);
}

static void junit_counts_write(FILE *out, const struct junit_counts *c,
			       bool skipped)
{
	fprintf(out, " tests=\"%u\" failures=\"%u\" errors=\"%u\"", c->tests,
		c->failures, c->errors);
	if (skipped)
		fprintf(out, " skipped=\"%u\"", c->skipped);
}

static void junit_line(void *arg, const char *text)
{
	escape_text(arg, ESCAPE_XML, text);
	putc('\n', arg);
}

/* How long its tests took; those of one requirement run side by side. */
static int64_t junit_duration(const struct report *r,
			      const struct report_requirement *q)
{
	int64_t longest = 0;

	for (size_t i = 0; i < q->result_count; i++) {
		int64_t total = r->results[q->results[i]].timings.total;

		longest = total > longest ? total : longest;
	}
	return longest;
}

static void junit_ended(FILE *out, enum test_case end, const char *message)
{
	static const char *const elements[] = {[TEST_CASE_FAIL] = "failure",
					       [TEST_CASE_ERROR] = "error",
					       [TEST_CASE_SKIP] = "skipped"};

	fprintf(out, "<%s", elements[end]);
	junit_attribute(out, "message", message);
	if (end == TEST_CASE_SKIP)
		fputs("/>", out);
	else
		fprintf(out, " type=\"preflight\">");
}

static void junit_body(FILE *out, const struct report *r,
		       const struct report_requirement *q)
{
	enum test_case end = test_case_of(q);
	char *why = test_case_why(q);

	switch (end) {
	case TEST_CASE_PASS:
		if (q->verdict == VERDICT_WARN) {
			fputs("<system-out>", out);
			junit_line(out, why);
			test_case_body(r, q, junit_line, out);
			fputs("</system-out>", out);
		}
		break;
	case TEST_CASE_SKIP:
		junit_ended(out, end, why);
		break;
	case TEST_CASE_FAIL:
	case TEST_CASE_ERROR:
		junit_ended(out, end, why);
		junit_line(out, test_case_title(q));
		junit_line(out, why);
		test_case_body(r, q, junit_line, out);
		fputs(end == TEST_CASE_FAIL ? "</failure>" : "</error>", out);
		break;
	}
	free(why);
}

static void junit_case(FILE *out, const struct report *r,
		       const struct report_requirement *q)
{
	fputs("    <testcase", out);
	junit_attribute(out, "classname", q->profile);
	junit_attribute(out, "name", q->id);
	junit_time(out, junit_duration(r, q));
	putc('>', out);
	junit_body(out, r, q);
	fputs("</testcase>\n", out);
}

static void junit_run_case(FILE *out, const struct report *r)
{
	enum test_case end = test_case_of_run(r);

	fputs("    <testcase", out);
	junit_attribute(out, "classname", "preflight");
	junit_attribute(out, "name", "verdict");
	junit_time(out, r->run.duration_us);
	putc('>', out);
	if (end != TEST_CASE_PASS) {
		junit_ended(out, end, r->headline);
		for (size_t i = 0; i < r->note_count; i++)
			junit_line(out, r->notes[i]);
		fputs(end == TEST_CASE_FAIL ? "</failure>" : "</error>", out);
	}
	fputs("</testcase>\n", out);
}

/* JUnit's time has neither zone nor fraction: it is UTC. */
static void junit_timestamp(FILE *out, const struct report *r)
{
	char text[CLOCK_TEXT];

	clock_text(r->run.started_us, text);
	text[strcspn(text, "Z")] = '\0';
	junit_attribute(out, "timestamp", text);
}

static void junit_write(const struct report *r, const struct format_options *o,
			FILE *out)
{
	struct junit_counts c = {0};
	const char *host = r->run.host.name;

	(void)o;
	for (size_t i = 0; i < r->requirement_count; i++)
		junit_count(&c, test_case_of(&r->requirements[i]));
	junit_count(&c, test_case_of_run(r));
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites", out);
	junit_counts_write(out, &c, false);
	junit_attribute(out, "name", "preflight");
	junit_time(out, r->run.duration_us);
	fputs(">\n  <testsuite", out);
	junit_attribute(out, "name",
			r->run.site != NULL ? r->run.site : "preflight");
	junit_counts_write(out, &c, true);
	junit_timestamp(out, r);
	junit_attribute(out, "hostname", host != NULL ? host : "localhost");
	junit_time(out, r->run.duration_us);
	fputs(">\n", out);
	for (size_t i = 0; i < r->requirement_count; i++)
		junit_case(out, r, &r->requirements[i]);
	junit_run_case(out, r);
	fputs("    <system-out>", out);
	junit_line(out, r->headline);
	fputs("</system-out>\n  </testsuite>\n</testsuites>\n", out);
}

const struct format format_junit = {
    .name = "junit",
    .ending = ".xml",
    .summary = "test cases for CI servers (JUnit XML), one a requirement",
    .write = junit_write};
