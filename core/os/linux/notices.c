/* notices.c - rtnetlink(7): groups for links, addresses and routes. */
#include "core/os/notices.h"

#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <unistd.h>

int os_notices_open(void)
{
	struct sockaddr_nl local = {.nl_family = AF_NETLINK,
				    .nl_groups =
					RTMGRP_LINK | RTMGRP_IPV4_IFADDR |
					RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
			NETLINK_ROUTE);

	if (fd != -1 &&
	    bind(fd, (struct sockaddr *)&local, sizeof local) == -1) {
		close(fd);
		return -1;
	}
	return fd;
}

void os_notices_drain(int fd)
{
	char bytes[8192];

	while (recv(fd, bytes, sizeof bytes, MSG_DONTWAIT) > 0)
		continue;
}

void os_notices_close(int fd)
{
	close(fd);
}
