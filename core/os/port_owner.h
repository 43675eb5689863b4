/*
 * port_owner.h - which program of this host holds a local port (/proc).
 */
#ifndef PREFLIGHT_PORT_OWNER_H
#define PREFLIGHT_PORT_OWNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PORT_OWNER_NAME = 32, PORT_OWNER_TEXT = 96 };

struct port_owner {
	char name[PORT_OWNER_NAME]; /* of the process; "" when not readable */
	int64_t pid;                /* 0: not readable */
	int64_t uid;                /* owner of the socket */
};

/* The first socket that listens (TCP) or is bound (UDP) to the port, in
 * either family. False: the kernel's tables show none. */
bool port_owner_find(bool tcp, uint16_t port, struct port_owner *out);
/* "rsyslogd (pid 812)", or "a program of uid 0". Returns out. */
const char *port_owner_text(const struct port_owner *h,
			    char out[PORT_OWNER_TEXT]);

/* Pure: one line of /proc/net/tcp or udp; false when it is not that port. */
bool port_owner_parse_line(const char *line, bool tcp, uint16_t port,
			   uint64_t *inode, int64_t *uid);

#endif
