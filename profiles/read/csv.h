/*
 * csv.h - a text of rows and cells, read row by row.
 *
 * RFC 4180 with any separator: double quotes around a cell, a quote inside is
 * doubled, line breaks may stand inside quotes. Empty rows and lines that start
 * with '#' are skipped, empty cells at the end of a row are not there.
 */
#ifndef PREFLIGHT_CSV_H
#define PREFLIGHT_CSV_H

#include "core/base/buf.h"
#include "core/base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum { CSV_CELLS_MAX = 1024 };

struct csv_cell {
	const char *text; /* without blanks around it; "" */
	unsigned line, column;
};

struct csv {
	const char *file;
	char separator;
	const char *at, *line_start;
	unsigned line;
	/* This row. */
	unsigned row_line;
	size_t count;
	struct csv_cell *cells;
	size_t capacity, offsets_capacity;
	size_t *offsets;
	struct buf text;
};

/* Begins at the first row; "sep=;" is not one. `text` is borrowed. */
void csv_begin(struct csv *c, const char *file, const char *text,
	       char separator);
/* 1: the next row is in c, 0: the text ends, -1: error. */
int csv_row_next(struct csv *c, struct error *err);
void csv_end(struct csv *c);

/* The separator that the text names itself ("sep=;"), or 0. */
char csv_separator(const char *text);

/* The text of a cell in this row; "" where the row is shorter. */
const char *csv_text(const struct csv *c, size_t column);

#endif
