/* held_port.c - ports that this program serves. */
#include "core/os/held_port.h"

#include "core/os/linux/sockaddr.h"
#include "core/os/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <unistd.h>

/* sd_listen_fds(3): the first descriptor, and at most so many. */
enum { HELD_PORT_FIRST = 3, HELD_PORT_MOST = 128, HELD_PORT_BACKLOG = 64 };

static int held_port_number(const char *name)
{
	const char *text = getenv(name);
	char *end;
	long n;

	if (text == NULL || text[0] < '0' || text[0] > '9')
		return 0;
	n = strtol(text, &end, 10);
	return *end == '\0' && n > 0 && n < 1 << 30 ? (int)n : 0;
}

/* Is it a socket of that kind, bound to that port? An IPv6 socket that serves
 * both families is of IPv6. */
static bool held_port_is(int fd, enum addr_family family, bool tcp,
			 uint16_t port)
{
	struct sockaddr_storage ss;
	socklen_t length = sizeof ss, size = sizeof(int);
	struct addr local;
	int type = 0;

	return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 &&
	       type == (tcp ? SOCK_STREAM : SOCK_DGRAM) &&
	       getsockname(fd, (struct sockaddr *)&ss, &length) == 0 &&
	       os_sockaddr_read(&local, (struct sockaddr *)&ss, length) &&
	       local.family == family && local.port == port;
}

static int held_port_given(enum addr_family family, bool tcp, uint16_t port)
{
	int count = held_port_number("LISTEN_FDS");

	if (held_port_number("LISTEN_PID") != (int)getpid())
		return -1;
	for (int i = 0; i < count && i < HELD_PORT_MOST; i++) {
		int fd = HELD_PORT_FIRST + i;

		if (!held_port_is(fd, family, tcp, port))
			continue;
		/* A copy: the next listener of this program finds it again. */
		return fcntl(fd, F_DUPFD_CLOEXEC, HELD_PORT_FIRST + count);
	}
	return -1;
}

static bool held_port_set(int fd, int level, int name)
{
	int on = 1;

	return setsockopt(fd, level, name, &on, sizeof on) == 0;
}

/* socket_receive() asks for the TTL of what comes. */
static bool held_port_prepare(int fd, enum addr_family family)
{
	bool v6 = family == ADDR_V6;
	int flags = fcntl(fd, F_GETFL);

	held_port_set(fd, v6 ? IPPROTO_IPV6 : IPPROTO_IP,
		      v6 ? IPV6_RECVHOPLIMIT : IP_RECVTTL);
	return flags != -1 && fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0;
}

int held_port_open(enum addr_family family, bool tcp, uint16_t port,
		   struct os_failure *failure)
{
	struct addr any = {.family = family, .port = port};
	struct sockaddr_storage ss;
	socklen_t length = os_sockaddr_write(&any, &ss);
	int fd = held_port_given(family, tcp, port);

	if (fd != -1 && held_port_prepare(fd, family))
		return fd;
	socket_close(fd);
	fd = socket(ss.ss_family,
		    (tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC, 0);
	/* For UDP SO_REUSEADDR would share the port with others. */
	if (fd != -1 && held_port_prepare(fd, family) &&
	    (family != ADDR_V6 ||
	     held_port_set(fd, IPPROTO_IPV6, IPV6_V6ONLY)) &&
	    (!tcp || held_port_set(fd, SOL_SOCKET, SO_REUSEADDR)) &&
	    bind(fd, (struct sockaddr *)&ss, length) == 0 &&
	    (!tcp || listen(fd, HELD_PORT_BACKLOG) == 0))
		return fd;
	*failure = os_failure_last();
	socket_close(fd);
	return -1;
}

int held_port_accept(int fd, struct addr *from, struct os_failure *failure)
{
	struct sockaddr_storage ss;
	socklen_t length = sizeof ss;
	int client = accept4(fd, (struct sockaddr *)&ss, &length,
			     SOCK_NONBLOCK | SOCK_CLOEXEC);

	*from = (struct addr){0};
	if (client != -1)
		os_sockaddr_read(from, (struct sockaddr *)&ss, length);
	/* It was gone before it was taken. */
	else if (errno == EINTR || errno == ECONNABORTED)
		*failure = os_failure_of(NET_AGAIN);
	else
		*failure = os_failure_last();
	return client;
}

uint64_t held_port_dropped(int fd)
{
	uint32_t info[SK_MEMINFO_VARS] = {0};
	socklen_t length = sizeof info;

	if (getsockopt(fd, SOL_SOCKET, SO_MEMINFO, info, &length) == -1)
		return 0;
	return info[SK_MEMINFO_DROPS];
}
