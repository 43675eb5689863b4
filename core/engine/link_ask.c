/* link_ask.c - ARP, neighbour discovery and echo requests on packet sockets. */
#include "core/engine/link_ask.h"

#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/os/link.h"
#include "core/os/socket.h"
#include "core/proto/packet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINK_ASK_PACKET = 2048, LINK_ASK_BURST = 256 };

struct link_question {
	struct link_ask answer; /* first: what the caller holds */
	int fd;
	struct loop_watch *watch;
	char interface[ADDR_ZONE];
	struct addr target;
	bool via;
	struct echo echo;
	uint8_t to[LINK_ADDRESS], packet[PACKET_MAX];
	size_t length;
};

/* Hearing ---------------------------------------------------------------- */

static void link_ask_claimed(struct link_question *q,
			     const uint8_t link[LINK_ADDRESS])
{
	struct link_ask *a = &q->answer;
	char text[HOST_LINK];

	/* A host may answer for its address on each of its interfaces. */
	if (a->claimant_count == LINK_ASK_CLAIMANTS || link_is_own(link))
		return;
	snprintf(text, sizeof text, "%s %02x:%02x:%02x:%02x:%02x:%02x",
		 q->interface, link[0], link[1], link[2], link[3], link[4],
		 link[5]);
	for (size_t i = 0; i < a->claimant_count; i++)
		if (strcmp(a->claimants[i], text) == 0)
			return;
	memcpy(a->claimants[a->claimant_count++], text, sizeof text);
}

/* Not more at once than other work can bear: what is left comes back. */
static void link_ask_ready(void *arg, short events)
{
	struct link_question *q = arg;
	uint8_t bytes[LINK_ASK_PACKET], from[LINK_ADDRESS];
	uint8_t link[LINK_ADDRESS];
	struct os_failure failure;

	(void)events;
	for (size_t i = 0; i < LINK_ASK_BURST; i++) {
		int64_t got =
		    link_receive(q->fd, bytes, sizeof bytes, from, &failure);

		if (got < 0)
			return;
		if (q->via)
			q->answer.answered |= packet_is_echo_reply(
			    &q->echo, &q->target, bytes, (size_t)got);
		else if (packet_claims(&q->target, bytes, (size_t)got, from,
				       link))
			link_ask_claimed(q, link);
	}
}

/* Asking ----------------------------------------------------------------- */

static struct link_question *link_ask_new(struct loop *l, const char *interface,
					  const struct addr *target, bool arp,
					  uint8_t self[LINK_ADDRESS])
{
	enum link_kind kind = target->family == ADDR_V6 ? LINK_IPV6
			      : arp                     ? LINK_ARP
							: LINK_IPV4;
	struct link_question *q = mem_calloc(1, sizeof *q);
	struct os_failure failure;

	text_copy(q->interface, sizeof q->interface, interface);
	q->target = *target;
	q->fd = link_open(interface, kind, self, &failure);
	if (q->fd != -1)
		q->watch = loop_watch_new(l, q->fd, link_ask_ready, q);
	if (q->watch == NULL) {
		link_ask_free(&q->answer);
		return NULL;
	}
	loop_watch_events(q->watch, LOOP_READ);
	return q;
}

struct link_local_query {
	const char *interface;
	struct addr found;
};

static void link_ask_local(void *arg, const struct host_address *a)
{
	struct link_local_query *q = arg;

	if (strcmp(a->interface, q->interface) == 0 &&
	    a->addr.family == ADDR_V6 && addr_is_link_local(&a->addr))
		q->found = a->addr;
}

struct link_ask *link_ask_claimants(struct loop *l, const char *interface,
				    const struct addr *wanted)
{
	struct link_local_query query = {.interface = interface};
	struct link_question *q;
	uint8_t self[LINK_ADDRESS];

	host_addresses(link_ask_local, &query);
	if (wanted->family == ADDR_V6 && query.found.family == ADDR_NONE)
		return NULL;
	q = link_ask_new(l, interface, wanted, true, self);
	if (q == NULL)
		return NULL;
	q->length = packet_ask(wanted, &query.found, self, q->to, q->packet);
	return &q->answer;
}

/* "eth0 02:00:00:00:00:01" */
static bool link_ask_parse(const char *hop, char interface[ADDR_ZONE],
			   uint8_t link[LINK_ADDRESS])
{
	const char *at = strchr(hop, ' ');

	if (at == NULL || at - hop >= ADDR_ZONE)
		return false;
	memcpy(interface, hop, (size_t)(at - hop));
	interface[at - hop] = '\0';
	for (size_t i = 0; i < LINK_ADDRESS; i++) {
		char *end;

		link[i] = (uint8_t)strtoul(at + 1, &end, 16);
		if (end != at + 3 ||
		    *end != (i + 1 < LINK_ADDRESS ? ':' : '\0'))
			return false;
		at = end;
	}
	return true;
}

struct link_ask *link_ask_via(struct loop *l, const char *hop,
			      const struct addr *source,
			      const struct addr *target)
{
	struct link_question *q;
	uint8_t to[LINK_ADDRESS], self[LINK_ADDRESS];
	char interface[ADDR_ZONE];

	if (!link_ask_parse(hop, interface, to))
		return NULL;
	q = link_ask_new(l, interface, target, false, self);
	if (q == NULL)
		return NULL;
	q->via = true;
	memcpy(q->to, to, sizeof to);
	q->length = packet_echo(&q->echo, source, target, q->packet);
	return &q->answer;
}

void link_ask_send(struct link_ask *a)
{
	struct link_question *q = (struct link_question *)a;
	struct os_failure failure;

	/* What could not be sent is not answered. */
	(void)link_send(q->fd, q->to, q->packet, q->length, &failure);
}

void link_ask_free(struct link_ask *a)
{
	struct link_question *q = (struct link_question *)a;

	if (q == NULL)
		return;
	loop_watch_free(q->watch);
	socket_close(q->fd);
	free(q);
}
