/* saved.c - a report of an earlier run: is it one, and what it lacks. */
#include "report/saved/saved.h"

#include "core/os/error.h"
#include "core/os/files.h"
#include "report/saved/saved_read.h"

#include <string.h>

static const char schema_prefix[] = "preflight.report/1";

/* Reports had no counts at first: nearly the same from the requirements. */
static void saved_guess_counts(struct report *r)
{
	struct report_counts *c = &r->counts;

	for (size_t i = 0; i < r->requirement_count; i++) {
		const struct report_requirement *q = &r->requirements[i];
		enum level level = q->level;
		bool fails = q->verdict == VERDICT_FAIL;
		bool skips = q->verdict == VERDICT_SKIP;
		bool warns = q->verdict == VERDICT_WARN;
		bool untested = q->verdict == VERDICT_UNTESTED;

		if (level != LEVEL_REQUIRED && level != LEVEL_ALTERNATIVE) {
			c->warnings += level != LEVEL_ADVISORY &&
				       (warns || fails || skips);
			continue;
		}
		c->required += q->verdict != VERDICT_NOT_NEEDED;
		c->works += q->verdict == VERDICT_PASS || warns;
		c->failed += fails;
		c->skipped += skips;
		c->warnings += warns;
		c->inbound += untested && q->why == WHY_NEEDS_SECOND_END;
		c->no_witness += untested && q->why == WHY_NO_WITNESS;
		c->undecided += untested && q->why != WHY_NEEDS_SECOND_END &&
				q->why != WHY_NO_WITNESS;
	}
}

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
		saved_guess_counts(r);
}

/* Is it a report, and of this version? */
static int saved_check_schema(const struct saved_node *root)
{
	struct saved_node schema = saved_get(root, "schema");
	struct saved_problem *r = root->problem;
	const char *name = json_text(schema.value);

	if (name != NULL && strcmp(name, schema_prefix) == 0)
		return 0;
	r->failed = true;
	if (json_kind(schema.value) != JSON_IS_ABSENT && name == NULL) {
		error_at(r->err, r->file, 0, 0, "schema: must be text");
	} else if (name == NULL) {
		error_at(r->err, r->file, 0, 0,
			 "is not a report of preflight: it has no 'schema'");
	} else if (strncmp(name, "preflight.error/", 16) == 0) {
		error_at(r->err, r->file, 0, 0,
			 "holds the errors of a run that did not start, "
			 "not a report");
		return -1;
	} else {
		error_at(r->err, r->file, 0, 0, "is of schema '%s', not %s",
			 name, schema_prefix);
	}
	error_suggest(r->err, "make one: preflight run PROFILE -o report.json");
	return -1;
}

struct report *saved_load(const char *path, struct error *err)
{
	FILE *in = os_file_stream(path, err);
	struct json_doc *doc = in != NULL ? json_load(path, in, err) : NULL;
	struct saved_problem problem = {.file = path, .err = err};
	struct saved_node root = {.problem = &problem, .value = json_root(doc)};
	struct document document;
	struct saved_reader reader = {.document = &document};
	struct report *r;

	if (in != NULL && ferror(in))
		err->of_host = os_failure_is_of_host(os_failure_last());
	if (in != NULL)
		fclose(in);
	if (doc == NULL)
		return NULL;
	document_begin(&document, SAVED_TEXT_MAX);
	if (saved_check_schema(&root) == 0) {
		saved_read_ids(&reader, &root);
		saved_read(&reader, &fields_report, document.report, &root);
	}
	for (int i = 0; i < LIST_COUNT; i++)
		map_free(&reader.ids[i]);
	r = document_end(&document);
	json_free(doc);
	if (problem.failed) {
		report_free(r);
		return NULL;
	}
	saved_complete(r);
	return r;
}
