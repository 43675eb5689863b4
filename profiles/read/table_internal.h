/*
 * table_internal.h - a table of devices while it is read.
 */
#ifndef PREFLIGHT_TABLE_INTERNAL_H
#define PREFLIGHT_TABLE_INTERNAL_H

#include "profiles/read/columns.h"
#include "profiles/read/row_types.h"

struct table {
	struct reader *r;
	struct inventory_store *s;
	const char *text;
	struct error err;
	struct csv csv;
	struct columns columns;
	char separator;
	const char **header; /* names of the columns; arena */
	size_t header_count;
	unsigned header_line; /* 0: a bare list of addresses */
	struct rows rows;
	struct row_types types;
	bool own_types; /* the column is called `types` */
	size_t row_count;
};

/* t->err is set: it goes into the reader's list. Always -1. */
int table_fail(struct table *t);
/* The same for a text at a cell. */
int table_fail_at(struct table *t, const struct csv_cell *at, const char *text);

/* Finds the header and the columns, and notes what they are taken for; t->csv
 * stands on the header, or on the first row of a bare list. -1: reported. */
int table_header(struct table *t);

#endif
