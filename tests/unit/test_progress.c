/*
 * test_progress.c - what is said while a run lasts: nothing that grows, nothing
 * longer than the line, nothing drawn over where that is not possible.
 */
#include "cmd/progress.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { SPECS = 6, SECOND = 1000000 };

static const struct requirement needs[SPECS] = {
    {.id = "cloud.tenant"}, {.id = "cloud.vendor"}, {.id = "cloud.ntp"},
    {.id = "lan.ssh"},      {.id = "lan.snmp"},     {.id = "odd"}};
static struct spec specs[SPECS];
static bool failing[SPECS];
static char *said;
static size_t length;

static struct progress begin(const struct format_options *o, bool dumb)
{
	struct progress p;

	for (size_t i = 0; i < SPECS; i++) {
		specs[i] = (struct spec){.id = "x", .requirement = &needs[i]};
		failing[i] = false;
	}
	progress_begin(&p, open_memstream(&said, &length), specs, SPECS, o,
		       dumb);
	return p;
}

static void end(struct progress *p)
{
	progress_end(p);
	fclose(p->out);
	free(said);
}

static struct engine_progress now(size_t done, size_t failed, int64_t left)
{
	for (size_t i = 0; i < SPECS; i++)
		failing[i] = i < failed;
	return (struct engine_progress){.done = done,
					.total = SPECS,
					.failed = failed,
					.failing = failing,
					.running = &specs[SPECS - 1],
					.left_us = left};
}

/* How much is done, how long it takes, what runs, what fails already. */
static void test_line(void **state)
{
	const struct format_options o = {.width = 120};
	struct progress p = begin(&o, false);
	struct engine_progress at = now(4, 4, 7 * SECOND);

	(void)state;
	progress_show(&p, &at);
	fflush(p.out);
	assert_string_equal(
	    said, "\r\033[K[#############.......] 4 of 6 tested, about "
		  "7 s left, now odd; 4 fail: tenant, vendor, ntp and "
		  "1 more");
	progress_end(&p);
	fflush(p.out);
	assert_string_equal(said + length - 4, "\r\033[K");
	end(&p);
}

/* No line is as wide as the terminal: it would begin another one. */
static void test_width(void **state)
{
	(void)state;
	for (unsigned width = 40; width < 130; width += 5) {
		const struct format_options o = {.width = width};
		struct progress p = begin(&o, false);
		struct engine_progress at = now(6, 5, 100 * (int64_t)SECOND);

		progress_show(&p, &at);
		fflush(p.out);
		assert_true(length - strlen("\r\033[K") < width);
		end(&p);
	}
}

static long seconds(struct progress *p, const struct engine_progress *at)
{
	const char *about;

	progress_show(p, at);
	fflush(p->out);
	about = strrchr(said, 'K');
	return strtol(strstr(about, "about ") + 6, NULL, 10);
}

/* The time left does not go up by itself; a failure that turned up may add
 * what it takes to look for the cause. */
static void test_time_left(void **state)
{
	const struct format_options o = {.width = 100};
	struct progress p = begin(&o, false);
	struct engine_progress at = now(1, 0, 5 * SECOND);
	long first = seconds(&p, &at), then;

	(void)state;
	assert_int_equal(first, 5);
	at.left_us = 9 * SECOND;
	for (int i = 0; i < 10; i++) {
		then = seconds(&p, &at);
		assert_true(then <= first);
		first = then;
	}
	at = now(2, 1, 14 * SECOND);
	assert_int_equal(seconds(&p, &at), 14);
	at.left_us = 0;
	assert_int_equal(seconds(&p, &at), 1);
	end(&p);
}

/* Where a line cannot be drawn over there is one every ten seconds, and no
 * escape sequence. */
static void test_dumb(void **state)
{
	const struct format_options dumb = {.width = 80};
	const struct format_options plain = {.width = 80, .plain = true};

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct progress p = begin(i == 0 ? &dumb : &plain, i == 0);
		struct engine_progress at = now(3, 1, 30 * (int64_t)SECOND);

		for (int k = 0; k < 49; k++)
			progress_show(&p, &at);
		fflush(p.out);
		assert_int_equal(length, 0);
		for (int k = 0; k < 51; k++)
			progress_show(&p, &at);
		progress_end(&p);
		fflush(p.out);
		assert_int_equal(said[length - 1], '\n');
		assert_ptr_equal(strchr(strchr(said, '\n') + 1, '\n'),
				 said + length - 1);
		assert_null(strchr(said, '\033'));
		assert_null(strchr(said, '\r'));
		end(&p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_line), cmocka_unit_test(test_width),
	    cmocka_unit_test(test_time_left), cmocka_unit_test(test_dumb)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
