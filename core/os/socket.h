/*
 * socket.h - sockets, and what the kernel reports when a path fails.
 *
 * Where the system has an error queue it gives, without privilege, the ICMP
 * type and code and the address of the device that rejected us. Errors are
 * mapped by sender and ICMP code, not by the error alone (design §5).
 *
 * A socket is an int on every system, -1 for none; it is not blocking and not
 * inherited. Who opened it closes it. Calls that were interrupted are repeated
 * here; a peer that has gone raises no signal.
 */
#ifndef PREFLIGHT_SOCKET_H
#define PREFLIGHT_SOCKET_H

#include "core/base/addr.h"
#include "core/base/outcome.h"
#include "core/base/known.h"
#include "core/os/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum socket_kind {
	SOCKET_STREAM,
	/* UDP. Not connected: the kernel hands up what other senders answer,
	 * too. Whose datagrams count is the caller's business. */
	SOCKET_DATAGRAM,
	SOCKET_MULTICAST, /* UDP to a group, TTL 255 */
	SOCKET_ECHO       /* ICMP: unprivileged ping socket, else raw */
};

struct socket_options {
	enum socket_kind kind;
	struct addr remote;
	struct addr source; /* ADDR_NONE: the kernel's choice */
	const char
	    *interface;      /* the only one to use (CAN_INTERFACE), or NULL */
	uint16_t local_port; /* to send from; 0: the kernel's choice */
	int ttl;             /* 0: default */
	int min_ttl;         /* answers with less are not heard (CAN_MIN_TTL);
				0: none */
	unsigned segment;    /* octets, the most of one TCP segment, for both
				ways (CAN_SEGMENT); 0: by the MTU */
};

/*
 * Opens a socket; streams have begun to connect, which counts as success, echo
 * sockets are connected, datagrams have their local port. -1 with *failure set.
 * *raw: an echo socket is a raw one (IPv4 data then comes with its IP header).
 */
int socket_open(const struct socket_options *o, bool *raw,
		struct os_failure *failure);
void socket_close(int fd); /* -1 is fine */
/* The port that it sends from; 0: not known. */
uint16_t socket_local_port(int fd);
/* From the first packet of a connection attempt of this host to its n-th repeat
 * (from 1), if nothing answers; microseconds. */
int64_t socket_repeat_us(unsigned n);

/* True once a stream is connected: the kernel names the peer. Else *failure:
 * NET_NOT_CONNECTED is "not yet, or an error still to come". */
bool socket_is_connected(int fd, struct os_failure *failure);

/*
 * Octets that were read from or sent on a stream or a connected socket, 0 at
 * the end of a stream; -1 with *failure set, NET_AGAIN where it would wait.
 */
int64_t socket_read(int fd, void *bytes, size_t size,
		    struct os_failure *failure);
int64_t socket_send(int fd, const void *bytes, size_t size,
		    struct os_failure *failure);
int64_t socket_send_to(int fd, const struct addr *to, const void *bytes,
		       size_t size, struct os_failure *failure);
/* One datagram, its sender (ADDR_NONE: not known) and its TTL (-1: not known).
 */
int64_t socket_receive(int fd, void *bytes, size_t size, struct addr *from,
		       int *ttl, struct os_failure *failure);

/* How many descriptors this process may have open at once; the limit is raised
 * towards `wanted` (0: not at all) as far as this user may. 0: not known. */
size_t socket_most(size_t wanted);

/* Two connected streams of this process. False: none, nothing to close. */
bool socket_pair(int out[2]);
/* Octets that can be read at once; 0 also where that is not known. */
size_t socket_readable(int fd);
/* The first `size` octets of `count` parts (struct iovec of the system, for
 * libraries that send that way); how many were copied. */
struct iovec;
size_t socket_join(const struct iovec *parts, size_t count, void *out,
		   size_t size);

/* What stops a program of this user from serving on a port, over all addresses
 * of a family; NET_OK: nothing. The port is free again when this returns. */
struct os_failure socket_try_port(enum addr_family family, bool tcp,
				  uint16_t port);

/* One entry of the error queue. */
struct socket_report {
	bool has_icmp;
	uint8_t type, code;
	struct addr sender; /* ADDR_NONE: unknown */
	struct os_failure failure;
	uint32_t mtu; /* octets, of "fragmentation needed" / "too big"; 0 */
};

/* Reads one entry; false when the queue is empty, or this system has none. */
bool socket_report_next(int fd, struct socket_report *out);
/* Takes the error that waits at the socket (SO_ERROR). */
struct os_failure socket_pending(int fd);

/* What is needed to judge an error. */
struct socket_failure {
	struct os_failure failure;   /* pending, or of the failing call */
	struct socket_report report; /* zero when the queue was empty */
	bool sender_is_target;
	bool sender_is_us;
	enum known next_hop_silent; /* it does not answer ARP or ND */
};

/* Completes a failure whose first two members are set: who the sender is to
 * us, and whether the next hop to the target answers. */
void socket_failure_place(struct socket_failure *f, const struct addr *target);

/* Pure: an outcome in `phase`, or in PHASE_LOCAL. */
struct outcome socket_outcome(const struct socket_failure *f, enum phase phase);

/*
 * The pending error first, the queue second (the other order clears the
 * error), then the outcome. False when there was no error (only "too big"
 * notes, ICMP errors on a stream that is open, or nothing).
 */
bool socket_error(int fd, const struct addr *target, enum phase phase,
		  bool open, struct outcome *out);

/* The outcome of a failing call (socket, connect, send). */
struct outcome socket_call_outcome(struct os_failure failure, enum phase phase);

/* What TCP knows about a stream that went silent. False: not known. */
struct socket_progress {
	unsigned unacked;     /* segments in flight */
	unsigned retransmits; /* of the oldest one */
	unsigned repeats;     /* of all so far, the first SYN's, too */
	int64_t trip_us;      /* of what was answered; 0: not known */
	bool unsent;          /* this host did not let the last of those out */
	uint64_t received;    /* octets, of the stream */
	int64_t quiet_us;     /* since the last of them came */
};
bool socket_progress(int fd, struct socket_progress *out);

/* Is the address one of this host's? By its routes, not by bind(): with
 * ip_nonlocal_bind, or on a transparent proxy, every address can be bound. */
enum known socket_is_own_address(const struct addr *a);

#endif
