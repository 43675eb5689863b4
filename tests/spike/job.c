/*
 * job.c - a worker's job that outlives its probe: it is released once, after
 * it has ended, and its probe hears nothing of it.
 */
#include "tests/spike/spike.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct job {
	unsigned ms; /* how long it works */
	bool worked;
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

	atomic_fetch_add(&jobs_begun, 1);
	job_sleep(j->ms);
	j->worked = true;
	atomic_fetch_add(&jobs_ended, 1);
}

static void job_release(void *arg)
{
	struct job *j = arg;

	if (!j->worked)
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
static const struct check slow = JOB_CHECK("slow", slow_step);

#define JOB_TCP(word, function)                                             \
	{                                                                   \
		.name = word, .summary = word,                              \
		.state_size = sizeof(struct job_state), .needs = NEEDS_TCP, \
		.transport = TRANSPORT_TCP, .step = function                \
	}

static const struct check parting = JOB_TCP("parting", parting_step);
static const struct check bereft = JOB_TCP("bereft", bereft_step);

const struct check *const check_registry[] = {
    &bereft, &hasty, &instant, &parting, &patient, &slow, NULL};

/* The cases ---------------------------------------------------------------- */

static void job_run(const struct check *const *checks, size_t count,
		    unsigned heard, const char *what)
{
	struct spec specs[16];
	bool good = true;

	atomic_store(&jobs_begun, 0);
	atomic_store(&jobs_ended, 0);
	atomic_store(&jobs_released, 0);
	atomic_store(&jobs_heard, 0);
	for (size_t i = 0; i < count; i++)
		specs[i] = spike_spec(checks[i], 0);
	struct results r = spike_run(specs, count);
	for (size_t i = 0; i < r.count; i++)
		good = good && r.items[i].outcome.cause == CAUSE_OK;
	spike_case(good && r.count == count, "%s: all probes ok", what);
	results_free(&r);
	/* A job that never began because the run was over may be dropped. */
	unsigned begun = atomic_load(&jobs_begun);
	spike_case(atomic_load(&jobs_ended) == begun,
		   "%s: the run has waited for %u jobs", what, begun);
	spike_case(atomic_load(&jobs_heard) == heard, "%s: %u heard", what,
		   heard);
	size_t given = 0;
	for (size_t i = 0; i < count; i++)
		given += checks[i] != &slow;
	spike_case(atomic_load(&jobs_released) == given,
		   "%s: %u of %zu released once", what,
		   atomic_load(&jobs_released), given);
}

static void job_serve_and_close(int fd)
{
	for (;;) {
		int client = accept(fd, NULL, NULL);

		job_sleep(20);
		close(client);
	}
}

static void job_run_closed(void)
{
	uint16_t port;
	int fd = spike_socket(SOCK_STREAM, &port);
	pid_t peer = spike_peer(job_serve_and_close, fd);
	const struct spec specs[] = {spike_spec(&parting, port),
				     spike_spec(&bereft, port)};

	atomic_store(&jobs_released, 0);
	struct results r = spike_run(specs, 2);
	spike_outcome(&r.items[0], PHASE_REPLY, CAUSE_OK,
		      "the job holds the answer of a closed stream");
	spike_outcome(&r.items[1], PHASE_REPLY, CAUSE_RESET,
		      "jobs without an answer leave it closed");
	spike_case(atomic_load(&jobs_released) == 3, "closed: all released");
	results_free(&r);
	spike_end(peer);
}

int main(void)
{
	static const struct check *const together[] = {&hasty, &patient, &slow,
						       &instant, &hasty};
	static const struct check *const alone[] = {&hasty};
	static const struct check *const at_once[] = {&instant};
	static const struct check *const many[] = {
	    &hasty, &hasty, &hasty, &hasty, &hasty, &hasty,
	    &hasty, &hasty, &hasty, &hasty, &hasty, &hasty};

	spike_network();
	job_run(together, 5, 1, "the run goes on");
	job_run(alone, 1, 0, "the run ends before the job");
	job_run(at_once, 1, 0, "the probe ends with its first step");
	job_run(many, 12, 0, "more jobs than workers");
	job_run_closed();
	spike_case(atomic_load(&steps_after_end) == 0, "no step after the end");
	spike_case(atomic_load(&jobs_released_early) == 0,
		   "no job is released before it ended");
	return spike_status();
}
