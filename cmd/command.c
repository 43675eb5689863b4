/* command.c - what commands share: their help, their errors, their end. */
#include "cmd/cmd.h"
#include "core/base/json.h"
#include "core/base/text.h"

#include "core/os/error.h"
#include "core/os/files.h"
#include "core/os/roots.h"
#include "core/net/tls.h"
#include "report/exit_scheme.h"
#include "report/fields.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool command_stdout_was_closed;

const struct command *command_find(const char *name)
{
	for (size_t i = 0; i < CMD_COUNT; i++)
		if (strcmp(command_table[i].name, name) == 0)
			return &command_table[i];
	return NULL;
}

const char *command_name_at(const void *arg, size_t i)
{
	(void)arg;
	return i < CMD_COUNT ? command_table[i].name : NULL;
}

int command_trusted_roots(const struct options *o, struct error *err)
{
	const char *file = options_text(o, OPT_CA_FILE);

	if (file == NULL)
		return 0;
	os_roots_use(file);
	tls_global_init(err);
	if (tls_global_ready() && !tls_has_no_roots())
		return 0;
	error_at(err, file, 0, 0, "holds no certificate in PEM form");
	error_suggest(err, "give a file of root certificates to --ca-file");
	return -1;
}

/* "dialects: a b c", in lines of 80. */
static void command_help_words(const char *what,
			       const char *(*next)(const void *arg, size_t i))
{
	int indent = printf("\n%s: ", what) - 1, at = indent;
	const char *word;

	for (size_t i = 0; (word = next(NULL, i)) != NULL; i++) {
		int length = (int)strlen(word);

		if (at + 1 + length > 80) {
			printf("\n%*s", indent, "");
			at = indent;
		}
		printf("%s%s", at > indent ? " " : "", word);
		at += length + (at > indent);
	}
	putchar('\n');
}

void command_help(const struct command *c)
{
	printf("usage: preflight %s", c->name);
	options_print_required(c);
	printf(" [OPTION...]%s%s\n\n%s.\n\noptions:\n",
	       *c->arguments != '\0' ? " " : "", c->arguments, c->summary);
	options_print(c);
	if (c == &command_table[CMD_RULES])
		command_help_words("dialects", rules_dialect_at);
	if (c->first == VALUE_LISTING)
		command_help_words("WHAT is one of", list_name_at);
	if (c->details != NULL)
		printf("\n%s", c->details);
}

bool command_has_format(const struct options *o, const char *name)
{
	const char *format = options_text(o, OPT_FORMAT);

	return format != NULL && strcmp(format, name) == 0;
}

bool command_is_json(const struct options *o)
{
	return command_has_format(o, "json");
}

const char *command_choice(char out[static COMMAND_CHOICE],
			   const char *(*next)(const void *arg, size_t i),
			   const void *arg)
{
	const char *name;
	size_t at = 0;

	out[0] = '\0';
	for (size_t i = 0; (name = next(arg, i)) != NULL && at < COMMAND_CHOICE;
	     i++)
		at += (size_t)snprintf(out + at, COMMAND_CHOICE - at, "%s%s",
				       i == 0                     ? ""
				       : next(arg, i + 1) == NULL ? " or "
								  : ", ",
				       name);
	return out;
}

const struct format *command_format(const struct options *o)
{
	const char *format = options_text(o, OPT_FORMAT);

	if (format == NULL ||
	    (o->command != NULL && o->command->formats != NULL))
		return NULL;
	return format_find(format);
}

const char *command_exit_scheme(const struct options *o)
{
	const char *scheme = options_text(o, OPT_EXIT_SCHEME);
	const struct format *format = command_format(o);

	if (scheme == NULL && format != NULL)
		return format->exit_scheme;
	return scheme;
}

int command_check_exit_scheme(const struct options *o, struct error *err)
{
	const char *scheme = options_text(o, OPT_EXIT_SCHEME);

	for (size_t i = 0; scheme != NULL && exit_scheme_names[i] != NULL; i++)
		if (strcmp(exit_scheme_names[i], scheme) == 0)
			return 0;
	if (scheme == NULL)
		return 0;
	return error_unknown(err, "exit scheme", scheme, text_name_at,
			     exit_scheme_names,
			     "write default, nagios, sam or prtg");
}

bool command_is_strict(const struct options *o)
{
	return options_flag(o, OPT_STRICT) ||
	       !exit_scheme_is_default(command_exit_scheme(o));
}

int command_check_format(const struct options *o, struct error *err)
{
	const char *format = options_text(o, OPT_FORMAT);
	const char *const *known = o->command->formats;
	char all[COMMAND_CHOICE];

	if (format == NULL)
		return 0;
	for (size_t i = 0; known[i] != NULL; i++)
		if (strcmp(known[i], format) == 0)
			return 0;
	error_set(err, "%s has no format '%s'", o->command->name, format);
	error_suggest(err, "write --format %s",
		      command_choice(all, text_name_at, known));
	return -1;
}

/* Was a whole document written to stdout? */
static bool command_has_printed;

void command_print_text(const char *text)
{
	command_has_printed = true;
	fputs(text, stdout);
}

void command_print(void (*write)(const void *arg, FILE *out), const void *arg)
{
	char *text = os_file_text(write, arg);

	command_print_text(text);
	free(text);
}

/* Errors, and the format of a report that has its own way to tell them. */
struct command_failed {
	const struct format *format;
	const struct error_document *document;
};

static void command_fail_format(const void *arg, FILE *out)
{
	const struct command_failed *failed = arg;

	failed->format->fail(failed->document, out);
}

static void command_fail_json(const void *arg, FILE *out)
{
	const struct command_failed *failed = arg;
	struct json_out j;

	json_begin(&j, out);
	json_object(&j);
	fields_write(&j, NULL, &fields_error, failed->document);
	json_object_end(&j);
	json_end(&j);
}

/* How many more there are, and how to see them all. */
static void command_fail_more(const struct errors *errors)
{
	size_t more = errors->count - 1 + errors->dropped;
	const char *file = NULL;

	for (size_t i = 0; i < errors->count && file == NULL; i++)
		if (errors->items[i].file[0] != '\0' &&
		    errors->items[i].line > 0)
			file = errors->items[i].file;
	if (file != NULL)
		fprintf(stderr, " (and %zu more: preflight lint %s)", more,
			file);
	else
		fprintf(stderr, " (and %zu more)", more);
}

int command_fail(const struct options *o, const struct errors *errors,
		 int exit_status)
{
	bool all = o->command == &command_table[CMD_LINT];
	const struct format *format = command_format(o);
	char line[2048];

	/* The user made no mistake where this host could not. */
	if (exit_status == EXIT_USAGE && errors->count > 0 &&
	    errors->items[0].of_host)
		exit_status = EXIT_UNDECIDED;

	if (command_is_json(o) || (format != NULL && format->fail != NULL)) {
		const struct error_document document = {
		    exit_status, errors->count, errors->items};

		command_print(command_is_json(o) ? command_fail_json
						 : command_fail_format,
			      &(struct command_failed){format, &document});
		return command_finish(o, exit_status);
	}
	/* The first mistake in one line; lint shows each of them. */
	for (size_t i = 0; i < (all ? errors->count : 1); i++) {
		error_format(&errors->items[i], line, sizeof line);
		fprintf(stderr, "preflight: %s", line);
		if (!all && errors->count + errors->dropped > 1)
			command_fail_more(errors);
		fputc('\n', stderr);
	}
	if (all && errors->dropped > 0)
		fprintf(stderr, "preflight: and %zu more\n", errors->dropped);
	return exit_status;
}

int command_fail_one(const struct options *o, const struct error *err,
		     int exit_status)
{
	struct errors list = {0};

	errors_add(&list, err);
	exit_status = command_fail(o, &list, exit_status);
	errors_free(&list);
	return exit_status;
}

/* Set by main() once the options are known. */
bool command_wants_json;

void command_last_words(const char *why)
{
	os_drafts_remove();
	if (!command_wants_json || json_has_begun() || command_has_printed) {
		/* stderr has no buffer: this takes no memory. */
		fprintf(stderr, "preflight: %s\n", why);
		return;
	}
	printf("{\"schema\": \"preflight.error/1\", \"exit\": 3, \"errors\": "
	       "[{\"message\": \"%s\", \"file\": null, \"line\": null, "
	       "\"column\": null, \"suggestion\": null}]}\n",
	       why);
	fflush(stdout);
}

int command_unwritten(int exit_status)
{
	bool good = exit_status == 0 || exit_status == EXIT_WARNINGS;

	return good ? EXIT_UNDECIDED : exit_status;
}

int command_finish(const struct options *o, int exit_status)
{
	int failed = fflush(stdout) == EOF || ferror(stdout);
	struct os_failure failure = os_failure_last();

	(void)o;
	if (!failed)
		return exit_status;
	/* The reader closed the pipe: that is not an error here. */
	if (failure.error != NET_BROKEN)
		fprintf(stderr, "preflight: cannot write the result: %s\n",
			command_stdout_was_closed ? "stdout is closed"
						  : os_failure_text(failure));
	return command_unwritten(exit_status);
}
