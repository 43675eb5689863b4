/*
 * test_case.h - requirements as test cases: what JUnit and TAP say of one.
 *
 * The last case is the verdict of the run itself, so that a reader of test
 * cases never sees a site as good that preflight does not.
 */
#ifndef PREFLIGHT_TEST_CASE_H
#define PREFLIGHT_TEST_CASE_H

#include "report/report.h"

enum test_case {
	TEST_CASE_PASS,
	TEST_CASE_FAIL,
	TEST_CASE_ERROR, /* it must hold and could not be tested */
	TEST_CASE_SKIP   /* nothing depends on it */
};

enum test_case test_case_of(const struct report_requirement *q);
enum test_case test_case_of_run(const struct report *r);
/* "needs-input: no value for tenant_url"; for the two that are not tested. To
 * be freed. */
char *test_case_why(const struct report_requirement *q);

/* Its title, else its id. */
const char *test_case_title(const struct report_requirement *q);

/* The i-th line about a requirement that does not pass: its results, what
 * explains them and what to do; at most TEST_CASE_LINES results. */
enum { TEST_CASE_LINES = 20 };
void test_case_body(const struct report *r, const struct report_requirement *q,
		    void (*line)(void *arg, const char *text), void *arg);

#endif
