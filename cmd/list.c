/* list.c - preflight list: all things of one kind. */
#include "core/engine/check.h"
#include "cmd/cmd.h"
#include "cmd/list.h"
#include "cmd/output.h"
#include "core/base/json.h"
#include "core/os/terminal.h"
#include "report/diagnose/findings.h"
#include "profiles/read/built_in.h"
#include "profiles/read/profile.h"
#include "report/formats/requirement.h"
#include "report/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LIST_WIDE = 4096 };

/* What can be listed, for people and as JSON. */
struct listing {
	const char *name;
	void (*text)(struct layout *l, const struct list_request *r);
	void (*json)(struct json_out *j, const struct list_request *r);
	bool wants_profiles; /* what is named are profiles */
	const char *(*name_at)(const void *arg, size_t i);
};

bool list_replaces_built_in(const struct profile *p)
{
	return built_in_find(p->name) != NULL &&
	       built_in_of_path(p->file) == NULL;
}

static void list_formats_json(struct json_out *j, const struct list_request *r)
{
	for (size_t i = 0; format_registry[i] != NULL; i++) {
		if (!list_wants(r, format_registry[i]->name))
			continue;
		json_object(j);
		json_key_string(j, "name", format_registry[i]->name);
		json_key_string(j, "ending", format_registry[i]->ending);
		json_key_string(j, "summary", format_registry[i]->summary);
		json_object_end(j);
	}
}

static void list_findings_json(struct json_out *j, const struct list_request *r)
{
	const struct finding_entry *f;

	for (size_t i = 0; (f = finding_registry[i]) != NULL; i++) {
		if (!list_wants(r, f->code))
			continue;
		json_object(j);
		json_key_string(j, "code", f->code);
		json_key_string(j, "owner", owner_name(f->owner));
		json_key_string(j, "title", f->title);
		json_key_string(j, "meaning", f->meaning);
		json_object_end(j);
	}
}

static void list_checks_json(struct json_out *j, const struct list_request *r)
{
	for (size_t i = 0; check_registry[i] != NULL; i++)
		if (list_wants(r, check_registry[i]->name))
			list_check_json(j, check_registry[i]);
}

static void list_profiles_json(struct json_out *j, const struct list_request *r)
{
	for (size_t i = 0; r->profiles[i] != NULL; i++)
		list_profile_json(j, r->profiles[i]);
}

static void list_requirements_json(struct json_out *j,
				   const struct list_request *r)
{
	const struct profile *const *profiles = r->profiles;

	for (; *profiles != NULL; profiles++) {
		for (size_t i = 0; i < (*profiles)->requirement_count; i++) {
			json_object(j);
			requirement_json_all(j, &(*profiles)->requirements[i]);
			json_object_end(j);
		}
	}
}

/* Names that each list can be asked for. */
static const char *list_finding_at(const void *arg, size_t i)
{
	(void)arg;
	return finding_registry[i] != NULL ? finding_registry[i]->code : NULL;
}

static const char *list_option_at(const void *arg, size_t i)
{
	(void)arg;
	return i < OPT_COUNT ? option_table[i].name : NULL;
}

static const struct listing listings[] = {
    {"profiles", list_profiles_text, list_profiles_json, true, NULL},
    {"requirements", list_requirements_text, list_requirements_json, true,
     NULL},
    {"checks", list_checks_text, list_checks_json, false, check_name_at},
    {"formats", list_formats_text, list_formats_json, false, output_format_at},
    {"findings", list_findings_text, list_findings_json, false,
     list_finding_at},
    {"commands", list_commands_text, list_commands_json, false,
     command_name_at},
    {"options", list_options_text, list_options_json, false, list_option_at},
    {.name = NULL},
};

const char *list_name_at(const void *arg, size_t i)
{
	(void)arg;
	return listings[i].name;
}

const char *(*list_names_of(const char *what))(const void *arg, size_t i)
{
	for (size_t i = 0; listings[i].name != NULL; i++)
		if (strcmp(listings[i].name, what) == 0)
			return listings[i].name_at;
	return NULL;
}

bool list_wants(const struct list_request *r, const char *name)
{
	for (size_t i = 0; r->names[i] != NULL; i++)
		if (strcmp(r->names[i], name) == 0)
			return true;
	return r->names[0] == NULL;
}

/* "checks" for "check" in an error. */
static const char *list_one(struct options *o, const struct listing *l)
{
	return arena_strndup(&o->arena, l->name, strlen(l->name) - 1);
}

/* Each name is in the list; profiles are looked at when they are read. */
static int list_check_names(struct options *o, const struct listing *l,
			    struct error *err)
{
	const char *const *names = o->arguments + 1;

	for (; l->name_at != NULL && *names != NULL; names++) {
		const char *name;
		size_t i = 0;

		while ((name = l->name_at(NULL, i)) != NULL &&
		       strcmp(name, *names) != 0)
			i++;
		if (name != NULL)
			continue;
		return error_unknown(
		    err, list_one(o, l), *names, l->name_at, NULL,
		    arena_printf(&o->arena, "see preflight list %s", l->name));
	}
	return 0;
}

static const struct listing *list_find(struct options *o, struct error *err)
{
	const char *word = o->argument_count == 0 ? NULL : o->arguments[0];
	char all[COMMAND_CHOICE];

	command_choice(all, list_name_at, NULL);
	if (word == NULL) {
		error_set(err, "list needs to know what");
		error_suggest(err, "write %s", all);
		return NULL;
	}
	for (size_t i = 0; listings[i].name != NULL; i++) {
		if (strcmp(listings[i].name, word) == 0)
			return list_check_names(o, &listings[i], err) == 0
				   ? &listings[i]
				   : NULL;
	}
	error_set(err, "there is no list of '%s'", word);
	error_nearest(err, word, list_name_at, NULL,
		      arena_printf(&o->arena, "write %s", all));
	return NULL;
}

struct profile **list_load(const char *const *names, struct errors *errors)
{
	struct arena scratch = {0};
	struct profile **list;
	size_t count = 0, loaded = 0;

	if (names[0] == NULL)
		names = profile_names(&scratch);
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

void list_free(struct profile **loaded)
{
	for (size_t i = 0; loaded != NULL && loaded[i] != NULL; i++)
		profile_free(loaded[i]);
	free(loaded);
}

struct list_document {
	const struct listing *listing;
	const struct list_request *request;
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
	d->listing->json(&j, d->request);
	json_array_end(&j);
	json_object_end(&j);
	json_end(&j);
}

static int list_text(const struct options *o, const struct listing *l,
		     const struct list_request *r, struct error *err)
{
	struct format_options f = {0};
	struct layout layout;

	if (output_terminal(&f, o, err) == -1)
		return -1;
	/* For other programs a thing is a line. */
	if (!os_terminal_is(stdout))
		f.width = LIST_WIDE;
	layout_begin(&layout, &f, stdout);
	l->text(&layout, r);
	return 0;
}

static int list_print(const struct options *o, const struct listing *l,
		      struct profile *const *loaded, struct error *err)
{
	static const struct profile *const none[] = {NULL};
	struct list_request r = {.profiles = none, .names = o->arguments + 1};
	const struct list_document document = {l, &r};
	const struct profile **profiles = NULL;
	size_t count = 0;
	int rc = 0;

	r.detail = options_flag(o, OPT_VERBOSE) ||
		   (r.names[0] != NULL && l->text != list_requirements_text);
	while (loaded != NULL && loaded[count] != NULL)
		count++;
	if (count > 0) {
		profiles = mem_calloc(count + 1, sizeof *profiles);
		for (size_t i = 0; i < count; i++)
			profiles[i] = loaded[i];
		r.profiles = profiles;
	}
	if (command_is_json(o))
		command_print(list_json, &document);
	else
		rc = list_text(o, l, &r, err);
	free(profiles);
	return rc;
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
		loaded = list_load(o->arguments + 1, &errors);
	if (errors.count > 0 && (command_is_json(o) || loaded[0] == NULL)) {
		status = command_fail(o, &errors, EXIT_USAGE);
		goto out;
	}
	if (list_print(o, l, loaded, &err) == -1) {
		status = command_fail_one(o, &err, EXIT_USAGE);
		goto out;
	}
	if (errors.count > 0)
		status = command_fail(o, &errors, EXIT_USAGE);
	status = command_finish(o, status);
out:
	list_free(loaded);
	errors_free(&errors);
	return status;
}
