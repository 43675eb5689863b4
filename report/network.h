/*
 * network.h - the networks of this host and its way out of them, as the facts
 * of its host have them ("networks", "gateways", "gateway-via").
 */
#ifndef PREFLIGHT_NETWORK_H
#define PREFLIGHT_NETWORK_H

#include "core/base/result.h"
#include "report/correlation.h"

struct network {
	struct addr addr; /* this host's own */
	unsigned prefix;
	const char *interface; /* borrowed from the facts */
};

/* The i-th address of this host; false past the last. */
bool network_own(const struct results *r, size_t i, struct network *out);
/* The i-th default gateway; false past the last. */
bool network_gateway(const struct results *r, size_t i, struct addr *out);
/* The interface that leads to a gateway; NULL: not known. */
const char *network_interface(const struct results *r,
			      const struct addr *gateway);
/* This host's network of a family; false: it has none, or several. */
bool network_only(const struct results *r, enum addr_family family,
		  struct network *out);
/*
 * The address that this host has towards a gateway: the one whose network holds
 * the gateway, else the first of that family on its interface. False: none.
 */
bool network_towards(const struct results *r, const struct addr *gateway,
		     struct network *out);
/* The same, by the evidence about that gateway: the address that packets to
 * others have. */
bool network_sends(const struct results *r, const struct evidence *e,
		   struct network *out);
/*
 * The route of this host that a result was sent by, where its next hop is not
 * a default gateway ("route"): its network as a text ("10.3.0.0/16",
 * `*length` octets of what is returned, borrowed), and the next hop. NULL: it
 * went by a default gateway, by none, or that is not known.
 */
const char *network_route(const struct result *r, struct addr *hop,
			  int *length);
/* It went by such a route. */
bool network_is_routed(const struct result *r);
/* Something came back through the default gateway of that family: an answer, or
 * an ICMP error about a host behind it. */
bool network_is_passed(const struct correlation *s, enum addr_family family);

#endif
