/*
 * roots_wait.h - the trusted roots, loaded when the first handshake wants them.
 *
 * Most runs of a port test open no TLS at all, and the roots cost more than all
 * else that such a run does.
 */
#ifndef PREFLIGHT_ROOTS_WAIT_H
#define PREFLIGHT_ROOTS_WAIT_H

#include "core/net/loop.h"

/* One that waits; a member of what waits, zeroed at first. */
struct roots_wait {
	struct roots_wait *next;
	void (*ready)(void *arg);
	void *arg;
	const struct loop *loop;
	int64_t since_us;  /* when it began to wait; 0: it does not */
	int64_t waited_us; /* how long, once it is over */
};

/* True: the roots are there, or are known to be missing. False: the first call
 * has them loaded on a worker, and ready(arg) comes from the loop, once. */
bool roots_wait(struct loop *l, struct roots_wait *w, void (*ready)(void *arg),
		void *arg);
/* It waits no longer; one that does not wait is fine. */
void roots_wait_cancel(struct roots_wait *w);

#endif
