/*
 * process.h - this process, its user and its system.
 */
#ifndef PREFLIGHT_OS_PROCESS_H
#define PREFLIGHT_OS_PROCESS_H

#include "core/base/known.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * First of all: signals are noted (signals.h), and where the caller
 * closed stdin, stdout or stderr the descriptor is held, so that no socket
 * takes it; reading gets nothing, writing fails. False: stdout was closed.
 * Ends the program with status 3 where that cannot be done, and with a word on
 * stderr where this system is older than what the program works with.
 */
bool os_process_begin(void);

/* Last of all: the status to return from main(). Where a worker hangs, it ends
 * the program with that status. */
int os_process_end(int status);

/* May this process open so many descriptors more, up to 16? */
bool os_process_may_open(unsigned count);
/* Puts a descriptor into the set of an event loop (epoll), waiting for nothing
 * yet; true when it is in the set, also from before. */
bool os_process_may_watch(int set, int fd);

/* Takes a variable out of this process's environment. */
void os_process_forget(const char *variable);

/* "uid 1000", for people. True: it is the administrator. */
bool os_process_user(char *out, size_t size);

/* Can this process give up rights for good, and by what ("kernel ABI 4")? */
enum known os_process_sandbox(char *how, size_t size);

/* The name of this system, a frozen word of the report ("linux"), and the
 * build of its kernel as it calls it ("6.1.0-18-amd64"); "" not known. */
void os_platform(char *os, size_t os_size, char *build, size_t build_size);

#endif
