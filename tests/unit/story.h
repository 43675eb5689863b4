/*
 * story.h - what tests of the report expect of a site: verdicts and findings.
 */
#ifndef PREFLIGHT_STORY_H
#define PREFLIGHT_STORY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/unit/synthetic.h"

static struct site site;

static inline int begin(void **state)
{
	(void)state;
	site_begin(&site);
	return 0;
}

static inline int end(void **state)
{
	(void)state;
	site_end(&site);
	return 0;
}

#define story(test) cmocka_unit_test_setup_teardown(test, begin, end)

/* Exactly one finding, of this code, owner and confidence. */
static inline const struct finding *expect_only(const char *code,
						enum owner owner,
						bool confirmed)
{
	const struct finding *f;

	site_report(&site);
	for (size_t i = 0; i < site.report->finding_count; i++)
		assert_string_equal(site.report->findings[i].code, code);
	assert_int_equal(site.report->finding_count, 1);
	f = &site.report->findings[0];
	assert_string_equal(owner_name(f->owner), owner_name(owner));
	assert_int_equal(f->confirmed, confirmed);
	assert_true(f->remedy_count > 0);
	assert_true(f->evidence_count > 0);
	assert_true(f->confirmed ? f->confirm_by == NULL
				 : f->confirm_by != NULL);
	return f;
}

/* No finding of this code, whatever else there is. */
static inline void expect_no(const char *code)
{
	site_report(&site);
	assert_null(site_finding(&site, code));
}

static inline void expect_none(void)
{
	site_report(&site);
	for (size_t i = 0; i < site.report->finding_count; i++)
		print_message("unexpected %s: %s\n",
			      site.report->findings[i].code,
			      site.report->findings[i].title);
	assert_int_equal(site.report->finding_count, 0);
}

static inline void expect_blocker(const struct finding *f, const char *address)
{
	char text[ADDR_TEXT];

	assert_string_equal(addr_text(&f->blocker, text), address);
}

/* Some line of the evidence holds these words. */
static inline void expect_line(const struct finding *f, const char *words)
{
	for (size_t i = 0; i < f->evidence_count; i++) {
		if (strstr(f->evidence[i], words) != NULL)
			return;
	}
	fail_msg("no evidence line with \"%s\"", words);
}

#endif
