/*
 * again.c - preflight again: the run or the check of an earlier report, once
 * more.
 *
 * The report may come from a stranger. Of its command only the options of the
 * table below are taken; none of them makes this program read a file or a
 * secret, or write anything. What does is named to the user, who gives it.
 */
#include "cmd/cmd.h"
#include "core/base/buf.h"
#include "core/base/text.h"
#include "core/os/terminal.h"
#include "report/repeat.h"
#include "report/saved/saved.h"

#include <stdlib.h>
#include <string.h>

enum { AGAIN_WORDS = 4096, AGAIN_TEXT = 1 << 20, AGAIN_SHOWN = 300 };

/* What is repeated, unless it is given; those that lead to files or secrets
 * (repeat.h) must be. All others are of output and selection. */
static const bool again_repeats[OPT_COUNT] = {
    [OPT_SET] = true,          [OPT_INVENTORY] = true, [OPT_TARGET] = true,
    [OPT_SITE] = true,         [OPT_MAP] = true,       [OPT_TYPE] = true,
    [OPT_ROLE] = true,         [OPT_SCENARIO] = true,  [OPT_PROXY] = true,
    [OPT_PROXY_AUTH] = true,   [OPT_CA_FILE] = true,   [OPT_TIMEOUT] = true,
    [OPT_DEADLINE] = true,     [OPT_RATE] = true,      [OPT_FAST] = true,
    [OPT_MAX_PROBES] = true,   [OPT_SOURCE] = true,    [OPT_V4] = true,
    [OPT_V6] = true,           [OPT_NO_TRACE] = true,  [OPT_TOLERATE] = true,
    [OPT_ON_BEHALF_OF] = true, [OPT_TAG] = true,
};

struct again {
	const struct options *given;
	const struct command *command; /* run or check */
	const char *file;
	const char **words; /* of the new command; heap */
	size_t count, capacity;
	const char **arguments; /* of the report; heap */
	size_t argument_count, argument_capacity;
	struct buf missing; /* what must be given, as a shell takes it */
	struct arena arena;
};

static void again_word(struct again *a, const char *word)
{
	a->words =
	    mem_grow(a->words, &a->capacity, a->count + 2, sizeof *a->words);
	a->words[a->count++] = word;
	a->words[a->count] = NULL;
}

static void again_option(struct again *a, enum option_id id, const char *value)
{
	again_word(
	    a, options_argument(a->command, id) == NULL
		   ? options_name(id)
		   : arena_printf(&a->arena, "%s=%s", options_name(id), value));
}

static void again_missing(struct again *a, const char *name, const char *value)
{
	if (a->missing.length > 0)
		buf_putc(&a->missing, ' ');
	if (name != NULL)
		buf_printf(&a->missing, "%s ", name);
	buf_shell_word(&a->missing, value);
}

/* The command of the report ----------------------------------------------- */

static bool again_checks(const struct again *a)
{
	return a->command == &command_table[CMD_CHECK];
}

/* NAME=… is given, too. A check sends its secrets to a target of the report:
 * what the environment holds is not meant for that. */
static bool again_is_set(const struct again *a, const char *setting)
{
	const struct option_values *v = &a->given->values[OPT_SET];
	size_t length = strcspn(setting, "=") + 1;

	for (size_t i = again_checks(a) ? v->inherited : 0; i < v->count; i++)
		if (strncmp(v->values[i], setting, length) == 0)
			return true;
	return false;
}

/* The option at words[i] of the report's command, with the value behind it. */
static void again_take(struct again *a, enum option_id id,
		       const char *const *words, size_t i)
{
	const char *value = words[i + 1];
	bool given = id == OPT_SET ? again_is_set(a, value)
				   : a->given->values[id].count > 0;
	bool logs_in = a->given->values[OPT_PROXY_AUTH].count > 0;

	if (given || !again_repeats[id])
		return;
	if (repeat_must_be_given(words, i, logs_in))
		again_missing(a, options_name(id), value);
	else
		again_option(a, id, value);
}

static int again_unknown(const struct again *a, const char *word,
			 struct error *err)
{
	return error_set(err,
			 "%s: its command cannot be repeated: '%s' is not an "
			 "option of %s",
			 a->file, word, a->command->name);
}

/* The words behind run or check. */
static int again_read(struct again *a, const char *const *words,
		      struct error *err)
{
	for (size_t i = 0; words[i] != NULL; i++) {
		const char *word = words[i];
		enum option_id id;

		if (word[0] != '-') {
			a->arguments = mem_grow(
			    a->arguments, &a->argument_capacity,
			    a->argument_count + 1, sizeof *a->arguments);
			a->arguments[a->argument_count++] = word;
			continue;
		}
		if (strncmp(word, "--", 2) != 0 || strchr(word, '=') != NULL ||
		    !options_find(a->command, word, &id))
			return again_unknown(a, word, err);
		if (options_argument(a->command, id) != NULL &&
		    words[i + 1] == NULL)
			return error_set(err,
					 "%s: its command cannot be repeated: "
					 "%s has no value",
					 a->file, word);
		again_take(a, id, words, i);
		i += options_argument(a->command, id) != NULL;
	}
	return 0;
}

static int again_command(struct again *a, const struct report *r,
			 struct error *err)
{
	const char *const *words = r->run.command;
	size_t count = 0;

	while (words[count] != NULL)
		count++;
	if (count == 0) {
		error_set(err, "%s does not hold the command of its run",
			  a->file);
		error_suggest(err, "write preflight run PROFILE; later reports "
				   "can be repeated");
		return -1;
	}
	a->command = command_find(words[0]);
	if (a->command != &command_table[CMD_RUN] &&
	    a->command != &command_table[CMD_CHECK])
		return error_set(err, "%s: '%s' cannot be repeated", a->file,
				 words[0]);
	if (count > AGAIN_WORDS)
		return error_set(err, "%s: its command has more than %d words",
				 a->file, AGAIN_WORDS);
	return again_read(a, words + 1, err);
}

/* What is given ----------------------------------------------------------- */

/* The environment's values are read again with the new command. */
static void again_given(struct again *a)
{
	for (enum option_id id = 0; id < OPT_COUNT; id++) {
		const struct option_values *v = &a->given->values[id];

		if (id == OPT_FAILED || id == OPT_BASELINE)
			continue;
		for (size_t i = v->inherited; i < v->count; i++)
			again_option(a, id, v->values[i]);
	}
}

/* The report's, or the profiles that are given instead. */
static void again_arguments(struct again *a)
{
	const struct options *o = a->given;
	bool given = o->argument_count > 1;

	again_word(a, "--");
	for (size_t i = 1; i < o->argument_count; i++)
		again_word(a, o->arguments[i]);
	for (size_t i = 0; i < a->argument_count && !given; i++) {
		if (!again_checks(a) && repeat_is_path(a->arguments[i]))
			again_missing(a, NULL, a->arguments[i]);
		else
			again_word(a, a->arguments[i]);
	}
}

/* Secrets of the environment, where they would go to a target of the report. */
static void again_inherited(struct again *a)
{
	const struct option_values *v = &a->given->values[OPT_SET];

	for (size_t i = 0; again_checks(a) && i < v->inherited; i++)
		if (repeat_is_secret(v->values[i]) &&
		    !again_is_set(a, v->values[i]))
			again_missing(a, options_name(OPT_SET), v->values[i]);
}

static int again_failed(const struct again *a, const struct report *r,
			struct error *err)
{
	for (size_t i = 0; i < r->result_count; i++)
		if (r->results[i].verdict == VERDICT_FAIL ||
		    r->results[i].verdict == VERDICT_SKIP)
			return 0;
	return error_set(err, "%s: nothing failed in that report", a->file);
}

/* What the report tested: whether --only or --skip chose it, it does not say.
 */
static int again_select(struct again *a, const struct report *r,
			struct error *err)
{
	bool failed = options_flag(a->given, OPT_FAILED);

	if (failed && again_failed(a, r, err) == -1)
		return -1;
	if (options_flag(a->given, OPT_BASELINE))
		again_option(a, OPT_BASELINE, a->file);
	if (again_checks(a))
		return 0;
	/* --only takes several, with commas between them. */
	if (failed && strchr(a->file, ',') != NULL)
		return error_set(err,
				 "%s: a report whose name has a comma "
				 "cannot be used with --failed",
				 a->file);
	if (failed)
		again_option(a, OPT_ONLY,
			     arena_printf(&a->arena, "failed:%s", a->file));
	for (size_t i = 0; i < r->requirement_count && !failed; i++)
		again_option(a, OPT_ONLY, r->requirements[i].id);
	return 0;
}

static int again_complain(struct again *a, struct error *err)
{
	char shown[AGAIN_SHOWN];
	struct buf what;

	if (a->missing.length == 0)
		return 0;
	buf_init(&what, AGAIN_TEXT);
	buf_puts(&what, a->command->name);
	for (size_t i = 0; i < a->argument_count; i++)
		buf_printf(&what, " %s", a->arguments[i]);
	text_sanitise(shown, sizeof shown, buf_text(&a->missing),
		      a->missing.length);
	error_set(err,
		  "%s: '%.80s' used files or secrets of this host, which a "
		  "report may not choose: %s",
		  a->file, buf_text(&what), shown);
	error_suggest(err, "if they are right, add them to this command");
	buf_free(&what);
	return -1;
}

/* -1: one error. */
static int again_build(struct again *a, const struct report *r,
		       struct error *err)
{
	if (again_command(a, r, err) == -1 || again_select(a, r, err) == -1)
		return -1;
	if (again_checks(a) && a->given->argument_count > 1)
		return error_set(err,
				 "'%s' is one argument too many: a check "
				 "has no profile",
				 a->given->arguments[1]);
	again_inherited(a);
	again_given(a);
	again_arguments(a);
	return again_complain(a, err);
}

/* ------------------------------------------------------------------------- */

/* What is repeated, for whoever looks on; not the list of what was tested. */
static void again_show(const struct again *a)
{
	const char *format = options_text(a->given, OPT_FORMAT);
	char shown[AGAIN_SHOWN];
	struct buf line;

	if ((format != NULL && strcmp(format, "text") != 0) ||
	    options_flag(a->given, OPT_QUIET) || !os_terminal_is(stderr))
		return;
	buf_init(&line, AGAIN_TEXT);
	for (size_t i = 0; i < a->count; i++) {
		if (strcmp(a->words[i], "--") == 0 ||
		    strncmp(a->words[i], "--only=", 7) == 0)
			continue;
		buf_putc(&line, ' ');
		buf_shell_word(&line, a->words[i]);
	}
	text_sanitise(shown, sizeof shown, buf_text(&line), line.length);
	fprintf(stderr, "again: preflight %s%s\n", a->command->name, shown);
	buf_free(&line);
}

static int again_execute(struct again *a)
{
	struct options o;
	struct error err;
	int status;

	if (options_parse(&o, a->command, (int)a->count,
			  (char **)(uintptr_t)a->words, &err) == -1)
		status = command_fail_one(&o, &err, EXIT_USAGE);
	else {
		again_show(a);
		status = a->command->run(&o);
	}
	options_free(&o);
	return status;
}

int again_run(struct options *o)
{
	struct again a = {.given = o};
	struct report *r = NULL;
	struct error err;
	int status = EXIT_USAGE;

	buf_init(&a.missing, AGAIN_TEXT);
	if (o->argument_count == 0) {
		error_set(&err, "again needs a report");
		error_suggest(&err, "write preflight again REPORT.json");
	} else {
		a.file = o->arguments[0];
		r = saved_load(a.file, &err);
	}
	if (r == NULL || again_build(&a, r, &err) == -1)
		status = command_fail_one(o, &err, EXIT_USAGE);
	else
		status = again_execute(&a);
	report_free(r);
	buf_free(&a.missing);
	free(a.words);
	free(a.arguments);
	arena_free(&a.arena);
	return status;
}
