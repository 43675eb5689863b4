/*
 * open_ports.h - is an open port a witness? Not where ports open on which no
 * service can be: a SYN proxy, a ZTNA client or an IPS accepts every
 * connection, and some reset it then.
 */
#ifndef PREFLIGHT_OPEN_PORTS_H
#define PREFLIGHT_OPEN_PORTS_H

#include "report/correlation.h"

/* Of the controls (EVIDENCE_CONTROL). */
#define OPEN_PORTS_WHAT "nothing-listens"

/* Numbers that IANA reserves, so that no service has them; the second is
 * below the ports that systems give out by themselves. */
enum { OPEN_PORTS_FIRST = 49151, OPEN_PORTS_SECOND = 1024 };

/* Its connection opened, and that is its proof. */
bool open_ports_is_connect(const struct result *r);
/* Its connection opened, and no service answered: nothing came, a reset, or
 * something of another protocol. */
bool open_ports_is_mute(const struct result *r);
/* The control of that port opened, if only to be reset. */
bool open_ports_opened(const struct evidence *e, uint16_t port);
/* The control of an address and port; NULL: it was not asked. */
const struct evidence *open_ports_evidence(const struct results *r,
					   const struct addr *a, uint16_t port);
/* "10.2.0.0" or "2001:db8::" of the /24 or /64 that an address is in. */
const char *open_ports_network(const struct addr *a, char out[ADDR_TEXT]);

/*
 * Both ports of that address open; or, where it was not asked, those of every
 * address of its network that was, two at least (*inferred). NULL: they do not,
 * or it is not known. *second: of the other port.
 */
const struct evidence *open_ports_shown(const struct results *r,
					const struct addr *a,
					const struct evidence **second,
					bool *inferred);
/* Sets the contexts' `accepted`; before anything stands on who answered. */
void open_ports_find(struct correlation *s);

#endif
