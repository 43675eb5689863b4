/*
 * libraries.h - which libraries this program runs with.
 */
#ifndef PREFLIGHT_LIBRARIES_H
#define PREFLIGHT_LIBRARIES_H

#include <stdio.h>

/* A line for each: its name and the version that is in use, which a dynamic
 * program learns from the library itself. */
void libraries_print(FILE *out);

#endif
