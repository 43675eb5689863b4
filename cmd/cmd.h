/*
 * cmd.h - the command table and what commands share.
 */
#ifndef PREFLIGHT_CMD_H
#define PREFLIGHT_CMD_H

#include "core/base/error.h"
#include "cmd/options.h"

struct command {
	const char *name;
	const char *arguments;  /* "PROFILE...", "" */
	enum value_kind first;  /* what the first argument is */
	enum value_kind others; /* and those behind it */
	const char *summary;    /* one line for --help */
	const char *details;    /* paragraphs and examples, or NULL */
	/* Its formats where they are not those of a report; ends with NULL. */
	const char *const *formats;
	int (*run)(struct options *o); /* the exit status */
};

/* By enum command_id; which options a command takes stands in the option
 * table. */
extern const struct command command_table[CMD_COUNT];

/* One per file cmd/NAME.c. */
int again_run(struct options *o);
int check_run(struct options *o);
int compare_run(struct options *o);
int doctor_run(struct options *o);
int explain_run(struct options *o);
int init_run(struct options *o);
int lint_run(struct options *o);
int list_run(struct options *o);
int listen_run(struct options *o);
int merge_run(struct options *o);
int plan_run(struct options *o);
int render_run(struct options *o);
int rules_run(struct options *o);
int run_run(struct options *o);
int schema_run(struct options *o);
int verify_run(struct options *o);

/* No command at all, on a terminal: the profiles, and what to type next. */
int welcome_run(void);

/* NULL: there is none. */
const struct command *command_find(const char *name);
/* The i-th name of what a word may be, NULL at the end: for suggestions, help
 * and completion. `arg` is not used. */
const char *command_name_at(const void *arg, size_t i);
const char *check_name_at(const void *arg, size_t i);
const char *list_name_at(const void *arg, size_t i);
/* The names in one of these lists; NULL: they are profiles. */
const char *(*list_names_of(const char *what))(const void *arg, size_t i);
const char *output_format_at(const void *arg, size_t i);
const char *rules_dialect_at(const void *arg, size_t i);
/* NULL: there is no such dialect; one error. */
struct dialect;
const struct dialect *rules_dialect(struct options *o, const char *name,
				    struct error *err);
const char *tickets_owner_at(const void *arg, size_t i);
const char *schema_name_at(const void *arg, size_t i);
/* "a, b or c" of the names that next() gives. Returns out. */
enum { COMMAND_CHOICE = 256 };
const char *command_choice(char out[static COMMAND_CHOICE],
			   const char *(*next)(const void *arg, size_t i),
			   const void *arg);
/* What `preflight COMMAND --help` prints. */
void command_help(const struct command *c);

/* --ca-file: its certificates are the roots. -1: there are none in it. */
int command_trusted_roots(const struct options *o, struct error *err);

/* True when the result is to be JSON: so are errors then, on stdout. */
bool command_is_json(const struct options *o);
/* --format is that one. */
bool command_has_format(const struct options *o, const char *name);
/* What stdout gets where it is a format of reports; NULL: it is not. */
struct format;
const struct format *command_format(const struct options *o);
/* --exit-scheme, else what the format goes by; NULL: the default. */
const char *command_exit_scheme(const struct options *o);
/* --exit-scheme is one that there is. -1: one error. */
int command_check_exit_scheme(const struct options *o, struct error *err);
/* Warnings have a status of their own. */
bool command_is_strict(const struct options *o);

/* --format is one of the command's own, or not given. -1: one error. */
int command_check_format(const struct options *o, struct error *err);

/*
 * Reports errors in the way the format asks: one line "preflight: …" on stderr
 * (the first one and how many more; lint prints them all), or one document
 * preflight.error/1 on stdout. Returns exit_status.
 */
int command_fail(const struct options *o, const struct errors *errors,
		 int exit_status);
int command_fail_one(const struct options *o, const struct error *err,
		     int exit_status);

/*
 * Writes a document to stdout that was made as a whole before: where memory
 * runs out while write() makes it, stdout is empty still, and gets the last
 * words.
 */
void command_print(void (*write)(const void *arg, FILE *out), const void *arg);
void command_print_text(const char *text);

/* Flushes stdout. A closed pipe is silent, a full disk is one line: both give
 * 3, else the status passed in. */
int command_finish(const struct options *o, int exit_status);
/* stdout was closed by the caller: what command_finish() says then. */
extern bool command_stdout_was_closed;

/* The release, and the commit where it is not the release itself:
 * "0.2.0+14-gcdd0265b8a01". Made by packaging/version.sh. */
extern const char command_version[];
/* The releaser's public key, where the build was given one (RELEASE_KEY=FILE);
 * else "". */
extern const char command_release_key[];

enum { EXIT_USAGE = 2, EXIT_UNDECIDED = 3, EXIT_WARNINGS = 4 };
/* What a program says that has no memory left, or not what it cannot do
 * without: the error document, where JSON is asked for and nothing was written
 * yet. */
extern bool command_wants_json;
void command_last_words(const char *why);
/* The result could not be written: a verdict of 1 or 2, and a signal, go before
 * that (design 6); else EXIT_UNDECIDED. */
int command_unwritten(int exit_status);

#endif
