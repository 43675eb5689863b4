/*
 * columns.h - which column of a table is what, by its name.
 */
#ifndef PREFLIGHT_COLUMNS_H
#define PREFLIGHT_COLUMNS_H

#include "profiles/read/csv.h"

#include <stdbool.h>
#include <stddef.h>

enum column_field {
	COLUMN_ADDRESS,
	COLUMN_TYPES,
	COLUMN_NAME,
	COLUMN_PORTS,
	COLUMN_CREDENTIALS,
	COLUMN_SITE,
	COLUMN_OS,   /* decides where the type is only "Server" */
	COLUMN_HOST, /* a DNS name, for rows without an address */
	COLUMN_IGNORE,
	COLUMN_FIELDS = COLUMN_IGNORE
};

enum { COLUMN_NONE = CSV_CELLS_MAX };

/* One --map COLUMN=FIELD. */
struct column_map {
	const char *column;
	enum column_field field;
	bool used;
};

struct columns {
	size_t at[COLUMN_FIELDS]; /* COLUMN_NONE: there is none */
	size_t count;             /* of fields that have a column */
	/* preflight's own names only, as preflight writes them: what is missing
	 * in a row is a mistake. */
	bool own;
};

/* The names of the fields, as --map takes them; ends with NULL. */
extern const char *const column_fields[];

/* Looks for columns in a row of names. */
void columns_find(const struct csv *c, const struct column_map *maps,
		  size_t map_count, struct columns *out);
/* True where a cell names a column by one of `maps` that has the same name. */
bool columns_same(const char *name, const char *other);
/* True where the column has a use. */
bool columns_use(const struct columns *c, size_t column);
/* A column that is one of preflight's own but for a letter: the right name, or
 * NULL. */
const char *columns_mistyped(const struct csv *c, const struct columns *found,
			     size_t column);

#endif
