/*
 * bare: the least that a sweep of TCP ports can cost: connect() in an epoll
 * loop.
 *
 *     bare [--attempts N] FIRST-ADDRESS HOSTS PORT...
 *
 * The floor that others are compared with: no names, no evidence, no report.
 * Each attempt is a socket of its own; the wait is RFC 6298's over all answers,
 * at least FLOOR and at most CEILING (which is the wait before the first
 * answer), twice as long with each attempt; what stays silent is tried again, N
 * times in all. Port after port, hosts interleaved, WINDOW sockets at once.
 * Prints "ADDRESS PORT CLASS" for each path: open, closed, dropped or
 * prohibited.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { WINDOW = 1000, BATCH = 256, FLOOR_US = 100000, CEILING_US = 1000000 };
enum class { SILENT, OPEN, CLOSED, PROHIBITED };

static const char *const names[] = {[SILENT] = "dropped",
				    [OPEN] = "open",
				    [CLOSED] = "closed",
				    [PROHIBITED] = "prohibited"};

struct path {
	int64_t begun;
	int fd;
	uint16_t port;
	uint8_t host; /* added to the first address */
	uint8_t class;
};

static union {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
} first;
static struct path *paths;
static int loop, flying;
static int64_t smooth, spread, wait_us = CEILING_US;

static _Noreturn void fail(const char *what)
{
	perror(what);
	exit(1);
}

static int64_t now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* RFC 6298 2; the repeat has a socket of its own, so each sample is clean. */
static void sample(int64_t took)
{
	int64_t off = took > smooth ? took - smooth : smooth - took;

	spread = smooth == 0 ? took / 2 : (3 * spread + off) / 4;
	smooth = smooth == 0 ? took : (7 * smooth + took) / 8;
	wait_us = smooth + 4 * spread;
	if (wait_us < FLOOR_US)
		wait_us = FLOOR_US;
	if (wait_us > CEILING_US)
		wait_us = CEILING_US;
}

static void settle(struct path *p, int error)
{
	p->class = error == 0                                 ? OPEN
		   : error == ECONNREFUSED                    ? CLOSED
		   : error == EHOSTUNREACH || error == EACCES ? PROHIBITED
							      : SILENT;
}

static void end(struct path *p)
{
	close(p->fd);
	p->fd = -1;
	flying--;
}

static void begin(struct path *p)
{
	static const struct linger abrupt = {1, 0};
	socklen_t size;
	int on = 1;
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} to;

	memcpy(&to, &first, sizeof to);
	if (to.any.sa_family == AF_INET) {
		size = sizeof to.v4;
		to.v4.sin_addr.s_addr =
		    htonl(ntohl(to.v4.sin_addr.s_addr) + p->host);
		to.v4.sin_port = htons(p->port);
	} else {
		size = sizeof to.v6;
		to.v6.sin6_addr.s6_addr[15] =
		    (uint8_t)(to.v6.sin6_addr.s6_addr[15] + p->host);
		to.v6.sin6_port = htons(p->port);
	}
	p->fd = socket(to.any.sa_family,
		       SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (p->fd == -1)
		fail("bare: socket");
	flying++;
	p->begun = now();
	setsockopt(p->fd, SOL_SOCKET, SO_LINGER, &abrupt, sizeof abrupt);
	if (to.any.sa_family == AF_INET)
		setsockopt(p->fd, IPPROTO_IP, IP_RECVERR, &on, sizeof on);
	if (connect(p->fd, &to.any, size) == 0 || errno != EINPROGRESS) {
		settle(p, errno == EINPROGRESS ? 0 : errno);
		end(p);
		return;
	}
	struct epoll_event event = {.events = EPOLLOUT, .data.ptr = p};
	if (epoll_ctl(loop, EPOLL_CTL_ADD, p->fd, &event) == -1)
		fail("bare: epoll_ctl");
}

static void answered(struct path *p)
{
	int error = 0;
	socklen_t size = sizeof error;

	getsockopt(p->fd, SOL_SOCKET, SO_ERROR, &error, &size);
	settle(p, error);
	sample(now() - p->begun);
	end(p);
}

/* Takes what has come, all of it: an answer that lies ready is not late. */
static void turn(int64_t due)
{
	struct epoll_event events[BATCH];
	int64_t left = due - now();
	int count = 0, wait = left > 0 ? (int)(left / 1000) + 1 : 0;

	do {
		count = epoll_wait(loop, events, BATCH, wait);
		for (int i = 0; i < count; i++)
			answered(events[i].data.ptr);
		wait = 0;
	} while (count == BATCH);
}

/* RFC 6298 5.5: each attempt waits twice as long as the one before. */
static int64_t patience(int attempt)
{
	int64_t wait = wait_us << attempt;

	return wait < CEILING_US ? wait : CEILING_US;
}

/* One attempt of all that are silent: `old` is the oldest that still waits. */
static void round_of(size_t count, int attempt)
{
	size_t next = 0, old = 0;

	while (next < count || flying > 0) {
		while (next < count && flying < WINDOW) {
			if (paths[next].class == SILENT)
				begin(&paths[next]);
			next++;
		}
		while (old < next && paths[old].fd == -1)
			old++;
		if (old == next)
			continue;
		int64_t asked = now();
		turn(paths[old].begun + patience(attempt));
		/* Late is what was late before the loop looked. */
		for (; old < next &&
		       (paths[old].fd == -1 ||
			paths[old].begun + patience(attempt) <= asked);
		     old++)
			if (paths[old].fd != -1)
				end(&paths[old]);
	}
}

static void print_all(size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char text[INET6_ADDRSTRLEN];
		struct in_addr v4 = {
		    htonl(ntohl(first.v4.sin_addr.s_addr) + paths[i].host)};
		struct in6_addr v6 = first.v6.sin6_addr;

		v6.s6_addr[15] = (uint8_t)(v6.s6_addr[15] + paths[i].host);
		if (first.any.sa_family == AF_INET)
			inet_ntop(AF_INET, &v4, text, sizeof text);
		else
			inet_ntop(AF_INET6, &v6, text, sizeof text);
		printf("%s %d %s\n", text, paths[i].port,
		       names[paths[i].class]);
	}
}

static bool address(const char *text)
{
	if (inet_pton(AF_INET, text, &first.v4.sin_addr) == 1)
		first.v4.sin_family = AF_INET;
	else if (inet_pton(AF_INET6, text, &first.v6.sin6_addr) == 1)
		first.v6.sin6_family = AF_INET6;
	else
		return false;
	return true;
}

int main(int argc, char **argv)
{
	int attempts = 2, at = 1;
	struct rlimit files = {WINDOW + 64, WINDOW + 64};

	if (argc > 2 && strcmp(argv[1], "--attempts") == 0) {
		attempts = (int)strtol(argv[2], NULL, 10);
		at = 3;
	}
	if (argc - at < 3 || !address(argv[at])) {
		fprintf(stderr, "usage: bare [--attempts N] FIRST-ADDRESS "
				"HOSTS PORT...\n");
		return 2;
	}
	size_t hosts = strtoul(argv[at + 1], NULL, 10);
	size_t ports = (size_t)(argc - at - 2), count = hosts * ports;
	setrlimit(RLIMIT_NOFILE, &files);
	loop = epoll_create1(EPOLL_CLOEXEC);
	paths = calloc(count, sizeof *paths);
	if (hosts > 255 || paths == NULL || loop == -1)
		fail("bare");
	for (size_t i = 0; i < count; i++)
		paths[i] = (struct path){
		    .fd = -1,
		    .port = (uint16_t)strtoul(argv[at + 2 + (int)(i / hosts)],
					      NULL, 10),
		    .host = (uint8_t)(i % hosts)};
	for (int i = 0; i < attempts; i++)
		round_of(count, i);
	print_all(count);
	return 0;
}
