/* list.c - preflight list: all things of one kind. */
#include "core/engine/check.h"
#include "cmd/cmd.h"
#include "report/diagnose/findings.h"
#include "core/base/json.h"
#include "cmd/list.h"
#include "profiles/read/built_in.h"
#include "profiles/read/profile.h"
#include "report/formats/requirement.h"
#include "report/report.h"
#include "core/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What can be listed; `text` and `json` print all of it. */
struct listing {
	const char *name;
	void (*text)(const struct profile *const *profiles);
	void (*json)(struct json_out *j, const struct profile *const *profiles);
	bool wants_profiles;
};

bool list_replaces_built_in(const struct profile *p)
{
	return built_in_find(p->name) != NULL &&
	       built_in_of_path(p->file) == NULL;
}

static void list_profiles_text(const struct profile *const *profiles)
{
	for (; *profiles != NULL; profiles++)
		printf("%-20s %-10s %s\n    from %s%s\n", (*profiles)->name,
		       (*profiles)->version, (*profiles)->title,
		       (*profiles)->file,
		       list_replaces_built_in(*profiles)
			   ? ", instead of the built-in one"
			   : "");
}

static void list_requirements_text(const struct profile *const *profiles)
{
	for (; *profiles != NULL; profiles++) {
		const struct profile *p = *profiles;

		for (size_t i = 0; i < p->requirement_count; i++) {
			const struct requirement *q = &p->requirements[i];
			char *ports = requirement_ports_text(&q->ports);

			printf("%-18s %-28s %-12s %-15s %-5s %s\n", p->name,
			       q->id, level_name(q->level),
			       q->check == NULL ? "-" : q->check,
			       transports_name(q->transports),
			       *ports == '\0' ? "-" : ports);
			free(ports);
		}
	}
}

static void list_checks_text(const struct profile *const *profiles)
{
	(void)profiles;
	for (size_t i = 0; check_registry[i] != NULL; i++) {
		const struct check *c = check_registry[i];

		printf("%-16s %s\n", c->name, c->summary);
		for (const struct param *p = c->params;
		     p != NULL && p->name != NULL; p++)
			printf("    %-16s %-9s %s%s%s%s\n", p->name,
			       list_param_type(p->type), p->help,
			       p->fallback == NULL ? "" : " [",
			       p->fallback == NULL ? "" : p->fallback,
			       p->fallback == NULL ? "" : "]");
	}
}

static void list_formats_text(const struct profile *const *profiles)
{
	(void)profiles;
	for (size_t i = 0; format_registry[i] != NULL; i++)
		printf("%-10s %-8s %s\n", format_registry[i]->name,
		       format_registry[i]->ending, format_registry[i]->summary);
}

static void list_formats_json(struct json_out *j,
			      const struct profile *const *profiles)
{
	(void)profiles;
	for (size_t i = 0; format_registry[i] != NULL; i++) {
		json_object(j);
		json_key_string(j, "name", format_registry[i]->name);
		json_key_string(j, "ending", format_registry[i]->ending);
		json_key_string(j, "summary", format_registry[i]->summary);
		json_object_end(j);
	}
}

static void list_findings_text(const struct profile *const *profiles)
{
	const struct finding_entry *f;

	(void)profiles;
	for (size_t i = 0; (f = finding_registry[i]) != NULL; i++)
		printf("%-26s %-14s %s\n", f->code, owner_name(f->owner),
		       f->meaning);
}

static void list_findings_json(struct json_out *j,
			       const struct profile *const *profiles)
{
	const struct finding_entry *f;

	(void)profiles;
	for (size_t i = 0; (f = finding_registry[i]) != NULL; i++) {
		json_object(j);
		json_key_string(j, "code", f->code);
		json_key_string(j, "owner", owner_name(f->owner));
		json_key_string(j, "title", f->title);
		json_key_string(j, "meaning", f->meaning);
		json_object_end(j);
	}
}

static void list_checks_json(struct json_out *j,
			     const struct profile *const *profiles)
{
	(void)profiles;
	for (size_t i = 0; check_registry[i] != NULL; i++)
		list_check_json(j, check_registry[i]);
}

static void list_profiles_json(struct json_out *j,
			       const struct profile *const *profiles)
{
	for (; *profiles != NULL; profiles++)
		list_profile_json(j, *profiles);
}

static void list_requirements_json(struct json_out *j,
				   const struct profile *const *profiles)
{
	for (; *profiles != NULL; profiles++) {
		for (size_t i = 0; i < (*profiles)->requirement_count; i++) {
			json_object(j);
			requirement_json_all(j, &(*profiles)->requirements[i]);
			json_object_end(j);
		}
	}
}

static const struct listing listings[] = {
    {"profiles", list_profiles_text, list_profiles_json, true},
    {"requirements", list_requirements_text, list_requirements_json, true},
    {"checks", list_checks_text, list_checks_json, false},
    {"formats", list_formats_text, list_formats_json, false},
    {"findings", list_findings_text, list_findings_json, false},
    {"commands", list_commands_text, list_commands_json, false},
    {"options", list_options_text, list_options_json, false},
    {.name = NULL},
};

const char *list_name_at(const void *arg, size_t i)
{
	(void)arg;
	return listings[i].name;
}

static const struct listing *list_find(struct options *o, struct error *err)
{
	const char *word = o->argument_count == 0 ? NULL : o->arguments[0];
	char all[COMMAND_CHOICE];

	command_choice(all, list_name_at, NULL);
	if (word == NULL || o->argument_count > 1) {
		error_set(err, "list takes one name");
		error_suggest(err, "write %s", all);
		return NULL;
	}
	for (size_t i = 0; listings[i].name != NULL; i++) {
		if (strcmp(listings[i].name, word) == 0)
			return &listings[i];
	}
	error_set(err, "there is no list of '%s'", word);
	error_nearest(err, word, list_name_at, NULL,
		      arena_printf(&o->arena, "write %s", all));
	return NULL;
}

/* All profiles that can be found, NULL-terminated. Broken ones are errors:
 * the others are listed all the same. */
static struct profile **list_load(struct errors *errors)
{
	struct arena scratch = {0};
	const char *const *names = profile_names(&scratch);
	struct profile **list;
	size_t count = 0, loaded = 0;

	while (names[count] != NULL)
		count++;
	list = mem_calloc(count + 1, sizeof *list);
	for (size_t i = 0; i < count; i++) {
		struct error err;
		char path[4096];

		if (profile_find(names[i], path, sizeof path, &err) == -1) {
			errors_add(errors, &err);
			continue;
		}
		list[loaded] = profile_load(path, errors);
		loaded += list[loaded] != NULL;
	}
	arena_free(&scratch);
	return list;
}

struct list_document {
	const struct listing *listing;
	const struct profile *const *profiles;
};

static void list_json(const void *arg, FILE *out)
{
	const struct list_document *d = arg;
	struct json_out j;

	json_begin(&j, out);
	json_object(&j);
	json_key_string(&j, "schema", "preflight.list/1");
	json_key(&j, d->listing->name);
	json_array(&j);
	d->listing->json(&j, d->profiles);
	json_array_end(&j);
	json_object_end(&j);
	json_end(&j);
}

static void list_print(const struct options *o, const struct listing *l,
		       struct profile *const *loaded)
{
	const struct profile *none[] = {NULL};
	const struct profile **profiles = none;
	size_t count = 0;

	while (loaded != NULL && loaded[count] != NULL)
		count++;
	if (count > 0) {
		profiles = mem_calloc(count + 1, sizeof *profiles);
		for (size_t i = 0; i < count; i++)
			profiles[i] = loaded[i];
	}
	if (command_is_json(o)) {
		const struct list_document document = {l, profiles};

		command_print(list_json, &document);
	} else {
		l->text(profiles);
	}
	if (profiles != none)
		free(profiles);
}

int list_run(struct options *o)
{
	struct errors errors = {0};
	struct error err;
	struct profile **loaded = NULL;
	const struct listing *l = list_find(o, &err);
	int status = 0;

	if (l == NULL || command_check_format(o, &err) == -1)
		return command_fail_one(o, &err, EXIT_USAGE);
	if (l->wants_profiles)
		loaded = list_load(&errors);
	if (errors.count > 0 && (command_is_json(o) || loaded[0] == NULL)) {
		status = command_fail(o, &errors, EXIT_USAGE);
		goto out;
	}
	list_print(o, l, loaded);
	if (errors.count > 0)
		status = command_fail(o, &errors, EXIT_USAGE);
	status = command_finish(o, status);
out:
	for (size_t i = 0; loaded != NULL && loaded[i] != NULL; i++)
		profile_free(loaded[i]);
	free(loaded);
	errors_free(&errors);
	return status;
}
