/*
 * test_compare.c - two reports: what is a change and what is not.
 *
 * Each case is a pair of small sites.
 */
#include "tests/unit/compare_case.h"

/* "new 1 fixed 2" of the requirements, without zeros. */
static void expect_summary(const char *wanted)
{
	char text[256] = "";
	size_t at = 0;

	compared();
	for (int i = 0; i < CHANGE_COUNT; i++) {
		if (c->summary[i] == 0)
			continue;
		at += (size_t)snprintf(
		    text + at, sizeof text - at, "%s%s %u", at > 0 ? " " : "",
		    compare_change_name((enum compare_change)i), c->summary[i]);
	}
	assert_string_equal(text, wanted);
}

static const struct requirement_change *change_of(const char *id)
{
	for (size_t i = 0; i < c->requirement_count; i++) {
		if (strcmp(c->requirements[i].id, id) == 0)
			return &c->requirements[i];
	}
	return NULL;
}

/* "what: was, then is; ..." of all differences. */
static char *differences(const struct difference *d, size_t count)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	for (size_t i = 0; i < count; i++, d++) {
		fprintf(out, "%s%s: %s, then %s", i > 0 ? "; " : "", d->what,
			d->was != NULL ? d->was : "none",
			d->is != NULL ? d->is : "none");
		for (size_t k = 0; k < d->target_count; k++)
			fprintf(out, "%s%s", k > 0 ? " " : " @", d->targets[k]);
	}
	fclose(out);
	return text;
}

static void expect_differences(const char *id, const char *wanted)
{
	const struct requirement_change *q = change_of(id);
	char *text = q == NULL
			 ? mem_strdup("")
			 : differences(q->differences, q->difference_count);

	assert_string_equal(text, wanted);
	free(text);
}

static void expect_note(const char *words)
{
	for (size_t i = 0; i < c->note_count; i++) {
		if (strstr(c->notes[i], words) != NULL)
			return;
	}
	for (size_t i = 0; i < c->note_count; i++)
		print_message("note: %s\n", c->notes[i]);
	fail_msg("no note with \"%s\"", words);
}

static void nothing(void **state)
{
	(void)state;
	fine(&before, "a");
	silent(&before, "b");
	fine(&site, "a");
	silent(&site, "b");
	expect_summary("still 1 same 1");
	assert_int_equal(c->note_count, 0);
	assert_int_equal(comparison_status(c, true), 0);
	expect_differences("b", "");
	assert_int_equal(c->finding_count, 1);
	assert_int_equal(c->findings[0].change, CHANGE_STILL);
	assert_int_equal(c->findings[0].difference_count, 0);
}

static void new_failure(void **state)
{
	(void)state;
	fine(&before, "a");
	site_icmp(path(&site, "a", PHASE_CONNECT, CAUSE_PROHIBITED), 3, 13,
		  "10.0.0.1");
	expect_summary("new 1");
	assert_int_equal(comparison_status(c, false), 1);
	assert_string_equal(c->requirements[0].finding, "f1");
	assert_int_equal(c->findings[0].change, CHANGE_NEW);
}

static void fixed(void **state)
{
	(void)state;
	site_icmp(path(&before, "a", PHASE_CONNECT, CAUSE_PROHIBITED), 3, 13,
		  "10.0.0.1");
	fine(&site, "a");
	expect_summary("fixed 1");
	assert_int_equal(comparison_status(c, true), 0);
	assert_int_equal(c->findings[0].change, CHANGE_GONE);
	assert_string_equal(c->findings[0].was, "f1");
	assert_null(c->findings[0].is);
}

/* One firewall for both families, then one for each: neither is new, and the
 * other way round none is gone. */
static void both_prohibited(struct site *of, const char *v4, const char *v6)
{
	site_icmp(path(of, "a", PHASE_CONNECT, CAUSE_PROHIBITED), 3, 13, v4);
	site_icmp(path(of, "b", PHASE_CONNECT, CAUSE_PROHIBITED), 3, 13, v6);
}

static void expect_still_twice(void)
{
	expect_summary("still 2");
	assert_int_equal(c->finding_count, 2);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(c->findings[i].change, CHANGE_STILL);
		assert_non_null(c->findings[i].was);
		assert_non_null(c->findings[i].is);
	}
}

static void one_cause_as_two(void **state)
{
	(void)state;
	both_prohibited(&before, "10.0.0.1", "10.0.0.1");
	both_prohibited(&site, "10.0.8.1", "10.0.9.1");
	expect_still_twice();
	assert_string_equal(c->findings[0].was, c->findings[1].was);
}

static void two_causes_as_one(void **state)
{
	(void)state;
	both_prohibited(&before, "10.0.8.1", "10.0.9.1");
	both_prohibited(&site, "10.0.0.1", "10.0.0.1");
	expect_still_twice();
	assert_string_equal(c->findings[0].is, c->findings[1].is);
}

/* A failure that could not be tested again is not fixed. */
static void not_fixed(void **state)
{
	(void)state;
	silent(&before, "a");
	path(&site, "a", PHASE_LOCAL, CAUSE_LOCAL)->why = WHY_LOCAL;
	expect_summary("changed 1");
	expect_differences("a", "");
	assert_int_equal(comparison_status(c, false), 3);
}

/* It cannot be tested, for another reason. */
static void another_why(void **state)
{
	(void)state;
	path(&before, "a", PHASE_LOCAL, CAUSE_LOCAL)->why = WHY_NEEDS_INPUT;
	path(&site, "a", PHASE_LOCAL, CAUSE_LOCAL)->why = WHY_NEEDS_PRIVILEGE;
	expect_summary("changed 1");
	expect_differences("a", "why: needs-input, then needs-privilege "
				"@a.example");
	assert_int_equal(comparison_status(c, true), 0);
}

static void no_longer_tested(void **state)
{
	(void)state;
	fine(&before, "a");
	path(&site, "a", PHASE_LOCAL, CAUSE_LOCAL)->why = WHY_NOT_RUN;
	expect_summary("worse 1");
	assert_int_equal(comparison_status(c, false), 3);
}

/* No witness today is no failure: the name led elsewhere. */
static void witness_lost(void **state)
{
	(void)state;
	fine(&before, "a");
	path(&site, "a", PHASE_LOCAL, CAUSE_LOCAL)->why = WHY_NO_WITNESS;
	expect_summary("changed 1");
	assert_int_equal(comparison_status(c, false), 0);
}

/* A warning: only --strict minds. */
static void new_warning(void **state)
{
	(void)state;
	fine(&before, "a");
	site.requirements[0].level = LEVEL_RECOMMENDED;
	silent(&site, "a");
	site.requirements[0].level = LEVEL_RECOMMENDED;
	expect_summary("worse 1");
	assert_int_equal(comparison_status(c, false), 0);
	assert_int_equal(comparison_status(c, true), 4);
}

static void another_blocker(void **state)
{
	(void)state;
	site_icmp(path(&before, "a", PHASE_CONNECT, CAUSE_PROHIBITED), 3, 13,
		  "10.0.0.1");
	site_icmp(path(&site, "a", PHASE_CONNECT, CAUSE_PROHIBITED), 3, 13,
		  "10.1.0.1");
	expect_summary("still 1");
	expect_differences("a", "blocker: 10.0.0.1, then 10.1.0.1 @a.example");
	assert_int_equal(comparison_status(c, true), 0);
	assert_int_equal(c->findings[0].change, CHANGE_STILL);
	assert_string_equal(c->findings[0].differences[0].what, "blocker");
}

static void another_way_to_fail(void **state)
{
	(void)state;
	silent(&before, "a");
	site_control(&before);
	path(&site, "a", PHASE_CONNECT, CAUSE_REFUSED);
	site_control(&site);
	expect_summary("still 1 same 1");
	expect_differences(
	    "a", "finding: firewall-drops, then service-down @a.example; "
		 "outcome: CONNECT-TIMEOUT, then CONNECT-REFUSED @a.example");
}

static void another_issuer(void **state)
{
	(void)state;
	site_certificate(fine(&before, "a"), "public", "a.example", "R10", "1");
	site_certificate(fine(&site, "a"), "public", "a.example", "R11", "2");
	expect_summary("changed 1");
	expect_differences("a", "issuer: R10, then R11 @a.example");
	assert_int_equal(comparison_status(c, true), 0);
}

static void another_server(void **state)
{
	(void)state;
	facts_string(&fine(&before, "a")->facts, "server", "nginx");
	facts_string(&fine(&site, "a")->facts, "server", "Apache");
	expect_summary("changed 1");
	expect_differences("a", "server: nginx, then Apache @a.example");
}

/* A name of the internet leads elsewhere every minute; times vary. */
static void jitter(void **state)
{
	struct result *r;

	(void)state;
	r = fine(&before, "a");
	facts_ms(&r->facts, "date-offset", 100);
	facts_number(&r->facts, "bytes", 5);
	facts_string(&r->facts, "title", "one");
	r = fine(&site, "a");
	addr_parse(&r->addr, "203.0.113.99");
	r->timings.total = 99999;
	r->attempts = 3;
	facts_ms(&r->facts, "date-offset", 900);
	facts_number(&r->facts, "bytes", 6);
	facts_string(&r->facts, "title", "two");
	expect_summary("same 1");
}

/* One of several addresses is no other address. */
static void address_among_others(void **state)
{
	(void)state;
	silent(&before, "a");
	site_result(&before, "203.0.113.2", PHASE_CONNECT, CAUSE_TIMEOUT);
	silent(&site, "a");
	expect_summary("still 1");
	expect_differences("a", "");
}

static void another_address(void **state)
{
	(void)state;
	silent(&before, "a");
	addr_parse(&silent(&site, "a")->addr, "203.0.113.7");
	expect_summary("still 1");
	expect_differences("a",
			   "address: 203.0.113.1, then 203.0.113.7 @a.example");
}

/* A public name that works at a private address has moved inside. */
static void moved_inside(void **state)
{
	(void)state;
	fine(&before, "a");
	addr_parse(&fine(&site, "a")->addr, "10.9.9.9");
	compared();
	expect_differences("a", "address: 203.0.113.1, then 10.9.9.9 "
				"@a.example");
}

/* A name of the site, too: it works both times, but elsewhere. */
static void split_horizon(void **state)
{
	(void)state;
	fine(&before, "a");
	addr_parse(&before.results.items[0].addr, "198.51.100.7");
	addr_parse(&fine(&site, "a")->addr, "10.9.9.9");
	before.requirements[0].to_kind = TO_ROLE;
	site.requirements[0].to_kind = TO_ROLE;
	expect_summary("changed 1");
	assert_int_equal(c->requirements[0].is, VERDICT_PASS);
	expect_differences("a", "address: 198.51.100.7, then 10.9.9.9 "
				"@a.example");
}

/* What could not be tested warns now: no worse than before. */
static void tested_and_warns(void **state)
{
	(void)state;
	path(&before, "a", PHASE_LOCAL, CAUSE_LOCAL)->why = WHY_NEEDS_INPUT;
	silent(&site, "a");
	site.requirements[0].level = LEVEL_RECOMMENDED;
	expect_summary("changed 1");
	assert_int_equal(comparison_status(c, true), 0);
}

static void stand_in(void **state)
{
	(void)state;
	fine(&before, "a");
	fine(&site, "a");
	site.run.on_behalf_of = "10.0.0.77";
	compared();
	expect_note("the source address differs: 10.0.0.5, then 10.0.0.77");
}

static void less_proof(void **state)
{
	(void)state;
	site_need(&before, "a", "tcp", "AUV-01")->proof = PROOF_CONNECT;
	site_target(&before, "a.example", TRANSPORT_TCP, 9100);
	site_ok(&before, "203.0.113.1");
	site_need(&site, "a", "tcp", "AUV-01")->proof = PROOF_CONNECT;
	site_target(&site, "a.example", TRANSPORT_TCP, 9100);
	site_ok(&site, "203.0.113.1")->proof = PROOF_CONNECT;
	expect_summary("changed 1");
	expect_differences("a", "proof: service, then connect @a.example");
}

/* Devices ----------------------------------------------------------------- */

/* The requirement failed before, but on another device. */
static void another_target(void **state)
{
	static const char *const names[] = {"1", "2", "3"};
	static const char *const was[] = {"up", "up", "down"};
	static const char *const is[] = {"down", "up", "down"};
	const struct requirement_change *q;

	(void)state;
	devices(&before, names, was, 3);
	devices(&site, names, is, 3);
	expect_summary("still 1");
	assert_int_equal(c->new_targets, 1);
	assert_int_equal(comparison_status(c, false), 1);
	q = change_of("lan.ssh");
	assert_int_equal(q->target_count, 1);
	assert_string_equal(q->targets[0].name, "1");
	assert_int_equal(q->targets[0].change, CHANGE_NEW);
}

static void device_came_and_went(void **state)
{
	static const char *const old[] = {"1", "2"}, *const new[] = {"2", "3"};
	static const char *const up[] = {"up", "up"};
	const struct requirement_change *q;

	(void)state;
	devices(&before, old, up, 2);
	devices(&site, new, up, 2);
	expect_summary("changed 1");
	expect_note("the devices differ: 1 only in the old report, 1 only in "
		    "the new one");
	q = change_of("lan.ssh");
	assert_int_equal(q->target_count, 2);
	assert_int_equal(q->targets[0].change, CHANGE_ADDED);
	assert_int_equal(q->targets[1].change, CHANGE_GONE);
	assert_int_equal(comparison_status(c, true), 0);
}

/* Two hundred that changed alike are one difference. */
static void many_alike(void **state)
{
	const struct requirement_change *q;

	(void)state;
	for (int k = 0; k < 2; k++) {
		struct site *s = k == 0 ? &before : &site;

		site_need(s, "lan", "ssh", "AUV-21")->to_kind = TO_DEVICE;
		for (unsigned i = 0; i < 200; i++) {
			const char *a =
			    arena_printf(&s->arena, "10.2.1.%u", i + 1);

			site_device_target(s, site_device(s, a, a, "unix"),
					   TRANSPORT_TCP, 22);
			site_icmp(
			    site_result(s, a, PHASE_CONNECT, CAUSE_PROHIBITED),
			    3, 13, k == 0 ? "10.0.0.1" : "10.0.0.2");
		}
	}
	compared();
	q = change_of("lan");
	assert_int_equal(q->difference_count, 1);
	assert_int_equal(q->differences[0].target_count, 200);
	assert_string_equal(q->differences[0].targets[199], "10.2.1.200");
}

/* What the reports are of -------------------------------------------------- */

static void versions(void **state)
{
	(void)state;
	fine(&before, "a");
	silent(&before, "old");
	fine(&site, "a");
	silent(&site, "new");
	site.profile.version = "2026.12.1";
	expect_summary("new 1 gone 1 same 1");
	expect_note("auvik-collector: the version differs: 2026.11.1, then "
		    "2026.12.1");
	assert_int_equal(comparison_status(c, false), 1);
	assert_string_equal(c->old.profiles[0], "auvik-collector 2026.11.1");
}

static void settings(void **state)
{
	static const char *const scenarios[] = {"core", "proxy", NULL};
	static const char *const names[] = {"tenant_url"};
	static const char *const values[] = {"https://b"}, *const old[] = {
							       "https://a"};

	(void)state;
	fine(&before, "a");
	fine(&site, "a");
	site.plan_profile.scenarios = scenarios;
	site.plan_profile.role = "server";
	site.plan_profile.variable_count = 1;
	site.plan_profile.variable_names = names;
	site.plan_profile.variable_values = values;
	before.plan_profile.variable_count = 1;
	before.plan_profile.variable_names = names;
	before.plan_profile.variable_values = old;
	site.profile.sha256[0] = 'f';
	site.run.source = "10.0.0.6";
	site.results.started_wall_us -= 5000000;
	site.results.interrupted = true;
	compared();
	expect_note("the version is the same, but the file differs");
	expect_note("the role differs: collector, then server");
	expect_note("scenario proxy is only in the new report");
	expect_note("variable tenant_url differs: https://a, then https://b");
	expect_note("the source address differs: 10.0.0.5, then 10.0.0.6");
	expect_note("are they swapped?");
	expect_note("the new run was interrupted");
	assert_int_equal(c->note_count, 7);
}

static void other_profiles(void **state)
{
	(void)state;
	fine(&before, "a");
	silent(&site, "a");
	site.profile.name = "open-audit";
	expect_summary("new 1 gone 1");
	expect_note("for different profiles");
}

/* With several profiles an id has its profile in front. */
static void prefixed(void **state)
{
	(void)state;
	fine(&before, "a");
	silent(&site, "auvik-collector/a");
	expect_summary("new 1");
	assert_int_equal(c->requirements[0].was, VERDICT_PASS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    pair(nothing),
	    pair(new_failure),
	    pair(fixed),
	    pair(not_fixed),
	    pair(no_longer_tested),
	    pair(another_why),
	    pair(witness_lost),
	    pair(new_warning),
	    pair(another_blocker),
	    pair(another_way_to_fail),
	    pair(another_issuer),
	    pair(another_server),
	    pair(jitter),
	    pair(address_among_others),
	    pair(another_address),
	    pair(moved_inside),
	    pair(less_proof),
	    pair(one_cause_as_two),
	    pair(two_causes_as_one),
	    pair(split_horizon),
	    pair(tested_and_warns),
	    pair(stand_in),
	    pair(another_target),
	    pair(device_came_and_went),
	    pair(many_alike),
	    pair(versions),
	    pair(settings),
	    pair(other_profiles),
	    pair(prefixed),

	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
