/*
 * json.c - the report as JSON, schema preflight.report/1 (design §7).
 *
 * Streamed, in a fixed order, every key always there: null where nothing is
 * known. report/schema/preflight.report-1.json describes it.
 */
#include "core/base/json.h"

#include "core/engine/check.h"
#include "core/base/clock.h"
#include "report/compare/compare.h"
#include "report/report.h"
#include "report/correlation.h"
#include "core/base/text.h"

#include <stdio.h>
#include <string.h>

static void json_key_cleans(struct json_out *j, const char *key,
			    const char *const *texts)
{
	json_key(j, key);
	json_array(j);
	for (size_t i = 0; texts != NULL && texts[i] != NULL; i++)
		json_clean(j, texts[i]);
	json_array_end(j);
}

static void json_key_address(struct json_out *j, const char *key,
			     const struct addr *a)
{
	char text[ADDR_TEXT];

	json_key_clean(j, key,
		       a->family == ADDR_NONE ? NULL : addr_text(a, text));
}

static void json_key_time(struct json_out *j, const char *key, int64_t us)
{
	json_key(j, key);
	if (us < 0)
		json_null(j);
	else
		json_ms(j, us);
}

/* A number, or null for 0. */
static void json_key_some(struct json_out *j, const char *key, int64_t value)
{
	json_key(j, key);
	if (value == 0)
		json_null(j);
	else
		json_number(j, value);
}

static void json_key_ids(struct json_out *j, const char *key,
			 const struct results *results, const size_t *items,
			 size_t count)
{
	json_key(j, key);
	json_array(j);
	for (size_t i = 0; i < count; i++)
		json_string(j, results->items[items[i]].id);
	json_array_end(j);
}

/* Run --------------------------------------------------------------------- */

static void json_profile(struct json_out *j, const struct plan_profile *p)
{
	json_object(j);
	json_key_clean(j, "name", p->profile->name);
	json_key_clean(j, "version", p->profile->version);
	json_key_clean(j, "title", p->profile->title);
	json_key_clean(j, "file", p->profile->file);
	json_key_clean(j, "sha256", p->profile->sha256);
	json_key_clean(j, "role", p->role);
	json_key_cleans(j, "scenarios", p->scenarios);
	json_key(j, "variables");
	json_object(j);
	for (size_t i = 0; i < p->variable_count; i++)
		json_key_clean(j, p->variable_names[i], p->variable_values[i]);
	json_object_end(j);
	json_object_end(j);
}

static void json_host(struct json_out *j, const struct facts *host)
{
	const struct fact *addresses = facts_find(host, "addresses");

	json_key(j, "host");
	json_object(j);
	json_key_clean(j, "name", facts_text(host, "name"));
	json_key(j, "addresses");
	json_array(j);
	for (size_t i = 0; addresses != NULL && i < addresses->list_count; i++)
		json_string(j, addresses->list[i]);
	json_array_end(j);
	json_object_end(j);
}

static void json_run(struct json_out *j, const struct report *r)
{
	const struct results *results = r->results;
	char started[CLOCK_TEXT];

	json_key(j, "run");
	json_object(j);
	json_key_clean(j, "id", r->run->id);
	json_key_clean(j, "started",
		       clock_text(results->started_wall_us, started));
	json_key_time(j, "duration_ms", results->duration_us);
	json_key_time(j, "evidence_ms", results->evidence_us);
	json_key_bool(j, "interrupted", results->interrupted);
	json_host(j, &results->host);
	json_key_clean(j, "source", r->run->source);
	json_key_clean(j, "on_behalf_of", r->run->on_behalf_of);
	json_key_cleans(j, "command", r->run->command);
	json_key(j, "proxy");
	if (r->plan->proxy == NULL) {
		json_null(j);
	} else {
		json_object(j);
		json_key_clean(j, "url", r->plan->proxy->url);
		json_key_clean(j, "source", r->plan->proxy->source);
		json_object_end(j);
	}
	json_key(j, "profiles");
	json_array(j);
	for (size_t i = 0; i < r->plan->profile_count; i++)
		json_profile(j, &r->plan->profiles[i]);
	json_array_end(j);
	json_object_end(j);
}

/* Requirements ------------------------------------------------------------ */

/* "80,443" or "80;443" to ["80", "443"]. */
static void json_ports(struct json_out *j, const char *ports)
{
	json_key(j, "ports");
	json_array(j);
	while (ports != NULL && *ports != '\0') {
		size_t length;
		char item[16];

		ports += strspn(ports, " ,;");
		length = strcspn(ports, " ,;");
		if (length > 0 && length < sizeof item) {
			memcpy(item, ports, length);
			item[length] = '\0';
			json_string(j, item);
		}
		ports += length;
	}
	json_array_end(j);
}

static void json_requirement(struct json_out *j, const struct report *r,
			     const struct requirement_report *q)
{
	const struct requirement *p = q->planned->requirement;

	json_object(j);
	json_key_clean(j, "id", q->planned->id);
	json_key_clean(j, "profile",
		       p->profile != NULL ? p->profile->name : NULL);
	json_key_clean(j, "title", p->title);
	json_key_cleans(j, "covers", p->covers);
	json_key_clean(j, "level", level_name(p->level));
	json_key_clean(j, "group", p->group != NULL ? p->group : p->when_group);
	json_key_clean(j, "scenario", p->scenario);
	json_key_clean(j, "from", p->from);
	json_key_clean(j, "to", p->to);
	json_key_clean(j, "transport", p->transport);
	json_ports(j, q->planned->ports_text);
	json_key_clean(j, "check", p->check);
	json_key_clean(j, "proof", proof_name(p->proof));
	json_key_clean(j, "purpose", p->purpose);
	json_key_clean(j, "verdict", verdict_name(q->verdict));
	json_key_clean(j, "why", q->why == WHY_NONE ? NULL : why_name(q->why));
	json_key_clean(j, "reason", q->reason);
	json_key(j, "devices");
	json_array(j);
	for (size_t i = 0; i < q->device_count; i++) {
		json_object(j);
		json_key_clean(j, "name", q->devices[i].name);
		json_key_clean(j, "verdict",
			       verdict_name(q->devices[i].verdict));
		json_object_end(j);
	}
	json_array_end(j);
	json_key_ids(j, "results", r->results, q->results, q->result_count);
	json_object_end(j);
}

static void json_group(struct json_out *j, const struct report *r,
		       const struct group_report *g)
{
	json_object(j);
	json_key_clean(j, "profile",
		       g->profile != NULL ? g->profile->name : NULL);
	json_key_clean(j, "group", g->group);
	json_key_clean(j, "device", g->device);
	json_key_clean(j, "verdict", verdict_name(g->verdict));
	json_key(j, "by");
	json_array(j);
	for (size_t i = 0; i < g->by_count; i++)
		json_string(j, r->requirements[g->by[i]].planned->id);
	json_array_end(j);
	json_object_end(j);
}

static void json_device(struct json_out *j, const struct device_report *d)
{
	json_object(j);
	json_key_clean(j, "name", d->device->name);
	json_key_clean(j, "address", d->device->address);
	json_key_cleans(j, "types", d->device->types);
	json_key_clean(j, "state", device_state_name(d->state));
	json_key_clean(j, "verdict",
		       d->verdict == VERDICT_NONE ? NULL
						  : verdict_name(d->verdict));
	json_object_end(j);
}

/* Results ----------------------------------------------------------------- */

static const char *json_family(const struct addr *a)
{
	switch (a->family) {
	case ADDR_V4:
		return "ipv4";
	case ADDR_V6:
		return "ipv6";
	default:
		return NULL;
	}
}

static void json_target(struct json_out *j, const struct result *r)
{
	json_key(j, "target");
	json_object(j);
	json_key_clean(j, "name", r->spec->host);
	json_key_address(j, "address", &r->addr);
	json_key_clean(j, "family", json_family(&r->addr));
	json_key_clean(j, "transport", transport_name(r->spec->transport));
	json_key_some(j, "port", r->port);
	json_key_bool(j, "via_proxy", r->spec->via_proxy);
	json_key_clean(j, "device", r->spec->device);
	json_object_end(j);
}

static void json_outcome(struct json_out *j, const struct outcome *o,
			 const struct judgement *own)
{
	char code[OUTCOME_CODE], icmp[16];

	snprintf(icmp, sizeof icmp, "%u/%u", (unsigned)o->icmp_type,
		 (unsigned)o->icmp_code);
	json_key(j, "outcome");
	json_object(j);
	json_key_clean(j, "phase", phase_name(own->phase));
	json_key_clean(j, "cause", cause_name(own->cause));
	json_key_clean(j, "code", outcome_code(own->phase, own->cause, code));
	json_key_some(j, "errno", o->sys_errno);
	json_key_clean(j, "icmp", o->has_icmp ? icmp : NULL);
	json_key_address(j, "blocker", &o->blocker);
	json_object_end(j);
}

static void json_timings(struct json_out *j, const struct timings *t)
{
	json_key(j, "timings_ms");
	json_object(j);
	json_key_time(j, "resolve", t->resolve);
	json_key_time(j, "connect", t->connect);
	json_key_time(j, "tls", t->tls);
	json_key_time(j, "reply", t->reply);
	json_key_time(j, "total", t->total);
	json_object_end(j);
}

static void json_result_evidence(struct json_out *j, const struct report *r,
				 size_t index)
{
	size_t count;
	const size_t *list =
	    correlation_evidence_of(r->correlation, index, &count);

	json_key(j, "evidence");
	json_array(j);
	for (size_t i = 0; i < count; i++)
		json_string(j, r->results->evidence[list[i]].id);
	json_array_end(j);
}

static void json_result(struct json_out *j, const struct report *r,
			size_t index)
{
	const struct result *result = &r->results->items[index];
	const struct judgement *own = &r->judgements[index];
	size_t requirement = r->correlation->contexts[index].requirement;
	const struct check *check =
	    result->check != NULL ? result->check : result->spec->check;

	json_object(j);
	json_key_clean(j, "id", result->id);
	json_key_clean(j, "requirement", r->plan->requirements[requirement].id);
	json_key_clean(j, "parent",
		       result->parent == SIZE_MAX
			   ? NULL
			   : r->results->items[result->parent].id);
	json_key_clean(j, "same_as",
		       result->same_as == SIZE_MAX
			   ? NULL
			   : r->results->items[result->same_as].id);
	json_key_clean(j, "check", check != NULL ? check->name : NULL);
	json_key_clean(j, "verdict", verdict_name(own->verdict));
	json_key_clean(j, "why",
		       own->why == WHY_NONE ? NULL : why_name(own->why));
	json_key_clean(j, "reason", own->reason);
	json_key_clean(j, "proof", proof_name(own->proof));
	json_target(j, result);
	json_outcome(j, &result->outcome, own);
	json_key_number(j, "attempts", result->attempts);
	json_timings(j, &result->timings);
	json_key_facts(j, "facts", &result->facts);
	json_result_evidence(j, r, index);
	json_key_clean(j, "finding",
		       own->finding != NULL ? own->finding->id : NULL);
	json_object_end(j);
}

static void json_evidence(struct json_out *j, const struct evidence *e)
{
	char target[ADDR_TEXT];

	json_object(j);
	json_key_clean(j, "id", e->id);
	json_key_clean(j, "kind", evidence_kind_name(e->kind));
	json_key_clean(j, "target",
		       e->addr.family == ADDR_NONE ? NULL
		       : e->port != 0 ? addr_text_port(&e->addr, target)
				      : addr_text(&e->addr, target));
	json_key_facts(j, "observed", &e->observed);
	json_object_end(j);
}

/* Findings ---------------------------------------------------------------- */

static void json_texts(struct json_out *j, const char *key,
		       const char *const *texts, size_t count)
{
	json_key(j, key);
	json_array(j);
	for (size_t i = 0; i < count; i++)
		json_clean(j, texts[i]);
	json_array_end(j);
}

static void json_finding_place(struct json_out *j, const struct finding *f)
{
	json_key(j, "blocker");
	if (f->blocker.family == ADDR_NONE && f->blocker_name == NULL) {
		json_null(j);
	} else {
		json_object(j);
		json_key_address(j, "address", &f->blocker);
		json_key_clean(j, "name", f->blocker_name);
		json_object_end(j);
	}
	json_key(j, "where");
	if (where_name(f->where) == NULL) {
		json_null(j);
	} else {
		json_object(j);
		json_key_clean(j, "at", where_name(f->where));
		json_key_some(j, "hop", f->hop);
		json_key_address(j, "address", &f->hop_address);
		json_object_end(j);
	}
}

static void json_finding(struct json_out *j, const struct report *r,
			 const struct finding *f)
{
	json_object(j);
	json_key_clean(j, "id", f->id);
	json_key_clean(j, "code", f->code);
	json_key_clean(j, "owner", owner_name(f->owner));
	json_key_clean(j, "confidence",
		       f->confirmed ? "confirmed" : "probable");
	json_key_bool(j, "inferred", f->inferred);
	json_key_clean(j, "severity", severity_name(f->severity));
	json_key_clean(j, "title", f->title);
	json_finding_place(j, f);
	json_texts(j, "evidence", f->evidence, f->evidence_count);
	json_key_cleans(j, "evidence_ids", f->evidence_ids);
	json_key_ids(j, "results", r->results, f->results, f->result_count);
	json_key_clean(j, "impact", f->impact);
	json_texts(j, "remedy", f->remedy, f->remedy_count);
	json_key_clean(j, "confirm_by", f->confirm_by);
	json_key_clean(j, "url", f->url);
	json_object_end(j);
}

/* The document ------------------------------------------------------------ */

static void json_lists(struct json_out *j, const struct report *r)
{
	json_key(j, "requirements");
	json_array(j);
	for (size_t i = 0; i < r->requirement_count; i++)
		json_requirement(j, r, &r->requirements[i]);
	json_array_end(j);
	json_key(j, "groups");
	json_array(j);
	for (size_t i = 0; i < r->group_count; i++)
		json_group(j, r, &r->groups[i]);
	json_array_end(j);
	json_key(j, "devices");
	json_array(j);
	for (size_t i = 0; i < r->device_count; i++)
		json_device(j, &r->devices[i]);
	json_array_end(j);
	json_key(j, "results");
	json_array(j);
	for (size_t i = 0; i < r->results->count; i++)
		json_result(j, r, i);
	json_array_end(j);
	json_key(j, "evidence");
	json_array(j);
	for (size_t i = 0; i < r->results->evidence_count; i++)
		json_evidence(j, &r->results->evidence[i]);
	json_array_end(j);
	json_key(j, "findings");
	json_array(j);
	for (size_t i = 0; i < r->finding_count; i++)
		json_finding(j, r, &r->findings[i]);
	json_array_end(j);
}

static void json_counts(struct json_out *j, const struct report_counts *c)
{
	json_key(j, "counts");
	json_object(j);
	json_key_number(j, "required", c->required);
	json_key_number(j, "works", c->works);
	json_key_number(j, "failed", c->failed);
	json_key_number(j, "skipped", c->skipped);
	json_key_number(j, "undecided", c->undecided);
	json_key_number(j, "inbound", c->inbound);
	json_key_number(j, "no-witness", c->no_witness);
	json_key_number(j, "warnings", c->warnings);
	json_object_end(j);
}

static void json_write(const struct report *r, const struct format_options *o,
		       FILE *out)
{
	struct json_out j;

	(void)o;
	json_begin(&j, out);
	json_object(&j);
	json_key_clean(&j, "schema", "preflight.report/1");
	json_key(&j, "tool");
	json_object(&j);
	json_key_clean(&j, "name", "preflight");
	json_key_clean(&j, "version", r->run->version);
	json_object_end(&j);
	json_run(&j, r);
	json_key_clean(&j, "verdict", run_verdict_name(r->verdict));
	json_key_clean(&j, "headline", r->headline);
	json_key(&j, "summary");
	json_object(&j);
	json_key_number(&j, "pass", r->summary[VERDICT_PASS]);
	json_key_number(&j, "warn", r->summary[VERDICT_WARN]);
	json_key_number(&j, "fail", r->summary[VERDICT_FAIL]);
	json_key_number(&j, "skip", r->summary[VERDICT_SKIP]);
	json_key_number(&j, "not-needed", r->summary[VERDICT_NOT_NEEDED]);
	json_key_number(&j, "untested", r->summary[VERDICT_UNTESTED]);
	json_object_end(&j);
	json_counts(&j, &r->counts);
	json_texts(&j, "notes", r->notes, r->note_count);
	json_lists(&j, r);
	json_key(&j, "comparison");
	if (r->comparison == NULL) {
		json_null(&j);
	} else {
		json_object(&j);
		compare_json(&j, r->comparison);
		json_object_end(&j);
	}
	json_object_end(&j);
	json_end(&j);
}

const struct format format_json = {
    .name = "json",
    .ending = ".json",
    .summary = "the whole report, schema preflight.report/1",
    .write = json_write};
