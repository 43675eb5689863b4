/* main.c - the command table. */
#include "cmd/cmd.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/os/address.h"
#include "core/os/error.h"
#include "core/os/process.h"

#include <stdio.h>
#include <string.h>

static const struct command *const commands[] = {
    &command_init,    &command_run,
    &command_plan,    &command_check,
    &command_rules,   &command_list,
    &command_explain, &command_lint,
    &command_doctor,  &command_compare,
    &command_render,  &command_merge,
    &command_schema,  NULL,
};

static void usage(FILE *out)
{
	fprintf(out,
		"preflight proves that the network paths a product needs are "
		"open,\nand says why not, who stands in the way and what to "
		"change.\n\nusage: preflight COMMAND [OPTION...] "
		"[ARGUMENT...]\n\n");
	for (size_t i = 0; commands[i] != NULL; i++)
		fprintf(out, "  %-8s %s\n", commands[i]->name,
			commands[i]->summary);
	fprintf(out,
		"\nA first run:\n"
		"  preflight run auvik-collector "
		"--set tenant_url=https://acme.us1.my.auvik.com\n"
		"\n'preflight COMMAND --help' lists the options of a command.\n"
		"exit status: 0 ready, 1 not ready, 2 usage error, 3 undecided,"
		"\n             4 warnings with --strict, "
		"128+N ended by signal N\n");
}

static void command_help(const struct command *c)
{
	printf("usage: preflight %s [OPTION...]%s%s\n\n%s.\n\noptions:\n",
	       c->name, *c->arguments != '\0' ? " " : "", c->arguments,
	       c->summary);
	options_print(c);
	if (c->details != NULL)
		printf("\n%s", c->details);
}

static const char *next_command(const void *arg, size_t i)
{
	(void)arg;
	return commands[i] != NULL ? commands[i]->name : NULL;
}

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; commands[i] != NULL; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

bool command_is_json(const struct options *o)
{
	const char *format = option_text(o, OPT_FORMAT);

	return format != NULL && strcmp(format, "json") == 0;
}

static void fail_json(const struct errors *errors, int exit_status)
{
	struct json_out j;

	json_begin(&j, stdout);
	json_object(&j);
	json_key_string(&j, "schema", "preflight.error/1");
	json_key_number(&j, "exit", exit_status);
	json_key(&j, "errors");
	json_array(&j);
	for (size_t i = 0; i < errors->count; i++) {
		const struct error *e = &errors->items[i];

		json_object(&j);
		json_key_string(&j, "message", e->text);
		json_key_string(&j, "file", e->file[0] ? e->file : NULL);
		json_key(&j, "line");
		if (e->line > 0)
			json_number(&j, e->line);
		else
			json_null(&j);
		json_key(&j, "column");
		if (e->column > 0)
			json_number(&j, e->column);
		else
			json_null(&j);
		json_key_string(&j, "suggestion",
				e->suggestion[0] ? e->suggestion : NULL);
		json_object_end(&j);
	}
	json_array_end(&j);
	json_object_end(&j);
	json_end(&j);
}

/* How many more there are, and how to see them all. */
static void fail_more(const struct errors *errors)
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
	bool all = o->command == &command_lint;
	char line[2048];

	if (command_is_json(o)) {
		fail_json(errors, exit_status);
		return command_finish(o, exit_status);
	}
	/* The first mistake in one line; lint shows each of them. */
	for (size_t i = 0; i < (all ? errors->count : 1); i++) {
		error_format(&errors->items[i], line, sizeof line);
		fprintf(stderr, "preflight: %s", line);
		if (!all && errors->count + errors->dropped > 1)
			fail_more(errors);
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

static bool stdout_was_closed;

int command_finish(const struct options *o, int exit_status)
{
	int failed = fflush(stdout) == EOF || ferror(stdout);
	struct os_failure failure = os_failure_last();

	(void)o;
	if (!failed)
		return exit_status;
	/* A reader that went away is its own affair. */
	if (failure.error != NET_BROKEN)
		fprintf(stderr, "preflight: cannot write the result: %s\n",
			stdout_was_closed ? "stdout is closed"
					  : os_failure_text(failure));
	return EXIT_UNDECIDED;
}

static int no_command(const char *word, int argc, char **argv)
{
	const char *near = text_nearest(word, next_command, NULL);
	struct options o;
	struct error err;
	int status;

	options_guess(&o, argc, argv);
	error_set(&err, "unknown command '%s'", word);
	if (near != NULL)
		error_suggest(&err, "did you mean '%s'?", near);
	else if (*word == '-')
		error_suggest(&err, "write preflight COMMAND first, then "
				    "options");
	else
		error_suggest(&err, "see preflight --help");
	status = command_fail_one(&o, &err, EXIT_USAGE);
	options_free(&o);
	return status;
}

static int run_command(const struct command *c, int argc, char **argv)
{
	struct options o;
	struct error err;
	int status;

	if (options_parse(&o, c, argc, argv, &err) == -1)
		status = command_fail_one(&o, &err, EXIT_USAGE);
	else if (option_flag(&o, OPT_HELP)) {
		command_help(c);
		status = command_finish(&o, 0);
	} else
		status = c->run(&o);
	options_free(&o);
	return status;
}

static bool is_word(const char *word, const char *a, const char *b,
		    const char *c)
{
	return strcmp(word, a) == 0 || strcmp(word, b) == 0 ||
	       strcmp(word, c) == 0;
}

int main(int argc, char **argv)
{
	const struct command *c;

	stdout_was_closed = !os_process_begin();
	addr_set_zones(&os_zones);
	if (argc < 2) {
		usage(stderr);
		return EXIT_USAGE;
	}
	if (is_word(argv[1], "--help", "-h", "help")) {
		c = argc > 2 ? find_command(argv[2]) : NULL;
		if (c != NULL)
			command_help(c);
		else
			usage(stdout);
		return command_finish(NULL, 0);
	}
	if (is_word(argv[1], "--version", "version", "-V")) {
		puts("preflight " PREFLIGHT_VERSION);
		return command_finish(NULL, 0);
	}
	c = find_command(argv[1]);
	return c != NULL ? run_command(c, argc - 2, argv + 2)
			 : no_command(argv[1], argc - 2, argv + 2);
}
