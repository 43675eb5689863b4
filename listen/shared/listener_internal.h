/*
 * listener_internal.h - a listener while it runs: its ports (listener.c) and
 * the connections that came (listener_client.c).
 */
#ifndef PREFLIGHT_LISTENER_INTERNAL_H
#define PREFLIGHT_LISTENER_INTERNAL_H

#include "core/net/loop.h"
#include "listen/recogniser.h"
#include "listen/shared/listener.h"

enum {
	LISTENER_CLIENTS = 512,
	LISTENER_DATAGRAM = 65536,
	LISTENER_PATIENCE_US = 10000000 /* for the first octets */
};

struct listener;

/* One port over one family. */
struct held {
	struct listener *listener;
	struct heard_port *port;
	struct loop_watch *watch;
	int fd;
};

/* One connection, until it is known what it is. */
struct listener_client {
	struct listener *listener;
	struct loop_watch *watch;
	int fd; /* -1: the place is free */
	int64_t since_us;
	struct addr from;
	enum transport transport;
	uint16_t port;
	uint16_t length;
	uint8_t bytes[RECOGNISED_STREAM];
};

struct listener {
	const struct listener_options *o;
	struct heard_list *list;
	struct loop *loop;
	struct loop_timer *tick, *over;
	struct held *held;
	size_t held_count;
	unsigned budget; /* packets, until the next tick */
	bool paused;
	struct listener_client *clients; /* LISTENER_CLIENTS; NULL: none yet */
	size_t next;                     /* the place that is used next */
	uint8_t bytes[LISTENER_DATAGRAM];
};

/* Counts one more of this sender; NULL: it is this host, or there is no room.
 */
struct heard *listener_note(struct listener *l, const struct held *p,
			    const struct addr *from);
/* The user is told of an entry that is new, or of what it speaks; and it may be
 * enough. */
void listener_tell(struct listener *l, struct heard *h);
/* Asks the recognisers, and notes what they say. */
enum recognised listener_ask(struct heard *h, const struct recognised_bytes *in,
			     const struct recogniser **who);
/* One packet or connection more in this tick? Else its ports rest. */
bool listener_may_take(struct listener *l);

/* listener_client.c: connections wait at this port. */
void listener_accept(void *arg, short events);
/* Ends those that have said too little for too long. */
void listener_drop_slow(struct listener *l);
void listener_drop_clients(struct listener *l);

#endif
