/*
 * story.h - what tests of the report expect of a site: verdicts and findings.
 */
#ifndef PREFLIGHT_STORY_H
#define PREFLIGHT_STORY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

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

/* "3 203.0.113.2", one for each hop that replied. */
static inline struct evidence *walk_of(const char *const *hops)
{
	struct evidence *e = site_evidence(&site, EVIDENCE_HOP_WALK);

	facts_bool(&e->observed, "reached", false);
	for (; *hops != NULL; hops++) {
		facts_append(&e->observed, "hops-at", *hops);
		facts_number(&e->observed, "last-hop", strtol(*hops, NULL, 10));
		facts_string(&e->observed, "last-hop-address",
			     strchr(*hops, ' ') + 1);
	}
	return e;
}

/* Of a host whose network and gateway are known. */
static inline int begin_known_network(void **state)
{
	begin(state);
	facts_append(&site.results.host, "networks", "10.0.0.5/24 eth0");
	facts_append(&site.results.host, "gateway-via", "10.0.0.1 eth0");
	return 0;
}

#define known_network_case(test) \
	cmocka_unit_test_setup_teardown(test, begin_known_network, end)

/* Evidence about an address, not about a result. */
static inline struct evidence *evidence_about(enum evidence_kind kind,
					      const char *address)
{
	struct evidence *e = site_evidence(&site, kind);

	e->result = SIZE_MAX;
	addr_parse(&e->addr, address);
	facts_string(&e->observed, "address", address);
	return e;
}

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
