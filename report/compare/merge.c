/* merge.c - many reports: sites, requirements over sites, shared causes. */
#include "report/compare/merge.h"

#include "core/base/clock.h"
#include "report/compare/compare.h"
#include "report/map.h"

#include <stdlib.h>
#include <string.h>

struct merge {
	struct merged *m;
	struct arena *arena;
	struct arena keys; /* of the site at hand */
	struct map rows, causes;
	size_t row_capacity, cause_capacity;
	size_t site; /* the next one */
};

/* The place of a key in a list that has `count`; true: it is new. */
static bool merge_place(struct merge *w, struct map *map, const char *key,
			size_t count, size_t *place)
{
	*place = map_get(map, key);
	if (*place != SIZE_MAX)
		return false;
	*place = count;
	*map_at(map, arena_strdup(w->arena, key)) = count;
	return true;
}

static void merge_row(struct merge *w, size_t site,
		      const struct report_requirement *q)
{
	const char *key = comparison_key(&w->keys, q);
	struct merged *m = w->m;
	size_t at;

	if (merge_place(w, &w->rows, key, m->row_count, &at)) {
		m->rows = mem_grow(m->rows, &w->row_capacity, ++m->row_count,
				   sizeof *m->rows);
		m->rows[at] = (struct merge_row){
		    .profile = arena_strdup(w->arena, q->profile),
		    .id = arena_strdup(w->arena, strchr(key, '/') + 1),
		    .title = arena_strdup(w->arena, q->title),
		    .site_count = m->site_count,
		    .verdicts = arena_calloc(w->arena, m->site_count,
					     sizeof(enum verdict))};
	}
	m->rows[at].verdicts[site] = q->verdict;
}

static const char *merge_blocker(struct merge *w, const struct finding *f)
{
	char text[ADDR_TEXT];

	if (f->blocker.family == ADDR_NONE)
		return f->blocker_name;
	return arena_strdup(&w->keys, addr_text(&f->blocker, text));
}

static void merge_cause(struct merge *w, size_t site, const struct finding *f)
{
	const char *blocker = merge_blocker(w, f);
	const char *key =
	    arena_printf(&w->keys, "%s %d %s", f->code, (int)f->owner,
			 blocker != NULL ? blocker : "");
	struct merged *m = w->m;
	struct merge_cause *c;
	size_t at;

	if (merge_place(w, &w->causes, key, m->cause_count, &at)) {
		m->causes = mem_grow(m->causes, &w->cause_capacity,
				     ++m->cause_count, sizeof *m->causes);
		m->causes[at] = (struct merge_cause){
		    .code = arena_strdup(w->arena, f->code),
		    .title = arena_strdup(w->arena, f->title),
		    .owner = f->owner,
		    .blocker = arena_strdup(w->arena, blocker),
		    .sites =
			arena_calloc(w->arena, m->site_count, sizeof(size_t))};
	}
	c = &m->causes[at];
	if (c->site_count == 0 || c->sites[c->site_count - 1] != site)
		c->sites[c->site_count++] = site;
}

/* The cause with the most sites first; then in the order of appearance. */
static int merge_compare(const void *left, const void *right)
{
	const struct merge_cause *a = left;
	const struct merge_cause *b = right;

	if (a->site_count != b->site_count)
		return a->site_count > b->site_count ? -1 : 1;
	if (a->sites[0] != b->sites[0])
		return a->sites[0] < b->sites[0] ? -1 : 1;
	return strcmp(a->code, b->code);
}

static void merge_site(struct merge *w, const struct merge_site *from,
		       struct merged_site *to)
{
	const struct report *r = from->report;
	char started[CLOCK_TEXT];

	*to =
	    (struct merged_site){.file = arena_strdup(w->arena, from->file),
				 .verdict = MERGED_MISSING,
				 .error = arena_strdup(w->arena, from->error)};
	if (r == NULL)
		return;
	to->site = arena_strdup(w->arena, r->run.site);
	to->host = r->run.host.name != NULL
		       ? arena_strdup(w->arena, r->run.host.name)
		       : to->file;
	to->source = arena_strdup(w->arena, report_source(r));
	to->started =
	    arena_strdup(w->arena, clock_text(r->run.started_us, started));
	to->verdict = (int)r->verdict;
	to->headline = arena_strdup(w->arena, r->headline);
	to->works = r->counts.works;
	to->required = r->counts.required;
}

struct merge *merge_new(size_t site_count)
{
	struct merge *w = mem_calloc(1, sizeof *w);

	w->m = mem_calloc(1, sizeof *w->m);
	w->arena = &w->m->arena;
	w->m->sites =
	    arena_calloc(w->arena, site_count + 1, sizeof *w->m->sites);
	w->m->site_count = site_count;
	w->m->notes = arena_calloc(w->arena, 1, sizeof(char *));
	return w;
}

void merge_add(struct merge *w, const struct merge_site *site)
{
	const struct report *r = site->report;
	struct merged *m = w->m;
	size_t at = w->site++;

	merge_site(w, site, &m->sites[at]);
	m->verdicts[m->sites[at].verdict]++;
	for (size_t i = 0; r != NULL && i < r->requirement_count; i++)
		merge_row(w, at, &r->requirements[i]);
	for (size_t i = 0; r != NULL && i < r->finding_count; i++)
		merge_cause(w, at, &r->findings[i]);
	arena_free(&w->keys);
}

struct merged *merge_end(struct merge *w)
{
	struct merged *m = w->m;

	m->site_count = w->site;

	if (m->cause_count > 0)
		qsort(m->causes, m->cause_count, sizeof *m->causes,
		      merge_compare);
	map_free(&w->rows);
	map_free(&w->causes);
	free(w);
	return m;
}

void merged_free(struct merged *m)
{
	if (m == NULL)
		return;
	free(m->rows);
	free(m->causes);
	arena_free(&m->arena);
	free(m);
}

int merged_status(const struct merged *m, bool strict)
{
	if (m->verdicts[RUN_NOT_READY] > 0)
		return 1;
	if (m->verdicts[RUN_UNDECIDED] + m->verdicts[MERGED_MISSING] > 0)
		return 3;
	return strict && m->verdicts[RUN_READY_WITH_WARNINGS] > 0 ? 4 : 0;
}
