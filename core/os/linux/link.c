/* link.c - packet sockets (packet(7)), with the kernel's link header. */
#include "core/os/link.h"

#include "core/os/socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <linux/if_packet.h>
#include <stddef.h>
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

/* Watching ---------------------------------------------------------------- */

enum {
	WATCH_V4_SOURCE = 12,
	WATCH_V4_TARGET = 16,
	WATCH_V6_SOURCE = 8,
	WATCH_V6_TARGET = 24,
	WATCH_V6_LAST = 12, /* the last word of an address */
	WATCH_CUT = 2048    /* octets of a packet that are kept */
};

/* The last four octets of an address, as the filter loads them. */
static uint32_t link_word(const struct addr *a)
{
	const uint8_t *b = a->bytes + (a->family == ADDR_V6 ? 12 : 0);

	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 |
	       (uint32_t)b[2] << 8 | b[3];
}

/* Keeps a busy host's other packets out of the socket's buffer. */
static bool link_watch_filter(int fd, const struct addr *peer)
{
	bool v6 = peer->family == ADDR_V6;
	uint32_t source =
	    v6 ? WATCH_V6_SOURCE + WATCH_V6_LAST : WATCH_V4_SOURCE;
	uint32_t target =
	    v6 ? WATCH_V6_TARGET + WATCH_V6_LAST : WATCH_V4_TARGET;
	uint32_t word = link_word(peer);
	struct sock_filter code[] = {
	    BPF_STMT(BPF_LD | BPF_H | BPF_ABS,
		     (uint32_t)(SKF_AD_OFF + SKF_AD_PROTOCOL)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, v6 ? ETH_P_IPV6 : ETH_P_IP, 0,
		     4),
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, source),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, word, 3, 0),
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, target),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, word, 1, 0),
	    BPF_STMT(BPF_RET | BPF_K, 0),
	    BPF_STMT(BPF_RET | BPF_K, WATCH_CUT)};
	struct sock_fprog program = {.len = sizeof code / sizeof *code,
				     .filter = code};

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program,
			  sizeof program) == 0;
}

/* Packets that leave are shown only to who wants those of all protocols. */
int link_watch_open(const struct addr *peer, struct os_failure *failure)
{
	struct sockaddr_ll at = {.sll_family = AF_PACKET,
				 .sll_protocol = htons(ETH_P_ALL)};
	int fd =
	    socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int on = 1;

	if (fd != -1 && link_watch_filter(fd, peer) &&
	    setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &on, sizeof on) == 0 &&
	    bind(fd, (struct sockaddr *)&at, sizeof at) == 0)
		return fd;
	*failure = os_failure_last();
	socket_close(fd);
	return -1;
}

/* The kernel's own word that a checksum is right may be a former hop's, where
 * that is on this machine. */
static bool link_is_unsummed(struct msghdr *msg)
{
	struct tpacket_auxdata aux = {0};

	for (struct cmsghdr *m = CMSG_FIRSTHDR(msg); m != NULL;
	     m = CMSG_NXTHDR(msg, m))
		if (m->cmsg_level == SOL_PACKET &&
		    m->cmsg_type == PACKET_AUXDATA)
			memcpy(&aux, CMSG_DATA(m), sizeof aux);
	return (aux.tp_status & TP_STATUS_CSUMNOTREADY) != 0;
}

int64_t link_watch_next(int fd, void *bytes, size_t size, struct link_seen *out,
			struct os_failure *failure)
{
	union {
		char bytes[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
		struct cmsghdr align;
	} control = {0};
	struct sockaddr_ll at = {0};
	struct iovec iov = {bytes, size};
	struct msghdr msg = {.msg_name = &at,
			     .msg_namelen = sizeof at,
			     .msg_iov = &iov,
			     .msg_iovlen = 1,
			     .msg_control = control.bytes,
			     .msg_controllen = sizeof control.bytes};
	ssize_t n = recvmsg(fd, &msg, MSG_DONTWAIT);

	*out = (struct link_seen){.way = LINK_ELSE};
	if (n == -1) {
		*failure = os_failure_last();
		return -1;
	}
	out->interface = at.sll_ifindex > 0 ? (unsigned)at.sll_ifindex : 0;
	out->unsummed = link_is_unsummed(&msg);
	if (at.sll_hatype == ARPHRD_LOOPBACK)
		return n;
	if (at.sll_pkttype == PACKET_OUTGOING)
		out->way = LINK_LEFT;
	else if (at.sll_pkttype == PACKET_HOST)
		out->way = LINK_ARRIVED;
	return n;
}

bool link_watch_is_complete(int fd)
{
	struct tpacket_stats stats = {0};
	socklen_t length = sizeof stats;

	return getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &stats, &length) ==
		   0 &&
	       stats.tp_drops == 0;
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
