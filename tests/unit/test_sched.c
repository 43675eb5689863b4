/* test_sched.c - pacing, round-trip estimates and attempts, with no clock but
 * the arguments. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/engine/sched.h"

enum { SECOND = 1000000 };

/* A bucket gives one token per interval, and none early. */
static void test_pace_spacing(void **state)
{
	struct pace p;

	(void)state;
	pace_init(&p, 200);
	assert_int_equal(pace_when(&p, SECOND), SECOND);
	pace_take(&p, SECOND);
	assert_int_equal(pace_when(&p, SECOND), SECOND + 5000);
	assert_int_equal(pace_when(&p, SECOND + 5000), SECOND + 5000);
}

/* After a stall there is no burst: two tokens at most lie closer together than
 * the slack of a timer. */
static void test_pace_no_catch_up(void **state)
{
	struct pace p;
	int64_t now = SECOND;
	int early = 0;

	(void)state;
	pace_init(&p, 200);
	pace_take(&p, now);
	now += SECOND; /* stalled */
	for (int i = 0; i < 10; i++) {
		int64_t next = pace_when(&p, now);

		early += next - now < 2500 ? 1 : 0;
		now = next;
		pace_take(&p, now);
	}
	assert_int_equal(early, 1);
	assert_true(now >= 2 * SECOND + 9 * 5000);
}

/* Timers that fire a millisecond late each time do not lower the rate. */
static void test_pace_keeps_its_rate(void **state)
{
	struct pace p;
	int64_t now = SECOND;

	(void)state;
	pace_init(&p, 200);
	for (int i = 0; i < 200; i++) {
		now = pace_when(&p, now) + 1000;
		pace_take(&p, now);
	}
	assert_in_range(now - SECOND, 995000, 1005000);
}

/* RFC 6298 2.1 to 2.3: initial value, first sample, smoothing, floor. */
static void test_rtt(void **state)
{
	struct rtt r = {0};

	(void)state;
	assert_int_equal(rtt_timeout(&r), SECOND);
	rtt_sample(&r, 200000);
	assert_int_equal(r.srtt_us, 200000);
	assert_int_equal(r.rttvar_us, 100000);
	assert_int_equal(rtt_timeout(&r), 600000);
	rtt_sample(&r, 200000);
	assert_int_equal(r.rttvar_us, 75000);
	r = (struct rtt){0};
	rtt_sample(&r, 1000);
	assert_int_equal(rtt_timeout(&r), RTT_FLOOR_US);
}

/* The last attempt waits at least as long as --timeout says; the earlier ones
 * back off, but never past a second unless the round trip is longer. */
static void test_attempt_waits(void **state)
{
	struct rtt none = {0}, near = {0}, far = {0};

	(void)state;
	rtt_sample(&near, 1000);
	rtt_sample(&far, 900000);
	assert_int_equal(attempt_wait(&none, 1, 3, ATTEMPT_LAST_US), SECOND);
	assert_int_equal(attempt_wait(&none, 2, 3, ATTEMPT_LAST_US), SECOND);
	assert_int_equal(attempt_wait(&none, 3, 3, ATTEMPT_LAST_US), 2500000);
	assert_int_equal(attempt_wait(&near, 1, 3, ATTEMPT_LAST_US), 250000);
	assert_int_equal(attempt_wait(&near, 2, 3, ATTEMPT_LAST_US), 500000);
	assert_int_equal(attempt_wait(&far, 1, 3, ATTEMPT_LAST_US), 2700000);
	assert_int_equal(attempt_wait(&far, 3, 3, ATTEMPT_LAST_US), 2700000);
}

/* A target is one address, whatever the port, and stays where it is. */
static void test_targets(void **state)
{
	struct targets *t = targets_new(20);
	struct addr a, b;
	struct target_state *first;

	(void)state;
	assert_true(addr_parse(&a, "192.0.2.1"));
	assert_true(addr_parse(&b, "192.0.2.2"));
	first = targets_get(t, &a);
	assert_ptr_not_equal(targets_get(t, &b), first);
	a.port = 443;
	assert_ptr_equal(targets_get(t, &a), first);
	assert_int_equal(first->pace.interval_us, 50000);
	assert_int_equal(first->ttl, -1);
	targets_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_pace_spacing),
	    cmocka_unit_test(test_pace_no_catch_up),
	    cmocka_unit_test(test_pace_keeps_its_rate),
	    cmocka_unit_test(test_rtt),
	    cmocka_unit_test(test_attempt_waits),
	    cmocka_unit_test(test_targets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
