/* conn.c - one connection over the loop. */
#include "core/net/conn.h"
#include "core/net/roots_wait.h"
#include "core/base/mem.h"

#include <stdlib.h>
#include <string.h>

enum conn_state {
	STATE_CONNECTING,
	STATE_OPEN,
	STATE_TLS, /* handshake */
	STATE_OVER /* failed, ended, or given away */
};

struct conn {
	struct loop *loop;
	struct socket_options options;
	int fd;
	bool raw;
	enum conn_state state;
	enum phase phase;
	struct loop_watch *watch;
	struct loop_timer *soon; /* CONN_OPEN of what is open at once */
	struct buf in, out;
	struct tls_session *tls;
	struct roots_wait roots; /* before the handshake */
	short tls_wants;
	struct addr from;
	struct others others; /* datagrams that do not count */
	int ttl;
	unsigned packets;
	enum net_error no_room; /* why the last datagram was not sent */
	struct outcome outcome;
	conn_callback *call;
	void *arg;
	unsigned busy; /* inside a callback: conn_close() frees later */
	bool closed;
	bool any_port; /* conn_accept_any_port() */
};

static void conn_ready(void *arg, short events);
static void conn_soon(void *arg);
static void conn_destroy(struct conn *c);

/* Notifies the owner. False when the connection is closed or over. */
static bool conn_report(struct conn *c, enum conn_event event)
{
	if (!c->closed)
		c->call(c->arg, event);
	return !c->closed && c->state != STATE_OVER;
}

static void conn_end(struct conn *c)
{
	if (--c->busy == 0 && c->closed)
		conn_destroy(c);
}

static void conn_done(struct conn *c)
{
	c->state = STATE_OVER;
	roots_wait_cancel(&c->roots);
	loop_watch_free(c->watch);
	c->watch = NULL;
	loop_timer_free(c->soon);
	c->soon = NULL;
}

static void conn_fail(struct conn *c, const struct outcome *o)
{
	c->outcome = *o;
	conn_done(c);
	conn_report(c, CONN_FAILED);
}

static void conn_fail_cause(struct conn *c, enum cause cause,
			    struct os_failure failure)
{
	struct outcome o = {.phase =
				cause != CAUSE_LOCAL ? c->phase : PHASE_LOCAL,
			    .cause = cause,
			    .error = failure.error,
			    .sys_errno = failure.number};

	conn_fail(c, &o);
}

static const struct outcome conn_local = {.phase = PHASE_LOCAL,
					  .cause = CAUSE_LOCAL};

/* For calls of the owner, which must not be called back before they return. */
static void conn_fail_later(struct conn *c, const struct outcome *o)
{
	conn_done(c);
	c->outcome = *o;
	c->soon = loop_timer_new(c->loop, conn_soon, c);
	loop_timer_in(c->soon, 0);
}

static bool conn_is_stream(const struct conn *c)
{
	return c->options.kind == SOCKET_STREAM;
}

static void conn_update_events(struct conn *c)
{
	short events = LOOP_READ;

	if (c->watch == NULL)
		return;
	if (c->state == STATE_CONNECTING)
		events = LOOP_WRITE;
	else if (c->state == STATE_TLS)
		events = c->tls_wants;
	else if (conn_is_stream(c) && c->out.length > 0)
		events |= LOOP_WRITE;
	loop_watch_events(c->watch, events);
}

struct conn *conn_open(struct loop *l, const struct socket_options *options,
		       conn_callback *call, void *arg, struct outcome *failure)
{
	struct conn *c;
	bool raw;
	struct os_failure why;
	int fd = socket_open(options, &raw, &why);

	if (fd == -1) {
		*failure = socket_call_outcome(why, PHASE_CONNECT);
		return NULL;
	}
	c = mem_calloc(1, sizeof *c);
	*c = (struct conn){.loop = l,
			   .options = *options,
			   .fd = fd,
			   .raw = raw,
			   .phase = PHASE_CONNECT,
			   .ttl = -1,
			   .call = call,
			   .arg = arg};
	buf_init(&c->in, CONN_IN_MAX);
	buf_init(&c->out, CONN_OUT_MAX);
	c->watch = loop_watch_new(l, fd, conn_ready, c);
	if (c->watch == NULL) {
		*failure = socket_call_outcome(
		    os_failure_of(NET_NO_DESCRIPTORS), PHASE_CONNECT);
		conn_close(c);
		return NULL;
	}
	if (!conn_is_stream(c)) {
		c->state = STATE_OPEN;
		c->soon = loop_timer_new(l, conn_soon, c);
		loop_timer_in(c->soon, 0);
	}
	conn_update_events(c);
	return c;
}

/* What happened at once is reported from the loop. */
static void conn_soon(void *arg)
{
	struct conn *c = arg;

	loop_timer_free(c->soon);
	c->soon = NULL;
	c->busy++;
	conn_report(c, c->state == STATE_OVER ? CONN_FAILED : CONN_OPEN);
	conn_end(c);
}

static void conn_destroy(struct conn *c)
{
	tls_free(c->tls);
	socket_close(c->fd);
	buf_free(&c->in);
	buf_free(&c->out);
	free(c);
}

/* Tries once to send what is still queued, such as a QUIT. */
static void conn_flush_final(struct conn *c)
{
	struct os_failure failure;
	enum cause cause;
	short events;
	size_t sent;

	if (c->state != STATE_OPEN || !conn_is_stream(c) || c->out.length == 0)
		return;
	if (c->tls != NULL)
		tls_write(c->tls, c->out.data, c->out.length, &sent, &events,
			  &cause, &failure);
	else if (socket_send(c->fd, c->out.data, c->out.length, &failure) == -1)
		return; /* the peer has gone first */
}

void conn_close(struct conn *c)
{
	if (c == NULL || c->closed)
		return;
	conn_flush_final(c);
	loop_watch_closing(c->watch);
	c->watch = NULL;
	conn_done(c);
	c->closed = true;
	if (c->busy == 0)
		conn_destroy(c);
}

/* Errors ----------------------------------------------------------------- */

/* True when an error was found and reported. */
static bool conn_check_error(struct conn *c)
{
	struct outcome o;
	bool open = conn_is_stream(c) && c->state != STATE_CONNECTING;

	if (!socket_error(c->fd, &c->options.remote, c->phase, open, &o))
		return false;
	conn_fail(c, &o);
	return true;
}

/*
 * A failing call on a socket with an error queue has taken SO_ERROR with it:
 * the queue still tells who sent it. False for what does not end a connection:
 * a packet too big, or an ICMP error on an open stream.
 */
static bool conn_call_failed(struct conn *c, struct os_failure failure,
			     struct outcome *o)
{
	struct socket_failure f = {.failure = failure};

	while (socket_report_next(c->fd, &f.report))
		if (f.report.has_icmp && f.report.failure.error != NET_TOO_BIG)
			break;
	if (f.report.failure.error == NET_TOO_BIG ||
	    failure.error == NET_TOO_BIG)
		return false;
	if (f.report.has_icmp && conn_is_stream(c) &&
	    c->state != STATE_CONNECTING)
		return false;
	socket_failure_place(&f, &c->options.remote);
	*o = socket_outcome(&f, c->phase);
	return true;
}

static void conn_fail_call(struct conn *c, struct os_failure failure)
{
	struct outcome o;

	if (conn_call_failed(c, failure, &o))
		conn_fail(c, &o);
}

static bool conn_is_again(struct os_failure failure)
{
	return failure.error == NET_AGAIN || failure.error == NET_NO_ROOM;
}

/* Connecting, TLS -------------------------------------------------------- */

static void conn_connected(struct conn *c)
{
	struct os_failure failure;

	if (conn_check_error(c))
		return;
	/* A connection counts as open only when the kernel names its peer. */
	if (!socket_is_connected(c->fd, &failure)) {
		if (failure.error != NET_NOT_CONNECTED)
			conn_fail_call(c, failure);
		return; /* not yet, or an error still to come */
	}
	c->state = STATE_OPEN;
	c->phase = PHASE_REQUEST;
	if (conn_report(c, CONN_OPEN))
		conn_update_events(c);
}

static void conn_roots_ready(void *arg)
{
	struct conn *c = arg;

	c->tls_wants = LOOP_WRITE;
	conn_update_events(c);
}

void conn_start_tls(struct conn *c, const char *host, const char *alpn)
{
	c->tls = tls_new(c->fd, host, alpn);
	c->phase = PHASE_TLS;
	if (c->tls == NULL) {
		conn_fail_later(c, &conn_local);
		return;
	}
	c->state = STATE_TLS;
	/* Nothing of the handshake is sent before: it would be timed. */
	c->tls_wants = roots_wait(c->loop, &c->roots, conn_roots_ready, c)
			   ? LOOP_WRITE
			   : 0;
	conn_update_events(c);
}

int64_t conn_waited_us(const struct conn *c)
{
	return c->roots.waited_us;
}

static void conn_tls_step(struct conn *c)
{
	enum cause cause = CAUSE_RESET;
	struct os_failure failure = {0};

	switch (tls_handshake(c->tls, &c->tls_wants, &cause, &failure)) {
	case TLS_MORE:
		conn_update_events(c);
		return;
	case TLS_DONE:
		c->state = STATE_OPEN;
		c->phase = PHASE_REQUEST;
		if (conn_report(c, CONN_TLS))
			conn_update_events(c);
		return;
	case TLS_CLOSED: /* a reset, as `cause` has it */
	case TLS_FAILED:
		conn_fail_cause(c, cause, failure);
		return;
	}
}

/* Streams ---------------------------------------------------------------- */

/* Bytes read, 0 at the end, -1 would block, -2 failed and reported. */
static int64_t conn_stream_read(struct conn *c, uint8_t *out, size_t size)
{
	struct os_failure failure = {0};
	enum cause cause = CAUSE_RESET;
	short events = 0;
	size_t length = 0;
	int64_t got;

	if (c->tls == NULL) {
		got = socket_read(c->fd, out, size, &failure);
		if (got >= 0 || conn_is_again(failure))
			return got;
		conn_fail_call(c, failure);
		return -2;
	}
	switch (
	    tls_read(c->tls, out, size, &length, &events, &cause, &failure)) {
	case TLS_DONE:
		return (int64_t)length;
	case TLS_MORE:
		return -1;
	case TLS_CLOSED:
		return 0;
	case TLS_FAILED:
		break;
	}
	conn_fail_cause(c, cause, failure);
	return -2;
}

/* Data first: a reset right behind it must not hide it. */
static void conn_stream_readable(struct conn *c, bool error)
{
	uint8_t bytes[16384];
	int64_t got = conn_stream_read(c, bytes, sizeof bytes);

	if (got == -1 && error)
		conn_check_error(c); /* empties the error queue */
	if (got < 0)
		return;
	if (got == 0) {
		conn_done(c);
		conn_report(c, CONN_EOF);
		return;
	}
	if (c->phase == PHASE_REQUEST)
		c->phase = PHASE_REPLY;
	if (!buf_append(&c->in, bytes, (size_t)got)) {
		conn_fail_cause(c, CAUSE_BAD_REPLY, os_failure_of(NET_TOO_BIG));
		return;
	}
	if (conn_report(c, CONN_DATA))
		conn_update_events(c);
}

static void conn_stream_writable(struct conn *c)
{
	struct os_failure failure = {0};
	enum cause cause = CAUSE_RESET;
	short events;
	size_t sent = 0;
	int64_t n;

	if (c->tls == NULL) {
		n = socket_send(c->fd, c->out.data, c->out.length, &failure);
		if (n == -1 && !conn_is_again(failure)) {
			conn_fail_call(c, failure);
			return;
		}
		sent = n > 0 ? (size_t)n : 0;
	} else if (tls_write(c->tls, c->out.data, c->out.length, &sent, &events,
			     &cause, &failure) == TLS_FAILED) {
		conn_fail_cause(c, cause, failure);
		return;
	}
	buf_consume(&c->out, sent);
	conn_update_events(c);
}

/* Datagrams -------------------------------------------------------------- */

/* A raw IPv4 socket gives the IP header, too: skip it. */
static size_t conn_raw_offset(const struct conn *c, const uint8_t *bytes,
			      size_t length)
{
	size_t header;

	if (!c->raw || c->options.remote.family != ADDR_V4 || length < 20)
		return 0;
	header = (size_t)(bytes[0] & 0x0f) * 4;
	return header <= length ? header : length;
}

/* Only the target's datagrams count, from the port that was asked unless the
 * protocol answers from another one. */
static bool conn_datagram_wanted(const struct conn *c)
{
	if (c->options.kind != SOCKET_DATAGRAM)
		return true;
	return addr_equal(&c->from, &c->options.remote) &&
	       (c->any_port || c->from.port == c->options.remote.port);
}

static void conn_datagram_readable(struct conn *c)
{
	static uint8_t bytes[CONN_DATAGRAM_MAX]; /* one loop, one thread */
	struct os_failure failure;
	int64_t got = socket_receive(c->fd, bytes, sizeof bytes, &c->from,
				     &c->ttl, &failure);
	size_t offset;

	if (got == -1) {
		if (!conn_is_again(failure))
			conn_fail_call(c, failure);
		return;
	}
	if (c->from.family == ADDR_NONE)
		c->from = c->options.remote;
	if (!conn_datagram_wanted(c)) {
		others_note(&c->others, &c->from);
		return;
	}
	offset = conn_raw_offset(c, bytes, (size_t)got);
	buf_consume(&c->in, c->in.length);
	buf_append(&c->in, bytes + offset, (size_t)got - offset);
	if (c->phase == PHASE_REQUEST)
		c->phase = PHASE_REPLY;
	conn_report(c, CONN_DATA);
}

static void conn_datagram_send(struct conn *c, const void *bytes, size_t length)
{
	bool connected_socket = c->options.kind == SOCKET_ECHO;
	struct os_failure failure;
	struct outcome o;
	int64_t n;

	/* A pending ICMP error of an earlier datagram ends the first call. */
	for (int tries = 0; tries < 2; tries++) {
		n = connected_socket
			? socket_send(c->fd, bytes, length, &failure)
			: socket_send_to(c->fd, &c->options.remote, bytes,
					 length, &failure);
		if (n != -1) {
			c->packets++;
			return;
		}
		if (conn_is_again(failure)) {
			c->no_room = failure.error;
			return; /* as good as lost: the next attempt repeats */
		}
		if (conn_call_failed(c, failure, &o)) {
			conn_fail_later(c, &o);
			return;
		}
	}
}

static void conn_dispatch(struct conn *c, short events)
{
	if (c->state == STATE_CONNECTING) {
		conn_connected(c);
	} else if (conn_is_stream(c) && c->state == STATE_OPEN) {
		if ((events & LOOP_READ) != 0)
			conn_stream_readable(c, (events & LOOP_ERROR) != 0);
		if (c->state == STATE_OPEN && (events & LOOP_WRITE) != 0 &&
		    c->out.length > 0)
			conn_stream_writable(c);
	} else if ((events & LOOP_ERROR) != 0 && conn_check_error(c)) {
		return;
	} else if (c->state == STATE_TLS) {
		conn_tls_step(c);
	} else if ((events & LOOP_READ) != 0) {
		conn_datagram_readable(c);
	}
}

static void conn_ready(void *arg, short events)
{
	struct conn *c = arg;

	c->busy++;
	conn_dispatch(c, events);
	conn_end(c);
}

void conn_send(struct conn *c, const void *bytes, size_t length)
{
	if (c->state == STATE_OVER)
		return;
	if (!conn_is_stream(c)) {
		conn_datagram_send(c, bytes, length);
		return;
	}
	if (!buf_append(&c->out, bytes, length)) {
		conn_fail_later(c, &conn_local);
		return;
	}
	conn_update_events(c);
}

struct buf *conn_in(struct conn *c)
{
	return &c->in;
}

const struct addr *conn_from(const struct conn *c)
{
	return &c->from;
}

void conn_accept_any_port(struct conn *c)
{
	c->any_port = true;
}

const struct others *conn_others(const struct conn *c)
{
	return &c->others;
}

int conn_ttl(const struct conn *c)
{
	return c->ttl;
}

void conn_set_phase(struct conn *c, enum phase phase)
{
	c->phase = phase;
}

const struct outcome *conn_outcome(const struct conn *c)
{
	return &c->outcome;
}

const struct tls_evidence *conn_tls(const struct conn *c)
{
	return c->tls != NULL ? tls_evidence(c->tls) : NULL;
}

int conn_fd(const struct conn *c)
{
	return c->fd;
}

int conn_take_fd(struct conn *c)
{
	int fd = c->fd;

	conn_done(c);
	c->fd = -1;
	return fd;
}

enum net_error conn_unsent(const struct conn *c)
{
	return c->packets == 0 ? c->no_room : NET_OK;
}

unsigned conn_packets(const struct conn *c)
{
	return c->packets;
}
