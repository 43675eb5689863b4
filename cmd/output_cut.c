/* output_cut.c - whole lines, and what was left out. */
#include "cmd/output_cut.h"

#include "core/base/text.h"

#include <stdbool.h>
#include <string.h>

static size_t output_cut_count(const char *text, size_t length)
{
	size_t count = 0;

	for (size_t i = 0; i < length; i++)
		count += ((unsigned char)text[i] & 0xc0) != 0x80;
	return count;
}

/* Bytes of a line, with its end. */
static size_t output_cut_line(const char *text)
{
	size_t length = strcspn(text, "\n");

	return length + (text[length] == '\n');
}

static size_t output_cut_lines(const char *text)
{
	size_t count = 0;

	for (; *text != '\0'; text += output_cut_line(text))
		count++;
	return count;
}

/* A part of a line that is too long for the whole. */
static void output_cut_inside(FILE *out, const char *text, size_t most)
{
	size_t at = 0;

	for (size_t count = 0;
	     count + 4 < most && text[at] != '\0' && text[at] != '\n'; count++)
		do
			at++;
		while (((unsigned char)text[at] & 0xc0) == 0x80);
	fwrite(text, 1, at, out);
	fputs("...\n", out);
}

/* "(12 more lines are left out)": at most so many characters. */
enum { OUTPUT_CUT_NOTE = 60 };

void output_cut(FILE *out, const char *text, size_t most, const char *last)
{
	size_t length = strlen(text), tail = 0, left;
	bool any = false;

	if (output_cut_count(text, length) <= most) {
		fputs(text, out);
		return;
	}
	if (last != NULL)
		tail = strlen(last) + 1;
	left = most - tail - OUTPUT_CUT_NOTE;
	for (; *text != '\0'; any = true) {
		size_t line = output_cut_line(text);
		size_t count = output_cut_count(text, line);

		if (count > left)
			break;
		fwrite(text, 1, line, out);
		left -= count;
		text += line;
	}
	if (!any) {
		output_cut_inside(out, text, left);
		text += output_cut_line(text);
	}
	left = output_cut_lines(text) - (last != NULL);
	if (left > 0)
		fprintf(out, "(%zu more line%s left out)\n", left,
			left == 1 ? " is" : "s are");
	if (last != NULL)
		fprintf(out, "%s\n", last);
}
