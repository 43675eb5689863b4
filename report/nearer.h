/*
 * nearer.h - does a connection open nearer than its host is? A packet whose
 * time to live ends on the way to a host never reaches it: what accepts a
 * connection with so few hops is another device.
 */
#ifndef PREFLIGHT_NEARER_H
#define PREFLIGHT_NEARER_H

#include "report/correlation.h"

/* Of the controls (EVIDENCE_CONTROL): the connection with that few hops; what
 * else was sent to the host with as few; an echo request with all hops. */
#define NEARER_WHAT        "opens-nearer"
#define NEARER_BEYOND_WHAT "host-beyond"
#define NEARER_ECHO_WHAT   "distance"
/* The service itself, with all hops, where its protocol has a safe hello. */
#define NEARER_SERVICE_WHAT "service-behind"

struct nearer {
	/* NULL: it does not open nearer, or it is not known. */
	const struct evidence *opened;
	const struct evidence *beyond; /* that the host is farther away */
	/* NULL: its service was not asked; where it answered, it is the host
	 * that accepts, if only in the end. */
	const struct evidence *unanswered;
	bool inferred; /* as all others that were asked on its
			  port in its network, two at least */
};

/* The hops that a control was given; 0: no control of that name. */
int nearer_hops(const struct evidence *e, const char *what);
/* The connection opened with that few. */
bool nearer_opens(const struct evidence *e);
/* The control of an address, port and transport with that many hops; NULL: it
 * was not asked. */
const struct evidence *nearer_evidence(const struct results *r,
				       const char *what, const struct addr *a,
				       uint16_t port, int hops);
/* What was seen of one path: the fewest hops with which it opens. */
struct nearer nearer_path(const struct results *r, const struct addr *a,
			  uint16_t port);
/* The same of a result, or what the others of its network give. */
struct nearer nearer_shown(const struct results *r, const struct result *about);
/* Sets the contexts' `nearer` and `unserved`; before anything stands on who
 * answered. */
void nearer_find(struct correlation *s);

#endif
