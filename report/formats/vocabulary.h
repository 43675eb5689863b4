/*
 * vocabulary.h - the words of a report and what they mean, for explain.
 */
#ifndef PREFLIGHT_VOCABULARY_H
#define PREFLIGHT_VOCABULARY_H

#include <stdbool.h>
#include <stddef.h>

struct vocabulary_entry {
	const char *kind; /* "verdict", "owner" … */
	const char *word; /* as it is printed */
	const char *meaning;
};

/* A word in front of what is said: "lost", "Owner:". They end with NULL. */
struct vocabulary_label {
	const char *word, *meaning;
};
extern const struct vocabulary_label vocabulary_labels[];

/* The i-th of all; false at the end. One word may be of several kinds. */
bool vocabulary_at(size_t i, struct vocabulary_entry *out);
/* The meaning of a word of a kind; NULL: there is none. */
const char *vocabulary_meaning(const char *kind, const char *word);

#endif
