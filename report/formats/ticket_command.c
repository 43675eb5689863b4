/* ticket_command.c - the command line that repeats a part of a run. */
#include "report/formats/ticket.h"
#include "report/repeat.h"

#include <string.h>

enum { TICKET_COMMAND = 1 << 20 };

struct command {
	struct layout *l;
	struct buf line;
	bool first; /* the others are indented below it */
};

static void command_end_line(struct command *c)
{
	layout_verbatim(c->l, c->first ? 2 : 6, buf_text(&c->line));
	c->first = false;
	buf_consume(&c->line, c->line.length);
}

/* One or two words that belong together; a new line where they do not fit. */
static void command_put(struct command *c, const char *first,
			const char *second)
{
	size_t indent = c->first ? 2 : 6;
	struct buf words;

	buf_init(&words, TICKET_COMMAND);
	buf_shell_word(&words, first);
	if (second != NULL) {
		buf_putc(&words, ' ');
		buf_shell_word(&words, second);
	}
	/* " \" must still fit behind it. */
	if (c->line.length > 0 &&
	    indent + c->line.length + 1 + words.length + 2 > c->l->width) {
		buf_puts(&c->line, " \\");
		command_end_line(c);
	}
	if (c->line.length > 0)
		buf_putc(&c->line, ' ');
	buf_puts(&c->line, buf_text(&words));
	buf_free(&words);
}

/* Words of an option and its value stay together. Whoever gets the ticket runs
 * it: an option of output, or one that leads to a secret, is left out. */
static void command_words(struct command *c, const char *const *words)
{
	bool in_options = false;

	for (; *words != NULL; words++) {
		bool option = strncmp(words[0], "-", 1) == 0;
		bool pair = option && words[1] != NULL && words[1][0] != '-';

		in_options |= option;
		if (!in_options || (option && repeat_may_be_shown(words, 0)))
			command_put(c, words[0], pair ? words[1] : NULL);
		words += pair;
	}
}

static void command_profiles(struct command *c, const struct report *r,
			     const char *verb)
{
	command_put(c, verb, NULL);
	for (size_t i = 0; i < r->run.profile_count; i++) {
		const char *name = r->run.profiles[i].name;

		if (name != NULL)
			command_put(c, name, NULL);
	}
}

static void command_selection(struct command *c, const struct report *r,
			      const bool *affected)
{
	bool all = true;

	for (size_t i = 0; i < r->requirement_count; i++)
		all &= affected[i];
	for (size_t i = 0; i < r->requirement_count && !all; i++) {
		if (affected[i])
			command_put(c, "--only", r->requirements[i].id);
	}
}

static void command_begin(struct command *c, struct layout *l)
{
	*c = (struct command){.l = l, .first = true};
	buf_init(&c->line, TICKET_COMMAND);
	command_put(c, "preflight", NULL);
}

static void command_end(struct command *c)
{
	command_end_line(c);
	buf_free(&c->line);
}

/* `again`, with the files that it must be given. */
static void command_again(struct command *c, const char *const *words,
			  const char *file)
{
	bool runs = words[0] == NULL || strcmp(words[0], "run") == 0;
	bool in_options = false;

	command_put(c, "again", NULL);
	command_put(c, file, runs ? "--failed" : NULL);
	for (size_t i = 1; words[0] != NULL && words[i] != NULL; i++) {
		in_options |= words[i][0] == '-';
		if (!in_options && runs && repeat_is_path(words[i])) {
			command_put(c, words[i], NULL);
		} else if (in_options && words[i + 1] != NULL &&
			   repeat_must_be_given(words, i, false) &&
			   repeat_may_be_shown(words, i)) {
			command_put(c, words[i], words[i + 1]);
			i++;
		}
	}
}

void ticket_command(struct layout *l, const struct report *r,
		    const bool *affected, const char *file)
{
	const char *const *words = r->run.command;
	bool runs = words[0] == NULL || strcmp(words[0], "run") == 0;
	struct command c;

	command_begin(&c, l);
	if (file != NULL)
		command_again(&c, words, file);
	else if (words[0] != NULL)
		command_words(&c, words);
	else
		command_profiles(&c, r, "run");
	/* The one requirement of a check needs no name. */
	if (runs && file == NULL)
		command_selection(&c, r, affected);
	command_end(&c);
}

/* Files are not read because a report says so: who asks names them. */
static void command_path_profiles(struct command *c, const char *const *words)
{
	size_t count = 1;
	bool path = false;

	if (words[0] == NULL || strcmp(words[0], "run") != 0)
		return;
	for (; words[count] != NULL && words[count][0] != '-'; count++)
		path |= repeat_is_path(words[count]);
	for (size_t i = 1; path && i < count; i++)
		command_put(c, words[i], NULL);
}

void ticket_rules_command(struct layout *l, const struct report *r,
			  const char *file, const char *dialect, size_t finding)
{
	struct arena arena = {0};
	struct command c;

	command_begin(&c, l);
	command_put(&c, "rules", NULL);
	command_path_profiles(&c, r->run.command);
	command_put(&c, "--from", file);
	command_put(&c, "--dialect", dialect);
	command_put(&c, "--finding", arena_printf(&arena, "%zu", finding + 1));
	command_end(&c);
	arena_free(&arena);
}
