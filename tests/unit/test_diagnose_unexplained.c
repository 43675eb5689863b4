/* What no rule explains is still a finding: one for a port, with what was
 * tried. What has a cause, or is forgiven, never is one. */
#include "tests/unit/story.h"

static struct evidence *control(const char *what, const char *cause)
{
	site_asked(&site, what, cause);
	return &site.results.evidence[site.results.evidence_count - 1];
}

/* Two hosts on one port, one on another: two findings, and what was tried. */
static void by_port(void **state)
{
	const struct finding *f;

	(void)state;
	site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	control("ping", "timeout");
	site_https(&site, "b.example", "203.0.113.2", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	site_http(&site, "c.example", "203.0.113.3", PHASE_CONNECT,
		  CAUSE_TIMEOUT);
	site_report(&site);
	assert_int_equal(site.report->verdict, RUN_NOT_READY);
	assert_int_equal(site.report->finding_count, 2);
	f = site_finding(&site, "unexplained");
	assert_int_equal(f->result_count, 2);
	assert_int_equal(f->owner, OWNER_INTERNET);
	assert_false(f->confirmed);
	assert_string_equal(f->title,
			    "tcp/443 to a.example and b.example fails, and "
			    "the tests do not show why");
	expect_line(f, "a.example: no answer to the connection attempt "
		       "(CONNECT-TIMEOUT, 3 attempts)");
	expect_line(f, "ping of 203.0.113.1: timeout [e1]");
	assert_string_equal(f->evidence_ids[0], "e1");
	assert_true(f->remedy_count >= 2);
}

/* The walk is cited; whose hop it was does not make the owner. */
static void walk_is_cited(void **state)
{
	struct evidence *e;
	const struct finding *f;

	(void)state;
	site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	e = site_evidence(&site, EVIDENCE_HOP_WALK);
	facts_bool(&e->observed, "reached", true);
	f = expect_only("unexplained", OWNER_INTERNET, false);
	expect_line(f, "a traceroute to 203.0.113.1 got through [e1]");
}

/* A device that answers nothing is one matter, whatever its ports. */
static void silent_device(void **state)
{
	size_t dead = site_device(&site, "switch", "10.2.1.10", "snmp");
	const struct finding *f;

	(void)state;
	site_device_test(&site, "ssh", dead, TRANSPORT_TCP, 22, PHASE_CONNECT,
			 CAUSE_TIMEOUT);
	site_device_test(&site, "snmp", dead, TRANSPORT_UDP, 161, PHASE_REPLY,
			 CAUSE_TIMEOUT);
	f = expect_only("unexplained", OWNER_DEVICE, false);
	assert_int_equal(f->result_count, 2);
}

/* This host could not test it, for a reason that no rule knows. */
static void local(void **state)
{
	struct result *r = site_https(&site, "a.example", "203.0.113.1",
				      PHASE_LOCAL, CAUSE_LOCAL);

	(void)state;
	r->why = WHY_LOCAL;
	r->outcome.error = NET_INVALID;
	expect_line(expect_only("unexplained", OWNER_THIS_HOST, false),
		    "this host reports: ");
	assert_int_equal(site.report->verdict, RUN_UNDECIDED);
}

/* What has a cause has no second one. */
static void not_what_is_explained(void **state)
{
	(void)state;
	site_icmp(site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
			     CAUSE_PROHIBITED),
		  3, 13, "10.0.0.1");
	expect_only("firewall-prohibits", OWNER_FIREWALL, true);
}

/* A failure that does not count is not explained: the other alternative works.
 */
static void not_what_is_not_needed(void **state)
{
	struct requirement *q;

	(void)state;
	q = site_need(&site, "one", "https", "AUV-01");
	q->level = LEVEL_ALTERNATIVE;
	q->group = "g";
	site_target(&site, "a.example", TRANSPORT_TCP, 443);
	site_result(&site, "203.0.113.1", PHASE_CONNECT, CAUSE_PROHIBITED);
	q = site_need(&site, "two", "http", "AUV-02");
	q->level = LEVEL_ALTERNATIVE;
	q->group = "g";
	site_target(&site, "a.example", TRANSPORT_TCP, 80);
	site_ok(&site, "203.0.113.9");
	expect_none();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    story(by_port),
	    story(walk_is_cited),
	    story(silent_device),
	    story(local),
	    story(not_what_is_explained),
	    story(not_what_is_not_needed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
