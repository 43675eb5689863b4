/*
 * error.h - why the last call of the system failed.
 */
#ifndef PREFLIGHT_OS_ERROR_H
#define PREFLIGHT_OS_ERROR_H

#include "core/base/net_error.h"

#include <stdbool.h>

struct os_failure {
	enum net_error error; /* what programs switch on */
	int number;           /* the system's own, for people; 0 with NET_OK */
};

/*
 * Of this thread's last failing call, of the system or of a library on top of
 * it. Good right after that call only: any other one may change it.
 */
struct os_failure os_failure_last(void);
/* Makes os_failure_last() give this one: for libraries that called us back and
 * look there, and to clear it ({0}) before a call that may leave it alone. */
void os_failure_set(struct os_failure failure);
/* The failure that a number stands for: SO_ERROR, a library's report. */
struct os_failure os_failure_numbered(int number);
/* The failure with its number on this system; 0 where it has none. */
struct os_failure os_failure_of(enum net_error error);
/* This host is short of something, or broken: whoever named the file or the
 * peer has made no mistake. */
bool os_failure_is_of_host(struct os_failure failure);
/* The system's words: "No such file or directory". Valid until the next call
 * on this thread. */
const char *os_failure_text(struct os_failure failure);

#endif
