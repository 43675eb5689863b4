/* listener.c - holds ports and notes who is heard on them. */
#include "listen/shared/listener.h"
#include "listen/shared/listener_internal.h"

#include "core/base/text.h"
#include "core/os/port_owner.h"
#include "core/os/socket.h"
#include "core/os/held_port.h"
#include "core/os/text.h"
#include "listen/recogniser.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	LISTENER_TICK_US = 100000,
	/* Packets and connections that are taken in one tick; what comes
	 * beyond waits, and then the kernel drops and counts it. */
	LISTENER_TICK_PACKETS = 2000,
	LISTENER_TURN = 64,
	/* Datagrams of one sender that recognisers see, and that are answered:
	 * a device repeats itself. */
	LISTENER_ASKED = 16,
	LISTENER_ANSWER = 64
};

/* Who was heard ----------------------------------------------------------- */

struct heard *listener_note(struct listener *l, const struct held *p,
			    const struct addr *from)
{
	struct heard *h =
	    heard_find(l->list, from, p->port->transport, p->port->port);
	bool wanted;

	if (h != NULL) {
		h->count++;
		return h;
	}
	wanted = l->o->counts != NULL && l->o->counts(l->o->arg, from);
	if (!heard_has_room(l->list, wanted)) {
		l->list->senders_cut++;
		return NULL;
	}
	if (socket_is_own_address(from) == KNOWN_YES) {
		l->list->own++;
		return NULL;
	}
	h = heard_at(l->list, from, p->port->transport, p->port->port, wanted);
	h->count++;
	return h;
}

void listener_tell(struct listener *l, struct heard *h)
{
	if (h->told)
		return;
	h->told = true;
	if (l->o->heard != NULL)
		l->o->heard(l->o->arg, h);
	if (l->o->is_enough != NULL && l->o->is_enough(l->o->arg, l->list))
		loop_stop(l->loop);
}

enum recognised listener_ask(struct heard *h, const struct recognised_bytes *in,
			     const struct recogniser **who)
{
	char said[RECOGNISED_SAID];
	enum recognised what = recogniser_ask(h->port, in, who, said);

	if (what != RECOGNISED_YES || h->speaks[0] != '\0')
		return what;
	text_copy(h->speaks, sizeof h->speaks, (*who)->name);
	text_copy(h->said, sizeof h->said, said);
	h->told = false;
	return what;
}

/* UDP --------------------------------------------------------------------- */

static void listener_answer(const struct held *p, const struct addr *to,
			    const struct recogniser *who,
			    const struct recognised_bytes *in)
{
	uint8_t out[LISTENER_ANSWER];
	struct os_failure unused;
	size_t length;

	if (who == NULL || who->answer == NULL)
		return;
	length = who->answer(in, out, sizeof out);
	if (length > 0 && length <= in->length)
		(void)socket_send_to(p->fd, to, out, length, &unused);
}

static void listener_datagram(struct listener *l, const struct held *p,
			      const struct addr *from, size_t length)
{
	struct recognised_bytes in = {TRANSPORT_UDP, l->bytes, length};
	const struct recogniser *who;
	struct heard *h;

	if (from->family == ADDR_NONE || from->port == 0)
		return;
	h = listener_note(l, p, from);
	if (h == NULL || h->asked >= LISTENER_ASKED)
		return;
	h->asked++;
	(void)listener_ask(h, &in, &who);
	listener_tell(l, h);
	listener_answer(p, from, who, &in);
}

static void listener_watch_all(struct listener *l, short events)
{
	for (size_t i = 0; i < l->held_count; i++)
		loop_watch_events(l->held[i].watch, events);
	for (size_t i = 0; l->clients != NULL && i < LISTENER_CLIENTS; i++)
		if (l->clients[i].fd != -1)
			loop_watch_events(l->clients[i].watch, events);
}

/* The tick gives the next ones. */
bool listener_may_take(struct listener *l)
{
	if (l->budget > 0) {
		l->budget--;
		return true;
	}
	if (!l->paused)
		listener_watch_all(l, 0);
	l->paused = true;
	return false;
}

static void listener_received(void *arg, short events)
{
	struct held *p = arg;
	struct listener *l = p->listener;

	(void)events;
	for (int i = 0; i < LISTENER_TURN && listener_may_take(l); i++) {
		struct os_failure failure;
		struct addr from;
		int ttl;
		int64_t n = socket_receive(p->fd, l->bytes, sizeof l->bytes,
					   &from, &ttl, &failure);

		if (n < 0)
			return;
		listener_datagram(l, p, &from, (size_t)n);
	}
}

/* Ports ------------------------------------------------------------------- */

/* Why this port cannot be listened on; "" where nothing is to be said. */
static void listener_why(struct heard_port *port, struct os_failure failure)
{
	bool tcp = port->transport == TRANSPORT_TCP;
	char owner[PORT_OWNER_TEXT] = "another program";
	struct port_owner holder;

	if (failure.error == NET_IN_USE) {
		if (port_owner_find(tcp, port->port, &holder) == KNOWN_YES)
			port_owner_text(&holder, owner);
		snprintf(port->why, sizeof port->why, "it is held by %s",
			 owner);
	} else if (failure.error == NET_PROHIBITED ||
		   failure.error == NET_NOT_PERMITTED) {
		snprintf(port->why, sizeof port->why,
			 "this user may not listen on port %u (%s)",
			 (unsigned)port->port, os_text_allow_bind);
	} else {
		snprintf(port->why, sizeof port->why, "%s",
			 net_error_text(failure.error));
	}
}

static void listener_hold(struct listener *l, struct heard_port *port,
			  enum addr_family family)
{
	bool tcp = port->transport == TRANSPORT_TCP;
	struct os_failure failure = {0};
	int fd = held_port_open(family, tcp, port->port, &failure);
	struct held *p;

	if (fd == -1) {
		/* A host without IPv6 has no such path. */
		if (failure.error != NET_NO_FAMILY &&
		    failure.error != NET_NO_ADDRESS)
			listener_why(port, failure);
		return;
	}
	p = &l->held[l->held_count++];
	*p = (struct held){.listener = l, .port = port, .fd = fd};
	p->watch = loop_watch_new(l->loop, fd,
				  tcp ? listener_accept : listener_received, p);
	loop_watch_events(p->watch, LOOP_READ);
}

static void listener_begin(struct listener *l)
{
	l->held = mem_calloc(2 * l->list->port_count + 1, sizeof *l->held);
	l->budget = LISTENER_TICK_PACKETS;
	for (size_t i = 0; i < l->list->port_count; i++) {
		listener_hold(l, &l->list->ports[i], ADDR_V4);
		listener_hold(l, &l->list->ports[i], ADDR_V6);
	}
}

static void listener_end(struct listener *l)
{
	for (size_t i = 0; i < l->held_count; i++) {
		l->list->dropped += held_port_dropped(l->held[i].fd);
		loop_watch_free(l->held[i].watch);
		socket_close(l->held[i].fd);
	}
	listener_drop_clients(l);
	loop_timer_free(l->tick);
	loop_timer_free(l->over);
	free(l->held);
}

/* Time -------------------------------------------------------------------- */

static void listener_tick(void *arg)
{
	struct listener *l = arg;

	l->budget = LISTENER_TICK_PACKETS;
	if (l->paused)
		listener_watch_all(l, LOOP_READ);
	l->paused = false;
	listener_drop_slow(l);
	loop_timer_in(l->tick, LISTENER_TICK_US);
}

static void listener_over(void *arg)
{
	struct listener *l = arg;

	loop_stop(l->loop);
}

static void listener_caught(void *arg, int signal)
{
	struct listener *l = arg;

	l->list->signal = signal;
	loop_stop(l->loop);
}

int listener_run(const struct listener_options *o, struct heard_list *list,
		 struct error *err)
{
	struct listener *l = mem_calloc(1, sizeof *l);
	int64_t begun;

	l->o = o;
	l->list = list;
	l->loop = loop_new(err);
	if (l->loop == NULL) {
		free(l);
		return -1;
	}
	begun = loop_now(l->loop);
	(void)socket_most(2 * list->port_count + LISTENER_CLIENTS + 64);
	listener_begin(l);
	l->tick = loop_timer_new(l->loop, listener_tick, l);
	l->over = loop_timer_new(l->loop, listener_over, l);
	loop_timer_in(l->tick, LISTENER_TICK_US);
	if (o->duration_us > 0)
		loop_timer_in(l->over, o->duration_us);
	loop_on_signals(l->loop, listener_caught, l);
	if (o->ready != NULL)
		o->ready(o->arg, list);
	if (l->held_count > 0)
		loop_run(l->loop);
	list->listened_us += loop_now(l->loop) - begun;
	listener_end(l);
	loop_free(l->loop);
	free(l);
	return 0;
}
