/*
 * terminal.h - what the program writes to.
 */
#ifndef PREFLIGHT_OS_TERMINAL_H
#define PREFLIGHT_OS_TERMINAL_H

#include <stdbool.h>
#include <stdio.h>

/* Is the stream, stdout or stderr, a terminal that obeys escape sequences? */
bool os_terminal_is(FILE *stream);
/* Columns of the terminal behind stdout; 0: none, or not known. */
unsigned os_terminal_width(void);
/* Do readers of stdout take UTF-8? */
bool os_terminal_is_utf8(void);

#endif
