/* test_case.c - what a test case says of a requirement. */
#include "report/formats/test_case.h"

#include "core/base/mem.h"
#include "core/base/text.h"

#include <stdlib.h>

static bool test_case_must(const struct report_requirement *q)
{
	return q->level == LEVEL_REQUIRED || q->level == LEVEL_ALTERNATIVE;
}

enum test_case test_case_of(const struct report_requirement *q)
{
	switch (q->verdict) {
	case VERDICT_PASS:
	case VERDICT_WARN:
		return TEST_CASE_PASS;
	case VERDICT_FAIL:
		return TEST_CASE_FAIL;
	case VERDICT_SKIP:
		return test_case_must(q) ? TEST_CASE_FAIL : TEST_CASE_SKIP;
	case VERDICT_UNTESTED:
		if (q->why == WHY_NEEDS_SECOND_END || q->why == WHY_NO_WITNESS)
			return TEST_CASE_SKIP;
		return test_case_must(q) ? TEST_CASE_ERROR : TEST_CASE_SKIP;
	default:
		return TEST_CASE_SKIP;
	}
}

enum test_case test_case_of_run(const struct report *r)
{
	switch (r->verdict) {
	case RUN_READY:
	case RUN_READY_WITH_WARNINGS:
		return TEST_CASE_PASS;
	case RUN_UNDECIDED:
		return TEST_CASE_ERROR;
	case RUN_NOT_READY:
		break;
	}
	return TEST_CASE_FAIL;
}

const char *test_case_title(const struct report_requirement *q)
{
	return q->title != NULL ? q->title : q->id;
}

char *test_case_why(const struct report_requirement *q)
{
	const char *what = q->verdict == VERDICT_UNTESTED
			       ? why_name(q->why)
			       : verdict_name(q->verdict);

	if (q->reason == NULL || *q->reason == '\0')
		return mem_strdup(what);
	return mem_printf("%s: %s", what, q->reason);
}

static void test_case_line(void (*line)(void *arg, const char *text), void *arg,
			   char *text)
{
	line(arg, text);
	free(text);
}

static void test_case_result(const struct report_result *t,
			     void (*line)(void *arg, const char *text),
			     void *arg)
{
	char code[OUTCOME_CODE];

	test_case_line(
	    line, arg,
	    mem_printf("%s: %s (%s)%s%s", verdict_name(t->verdict), t->id,
		       outcome_code(t->outcome.phase, t->outcome.cause, code),
		       *t->reason != '\0' ? ": " : "", t->reason));
}

static void test_case_finding(const struct finding *f,
			      void (*line)(void *arg, const char *text),
			      void *arg)
{
	test_case_line(line, arg,
		       mem_printf("cause: %s (%s, %s, %s)", f->title, f->code,
				  owner_name(f->owner),
				  f->confirmed ? "confirmed" : "probable"));
	for (size_t i = 0; i < f->remedy_count; i++)
		test_case_line(line, arg, mem_printf("- %s", f->remedy[i]));
}

void test_case_body(const struct report *r, const struct report_requirement *q,
		    void (*line)(void *arg, const char *text), void *arg)
{
	const struct finding *last = NULL;
	size_t count = 0;

	for (size_t i = 0; i < q->result_count; i++) {
		const struct report_result *t = &r->results[q->results[i]];
		const struct finding *f = report_finding_of(r, t);

		if (t->verdict == VERDICT_PASS ||
		    t->verdict == VERDICT_NOT_NEEDED ||
		    count++ >= TEST_CASE_LINES)
			continue;
		test_case_result(t, line, arg);
		if (f != NULL && f != last)
			test_case_finding(f, line, arg);
		last = f;
	}
	if (count > TEST_CASE_LINES)
		test_case_line(
		    line, arg,
		    mem_printf("and %zu more result%s", count - TEST_CASE_LINES,
			       text_plural(count - TEST_CASE_LINES)));
}
