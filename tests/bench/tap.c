/*
 * tap: what leaves and enters by a network card, a line a packet.
 *
 *     tap FILE CARD
 *
 * Until SIGTERM: the kernel's time in nanoseconds, `out` or `in`, the kind, and
 * the addresses and ports. Kinds: syn (SYN without ACK), udp, echo (an echo
 * request), tcp (all other TCP), other (all other IP, without neighbour
 * discovery). ARP is not IP and is left out. Prints "ready" when it listens; a
 * packet that the kernel had to drop is an error at the end.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { SNAP = 128, V4_HEAD = 20, V6_HEAD = 40, TCP_FLAGS = 13 };
enum { FLAG_SYN = 2, FLAG_ACK = 16 };

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
	(void)signal;
	stopped = 1;
}

static _Noreturn void fail(const char *what)
{
	perror(what);
	exit(1);
}

static int open_card(const char *name)
{
	int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0), on = 1,
	    room = 64 << 20;
	struct sockaddr_ll card = {.sll_family = AF_PACKET,
				   .sll_protocol = htons(ETH_P_ALL),
				   .sll_ifindex = (int)if_nametoindex(name)};

	if (fd == -1 || card.sll_ifindex == 0)
		fail(name);
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room) ==
		-1 ||
	    setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) == -1 ||
	    bind(fd, (struct sockaddr *)&card, sizeof card) == -1)
		fail("tap: socket");
	return fd;
}

static int64_t time_of(struct msghdr *m)
{
	struct timespec t = {0};

	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c))
		if (c->cmsg_type == SCM_TIMESTAMPNS)
			memcpy(&t, CMSG_DATA(c), sizeof t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static const char *kind_of(unsigned protocol, const uint8_t *body, size_t room)
{
	if (protocol == IPPROTO_TCP && room > TCP_FLAGS)
		return (body[TCP_FLAGS] & (FLAG_SYN | FLAG_ACK)) == FLAG_SYN
			   ? "syn"
			   : "tcp";
	if (protocol == IPPROTO_UDP)
		return "udp";
	if (protocol == IPPROTO_ICMP && body[0] == ICMP_ECHO)
		return "echo";
	if (protocol == IPPROTO_ICMPV6 && body[0] == ICMP6_ECHO_REQUEST)
		return "echo";
	return "other";
}

static void tell(FILE *out, int64_t at, bool outgoing, const uint8_t *packet,
		 size_t length)
{
	bool v6 = packet[0] >> 4 == 6;
	size_t head = v6 ? V6_HEAD : (size_t)(packet[0] & 15) * 4;
	unsigned protocol = v6 ? packet[6] : packet[9];
	char from[INET6_ADDRSTRLEN], to[INET6_ADDRSTRLEN];

	if (length < head + 8)
		return;
	const uint8_t *body = packet + head;
	if (v6 && protocol == IPPROTO_ICMPV6 && body[0] >= ND_ROUTER_SOLICIT &&
	    body[0] <= ND_REDIRECT)
		return;
	inet_ntop(v6 ? AF_INET6 : AF_INET, packet + (v6 ? 8 : 12), from,
		  sizeof from);
	inet_ntop(v6 ? AF_INET6 : AF_INET, packet + (v6 ? 24 : 16), to,
		  sizeof to);
	bool ports = protocol == IPPROTO_TCP || protocol == IPPROTO_UDP;
	fprintf(out, "%lld %s %s %s %d %s %d\n", (long long)at,
		outgoing ? "out" : "in", kind_of(protocol, body, length - head),
		from, ports ? body[0] << 8 | body[1] : 0, to,
		ports ? body[2] << 8 | body[3] : 0);
}

static void take(int fd, FILE *out)
{
	uint8_t packet[SNAP];
	union {
		char room[256];
		struct cmsghdr align;
	} control;
	struct sockaddr_ll from;
	struct iovec io = {packet, sizeof packet};
	struct msghdr m = {.msg_name = &from,
			   .msg_namelen = sizeof from,
			   .msg_iov = &io,
			   .msg_iovlen = 1,
			   .msg_control = &control,
			   .msg_controllen = sizeof control};
	ssize_t length = recvmsg(fd, &m, 0);

	if (length == -1 && errno != EINTR && errno != EAGAIN)
		fail("tap: recvmsg");
	if (length < V4_HEAD || (from.sll_protocol != htons(ETH_P_IP) &&
				 from.sll_protocol != htons(ETH_P_IPV6)))
		return;
	if (from.sll_protocol == htons(ETH_P_IPV6) && length < V6_HEAD)
		return;
	tell(out, time_of(&m), from.sll_pkttype == PACKET_OUTGOING, packet,
	     (size_t)length);
}

int main(int argc, char **argv)
{
	/* A pause of its own tells of the end where nothing comes in. */
	struct timeval pause = {.tv_usec = 50000};
	struct tpacket_stats lost = {0};
	socklen_t size = sizeof lost;

	if (argc != 3) {
		fprintf(stderr, "usage: tap FILE CARD\n");
		return 2;
	}
	FILE *out = fopen(argv[1], "we");
	int fd = open_card(argv[2]);
	if (out == NULL)
		fail(argv[1]);
	signal(SIGTERM, stop);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &pause, sizeof pause);
	puts("ready");
	fflush(stdout);
	while (!stopped)
		take(fd, out);
	getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &lost, &size);
	if (lost.tp_drops > 0) {
		fprintf(stderr, "tap: %u packets were not seen\n",
			lost.tp_drops);
		return 1;
	}
	return fclose(out) == 0 ? 0 : 1;
}
