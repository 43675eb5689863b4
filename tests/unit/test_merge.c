/*
 * test_merge.c - the reports of many sites side by side.
 */
#include "tests/unit/story.h"

#include "report/compare/merge.h"

static struct site other;
static struct merge_site sites[3];
static struct merged *m;

static int begin_sites(void **state)
{
	site_begin(&other);
	return begin(state);
}

static int end_sites(void **state)
{
	merged_free(m);
	m = NULL;
	site_end(&other);
	return end(state);
}

#define sites(test) \
	cmocka_unit_test_setup_teardown(test, begin_sites, end_sites)

static struct result *path(struct site *s, const char *id, enum phase phase,
			   enum cause cause)
{
	site_need(s, id, "https", "AUV-01");
	site_target(s, "a.example", TRANSPORT_TCP, 443);
	return site_result(s, "203.0.113.1", phase, cause);
}

/* Two sites behind one firewall, and one that sent nothing. */
static void merge(void)
{
	struct merge *w;

	site_icmp(path(&site, "a", PHASE_CONNECT, CAUSE_PROHIBITED), 3, 13,
		  "192.0.2.1");
	path(&site, "b", PHASE_REPLY, CAUSE_OK);
	site_icmp(
	    path(&other, "auvik-collector/a", PHASE_CONNECT, CAUSE_PROHIBITED),
	    3, 13, "192.0.2.1");
	path(&other, "=c", PHASE_REPLY, CAUSE_OK);
	facts_string(&other.results.host, "name", "two \"x\"");
	sites[0] =
	    (struct merge_site){.file = "1.json", .report = site_report(&site)};
	sites[1] = (struct merge_site){.file = "2.json",
				       .report = site_report(&other)};
	sites[2] = (struct merge_site){.file = "3.json", .error = "gone\033"};
	w = merge_new(3);
	for (size_t i = 0; i < 3; i++) {
		merge_add(w, &sites[i]);
		/* Nothing of it is needed any more. */
		report_free((struct report *)(uintptr_t)sites[i].report);
	}
	site.report = other.report = NULL;
	m = merge_end(w);
}

static void rows_and_causes(void **state)
{
	(void)state;
	merge();
	assert_int_equal(m->verdicts[MERGED_MISSING], 1);
	assert_int_equal(m->verdicts[RUN_NOT_READY], 2);
	assert_int_equal(m->row_count, 3);
	assert_string_equal(m->rows[0].id, "a");
	assert_int_equal(m->rows[0].verdicts[0], VERDICT_FAIL);
	assert_int_equal(m->rows[0].verdicts[1], VERDICT_FAIL);
	assert_int_equal(m->rows[0].verdicts[2], VERDICT_NONE);
	assert_int_equal(m->rows[1].verdicts[0], VERDICT_PASS);
	assert_int_equal(m->rows[1].verdicts[1], VERDICT_NONE);
	assert_int_equal(m->cause_count, 1);
	assert_int_equal(m->causes[0].site_count, 2);
	assert_string_equal(m->causes[0].blocker, "192.0.2.1");
}

static void statuses(void **state)
{
	(void)state;
	merge();
	assert_int_equal(merged_status(m, false), 1);
	m->verdicts[RUN_NOT_READY] = 0;
	assert_int_equal(merged_status(m, true), 3);
	m->verdicts[MERGED_MISSING] = 0;
	m->verdicts[RUN_READY_WITH_WARNINGS] = 1;
	assert_int_equal(merged_status(m, true), 4);
	assert_int_equal(merged_status(m, false), 0);
	m->verdicts[RUN_UNDECIDED] = 1;
	assert_int_equal(merged_status(m, false), 3);
}

static void text(void **state)
{
	static const char wanted[] =
	    "3 sites: 0 ready, 0 ready-with-warnings, 2 not-ready, 0 "
	    "undecided, 1 MISSING\n"
	    "\n"
	    "  collector             not-ready 2026-11-21T03:20:00Z, 1 of 2 "
	    "required paths\n"
	    "      work\n"
	    "  two \"x\"               not-ready 2026-11-21T03:20:00Z, 1 of 2 "
	    "required paths\n"
	    "      work\n"
	    "  3.json                MISSING gone\\x1b\n"
	    "\n"
	    "Requirements that do not pass everywhere\n"
	    "  auvik-collector/a\n"
	    "    x fail: collector, two \"x\"\n"
	    "\n"
	    "Causes, the most widespread first\n"
	    "  firewall-prohibits by 192.0.2.1 (internet), 2 sites: "
	    "collector, two \"x\"\n"
	    "\n";
	const struct format_options o = {.width = 80};
	char *is = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&is, &size);
	struct layout l;

	(void)state;
	merge();
	layout_begin(&l, &o, out);
	merge_formats_text(&l, m);
	fclose(out);
	assert_string_equal(is, wanted);
	free(is);
}

/* Quotes are doubled, formulas are texts, controls are seen. */
static void csv(void **state)
{
	static const char wanted[] =
	    "\"file\",\"host\",\"source\",\"started\",\"verdict\",\"error\","
	    "\"auvik-collector/a\",\"auvik-collector/b\","
	    "\"auvik-collector/=c\"\r\n"
	    "\"1.json\",\"collector\",\"10.0.0.5\",\"2026-11-21T03:20:00Z\","
	    "\"not-ready\",,\"fail\",\"pass\",\r\n"
	    "\"2.json\",\"two \"\"x\"\"\",\"10.0.0.5\","
	    "\"2026-11-21T03:20:00Z\",\"not-ready\",,\"fail\",,\"pass\"\r\n"
	    "\"'=3.json\",,,,\"missing\",\"gone\\x1b\",,,\r\n";
	char *is = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&is, &size);

	(void)state;
	merge();
	m->sites[2].file = "=3.json";
	merge_formats_csv(out, m);
	fclose(out);
	assert_string_equal(is, wanted);
	free(is);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    sites(rows_and_causes),
	    sites(statuses),
	    sites(text),
	    sites(csv),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
