/*
 * reader.c - from tree nodes to values, by tables of keys.
 */
#include "profiles/read/reader.h"
#include "core/base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char reader_name_characters[] = "abcdefghijklmnopqrstuvwxyz0123456789-";

void reader_fail_error(struct reader *r, const struct tree *at,
		       struct error *err)
{
	text_copy(err->file, sizeof err->file, r->file);
	err->line = at == NULL ? 0 : at->line;
	err->column = at == NULL ? 0 : at->column;
	errors_add(r->errors, err);
	r->failed++;
}

void reader_fail(struct reader *r, const struct tree *at, const char *format,
		 ...)
{
	struct error err;
	char text[sizeof err.text];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	error_set(&err, "%s", text);
	reader_fail_error(r, at, &err);
}

/* "write a, b or c" where the choice is small, else NULL. */
static const char *reader_choice(const char *const *names, char *text,
				 size_t size)
{
	size_t count = reader_count(names);
	size_t at = 0;

	if (count == 0 || count > 8)
		return NULL;
	for (size_t i = 0; i < count && at < size; i++)
		at += (size_t)snprintf(text + at, size - at, "%s%s",
				       i == 0           ? "write "
				       : i + 1 == count ? " or "
							: ", ",
				       names[i]);
	return at < size ? text : NULL;
}

void reader_fail_name(struct reader *r, const struct tree *at,
		      const char *const *names, const char *what,
		      const char *word)
{
	struct error err;
	char choice[sizeof err.suggestion];

	error_unknown(&err, what, word, text_name_at, names,
		      reader_choice(names, choice, sizeof choice));
	reader_fail_error(r, at, &err);
}

static const char *reader_key_name(const void *arg, size_t i)
{
	const struct reader_key *keys = arg;

	/* text_nearest() stops at the NULL that ends the table. */
	return keys[i].name;
}

static void reader_unknown_key(struct reader *r, const struct tree *key,
			       const struct reader_key *keys, const char *what)
{
	struct error err;

	error_set(&err, "unknown key '%s' in %s", key->text, what);
	error_nearest(&err, key->text, reader_key_name, keys, NULL);
	reader_fail_error(r, key, &err);
}

static bool reader_items_are(const struct tree *t, enum tree_kind kind)
{
	if (t->kind != TREE_LIST)
		return false;
	for (size_t i = 0; i < t->count; i++) {
		if (t->items[i]->kind != kind)
			return false;
	}
	return true;
}

static bool reader_is(const struct tree *t, enum reader_kind kind)
{
	switch (kind) {
	case READER_TEXT:
		return t->kind == TREE_TEXT;
	case READER_TEXTS:
		return reader_items_are(t, TREE_TEXT);
	case READER_EITHER:
		return t->kind == TREE_TEXT || reader_items_are(t, TREE_TEXT);
	case READER_MAP:
		return t->kind == TREE_MAP;
	case READER_MAPS:
		return reader_items_are(t, TREE_MAP);
	case READER_LISTS:
		return reader_items_are(t, TREE_LIST);
	}
	return false;
}

static const char *const reader_kind_names[] = {
    [READER_TEXT] = "one value",
    [READER_TEXTS] = "a list of values",
    [READER_EITHER] = "a value or a list of values",
    [READER_MAP] = "a map (key: value)",
    [READER_MAPS] = "a list of maps (- key: value)",
    [READER_LISTS] = "a list of lists",
};

/* True where every scalar has text. */
static bool reader_is_filled(const struct tree *t)
{
	if (t->kind == TREE_TEXT)
		return *t->text != '\0';
	for (size_t i = 0; t->kind == TREE_LIST && i < t->count; i++) {
		if (!reader_is_filled(t->items[i]))
			return false;
	}
	return true;
}

static bool reader_value(struct reader *r, const char *name,
			 const struct tree *value, enum reader_kind kind)
{
	struct error err;

	if (!reader_is_filled(value)) {
		reader_fail(r, value, "'%s' has an empty value", name);
		return false;
	}
	if (reader_is(value, kind))
		return true;
	error_set(&err, "'%s' must be %s", name, reader_kind_names[kind]);
	if (kind == READER_TEXTS && value->kind == TREE_TEXT)
		error_suggest(&err, "write [%s]", value->text);
	reader_fail_error(r, value, &err);
	return false;
}

static const struct reader_key *reader_find(const struct reader_key *keys,
					    const char *name)
{
	for (; keys->name != NULL; keys++) {
		if (strcmp(keys->name, name) == 0)
			return keys;
	}
	return NULL;
}

/* True where an unknown key was already suggested to be this one. */
static bool reader_is_mistyped(const struct tree *map,
			       const struct reader_key *keys, const char *name)
{
	for (size_t i = 0; i < map->count; i++) {
		const char *near;

		if (reader_find(keys, map->keys[i]->text) != NULL)
			continue;
		near = text_nearest(map->keys[i]->text, reader_key_name, keys);
		if (near != NULL && strcmp(near, name) == 0)
			return true;
	}
	return false;
}

void reader_map(struct reader *r, const struct tree *map, const char *what,
		const struct reader_key *keys, void *out)
{
	char *base = out;

	if (map == NULL)
		return;
	if (map->kind != TREE_MAP) {
		reader_fail(r, map, "%s must be a map (key: value)", what);
		return;
	}
	for (size_t i = 0; i < map->count; i++) {
		const struct tree *key = map->keys[i];
		const struct tree *value = map->items[i];
		const struct reader_key *known = reader_find(keys, key->text);

		if (known == NULL)
			reader_unknown_key(r, key, keys, what);
		else if (reader_value(r, key->text, value, known->kind))
			memcpy(base + known->offset, &value, sizeof value);
	}
	for (const struct reader_key *k = keys; k->name != NULL; k++) {
		if (k->required && tree_get(map, k->name) == NULL &&
		    !reader_is_mistyped(map, keys, k->name))
			reader_fail(r, map, "%s lacks '%s'", what, k->name);
	}
}

const char *reader_text(const struct tree *t)
{
	return t != NULL && t->kind == TREE_TEXT ? t->text : NULL;
}

const char *const *reader_texts(struct reader *r, const struct tree *t)
{
	size_t count = t == NULL ? 0 : t->kind == TREE_TEXT ? 1 : t->count;
	const char **list = arena_calloc(r->arena, count + 1, sizeof *list);

	for (size_t i = 0; i < count; i++)
		list[i] = t->kind == TREE_TEXT ? t->text : t->items[i]->text;
	return list;
}

bool reader_bool(struct reader *r, const struct tree *t)
{
	if (t == NULL)
		return false;
	if (strcmp(t->text, "true") == 0)
		return true;
	if (strcmp(t->text, "false") != 0)
		reader_fail(r, t, "'%s' must be true or false", t->text);
	return false;
}

bool reader_word(struct reader *r, const struct tree *t, const char *what,
		 const char *characters)
{
	if (t == NULL)
		return false;
	if (*t->text != '\0' && t->text[strspn(t->text, characters)] == '\0')
		return true;
	reader_fail(r, t, "%s '%s' may only hold %s", what, t->text,
		    strchr(characters, '_') != NULL   ? "a-z, 0-9 and '_'"
		    : strchr(characters, '.') != NULL ? "a-z, 0-9, '.' and '-'"
						      : "a-z, 0-9 and '-'");
	return false;
}

bool reader_has(const char *const *list, const char *word)
{
	for (; *list != NULL; list++) {
		if (strcmp(*list, word) == 0)
			return true;
	}
	return false;
}

size_t reader_count(const char *const *list)
{
	size_t count = 0;

	while (list[count] != NULL)
		count++;
	return count;
}

static int reader_by_line(const void *a, const void *b)
{
	const struct error *left = a, *right = b;
	int order = strcmp(left->file, right->file);

	if (order != 0)
		return order;
	if (left->line != right->line)
		return left->line < right->line ? -1 : 1;
	if (left->column != right->column)
		return left->column < right->column ? -1 : 1;
	return strcmp(left->text, right->text);
}

void reader_sort(struct errors *list, size_t first)
{
	if (list->count > first)
		qsort(list->items + first, list->count - first,
		      sizeof *list->items, reader_by_line);
}
