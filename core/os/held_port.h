/*
 * held_port.h - ports of this host that this program serves.
 *
 * A descriptor is an int, -1 for none; it is not blocking and not inherited.
 * Who opened it closes it (socket_close()).
 */
#ifndef PREFLIGHT_OS_HELD_PORT_H
#define PREFLIGHT_OS_HELD_PORT_H

#include "core/base/addr.h"
#include "core/os/error.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Serves a port over all addresses of a family: TCP listens, UDP receives. A
 * descriptor that the system's manager of services has opened for this program
 * (systemd's LISTEN_FDS) is taken where it is that port. -1 with *failure set.
 */
int held_port_open(enum addr_family family, bool tcp, uint16_t port,
		   struct os_failure *failure);
/* The next connection, and whose it is; -1 with *failure set, NET_AGAIN where
 * there is none. */
int held_port_accept(int fd, struct addr *from, struct os_failure *failure);
/* Datagrams that came to a descriptor and for which the kernel had no room; 0
 * also where that is not known. */
uint64_t held_port_dropped(int fd);

#endif
