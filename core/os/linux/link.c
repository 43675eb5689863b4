/* link.c - packet sockets (packet(7)), with the kernel's Ethernet header. */
#include "core/os/link.h"

#include "core/os/socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <linux/if_ether.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netpacket/packet.h>
#include <string.h>
#include <sys/socket.h>

static const uint16_t link_protocols[] = {
    [LINK_ARP] = ETH_P_ARP, [LINK_IPV4] = ETH_P_IP, [LINK_IPV6] = ETH_P_IPV6};

static bool link_bind(int fd, const char *interface, enum link_kind kind,
		      uint8_t self[LINK_ADDRESS])
{
	struct sockaddr_ll at = {.sll_family = AF_PACKET,
				 .sll_protocol = htons(link_protocols[kind]),
				 .sll_ifindex = (int)if_nametoindex(interface)};
	socklen_t length = sizeof at;

	if (at.sll_ifindex == 0 ||
	    bind(fd, (struct sockaddr *)&at, sizeof at) == -1 ||
	    getsockname(fd, (struct sockaddr *)&at, &length) == -1)
		return false;
	if (at.sll_hatype != ARPHRD_ETHER || at.sll_halen != LINK_ADDRESS) {
		errno = EAFNOSUPPORT;
		return false;
	}
	memcpy(self, at.sll_addr, LINK_ADDRESS);
	return true;
}

/* Nothing is heard before it is bound to its interface. */
int link_open(const char *interface, enum link_kind kind,
	      uint8_t self[LINK_ADDRESS], struct os_failure *failure)
{
	int fd =
	    socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd != -1 && link_bind(fd, interface, kind, self))
		return fd;
	*failure = os_failure_last();
	socket_close(fd);
	return -1;
}

int64_t link_send(int fd, const uint8_t to[LINK_ADDRESS], const void *bytes,
		  size_t size, struct os_failure *failure)
{
	struct sockaddr_ll at;
	socklen_t length = sizeof at;
	ssize_t n = getsockname(fd, (struct sockaddr *)&at, &length);

	if (n == 0) {
		memcpy(at.sll_addr, to, LINK_ADDRESS);
		n = sendto(fd, bytes, size, 0, (struct sockaddr *)&at,
			   sizeof at);
	}
	if (n == -1)
		*failure = os_failure_last();
	return n;
}

int64_t link_receive(int fd, void *bytes, size_t size,
		     uint8_t from[LINK_ADDRESS], struct os_failure *failure)
{
	struct sockaddr_ll at = {0};
	socklen_t length = sizeof at;
	ssize_t n = recvfrom(fd, bytes, size, MSG_DONTWAIT,
			     (struct sockaddr *)&at, &length);

	if (n == -1) {
		*failure = os_failure_last();
		return -1;
	}
	memcpy(from, at.sll_addr, LINK_ADDRESS);
	return at.sll_pkttype == PACKET_OUTGOING ||
		       at.sll_pkttype == PACKET_OTHERHOST
		   ? 0
		   : n;
}

bool link_is_own(const uint8_t link[LINK_ADDRESS])
{
	struct ifaddrs *all = NULL;
	bool own = false;

	if (getifaddrs(&all) == -1)
		return false;
	for (const struct ifaddrs *i = all; i != NULL; i = i->ifa_next) {
		struct sockaddr_ll at;

		if (i->ifa_addr == NULL || i->ifa_addr->sa_family != AF_PACKET)
			continue;
		memcpy(&at, i->ifa_addr, sizeof at);
		own |= at.sll_halen == LINK_ADDRESS &&
		       memcmp(at.sll_addr, link, LINK_ADDRESS) == 0;
	}
	freeifaddrs(all);
	return own;
}
