/* can.c - what this kernel and this user's rights give, tried on sockets of
 * this process and on tables. */
#include "core/os/can.h"
#include "core/base/text.h"
#include "core/os/clock.h"
#include "core/os/notices.h"
#include "core/os/port_owner.h"
#include "core/os/socket.h"
#include "core/os/text.h"

#include <errno.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef IP_MINTTL
#define IP_MINTTL 21
#endif

/* Loopback: asked for, never sent to. */
static const struct addr can_address = {.family = ADDR_V4,
					.bytes = {127, 0, 0, 1}};

static enum known can_failed(enum known answer, char why[OS_WHY])
{
	text_copy(why, OS_WHY, os_failure_text(os_failure_last()));
	return answer;
}

/* A socket is nothing that depends on the option: without it, not known. */
static enum known can_set(int type, int level, int name, const void *value,
			  socklen_t size, char why[OS_WHY])
{
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
	enum known answer = KNOWN_YES;

	if (fd == -1)
		return can_failed(NOT_KNOWN, why);
	if (setsockopt(fd, level, name, value, size) == -1)
		answer = can_failed(KNOWN_NO, why);
	close(fd);
	return answer;
}

static enum known can_set_int(int type, int level, int name, int value,
			      char why[OS_WHY])
{
	return can_set(type, level, name, &value, sizeof value, why);
}

static enum known can_progress(char why[OS_WHY])
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct socket_progress progress;
	enum known answer = KNOWN_YES;

	if (fd == -1)
		return can_failed(NOT_KNOWN, why);
	if (!socket_progress(fd, &progress))
		answer = can_failed(KNOWN_NO, why);
	close(fd);
	return answer;
}

static enum known can_echo(char why[OS_WHY])
{
	struct socket_options o = {.kind = SOCKET_ECHO, .remote = can_address};
	struct os_failure failure;
	bool raw;
	int fd = socket_open(&o, &raw, &failure);

	socket_close(fd);
	if (fd != -1)
		return KNOWN_YES;
	if (failure.error != NET_PROHIBITED &&
	    failure.error != NET_NOT_PERMITTED) {
		text_copy(why, OS_WHY, os_failure_text(failure));
		return NOT_KNOWN; /* no loopback, no descriptors */
	}
	snprintf(why, OS_WHY, "%s; allow it with %s", os_failure_text(failure),
		 os_text_allow_echo);
	return KNOWN_NO;
}

/* Why a kind of socket is refused: the kernel has all of them, so it is a
 * filter of this process (systemd.exec(5)). */
static void can_filtered(const char *family, char why[OS_WHY])
{
	switch (errno) {
	case EAFNOSUPPORT:
		snprintf(why, OS_WHY,
			 "%s sockets are refused to this process (a unit's "
			 "RestrictAddressFamilies= without it)",
			 family);
		return;
	case ENOSYS:
		text_copy(why, OS_WHY,
			  "this process may not make that call (a unit's "
			  "SystemCallFilter=)");
		return;
	default:
		text_copy(why, OS_WHY, os_failure_text(os_failure_last()));
	}
}

static enum known can_netlink(char why[OS_WHY])
{
	int fd = os_notices_open();

	if (fd == -1) {
		can_filtered("AF_NETLINK", why);
		return KNOWN_NO;
	}
	os_notices_close(fd);
	return KNOWN_YES;
}

static enum known can_link(char why[OS_WHY])
{
	int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd != -1) {
		close(fd);
		return KNOWN_YES;
	}
	if (errno != EPERM)
		can_filtered("AF_PACKET", why);
	else
		text_copy(why, OS_WHY,
			  "only root (CAP_NET_RAW) may ask who claims an "
			  "address on this network, and watch this host's "
			  "packets");
	return KNOWN_NO;
}

static enum known can_port_owner(char why[OS_WHY])
{
	struct port_owner owner;

	if (port_owner_find(true, 1, &owner) != NOT_KNOWN)
		return KNOWN_YES;
	snprintf(why, OS_WHY, "%s cannot be read (a unit's ProcSubset=%s)",
		 access("/proc/self", X_OK) == 0 ? "/proc/net" : "/proc",
		 access("/proc/self", X_OK) == 0
		     ? ""
		     : ", InaccessiblePaths= or RootDirectory=");
	return KNOWN_NO;
}

static enum known can_clock_sync(char why[OS_WHY])
{
	if (os_clock_synchronised() != NOT_KNOWN)
		return KNOWN_YES;
	text_copy(why, OS_WHY,
		  errno == EPERM ? "this process may not ask the kernel (a "
				   "unit's ProtectClock= or SystemCallFilter=)"
				 : os_failure_text(os_failure_last()));
	return KNOWN_NO;
}

enum known os_can_try(enum os_ability ability, char why[OS_WHY])
{
	*why = '\0';
	switch (ability) {
	case CAN_ICMP_TCP:
		return can_set_int(SOCK_STREAM, IPPROTO_IP, IP_RECVERR, 1, why);
	case CAN_ICMP_UDP:
		return can_set_int(SOCK_DGRAM, IPPROTO_IP, IP_RECVERR, 1, why);
	case CAN_MIN_TTL:
		return can_set_int(SOCK_STREAM, IPPROTO_IP, IP_MINTTL, 1, why);
	case CAN_SEGMENT:
		return can_set_int(SOCK_STREAM, IPPROTO_TCP, TCP_MAXSEG, 536,
				   why);
	case CAN_INTERFACE:
		return can_set(SOCK_STREAM, SOL_SOCKET, SO_BINDTODEVICE, "lo",
			       2, why);
	case CAN_ECHO:
		return can_echo(why);
	case CAN_PROGRESS:
		return can_progress(why);
	case CAN_NEIGHBOUR:
	case CAN_ROUTE:
	case CAN_NOTICES:
		return can_netlink(why);
	case CAN_LINK:
		return can_link(why);
	case CAN_PORT_OWNER:
		return can_port_owner(why);
	default:
		return can_clock_sync(why);
	}
}
