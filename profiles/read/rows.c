/*
 * rows.c - the devices of a table, as the tree that they would have in YAML.
 */
#include "profiles/read/rows.h"
#include "profiles/plan/target.h"
#include "core/base/text.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_NAME_MAX = 56 };

void rows_begin(struct rows *rows, struct reader *r, struct inventory_store *s)
{
	memset(rows, 0, sizeof *rows);
	rows->r = r;
	rows->s = s;
}

void rows_end(struct rows *rows)
{
	free(rows->items);
	free(rows->addresses.slots);
	free(rows->names.slots);
}

static size_t rows_hash(const char *text)
{
	uint64_t hash = 1469598103934665603ULL;

	for (; *text != '\0'; text++)
		hash = (hash ^ (unsigned char)tolower((unsigned char)*text)) *
		       1099511628211ULL;
	return (size_t)(hash ^ hash >> 32);
}

static const char *rows_key(const struct rows *rows,
			    const struct row_index *index, size_t row)
{
	return index == &rows->addresses ? rows->items[row].address.text
					 : rows->items[row].name.text;
}

/* The slot of a text, or the free one that it would have. */
static size_t *rows_slot(const struct rows *rows, const struct row_index *index,
			 const char *text)
{
	size_t i = rows_hash(text) & (index->size - 1);

	while (index->slots[i] != 0 &&
	       text_casecmp(rows_key(rows, index, index->slots[i] - 1), text) !=
		   0)
		i = (i + 1) & (index->size - 1);
	return &index->slots[i];
}

/* Twice as many slots as rows, so that a search ends. */
static void rows_grow_index(const struct rows *rows, struct row_index *index)
{
	size_t size = index->size;

	if (size >= 2 * (rows->count + 2))
		return;
	while (size < 4 * (rows->count + 2))
		size = size == 0 ? 64 : size * 2;
	free(index->slots);
	index->slots = mem_calloc(size, sizeof *index->slots);
	index->size = size;
	for (size_t i = 0; i < rows->count; i++)
		if (rows_key(rows, index, i) != NULL)
			*rows_slot(rows, index, rows_key(rows, index, i)) =
			    i + 1;
}

static void rows_merge_words(struct rows *rows, struct row *row,
			     const char *const *words)
{
	size_t count = reader_count(row->words);
	const char **list = arena_calloc(
	    rows->r->arena, count + reader_count(words) + 1, sizeof *list);

	memcpy(list, row->words, count * sizeof *list);
	for (; *words != NULL; words++)
		if (!reader_has(list, *words))
			list[count++] = *words;
	row->words = list;
}

/* The row that has this address already, or NULL. */
static struct row *rows_known(struct rows *rows, const struct row *row)
{
	size_t at;

	if (row->address.text == NULL)
		return NULL;
	at = *rows_slot(rows, &rows->addresses, row->address.text);
	return at == 0 ? NULL : &rows->items[at - 1];
}

/* How much of a name leaves room for a number, in whole characters. */
static int rows_cut(const char *name)
{
	size_t length = strlen(name);

	if (length <= ROWS_NAME_MAX)
		return (int)length;
	length = ROWS_NAME_MAX;
	while (length > 0 && ((unsigned char)name[length] & 0xc0) == 0x80)
		length--;
	return (int)length;
}

/* "core", "core-2": names are what results are called by. */
static const char *rows_free_name(struct rows *rows, const struct row *row)
{
	const char *name = row->name.text;
	size_t first = *rows_slot(rows, &rows->names, name);

	if (first == 0)
		return name;
	while (*rows_slot(rows, &rows->names, name) != 0)
		name = arena_printf(rows->r->arena, "%.*s-%u",
				    rows_cut(row->name.text), row->name.text,
				    ++rows->items[first - 1].copies + 1);
	inventory_note(rows->s, rows->r->file, row->line,
		       "the name '%s' is there twice, first on line %u: "
		       "called '%s' here",
		       row->name.text, rows->items[first - 1].line, name);
	return name;
}

void rows_add(struct rows *rows, const struct row *row)
{
	struct row *known, *made;

	rows_grow_index(rows, &rows->addresses);
	rows_grow_index(rows, &rows->names);
	known = rows_known(rows, row);
	if (known != NULL) {
		rows_merge_words(rows, known, row->words);
		inventory_note(rows->s, rows->r->file, row->line,
			       "'%s' is there twice, first on line %u: taken "
			       "once",
			       row->address.text, known->line);
		return;
	}
	rows->items = mem_grow(rows->items, &rows->capacity, rows->count + 1,
			       sizeof *rows->items);
	made = &rows->items[rows->count];
	*made = *row;
	if (made->name.text != NULL)
		made->name.text = rows_free_name(rows, row);
	rows->count++;
	if (made->address.text != NULL)
		*rows_slot(rows, &rows->addresses, made->address.text) =
		    rows->count;
	if (made->name.text != NULL)
		*rows_slot(rows, &rows->names, made->name.text) = rows->count;
}

/* The tree ---------------------------------------------------------------- */

static struct tree *rows_node(const struct rows *rows, enum tree_kind kind,
			      unsigned line, unsigned column)
{
	struct tree *t = arena_calloc(rows->r->arena, 1, sizeof *t);

	t->kind = kind;
	t->line = line;
	t->column = column;
	return t;
}

static struct tree *rows_text(const struct rows *rows, const char *text,
			      size_t length, const struct row_cell *at)
{
	struct tree *t = rows_node(rows, TREE_TEXT, at->line, at->column);

	t->text = arena_strndup(rows->r->arena, text, length);
	return t;
}

/* "a;b" as a list; with map, "ssh=2222;http=8080" as one. */
static const struct tree *rows_split(const struct rows *rows,
				     const struct row_cell *cell, bool map)
{
	struct tree *t = rows_node(rows, map ? TREE_MAP : TREE_LIST, cell->line,
				   cell->column);
	size_t room = strlen(cell->text) / 2 + 1;
	const struct tree **items =
	    arena_calloc(rows->r->arena, room, sizeof *items);
	const struct tree **keys =
	    arena_calloc(rows->r->arena, room, sizeof *keys);
	const char *at = cell->text;

	t->items = items;
	t->keys = keys;
	for (;;) {
		size_t length, key;

		at += strspn(at, " ;,|");
		length = strcspn(at, ";,|");
		if (length == 0)
			return t;
		key = map ? strcspn(at, "=;,|") : 0;
		if (map)
			keys[t->count] = rows_text(rows, at, key, cell);
		if (map && at[key] == '=')
			key++;
		items[t->count++] =
		    rows_text(rows, at + key, length - key, cell);
		at += length;
	}
}

static const struct tree *rows_words(const struct rows *rows,
				     const struct row *row)
{
	struct tree *t =
	    rows_node(rows, TREE_LIST, row->types.line, row->types.column);
	size_t count = reader_count(row->words);
	const struct tree **items =
	    arena_calloc(rows->r->arena, count + 1, sizeof *items);

	for (; t->count < count; t->count++)
		items[t->count] =
		    rows_text(rows, row->words[t->count],
			      strlen(row->words[t->count]), &row->types);
	t->items = items;
	return t;
}

struct rows_map {
	const struct tree *keys[6], *items[6];
	size_t count;
};

static void rows_put(const struct rows *rows, struct rows_map *map,
		     const char *key, const struct row_cell *at,
		     const struct tree *value)
{
	map->keys[map->count] = rows_text(rows, key, strlen(key), at);
	map->items[map->count++] = value;
}

static void rows_put_text(const struct rows *rows, struct rows_map *map,
			  const char *key, const struct row_cell *cell)
{
	if (cell->text != NULL)
		rows_put(rows, map, key, cell,
			 rows_text(rows, cell->text, strlen(cell->text), cell));
}

static const struct tree *rows_device(const struct rows *rows,
				      const struct row *row)
{
	struct tree *t = rows_node(rows, TREE_MAP, row->line, 1);
	struct rows_map map = {.count = 0};
	bool network =
	    row->address.text != NULL && target_is_network(row->address.text);

	rows_put_text(rows, &map, network ? "network" : "address",
		      &row->address);
	if (row->words[0] != NULL)
		rows_put(rows, &map, "types", &row->types,
			 rows_words(rows, row));
	rows_put_text(rows, &map, "name", &row->name);
	if (row->ports.text != NULL)
		rows_put(rows, &map, "ports", &row->ports,
			 rows_split(rows, &row->ports, true));
	if (row->credentials.text != NULL)
		rows_put(rows, &map, "credentials", &row->credentials,
			 rows_split(rows, &row->credentials, false));
	rows_put_text(rows, &map, "site", &row->site);
	t->keys =
	    arena_copy(rows->r->arena, map.keys, map.count, sizeof *map.keys);
	t->items =
	    arena_copy(rows->r->arena, map.items, map.count, sizeof *map.items);
	t->count = map.count;
	return t;
}

/* {preflight: inventory/1, devices: [...]} */
const struct tree *rows_tree(const struct rows *rows)
{
	const struct row_cell top = {NULL, 1, 1};
	struct tree *root = rows_node(rows, TREE_MAP, 1, 1);
	struct tree *list = rows_node(rows, TREE_LIST, 1, 1);
	const struct tree **devices =
	    arena_calloc(rows->r->arena, rows->count + 1, sizeof *devices);
	struct rows_map map = {.count = 0};

	for (size_t i = 0; i < rows->count; i++)
		devices[i] = rows_device(rows, &rows->items[i]);
	list->items = devices;
	list->count = rows->count;
	rows_put(rows, &map, "preflight", &top,
		 rows_text(rows, "inventory/1", strlen("inventory/1"), &top));
	rows_put(rows, &map, "devices", &top, list);
	root->keys =
	    arena_copy(rows->r->arena, map.keys, map.count, sizeof *map.keys);
	root->items =
	    arena_copy(rows->r->arena, map.items, map.count, sizeof *map.items);
	root->count = map.count;
	return root;
}
