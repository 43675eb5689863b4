/*
 * options.h - the command line: one table for parsing, --help, completion and
 * the environment twins.
 *
 * Every option NAME can be given as PREFLIGHT_NAME in the environment
 * ('-' is '_'; repeatable ones: one value a line); the command line wins.
 */
#ifndef PREFLIGHT_OPTIONS_H
#define PREFLIGHT_OPTIONS_H

#include "core/base/error.h"
#include "core/base/mem.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum option_id {
	OPT_SET,
	OPT_INVENTORY,
	OPT_TARGET,
	OPT_ROLE,
	OPT_SCENARIO,
	OPT_PROXY,
	OPT_PROXY_AUTH,
	OPT_ONLY,
	OPT_SKIP,
	OPT_TIMEOUT,
	OPT_DEADLINE,
	OPT_RATE,
	OPT_FAST,
	OPT_MAX_PROBES,
	OPT_SOURCE,
	OPT_V4,
	OPT_V6,
	OPT_NO_TRACE,
	OPT_TOLERATE,
	OPT_ON_BEHALF_OF,
	OPT_BASELINE,
	OPT_FROM,
	OPT_DIALECT,
	OPT_NO_RESOLVE,
	OPT_FORMAT,
	OPT_OUTPUT,
	OPT_STRICT,
	OPT_EXIT_ZERO,
	OPT_QUIET,
	OPT_VERBOSE,
	OPT_COLOR,
	OPT_HELP,
	OPT_VERSION,
	OPT_COUNT,
	OPT_END = OPT_COUNT
};

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
void options_free(struct options *o);

bool option_flag(const struct options *o, enum option_id id);
/* The last value, or NULL. */
const char *option_text(const struct options *o, enum option_id id);
/* All values; an empty list for none. */
const char *const *option_list(const struct options *o, enum option_id id);
/* Values that may hold several words separated by commas, split; arena. */
const char *const *option_words(struct options *o, enum option_id id);
/* "--timeout": for messages. */
const char *option_name(enum option_id id);
/* A duration option in microseconds; fallback when not given. */
int option_duration(const struct options *o, enum option_id id,
		    int64_t fallback, int64_t *out, struct error *err);
int option_number(const struct options *o, enum option_id id, int64_t low,
		  int64_t high, int64_t fallback, int64_t *out,
		  struct error *err);

/* The command, its arguments and its options but those of `without` (ends with
 * OPT_END), of the environment, too, as words; NULL-terminated, arena. */
const char *const *options_command(struct options *o,
				   const enum option_id *without);

/* Prints the options of a command for --help. */
void options_print(const struct command *command);

#endif
