/* Whose evidence it is: that of a path, whoever asked for it. */
#include "tests/unit/story.h"

#include "report/correlation.h"

static size_t evidence_of(size_t result)
{
	const struct report_path *path =
	    report_path_of(site.report, &site.report->results[result]);

	return path->evidence_count;
}

/* One hop walk for all tests of an address, port and transport. */
static void path_is_shared(void **state)
{
	(void)state;
	site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	site_evidence(&site, EVIDENCE_HOP_WALK);
	site_test(&site, "tcp", "b.example", TRANSPORT_TCP, 443, "203.0.113.1",
		  PHASE_CONNECT, CAUSE_TIMEOUT);
	site_test(&site, "tcp", "b.example", TRANSPORT_TCP, 80, "203.0.113.1",
		  PHASE_CONNECT, CAUSE_TIMEOUT);
	site_test(&site, "quic", "b.example", TRANSPORT_UDP, 443, "203.0.113.1",
		  PHASE_REPLY, CAUSE_TIMEOUT);
	site_https(&site, "c.example", "203.0.113.2", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	site_https(&site, "d.example", NULL, PHASE_RESOLVE, CAUSE_NXDOMAIN);
	site_report(&site);
	assert_int_equal(evidence_of(0), 1);
	assert_int_equal(evidence_of(1), 1);
	for (size_t i = 2; i < 6; i++)
		assert_int_equal(evidence_of(i), 0);
}

/* A control asks something else instead of one test: it is that test's, and
 * its copies'. Every accessor says so. */
static void control_is_of_its_test(void **state)
{
	struct correlation *s;

	(void)state;
	site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	facts_string(&site_evidence(&site, EVIDENCE_CONTROL)->observed, "what",
		     "other-port");
	site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
		   CAUSE_TIMEOUT)
	    ->same_as = 0;
	site_https(&site, "b.example", "203.0.113.1", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	s = correlation_new(&site.plan, &site.results);
	for (size_t i = 0; i < 3; i++) {
		const struct evidence *wanted =
		    i < 2 ? &site.results.evidence[0] : NULL;
		size_t count;

		correlation_evidence_of(s, i, &count);
		assert_int_equal(count, i < 2);
		assert_ptr_equal(correlation_evidence(s, i, EVIDENCE_CONTROL),
				 wanted);
		assert_ptr_equal(correlation_control(s, i, "other-port"),
				 wanted);
	}
	correlation_free(s);
}

/* Two roads to one place have a path each; the same road has one. */
static void paths_are_held_once(void **state)
{
	const struct report_result *r;

	(void)state;
	for (size_t i = 0; i < 3; i++)
		site_https(&site, "a.example",
			   i < 2 ? "203.0.113.1" : "203.0.113.2", PHASE_REPLY,
			   CAUSE_OK);
	site_report(&site);
	r = site.report->results;
	assert_int_equal(site.report->path_count, 2);
	assert_int_equal(r[0].path, r[1].path);
	assert_int_not_equal(r[0].path, r[2].path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    story(path_is_shared),
	    story(control_is_of_its_test),
	    story(paths_are_held_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
