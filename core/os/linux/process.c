/* process.c - descriptors, signals, uname(2). */
#include "core/os/files.h"
#include "core/os/process.h"
#include "core/os/signals.h"
#include "core/os/thread.h"
#include "core/base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

enum {
	PROCESS_BROKEN = 3,
	PROCESS_LARGE = 256 << 10,
	KERNEL_MAJOR = 3,
	KERNEL_MINOR = 2
};

/* The oldest that the C library works with; what is missing on an older one
 * would show as a crash, or as an error far from its cause. */
static void os_process_check_kernel(void)
{
	struct utsname system;
	unsigned long major, minor;
	char *end;

	if (uname(&system) == -1)
		return;
	major = strtoul(system.release, &end, 10);
	minor = *end == '.' ? strtoul(end + 1, NULL, 10) : 0;
	if (major == 0 || major > KERNEL_MAJOR ||
	    (major == KERNEL_MAJOR && minor >= KERNEL_MINOR))
		return;
	fprintf(stderr,
		"preflight: the kernel is too old: Linux %s; %d.%d or newer is "
		"needed\n",
		system.release, KERNEL_MAJOR, KERNEL_MINOR);
	_exit(PROCESS_BROKEN);
}

bool os_process_begin(void)
{
	bool stdout_was_open = true;

	os_process_check_kernel();
	os_signals_begin();
	/* One for each thread would take 128 MiB of addresses: a limit of them
	 * (RLIMIT_AS) would end the workers' memory long before ours. */
	mallopt(M_ARENA_MAX, 1);
	/* Set, it stays: what is larger is given back to the system when it is
	 * freed, and lists that grow leave no holes. */
	mallopt(M_MMAP_THRESHOLD, PROCESS_LARGE);
	for (int fd = 0; fd < 3; fd++) {
		if (fcntl(fd, F_GETFD) != -1)
			continue;
		if (open(fd == STDOUT_FILENO ? "/dev/full" : "/dev/null",
			 O_RDWR) != fd)
			_exit(PROCESS_BROKEN);
		if (fd == STDOUT_FILENO)
			stdout_was_open = false;
	}
	return stdout_was_open;
}

int os_process_end(int status)
{
	if (os_threads_running() == 0) {
		os_threads_join();
		return status;
	}
	fflush(stdout);
	fflush(stderr);
	os_drafts_remove();
	_exit(status);
}

bool os_process_may_open(unsigned count)
{
	int held[16];
	unsigned got = 0;

	while (got < count && got < sizeof held / sizeof held[0] &&
	       (held[got] = dup(STDERR_FILENO)) != -1)
		got++;
	for (unsigned i = 0; i < got; i++)
		close(held[i]);
	return got == count;
}

bool os_process_may_watch(int set, int fd)
{
	struct epoll_event none = {.data.fd = fd};

	return epoll_ctl(set, EPOLL_CTL_ADD, fd, &none) == 0 || errno == EEXIST;
}

void os_process_forget(const char *variable)
{
	unsetenv(variable);
}

bool os_process_user(char *out, size_t size)
{
	snprintf(out, size, "uid %u", (unsigned)geteuid());
	return geteuid() == 0;
}

enum known os_process_sandbox(char *how, size_t size)
{
#ifdef SYS_landlock_create_ruleset
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0, 1);
#else
	long version = -1;
#endif
	text_copy(how, size, "");
	/* EOPNOTSUPP: it is not among the kernel's boot parameters. */
	if (version <= 0)
		return errno == ENOSYS || errno == EOPNOTSUPP ? KNOWN_NO
							      : NOT_KNOWN;
	snprintf(how, size, "kernel ABI %ld", version);
	return KNOWN_YES;
}

void os_platform(char *os, size_t os_size, char *build, size_t build_size)
{
	struct utsname u;

	text_copy(os, os_size, "linux");
	text_copy(build, build_size, uname(&u) == 0 ? u.release : "");
}
