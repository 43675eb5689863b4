/*
 * peer_group.h - devices that fare alike: a whole network, or all of one type.
 */
#ifndef PREFLIGHT_CROWD_H
#define PREFLIGHT_CROWD_H

#include "report/diagnose/diagnose.h"

#include <stdbool.h>
#include <stddef.h>

enum crowd_kind {
	CROWD_ENTRY,  /* a network that the inventory names */
	CROWD_SUBNET, /* a /24 or /64 that devices share */
	CROWD_TYPE    /* a device type */
};

/* The devices of one scope in one test (a transport and a port). */
struct crowd {
	const char *name; /* "10.2.0.0/24", or the type's name */
	enum crowd_kind kind;
	int manner;     /* how all of them end; peer_group.c */
	size_t devices; /* that were tested */
	size_t test;
};

/*
 * The crowd that a failing result belongs to: at least three devices, all of
 * them ending like this one. elsewhere: only where the same test works for
 * other devices, so that it is the crowd that stands out. NULL: none.
 */
const struct crowd *crowd_of(struct diagnosis *d, size_t index, bool elsewhere);
/* Its name where it stands out, else "": a part of a draft's key. */
const char *crowd_mark(struct diagnosis *d, size_t index);
/* A whole network stands out: what is between, not each device of it. */
bool crowd_is_network(struct diagnosis *d, size_t index);
/* Devices that were put to the same test as this result. */
size_t crowd_tested(struct diagnosis *d, size_t index);
/* Devices outside of it for which the same test works. */
size_t crowd_works_elsewhere(const struct diagnosis *d, const struct crowd *c);
/* peer_group_text.c: what to say of a draft that concerns three devices or
 * more. */
enum { CROWD_LEAST = 3, CROWD_LINES = 3 };
/* "12 of 12 devices in 10.2.0.0/24"; NULL: they are no crowd. */
const char *crowd_targets(struct diagnosis *d, const struct draft *f);
/* The crowd, the control, and what works elsewhere; at most CROWD_LINES. */
size_t crowd_lines(struct diagnosis *d, const struct draft *f,
		   const char **out);

/* Ends with the diagnosis. */
void crowds_free(struct diagnosis *d);

#endif
