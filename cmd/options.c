/* options.c - the option table, its parser and its help. */
#include "cmd/options.h"
#include "cmd/cmd.h"
#include "core/base/text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct option_def {
	const char *name;
	char letter;
	const char *argument; /* NULL: a flag */
	bool repeatable;
	const char *help;
};

static const struct option_def table[OPT_COUNT] = {
    [OPT_SET] = {"set", 0, "NAME=VALUE", true,
		 "set a variable of the profile, or a parameter of the check"},
    [OPT_INVENTORY] = {"inventory", 0, "FILE", true,
		       "devices of this site (YAML or CSV)"},
    [OPT_TARGET] = {"target", 0, "TYPE=ADDR[,ADDR...]", true,
		    "add devices of a type: address, name, CIDR or range"},
    [OPT_ROLE] = {"role", 0, "ROLE", true,
		  "the part this machine plays in the product"},
    [OPT_SCENARIO] = {"scenario", 0, "NAME[,NAME...]", true,
		      "options of the product that are in use"},
    [OPT_PROXY] = {"proxy", 0, "URL|env", false,
		   "HTTP proxy for web paths, http://host:port; env: as the "
		   "environment says"},
    [OPT_PROXY_AUTH] = {"proxy-auth", 0, "env:NAME|file:PATH", false,
			"where to find user:password for the proxy"},
    [OPT_ONLY] = {"only", 0, "GLOB", true,
		  "only these requirements (id, matrix id or check), or "
		  "failed:REPORT"},
    [OPT_SKIP] = {"skip", 0, "GLOB", true, "not these requirements"},
    [OPT_TIMEOUT] = {"timeout", 0, "TIME", false,
		     "wait of the last attempt (2.5s)"},
    [OPT_DEADLINE] = {"deadline", 0, "TIME", false,
		      "end the whole run after this time (10m)"},
    [OPT_RATE] = {"rate", 0, "N", false, "probes per second (200)"},
    [OPT_FAST] = {"fast", 0, NULL, false,
		  "2,000 probes/s in all, 200/s per target"},
    [OPT_MAX_PROBES] = {"max-probes", 0, "N", false,
			"refuse plans above this size (4096)"},
    [OPT_SOURCE] = {"source", 0, "ADDR|IFACE", false,
		    "send from this address or interface"},
    [OPT_V4] = {"ipv4", '4', NULL, false, "IPv4 only"},
    [OPT_V6] = {"ipv6", '6', NULL, false, "IPv6 only"},
    [OPT_NO_TRACE] = {"no-trace", 0, NULL, false,
		      "no second round of probes for evidence"},
    [OPT_TOLERATE] = {"tolerate", 0, "N|P%", false,
		      "so many failing devices are only a warning"},
    [OPT_ON_BEHALF_OF] = {"on-behalf-of", 0, "ADDR", false,
			  "this host stands in for that one"},
    [OPT_BASELINE] = {"baseline", 0, "REPORT", false,
		      "say what changed since this report (JSON)"},
    [OPT_FROM] = {"from", 0, "REPORT", false, "a report of a run (JSON)"},
    [OPT_DIALECT] = {"dialect", 0, "DIALECT", false,
		     "language of the firewall that the rules are for"},
    [OPT_NO_RESOLVE] = {"no-resolve", 0, NULL, false,
			"send nothing: look no name up"},
    [OPT_FORMAT] = {"format", 0, "FORMAT", false,
		    "of the result on stdout (text)"},
    [OPT_OUTPUT] = {"output", 'o', "[FORMAT=]FILE", true,
		    "write the result to a file as well"},
    [OPT_STRICT] = {"strict", 0, NULL, false, "exit 4 on warnings"},
    [OPT_EXIT_ZERO] = {"exit-zero", 0, NULL, false,
		       "exit 0 whatever the verdict; errors keep their status"},
    [OPT_QUIET] = {"quiet", 'q', NULL, false, "headline and findings only"},
    [OPT_VERBOSE] = {"verbose", 'v', NULL, false,
		     "every result with its facts"},
    [OPT_COLOR] = {"color", 0, "auto|always|never", false,
		   "colour of text output"},
    [OPT_HELP] = {"help", 'h', NULL, false, "this help"},
    [OPT_VERSION] = {"version", 0, NULL, false, "the version"},
};

const char *option_name(enum option_id id)
{
	static char names[OPT_COUNT][32];

	if (names[id][0] == '\0')
		snprintf(names[id], sizeof names[id], "--%s", table[id].name);
	return names[id];
}

static bool accepts(const struct command *c, enum option_id id)
{
	if (id == OPT_HELP)
		return true;
	for (const enum option_id *i = c->options; *i != OPT_END; i++)
		if (*i == id)
			return true;
	return false;
}

static void add_value(struct options *o, enum option_id id, const char *value)
{
	struct option_values *v = &o->values[id];

	v->values =
	    mem_grow(v->values, &v->capacity, v->count + 2, sizeof *v->values);
	v->values[v->count++] = value;
	v->values[v->count] = NULL;
}

/* A value of the command line replaces those of the environment; variables
 * are told apart by their names, and the last one counts. */
static void set_value(struct options *o, enum option_id id, const char *value)
{
	struct option_values *v = &o->values[id];

	if (!table[id].repeatable || (v->inherited > 0 && id != OPT_SET))
		v->count = v->inherited = 0;
	add_value(o, id, value);
}

static void read_environment(struct options *o)
{
	for (enum option_id id = 0; id < OPT_COUNT; id++) {
		char name[64];
		const char *value;
		char *line, *rest;

		if (id == OPT_HELP || id == OPT_VERSION ||
		    !accepts(o->command, id))
			continue;
		snprintf(name, sizeof name, "PREFLIGHT_%s", table[id].name);
		for (char *c = name; *c != '\0'; c++)
			*c = *c == '-' ? '_' : (char)toupper((unsigned char)*c);
		value = getenv(name);
		if (value == NULL || *value == '\0')
			continue;
		if (table[id].argument == NULL && strcmp(value, "0") == 0)
			continue;
		rest = arena_strdup(&o->arena, value);
		while ((line = text_split(&rest, "\n")) != NULL)
			if (*line != '\0')
				add_value(o, id, line);
		o->values[id].inherited = o->values[id].count;
	}
}

/* PREFLIGHT_SET_TENANT_URL=… is --set tenant_url=…. */
static void read_set_environment(struct options *o)
{
	static const char prefix[] = "PREFLIGHT_SET_";
	extern char **environ;

	if (!accepts(o->command, OPT_SET))
		return;
	for (char **e = environ; *e != NULL; e++) {
		char *setting;

		if (strncmp(*e, prefix, sizeof prefix - 1) != 0)
			continue;
		setting = arena_strdup(&o->arena, *e + sizeof prefix - 1);
		for (char *c = setting; *c != '\0' && *c != '='; c++)
			*c = (char)tolower((unsigned char)*c);
		add_value(o, OPT_SET, setting);
	}
	o->values[OPT_SET].inherited = o->values[OPT_SET].count;
}

static const char *next_option(const void *arg, size_t i)
{
	const struct command *c = arg;
	size_t n = 0;

	for (enum option_id id = 0; id < OPT_COUNT; id++)
		if (accepts(c, id) && n++ == i)
			return table[id].name;
	return NULL;
}

static int unknown_option(const struct options *o, const char *word,
			  struct error *err)
{
	const char *near = NULL;

	error_set(err, "unknown option '%s'", word);
	if (word[1] == '-') {
		char name[64];

		text_copy(name, sizeof name, word + 2);
		name[strcspn(name, "=")] = '\0';
		near = text_nearest(name, next_option, o->command);
	}
	if (near != NULL)
		error_suggest(err, "did you mean --%s?", near);
	else
		error_suggest(err, "see preflight %s --help", o->command->name);
	return -1;
}

static bool find_option(const struct options *o, const char *word,
			enum option_id *out)
{
	size_t length = strcspn(word, "=");

	for (enum option_id id = 0; id < OPT_COUNT; id++) {
		const struct option_def *d = &table[id];
		bool is_long = word[1] == '-' &&
			       strlen(d->name) == length - 2 &&
			       strncmp(word + 2, d->name, length - 2) == 0;
		bool is_short =
		    word[1] != '-' && d->letter != 0 && word[1] == d->letter;

		if ((is_long || is_short) && accepts(o->command, id)) {
			*out = id;
			return true;
		}
	}
	return false;
}

/* One option at argv[*i]; takes its argument, too. */
static int take_option(struct options *o, int argc, char **argv, int *i,
		       struct error *err)
{
	const char *word = argv[*i];
	bool is_long = word[1] == '-';
	const char *value = is_long ? strchr(word, '=') : NULL;
	enum option_id id;

	if (!find_option(o, word, &id))
		return unknown_option(o, word, err);
	if (value != NULL)
		value++;
	else if (!is_long && word[2] != '\0')
		value = word + 2; /* -oFILE */
	if (table[id].argument == NULL) {
		if (value != NULL)
			return error_set(err, "option '%s' takes no value",
					 option_name(id));
		set_value(o, id, "1");
		return 0;
	}
	if (value == NULL && *i + 1 < argc)
		value = argv[++*i];
	if (value == NULL || *value == '\0') {
		error_set(err, "option '%s' needs a value", option_name(id));
		error_suggest(err, "write %s %s", option_name(id),
			      table[id].argument);
		return -1;
	}
	set_value(o, id, value);
	return 0;
}

/* An error is reported in the format that was asked for, even where the words
 * are wrong. */
static void guess_format(struct options *o, int argc, char **argv)
{
	static const char name[] = "--format";
	const char *value = getenv("PREFLIGHT_FORMAT");
	size_t length = sizeof name - 1;

	for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strncmp(argv[i], name, length) != 0)
			continue;
		if (argv[i][length] == '=')
			value = argv[i] + length + 1;
		else if (argv[i][length] == '\0' && i + 1 < argc)
			value = argv[i + 1];
	}
	if (value != NULL && *value != '\0')
		set_value(o, OPT_FORMAT, value);
}

void options_guess(struct options *o, int argc, char **argv)
{
	memset(o, 0, sizeof *o);
	guess_format(o, argc, argv);
}

int options_parse(struct options *o, const struct command *command, int argc,
		  char **argv, struct error *err)
{
	bool only_words = false;

	memset(o, 0, sizeof *o);
	o->command = command;
	read_set_environment(o);
	read_environment(o);
	for (int i = 0; i < argc; i++) {
		if (!only_words && strcmp(argv[i], "--") == 0) {
			only_words = true;
			continue;
		}
		if (!only_words && argv[i][0] == '-' && argv[i][1] != '\0') {
			if (take_option(o, argc, argv, &i, err) == -1) {
				guess_format(o, argc, argv);
				return -1;
			}
			continue;
		}
		o->arguments =
		    mem_grow(o->arguments, &o->argument_capacity,
			     o->argument_count + 2, sizeof *o->arguments);
		o->arguments[o->argument_count++] = argv[i];
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

bool option_flag(const struct options *o, enum option_id id)
{
	return o->values[id].count > 0;
}

const char *option_text(const struct options *o, enum option_id id)
{
	const struct option_values *v = &o->values[id];

	return v->count > 0 ? v->values[v->count - 1] : NULL;
}

const char *const *option_list(const struct options *o, enum option_id id)
{
	static const char *const none[] = {NULL};

	return o->values[id].count > 0 ? o->values[id].values : none;
}

const char *const *option_words(struct options *o, enum option_id id)
{
	const char **words = NULL;
	size_t count = 0, capacity = 0;
	const char *const *result;

	words = mem_grow(words, &capacity, 1, sizeof *words);
	for (const char *const *v = option_list(o, id); *v != NULL; v++) {
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

int option_duration(const struct options *o, enum option_id id,
		    int64_t fallback, int64_t *out, struct error *err)
{
	const char *text = option_text(o, id);

	*out = fallback;
	if (text == NULL)
		return 0;
	*out = text_duration(text);
	if (*out > 0)
		return 0;
	error_set(err, "%s: '%s' is not a time", option_name(id), text);
	error_suggest(err, "write 500ms, 3s or 2m");
	return -1;
}

int option_number(const struct options *o, enum option_id id, int64_t low,
		  int64_t high, int64_t fallback, int64_t *out,
		  struct error *err)
{
	const char *text = option_text(o, id);

	*out = fallback;
	if (text == NULL || text_number(text, low, high, out))
		return 0;
	return error_set(err, "%s: '%s' is not a number from %lld to %lld",
			 option_name(id), text, (long long)low,
			 (long long)high);
}

static bool is_listed(const enum option_id *list, enum option_id id)
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
			if (is_listed(without, id))
				continue;
			words[count++] = option_name(id);
			if (table[id].argument != NULL)
				words[count++] = v->values[i];
		}
	}
	return words;
}

/* Words of text from `column` on, in lines of 80. */
static void print_wrapped(const char *text, int column)
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
		const struct option_def *d = &table[id];
		char left[64], letter[8] = "   ";

		if (!accepts(command, id))
			continue;
		if (d->letter != 0)
			snprintf(letter, sizeof letter, "-%c,", d->letter);
		snprintf(left, sizeof left, "%s --%s%s%s", letter, d->name,
			 d->argument != NULL ? " " : "",
			 d->argument != NULL ? d->argument : "");
		printf("  %-*s ", COLUMN - 3, left);
		print_wrapped(d->help, COLUMN);
	}
}
