/*
 * host.c - facts of the host from what its system tells; the same on every
 * system.
 */
#include "core/os/host.h"
#include "core/os/resolver.h"

#include <stdio.h>

const char *host_neighbour_name(enum host_neighbour n)
{
	static const char *const names[] = {
	    [NEIGHBOUR_NOT_KNOWN] = NULL,
	    [NEIGHBOUR_NONE] = "none",
	    [NEIGHBOUR_INCOMPLETE] = "incomplete",
	    [NEIGHBOUR_FAILED] = "failed",
	    [NEIGHBOUR_UNANSWERED] = "unanswered",
	    [NEIGHBOUR_KNOWN] = "known",
	    [NEIGHBOUR_CONFIGURED] = "configured",
	    [NEIGHBOUR_NO_ARP] = "no-arp",
	    [NEIGHBOUR_REACHABLE] = "reachable"};

	return names[n];
}

bool host_route_is_direct(const struct host_route *r)
{
	return r->gateway.family == ADDR_NONE && !r->beyond;
}

/* Facts ------------------------------------------------------------------ */

struct family_query {
	enum addr_family family;
	bool found;
};

static void host_family_seen(void *arg, const struct host_address *a)
{
	struct family_query *q = arg;

	if (a->addr.family == q->family && !addr_is_link_local(&a->addr))
		q->found = true;
}

enum known host_has_family(enum addr_family family)
{
	struct family_query q = {.family = family};
	bool asked = host_addresses(host_family_seen, &q);

	if (q.found)
		return KNOWN_YES;
	return asked ? KNOWN_NO : NOT_KNOWN;
}

static void host_address_fact(void *arg, const struct host_address *a)
{
	char text[ADDR_TEXT], network[2 * ADDR_TEXT];

	if (addr_is_link_local(&a->addr))
		return;
	facts_append(arg, "addresses", addr_text(&a->addr, text));
	snprintf(network, sizeof network, "%s/%u %s", text, a->prefix,
		 a->interface);
	facts_append(arg, "networks", network);
}

static void host_gateway_fact(void *arg, const struct addr *gateway,
			      const char *interface)
{
	char text[ADDR_TEXT], via[2 * ADDR_TEXT];

	facts_append(arg, "gateways", addr_text(gateway, text));
	if (interface[0] == '\0')
		return;
	snprintf(via, sizeof via, "%s %s", text, interface);
	facts_append(arg, "gateway-via", via);
}

/* The routes to these are the default ones, where there are any: documentation
 * has no route of its own. */
static bool host_has_no_way_out(void)
{
	static const char *const away[] = {"192.0.2.1", "2001:db8::1"};

	for (size_t i = 0; i < sizeof away / sizeof away[0]; i++) {
		struct host_route route;
		struct addr a;

		if (!addr_parse(&a, away[i]) ||
		    host_route(&a, &route) != KNOWN_NO ||
		    route.error != NET_NO_ROUTE)
			return false;
	}
	return true;
}

static void host_fact(struct facts *f, const char *name, enum known value)
{
	if (value != NOT_KNOWN)
		facts_bool(f, name, value == KNOWN_YES);
}

void host_facts(struct facts *f)
{
	enum known up = host_link_is_up();
	char name[256];

	if (os_resolver_own_name(name, sizeof name))
		facts_string(f, "name", name);
	host_addresses(host_address_fact, f);
	if (host_gateways(host_gateway_fact, f))
		facts_bool(f, "has-gateway", facts_find(f, "gateways") != NULL);
	else if (host_has_no_way_out())
		facts_bool(f, "has-gateway", false);
	host_fact(f, "has-ipv4", host_has_family(ADDR_V4));
	host_fact(f, "has-ipv6", host_has_family(ADDR_V6));
	if (up != NOT_KNOWN)
		facts_string(f, "link", up == KNOWN_YES ? "up" : "down");
}
