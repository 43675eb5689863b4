/* report.c - a report's life, its parts, its exit status. */
#include "report/report.h"

#include "report/assessment.h"
#include "report/correlation.h"
#include "report/document.h"

#include <string.h>

struct report *report_build(const struct plan *plan,
			    const struct results *results,
			    const struct run_info *run)
{
	return report_build_of(correlation_new(plan, results), run);
}

struct report *report_build_of(struct correlation *s,
			       const struct run_info *run)
{
	struct assessment *a = assessment_new(s, run);
	struct report *r;

	correlation_shrink(s);
	r = document_of(a);
	assessment_free(a);
	return r;
}

void report_free(struct report *r)
{
	struct arena arena;

	if (r == NULL)
		return;
	arena = r->arena; /* the report itself lies in it */
	arena_free(&arena);
}

const struct report_path *report_path_of(const struct report *r,
					 const struct report_result *result)
{
	return &r->paths[result->path];
}

const struct finding *report_finding_of(const struct report *r,
					const struct report_result *result)
{
	return result->finding == REPORT_NONE ? NULL
					      : &r->findings[result->finding];
}

bool report_is_system_server(const struct report_path *path)
{
	return path->name == NULL && path->device == NULL &&
	       path->address.family != ADDR_NONE;
}

const char *report_source(const struct report *r)
{
	return r->run.on_behalf_of != NULL ? r->run.on_behalf_of
					   : r->run.source;
}

bool report_is_translated(const char *source, enum owner owner, int hop,
			  const struct addr *hop_address)
{
	struct addr a;

	return owner == OWNER_INTERNET && hop != 1 &&
	       hop_address->family == ADDR_V4 &&
	       !addr_is_private(hop_address) && addr_parse(&a, source) &&
	       a.family == ADDR_V4 && addr_is_private(&a);
}

const char *report_target_name(const struct report_path *path)
{
	if (path->device != NULL)
		return path->device;
	if (path->name != NULL)
		return path->name;
	return report_is_system_server(path) ? "system resolver" : "this host";
}

int report_exit_status(const struct report *r, bool strict)
{
	/* Which signal it was is not in a saved report. */
	if (r->run.interrupted && r->interrupt_signal != 0)
		return 128 + r->interrupt_signal;
	switch (r->verdict) {
	case RUN_NOT_READY:
		return 1;
	case RUN_UNDECIDED:
		return 3;
	case RUN_READY_WITH_WARNINGS:
		return strict ? 4 : 0;
	case RUN_READY:
		break;
	}
	return 0;
}

const struct format *format_find(const char *name)
{
	for (size_t i = 0; format_registry[i] != NULL; i++) {
		if (strcmp(format_registry[i]->name, name) == 0)
			return format_registry[i];
	}
	return NULL;
}

const struct format *format_for_file(const char *path)
{
	size_t length = strlen(path);

	for (size_t i = 0; format_registry[i] != NULL; i++) {
		const char *ending = format_registry[i]->ending;
		size_t tail = ending == NULL ? 0 : strlen(ending);

		if (tail > 0 && tail < length &&
		    strcmp(path + length - tail, ending) == 0)
			return format_registry[i];
	}
	return NULL;
}
