/* saved_refer.c - the second step of reading a report: ids become indices. */
#include "report/saved/saved_read.h"

#include <stdlib.h>
#include <string.h>

struct saved_refer {
	struct document *document;
	struct saved_problem *problem;
	struct map ids[LIST_COUNT]; /* of each list: id to index */
	bool *paths;                /* whose evidence was done */
};

/* A requirement is compared by its id: there are no two of it. */
static void saved_refer_twice(struct saved_refer *w, size_t i, const char *id)
{
	struct saved_node root = {.problem = w->problem};
	struct saved_node list = {
	    .problem = w->problem, .parent = &root, .key = "requirements"};
	struct saved_node item = {
	    .problem = w->problem, .parent = &list, .index = i};
	struct saved_node own = {
	    .problem = w->problem, .parent = &item, .key = "id"};

	saved_bad(&own, "'%s' is there twice", id);
}

static size_t saved_refer_count(const struct report *r, enum field_list list)
{
	switch (list) {
	case LIST_PROFILES:
		return r->run.profile_count;
	case LIST_REQUIREMENTS:
		return r->requirement_count;
	case LIST_RESULTS:
		return r->result_count;
	case LIST_EVIDENCE:
		return r->evidence_count;
	case LIST_FINDINGS:
		return r->finding_count;
	case LIST_NONE:
	case LIST_COUNT:
		break;
	}
	return 0;
}

static void saved_refer_ids(struct saved_refer *w, enum field_list list)
{
	const struct report *r = w->document->report;
	size_t count = saved_refer_count(r, list);

	for (size_t i = 0; i < count; i++) {
		const char *id = fields_id(r, list, i);

		if (id == NULL)
			continue;
		if (list == LIST_REQUIREMENTS &&
		    map_get(&w->ids[list], id) != SIZE_MAX)
			saved_refer_twice(w, i, id);
		*map_at(&w->ids[list], id) = i;
	}
}

static size_t saved_refer_find(const struct saved_refer *w,
			       enum field_list list, const char *id,
			       const struct saved_node *n)
{
	size_t at = map_get(&w->ids[list], id);

	if (at == SIZE_MAX)
		saved_bad(n,
			  list == LIST_PROFILES
			      ? "'%s' is not among run.profiles"
			      : "'%s' is not in this report",
			  id);
	return at;
}

/* Numbers of texts become indices, in their place. */
static void saved_refer_list(const struct saved_refer *w, enum field_list list,
			     const size_t *items, size_t count,
			     const struct saved_node *n)
{
	/* Ours, and read a moment ago. */
	size_t *own = (size_t *)(uintptr_t)items;
	struct saved_node one = {.problem = n->problem, .parent = n};

	for (; one.index < count && !w->problem->failed; one.index++)
		own[one.index] = saved_refer_find(
		    w, list, w->document->text_items[own[one.index]], &one);
}

static void saved_refer_object(struct saved_refer *w,
			       const struct field_table *table, void *item,
			       const struct saved_node *n);

static void saved_refer_objects(struct saved_refer *w, const struct field *f,
				const void *at, const struct saved_node *n)
{
	char *items = *(char *const *)at;
	size_t count = *(const size_t *)(const void *)((const char *)at -
						       f->offset + f->with);
	struct saved_node one = {.problem = n->problem, .parent = n};

	for (; one.index < count && !w->problem->failed; one.index++)
		saved_refer_object(w, f->of, items + one.index * f->of->size,
				   &one);
}

static void saved_refer_path(struct saved_refer *w, uint32_t index,
			     const struct saved_node *n)
{
	const struct report_path *path = &w->document->path_items[index];

	if (w->paths[index])
		return;
	w->paths[index] = true;
	saved_refer_list(w, LIST_EVIDENCE, path->evidence, path->evidence_count,
			 n);
}

static void saved_refer_field(struct saved_refer *w, const struct field *f,
			      void *item, const struct saved_node *n)
{
	char *at = (char *)item + f->offset;
	uint32_t *reference = (void *)at;
	const char *text;
	void *object;

	switch (f->type) {
	case FIELD_TEXT:
		text = *(const char *const *)(void *)at;
		if (f->to != LIST_NONE && text != NULL)
			saved_refer_find(w, f->to, text, n);
		break;
	case FIELD_REFERENCE:
		if (*reference != REPORT_NONE)
			*reference = (uint32_t)saved_refer_find(
			    w, f->to, w->document->text_items[*reference], n);
		break;
	case FIELD_REFERENCES:
		saved_refer_list(
		    w, f->to, *(const size_t *const *)(void *)at,
		    *(const size_t *)(void *)((char *)item + f->with), n);
		break;
	case FIELD_PATH_EVIDENCE:
		saved_refer_path(w, *reference, n);
		break;
	case FIELD_OBJECT:
		saved_refer_object(w, f->of, at, n);
		break;
	case FIELD_POINTER:
		object = *(void *const *)(void *)at;
		if (object != NULL)
			saved_refer_object(w, f->of, object, n);
		break;
	case FIELD_LIST:
		saved_refer_objects(w, f, at, n);
		break;
	default:
		break;
	}
}

static void saved_refer_object(struct saved_refer *w,
			       const struct field_table *table, void *item,
			       const struct saved_node *n)
{
	for (; table != NULL; table = table->more) {
		for (const struct field *f = table->fields;
		     f->name != NULL && !w->problem->failed; f++) {
			struct saved_node value = {
			    .problem = n->problem, .parent = n, .key = f->name};

			saved_refer_field(w, f, item, &value);
		}
	}
}

void saved_refer(struct document *d, struct saved_problem *problem)
{
	struct saved_refer w = {.document = d, .problem = problem};
	struct saved_node root = {.problem = problem};

	w.paths = mem_calloc(d->report->path_count + 1, sizeof *w.paths);
	for (int i = LIST_NONE + 1; i < LIST_COUNT; i++)
		saved_refer_ids(&w, (enum field_list)i);
	saved_refer_object(&w, &fields_report, d->report, &root);
	for (int i = 0; i < LIST_COUNT; i++)
		map_free(&w.ids[i]);
	free(w.paths);
}
