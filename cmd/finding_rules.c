/* finding_rules.c - the firewall rules of each finding alone. */
#include "cmd/finding_rules.h"
#include "core/os/files.h"
#include "profiles/read/profile.h"
#include "profiles/read/reader.h"

#include <stdlib.h>
#include <string.h>

struct finding_rules_job {
	const struct dialect *dialect;
	struct change_set *set;
};

static void finding_rules_write(const void *arg, FILE *out)
{
	const struct finding_rules_job *job = arg;

	dialect_write_bare(job->dialect, job->set, out);
}

/* NULL: no rule helps, or the language has no words for it. */
static const char *finding_rules_text(struct arena *arena,
				      const struct dialect *dialect,
				      struct change_set *set)
{
	struct finding_rules_job job = {dialect, set};
	const char *kept = NULL;
	char *text;

	for (size_t k = 0; set != NULL && k < set->change_count; k++) {
		if (set->changes[k].off)
			continue;
		text = os_file_text(finding_rules_write, &job);
		if (text != NULL)
			kept = arena_strdup(arena, text);
		free(text);
		break;
	}
	return kept;
}

/* The profiles that the report is about have what vendors want of a rule. */
static int finding_rules_load(struct plan *plan, struct plan_profile *list,
			      const struct report *r, struct error *err)
{
	struct errors errors = {0};
	char path[4096];

	plan->profiles = list;
	for (size_t i = 0; i < r->run.profile_count; i++) {
		const char *name = r->run.profiles[i].name;
		struct profile *p;

		if (name == NULL) /* of a check */
			continue;
		/* A report comes from elsewhere: it names no file here. */
		if (name[strspn(name, reader_name_characters)] != '\0')
			return error_set(err,
					 "'%s' in the report is not the name "
					 "of a profile",
					 name);
		if (profile_find(name, path, sizeof path, err) == -1)
			return -1;
		p = profile_load(path, &errors);
		if (p == NULL) {
			*err = errors.items[0];
			errors_free(&errors);
			return -1;
		}
		list[plan->profile_count++].profile = p;
	}
	return 0;
}

/* What one finding needs is worked out once and written in each language. */
static void finding_rules_of(struct arena *arena, struct change_context *c,
			     const struct report *r, size_t i, size_t count,
			     const struct dialect *const *dialects,
			     const char ***texts)
{
	bool *only = arena_calloc(arena, r->finding_count, sizeof *only);
	struct change_set *set;
	struct error unused;

	only[i] = true;
	c->findings = only;
	set = changes_of_report(c, r, "", &unused);
	for (size_t d = 0; d < count; d++)
		texts[d][i] = finding_rules_text(arena, dialects[d], set);
	changes_free(set);
}

int finding_rules(struct arena *arena, const struct report *r, size_t count,
		  const struct dialect *const *dialects,
		  const char *const **out, struct error *err)
{
	struct plan plan = {.profile_count = 0};
	struct plan_profile *list =
	    arena_calloc(arena, r->run.profile_count + 1, sizeof *list);
	struct change_context c = {
	    .plan = &plan, .wall_us = r->run.started_us, .brief = true};
	const char ***texts = arena_calloc(arena, count + 1, sizeof *texts);
	int rc = finding_rules_load(&plan, list, r, err);

	for (size_t d = 0; d < count; d++) {
		texts[d] =
		    arena_calloc(arena, r->finding_count + 1, sizeof *texts[d]);
		out[d] = texts[d];
	}
	for (size_t i = 0; rc == 0 && i < r->finding_count; i++)
		finding_rules_of(arena, &c, r, i, count, dialects, texts);
	for (size_t i = 0; i < plan.profile_count; i++)
		profile_free((struct profile *)(uintptr_t)list[i].profile);
	return rc;
}

const struct html_rules *finding_rules_page(struct arena *arena,
					    const struct report *r)
{
	struct html_rules *rules = arena_calloc(arena, 1, sizeof *rules);
	const struct dialect **dialects;
	const char *const **texts;
	const char **titles;
	struct error err;
	size_t count = 0;

	while (dialect_registry[count] != NULL)
		count++;
	dialects = arena_calloc(arena, count + 1, sizeof *dialects);
	titles = arena_calloc(arena, count + 1, sizeof *titles);
	texts = arena_calloc(arena, count + 1, sizeof *texts);
	for (size_t i = 0; i < count; i++) {
		const struct dialect *d = dialect_registry[i];

		if (d->document != NULL) /* not to be pasted */
			continue;
		titles[rules->dialect_count] = d->title;
		dialects[rules->dialect_count++] = d;
	}
	rules->dialects = titles;
	rules->texts = texts;
	if (r->finding_count == 0 ||
	    finding_rules(arena, r, rules->dialect_count, dialects, texts,
			  &err) == -1)
		return NULL;
	return rules;
}
