/*
 * saved_node.h - one value of a saved report, and where it stands in it.
 *
 * Values come in the order of the file (json_in.h), and each can be asked for
 * only while it is the one that was read last. Functions ask for a type; where
 * the file has another one, the first problem is noted as "results[3].verdict:
 * ..." and an empty value is given; nothing more is read then. Nodes live on
 * the stack of whoever asks.
 */
#ifndef PREFLIGHT_SAVED_NODE_H
#define PREFLIGHT_SAVED_NODE_H

#include "core/base/error.h"
#include "core/base/json_in.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct saved_problem {
	const char *file;
	struct json_in *json;
	struct error *err;
	bool failed; /* err is set: a value is wrong */
};

struct saved_node {
	struct saved_problem *problem;
	const struct saved_node *parent; /* NULL: the document */
	const char *key;                 /* NULL: item `index` of a list */
	size_t index;
	enum json_kind kind;
};

/* The document. */
struct saved_node saved_root(struct saved_problem *problem);
/* The next key of an object: saved_value() reads what stands behind it. NULL
 * at its end, or after a problem. */
const char *saved_key(const struct saved_node *n);
/* The key must live as long as the node. */
struct saved_node saved_value(const struct saved_node *n, const char *key);
/* The items of a list: saved_next() goes to the first one, then to the next;
 * false at its end, or after a problem. */
struct saved_node saved_items(const struct saved_node *n);
bool saved_next(struct saved_node *item);

/* Not JSON, or not as it should be: nothing more is read. */
bool saved_failed(const struct saved_node *n);
/* Notes a problem of this value, if it is the first of the file. */
void saved_bad(const struct saved_node *n, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* True where it is of that kind; else why not is noted. */
bool saved_is(const struct saved_node *n, enum json_kind wanted,
	      const char *words);
/* Until the next value is read; else "". */
const char *saved_text(const struct saved_node *n);
int64_t saved_number(const struct saved_node *n, int64_t low, int64_t high);
bool saved_flag(const struct saved_node *n);
/* Milliseconds to microseconds; they may be negative where `most` allows. */
int64_t saved_time(const struct saved_node *n, double least, double most);
/* The same of what is known already. */
int64_t saved_time_of(const struct saved_node *n, double ms, double least,
		      double most);

#endif
