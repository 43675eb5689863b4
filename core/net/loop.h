/*
 * loop.h - the event loop: timers, descriptors, workers, signals (libuv).
 *
 * Single-threaded; callbacks run from loop_run(). Timers and watches are owned
 * by their callers and embedded by pointer: loop_timer_new() ... _free(); a
 * free inside a callback is fine.
 */
#ifndef PREFLIGHT_LOOP_H
#define PREFLIGHT_LOOP_H

#include "core/base/clock.h"
#include "core/base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct loop;
struct loop_timer;
struct loop_watch;

/* NULL with err set: the system refuses what a loop needs. */
struct loop *loop_new(struct error *err);
/* All timers and watches must be freed before. Jobs get a moment to end; one
 * that hangs is abandoned (os_threads_running()). */
void loop_free(struct loop *l);

/* Monotonic microseconds, read anew (not the loop's cached time). */
int64_t loop_now(const struct loop *l);
int64_t loop_wall(const struct loop *l);

/* Runs until loop_stop(). */
void loop_run(struct loop *l);
void loop_stop(struct loop *l);

struct loop_timer *loop_timer_new(struct loop *l, void (*fired)(void *arg),
				  void *arg);
/* One shot at monotonic time `at_us` (in the past: next turn). Restarts. It
 * fires after what had come to the watches by then, however late that is
 * noticed: a busy host is not a silent peer. */
void loop_timer_at(struct loop_timer *t, int64_t at_us);
void loop_timer_in(struct loop_timer *t, int64_t delay_us);
void loop_timer_cancel(struct loop_timer *t);
void loop_timer_free(struct loop_timer *t); /* NULL is fine */

/* What a watch waits for, and what came; an error comes with both others: read
 * the socket's. Free the watch before closing its descriptor. */
enum loop_event { LOOP_READ = 1, LOOP_WRITE = 2, LOOP_ERROR = 4 };
struct loop_watch *loop_watch_new(struct loop *l, int fd,
				  void (*ready)(void *arg, short events),
				  void *arg);
void loop_watch_events(struct loop_watch *w, short events); /* 0: pause */
void loop_watch_free(struct loop_watch *w);                 /* NULL is fine */
/* The same for a descriptor that is closed before the loop goes on: the kernel
 * forgets it by itself. */
void loop_watch_closing(struct loop_watch *w);

/* work(arg) on a worker thread, then done(arg) on the loop; where the system
 * gives no thread, on this one. Where the loop ends before, drop(arg) instead
 * of done, perhaps on the worker; NULL: nothing to drop. */
void loop_work(struct loop *l, void (*work)(void *arg), void (*done)(void *arg),
	       void (*drop)(void *arg), void *arg);

/* caught(arg, signal) on the loop, once, also for a signal that came before
 * (os_signals_begin()). */
void loop_on_signals(struct loop *l, void (*caught)(void *arg, int signal),
		     void *arg);

#endif
