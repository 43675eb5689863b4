/*
 * output_cut.h - a text cut to the characters that a field takes.
 */
#ifndef PREFLIGHT_OUTPUT_CUT_H
#define PREFLIGHT_OUTPUT_CUT_H

#include <stddef.h>
#include <stdio.h>

enum { OUTPUT_CUT_LEAST = 100, OUTPUT_CUT_MOST = 10000000 };

/* At most `most` characters (of UTF-8): as many whole lines as fit, then a line
 * that says how many were left out, then `last` (NULL: none), with which the
 * text ends. Where not even the first line fits, it is cut inside. */
void output_cut(FILE *out, const char *text, size_t most, const char *last);

#endif
