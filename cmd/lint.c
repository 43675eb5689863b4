/* lint.c - preflight lint: checks profiles and inventories. */
#include "core/base/buf.h"
#include "cmd/cmd.h"
#include "profiles/read/inventory.h"
#include "core/base/json.h"
#include "cmd/list.h"
#include "profiles/read/profile.h"

#include <stdio.h>
#include <string.h>

enum lint_kind { LINT_BROKEN, LINT_PROFILE, LINT_INVENTORY };

struct lint_result {
	const char *file;
	enum lint_kind kind;
	size_t count; /* requirements, devices */
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

static void lint_inventory(struct lint_result *r, struct errors *errors)
{
	struct inventory *inv = inventory_new();

	if (inventory_load(inv, r->file, errors) == 0) {
		r->kind = LINT_INVENTORY;
		r->count = inv->device_count;
	}
	inventory_free(inv);
}

static void lint_file(struct lint_result *r, struct errors *errors)
{
	if (inventory_is_one(r->file))
		lint_inventory(r, errors);
	else
		lint_profile(r, errors);
}

static void lint_json(const struct lint_result *results, size_t count)
{
	struct json_out j;

	json_begin(&j, stdout);
	json_object(&j);
	json_key_string(&j, "schema", "preflight.lint/1");
	json_key(&j, "files");
	json_array(&j);
	for (size_t i = 0; i < count; i++) {
		json_object(&j);
		json_key_string(&j, "file", results[i].file);
		json_key_string(&j, "kind", lint_kinds[results[i].kind]);
		json_key_number(&j, "count", (int64_t)results[i].count);
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
			       lint_things[r->kind], r->count == 1 ? "" : "s");
	}
}

int lint_run(struct options *o)
{
	struct errors errors = {0};
	struct lint_result *results;
	struct error err;
	int status = 0;

	if (command_check_format(o, &err) == -1)
		return command_fail_one(o, &err, EXIT_USAGE);
	if (o->argument_count == 0) {
		error_set(&err, "lint needs a file");
		error_suggest(&err, "write preflight lint FILE");
		return command_fail_one(o, &err, EXIT_USAGE);
	}
	results = arena_calloc(&o->arena, o->argument_count, sizeof *results);
	for (size_t i = 0; i < o->argument_count; i++) {
		results[i].file = o->arguments[i];
		lint_file(&results[i], &errors);
	}
	if (!command_is_json(o))
		lint_text(results, o->argument_count);
	else if (errors.count == 0)
		lint_json(results, o->argument_count);
	if (errors.count > 0)
		status = command_fail(o, &errors, EXIT_USAGE);
	errors_free(&errors);
	return command_finish(o, status);
}
