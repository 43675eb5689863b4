/*
 * wire_watch.h - what the wire shows of one path while it is tried: did our
 * packet leave this host, and did an answer come in, whatever the socket got?
 *
 * Between the wire and a socket is nothing but this host. Root's
 * (os_can(CAN_LINK)). Nothing here sends, waits or judges.
 */
#ifndef PREFLIGHT_WIRE_WATCH_H
#define PREFLIGHT_WIRE_WATCH_H

#include "core/os/link.h"
#include "core/base/addr.h"
#include "core/base/outcome.h"
#include "core/net/loop.h"
#include "core/proto/echo.h"

#include <stdbool.h>
#include <stdint.h>

/* Who is watched: set before the first packet leaves, but for the port, which
 * counts when the next turn of the loop reads what was seen. */
struct wire_path {
	struct addr peer; /* with its port */
	enum transport transport;
	uint16_t local_port;     /* of the one socket */
	const struct echo *echo; /* TRANSPORT_ICMP: the request; borrowed */
};

struct wire_watch {
	struct wire_path path;
	/* A first packet to that address and port has left by an interface;
	 * not known (false) for echo requests. */
	bool left;
	/* A packet came from there to our port. */
	bool arrived;
	/* It was an answer that the socket had to take: "syn-ack", "reset",
	 * "datagram", "echo-reply"; NULL: none. */
	const char *answer;
	int64_t answered_us; /* the newest one, monotonic */
	unsigned interface;  /* where the first came in; 0: not known */
	/* Of our connection attempt, once it was seen. */
	bool attempted;
	uint32_t sequence;
};

/* NULL where it cannot be watched; wire_watch_free() frees it. */
struct wire_watch *wire_watch_start(struct loop *l,
				    const struct wire_path *path);
/* Reads what was seen until now. False: some of it is missing. To be asked
 * once, at the end. */
bool wire_watch_finish(struct wire_watch *w);
void wire_watch_free(struct wire_watch *w); /* NULL is fine */

/* Takes one packet, without the header of the link, that left this host or came
 * in. What came in damaged is not an answer. Pure but for *w. */
void wire_watch_take(struct wire_watch *w, const struct link_seen *seen,
		     const uint8_t *bytes, size_t length, int64_t now_us);

#endif
