/* wire_watch.c - a packet socket that watches one path. */
#include "core/engine/wire_watch.h"

#include "core/base/mem.h"
#include "core/os/link.h"
#include "core/os/socket.h"
#include "core/proto/packet.h"

#include <stdlib.h>
#include <string.h>

enum { WIRE_WATCH_BURST = 256 };

struct wire_watcher {
	struct wire_watch seen; /* first: what the caller holds */
	struct loop *loop;
	int fd;
	struct loop_watch *watch;
};

/* Without the zone, which no packet carries. */
static bool wire_watch_is_peer(const struct wire_watch *w, const struct addr *a)
{
	const struct addr *peer = &w->path.peer;

	return a->family == peer->family && a->port == peer->port &&
	       memcmp(a->bytes, peer->bytes, a->family == ADDR_V6 ? 16 : 4) ==
		   0;
}

/* Any port of ours: a filter may have changed it on the way. */
static void wire_watch_left(struct wire_watch *w, const struct packet *p)
{
	if (!wire_watch_is_peer(w, &p->target) ||
	    (p->tcp && (p->flags & (PACKET_SYN | PACKET_ACK)) != PACKET_SYN))
		return;
	w->left = true;
	if (p->source.port != w->path.local_port)
		return;
	w->attempted = p->tcp;
	w->sequence = p->sequence;
}

/* What a socket that waits for an answer must take: RFC 9293 3.10.7.3. */
static const char *wire_watch_answer(const struct wire_watch *w,
				     const struct packet *p)
{
	if (!p->tcp)
		return "datagram";
	if (!w->attempted || (p->flags & PACKET_ACK) == 0 ||
	    p->acknowledged != w->sequence + 1)
		return NULL;
	if ((p->flags & PACKET_RST) != 0)
		return "reset";
	return (p->flags & PACKET_SYN) != 0 ? "syn-ack" : NULL;
}

/* The kernel drops what is damaged, whoever damaged it. */
static void wire_watch_answered(struct wire_watch *w, const char *answer,
				bool sound, int64_t now_us)
{
	w->arrived = true;
	if (answer == NULL || !sound)
		return;
	w->answer = answer;
	w->answered_us = now_us;
}

void wire_watch_take(struct wire_watch *w, const struct link_seen *seen,
		     const uint8_t *bytes, size_t length, int64_t now_us)
{
	bool left = seen->way == LINK_LEFT;
	bool sound = left || seen->unsummed || packet_is_sound(bytes, length);
	struct packet p;

	if (w->path.transport == TRANSPORT_ICMP) {
		if (!left && packet_is_echo_reply(w->path.echo, &w->path.peer,
						  bytes, length))
			wire_watch_answered(w, "echo-reply", sound, now_us);
		return;
	}
	if (!packet_read(&p, bytes, length) ||
	    p.tcp != (w->path.transport == TRANSPORT_TCP))
		return;
	if (left)
		wire_watch_left(w, &p);
	else if (wire_watch_is_peer(w, &p.source) &&
		 p.target.port == w->path.local_port)
		wire_watch_answered(w, wire_watch_answer(w, &p), sound, now_us);
}

/* Not more at once than other work can bear; false: more may wait. */
static bool wire_watch_read(struct wire_watcher *q)
{
	uint8_t bytes[PACKET_WHOLE];
	struct os_failure failure;
	struct link_seen seen;

	for (size_t i = 0; i < WIRE_WATCH_BURST; i++) {
		int64_t got = link_watch_next(q->fd, bytes, sizeof bytes, &seen,
					      &failure);
		const char *before = q->seen.answer;

		if (got < 0)
			return failure.error == NET_AGAIN;
		if (seen.way == LINK_ELSE)
			continue;
		wire_watch_take(&q->seen, &seen, bytes, (size_t)got,
				loop_now(q->loop));
		if (before == NULL && q->seen.answer != NULL)
			q->seen.interface = seen.interface;
	}
	return false;
}

static void wire_watch_ready(void *arg, short events)
{
	(void)events;
	wire_watch_read(arg);
}

struct wire_watch *wire_watch_start(struct loop *l,
				    const struct wire_path *path)
{
	struct wire_watcher *q = mem_calloc(1, sizeof *q);
	struct os_failure failure;

	q->seen.path = *path;
	q->loop = l;
	q->fd = link_watch_open(&path->peer, &failure);
	if (q->fd != -1)
		q->watch = loop_watch_new(l, q->fd, wire_watch_ready, q);
	if (q->watch == NULL) {
		wire_watch_free(&q->seen);
		return NULL;
	}
	loop_watch_events(q->watch, LOOP_READ);
	return &q->seen;
}

bool wire_watch_finish(struct wire_watch *w)
{
	struct wire_watcher *q = (struct wire_watcher *)w;
	bool all = wire_watch_read(q);

	return link_watch_is_complete(q->fd) && all;
}

void wire_watch_free(struct wire_watch *w)
{
	struct wire_watcher *q = (struct wire_watcher *)w;

	if (q == NULL)
		return;
	loop_watch_free(q->watch);
	socket_close(q->fd);
	free(q);
}
