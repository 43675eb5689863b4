/* document_of.c - an assessment to its document: facts are copied, pointers
 * become indices. */
#include "report/assessment.h"
#include "report/correlation.h"
#include "report/document.h"

#include "core/engine/check.h"

#include <stdio.h>
#include <string.h>

static const char *const *document_texts(struct document *d,
					 const char *const *list, size_t *count)
{
	const char **copy;
	size_t n = 0;

	while (list != NULL && (count == NULL ? list[n] != NULL : n < *count))
		n++;
	copy = arena_calloc(&d->report->arena, n + 1, sizeof *copy);
	for (size_t i = 0; i < n; i++)
		copy[i] = document_text(d, list[i]);
	return copy;
}

static const size_t *document_indices(struct document *d, const size_t *items,
				      size_t count)
{
	return arena_copy(&d->report->arena, items, count, sizeof *items);
}

/* Run --------------------------------------------------------------------- */

static void document_profiles(struct document *d, const struct plan *plan)
{
	struct report_run *run = &d->report->run;
	struct report_profile *list = arena_calloc(
	    &d->report->arena, plan->profile_count + 1, sizeof *list);

	for (size_t i = 0; i < plan->profile_count; i++) {
		const struct plan_profile *p = &plan->profiles[i];
		size_t count = p->variable_count;

		list[i] = (struct report_profile){
		    .name = document_text(d, p->profile->name),
		    .version = document_text(d, p->profile->version),
		    .title = document_text(d, p->profile->title),
		    .file = document_text(d, p->profile->file),
		    .sha256 = document_text(d, p->profile->sha256),
		    .role = document_text(d, p->role),
		    .scenarios = document_texts(d, p->scenarios, NULL),
		    .variables = {
			.count = count,
			.names = document_texts(d, p->variable_names, &count),
			.values =
			    document_texts(d, p->variable_values, &count)}};
	}
	run->profile_count = plan->profile_count;
	run->profiles = list;
}

static void document_host(struct document *d, const struct facts *host)
{
	const struct fact *list = facts_find(host, "addresses");
	size_t count = list != NULL ? list->list_count : 0;
	const char **addresses =
	    arena_calloc(&d->report->arena, count + 1, sizeof *addresses);

	for (size_t i = 0; i < count; i++)
		addresses[i] = document_text(d, list->list[i]);
	d->report->run.host.name = document_text(d, facts_text(host, "name"));
	d->report->run.host.addresses = addresses;
}

static void document_platform(struct document *d, const struct platform *from)
{
	struct report_platform *to = &d->report->platform;
	size_t count = from->cannot_count;

	to->os = from->os[0] != '\0' ? document_text(d, from->os) : NULL;
	to->build =
	    from->build[0] != '\0' ? document_text(d, from->build) : NULL;
	to->cannot = document_texts(d, from->cannot, &count);
}

static void document_run(struct document *d, const struct assessment *a)
{
	const struct proxy_settings *proxy = a->plan->proxy;
	struct report_run *run = &d->report->run;
	struct report_proxy *copy;

	run->id = document_text(d, a->run->id);
	run->started_us = a->results->started_wall_us;
	run->duration_us = a->results->duration_us;
	run->evidence_us = a->results->evidence_us;
	run->interrupted = a->results->interrupted;
	d->report->interrupt_signal = a->results->interrupt_signal;
	run->source = document_text(d, a->run->source);
	run->on_behalf_of = document_text(d, a->run->on_behalf_of);
	run->site = document_text(d, a->run->site);
	run->tags = a->run->tags;
	run->tags.names = document_texts(d, run->tags.names, &run->tags.count);
	run->tags.values =
	    document_texts(d, run->tags.values, &run->tags.count);
	run->command = document_texts(d, a->run->command, NULL);
	if (proxy != NULL) {
		copy = arena_calloc(&d->report->arena, 1, sizeof *copy);
		copy->url = document_text(d, proxy->url);
		copy->source = document_text(d, proxy->source);
		run->proxy = copy;
	}
	document_host(d, &a->results->host);
	document_profiles(d, a->plan);
	d->report->version = document_text(d, a->run->version);
	document_platform(d, &a->results->platform);
}

/* Requirements ------------------------------------------------------------ */

static const struct device_verdict *document_targets(
    struct document *d, const struct requirement_report *q)
{
	struct device_verdict *list =
	    arena_calloc(&d->report->arena, q->device_count + 1, sizeof *list);

	for (size_t i = 0; i < q->device_count; i++) {
		list[i] = q->devices[i];
		list[i].name = document_text(d, q->devices[i].name);
		list[i].is_host = list[i].device == SIZE_MAX;
	}
	return list;
}

struct report_requirement document_need(struct document *d,
					const struct requirement *q,
					const char *id,
					const struct requirement_ports *ports)
{
	struct report_requirement need = {
	    .id = document_text(d, id),
	    .profile =
		q->profile == NULL ? NULL : document_text(d, q->profile->name),
	    .title = document_text(d, q->title),
	    .covers = document_texts(d, q->covers, NULL),
	    .level = q->level,
	    .group =
		document_text(d, q->group != NULL ? q->group : q->when_group),
	    .scenario = document_text(d, q->scenario),
	    .from = document_text(d, q->from),
	    .to = document_text(d, q->to),
	    .transports = q->transports,
	    .check = document_text(d, q->check),
	    .proof = q->proof,
	    .purpose = document_text(d, q->purpose)};

	need.ports.count = ports->list.count;
	need.ports.ranges =
	    arena_copy(&d->report->arena, ports->list.ranges, ports->list.count,
		       sizeof *ports->list.ranges);
	need.ports_unset = document_texts(d, ports->unset, NULL);
	return need;
}

static void document_requirement(struct document *d,
				 const struct requirement_report *from,
				 struct report_requirement *to)
{
	const struct plan_requirement *p = from->planned;

	*to = document_need(d, p->requirement, p->id, &p->ports);
	to->verdict = from->verdict;
	to->why = from->why;
	to->reason = document_text(d, from->reason);
	to->device_count = from->device_count;
	to->devices = document_targets(d, from);
	to->result_count = from->result_count;
	to->results = document_indices(d, from->results, from->result_count);
}

static void document_requirements(struct document *d,
				  const struct assessment *a)
{
	struct report *r = d->report;
	struct report_requirement *list =
	    arena_calloc(&r->arena, a->requirement_count + 1, sizeof *list);

	for (size_t i = 0; i < a->requirement_count; i++)
		document_requirement(d, &a->requirements[i], &list[i]);
	r->requirement_count = a->requirement_count;
	r->requirements = list;
}

static void document_groups(struct document *d, const struct assessment *a)
{
	struct report *r = d->report;
	struct report_group *list =
	    arena_calloc(&r->arena, a->group_count + 1, sizeof *list);

	for (size_t i = 0; i < a->group_count; i++) {
		const struct group_report *g = &a->groups[i];

		list[i] = (struct report_group){
		    .profile = g->profile == NULL
				   ? NULL
				   : document_text(d, g->profile->name),
		    .group = document_text(d, g->group),
		    .device = document_text(d, g->device),
		    .verdict = g->verdict,
		    .by_count = g->by_count,
		    .by = document_indices(d, g->by, g->by_count)};
	}
	r->group_count = a->group_count;
	r->groups = list;
}

static void document_devices(struct document *d, const struct assessment *a)
{
	struct report *r = d->report;
	struct report_device *list =
	    arena_calloc(&r->arena, a->device_count + 1, sizeof *list);

	for (size_t i = 0; i < a->device_count; i++) {
		const struct plan_device *from = a->devices[i].device;

		list[i] = (struct report_device){
		    .name = document_text(d, from->name),
		    .address = document_text(d, from->address),
		    .types = document_texts(d, from->types, NULL),
		    .state = a->devices[i].state,
		    .verdict = a->devices[i].verdict};
	}
	r->device_count = a->device_count;
	r->devices = list;
}

/* Results ----------------------------------------------------------------- */

static uint32_t document_index(size_t index)
{
	return index == SIZE_MAX ? REPORT_NONE : (uint32_t)index;
}

static uint32_t document_result_path(struct document *d,
				     const struct assessment *a, size_t index)
{
	const struct result *from = &a->results->items[index];
	struct report_path path = {.name = document_text(d, from->spec->host),
				   .device =
				       document_text(d, from->spec->device),
				   .address = from->addr,
				   .port = from->port,
				   .via_proxy = from->spec->via_proxy,
				   .transport = from->transport};

	path.evidence = correlation_evidence_of(a->correlation, index,
						&path.evidence_count);
	if (path.evidence_count > 0)
		path.evidence =
		    document_indices(d, path.evidence, path.evidence_count);
	return document_path(d, &path);
}

static void document_result(struct document *d, const struct assessment *a,
			    size_t index, struct report_result *to)
{
	const struct result *from = &a->results->items[index];
	const struct judgement *own = &a->judgements[index];
	const struct check *check =
	    from->check != NULL ? from->check : from->spec->check;

	*to = (struct report_result){
	    .id = document_own_text(d, from->id),
	    .check = check == NULL ? NULL : document_text(d, check->name),
	    .reason = document_text(d, own->reason),
	    .requirement = a->correlation->requirements[index],
	    .parent = document_index(from->parent),
	    .same_as = document_index(from->same_as),
	    .path = document_result_path(d, a, index),
	    .finding = own->finding == NULL
			   ? REPORT_NONE
			   : (uint32_t)(own->finding - a->findings),
	    .attempts = from->attempts,
	    .verdict = own->verdict,
	    .why = own->why,
	    .proof = own->proof,
	    .outcome = from->outcome,
	    .timings = from->timings,
	    .facts = document_facts(d, &from->facts)};
	to->error = net_error_name(from->outcome.error);
	to->outcome.phase = own->phase;
	to->outcome.cause = own->cause;
}

static void document_results(struct document *d, const struct assessment *a)
{
	struct report *r = d->report;

	r->result_count = a->results->count;
	r->results =
	    arena_calloc(&r->arena, r->result_count + 1, sizeof *r->results);
	for (size_t i = 0; i < r->result_count; i++)
		document_result(d, a, i, &r->results[i]);
}

static void document_evidence(struct document *d, const struct results *from)
{
	struct report *r = d->report;
	struct report_evidence *list =
	    arena_calloc(&r->arena, from->evidence_count + 1, sizeof *list);

	for (size_t i = 0; i < from->evidence_count; i++) {
		const struct evidence *e = &from->evidence[i];

		list[i] = (struct report_evidence){
		    .id = document_text(d, e->id),
		    .kind = e->kind,
		    .target = e->addr,
		    .observed = document_facts(d, &e->observed)};
		list[i].target.port = e->port;
	}
	r->evidence_count = from->evidence_count;
	r->evidence = list;
}

/* "tcp/443" where all of its tests have that path's end in common, as wants a
 * name `same` gives; else NULL. */
static const char *document_same(
    struct document *d, const struct finding *f,
    const char *(*same)(struct arena *a, const struct report_path *))
{
	const struct report *r = d->report;
	const char *all = NULL;

	for (size_t i = 0; i < f->result_count; i++) {
		const struct report_result *t = &r->results[f->results[i]];
		const char *one = same(&d->keys, &d->path_items[t->path]);

		if (one == NULL || (all != NULL && strcmp(all, one) != 0))
			return NULL;
		all = one;
	}
	return all;
}

static const char *document_port(struct arena *a, const struct report_path *p)
{
	return p->port == 0
		   ? NULL
		   : arena_printf(a, "%s/%u", transport_name(p->transport),
				  p->port);
}

static const char *document_target(struct arena *a, const struct report_path *p)
{
	(void)a;
	return p->device != NULL ? p->device : p->name;
}

/* What says "the same cause" from run to run: its code, who blocks (else the
 * one target) and the port. A second one of that name gets a number. */
static void document_key(struct document *d, struct finding *list, size_t i)
{
	struct finding *f = &list[i];
	const char *port = document_same(d, f, document_port);
	const char *who = NULL;
	char address[ADDR_TEXT], *key;
	unsigned number = 1;

	if (f->blocker.family != ADDR_NONE)
		who = addr_text(&f->blocker, address);
	else
		who = document_same(d, f, document_target);
	key = arena_printf(&d->keys, "%s%s%s%s%s", f->code,
			   who != NULL ? ":" : "", who != NULL ? who : "",
			   port != NULL ? ":" : "", port != NULL ? port : "");
	for (size_t k = 0; k < i; k++)
		number += strncmp(list[k].key, key, strlen(key)) == 0 &&
			  (list[k].key[strlen(key)] == '\0' ||
			   list[k].key[strlen(key)] == '#');
	if (number > 1)
		key = arena_printf(&d->keys, "%s#%u", key, number);
	f->key = document_text(d, key);
}

static void document_findings(struct document *d, const struct assessment *a)
{
	struct report *r = d->report;
	struct finding *list =
	    arena_calloc(&r->arena, a->finding_count + 1, sizeof *list);

	for (size_t i = 0; i < a->finding_count; i++) {
		struct finding *f = &list[i];

		*f = a->findings[i];
		f->id = document_text(d, f->id);
		f->code = document_text(d, f->code);
		f->title = document_text(d, f->title);
		f->blocker_name = document_text(d, f->blocker_name);
		f->evidence =
		    document_texts(d, f->evidence, &f->evidence_count);
		f->evidence_ids = document_texts(d, f->evidence_ids, NULL);
		f->results = document_indices(d, f->results, f->result_count);
		f->impact = document_text(d, f->impact);
		f->remedy = document_texts(d, f->remedy, &f->remedy_count);
		f->confirm_by = document_text(d, f->confirm_by);
		f->url = document_text(d, f->url);
		if (f->blocker_addresses != NULL)
			f->blocker_addresses =
			    document_texts(d, f->blocker_addresses, NULL);
		document_key(d, list, i);
	}
	r->finding_count = a->finding_count;
	r->findings = list;
}

struct report *document_of(const struct assessment *a)
{
	struct document d;
	struct report *r;

	document_begin(&d, 0);
	document_expect_paths(&d, a->results->count);
	r = d.report;
	document_run(&d, a);
	r->verdict = a->verdict;
	r->headline = document_text(&d, a->headline);
	memcpy(r->summary, a->summary, sizeof r->summary);
	r->counts = a->counts;
	r->note_count = a->note_count;
	r->notes = document_texts(&d, a->notes, &r->note_count);
	document_requirements(&d, a);
	document_groups(&d, a);
	document_devices(&d, a);
	document_results(&d, a);
	document_evidence(&d, a->results);
	document_findings(&d, a);
	return document_end(&d);
}
