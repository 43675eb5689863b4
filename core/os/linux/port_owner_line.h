/*
 * port_owner_line.h - the kernel's table of sockets; inside this folder.
 */
#ifndef PREFLIGHT_OS_LINUX_PORT_OWNER_LINE_H
#define PREFLIGHT_OS_LINUX_PORT_OWNER_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Pure: one line of /proc/net/tcp or udp; false when it is not that port. */
bool port_owner_parse_line(const char *line, bool tcp, uint16_t port,
			   uint64_t *inode, int64_t *uid);
/* Pure: of a line of /proc/PID/cgroup, what started the process: a unit of
 * systemd ("rsyslog.service") or a container ("docker container
 * 3f2a9c41d07e"). False: neither. */
bool port_owner_parse_group(const char *line, char *out, size_t size);
/* Pure: ticks since the system's start, of /proc/PID/stat; -1: it is not that.
 */
int64_t port_owner_parse_start(const char *stat);

#endif
