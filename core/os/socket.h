/*
 * socket.h - sockets, and what the kernel reports when a path fails.
 *
 * The error queue (IP_RECVERR, IPV6_RECVERR) gives, without privilege, the
 * ICMP type and code and the address of the device that rejected us. Errors
 * are mapped by sender and ICMP code, not by errno (design §5).
 */
#ifndef PREFLIGHT_SOCKET_H
#define PREFLIGHT_SOCKET_H

#include "core/base/addr.h"
#include "core/base/outcome.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum socket_kind {
	SOCKET_STREAM,
	SOCKET_DATAGRAM,     /* connected UDP */
	SOCKET_DATAGRAM_ANY, /* UDP, answers from other ports */
	SOCKET_MULTICAST,    /* UDP to a group, TTL 255 */
	SOCKET_ECHO          /* ICMP: unprivileged ping socket, else raw */
};

struct socket_options {
	enum socket_kind kind;
	struct addr remote;
	struct addr source;    /* AF_UNSPEC: the kernel's choice */
	const char *interface; /* SO_BINDTODEVICE, or NULL */
	int ttl;               /* 0: default */
	int min_ttl;           /* IP_MINTTL, IPV6_MINHOPCOUNT; 0: none */
	unsigned segment;      /* TCP_MAXSEG, for both ways; 0: by the MTU */
};

/*
 * Opens a non-blocking socket; streams and connected datagrams have connect()
 * called. -1 with errno set. *raw: an echo socket is a raw one (IPv4 data then
 * comes with its IP header). In progress counts as success.
 */
int socket_open(const struct socket_options *o, bool *raw);

/* One entry of the error queue. */
struct socket_report {
	bool has_icmp;
	uint8_t type, code;
	struct addr sender; /* AF_UNSPEC: unknown */
	int sys_errno;
	uint32_t mtu; /* of "fragmentation needed" / "packet too big" */
};

/* Reads one entry; false when the queue is empty. */
bool socket_report_next(int fd, struct socket_report *out);

/* What is needed to judge an error. */
struct socket_failure {
	int sys_errno;               /* SO_ERROR, or of the failing call */
	struct socket_report report; /* zero when the queue was empty */
	bool sender_is_target;
	bool sender_is_us;
	bool no_neighbour; /* the next hop does not answer ARP or ND */
};

/* Completes a failure whose sys_errno and report are set: who the sender is to
 * us, and whether the next hop to the target answers. */
void socket_failure_place(struct socket_failure *f, const struct addr *target);

/* Pure: an outcome in `phase`, or in PHASE_LOCAL. */
struct outcome socket_outcome(const struct socket_failure *f, enum phase phase);

/*
 * SO_ERROR first, the queue second (the other order clears the error), then
 * the outcome. False when there was no error (only "too big" notes, ICMP errors
 * on a stream that is open, or nothing).
 */
bool socket_error(int fd, const struct addr *target, enum phase phase,
		  bool open, struct outcome *out);

/* The outcome of a failing call (socket, connect, send) with errno `err`. */
struct outcome socket_call_outcome(int err, enum phase phase);

/* One datagram, its sender (AF_UNSPEC: not known) and its TTL (-1: not known).
 * -1 with errno set when there is none. */
ssize_t socket_receive(int fd, void *bytes, size_t size, struct addr *from,
		       int *ttl);

/* What TCP knows about a stream that went silent. False: nothing. */
struct socket_progress {
	unsigned unacked;     /* segments in flight */
	unsigned retransmits; /* of the oldest one */
	uint64_t received;    /* octets, of the stream */
};
bool socket_progress(int fd, struct socket_progress *out);

/* True when the address is configured on this host. */
bool socket_is_own_address(const struct addr *a);

#endif
