/* nameserver.c - one DNS server over c-ares 1.18 (its only user). */
#include "core/net/nameserver.h"
#include "core/os/address.h"
#include "core/base/mem.h"
#include "core/os/socket.h"

#include <ares.h>
#include <stdlib.h>
#include <string.h>

enum {
	/* Longer than any resolver waits: the caller gives up first. */
	NAMESERVER_EXPIRE_MS = 6000,
	NAMESERVER_WATCHES_MAX = 8,
	NAMESERVER_CLASS_IN = 1
};

struct nameserver_channel {
	struct nameserver *server;
	ares_channel ares; /* NULL: not opened yet */
	struct nameserver_watch {
		struct nameserver_channel *channel;
		struct loop_watch *watch; /* NULL: free */
		int fd;
	} watches[NAMESERVER_WATCHES_MAX];
};

/*
 * The last questions sent, for errors that come without theirs (unbound's
 * REFUSED is a bare header): c-ares would ignore those as forged.
 */
enum {
	NS_SENT = 128,
	NS_HEADER = 12,
	NS_QUESTION = 260,
	NS_MESSAGE = 65535 + 2 /* with the length of a stream */
};

struct ns_sent {
	uint8_t id[2];
	size_t length; /* 0: empty */
	uint8_t question[NS_QUESTION];
};

struct nameserver {
	struct ns_sent sent[NS_SENT];
	size_t sent_next;
	struct loop *loop;
	struct addr addr;
	struct loop_timer *timer; /* expires queries that were not answered */
	struct nameserver_channel udp, tcp;
	struct outcome failure; /* of the socket; cause ok: none */
	/* An ICMP error that a later send has met: reported to the reading
	 * side, where c-ares ends everything that waits on the socket. */
	struct outcome kept;
	int kept_fd; /* -1: none */
	int datagram_fd;
	struct others others; /* who else answered */
	unsigned ignored;     /* its answers that carry no number of ours */
	bool closing;
};

struct nameserver_ask {
	struct nameserver *server;
	nameserver_done *done; /* NULL: forgotten */
	void *arg;
	bool inside;   /* still in nameserver_ask() */
	bool finished; /* came while inside */
};

/* The library's sockets -------------------------------------------------- */

/* Also connects, as c-ares wants it next: to our own address, for its copy has
 * no room for an IPv6 scope. */
static ares_socket_t nameserver_socket(int family, int type, int protocol,
				       void *arg)
{
	struct nameserver *s = arg;
	struct socket_options o = {
	    .kind = type == SOCK_STREAM ? SOCKET_STREAM : SOCKET_DATAGRAM,
	    .remote = s->addr};
	struct os_failure failure;
	bool raw;
	int fd = socket_open(&o, &raw, &failure);

	(void)family;
	(void)protocol;
	if (fd == -1)
		s->failure = socket_call_outcome(failure, PHASE_CONNECT);
	else if (o.kind == SOCKET_DATAGRAM)
		s->datagram_fd = fd;
	return fd;
}

static int nameserver_connect(ares_socket_t fd, const struct sockaddr *sa,
			      ares_socklen_t length, void *arg)
{
	(void)fd;
	(void)sa;
	(void)length;
	(void)arg;
	return 0;
}

static int nameserver_close(ares_socket_t fd, void *arg)
{
	struct nameserver *s = arg;

	if (s->kept_fd == fd)
		s->kept_fd = -1;
	if (s->datagram_fd == fd)
		s->datagram_fd = -1;
	socket_close(fd);
	return 0;
}

/*
 * SO_ERROR, then the error queue: it must be emptied, or the socket stays
 * ready for ever. True where an error of an earlier packet was found.
 */
static bool nameserver_queued_error(struct nameserver *s, int fd,
				    struct outcome *o)
{
	return socket_error(fd, &s->addr, PHASE_CONNECT, false, o);
}

/* For c-ares, which tells "again" from everything else. */
static void nameserver_tell(const struct outcome *o)
{
	os_failure_set(
	    os_failure_of(o->error != NET_OK ? o->error : NET_REFUSED));
}

static void nameserver_remember(struct nameserver *s, const uint8_t *bytes,
				size_t length)
{
	struct ns_sent *q = &s->sent[s->sent_next];

	if (length <= NS_HEADER || length > sizeof q->question)
		return;
	q->length = length - NS_HEADER;
	memcpy(q->id, bytes, sizeof q->id);
	memcpy(q->question, bytes + NS_HEADER, q->length);
	s->sent_next = (s->sent_next + 1) % NS_SENT;
}

/* A bare error header gets its question back; returns the new length. */
static int64_t nameserver_complete(const struct nameserver *s, uint8_t *bytes,
				   size_t size, int64_t got)
{
	static const uint8_t one_question[] = {0, 1, 0, 0, 0, 0, 0, 0};

	if (got != NS_HEADER || (bytes[2] & 0x80) == 0 ||
	    (bytes[3] & 0x0f) == 0)
		return got;
	for (size_t i = 0; i < NS_SENT; i++) {
		const struct ns_sent *q = &s->sent[i];

		if (q->length == 0 || memcmp(q->id, bytes, 2) != 0 ||
		    NS_HEADER + q->length > size)
			continue;
		memcpy(bytes + 4, one_question, sizeof one_question);
		memcpy(bytes + NS_HEADER, q->question, q->length);
		return (int64_t)(NS_HEADER + q->length);
	}
	return got;
}

static bool nameserver_has_sent(const struct nameserver *s,
				const uint8_t *bytes)
{
	for (size_t i = 0; i < NS_SENT; i++)
		if (s->sent[i].length > 0 &&
		    memcmp(s->sent[i].id, bytes, sizeof s->sent[i].id) == 0)
			return true;
	return false;
}

/*
 * One datagram of the server itself. What others send to the port that asked
 * is noted and left out, as is a number that was not asked with: that is
 * c-ares' to refuse.
 */
static int64_t nameserver_receive(struct nameserver *s, int fd, uint8_t *bytes,
				  size_t size, struct addr *sender,
				  struct os_failure *failure)
{
	int64_t got;
	int ttl;

	for (;;) {
		got = socket_receive(fd, bytes, size, sender, &ttl, failure);
		if (got == -1 || fd != s->datagram_fd)
			return got;
		if (addr_equal(sender, &s->addr) &&
		    sender->port == s->addr.port)
			break;
		others_note(&s->others, sender);
	}
	if (got >= NS_HEADER && !nameserver_has_sent(s, bytes))
		s->ignored++;
	return got;
}

static ares_ssize_t nameserver_recvfrom(ares_socket_t fd, void *bytes,
					size_t size, int flags,
					struct sockaddr *from,
					ares_socklen_t *length, void *arg)
{
	struct nameserver *s = arg;
	struct os_failure failure;
	struct addr sender;
	int64_t got;

	(void)flags;
	if (s->kept_fd == fd) {
		s->failure = s->kept;
		s->kept_fd = -1;
		nameserver_tell(&s->failure);
		return -1;
	}
	got = nameserver_receive(s, fd, bytes, size, &sender, &failure);
	if (got != -1) {
		if (from != NULL)
			*length = (ares_socklen_t)os_address_write(
			    &sender, from, (size_t)*length);
		return nameserver_complete(s, bytes, size, got);
	}
	if (nameserver_queued_error(s, fd, &s->failure)) {
		nameserver_tell(&s->failure);
		return -1;
	}
	if (failure.error != NET_AGAIN)
		s->failure = socket_call_outcome(failure, PHASE_CONNECT);
	os_failure_set(failure);
	return -1;
}

static int64_t nameserver_send(struct nameserver *s, int fd, const void *bytes,
			       size_t length, struct os_failure *failure)
{
	return fd == s->datagram_fd
		   ? socket_send_to(fd, &s->addr, bytes, length, failure)
		   : socket_send(fd, bytes, length, failure);
}

static ares_ssize_t nameserver_sendv(ares_socket_t fd, const struct iovec *iov,
				     int count, void *arg)
{
	static uint8_t bytes[NS_MESSAGE]; /* one loop, one thread */
	size_t length = socket_join(iov, (size_t)count, bytes, sizeof bytes);
	struct nameserver *s = arg;
	struct os_failure failure;
	int64_t sent = nameserver_send(s, fd, bytes, length, &failure);

	if (sent != -1)
		nameserver_remember(s, bytes, length);
	else if (failure.error != NET_AGAIN &&
		 nameserver_queued_error(s, fd, &s->kept)) {
		s->kept_fd = fd;
		sent = nameserver_send(s, fd, bytes, length, &failure);
		if (sent == -1) { /* the library gives the socket up */
			s->kept_fd = -1;
			s->failure = s->kept;
		}
	} else if (failure.error != NET_AGAIN) {
		s->failure = socket_call_outcome(failure, PHASE_CONNECT);
	}
	if (sent == -1)
		os_failure_set(failure);
	return sent;
}

static const struct ares_socket_functions ns_functions = {
    .asocket = nameserver_socket,
    .aclose = nameserver_close,
    .aconnect = nameserver_connect,
    .arecvfrom = nameserver_recvfrom,
    .asendv = nameserver_sendv,
};

/* The library in our loop ------------------------------------------------ */

/* When the library wants to look at its clock; 0 for never. */
static int64_t nameserver_wake_us(const struct nameserver_channel *c)
{
	struct timeval tv = {0};

	if (c->ares == NULL || ares_timeout(c->ares, NULL, &tv) == NULL)
		return 0;
	return (int64_t)tv.tv_sec * 1000000 + tv.tv_usec + 1000;
}

static void nameserver_arm(struct nameserver *s)
{
	int64_t udp_us = nameserver_wake_us(&s->udp),
		tcp_us = nameserver_wake_us(&s->tcp);

	if (s->kept_fd != -1)
		loop_timer_in(s->timer, 0);
	else if (udp_us == 0 && tcp_us == 0)
		loop_timer_cancel(s->timer);
	else if (udp_us == 0 || (tcp_us != 0 && tcp_us < udp_us))
		loop_timer_in(s->timer, tcp_us);
	else
		loop_timer_in(s->timer, udp_us);
}

static void nameserver_process(struct nameserver_channel *c, int readable,
			       int writable)
{
	if (c->ares == NULL)
		return;
	ares_process_fd(c->ares, readable, writable);
	c->server->failure = (struct outcome){0};
}

static void nameserver_ready(void *arg, short events)
{
	struct nameserver_watch *w = arg;
	struct nameserver *s = w->channel->server;
	int fd = w->fd;

	nameserver_process(w->channel,
			   (events & LOOP_READ) != 0 ? fd : ARES_SOCKET_BAD,
			   (events & LOOP_WRITE) != 0 ? fd : ARES_SOCKET_BAD);
	nameserver_arm(s);
}

static void nameserver_expired(void *arg)
{
	struct nameserver *s = arg;

	nameserver_process(&s->udp, s->kept_fd, ARES_SOCKET_BAD);
	nameserver_process(&s->tcp, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
	nameserver_arm(s);
}

static struct nameserver_watch *nameserver_watch_of(
    struct nameserver_channel *c, int fd)
{
	struct nameserver_watch *unused = NULL;

	for (size_t i = 0; i < NAMESERVER_WATCHES_MAX; i++) {
		struct nameserver_watch *w = &c->watches[i];

		if (w->watch != NULL && w->fd == fd)
			return w;
		if (w->watch == NULL && unused == NULL)
			unused = w;
	}
	return unused;
}

/* c-ares says what it waits for; neither: it is about to close fd. */
static void nameserver_wanted(void *arg, ares_socket_t fd, int readable,
			      int writable)
{
	struct nameserver_channel *c = arg;
	struct nameserver_watch *w = nameserver_watch_of(c, fd);

	if (w == NULL)
		return; /* one socket per channel, or two: never that many */
	if (!readable && !writable) {
		loop_watch_free(w->watch);
		w->watch = NULL;
		return;
	}
	if (w->watch == NULL) {
		w->channel = c;
		w->fd = fd;
		w->watch =
		    loop_watch_new(c->server->loop, fd, nameserver_ready, w);
	}
	if (w->watch != NULL)
		loop_watch_events(w->watch,
				  (short)((readable ? LOOP_READ : 0) |
					  (writable ? LOOP_WRITE : 0)));
}

static bool nameserver_set_server(struct nameserver_channel *c)
{
	const struct addr *a = &c->server->addr;
	struct ares_addr_port_node node = {
	    .family = a->family == ADDR_V6 ? AF_INET6 : AF_INET,
	    .udp_port = a->port,
	    .tcp_port = a->port};

	if (a->family == ADDR_V6)
		memcpy(&node.addr.addr6, a->bytes, 16);
	else
		memcpy(&node.addr.addr4, a->bytes, 4);
	return ares_set_servers_ports(c->ares, &node) == ARES_SUCCESS;
}

/*
 * NOCHECKRESP: without it SERVFAIL, REFUSED and an ICMP error look alike.
 * Nothing is read from the system's files: the resolver did that.
 */
static bool nameserver_open(struct nameserver *s, struct nameserver_channel *c,
			    int more_flags)
{
	char nothing[] = "/dev/null";
	char lookups[] = "b";
	struct ares_options options = {
	    .flags = ARES_FLAG_NOCHECKRESP | ARES_FLAG_NOSEARCH |
		     ARES_FLAG_NOALIASES | ARES_FLAG_IGNTC | more_flags,
	    .timeout = NAMESERVER_EXPIRE_MS,
	    .tries = 1,
	    .lookups = lookups,
	    .sock_state_cb = nameserver_wanted,
	    .sock_state_cb_data = c,
	    .resolvconf_path = nothing,
	};
	int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES |
		   ARES_OPT_LOOKUPS | ARES_OPT_SOCK_STATE_CB |
		   ARES_OPT_DOMAINS | ARES_OPT_RESOLVCONF;

	c->server = s;
	if (ares_init_options(&c->ares, &options, mask) != ARES_SUCCESS) {
		c->ares = NULL;
		return false;
	}
	ares_set_socket_functions(c->ares, &ns_functions, s);
	return nameserver_set_server(c);
}

struct nameserver *nameserver_new(struct loop *l, const struct addr *a)
{
	struct nameserver *s = mem_calloc(1, sizeof *s);

	s->loop = l;
	s->addr = *a;
	s->kept_fd = s->datagram_fd = -1;
	s->timer = loop_timer_new(l, nameserver_expired, s);
	ares_library_init_mem(ARES_LIB_INIT_ALL, mem_try_malloc, free,
			      mem_try_realloc);
	if (nameserver_open(s, &s->udp, 0))
		return s;
	nameserver_free(s);
	return NULL;
}

void nameserver_free(struct nameserver *s)
{
	if (s == NULL)
		return;
	s->closing = true;
	if (s->udp.ares != NULL)
		ares_destroy(s->udp.ares);
	if (s->tcp.ares != NULL)
		ares_destroy(s->tcp.ares);
	loop_timer_free(s->timer);
	ares_library_cleanup();
	free(s);
}

const struct addr *nameserver_addr(const struct nameserver *s)
{
	return &s->addr;
}

const struct others *nameserver_others(const struct nameserver *s)
{
	return &s->others;
}

unsigned nameserver_ignored(const struct nameserver *s)
{
	return s->ignored;
}

/* Questions -------------------------------------------------------------- */

static enum cause nameserver_failure_cause(const struct nameserver *s,
					   int status)
{
	switch (status) {
	case ARES_ETIMEOUT:
		return CAUSE_TIMEOUT;
	case ARES_EBADRESP:
		return CAUSE_BAD_REPLY;
	case ARES_ECONNREFUSED: /* any failure of the socket */
		if (s->failure.cause == CAUSE_OK)
			return CAUSE_RESET;
		return s->failure.phase == PHASE_LOCAL ? CAUSE_LOCAL
						       : s->failure.cause;
	default:
		return CAUSE_LOCAL;
	}
}

static void nameserver_finish(struct nameserver_ask *ask)
{
	if (ask->inside)
		ask->finished = true;
	else
		free(ask);
}

static void nameserver_answered(void *arg, int status, int timeouts,
				unsigned char *bytes, int length)
{
	struct nameserver_ask *ask = arg;
	struct nameserver *s = ask->server;
	struct nameserver_reply reply = {.cause = CAUSE_OK};
	struct dns_message message;

	(void)timeouts;
	if (ask->done == NULL || s->closing) {
		nameserver_finish(ask);
		return;
	}
	if (bytes == NULL || length <= 0) {
		reply.cause = nameserver_failure_cause(s, status);
		reply.error = s->failure.error;
		reply.blocker = s->failure.blocker;
	} else if (dnsmsg_parse(&message, bytes, (size_t)length)) {
		reply.message = &message;
	} else {
		reply.cause = CAUSE_BAD_REPLY;
		reply.cut = message.cut ? (size_t)length : 0;
	}
	ask->done(ask->arg, &reply);
	nameserver_finish(ask);
}

struct nameserver_ask *nameserver_ask(struct nameserver *s, const char *name,
				      uint16_t type, bool tcp,
				      nameserver_done *done, void *arg)
{
	struct nameserver_channel *c = tcp ? &s->tcp : &s->udp;
	const struct nameserver_reply failed = {.cause = CAUSE_LOCAL};
	/* We may be inside the callback of a question that just failed. */
	struct outcome outer = s->failure;
	struct nameserver_ask *ask;

	if (c->ares == NULL &&
	    !nameserver_open(s, c, tcp ? ARES_FLAG_USEVC : 0)) {
		done(arg, &failed);
		return NULL;
	}
	ask = mem_calloc(1, sizeof *ask);
	*ask = (struct nameserver_ask){s, done, arg, true, false};
	s->failure = (struct outcome){0};
	ares_query(c->ares, name, NAMESERVER_CLASS_IN, type,
		   nameserver_answered, ask);
	nameserver_arm(s);
	s->failure = outer;
	ask->inside = false;
	if (!ask->finished)
		return ask;
	free(ask);
	return NULL;
}

void nameserver_forget(struct nameserver_ask *ask)
{
	if (ask != NULL)
		ask->done = NULL;
}
