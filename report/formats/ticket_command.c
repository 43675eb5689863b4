/* ticket_command.c - the command line that repeats a part of a run. */
#include "report/formats/ticket.h"

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

/* Words of an option and its value stay together. */
static void command_words(struct command *c, const char *const *words)
{
	for (; *words != NULL; words++) {
		bool pair = strncmp(words[0], "--", 2) == 0 &&
			    words[1] != NULL && strncmp(words[1], "--", 2) != 0;

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

void ticket_command(struct layout *l, const struct report *r,
		    const bool *affected, const char *file)
{
	const char *const *words = r->run.command;
	bool known = words[0] != NULL;
	struct arena arena = {0};
	struct command c;

	command_begin(&c, l);
	if (known)
		command_words(&c, words);
	else
		command_profiles(&c, r, "run");
	/* The one requirement of a check needs no name. */
	if (known && strcmp(words[0], "run") != 0)
		;
	else if (file != NULL)
		command_put(&c, "--only",
			    arena_printf(&arena, "failed:%s", file));
	else
		command_selection(&c, r, affected);
	command_end(&c);
	arena_free(&arena);
}

void ticket_rules_command(struct layout *l, const struct report *r,
			  const char *file, const char *dialect, size_t finding)
{
	struct arena arena = {0};
	struct command c;

	command_begin(&c, l);
	command_profiles(&c, r, "rules");
	command_put(&c, "--from", file);
	command_put(&c, "--dialect", dialect);
	command_put(&c, "--finding", arena_printf(&arena, "%zu", finding + 1));
	command_end(&c);
	arena_free(&arena);
}
