/*
 * test_compare_text.c - a comparison as people and programs read it, byte for
 * byte. GOLDEN_UPDATE=1 writes the golden files anew, to be read before they
 * are committed.
 */
#include "tests/unit/compare_case.h"

#include <errno.h>

static void tell_golden(void)
{
	static const char *const names[] = {"1-switch", "2-nas", "3-old"};
	static const char *const was[] = {"up", "up", "down"};
	static const char *const is[] = {"down", "up", "down"};

	fine(&before, "cloud.tenant");
	silent(&before, "cloud.vendor");
	site_icmp(path(&before, "cloud.time", PHASE_CONNECT, CAUSE_PROHIBITED),
		  3, 13, "10.0.0.1");
	facts_string(&fine(&before, "cloud.web")->facts, "server", "nginx");
	fine(&before, "cloud.gone");
	facts_string(&fine(&before, "cloud.cdn")->facts, "server", "nginx");
	facts_string(&fine(&before, "cloud.page")->facts, "server", "nginx");
	site_icmp(path(&before, "cloud.dns", PHASE_CONNECT, CAUSE_PROHIBITED),
		  3, 13, "10.0.0.1");
	devices(&before, names, was, 3);
	silent(&site, "cloud.tenant");
	fine(&site, "cloud.vendor");
	site_icmp(path(&site, "cloud.time", PHASE_CONNECT, CAUSE_PROHIBITED), 3,
		  13, "10.1.0.1");
	facts_string(&fine(&site, "cloud.web")->facts, "server", "Apache");
	facts_string(&fine(&site, "cloud.cdn")->facts, "server", "Apache");
	facts_string(&fine(&site, "cloud.page")->facts, "server", "IIS");
	path(&site, "cloud.dns", PHASE_LOCAL, CAUSE_LOCAL)->why = WHY_LOCAL;
	path(&site, "cloud.later", PHASE_LOCAL, CAUSE_LOCAL)->why =
	    WHY_NEEDS_INPUT;
	devices(&site, names, is, 3);
	site.profile.version = "2026.12.1";
	site.results.started_wall_us += 86400000000;
	compared();
}

static char *text_of(bool brief)
{
	const struct format_options o = {.width = 80};
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	struct layout l;

	layout_begin(&l, &o, out);
	compare_text(&l, c, brief);
	fclose(out);
	return text;
}

static void golden(const char *path, char *text)
{
	char *wanted = NULL;
	size_t size = 0;
	FILE *in;

	if (getenv("GOLDEN_UPDATE") != NULL) {
		FILE *out = fopen(path, "w");

		assert_non_null(out);
		fputs(text, out);
		fclose(out);
	}
	in = fopen(path, "r");
	if (in == NULL)
		fail_msg("%s: %s", path, strerror(errno));
	if (getdelim(&wanted, &size, '\0', in) == -1)
		fail_msg("%s: is empty", path);
	fclose(in);
	assert_string_equal(text, wanted);
	free(wanted);
	free(text);
}

static void text(void **state)
{
	(void)state;
	tell_golden();
	golden("tests/golden/compare.text", text_of(false));
	golden("tests/golden/compare-brief.text", text_of(true));
}

/* In a report of a run: all formats say it, JSON can be read back. */
static void baseline(void **state)
{
	const struct format_options o = {.width = 80};
	const struct format_options whole = {.width = 80, .detail = 1};

	(void)state;
	tell_golden();
	site.report->comparison = c;
	golden("tests/golden/baseline-whole.text",
	       site_render(&site, "text", &whole));
	golden("tests/golden/baseline.text", site_render(&site, "text", &o));
	golden("tests/golden/baseline.line", site_render(&site, "line", &o));
	golden("tests/golden/baseline.nagios",
	       site_render(&site, "nagios", &o));
	golden("tests/golden/baseline.json", site_render(&site, "json", &o));
}

int main(void)
{
	const struct CMUnitTest tests[] = {pair(text), pair(baseline)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
