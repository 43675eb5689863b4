/*
 * test_saved.c - a report read back from its JSON is the same report.
 */
#include <jansson.h>

/* After jansson.h: json.h renames what both have. */
#include "tests/unit/saved_story.h"

#include <glob.h>

/* The most demanding format in the most demanding way. */
static void same_in_every_format(const struct report *live)
{
	static const struct format_options options[] = {
	    {.utf8 = true, .detail = 2, .width = 100},
	    {.quiet = true},
	    {.width = 80},
	    {.plain = true, .detail = 1}};
	char *json = render(live, "json", &options[0]);
	struct error err;
	struct report *s = load(json, &err);

	assert_string_equal(err.text, "");
	for (size_t i = 0; format_registry[i] != NULL; i++) {
		for (size_t k = 0; k < sizeof options / sizeof *options; k++) {
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

/* The same document with its keys in the order of the alphabet. */
static char *sorted(const char *json)
{
	json_error_t why;
	json_t *tree = json_loads(json, 0, &why);
	char *text = json_dumps(tree, JSON_SORT_KEYS);

	json_decref(tree);
	return text;
}

/* The members of an object may stand in any order, the schema behind results
 * and what is referred to behind what refers to it: nothing is lost. */
static void round_trip_sorted(void **state)
{
	const struct format_options o = {.utf8 = true};
	char *json, *saved, *text, *again;
	struct error err;
	struct report *r;

	(void)state;
	tell();
	json = render(site.report, "json", &o);
	saved = sorted(json);
	assert_true(strstr(saved, "\"schema\": \"preflight.report/1\"") >
		    strstr(saved, "\"results\": ["));
	r = load(saved, &err);
	assert_string_equal(err.text, "");
	text = render(r, "json", &o);
	again = sorted(text);
	assert_string_equal(again, saved);
	free(again);
	free(text);
	free(saved);
	free(json);
	report_free(r);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
	    story(round_trip),
	    story(round_trip_healthy),
	    story(round_trip_interrupted),
	    story(round_trip_golden),
	    story(round_trip_sorted),
	    story(round_trip_old),
	    story(judged_twice),
	    story(stands_alone),
	    story(parts),
	    story(counts_of_old),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
