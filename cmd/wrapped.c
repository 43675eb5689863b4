/* wrapped.c - the lines of a table, wrapped below their last column. */
#include "cmd/wrapped.h"
#include "core/base/text.h"
#include "core/os/terminal.h"

#include <string.h>

/* Where a continued line goes on: some room must be left there. */
enum { WRAPPED_INDENT = 4, WRAPPED_ROOM = 24 };

/* Behind the last gap of two blanks within the room that is needed. */
static size_t wrapped_indent(const char *line, size_t length, size_t width)
{
	size_t indent = 0;

	for (size_t i = 2; i < length; i++)
		if (line[i] != ' ' && line[i - 1] == ' ' &&
		    line[i - 2] == ' ' &&
		    text_columns(line, i) + WRAPPED_ROOM <= width)
			indent = text_columns(line, i);
	return indent > 0 ? indent : WRAPPED_INDENT;
}

/* So many bytes fit, up to a blank; a longer word stays whole. */
static size_t wrapped_take(const char *line, size_t length, size_t room)
{
	size_t taken = 0;

	for (size_t i = 1; i <= length; i++) {
		if (i < length && line[i] != ' ')
			continue;
		if (taken > 0 && text_columns(line, i) > room)
			break;
		if (line[i - 1] != ' ')
			taken = i;
	}
	return taken > 0 ? taken : length;
}

/* The columns of the first word. */
static size_t wrapped_word(const char *line, size_t length)
{
	size_t end = 0;

	while (end < length && line[end] != ' ')
		end++;
	return text_columns(line, end);
}

static void wrapped_line(FILE *out, unsigned width, const char *line,
			 size_t length)
{
	size_t indent = wrapped_indent(line, length, width), at = 0;

	while (text_columns(line, length) + at > width) {
		size_t taken = wrapped_take(line, length, width - at);

		fwrite(line, 1, taken, out);
		while (taken < length && line[taken] == ' ')
			taken++;
		line += taken;
		length -= taken;
		if (length == 0)
			break;
		at = wrapped_word(line, length) + indent <= width
			 ? indent
			 : WRAPPED_INDENT;
		fprintf(out, "\n%*s", (int)at, "");
	}
	fwrite(line, 1, length, out);
	putc('\n', out);
}

void wrapped_write(FILE *out, unsigned width, const char *text)
{
	if (width > 0 && width < WRAPPED_INDENT + 1)
		width = WRAPPED_INDENT + 1;
	while (*text != '\0') {
		size_t length = strcspn(text, "\n");

		if (width == 0 || text_columns(text, length) <= width)
			fprintf(out, "%.*s\n", (int)length, text);
		else
			wrapped_line(out, width, text, length);
		text += length + (text[length] == '\n');
	}
}

void wrapped_print(const char *text)
{
	wrapped_write(stdout, os_terminal_width(), text);
}
