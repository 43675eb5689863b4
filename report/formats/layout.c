/* layout.c - wrapping at words, by columns of UTF-8 characters. */
#include "report/formats/layout.h"

#include "core/base/buf.h"
#include "core/base/text.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum {
	LAYOUT_WIDTH = 80,
	LAYOUT_NARROWEST = 20,
	LAYOUT_LEAST = 8,  /* of a column */
	LAYOUT_ROOM = 16,  /* behind any indentation, */
	LAYOUT_INDENT = 4, /* else this one is taken */
	LAYOUT_TEXT_MAX = 65536,
	LAYOUT_ENDLESS = 1 << 20
};

static const char *const layout_codes[] = {
    [LAYOUT_PLAIN] = "",          [LAYOUT_BOLD] = "\033[1m",
    [LAYOUT_DIM] = "\033[2m",     [LAYOUT_GREEN] = "\033[32m",
    [LAYOUT_YELLOW] = "\033[33m", [LAYOUT_RED] = "\033[31m",
    [LAYOUT_CYAN] = "\033[36m"};

void layout_begin(struct layout *l, const struct format_options *o, FILE *out)
{
	*l = (struct layout){.out = out, .options = o, .fresh = true};
	l->width = o->width == 0 ? LAYOUT_WIDTH : o->width;
	if (o->plain) /* the screen reader wraps */
		l->width = LAYOUT_ENDLESS;
	if (l->width < LAYOUT_NARROWEST)
		l->width = LAYOUT_NARROWEST;
}

static void layout_pad(struct layout *l, size_t count)
{
	for (size_t i = 0; i < count; i++)
		putc(' ', l->out);
	l->column += count;
}

static void layout_flush(struct layout *l);

void layout_end_line(struct layout *l)
{
	layout_flush(l);
	putc('\n', l->out);
	l->column = 0;
	l->fresh = true;
	l->space = false;
}

void layout_blank(struct layout *l)
{
	layout_flush(l);
	if (!l->fresh || l->column > 0)
		layout_end_line(l);
	layout_end_line(l);
}

void layout_line(struct layout *l, size_t indent, size_t hang)
{
	layout_flush(l);
	if (!l->fresh || l->column > 0)
		layout_end_line(l);
	if (!l->options->plain)
		layout_pad(l, indent);
	l->indent = indent + hang;
	if (l->indent + LAYOUT_ROOM > l->width && l->indent > LAYOUT_INDENT)
		l->indent = LAYOUT_INDENT;
	l->fresh = true;
}

/* Writes the word that is waiting, on a new line where it does not fit. */
static void layout_flush(struct layout *l)
{
	size_t columns = text_columns(l->word, l->word_length);
	size_t indent = l->indent;

	if (l->word_length == 0)
		return;
	if (!l->fresh && l->column + l->space + columns > l->width) {
		putc('\n', l->out);
		l->column = 0;
		layout_pad(l, indent);
	} else if (l->space) {
		layout_pad(l, 1);
	}
	l->space = false;
	fwrite(l->word, 1, l->word_length, l->out);
	l->word_length = 0;
	l->column += columns;
	l->fresh = false;
}

static void layout_word(struct layout *l, const char *word, size_t length)
{
	while (length > 0) {
		size_t part = LAYOUT_WORD - l->word_length;

		if (part == 0) { /* longer than any line: no harm in a cut */
			layout_flush(l);
			continue;
		}
		if (part > length)
			part = length;
		memcpy(l->word + l->word_length, word, part);
		l->word_length += part;
		word += part;
		length -= part;
	}
}

static void layout_clean(struct layout *l, const char *text)
{
	while (*text != '\0') {
		size_t length = strcspn(text, " ");

		if (length == 0) {
			layout_flush(l);
			l->space = !l->fresh;
			text++;
			continue;
		}
		layout_word(l, text, length);
		text += length;
	}
}

char *layout_safe(const struct layout *l, const char *text)
{
	size_t length = strlen(text), size = length * 4 + 4;
	char *clean = mem_calloc(size, 1), *ascii;

	text_sanitise(clean, size, text, length);
	if (l->options->utf8)
		return clean;
	size = strlen(clean) * 3 + 1;
	ascii = text_ascii(mem_calloc(size, 1), size, clean);
	free(clean);
	return ascii;
}

void layout_text(struct layout *l, const char *text)
{
	char *safe;

	if (text == NULL)
		return;
	safe = layout_safe(l, text);
	layout_clean(l, safe);
	free(safe);
}

void layout_verbatim(struct layout *l, size_t indent, const char *text)
{
	size_t length = strlen(text), size = length * 4 + 4;
	char *clean = mem_calloc(size, 1);

	layout_line(l, indent, 0);
	fputs(text_sanitise(clean, size, text, length), l->out);
	l->fresh = false;
	free(clean);
}

void layout_printf(struct layout *l, const char *format, ...)
{
	struct buf b;
	va_list ap;

	buf_init(&b, LAYOUT_TEXT_MAX);
	va_start(ap, format);
	buf_vprintf(&b, format, ap);
	va_end(ap);
	layout_text(l, buf_text(&b));
	buf_free(&b);
}

void layout_coloured(struct layout *l, enum layout_colour colour,
		     const char *text)
{
	bool on = l->options->colour && colour != LAYOUT_PLAIN;

	layout_flush(l);
	if (on && l->space && l->column + 1 < l->width) {
		layout_pad(l, 1);
		l->space = false;
	}
	if (on)
		fputs(layout_codes[colour], l->out);
	layout_text(l, text);
	layout_flush(l);
	if (on)
		fputs("\033[0m", l->out);
}

void layout_part(struct layout *l, enum layout_colour colour, const char *text)
{
	bool on = l->options->colour && colour != LAYOUT_PLAIN && *text != '\0';
	char *safe = layout_safe(l, text);

	layout_flush(l);
	if (on)
		fputs(layout_codes[colour], l->out);
	fputs(safe, l->out);
	if (on)
		fputs("\033[0m", l->out);
	l->column += text_columns(safe, strlen(safe));
	l->fresh = false;
	free(safe);
}

void layout_column(struct layout *l, size_t column)
{
	layout_flush(l);
	if (column + LAYOUT_LEAST > l->width) { /* no column on this terminal */
		l->space = !l->fresh;
		return;
	}
	layout_pad(l, l->column < column && !l->options->plain
			  ? column - l->column
			  : 1);
	l->space = false;
}

/* Verdicts ---------------------------------------------------------------- */

static const struct {
	const char *utf8, *ascii;
	enum layout_colour colour;
} layout_verdicts[VERDICT_COUNT] = {
    [VERDICT_NONE] = {" ", " ", LAYOUT_PLAIN},
    [VERDICT_PASS] = {"\u2713", "+", LAYOUT_GREEN},
    [VERDICT_NOT_NEEDED] = {"\u00b7", ".", LAYOUT_DIM},
    [VERDICT_UNTESTED] = {"?", "?", LAYOUT_CYAN},
    [VERDICT_WARN] = {"!", "!", LAYOUT_YELLOW},
    [VERDICT_SKIP] = {"\u00bb", ">", LAYOUT_RED},
    [VERDICT_FAIL] = {"\u2717", "x", LAYOUT_RED}};

const char *layout_symbol(const struct layout *l, enum verdict verdict)
{
	return l->options->utf8 ? layout_verdicts[verdict].utf8
				: layout_verdicts[verdict].ascii;
}

enum layout_colour layout_verdict_colour(enum verdict verdict)
{
	return layout_verdicts[verdict].colour;
}

void layout_verdict(struct layout *l, enum verdict verdict)
{
	char text[32];

	snprintf(text, sizeof text, "%s%s%s",
		 l->options->plain ? "" : layout_symbol(l, verdict),
		 l->options->plain ? "" : " ", verdict_name(verdict));
	layout_coloured(l, layout_verdict_colour(verdict), text);
}
