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

static int story_begin(void **state)
{
	static void (*const fired[TIMERS])(void *arg) = {
	    story_first, story_second, story_last};
	static struct story s;
	struct error err;

	s = (struct story){.loop = loop_new(&err)};
	assert_non_null(s.loop);
	assert_int_equal(pipe(s.ends), 0);
	s.watch = loop_watch_new(s.loop, s.ends[0], story_readable, &s);
	loop_watch_events(s.watch, LOOP_READ);
	for (size_t i = 0; i < TIMERS; i++)
		s.timers[i] = loop_timer_new(s.loop, fired[i], &s);
	*state = &s;
	return 0;
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
