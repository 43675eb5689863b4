/*
 * address.h - addresses as the system and libraries on top of it see them.
 */
#ifndef PREFLIGHT_OS_ADDRESS_H
#define PREFLIGHT_OS_ADDRESS_H

#include "core/base/addr.h"

/* Names of this host's interfaces, for addr_set_zones(). */
extern const struct addr_zones os_zones;

/*
 * The system's form of address and port (struct sockaddr), for libraries that
 * want it. Returns its size in bytes; 0 when there is no address or no room.
 */
size_t os_address_write(const struct addr *a, void *out, size_t size);
/* The reverse. False, and *out none, when it is neither IPv4 nor IPv6. */
bool os_address_read(struct addr *out, const void *bytes, size_t size);

#endif
