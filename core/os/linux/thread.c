/* thread.c - POSIX threads. */
#include "core/os/thread.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { THREAD_STACK = 1 << 20 };

struct os_lock {
	pthread_mutex_t mutex;
};

struct thread_start {
	void (*run)(void *arg);
	void *arg;
};

static atomic_uint thread_count;

static void *thread_main(void *arg)
{
	struct thread_start start = *(struct thread_start *)arg;

	free(arg);
	start.run(start.arg);
	atomic_fetch_sub(&thread_count, 1);
	return NULL;
}

/* Signals are the first thread's. */
static bool thread_create(struct thread_start *start)
{
	pthread_attr_t how;
	pthread_t thread;
	sigset_t all, before;
	bool made;

	if (pthread_attr_init(&how) != 0)
		return false;
	pthread_attr_setdetachstate(&how, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&how, THREAD_STACK);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	made = pthread_create(&thread, &how, thread_main, start) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&how);
	return made;
}

bool os_thread_start(void (*run)(void *arg), void *arg)
{
	struct thread_start *start = malloc(sizeof *start);

	if (start == NULL)
		return false;
	*start = (struct thread_start){run, arg};
	atomic_fetch_add(&thread_count, 1);
	if (thread_create(start))
		return true;
	atomic_fetch_sub(&thread_count, 1);
	free(start);
	return false;
}

unsigned os_threads_running(void)
{
	return atomic_load(&thread_count);
}

struct os_lock *os_lock_new(void)
{
	struct os_lock *l = malloc(sizeof *l);

	if (l != NULL && pthread_mutex_init(&l->mutex, NULL) == 0)
		return l;
	free(l);
	return NULL;
}

void os_lock(struct os_lock *l)
{
	pthread_mutex_lock(&l->mutex);
}

void os_unlock(struct os_lock *l)
{
	pthread_mutex_unlock(&l->mutex);
}

void os_lock_free(struct os_lock *l)
{
	if (l != NULL)
		pthread_mutex_destroy(&l->mutex);
	free(l);
}
