/*
 * tree.c - YAML events to a tree; the only file that knows libyaml.
 *
 * The event interface, not the document loader: a document of aliases is
 * refused before it can grow (T-10).
 */
#include "profiles/read/tree.h"
#include "profiles/read/profile.h"
#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

/* A list or map that is still open. */
struct tree_level {
	struct tree *node;
	const struct tree *key; /* map: waits for its value */
	const struct tree **keys, **items;
	size_t key_capacity, item_capacity, count;
};

struct tree_build {
	struct arena *arena;
	const char *file;
	struct error *err;
	struct tree_level levels[PROFILE_DEPTH_MAX];
	const struct tree_limits *limits;
	unsigned depth;
	unsigned documents;
	size_t nodes, entries, entry_nodes;
	const struct tree *root;
	bool done;
};

static int tree_fail(struct tree_build *b, const yaml_mark_t *mark,
		     const char *text)
{
	return error_at(b->err, b->file, (unsigned)mark->line + 1,
			(unsigned)mark->column + 1, "%s", text);
}

/* In the list that may be long: an entry of it, or a part of one. */
static bool tree_is_in_entries(const struct tree_build *b)
{
	const struct tree *key = b->depth < 2 ? NULL : b->levels[0].key;

	return b->limits->entries != NULL && key != NULL &&
	       b->levels[1].node->kind == TREE_LIST &&
	       strcmp(key->text, b->limits->entries) == 0;
}

/* One value more; -1: too many. */
static int tree_count(struct tree_build *b, const yaml_mark_t *mark)
{
	const struct tree_limits *l = b->limits;

	if (!tree_is_in_entries(b)) {
		if (++b->nodes <= l->nodes)
			return 0;
		return error_at(b->err, b->file, (unsigned)mark->line + 1,
				(unsigned)mark->column + 1,
				"more than %zu values%s%s in one file",
				l->nodes, l->entries == NULL ? "" : " beside ",
				l->entries == NULL ? "" : l->entries);
	}
	if (b->depth == 2) {
		b->entry_nodes = 0;
		if (++b->entries > l->entry_count) {
			error_at(b->err, b->file, (unsigned)mark->line + 1,
				 (unsigned)mark->column + 1,
				 "more than %zu %s in one file", l->entry_count,
				 l->entries);
			error_suggest(b->err, "%s", l->instead);
			return -1;
		}
	}
	if (++b->entry_nodes > l->entry_nodes)
		return error_at(b->err, b->file, (unsigned)mark->line + 1,
				(unsigned)mark->column + 1,
				"more than %zu values in one entry of %s",
				l->entry_nodes, l->entries);
	return 0;
}

static struct tree *tree_new(struct tree_build *b, enum tree_kind kind,
			     const yaml_mark_t *mark)
{
	struct tree *node;

	if (tree_count(b, mark) == -1)
		return NULL;
	node = arena_calloc(b->arena, 1, sizeof *node);
	node->kind = kind;
	node->line = (unsigned)mark->line + 1;
	node->column = (unsigned)mark->column + 1;
	return node;
}

static int tree_refuse(struct tree_build *b, const yaml_mark_t *mark,
		       const void *anchor, const void *tag)
{
	if (anchor != NULL)
		return tree_fail(b, mark,
				 "anchors (&name) are not allowed here");
	if (tag != NULL)
		return tree_fail(b, mark, "tags (!name) are not allowed here");
	return 0;
}

/* Puts a finished node where it belongs: the root, a key, a value, an item. */
static int tree_attach(struct tree_build *b, const struct tree *node,
		       const yaml_mark_t *mark)
{
	struct tree_level *level;

	if (b->depth == 0) {
		b->root = node;
		return 0;
	}
	level = &b->levels[b->depth - 1];
	if (level->node->kind == TREE_MAP && level->key == NULL) {
		if (node->kind != TREE_TEXT)
			return tree_fail(b, mark, "a key must be a word");
		level->key = node;
		return 0;
	}
	if (level->node->kind == TREE_MAP) {
		level->keys = mem_grow(level->keys, &level->key_capacity,
				       level->count + 1, sizeof(struct tree *));
		level->keys[level->count] = level->key;
		level->key = NULL;
	}
	level->items = mem_grow(level->items, &level->item_capacity,
				level->count + 1, sizeof(struct tree *));
	level->items[level->count++] = node;
	return 0;
}

static int tree_text(struct tree_build *b, const yaml_event_t *e)
{
	const char *value = (const char *)e->data.scalar.value;
	size_t length = e->data.scalar.length;
	struct tree *node;
	char *text;

	if (tree_refuse(b, &e->start_mark, e->data.scalar.anchor,
			e->data.scalar.tag) == -1)
		return -1;
	while (length > 0 && value[length - 1] == '\n')
		length--;
	text = arena_strndup(b->arena, value, length);
	for (char *c = text; *c != '\0'; c++) {
		if (*c == '\n' || *c == '\t')
			*c = ' ';
	}
	if (strlen(text) != length || text_has_controls(text))
		return tree_fail(b, &e->start_mark,
				 "control character in the text");
	if (strcmp(text, "<<") == 0)
		return tree_fail(b, &e->start_mark,
				 "merge keys (<<) are not allowed here");
	node = tree_new(b, TREE_TEXT, &e->start_mark);
	if (node == NULL)
		return -1;
	node->text = text;
	return tree_attach(b, node, &e->start_mark);
}

static int tree_open(struct tree_build *b, enum tree_kind kind,
		     const yaml_event_t *e)
{
	struct tree *node;
	bool map = kind == TREE_MAP;

	/* The two event structures differ in type only. */
	if (tree_refuse(b, &e->start_mark,
			map ? e->data.mapping_start.anchor
			    : e->data.sequence_start.anchor,
			map ? e->data.mapping_start.tag
			    : e->data.sequence_start.tag) == -1)
		return -1;
	if (b->depth == PROFILE_DEPTH_MAX)
		return tree_fail(b, &e->start_mark, "nested too deeply");
	node = tree_new(b, kind, &e->start_mark);
	if (node == NULL)
		return -1;
	memset(&b->levels[b->depth], 0, sizeof b->levels[0]);
	b->levels[b->depth++].node = node;
	return 0;
}

static int tree_by_key(const void *a, const void *b)
{
	const struct tree *const *left = a;
	const struct tree *const *right = b;
	int order = strcmp((*left)->text, (*right)->text);

	if (order == 0)
		order = (*left)->line < (*right)->line ? -1 : 1;
	return order;
}

static int tree_check_keys(struct tree_build *b, const struct tree_level *level)
{
	const struct tree **sorted;
	int status = 0;

	if (level->count < 2)
		return 0;
	sorted = mem_calloc(level->count, sizeof *sorted);
	memcpy(sorted, level->keys, level->count * sizeof *sorted);
	qsort(sorted, level->count, sizeof *sorted, tree_by_key);
	for (size_t i = 1; i < level->count && status == 0; i++) {
		if (strcmp(sorted[i - 1]->text, sorted[i]->text) == 0)
			status = error_at(
			    b->err, b->file, sorted[i]->line, sorted[i]->column,
			    "key '%s' is here twice, first on line %u",
			    sorted[i]->text, sorted[i - 1]->line);
	}
	free(sorted);
	return status;
}

static int tree_close(struct tree_build *b, const yaml_event_t *e)
{
	struct tree_level *level = &b->levels[b->depth - 1];
	struct tree *node = level->node;
	int status = 0;

	if (node->kind == TREE_MAP && level->count > 0) {
		status = tree_check_keys(b, level);
		node->keys = arena_copy(b->arena, level->keys, level->count,
					sizeof *level->keys);
	}
	if (level->count > 0)
		node->items = arena_copy(b->arena, level->items, level->count,
					 sizeof *level->items);
	node->count = level->count;
	free(level->keys);
	free(level->items);
	b->depth--;
	return status == -1 ? -1 : tree_attach(b, node, &e->start_mark);
}

static int tree_document(struct tree_build *b, const yaml_event_t *e)
{
	if (e->data.document_start.tag_directives.start !=
	    e->data.document_start.tag_directives.end)
		return tree_fail(b, &e->start_mark, "%TAG is not allowed here");
	if (++b->documents > 1)
		return tree_fail(b, &e->start_mark,
				 "a second document: one file holds one");
	return 0;
}

static int tree_event(struct tree_build *b, const yaml_event_t *e)
{
	switch (e->type) {
	case YAML_DOCUMENT_START_EVENT:
		return tree_document(b, e);
	case YAML_ALIAS_EVENT:
		return tree_fail(b, &e->start_mark,
				 "aliases (*name) are not allowed here");
	case YAML_SCALAR_EVENT:
		return tree_text(b, e);
	case YAML_SEQUENCE_START_EVENT:
		return tree_open(b, TREE_LIST, e);
	case YAML_MAPPING_START_EVENT:
		return tree_open(b, TREE_MAP, e);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		return tree_close(b, e);
	case YAML_STREAM_END_EVENT:
		b->done = true;
		return 0;
	default:
		return 0;
	}
}

/* True where the indentation of a line (from 0) holds a TAB. */
static bool tree_has_tab(const struct buf *text, size_t line)
{
	const char *at = buf_text(text);

	while (line-- > 0 && at != NULL) {
		at = strchr(at, '\n');
		at = at == NULL ? NULL : at + 1;
	}
	if (at == NULL)
		return false;
	at += strspn(at, " ");
	return *at == '\t';
}

static void tree_syntax(struct tree_build *b, const yaml_parser_t *parser,
			const struct buf *text)
{
	const char *problem = parser->problem;

	if (parser->error == YAML_MEMORY_ERROR) {
		error_at(b->err, b->file, 0, 0, "out of memory");
		b->err->of_host = true;
		return;
	}
	error_at(b->err, b->file, (unsigned)parser->problem_mark.line + 1,
		 (unsigned)parser->problem_mark.column + 1,
		 "not valid YAML: %s",
		 problem == NULL ? "cannot be read" : problem);
	if (tree_has_tab(text, parser->problem_mark.line))
		error_suggest(b->err, "indent with spaces, not with TAB");
}

static int tree_run(struct tree_build *b, yaml_parser_t *parser,
		    const struct buf *text)
{
	while (!b->done) {
		yaml_event_t event;
		int status;

		if (!yaml_parser_parse(parser, &event)) {
			tree_syntax(b, parser, text);
			return -1;
		}
		status = tree_event(b, &event);
		yaml_event_delete(&event);
		if (status == -1)
			return -1;
	}
	return 0;
}

const struct tree *tree_parse(struct arena *arena, const char *file,
			      const struct tree_limits *limits,
			      const struct buf *text, struct error *err)
{
	struct tree_build b = {
	    .arena = arena, .file = file, .limits = limits, .err = err};
	yaml_parser_t parser;
	int status;

	if (!yaml_parser_initialize(&parser)) {
		error_at(err, file, 0, 0, "out of memory");
		err->of_host = true;
		return NULL;
	}
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, text->data, text->length);
	status = tree_run(&b, &parser, text);
	while (b.depth > 0) {
		b.depth--;
		free(b.levels[b.depth].keys);
		free(b.levels[b.depth].items);
	}
	yaml_parser_delete(&parser);
	if (status == -1)
		return NULL;
	if (b.root == NULL)
		error_at(err, file, 0, 0, "is empty");
	return b.root;
}

const struct tree *tree_get(const struct tree *t, const char *key)
{
	if (t == NULL || t->kind != TREE_MAP)
		return NULL;
	for (size_t i = 0; i < t->count; i++) {
		if (strcmp(t->keys[i]->text, key) == 0)
			return t->items[i];
	}
	return NULL;
}
