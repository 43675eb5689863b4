/*
 * port_owner.h - which program of this host holds a local port.
 */
#ifndef PREFLIGHT_PORT_OWNER_H
#define PREFLIGHT_PORT_OWNER_H

#include "core/base/known.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PORT_OWNER_NAME = 32, PORT_OWNER_UNIT = 80, PORT_OWNER_TEXT = 192 };

struct port_owner {
	char name[PORT_OWNER_NAME]; /* of the process; "" when not readable */
	int64_t pid;                /* 0: not readable */
	char account[PORT_OWNER_NAME]; /* of the socket's owner, for people:
					  "uid 104" */
	/* What started it: "rsyslog.service", "docker container
	 * 3f2a9c41d07e"; "" not known, or a person's session. */
	char unit[PORT_OWNER_UNIT];
	int64_t since_s; /* when it started, of the wall clock; 0: not known */
};

/* The first socket that listens (TCP) or is bound (UDP) to the port, in
 * either family. KNOWN_NO: there is none. NOT_KNOWN: the kernel's tables cannot
 * be read. */
enum known port_owner_find(bool tcp, uint16_t port, struct port_owner *out);
/* "rsyslogd (pid 812)", "rsyslogd (pid 812, rsyslog.service)", or "a program of
 * uid 0". Returns out. */
const char *port_owner_text(const struct port_owner *h,
			    char out[PORT_OWNER_TEXT]);

#endif
