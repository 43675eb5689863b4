/*
 * host.h - what this host's kernel knows: routes, neighbours, addresses. No
 * privilege is needed; nothing is sent. What it cannot be asked is not known
 * (known.h): that is not the same as no.
 */
#ifndef PREFLIGHT_HOST_H
#define PREFLIGHT_HOST_H

#include "core/base/addr.h"
#include "core/base/facts.h"
#include "core/base/known.h"
#include "core/base/net_error.h"

#include <stdbool.h>
#include <stdint.h>

struct host_route {
	enum net_error error; /* why there is none: NET_NO_ROUTE,
				 NET_PROHIBITED, NET_INVALID ... */
	struct addr gateway;  /* ADDR_NONE: on-link, or not known */
	bool beyond;          /* by a gateway that is not known */
	struct addr source;   /* preferred source; ADDR_NONE: none */
	unsigned interface;   /* index */
	char interface_name[32];
	bool local; /* the address is our own */
};

/* The route that a packet to `a` takes now. KNOWN_NO: there is none, *out says
 * why. NOT_KNOWN: *out is empty. */
enum known host_route(const struct addr *a, struct host_route *out);
/* The network of the route that a packet to `a` takes, without host bits, and
 * its prefix length. NOT_KNOWN: *out is empty. */
enum known host_route_network(const struct addr *a, struct addr *out,
			      unsigned *prefix);
/* No gateway is between. */
bool host_route_is_direct(const struct host_route *r);

enum host_neighbour {
	NEIGHBOUR_NOT_KNOWN,  /* this host cannot be asked */
	NEIGHBOUR_NONE,       /* no entry */
	NEIGHBOUR_INCOMPLETE, /* being asked for, for the first time */
	NEIGHBOUR_FAILED,     /* asked, but no host answered */
	NEIGHBOUR_UNANSWERED, /* known from before; asked again, no answer */
	NEIGHBOUR_KNOWN,      /* from before, not confirmed since: it may have
				 gone (RFC 4861 7.3.2: stale, delay, probe) */
	NEIGHBOUR_CONFIGURED, /* set by hand: nobody was asked, so it proves
				 nothing */
	NEIGHBOUR_NO_ARP,     /* nor here: the link has no ARP */
	NEIGHBOUR_REACHABLE   /* confirmed */
};

enum { HOST_LINK = 96 };

struct host_neighbour_entry {
	enum host_neighbour state;
	char link[HOST_LINK]; /* "eth0 02:00:00:00:00:01"; "" not known */
};

/* What the neighbour table (ARP, ND) has about an on-link address. */
void host_neighbour(const struct addr *a, struct host_neighbour_entry *out);
/* "incomplete"; NULL for NEIGHBOUR_NOT_KNOWN. */
const char *host_neighbour_name(enum host_neighbour n);

/*
 * The interface and link-layer address of the next hop to `a`: the device that
 * answers for hop 1, whatever address it answers from. "" where not known.
 */
void host_next_hop_link(const struct addr *a, char out[HOST_LINK]);

/* Does the host have a global address in that family? */
enum known host_has_family(enum addr_family family);

/* Where an address comes from: typed in, leased (DHCP, router advertisements),
 * made up for privacy. */
enum host_origin {
	ORIGIN_NOT_KNOWN,
	ORIGIN_STATIC,
	ORIGIN_LEASED,
	ORIGIN_TEMPORARY
};

struct host_address {
	struct addr addr;
	unsigned prefix;
	enum host_origin origin;
	uint32_t valid_seconds; /* left; UINT32_MAX: for ever, or not known */
	char interface[32];
};

/* Calls use() for every address of every interface that is not loopback.
 * False: they are not known, use() was called for none or some. */
bool host_addresses(void (*use)(void *arg, const struct host_address *a),
		    void *arg);

/* Calls use() for the gateway of every default route; interface is "" where
 * that is not known. False: the routes are not known. */
bool host_gateways(void (*use)(void *arg, const struct addr *gateway,
			       const char *interface),
		   void *arg);

/* Calls use() for the gateway of every route to a network that holds `a`,
 * default routes too. False: the routes are not known. */
bool host_next_hops(const struct addr *a,
		    void (*use)(void *arg, const struct addr *gateway),
		    void *arg);

/* Is an interface beside loopback up and running? */
enum known host_link_is_up(void);

/*
 * Facts about this host, each left out where it is not known: "name",
 * "addresses", "networks" (the same with prefix and interface: "10.2.0.2/24
 * eth0"), "gateways" (default routes), "gateway-via" ("10.2.0.1 eth0"),
 * "has-ipv4", "has-ipv6" (a global address), "link" ("up" when an interface
 * beside lo is up and running, else "down"). "has-gateway" tells no gateway
 * from gateways that are not known.
 */
void host_facts(struct facts *f);

#endif
