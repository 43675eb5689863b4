/*
 * host.h - what this host's kernel knows: routes, neighbours, addresses
 * (rtnetlink; no privilege needed).
 */
#ifndef PREFLIGHT_HOST_H
#define PREFLIGHT_HOST_H

#include "addr.h"
#include "facts.h"

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
	NEIGHBOUR_INCOMPLETE, /* being asked for */
	NEIGHBOUR_FAILED,
	NEIGHBOUR_REACHABLE /* any state with a link-layer address */
};
enum host_neighbour host_neighbour(const struct addr *a);
const char *host_neighbour_name(enum host_neighbour n);

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
 * "has-ipv4", "has-ipv6" (a global address), "link" ("up" when an interface
 * beside lo is up and running, else "down").
 */
void host_facts(struct facts *f);

#endif
