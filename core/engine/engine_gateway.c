/*
 * engine_gateway.c - is the default gateway there, while nothing beyond it
 * answers? Asked at most once a second; also when the first answer comes, and
 * when answers come again: a gateway that never answers such questions says
 * nothing.
 */
#include "core/engine/engine_internal.h"
#include "core/os/host.h"
#include "core/proto/echo.h"

#include <stdlib.h>

enum {
	GATEWAY_QUIET_US = 400000,  /* no answer from beyond it for so long */
	GATEWAY_PAUSE_US = 1000000, /* between two questions */
	PORT_DISCARD = 9            /* RFC 863 */
};

/* Of one family. */
struct gateway_watch {
	struct conn *conn; /* of the newest question */
	struct gateway_question *question;
	struct echo echo;
	bool ping;
	int64_t heard_us; /* the newest answer from beyond it; 0: none yet */
};

static struct gateway_watch *engine_gateway_of(const struct run_probe *rp)
{
	return &rp->e->gateway_watch[rp->remote.family == ADDR_V6];
}

/* Whatever comes from the gateway itself is an answer. */
static void engine_gateway_event(void *arg, enum conn_event event)
{
	struct gateway_watch *w = arg;
	uint8_t packet[ECHO_SIZE];
	bool v6 = w->question->gateway.family == ADDR_V6;
	const struct outcome *o = conn_outcome(w->conn);

	switch (event) {
	case CONN_OPEN:
		conn_send(w->conn, packet,
			  w->ping ? echo_request(&w->echo, v6, packet) : 0);
		return;
	case CONN_DATA:
		w->question->answered |=
		    !w->ping ||
		    echo_is_reply(&w->echo, v6, conn_in(w->conn)->data,
				  conn_in(w->conn)->length);
		return;
	case CONN_FAILED:
		w->question->answered |=
		    o->has_icmp &&
		    addr_equal(&o->blocker, &w->question->gateway);
		return;
	case CONN_TLS:
	case CONN_EOF:
		return;
	}
}

static void engine_gateway_ask(struct engine *e, struct gateway_watch *w,
			       const struct addr *gateway)
{
	struct outcome failure;
	struct socket_options s = {.kind = SOCKET_ECHO,
				   .remote = *gateway,
				   .source = e->o->source,
				   .interface = e->o->interface};

	conn_close(w->conn);
	w->question = &e->results->asked[e->results->asked_count++];
	w->question->gateway = *gateway;
	w->question->asked_us = loop_now(e->loop);
	pace_take(&e->pace, w->question->asked_us);
	w->conn = conn_open(e->loop, &s, engine_gateway_event, w, &failure);
	w->ping = w->conn != NULL;
	if (w->ping)
		return;
	s.kind = SOCKET_DATAGRAM; /* this user may not ping */
	s.remote.port = PORT_DISCARD;
	w->conn = conn_open(e->loop, &s, engine_gateway_event, w, &failure);
}

/* Asks the one that the probe goes through, if it is time. */
static void engine_gateway_ask_of(struct run_probe *rp, int64_t pause_us)
{
	struct engine *e = rp->e;
	struct gateway_watch *w = engine_gateway_of(rp);
	struct host_route route;

	if (e->results->asked_count == GATEWAY_QUESTIONS ||
	    (w->question != NULL &&
	     loop_now(e->loop) < w->question->asked_us + pause_us) ||
	    host_route(&rp->remote, &route) != KNOWN_YES ||
	    route.gateway.family == ADDR_NONE)
		return;
	engine_gateway_ask(e, w, &route.gateway);
}

static bool engine_gateway_is_between(const struct run_probe *rp)
{
	return rp->target != NULL && rp->target->route_known &&
	       !rp->target->on_link;
}

void gateway_watch_heard(struct run_probe *rp)
{
	struct gateway_watch *w = engine_gateway_of(rp);

	if (!engine_gateway_is_between(rp))
		return;
	w->heard_us = loop_now(rp->e->loop);
	if (w->question == NULL || !w->question->answered)
		engine_gateway_ask_of(rp, GATEWAY_QUIET_US);
}

void gateway_watch_silent(struct run_probe *rp)
{
	const struct gateway_watch *w = engine_gateway_of(rp);

	if (engine_gateway_is_between(rp) && w->heard_us > 0 &&
	    loop_now(rp->e->loop) > w->heard_us + GATEWAY_QUIET_US)
		engine_gateway_ask_of(rp, GATEWAY_PAUSE_US);
}

void gateway_watch_begin(struct engine *e)
{
	e->gateway_watch = mem_calloc(2, sizeof *e->gateway_watch);
}

void gateway_watch_end(struct engine *e)
{
	for (size_t i = 0; i < 2; i++)
		conn_close(e->gateway_watch[i].conn);
	free(e->gateway_watch);
}
