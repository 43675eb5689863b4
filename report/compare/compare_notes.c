/* compare_notes.c - which two reports these are, and what differs besides the
 * results: profile, scenario, variables, host, devices. */
#include "report/compare/compare_internal.h"

#include "core/base/clock.h"
#include "report/map.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { COMPARE_NOTES = 32 };

struct compare_notes {
	struct compare *w;
	const char **items;
	size_t count;
};

static bool compare_same(const char *a, const char *b)
{
	return strcmp(a != NULL ? a : "", b != NULL ? b : "") == 0;
}

static void compare_note(struct compare_notes *n, const char *text)
{
	if (n->count < COMPARE_NOTES)
		n->items[n->count++] = text;
}

/* "the role differs: collector, then server" */
static void compare_note_pair(struct compare_notes *n, const char *what,
			      const char *was, const char *is)
{
	if (!compare_same(was, is))
		compare_note(n, arena_printf(n->w->arena,
					     "%s differs: %s, then %s", what,
					     was != NULL ? was : "none",
					     is != NULL ? is : "none"));
}

static void compare_describe(struct compare *w, const struct report *r,
			     struct compared *out)
{
	size_t count = r->run.profile_count;
	const char **profiles =
	    arena_calloc(w->arena, count + 1, sizeof *profiles);
	char started[CLOCK_TEXT];

	for (size_t i = 0; i < count; i++) {
		const struct report_profile *p = &r->run.profiles[i];

		profiles[i] = arena_printf(
		    w->arena, "%s%s%s", p->name != NULL ? p->name : "unknown",
		    p->version != NULL ? " " : "",
		    p->version != NULL ? p->version : "");
	}
	*out = (struct compared){
	    .id = r->run.id,
	    .started =
		arena_strdup(w->arena, clock_text(r->run.started_us, started)),
	    .host = r->run.host.name,
	    .source = report_source(r),
	    .verdict = r->verdict,
	    .headline = r->headline,
	    .profiles = profiles};
}

/* Profiles ---------------------------------------------------------------- */

static const struct report_profile *compare_profile(const struct report *r,
						    const char *name)
{
	for (size_t i = 0; i < r->run.profile_count; i++) {
		if (compare_same(r->run.profiles[i].name, name))
			return &r->run.profiles[i];
	}
	return NULL;
}

static bool compare_has(const char *const *list, const char *word)
{
	for (; *list != NULL; list++) {
		if (strcmp(*list, word) == 0)
			return true;
	}
	return false;
}

static void compare_scenarios(struct compare_notes *n, const char *name,
			      const char *const *have,
			      const char *const *others, const char *which)
{
	for (; *have != NULL; have++) {
		if (!compare_has(others, *have))
			compare_note(n, arena_printf(n->w->arena,
						     "%s: scenario %s is only "
						     "in the %s report",
						     name, *have, which));
	}
}

static const char *compare_variable(const struct report_profile *p,
				    const char *name)
{
	for (size_t i = 0; i < p->variables.count; i++) {
		if (strcmp(p->variables.names[i], name) == 0)
			return p->variables.values[i];
	}
	return NULL;
}

static void compare_variables(struct compare_notes *n, const char *profile,
			      const struct report_profile *was,
			      const struct report_profile *is)
{
	struct arena *a = n->w->arena;

	for (size_t i = 0; i < is->variables.count; i++) {
		const char *name = is->variables.names[i];

		compare_note_pair(
		    n, arena_printf(a, "%s: variable %s", profile, name),
		    compare_variable(was, name), is->variables.values[i]);
	}
	for (size_t i = 0; i < was->variables.count; i++) {
		const char *name = was->variables.names[i];

		if (compare_variable(is, name) == NULL)
			compare_note_pair(
			    n,
			    arena_printf(a, "%s: variable %s", profile, name),
			    was->variables.values[i], NULL);
	}
}

static void compare_profiles(struct compare_notes *n,
			     const struct report_profile *was,
			     const struct report_profile *is)
{
	struct arena *a = n->w->arena;
	const char *name = is->name != NULL ? is->name : "the profile";

	if (!compare_same(was->version, is->version))
		compare_note_pair(n, arena_printf(a, "%s: the version", name),
				  was->version, is->version);
	else if (!compare_same(was->sha256, is->sha256))
		compare_note(n, arena_printf(a,
					     "%s: the version is the same, "
					     "but the file differs",
					     name));
	compare_note_pair(n, arena_printf(a, "%s: the role", name), was->role,
			  is->role);
	compare_scenarios(n, name, was->scenarios, is->scenarios, "old");
	compare_scenarios(n, name, is->scenarios, was->scenarios, "new");
	compare_variables(n, name, was, is);
}

static void compare_all_profiles(struct compare_notes *n)
{
	const struct report_run *old = &n->w->old->run, *new = &n->w->new->run;
	size_t shared = 0;

	for (size_t i = 0; i < new->profile_count; i++) {
		const struct report_profile *was =
		    compare_profile(n->w->old, new->profiles[i].name);

		shared += was != NULL;
		if (was != NULL)
			compare_profiles(n, was, &new->profiles[i]);
	}
	if (shared == 0)
		compare_note(n, "the reports are for different profiles and "
				"cannot be compared");
	else if (shared < old->profile_count || shared < new->profile_count)
		compare_note(n, "some profiles are in only one of the reports");
}

/* Host and devices --------------------------------------------------------- */

static const char *compare_device(const struct report_device *d)
{
	return d->name != NULL ? d->name : d->address;
}

/* How many devices of one report the other one does not have. */
static size_t compare_missing(const struct report *have,
			      const struct report *others)
{
	struct map names = {0};
	size_t count = 0;

	for (size_t i = 0; i < others->device_count; i++)
		*map_at(&names, compare_device(&others->devices[i])) = i;
	for (size_t i = 0; i < have->device_count; i++)
		count += map_get(&names, compare_device(&have->devices[i])) ==
			 SIZE_MAX;
	map_free(&names);
	return count;
}

static void compare_devices(struct compare_notes *n)
{
	size_t gone = compare_missing(n->w->old, n->w->new);
	size_t added = compare_missing(n->w->new, n->w->old);

	if (gone + added > 0)
		compare_note(n, arena_printf(n->w->arena,
					     "the devices differ: %zu only in "
					     "the old report, %zu only in the "
					     "new one",
					     gone, added));
}

static const char *compare_proxy(const struct report *r)
{
	return r->run.proxy != NULL ? r->run.proxy->url : NULL;
}

static void compare_hosts(struct compare_notes *n)
{
	const struct comparison *c = n->w->c;

	if (!compare_same(c->old.host, c->new.host))
		compare_note_pair(n, "the host", c->old.host, c->new.host);
	compare_note_pair(n, "the source address", c->old.source,
			  c->new.source);
	compare_note_pair(n, "the proxy", compare_proxy(n->w->old),
			  compare_proxy(n->w->new));
	compare_note_pair(n, "preflight's version", n->w->old->version,
			  n->w->new->version);
	if (n->w->old->run.started_us > n->w->new->run.started_us)
		compare_note(n, "the old report is newer than the new one: "
				"are they swapped?");
	if (n->w->old->run.interrupted)
		compare_note(n, "the old run was interrupted");
	if (n->w->new->run.interrupted)
		compare_note(n, "the new run was interrupted");
}

void compare_notes(struct compare *w)
{
	struct compare_notes n = {.w = w};

	compare_describe(w, w->old, &w->c->old);
	compare_describe(w, w->new, &w->c->new);
	n.items = arena_calloc(w->arena, COMPARE_NOTES + 1, sizeof *n.items);
	compare_all_profiles(&n);
	compare_hosts(&n);
	compare_devices(&n);
	w->c->notes = n.items;
	w->c->note_count = n.count;
}
