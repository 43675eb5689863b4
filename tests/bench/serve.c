/*
 * serve: open TCP ports that take every connection.
 *
 *     serve PORT...
 *
 * Listens on all addresses of both families. A peer that sends something gets a
 * minimal HTTP reply and the end; one that only closes gets its close. Prints
 * "ready" when all ports are open.
 */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 4096, BATCH = 256, PORTS = 64 };

static _Noreturn void fail(const char *what)
{
	perror(what);
	exit(1);
}

static int listen_on(const char *text)
{
	struct sockaddr_in6 any = {.sin6_family = AF_INET6,
				   .sin6_addr = IN6ADDR_ANY_INIT};
	int on = 1, fd = socket(AF_INET6,
				SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	any.sin6_port = htons((uint16_t)strtoul(text, NULL, 10));
	if (fd == -1)
		fail("serve: socket");
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(fd, (struct sockaddr *)&any, sizeof any) == -1 ||
	    listen(fd, BACKLOG) == -1)
		fail(text);
	return fd;
}

static void watch(int loop, int fd)
{
	struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

	if (epoll_ctl(loop, EPOLL_CTL_ADD, fd, &event) == -1)
		fail("serve: epoll_ctl");
}

static void take_all(int loop, int listener)
{
	for (;;) {
		int fd =
		    accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd == -1)
			return;
		watch(loop, fd);
	}
}

static void answer(int fd)
{
	static const char reply[] = "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n"
				    "Connection: close\r\n\r\n";
	char request[4096];

	if (recv(fd, request, sizeof request, 0) > 0)
		send(fd, reply, sizeof reply - 1, MSG_NOSIGNAL);
	close(fd);
}

int main(int argc, char **argv)
{
	int loop = epoll_create1(EPOLL_CLOEXEC), last = loop;

	if (argc < 2 || argc > PORTS || loop == -1) {
		fprintf(stderr, "usage: serve PORT...\n");
		return 2;
	}
	for (int i = 1; i < argc; i++) {
		last = listen_on(argv[i]);
		watch(loop, last);
	}
	puts("ready");
	fflush(stdout);
	for (;;) {
		struct epoll_event events[BATCH];
		int count = epoll_wait(loop, events, BATCH, -1);

		if (count == -1 && errno != EINTR)
			fail("serve: epoll_wait");
		for (int i = 0; i < count; i++) {
			/* The listeners were opened first. */
			if (events[i].data.fd <= last)
				take_all(loop, events[i].data.fd);
			else
				answer(events[i].data.fd);
		}
	}
}
