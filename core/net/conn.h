/*
 * conn.h - one connection: TCP (plain or TLS), UDP or ICMP echo, v4 or v6.
 *
 * Owns the descriptor, the error queue, buffered writing, the TLS session and
 * the receive buffer; reports to its owner by one callback. Nothing here waits,
 * repeats or judges.
 *
 * After CONN_FAILED or CONN_EOF no more events come. conn_close() is allowed
 * inside the callback.
 */
#ifndef PREFLIGHT_CONN_H
#define PREFLIGHT_CONN_H

#include "core/base/buf.h"
#include "core/net/loop.h"
#include "core/net/others.h"
#include "core/base/outcome.h"
#include "core/os/socket.h"
#include "core/net/tls.h"

struct conn;

enum conn_event {
	CONN_OPEN,  /* TCP connected (getpeername() agrees); others at once,
		       but never before conn_open() has returned */
	CONN_DATA,  /* conn_in() grew, or holds the newest datagram */
	CONN_TLS,   /* the handshake of conn_start_tls() is done */
	CONN_EOF,   /* the peer closed in good order */
	CONN_FAILED /* see conn_outcome() */
};

typedef void conn_callback(void *arg, enum conn_event event);

enum {
	CONN_IN_MAX = 256 * 1024,
	CONN_OUT_MAX = 64 * 1024,
	CONN_DATAGRAM_MAX = 65536
};

/*
 * NULL with *failure set when the socket could not be made or connect() failed
 * at once (phase local).
 */
struct conn *conn_open(struct loop *l, const struct socket_options *options,
		       conn_callback *call, void *arg, struct outcome *failure);
void conn_close(struct conn *c); /* NULL is fine */

/* Queues bytes of a stream, or sends one datagram to the remote address. */
void conn_send(struct conn *c, const void *bytes, size_t length);
/* What came and was not consumed. */
struct buf *conn_in(struct conn *c);
/* Sender and TTL of the datagram in conn_in(); TTL -1 unknown. */
const struct addr *conn_from(const struct conn *c);
int conn_ttl(const struct conn *c);
/* Of the address that was asked, datagrams from another port count, too. */
void conn_accept_any_port(struct conn *c);
/* Who else sent a datagram to this socket's port; borrowed. */
const struct others *conn_others(const struct conn *c);
/* The phase that failures are recorded in; PHASE_CONNECT at first. */
void conn_set_phase(struct conn *c, enum phase phase);
const struct outcome *conn_outcome(const struct conn *c);

/* Begins TLS on an open stream; host as for tls_new(). */
void conn_start_tls(struct conn *c, const char *host, const char *alpn);
/* Microseconds for which a handshake waited for this host's trusted roots. */
int64_t conn_waited_us(const struct conn *c);
const struct tls_evidence *conn_tls(const struct conn *c);

/* The descriptor, borrowed; -1 when it was given away. */
int conn_fd(const struct conn *c);
/* Gives the descriptor away: no more events, conn_close() leaves it open. */
int conn_take_fd(struct conn *c);
/* Packets sent by us as far as we know (datagrams; 0 for streams). */
unsigned conn_packets(const struct conn *c);
/* Why no datagram could be sent for want of room on this host; NET_OK: one
 * was, or none was tried. */
enum net_error conn_unsent(const struct conn *c);

#endif
