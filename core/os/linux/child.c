/* child.c - posix_spawn(3) with a pipe, a limit and a deadline. */
#include "core/os/linux/child.h"
#include "core/base/mem.h"
#include "core/base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CHILD_FIRST = 3, CHILD_STEP = 65536 };

struct child {
	pid_t pid;
	int fd;
	char *bytes;
	size_t length, capacity;
};

bool os_child_find(const char *name, char path[CHILD_PATH])
{
	static const char *const folders[] = {"/usr/sbin", "/usr/bin", "/sbin",
					      "/bin"};

	for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
		snprintf(path, CHILD_PATH, "%s/%s", folders[i], name);
		if (access(path, X_OK) == 0)
			return true;
	}
	return false;
}

static int64_t os_child_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Signals as a program expects them: none blocked or ignored. */
static int os_child_attributes(posix_spawnattr_t *how)
{
	sigset_t none, all;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_setsigmask(how, &none);
	posix_spawnattr_setsigdefault(how, &all);
	return posix_spawnattr_setflags(how, POSIX_SPAWN_SETSIGMASK |
						 POSIX_SPAWN_SETSIGDEF);
}

static int os_child_descriptors(posix_spawn_file_actions_t *files, int out)
{
	int error = posix_spawn_file_actions_addopen(files, 0, "/dev/null",
						     O_RDONLY, 0);

	if (error == 0)
		error = posix_spawn_file_actions_adddup2(files, out, 1);
	if (error == 0)
		error = posix_spawn_file_actions_addopen(files, 2, "/dev/null",
							 O_WRONLY, 0);
	if (error == 0)
		error = posix_spawn_file_actions_addclosefrom_np(files,
								 CHILD_FIRST);
	return error;
}

/* 0, or the error. */
static int os_child_start(struct child *c, const char *const *argv)
{
	static char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
		    language[] = "LC_ALL=C";
	char *environment[] = {path, language, NULL};
	posix_spawn_file_actions_t files;
	posix_spawnattr_t how;
	int ends[2], error;

	if (pipe2(ends, O_CLOEXEC) == -1)
		return errno;
	error = posix_spawn_file_actions_init(&files);
	if (error == 0)
		error = posix_spawnattr_init(&how);
	if (error != 0) {
		close(ends[0]);
		close(ends[1]);
		return error;
	}
	error = os_child_descriptors(&files, ends[1]);
	if (error == 0)
		error = os_child_attributes(&how);
	if (error == 0)
		error =
		    posix_spawn(&c->pid, argv[0], &files, &how,
				(char *const *)(uintptr_t)argv, environment);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&how);
	close(ends[1]);
	if (error != 0)
		close(ends[0]);
	c->fd = ends[0];
	return error;
}

/* Takes all until the end; NULL, or what went wrong. */
static const char *os_child_take(struct child *c, size_t most, int wait_ms)
{
	int64_t until = os_child_now_ms() + wait_ms;

	for (;;) {
		struct pollfd p = {.fd = c->fd, .events = POLLIN};
		int64_t left = until - os_child_now_ms();
		ssize_t n;

		if (left <= 0)
			return "took too long";
		if (poll(&p, 1, (int)left) == -1) {
			if (errno == EINTR)
				continue;
			return "could not be waited for";
		}
		if (p.revents == 0)
			continue;
		c->bytes =
		    mem_grow(c->bytes, &c->capacity, c->length + CHILD_STEP, 1);
		n = read(c->fd, c->bytes + c->length, CHILD_STEP);
		if (n == 0)
			return NULL;
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return "could not be read";
		c->length += (size_t)n;
		if (c->length > most)
			return "wrote more than is read";
	}
}

/* Its end; it has none by itself where something went wrong before. */
static bool os_child_end(const struct child *c, bool kill_it)
{
	int status = -1;

	close(c->fd);
	if (kill_it)
		kill(c->pid, SIGKILL);
	while (waitpid(c->pid, &status, 0) == -1)
		if (errno != EINTR)
			return false;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool os_child_read(const char *const *argv, size_t most, int wait_ms,
		   char **out, size_t *length, char *why, size_t why_size)
{
	struct child c = {.fd = -1};
	const char *wrong;
	bool ended;

	if (os_child_start(&c, argv) != 0) {
		snprintf(why, why_size, "%s could not be run", argv[0]);
		return false;
	}
	wrong = os_child_take(&c, most, wait_ms);
	ended = os_child_end(&c, wrong != NULL);
	if (wrong == NULL && !ended)
		wrong = "ended with an error";
	if (wrong != NULL) {
		snprintf(why, why_size, "%s %s", argv[0], wrong);
		free(c.bytes);
		return false;
	}
	*out = c.bytes;
	*length = c.length;
	return true;
}
