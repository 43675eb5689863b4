/*
 * host_asked.h - what Internet sockets tell of this host where rtnetlink is
 * refused (a service's RestrictAddressFamilies=). Nothing is sent. It is less:
 * the gateway is not among it, nor how an address was made.
 */
#ifndef PREFLIGHT_OS_LINUX_HOST_ASKED_H
#define PREFLIGHT_OS_LINUX_HOST_ASKED_H

#include "core/os/host.h"

/* As host_route(): by connecting a datagram socket. */
enum known host_asked_route(const struct addr *a, struct host_route *out);
/* As host_neighbour(), of IPv4 only: by SIOCGARP on each interface. */
void host_asked_neighbour(const struct addr *a,
			  struct host_neighbour_entry *out);
/* Calls use() for the IPv4 addresses (SIOCGIFCONF), and for the IPv6 address
 * that packets to the internet have: without an interface, in a /64. */
void host_asked_addresses(void (*use)(void *arg, const struct host_address *a),
			  void *arg);
/* Known only where one that has an IPv4 address is up. */
enum known host_asked_link_is_up(void);

/* What the kernel says where it has no route (host.c); other errors are of the
 * asking. */
bool host_is_route_error(enum net_error error);

#endif
