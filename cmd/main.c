/* main.c - which command is meant, and what a run of the program needs. */
#include "cmd/cmd.h"
#include "cmd/complete.h"
#include "cmd/libraries.h"
#include "core/base/addr.h"
#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/os/address.h"
#include "core/os/process.h"
#include "core/os/terminal.h"
#include "profiles/read/profile.h"
#include "report/exit_scheme.h"

#include <stdio.h>
#include <string.h>

/* What a report of ten thousand results takes to be written. */
enum { MAIN_KEPT = 8 << 20 };

static void main_usage(FILE *out)
{
	fprintf(out,
		"preflight tests whether the network paths that a product "
		"needs are open,\nand shows why a path is not, what blocks it "
		"and what to change.\n\nusage: preflight COMMAND [OPTION...] "
		"[ARGUMENT...]\n\n");
	for (size_t i = 0; i < CMD_COUNT; i++)
		fprintf(out, "  %-8s %s\n", command_table[i].name,
			command_table[i].summary);
	fprintf(out,
		"\nA first run:\n"
		"  preflight run auvik-collector "
		"--set tenant_url=https://acme.us1.my.auvik.com\n"
		"\n'preflight COMMAND --help' lists the options of a command.\n"
		"exit status: 0 ready, 1 not ready, 2 usage error, 3 undecided,"
		"\n             4 warnings with --strict, "
		"128+N ended by signal N\n");
}

static int main_no_command(const char *word, int argc, char **argv)
{
	struct options o;
	struct error err, unused;
	char path[4096];
	int status;

	options_guess(&o, argc, argv);
	error_unknown(&err, "command", word, command_name_at, NULL,
		      *word == '-'
			  ? "write preflight COMMAND first, then options"
			  : "see preflight --help");
	if (profile_find(word, path, sizeof path, &unused) == 0)
		error_suggest(&err, "write preflight run %s", word);
	status = command_fail_one(&o, &err, EXIT_USAGE);
	status = exit_scheme_status(command_exit_scheme(&o), status);
	options_free(&o);
	return status;
}

static int main_run_command(const struct command *c, int argc, char **argv)
{
	struct options o;
	struct error err;
	int status;

	command_wants_json = options_guess_json(argc, argv);
	if (options_parse(&o, c, argc, argv, &err) == -1)
		status = command_fail_one(&o, &err, EXIT_USAGE);
	else if (options_flag(&o, OPT_HELP)) {
		command_help(c);
		status = command_finish(&o, 0);
	} else if (command_check_exit_scheme(&o, &err) == -1) {
		status = command_fail_one(&o, &err, EXIT_USAGE);
	} else {
		command_wants_json = command_is_json(&o);
		if (options_flag(&o, OPT_COMPACT))
			json_use_compact();
		status = c->run(&o);
	}
	status = exit_scheme_status(command_exit_scheme(&o), status);
	options_free(&o);
	return status;
}

static bool main_is_word(const char *word, const char *a, const char *b,
			 const char *c)
{
	return strcmp(word, a) == 0 || strcmp(word, b) == 0 ||
	       strcmp(word, c) == 0;
}

/* `--version --verbose` says with which libraries. */
static int main_version(int argc, char **argv)
{
	printf("preflight %s\n", command_version);
	if (argc > 2 &&
	    (strcmp(argv[2], "--verbose") == 0 || strcmp(argv[2], "-v") == 0))
		libraries_print(stdout);
	return command_finish(NULL, 0);
}

static int main_dispatch(int argc, char **argv)
{
	const struct command *c;

	if (argc < 2 && os_terminal_is(stdout))
		return welcome_run();
	if (argc < 2) {
		main_usage(stderr);
		return EXIT_USAGE;
	}
	if (main_is_word(argv[1], "--help", "-h", "help")) {
		c = argc > 2 ? command_find(argv[2]) : NULL;
		if (c != NULL)
			command_help(c);
		else
			main_usage(stdout);
		return command_finish(NULL, 0);
	}
	if (strcmp(argv[1], "__complete") == 0) {
		complete_print(argc - 2, argv + 2);
		return command_finish(NULL, 0);
	}
	c = command_find(argv[1]);
	return c != NULL ? main_run_command(c, argc - 2, argv + 2)
			 : main_no_command(argv[1], argc - 2, argv + 2);
}

int main(int argc, char **argv)
{
	command_stdout_was_closed = !os_process_begin();
	addr_set_zones(&os_zones);
	/* Needs nothing of what follows. */
	if (argc > 1 && main_is_word(argv[1], "--version", "version", "-V"))
		return main_version(argc, argv);
	mem_keep(MAIN_KEPT);
	mem_on_exhausted(command_last_words);
	return os_process_end(main_dispatch(argc, argv));
}
