/* screen_next.c - what to type next: commands that a shell takes as they stand,
 * however narrow the terminal. */
#include "report/formats/screen.h"
#include "report/repeat.h"

#include "core/base/buf.h"
#include "core/base/text.h"

#include <string.h>

enum { NEXT_COMMAND = 4096, NEXT_BREAK = 2 /* " \\" */ };

/* The commands ------------------------------------------------------------- */

static const char *screen_word(struct screen *s, const char *word)
{
	const char *text;
	struct buf b;

	buf_init(&b, NEXT_COMMAND);
	buf_shell_word(&b, word);
	text = screen_safe(s, buf_text(&b));
	buf_free(&b);
	return text;
}

/* Numbers of the causes that a firewall's rules may end; "": none. */
static const char *screen_firewalls(struct screen *s)
{
	const char *text = "";

	for (size_t i = 0; i < s->report->finding_count; i++) {
		if (s->report->findings[i].owner != OWNER_FIREWALL)
			continue;
		text = arena_printf(&s->arena, "%s%s%zu", text,
				    *text != '\0' ? ", " : "", i + 1);
		if (strlen(text) > 7)
			return "firewalls";
	}
	return text;
}

/* What `again`, or `rules`, needs behind the report. */
static const char *screen_needs(struct screen *s, bool again)
{
	const char *const *words = s->report->run.command;
	const char *text;
	struct buf b;

	buf_init(&b, NEXT_COMMAND);
	if (again)
		repeat_words(&b, words, !s->layout->options->saved);
	else
		repeat_profiles(&b, words);
	text = screen_safe(s, buf_text(&b));
	buf_free(&b);
	return text;
}

static bool screen_is_run(const struct report *r)
{
	return r->run.command[0] == NULL ||
	       strcmp(r->run.command[0], "run") == 0;
}

bool screen_hides_notes(const struct screen *s)
{
	return s->room < 4 && !s->layout->options->plain;
}

/* Behind a command, as a remark of the shell. */
static const char *screen_unseen(struct screen *s)
{
	size_t count = s->report->note_count;

	return count == 0 || !screen_hides_notes(s)
		   ? "# all: run -v"
		   : arena_printf(&s->arena, "# all, %zu note%s: run -v", count,
				  text_plural(count));
}

size_t screen_commands(struct screen *s, struct screen_command *out)
{
	const struct report *r = s->report;
	const char *kept = s->layout->options->file;
	const char *file = kept != NULL ? screen_word(s, kept) : "FILE";
	const char *rules = screen_firewalls(s);
	size_t n = 0;

	if (r->finding_count == 0)
		return 0;
	if (kept == NULL)
		out[n++] = (struct screen_command){
		    "first",
		    "the same command with -o FILE.json: it keeps "
		    "the whole report",
		    ""};
	if (*rules != '\0' && screen_is_run(r))
		out[n++] = (struct screen_command){
		    s->room > 1 || s->layout->options->plain
			? arena_printf(&s->arena, "rules for %s", rules)
			: "rules",
		    arena_printf(&s->arena,
				 "preflight rules%s --from %s --dialect ..",
				 screen_needs(s, false), file),
		    ""};
	if (screen_is_run(r))
		out[n++] = (struct screen_command){
		    "then",
		    arena_printf(&s->arena, "preflight again %s --failed%s",
				 file, screen_needs(s, true)),
		    ""};
	out[n++] = (struct screen_command){
	    "more",
	    arena_printf(&s->arena, "preflight explain --from %s 1", file),
	    screen_unseen(s)};
	return n;
}

/* Lines -------------------------------------------------------------------- */

/* The end of a word of a shell: quotes keep blanks in it. */
static size_t screen_word_end(const char *text)
{
	bool quoted = false;
	size_t i = 0;

	for (; text[i] != '\0' && (quoted || text[i] != ' '); i++)
		if (!quoted && text[i] == '\\' && text[i + 1] != '\0')
			i++;
		else if (text[i] == '\'')
			quoted = !quoted;
	return i;
}

/* A word, or an option with its value, where the two fit in a line. */
static size_t screen_word_pair(const char *text, size_t room)
{
	size_t end = screen_word_end(text), both;

	if (text[0] != '-' || text[end] == '\0' || text[end + 1] == '-')
		return end;
	both = end + 1 + screen_word_end(text + end + 1);
	return text_columns(text, both) <= room ? both : end;
}

/* Where a line ends, the shell is told that the command goes on. A word that is
 * longer than a line is left to the terminal: cut, it is another word. */
static void screen_shell(struct screen *s, struct screen_block *b,
			 size_t column, const char *text)
{
	size_t room = s->width - SCREEN_INDENT - NEXT_BREAK;
	bool fits = column + screen_columns(text) <= s->width, first = true;

	while (*text != '\0') {
		size_t length =
		    fits ? strlen(text) : screen_word_pair(text, room);
		size_t columns = text_columns(text, length);
		size_t at = b->items[b->count - 1].column;
		bool last = text[length] == '\0';

		if (!first &&
		    at + 1 + columns + (last ? 0 : NEXT_BREAK) > s->width) {
			screen_put(s, b, LAYOUT_PLAIN, " \\");
			screen_line(b);
			screen_pad(s, b, SCREEN_INDENT);
		} else if (!first) {
			screen_put(s, b, LAYOUT_PLAIN, " ");
		}
		screen_put(s, b, LAYOUT_PLAIN,
			   arena_strndup(&s->arena, text, length));
		first = false;
		text += length + !last;
	}
}

static void screen_remark(struct screen *s, struct screen_block *b,
			  size_t column, const char *text)
{
	size_t at = b->items[b->count - 1].column;

	if (*text == '\0')
		return;
	if (at + 2 + screen_columns(text) <= s->width) {
		column = at + 2;
	} else {
		screen_line(b);
		if (column + screen_columns(text) > s->width)
			column = SCREEN_INDENT;
	}
	screen_wrap(s, b, LAYOUT_DIM, column, s->width, SIZE_MAX, text);
}

void screen_next(struct screen *s, struct screen_block *b)
{
	struct screen_command list[SCREEN_COMMANDS];
	size_t count = screen_commands(s, list), column = 0;

	for (size_t i = 0; i < count; i++)
		if (screen_columns(list[i].label) + 2 > column)
			column = screen_columns(list[i].label) + 2;
	for (size_t i = 0; i < count; i++) {
		screen_line(b);
		screen_put(s, b, LAYOUT_DIM, list[i].label);
		screen_pad(s, b, column);
		if (strncmp(list[i].text, "preflight ", 10) == 0)
			screen_shell(s, b, column, list[i].text);
		else
			screen_wrap(s, b, LAYOUT_PLAIN, column, s->width,
				    screen_most(s, 2), list[i].text);
		screen_remark(s, b, column, list[i].remark);
	}
}
