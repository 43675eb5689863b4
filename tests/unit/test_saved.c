/*
 * test_saved.c - a report read back from its JSON is the same report; a file
 * that is none is one clear error, whatever it holds.
 */
#include "tests/unit/story.h"

#include "core/base/clock.h"
#include "core/base/json.h"
#include "report/saved/saved.h"
#include "core/base/text.h"

#include <glob.h>
#include <unistd.h>

/* Of this process alone. */
static char path[64];

static void put(const char *bytes, size_t length)
{
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	assert_int_equal(fwrite(bytes, 1, length, out), length);
	assert_int_equal(fclose(out), 0);
}

static struct report *load(const char *text, struct error *err)
{
	struct report *s;

	put(text, strlen(text));
	*err = (struct error){0};
	s = saved_load(path, err);
	assert_true((s == NULL) == (err->text[0] != '\0'));
	if (s == NULL)
		assert_string_equal(err->file, path);
	unlink(path);
	return s;
}

/* Inlined, gcc 12 takes its text for a dangling one. */
__attribute__((noinline)) static char *render(const struct report *r,
					      const char *format,
					      const struct format_options *o)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	format_find(format)->write(r, o, out);
	fclose(out);
	return text;
}

/* Everything that a report may hold, and every format of it. */
static void tell(void)
{
	size_t device = site_device(&site, "switch", "10.2.1.10", "snmp");
	static const char *const words[] = {"run", "auvik-collector", "--set",
					    "x=it's a \"b\"", NULL};
	static const char *const names[] = {"tenant", "empty", NULL};
	static const char *const values[] = {"acme", NULL, NULL};
	struct requirement *q;
	struct result *r;

	site.plan_profile.variable_count = 2;
	site.plan_profile.variable_names = names;
	site.plan_profile.variable_values = values;
	site.proxy = (struct proxy_settings){.url = site.proxy_url,
					     .source = "command line"};
	snprintf(site.proxy_url, sizeof site.proxy_url, "http://10.0.0.8:3128");
	site.plan.proxy = &site.proxy;
	site.run.on_behalf_of = "10.0.0.9";
	site.run.command = words;
	r = site_icmp(site_https(&site, "a.example", "203.0.113.1",
				 PHASE_CONNECT, CAUSE_PROHIBITED),
		      3, 13, "10.0.0.1");
	r->outcome.sys_errno = 113;
	r->timings = (struct timings){1, 22, 333, 4444, 55555555};
	facts_number(&r->facts, "number", -1);
	facts_ms(&r->facts, "half", -1500);
	facts_bool(&r->facts, "bool", true);
	facts_append(&r->facts, "list", "x");
	facts_append(&r->facts, "list", "\xc3\xa9\\\"\n");
	site_https(&site, "b.example", "2001:db8::1", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	facts_number(&site_evidence(&site, EVIDENCE_HOP_WALK)->observed,
		     "last-hop", 1);
	site_evidence(&site, EVIDENCE_ROUTE)->port = 0;
	site_https(&site, "b.example", "2001:db8::1", PHASE_CONNECT,
		   CAUSE_TIMEOUT)
	    ->same_as = 1;
	site_https(&site, "c.example", NULL, PHASE_RESOLVE, CAUSE_NXDOMAIN);
	site.specs[3].via_proxy = true;
	q = site_need(&site, "lan.ntp", "ntp", "AUV-21");
	q->level = LEVEL_ALTERNATIVE;
	q->group = "time";
	q->to_kind = TO_DEVICE;
	q->purpose = "x\033[2J";
	site.planned[4].ports_text = "22,80-90";
	site_device_target(&site, device, TRANSPORT_UDP, 123);
	r = site_ok(&site, "10.2.1.10");
	facts_ms(&r->facts, "offset", 2000); /* whole, and yet a time */
	r = site_ok(&site, "10.2.1.10");
	r->parent = site.results.count - 2;
	r->id = "lan.ntp/switch:tcp/49152";
	r->port = 49152;
	r->addr.port = 49152;
	q = site_need(&site, "later", "https", "AUV-30");
	q->level = LEVEL_RECOMMENDED;
	q->when_group = "time";
	site_need(&site, "local", "bind", "AUV-25")->transport = "local";
	site_target(&site, NULL, TRANSPORT_LOCAL, 0);
	site_result(&site, NULL, PHASE_LOCAL, CAUSE_LOCAL)->why = WHY_LOCAL;
	site_report(&site);
}

/* The most demanding format in the most demanding way. */
static void same_in_every_format(const struct report *live)
{
	static const struct format_options options[] = {
	    {.utf8 = true, .verbose = true, .width = 100}, {.quiet = true}};
	char *json = render(live, "json", &options[0]);
	struct error err;
	struct report *s = load(json, &err);

	assert_string_equal(err.text, "");
	for (size_t i = 0; format_registry[i] != NULL; i++) {
		for (size_t k = 0; k < 2; k++) {
			const char *name = format_registry[i]->name;
			char *was = render(live, name, &options[k]);
			char *is = render(s, name, &options[k]);

			assert_string_equal(is, was);
			free(was);
			free(is);
		}
	}
	report_free(s);
	free(json);
}

static void round_trip(void **state)
{
	(void)state;
	tell();
	same_in_every_format(site.report);
}

static void round_trip_healthy(void **state)
{
	(void)state;
	site_https(&site, "a.example", "203.0.113.1", PHASE_REPLY, CAUSE_OK);
	same_in_every_format(site_report(&site));
}

static void round_trip_interrupted(void **state)
{
	(void)state;
	tell();
	site.results.interrupted = true;
	site.results.interrupt_signal = 15;
	same_in_every_format(site_report(&site));
}

/* The golden reports, those of version 0.1.0 among them, come out byte by byte
 * as they went in. */
static void round_trip_golden(void **state)
{
	const struct format_options o = {.utf8 = true};
	glob_t files;

	(void)state;
	assert_int_equal(glob("tests/golden/*.json", 0, NULL, &files), 0);
	assert_true(files.gl_pathc >= 5);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		FILE *in = fopen(files.gl_pathv[i], "r");
		char *wanted = NULL, *text;
		size_t size = 0;
		struct error err;
		struct report *r;

		assert_non_null(in);
		assert_true(getdelim(&wanted, &size, '\0', in) > 0);
		fclose(in);
		r = saved_load(files.gl_pathv[i], &err);
		assert_non_null(r);
		text = render(r, "json", &o);
		assert_string_equal(text, wanted);
		free(text);
		free(wanted);
		report_free(r);
	}
	globfree(&files);
}

/* Leaves out every line that holds one of the words. */
static char *without(const char *json, const char *const *words)
{
	char *left = mem_calloc(strlen(json) + 1, 1), *to = left;

	while (*json != '\0') {
		size_t length = strcspn(json, "\n") + 1;
		bool drop = false;

		for (size_t i = 0; words[i] != NULL; i++) {
			const char *at = strstr(json, words[i]);

			drop |= at != NULL && at < json + length;
		}
		if (!drop) {
			memcpy(to, json, length);
			to += length;
		}
		json += length;
	}
	return left;
}

/* What old reports lack stays absent: nothing is made up. */
static void round_trip_old(void **state)
{
	static const char *const new_fields[] = {
	    "\"evidence_ms\"", "\"title\": \"Auvik", "\"same_as\"",
	    "\"via_proxy\"",   "\"error\"",          NULL};
	const struct format_options o = {.utf8 = true};
	char *json, *old, *text;
	struct error err;
	struct report *r;

	(void)state;
	tell();
	json = render(site.report, "json", &o);
	old = without(json, new_fields);
	assert_true(strlen(old) < strlen(json));
	r = load(old, &err);
	assert_string_equal(err.text, "");
	text = render(r, "json", &o);
	assert_string_equal(text, old);
	report_free(r);
	free(text);
	free(old);
	free(json);
}

/* Judged again from the same results, a report is the same, byte by byte. */
static void judged_twice(void **state)
{
	const struct format_options o = {.utf8 = true};
	char *once, *twice;

	(void)state;
	tell();
	once = render(site.report, "json", &o);
	twice = render(site_report(&site), "json", &o);
	assert_string_equal(once, twice);
	free(once);
	free(twice);
}

/* The document stands alone: what it was made of may change, or go. */
static void stands_alone(void **state)
{
	const struct format_options o = {.utf8 = true};
	struct report *r;
	char *once, *again;

	(void)state;
	tell();
	r = report_build(&site.plan, &site.results, &site.run);
	once = render(r, "json", &o);
	for (size_t i = 0; i < site.results.count; i++)
		facts_free(&site.results.items[i].facts);
	memset(site.results.items, 0,
	       site.results.count * sizeof *site.results.items);
	memset(site.specs, 0, sizeof *site.specs * site.plan.spec_count);
	memset(site.requirements, 0, sizeof site.requirements);
	memset(site.planned, 0, sizeof site.planned);
	memset(&site.profile, 0, sizeof site.profile);
	memset(&site.run, 0, sizeof site.run);
	again = render(r, "json", &o);
	assert_string_equal(once, again);
	free(once);
	free(again);
	report_free(r);
}

/* What a saved report is made of, for those who ask it. */
static void parts(void **state)
{
	struct error err;
	struct report *r;
	char *json;

	(void)state;
	tell();
	json = render(site.report, "json", &(struct format_options){0});
	r = load(json, &err);
	assert_int_equal(r->result_count, site.results.count);
	for (size_t i = 0; i < r->result_count; i++) {
		const struct report_result *is = &r->results[i];
		const struct spec *was = site.results.items[i].spec;

		assert_int_equal(report_path_of(r, is)->transport,
				 was->transport);
		assert_int_equal(report_path_of(r, is)->via_proxy,
				 was->via_proxy);
		assert_string_equal(r->requirements[is->requirement].id,
				    was->requirement->id);
	}
	assert_int_equal(r->results[5].parent, 4);
	assert_int_equal(r->results[0].parent, REPORT_NONE);
	assert_string_equal(report_path_of(r, &r->results[4])->device,
			    "switch");
	assert_int_equal(r->requirements[4].devices[0].device, 0);
	assert_int_equal(r->requirements[4].ports.count, 2);
	assert_int_equal(r->requirements[4].ports.ranges[1].last, 90);
	assert_string_equal(r->requirements[5].group, "time");
	assert_string_equal(report_finding_of(r, &r->results[0])->code,
			    "firewall-prohibits");
	assert_int_equal(r->counts.required, site.report->counts.required);
	report_free(r);
	free(json);
}

/* Reports without counts give those of the requirements. */
static void counts_of_old(void **state)
{
	const struct report_counts *is, *was;
	struct error err;
	struct report *s;
	char *json;

	(void)state;
	tell();
	json = render(site.report, "json", &(struct format_options){0});
	memcpy(strstr(json, "\"counts\""), "\"others\"", 8);
	s = load(json, &err);
	is = &s->counts;
	was = &site.report->counts;
	assert_true(was->failed > 0 && was->undecided > 0 && was->works > 0);
	assert_int_equal(is->required, was->required);
	assert_int_equal(is->works, was->works);
	assert_int_equal(is->failed, was->failed);
	assert_int_equal(is->skipped, was->skipped);
	assert_int_equal(is->undecided, was->undecided);
	assert_int_equal(is->warnings, was->warnings);
	report_free(s);
	free(json);
}

/* Bad files --------------------------------------------------------------- */

static void refuse(const char *text, const char *message)
{
	struct error err;

	assert_null(load(text, &err));
	assert_string_equal(err.text, message);
}

static void other_documents(void **state)
{
	(void)state;
	refuse("[]", "is not a report of preflight: it has no 'schema'");
	refuse("{\"schema\": 1}",
	       "is not a report of preflight: it has no 'schema'");
	refuse("{\"schema\": \"preflight.report/2\"}",
	       "is of schema 'preflight.report/2', not preflight.report/1");
	refuse("{\"schema\": \"preflight.error/1\", \"exit\": 2}",
	       "holds the errors of a run that did not start, not a report");
	refuse("{\"schema\": \"preflight.report/1\"}", "tool: is missing");
	refuse("{\"schema\": \"preflight.report/1\", \"tool\": "
	       "{\"name\": \"preflight\", \"version\": null}}",
	       "tool.version: must be text");
	refuse("{\"schema\": \"preflight.report/1\", \"tool\": "
	       "{\"name\": \"x\", \"version\": \"1\"}}",
	       "tool.name: must be 'preflight'");
}

/* Found by fuzzing: an early mistake leaves requirements unread, and counts
 * were guessed from them all the same. */
static void broken_without_counts(void **state)
{
	struct error err;
	char *json, *place;

	(void)state;
	tell();
	json = render(site.report, "json", &(struct format_options){0});
	memcpy(strstr(json, "\"counts\""), "\"others\"", 8);
	place = strstr(json, "\"started\"");
	memcpy(place, "\"stopped\"", 9);
	assert_null(load(json, &err));
	assert_string_equal(err.text, "run.started: is missing");
	free(json);
}

/* One place of a healthy document replaced by other text. */
static void refuse_edit(const char *old, const char *with, const char *message)
{
	char *json, *at, *edited;
	struct error err;
	struct report *s;

	json = render(site.report, "json", &(struct format_options){0});
	at = strstr(json, old);
	if (at == NULL)
		fail_msg("nothing like %s", old);
	*at = '\0';
	edited = mem_printf("%s%s%s", json, with, at + strlen(old));
	s = load(edited, &err);
	assert_string_equal(err.text, message);
	report_free(s);
	free(edited);
	free(json);
}

static void fields(void **state)
{
	(void)state;
	tell();
	refuse_edit("\"verdict\": \"not-ready\"", "\"verdict\": \"bad\"",
		    "verdict: 'bad' is not one of ready, ready-with-warnings, "
		    "undecided, not-ready");
	refuse_edit("\"verdict\": \"not-ready\"", "\"verdict\": 7",
		    "verdict: must be text");
	refuse_edit("\"2026-11-21T", "\"yesterday",
		    "run.started: 'yesterday03:20:00Z' is not a time like "
		    "2026-11-21T03:20:00Z");
	refuse_edit("\"port\": 443,", "\"port\": 65536,",
		    "results[0].target.port: 65536 is not from 1 to 65535");
	refuse_edit("\"address\": \"203.0.113.1\"", "\"address\": \"x\"",
		    "results[0].target.address: 'x' is not an address");
	refuse_edit("\"icmp\": \"3/13\"", "\"icmp\": \"3/256\"",
		    "results[0].outcome.icmp: '3/256' is not a type and code "
		    "like 3/13");
	refuse_edit("\"requirement\": \"https.0\"", "\"requirement\": \"x\"",
		    "results[0].requirement: 'x' is not in this report");
	refuse_edit(
	    "\"number\": -1", "\"number\": {}",
	    "results[0].facts.number: must be text, a number, a list, true "
	    "or false");
	refuse_edit("\"total\": 55555.555", "\"total\": -1",
		    "results[0].timings_ms.total: is not a time in "
		    "milliseconds");
	refuse_edit("\"findings\": [", "\"more\": [],\n  \"findings\": [", "");
	refuse_edit("\"counts\": {", "\"newer\": {", "");
	refuse_edit("\"id\": \"https.1\"", "\"id\": \"https.0\"",
		    "requirements[1].id: 'https.0' is there twice");
	refuse_edit("\"profile\": \"auvik-collector\"", "\"profile\": \"x\"",
		    "requirements[0].profile: 'x' is not among run.profiles");
}

/* A wrong type anywhere is named by its path. */
static void wrong_types(void **state)
{
	(void)state;
	tell();
	refuse_edit("\"port\": 443,", "\"port\": \"443\",",
		    "results[0].target.port: must be a whole number");
	refuse_edit("\"family\": \"ipv4\"", "\"family\": 4",
		    "results[0].target.family: must be text");
	refuse_edit("\"via_proxy\": false", "\"via_proxy\": 0",
		    "results[0].target.via_proxy: must be true or false");
	refuse_edit("\"code\": \"CONNECT-PROHIBITED\"", "\"code\": []",
		    "results[0].outcome.code: must be text");
	refuse_edit("\"error\": null", "\"error\": 113",
		    "results[0].outcome.error: must be text");
	refuse_edit("\"total\": 55555.555", "\"total\": \"1\"",
		    "results[0].timings_ms.total: must be a number");
	refuse_edit("\"ports\": [\n        \"443\"",
		    "\"ports\": [\n        443",
		    "requirements[0].ports[0]: must be text");
	refuse_edit("\"80-90\"", "\"90-80\"",
		    "requirements[4].ports[1]: '90-80' is not a port or a "
		    "range");
	refuse_edit("\"cannot\": []", "\"cannot\": null",
		    "platform.cannot: must be a list");
	refuse_edit("\"scenarios\": [\n          \"core\"",
		    "\"scenarios\": [\n          {}",
		    "run.profiles[0].scenarios[0]: must be text");
	refuse_edit("\"tenant\": \"acme\"", "\"tenant\": 7",
		    "run.profiles[0].variables.tenant: must be text");
	refuse_edit("\"blocker\": {", "\"blocker\": 7, \"x\": {",
		    "findings[1].blocker: must be an object");
}

/* A report that was cut short is an error at every byte; none crashes. */
static void truncated(void **state)
{
	char *json;
	size_t length;

	(void)state;
	site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
		   CAUSE_REFUSED);
	site_report(&site);
	json = render(site.report, "json", &(struct format_options){0});
	length = strlen(json);
	while (json[length - 1] == '\n')
		length--;
	while (length-- > 0) {
		struct error err = {0};

		put(json, length);
		assert_null(saved_load(path, &err));
		assert_memory_equal(err.text, "not JSON: ", 10);
	}
	unlink(path);
	free(json);
}

/* Each value in turn becomes something else: an error that names a field, or
 * a report that every format can write. */
static void other_values(void **state)
{
	static const char *const values[] = {
	    "null", "true",    "-1",   "1.5",        "99999999999999999",
	    "\"\"", "\"x/y\"", "[{}]", "{\"a\": []}"};
	const struct format_options o = {.verbose = true};
	char *json;
	size_t tried = 0, taken = 0;

	(void)state;
	tell();
	json = render(site.report, "json", &(struct format_options){0});
	for (char *at = strstr(json, ": "); at != NULL;
	     at = strstr(at + 1, ": ")) {
		size_t length = strcspn(at + 2, ",\n");

		if (at[-1] != '"' || at[2] == '{' ||
		    (at[2] == '[' && at[3] != ']'))
			continue;
		for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
			char *edited =
			    mem_printf("%.*s%s%s", (int)(at + 2 - json), json,
				       values[i], at + 2 + length);
			struct error err;
			struct report *s = load(edited, &err);

			tried++;
			taken += s != NULL;
			for (size_t k = 0; s != NULL && format_registry[k]; k++)
				free(render(s, format_registry[k]->name, &o));
			report_free(s);
			free(edited);
		}
	}
	assert_in_range(tried, 1000, 100000);
	assert_in_range(taken, 100, tried / 2);
	free(json);
}

/* Texts of the file are cleaned, and have a maximum. */
static void hostile_texts(void **state)
{
	const struct format_options o = {.utf8 = true};
	struct error err;
	struct report *s;
	char *json, *at, *edited, *line, *huge;

	(void)state;
	site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
		   CAUSE_REFUSED);
	site_report(&site);
	json = render(site.report, "json", &(struct format_options){0});
	huge = mem_calloc(300001, 1);
	memset(huge, 'x', 300000);
	at = strstr(json, "\"headline\": \"");
	assert_non_null(at);
	edited = mem_printf("%.*s\"headline\": \"a\\u001b]0;x\\u0007\\u202e\\n"
			    "FAKE %s\",\n  \"was\": \"%s",
			    (int)(at - json), json, huge, at + 13);
	s = load(edited, &err);
	assert_string_equal(err.text, "");
	assert_false(text_has_controls(s->headline));
	assert_in_range(strlen(s->headline), 8000, SAVED_TEXT_MAX);
	line = render(s, "line", &o);
	assert_int_equal(strcspn(line, "\n"), strlen(line) - 1);
	free(line);
	report_free(s);
	free(huge);
	free(edited);
	free(json);
}

/* Too deep, too many, not UTF-8, a NUL: refused by the reader of JSON. */
static void hostile_files(void **state)
{
	static const char wide[] =
	    "{\"schema\": \"preflight.report/1\", \"x\": [";
	enum { MANY = 9000000 };
	char *many = mem_calloc(MANY * 2 + sizeof wide, 1);
	struct error err;
	size_t n = sizeof wide - 1;

	(void)state;
	memcpy(many, wide, n);
	for (size_t i = 0; i < MANY; i++) {
		many[n++] = '1';
		many[n++] = ',';
	}
	put(many, n);
	assert_null(saved_load(path, &err));
	assert_string_equal(err.text, "more than 8388608 values");
	memset(many, '[', MANY);
	put(many, MANY);
	assert_null(saved_load(path, &err));
	assert_non_null(strstr(err.text, "depth"));
	free(many);
	put("{\"schema\": \"preflight\0\"}", 25);
	assert_null(saved_load(path, &err));
	put("{\"schema\": \"\xff\"}", 15);
	assert_null(saved_load(path, &err));
	put("{\"schema\": \"\\u0000\"}", 20);
	assert_null(saved_load(path, &err));
	unlink(path);
	assert_null(saved_load(path, &err));
	assert_memory_equal(err.text, "cannot open", 11);
}

static void times(void **state)
{
	char text[CLOCK_TEXT];
	int64_t us = 7;

	(void)state;
	assert_true(clock_parse("2026-11-21T03:20:00Z", &us));
	assert_string_equal(clock_text(us, text), "2026-11-21T03:20:00Z");
	assert_false(clock_parse("2026-11-21T03:20:00", &us));
	assert_false(clock_parse("2026-11-21 03:20:00Z", &us));
	assert_false(clock_parse("2026-13-21T03:20:00Z", &us));
	assert_false(clock_parse("2026-11-21T03:20:0xZ", &us));
	assert_false(clock_parse("", &us));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    story(round_trip),
	    story(round_trip_healthy),
	    story(round_trip_interrupted),
	    story(round_trip_golden),
	    story(round_trip_old),
	    story(judged_twice),
	    story(stands_alone),
	    story(parts),
	    story(counts_of_old),
	    story(other_documents),
	    story(broken_without_counts),
	    story(fields),
	    story(wrong_types),
	    story(truncated),
	    story(other_values),
	    story(hostile_texts),
	    story(hostile_files),
	    story(times),
	};

	snprintf(path, sizeof path, "/tmp/test_saved.%ld.json", (long)getpid());
	return cmocka_run_group_tests(tests, NULL, NULL);
}
