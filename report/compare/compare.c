/* compare.c - two reports, requirement by requirement. */
#include "report/compare/compare_internal.h"

#include <stdlib.h>
#include <string.h>

static const char *const change_words[CHANGE_COUNT] = {
    [CHANGE_NEW] = "new",       [CHANGE_FIXED] = "fixed",
    [CHANGE_STILL] = "still",   [CHANGE_WORSE] = "worse",
    [CHANGE_BETTER] = "better", [CHANGE_OTHER] = "changed",
    [CHANGE_ADDED] = "added",   [CHANGE_GONE] = "gone",
    [CHANGE_SAME] = "same"};

const char *compare_change_name(enum compare_change change)
{
	return change_words[change];
}

bool compare_fails(enum verdict verdict)
{
	return verdict == VERDICT_FAIL || verdict == VERDICT_SKIP;
}

/* Could be tested, had this host or its user allowed it. */
static bool compare_undecided(enum verdict verdict, enum why why)
{
	return verdict == VERDICT_UNTESTED && why != WHY_NEEDS_SECOND_END &&
	       why != WHY_NO_WITNESS;
}

enum compare_change compare_verdicts(enum verdict was, enum verdict is,
				     enum why why)
{
	bool worked = was == VERDICT_PASS || was == VERDICT_WARN;
	bool works = is == VERDICT_PASS || is == VERDICT_WARN;

	if (was == VERDICT_NONE)
		return compare_fails(is) ? CHANGE_NEW : CHANGE_ADDED;
	if (is == VERDICT_NONE)
		return CHANGE_GONE;
	if (compare_fails(is))
		return compare_fails(was) ? CHANGE_STILL : CHANGE_NEW;
	if (compare_fails(was))
		return works                      ? CHANGE_FIXED
		       : is == VERDICT_NOT_NEEDED ? CHANGE_BETTER
						  : CHANGE_OTHER;
	if (was == is)
		return CHANGE_SAME;
	if (is == VERDICT_WARN)
		return was == VERDICT_UNTESTED ? CHANGE_OTHER : CHANGE_WORSE;
	if (worked && compare_undecided(is, why))
		return CHANGE_WORSE;
	return was == VERDICT_WARN && is != VERDICT_UNTESTED ? CHANGE_BETTER
							     : CHANGE_OTHER;
}

const char *comparison_key(struct arena *a, const struct report_requirement *q)
{
	const char *profile = q->profile != NULL ? q->profile : "";
	const char *id = q->id;
	size_t length = strlen(profile);

	if (length > 0 && strncmp(id, profile, length) == 0 &&
	    id[length] == '/')
		id += length + 1;
	return arena_printf(a, "%s/%s", profile, id);
}

/* The finding that explains it now. */
static const char *compare_finding(const struct report *r,
				   const struct report_requirement *q)
{
	for (size_t i = 0; i < q->result_count; i++) {
		const struct report_result *own = &r->results[q->results[i]];
		const struct finding *f = report_finding_of(r, own);

		if (f != NULL && own->verdict == q->verdict)
			return f->id;
	}
	return NULL;
}

/* One requirement; was or is may be NULL, not both. */
static struct requirement_change compare_compare_requirement(
    struct compare *w, const struct report_requirement *was,
    const struct report_requirement *is)
{
	const struct report_requirement *q = is != NULL ? is : was;
	struct requirement_change out = {
	    .id = q->id,
	    .title = q->title,
	    .was = was == NULL ? VERDICT_NONE : was->verdict,
	    .is = is == NULL ? VERDICT_NONE : is->verdict,
	    .reason = q->reason};

	out.why = is == NULL ? WHY_NONE : is->why;
	out.change = compare_verdicts(out.was, out.is, out.why);
	if (is != NULL && is->verdict == VERDICT_PASS && was != NULL)
		out.reason = was->reason; /* the failure that is gone */
	if (is != NULL)
		out.finding = compare_finding(w->new, is);
	if (was != NULL && is != NULL)
		compare_evidence(w, was, is, &out);
	if (out.change == CHANGE_SAME &&
	    (out.target_count > 0 || out.difference_count > 0))
		out.change = CHANGE_OTHER;
	for (size_t i = 0; i < out.target_count; i++) {
		w->c->new_targets += out.change != CHANGE_NEW &&
				     out.targets[i].change == CHANGE_NEW &&
				     compare_fails(out.is);
	}
	return out;
}

static void compare_requirements(struct compare *w)
{
	size_t most = w->old->requirement_count + w->new->requirement_count;
	struct requirement_change *list =
	    arena_calloc(w->arena, most + 1, sizeof *list);
	bool *seen = mem_calloc(w->old->requirement_count + 1, sizeof *seen);
	struct map keys = {0};
	size_t count = 0;

	for (size_t i = 0; i < w->old->requirement_count; i++)
		*map_at(&keys,
			comparison_key(w->arena, &w->old->requirements[i])) = i;
	for (size_t i = 0; i < w->new->requirement_count; i++) {
		const struct report_requirement *is = &w->new->requirements[i];
		size_t at = map_get(&keys, comparison_key(w->arena, is));
		const struct report_requirement *was =
		    at == SIZE_MAX ? NULL : &w->old->requirements[at];

		if (was != NULL)
			seen[at] = true;
		list[count++] = compare_compare_requirement(w, was, is);
	}
	for (size_t i = 0; i < w->old->requirement_count; i++) {
		if (!seen[i])
			list[count++] = compare_compare_requirement(
			    w, &w->old->requirements[i], NULL);
	}
	w->c->requirements = list;
	for (size_t i = 0; i < count; i++) {
		w->c->summary[list[i].change]++;
		if (list[i].change != CHANGE_SAME)
			list[w->c->requirement_count++] = list[i];
	}
	map_free(&keys);
	free(seen);
}

void difference_add(struct arena *a, struct difference_list *list,
		    const char *what, const char *was, const char *is,
		    const char *target)
{
	const char *key =
	    arena_printf(a, "%s\x1f%s\x1f%s", what, was != NULL ? was : "",
			 is != NULL ? is : "");
	size_t *slot = map_at(&list->keys, key);
	struct difference *d;
	const char **targets;

	if (*slot == SIZE_MAX) {
		*slot = list->count++;
		list->items = mem_grow(list->items, &list->capacity,
				       list->count, sizeof *list->items);
		list->items[*slot] =
		    (struct difference){.what = what, .was = was, .is = is};
	}
	d = &list->items[*slot];
	if (target == NULL)
		return;
	/* Doubled where it is full: at 0, 1, 2, 4, 8 ... */
	if ((d->target_count & (d->target_count - 1)) == 0) {
		targets =
		    arena_calloc(a, d->target_count * 2 + 1, sizeof *targets);
		if (d->target_count > 0)
			memcpy(targets, d->targets,
			       d->target_count * sizeof *targets);
		d->targets = targets;
	}
	targets = (const char **)(uintptr_t)d->targets;
	targets[d->target_count++] = target;
}

const struct difference *difference_take(struct arena *a,
					 struct difference_list *list,
					 size_t *count)
{
	const struct difference *items =
	    list->count == 0
		? NULL
		: arena_copy(a, list->items, list->count, sizeof *list->items);

	*count = list->count;
	free(list->items);
	map_free(&list->keys);
	*list = (struct difference_list){0};
	return items;
}

struct comparison *comparison_new(const struct report *old,
				  const struct report *new)
{
	struct comparison *c = mem_calloc(1, sizeof *c);
	struct compare w = {.c = c, .old = old, .new = new};

	w.arena = &c->arena;
	compare_notes(&w);
	compare_requirements(&w);
	compare_findings(&w);
	return c;
}

void comparison_free(struct comparison *c)
{
	if (c == NULL)
		return;
	arena_free(&c->arena);
	free(c);
}

int comparison_status(const struct comparison *c, bool strict)
{
	bool undecided = false, warns = false;

	for (size_t i = 0; i < c->requirement_count; i++) {
		const struct requirement_change *q = &c->requirements[i];

		undecided |=
		    compare_undecided(q->is, q->why) && q->was != q->is;
		warns |= q->is == VERDICT_WARN && (q->change == CHANGE_WORSE ||
						   q->change == CHANGE_ADDED);
	}
	if (c->summary[CHANGE_NEW] > 0 || c->new_targets > 0)
		return 1;
	if (undecided)
		return 3;
	return strict && warns ? 4 : 0;
}
