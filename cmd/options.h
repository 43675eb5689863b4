/*
 * options.h - the command line: parsed, and printed for --help, by the option
 * table.
 *
 * Every option NAME can be given as PREFLIGHT_NAME in the environment
 * ('-' is '_'; repeatable ones: one value a line); the command line wins.
 */
#ifndef PREFLIGHT_OPTIONS_H
#define PREFLIGHT_OPTIONS_H

#include "cmd/option_table.h"
#include "core/base/error.h"
#include "core/base/mem.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct option_values {
	const char **values; /* NULL-terminated */
	size_t count, capacity;
	size_t inherited; /* the first so many are of the environment */
};

struct command;

struct options {
	const struct command *command;
	struct arena arena;
	struct option_values values[OPT_COUNT];
	const char **arguments; /* NULL-terminated */
	size_t argument_count, argument_capacity;
};

/* The words after the command's name. -1: one clear error; --format is known
 * then, too, wherever it stands. */
int options_parse(struct options *o, const struct command *command, int argc,
		  char **argv, struct error *err);
/* Where there is no command to parse for: only --format. */
void options_guess(struct options *o, int argc, char **argv);
/* Whether they ask for JSON, by the words alone: takes no memory. */
bool options_guess_json(int argc, char **argv);
/* One more, behind the others; borrowed. */
void options_add_argument(struct options *o, const char *word);
void options_free(struct options *o);

bool options_flag(const struct options *o, enum option_id id);
/* Another value of a repeatable option, as if it had been given. */
void options_add(struct options *o, enum option_id id, const char *value);
/* How often a flag was given: -vv is twice, PREFLIGHT_VERBOSE=2 as well. */
unsigned options_count(const struct options *o, enum option_id id);
/* The last value, or NULL. */
const char *options_text(const struct options *o, enum option_id id);
/* All values; an empty list for none. */
const char *const *options_list(const struct options *o, enum option_id id);
/* Values that may hold several words separated by commas, split; arena. */
const char *const *options_words(struct options *o, enum option_id id);
/* "--timeout": for messages. */
const char *options_name(enum option_id id);
/* A duration in microseconds, a number: what was given, else what the option
 * table says. -1: one error. */
int options_duration(const struct options *o, enum option_id id, int64_t *out,
		     struct error *err);
int options_number(const struct options *o, enum option_id id, int64_t low,
		   int64_t high, int64_t *out, struct error *err);

/* The command, its arguments and its options but those of `without` (ends with
 * OPT_END), of the environment, too, as words; NULL-terminated, arena. */
const char *const *options_command(struct options *o,
				   const enum option_id *without);

bool options_accepts(const struct command *c, enum option_id id);
/* What its value is with this command, as "FILE"; NULL: it is a flag. */
const char *options_argument(const struct command *c, enum option_id id);
/* Which option "--name", "--name=VALUE", "-n" or "-nVALUE" is. */
bool options_find(const struct command *c, const char *word,
		  enum option_id *out);
/* The VALUE in such a word, or NULL. */
const char *options_attached(const char *word);

/* The options of a command for --help, and in its usage those that it cannot do
 * without. */
void options_print(const struct command *command);
void options_print_required(const struct command *command);

#endif
