/*
 * json_tree.h - a small JSON document as a tree, by jansson.
 *
 * For what programs of this host print. A report, which may be large, is read
 * by json_in.h. Values are borrowed from the document. At most eight million
 * values; the caller bounds the octets.
 */
#ifndef PREFLIGHT_JSON_TREE_H
#define PREFLIGHT_JSON_TREE_H

#include "core/base/json_in.h"

#include <stddef.h>

struct json_tree;
struct json_value;
/* One member of an object; zeroed before the first. */
struct json_member {
	void *place; /* the iterator's own */
	const char *key;
	const struct json_value *value;
};

/* NULL: one error; name is that of the text in it. */
struct json_tree *json_tree_parse(const char *name, const char *text,
				  size_t length, struct error *err);
void json_tree_free(struct json_tree *d);
const struct json_value *json_tree_root(const struct json_tree *d);
/* All of these accept NULL and other types, and answer NULL / fallback. */
const struct json_value *json_tree_get(const struct json_value *v,
				       const char *key);
const struct json_value *json_tree_at(const struct json_value *v, size_t index);
size_t json_tree_length(const struct json_value *v);    /* arrays, else 0 */
const char *json_tree_text(const struct json_value *v); /* strings, else NULL */
int64_t json_tree_integer(const struct json_value *v, int64_t fallback);
enum json_kind json_tree_kind(const struct json_value *v);
bool json_tree_flag(const struct json_value *v);
/* The next member, in the order of the text; false after the last one. */
bool json_tree_next(const struct json_value *v, struct json_member *m);

#endif
