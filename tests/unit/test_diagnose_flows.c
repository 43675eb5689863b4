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

/* Connections that die ---------------------------------------------------- */

static void flows(size_t at_once, size_t after, size_t repeats, size_t dead)
{
	struct facts *f = &site_evidence(&site, EVIDENCE_FLOWS)->observed;

	facts_number(f, "opened", (int64_t)(at_once + after + dead));
	facts_number(f, "at-once", (int64_t)at_once);
	facts_number(f, "after-repeats", (int64_t)after);
	facts_number(f, "repeats", (int64_t)repeats);
	facts_number(f, "dead", (int64_t)dead);
	facts_number(f, "held-repeats", 3);
	facts_append(f, "dead-ports", "40002");
	facts_number(f, "last-hop", 1);
	facts_string(f, "last-hop-address", "10.0.0.1");
}

/* One host of which a socket died, and one that answers. */
static void one_died(void)
{
	site_https(&site, "fine.example", "203.0.113.9", PHASE_REPLY, CAUSE_OK);
	site_http(&site, "b.example", "203.0.113.3", PHASE_REPLY, CAUSE_OK)
	    ->lost = 1;
	site_https(&site, "a.example", "203.0.113.1", PHASE_REPLY, CAUSE_OK)
	    ->lost = 1;
}

static void flow_loss(void **state)
{
	const struct finding *f;

	(void)state;
	one_died();
	flows(20, 0, 0, 20);
	f = expect_only("flow-loss", OWNER_FIREWALL, false);
	assert_int_equal(f->result_count, 2);
	expect_line(f, "of 40 connections to 203.0.113.1 port 443, 20 were "
		       "answered at once, 0 after a repeat, and 20 never");
	expect_line(f, "203.0.113.1 port 443 that died: 40002");
	assert_int_equal(f->where, WHERE_AFTER_HOP);
	assert_int_equal(site.report->verdict, RUN_NOT_READY);
	assert_int_equal(site.report->requirements[0].verdict, VERDICT_PASS);
}

/* Silent in all sockets, though its port answers others: the same cause. */
static void flow_loss_of_all_sockets(void **state)
{
	(void)state;
	one_died();
	flows(20, 0, 0, 20);
	site_https(&site, "c.example", "203.0.113.4", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	assert_int_equal(
	    expect_only("flow-loss", OWNER_FIREWALL, false)->result_count, 3);
}

/* A port that answers nobody has a cause of its own. */
static void flow_loss_beside_a_drop(void **state)
{
	(void)state;
	one_died();
	flows(20, 0, 0, 20);
	site_test(&site, "tcp", "d.example", TRANSPORT_TCP, 8443, "203.0.113.5",
		  PHASE_CONNECT, CAUSE_TIMEOUT);
	site_report(&site);
	assert_int_equal(site.report->finding_count, 2);
	assert_int_equal(site_finding(&site, "flow-loss")->result_count, 2);
}

/* Some died, and many more packets were lost one by one: that is loss. */
static void flow_loss_twin(void **state)
{
	(void)state;
	one_died();
	flows(19, 18, 30, 3);
	expect_no("flow-loss");
	assert_int_equal(site.report->verdict, RUN_READY);
}

/* Fewer than one in ten: the product may live with it. */
static void flow_loss_few(void **state)
{
	(void)state;
	one_died();
	flows(38, 0, 0, 2);
	expect_only("flow-loss", OWNER_FIREWALL, false);
	assert_int_equal(site.report->verdict, RUN_READY_WITH_WARNINGS);
}

/* Another family is another path. */
static void flow_loss_other_family(void **state)
{
	(void)state;
	site_https(&site, "a.example", "2001:db8::1", PHASE_REPLY, CAUSE_OK)
	    ->lost = 1;
	one_died();
	flows(20, 0, 0, 20);
	site_report(&site);
	assert_int_equal(site.report->requirements[0].verdict, VERDICT_PASS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    story(local_firewall_silent),    story(local_firewall_silent_twin),
	    story(local_firewall_names),     story(flow_loss),
	    story(flow_loss_of_all_sockets), story(flow_loss_beside_a_drop),
	    story(flow_loss_twin),           story(flow_loss_few),
	    story(flow_loss_other_family),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
