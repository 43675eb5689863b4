/*
 * test_saved_bad.c - a file that is not a report is one clear error, whatever
 * it holds, and names the field.
 */
#include "tests/unit/saved_story.h"

#include "core/base/clock.h"
#include "core/base/text.h"

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
	refuse("{\"schema\": 1}", "schema: must be text");
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

/* A file that is not a report is that, whatever else is wrong with it and
 * wherever its schema stands; a report is read no further than to its mistake.
 */
static void schema_anywhere(void **state)
{
	(void)state;
	refuse("{\"tool\": [[1]], \"run\": {}, \"schema\": \"x/1\"}",
	       "is of schema 'x/1', not preflight.report/1");
	refuse("{\"run\": [{\"a\": 1}], \"x\": {}}",
	       "is not a report of preflight: it has no 'schema'");
	refuse("{\"run\": {}, \"schema\": null}", "schema: must be text");
	refuse("{\"x\": 1, \"tool\": [[1], 2], \"y\": [], \"schema\": "
	       "\"preflight.report/1\"}",
	       "tool: must be an object");
	refuse("{\"run\": 7, \"x\": [}", "not JSON: a value expected near '}'");
	refuse("{\"run\": 7} x", "not JSON: end of file expected near 'x'");
	refuse("{\"schema\": \"x/1\", \"x\": [}",
	       "is of schema 'x/1', not preflight.report/1");
	refuse("{\"schema\": \"preflight.report/1\", \"tool\": 7, \"x\": [}",
	       "tool: must be an object");
	refuse("[{\"schema\": \"preflight.report/1\"}]",
	       "is not a report of preflight: it has no 'schema'");
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
	refuse_edit("\"evidence\": [\n        \"e1\"",
		    "\"evidence\": [\n        \"e1\", \"e77\"",
		    "results[1].evidence[1]: 'e77' is not in this report");
	refuse_edit("\"half\": -1.5", "\"half\": 1e13",
		    "results[0].facts.half: is not a time in milliseconds");
	refuse_edit("\"offset\": 2", "\"offset\": 99999999999999",
		    "results[4].facts.offset: is not a time in milliseconds");
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
	/* The list itself is named, not who refers to it. */
	refuse_edit("\"findings\": [", "\"findings\": 7, \"lost\": [",
		    "findings: must be a list");
	refuse_edit("\"findings\": [", "\"lost\": [", "findings: is missing");
	refuse_edit("\"id\": \"f1\"", "\"id\": 7",
		    "findings[0].id: must be text");
	refuse_edit("\"id\": \"e1\"", "\"id\": {}",
		    "evidence[0].id: must be text");
	refuse_edit("\"finding\": \"f1\"", "\"finding\": \"f9\"",
		    "results[0].finding: 'f9' is not in this report");
	refuse_edit("\"counts\": {", "\"newer\": {", "");
	refuse_edit("\"id\": \"https.1\"", "\"id\": \"https.0\"",
		    "requirements[1].id: 'https.0' is there twice");
	refuse_edit("\"profile\": \"auvik-collector\"", "\"profile\": \"x\"",
		    "requirements[0].profile: 'x' is not among run.profiles");
}

/* A key that is there twice has no meaning; where nothing reads it, it does not
 * matter. */
static void twice(void **state)
{
	(void)state;
	tell();
	refuse_edit("\"verdict\": \"not-ready\"",
		    "\"verdict\": \"ready\", \"verdict\": \"not-ready\"",
		    "not JSON: duplicate object key near '\"verdict\"'");
	refuse_edit("\"schema\":",
		    "\"schema\": \"preflight.report/1\", "
		    "\"schema\":",
		    "not JSON: duplicate object key near '\"schema\"'");
	refuse_edit("\"number\": -1", "\"number\": 1, \"number\": -1",
		    "not JSON: duplicate object key near '\"number\"'");
	refuse_edit("\"tenant\": \"acme\"",
		    "\"tenant\": null, \"tenant\": \"acme\"",
		    "not JSON: duplicate object key near '\"tenant\"'");
	refuse_edit("\"verdict\": \"not-ready\"",
		    "\"later\": 1, \"later\": 2, \"verdict\": "
		    "\"not-ready\"",
		    "");
}

#define CONTRADICTS "contradicts itself: "

/* A report that was changed by hand, or put together, is not believed. */
static void contradictions(void **state)
{
	(void)state;
	tell();
	refuse_edit("\"verdict\": \"not-ready\"", "\"verdict\": \"ready\"",
		    CONTRADICTS "its verdict is 'ready', but of 6 required "
				"requirements 1 passed, 4 failed");
	refuse_edit("\"headline\": \"NOT READY: ", "\"headline\": \"READY: ",
		    CONTRADICTS "its verdict is 'not-ready', but its headline "
				"does not begin with 'NOT READY:'");
	refuse_edit("\"failed\": 3", "\"failed\": 0",
		    CONTRADICTS "counts.failed is 0, but its requirements "
				"give 3");
	refuse_edit("\"fail\": 3", "\"fail\": 2",
		    CONTRADICTS "summary.fail is 2, but its requirements "
				"give 3");
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
	refuse_edit("\"error\": \"EHOSTUNREACH\"", "\"error\": 113",
		    "results[0].outcome.error: must be text");
	refuse_edit("\"total\": 55555.555", "\"total\": \"1\"",
		    "results[0].timings_ms.total: must be a number");
	refuse_edit("\"ports\": [\n        \"443\"",
		    "\"ports\": [\n        443",
		    "requirements[0].ports[0]: must be text");
	refuse_edit("\"80-90\"", "\"90-80\"",
		    "requirements[4].ports[1]: '90-80' is not a port or a "
		    "range");
	refuse_edit("\"cannot\": [", "\"cannot\": 7, \"x\": [",
		    "platform.cannot: must be a list");
	refuse_edit("\"scenarios\": [\n          \"core\"",
		    "\"scenarios\": [\n          {}",
		    "run.profiles[0].scenarios[0]: must be text");
	refuse_edit("\"tenant\": \"acme\"", "\"tenant\": 7",
		    "run.profiles[0].variables.tenant: must be text");
	refuse_edit("\"blocker\": {", "\"blocker\": 7, \"x\": {",
		    "findings[0].blocker: must be an object");
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
		assert_null(saved_load(saved_path(), &err));
		assert_memory_equal(err.text, "not JSON: ", 10);
	}
	unlink(saved_path());
	free(json);
}

/* Each value in turn becomes something else: an error that names a field, or
 * a report that every format can write. */
static void other_values(void **state)
{
	static const char *const values[] = {
	    "null", "true",    "-1",   "1.5",        "99999999999999999",
	    "\"\"", "\"x/y\"", "[{}]", "{\"a\": []}"};
	const struct format_options o = {.detail = 2};
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
	edited = mem_printf(
	    "%.*s\"headline\": \"NOT READY: a\\u001b]0;x\\u0007\\u202e\\n"
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
	assert_null(saved_load(saved_path(), &err));
	assert_string_equal(err.text, "more than 8388608 values");
	memset(many, '[', MANY);
	put(many, MANY);
	assert_null(saved_load(saved_path(), &err));
	assert_non_null(strstr(err.text, "depth"));
	free(many);
	put("{\"schema\": \"preflight\0\"}", 25);
	assert_null(saved_load(saved_path(), &err));
	put("{\"schema\": \"\xff\"}", 15);
	assert_null(saved_load(saved_path(), &err));
	put("{\"schema\": \"\\u0000\"}", 20);
	assert_null(saved_load(saved_path(), &err));
	unlink(saved_path());
	assert_null(saved_load(saved_path(), &err));
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
	    story(other_documents), story(broken_without_counts),
	    story(schema_anywhere), story(twice),
	    story(fields),          story(wrong_types),
	    story(truncated),       story(other_values),
	    story(hostile_texts),   story(hostile_files),
	    story(times),           story(contradictions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
