/*
 * error.h - one clear line for a person: where, what, what to write instead.
 *
 * An error belongs to its caller; functions that can fail take one (never
 * NULL) and return -1 (or NULL).  Texts that quote foreign bytes are
 * sanitised here, so callers may pass what they read.
 */
#ifndef PREFLIGHT_ERROR_H
#define PREFLIGHT_ERROR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct error {
	char text[512];
	char file[512];        /* "" when the error has no place */
	unsigned line, column; /* from 1; 0 unknown */
	bool of_host; /* this host could not; what was asked for may be right */
	char suggestion[160]; /* "did you mean 'ports'?", or "" */
};

/* A bounded list: a file with a thousand mistakes gets the first hundred. */
enum { ERRORS_MAX = 100 };

struct errors {
	struct error *items;
	size_t count;
	size_t dropped; /* more than ERRORS_MAX were found */
};

/* Sets the text; place and suggestion are cleared. Always returns -1. */
int error_set(struct error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The same with a place. file is copied. Always returns -1. */
int error_at(struct error *err, const char *file, unsigned line,
	     unsigned column, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Adds "what to write instead" to an error that is set. */
void error_suggest(struct error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * Adds "did you mean 'NAME'?" to an error that is set, of the candidate
 * nearest to word (see text_nearest()); where none is near, of those that are
 * meant by it or have it as a part (other_words.h); else `otherwise`, which may
 * be NULL. Always returns -1.
 */
int error_nearest(struct error *err, const char *word,
		  const char *(*next)(const void *arg, size_t i),
		  const void *arg, const char *otherwise);

/* "unknown WHAT 'WORD'; did you mean 'NAME'?": sets both. Always -1. */
int error_unknown(struct error *err, const char *what, const char *word,
		  const char *(*next)(const void *arg, size_t i),
		  const void *arg, const char *otherwise);

/* Writes "file:line:col: text; suggestion" without a newline, in full. */
void error_format(const struct error *err, char *out, size_t size);

void errors_add(struct errors *list, const struct error *err);
void errors_free(struct errors *list);

#endif
