/*
 * peer_group.h - devices that fare alike: a whole network, or all of one type.
 */
#ifndef PREFLIGHT_PEER_GROUP_H
#define PREFLIGHT_PEER_GROUP_H

#include "report/diagnose/diagnose.h"

#include <stdbool.h>
#include <stddef.h>

enum peer_group_kind {
	PEER_GROUP_ENTRY,  /* a network that the inventory names */
	PEER_GROUP_SUBNET, /* a /24 or /64 that devices share */
	PEER_GROUP_TYPE    /* a device type */
};

/* The devices of one scope in one test (a transport and a port). */
struct peer_group {
	const char *name; /* "10.2.0.0/24", or the type's name */
	enum peer_group_kind kind;
	int manner;     /* how all of them end; peer_group.c */
	size_t devices; /* that were tested */
	size_t test;
};

/*
 * The peer group that a failing result belongs to: at least three devices, all
 * of them ending like this one. elsewhere: only where the same test works for
 * other devices, so that it is the peer group that stands out. NULL: none.
 */
const struct peer_group *peer_group_of(struct diagnosis *d, size_t index,
				       bool elsewhere);
/* The network that devices with such addresses share: "10.2.0.0/24". */
const char *peer_group_subnet(struct arena *a, const struct addr *addr);
/* Its name where it stands out, else "": a part of a candidate's key. */
const char *peer_group_mark(struct diagnosis *d, size_t index);
/* A whole network stands out: what is between, not each device of it. */
bool peer_group_is_network(struct diagnosis *d, size_t index);
/* Devices that were put to the same test as this result. */
size_t peer_group_tested(struct diagnosis *d, size_t index);
/* Devices outside of it for which the same test works. */
size_t peer_group_works_elsewhere(const struct diagnosis *d,
				  const struct peer_group *c);
/* peer_group_text.c: what to say of a candidate that concerns three devices or
 * more. */
enum { PEER_GROUP_LEAST = 3, PEER_GROUP_LINES = 3 };
/* "12 of 12 devices in 10.2.0.0/24"; NULL: not a group. */
const char *peer_group_targets(struct diagnosis *d, const struct candidate *f);
/* The peer group, the control, and what works elsewhere; at most
 * PEER_GROUP_LINES.
 */
size_t peer_group_lines(struct diagnosis *d, const struct candidate *f,
			const char **out);

/* Ends with the diagnosis. */
void peer_groups_free(struct diagnosis *d);

#endif
