/*
 * select.c - which requirements a run is about: --only and --skip.
 */
#include "profiles/plan/plan_internal.h"
#include "core/base/text.h"
#include "profiles/read/reader.h"

#include <stdlib.h>
#include <string.h>

/* Requirement id (also without its profile), matrix id, or check. */
static bool select_matches(const char *glob, const struct requirement *q,
			   const char *id)
{
	if (text_glob(glob, id) || text_glob(glob, q->id))
		return true;
	if (q->check != NULL && text_glob(glob, q->check))
		return true;
	for (size_t i = 0; q->covers[i] != NULL; i++) {
		if (text_glob(glob, q->covers[i]))
			return true;
	}
	return false;
}

static bool select_any(const char *const *globs, const struct requirement *q,
		       const char *id)
{
	for (; *globs != NULL; globs++) {
		if (select_matches(*globs, q, id))
			return true;
	}
	return false;
}

bool select_takes(const struct plan_request *request,
		  const struct requirement *q, const char *id)
{
	if (request->only != NULL && *request->only != NULL &&
	    !select_any(request->only, q, id))
		return false;
	return request->skip == NULL || !select_any(request->skip, q, id);
}

/* All requirement ids of the profiles, one after the other. */
static const char *select_id_at(const void *arg, size_t i)
{
	const struct plan_request *request = arg;

	for (size_t p = 0; p < request->profile_count; p++) {
		const struct profile *profile = request->profiles[p].profile;

		if (i < profile->requirement_count)
			return profile->requirements[i].id;
		i -= profile->requirement_count;
	}
	return NULL;
}

static bool select_known(struct plan_work *w, const char *glob)
{
	for (size_t p = 0; p < w->request->profile_count; p++) {
		const struct profile *profile = w->request->profiles[p].profile;

		for (size_t i = 0; i < profile->requirement_count; i++) {
			const struct requirement *q = &profile->requirements[i];
			char *id = mem_printf("%s/%s", profile->name, q->id);
			bool found = select_matches(glob, q, id);

			free(id);
			if (found)
				return true;
		}
	}
	return false;
}

static void select_check_list(struct plan_work *w, const char *const *globs,
			      const char *option)
{
	for (; globs != NULL && *globs != NULL; globs++) {
		struct error err;

		if (select_known(w, *globs))
			continue;
		error_set(&err,
			  "%s '%s' matches no requirement, matrix id or check",
			  option, *globs);
		error_nearest(&err, *globs, select_id_at, w->request,
			      "see `preflight list requirements`");
		plan_fail(w, &err);
	}
}

void select_check(struct plan_work *w)
{
	select_check_list(w, w->request->only, "--only");
	select_check_list(w, w->request->skip, "--skip");
}

static bool select_is_planned(const struct plan_work *w, const char *glob)
{
	for (size_t i = 0; i < w->row_count; i++)
		if (select_matches(glob, w->rows[i].q, w->planned[i].id))
			return true;
	return false;
}

/* The scenario that holds back what the glob names; NULL: another reason. */
static const char *select_scenario_off(const struct plan_work *w,
				       const char *glob)
{
	for (size_t p = 0; p < w->request->profile_count; p++) {
		const struct plan_part *part = &w->parts[p];

		for (size_t i = 0; i < part->profile->requirement_count; i++) {
			const struct requirement *q =
			    &part->profile->requirements[i];

			if (select_matches(glob, q, q->id) &&
			    !reader_has(part->scenarios, q->scenario))
				return q->scenario;
		}
	}
	return NULL;
}

/* A pattern takes what there is; who gives a name means it. */
static bool select_is_name(const char *glob)
{
	return strpbrk(glob, "*?[") == NULL;
}

void select_check_planned(struct plan_work *w)
{
	const char *const *globs = w->request->only;
	struct error err;

	for (; globs != NULL && *globs != NULL; globs++) {
		const char *scenario = select_scenario_off(w, *globs);

		if (!select_is_name(*globs) || !select_known(w, *globs) ||
		    select_is_planned(w, *globs))
			continue;
		if (scenario != NULL) {
			error_set(&err,
				  "--only '%s' is of scenario '%s', which is "
				  "off in this run",
				  *globs, scenario);
			error_suggest(&err,
				      "add --scenario %s, or leave it "
				      "out of --only",
				      scenario);
		} else {
			error_set(&err,
				  "--only '%s' is not a requirement of the "
				  "role in this run, or --skip removes it",
				  *globs);
			error_suggest(&err, "see `preflight plan` without "
					    "--only, or give --role");
		}
		plan_fail(w, &err);
	}
}

static int select_by_id(const void *a, const void *b)
{
	const char *const *left = a;
	const char *const *right = b;

	return strcmp(*left, *right);
}

/* A result id is its spec's id, or that and "/v4#1". */
static bool select_has(const char *const *sorted, size_t count, const char *id)
{
	size_t low = 0, high = count, length = strlen(id);

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(sorted[middle], id) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < count && strncmp(sorted[low], id, length) == 0; low++) {
		char next = sorted[low][length];

		if (next == '\0' || next == '/')
			return true;
	}
	return false;
}

void select_results(struct plan_work *w)
{
	const char *const *wanted = w->request->only_results;
	const char **sorted;
	size_t count = 0, kept = 0, rows = 0;
	struct error err;

	if (wanted == NULL)
		return;
	while (wanted[count] != NULL)
		count++;
	sorted = mem_calloc(count + 1, sizeof *sorted);
	memcpy(sorted, wanted, count * sizeof *sorted);
	qsort(sorted, count, sizeof *sorted, select_by_id);
	for (size_t i = 0; i < w->row_count; i++) {
		struct plan_requirement row = w->planned[i];
		size_t first = kept;

		for (size_t k = row.first; k < row.first + row.count; k++) {
			if (select_has(sorted, count, w->specs[k].id))
				w->specs[kept++] = w->specs[k];
		}
		if (kept == first)
			continue;
		row.first = first;
		row.count = kept - first;
		w->planned[rows++] = row;
	}
	free(sorted);
	w->spec_count = kept;
	w->row_count = rows;
	if (kept == 0) {
		error_set(&err, "this plan has none of the results to repeat");
		error_suggest(&err, "use the same profile, inventory and "
				    "variables as in that report");
		plan_fail(w, &err);
	}
}
