/* list_options.c - the option table and the command table, as text and JSON. */
#include "cmd/cmd.h"
#include "cmd/list.h"

static void list_commands_of(struct json_out *j, const char *key,
			     unsigned commands)
{
	json_key(j, key);
	json_array(j);
	for (size_t i = 0; i < CMD_COUNT; i++)
		if ((commands & 1U << i) != 0)
			json_string(j, command_table[i].name);
	json_array_end(j);
}

void list_options_json(struct json_out *j, const struct list_request *r)
{
	char environment[OPTION_ENVIRONMENT];

	for (enum option_id id = 0; id < OPT_COUNT; id++) {
		const struct option_def *d = &option_table[id];
		const char letter[] = {d->letter, '\0'};

		if (!list_wants(r, d->name))
			continue;
		option_environment(id, environment);
		json_object(j);
		json_key_string(j, "name", d->name);
		json_key_string(j, "letter", d->letter != 0 ? letter : NULL);
		json_key_string(j, "argument", d->argument);
		json_key_string(j, "kind", option_kind_name(d->kind));
		if (d->choices != NULL)
			json_key_strings(j, "choices", d->choices);
		json_key_string(j, "default", d->fallback);
		json_key_bool(j, "repeatable", d->repeatable);
		json_key_string(j, "environment",
				*environment != '\0' ? environment : NULL);
		list_commands_of(j, "commands", d->commands);
		list_commands_of(j, "required_by", d->required);
		list_commands_of(j, "flag_in", d->flag_in);
		json_key_string(j, "section", option_section_name(d->section));
		json_key_string(j, "help", d->help);
		json_key_string(j, "details", d->details);
		json_object_end(j);
	}
}

void list_options_text(struct layout *l, const struct list_request *r)
{
	enum { LIST_ENVIRONMENT = 18, LIST_HELP = 44 };
	char environment[OPTION_ENVIRONMENT];

	for (enum option_id id = 0; id < OPT_COUNT; id++) {
		const struct option_def *d = &option_table[id];

		if (!list_wants(r, d->name))
			continue;
		layout_line(l, 0, LIST_HELP);
		layout_text(l, options_name(id));
		layout_column(l, LIST_ENVIRONMENT);
		layout_text(l, option_environment(id, environment));
		layout_column(l, LIST_HELP);
		layout_text(l, d->help);
		if (r->detail && d->details != NULL) {
			layout_line(l, 4, 0);
			layout_text(l, d->details);
		}
	}
	layout_end_line(l);
}

void list_commands_json(struct json_out *j, const struct list_request *r)
{
	for (size_t i = 0; i < CMD_COUNT; i++) {
		const struct command *c = &command_table[i];

		if (!list_wants(r, c->name))
			continue;
		json_object(j);
		json_key_string(j, "name", c->name);
		json_key_string(j, "arguments", c->arguments);
		json_key_string(j, "first", option_kind_name(c->first));
		json_key_string(j, "others", option_kind_name(c->others));
		json_key(j, "options");
		json_array(j);
		for (enum option_id id = 0; id < OPT_COUNT; id++)
			if (options_accepts(c, id))
				json_string(j, option_table[id].name);
		json_array_end(j);
		json_key_string(j, "summary", c->summary);
		json_object_end(j);
	}
}

void list_commands_text(struct layout *l, const struct list_request *r)
{
	enum { LIST_ARGUMENTS = 9, LIST_SUMMARY = 36 };

	for (size_t i = 0; i < CMD_COUNT; i++) {
		if (!list_wants(r, command_table[i].name))
			continue;
		layout_line(l, 0, LIST_SUMMARY);
		layout_text(l, command_table[i].name);
		layout_column(l, LIST_ARGUMENTS);
		layout_text(l, command_table[i].arguments);
		layout_column(l, LIST_SUMMARY);
		layout_text(l, command_table[i].summary);
	}
	layout_end_line(l);
}
