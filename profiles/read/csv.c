/*
 * csv.c - a text of rows and cells, read row by row.
 */
#include "profiles/read/csv.h"
#include "core/base/mem.h"
#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

/* What Excel writes for a formula without a result; not a comment. */
static const char *const csv_errors[] = {
    "#N/A", "#REF!", "#NAME?", "#VALUE!", "#NULL!", "#DIV/0", "#NUM!", NULL};

char csv_separator(const char *text)
{
	if (text_ncasecmp(text, "sep=", 4) != 0 || text[4] == '\0' ||
	    text[4] == '\n' || (text[5] != '\n' && text[5] != '\0'))
		return 0;
	return text[4];
}

void csv_begin(struct csv *c, const char *file, const char *text,
	       char separator)
{
	memset(c, 0, sizeof *c);
	buf_init(&c->text, (size_t)1 << 26);
	c->file = file;
	c->at = text;
	c->line = 1;
	c->separator = separator;
	if (csv_separator(text) != 0) {
		c->at += strcspn(text, "\n");
		c->at += *c->at == '\n';
		c->line = 2;
	}
	c->line_start = c->at;
}

void csv_end(struct csv *c)
{
	free(c->cells);
	free(c->offsets);
	buf_free(&c->text);
}

const char *csv_text(const struct csv *c, size_t column)
{
	return column < c->count ? c->cells[column].text : "";
}

static unsigned csv_column(const struct csv *c, const char *at)
{
	return (unsigned)(at - c->line_start) + 1;
}

static void csv_break(struct csv *c)
{
	c->line++;
	c->line_start = c->at + 1;
}

static bool csv_is_blank(const struct csv *c, char letter)
{
	return letter == ' ' || (letter == '\t' && c->separator != '\t');
}

/* In quotes: up to the closing one. */
static int csv_quoted(struct csv *c, struct error *err)
{
	unsigned line = c->line, column = csv_column(c, c->at);

	for (c->at++;; c->at++) {
		if (*c->at == '\0')
			return error_at(err, c->file, line, column,
					"a quote is not closed");
		if (*c->at == '"' && c->at[1] == '"')
			c->at++;
		else if (*c->at == '"')
			break;
		if (*c->at == '\n')
			csv_break(c);
		buf_putc(&c->text, *c->at == '\n' ? ' ' : *c->at);
	}
	c->at++;
	while (csv_is_blank(c, *c->at))
		c->at++;
	if (*c->at != c->separator && *c->at != '\n' && *c->at != '\0')
		return error_at(err, c->file, c->line, csv_column(c, c->at),
				"text after a closing quote");
	return 0;
}

/* The text from `start` on without blanks around it, and without what makes
 * Excel keep it as text: ="…" or an apostrophe. */
static void csv_trim(struct csv *c, size_t start)
{
	char *text = (char *)c->text.data + start;
	size_t length = c->text.length - start, skip = 0;

	while (length > 0 && strchr(" \t", text[length - 1]) != NULL)
		length--;
	if (length > 3 && text[0] == '=' && text[1] == '"' &&
	    text[length - 1] == '"') {
		skip = 2;
		length--;
	} else if (length > 1 && text[0] == '\'' && text[1] != '\'') {
		skip = 1;
	}
	while (skip < length && strchr(" \t", text[skip]) != NULL)
		skip++;
	while (length > skip && strchr(" \t", text[length - 1]) != NULL)
		length--;
	memmove(text, text + skip, length - skip);
	c->text.length = start + length - skip;
	c->text.data[c->text.length] = '\0';
}

/* One cell; c->at stays on the separator or the line end. */
static int csv_row_cell(struct csv *c, struct error *err)
{
	struct csv_cell *cell;
	size_t start = c->text.length;

	c->cells =
	    mem_grow(c->cells, &c->capacity, c->count + 1, sizeof *c->cells);
	c->offsets = mem_grow(c->offsets, &c->offsets_capacity, c->count + 1,
			      sizeof *c->offsets);
	while (csv_is_blank(c, *c->at))
		c->at++;
	cell = &c->cells[c->count];
	cell->line = c->line;
	cell->column = csv_column(c, c->at);
	c->offsets[c->count++] = start;
	/* An empty cell has a text, too. */
	buf_append(&c->text, "", 0);
	if (*c->at == '"' && csv_quoted(c, err) == -1)
		return -1;
	while (*c->at != c->separator && *c->at != '\n' && *c->at != '\0')
		buf_putc(&c->text, *c->at++);
	csv_trim(c, start);
	buf_append(&c->text, "", 1); /* with its NUL */
	return 0;
}

static bool csv_is_comment(const struct csv *c)
{
	if (*c->at != '#' || c->at[1] == c->separator)
		return false;
	for (size_t i = 0; csv_errors[i] != NULL; i++)
		if (strncmp(c->at, csv_errors[i], strlen(csv_errors[i])) == 0)
			return false;
	return true;
}

/* All cells of a line that is not at the end of the text. */
static int csv_line(struct csv *c, struct error *err)
{
	c->count = 0;
	c->text.length = 0;
	c->row_line = c->line;
	if (csv_is_comment(c))
		c->at += strcspn(c->at, "\n");
	while (*c->at != '\n' && *c->at != '\0') {
		if (c->count == CSV_CELLS_MAX)
			return error_at(err, c->file, c->line, 1,
					"too many columns");
		if (csv_row_cell(c, err) == -1)
			return -1;
		if (*c->at == c->separator)
			c->at++;
	}
	if (*c->at == '\n') {
		csv_break(c);
		c->at++;
	}
	for (size_t i = 0; i < c->count; i++)
		c->cells[i].text = (const char *)c->text.data + c->offsets[i];
	while (c->count > 0 && *c->cells[c->count - 1].text == '\0')
		c->count--;
	return 0;
}

int csv_row_next(struct csv *c, struct error *err)
{
	while (*c->at != '\0') {
		if (csv_line(c, err) == -1)
			return -1;
		if (c->count > 0)
			return 1;
	}
	return 0;
}
