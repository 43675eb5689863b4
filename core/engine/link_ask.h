/*
 * link_ask.h - questions to link addresses of our choice: who claims an
 * address on this link, and does an address answer by way of a next hop?
 *
 * Root's (os_can(CAN_LINK)). Nothing here waits or repeats.
 */
#ifndef PREFLIGHT_LINK_ASK_H
#define PREFLIGHT_LINK_ASK_H

#include "core/base/addr.h"
#include "core/net/loop.h"
#include "core/os/host.h"

#include <stdbool.h>
#include <stddef.h>

enum { LINK_ASK_CLAIMANTS = 4 };

struct link_ask {
	/* Other hosts that claim the address, as host_neighbour_entry.link. */
	size_t claimant_count;
	char claimants[LINK_ASK_CLAIMANTS][HOST_LINK];
	bool answered; /* the echo request was */
};

/* Both return NULL where that cannot be asked; link_ask_free() frees it.
 * `interface` is borrowed. */
struct link_ask *link_ask_claimants(struct loop *l, const char *interface,
				    const struct addr *wanted);
/* An echo request for `target` in a frame to the neighbour `hop`
 * (host_neighbour_entry.link), which names the interface, too. */
struct link_ask *link_ask_via(struct loop *l, const char *hop,
			      const struct addr *source,
			      const struct addr *target);
/* Sends the question, once more. */
void link_ask_send(struct link_ask *a);
void link_ask_free(struct link_ask *a); /* NULL is fine */

#endif
