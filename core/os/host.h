/*
 * host.h - what this host's kernel knows: routes, neighbours, addresses
 * (rtnetlink; no privilege needed).
 */
#ifndef PREFLIGHT_HOST_H
#define PREFLIGHT_HOST_H

#include "core/base/addr.h"
#include "core/base/facts.h"

#include <stdbool.h>
#include <stdint.h>

struct host_route {
	bool found;          /* false: error says why */
	int error;           /* errno: ENETUNREACH, EACCES, EINVAL ... */
	struct addr gateway; /* AF_UNSPEC: on-link */
	struct addr source;  /* preferred source; AF_UNSPEC: none */
	unsigned interface;  /* index */
	char interface_name[32];
	bool local; /* the address is our own */
};

/* The route that a packet to `a` takes now. */
void host_route(const struct addr *a, struct host_route *out);

enum host_neighbour {
	NEIGHBOUR_NONE,
	NEIGHBOUR_INCOMPLETE, /* being asked for, for the first time */
	NEIGHBOUR_FAILED,     /* asked, but no host answered */
	NEIGHBOUR_UNANSWERED, /* known from before; asked again, in vain */
	NEIGHBOUR_KNOWN,      /* from before, not confirmed since: it may have
				 gone (RFC 4861 7.3.2: stale, delay, probe) */
	NEIGHBOUR_REACHABLE   /* confirmed, or configured */
};

enum { HOST_LINK = 96 };

struct host_neighbour_entry {
	enum host_neighbour state;
	char link[HOST_LINK]; /* "eth0 02:00:00:00:00:01"; "" not known */
};

/* What the neighbour table (ARP, ND) has about an on-link address. */
void host_neighbour(const struct addr *a, struct host_neighbour_entry *out);
const char *host_neighbour_name(enum host_neighbour n);

/*
 * The interface and link-layer address of the next hop to `a`: the device that
 * answers for hop 1, whatever address it answers from. "" where not known.
 */
void host_next_hop_link(const struct addr *a, char out[HOST_LINK]);

/* True when the host has a global address in that family. */
bool host_has_family(sa_family_t family);

struct host_address {
	struct addr addr;
	unsigned prefix;
	bool permanent;         /* IFA_F_PERMANENT: no lease runs out */
	uint32_t valid_seconds; /* UINT32_MAX: for ever */
	char interface[32];
};

/* Calls use() for every address of every interface that is not loopback. */
void host_addresses(void (*use)(void *arg, const struct host_address *a),
		    void *arg);

/*
 * Facts about this host: "name", "addresses", "gateways" (default routes),
 * "gateway-via" ("10.2.0.1 eth0"),
 * "has-ipv4", "has-ipv6" (a global address), "link" ("up" when an interface
 * beside lo is up and running, else "down").
 */
void host_facts(struct facts *f);

#endif
