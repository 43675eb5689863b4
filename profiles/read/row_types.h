/*
 * row_types.h - the words of a table as types of devices, and which word was
 * taken for what.
 */
#ifndef PREFLIGHT_ROW_TYPES_H
#define PREFLIGHT_ROW_TYPES_H

#include "profiles/read/rows.h"

struct row_word {
	const char *text;
	const char *types; /* NULL: unknown; "": it does not say a type */
	size_t count;
	unsigned line;
};

struct row_types {
	struct reader *r;
	struct inventory_store *s;
	struct row_word *words; /* distinct */
	size_t count, capacity;
};

/*
 * Types of a row: of the cell with types, and where that says nothing, of the
 * operating system. With `own`, unknown words stay for the reader to refuse.
 */
const char *const *row_types_of(struct row_types *t, const char *text,
				const char *os, bool own, unsigned line);
/* A note for each distinct word that is not a type itself. */
void row_types_note(const struct row_types *t);
void row_types_end(struct row_types *t);

#endif
