/*
 * plan.c - what a run will test: roles, scenarios and variables are settled,
 * requirements chosen, counted, and only then expanded.
 */
#include "profiles/read/type_words.h"
#include "profiles/plan/plan_internal.h"
#include "core/engine/check.h"
#include "profiles/plan/target.h"
#include "profiles/read/reader.h"
#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

static const char plan_proxy_scenario[] = "proxy";

void plan_fail(struct plan_work *w, struct error *err)
{
	errors_add(w->errors, err);
	w->failed++;
}

/* "unknown role 'x' of auvik-collector; did you mean 'y'?" */
static void plan_unknown(struct plan_work *w, const struct plan_part *part,
			 const char *what, const char *word,
			 const char *(*next)(const void *, size_t))
{
	struct error err;

	error_set(&err, "unknown %s '%s' of %s", what, word,
		  part->profile->name);
	error_nearest(&err, word, next, part->profile, NULL);
	plan_fail(w, &err);
}

static const char *plan_role_at(const void *arg, size_t i)
{
	const struct profile *p = arg;

	return i < p->role_count ? p->roles[i].name : NULL;
}

static const char *plan_scenario_at(const void *arg, size_t i)
{
	const struct profile *p = arg;

	return i < p->scenario_count ? p->scenarios[i].name : NULL;
}

static const char *plan_variable_at(const void *arg, size_t i)
{
	const struct profile *p = arg;

	return i < p->variable_count ? p->variables[i].name : NULL;
}

static void plan_role(struct plan_work *w, struct plan_part *part)
{
	part->role = part->request->role != NULL ? part->request->role
						 : part->profile->default_role;
	if (profile_role(part->profile, part->role) == NULL)
		plan_unknown(w, part, "role", part->role, plan_role_at);
}

/* Scenarios as asked for: known, and one of each set of choices. */
static void plan_asked(struct plan_work *w, const struct plan_part *part,
		       const char *const *asked)
{
	const struct profile *p = part->profile;
	struct error err;

	for (size_t i = 0; asked[i] != NULL; i++) {
		const struct scenario *s = profile_scenario(p, asked[i]);

		if (s == NULL) {
			plan_unknown(w, part, "scenario", asked[i],
				     plan_scenario_at);
			continue;
		}
		if (strcmp(s->name, plan_proxy_scenario) == 0 &&
		    w->request->proxy == NULL) {
			error_set(&err, "scenario 'proxy' needs the proxy");
			error_suggest(&err, "give --proxy URL");
			plan_fail(w, &err);
		}
		for (size_t k = 0; k < i && s->choice != 0; k++) {
			const struct scenario *other =
			    profile_scenario(p, asked[k]);

			if (other == NULL || other == s ||
			    other->choice != s->choice)
				continue;
			error_set(&err,
				  "scenarios '%s' and '%s' exclude each other",
				  other->name, s->name);
			plan_fail(w, &err);
		}
	}
}

static bool plan_is_on(const struct plan_work *w, const struct scenario *s,
		       const struct profile *p, const char *const *asked)
{
	if (s->by_default || reader_has(asked, s->name))
		return true;
	if (strcmp(s->name, plan_proxy_scenario) == 0)
		return w->request->proxy != NULL;
	if (!s->first_choice)
		return false;
	for (size_t i = 0; asked[i] != NULL; i++) {
		const struct scenario *other = profile_scenario(p, asked[i]);

		if (other != NULL && other->choice == s->choice)
			return false;
	}
	return true;
}

static void plan_scenarios(struct plan_work *w, struct plan_part *part)
{
	static const char *const none[] = {NULL};
	const struct profile *p = part->profile;
	const char *const *asked =
	    part->request->scenarios != NULL ? part->request->scenarios : none;
	const char **on =
	    arena_calloc(&w->plan->arena, p->scenario_count + 1, sizeof *on);
	size_t count = 0;

	plan_asked(w, part, asked);
	for (size_t i = 0; i < p->scenario_count; i++) {
		if (plan_is_on(w, &p->scenarios[i], p, asked))
			on[count++] = p->scenarios[i].name;
	}
	part->scenarios = on;
}

static void plan_bad_value(struct plan_work *w, const char *name,
			   const struct error *why)
{
	struct error err;

	error_set(&err, "--set %s: %s", name, why->text);
	if (*why->suggestion != '\0')
		error_suggest(&err, "%s", why->suggestion);
	plan_fail(w, &err);
}

static void plan_variables(struct plan_work *w, struct plan_part *part)
{
	const struct plan_profile_request *request = part->request;
	const struct profile *p = part->profile;
	const char **values = arena_calloc(
	    &w->plan->arena, p->variable_count + 1, sizeof *values);
	struct error err;

	for (size_t i = 0; i < p->variable_count; i++)
		values[i] = p->variables[i].fallback;
	for (size_t i = 0; i < request->variable_count; i++) {
		const char *name = request->variable_names[i];
		const struct variable *v = profile_variable(p, name);

		if (v == NULL) {
			plan_unknown(w, part, "variable", name,
				     plan_variable_at);
			continue;
		}
		if (variable_validate(v, request->variable_values[i], &err) ==
		    -1) {
			plan_bad_value(w, name, &err);
			continue;
		}
		values[v - p->variables] =
		    arena_strdup(&w->plan->arena, request->variable_values[i]);
	}
	part->values.profile = p;
	part->values.values = values;
}

/* What the report says about the profile. */
static void plan_profile_fill(struct plan_work *w, const struct plan_part *part,
			      struct plan_profile *out)
{
	struct arena *a = &w->plan->arena;
	const struct profile *p = part->profile;
	const char **names =
	    arena_calloc(a, p->variable_count + 1, sizeof *names);
	const char **values =
	    arena_calloc(a, p->variable_count + 1, sizeof *values);

	out->profile = p;
	out->role = part->role;
	out->scenarios = part->scenarios;
	out->variable_names = names;
	out->variable_values = values;
	for (size_t i = 0; i < p->variable_count; i++) {
		if (part->values.values[i] == NULL)
			continue;
		names[out->variable_count] = p->variables[i].name;
		values[out->variable_count++] = part->values.values[i];
	}
}

static void plan_parts(struct plan_work *w)
{
	size_t count = w->request->profile_count;
	struct plan_profile *list =
	    arena_calloc(&w->plan->arena, count + 1, sizeof *list);

	w->parts = arena_calloc(&w->plan->arena, count + 1, sizeof *w->parts);
	w->plan->profiles = list;
	w->plan->profile_count = count;
	for (size_t i = 0; i < count; i++) {
		struct plan_part *part = &w->parts[i];

		part->request = &w->request->profiles[i];
		part->profile = part->request->profile;
		plan_role(w, part);
		plan_scenarios(w, part);
		plan_variables(w, part);
		plan_profile_fill(w, part, &list[i]);
	}
}

/* Device types and the roles of all profiles, for suggestions. */
static const char *plan_word_at(const void *arg, size_t i)
{
	const struct plan_request *request = arg;
	size_t types = reader_count(device_types);

	if (i < types)
		return device_types[i];
	i -= types;
	for (size_t p = 0; p < request->profile_count; p++) {
		const struct profile *profile = request->profiles[p].profile;

		if (i < profile->role_count)
			return profile->roles[i].name;
		i -= profile->role_count;
	}
	return NULL;
}

/* "Switch" stands for two types: both are named as the option takes them. */
static void plan_suggest_types(const char *word, struct error *err)
{
	const char *types = type_words_find(word, true);
	const char *comma = types != NULL ? strchr(types, ',') : NULL;

	if (types == NULL || *types == '\0')
		return;
	if (comma == NULL)
		error_suggest(err, "write --target %s=ADDRESS", types);
	else
		error_suggest(err,
			      "write --target %.*s=ADDRESS --target "
			      "%s=ADDRESS",
			      (int)(comma - types), types, comma + 1);
}

/* --target WORD=…: some profile must know the word. */
static void plan_target_roles(struct plan_work *w)
{
	const struct inventory *inv = w->request->inventory;

	for (size_t i = 0; inv != NULL && i < inv->role_count; i++) {
		const char *name = inv->roles[i].name;
		bool known = !inv->roles[i].from_target;
		struct error err;

		for (size_t p = 0; p < w->request->profile_count; p++)
			known = known ||
				profile_role(w->request->profiles[p].profile,
					     name) != NULL;
		if (known)
			continue;
		error_unknown(&err, "device type or role", name, plan_word_at,
			      w->request, NULL);
		if (err.suggestion[0] == '\0')
			plan_suggest_types(name, &err);
		plan_fail(w, &err);
	}
}

static bool plan_is_inbound(const struct requirement *q, const char *role)
{
	return q->to_kind == TO_ROLE && strcmp(q->to_role, role) == 0 &&
	       !reader_has(q->from_list, role);
}

/* A requirement is about this machine when it plays one of its ends. A path
 * from elsewhere to the devices is listed, too, where the profile declares that
 * only its far end can prove it. */
static bool plan_takes(const struct plan_work *w, const struct plan_part *part,
		       const struct requirement *q, const char *id)
{
	bool ours = reader_has(q->from_list, part->role) ||
		    plan_is_inbound(q, part->role) ||
		    (q->untested_why == WHY_NEEDS_SECOND_END &&
		     q->to_kind == TO_DEVICE);

	bool inbound = plan_is_inbound(q, part->role) &&
		       (q->check_table == NULL ||
			q->check_table->transport != TRANSPORT_LOCAL);

	return ours && (inbound || !w->request->inbound_only) &&
	       reader_has(part->scenarios, q->scenario) &&
	       select_takes(w->request, q, id);
}

static void plan_rows_of(struct plan_work *w, const struct plan_part *part)
{
	const struct profile *p = part->profile;
	struct arena *a = &w->plan->arena;

	for (size_t i = 0; i < p->requirement_count; i++) {
		const struct requirement *q = &p->requirements[i];
		struct plan_row *row = &w->rows[w->row_count];
		const char *id = w->request->profile_count > 1
				     ? arena_printf(a, "%s/%s", p->name, q->id)
				     : q->id;

		if (!plan_takes(w, part, q, id))
			continue;
		row->part = part;
		row->q = q;
		row->planned = &w->planned[w->row_count++];
		row->planned->requirement = q;
		row->planned->id = id;
		row->planned->inbound = plan_is_inbound(q, part->role);
		plan_requirement_prepare(w, row);
	}
}

static void plan_rows(struct plan_work *w)
{
	size_t count = 0;

	for (size_t i = 0; i < w->request->profile_count; i++)
		count += w->parts[i].profile->requirement_count;
	w->rows = mem_calloc(count + 1, sizeof *w->rows);
	w->planned =
	    arena_calloc(&w->plan->arena, count + 1, sizeof *w->planned);
	for (size_t i = 0; i < w->request->profile_count; i++)
		plan_rows_of(w, &w->parts[i]);
}

/* Rows for a certain type say nothing about devices without one. */
static size_t plan_untyped_rows(const struct plan_work *w)
{
	size_t rows = 0, untyped = 0;

	for (size_t i = 0; i < w->plan->device_count; i++)
		untyped += w->plan->devices[i].types[0] == NULL;
	for (size_t i = 0; i < w->row_count && untyped > 0; i++) {
		const struct requirement *q = w->rows[i].q;

		rows += q->to_kind == TO_DEVICE &&
			q->untested_why == WHY_NONE &&
			!reader_has(q->device_types, device_types[0]);
	}
	return rows;
}

/* The entry that makes a plan large: the one with the most addresses. */
static const struct device *plan_largest(const struct inventory *inv)
{
	const struct device *largest = NULL;

	for (size_t i = 0; inv != NULL && i < inv->device_count; i++) {
		const struct device *d = &inv->devices[i];

		if (d->total > 1 &&
		    (largest == NULL || d->total > largest->total))
			largest = d;
	}
	return largest;
}

static bool plan_fits(struct plan_work *w)
{
	const struct device *large = plan_largest(w->request->inventory);
	size_t max = w->request->max_probes;
	struct error err;

	max = max == 0 ? PLAN_PROBES_DEFAULT : max;
	if (max > PLAN_PROBES_HARD) {
		error_set(&err, "--max-probes is at most %d", PLAN_PROBES_HARD);
		plan_fail(w, &err);
		return false;
	}
	if (w->total <= max)
		return true;
	error_set(&err, "this plan has %llu probes, more than --max-probes %zu",
		  (unsigned long long)w->total, max);
	if (large != NULL && large->file != NULL)
		error_at(&err, large->file, large->line, large->column,
			 "this plan has %llu probes, more than --max-probes "
			 "%zu; the largest entry is %s",
			 (unsigned long long)w->total, max, large->name);
	error_suggest(&err,
		      "name devices instead of networks, choose with "
		      "--only, or allow more (at most %d)",
		      PLAN_PROBES_HARD);
	plan_fail(w, &err);
	return false;
}

/* Zones are of this host; the first that is not ends it. */
static void plan_zones(struct plan_work *w)
{
	for (size_t i = 0; i < w->spec_count; i++) {
		const struct spec *s = &w->specs[i];
		const struct device *d =
		    s->device_index < w->plan->device_count
			? w->plan->devices[s->device_index].entry
			: NULL;
		struct addr unused;
		struct error err;

		if (s->host == NULL || !target_is_zoned(s->host) ||
		    target_here(s->host, &unused, &err) == 0)
			continue;
		if (d != NULL && d->file != NULL) {
			text_copy(err.file, sizeof err.file, d->file);
			err.line = d->line;
			err.column = d->column;
		}
		plan_fail(w, &err);
		return;
	}
}

static void plan_make(struct plan_work *w)
{
	plan_parts(w);
	if (w->failed > 0)
		return;
	plan_target_roles(w);
	select_check(w);
	plan_devices_build(w);
	if (w->failed > 0)
		return;
	plan_rows(w);
	select_check_planned(w);
	if (w->failed > 0)
		return;
	expand_count(w);
	if (!plan_fits(w))
		return;
	expand_specs(w);
	plan_zones(w);
	w->plan->untyped_rows = plan_untyped_rows(w);
	if (w->request->inventory != NULL)
		w->plan->left_out_rows = w->request->inventory->left_out;
	select_results(w);
	plan_dedupe_mark(w->specs, w->spec_count);
}

struct plan *plan_build(const struct plan_request *request,
			struct errors *errors)
{
	struct plan_work w = {.request = request, .errors = errors};
	struct plan *plan = mem_calloc(1, sizeof *plan);

	w.plan = plan;
	plan_make(&w);
	plan->proxy = request->proxy;
	plan->listened = request->heard != NULL;
	plan->requirements = w.planned;
	plan->requirement_count = w.row_count;
	plan->specs = w.specs;
	plan->spec_count = w.spec_count;
	free(w.rows);
	free(w.loaded);
	if (w.failed == 0)
		return plan;
	plan_free(plan);
	return NULL;
}

void plan_free(struct plan *p)
{
	if (p == NULL)
		return;
	for (size_t i = 0; i < p->secret_count; i++)
		secret_free(p->secrets[i]);
	free(p->secrets);
	arena_free(&p->arena);
	free(p);
}
