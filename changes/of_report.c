/*
 * of_report.c - only what is missing: failing results of a report, as far as a
 * firewall rule can fix them.
 * All else is counted in the notes, by finding.
 */
#include "changes/build.h"
#include "changes/pick.h"
#include "changes/within.h"
#include "core/base/text.h"
#include "profiles/read/profile.h"
#include "profiles/plan/target.h"

#include <stdlib.h>
#include <string.h>

/* One target and port of a requirement, with the addresses that failed. */
struct way {
	const struct report_path *path; /* the first one */
	struct change_need need;
	const char *ports;
	const char *at;  /* the firewall that must load it */
	bool translated; /* its packets have another source there */
	struct addr *list;
	size_t count, capacity;
};

struct of_report {
	struct change_build *build;
	const struct report *report;
	struct map way_map;
	struct way *ways;
	size_t way_count, way_capacity;
	struct map other_map; /* finding code to count */
	const char **others;  /* codes, in order of appearance */
	size_t *other_counts;
	size_t other_count, other_total;
	size_t not_tried, unknown, inbound, doubtful;
	size_t outside;    /* paths that no requirement asks for */
	const char *first; /* "tcp/22 of cloud.tenant (port)" */
	const struct change_end *proxy;
	uint16_t proxy_port;
	struct map places;               /* firewall to its first way */
	const struct change_end *public; /* this host, seen from beyond */
	size_t translated;
};

/* Ways -------------------------------------------------------------------- */

/* The requirement as the profile has it, with its source; NULL: it is of
 * another version. */
static const struct requirement *of_report_find(
    const struct of_report *o, const struct report_requirement *saved)
{
	const struct plan *plan = o->build->context->plan;

	for (size_t i = 0; i < plan->profile_count; i++) {
		const struct profile *p = plan->profiles[i].profile;
		size_t length = strlen(p->name);
		const char *id = saved->id;

		if (saved->profile == NULL ||
		    strcmp(saved->profile, p->name) != 0)
			continue;
		if (strncmp(id, p->name, length) == 0 && id[length] == '/')
			id += length + 1;
		for (size_t k = 0; k < p->requirement_count; k++) {
			if (strcmp(p->requirements[k].id, id) == 0)
				return &p->requirements[k];
		}
	}
	return NULL;
}

/* The range of the requirement's ports that holds this one: where a port of a
 * range was tried, all of it must be open. */
static const char *of_report_ports(const struct of_report *o,
				   const struct port_list *list, uint16_t port)
{
	if (port == 0)
		return "";
	for (size_t i = 0; i < list->count; i++) {
		struct port_list one = {1, &list->ranges[i]};

		if (list->ranges[i].first <= port &&
		    port <= list->ranges[i].last)
			return change_ports(o->build, &one);
	}
	return arena_printf(o->build->arena, "%u", port);
}

static void of_report_count_other(struct of_report *o, const struct finding *f)
{
	const char *code = f != NULL ? f->code : "no finding";
	size_t *at = map_at(&o->other_map, code);

	o->other_total++;
	if (*at == SIZE_MAX) {
		*at = o->other_count++;
		o->others =
		    mem_realloc(o->others, o->other_count, sizeof *o->others);
		o->other_counts = mem_realloc(o->other_counts, o->other_count,
					      sizeof *o->other_counts);
		o->others[*at] = code;
		o->other_counts[*at] = 0;
	}
	o->other_counts[*at]++;
}

/* Which firewall must load the rule, as far as the finding knows. */
static const char *of_report_place(struct of_report *o, const struct finding *f)
{
	struct arena *a = o->build->arena;
	char address[ADDR_TEXT];

	if (f == NULL || f->where == WHERE_UNKNOWN)
		return f != NULL && f->owner == OWNER_THIS_HOST
			   ? "this host's own firewall"
			   : "the firewall on the way (the report does not "
			     "know where)";
	switch (f->where) {
	case WHERE_THIS_HOST:
		return "this host's own firewall";
	case WHERE_TARGET:
		return "the firewall of the target itself";
	case WHERE_HOP:
		return arena_printf(
		    a, "%s%s%s%s", addr_text(&f->hop_address, address),
		    f->blocker_name != NULL ? " (" : "",
		    f->blocker_name != NULL ? f->blocker_name : "",
		    f->blocker_name != NULL ? ")" : "");
	default:
		return arena_printf(a,
				    "the firewall at or right after hop "
				    "%d, %s",
				    f->hop,
				    addr_text(&f->hop_address, address));
	}
}

static const char *way_key(struct of_report *o,
			   const struct report_requirement *row,
			   const struct report_path *p, const struct way *w)
{
	char address[ADDR_TEXT];

	return arena_printf(&o->build->keys, "%s %s %s %u %d %s %d", row->id,
			    p->name != NULL ? p->name
					    : addr_text(&p->address, address),
			    transport_name(p->transport), p->port, p->via_proxy,
			    w->at, w->translated);
}

static bool of_report_is_translated(const struct of_report *o,
				    const struct finding *f,
				    const struct addr *to)
{
	const struct change_end *self = o->build->set->self;
	bool any = false;

	if (f == NULL || to->family != ADDR_V4)
		return false;
	for (size_t i = 0; i < self->net_count; i++) {
		char text[ADDR_TEXT];

		if (self->nets[i].first.family != ADDR_V4)
			continue;
		if (!report_is_translated(addr_text(&self->nets[i].first, text),
					  f->owner, f->hop, &f->hop_address))
			return false; /* a public one was named */
		any = true;
	}
	return any;
}

/* The report may be anybody's: what its requirement does not ask for is left
 * out, and named. */
static bool of_report_is_outside(struct of_report *o,
				 const struct report_requirement *row,
				 const struct requirement *q,
				 const struct report_path *p)
{
	const char *what =
	    within(o->build->context->plan, q, o->report, row, p);
	char address[ADDR_TEXT];

	if (what == NULL)
		return false;
	if (o->outside++ == 0)
		o->first = arena_printf(
		    o->build->arena, "%s/%u to %s of %s: another %s",
		    transport_name(p->transport), p->port,
		    p->device != NULL ? p->device
		    : p->name != NULL ? p->name
				      : addr_text(&p->address, address),
		    row->id, what);
	return true;
}

static void way_add(struct of_report *o, const struct report_requirement *row,
		    const struct report_path *p, const struct finding *f)
{
	const struct requirement *q = of_report_find(o, row);
	struct addr address = p->address;
	struct way key = {.at = of_report_place(o, f),
			  .translated =
			      of_report_is_translated(o, f, &address)};
	struct way *w;
	size_t *at;

	if (q == NULL || (addr_is_invalid_target(&address) &&
			  !(p->via_proxy && o->proxy != NULL))) {
		o->unknown++;
		return;
	}
	if (of_report_is_outside(o, row, q, p))
		return;
	o->translated += key.translated;
	at = map_at(&o->places, key.at);
	if (*at == SIZE_MAX)
		*at = o->way_count;
	at = map_at(&o->way_map, way_key(o, row, p, &key));
	if (*at == SIZE_MAX) {
		*at = o->way_count;
		o->ways = mem_grow(o->ways, &o->way_capacity, o->way_count + 1,
				   sizeof *o->ways);
		o->ways[o->way_count++] = (struct way){
		    .path = p,
		    .at = key.at,
		    .translated = key.translated,
		    .need = {row->id, q},
		    .ports = of_report_ports(
			o, within_ports(o->build->context->plan, q), p->port)};
	}
	w = &o->ways[*at];
	w->list =
	    mem_grow(w->list, &w->capacity, w->count + 1, sizeof *w->list);
	address.scope = 0;
	w->list[w->count++] = address;
}

static void of_report_look(struct of_report *o,
			   const struct report_requirement *row,
			   const struct report_result *r)
{
	const struct report_path *p = report_path_of(o->report, r);
	const struct finding *f = report_finding_of(o->report, r);
	const bool *wanted = o->build->context->findings;

	if (wanted != NULL && (f == NULL || !wanted[r->finding]))
		return;
	if (r->why == WHY_NEEDS_SECOND_END)
		o->inbound++;
	if (p->transport == TRANSPORT_LOCAL)
		return;
	switch (pick(r, p, f)) {
	case PICK_RULE:
		o->doubtful +=
		    f != NULL && !f->confirmed && f->owner != OWNER_FIREWALL;
		way_add(o, row, p, f);
		break;
	case PICK_OTHER:
		of_report_count_other(o, f);
		break;
	case PICK_NOT_TRIED:
		o->not_tried++;
		break;
	case PICK_NONE:
		break;
	}
}

/* What its group does not need is not missing. */
static void of_report_look_row(struct of_report *o,
			       const struct report_requirement *row)
{
	const struct report *r = o->report;

	if (row->why == WHY_NEEDS_SECOND_END &&
	    o->build->context->findings == NULL)
		o->inbound++;
	if (!pick_is_bad(row->verdict))
		return;
	for (size_t i = 0; i < row->result_count; i++)
		of_report_look(o, row, &r->results[row->results[i]]);
}

/* The address of a derived host has no name either. */
static bool way_is_resolver(const struct way *w)
{
	return report_is_system_server(w->path) &&
	       w->need.requirement->derive == NULL;
}

/* A name with the addresses that failed, or just these. */
static const struct change_end *way_far(const struct of_report *o,
					const struct way *w)
{
	struct change_build *b = o->build;
	const struct report_path *p = w->path;
	char text[ADDR_TEXT];
	struct addr literal;
	struct change_end *e;

	if (p->name == NULL || addr_parse(&literal, p->name))
		return change_end_addrs(b, addr_text(&w->list[0], text),
					way_is_resolver(w) ? "DNS server"
							   : p->device,
					w->list, w->count);
	if (!change_is_name(p->name, false))
		return change_end_unknown(b, p->name, "not a DNS name");
	e = arena_copy(
	    b->arena,
	    change_end_addrs(b, p->name, p->device, w->list, w->count), 1,
	    sizeof *e);
	e->kind = END_NAME;
	return e;
}

/* The domain that the vendor wants all names of; NULL: none. */
static const struct change_end *way_wildcard(const struct of_report *o,
					     const struct way *w)
{
	const struct requirement *q = w->need.requirement;

	if (q->wildcard == NULL || q->to_kind != TO_INTERNET)
		return NULL;
	return change_end_wildcard(o->build, q->wildcard,
				   q->derive == NULL ? w->path->name : NULL);
}

static void way_path(struct of_report *o, const struct way *w, bool wildcard)
{
	const struct requirement *q = w->need.requirement;
	const struct report_path *p = w->path;
	struct change_path path = {.direction = CHANGE_OUT,
				   .near = w->translated ? o->public
							 : o->build->set->self,
				   .at = w->at,
				   .transport = p->transport,
				   .ports = w->ports,
				   .off = q->level == LEVEL_FALLBACK,
				   .need = w->need};

	if (p->via_proxy && o->proxy != NULL) {
		path.far = o->proxy;
		path.ports = arena_printf(o->build->arena, "%u", o->proxy_port);
		path.behind = p->name != NULL ? p->name : q->wildcard;
		change_add(o->build, &path);
		return;
	}
	path.far = wildcard ? way_wildcard(o, w) : way_far(o, w);
	change_add(o->build, &path);
}

/* What one firewall must load. */
static void of_report_firewall(struct of_report *o, const char *at)
{
	/* Hosts first: they are listed before what they sample. */
	for (int wildcard = 0; wildcard < 2; wildcard++) {
		for (size_t i = 0; i < o->way_count; i++) {
			if (strcmp(o->ways[i].at, at) == 0)
				way_path(o, &o->ways[i], wildcard != 0);
		}
	}
}

/* The report as a whole --------------------------------------------------- */

static const struct report_profile *of_report_profile(const struct report *r,
						      const char *name)
{
	for (size_t i = 0; i < r->run.profile_count; i++) {
		const struct report_profile *p = &r->run.profiles[i];

		if (p->name != NULL && strcmp(p->name, name) == 0)
			return p;
	}
	return NULL;
}

static int of_report_check_profiles(const struct of_report *o, const char *path,
				    struct error *err)
{
	const struct plan *plan = o->build->context->plan;
	const struct report *r = o->report;

	for (size_t i = 0; i < plan->profile_count; i++) {
		const struct profile *p = plan->profiles[i].profile;
		const struct report_profile *saved =
		    of_report_profile(r, p->name);

		if (saved != NULL) {
			if (saved->sha256 == NULL ||
			    strcmp(saved->sha256, p->sha256) != 0)
				change_note(o->build,
					    "the report was made with "
					    "another version of profile %s",
					    p->name);
			continue;
		}
		error_at(err, path, 0, 0, "says nothing about profile '%s'",
			 p->name);
		if (r->run.profile_count > 0 && r->run.profiles[0].name != NULL)
			error_suggest(err, "it is about '%s'",
				      r->run.profiles[0].name);
		return -1;
	}
	return 0;
}

/* An address that a firewall elsewhere may see. */
static bool of_report_is_own(struct addr *a, const char *text)
{
	return addr_parse(a, text) && a->scope == 0 &&
	       !addr_is_invalid_target(a) && !addr_is_multicast(a) &&
	       !(a->family == ADDR_V6 && a->bytes[0] == 0xfe &&
		 (a->bytes[1] & 0xc0) == 0x80);
}

/* The source of the packets; the command line takes precedence. */
static void of_report_self(struct of_report *o)
{
	const struct change_context *c = o->build->context;
	const struct report_run *run = &o->report->run;
	const char *const *list = run->host.addresses;
	const char *role =
	    run->profile_count > 0 ? run->profiles[0].role : NULL;
	size_t most = 0, count = 0;
	struct addr *own;

	if (c->source_count > 0) {
		changes_self(o->build, role, c->sources, c->source_count);
		return;
	}
	while (list[most] != NULL)
		most++;
	own = arena_calloc(o->build->arena, most + 1, sizeof *own);
	if (run->on_behalf_of != NULL)
		count = of_report_is_own(&own[0], run->on_behalf_of);
	for (size_t i = 0; run->on_behalf_of == NULL && i < most; i++)
		count += of_report_is_own(&own[count], list[i]);
	changes_self(o->build, role, own, count);
}

static void of_report_proxy(struct of_report *o)
{
	const struct report_proxy *p = o->report->run.proxy;
	struct target_service at;
	struct error unused;

	if (p == NULL || p->url == NULL ||
	    target_url(p->url, &at, &unused) == -1)
		return;
	o->proxy = change_end_of(o->build, at.host, "proxy", FAMILY_BOTH);
	o->proxy_port = at.port;
}

static void of_report_notes(struct of_report *o)
{
	const char *codes = "";

	for (size_t i = 0; i < o->other_count; i++)
		codes = arena_printf(o->build->arena, "%s%s%s (%zu)", codes,
				     i == 0 ? "" : ", ", o->others[i],
				     o->other_counts[i]);
	if (o->other_total > 0)
		change_note(o->build,
			    "%zu failing path%s that no firewall rule can "
			    "fix: %s; see preflight explain CODE",
			    o->other_total, text_plural(o->other_total), codes);
	if (o->doubtful > 0)
		change_note(o->build,
			    "%zu failing path%s with another probable cause "
			    "(see the report): the rules are needed but may "
			    "not be enough",
			    o->doubtful, text_plural(o->doubtful));
	if (o->translated > 0)
		change_note(o->build,
			    "%zu failing path%s blocked beyond this site, "
			    "where packets have its public address: ask for "
			    "the rules there",
			    o->translated, text_plural(o->translated));
	if (o->not_tried > 0)
		change_note(o->build,
			    "%zu path%s not tried, because a name did not "
			    "resolve or an earlier test failed: run again "
			    "when that is fixed",
			    o->not_tried, text_plural(o->not_tried));
	if (o->unknown > 0)
		change_note(o->build,
			    "%zu failing path%s without an address, or of a "
			    "requirement that this profile does not have",
			    o->unknown, text_plural(o->unknown));
	if (o->outside > 0)
		change_note(o->build,
			    "%zu failing path%s that the profile and the "
			    "inventory do not ask for (%s): if this site has "
			    "it, give --inventory and --set as in the run",
			    o->outside, text_plural(o->outside), o->first);
	if (o->inbound > 0)
		change_note(o->build,
			    "%zu inbound path%s that the report cannot "
			    "prove: run rules without --from to get the rules",
			    o->inbound, text_plural(o->inbound));
	if (o->way_count == 0)
		change_note(o->build,
			    "nothing failed that a firewall rule can fix");
}

struct change_set *changes_of_report(const struct change_context *c,
				     const struct report *r, const char *path,
				     struct error *err)
{
	struct change_build build;
	struct of_report o = {.build = &build, .report = r};
	struct change_set *set;
	int rc;

	change_build_begin(&build, c);
	build.set->report = arena_strdup(build.arena, path);
	build.set->resolved = true;
	changes_profiles(&build, r->run.profiles, r->run.profile_count);
	rc = of_report_check_profiles(&o, path, err);
	if (rc == 0) {
		of_report_self(&o);
		o.public = change_end_unknown(
		    &build, REPORT_PUBLIC_SOURCE,
		    "packets have it behind this site's address translation: "
		    "give it with --on-behalf-of ADDRESS");
		of_report_proxy(&o);
		for (size_t i = 0; i < r->requirement_count; i++)
			of_report_look_row(&o, &r->requirements[i]);
		for (size_t i = 0; i < o.way_count; i++)
			if (map_get(&o.places, o.ways[i].at) == i)
				of_report_firewall(&o, o.ways[i].at);
		of_report_notes(&o);
	}
	set = change_build_end(&build);
	for (size_t i = 0; i < o.way_count; i++)
		free(o.ways[i].list);
	free(o.ways);
	free(o.others);
	free(o.other_counts);
	map_free(&o.way_map);
	map_free(&o.other_map);
	map_free(&o.places);
	if (rc == 0)
		return set;
	changes_free(set);
	return NULL;
}
