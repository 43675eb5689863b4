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

struct worker {
	pthread_t thread;
	void (*run)(void *arg);
	void *arg;
	atomic_bool returned; /* from run() */
	struct worker *next;
};

/* Those that were not joined. Only the first thread starts and joins. */
static struct worker *workers;

static void *worker_main(void *arg)
{
	struct worker *w = arg;

	w->run(w->arg);
	atomic_store(&w->returned, true);
	return NULL;
}

/* Signals are the first thread's. */
static bool worker_create(struct worker *w)
{
	pthread_attr_t how;
	sigset_t all, before;
	bool made;

	if (pthread_attr_init(&how) != 0)
		return false;
	pthread_attr_setstacksize(&how, THREAD_STACK);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	made = pthread_create(&w->thread, &how, worker_main, w) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&how);
	return made;
}

bool os_thread_start(void (*run)(void *arg), void *arg)
{
	struct worker *w = calloc(1, sizeof *w);

	if (w == NULL)
		return false;
	os_threads_join();
	w->run = run;
	w->arg = arg;
	if (!worker_create(w)) {
		free(w);
		return false;
	}
	w->next = workers;
	workers = w;
	return true;
}

unsigned os_threads_running(void)
{
	unsigned count = 0;

	for (const struct worker *w = workers; w != NULL; w = w->next)
		count += !atomic_load(&w->returned);
	return count;
}

void os_threads_join(void)
{
	struct worker **at = &workers;

	while (*at != NULL) {
		struct worker *w = *at;

		if (!atomic_load(&w->returned)) {
			at = &w->next;
			continue;
		}
		pthread_join(w->thread, NULL);
		*at = w->next;
		free(w);
	}
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
