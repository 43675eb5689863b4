/*
 * judge_group.c - alternatives and their fallbacks, device by device.
 *
 * A group passes if any alternative does; else if all its fallbacks pass, with
 * a warning. Who lost in a group that passed is not needed. Where the group
 * fails, the alternatives carry the failure.
 */
#include "report/judge/judge.h"
#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

struct judge_member {
	size_t judged; /* index into judge->judged */
	bool fallback;
};

struct judge_group {
	const char *key;
	const struct profile *profile;
	const char *name, *device;
	size_t count, capacity;
	struct judge_member *members;
	enum verdict verdict;
	bool on_fallback;
	bool won; /* by an alternative */
};

struct judge_group_list {
	struct map map;
	struct judge_group *items;
	size_t count, capacity;
};

/* Internet hosts of a group stand for each other; devices stand alone. */
static const char *judge_group_device(const struct judged *v,
				      const struct requirement *q)
{
	if (v->device == SIZE_MAX && q->to_kind != TO_ROLE)
		return NULL;
	return v->name;
}

static const char *judge_group_key(struct judge *j, const struct judged *v,
				   const char *group)
{
	const struct requirement *q =
	    j->plan->requirements[v->requirement].requirement;
	const char *device = judge_group_device(v, q);

	return arena_printf(j->arena, "%p\x1f%s\x1f%zu\x1f%s",
			    (const void *)q->profile, group, v->device,
			    device != NULL ? device : "");
}

static void judge_join(struct judge *j, struct judge_group_list *list,
		       size_t index)
{
	struct judged *v = &j->judged[index];
	const struct requirement *q =
	    j->plan->requirements[v->requirement].requirement;
	const char *key = judge_group_key(j, v, q->group);
	size_t *at = map_at(&list->map, key);
	struct judge_group *g;

	if (*at == SIZE_MAX) {
		*at = list->count;
		list->items = mem_grow(list->items, &list->capacity,
				       list->count + 1, sizeof *list->items);
		list->items[list->count++] =
		    (struct judge_group){.key = key,
					 .profile = q->profile,
					 .name = q->group,
					 .device = judge_group_device(v, q)};
	}
	g = &list->items[*at];
	v->group = *at;
	g->members = mem_grow(g->members, &g->capacity, g->count + 1,
			      sizeof *g->members);
	g->members[g->count++] =
	    (struct judge_member){index, q->level == LEVEL_FALLBACK};
}

static void judge_set(struct judged *v, enum verdict verdict,
		      const char *reason)
{
	v->verdict = verdict;
	v->why = WHY_NONE;
	v->reason = reason;
	v->soften = verdict;
	v->soften_reason = reason;
}

/* What the members say together. */
struct judge_tally {
	enum verdict best; /* of the alternatives: pass, warn, or none */
	size_t fallbacks, fallbacks_fine;
	bool untested; /* an alternative, or a fallback, is not known */
	const char *winner;
};

static struct judge_tally judge_count(const struct judge *j,
				      const struct judge_group *g)
{
	struct judge_tally t = {.best = VERDICT_NONE};

	for (size_t i = 0; i < g->count; i++) {
		const struct judged *v = &j->judged[g->members[i].judged];
		const char *id = j->plan->requirements[v->requirement].id;

		t.untested |= v->verdict == VERDICT_UNTESTED;
		if (g->members[i].fallback) {
			t.fallbacks++;
			t.fallbacks_fine += judge_is_fine(v->verdict);
		} else if (v->verdict == VERDICT_PASS ||
			   (v->verdict == VERDICT_WARN &&
			    t.best == VERDICT_NONE)) {
			t.best = v->verdict;
			t.winner = id;
		}
	}
	return t;
}

static void judge_group_won(struct judge *j, struct judge_group *g,
			    const struct judge_tally *t)
{
	const char *reason =
	    arena_printf(j->arena, "%s does for this device", t->winner);

	g->verdict = t->best;
	g->won = true;
	for (size_t i = 0; i < g->count; i++) {
		struct judged *v = &j->judged[g->members[i].judged];

		if (g->members[i].fallback || !judge_is_fine(v->verdict) ||
		    (v->verdict == VERDICT_WARN && t->best == VERDICT_PASS))
			judge_set(v, VERDICT_NOT_NEEDED, reason);
	}
}

/* "the fallback a is in use", "the fallbacks a, b and c are in use" */
static const char *judge_group_in_use(struct judge *j,
				      const struct judge_group *g,
				      size_t fallbacks)
{
	const char *names = "";
	size_t named = 0;

	for (size_t i = 0; i < g->count; i++) {
		const struct judged *v = &j->judged[g->members[i].judged];
		const char *between = named == 0              ? ""
				      : named + 1 < fallbacks ? ", "
							      : " and ";

		if (!g->members[i].fallback)
			continue;
		names = arena_printf(j->arena, "%s%s%s", names, between,
				     j->plan->requirements[v->requirement].id);
		named++;
	}
	return arena_printf(j->arena, "the fallback%s %s %s in use",
			    text_plural(fallbacks), names,
			    fallbacks == 1 ? "is" : "are");
}

/* The warning is on the path that should be used, and names it. */
static void judge_group_fallback(struct judge *j, struct judge_group *g,
				 const struct judge_tally *t)
{
	const char *in_use = judge_group_in_use(j, g, t->fallbacks);

	g->verdict = VERDICT_WARN;
	g->on_fallback = true;
	for (size_t i = 0; i < g->count; i++) {
		struct judged *v = &j->judged[g->members[i].judged];

		if (!g->members[i].fallback)
			judge_set(
			    v, VERDICT_WARN,
			    arena_printf(
				j->arena, "%s; %s: %s would be safer",
				v->reason, in_use,
				j->plan->requirements[v->requirement].id));
	}
}

static void judge_group_lost(struct judge *j, struct judge_group *g,
			     const struct judge_tally *t)
{
	g->verdict = t->untested ? VERDICT_UNTESTED : VERDICT_FAIL;
	for (size_t i = 0; i < g->count; i++) {
		struct judged *v = &j->judged[g->members[i].judged];

		if (v->verdict == VERDICT_UNTESTED || judge_is_fine(v->verdict))
			continue;
		if (g->members[i].fallback || t->untested)
			judge_set(v, VERDICT_WARN, v->reason);
	}
}

static void judge_group_decide(struct judge *j, struct judge_group *g)
{
	struct judge_tally t = judge_count(j, g);

	if (t.best != VERDICT_NONE)
		judge_group_won(j, g, &t);
	else if (t.fallbacks > 0 && t.fallbacks_fine == t.fallbacks)
		judge_group_fallback(j, g, &t);
	else
		judge_group_lost(j, g, &t);
}

/* `when: fallback GROUP`: asked only of devices without a working alternative;
 * also where their fallback lacks something, which is when it matters most. */
static void judge_when(struct judge *j, const struct judge_group_list *list)
{
	for (size_t i = 0; i < j->count; i++) {
		struct judged *v = &j->judged[i];
		const struct requirement *q =
		    j->plan->requirements[v->requirement].requirement;
		size_t at;

		if (q->when_group == NULL)
			continue;
		at = map_get(&list->map, judge_group_key(j, v, q->when_group));
		if (at == SIZE_MAX || list->items[at].won)
			judge_set(v, VERDICT_NOT_NEEDED,
				  "needed only if no alternative works");
	}
}

static void judge_group_report(struct judge *j,
			       const struct judge_group_list *list)
{
	struct assessment *r = j->report;

	r->group_count = list->count;
	r->groups = arena_calloc(j->arena, list->count + 1, sizeof *r->groups);
	for (size_t i = 0; i < list->count; i++) {
		const struct judge_group *g = &list->items[i];
		size_t *by = arena_calloc(j->arena, g->count + 1, sizeof *by);
		size_t count = 0;

		for (size_t k = 0; k < g->count; k++) {
			const struct judged *v =
			    &j->judged[g->members[k].judged];

			if (judge_is_fine(g->verdict) &&
			    judge_is_fine(v->verdict) &&
			    g->members[k].fallback == g->on_fallback)
				by[count++] = v->requirement;
		}
		r->groups[i] = (struct group_report){.profile = g->profile,
						     .group = g->name,
						     .device = g->device,
						     .verdict = g->verdict,
						     .by_count = count,
						     .by = by};
	}
}

void judge_groups(struct judge *j)
{
	struct judge_group_list list = {0};

	for (size_t i = 0; i < j->count; i++) {
		const struct requirement *q =
		    j->plan->requirements[j->judged[i].requirement].requirement;

		if (q->group != NULL && (q->level == LEVEL_ALTERNATIVE ||
					 q->level == LEVEL_FALLBACK))
			judge_join(j, &list, i);
	}
	for (size_t i = 0; i < list.count; i++)
		judge_group_decide(j, &list.items[i]);
	judge_when(j, &list);
	judge_group_report(j, &list);
	for (size_t i = 0; i < list.count; i++)
		free(list.items[i].members);
	free(list.items);
	map_free(&list.map);
}
