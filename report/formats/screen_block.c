/* screen_block.c - lines made of parts, and texts that must fit. */
#include "report/formats/screen.h"

#include "core/base/buf.h"
#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

enum { SCREEN_TEXT = 65536, SCREEN_LIST = 64, SCREEN_NARROW = 20 };

size_t screen_columns(const char *text)
{
	return text_columns(text, strlen(text));
}

const char *screen_safe(struct screen *s, const char *text)
{
	char *safe = layout_safe(s->layout, text);
	const char *copy = arena_strdup(&s->arena, safe);

	free(safe);
	return copy;
}

void screen_line(struct screen_block *b)
{
	b->items =
	    mem_grow(b->items, &b->capacity, b->count + 1, sizeof *b->items);
	b->items[b->count++] = (struct screen_line){.count = 0};
}

void screen_put(struct screen *s, struct screen_block *b,
		enum layout_colour colour, const char *text)
{
	struct screen_line *l = &b->items[b->count - 1];

	(void)s;
	if (l->count == SCREEN_PARTS || *text == '\0')
		return;
	l->parts[l->count++] = (struct screen_part){colour, text};
	l->column += screen_columns(text);
}

void screen_printf(struct screen *s, struct screen_block *b,
		   enum layout_colour colour, const char *format, ...)
{
	struct buf text;
	va_list ap;

	buf_init(&text, SCREEN_TEXT);
	va_start(ap, format);
	buf_vprintf(&text, format, ap);
	va_end(ap);
	screen_put(s, b, colour, arena_strdup(&s->arena, buf_text(&text)));
	buf_free(&text);
}

void screen_pad(struct screen *s, struct screen_block *b, size_t column)
{
	size_t at = b->items[b->count - 1].column;

	if (at < column)
		screen_printf(s, b, LAYOUT_PLAIN, "%*s", (int)(column - at),
			      "");
}

/* The words of one line, its length in bytes; `text` begins with a word. */
static size_t screen_take(const char *text, size_t width)
{
	size_t taken = 0;

	while (text[taken] != '\0') {
		size_t next = taken + strspn(text + taken, " ");

		next += strcspn(text + next, " ");
		if (taken > 0 && text_columns(text, next) > width)
			break;
		taken = next;
	}
	return taken;
}

/* How many lines it takes; a word that is too long counts for two. */
static size_t screen_height(const char *text, size_t width)
{
	size_t lines = 0;

	while (*text != '\0') {
		size_t taken = screen_take(text, width);

		lines += text_columns(text, taken) > width ? 2 : 1;
		text += taken;
		text += strspn(text, " ");
	}
	return lines;
}

bool screen_is_narrow(const struct screen *s)
{
	return s->layout->width < SCREEN_COLUMNS;
}

size_t screen_most(const struct screen *s, size_t lines)
{
	return screen_is_narrow(s) ? SCREEN_TEXT : lines;
}

bool screen_fits(const char *text, size_t width, size_t lines)
{
	return screen_height(text, width) <= lines;
}

/* Where the members of a list that ends the text begin; the last is first. */
static size_t screen_members(const char *text, size_t *at)
{
	size_t end = strlen(text), count = 0;

	while (end > 0 && count < SCREEN_LIST) {
		size_t begin = end;

		while (begin > 0 && text[begin - 1] != ' ')
			begin--;
		if (begin < 6)
			break;
		if (strncmp(text + begin - 5, " and ", 5) == 0) {
			end = begin - 5;
		} else if (strncmp(text + begin - 2, ", ", 2) == 0) {
			end = begin - 2;
		} else if (count == 0 && strcmp(text + begin, "more") == 0) {
			end = begin - 1; /* "and 3 more" */
			while (end > 0 && text[end - 1] != ' ')
				end--;
			begin = end;
			if (end < 6 || strncmp(text + end - 5, " and ", 5) != 0)
				break;
			end -= 5;
		} else {
			break;
		}
		at[count++] = begin;
	}
	return count;
}

/* The end of what stands in front of a member, without its separator. */
static size_t screen_before(const char *text, size_t begin)
{
	return strncmp(text + begin - 2, ", ", 2) == 0 ? begin - 2 : begin - 5;
}

static const char *screen_shorten_list(struct screen *s, const char *text,
				       size_t width, size_t lines)
{
	size_t at[SCREEN_LIST], count = screen_members(text, at), more = 0;
	const char *tail = strrchr(text, ' ');

	if (tail != NULL && strcmp(tail, " more") == 0 && count > 0)
		more = strtoul(text + at[0], NULL, 10) - 1;
	for (size_t i = 0; i < count; i++) {
		const char *shorter = arena_printf(
		    &s->arena, "%.*s and %zu more",
		    (int)screen_before(text, at[i]), text, i + 1 + more);

		if (screen_height(shorter, width) <= lines)
			return shorter;
	}
	return NULL;
}

const char *screen_clauses(struct screen *s, const char *text, size_t width,
			   size_t lines)
{
	const char *shorter = arena_strdup(&s->arena, text), *at;
	/* Reports of older versions do not say how many they left out. */
	bool known = strstr(text, "; and more") == NULL;
	size_t more = 0;

	if (screen_fits(text, width, lines))
		return text;
	while ((at = strrchr(shorter, ';')) != NULL) {
		/* "; and 3 more": it was cut before */
		more += strncmp(at, "; and ", 6) == 0
			    ? strtoul(at + 6, NULL, 10)
			    : 1;
		shorter =
		    arena_strndup(&s->arena, shorter, (size_t)(at - shorter));
		at = known ? arena_printf(&s->arena, "%s; and %zu more",
					  shorter, more)
			   : arena_printf(&s->arena, "%s; and more", shorter);
		if (screen_fits(at, width, lines))
			return at;
	}
	return text;
}

/* A text does not end with them. */
static bool screen_is_linking(const char *word)
{
	static const char *const words[] = {"a",    "an", "and", "at", "for",
					    "from", "in", "of",  "on", "or",
					    "the",  "to", "with"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i], word) == 0)
			return true;
	return false;
}

static const char *screen_shorten_words(struct screen *s, const char *text,
					size_t width, size_t lines)
{
	char *shorter = arena_printf(&s->arena, "%s ...", text), *blank;
	bool linking = false;

	while (linking || !screen_fits(shorter, width, lines)) {
		shorter[strlen(shorter) - 4] = '\0';
		blank = strrchr(shorter, ' ');
		if (blank == NULL)
			return shorter;
		*blank = '\0';
		linking = strrchr(shorter, ' ') != NULL &&
			  screen_is_linking(strrchr(shorter, ' ') + 1);
		memcpy(blank, " ...", 5); /* it stood farther on */
	}
	return shorter;
}

const char *screen_shorten(struct screen *s, const char *text, size_t width,
			   size_t lines)
{
	const char *shorter;

	if (screen_fits(text, width, lines))
		return text;
	shorter = screen_shorten_list(s, text, width, lines);
	return shorter != NULL ? shorter
			       : screen_shorten_words(s, text, width, lines);
}

/* Characters of a word that is longer than a line. */
static size_t screen_cut(const char *text, size_t taken, size_t width)
{
	while (taken > 1 && text_columns(text, taken) > width) {
		taken--;
		while (taken > 1 && ((unsigned char)text[taken] & 0xc0) == 0x80)
			taken--;
	}
	return taken;
}

void screen_wrap(struct screen *s, struct screen_block *b,
		 enum layout_colour colour, size_t column, size_t width,
		 size_t most, const char *text)
{
	size_t room = width > column ? width - column : 1;
	size_t at = b->items[b->count - 1].column;
	bool narrow = room < SCREEN_NARROW && column > SCREEN_INDENT;
	size_t later = narrow ? SCREEN_INDENT : column;

	text = screen_shorten(s, text, room, most);
	if (at > column) /* something stands there already */
		column = at, room = width > at ? width - at : 1;
	/* Not a word fits: below, where there is more room. */
	if (column > later && text_columns(text, screen_take(text, 0)) > room)
		screen_line(b), column = later, room = width - later;
	while (*text != '\0') {
		size_t taken = screen_cut(text, screen_take(text, room), room);

		screen_pad(s, b, column);
		screen_put(s, b, colour, arena_strndup(&s->arena, text, taken));
		text += taken;
		text += strspn(text, " ");
		if (*text == '\0')
			break;
		screen_line(b);
		column = later, room = width > later ? width - later : 1;
	}
}
