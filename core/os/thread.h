/*
 * thread.h - workers beside the one thread that runs the program.
 */
#ifndef PREFLIGHT_OS_THREAD_H
#define PREFLIGHT_OS_THREAD_H

#include <stdbool.h>

struct os_lock;

/* Runs run(arg) on a thread of its own, that nobody waits for. False: the
 * system gives this process no more threads. */
bool os_thread_start(void (*run)(void *arg), void *arg);
/* Threads that have not returned from run(). While there are any, the program
 * must end without cleaning up what they may use (os_process_end()). */
unsigned os_threads_running(void);

/* Mutual exclusion. NULL: none to be had. */
struct os_lock *os_lock_new(void);
void os_lock(struct os_lock *l);
void os_unlock(struct os_lock *l);
void os_lock_free(struct os_lock *l); /* NULL is fine */

#endif
