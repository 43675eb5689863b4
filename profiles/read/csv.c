/*
 * csv.c - a CSV inventory as the tree that it would have in YAML.
 *
 * RFC 4180: comma, double quotes, a quote inside is doubled. The first row
 * names the columns. Line ends inside quotes are refused.
 */
#include "profiles/read/inventory_internal.h"
#include "profiles/plan/target.h"
#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

enum { CSV_COLUMNS_MAX = 8, CSV_FIELD_MAX = 1024 };

static const char *const csv_columns[] = {"address", "types",       "name",
					  "ports",   "credentials", NULL};

struct csv_field {
	char text[CSV_FIELD_MAX];
	unsigned column;
};

struct csv {
	struct arena *arena;
	const char *file;
	struct error *err;
	const char *at;
	unsigned line;
	struct csv_field fields[CSV_COLUMNS_MAX]; /* of this row */
	size_t field_count;
	const char *columns[CSV_COLUMNS_MAX]; /* of csv_columns */
	size_t column_count;
};

static int csv_fail(struct csv *c, unsigned column, const char *text)
{
	return error_at(c->err, c->file, c->line, column, "%s", text);
}

/* One field, without blanks around it; c->at stays on ',' or the line end. */
static int csv_field(struct csv *c, const char *row, struct csv_field *out)
{
	size_t length = 0;
	bool quoted;

	while (*c->at == ' ')
		c->at++;
	out->column = (unsigned)(c->at - row) + 1;
	quoted = *c->at == '"';
	if (quoted)
		c->at++;
	for (;; c->at++) {
		if (*c->at == '\0' || *c->at == '\n')
			break;
		if (quoted && *c->at == '"' && c->at[1] == '"')
			c->at++;
		else if (quoted ? *c->at == '"' : *c->at == ',')
			break;
		if (length + 1 >= sizeof out->text)
			return csv_fail(c, out->column, "a field is too long");
		out->text[length++] = *c->at;
	}
	if (quoted && *c->at != '"')
		return csv_fail(c, out->column, "a quote is not closed");
	c->at += quoted;
	while (length > 0 &&
	       (out->text[length - 1] == ' ' || out->text[length - 1] == '\r'))
		length--;
	out->text[length] = '\0';
	while (*c->at == ' ' || *c->at == '\r')
		c->at++;
	if (*c->at != ',' && *c->at != '\n' && *c->at != '\0')
		return csv_fail(c, (unsigned)(c->at - row) + 1,
				"text after a closing quote");
	return 0;
}

/* 1: a row is in c->fields, 0: the file ends, -1: error. Empty lines and lines
 * that start with '#' are skipped. */
static int csv_row(struct csv *c)
{
	for (;;) {
		const char *row = c->at;

		if (*row == '\0')
			return 0;
		c->line++;
		c->field_count = 0;
		if (*row == '#')
			c->at += strcspn(row, "\n");
		while (*c->at != '\n' && *c->at != '\0') {
			if (c->field_count == CSV_COLUMNS_MAX)
				return csv_fail(c, 1, "too many columns");
			if (csv_field(c, row, &c->fields[c->field_count]) == -1)
				return -1;
			c->field_count++;
			if (*c->at != ',')
				break;
			c->at++;
			/* "a,b," ends with an empty field. */
			if ((*c->at == '\n' || *c->at == '\0') &&
			    c->field_count < CSV_COLUMNS_MAX) {
				c->fields[c->field_count].text[0] = '\0';
				c->fields[c->field_count++].column =
				    (unsigned)(c->at - row) + 1;
			}
		}
		if (*c->at == '\n')
			c->at++;
		if (c->field_count > 1 ||
		    (c->field_count == 1 && c->fields[0].text[0] != '\0'))
			return 1;
	}
}

static int csv_header(struct csv *c)
{
	for (size_t i = 0; i < c->field_count; i++) {
		const char *word = c->fields[i].text;

		for (size_t k = 0; csv_columns[k] != NULL; k++) {
			if (strcmp(csv_columns[k], word) == 0)
				c->columns[i] = csv_columns[k];
		}
		if (c->columns[i] == NULL) {
			error_at(c->err, c->file, c->line, c->fields[i].column,
				 "unknown column '%s'", word);
			if (strchr(word, ';') != NULL)
				error_suggest(c->err,
					      "separate columns by ','");
			else
				error_nearest(c->err, word, text_name_at,
					      csv_columns, NULL);
			return -1;
		}
		for (size_t k = 0; k < i; k++) {
			if (c->columns[k] == c->columns[i])
				return csv_fail(c, c->fields[i].column,
						"a column is there twice");
		}
	}
	c->column_count = c->field_count;
	for (size_t i = 0; i < c->column_count; i++) {
		if (c->columns[i] == csv_columns[0])
			return 0;
	}
	csv_fail(c, 1, "the first line lacks the column 'address'");
	error_suggest(c->err, "start with address,types,name");
	return -1;
}

static struct tree *csv_node(struct csv *c, enum tree_kind kind,
			     unsigned column)
{
	struct tree *t = arena_calloc(c->arena, 1, sizeof *t);

	t->kind = kind;
	t->line = c->line;
	t->column = column;
	return t;
}

static struct tree *csv_text(struct csv *c, const char *text, size_t length,
			     unsigned column)
{
	struct tree *t = csv_node(c, TREE_TEXT, column);

	t->text = arena_strndup(c->arena, text, length);
	return t;
}

/* "a;b" as a list; with map, "ssh=2222;http=8080" as one. */
static const struct tree *csv_split(struct csv *c, const struct csv_field *f,
				    bool map)
{
	struct tree *t = csv_node(c, map ? TREE_MAP : TREE_LIST, f->column);
	const struct tree **items, **keys;
	const char *at = f->text;
	size_t count = 1;

	for (const char *p = at; *p != '\0'; p++)
		count += *p == ';';
	items = arena_calloc(c->arena, count, sizeof *items);
	keys = arena_calloc(c->arena, count, sizeof *keys);
	t->items = items;
	t->keys = keys;
	for (;;) {
		size_t length, key;

		at += strspn(at, " ");
		length = strcspn(at, ";");
		key = map ? strcspn(at, "=;") : 0;
		if (length > 0) {
			if (map)
				keys[t->count] =
				    csv_text(c, at, key, f->column);
			if (map && at[key] == '=')
				key++;
			items[t->count++] =
			    csv_text(c, at + key, length - key, f->column);
		}
		if (at[length] == '\0')
			return t;
		at += length + 1;
	}
}

static const struct tree *csv_value(struct csv *c, const struct csv_field *f,
				    const char *column)
{
	if (strcmp(column, "types") == 0 || strcmp(column, "credentials") == 0)
		return csv_split(c, f, false);
	if (strcmp(column, "ports") == 0)
		return csv_split(c, f, true);
	return csv_text(c, f->text, strlen(f->text), f->column);
}

static const struct tree *csv_device(struct csv *c)
{
	struct tree *t = csv_node(c, TREE_MAP, 1);
	const struct tree **keys =
	    arena_calloc(c->arena, c->column_count, sizeof *keys);
	const struct tree **items =
	    arena_calloc(c->arena, c->column_count, sizeof *items);

	for (size_t i = 0; i < c->field_count; i++) {
		const struct csv_field *f = &c->fields[i];
		const char *column = c->columns[i];

		if (f->text[0] == '\0')
			continue;
		if (column == csv_columns[0] && target_is_network(f->text))
			column = "network";
		keys[t->count] = csv_text(c, column, strlen(column), f->column);
		items[t->count++] = csv_value(c, f, c->columns[i]);
	}
	t->keys = keys;
	t->items = items;
	return t;
}

/* {preflight: inventory/1, devices: [...]} */
static const struct tree *csv_root(struct csv *c, const struct tree **devices,
				   size_t count)
{
	static const char *const words[] = {"preflight", "devices"};
	struct tree *root = csv_node(c, TREE_MAP, 1);
	struct tree *list = csv_node(c, TREE_LIST, 1);
	const struct tree **keys = arena_calloc(c->arena, 2, sizeof *keys);
	const struct tree **items = arena_calloc(c->arena, 2, sizeof *items);

	for (size_t i = 0; i < 2; i++)
		keys[i] = csv_text(c, words[i], strlen(words[i]), 1);
	if (count > 0)
		list->items =
		    arena_copy(c->arena, devices, count, sizeof *devices);
	list->count = count;
	items[0] = csv_text(c, "inventory/1", strlen("inventory/1"), 1);
	items[1] = list;
	root->keys = keys;
	root->items = items;
	root->count = 2;
	return root;
}

const struct tree *csv_parse(struct arena *a, const char *file,
			     const struct buf *text, struct error *err)
{
	struct csv *c = mem_calloc(1, sizeof *c);
	const struct tree **devices = NULL;
	const struct tree *root = NULL;
	size_t count = 0, capacity = 0;
	int status;

	c->arena = a;
	c->file = file;
	c->err = err;
	c->at = buf_text(text);
	status = csv_row(c);
	if (status == 0)
		error_at(err, file, 0, 0, "is empty");
	if (status != 1 || csv_header(c) == -1)
		goto out;
	while ((status = csv_row(c)) == 1) {
		if (c->field_count > c->column_count) {
			csv_fail(c, c->fields[c->column_count].column,
				 "more fields than the first line names");
			goto out;
		}
		devices =
		    mem_grow(devices, &capacity, count + 1, sizeof *devices);
		devices[count++] = csv_device(c);
	}
	if (status == 0)
		root = csv_root(c, devices, count);
out:
	free(devices);
	free(c);
	return root;
}
