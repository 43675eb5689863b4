/* watch.c - epoll, level-triggered. */
#include "core/os/watch.h"

#include <sys/epoll.h>
#include <unistd.h>

enum { WATCH_BATCH = 64 };

int os_watch_open(void)
{
	return epoll_create1(EPOLL_CLOEXEC);
}

void os_watch_close(int set)
{
	if (set != -1)
		close(set);
}

bool os_watch_set(int set, int fd, short events, uint64_t key, bool known)
{
	struct epoll_event e = {.data.u64 = key};

	if ((events & OS_WATCH_READ) != 0)
		e.events |= EPOLLIN;
	if ((events & OS_WATCH_WRITE) != 0)
		e.events |= EPOLLOUT;
	return epoll_ctl(set, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &e) ==
	       0;
}

void os_watch_remove(int set, int fd)
{
	struct epoll_event none = {0};

	epoll_ctl(set, EPOLL_CTL_DEL, fd, &none);
}

static short watch_events(uint32_t came)
{
	short events = 0;

	if ((came & EPOLLERR) != 0)
		return OS_WATCH_READ | OS_WATCH_WRITE | OS_WATCH_ERROR;
	if ((came & EPOLLIN) != 0)
		events |= OS_WATCH_READ;
	if ((came & EPOLLOUT) != 0)
		events |= OS_WATCH_WRITE;
	return events == 0 ? OS_WATCH_READ | OS_WATCH_WRITE : events;
}

size_t os_watch_take(int set, struct os_watch_event *out, size_t most)
{
	struct epoll_event came[WATCH_BATCH];
	int count = epoll_wait(set, came,
			       most < WATCH_BATCH ? (int)most : WATCH_BATCH, 0);

	for (int i = 0; i < count; i++)
		out[i] = (struct os_watch_event){came[i].data.u64,
						 watch_events(came[i].events)};
	return count < 0 ? 0 : (size_t)count;
}
