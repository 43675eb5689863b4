/*
 * test_jobs.c - a worker's job in a real run: it is released once, never while
 * it works, also where its probe is over by then, which hears nothing of it. A
 * run does not wait for a job that hangs.
 */
#include "core/engine/check.h"
#include "core/engine/engine.h"
#include "core/os/thread.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <netinet/in.h>
#include <pthread.h>

#include <cmocka.h>

struct job {
	unsigned ms; /* how long it works */
	bool begun, worked;
};

/* Counted over all jobs of a run. */
static atomic_uint jobs_begun, jobs_ended, jobs_released, jobs_heard;
static atomic_uint jobs_released_early, steps_after_end;

static void job_sleep(unsigned ms)
{
	const struct timespec time = {.tv_sec = ms / 1000,
				      .tv_nsec = (long)(ms % 1000) * 1000000};

	nanosleep(&time, NULL);
}

static void job_work(void *arg)
{
	struct job *j = arg;

	j->begun = true;
	atomic_fetch_add(&jobs_begun, 1);
	job_sleep(j->ms);
	j->worked = true;
	atomic_fetch_add(&jobs_ended, 1);
}

static void job_release(void *arg)
{
	struct job *j = arg;

	if (j->begun && !j->worked)
		atomic_fetch_add(&jobs_released_early, 1);
	atomic_fetch_add(&jobs_released, 1);
	free(j);
}

/* The checks ------------------------------------------------------------- */

struct job_state {
	bool over;
};

static void job_start(struct probe *p, unsigned ms)
{
	struct job *j = calloc(1, sizeof *j);

	j->ms = ms;
	probe_job(p, j, job_work, job_release);
}

/* Waits for its job and reads what it left. */
static enum step patient_step(struct probe *p, enum event event)
{
	switch (event) {
	case EV_START:
		job_start(p, 50);
		return STEP_WAIT;
	case EV_JOB:
		atomic_fetch_add(&jobs_heard, 1);
		return ((const struct job *)p->job)->worked
			   ? probe_ok(p)
			   : probe_fail(p, CAUSE_LOCAL);
	default:
		return STEP_WAIT;
	}
}

/* Ends by its timer, long before its job. */
static enum step hasty_step(struct probe *p, enum event event)
{
	struct job_state *s = p->state;

	if (s->over)
		atomic_fetch_add(&steps_after_end, 1);
	switch (event) {
	case EV_START:
		job_start(p, 300);
		probe_timer(p, 20);
		return STEP_WAIT;
	case EV_TIMER:
		s->over = true;
		return probe_ok(p);
	case EV_JOB:
		atomic_fetch_add(&jobs_heard, 1);
		return probe_fail(p, CAUSE_LOCAL);
	default:
		return STEP_WAIT;
	}
}

/* Ends in the same step that gave the job away. */
static enum step instant_step(struct probe *p, enum event event)
{
	if (event != EV_START)
		return probe_fail(p, CAUSE_LOCAL);
	job_start(p, 100);
	return probe_ok(p);
}

/* Its job hangs, as on a mount that has gone. */
static enum step hung_step(struct probe *p, enum event event)
{
	if (event == EV_TIMER)
		return probe_ok(p);
	job_start(p, 1500);
	probe_timer(p, 100);
	return STEP_WAIT;
}

/* Keeps the run going while the others' jobs end. */
static enum step slow_step(struct probe *p, enum event event)
{
	if (event == EV_TIMER)
		return probe_ok(p);
	probe_timer(p, 800);
	return STEP_WAIT;
}

/* The stream ends while the job works: the answer of the job counts. */
static enum step parting_step(struct probe *p, enum event event)
{
	struct job_state *s = p->state;

	switch (event) {
	case EV_START:
		job_start(p, 200);
		return STEP_WAIT;
	case EV_EOF:
		s->over = true;
		return STEP_WAIT;
	case EV_JOB:
		return s->over ? probe_ok(p) : probe_fail(p, CAUSE_LOCAL);
	default:
		return STEP_WAIT;
	}
}

/* The same, and the job has none; a second one neither. */
static enum step bereft_step(struct probe *p, enum event event)
{
	struct job_state *s = p->state;

	if (event == EV_START || (event == EV_JOB && !s->over))
		job_start(p, 100);
	if (event == EV_JOB)
		s->over = true;
	return STEP_WAIT;
}

#define JOB_CHECK(word, function)                                     \
	{                                                             \
		.name = word, .summary = word,                        \
		.state_size = sizeof(struct job_state),               \
		.needs = NEEDS_NOTHING, .transport = TRANSPORT_LOCAL, \
		.step = function                                      \
	}

static const struct check patient = JOB_CHECK("patient", patient_step);
static const struct check hasty = JOB_CHECK("hasty", hasty_step);
static const struct check instant = JOB_CHECK("instant", instant_step);
static const struct check hung = JOB_CHECK("hung", hung_step);
static const struct check slow = JOB_CHECK("slow", slow_step);

#define JOB_TCP(word, function)                                             \
	{                                                                   \
		.name = word, .summary = word,                              \
		.state_size = sizeof(struct job_state), .needs = NEEDS_TCP, \
		.transport = TRANSPORT_TCP, .step = function                \
	}

static const struct check parting = JOB_TCP("parting", parting_step);
static const struct check bereft = JOB_TCP("bereft", bereft_step);

/* The runs ----------------------------------------------------------------- */

static struct spec job_spec(const struct check *check, uint16_t port)
{
	struct spec s = {.id = "job",
			 .check = check,
			 .transport = check->transport,
			 .port = port,
			 .device_index = SIZE_MAX};

	if (check->needs == NEEDS_NOTHING)
		return s;
	s.host = "127.0.0.1";
	addr_parse(&s.literal, s.host);
	return s;
}

static struct results job_run(const struct spec *specs, size_t count)
{
	const struct engine_options options = {
	    .specs = specs, .spec_count = count, .reply_us = 500000};
	struct results results = {0};
	struct error err;

	atomic_store(&jobs_begun, 0);
	atomic_store(&jobs_ended, 0);
	atomic_store(&jobs_released, 0);
	atomic_store(&jobs_heard, 0);
	assert_int_equal(engine_run(&options, &results, &err), 0);
	assert_int_equal(results.count, count);
	assert_int_equal(atomic_load(&steps_after_end), 0);
	return results;
}

/* Those that were still at work when the run was over come to their end. */
static void job_all_released(unsigned given)
{
	for (int i = 0; i < 300 && atomic_load(&jobs_released) < given; i++)
		job_sleep(10);
	assert_int_equal(atomic_load(&jobs_released), given);
	assert_int_equal(atomic_load(&jobs_released_early), 0);
	/* A job that had not begun when the run was over was dropped. */
	assert_int_equal(atomic_load(&jobs_ended), atomic_load(&jobs_begun));
}

/* All probes pass; so many jobs were given away, and so many heard of. */
static void job_expect(const struct check *const *checks, size_t count,
		       unsigned given, unsigned heard)
{
	struct spec specs[16] = {0};

	for (size_t i = 0; i < count; i++)
		specs[i] = job_spec(checks[i], 0);
	struct results r = job_run(specs, count);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(r.items[i].outcome.cause, CAUSE_OK);
	job_all_released(given);
	assert_int_equal(atomic_load(&jobs_heard), heard);
	results_free(&r);
}

static void the_run_goes_on(void **state)
{
	static const struct check *const checks[] = {&hasty, &patient, &slow,
						     &instant, &hasty};

	(void)state;
	job_expect(checks, 5, 4, 1);
}

static void the_run_ends_before_the_job(void **state)
{
	static const struct check *const checks[] = {&hasty};

	(void)state;
	job_expect(checks, 1, 1, 0);
}

static void the_probe_ends_with_its_first_step(void **state)
{
	static const struct check *const checks[] = {&instant};

	(void)state;
	job_expect(checks, 1, 1, 0);
}

static void more_jobs_than_workers(void **state)
{
	static const struct check *const checks[] = {
	    &hasty, &hasty, &hasty, &hasty, &hasty, &hasty,
	    &hasty, &hasty, &hasty, &hasty, &hasty, &hasty};

	(void)state;
	job_expect(checks, 12, 12, 0);
}

static void the_run_does_not_wait_for_ever(void **state)
{
	const struct spec spec = job_spec(&hung, 0);
	struct results r;

	(void)state;
	r = job_run(&spec, 1);
	assert_int_equal(atomic_load(&jobs_ended), 0);
	assert_true(os_threads_running() > 0);
	results_free(&r);
	job_all_released(1);
}

/* Accepts two connections, and closes each while its job works. */
static void *close_two(void *arg)
{
	for (int i = 0; i < 2; i++) {
		int client = accept(*(const int *)arg, NULL, NULL);

		job_sleep(20);
		close(client);
	}
	return NULL;
}

/* The job may hold the answer of a stream that is closed; without one the
 * stream was closed. */
static void the_stream_ends_while_the_job_works(void **state)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
				.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof a;
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	pthread_t peer;

	(void)state;
	assert_int_equal(bind(fd, (struct sockaddr *)&a, length), 0);
	assert_int_equal(listen(fd, 8), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &length), 0);
	assert_int_equal(pthread_create(&peer, NULL, close_two, &fd), 0);
	const struct spec specs[] = {job_spec(&parting, ntohs(a.sin_port)),
				     job_spec(&bereft, ntohs(a.sin_port))};
	struct results r = job_run(specs, 2);
	assert_int_equal(r.items[0].outcome.cause, CAUSE_OK);
	assert_int_equal(r.items[1].outcome.phase, PHASE_REPLY);
	assert_int_equal(r.items[1].outcome.cause, CAUSE_RESET);
	job_all_released(3);
	results_free(&r);
	pthread_join(peer, NULL);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_run_goes_on),
	    cmocka_unit_test(the_run_ends_before_the_job),
	    cmocka_unit_test(the_probe_ends_with_its_first_step),
	    cmocka_unit_test(more_jobs_than_workers),
	    cmocka_unit_test(the_run_does_not_wait_for_ever),
	    cmocka_unit_test(the_stream_ends_while_the_job_works),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
