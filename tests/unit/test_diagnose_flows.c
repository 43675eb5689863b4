/* What this host did not send, connections that die, and silence in time; each
 * with a twin that must not raise it. */
#include "tests/unit/story.h"

/* Ports of which no packet left this host, beside one that the site drops. */
static void local_firewall_silent(void **state)
{
	const struct finding *f;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		site_https(&site, "a.example",
			   i == 0 ? "203.0.113.1" : "203.0.113.2",
			   PHASE_CONNECT, CAUSE_TIMEOUT)
		    ->unsent = true;
		facts_bool(&site_evidence(&site, EVIDENCE_SENDING)->observed,
			   "unsent", true);
	}
	site_control(&site);
	f = expect_only("local-firewall", OWNER_THIS_HOST, false);
	assert_string_equal(f->title,
			    "This host's own firewall blocks tcp/443");
	expect_line(f, "203.0.113.2 port 443: this host's kernel sent no "
		       "repeat of the unanswered attempts [e2]");
	assert_int_equal(site.report->requirements[0].verdict,
			 VERDICT_UNTESTED);
	assert_int_equal(site.report->requirements[0].why, WHY_LOCAL);
	site_http(&site, "b.example", "203.0.113.3", PHASE_CONNECT,
		  CAUSE_TIMEOUT);
	site_report(&site);
	assert_int_equal(site_finding(&site, "local-firewall")->result_count,
			 2);
	assert_int_equal(site.report->finding_count, 2);
}

/* The same silence, of packets that did leave. */
static void local_firewall_silent_twin(void **state)
{
	(void)state;
	site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	site_control(&site);
	expect_no("local-firewall");
	assert_int_equal(site.report->requirements[0].verdict, VERDICT_FAIL);
}

/* Questions to DNS servers that the kernel did not let out: no server is
 * blamed for the names. */
static void local_firewall_names(void **state)
{
	struct result *r =
	    site_https(&site, "a.example", NULL, PHASE_RESOLVE, CAUSE_LOCAL);
	const struct finding *f;

	(void)state;
	r->why = WHY_LOCAL;
	r->outcome.error = NET_NOT_PERMITTED;
	f = expect_only("local-firewall", OWNER_THIS_HOST, true);
	assert_string_equal(f->title, "This host's own firewall blocks udp/53");
	site.results.items[0].outcome.error = NET_OK;
	expect_no("local-firewall");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    story(local_firewall_silent),
	    story(local_firewall_silent_twin),
	    story(local_firewall_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
