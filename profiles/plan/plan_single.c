/* plan_single.c - one check of one target, by hand: a plan of one requirement
 * of a profile that is not a file. */
#include "core/base/mem.h"
#include "core/engine/check.h"
#include "profiles/plan/plan_internal.h"

#include <stdlib.h>
#include <string.h>

static const char *plan_single_id(struct arena *a, const struct spec *s)
{
	const char *name = s->check->name;

	if (s->transport == TRANSPORT_LOCAL)
		return arena_printf(a, "%s/local", name);
	if (s->transport == TRANSPORT_ICMP)
		return arena_printf(a, "%s/%s:icmp", name, s->host);
	return arena_printf(
	    a, strchr(s->host, ':') != NULL ? "%s/[%s]:%s/%u" : "%s/%s:%s/%u",
	    name, s->host, transport_name(s->transport), s->port);
}

static const struct profile *plan_single_profile(struct arena *a,
						 const struct requirement *q,
						 const char *version)
{
	static const struct role roles[] = {
	    {.name = "this-host",
	     .help = "the machine that preflight runs on"}};
	static const struct scenario scenarios[] = {
	    {.name = "core", .by_default = true}};
	struct profile *p = arena_calloc(a, 1, sizeof *p);

	p->name = "check";
	p->version = version;
	p->title = "one check";
	p->file = "";
	p->default_role = roles[0].name;
	p->role_count = 1;
	p->roles = roles;
	p->scenario_count = 1;
	p->scenarios = scenarios;
	p->requirement_count = 1;
	p->requirements = q;
	return p;
}

static void plan_single_requirement(struct arena *a, struct requirement *q,
				    const struct spec *s)
{
	static const char *const none[] = {NULL};
	static const char *const self[] = {"this-host", NULL};
	static const char *const there[] = {"target", NULL};
	const char **hosts = arena_calloc(a, 2, sizeof *hosts);

	hosts[0] = s->host;
	q->id = s->check->name;
	q->title = s->check->summary;
	q->covers = q->deviates = q->deviates_reasons = none;
	q->device_types = none;
	q->from = self[0];
	q->from_list = self;
	q->to = there[0];
	q->to_list = there;
	q->to_kind = s->transport == TRANSPORT_LOCAL ? TO_SELF : TO_TARGET;
	q->scenario = "core";
	q->level = LEVEL_REQUIRED;
	q->check = s->check->name;
	q->check_table = s->check;
	q->hosts = hosts;
	q->transports = transports_of(s->transport);
	q->proof = s->proof;
	if (s->port != 0)
		q->ports =
		    requirement_ports_parse(a, arena_printf(a, "%u", s->port));
}

/* The device is judged as in a run, and has its credentials. -1: one of them
 * cannot be used. */
static int plan_single_device(struct plan *plan, const struct requirement *q,
			      struct spec *s, const struct device *entry,
			      struct errors *errors)
{
	struct plan_work w = {.plan = plan, .errors = errors};
	struct plan_device *d = arena_calloc(&plan->arena, 1, sizeof *d);

	*d = (struct plan_device){.name = entry->name,
				  .address = s->host,
				  .types = entry->types,
				  .entry = entry};
	plan->device_count = 1;
	plan->devices = d;
	s->device = d->name;
	s->device_index = 0;
	plan_credentials_give(&w, entry, q, s);
	free(w.loaded);
	return w.failed == 0 ? 0 : -1;
}

struct plan *plan_single(const struct spec *spec, const struct device *entry,
			 const char *version, struct errors *errors)
{
	static const char *const core[] = {"core", NULL};
	struct plan *plan = mem_calloc(1, sizeof *plan);
	struct arena *a = &plan->arena;
	struct requirement *q = arena_calloc(a, 1, sizeof *q);
	struct plan_requirement *planned = arena_calloc(a, 1, sizeof *planned);
	struct plan_profile *profile = arena_calloc(a, 1, sizeof *profile);
	struct spec *s = arena_copy(a, spec, 1, sizeof *s);

	plan_single_requirement(a, q, s);
	q->profile = plan_single_profile(a, q, version);
	s->requirement = q;
	s->id = plan_single_id(a, s);
	if (s->system_server)
		s->host = NULL;
	*planned = (struct plan_requirement){.requirement = q,
					     .id = q->id,
					     .count = 1,
					     .ports = q->ports,
					     .hosts = q->hosts};
	*profile = (struct plan_profile){
	    .profile = q->profile, .role = "this-host", .scenarios = core};
	plan->profile_count = 1;
	plan->profiles = profile;
	plan->requirement_count = 1;
	plan->requirements = planned;
	plan->spec_count = 1;
	plan->specs = s;
	if (entry == NULL || plan_single_device(plan, q, s, entry, errors) == 0)
		return plan;
	plan_free(plan);
	return NULL;
}

void plan_require(struct plan *p)
{
	struct plan_requirement *rows = arena_copy(
	    &p->arena, p->requirements, p->requirement_count, sizeof *rows);
	struct spec *specs =
	    arena_copy(&p->arena, p->specs, p->spec_count, sizeof *specs);

	for (size_t i = 0; i < p->requirement_count; i++) {
		struct requirement *q =
		    arena_copy(&p->arena, rows[i].requirement, 1, sizeof *q);

		q->level = LEVEL_REQUIRED;
		q->group = q->when_group = NULL;
		for (size_t k = 0; k < rows[i].count; k++)
			specs[rows[i].first + k].requirement = q;
		rows[i].requirement = q;
	}
	/* Copies of one path refer to each other. */
	for (size_t i = 0; i < p->spec_count; i++)
		if (specs[i].same_as != NULL)
			specs[i].same_as =
			    specs + (specs[i].same_as - p->specs);
	p->requirements = rows;
	p->specs = specs;
}
