/*
 * plan_case.h - plans as text: a file *.case says what is asked for, a word and
 * a value a line; its .txt is the plan, or the errors, line by line.
 */
#ifndef PREFLIGHT_PLAN_CASE_H
#define PREFLIGHT_PLAN_CASE_H

#include "core/base/text.h"
#include "core/engine/check.h"
#include "profiles/read/inventory.h"
#include "profiles/plan/plan.h"
#include "profiles/read/profile.h"
#include "tests/unit/text_file.h"

#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { ITEMS = 32, LINE = 512 };

/* One case: what `preflight plan` would have made of its command line. */
struct asked {
	struct plan_profile_request profiles[2];
	size_t profile_count;
	struct plan_request request;
	struct proxy_settings proxy;
	struct inventory *inventory;
	struct errors errors;
	char lines[64][LINE];
	size_t line_count;
	const char *scenarios[ITEMS], *names[ITEMS], *values[ITEMS];
	const char *only[ITEMS], *skip[ITEMS], *results[ITEMS];
	char *no_proxy[ITEMS];
	size_t scenario_count, variable_count, only_count, skip_count;
	size_t result_count, no_proxy_count;
	char url[32];
};

static void ask_target(struct asked *a, const char *value)
{
	struct error err;

	if (inventory_add_target(a->inventory, value, &err) == -1)
		errors_add(&a->errors, &err);
}

/* Several files of one command line. */
static void ask_inventories(struct asked *a, char *value)
{
	const char *paths[ITEMS] = {NULL};
	size_t count = 0;
	char *rest = value;

	while (count + 1 < ITEMS &&
	       (paths[count] = text_split(&rest, " ")) != NULL)
		count++;
	inventory_load_all(a->inventory, paths, &a->errors);
}

static void ask_site(struct asked *a, const char *value)
{
	struct error err;

	if (inventory_pick_site(a->inventory, value, &err) == -1)
		errors_add(&a->errors, &err);
}

static void ask_variable(struct asked *a, char *value)
{
	char *equals = strchr(value, '=');

	assert_non_null(equals);
	*equals = '\0';
	a->names[a->variable_count] = value;
	a->values[a->variable_count++] = equals + 1;
}

static void ask(struct asked *a, const char *word, char *value)
{
	if (strcmp(word, "profile") == 0)
		a->profiles[a->profile_count++].profile =
		    profile_load(value, &a->errors);
	else if (strcmp(word, "inventory") == 0)
		inventory_load(a->inventory, value, &a->errors);
	else if (strcmp(word, "inventories") == 0)
		ask_inventories(a, value);
	else if (strcmp(word, "target") == 0)
		ask_target(a, value);
	else if (strcmp(word, "site") == 0)
		ask_site(a, value);
	else if (strcmp(word, "set") == 0)
		ask_variable(a, value);
	else if (strcmp(word, "role") == 0)
		a->profiles[0].role = value;
	else if (strcmp(word, "scenario") == 0)
		a->scenarios[a->scenario_count++] = value;
	else if (strcmp(word, "only") == 0)
		a->only[a->only_count++] = value;
	else if (strcmp(word, "skip") == 0)
		a->skip[a->skip_count++] = value;
	else if (strcmp(word, "result") == 0)
		a->results[a->result_count++] = value;
	else if (strcmp(word, "proxy") == 0)
		a->request.proxy = &a->proxy;
	else if (strcmp(word, "no_proxy") == 0)
		a->no_proxy[a->no_proxy_count++] = value;
	else if (strcmp(word, "family") == 0)
		a->request.family = *value == '4' ? FAMILY_V4 : FAMILY_V6;
	else if (strcmp(word, "max") == 0)
		a->request.max_probes = strtoul(value, NULL, 10);
	else
		fail_msg("what is '%s'?", word);
}

static void ask_file(struct asked *a, const char *path)
{
	FILE *in = fopen(path, "r");

	assert_non_null(in);
	memset(a, 0, sizeof *a);
	a->inventory = inventory_new();
	while (a->line_count < 64 &&
	       fgets(a->lines[a->line_count], LINE, in) != NULL) {
		char *line = a->lines[a->line_count];
		char *space = strchr(line, ' ');

		line[strcspn(line, "\n")] = '\0';
		if (*line == '#' || *line == '\0')
			continue;
		if (space != NULL)
			*space++ = '\0';
		ask(a, line, space);
		a->line_count++;
	}
	fclose(in);
}

static void say_errors(const struct errors *errors, struct buf *out)
{
	char line[2048];

	for (size_t i = 0; i < errors->count; i++) {
		error_format(&errors->items[i], line, sizeof line);
		buf_printf(out, "%s\n", line);
	}
}

/* What the params of a spec say; its check is known to the test. */
typedef void say_params(const struct spec *s, struct buf *out);

static void say_spec(const struct spec *s, say_params *params, struct buf *out)
{
	buf_printf(out, "    %s", s->id);
	if (s->via_proxy)
		buf_puts(out, " proxy");
	if (s->system_server)
		buf_puts(out, " system");
	if (s->derive != NULL)
		buf_printf(out, " %s %s %s", s->derive, s->derive_from,
			   s->derive_suffix);
	if (s->host != NULL && strstr(s->id, s->host) == NULL)
		buf_printf(out, " host=%s", s->host);
	if (s->swept)
		buf_puts(out, " swept");
	if (s->requirement->family != NULL && s->family == FAMILY_V4)
		buf_puts(out, " v4");
	for (size_t i = 0; i < s->credential_count; i++)
		buf_printf(out, " %s=%s", s->credentials[i]->kind,
			   s->credentials[i]->fields[0].value->value);
	params(s, out);
	if (s->same_as != NULL)
		buf_printf(out, " = %s", s->same_as->id);
	if (s->silent != WHY_NONE)
		buf_printf(out, " silent: %s", why_name(s->silent));
	if (s->untested != WHY_NONE)
		buf_printf(out, " %s: %s", why_name(s->untested),
			   s->untested_reason);
	buf_puts(out, "\n");
}

static void say_plan(const struct plan *p, say_params *params, struct buf *out)
{
	for (size_t i = 0; i < p->requirement_count; i++) {
		const struct plan_requirement *r = &p->requirements[i];

		buf_puts(out, r->id);
		if (r->inbound)
			buf_puts(out, " inbound");
		if (r->not_needed)
			buf_printf(out, " not-needed: %s", r->reason);
		if (r->untested != WHY_NONE)
			buf_printf(out, " %s: %s", why_name(r->untested),
				   r->reason);
		buf_puts(out, "\n");
		for (size_t k = r->first; k < r->first + r->count; k++)
			say_spec(&p->specs[k], params, out);
	}
	if (p->untyped_rows > 0)
		buf_printf(out, "untyped rows: %zu\n", p->untyped_rows);
}

/* The plan as text, or the errors; the caller frees it. */
static char *plan_of(const char *path, say_params *params)
{
	struct asked *a = mem_calloc(1, sizeof *a);
	struct plan *plan = NULL;
	struct buf out;
	char *text;

	buf_init(&out, 1 << 20);
	ask_file(a, path);
	for (size_t i = 0; i < a->profile_count; i++) {
		a->profiles[i].scenarios = a->scenarios;
		a->profiles[i].variable_count = a->variable_count;
		a->profiles[i].variable_names = a->names;
		a->profiles[i].variable_values = a->values;
	}
	snprintf(a->url, sizeof a->url, "http://192.0.2.8:3128");
	a->proxy.url = a->url;
	a->proxy.no_proxy = a->no_proxy;
	a->request.profile_count = a->profile_count;
	a->request.profiles = a->profiles;
	a->request.inventory = a->inventory;
	a->request.only = a->only;
	a->request.skip = a->skip;
	a->request.only_results = a->result_count > 0 ? a->results : NULL;
	if (a->errors.count == 0)
		plan = plan_build(&a->request, &a->errors);
	say_errors(&a->errors, &out);
	if (plan != NULL)
		say_plan(plan, params, &out);
	plan_free(plan);
	for (size_t i = 0; i < a->profile_count; i++)
		profile_free(a->profiles[i].profile);
	inventory_free(a->inventory);
	errors_free(&a->errors);
	free(a);
	text = mem_strdup(buf_text(&out));
	buf_free(&out);
	return text;
}

/* All cases of a pattern, from their folder: how many are wrong. */
static unsigned plan_cases(const char *pattern, say_params *params)
{
	unsigned wrong = 0;
	glob_t found;

	assert_int_equal(chdir("tests/profiles"), 0);
	assert_int_equal(glob(pattern, 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		const char *path = found.gl_pathv[i];
		char *expected_path = mem_printf(
		    "%.*s.txt", (int)(strlen(path) - strlen(".case")), path);
		char *expected = read_text(expected_path);
		char *have = plan_of(path, params);

		if (strcmp(have, expected) != 0) {
			fprintf(stderr, "%s gives\n%sexpected\n%s", path, have,
				expected);
			wrong++;
		}
		free(expected_path);
		free(expected);
		free(have);
	}
	globfree(&found);
	assert_int_equal(chdir("../.."), 0);
	return wrong;
}

#endif
