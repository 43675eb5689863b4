/*
 * loop_internal.h - the loop as loop.c and loop_watch.c see it.
 */
#ifndef PREFLIGHT_LOOP_INTERNAL_H
#define PREFLIGHT_LOOP_INTERNAL_H

#include "core/net/loop.h"

#include <stddef.h>
#include <uv.h>

/* The descriptors of a loop. */
struct loop_set {
	int fd; /* os_watch_open(); -1: libuv watches each by itself */
	uv_poll_t uv;
	struct loop_watch **by_fd;
	size_t size;
	size_t awaited;      /* of those that hold up the end of the loop */
	uint32_t generation; /* the last watch's */
};

struct loop {
	uv_loop_t uv;
	const struct clock *clock;
	struct loop_set set;
	uv_check_t looked;  /* the descriptors have been looked at */
	uv_idle_t no_sleep; /* while a timer is due */
	struct loop_timer *due, **due_end;
	uv_async_t wake;     /* a job has been done */
	uv_timer_t patience; /* of the end, with workers */
	struct loop_pool *pool;
	struct loop_watch *signals;
	void (*caught)(void *arg, int signal);
	void *caught_arg;
};

/* loop_watch.c. False: the system refuses to watch the set itself. */
bool loop_set_begin(struct loop *l);
void loop_set_end(struct loop *l);
/* The loop does not go on for this watch alone. */
void loop_watch_background(struct loop_watch *w);

#endif
