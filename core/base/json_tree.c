/* json_tree.c - jansson, behind names that others may see. */
#include <jansson.h>

#include "core/base/json_tree.h"
#include "core/base/mem.h"

#include <stdlib.h>

/* Each value takes memory, however short it is. */
static const size_t json_tree_values_max = (size_t)8 << 20;

/* A struct json_value is jansson's json_t. */
struct json_tree {
	json_t *root;
};

/* Every value but the first has one of these before it. Those inside strings
 * are counted, too: the limit is far above what any program prints. */
static size_t json_tree_count(const char *bytes, size_t length)
{
	size_t n = 0;

	for (size_t i = 0; i < length; i++)
		n += bytes[i] == ',' || bytes[i] == '[' || bytes[i] == '{';
	return n;
}

struct json_tree *json_tree_parse(const char *name, const char *text,
				  size_t length, struct error *err)
{
	struct json_tree *tree;
	json_error_t why;
	json_t *root;

	if (json_tree_count(text, length) > json_tree_values_max) {
		error_at(err, name, 0, 0, "more than %zu values",
			 json_tree_values_max);
		return NULL;
	}
	json_set_alloc_funcs(mem_try_malloc, free);
	root = json_loadb(text, length, JSON_REJECT_DUPLICATES, &why);
	if (root == NULL) {
		bool host = json_error_code(&why) == json_error_out_of_memory;

		error_at(err, name, why.line > 0 ? (unsigned)why.line : 0,
			 why.column > 0 ? (unsigned)why.column : 0, "%s%s",
			 host ? "out of memory" : "not JSON: ",
			 host ? "" : why.text);
		err->of_host = host;
		return NULL;
	}
	tree = mem_calloc(1, sizeof *tree);
	tree->root = root;
	return tree;
}

void json_tree_free(struct json_tree *d)
{
	if (d == NULL)
		return;
	json_decref(d->root);
	free(d);
}

static const struct json_value *json_tree_wrap(const json_t *value)
{
	return (const void *)value;
}

static const json_t *json_tree_unwrap(const struct json_value *value)
{
	return (const void *)value;
}

const struct json_value *json_tree_root(const struct json_tree *d)
{
	return d == NULL ? NULL : json_tree_wrap(d->root);
}

const struct json_value *json_tree_get(const struct json_value *v,
				       const char *key)
{
	return json_tree_wrap(json_object_get(json_tree_unwrap(v), key));
}

const struct json_value *json_tree_at(const struct json_value *v, size_t index)
{
	return json_tree_wrap(json_array_get(json_tree_unwrap(v), index));
}

size_t json_tree_length(const struct json_value *v)
{
	return json_array_size(json_tree_unwrap(v));
}

const char *json_tree_text(const struct json_value *v)
{
	return json_string_value(json_tree_unwrap(v));
}

int64_t json_tree_integer(const struct json_value *v, int64_t fallback)
{
	const json_t *value = json_tree_unwrap(v);

	return json_is_integer(value) ? json_integer_value(value) : fallback;
}

enum json_kind json_tree_kind(const struct json_value *v)
{
	if (v == NULL)
		return JSON_IS_ABSENT;
	switch (json_typeof(json_tree_unwrap(v))) {
	case JSON_OBJECT:
		return JSON_IS_OBJECT;
	case JSON_ARRAY:
		return JSON_IS_LIST;
	case JSON_STRING:
		return JSON_IS_TEXT;
	case JSON_INTEGER:
		return JSON_IS_INTEGER;
	case JSON_REAL:
		return JSON_IS_REAL;
	case JSON_TRUE:
	case JSON_FALSE:
		return JSON_IS_BOOL;
	case JSON_NULL:
		break;
	}
	return JSON_IS_NULL;
}

bool json_tree_flag(const struct json_value *v)
{
	return json_is_true(json_tree_unwrap(v));
}

bool json_tree_next(const struct json_value *v, struct json_member *m)
{
	json_t *object = (void *)(uintptr_t)json_tree_unwrap(v);

	m->place = m->key == NULL ? json_object_iter(object)
				  : json_object_iter_next(object, m->place);
	if (m->place == NULL)
		return false;
	m->key = json_object_iter_key(m->place);
	m->value = json_tree_wrap(json_object_iter_value(m->place));
	return true;
}
