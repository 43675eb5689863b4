/*
 * link.h - packets to and from link addresses (Ethernet) of our choice, and
 * those of this host on the wire.
 *
 * Root's, or that of who has CAP_NET_RAW: os_can(CAN_LINK) says.
 */
#ifndef PREFLIGHT_OS_LINK_H
#define PREFLIGHT_OS_LINK_H

#include "core/base/addr.h"
#include "core/os/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LINK_ADDRESS = 6 };

enum link_kind { LINK_ARP, LINK_IPV4, LINK_IPV6 };

/*
 * Opens a socket for packets of one kind on one interface; it does not block.
 * `self` is the interface's own link address. -1 with *failure set: also where
 * the link is not Ethernet. socket_close() closes it.
 */
int link_open(const char *interface, enum link_kind kind,
	      uint8_t self[LINK_ADDRESS], struct os_failure *failure);
/* One packet, without the header of the link. -1 with *failure set. */
int64_t link_send(int fd, const uint8_t to[LINK_ADDRESS], const void *bytes,
		  size_t size, struct os_failure *failure);
/* One packet that came, and the link address that sent it; 0 one that is not
 * for us to hear. -1 with *failure set. */
int64_t link_receive(int fd, void *bytes, size_t size,
		     uint8_t from[LINK_ADDRESS], struct os_failure *failure);

/*
 * Opens a socket that sees the IP packets to and from one address on all
 * interfaces, also those of this host: what leaves, behind the filters for
 * outgoing packets, and what comes in, before those for incoming ones. It does
 * not block. -1 with *failure set. socket_close() closes it.
 */
int link_watch_open(const struct addr *peer, struct os_failure *failure);

enum link_way { LINK_ELSE, LINK_LEFT, LINK_ARRIVED };

struct link_seen {
	enum link_way
	    way; /* LINK_ELSE: of the loopback, or not for this host */
	unsigned interface; /* where; 0: not known */
	bool unsummed;      /* the sender is on this machine: no checksum yet */
};

/* One packet, without the header of the link, cut at `size`. -1 with *failure
 * set. */
int64_t link_watch_next(int fd, void *bytes, size_t size, struct link_seen *out,
			struct os_failure *failure);
/* Was no packet lost so far for want of room? */
bool link_watch_is_complete(int fd);

/* Is it the address of an interface of this host? */
bool link_is_own(const uint8_t link[LINK_ADDRESS]);

#endif
