/* test_sched.c - pacing, round-trip estimates and attempts, with no clock but
 * the arguments. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
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

/* Dead paths ----------------------------------------------------------------
 */

/* When kernels repeat a SYN: four times a second apart, then doubling (Linux
 * 6.5 on); doubling from the start (before). */
static const int64_t linear[] = {1, 2, 3, 4, 6}, doubling[] = {1, 3, 7, 15, 31};
static const int64_t *const kernels[] = {linear, doubling};

struct dead_path {
	int64_t second_us, end_us;
	unsigned syns;
	int64_t longest_us; /* that one SYN could have been answered after */
};

static unsigned syns_until(const int64_t *kernel, int64_t begun, int64_t end)
{
	unsigned count = 1;

	for (unsigned i = 0; i < 5; i++)
		count += begun + kernel[i] * SECOND < end;
	return count;
}

/* Both sockets of a path that nobody answers, as time goes by. */
static struct dead_path die(const struct attempts *a, const int64_t *kernel)
{
	struct dead_path d;

	d.second_us = attempts_due(a, 1, 0);
	d.end_us = attempts_end(a, 2, d.second_us);
	d.syns = syns_until(kernel, 0, d.end_us) +
		 syns_until(kernel, d.second_us, d.end_us);
	d.longest_us = d.end_us - d.second_us;
	return d;
}

static struct attempts stream_to(int64_t trip_us, bool answered)
{
	struct attempts a = {
	    .stream = true, .answered = answered, .total = ATTEMPTS_SOCKETS};

	if (trip_us > 0)
		rtt_sample(&a.rtt, trip_us);
	return a;
}

/* A host that is known: 3.25 s, at least three tries and at most seven, and
 * the last socket waits for 2.5 s; an answer after 2.4 s, a rejection after
 * 1.02 s and a neighbour's silence after 3.1 s come before the end. */
static void a_dead_path_of_a_known_host(void **state)
{
	struct attempts a = stream_to(1000, true);

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct dead_path d = die(&a, kernels[i]);

		assert_int_equal(d.second_us, RTT_FLOOR_US);
		assert_int_equal(d.end_us, 3250000);
		assert_in_range(d.syns, 3, 7);
		assert_true(d.longest_us >= ATTEMPT_LAST_US);
		assert_true(d.end_us > 3100000);
	}
}

/* One that never answered: longer than its router asks for it, and at most
 * eight tries, whether others that way have answered or not. */
static void a_dead_path_of_an_unknown_host(void **state)
{
	const int64_t trips[] = {0, 1000};

	(void)state;
	for (int i = 0; i < 4; i++) {
		struct attempts a = stream_to(trips[i / 2], false);
		struct dead_path d = die(&a, kernels[i % 2]);

		assert_int_equal(d.second_us,
				 trips[i / 2] == 0 ? SECOND : RTT_FLOOR_US);
		assert_int_equal(d.end_us, ATTEMPT_ALONE_US);
		assert_in_range(d.syns, 3, ATTEMPT_SYNS);
		assert_true(d.longest_us >= ATTEMPT_LAST_US);
	}
}

/* Under loss the extra tries come before one last wait. */
static void a_dead_path_under_loss(void **state)
{
	struct attempts a = stream_to(1000, true);

	(void)state;
	a.loss = true;
	for (int i = 0; i < 2; i++) {
		struct dead_path d = die(&a, kernels[i]);

		assert_int_equal(d.end_us, 4750000);
		assert_in_range(d.syns, 5, ATTEMPT_SYNS_LOSS);
	}
	a.quiet = true; /* not where packets are lost */
	assert_int_equal(die(&a, linear).end_us, 4750000);
}

/* Where one like it waited in vain: three tries, and 1.25 s for the last. */
static void a_sibling_waits_less(void **state)
{
	struct attempts a = stream_to(1000, true);
	struct dead_path d;

	(void)state;
	a.quiet = true;
	for (int i = 0; i < 2; i++) {
		d = die(&a, kernels[i]);
		assert_int_equal(d.end_us, 2000000);
		assert_in_range(d.syns, 3, 4);
	}
}

/* A slow line: nothing is given up before four round trips' variance. */
static void a_dead_path_of_a_slow_line(void **state)
{
	struct attempts a = stream_to(900000, true);
	struct dead_path d = die(&a, linear);

	(void)state;
	assert_int_equal(d.second_us, ATTEMPT_SLOW_US);
	assert_int_equal(d.end_us, 4700000);
	assert_in_range(d.syns, 3, ATTEMPT_SYNS_LOSS);
	a = stream_to(1300000, true);
	d = die(&a, linear);
	assert_true(d.end_us > d.second_us + 3 * SECOND);
	assert_in_range(d.syns, 3, ATTEMPT_SYNS_LOSS);
}

/* A datagram's sockets: each a try, backing off; the last one waits. */
static void a_datagram_backs_off(void **state)
{
	struct attempts a = {.total = 3, .last_us = 7 * SECOND};

	(void)state;
	assert_int_equal(attempts_due(&a, 1, 0), SECOND);
	assert_int_equal(attempts_due(&a, 2, SECOND), 2 * SECOND);
	assert_int_equal(attempts_end(&a, 3, 2 * SECOND), 9 * SECOND);
	rtt_sample(&a.rtt, 1000);
	assert_int_equal(attempts_due(&a, 1, 0), 250000);
	assert_int_equal(attempts_due(&a, 2, 250000), 750000);
	assert_int_equal(attempts_due(&a, 3, 750000), 1750000);
	a.rtt = (struct rtt){0};
	rtt_sample(&a.rtt, 900000);
	assert_int_equal(attempts_due(&a, 1, 0), 2700000);
}

/* What kernels repeat -------------------------------------------------------
 */

enum { SIMULATED = 30 * SECOND / 1000 }; /* ms */

/* The fullest second of those that start at any millisecond. */
static unsigned peak_of(const unsigned *sent)
{
	unsigned sum = 0, peak = 0;

	for (int i = 0; i < SIMULATED; i++) {
		sum += sent[i];
		if (i >= 1000)
			sum -= sent[i - 1000];
		peak = sum > peak ? sum : peak;
	}
	return peak;
}

/* Opens as much as there is room for, which nobody answers; every kernel
 * repeats it, on time, and all of it together is the rate. */
static unsigned flood(unsigned rate, const int64_t *kernel, unsigned *total)
{
	static unsigned sent[SIMULATED];
	struct repeats r = {.count = 3};
	struct pace p;

	memset(sent, 0, sizeof sent);
	pace_init(&p, rate);
	for (unsigned i = 0; i < r.count; i++)
		r.after_us[i] = kernel[i] * SECOND;
	if (r.after_us[2] > 4 * SECOND)
		r.count = 2; /* it is closed before */
	*total = 0;
	for (int64_t now = SECOND; now < 20 * SECOND; now += 1000) {
		while (pace_when_repeated(&p, now, &r) <= now) {
			pace_begin(&p, now, &r);
			(*total)++;
			sent[now / 1000]++;
			for (unsigned i = 0; i < r.count; i++)
				sent[(now + r.after_us[i]) / 1000]++;
		}
	}
	pace_free(&p);
	return peak_of(sent);
}

static void repeats_are_within_the_rate(void **state)
{
	const unsigned rates[] = {1, 20, 30, 200, 2000};
	unsigned total;

	(void)state;
	for (size_t i = 0; i < 2 * sizeof rates / sizeof rates[0]; i++) {
		unsigned rate = rates[i / 2];
		unsigned peak = flood(rate, kernels[i % 2], &total);

		assert_true(peak * 10 <= rate * 12 || peak <= 1);
		/* Of 19 seconds a third or a quarter is left for what is
		 * new; some of it is lost where slots do not fit. */
		assert_true(total >= rate * 3);
	}
}

/* What is answered repeats nothing: the whole rate is there for others. */
static void answered_paths_keep_no_room(void **state)
{
	struct repeats r = {.after_us = {SECOND, 2 * SECOND}, .count = 2};
	struct pace p;
	unsigned total = 0;

	(void)state;
	pace_init(&p, 200);
	for (int64_t now = SECOND; now < 11 * SECOND; now += 1000)
		if (pace_when_repeated(&p, now, &r) <= now) {
			pace_begin(&p, now, &r);
			pace_end(&p, now, &r, now + 500);
			total++;
		}
	assert_in_range(total, 1900, 2010);
	pace_forget(&p);
	assert_null(p.book);
}

/* A burst is as large as one second allows, whatever comes after or was before.
 */
static void a_burst_fits_into_its_second(void **state)
{
	const struct repeats none = {.count = 0}, one = {{SECOND}, 1};
	struct pace p;
	unsigned count = 0;

	(void)state;
	pace_init(&p, 20);
	pace_begin(&p, 10 * SECOND, &one); /* again at 11 s */
	while (pace_has_room(&p, 10 * SECOND + 500000)) {
		pace_burst(&p, 10 * SECOND + 500000, &none);
		count++;
	}
	assert_int_equal(count, 16); /* less the one before, and its repeat */
	/* With those and the repeat, one more. */
	assert_true(pace_has_room(&p, 11 * SECOND + 400000));
	pace_burst(&p, 11 * SECOND + 400000, &none);
	assert_false(pace_has_room(&p, 11 * SECOND + 400000));
	assert_true(pace_has_room(&p, 11 * SECOND + 600000));
	pace_free(&p);
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
	    cmocka_unit_test(a_dead_path_of_a_known_host),
	    cmocka_unit_test(a_dead_path_of_an_unknown_host),
	    cmocka_unit_test(a_dead_path_under_loss),
	    cmocka_unit_test(a_sibling_waits_less),
	    cmocka_unit_test(a_dead_path_of_a_slow_line),
	    cmocka_unit_test(a_datagram_backs_off),
	    cmocka_unit_test(repeats_are_within_the_rate),
	    cmocka_unit_test(answered_paths_keep_no_room),
	    cmocka_unit_test(a_burst_fits_into_its_second),
	    cmocka_unit_test(test_targets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
