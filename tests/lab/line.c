/*
 * line: a line with delay and loss between two network cards.
 *
 *     line [--delay MS] [--loss PERMILLE] [--duplicate PERMILLE]
 *          [--reorder PERMILLE] [--corrupt PERMILLE] [--seed N] CARD CARD
 *
 * Every frame that one card receives leaves by the other one MS later; PERMILLE
 * of the IP packets are lost, each way, by a generator with a fixed seed, sent
 * twice, overtaken by the next one, or have a bit turned over. Otherwise order
 * is kept. Address resolution (ARP, neighbour discovery) is delayed but never
 * lost: a lost one costs a second, which no real line would add. Prints "ready"
 * when it forwards. The cards must not merge segments: a frame is at most
 * MAX_FRAME long.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MAX_FRAME = 2048, QUEUE = 8192, BATCH = 64 };

struct frame {
	int64_t due; /* nanoseconds, CLOCK_MONOTONIC */
	size_t length;
	uint8_t bytes[MAX_FRAME];
};

/* Of a thousand IP packets. */
struct trouble {
	unsigned loss, duplicate, reorder, corrupt;
};

/* One direction: frames wait in a ring, oldest at `head`; the delay is
 * constant, so order is kept. */
struct way {
	int in, out;
	uint64_t random;
	size_t head, count;
	struct frame *ring;
};

static _Noreturn void fail(const char *what)
{
	fprintf(stderr, "line: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int64_t now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* xorshift64*: small, and the same everywhere. */
static uint64_t next_random(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * 2685821657736338717U;
}

static int open_card(const char *name)
{
	unsigned index = if_nametoindex(name);
	if (index == 0)
		fail(name);
	/* Protocol 0 receives nothing until bind() names the card: no frame of
	 * another card slips in. */
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd == -1)
		fail("socket");
	int on = 1, room = 8 << 20;
	if (setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on,
		       sizeof on) == -1)
		fail("PACKET_IGNORE_OUTGOING");
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room) ==
		-1 &&
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room) == -1)
		fail("SO_RCVBUF");
	struct packet_mreq all = {.mr_ifindex = (int)index,
				  .mr_type = PACKET_MR_PROMISC};
	if (setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &all,
		       sizeof all) == -1)
		fail("promiscuous mode");
	struct sockaddr_ll card = {.sll_family = AF_PACKET,
				   .sll_protocol = htons(ETH_P_ALL),
				   .sll_ifindex = (int)index};
	if (bind(fd, (struct sockaddr *)&card, sizeof card) == -1)
		fail("bind");
	return fd;
}

static bool may_be_lost(const uint8_t *frame, size_t length)
{
	enum {
		TYPE = 12,
		NEXT_HEADER = ETH_HLEN + 6,
		ICMP_TYPE = ETH_HLEN + 40
	};
	unsigned type = (unsigned)frame[TYPE] << 8 | frame[TYPE + 1];
	if (type == ETH_P_IP)
		return true;
	if (type != ETH_P_IPV6)
		return false;
	return !(length > ICMP_TYPE && frame[NEXT_HEADER] == IPPROTO_ICMPV6 &&
		 frame[ICMP_TYPE] >= ND_ROUTER_SOLICIT &&
		 frame[ICMP_TYPE] <= ND_REDIRECT);
}

static bool happens(struct way *way, unsigned permille)
{
	return permille > 0 && next_random(&way->random) % 1000 < permille;
}

/* The newest frame and the one before it change places; their times do not. */
static void overtake(struct way *way)
{
	static struct frame kept;
	struct frame *newest, *before;
	int64_t due;

	if (way->count < 2)
		return;
	newest = &way->ring[(way->head + way->count - 1) % QUEUE];
	before = &way->ring[(way->head + way->count - 2) % QUEUE];
	due = newest->due;
	kept = *before;
	*before = *newest;
	before->due = kept.due;
	*newest = kept;
	newest->due = due;
}

/* A bit of the last octet: a payload's, or a checksummed header's. */
static void disturb(struct way *way, const struct trouble *trouble)
{
	struct frame *newest = &way->ring[(way->head + way->count - 1) % QUEUE];

	if (happens(way, trouble->corrupt))
		newest->bytes[newest->length - 1] ^= 1;
	if (happens(way, trouble->duplicate) && way->count < QUEUE) {
		way->ring[(way->head + way->count) % QUEUE] = *newest;
		way->count++;
	}
	if (happens(way, trouble->reorder))
		overtake(way);
}

static void receive(struct way *way, int64_t delay,
		    const struct trouble *trouble)
{
	for (int i = 0; i < BATCH && way->count < QUEUE; i++) {
		struct frame *frame =
		    &way->ring[(way->head + way->count) % QUEUE];
		bool ip;
		ssize_t length =
		    recv(way->in, frame->bytes, sizeof frame->bytes, MSG_TRUNC);
		if (length == -1) {
			if (errno == EAGAIN || errno == EINTR ||
			    errno == ENETDOWN)
				return;
			fail("recv");
		}
		if (length < ETH_HLEN)
			continue;
		if ((size_t)length > sizeof frame->bytes) {
			fprintf(stderr,
				"line: a frame of %zd bytes does not fit: "
				"offloads are on\n",
				length);
			continue;
		}
		ip = may_be_lost(frame->bytes, (size_t)length);
		if (ip && happens(way, trouble->loss))
			continue;
		frame->length = (size_t)length;
		frame->due = now() + delay;
		way->count++;
		if (ip)
			disturb(way, trouble);
	}
}

static void send_due(struct way *way)
{
	while (way->count > 0 && way->ring[way->head].due <= now()) {
		struct frame *frame = &way->ring[way->head];
		/* A card that is down or full loses the frame, as a real one
		 * would. */
		if (send(way->out, frame->bytes, frame->length, 0) == -1 &&
		    errno != ENETDOWN && errno != ENOBUFS && errno != EAGAIN &&
		    errno != ENXIO)
			fail("send");
		way->head = (way->head + 1) % QUEUE;
		way->count--;
	}
}

/* How long poll may sleep: until the earliest frame is due. */
static struct timespec *until_due(const struct way ways[2],
				  struct timespec *pause)
{
	int64_t due = INT64_MAX;
	for (int i = 0; i < 2; i++)
		if (ways[i].count > 0 && ways[i].ring[ways[i].head].due < due)
			due = ways[i].ring[ways[i].head].due;
	if (due == INT64_MAX)
		return NULL;
	int64_t left = due - now();
	if (left < 0)
		left = 0;
	*pause = (struct timespec){.tv_sec = left / 1000000000,
				   .tv_nsec = left % 1000000000};
	return pause;
}

static _Noreturn void forward(struct way ways[2], int64_t delay,
			      const struct trouble *trouble)
{
	for (;;) {
		struct pollfd watched[2];
		for (int i = 0; i < 2; i++)
			watched[i] = (struct pollfd){
			    .fd = ways[i].in,
			    .events = ways[i].count < QUEUE ? POLLIN : 0};
		struct timespec pause;
		if (ppoll(watched, 2, until_due(ways, &pause), NULL) == -1 &&
		    errno != EINTR)
			fail("poll");
		for (int i = 0; i < 2; i++) {
			receive(&ways[i], delay, trouble);
			send_due(&ways[i]);
		}
	}
}

static long number(const char *text, long most)
{
	char *end;
	errno = 0;
	long value = strtol(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || value < 0 ||
	    value > most) {
		fprintf(stderr, "line: %s: not a number from 0 to %ld\n", text,
			most);
		exit(2);
	}
	return value;
}

int main(int argc, char **argv)
{
	long delay_ms = 0, seed = 1;
	struct trouble trouble = {0};
	int at = 1;
	for (; at + 1 < argc && argv[at][0] == '-'; at += 2) {
		if (strcmp(argv[at], "--delay") == 0)
			delay_ms = number(argv[at + 1], 10000);
		else if (strcmp(argv[at], "--loss") == 0)
			trouble.loss = (unsigned)number(argv[at + 1], 1000);
		else if (strcmp(argv[at], "--duplicate") == 0)
			trouble.duplicate =
			    (unsigned)number(argv[at + 1], 1000);
		else if (strcmp(argv[at], "--reorder") == 0)
			trouble.reorder = (unsigned)number(argv[at + 1], 1000);
		else if (strcmp(argv[at], "--corrupt") == 0)
			trouble.corrupt = (unsigned)number(argv[at + 1], 1000);
		else if (strcmp(argv[at], "--seed") == 0)
			seed = number(argv[at + 1], INT32_MAX);
		else
			break;
	}
	if (argc - at != 2) {
		fprintf(stderr, "usage: line [--delay MS] [--loss PERMILLE] "
				"[--duplicate PERMILLE] [--reorder PERMILLE] "
				"[--corrupt PERMILLE] [--seed N] CARD CARD\n");
		return 2;
	}
	int left = open_card(argv[at]), right = open_card(argv[at + 1]);
	struct way ways[2] = {{.in = left, .out = right},
			      {.in = right, .out = left}};
	for (int i = 0; i < 2; i++) {
		/* Any state but 0 will do; the two ways must not lose the same
		 * packets. */
		ways[i].random = ((uint64_t)seed * 2 + (uint64_t)i + 1) *
				 0x9E3779B97F4A7C15U;
		ways[i].ring = calloc(QUEUE, sizeof *ways[i].ring);
		if (ways[i].ring == NULL)
			fail("memory");
	}
	/* A line is not slower because the machine is busy. Where this is not
	 * permitted, it is. */
	sched_setscheduler(0, SCHED_FIFO, &(struct sched_param){1});
	puts("ready");
	fflush(stdout);
	forward(ways, delay_ms * 1000000, &trouble);
}
