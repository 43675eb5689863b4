/* compare_findings.c - the causes of two reports: which are the same. */
#include "report/compare/compare_internal.h"

#include <stdlib.h>
#include <string.h>

/* Which finding explains a result, by its id. */
static void compare_index(const struct report *r, struct map *out)
{
	for (size_t i = 0; i < r->finding_count; i++) {
		const struct finding *f = &r->findings[i];

		for (size_t k = 0; k < f->result_count; k++)
			*map_at(out, r->results[f->results[k]].id) = i;
	}
}

/* The finding of that code in `other` that explains most of the same results;
 * one that is taken already, only where there is no other: a cause may be seen
 * as two, or two as one. */
static size_t compare_match(const struct report *own, const struct finding *f,
			    const struct report *other,
			    const struct map *results, const bool *taken)
{
	size_t *shared = mem_calloc(other->finding_count + 1, sizeof *shared);
	size_t best = SIZE_MAX;

	for (size_t i = 0; i < f->result_count; i++) {
		const char *id = own->results[f->results[i]].id;
		size_t at = map_get(results, id);

		if (at != SIZE_MAX)
			shared[at]++;
	}
	for (size_t i = 0; i < other->finding_count; i++) {
		if (shared[i] == 0 ||
		    strcmp(other->findings[i].code, f->code) != 0)
			continue;
		if (best == SIZE_MAX || (taken[best] && !taken[i]) ||
		    (taken[best] == taken[i] && shared[i] > shared[best]))
			best = i;
	}
	free(shared);
	return best;
}

static const char *compare_blocker(struct arena *a, const struct finding *f)
{
	char text[ADDR_TEXT];

	if (f->blocker.family == ADDR_NONE)
		return f->blocker_name;
	addr_text(&f->blocker, text);
	return f->blocker_name == NULL
		   ? arena_strdup(a, text)
		   : arena_printf(a, "%s (%s)", text, f->blocker_name);
}

static const char *compare_where(struct arena *a, const struct finding *f)
{
	char text[ADDR_TEXT];
	const char *word = where_name(f->where);

	if (word == NULL)
		return NULL;
	if (f->where != WHERE_HOP && f->where != WHERE_AFTER_HOP)
		return word;
	addr_text(&f->hop_address, text);
	if (f->hop == 0)
		return arena_printf(a, "%s %s", word, text);
	return arena_printf(a, "%s %d%s%s", word, f->hop,
			    text[0] != '\0' ? ", " : "", text);
}

static void compare_findings_word(struct compare *w,
				  struct difference_list *list,
				  const char *what, const char *was,
				  const char *is)
{
	if (strcmp(was != NULL ? was : "", is != NULL ? is : "") != 0)
		difference_add(w->arena, list, what, was, is, NULL);
}

static void compare_one_finding(struct compare *w, const struct finding *was,
				const struct finding *is,
				struct finding_change *out)
{
	struct difference_list list = {0};

	compare_findings_word(w, &list, "blocker",
			      compare_blocker(w->arena, was),
			      compare_blocker(w->arena, is));
	compare_findings_word(w, &list, "where", compare_where(w->arena, was),
			      compare_where(w->arena, is));
	compare_findings_word(w, &list, "owner", owner_name(was->owner),
			      owner_name(is->owner));
	compare_findings_word(w, &list, "confidence",
			      was->confirmed ? "confirmed" : "probable",
			      is->confirmed ? "confirmed" : "probable");
	compare_findings_word(w, &list, "severity",
			      severity_name(was->severity),
			      severity_name(is->severity));
	out->differences =
	    difference_take(w->arena, &list, &out->difference_count);
}

static struct finding_change compare_change(const struct finding *f,
					    enum compare_change change)
{
	return (struct finding_change){.change = change,
				       .code = f->code,
				       .owner = f->owner,
				       .title = f->title};
}

static void compare_still(struct compare *w, size_t was, size_t is,
			  struct finding_change *out)
{
	const struct finding *old = &w->old->findings[was];
	const struct finding *now = &w->new->findings[is];

	*out = compare_change(now, CHANGE_STILL);
	out->was = old->id;
	out->is = now->id;
	compare_one_finding(w, old, now, out);
}

static void compare_present(struct compare *w, bool *taken,
			    struct finding_change *list)
{
	struct map before = {0};

	compare_index(w->old, &before);
	for (size_t i = 0; i < w->new->finding_count; i++) {
		const struct finding *f = &w->new->findings[i];
		size_t at = compare_match(w->new, f, w->old, &before, taken);

		if (at != SIZE_MAX) {
			compare_still(w, at, i, &list[i]);
			taken[at] = true;
			continue;
		}
		list[i] = compare_change(f, CHANGE_NEW);
		list[i].is = f->id;
	}
	map_free(&before);
}

/* Those that no finding of now has been matched with. */
static size_t compare_past(struct compare *w, const bool *taken,
			   struct finding_change *list)
{
	bool *none = mem_calloc(w->new->finding_count + 1, sizeof *none);
	struct map after = {0};
	size_t count = 0;

	compare_index(w->new, &after);
	for (size_t i = 0; i < w->old->finding_count; i++) {
		const struct finding *f = &w->old->findings[i];
		struct finding_change *c = &list[count];
		size_t at;

		if (taken[i])
			continue;
		count++;
		at = compare_match(w->old, f, w->new, &after, none);
		if (at != SIZE_MAX) {
			compare_still(w, i, at, c);
			continue;
		}
		*c = compare_change(f, CHANGE_GONE);
		c->was = f->id;
	}
	map_free(&after);
	free(none);
	return count;
}

void compare_findings(struct compare *w)
{
	size_t now = w->new->finding_count;
	struct finding_change *list = arena_calloc(
	    w->arena, now + w->old->finding_count + 1, sizeof *list);
	bool *taken = mem_calloc(w->old->finding_count + 1, sizeof *taken);

	compare_present(w, taken, list);
	w->c->findings = list;
	w->c->finding_count = now + compare_past(w, taken, list + now);
	free(taken);
}
