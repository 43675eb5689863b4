/* complete.c - prints what completes the last word of a command line. */
#include "cmd/complete.h"
#include "cmd/cmd.h"
#include "cmd/complete_names.h"
#include "core/base/text.h"

#include <stdio.h>
#include <string.h>

void complete_offer(const struct complete *c, const char *word, const char *end,
		    const char *help)
{
	char whole[1024], shown[1024];

	if (strncmp(word, c->word, strlen(c->word)) != 0)
		return;
	snprintf(whole, sizeof whole, "%s%s%s", c->prefix, word, end);
	printf("%s\t",
	       text_sanitise(shown, sizeof shown, whole, strlen(whole)));
	printf("%s\n", text_sanitise(shown, sizeof shown, help, strlen(help)));
}

/* The first `length` characters of the word stay; the rest is completed. */
static void complete_keep(struct complete *c, size_t length)
{
	c->prefix =
	    arena_printf(&c->arena, "%s%.*s", c->prefix, (int)length, c->word);
	c->word += length;
}

/* "a,b,c": only the last one is completed. */
static void complete_keep_list(struct complete *c)
{
	const char *comma = strrchr(c->word, ',');

	if (comma != NULL)
		complete_keep(c, (size_t)(comma + 1 - c->word));
}

static bool complete_keep_start(struct complete *c, const char *start)
{
	size_t length = strlen(start);

	if (strncmp(c->word, start, length) != 0)
		return false;
	complete_keep(c, length);
	return true;
}

static void complete_files(struct complete *c)
{
	printf(":files %s\n", c->prefix);
}

static void complete_names(const struct complete *c,
			   const char *(*next)(const void *arg, size_t i),
			   const char *end)
{
	const char *name;

	for (size_t i = 0; (name = next(NULL, i)) != NULL; i++)
		complete_offer(c, name, end, "");
}

static void complete_secret(struct complete *c)
{
	if (complete_keep_start(c, "file:")) {
		complete_files(c);
		return;
	}
	complete_offer(c, "env:", "", "a variable of the environment");
	complete_offer(c, "file:", "", "a file that only you can read");
}

static void complete_output(struct complete *c)
{
	const char *equals = strchr(c->word, '=');

	if (equals != NULL)
		complete_keep(c, (size_t)(equals + 1 - c->word));
	else if (c->command->formats == NULL)
		complete_names(c, output_format_at, "=");
	complete_files(c);
}

static void complete_format(struct complete *c)
{
	const char *const *own = c->command->formats;

	if (own == NULL)
		complete_names(c, output_format_at, "");
	for (size_t i = 0; own != NULL && own[i] != NULL; i++)
		complete_offer(c, own[i], "", "");
}

static void complete_only(struct complete *c)
{
	complete_keep_list(c);
	if (complete_keep_start(c, "failed:")) {
		complete_files(c);
		return;
	}
	complete_offer(c, "failed:", "", "what failed in this report");
	complete_requirements(c);
}

static void complete_proxy(struct complete *c)
{
	complete_offer(c, "env", "", "the proxy set in the environment");
	complete_offer(c, "http://", "", "the proxy's address");
}

static void complete_dialect(struct complete *c)
{
	complete_names(c, rules_dialect_at, "");
}

static void complete_listing(struct complete *c)
{
	complete_names(c, list_name_at, "");
}

static void complete_owner(struct complete *c)
{
	complete_names(c, tickets_owner_at, "");
}

static void complete_schema(struct complete *c)
{
	complete_names(c, schema_name_at, "");
}

static void complete_profile(struct complete *c)
{
	complete_profiles(c);
	complete_files(c);
}

static void complete_listed(struct complete *c)
{
	const char *what = c->argument_count > 0 ? c->arguments[0] : "";

	if (strcmp(what, "profiles") == 0 || strcmp(what, "requirements") == 0)
		complete_profile(c);
	else if (list_names_of(what) != NULL)
		complete_names(c, list_names_of(what), "");
}

static void complete_scenario_list(struct complete *c)
{
	complete_keep_list(c);
	complete_scenarios(c);
}

static void complete_requirement_list(struct complete *c)
{
	complete_keep_list(c);
	complete_requirements(c);
}

/* Kinds that are not here have nothing that can be listed. */
static void (*const complete_kinds[VALUE_KIND_COUNT])(struct complete *c) = {
    [VALUE_FILE] = complete_files,
    [VALUE_PROXY] = complete_proxy,
    [VALUE_SECRET] = complete_secret,
    [VALUE_OUTPUT] = complete_output,
    [VALUE_FORMAT] = complete_format,
    [VALUE_DIALECT] = complete_dialect,
    [VALUE_OWNER] = complete_owner,
    [VALUE_FINDING] = complete_findings,
    [VALUE_PROFILE] = complete_profile,
    [VALUE_SETTING] = complete_settings,
    [VALUE_DEVICES] = complete_devices,
    [VALUE_ROLE] = complete_roles,
    [VALUE_SCENARIO] = complete_scenario_list,
    [VALUE_REQUIREMENT] = complete_requirement_list,
    [VALUE_ONLY] = complete_only,
    [VALUE_CHECK] = complete_requirements,
    [VALUE_LISTING] = complete_listing,
    [VALUE_LISTED] = complete_listed,
    [VALUE_MEANING] = complete_meanings,
    [VALUE_SCHEMA] = complete_schema,
};

static void complete_kind(struct complete *c, enum value_kind kind)
{
	if (complete_kinds[kind] != NULL)
		complete_kinds[kind](c);
}

static void complete_value(struct complete *c, const struct option_def *d)
{
	const char *const *choices = d->choices;

	for (size_t i = 0; choices != NULL && choices[i] != NULL; i++)
		complete_offer(c, choices[i], "", "");
	complete_kind(c, d->kind);
}

static void complete_options(const struct complete *c)
{
	for (enum option_id id = 0; id < OPT_COUNT; id++)
		if (options_accepts(c->command, id) &&
		    (option_table[id].repeatable || !c->given[id]))
			complete_offer(c, options_name(id), "",
				       option_table[id].help);
}

static void complete_commands(const struct complete *c)
{
	for (size_t i = 0; i < CMD_COUNT; i++)
		complete_offer(c, command_table[i].name, "",
			       command_table[i].summary);
}

/* Reads what stands in front of the last word. Returns the option that the last
 * word is the value of, or NULL. */
static const struct option_def *complete_read(struct complete *c, int count,
					      char **words, bool *only_words)
{
	const struct option_def *open = NULL;
	enum option_id id;

	c->arguments =
	    arena_calloc(&c->arena, (size_t)count + 1, sizeof *c->arguments);
	for (int i = 0; i < count; i++) {
		const char *w = words[i];

		if (open != NULL) {
			open = NULL;
		} else if (!*only_words && strcmp(w, "--") == 0) {
			*only_words = true;
		} else if (*only_words || w[0] != '-' || w[1] == '\0') {
			c->arguments[c->argument_count++] = w;
		} else if (options_find(c->command, w, &id)) {
			c->given[id] = true;
			if (options_argument(c->command, id) != NULL &&
			    options_attached(w) == NULL)
				open = &option_table[id];
		}
	}
	return open;
}

static void complete_word(struct complete *c, int count, char **words)
{
	const struct command *command = c->command;
	bool only_words = false;
	const struct option_def *open =
	    complete_read(c, count, words, &only_words);
	bool is_option = open == NULL && !only_words && c->word[0] == '-';
	const char *value = is_option ? options_attached(c->word) : NULL;
	enum value_kind kind =
	    c->argument_count == 0 ? command->first : command->others;
	enum option_id id;

	if (open != NULL) {
		complete_value(c, open);
	} else if (value != NULL) {
		if (!options_find(command, c->word, &id))
			return;
		complete_keep(c, (size_t)(value - c->word));
		complete_value(c, &option_table[id]);
	} else if (is_option || (kind == VALUE_NONE && !only_words)) {
		complete_options(c);
	} else {
		complete_kind(c, kind);
	}
}

void complete_print(int count, char **words)
{
	struct complete c = {.prefix = ""};

	if (count == 0)
		return;
	c.word = words[count - 1];
	c.command = count > 1 ? command_find(words[0]) : NULL;
	if (c.command != NULL) {
		complete_word(&c, count - 2, words + 1);
	} else if (count == 1) {
		complete_commands(&c);
		complete_offer(&c, "help", "", "print the help of a command");
		if (c.word[0] == '-') {
			complete_offer(&c, "--help", "",
				       option_table[OPT_HELP].help);
			complete_offer(&c, "--version", "",
				       option_table[OPT_VERSION].help);
		}
	} else if (count == 2 && strcmp(words[0], "help") == 0) {
		complete_commands(&c);
	}
	arena_free(&c.arena);
}
