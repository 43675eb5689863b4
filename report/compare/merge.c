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
	struct map rows, causes;
	size_t row_capacity, cause_capacity;
};

static void merge_row(struct merge *w, size_t site,
		      const struct report_requirement *q)
{
	const char *key = comparison_key(w->arena, q);
	size_t *slot = map_at(&w->rows, key);
	struct merged *m = w->m;

	if (*slot == SIZE_MAX) {
		*slot = m->row_count++;
		m->rows = mem_grow(m->rows, &w->row_capacity, m->row_count,
				   sizeof *m->rows);
		m->rows[*slot] = (struct merge_row){
		    .profile = q->profile,
		    .id = strchr(key, '/') + 1,
		    .title = q->title,
		    .site_count = m->site_count,
		    .verdicts = arena_calloc(w->arena, m->site_count,
					     sizeof(enum verdict))};
	}
	m->rows[*slot].verdicts[site] = q->verdict;
}

static const char *merge_blocker(struct merge *w, const struct finding *f)
{
	char text[ADDR_TEXT];

	if (f->blocker.family == ADDR_NONE)
		return f->blocker_name;
	return arena_strdup(w->arena, addr_text(&f->blocker, text));
}

static void merge_cause(struct merge *w, size_t site, const struct finding *f)
{
	const char *blocker = merge_blocker(w, f);
	const char *key =
	    arena_printf(w->arena, "%s %d %s", f->code, (int)f->owner,
			 blocker != NULL ? blocker : "");
	size_t *slot = map_at(&w->causes, key);
	struct merged *m = w->m;
	struct merge_cause *c;

	if (*slot == SIZE_MAX) {
		*slot = m->cause_count++;
		m->causes = mem_grow(m->causes, &w->cause_capacity,
				     m->cause_count, sizeof *m->causes);
		m->causes[*slot] = (struct merge_cause){
		    .code = f->code,
		    .title = f->title,
		    .owner = f->owner,
		    .blocker = blocker,
		    .sites =
			arena_calloc(w->arena, m->site_count, sizeof(size_t))};
	}
	c = &m->causes[*slot];
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

	*to = (struct merged_site){.file = from->file,
				   .verdict = MERGED_MISSING,
				   .error = from->error};
	if (r == NULL)
		return;
	to->site = r->run.site;
	to->host = r->run.host.name != NULL ? r->run.host.name : from->file;
	to->source = report_source(r);
	to->started =
	    arena_strdup(w->arena, clock_text(r->run.started_us, started));
	to->verdict = (int)r->verdict;
	to->headline = r->headline;
	to->works = r->counts.works;
	to->required = r->counts.required;
}

struct merged *merged_new(const struct merge_site *sites, size_t count)
{
	struct merged *m = mem_calloc(1, sizeof *m);
	struct merge w = {.m = m, .arena = &m->arena};

	m->sites = arena_calloc(&m->arena, count + 1, sizeof *m->sites);
	m->site_count = count;
	m->notes = arena_calloc(&m->arena, 1, sizeof(char *));
	for (size_t i = 0; i < count; i++) {
		const struct report *r = sites[i].report;

		merge_site(&w, &sites[i], &m->sites[i]);
		m->verdicts[m->sites[i].verdict]++;
		if (r == NULL)
			continue;
		for (size_t k = 0; k < r->requirement_count; k++)
			merge_row(&w, i, &r->requirements[k]);
		for (size_t k = 0; k < r->finding_count; k++)
			merge_cause(&w, i, &r->findings[k]);
	}
	if (m->cause_count > 0)
		qsort(m->causes, m->cause_count, sizeof *m->causes,
		      merge_compare);
	map_free(&w.rows);
	map_free(&w.causes);
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
