/* lint.c - preflight lint: checks profiles and inventories, and writes clean
 * inventories. */
#include "cmd/cmd.h"
#include "core/base/text.h"
#include "cmd/output.h"
#include "cmd/request.h"
#include "cmd/understood.h"
#include "profiles/read/inventory_write.h"
#include "core/base/json.h"
#include "profiles/read/profile.h"

#include <stdio.h>
#include <string.h>

enum lint_kind { LINT_BROKEN, LINT_PROFILE, LINT_INVENTORY };

struct lint_result {
	const char *file;
	enum lint_kind kind;
	size_t count; /* requirements, devices */
	struct inventory *inventory;
};

static const char *const lint_things[] = {"", "requirement", "device"};
static const char *const lint_kinds[] = {"broken", "profile", "inventory"};

static void lint_profile(struct lint_result *r, struct errors *errors)
{
	struct profile *p = profile_load(r->file, errors);

	if (p == NULL)
		return;
	r->kind = LINT_PROFILE;
	r->count = p->requirement_count;
	profile_free(p);
}

/* Its devices may name the credentials of the other files. */
static void lint_inventory(struct lint_result *r, struct options *o,
			   struct errors *errors)
{
	r->inventory = inventory_new();
	if (request_tables(r->inventory, o, errors) == -1)
		return;
	for (size_t i = 0; i < o->argument_count; i++)
		if (strcmp(o->arguments[i], r->file) != 0)
			inventory_borrow(r->inventory, o->arguments[i]);
	if (inventory_load(r->inventory, r->file, errors) == 0) {
		r->kind = LINT_INVENTORY;
		r->count = r->inventory->device_count;
	}
}

static void lint_file(struct lint_result *r, struct options *o,
		      struct errors *errors)
{
	if (inventory_is_one(r->file))
		lint_inventory(r, o, errors);
	else
		lint_profile(r, errors);
}

struct lint_document {
	const struct lint_result *results;
	size_t count;
};

static void lint_json(const void *arg, FILE *out)
{
	const struct lint_document *d = arg;
	const struct lint_result *results = d->results;
	struct json_out j;

	json_begin(&j, out);
	json_object(&j);
	json_key_string(&j, "schema", "preflight.lint/1");
	json_key(&j, "files");
	json_array(&j);
	for (size_t i = 0; i < d->count; i++) {
		json_object(&j);
		json_key_string(&j, "file", results[i].file);
		json_key_string(&j, "kind", lint_kinds[results[i].kind]);
		json_key_number(&j, "count", (int64_t)results[i].count);
		if (results[i].kind == LINT_INVENTORY)
			understood_json(results[i].inventory, &j);
		json_object_end(&j);
	}
	json_array_end(&j);
	json_object_end(&j);
	json_end(&j);
}

static void lint_text(const struct lint_result *results, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct lint_result *r = &results[i];

		if (r->kind != LINT_BROKEN)
			printf("%s: ok, %zu %s%s\n", r->file, r->count,
			       lint_things[r->kind], text_plural(r->count));
		if (r->kind == LINT_INVENTORY)
			understood_print(r->inventory, "  ", stdout);
	}
}

/* --fix: the one table among the files, to one file. NULL: one error. */
static const struct inventory *lint_fixed(const struct options *o,
					  const struct lint_result *results,
					  struct error *err)
{
	const struct inventory *found = NULL;
	size_t tables = 0;

	for (size_t i = 0; i < o->argument_count; i++) {
		if (results[i].kind != LINT_INVENTORY ||
		    !results[i].inventory->from_table)
			continue;
		found = results[i].inventory;
		tables++;
	}
	if (tables == 1)
		return found;
	error_set(err, "--fix writes one table of devices, not %zu", tables);
	error_suggest(err, "write preflight lint --fix FILE.csv -o FILE.yaml");
	return NULL;
}

typedef void lint_write(const struct inventory *inv, FILE *out);

/* "FILE.yaml", "csv=FILE": how to write it, and the path. NULL: one error. */
static lint_write *lint_writer(const char *output, const char **path,
			       struct error *err)
{
	static const struct {
		const char *start, *end;
		lint_write *write;
	} kinds[] = {{"yaml=", ".yaml", inventory_write_yaml},
		     {"yaml=", ".yml", inventory_write_yaml},
		     {"csv=", ".csv", inventory_write_csv}};

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		size_t start = strlen(kinds[i].start), length = strlen(output);
		size_t end = strlen(kinds[i].end);

		if (strncmp(output, kinds[i].start, start) == 0 &&
		    output[start] != '\0')
			*path = output + start;
		else if (length > end &&
			 strcmp(output + length - end, kinds[i].end) == 0)
			*path = output;
		else
			continue;
		return output_check_file(*path, err) == -1 ? NULL
							   : kinds[i].write;
	}
	error_set(err, "-o %s: no inventory has this file name ending", output);
	error_suggest(err, "write -o FILE.yaml or -o FILE.csv");
	return NULL;
}

struct lint_job {
	const struct inventory *inventory;
	lint_write *write;
};

static void lint_write_job(const void *arg, FILE *out)
{
	const struct lint_job *job = arg;

	job->write(job->inventory, out);
}

/* Writes what --fix asks for. The exit status. */
static int lint_fix(const struct options *o, const struct lint_result *results)
{
	const char *path;
	struct lint_job job;
	struct error err;

	if (!options_flag(o, OPT_FIX))
		return 0;
	job.inventory = lint_fixed(o, results, &err);
	if (job.inventory == NULL)
		return command_fail_one(o, &err, EXIT_USAGE);
	job.write = lint_writer(options_text(o, OPT_OUTPUT), &path, &err);
	if (job.write == NULL)
		return command_fail_one(o, &err, EXIT_USAGE);
	return output_write_file(path, lint_write_job, &job) == -1
		   ? EXIT_UNDECIDED
		   : 0;
}

static int lint_check_options(const struct options *o, struct error *err)
{
	if (command_check_format(o, err) == -1)
		return -1;
	if (o->argument_count == 0) {
		error_set(err, "lint needs a file");
		error_suggest(err, "write preflight lint FILE");
		return -1;
	}
	if (options_flag(o, OPT_FIX) == (options_text(o, OPT_OUTPUT) != NULL))
		return 0;
	error_set(err, "--fix and -o FILE need each other");
	error_suggest(err, "write preflight lint --fix FILE.csv -o FILE.yaml");
	return -1;
}

/* What was understood, or every mistake. The exit status. */
static int lint_show(const struct options *o, const struct lint_result *results,
		     const struct errors *errors)
{
	const struct lint_document document = {results, o->argument_count};
	int status;

	if (errors->count == 0) {
		status = lint_fix(o, results);
		if (status == EXIT_USAGE)
			return status;
		if (command_is_json(o))
			command_print(lint_json, &document);
		else
			lint_text(results, o->argument_count);
		return status;
	}
	if (!command_is_json(o))
		lint_text(results, o->argument_count);
	status = command_fail(o, errors, EXIT_USAGE);
	for (size_t i = 0; i < o->argument_count && !command_is_json(o); i++)
		if (results[i].kind == LINT_BROKEN &&
		    results[i].inventory != NULL &&
		    results[i].inventory->has_unknown_types) {
			understood_types("preflight: ", stderr);
			break;
		}
	return status;
}

int lint_run(struct options *o)
{
	struct errors errors = {0};
	struct lint_result *results;
	struct error err;
	int status;

	if (lint_check_options(o, &err) == -1)
		return command_fail_one(o, &err, EXIT_USAGE);
	results = arena_calloc(&o->arena, o->argument_count, sizeof *results);
	for (size_t i = 0; i < o->argument_count; i++) {
		results[i].file = o->arguments[i];
		lint_file(&results[i], o, &errors);
	}
	status = lint_show(o, results, &errors);
	for (size_t i = 0; i < o->argument_count; i++)
		inventory_free(results[i].inventory);
	errors_free(&errors);
	return command_finish(o, status);
}
