/*
 * thread.h - workers beside the one thread that runs the program.
 */
#ifndef PREFLIGHT_OS_THREAD_H
#define PREFLIGHT_OS_THREAD_H

#include <stdbool.h>

struct os_lock;

/* Runs run(arg) on a thread of its own, that nobody waits for. False: the
 * system gives this process no more threads. For the
 * first thread only, as the next two. */
bool os_thread_start(void (*run)(void *arg), void *arg);
/* Threads that have not returned from run(). While there are any, the program
 * must end without cleaning up what they may use (os_process_end()). */
unsigned os_threads_running(void);
/* Waits until the system has done with the threads that have returned: on their
 * way out they still clean up after the libraries, which the end of the program
 * does, too. That takes no time that counts. */
void os_threads_join(void);

/* Mutual exclusion. NULL: none to be had. */
struct os_lock *os_lock_new(void);
void os_lock(struct os_lock *l);
void os_unlock(struct os_lock *l);
void os_lock_free(struct os_lock *l); /* NULL is fine */

#endif
