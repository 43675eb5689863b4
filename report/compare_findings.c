/* compare_findings.c - the causes of two reports: which are the same. */
#include "compare_internal.h"

#include <stdlib.h>
#include <string.h>

/* The old finding of that code that explained most of the same results. */
static size_t compare_match(const struct compare *w, const struct map *results,
			    const bool *taken, const struct finding *f)
{
	size_t *shared = mem_calloc(w->old->finding_count + 1, sizeof *shared);
	size_t best = SIZE_MAX;

	for (size_t i = 0; i < f->result_count; i++) {
		const char *id = w->new->results->items[f->results[i]].id;
		size_t at = map_get(results, id);

		if (at != SIZE_MAX)
			shared[at]++;
	}
	for (size_t i = 0; i < w->old->finding_count; i++) {
		if (shared[i] == 0 || taken[i] ||
		    strcmp(w->old->findings[i].code, f->code) != 0)
			continue;
		if (best == SIZE_MAX || shared[i] > shared[best])
			best = i;
	}
	free(shared);
	return best;
}

static const char *compare_blocker(struct arena *a, const struct finding *f)
{
	char text[ADDR_TEXT];

	if (f->blocker.family == AF_UNSPEC)
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

static void compare_word(struct compare *w, struct difference_list *list,
			 const char *what, const char *was, const char *is)
{
	if (strcmp(was != NULL ? was : "", is != NULL ? is : "") != 0)
		difference_add(w->arena, list, what, was, is, NULL);
}

static void compare_one_finding(struct compare *w, const struct finding *was,
				const struct finding *is,
				struct finding_change *out)
{
	struct difference_list list = {0};

	compare_word(w, &list, "blocker", compare_blocker(w->arena, was),
		     compare_blocker(w->arena, is));
	compare_word(w, &list, "where", compare_where(w->arena, was),
		     compare_where(w->arena, is));
	compare_word(w, &list, "owner", owner_name(was->owner),
		     owner_name(is->owner));
	compare_word(w, &list, "confidence",
		     was->confirmed ? "confirmed" : "probable",
		     is->confirmed ? "confirmed" : "probable");
	compare_word(w, &list, "severity", severity_name(was->severity),
		     severity_name(is->severity));
	out->differences =
	    difference_take(w->arena, &list, &out->difference_count);
}

static struct finding_change compare_change(const struct finding *f,
					    enum change change)
{
	return (struct finding_change){.change = change,
				       .code = f->code,
				       .owner = f->owner,
				       .title = f->title};
}

void compare_findings(struct compare *w)
{
	size_t most = w->old->finding_count + w->new->finding_count;
	struct finding_change *list =
	    arena_calloc(w->arena, most + 1, sizeof *list);
	bool *taken = mem_calloc(w->old->finding_count + 1, sizeof *taken);
	struct map results = {0};
	size_t count = 0;

	for (size_t i = 0; i < w->old->finding_count; i++) {
		const struct finding *f = &w->old->findings[i];

		for (size_t k = 0; k < f->result_count; k++)
			*map_at(&results,
				w->old->results->items[f->results[k]].id) = i;
	}
	for (size_t i = 0; i < w->new->finding_count; i++) {
		const struct finding *f = &w->new->findings[i];
		size_t at = compare_match(w, &results, taken, f);
		struct finding_change *c = &list[count++];

		*c = compare_change(f,
				    at == SIZE_MAX ? CHANGE_NEW : CHANGE_STILL);
		c->is = f->id;
		if (at == SIZE_MAX)
			continue;
		taken[at] = true;
		c->was = w->old->findings[at].id;
		compare_one_finding(w, &w->old->findings[at], f, c);
	}
	for (size_t i = 0; i < w->old->finding_count; i++) {
		if (taken[i])
			continue;
		list[count] = compare_change(&w->old->findings[i], CHANGE_GONE);
		list[count++].was = w->old->findings[i].id;
	}
	w->c->findings = list;
	w->c->finding_count = count;
	map_free(&results);
	free(taken);
}
