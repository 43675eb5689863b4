/*
 * screen.h - the report on one screen: 22 lines of 79 columns, the verdict
 * first and last, three lines for a cause, and counts.
 *
 * Lines are made as parts before any is written, so that what fits can be
 * decided, and so that two blocks can stand side by side. All texts live in the
 * screen's arena, and are safe for the terminal already (layout_safe()).
 */
#ifndef PREFLIGHT_SCREEN_H
#define PREFLIGHT_SCREEN_H

#include "report/formats/layout.h"

enum { SCREEN_LINES = 22, SCREEN_COLUMNS = 79, SCREEN_WIDE = 120 };
enum { SCREEN_PARTS = 24, SCREEN_LABEL = 11, SCREEN_WHOLE = 3 };
/* Where a narrow terminal goes on. */
enum { SCREEN_INDENT = 3 };

struct screen_part {
	enum layout_colour colour;
	const char *text;
};

struct screen_line {
	struct screen_part parts[SCREEN_PARTS];
	size_t count;
	size_t column; /* behind the last part */
};

struct screen_block {
	struct screen_line *items;
	size_t count, capacity;
};

/* A row of the counts: requirements that lead to one side. */
struct screen_row {
	const char *name; /* "internet" */
	unsigned counts[VERDICT_COUNT];
	unsigned unprovable; /* of those untested: nothing here can prove it */
	const char *causes;  /* "1, 2" */
	const char *names;   /* of those that fail, "tenant vendor" */
};
enum { SCREEN_ROWS = 5 };

struct screen {
	struct layout *layout;
	const struct report *report;
	struct arena arena;
	size_t width;  /* of the block that is made */
	unsigned room; /* 0: the least of all; more: longer texts */
	struct screen_row rows[SCREEN_ROWS];
	size_t row_count;
	unsigned pass, total; /* requirements in the rows */
	unsigned shared;      /* counted once, met by several profiles */
};

/* screen_block.c ---------------------------------------------------------- */

void screen_line(struct screen_block *b);
void screen_put(struct screen *s, struct screen_block *b,
		enum layout_colour colour, const char *text);
void screen_printf(struct screen *s, struct screen_block *b,
		   enum layout_colour colour, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Blanks up to a column; none where it has passed. */
void screen_pad(struct screen *s, struct screen_block *b, size_t column);
/* Words from where the line is, on at most `most` lines up to column `width`,
 * the others from `column` on; shortened where it does not fit. */
void screen_wrap(struct screen *s, struct screen_block *b,
		 enum layout_colour colour, size_t column, size_t width,
		 size_t most, const char *text);
/* The same text in at most so many lines of so many columns: a list that ends
 * it loses members ("a, b and 3 more"), other text its last words. */
const char *screen_shorten(struct screen *s, const char *text, size_t width,
			   size_t lines);
/* "a; b; c": whole sentences as far as they fit, then "; and 2 more". */
const char *screen_clauses(struct screen *s, const char *text, size_t width,
			   size_t lines);
bool screen_fits(const char *text, size_t width, size_t lines);
/* Narrower than the screen was made for. */
bool screen_is_narrow(const struct screen *s);
/* So many lines, or as many as a terminal takes that is narrower than the
 * screen was made for. */
size_t screen_most(const struct screen *s, size_t lines);
size_t screen_columns(const char *text);
/* A text as the terminal may have it. */
const char *screen_safe(struct screen *s, const char *text);

/* screen_cause.c ---------------------------------------------------------- */

/* Who and what is blocked, in at most `width` columns if one of its wordings
 * is short enough; the shortest otherwise. */
const char *screen_who(struct screen *s, const struct finding *f, size_t width);
const char *screen_owner(struct screen *s, const struct finding *f);
/* What is lost without it, what to change; "" where nothing is known. */
const char *screen_lost(struct screen *s, const struct finding *f);
const char *screen_change(struct screen *s, const struct finding *f);
/* One of them in a line. */
void screen_cause_line(struct screen *s, struct screen_block *b, size_t index);
/* The causes: the first ones whole, the others a line each. */
void screen_causes(struct screen *s, struct screen_block *b);

/* screen_counts.c --------------------------------------------------------- */

void screen_count(struct screen *s); /* fills the rows */
void screen_counts(struct screen *s, struct screen_block *b);
/* The network that an address is in, "10.2.4.0/24"; NULL: no address. */
const char *screen_subnet(struct screen *s, const struct addr *a);
/* More than a few devices by network and type; else "". */
const char *screen_devices(struct screen *s);

/* screen.c ---------------------------------------------------------------- */

void screen_write(struct layout *l, const struct report *r);
/* --quiet: the verdict and a line for each cause. */
void screen_write_quiet(struct layout *l, const struct report *r);
/* The verdict in a line, as at the top and at the bottom. */
const char *screen_headline(struct screen *s);
const char *screen_last(struct screen *s, size_t width);
/* screen_next.c ----------------------------------------------------------- */

/* A command to type next, the label in front of it, a remark behind it. */
struct screen_command {
	const char *label, *text, *remark;
};
enum { SCREEN_COMMANDS = 5 };
size_t screen_commands(struct screen *s, struct screen_command *out);
void screen_next(struct screen *s, struct screen_block *b);
/* Notes would take lines that the causes need. */
bool screen_hides_notes(const struct screen *s);

/* screen_plain.c: the same for a screen reader. */
void screen_write_plain(struct screen *s);
void screen_write_plain_quiet(struct screen *s);

enum layout_colour screen_verdict_colour(enum run_verdict verdict);

#endif
