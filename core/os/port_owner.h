/*
 * port_owner.h - which program of this host holds a local port (/proc).
 */
#ifndef PREFLIGHT_HOLDER_H
#define PREFLIGHT_HOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HOLDER_NAME = 32, HOLDER_TEXT = 96 };

struct holder {
	char name[HOLDER_NAME]; /* of the process; "" when not readable */
	int64_t pid;            /* 0: not readable */
	int64_t uid;            /* owner of the socket */
};

/* The first socket that listens (TCP) or is bound (UDP) to the port, in
 * either family. False: the kernel's tables show none. */
bool holder_find(bool tcp, uint16_t port, struct holder *out);
/* "rsyslogd (pid 812)", or "a program of uid 0". Returns out. */
const char *holder_text(const struct holder *h, char out[HOLDER_TEXT]);

/* Pure: one line of /proc/net/tcp or udp; false when it is not that port. */
bool holder_parse_line(const char *line, bool tcp, uint16_t port,
		       uint64_t *inode, int64_t *uid);

#endif
