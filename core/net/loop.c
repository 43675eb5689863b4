/* loop.c - the event loop over libuv (its only user). */
#include "core/net/loop.h"
#include "core/os/clock.h"
#include "core/base/mem.h"

#include <signal.h>
#include <stdlib.h>
#include <uv.h>

enum { LOOP_SIGNALS = 3 };

struct loop {
	uv_loop_t uv;
	const struct clock *clock;
	uv_signal_t signals[LOOP_SIGNALS];
	bool signals_on;
	void (*caught)(void *arg, int signal);
	void *caught_arg;
};

struct loop_timer {
	uv_timer_t uv;
	struct loop *loop;
	void (*fired)(void *arg);
	void *arg;
};

struct loop_watch {
	uv_poll_t uv;
	void (*ready)(void *arg, short events);
	void *arg;
	short events;
	bool *gone; /* set when freed inside its own callback */
};

struct loop_job {
	uv_work_t uv;
	void (*work)(void *arg);
	void (*done)(void *arg);
	void *arg;
};

struct loop *loop_new(void)
{
	struct loop *l = mem_calloc(1, sizeof *l);

	if (uv_loop_init(&l->uv) != 0)
		abort(); /* no epoll, no program */
	l->clock = &clock_system;
	return l;
}

void loop_free(struct loop *l)
{
	if (l == NULL)
		return;
	if (l->signals_on)
		for (size_t i = 0; i < LOOP_SIGNALS; i++)
			uv_close((uv_handle_t *)&l->signals[i], NULL);
	/* Close callbacks and late jobs; a stop asked for earlier ends the
	 * first turn at once. */
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

static void loop_timer_fired(uv_timer_t *uv)
{
	struct loop_timer *t = uv->data;

	t->fired(t->arg);
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

	/* libuv counts from its cached time, which may be long ago. */
	uv_update_time(&t->loop->uv);
	uv_timer_start(&t->uv, loop_timer_fired, ms, 0);
}

void loop_timer_at(struct loop_timer *t, int64_t at_us)
{
	loop_timer_in(t, at_us - loop_now(t->loop));
}

void loop_timer_cancel(struct loop_timer *t)
{
	uv_timer_stop(&t->uv);
}

void loop_timer_free(struct loop_timer *t)
{
	if (t == NULL)
		return;
	uv_timer_stop(&t->uv);
	uv_close((uv_handle_t *)&t->uv, loop_timer_closed);
}

/* Descriptors ------------------------------------------------------------ */

static int loop_watch_uv_events(short events)
{
	return ((events & LOOP_READ) != 0 ? UV_READABLE : 0) |
	       ((events & LOOP_WRITE) != 0 ? UV_WRITABLE : 0);
}

static void loop_watch_ready(uv_poll_t *uv, int status, int uv_events);

static void loop_watch_start(struct loop_watch *w)
{
	if (w->events != 0)
		uv_poll_start(&w->uv, loop_watch_uv_events(w->events),
			      loop_watch_ready);
	else
		uv_poll_stop(&w->uv);
}

/*
 * An error condition comes as status UV_EBADF with the poll stopped; the
 * descriptor is still valid. The owner reads the socket's error and decides; if
 * the watch is still wanted afterwards, it is started again.
 */
static void loop_watch_ready(uv_poll_t *uv, int status, int uv_events)
{
	struct loop_watch *w = uv->data;
	short events = 0;
	bool gone = false;

	if (status < 0)
		events = LOOP_READ | LOOP_WRITE | LOOP_ERROR;
	if ((uv_events & UV_READABLE) != 0)
		events |= LOOP_READ;
	if ((uv_events & UV_WRITABLE) != 0)
		events |= LOOP_WRITE;
	w->gone = &gone;
	w->ready(w->arg, events);
	if (gone)
		return;
	w->gone = NULL;
	if (status < 0)
		loop_watch_start(w);
}

static void loop_watch_closed(uv_handle_t *uv)
{
	free(uv->data);
}

struct loop_watch *loop_watch_new(struct loop *l, int fd,
				  void (*ready)(void *arg, short events),
				  void *arg)
{
	struct loop_watch *w = mem_calloc(1, sizeof *w);

	if (uv_poll_init_socket(&l->uv, &w->uv, fd) != 0) {
		free(w);
		return NULL;
	}
	w->uv.data = w;
	w->ready = ready;
	w->arg = arg;
	return w;
}

void loop_watch_events(struct loop_watch *w, short events)
{
	if (w->events == events)
		return;
	w->events = events;
	loop_watch_start(w);
}

void loop_watch_free(struct loop_watch *w)
{
	if (w == NULL)
		return;
	if (w->gone != NULL)
		*w->gone = true;
	uv_poll_stop(&w->uv);
	uv_close((uv_handle_t *)&w->uv, loop_watch_closed);
}

/* Workers ---------------------------------------------------------------- */

static void loop_job_work(uv_work_t *uv)
{
	struct loop_job *job = uv->data;

	job->work(job->arg);
}

static void loop_job_done(uv_work_t *uv, int status)
{
	struct loop_job *job = uv->data;

	(void)status; /* never cancelled */
	job->done(job->arg);
	free(job);
}

void loop_work(struct loop *l, void (*work)(void *arg), void (*done)(void *arg),
	       void *arg)
{
	struct loop_job *job = mem_calloc(1, sizeof *job);

	job->uv.data = job;
	job->work = work;
	job->done = done;
	job->arg = arg;
	uv_queue_work(&l->uv, &job->uv, loop_job_work, loop_job_done);
}

/* Signals ---------------------------------------------------------------- */

static void loop_signal_caught(uv_signal_t *uv, int number)
{
	struct loop *l = uv->data;

	l->caught(l->caught_arg, number);
}

void loop_on_signals(struct loop *l, void (*caught)(void *arg, int signal),
		     void *arg)
{
	static const int numbers[LOOP_SIGNALS] = {SIGINT, SIGTERM, SIGHUP};

	l->caught = caught;
	l->caught_arg = arg;
	l->signals_on = true;
	for (size_t i = 0; i < LOOP_SIGNALS; i++) {
		uv_signal_init(&l->uv, &l->signals[i]);
		l->signals[i].data = l;
		uv_signal_start(&l->signals[i], loop_signal_caught, numbers[i]);
		uv_unref((uv_handle_t *)&l->signals[i]);
	}
}
