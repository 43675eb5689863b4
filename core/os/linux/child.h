/*
 * child.h - a program of the system, run for what it writes; inside this
 * folder.
 */
#ifndef PREFLIGHT_OS_LINUX_CHILD_H
#define PREFLIGHT_OS_LINUX_CHILD_H

#include <stdbool.h>
#include <stddef.h>

enum { CHILD_PATH = 64 };

/* Where the system has the program, in the folders of programs only; false: it
 * has none. */
bool os_child_find(const char *name, char path[CHILD_PATH]);
/*
 * Runs argv[0], a full path, with a clean environment, no input, no other
 * descriptors and no shell, and takes what it writes: *out is to be freed.
 * False: it could not be run, took longer than wait_ms (it is killed), wrote
 * more than `most` bytes or ended with an error; why says which, for people.
 */
bool os_child_read(const char *const *argv, size_t most, int wait_ms,
		   char **out, size_t *length, char *why, size_t why_size);

#endif
