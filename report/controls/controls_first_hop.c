/*
 * controls_first_hop.c - this host and its first hop, before others are blamed:
 * does the gateway forward, who claims its address and ours, and do silent
 * neighbours live behind it?
 */
#include "report/controls/controls_plan_internal.h"

#include "report/network.h"

enum {
	CONTROLS_VIA = 4,   /* addresses of a family */
	CONTROLS_ROUTES = 4 /* next hops of routes that are not default ones */
};

/* Never a host, in case that no address is known that lies behind the gateway
 * (RFC 5737 3, RFC 3849): the packet ends at hop 1. */
static const struct addr controls_far[] = {
    {.family = ADDR_V4, .bytes = {192, 0, 2, 53}},
    {.family = ADDR_V6, .bytes = {0x20, 0x01, 0x0d, 0xb8, [15] = 0x35}}};

/* A test of that family, or of no address yet, had no answer from outside. */
static bool controls_is_lost(const struct controls_plan *w,
			     enum addr_family family)
{
	enum addr_family other = family == ADDR_V4 ? ADDR_V6 : ADDR_V4;
	bool names = !network_is_passed(w->correlation, other);

	for (size_t i = 0; i < w->results->count; i++) {
		const struct result *r = &w->results->items[i];

		if (r->outcome.phase == PHASE_RESOLVE && names &&
		    (r->outcome.cause == CAUSE_TIMEOUT ||
		     r->outcome.cause == CAUSE_UNREACHABLE ||
		     r->outcome.cause == CAUSE_LOCAL ||
		     r->outcome.cause == CAUSE_SERVFAIL))
			return true;
		if (r->addr.family == family && !r->on_link &&
		    correlation_is_silent(r, CONTROLS_SILENT) &&
		    controls_is_usable(w, i) && !network_is_routed(r))
			return true;
	}
	return false;
}

static struct addr controls_behind(const struct controls_plan *w,
				   enum addr_family family)
{
	for (size_t i = 0; i < w->results->count; i++) {
		const struct result *r = &w->results->items[i];

		if (r->addr.family == family && !r->on_link &&
		    !network_is_routed(r) &&
		    w->correlation->contexts[i].internet &&
		    controls_is_usable(w, i) && !addr_is_multicast(&r->addr))
			return r->addr;
	}
	return controls_far[family == ADDR_V6];
}

/* Something came back through that next hop of a route. */
static bool controls_route_is_heard(const struct controls_plan *w,
				    const struct addr *hop)
{
	for (size_t i = 0; i < w->results->count; i++) {
		const struct result *r = &w->results->items[i];
		struct addr own;
		int length;

		if (network_route(r, &own, &length) != NULL &&
		    addr_equal(&own, hop) &&
		    (w->correlation->contexts[i].answered ||
		     r->outcome.has_icmp))
			return true;
	}
	return false;
}

/* The next hops of other routes, each once: are they there, do they forward? */
static void controls_routed(struct controls_plan *w)
{
	struct addr hops[CONTROLS_ROUTES], hop;
	size_t count = 0;

	for (size_t i = 0; i < w->results->count && count < CONTROLS_ROUTES;
	     i++) {
		const struct result *r = &w->results->items[i];
		struct evidence_request request = {.kind = EVIDENCE_NEIGHBOUR,
						   .result = SIZE_MAX};
		bool seen = false;
		int length;

		if (!correlation_is_silent(r, CONTROLS_SILENT) ||
		    !controls_is_usable(w, i) ||
		    network_route(r, &hop, &length) == NULL)
			continue;
		for (size_t k = 0; k < count; k++)
			seen |= addr_equal(&hops[k], &hop);
		/* An answer may have come by the route that IPv6 takes once
		 * the next hop of the best one was asked for in vain. */
		if (seen || (!correlation_is_silent(r, SILENCE_NO_NEIGHBOUR) &&
			     controls_route_is_heard(w, &hop)))
			continue;
		hops[count++] = request.addr = hop;
		controls_add(w, &request);
		request.kind = EVIDENCE_GATEWAY;
		request.other = r->addr;
		request.other.port = 0;
		controls_add(w, &request);
	}
}

void controls_first_hop(struct controls_plan *w)
{
	struct evidence_request request = {.kind = EVIDENCE_GATEWAY,
					   .result = SIZE_MAX};

	for (size_t i = 0; network_gateway(w->results, i, &request.addr); i++) {
		enum addr_family family = request.addr.family;

		if (network_is_passed(w->correlation, family) ||
		    !controls_is_lost(w, family))
			continue;
		request.other = controls_behind(w, family);
		request.other.port = 0;
		controls_add(w, &request);
	}
	controls_routed(w);
}

/* A gateway that did not show that it forwards: who has its address, and
 * ours? */
static void controls_claimants(struct controls_plan *w)
{
	for (size_t i = 0; i < w->results->evidence_count; i++) {
		const struct evidence *e = &w->results->evidence[i];
		struct evidence_request request = {.kind = EVIDENCE_CLAIMANTS,
						   .result = SIZE_MAX,
						   .addr = e->addr};
		struct network own;

		if (e->kind != EVIDENCE_GATEWAY ||
		    facts_is_true(&e->observed, "forwards"))
			continue;
		request.interface = network_interface(w->results, &e->addr);
		if (request.interface == NULL)
			continue;
		controls_add(w, &request);
		if (!network_sends(w->results, e, &own))
			continue;
		request.addr = own.addr;
		controls_add(w, &request);
	}
}

/* Silent neighbours of that family: do they live behind the gateway? Adds to
 * the `count` requests; returns how many there are then. */
static size_t controls_via(const struct controls_plan *w,
			   const struct addr *gateway,
			   struct evidence_request *requests, size_t count)
{
	size_t most = count + CONTROLS_VIA;

	for (size_t i = 0; i < w->results->count && count < most; i++) {
		const struct result *r = &w->results->items[i];
		bool seen = addr_equal(&r->addr, gateway);

		for (size_t k = 0; k < count; k++)
			seen |= addr_equal(&requests[k].addr, &r->addr);
		if (seen || !r->on_link || r->addr.family != gateway->family ||
		    addr_is_link_local(&r->addr) ||
		    !correlation_is_silent(r, CONTROLS_SILENT) ||
		    !controls_is_usable(w, i) || addr_is_multicast(&r->addr) ||
		    correlation_host_answered(w->correlation, i))
			continue;
		requests[count++] =
		    (struct evidence_request){.kind = EVIDENCE_VIA,
					      .result = i,
					      .addr = r->addr,
					      .port = r->port,
					      .transport = r->transport,
					      .other = *gateway};
	}
	return count;
}

/* One silent neighbour is off. Several in one family may be behind the gateway,
 * and so may be the others. */
void controls_first_hop_open(struct controls_plan *w)
{
	struct evidence_request requests[2 * CONTROLS_VIA];
	bool asked[ADDR_V6 + 1] = {false}, several = false;
	size_t count = 0;
	struct addr gateway;

	controls_claimants(w);
	for (size_t i = 0; network_gateway(w->results, i, &gateway); i++) {
		size_t before = count;

		if (asked[gateway.family])
			continue;
		asked[gateway.family] = true;
		count = controls_via(w, &gateway, requests, count);
		several |= count > before + 1;
	}
	for (size_t k = 0; several && k < count; k++)
		controls_add(w, &requests[k]);
}
