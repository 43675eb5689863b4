/*
 * rows.h - the devices of a table, as the tree that they would have in YAML.
 */
#ifndef PREFLIGHT_ROWS_H
#define PREFLIGHT_ROWS_H

#include "profiles/read/inventory_internal.h"

struct row_cell {
	const char *text; /* NULL: there is none */
	unsigned line, column;
};

/* One row; texts live in the arena of the reader. */
struct row {
	unsigned line;
	struct row_cell address, name, site, ports, credentials, types;
	const char *const *words; /* its types; ends with NULL */
	unsigned copies;          /* later rows with the same name */
};

struct rows {
	struct reader *r;
	struct inventory_store *s;
	struct row *items;
	size_t count, capacity;
	struct row_index {
		size_t *slots; /* 0: free, else a row's number from 1 */
		size_t size;
	} addresses, names;
};

void rows_begin(struct rows *rows, struct reader *r, struct inventory_store *s);
/* An address that is there already gives its types to the first row with it; a
 * name that is there already gets a number. Both are noted. */
void rows_add(struct rows *rows, const struct row *row);
const struct tree *rows_tree(const struct rows *rows);
void rows_end(struct rows *rows);

#endif
