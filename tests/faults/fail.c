/*
 * fail.c - loaded before the program: fails its allocations or its calls, and
 * records what they were and what is left at the end.
 *
 *   FAULT_RECORD  the file of the record, as large as one
 *   FAULT_WHAT    own (the program's allocations), library, epoll_ctl, or a
 *                 call that the program makes itself, as recv
 *   FAULT_AT      the first call that fails, from 1 on
 *   FAULT_ON      set: each one after it, too
 *   FAULT_ERRNO   with all but allocations
 *   FAULT_LENT    START-END, in hex: the program's code that allocates for
 *                 libraries
 *   FAULT_SHOW    set: who asked for what fails first, on stderr
 */
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
	FAULT_OWN,
	FAULT_LIBRARY,
	FAULT_EPOLL,
	FAULT_connect,
	FAULT_fsync,
	FAULT_getrandom,
	FAULT_open,
	FAULT_poll,
	FAULT_read,
	FAULT_recv,
	FAULT_recvfrom,
	FAULT_recvmsg,
	FAULT_send,
	FAULT_sendto,
	FAULT_write,
	FAULT_KINDS
};
enum { FAULT_SLOTS = 1 << 20, FAULT_DESCRIPTORS = 256 };

/* As tests/faults/run reads it. */
struct fault_record {
	uint64_t calls[FAULT_KINDS];
	uint64_t failed;      /* so many were refused */
	uint64_t live;        /* own allocations that are not freed */
	uint64_t site;        /* where in the program one of them was made */
	uint64_t descriptors; /* open at exit() */
	uint64_t ended;       /* exit() was called: the last three are known */
};

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *p, size_t size);
extern void __libc_free(void *p);

static struct fault_record fault_none;
static struct fault_record *fault_record = &fault_none;
static uintptr_t fault_begin, fault_end; /* of the program's code */
static uintptr_t fault_base, fault_lent, fault_lent_end;
static int fault_what = -1, fault_errno;
static uint64_t fault_at;
static int fault_on;

/* The program's own allocations: an open table of pointers, 1 is a gap. */
static pthread_mutex_t fault_lock = PTHREAD_MUTEX_INITIALIZER;
static uintptr_t fault_pointers[FAULT_SLOTS];
static uintptr_t fault_sites[FAULT_SLOTS];

static size_t fault_slot(uintptr_t p)
{
	return (p >> 4) * 2654435761u % FAULT_SLOTS;
}

static void fault_remember(void *p, uintptr_t site)
{
	size_t i = fault_slot((uintptr_t)p);

	pthread_mutex_lock(&fault_lock);
	while (fault_pointers[i] > 1)
		i = (i + 1) % FAULT_SLOTS;
	fault_pointers[i] = (uintptr_t)p;
	fault_sites[i] = site;
	pthread_mutex_unlock(&fault_lock);
}

static void fault_forget(void *p)
{
	size_t i = fault_slot((uintptr_t)p);

	pthread_mutex_lock(&fault_lock);
	while (fault_pointers[i] != 0 && fault_pointers[i] != (uintptr_t)p)
		i = (i + 1) % FAULT_SLOTS;
	if (fault_pointers[i] != 0)
		fault_pointers[i] = 1;
	pthread_mutex_unlock(&fault_lock);
}

static int fault_program(struct dl_phdr_info *info, size_t size, void *arg)
{
	(void)size;
	(void)arg;
	fault_base = info->dlpi_addr;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		if (info->dlpi_phdr[i].p_type != PT_LOAD ||
		    (info->dlpi_phdr[i].p_flags & PF_X) == 0)
			continue;
		fault_begin = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
		fault_end = fault_begin + info->dlpi_phdr[i].p_memsz;
	}
	return 1; /* the first is the program */
}

static __attribute__((constructor)) void fault_start(void)
{
	static const char *const kinds[FAULT_KINDS] = {
	    "own",       "library", "epoll_ctl", "connect", "fsync",
	    "getrandom", "open",    "poll",      "read",    "recv",
	    "recvfrom",  "recvmsg", "send",      "sendto",  "write"};
	const char *path = getenv("FAULT_RECORD"), *what = getenv("FAULT_WHAT");
	const char *at = getenv("FAULT_AT"), *number = getenv("FAULT_ERRNO");
	const char *lent = getenv("FAULT_LENT");
	int fd = path != NULL ? open(path, O_RDWR | O_CLOEXEC) : -1;
	void *shared;

	if (fd == -1)
		return;
	shared = mmap(NULL, sizeof *fault_record, PROT_READ | PROT_WRITE,
		      MAP_SHARED, fd, 0);
	close(fd);
	if (shared == MAP_FAILED)
		return;
	for (int i = 0; i < FAULT_KINDS; i++)
		if (what != NULL && strcmp(what, kinds[i]) == 0)
			fault_what = i;
	fault_at = at != NULL ? strtoull(at, NULL, 10) : 0;
	fault_on = getenv("FAULT_ON") != NULL;
	fault_errno = number != NULL ? (int)strtol(number, NULL, 10) : ENOSPC;
	dl_iterate_phdr(fault_program, NULL);
	if (lent != NULL) {
		char *end;

		fault_lent = fault_base + strtoull(lent, &end, 16);
		fault_lent_end = fault_base + strtoull(end + 1, NULL, 16);
	}
	fault_record = shared;
}

static __attribute__((destructor)) void fault_stop(void)
{
	if (fault_record == &fault_none)
		return;
	for (size_t i = 0; i < FAULT_SLOTS; i++) {
		if (fault_pointers[i] <= 1)
			continue;
		fault_record->live++;
		fault_record->site = fault_sites[i] - fault_begin;
	}
	for (int fd = 3; fd < FAULT_DESCRIPTORS; fd++)
		fault_record->descriptors += fcntl(fd, F_GETFD) != -1;
	fault_record->ended = 1;
}

/* One more call of this kind: is it to fail? */
static int fault_fails(int kind)
{
	uint64_t n = atomic_fetch_add(
			 (_Atomic uint64_t *)&fault_record->calls[kind], 1) +
		     1;

	if (kind != fault_what || fault_at == 0 || n < fault_at ||
	    (n > fault_at && !fault_on))
		return 0;
	if (fault_record->failed++ == 0 && getenv("FAULT_SHOW") != NULL) {
		void *calls[64];

		backtrace_symbols_fd(calls, backtrace(calls, 64), 2);
	}
	return 1;
}

static int fault_is_own(uintptr_t caller)
{
	return caller >= fault_begin && caller < fault_end &&
	       (caller < fault_lent || caller >= fault_lent_end);
}

static int fault_refused(uintptr_t caller)
{
	if (fault_record == &fault_none ||
	    !fault_fails(fault_is_own(caller) ? FAULT_OWN : FAULT_LIBRARY))
		return 0;
	errno = ENOMEM;
	return 1;
}

static void *fault_given(void *p, uintptr_t caller)
{
	if (p != NULL && fault_record != &fault_none && fault_is_own(caller))
		fault_remember(p, caller);
	return p;
}

void *malloc(size_t size)
{
	uintptr_t caller = (uintptr_t)__builtin_return_address(0);

	return fault_refused(caller) ? NULL
				     : fault_given(__libc_malloc(size), caller);
}

void *calloc(size_t count, size_t size)
{
	uintptr_t caller = (uintptr_t)__builtin_return_address(0);

	return fault_refused(caller)
		   ? NULL
		   : fault_given(__libc_calloc(count, size), caller);
}

void *realloc(void *p, size_t size)
{
	uintptr_t caller = (uintptr_t)__builtin_return_address(0);
	void *moved;

	if (fault_refused(caller))
		return NULL;
	moved = __libc_realloc(p, size);
	if (moved != NULL && p != NULL)
		fault_forget(p);
	return fault_given(moved, caller);
}

void free(void *p)
{
	if (p != NULL && fault_record != &fault_none)
		fault_forget(p);
	__libc_free(p);
}

/* What is in the set already takes no memory of the kernel, and is not refused.
 */
int epoll_ctl(int set, int op, int fd, struct epoll_event *event)
{
	int rc = (int)syscall(SYS_epoll_ctl, set, op, fd, event);

	if (op != EPOLL_CTL_ADD || rc == -1 || !fault_fails(FAULT_EPOLL))
		return rc;
	syscall(SYS_epoll_ctl, set, EPOLL_CTL_DEL, fd, event);
	errno = fault_errno;
	return -1;
}

/* Those of the program itself: the libraries repeat theirs as they like. */
#define FAULT_CALL(type, name, parameters, ...)                            \
	type name parameters                                               \
	{                                                                  \
		uintptr_t caller = (uintptr_t)__builtin_return_address(0); \
		type(*next) parameters = dlsym(RTLD_NEXT, #name);          \
                                                                           \
		if (!fault_is_own(caller) || !fault_fails(FAULT_##name))   \
			return next(__VA_ARGS__);                          \
		errno = fault_errno;                                       \
		return -1;                                                 \
	}

FAULT_CALL(int, connect, (int fd, const struct sockaddr *to, socklen_t size),
	   fd, to, size)
FAULT_CALL(int, fsync, (int fd), fd)
FAULT_CALL(ssize_t, getrandom, (void *out, size_t size, unsigned how), out,
	   size, how)
FAULT_CALL(int, poll, (struct pollfd * fds, nfds_t count, int ms), fds, count,
	   ms)
FAULT_CALL(ssize_t, read, (int fd, void *out, size_t size), fd, out, size)
FAULT_CALL(ssize_t, recv, (int fd, void *out, size_t size, int how), fd, out,
	   size, how)
FAULT_CALL(ssize_t, recvfrom,
	   (int fd, void *restrict out, size_t size, int how,
	    struct sockaddr *restrict from, socklen_t *restrict length),
	   fd, out, size, how, from, length)
FAULT_CALL(ssize_t, recvmsg, (int fd, struct msghdr *message, int how), fd,
	   message, how)
FAULT_CALL(ssize_t, send, (int fd, const void *bytes, size_t size, int how), fd,
	   bytes, size, how)
FAULT_CALL(ssize_t, sendto,
	   (int fd, const void *bytes, size_t size, int how,
	    const struct sockaddr *to, socklen_t length),
	   fd, bytes, size, how, to, length)
FAULT_CALL(ssize_t, write, (int fd, const void *bytes, size_t size), fd, bytes,
	   size)

int open(const char *path, int how, ...)
{
	uintptr_t caller = (uintptr_t)__builtin_return_address(0);
	int (*next)(const char *, int, ...) = dlsym(RTLD_NEXT, "open");
	mode_t mode = 0;
	va_list ap;

	if (fault_is_own(caller) && fault_fails(FAULT_open)) {
		errno = fault_errno;
		return -1;
	}
	va_start(ap, how);
	if ((how & O_CREAT) != 0)
		mode = va_arg(ap, mode_t);
	va_end(ap);
	return next(path, how, mode);
}
