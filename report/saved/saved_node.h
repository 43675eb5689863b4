/*
 * saved_node.h - one value of a saved report, and where it stands in it.
 *
 * Functions ask for a type; where the file has another one, the first problem
 * is noted as "results[3].verdict: ..." and an empty value is given, so that
 * the reader goes on without a test after each step and looks once, at the
 * end. Nodes live on the stack of whoever asks.
 */
#ifndef PREFLIGHT_SAVED_NODE_H
#define PREFLIGHT_SAVED_NODE_H

#include "core/base/addr.h"
#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/mem.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct saved_reader {
	const char *file;
	struct arena *arena; /* of everything that is read */
	struct error *err;
	bool failed; /* err is set */
};

struct saved_node {
	struct saved_reader *reader;
	const struct saved_node *parent; /* NULL: the document */
	const char *key;                 /* NULL: item `index` of a list */
	size_t index;
	const struct json_value *value;
};

struct saved_node saved_get(const struct saved_node *n, const char *key);
struct saved_node saved_at(const struct saved_node *n, size_t index);
bool saved_is_there(const struct saved_node *n); /* neither absent nor null */

/* Notes a problem of this value, if it is the first of the file. */
void saved_bad(const struct saved_node *n, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* These must be there, and null does not do. */
const char *saved_text(const struct saved_node *n);
int64_t saved_number(const struct saved_node *n, int64_t low, int64_t high);
bool saved_bool(const struct saved_node *n);
void saved_object(const struct saved_node *n);
size_t saved_list(const struct saved_node *n); /* its length */
/* NULL-terminated; count may be NULL. */
const char *const *saved_texts(const struct saved_node *n, size_t *count);

/* These may be null (but not left out). */
const char *saved_text_or_null(const struct saved_node *n);
int64_t saved_number_or(const struct saved_node *n, int64_t low, int64_t high,
			int64_t fallback);
int64_t saved_time(const struct saved_node *n); /* microseconds, -1: null */
struct addr saved_address(const struct saved_node *n);

/* The number of a word: name(first) to name(end - 1) are the choices, NULLs
 * and gaps among them are none. */
int saved_word(const struct saved_node *n, const char *(*name)(int), int first,
	       int end);

/* A cleaned copy of any text, for keys of objects. */
const char *saved_clean(struct saved_reader *r, const char *text);

#endif
