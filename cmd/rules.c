/* rules.c - preflight rules: what a firewall has to let through. */
#include "cmd/cmd.h"
#include "core/os/clock.h"
#include "changes/dialect.h"
#include "core/base/json.h"
#include "cmd/list.h"
#include "cmd/output.h"
#include "cmd/request.h"
#include "cmd/rules_site.h"
#include "cmd/tickets.h"
#include "report/repeat.h"
#include "report/saved/saved.h"
#include "core/base/text.h"
#include "core/os/files.h"

#include <stdlib.h>
#include <string.h>

/* A set in one dialect. */
struct rules_text {
	const struct dialect *dialect;
	const struct change_set *set;
};

const char *rules_dialect_at(const void *arg, size_t i)
{
	(void)arg;
	return dialect_registry[i] != NULL ? dialect_registry[i]->name : NULL;
}

const struct dialect *rules_dialect(struct options *o, const char *name,
				    struct error *err)
{
	const struct dialect *d = dialect_find(name);
	char all[COMMAND_CHOICE];

	if (d == NULL)
		error_unknown(
		    err, "dialect", name, rules_dialect_at, NULL,
		    arena_printf(&o->arena, "known dialects are %s",
				 command_choice(all, rules_dialect_at, NULL)));
	return d;
}

static const struct dialect *rules_read_dialect(struct options *o,
						struct error *err)
{
	const char *name = options_text(o, OPT_DIALECT);
	char all[COMMAND_CHOICE];

	if (name != NULL)
		return rules_dialect(o, name, err);
	error_set(err, "rules needs --dialect");
	error_suggest(err, "write --dialect %s",
		      command_choice(all, rules_dialect_at, NULL));
	return NULL;
}

static int rules_check_options(struct options *o, struct error *err)
{
	const char *const *files = options_list(o, OPT_OUTPUT);

	if (command_check_format(o, err) == -1)
		return -1;
	if (options_text(o, OPT_FROM) != NULL &&
	    (options_flag(o, OPT_ONLY) || options_flag(o, OPT_SKIP))) {
		error_set(err, "--from cannot be used with --only or --skip");
		error_suggest(
		    err, "select when you make the report: run --only ...");
		return -1;
	}
	if (options_text(o, OPT_FROM) == NULL &&
	    (options_flag(o, OPT_OWNER) || options_flag(o, OPT_FINDING))) {
		error_set(err, "--owner and --finding choose from a report");
		error_suggest(err, "add --from REPORT.json");
		return -1;
	}
	for (; *files != NULL; files++) {
		if (output_check_file(*files, err) == -1)
			return -1;
	}
	return 0;
}

/* Writing ----------------------------------------------------------------- */

static void rules_write_text(const void *arg, FILE *out)
{
	const struct rules_text *t = arg;

	dialect_write(t->dialect, t->set, out);
}

static void rules_ends_json(struct json_out *j, const char *key,
			    const struct change_end *const *list, size_t count)
{
	static const char *const kinds[] = {[END_NET] = "address",
					    [END_NAME] = "name",
					    [END_WILDCARD] = "wildcard",
					    [END_UNKNOWN] = "unknown"};
	char text[ADDR_TEXT + 4];

	json_key(j, key);
	json_array(j);
	for (size_t i = 0; i < count; i++) {
		const struct change_end *e = list[i];

		json_object(j);
		json_key_string(j, "kind", kinds[e->kind]);
		json_key_string(j, "text", e->text);
		json_key_string(j, "label", e->label);
		json_key(j, "addresses");
		json_array(j);
		for (size_t k = 0; k < e->net_count; k++)
			json_string(j, change_net_text(&e->nets[k], text));
		json_array_end(j);
		json_key_string(j, "missing", e->missing);
		json_object_end(j);
	}
	json_array_end(j);
}

static void rules_change_json(struct json_out *j, const struct change *c)
{
	json_object(j);
	json_key_string(j, "name", c->name);
	json_key_string(j, "direction", change_direction_name(c->direction));
	rules_ends_json(j, "source", c->sources, c->source_count);
	rules_ends_json(j, "destination", c->destinations,
			c->destination_count);
	json_key_string(j, "transport", transport_name(c->transport));
	list_ports_json(j, c->ports);
	json_key(j, "requirements");
	json_array(j);
	for (size_t i = 0; i < c->need_count; i++)
		json_string(j, c->needs[i].id);
	json_array_end(j);
	json_key_bool(j, "fallback", c->off);
	json_key_string(j, "behind_proxy", c->behind);
	json_key_string(j, "note", c->note);
	json_key_string(j, "load_on", c->at);
	json_object_end(j);
}

/* The rules as data, and the text of the other format. */
static void rules_write_json(const void *arg, FILE *out)
{
	const struct rules_text *t = arg;
	struct json_out j;
	char *text = os_file_text(rules_write_text, t);

	json_begin(&j, out);
	json_object(&j);
	json_key_string(&j, "schema", "preflight.rules/1");
	json_key_string(&j, "dialect", t->dialect->name);
	json_key(&j, "rules");
	json_array(&j);
	for (size_t i = 0; i < t->set->change_count; i++)
		rules_change_json(&j, &t->set->changes[i]);
	json_array_end(&j);
	json_key(&j, "notes");
	json_array(&j);
	for (size_t i = 0; i < t->set->note_count; i++)
		json_string(&j, t->set->notes[i]);
	json_array_end(&j);
	json_key_string(&j, "text", text);
	json_object_end(&j);
	json_end(&j);
	free(text);
}

static int rules_write_all(const struct options *o, const struct rules_text *t)
{
	const char *const *files = options_list(o, OPT_OUTPUT);
	int status = 0;

	for (; *files != NULL; files++) {
		if (output_write_file(*files, rules_write_text, t) == -1)
			status = command_unwritten(status);
	}
	if (command_is_json(o))
		command_print(rules_write_json, t);
	else
		rules_write_text(t, stdout);
	return command_finish(o, status);
}

/* The command ------------------------------------------------------------- */

static struct change_set *rules_make_set(struct options *o,
					 struct change_context *c,
					 const struct report *saved,
					 struct error *err)
{
	if (saved == NULL)
		return changes_of_plan(c);
	c->findings = tickets_findings(&o->arena, o, saved, false, err);
	if (c->findings == NULL && err->text[0] != '\0')
		return NULL;
	return changes_of_report(c, saved, options_text(o, OPT_FROM), err);
}

static int rules_write_rules(struct options *o, const struct dialect *dialect,
			     const struct request *r,
			     const struct report *saved)
{
	struct change_context context = {
	    .plan = r->plan,
	    .inventory = r->inventory,
	    .wall_us = clock_system.wall_us(&clock_system)};
	struct rules_site site = {0};
	struct rules_text text = {.dialect = dialect};
	struct change_set *set = NULL;
	struct error err;
	int status;

	if (rules_site_look(&site, o, &context, &err) == 0)
		set = rules_make_set(o, &context, saved, &err);
	text.set = set;
	status = set == NULL ? command_fail_one(o, &err, EXIT_USAGE)
			     : rules_write_all(o, &text);
	changes_free(set);
	rules_site_free(&site);
	return status;
}

/* Without a profile on the command line: those that the report names. A file is
 * not read because a report says so. */
static int rules_take_profiles(struct options *o, const struct report *r,
			       struct error *err)
{
	for (size_t i = 0; i < r->run.profile_count; i++) {
		const char *name = r->run.profiles[i].name;

		if (name == NULL || repeat_is_path(name)) {
			error_at(err, options_text(o, OPT_FROM), 0, 0,
				 "does not name its profile");
			error_suggest(err, "write preflight rules PROFILE "
					   "--from REPORT");
			return -1;
		}
		options_add_argument(o, arena_strdup(&o->arena, name));
	}
	return 0;
}

/* The report of --from, if there is one. -1: one error. */
static int rules_load(struct options *o, struct report **saved,
		      struct error *err)
{
	const char *from = options_text(o, OPT_FROM);

	if (from == NULL)
		return 0;
	*saved = saved_load(from, err);
	if (*saved == NULL)
		return -1;
	return o->argument_count > 0 ? 0 : rules_take_profiles(o, *saved, err);
}

int rules_run(struct options *o)
{
	struct errors errors = {0};
	const struct dialect *dialect = NULL;
	struct report *saved = NULL;
	struct request r = {0};
	struct error err;
	int status;

	if (rules_check_options(o, &err) == 0)
		dialect = rules_read_dialect(o, &err);
	if (dialect == NULL || rules_load(o, &saved, &err) == -1)
		status = command_fail_one(o, &err, EXIT_USAGE);
	else if (request_build(&r, o, &errors) == -1)
		status = command_fail(o, &errors, EXIT_USAGE);
	else
		status = rules_write_rules(o, dialect, &r, saved);
	request_free(&r);
	errors_free(&errors);
	report_free(saved);
	return status;
}
