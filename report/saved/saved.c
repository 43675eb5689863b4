/* saved.c - a saved report: the document, its head, its life. */
#include "report/saved/saved_internal.h"

#include "core/base/clock.h"
#include "report/correlation.h"
#include "core/os/files.h"

#include <stdlib.h>
#include <string.h>

static const char schema_prefix[] = "preflight.report/1";

static void saved_read_variables(struct saved *s, struct plan_profile *p,
				 const struct saved_node *n)
{
	struct json_member m = {0};
	const char **names, **values;
	size_t count = 0;

	saved_object(n);
	while (json_next(n->value, &m))
		count++;
	names = arena_calloc(&s->arena, count + 1, sizeof *names);
	values = arena_calloc(&s->arena, count + 1, sizeof *values);
	m = (struct json_member){0};
	for (size_t i = 0; json_next(n->value, &m); i++) {
		struct saved_node value = saved_get(n, m.key);

		names[i] = saved_clean(n->reader, m.key);
		values[i] = saved_text_or_null(&value);
	}
	p->variable_count = count;
	p->variable_names = names;
	p->variable_values = values;
}

static void saved_read_profile(struct saved *s, struct plan_profile *p,
			       const struct saved_node *n)
{
	struct profile *profile = arena_calloc(&s->arena, 1, sizeof *profile);
	struct saved_node name = saved_get(n, "name");
	struct saved_node version = saved_get(n, "version");
	struct saved_node title = saved_get(n, "title");
	struct saved_node file = saved_get(n, "file");
	struct saved_node sha256 = saved_get(n, "sha256");
	struct saved_node role = saved_get(n, "role");
	struct saved_node scenarios = saved_get(n, "scenarios");
	struct saved_node variables = saved_get(n, "variables");
	const char *digest;

	saved_object(n);
	profile->name = saved_text_or_null(&name);
	profile->version = saved_text_or_null(&version);
	/* Reports had no title at first. */
	profile->title = saved_is_there(&title) ? saved_text(&title) : NULL;
	profile->file = saved_text_or_null(&file);
	digest = saved_text_or_null(&sha256);
	if (digest != NULL && strlen(digest) >= sizeof profile->sha256)
		saved_bad(&sha256, "is too long");
	else if (digest != NULL)
		memcpy(profile->sha256, digest, strlen(digest) + 1);
	p->profile = profile;
	p->role = saved_text_or_null(&role);
	p->scenarios = saved_texts(&scenarios, NULL);
	saved_read_variables(s, p, &variables);
}

static void saved_read_profiles(struct saved *s, const struct saved_node *n)
{
	size_t count = saved_list(n);
	struct plan_profile *list =
	    arena_calloc(&s->arena, count + 1, sizeof *list);

	for (size_t i = 0; i < count; i++) {
		struct saved_node item = saved_at(n, i);

		saved_read_profile(s, &list[i], &item);
	}
	s->plan.profile_count = count;
	s->plan.profiles = list;
}

static void saved_read_host(struct saved *s, const struct saved_node *n)
{
	struct saved_node name = saved_get(n, "name");
	struct saved_node list = saved_get(n, "addresses");
	const char *const *addresses;

	saved_object(n);
	facts_string(&s->results.host, "name", saved_text_or_null(&name));
	addresses = saved_texts(&list, NULL);
	for (; *addresses != NULL; addresses++)
		facts_append(&s->results.host, "addresses", *addresses);
}

static void saved_read_proxy(struct saved *s, const struct saved_node *n)
{
	struct saved_node url = saved_get(n, "url");
	struct saved_node source = saved_get(n, "source");

	if (json_kind(n->value) == JSON_IS_NULL)
		return;
	saved_object(n);
	/* Borrowed of the arena; nothing frees it. */
	s->proxy.url = (char *)(uintptr_t)saved_text_or_null(&url);
	s->proxy.source = saved_text_or_null(&source);
	s->plan.proxy = &s->proxy;
}

static void saved_read_run(struct saved *s, const struct saved_node *n)
{
	struct saved_node id = saved_get(n, "id");
	struct saved_node started = saved_get(n, "started");
	struct saved_node duration = saved_get(n, "duration_ms");
	struct saved_node evidence = saved_get(n, "evidence_ms");
	struct saved_node interrupted = saved_get(n, "interrupted");
	struct saved_node host = saved_get(n, "host");
	struct saved_node source = saved_get(n, "source");
	struct saved_node other = saved_get(n, "on_behalf_of");
	struct saved_node command = saved_get(n, "command");
	struct saved_node proxy = saved_get(n, "proxy");
	struct saved_node profiles = saved_get(n, "profiles");
	const char *when;

	saved_object(n);
	s->run.id = saved_text_or_null(&id);
	when = saved_text(&started);
	if (!clock_parse(when, &s->results.started_wall_us))
		saved_bad(&started,
			  "'%s' is no time like "
			  "2026-11-21T03:20:00Z",
			  when);
	s->results.duration_us = saved_time(&duration);
	if (saved_is_there(&evidence)) /* not in the first reports */
		s->results.evidence_us = saved_time(&evidence);
	s->results.interrupted = saved_bool(&interrupted);
	saved_read_host(s, &host);
	s->run.source = saved_text_or_null(&source);
	s->run.on_behalf_of = saved_text_or_null(&other);
	/* Reports had none at first. */
	if (saved_is_there(&command))
		s->run.command = saved_texts(&command, NULL);
	saved_read_proxy(s, &proxy);
	saved_read_profiles(s, &profiles);
}

static unsigned saved_count(const struct saved_node *n, const char *key)
{
	struct saved_node value = saved_get(n, key);

	return (unsigned)saved_number(&value, 0, 1000000000);
}

/* Reports had no counts at first: nearly the same from the requirements. */
static void saved_guess_counts(struct saved *s)
{
	struct report_counts *c = &s->report.counts;

	for (size_t i = 0; i < s->report.requirement_count; i++) {
		const struct requirement_report *q = &s->report.requirements[i];
		enum level level = q->planned->requirement->level;
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

static void saved_read_counts(struct saved *s, const struct saved_node *n)
{
	if (n->reader->failed)
		return; /* the requirements may be half read */
	if (json_kind(n->value) == JSON_IS_ABSENT) {
		saved_guess_counts(s);
		return;
	}
	saved_object(n);
	s->report.counts =
	    (struct report_counts){.required = saved_count(n, "required"),
				   .works = saved_count(n, "works"),
				   .failed = saved_count(n, "failed"),
				   .skipped = saved_count(n, "skipped"),
				   .undecided = saved_count(n, "undecided"),
				   .inbound = saved_count(n, "inbound"),
				   .no_witness = saved_count(n, "no-witness"),
				   .warnings = saved_count(n, "warnings")};
}

static const char *saved_verdict_of_run(int verdict)
{
	return run_verdict_name((enum run_verdict)verdict);
}

static void saved_read_summary(struct saved *s, const struct saved_node *n)
{
	saved_object(n);
	for (int v = VERDICT_PASS; v < VERDICT_COUNT; v++)
		s->report.summary[v] =
		    saved_count(n, verdict_name((enum verdict)v));
}

static void saved_read_document(struct saved *s, const struct saved_node *root)
{
	struct saved_node tool = saved_get(root, "tool");
	struct saved_node version = saved_get(&tool, "version");
	struct saved_node run = saved_get(root, "run");
	struct saved_node verdict = saved_get(root, "verdict");
	struct saved_node headline = saved_get(root, "headline");
	struct saved_node summary = saved_get(root, "summary");
	struct saved_node counts = saved_get(root, "counts");
	struct saved_node notes = saved_get(root, "notes");
	struct saved_node requirements = saved_get(root, "requirements");
	struct saved_node groups = saved_get(root, "groups");
	struct saved_node devices = saved_get(root, "devices");
	struct saved_node results = saved_get(root, "results");
	struct saved_node evidence = saved_get(root, "evidence");
	struct saved_node findings = saved_get(root, "findings");
	struct saved_node comparison = saved_get(root, "comparison");

	saved_object(&tool);
	s->run.version = saved_text(&version);
	saved_read_run(s, &run);
	s->report.verdict = (enum run_verdict)saved_word(
	    &verdict, saved_verdict_of_run, RUN_READY, RUN_NOT_READY + 1);
	s->report.headline = saved_text(&headline);
	saved_read_summary(s, &summary);
	s->report.notes = saved_texts(&notes, &s->report.note_count);
	saved_read_devices(s, &devices);
	saved_read_requirements(s, &requirements);
	saved_read_evidence(s, &evidence);
	saved_read_results(s, &results);
	saved_link_requirements(s, &requirements);
	saved_read_groups(s, &groups);
	saved_read_findings(s, &findings);
	saved_link_results(s, &results);
	saved_read_counts(s, &counts);
	saved_read_comparison(s, &comparison);
}

/* Is it a report, and of this version? */
static int saved_check_schema(const struct saved_node *root)
{
	struct saved_node schema = saved_get(root, "schema");
	struct saved_reader *r = root->reader;
	const char *name = json_text(schema.value);

	if (name != NULL && strcmp(name, schema_prefix) == 0)
		return 0;
	r->failed = true;
	if (name == NULL) {
		error_at(r->err, r->file, 0, 0,
			 "is no report of preflight: it has no 'schema'");
	} else if (strncmp(name, "preflight.error/", 16) == 0) {
		error_at(r->err, r->file, 0, 0,
			 "holds the errors of a run that did not start, "
			 "no report");
		return -1;
	} else {
		error_at(r->err, r->file, 0, 0, "is of schema '%s', not %s",
			 name, schema_prefix);
	}
	error_suggest(r->err, "make one: preflight run PROFILE -o report.json");
	return -1;
}

struct saved *saved_load(const char *path, struct error *err)
{
	FILE *in = os_file_stream(path, err);
	struct json_doc *doc = in != NULL ? json_load(path, in, err) : NULL;
	struct saved *s;
	struct saved_reader reader = {.file = path, .err = err};
	struct saved_node root = {.reader = &reader};

	if (in != NULL)
		fclose(in);
	if (doc == NULL)
		return NULL;
	s = mem_calloc(1, sizeof *s);
	reader.arena = &s->arena;
	root.value = json_root(doc);
	s->report.plan = &s->plan;
	s->report.results = &s->results;
	s->report.run = &s->run;
	if (saved_check_schema(&root) == 0)
		saved_read_document(s, &root);
	json_free(doc);
	if (reader.failed) {
		saved_free(s);
		return NULL;
	}
	s->report.correlation = correlation_new(&s->plan, &s->results);
	return s;
}

const struct report *saved_report(const struct saved *s)
{
	return &s->report;
}

void saved_free(struct saved *s)
{
	if (s == NULL)
		return;
	correlation_free(s->report.correlation);
	arena_free(&s->report.arena);
	for (size_t i = 0; i < s->results.count; i++)
		facts_free(&s->results.items[i].facts);
	for (size_t i = 0; i < s->results.evidence_count; i++)
		facts_free(&s->results.evidence[i].observed);
	facts_free(&s->results.host);
	map_free(&s->by_requirement);
	map_free(&s->by_result);
	map_free(&s->by_evidence);
	map_free(&s->by_finding);
	map_free(&s->by_device);
	arena_free(&s->arena);
	free(s);
}
