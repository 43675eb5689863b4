/*
 * can.h - what this system lets this user do and know.
 */
#ifndef PREFLIGHT_OS_CAN_H
#define PREFLIGHT_OS_CAN_H

#include "core/base/known.h"

#include <stddef.h>

enum os_ability {
	CAN_ICMP_TCP,  /* hear which ICMP message ended a TCP attempt */
	CAN_ICMP_UDP,  /* the same for UDP */
	CAN_ECHO,      /* send ICMP echo requests */
	CAN_MIN_TTL,   /* leave answers of less TTL unheard: whose RST it was */
	CAN_SEGMENT,   /* choose the segment size of TCP */
	CAN_INTERFACE, /* send by one interface only */
	CAN_PROGRESS,  /* ask TCP what was acknowledged */
	CAN_NEIGHBOUR, /* read the neighbour table */
	CAN_ROUTE,     /* read the routing table */
	CAN_NOTICES,   /* hear that a link, an address or a route changed */
	CAN_PORT_OWNER, /* tell which program holds a port */
	CAN_CLOCK_SYNC, /* tell whether the clock is synchronised */
	CAN_LINK,       /* send to link addresses: ask who claims an address;
			   watch what leaves and comes in */
	CAN_COUNT
};

enum { OS_WHY = 160 };

/* The frozen word of the report: "min-ttl". */
const char *os_ability_name(enum os_ability ability);
/*
 * Asked once by trying, on this host only; nothing is sent. why, for people,
 * is "" with KNOWN_YES. From one thread.
 */
enum known os_can(enum os_ability ability, char why[OS_WHY]);
/* The names of all that are KNOWN_NO; constant for the life of the program. */
const char *const *os_cannot(size_t *count);

/* One try, behind os_can(). */
enum known os_can_try(enum os_ability ability, char why[OS_WHY]);

#endif
