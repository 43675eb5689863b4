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

#include "core/base/error.h"
#include "core/base/json.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct saved_problem {
	const char *file;
	struct error *err;
	bool failed; /* err is set */
};

struct saved_node {
	struct saved_problem *problem;
	const struct saved_node *parent; /* NULL: the document */
	const char *key;                 /* NULL: item `index` of a list */
	size_t index;
	const struct json_value *value;
};

struct saved_node saved_get(const struct saved_node *n, const char *key);
struct saved_node saved_at(const struct saved_node *n, size_t index);

/* Notes a problem of this value, if it is the first of the file. */
void saved_bad(const struct saved_node *n, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* True where it is there and of that kind; else why not is noted. */
bool saved_is(const struct saved_node *n, enum json_kind wanted,
	      const char *words);
const char *saved_text(const struct saved_node *n); /* borrowed, else "" */
int64_t saved_number(const struct saved_node *n, int64_t low, int64_t high);
size_t saved_list(const struct saved_node *n); /* its length */
/* Milliseconds to microseconds; they may be negative where `most` allows. */
int64_t saved_time(const struct saved_node *n, double least, double most);

#endif
