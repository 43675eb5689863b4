/*
 * test_loop.c - timers and descriptors on a busy host: what had come when a
 * timer is noticed goes before it, however late both are. The host's stall is a
 * sleep between the setting of a timer and the loop's next turn.
 */
#include "core/net/loop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { TIMERS = 3 };

/* What happened, in its order: 'r' for a byte read, '0' to '2' for a timer. */
struct story {
	struct loop *loop;
	struct loop_timer *timers[TIMERS];
	struct loop_watch *watch;
	int ends[2]; /* of a pipe */
	char said[16];
	size_t length;
	const char *wanted; /* so long is the story */
	void (*on_read)(struct story *s);
	void (*on_first)(struct story *s);
};

static void story_note(struct story *s, char what)
{
	if (s->length == strlen(s->wanted))
		return; /* the turn's other timers */
	s->said[s->length++] = what;
	if (s->length == strlen(s->wanted))
		loop_stop(s->loop);
}

static void story_stall(unsigned ms)
{
	const struct timespec time = {.tv_nsec = (long)ms * 1000000};

	nanosleep(&time, NULL);
}

static void story_first(void *arg)
{
	struct story *s = arg;

	story_note(s, '0');
	if (s->on_first != NULL)
		s->on_first(s);
}

static void story_second(void *arg)
{
	story_note(arg, '1');
}

static void story_last(void *arg)
{
	story_note(arg, '2');
}

static void story_readable(void *arg, short events)
{
	struct story *s = arg;
	char byte;

	(void)events;
	assert_int_equal(read(s->ends[0], &byte, 1), 1);
	story_note(s, 'r');
	if (s->on_read != NULL)
		s->on_read(s);
}

static int story_begin_in(void **state, struct loop *l)
{
	static void (*const fired[TIMERS])(void *arg) = {
	    story_first, story_second, story_last};
	static struct story s;

	s = (struct story){.loop = l};
	assert_non_null(s.loop);
	assert_int_equal(pipe(s.ends), 0);
	s.watch = loop_watch_new(s.loop, s.ends[0], story_readable, &s);
	loop_watch_events(s.watch, LOOP_READ);
	for (size_t i = 0; i < TIMERS; i++)
		s.timers[i] = loop_timer_new(s.loop, fired[i], &s);
	*state = &s;
	return 0;
}

static int story_begin(void **state)
{
	struct error err;

	return story_begin_in(state, loop_new(&err));
}

static int story_end(void **state)
{
	struct story *s = *state;

	for (size_t i = 0; i < TIMERS; i++)
		loop_timer_free(s->timers[i]);
	loop_watch_free(s->watch);
	close(s->ends[0]);
	close(s->ends[1]);
	loop_free(s->loop);
	return 0;
}

/* Bytes come, two timers are over, and only then the loop has its turn. */
static void story_tell(struct story *s, const char *bytes, const char *wanted)
{
	s->wanted = wanted;
	loop_timer_in(s->timers[0], 10000);
	loop_timer_in(s->timers[1], 11000);
	loop_timer_in(s->timers[2], 60000);
	for (; *bytes != '\0'; bytes++)
		assert_int_equal(write(s->ends[1], bytes, 1), 1);
	story_stall(30);
	loop_run(s->loop);
	assert_string_equal(s->said, wanted);
}

static void test_reply_before_timer(void **state)
{
	story_tell(*state, "b", "r01");
}

static void test_silence(void **state)
{
	story_tell(*state, "", "012");
}

static void take_back(struct story *s)
{
	loop_timer_cancel(s->timers[0]);
}

/* A reply cancels the timer that was over before it was read. */
static void test_reply_cancels(void **state)
{
	struct story *s = *state;

	s->on_read = take_back;
	story_tell(s, "b", "r12");
}

static void set_anew(struct story *s)
{
	loop_timer_cancel(s->timers[2]);
	loop_timer_in(s->timers[0], 5000);
}

/* ... or sets it anew: the next one waits as long as it was asked to. */
static void test_reply_restarts(void **state)
{
	struct story *s = *state;

	s->on_read = set_anew;
	story_tell(s, "b", "r10");
}

static void free_second(struct story *s)
{
	loop_timer_free(s->timers[1]);
	s->timers[1] = NULL;
}

/* A timer frees another one that is due as well. */
static void test_timer_frees_timer(void **state)
{
	struct story *s = *state;

	s->on_first = free_second;
	story_tell(s, "", "02");
}

static void stall_again(struct story *s)
{
	if (s->length > 1)
		return;
	assert_int_equal(write(s->ends[1], "b", 1), 1);
	story_stall(30);
}

/* The stall is in a callback of ours, such as a signature that takes long. */
static void test_stall_of_our_own(void **state)
{
	struct story *s = *state;

	s->on_read = stall_again;
	s->wanted = "rr0";
	loop_timer_in(s->timers[0], 10000);
	assert_int_equal(write(s->ends[1], "b", 1), 1);
	loop_run(s->loop);
	assert_string_equal(s->said, s->wanted);
}

/* Two watches of which each frees the other: one is called. */
struct pair {
	struct story *s;
	struct loop_watch *watch[2];
	int ends[2][2];
};

static void pair_ready(struct pair *p, size_t own)
{
	loop_watch_free(p->watch[!own]);
	p->watch[!own] = NULL;
	loop_watch_events(p->watch[own], 0);
	story_note(p->s, 'p');
}

static void pair_first(void *arg, short events)
{
	assert_int_equal(events, LOOP_READ);
	pair_ready(arg, 0);
}

static void pair_second(void *arg, short events)
{
	assert_int_equal(events, LOOP_READ);
	pair_ready(arg, 1);
}

static void test_watch_frees_watch(void **state)
{
	struct pair p = {.s = *state};

	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(pipe(p.ends[i]), 0);
		p.watch[i] =
		    loop_watch_new(p.s->loop, p.ends[i][0],
				   i == 0 ? pair_first : pair_second, &p);
		loop_watch_events(p.watch[i], LOOP_READ);
		assert_int_equal(write(p.ends[i][1], "b", 1), 1);
	}
	story_tell(p.s, "", "p012");
	for (size_t i = 0; i < 2; i++) {
		loop_watch_free(p.watch[i]);
		close(p.ends[i][0]);
		close(p.ends[i][1]);
	}
}

/* Nothing comes to a watch that is paused, though the peer hangs up; when it
 * waits again, that comes as what it waits for. */
static void resume(struct story *s)
{
	loop_watch_events(s->watch, LOOP_READ);
}

static void hung_up(void *arg, short events)
{
	struct story *s = arg;

	assert_int_equal(events, LOOP_READ);
	loop_watch_events(s->watch, 0);
	story_note(s, 'h');
}

static void test_paused(void **state)
{
	struct story *s = *state;

	loop_watch_free(s->watch);
	s->watch = loop_watch_new(s->loop, s->ends[0], hung_up, s);
	loop_watch_events(s->watch, LOOP_READ);
	loop_watch_events(s->watch, 0);
	close(s->ends[1]);
	s->ends[1] = dup(s->ends[0]);
	s->on_first = resume;
	story_tell(s, "", "01h2");
}

/* A descriptor that another process still has is closed here, and its number
 * is given anew: what comes to the old one is not told to the new one. */
static void test_number_anew(void **state)
{
	struct story *s = *state;
	int old = s->ends[0], kept = dup(old), fresh[2];

	loop_watch_closing(s->watch);
	close(old);
	assert_int_equal(pipe(fresh), 0);
	assert_int_equal(fresh[0], old);
	assert_int_equal(write(s->ends[1], "b", 1), 1);
	s->watch = loop_watch_new(s->loop, fresh[0], story_readable, s);
	loop_watch_events(s->watch, LOOP_READ);
	close(s->ends[1]);
	s->ends[0] = fresh[0];
	s->ends[1] = fresh[1];
	story_tell(s, "", "012");
	close(kept);
}

/* Where the system gives no descriptor for a set, each is watched by itself:
 * with as few as the loop starts with. */
static int story_begin_without_set(void **state)
{
	struct rlimit all, few;
	struct loop *l = NULL;
	struct error err;

	getrlimit(RLIMIT_NOFILE, &all);
	few = all;
	for (few.rlim_cur = 4; l == NULL && few.rlim_cur < 64; few.rlim_cur++) {
		setrlimit(RLIMIT_NOFILE, &few);
		l = loop_new(&err);
	}
	setrlimit(RLIMIT_NOFILE, &all);
	return story_begin_in(state, l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_reply_before_timer,
					    story_begin, story_end),
	    cmocka_unit_test_setup_teardown(test_silence, story_begin,
					    story_end),
	    cmocka_unit_test_setup_teardown(test_reply_cancels, story_begin,
					    story_end),
	    cmocka_unit_test_setup_teardown(test_reply_restarts, story_begin,
					    story_end),
	    cmocka_unit_test_setup_teardown(test_timer_frees_timer, story_begin,
					    story_end),
	    cmocka_unit_test_setup_teardown(test_stall_of_our_own, story_begin,
					    story_end),
	    cmocka_unit_test_setup_teardown(test_watch_frees_watch, story_begin,
					    story_end),
	    cmocka_unit_test_setup_teardown(test_paused, story_begin,
					    story_end),
	    cmocka_unit_test_setup_teardown(test_number_anew, story_begin,
					    story_end),
	    cmocka_unit_test_setup_teardown(test_reply_before_timer,
					    story_begin_without_set, story_end),
	    cmocka_unit_test_setup_teardown(test_watch_frees_watch,
					    story_begin_without_set, story_end),
	    cmocka_unit_test_setup_teardown(test_paused,
					    story_begin_without_set, story_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
