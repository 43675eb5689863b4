/* saved.c - a report of an earlier run: is it one, and what it lacks. */
#include "report/saved/saved.h"

#include "core/os/error.h"
#include "core/os/files.h"
#include "report/saved/saved_read.h"
#include "report/saved/saved_sound.h"

#include <string.h>

static const char saved_schema[] = "preflight.report/1";

/* What follows from other fields: which device each verdict is of, and counts
 * where there were none. */
static void saved_complete(struct report *r)
{
	struct map names = {0};

	for (size_t i = 0; i < r->device_count; i++) {
		if (r->devices[i].name != NULL)
			*map_at(&names, r->devices[i].name) = i;
	}
	for (size_t i = 0; i < r->requirement_count; i++) {
		const struct report_requirement *q = &r->requirements[i];
		/* Ours, and read a moment ago. */
		struct device_verdict *list =
		    (struct device_verdict *)(uintptr_t)q->devices;

		for (size_t k = 0; k < q->device_count; k++)
			list[k].device = list[k].is_host
					     ? SIZE_MAX
					     : map_get(&names, list[k].name);
	}
	map_free(&names);
	if ((r->absent & REPORT_ABSENT_COUNTS) != 0)
		r->counts = saved_sound_counts(r);
}

/* Is it a report, and of this version? name: NULL where it has none. */
static void saved_refuse_schema(const struct saved_problem *p, const char *name)
{
	if (name == NULL) {
		error_at(p->err, p->file, 0, 0,
			 "is not a report of preflight: it has no 'schema'");
	} else if (strncmp(name, "preflight.error/", 16) == 0) {
		error_at(p->err, p->file, 0, 0,
			 "holds the errors of a run that did not start, "
			 "not a report");
		return;
	} else {
		error_at(p->err, p->file, 0, 0, "is of schema '%s', not %s",
			 name, saved_schema);
	}
	error_suggest(p->err, "make one: preflight run PROFILE -o report.json");
}

void saved_read_schema(struct saved_reader *r, const struct saved_node *n)
{
	struct saved_problem *p = n->problem;
	const char *name = saved_text(n);

	r->is_report = true;
	if (p->failed) {
		error_suggest(p->err,
			      "make one: preflight run PROFILE -o report.json");
	} else if (strcmp(name, saved_schema) != 0) {
		p->failed = true;
		saved_refuse_schema(p, name);
	}
}

/* What is wrong with a file that is not a report is that. Its schema may stand
 * behind what else is wrong with it. */
static void saved_find_schema(struct saved_reader *r,
			      const struct saved_node *root)
{
	struct saved_problem *p = root->problem;
	struct error first = *p->err;
	bool failed = p->failed;
	const char *key;

	p->failed = false;
	json_in_leave(p->json, root->kind == JSON_IS_OBJECT);
	while (root->kind == JSON_IS_OBJECT && !r->is_report &&
	       (key = saved_key(root)) != NULL) {
		bool is_schema = strcmp(key, "schema") == 0;
		struct saved_node value = saved_value(root, "schema");

		if (is_schema && !json_in_failed(p->json))
			saved_read_schema(r, &value);
		else
			json_in_leave(p->json, 1);
	}
	if (saved_failed(root) || (!r->is_report && !json_in_end(p->json)))
		return;
	p->failed = true;
	if (!r->is_report)
		saved_refuse_schema(p, NULL);
	else if (failed)
		*p->err = first;
}

/* The document, and nothing behind it. */
static struct report *saved_read_report(struct saved_problem *problem)
{
	struct saved_node root = saved_root(problem);
	struct document document;
	struct saved_reader reader = {.document = &document};
	struct report *r;

	document_begin(&document, SAVED_TEXT_MAX);
	saved_read(&reader, &fields_report, document.report, &root);
	if (!reader.is_report && !json_in_failed(problem->json))
		saved_find_schema(&reader, &root);
	if (!saved_failed(&root) && json_in_end(problem->json))
		saved_refer(&document, problem);
	r = document_end(&document);
	if (!saved_failed(&root))
		return r;
	report_free(r);
	return NULL;
}

struct report *saved_load(const char *path, struct error *err)
{
	FILE *in = os_file_stream(path, err);
	struct saved_problem problem = {.file = path, .err = err};
	struct report *r;

	if (in == NULL)
		return NULL;
	problem.json = json_in_new(path, in, err);
	r = saved_read_report(&problem);
	if (ferror(in))
		err->of_host = os_failure_is_of_host(os_failure_last());
	json_in_free(problem.json);
	fclose(in);
	if (r == NULL)
		return NULL;
	saved_complete(r);
	if (saved_sound(r, path, err) == 0)
		return r;
	report_free(r);
	return NULL;
}
