/*
 * wrapped.h - tables for a terminal: a line that is too long goes on below its
 * last column. In a pipe a line stays a line.
 */
#ifndef PREFLIGHT_WRAPPED_H
#define PREFLIGHT_WRAPPED_H

#include <stdio.h>

/* Lines of `text` in at most `width` columns; 0: as they are. Columns of a
 * table are apart by two blanks or more. */
void wrapped_write(FILE *out, unsigned width, const char *text);
/* To stdout, as wide as its terminal. */
void wrapped_print(const char *text);

#endif
