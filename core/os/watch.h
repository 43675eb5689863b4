/*
 * watch.h - a set of descriptors that the event loop waits for.
 *
 * A descriptor that is closed leaves the set by itself, if no other process has
 * it; what is noticed of it until then comes with its old key.
 */
#ifndef PREFLIGHT_OS_WATCH_H
#define PREFLIGHT_OS_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum os_watch_what {
	OS_WATCH_READ = 1,
	OS_WATCH_WRITE = 2,
	OS_WATCH_ERROR = 4 /* not asked for; comes with both others */
};

struct os_watch_event {
	uint64_t key;
	short events;
};

/* A set, which is a descriptor itself: readable when something came. -1: this
 * system has none, or gives no descriptor. */
int os_watch_open(void);
void os_watch_close(int set); /* -1 is fine */
/* `events` are what is waited for, not 0. `known`: it is in the set already.
 * False: the system refuses. */
bool os_watch_set(int set, int fd, short events, uint64_t key, bool known);
void os_watch_remove(int set, int fd);
/* What has come, without waiting; less than `most`: no more is there. Where the
 * peer has hung up and nothing else is to be said, it is all that can be waited
 * for. */
size_t os_watch_take(int set, struct os_watch_event *out, size_t most);

#endif
