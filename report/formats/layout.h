/*
 * layout.h - lines for people: wrapped at words, coloured, clean.
 *
 * The one gate between a report and a terminal: control characters, invalid
 * UTF-8 and bidi controls of any string come out as visible \xNN.
 */
#ifndef PREFLIGHT_LAYOUT_H
#define PREFLIGHT_LAYOUT_H

#include "report/report.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum layout_colour {
	LAYOUT_PLAIN,
	LAYOUT_BOLD,
	LAYOUT_DIM,
	LAYOUT_GREEN,
	LAYOUT_YELLOW,
	LAYOUT_RED,
	LAYOUT_CYAN
};

enum { LAYOUT_WORD = 1024 };

struct layout {
	FILE *out;
	const struct format_options *options;
	size_t width;  /* columns, at least 20 */
	size_t indent; /* of continuation lines */
	size_t column; /* where the cursor is */
	bool fresh;    /* nothing but indentation on this line */
	bool space;    /* a blank is due before the next word */
	/* A word that is not over yet: the next call may go on with it. */
	char word[LAYOUT_WORD];
	size_t word_length;
};

void layout_begin(struct layout *l, const struct format_options *o, FILE *out);
/* A new line, indented; continuation lines get `hang` more blanks. */
void layout_line(struct layout *l, size_t indent, size_t hang);
/* Words, wrapped; blanks between calls only where the text has them. */
void layout_text(struct layout *l, const char *text);
void layout_printf(struct layout *l, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* A text in a colour, where colours are on; not wrapped inside a word. */
void layout_coloured(struct layout *l, enum layout_colour colour,
		     const char *text);
/* A text as it is, blanks too, on the line that was begun; never wrapped. */
void layout_part(struct layout *l, enum layout_colour colour, const char *text);
/* The text as this terminal may have it: without controls, in ASCII where it
 * takes no more. To be freed. */
char *layout_safe(const struct layout *l, const char *text);
/* Blanks up to a column; a single one when it has passed. */
void layout_column(struct layout *l, size_t column);
void layout_end_line(struct layout *l);
/* One line as it is, cleaned and indented, never wrapped: to be copied. */
void layout_verbatim(struct layout *l, size_t indent, const char *text);
void layout_blank(struct layout *l);

/* Symbol and word of a verdict, in its colour: "x fail". */
void layout_verdict(struct layout *l, enum verdict verdict);
const char *layout_symbol(const struct layout *l, enum verdict verdict);
enum layout_colour layout_verdict_colour(enum verdict verdict);

#endif
