/*
 * host_watch.h - does this host keep its network while the run goes on?
 * (rtnetlink notices; no privilege needed)
 */
#ifndef PREFLIGHT_HOST_WATCH_H
#define PREFLIGHT_HOST_WATCH_H

#include "core/net/loop.h"

#include <stdbool.h>

struct host_watch;

/* lost(arg) on the loop, once: the link, an IPv4 address or a default gateway
 * that was there is gone. NULL: the kernel gives no notices. */
struct host_watch *host_watch_new(struct loop *l, void (*lost)(void *arg),
				  void *arg);
/* The same question, asked now. */
bool host_watch_lost(struct host_watch *w);
void host_watch_free(struct host_watch *w); /* NULL is fine */

#endif
