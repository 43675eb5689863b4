/*
 * test_clock.c - the system's clocks and their text.
 */
#include "core/os/clock.h"
#include "core/base/gentime.h"

#include <time.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

/* Times are RFC 3339 in UTC, cut to the second, also before 1970. */
static void test_text(void **state)
{
	(void)state;
	static const struct {
		int64_t us;
		const char *text;
	} cases[] = {
	    {0, "1970-01-01T00:00:00Z"},
	    {999999, "1970-01-01T00:00:00Z"},
	    {-1, "1969-12-31T23:59:59Z"},
	    {-1000000, "1969-12-31T23:59:59Z"},
	    {INT64_C(1795231200000000), "2026-11-21T03:20:00Z"},
	    {INT64_C(1709164800500000), "2024-02-29T00:00:00Z"},
	    {INT64_C(253402300799999999), "9999-12-31T23:59:59Z"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char out[CLOCK_TEXT];
		assert_string_equal(clock_text(cases[i].us, out),
				    cases[i].text);
	}
}

/* Every day of the years 0 to 9999 is the C library's, and comes back. */
static void test_days(void **state)
{
	(void)state;
	for (int64_t day = -719528; day < 2932897; day++) {
		time_t when = (time_t)(day * 86400 + 3661);
		char out[CLOCK_TEXT], theirs[CLOCK_TEXT];
		unsigned year, month, of_month;
		struct tm tm;
		gentime_date(day, &year, &month, &of_month);
		assert_int_equal(
		    gentime_days((int)year, (int)month, (int)of_month), day);
		if (day % 97 != 0)
			continue;
		gmtime_r(&when, &tm);
		strftime(theirs, sizeof(theirs), "%Y-%m-%dT%H:%M:%SZ", &tm);
		if (tm.tm_year + 1900 >= 1000)
			assert_string_equal(
			    clock_text((int64_t)when * 1000000, out), theirs);
	}
}

/* A year that the format cannot hold gives no nonsense of another length. */
static void test_text_range(void **state)
{
	(void)state;
	char out[CLOCK_TEXT];
	assert_string_equal(clock_text(INT64_MAX, out), "0000-00-00T00:00:00Z");
	assert_string_equal(clock_text(INT64_MIN, out), "0000-00-00T00:00:00Z");
	assert_string_equal(clock_text(INT64_C(253402300800000000), out),
			    "0000-00-00T00:00:00Z");
}

/* The monotonic clock does not run backwards; the other one knows that this
 * program was written after 2025. */
static void test_system(void **state)
{
	(void)state;
	int64_t last = clock_system.monotonic_us(&clock_system);
	for (int i = 0; i < 1000; i++) {
		int64_t now = clock_system.monotonic_us(&clock_system);
		assert_true(now >= last);
		last = now;
	}
	assert_true(clock_system.wall_us(&clock_system) >
		    INT64_C(1735689600000000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_text),
	    cmocka_unit_test(test_text_range),
	    cmocka_unit_test(test_days),
	    cmocka_unit_test(test_system),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
