/*
 * table.c - a list of devices as programs export it and people write it.
 *
 * The header is looked for: titles may stand above it. Columns are known by
 * their names (columns.h), or a column with addresses only is theirs. What is
 * ignored, changed or guessed becomes a note.
 */
#include "profiles/read/cell.h"
#include "profiles/read/decode.h"
#include "profiles/read/table_internal.h"
#include "profiles/plan/target.h"
#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

enum { TABLE_USED_MAX = 1024 /* octets of a cell with a use */ };

int table_fail(struct table *t)
{
	errors_add(t->r->errors, &t->err);
	t->r->failed++;
	return -1;
}

int table_fail_at(struct table *t, const struct csv_cell *at, const char *text)
{
	error_at(&t->err, t->r->file, at->line, at->column, "%s", text);
	return table_fail(t);
}

/* A field's cell in this row; text NULL where there is nothing. */
static struct row_cell table_cell(struct table *t, enum column_field field)
{
	size_t column = t->columns.at[field];
	struct row_cell out = {NULL, t->csv.row_line, 1};
	const struct csv_cell *cell;

	if (column >= t->csv.count)
		return out;
	cell = &t->csv.cells[column];
	out.line = cell->line;
	out.column = cell->column;
	if (*cell->text != '\0')
		out.text = arena_strdup(t->r->arena, cell->text);
	return out;
}

/* Cells with a use: not too long, and values instead of formulas. */
static int table_check_row(struct table *t)
{
	const struct csv *c = &t->csv;

	if (t->header_line != 0 && c->count > t->header_count)
		return table_fail_at(t, &c->cells[t->header_count],
				     "more fields than the first line names");
	for (size_t i = 0; i < c->count; i++) {
		if (t->header_line != 0 && !columns_use(&t->columns, i))
			continue;
		if (strlen(c->cells[i].text) >= TABLE_USED_MAX)
			return table_fail_at(t, &c->cells[i],
					     "a field is too long");
		if (cell_is_formula(c->cells[i].text)) {
			error_at(&t->err, t->r->file, c->cells[i].line,
				 c->cells[i].column,
				 "'%.40s' is a formula, not a value",
				 c->cells[i].text);
			error_suggest(&t->err, "save the values as CSV");
			return table_fail(t);
		}
	}
	return 0;
}

/* The names of the columns again, as where two exports were put together: 1: it
 * was skipped; -1: they are others, with which the rest cannot be read. */
static int table_is_repeated(struct table *t)
{
	struct columns found;
	const char *text;
	size_t same = 0;

	text = csv_text(&t->csv, t->columns.at[COLUMN_ADDRESS]);
	if (*text == '\0' || strchr(text, '.') != NULL ||
	    strspn(text, "0123456789") > 0)
		return 0;
	columns_find(&t->csv, t->s->maps, t->s->map_count, &found);
	if (found.at[COLUMN_ADDRESS] == COLUMN_NONE || found.count < 2)
		return 0;
	for (size_t i = 0; i < t->csv.count && i < t->header_count; i++)
		same += strcmp(t->csv.cells[i].text, t->header[i]) == 0;
	if (same == t->header_count) {
		inventory_note(t->s, t->r->file, t->csv.row_line,
			       "names the columns again: left out");
		return 1;
	}
	error_at(&t->err, t->r->file, t->csv.row_line, 1,
		 "a second line of column names, other than line %u",
		 t->header_line);
	error_suggest(&t->err, "write two files");
	return table_fail(t);
}

/* A name without a dot is looked up with the search domains of this host. */
static void table_note_name(struct table *t, const struct row *row)
{
	struct addr literal;

	if (strchr(row->address.text, '.') == NULL &&
	    strchr(row->address.text, ':') == NULL &&
	    !addr_parse(&literal, row->address.text))
		inventory_note(t->s, t->r->file, row->line,
			       "'%.60s' is a name without a dot: this host "
			       "looks it up in its search domains",
			       row->address.text);
}

/* The address of a row, or of its DNS name. False: the row has none. */
static bool table_address(struct table *t, struct row *row)
{
	struct row_cell host = table_cell(t, COLUMN_HOST);
	struct row_cell cell = table_cell(t, COLUMN_ADDRESS);
	char text[CELL_TEXT];
	const char *what;

	row->address = cell;
	if (cell.text == NULL || cell_is_nothing(cell.text)) {
		row->address.text = NULL;
		if (host.text == NULL || cell_is_nothing(host.text) ||
		    (t->columns.at[COLUMN_ADDRESS] != COLUMN_NONE &&
		     strchr(host.text, '.') == NULL))
			return false;
		row->address = cell = host;
		if (t->columns.at[COLUMN_ADDRESS] != COLUMN_NONE)
			inventory_note(t->s, t->r->file, row->line,
				       "no address: '%.80s' is taken instead",
				       host.text);
	}
	what = cell_address(cell.text, text);
	if (what != NULL) {
		row->address.text = arena_strdup(t->r->arena, text);
		inventory_note(t->s, t->r->file, row->line,
			       "'%.80s' is taken as %s, %s", cell.text,
			       row->address.text, what);
	}
	table_note_name(t, row);
	return true;
}

/* A row without an address: said, or a mistake in preflight's own tables. */
static bool table_has_address(struct table *t, struct row *row)
{
	const char *told = csv_text(&t->csv, t->columns.at[COLUMN_ADDRESS]);
	const char *name = csv_text(&t->csv, t->columns.at[COLUMN_NAME]);

	if (table_address(t, row))
		return true;
	t->s->public.left_out += *told != '\0' || !t->columns.own;
	if (*told != '\0')
		inventory_note(t->s, t->r->file, row->line,
			       "'%.40s' is not an address yet%s%.60s: left out",
			       told, *name != '\0' ? ", of " : "", name);
	else if (!t->columns.own)
		inventory_note(t->s, t->r->file, row->line,
			       "'%.60s' has no address: left out",
			       *name != '\0' ? name : t->csv.cells[0].text);
	return *told == '\0' && t->columns.own;
}

/* One cell in a table of several columns, and not an address: a total, the name
 * of who made the export. */
static bool table_is_footer(struct table *t)
{
	const char *text = csv_text(&t->csv, 0);
	struct addr literal;
	struct error unused;

	if (t->csv.count != 1 || t->header_count < 2 || t->columns.own ||
	    t->columns.at[COLUMN_ADDRESS] != 0 || cell_is_address(text) ||
	    target_host(text, &literal, &unused) == 0)
		return false;
	inventory_note(t->s, t->r->file, t->csv.row_line,
		       "'%.60s' is alone in its row: left out", text);
	return true;
}

static void table_name(struct table *t, struct row *row)
{
	char text[CELL_TEXT];

	row->name = table_cell(t, COLUMN_NAME);
	if (row->name.text == NULL)
		row->name = table_cell(t, COLUMN_HOST);
	if (row->name.text == NULL)
		return;
	cell_name(row->name.text, text);
	if (*text != '\0' && strcmp(text, row->name.text) != 0)
		inventory_note(t->s, t->r->file, row->line,
			       "the name '%.80s' is written '%s'",
			       row->name.text, text);
	row->name.text = *text == '\0' ? NULL : arena_strdup(t->r->arena, text);
}

static void table_device(struct table *t)
{
	struct row row = {.line = t->csv.row_line};
	struct row_cell os;

	if (table_is_footer(t) || !table_has_address(t, &row))
		return;
	table_name(t, &row);
	row.types = table_cell(t, COLUMN_TYPES);
	row.ports = table_cell(t, COLUMN_PORTS);
	row.credentials = table_cell(t, COLUMN_CREDENTIALS);
	row.site = table_cell(t, COLUMN_SITE);
	if (row.site.text != NULL && cell_is_nothing(row.site.text))
		row.site.text = NULL;
	os = table_cell(t, COLUMN_OS);
	row.words = row_types_of(
	    &t->types, row.types.text == NULL ? "" : row.types.text,
	    os.text == NULL ? "" : os.text, t->own_types, row.line);
	rows_add(&t->rows, &row);
}

/* "10.2.0.10 core-switch": an address, and a name behind it as in a hosts file.
 */
static void table_list_cell(struct table *t, const struct csv_cell *cell)
{
	static const char *const none[] = {NULL};
	struct row row = {.line = t->csv.row_line, .words = none};
	char address[CELL_TEXT], text[CELL_TEXT];
	size_t length = strcspn(cell->text, " \t");
	const char *what;

	row.address = (struct row_cell){NULL, cell->line, cell->column};
	row.name = row.address;
	text_copy(text, sizeof text, cell->text);
	text[length] = '\0';
	what = cell_address(cell->text, address);
	if (cell->text[length] != '\0' && cell_is_address(text) &&
	    !target_is_network(address) &&
	    !cell_is_address(cell->text + length + 1)) {
		const char *rest = cell->text + length;

		cell_address(text, address);
		cell_name(rest + strspn(rest, " \t"), text);
		if (*text != '\0' && *text != '#')
			row.name.text = arena_strdup(t->r->arena, text);
	} else if (what != NULL) {
		inventory_note(t->s, t->r->file, row.line,
			       "'%.80s' is taken as %s, %s", cell->text,
			       address, what);
	}
	row.address.text = arena_strdup(t->r->arena, address);
	table_note_name(t, &row);
	rows_add(&t->rows, &row);
}

static int table_list_row(struct table *t)
{
	const struct csv *c = &t->csv;

	/* A hosts file with tabs. */
	if (c->separator == '\t' && c->count == 2 &&
	    !cell_is_address(c->cells[1].text)) {
		struct csv_cell both = c->cells[0];

		both.text = arena_printf(t->r->arena, "%s %s", both.text,
					 c->cells[1].text);
		table_list_cell(t, &both);
		return 0;
	}
	for (size_t i = 0; i < c->count; i++) {
		const struct csv_cell *cell = &c->cells[i];

		if (*cell->text == '\0')
			continue;
		if (i > 0 && !cell_is_address(cell->text)) {
			error_at(&t->err, t->r->file, cell->line, cell->column,
				 "the first line must name the columns");
			error_suggest(&t->err, "start with address,types,name");
			return table_fail(t);
		}
		table_list_cell(t, cell);
	}
	return 0;
}

static int table_row(struct table *t)
{
	int repeated;

	if (++t->row_count > TABLE_ROWS_MAX) {
		error_at(&t->err, t->r->file, t->csv.row_line, 1,
			 "more than %d rows", TABLE_ROWS_MAX);
		error_suggest(&t->err, INVENTORY_INSTEAD);
		return table_fail(t);
	}
	if (table_check_row(t) == -1)
		return -1;
	if (t->header_line == 0)
		return table_list_row(t);
	repeated = table_is_repeated(t);
	if (repeated == 0)
		table_device(t);
	return repeated;
}

static int table_rows(struct table *t)
{
	int status;

	/* The first row of a bare list is read already. */
	if (t->header_line == 0 && table_row(t) == -1)
		return -1;
	while ((status = csv_row_next(&t->csv, &t->err)) == 1)
		if (table_row(t) == -1)
			return -1;
	return status == -1 ? table_fail(t) : 0;
}

const struct tree *table_read(struct reader *r, struct inventory_store *s,
			      const struct buf *text)
{
	struct table *t = mem_calloc(1, sizeof *t);
	const struct tree *root = NULL;
	int status;

	t->r = r;
	t->s = s;
	t->text = buf_text(text);
	t->types = (struct row_types){.r = r, .s = s};
	rows_begin(&t->rows, r, s);
	if (table_header(t) == -1)
		goto out;
	t->own_types =
	    t->header_line != 0 && t->columns.at[COLUMN_TYPES] != COLUMN_NONE &&
	    text_casecmp(t->header[t->columns.at[COLUMN_TYPES]], "types") == 0;
	s->in_rows = true;
	status = table_rows(t);
	s->in_rows = false;
	if (status == -1)
		goto out;
	row_types_note(&t->types);
	root = rows_tree(&t->rows);
out:
	rows_end(&t->rows);
	row_types_end(&t->types);
	csv_end(&t->csv);
	free(t);
	return root;
}
