/* loop.c - the event loop over libuv (with loop_watch.c, its only user). */
#include "core/net/loop_internal.h"
#include "core/os/clock.h"
#include "core/os/process.h"
#include "core/os/signals.h"
#include "core/os/thread.h"
#include "core/base/mem.h"

#include <stdlib.h>

enum {
	LOOP_WORKERS = 4,
	LOOP_PATIENCE_MS = 200,
	/* libuv ends the program where its first pipe cannot be made. */
	LOOP_DESCRIPTORS = 4
};

struct loop_job {
	struct loop_job *next;
	void (*work)(void *arg);
	void (*done)(void *arg);
	void (*drop)(void *arg);
	void *arg;
};

/* What workers share with the loop; it lives as long as one of its users. */
struct loop_pool {
	struct os_lock *lock;
	struct loop *loop; /* NULL: gone */
	struct loop_job *waiting, *finished;
	unsigned workers, users;
};

struct loop_timer {
	uv_timer_t uv;
	struct loop *loop;
	void (*fired)(void *arg);
	void *arg;
	bool is_due; /* in the loop's list */
	struct loop_timer *next_due;
};

static void loop_jobs_finished(uv_async_t *uv);
static void loop_end_work(struct loop *l);
static void loop_timers_begin(struct loop *l);
static void loop_timers_end(struct loop *l);

static struct loop_job *loop_job_take(struct loop_job **list)
{
	struct loop_job *job = *list;

	if (job != NULL)
		*list = job->next;
	return job;
}

static void loop_jobs_drop(struct loop_job **list)
{
	struct loop_job *job;

	while ((job = loop_job_take(list)) != NULL) {
		if (job->drop != NULL)
			job->drop(job->arg);
		free(job);
	}
}

/* One user less; the lock is held, and is not afterwards. */
static void loop_pool_release(struct loop_pool *p)
{
	bool last = --p->users == 0;

	os_unlock(p->lock);
	if (!last)
		return;
	loop_jobs_drop(&p->waiting);
	loop_jobs_drop(&p->finished);
	os_lock_free(p->lock);
	free(p);
}

static bool loop_pool_begin(struct loop *l)
{
	struct loop_pool *p = mem_calloc(1, sizeof *p);

	p->lock = os_lock_new();
	p->loop = l;
	p->users = 1;
	if (p->lock == NULL ||
	    uv_async_init(&l->uv, &l->wake, loop_jobs_finished) != 0) {
		os_lock_free(p->lock);
		free(p);
		return false;
	}
	l->wake.data = p;
	uv_unref((uv_handle_t *)&l->wake);
	l->pool = p;
	return true;
}

/* libuv ends the program where the kernel has no memory to watch one more
 * descriptor: it is asked before libuv asks. */
static bool loop_may_watch_own(const struct loop *l)
{
	int set = uv_backend_fd(&l->uv);

	return os_process_may_watch(set, l->uv.async_io_watcher.fd) &&
	       os_process_may_watch(set, l->uv.signal_io_watcher.fd);
}

/* To libuv NULL is the end: here it comes with last words. */
static void *loop_malloc(size_t size)
{
	return mem_calloc(1, size);
}

static void *loop_realloc(void *p, size_t size)
{
	return mem_realloc(p, 1, size);
}

struct loop *loop_new(struct error *err)
{
	struct loop *l = mem_calloc(1, sizeof *l);

	uv_replace_allocator(loop_malloc, loop_realloc, mem_calloc, free);
	l->clock = &clock_system;
	if (os_process_may_open(LOOP_DESCRIPTORS) &&
	    uv_loop_init(&l->uv) == 0) {
		if (loop_pool_begin(l)) {
			loop_timers_begin(l);
			if (loop_may_watch_own(l) && loop_set_begin(l))
				return l;
			/* To close it, libuv would ask: it is left. */
			goto refused;
		}
		uv_loop_close(&l->uv);
	}
	free(l);
refused:
	error_set(err, "this host does not let the tests start: too few file "
		       "descriptors, or too little memory");
	err->of_host = true;
	return NULL;
}

void loop_free(struct loop *l)
{
	if (l == NULL)
		return;
	loop_watch_free(l->signals);
	loop_end_work(l);
	loop_timers_end(l);
	loop_set_end(l);
	/* Close callbacks; a stop asked for earlier ends the first turn at
	 * once. */
	while (uv_loop_close(&l->uv) == UV_EBUSY)
		uv_run(&l->uv, UV_RUN_DEFAULT);
	free(l);
}

int64_t loop_now(const struct loop *l)
{
	return l->clock->monotonic_us(l->clock);
}

int64_t loop_wall(const struct loop *l)
{
	return l->clock->wall_us(l->clock);
}

void loop_run(struct loop *l)
{
	uv_run(&l->uv, UV_RUN_DEFAULT);
}

void loop_stop(struct loop *l)
{
	uv_stop(&l->uv);
}

/* Timers ----------------------------------------------------------------- */

/* It is there: the loop does not sleep. */
static void loop_no_sleep(uv_idle_t *uv)
{
	(void)uv;
}

/*
 * A timer that is over says that nothing came, and a busy machine lets it be
 * over before this program has looked: it fires when the descriptors have been
 * asked once more, and what they had has been dealt with.
 */
static void loop_timer_over(uv_timer_t *uv)
{
	struct loop_timer *t = uv->data;
	struct loop *l = t->loop;

	t->is_due = true;
	t->next_due = NULL;
	*l->due_end = t;
	l->due_end = &t->next_due;
	uv_idle_start(&l->no_sleep, loop_no_sleep);
}

static void loop_timer_not_due(struct loop_timer *t)
{
	struct loop_timer **link = &t->loop->due;

	if (!t->is_due)
		return;
	t->is_due = false;
	while (*link != t)
		link = &(*link)->next_due;
	*link = t->next_due;
	if (*link == NULL)
		t->loop->due_end = link;
}

/* A timer may cancel or free any other. */
static void loop_timers_fire(uv_check_t *uv)
{
	struct loop *l = uv->data;
	struct loop_timer *t;

	while ((t = l->due) != NULL) {
		loop_timer_not_due(t);
		t->fired(t->arg);
	}
	if (l->due == NULL)
		uv_idle_stop(&l->no_sleep);
}

static void loop_timers_begin(struct loop *l)
{
	l->due_end = &l->due;
	l->looked.data = l;
	uv_idle_init(&l->uv, &l->no_sleep);
	uv_check_init(&l->uv, &l->looked);
	uv_check_start(&l->looked, loop_timers_fire);
	uv_unref((uv_handle_t *)&l->looked);
}

static void loop_timers_end(struct loop *l)
{
	uv_close((uv_handle_t *)&l->looked, NULL);
	uv_close((uv_handle_t *)&l->no_sleep, NULL);
}

static void loop_timer_closed(uv_handle_t *uv)
{
	free(uv->data);
}

struct loop_timer *loop_timer_new(struct loop *l, void (*fired)(void *arg),
				  void *arg)
{
	struct loop_timer *t = mem_calloc(1, sizeof *t);

	uv_timer_init(&l->uv, &t->uv);
	t->uv.data = t;
	t->loop = l;
	t->fired = fired;
	t->arg = arg;
	return t;
}

void loop_timer_in(struct loop_timer *t, int64_t delay_us)
{
	uint64_t ms = delay_us <= 0 ? 0 : (uint64_t)(delay_us + 999) / 1000;

	loop_timer_not_due(t);
	/* libuv counts from its cached time, which may be long ago. */
	uv_update_time(&t->loop->uv);
	uv_timer_start(&t->uv, loop_timer_over, ms, 0);
}

void loop_timer_at(struct loop_timer *t, int64_t at_us)
{
	loop_timer_in(t, at_us - loop_now(t->loop));
}

void loop_timer_cancel(struct loop_timer *t)
{
	loop_timer_not_due(t);
	uv_timer_stop(&t->uv);
}

void loop_timer_free(struct loop_timer *t)
{
	if (t == NULL)
		return;
	loop_timer_cancel(t);
	uv_close((uv_handle_t *)&t->uv, loop_timer_closed);
}

/* Workers ---------------------------------------------------------------- */

/* On a worker: one job after the other, until none waits. */
static void loop_worker(void *arg)
{
	struct loop_pool *p = arg;
	struct loop_job *job;

	os_lock(p->lock);
	while (p->loop != NULL && (job = p->waiting) != NULL) {
		p->waiting = job->next;
		os_unlock(p->lock);
		job->work(job->arg);
		os_lock(p->lock);
		job->next = p->finished;
		p->finished = job;
		if (p->loop != NULL)
			uv_async_send(&p->loop->wake);
	}
	p->workers--;
	loop_pool_release(p); /* unlocks */
}

static void loop_jobs_finished(uv_async_t *uv)
{
	struct loop_pool *p = uv->data;
	struct loop_job *job;

	for (;;) {
		os_lock(p->lock);
		job = loop_job_take(&p->finished);
		os_unlock(p->lock);
		if (job == NULL)
			return;
		job->done(job->arg);
		free(job);
	}
}

/* No thread to be had: the job is done here, and the loop waits for it. */
static void loop_work_here(struct loop_pool *p)
{
	struct loop_job *job = loop_job_take(&p->waiting);

	job->work(job->arg);
	job->next = p->finished;
	p->finished = job;
	uv_async_send(&p->loop->wake);
}

void loop_work(struct loop *l, void (*work)(void *arg), void (*done)(void *arg),
	       void (*drop)(void *arg), void *arg)
{
	struct loop_job *job = mem_calloc(1, sizeof *job), **end;
	struct loop_pool *p = l->pool;

	*job = (struct loop_job){
	    .work = work, .done = done, .drop = drop, .arg = arg};
	os_lock(p->lock);
	for (end = &p->waiting; *end != NULL; end = &(*end)->next)
		continue;
	*end = job;
	if (p->workers < LOOP_WORKERS) {
		p->workers++;
		p->users++;
		if (!os_thread_start(loop_worker, p)) {
			p->users--;
			if (--p->workers == 0)
				loop_work_here(p);
		}
	}
	os_unlock(p->lock);
}

/* Jobs that have not begun never will. */
static bool loop_is_working(struct loop *l)
{
	bool working;

	os_lock(l->pool->lock);
	loop_jobs_drop(&l->pool->waiting);
	working = l->pool->workers > 0;
	os_unlock(l->pool->lock);
	return working;
}

static void loop_patience_over(uv_timer_t *uv)
{
	*(bool *)uv->data = true;
}

/* Workers get a moment to end. One that hangs is left to itself: what it works
 * on stays, and it finds that its loop has gone. */
static void loop_end_work(struct loop *l)
{
	bool over = false;

	uv_update_time(&l->uv);
	uv_timer_init(&l->uv, &l->patience);
	l->patience.data = &over;
	uv_timer_start(&l->patience, loop_patience_over, LOOP_PATIENCE_MS, 0);
	while (!over && loop_is_working(l))
		uv_run(&l->uv, UV_RUN_ONCE);
	uv_timer_stop(&l->patience);
	uv_close((uv_handle_t *)&l->patience, NULL);
	loop_jobs_finished(&l->wake);
	os_lock(l->pool->lock);
	l->pool->loop = NULL;
	loop_pool_release(l->pool);
	uv_close((uv_handle_t *)&l->wake, NULL);
}

/* Signals ---------------------------------------------------------------- */

static void loop_signal_caught(void *arg, short events)
{
	struct loop *l = arg;

	(void)events;
	loop_watch_free(l->signals); /* it stays readable */
	l->signals = NULL;
	l->caught(l->caught_arg, os_signal_noted());
}

void loop_on_signals(struct loop *l, void (*caught)(void *arg, int signal),
		     void *arg)
{
	int fd;

	os_signals_begin();
	fd = os_signals_descriptor();
	l->caught = caught;
	l->caught_arg = arg;
	l->signals =
	    fd == -1 ? NULL : loop_watch_new(l, fd, loop_signal_caught, l);
	if (l->signals == NULL)
		return;
	loop_watch_events(l->signals, LOOP_READ);
	loop_watch_background(l->signals);
}
