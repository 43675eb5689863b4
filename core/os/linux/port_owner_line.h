/*
 * port_owner_line.h - the kernel's table of sockets; inside this folder.
 */
#ifndef PREFLIGHT_OS_LINUX_PORT_OWNER_LINE_H
#define PREFLIGHT_OS_LINUX_PORT_OWNER_LINE_H

#include <stdbool.h>
#include <stdint.h>

/* Pure: one line of /proc/net/tcp or udp; false when it is not that port. */
bool port_owner_parse_line(const char *line, bool tcp, uint16_t port,
			   uint64_t *inode, int64_t *uid);

#endif
