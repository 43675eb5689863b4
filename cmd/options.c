/* options.c - the command line and the environment, read by the option table.
 */
#include "cmd/options.h"
#include "cmd/cmd.h"
#include "core/base/text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *options_name(enum option_id id)
{
	static char names[OPT_COUNT][32];

	if (names[id][0] == '\0')
		snprintf(names[id], sizeof names[id], "--%s",
			 option_table[id].name);
	return names[id];
}

bool options_accepts(const struct command *c, enum option_id id)
{
	return (option_table[id].commands & 1U << (c - command_table)) != 0;
}

const char *options_argument(const struct command *c, enum option_id id)
{
	bool is_flag =
	    (option_table[id].flag_in & 1U << (c - command_table)) != 0;

	return is_flag ? NULL : option_table[id].argument;
}

void options_add(struct options *o, enum option_id id, const char *value)
{
	struct option_values *v = &o->values[id];

	v->values =
	    mem_grow(v->values, &v->capacity, v->count + 2, sizeof *v->values);
	v->values[v->count++] = value;
	v->values[v->count] = NULL;
}

/* A value of the command line replaces those of the environment; variables
 * are distinguished by name, and the last value counts. */
static void options_set_value(struct options *o, enum option_id id,
			      const char *value)
{
	struct option_values *v = &o->values[id];

	if (!option_table[id].repeatable || (v->inherited > 0 && id != OPT_SET))
		v->count = v->inherited = 0;
	options_add(o, id, value);
}

static void options_read_environment(struct options *o)
{
	for (enum option_id id = 0; id < OPT_COUNT; id++) {
		char name[OPTION_ENVIRONMENT];
		const char *value;
		char *line, *rest;

		if (!options_accepts(o->command, id) ||
		    *option_environment(id, name) == '\0')
			continue;
		value = getenv(name);
		if (value == NULL || *value == '\0')
			continue;
		if (options_argument(o->command, id) == NULL &&
		    strcmp(value, "0") == 0)
			continue;
		rest = arena_strdup(&o->arena, value);
		while ((line = text_split(&rest, "\n")) != NULL)
			if (*line != '\0')
				options_add(o, id, line);
		o->values[id].inherited = o->values[id].count;
	}
}

/* PREFLIGHT_SET_TENANT_URL=… is --set tenant_url=…. */
static void options_read_set_environment(struct options *o)
{
	static const char prefix[] = "PREFLIGHT_SET_";
	extern char **environ;

	if (!options_accepts(o->command, OPT_SET))
		return;
	for (char **e = environ; *e != NULL; e++) {
		char *setting;

		if (strncmp(*e, prefix, sizeof prefix - 1) != 0)
			continue;
		setting = arena_strdup(&o->arena, *e + sizeof prefix - 1);
		for (char *c = setting; *c != '\0' && *c != '='; c++)
			*c = (char)tolower((unsigned char)*c);
		options_add(o, OPT_SET, setting);
	}
	o->values[OPT_SET].inherited = o->values[OPT_SET].count;
}

static const char *options_name_at(const void *arg, size_t i)
{
	const struct command *c = arg;
	size_t n = 0;

	for (enum option_id id = 0; id < OPT_COUNT; id++)
		if (options_accepts(c, id) && n++ == i)
			return option_table[id].name;
	return NULL;
}

static int options_unknown_option(const struct options *o, const char *word,
				  struct error *err)
{
	const char *near = NULL;

	error_set(err, "unknown option '%s'", word);
	if (word[1] == '-') {
		char name[64];

		text_copy(name, sizeof name, word + 2);
		name[strcspn(name, "=")] = '\0';
		near = text_nearest(name, options_name_at, o->command);
	}
	if (o->command == &command_table[CMD_RUN] &&
	    strncmp(word, "--from", strlen("--from")) == 0)
		error_suggest(err, "to repeat an old run, write preflight "
				   "again REPORT");
	else if (near != NULL)
		error_suggest(err, "did you mean --%s?", near);
	else
		error_suggest(err, "see preflight %s --help", o->command->name);
	return -1;
}

bool options_find(const struct command *c, const char *word,
		  enum option_id *out)
{
	size_t length = strcspn(word, "=");

	for (enum option_id id = 0; id < OPT_COUNT; id++) {
		const struct option_def *d = &option_table[id];
		bool is_long = word[1] == '-' &&
			       strlen(d->name) == length - 2 &&
			       strncmp(word + 2, d->name, length - 2) == 0;
		bool is_short =
		    word[1] != '-' && d->letter != 0 && word[1] == d->letter;

		if ((is_long || is_short) && options_accepts(c, id)) {
			*out = id;
			return true;
		}
	}
	return false;
}

const char *options_attached(const char *word)
{
	const char *equals = strchr(word, '=');

	if (word[1] == '-')
		return equals != NULL ? equals + 1 : NULL;
	return word[1] != '\0' && word[2] != '\0' ? word + 2 : NULL;
}

/* Several flags in a word: "-vv", "-qv4". */
static int options_take_letters(struct options *o, const char *word,
				struct error *err)
{
	for (const char *c = word + 1; *c != '\0'; c++) {
		const char one[] = {'-', *c, '\0'};
		enum option_id id;

		if (!options_find(o->command, one, &id))
			return options_unknown_option(o, one, err);
		if (option_table[id].argument != NULL)
			return error_set(err,
					 "option '%s' needs a value: it cannot "
					 "stand in '%s'",
					 one, word);
		options_set_value(o, id, "1");
	}
	return 0;
}

/* One option at argv[*i]; takes its argument, too. */
static int options_take_option(struct options *o, int argc, char **argv, int *i,
			       struct error *err)
{
	const char *word = argv[*i];
	const char *value = options_attached(word);
	enum option_id id;

	if (!options_find(o->command, word, &id))
		return options_unknown_option(o, word, err);
	if (options_argument(o->command, id) == NULL) {
		if (value != NULL && word[1] != '-')
			return options_take_letters(o, word, err);
		if (value != NULL)
			return error_set(err, "option '%s' takes no value",
					 options_name(id));
		options_set_value(o, id, "1");
		return 0;
	}
	if (value == NULL && *i + 1 < argc)
		value = argv[++*i];
	if (value == NULL || *value == '\0') {
		error_set(err, "option '%s' needs a value", options_name(id));
		error_suggest(err, "write %s %s", options_name(id),
			      option_table[id].argument);
		return -1;
	}
	options_set_value(o, id, value);
	return 0;
}

/* An error is reported in the requested format and with the status of the
 * requested scheme, even where the command line is wrong. */
static const char *options_guess_value(enum option_id id, int argc, char **argv)
{
	const char *name = options_name(id);
	char variable[OPTION_ENVIRONMENT];
	const char *value = getenv(option_environment(id, variable));
	size_t length = strlen(name);

	for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strncmp(argv[i], name, length) != 0)
			continue;
		if (argv[i][length] == '=')
			value = argv[i] + length + 1;
		else if (argv[i][length] == '\0' && i + 1 < argc)
			value = argv[i + 1];
	}
	return value != NULL && *value != '\0' ? value : NULL;
}

bool options_guess_json(int argc, char **argv)
{
	const char *format = options_guess_value(OPT_FORMAT, argc, argv);

	return format != NULL && strcmp(format, "json") == 0;
}

static void options_guess_format(struct options *o, int argc, char **argv)
{
	static const enum option_id ids[] = {OPT_FORMAT, OPT_EXIT_SCHEME};

	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
		const char *value = options_guess_value(ids[i], argc, argv);

		if (value != NULL)
			options_set_value(o, ids[i], value);
	}
}

void options_guess(struct options *o, int argc, char **argv)
{
	memset(o, 0, sizeof *o);
	options_guess_format(o, argc, argv);
}

void options_add_argument(struct options *o, const char *word)
{
	o->arguments = mem_grow(o->arguments, &o->argument_capacity,
				o->argument_count + 2, sizeof *o->arguments);
	o->arguments[o->argument_count++] = word;
	o->arguments[o->argument_count] = NULL;
}

int options_parse(struct options *o, const struct command *command, int argc,
		  char **argv, struct error *err)
{
	bool only_words = false;

	memset(o, 0, sizeof *o);
	o->command = command;
	options_read_set_environment(o);
	options_read_environment(o);
	for (int i = 0; i < argc; i++) {
		if (!only_words && strcmp(argv[i], "--") == 0) {
			only_words = true;
			continue;
		}
		if (!only_words && argv[i][0] == '-' && argv[i][1] != '\0') {
			if (options_take_option(o, argc, argv, &i, err) == -1) {
				options_guess_format(o, argc, argv);
				return -1;
			}
			continue;
		}
		options_add_argument(o, argv[i]);
	}
	return 0;
}

void options_free(struct options *o)
{
	for (enum option_id id = 0; id < OPT_COUNT; id++)
		free(o->values[id].values);
	free(o->arguments);
	arena_free(&o->arena);
}

bool options_flag(const struct options *o, enum option_id id)
{
	return o->values[id].count > 0;
}

unsigned options_count(const struct options *o, enum option_id id)
{
	const struct option_values *v = &o->values[id];
	unsigned count = 0;

	for (size_t i = 0; i < v->count; i++) {
		int64_t n = 1;

		count += text_number(v->values[i], 1, 9, &n) ? (unsigned)n : 1;
	}
	return count;
}

const char *options_text(const struct options *o, enum option_id id)
{
	const struct option_values *v = &o->values[id];

	return v->count > 0 ? v->values[v->count - 1] : NULL;
}

const char *const *options_list(const struct options *o, enum option_id id)
{
	static const char *const none[] = {NULL};

	return o->values[id].count > 0 ? o->values[id].values : none;
}

const char *const *options_words(struct options *o, enum option_id id)
{
	const char **words = NULL;
	size_t count = 0, capacity = 0;
	const char *const *result;

	words = mem_grow(words, &capacity, 1, sizeof *words);
	for (const char *const *v = options_list(o, id); *v != NULL; v++) {
		char *rest = arena_strdup(&o->arena, *v), *word;

		while ((word = text_split(&rest, ",")) != NULL) {
			if (*word == '\0')
				continue;
			words = mem_grow(words, &capacity, count + 2,
					 sizeof *words);
			words[count++] = word;
		}
	}
	result = arena_copy(&o->arena, words, count + 1, sizeof *words);
	free(words);
	return result;
}

/* What was given, else what the table says. */
static const char *options_value(const struct options *o, enum option_id id)
{
	const char *text = options_text(o, id);

	return text != NULL ? text : option_table[id].fallback;
}

int options_duration(const struct options *o, enum option_id id, int64_t *out,
		     struct error *err)
{
	const char *text = options_value(o, id);

	*out = text_duration(text);
	if (*out > 0)
		return 0;
	error_set(err, "%s: '%s' is not a time", options_name(id), text);
	error_suggest(err, "write 500ms, 3s or 2m");
	return -1;
}

int options_number(const struct options *o, enum option_id id, int64_t low,
		   int64_t high, int64_t *out, struct error *err)
{
	const char *text = options_value(o, id);

	if (text_number(text, low, high, out))
		return 0;
	return error_set(err, "%s: '%s' is not a number from %lld to %lld",
			 options_name(id), text, (long long)low,
			 (long long)high);
}

static bool options_is_listed(const enum option_id *list, enum option_id id)
{
	while (*list != OPT_END && *list != id)
		list++;
	return *list == id && id != OPT_END;
}

const char *const *options_command(struct options *o,
				   const enum option_id *without)
{
	const char **words;
	size_t count = 1 + o->argument_count;

	for (enum option_id id = 0; id < OPT_COUNT; id++)
		count += 2 * o->values[id].count;
	words = arena_calloc(&o->arena, count + 1, sizeof *words);
	count = 0;
	words[count++] = o->command->name;
	for (size_t i = 0; i < o->argument_count; i++)
		words[count++] = o->arguments[i];
	for (enum option_id id = 0; id < OPT_COUNT; id++) {
		const struct option_values *v = &o->values[id];

		for (size_t i = 0; i < v->count; i++) {
			if (options_is_listed(without, id))
				continue;
			words[count++] = options_name(id);
			if (options_argument(o->command, id) != NULL)
				words[count++] = v->values[i];
		}
	}
	return words;
}

/* Words of text from `column` on, in lines of 80. */
static void options_print_wrapped(const char *text, int column)
{
	enum { WIDTH = 80 };
	int at = column;

	while (*text != '\0') {
		int length = (int)strcspn(text, " ");

		if (at > column && at + 1 + length >= WIDTH) {
			printf("\n%*s", column, "");
			at = column;
		} else if (at > column) {
			putchar(' ');
			at++;
		}
		printf("%.*s", length, text);
		at += length;
		text += length;
		text += strspn(text, " ");
	}
	putchar('\n');
}

void options_print(const struct command *command)
{
	enum { COLUMN = 36 };

	for (enum option_id id = 0; id < OPT_COUNT; id++) {
		const struct option_def *d = &option_table[id];
		const char *argument = options_argument(command, id);
		char left[64], letter[8] = "   ", help[256];

		if (!options_accepts(command, id))
			continue;
		if (d->letter != 0)
			snprintf(letter, sizeof letter, "-%c,", d->letter);
		snprintf(left, sizeof left, "%s --%s%s%s", letter, d->name,
			 argument != NULL ? " " : "",
			 argument != NULL ? argument : "");
		snprintf(help, sizeof help,
			 d->fallback != NULL ? "%s (%s)" : "%s", d->help,
			 d->fallback);
		printf("  %-*s ", COLUMN - 3, left);
		options_print_wrapped(help, COLUMN);
	}
}

void options_print_required(const struct command *command)
{
	unsigned bit = 1U << (command - command_table);

	for (enum option_id id = 0; id < OPT_COUNT; id++)
		if ((option_table[id].required & bit) != 0)
			printf(" --%s %s", option_table[id].name,
			       option_table[id].argument);
}
