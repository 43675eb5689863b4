/* evidence_gateway.c - does a gateway answer for itself, and does it forward?
 *
 * Routers limit the ICMP errors that they send: what has no answer is asked
 * again, a second apart. */
#include "core/engine/evidence_internal.h"
#include "core/os/host.h"
#include "core/base/mem.h"

#include <stdlib.h>

enum {
	GATEWAY_TRIES = 3,
	GATEWAY_PORT = 9, /* discard, RFC 863: closed almost everywhere */
	GATEWAY_ECHO = 0,
	GATEWAY_CLOSED = 1, /* a datagram to a port without a service */
	GATEWAY_EXPIRES = 2 /* one for a far address that ends at hop 1 */
};

struct gateway_probe {
	struct evidence_gateway *all;
	struct conn *conn;
	struct echo echo;
	bool asked, answered;
};

struct evidence_gateway {
	struct request_run *run;
	unsigned tries;
	struct gateway_probe probes[GATEWAY_EXPIRES + 1];
};

/* An ICMP error from any device but this host: for a far address it has been
 * looked at by a router. */
static bool evidence_gateway_is_answer(const struct gateway_probe *p,
				       const struct outcome *o)
{
	const struct evidence_gateway *g = p->all;
	struct addr gateway = g->run->request.addr, from = o->blocker;

	from.scope = gateway.scope;
	if (!o->has_icmp || o->phase == PHASE_LOCAL)
		return false;
	return p == &g->probes[GATEWAY_EXPIRES] || addr_equal(&from, &gateway);
}

static void gateway_probe_end(struct gateway_probe *p, bool answered)
{
	struct evidence_gateway *g = p->all;

	p->answered |= answered;
	conn_close(p->conn);
	p->conn = NULL;
	for (size_t i = 0; i <= GATEWAY_EXPIRES; i++)
		if (g->probes[i].asked && !g->probes[i].answered)
			return;
	evidence_run_ended(g->run);
}

static void evidence_gateway_event(void *arg, enum conn_event event)
{
	struct gateway_probe *p = arg;
	bool v6 = p->all->run->request.addr.family == ADDR_V6;
	bool echo = p == &p->all->probes[GATEWAY_ECHO];
	uint8_t packet[ECHO_SIZE];

	switch (event) {
	case CONN_OPEN:
		if (echo)
			conn_send(p->conn, packet,
				  echo_request(&p->echo, v6, packet));
		else
			conn_send(p->conn, "", 0);
		return;
	case CONN_DATA:
		if (!echo || echo_is_reply(&p->echo, v6, conn_in(p->conn)->data,
					   conn_in(p->conn)->length))
			gateway_probe_end(p, true);
		return;
	case CONN_FAILED:
		gateway_probe_end(
		    p, evidence_gateway_is_answer(p, conn_outcome(p->conn)));
		return;
	default:
		return;
	}
}

static void gateway_probe_start(struct evidence_gateway *g, size_t which)
{
	struct gateway_probe *p = &g->probes[which];
	const struct engine_options *o = g->run->round->o;
	struct socket_options s = {
	    .kind = which == GATEWAY_ECHO ? SOCKET_ECHO : SOCKET_DATAGRAM,
	    .remote = g->run->request.addr,
	    .source = o->source,
	    .interface = o->interface};
	struct host_route route;
	struct outcome failure;

	if (p->answered)
		return;
	/* From the address that packets to others have: another of this host
	 * may be answered where that one is not. */
	if (s.source.family == ADDR_NONE &&
	    host_route(&g->run->request.other, &route) == KNOWN_YES)
		s.source = route.source;
	if (which == GATEWAY_EXPIRES) {
		s.remote = g->run->request.other;
		s.ttl = 1;
	}
	s.remote.port = which == GATEWAY_ECHO ? 0 : GATEWAY_PORT;
	conn_close(p->conn);
	p->all = g;
	p->conn = conn_open(g->run->round->loop, &s, evidence_gateway_event, p,
			    &failure);
	p->asked |= p->conn != NULL;
	evidence_room_note(g->run->round, &s.remote);
}

/* Only where packets for the far address go through it: of several gateways
 * the kernel takes one. */
bool evidence_gateway_is_asked(struct evidence_request *w)
{
	struct host_route route;

	if (host_route(&w->other, &route) != KNOWN_YES)
		return false;
	route.gateway.scope = w->addr.scope;
	if (!addr_equal(&route.gateway, &w->addr))
		return false;
	if (addr_is_link_local(&w->addr))
		w->addr.scope = route.interface;
	return true;
}

bool evidence_gateway_send(struct request_run *run)
{
	struct evidence_gateway *g = run->gateway;

	if (g == NULL) {
		g = run->gateway = mem_calloc(1, sizeof *g);
		g->run = run;
	}
	if (g->tries++ == GATEWAY_TRIES)
		return false;
	for (size_t i = 0; i <= GATEWAY_EXPIRES; i++)
		gateway_probe_start(g, i);
	return true;
}

void evidence_gateway_stop(struct request_run *run)
{
	for (size_t i = 0; run->gateway != NULL && i <= GATEWAY_EXPIRES; i++) {
		conn_close(run->gateway->probes[i].conn);
		run->gateway->probes[i].conn = NULL;
	}
}

void evidence_gateway_free(struct request_run *run)
{
	evidence_gateway_stop(run);
	free(run->gateway);
}

bool evidence_gateway_replies(const struct request_run *run)
{
	return run->gateway->probes[GATEWAY_ECHO].answered ||
	       run->gateway->probes[GATEWAY_CLOSED].answered;
}

enum known evidence_gateway_forwards(const struct request_run *run)
{
	const struct gateway_probe *p = &run->gateway->probes[GATEWAY_EXPIRES];

	if (!p->asked)
		return NOT_KNOWN;
	return p->answered ? KNOWN_YES : KNOWN_NO;
}
