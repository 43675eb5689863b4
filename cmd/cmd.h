/*
 * cmd.h - the command table and what commands share.
 */
#ifndef PREFLIGHT_CMD_H
#define PREFLIGHT_CMD_H

#include "core/base/error.h"
#include "cmd/options.h"

struct command {
	const char *name;
	const char *arguments;         /* "PROFILE…", "" */
	const char *summary;           /* one line for --help */
	const char *details;           /* paragraphs and examples, or NULL */
	const enum option_id *options; /* ends with OPT_END */
	int (*run)(struct options *o); /* the exit status */
};

/* One per file cmd/NAME.c. */
extern const struct command command_run, command_plan, command_check,
    command_list, command_explain, command_lint, command_doctor, command_schema,
    command_init, command_compare, command_render, command_merge, command_rules;

/* True when the result is to be JSON: so are errors then, on stdout. */
bool command_is_json(const struct options *o);

/*
 * Reports errors in the way the format asks: one line "preflight: …" on stderr
 * (the first one and how many more; lint prints them all), or one document
 * preflight.error/1 on stdout. Returns exit_status.
 */
int command_fail(const struct options *o, const struct errors *errors,
		 int exit_status);
int command_fail_one(const struct options *o, const struct error *err,
		     int exit_status);

/* Flushes stdout. A closed pipe is silent, a full disk is one line: both give
 * 3, else the status passed in. */
int command_finish(const struct options *o, int exit_status);

enum { EXIT_USAGE = 2, EXIT_UNDECIDED = 3 };

#endif
