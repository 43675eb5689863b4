/*
 * table_header.c - where the names of a table's columns are, and what they
 * mean.
 */
#include "profiles/read/cell.h"
#include "profiles/read/table_internal.h"
#include "profiles/plan/target.h"
#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

enum {
	TABLE_TITLES_MAX = 20, /* rows in which the header is looked for */
	TABLE_SAMPLE_MAX = 100 /* rows that show what a column holds */
};

static bool table_is_header(const struct columns *found)
{
	return found->at[COLUMN_ADDRESS] != COLUMN_NONE ||
	       found->at[COLUMN_HOST] != COLUMN_NONE;
}

/* How well a row names columns: addresses first, then how many. */
static size_t table_score(const struct columns *found)
{
	return found->count + (found->at[COLUMN_ADDRESS] != COLUMN_NONE ? 20
			       : found->at[COLUMN_HOST] != COLUMN_NONE  ? 10
									: 0);
}

/* The best row of the first ones with this separator: its number from 1, or 0;
 * *score is 1,000 for each column that it names, and its cells. */
static size_t table_look(const struct table *t, char separator, size_t *score)
{
	size_t best = 0, best_columns = 0;
	struct columns found;
	struct error unused;
	struct csv c;

	*score = 0;
	csv_begin(&c, t->r->file, t->text, separator);
	for (size_t n = 1;
	     n <= TABLE_TITLES_MAX && csv_row_next(&c, &unused) == 1; n++) {
		size_t columns;

		columns_find(&c, t->s->maps, t->s->map_count, &found);
		columns = table_score(&found);
		if (columns > best_columns) {
			best_columns = columns;
			best = n;
		}
		if (columns * 2000 + c.count > *score)
			*score = columns * 2000 + c.count;
	}
	csv_end(&c);
	return best;
}

/* The separator with which the header makes most sense. */
static char table_separator(const struct table *t, size_t *header)
{
	static const char separators[] = ",;\t|";
	char best = csv_separator(t->text);
	size_t score, most = 0;

	if (best != 0) {
		*header = table_look(t, best, &score);
		return best;
	}
	for (const char *s = separators; *s != '\0'; s++) {
		size_t row = table_look(t, *s, &score);

		if (score > most) {
			most = score;
			best = *s;
			*header = row;
		}
	}
	return best == 0 ? ',' : best;
}

/* Which column holds addresses and nothing else, by the rows behind the first
 * one; COLUMN_NONE where it is not one column. */
static size_t table_by_content(const struct table *t)
{
	size_t *good = mem_calloc(CSV_CELLS_MAX, sizeof *good);
	size_t *filled = mem_calloc(CSV_CELLS_MAX, sizeof *filled);
	size_t found = COLUMN_NONE, n = 0;
	struct error unused;
	struct csv c;

	csv_begin(&c, t->r->file, t->text, t->separator);
	for (; n < TABLE_SAMPLE_MAX && csv_row_next(&c, &unused) == 1; n++) {
		for (size_t i = 0; n > 0 && i < c.count; i++) {
			if (cell_is_nothing(c.cells[i].text))
				continue;
			filled[i]++;
			good[i] += cell_is_address(c.cells[i].text);
		}
	}
	csv_end(&c);
	for (size_t i = 0; i < CSV_CELLS_MAX && found == COLUMN_NONE; i++)
		if (good[i] > 0 && good[i] * 10 >= filled[i] * 8)
			found = i;
	free(good);
	free(filled);
	return found;
}

static void table_keep_header(struct table *t)
{
	const struct csv *c = &t->csv;

	t->header = arena_calloc(t->r->arena, c->count + 1, sizeof *t->header);
	t->header_count = c->count;
	t->header_line = c->row_line;
	for (size_t i = 0; i < c->count; i++)
		t->header[i] = arena_strdup(t->r->arena, c->cells[i].text);
}

/* A column of preflight's own is there once; a name that is nearly one of them
 * is a mistake. */
static int table_check_header(struct table *t)
{
	const struct csv *c = &t->csv;

	for (size_t i = 0; i < c->count; i++) {
		const char *near = columns_mistyped(c, &t->columns, i);

		if (near != NULL) {
			error_at(&t->err, t->r->file, c->cells[i].line,
				 c->cells[i].column, "unknown column '%s'",
				 c->cells[i].text);
			error_suggest(&t->err, "did you mean '%s'?", near);
			return table_fail(t);
		}
		for (size_t k = 0; k < i; k++)
			if (*c->cells[i].text != '\0' &&
			    strcmp(c->cells[i].text, c->cells[k].text) == 0 &&
			    columns_use(&t->columns, k))
				return table_fail_at(t, &c->cells[i],
						     "a column is there twice");
	}
	return 0;
}

static int table_no_header(struct table *t)
{
	const struct csv *c = &t->csv;
	const char *name = csv_text(c, 0);

	if (c->count == 1 && text_nearest_of(name, column_fields) != NULL) {
		error_at(&t->err, t->r->file, c->row_line, c->cells[0].column,
			 "unknown column '%s'", name);
		error_nearest(&t->err, name, text_name_at, column_fields, NULL);
		return table_fail(t);
	}
	error_at(&t->err, t->r->file, c->row_line, 1,
		 "the first line lacks the column 'address'");
	error_suggest(&t->err, "start with address,types,name%s",
		      t->columns.own ? ""
				     : ", or name yours: --map COLUMN=address");
	return table_fail(t);
}

/* Rows above the header: said, and no device may be among them. */
static int table_titles(struct table *t, size_t header)
{
	struct csv *c = &t->csv;

	for (size_t n = 1;; n++) {
		int status = csv_row_next(c, &t->err);

		if (status == -1)
			return table_fail(t);
		if (n == header)
			return 0;
		for (size_t i = 0; i < c->count; i++)
			if (cell_is_address(c->cells[i].text))
				return table_fail_at(
				    t, &c->cells[i],
				    "an address above the line that names the "
				    "columns");
		inventory_note(t->s, t->r->file, c->row_line,
			       "'%.60s' stands above the columns: left out",
			       csv_text(c, 0));
	}
}

/* No row names a column with addresses. */
static int table_guess_header(struct table *t)
{
	int status = csv_row_next(&t->csv, &t->err);
	size_t column;
	struct addr literal;
	struct error unused;

	if (status == -1)
		return table_fail(t);
	if (status == 0) {
		error_at(&t->err, t->r->file, 0, 0, "is empty");
		return table_fail(t);
	}
	columns_find(&t->csv, t->s->maps, t->s->map_count, &t->columns);
	if (cell_is_address(csv_text(&t->csv, 0)) ||
	    (t->csv.count == 1 && strchr(csv_text(&t->csv, 0), '.') != NULL &&
	     target_host(csv_text(&t->csv, 0), &literal, &unused) == 0))
		return 0; /* a bare list: this is its first row */
	if (table_check_header(t) == -1)
		return -1;
	column = table_by_content(t);
	if (column >= t->csv.count)
		return table_no_header(t);
	t->columns.at[COLUMN_ADDRESS] = column;
	t->columns.own = false;
	table_keep_header(t);
	inventory_note(t->s, t->r->file, t->header_line,
		       "column '%s' holds addresses: taken as address",
		       t->header[column]);
	return 0;
}

static int table_find_header(struct table *t)
{
	size_t header = 0;

	t->separator = table_separator(t, &header);
	csv_begin(&t->csv, t->r->file, t->text, t->separator);
	if (header > 0) {
		if (table_titles(t, header) == -1)
			return -1;
		columns_find(&t->csv, t->s->maps, t->s->map_count, &t->columns);
		if (table_is_header(&t->columns)) {
			table_keep_header(t);
			return table_check_header(t);
		}
		csv_end(&t->csv);
		csv_begin(&t->csv, t->r->file, t->text, t->separator);
	}
	return table_guess_header(t);
}

/* What each column is taken for, and which are ignored. */
static void table_note_columns(struct table *t)
{
	struct buf ignored, taken;
	size_t count = 0;

	buf_init(&ignored, 4096);
	buf_init(&taken, 4096);
	for (size_t i = 0; i < t->header_count; i++) {
		bool used = false;

		for (size_t f = 0; f < COLUMN_FIELDS; f++) {
			if (t->columns.at[f] != i ||
			    (used && f == COLUMN_HOST &&
			     t->columns.at[COLUMN_ADDRESS] != COLUMN_NONE))
				continue;
			used = true;
			if (strcmp(t->header[i], column_fields[f]) != 0)
				buf_printf(&taken, "%s'%s' as %s",
					   taken.length > 0 ? ", " : "",
					   t->header[i], column_fields[f]);
		}
		if (used || *t->header[i] == '\0')
			continue;
		buf_printf(&ignored, "%s'%s'", count++ > 0 ? ", " : "",
			   t->header[i]);
	}
	if (taken.length > 0)
		inventory_note(t->s, t->r->file, 0, "columns: %s",
			       buf_text(&taken));
	if (count > 0)
		inventory_note(t->s, t->r->file, 0, "ignored columns: %s",
			       buf_text(&ignored));
	buf_free(&ignored);
	buf_free(&taken);
}

/* --map: a column that this table has was meant. */
static void table_mark_maps(struct table *t)
{
	for (size_t m = 0; m < t->s->map_count; m++)
		for (size_t i = 0; i < t->header_count; i++)
			if (columns_same(t->header[i], t->s->maps[m].column))
				t->s->maps[m].used = true;
}

int table_header(struct table *t)
{
	if (table_find_header(t) == -1)
		return -1;
	table_note_columns(t);
	table_mark_maps(t);
	return 0;
}
