/*
 * json_in.h - JSON, read value by value in the order of the file.
 *
 * Nothing is kept but the value at hand, so that memory does not grow with the
 * file. Whoever reads goes down with it:
 *
 *	switch (json_in_value(j)) {
 *	case JSON_IS_LIST:
 *		while (json_in_item(j))
 *			... json_in_value(j) ...
 *	case JSON_IS_OBJECT:
 *		while ((key = json_in_key(j)) != NULL)
 *			... json_in_value(j) ...
 *
 * and passes by what it does not want with json_in_leave(). What is not JSON
 * (RFC 8259, in UTF-8, a list or an object, without U+0000) is one error with
 * its line and column, the column in octets; from then on each function answers
 * as if all was at its end. Keys that are there twice are the caller's to see.
 * Limits: 256 MiB, eight million values, 64 levels, 1 MiB for one text or
 * number.
 */
#ifndef PREFLIGHT_JSON_IN_H
#define PREFLIGHT_JSON_IN_H

#include "core/base/error.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum json_kind {
	JSON_IS_ABSENT, /* the file is not JSON, or over */
	JSON_IS_NULL,
	JSON_IS_BOOL,
	JSON_IS_INTEGER,
	JSON_IS_REAL,
	JSON_IS_TEXT,
	JSON_IS_LIST,
	JSON_IS_OBJECT
};

struct json_in;

/* Of an open file, which stays the caller's; path is its name in errors. */
struct json_in *json_in_new(const char *path, FILE *in, struct error *err);
void json_in_free(struct json_in *j);

/* The next value; of a list or an object its beginning. */
enum json_kind json_in_value(struct json_in *j);
/* Is there another item in the list that is open? False: it is closed. */
bool json_in_item(struct json_in *j);
/* The next key of the object that is open, until the next call of anything;
 * NULL: it is closed. */
const char *json_in_key(struct json_in *j);
/* After the document: true where nothing follows it. */
bool json_in_end(struct json_in *j);

/* Lists and objects that are open. */
unsigned json_in_depth(const struct json_in *j);
/* Passes by what is left of those deeper than that. */
void json_in_leave(struct json_in *j, unsigned depth);

/* The value that was read last, until the next call of anything. */
const char *json_in_text(const struct json_in *j);
int64_t json_in_integer(const struct json_in *j);
double json_in_decimal(const struct json_in *j); /* of an integer, too */
bool json_in_flag(const struct json_in *j);

/* The error is set, by this reader. */
bool json_in_failed(const struct json_in *j);
/* Sets it for a key that is there twice. */
void json_in_twice(struct json_in *j, const char *key);

#endif
