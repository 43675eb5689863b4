/*
 * spike.c - what the spike programs share.
 */
#include "tests/spike/spike.h"

#include "core/net/loop.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <net/if.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SPIKE_SKIPPED = 77, SPIKE_BROKEN = 99 };

static int spike_failures;

static void spike_die(const char *what)
{
	printf("FAILED %s: %s\n", what, strerror(errno));
	exit(SPIKE_BROKEN);
}

void spike_network(void)
{
	struct ifreq request = {.ifr_name = "lo"};

	setvbuf(stdout, NULL, _IOLBF, 0);
	/* By number: <sched.h> would be core/engine/sched.h here. */
	if (syscall(SYS_unshare, CLONE_NEWNET) == -1 &&
	    syscall(SYS_unshare, CLONE_NEWUSER | CLONE_NEWNET) == -1) {
		printf("skipped: no network namespace: %s\n", strerror(errno));
		exit(SPIKE_SKIPPED);
	}
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (fd == -1 || ioctl(fd, SIOCGIFFLAGS, &request) == -1)
		spike_die("loopback");
	request.ifr_flags = (short)(request.ifr_flags | IFF_UP);
	if (ioctl(fd, SIOCSIFFLAGS, &request) == -1)
		spike_die("loopback");
	close(fd);
}

int spike_socket(int type, uint16_t *port)
{
	struct sockaddr_in sin = {.sin_family = AF_INET};
	socklen_t length = sizeof sin;
	int fd = socket(AF_INET, type, 0);

	sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd == -1 || bind(fd, (struct sockaddr *)&sin, length) == -1 ||
	    getsockname(fd, (struct sockaddr *)&sin, &length) == -1 ||
	    (type == SOCK_STREAM && listen(fd, 8) == -1))
		spike_die("socket");
	*port = ntohs(sin.sin_port);
	return fd;
}

pid_t spike_peer(void (*serve)(int fd), int fd)
{
	pid_t pid = fork();

	if (pid == -1)
		spike_die("fork");
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		serve(fd);
		_exit(0);
	}
	close(fd);
	return pid;
}

pid_t spike_program(const char *const *words)
{
	char *copy[16] = {NULL};
	pid_t pid;

	for (size_t i = 0; i < 15 && words[i] != NULL; i++)
		copy[i] = strdup(words[i]);
	pid = fork();
	if (pid == -1)
		spike_die("fork");
	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (int fd = 0; fd <= 2; fd++)
			dup2(null, fd);
		execv(copy[0], copy);
		_exit(127);
	}
	for (size_t i = 0; copy[i] != NULL; i++)
		free(copy[i]);
	return pid;
}

void spike_end(pid_t peer)
{
	kill(peer, SIGKILL);
	waitpid(peer, NULL, 0);
}

bool spike_wait_tcp(uint16_t port)
{
	const struct timespec pause = {.tv_nsec = 20000000};
	struct sockaddr_in sin = {.sin_family = AF_INET,
				  .sin_port = htons(port)};
	bool open = false;

	sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	for (int i = 0; i < 100 && !open; i++) {
		int fd = socket(AF_INET, SOCK_STREAM, 0);

		open = connect(fd, (struct sockaddr *)&sin, sizeof sin) != -1;
		close(fd);
		if (!open)
			nanosleep(&pause, NULL);
	}
	return open;
}

struct spec spike_spec(const struct check *check, uint16_t port)
{
	struct spec s = {.id = "spike",
			 .check = check,
			 .transport = check->transport,
			 .host = "127.0.0.1",
			 .port = port,
			 .device_index = SIZE_MAX};

	if (check->needs == NEEDS_NOTHING)
		s.host = NULL;
	else
		addr_parse(&s.literal, s.host);
	return s;
}

struct results spike_run(const struct spec *specs, size_t count)
{
	const struct engine_options options = {
	    .specs = specs, .spec_count = count, .last_us = 500000};
	struct results results = {0};
	struct error err;

	if (engine_run(&options, &results, &err) == -1) {
		printf("FAILED engine: %s\n", err.text);
		exit(SPIKE_BROKEN);
	}
	return results;
}

void spike_warm_up(void)
{
	struct loop *l = loop_new();

	loop_free(l);
}

size_t spike_descriptors(void)
{
	DIR *d = opendir("/proc/self/fd");
	size_t count = 0;

	while (d != NULL && readdir(d) != NULL)
		count++;
	if (d != NULL)
		closedir(d);
	return count;
}

void spike_case(bool passed, const char *format, ...)
{
	va_list ap;

	printf("%s ", passed ? "ok" : "FAILED");
	va_start(ap, format);
	vprintf(format, ap);
	va_end(ap);
	putchar('\n');
	if (!passed)
		spike_failures++;
}

void spike_outcome(const struct result *r, enum phase phase, enum cause cause,
		   const char *what)
{
	char code[OUTCOME_CODE];

	spike_case(r->outcome.phase == phase && r->outcome.cause == cause,
		   "%s: %s", what,
		   outcome_code(r->outcome.phase, r->outcome.cause, code));
}

int spike_status(void)
{
	return spike_failures > 0;
}
