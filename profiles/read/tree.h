/*
 * tree.h - a YAML text as a small tree of nodes that know their place.
 *
 * Strict: one document; no aliases, anchors, tags, merge keys or duplicate
 * keys; bounded depth and number of nodes. Scalars are text; a line break
 * inside one has become a space. Everything lives in the arena.
 */
#ifndef PREFLIGHT_TREE_H
#define PREFLIGHT_TREE_H

#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/mem.h"

#include <stdbool.h>
#include <stddef.h>

enum tree_kind { TREE_TEXT, TREE_LIST, TREE_MAP };

struct tree {
	enum tree_kind kind;
	unsigned line, column;           /* from 1 */
	const char *text;                /* TREE_TEXT */
	size_t count;                    /* items (and keys) */
	const struct tree *const *keys;  /* TREE_MAP: TREE_TEXT nodes */
	const struct tree *const *items; /* TREE_LIST, TREE_MAP */
};

/* How many values a text may have. */
struct tree_limits {
	size_t nodes; /* but for what is in the list `entries` */
	/* A key at the top, whose list may be long: NULL for none. */
	const char *entries;
	size_t entry_count, entry_nodes; /* of them; of each */
	const char *instead;             /* what to write where it is longer */
};

/* file is for errors only. NULL: err says why, with line and column. */
const struct tree *tree_parse(struct arena *arena, const char *file,
			      const struct tree_limits *limits,
			      const struct buf *text, struct error *err);

/* The value of a key of a map, or NULL (also when t is not a map). */
const struct tree *tree_get(const struct tree *t, const char *key);

#endif
