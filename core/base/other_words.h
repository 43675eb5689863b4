/*
 * other_words.h - what people type for one of our names: "fortinet", "ping".
 */
#ifndef PREFLIGHT_OTHER_WORDS_H
#define PREFLIGHT_OTHER_WORDS_H

#include <stddef.h>

enum { OTHER_WORDS_TEXT = 120, OTHER_WORDS_MOST = 3 };

/* The one of next()'s names that another word stands for by the table, in upper
 * or lower case; NULL: none. */
const char *other_words_name(const char *word,
			     const char *(*next)(const void *arg, size_t i),
			     const void *arg);

/*
 * "'fortigate'", "'cisco-asa' or 'aws-sg'": the names of next() that are meant
 * by another word, or that have the word as a part. "": none, or more than
 * OTHER_WORDS_MOST. A row of the table counts only where its name is one of
 * next()'s. Returns out.
 */
const char *other_words_find(char out[static OTHER_WORDS_TEXT],
			     const char *word,
			     const char *(*next)(const void *arg, size_t i),
			     const void *arg);

#endif
