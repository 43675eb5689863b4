/*
 * listener_client.c - connections that came: greeted, read until it is known
 * what they are, ended. A connection that says nothing is heard all the same:
 * the path is open.
 */
#include "listen/shared/listener_internal.h"

#include "core/base/mem.h"
#include "core/os/held_port.h"
#include "core/os/socket.h"

#include <stdlib.h>
#include <string.h>

enum { LISTENER_ACCEPTS = 16 };

/* What said nothing is heard, too. */
static void listener_client_end(struct listener_client *c)
{
	struct heard *h =
	    heard_find(c->listener->list, &c->from, c->transport, c->port);

	if (h != NULL)
		listener_tell(c->listener, h);
	loop_watch_free(c->watch);
	socket_close(c->fd);
	c->watch = NULL;
	c->fd = -1;
}

static void listener_client_read(void *arg, short events)
{
	struct listener_client *c = arg;
	struct recognised_bytes in = {TRANSPORT_TCP, c->bytes, 0};
	const struct recogniser *who;
	struct os_failure failure;
	struct heard *h;
	int64_t n;

	(void)events;
	if (!listener_may_take(c->listener))
		return;
	n = socket_read(c->fd, c->bytes + c->length,
			sizeof c->bytes - c->length, &failure);
	if (n == -1 && failure.error == NET_AGAIN)
		return;
	if (n <= 0) {
		listener_client_end(c);
		return;
	}
	c->length = (uint16_t)(c->length + n);
	in.length = c->length;
	h = heard_find(c->listener->list, &c->from, c->transport, c->port);
	if (h == NULL || listener_ask(h, &in, &who) != RECOGNISED_MORE ||
	    c->length == sizeof c->bytes)
		listener_client_end(c);
}

/* A place for one more: where there is none, the oldest connection ends. */
static struct listener_client *listener_client_place(struct listener *l)
{
	struct listener_client *c;

	if (l->clients == NULL) {
		l->clients = mem_calloc(LISTENER_CLIENTS, sizeof *l->clients);
		for (size_t i = 0; i < LISTENER_CLIENTS; i++)
			l->clients[i].fd = -1;
	}
	c = &l->clients[l->next];
	l->next = (l->next + 1) % LISTENER_CLIENTS;
	if (c->fd != -1)
		listener_client_end(c);
	return c;
}

static void listener_client_begin(struct listener *l, const struct held *p,
				  int fd, const struct addr *from)
{
	const struct recogniser *usual =
	    recogniser_for(TRANSPORT_TCP, p->port->port);
	struct listener_client *c = listener_client_place(l);
	struct os_failure unused;

	memset(c, 0, sizeof *c);
	c->listener = l;
	c->fd = fd;
	c->since_us = loop_now(l->loop);
	c->from = *from;
	c->transport = TRANSPORT_TCP;
	c->port = p->port->port;
	if (usual != NULL && usual->greeting != NULL)
		(void)socket_send(fd, usual->greeting, strlen(usual->greeting),
				  &unused);
	c->watch = loop_watch_new(l->loop, fd, listener_client_read, c);
	loop_watch_events(c->watch, LOOP_READ);
}

/* No descriptor is left: the oldest connection gives its own. */
static void listener_client_make_room(struct listener *l)
{
	for (size_t i = 0; l->clients != NULL && i < LISTENER_CLIENTS; i++) {
		struct listener_client *c =
		    &l->clients[(l->next + i) % LISTENER_CLIENTS];

		if (c->fd == -1)
			continue;
		listener_client_end(c);
		return;
	}
}

void listener_accept(void *arg, short events)
{
	struct held *p = arg;
	struct listener *l = p->listener;

	(void)events;
	for (int i = 0; i < LISTENER_ACCEPTS && listener_may_take(l); i++) {
		struct os_failure failure = {0};
		struct addr from;
		int fd = held_port_accept(p->fd, &from, &failure);

		if (fd == -1) {
			if (failure.error != NET_AGAIN)
				listener_client_make_room(l);
			return;
		}
		if (listener_note(l, p, &from) == NULL)
			socket_close(fd);
		else
			listener_client_begin(l, p, fd, &from);
	}
}

void listener_drop_slow(struct listener *l)
{
	int64_t now = loop_now(l->loop);

	for (size_t i = 0; l->clients != NULL && i < LISTENER_CLIENTS; i++) {
		struct listener_client *c = &l->clients[i];

		if (c->fd != -1 && now - c->since_us > LISTENER_PATIENCE_US)
			listener_client_end(c);
	}
}

void listener_drop_clients(struct listener *l)
{
	for (size_t i = 0; l->clients != NULL && i < LISTENER_CLIENTS; i++)
		if (l->clients[i].fd != -1)
			listener_client_end(&l->clients[i]);
	free(l->clients);
}
