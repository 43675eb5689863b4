/* One device or two: what is met over both families, and on several ports. */
#include "tests/unit/story.h"

static void prohibited_over_both(void)
{
	site_icmp(site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
			     CAUSE_PROHIBITED),
		  3, 13, "10.0.0.1");
	site_icmp(site_https(&site, "b.example", "2001:db8::1", PHASE_CONNECT,
			     CAUSE_PROHIBITED),
		  1, 1, "2001:db8:2::1");
}

static void neighbour(const char *address, const char *link)
{
	struct evidence *e = site_evidence(&site, EVIDENCE_NEIGHBOUR);

	addr_parse(&e->addr, address);
	e->result = SIZE_MAX;
	facts_string(&e->observed, "state", "reachable");
	facts_string(&e->observed, "link", link);
}

static void expect_one_blocker(void)
{
	const struct finding *f =
	    expect_only("firewall-prohibits", OWNER_FIREWALL, true);

	expect_blocker(f, "10.0.0.1");
	assert_string_equal(f->blocker_name,
			    "default gateway, also 2001:db8:2::1");
	assert_int_equal(f->result_count, 2);
	assert_string_equal(f->title,
			    "10.0.0.1 (default gateway, also 2001:db8:2::1) "
			    "prohibits tcp/443 to a.example and b.example");
}

/* The same link-layer address on the same interface. */
static void one_firewall(void **state)
{
	(void)state;
	prohibited_over_both();
	neighbour("10.0.0.1", "eth0 02:00:00:00:00:01");
	neighbour("2001:db8:2::1", "eth0 02:00:00:00:00:01");
	expect_one_blocker();
}

/* IPv4 is shown, whichever comes first. */
static void one_firewall_from_behind(void **state)
{
	(void)state;
	site_icmp(site_https(&site, "a.example", "2001:db8::1", PHASE_CONNECT,
			     CAUSE_PROHIBITED),
		  1, 1, "2001:db8:2::1");
	site_icmp(site_https(&site, "b.example", "203.0.113.1", PHASE_CONNECT,
			     CAUSE_PROHIBITED),
		  3, 13, "10.0.0.1");
	neighbour("10.0.0.1", "eth0 02:00:00:00:00:01");
	neighbour("2001:db8:2::1", "eth0 02:00:00:00:00:01");
	expect_only("firewall-prohibits", OWNER_FIREWALL, true);
	expect_blocker(&site.report->findings[0], "10.0.0.1");
	assert_string_equal(site.report->findings[0].blocker_name,
			    "default gateway, also 2001:db8:2::1");
}

static void two_firewalls(void **state)
{
	(void)state;
	prohibited_over_both();
	facts_append(&site.results.host, "gateways", "2001:db8:2::1");
	facts_append(&site.results.host, "gateway-via", "10.0.0.1 eth0");
	facts_append(&site.results.host, "gateway-via", "2001:db8:2::1 eth0");
	neighbour("10.0.0.1", "eth0 02:00:00:00:00:01");
	neighbour("2001:db8:2::1", "eth0 02:00:00:00:00:02");
	site_report(&site);
	assert_int_equal(site.report->finding_count, 2);
}

/* Nothing is known of the links: both are the gateway of eth0. */
static void one_gateway(void **state)
{
	(void)state;
	prohibited_over_both();
	facts_append(&site.results.host, "gateways", "2001:db8:2::1");
	facts_append(&site.results.host, "gateway-via", "10.0.0.1 eth0");
	facts_append(&site.results.host, "gateway-via", "2001:db8:2::1 eth0");
	expect_one_blocker();
}

static void two_interfaces(void **state)
{
	(void)state;
	prohibited_over_both();
	facts_append(&site.results.host, "gateways", "2001:db8:2::1");
	facts_append(&site.results.host, "gateway-via", "10.0.0.1 eth0");
	facts_append(&site.results.host, "gateway-via", "2001:db8:2::1 eth1");
	site_report(&site);
	assert_int_equal(site.report->finding_count, 2);
}

/* Another rule for each family: two things to change. */
static void two_rules(void **state)
{
	(void)state;
	prohibited_over_both();
	site_icmp(site_http(&site, "c.example", "2001:db8::2", PHASE_CONNECT,
			    CAUSE_PROHIBITED),
		  1, 1, "2001:db8:2::1");
	facts_append(&site.results.host, "gateway-via", "10.0.0.1 eth0");
	facts_append(&site.results.host, "gateway-via", "2001:db8:2::1 eth0");
	site_report(&site);
	assert_int_equal(site.report->finding_count, 2);
}

static void walk(const char *address, const char *link)
{
	struct evidence *e = site_evidence(&site, EVIDENCE_HOP_WALK);

	facts_bool(&e->observed, "reached", false);
	facts_number(&e->observed, "last-hop", 1);
	facts_string(&e->observed, "last-hop-address", address);
	if (link != NULL)
		facts_string(&e->observed, "last-hop-link", link);
}

static void dropped_over_both(const char *link4, const char *link6)
{
	site_control(&site);
	site_test(&site, "dns", "2001:db8::53", TRANSPORT_UDP, 53,
		  "2001:db8::53", PHASE_REPLY, CAUSE_OK);
	site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	walk("10.0.0.1", link4);
	site_https(&site, "a.example", "2001:db8::1", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	walk("2001:db8:2::1", link6);
}

static void one_dropping(void **state)
{
	(void)state;
	dropped_over_both("eth0 02:00:00:00:00:01", "eth0 02:00:00:00:00:01");
	assert_int_equal(
	    expect_only("firewall-drops", OWNER_FIREWALL, false)->result_count,
	    2);
}

static void two_dropping(void **state)
{
	(void)state;
	dropped_over_both("eth0 02:00:00:00:00:01", NULL);
	site_report(&site);
	assert_int_equal(site.report->finding_count, 2);
}

/* Ports that vanish at one place on the way to the internet. */
static void one_place(void **state)
{
	const struct finding *f;

	(void)state;
	site_control(&site);
	site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	walk("10.0.0.1", NULL);
	site_test(&site, "tcp", "b.example", TRANSPORT_TCP, 8443, "203.0.113.2",
		  PHASE_CONNECT, CAUSE_TIMEOUT);
	walk("10.0.0.1", NULL);
	f = expect_only("firewall-drops", OWNER_FIREWALL, false);
	assert_int_equal(f->result_count, 2);
	expect_line(f, "tcp/443: targets 1, tcp/8443: targets 1");
}

static void two_places(void **state)
{
	(void)state;
	site_control(&site);
	site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	walk("10.0.0.1", NULL);
	site_test(&site, "tcp", "b.example", TRANSPORT_TCP, 8443, "203.0.113.2",
		  PHASE_CONNECT, CAUSE_TIMEOUT);
	walk("10.0.9.1", NULL);
	site_report(&site);
	assert_int_equal(site.report->finding_count, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    story(one_firewall),   story(one_firewall_from_behind),
	    story(two_firewalls),  story(one_gateway),
	    story(two_interfaces), story(two_rules),
	    story(one_dropping),   story(two_dropping),
	    story(one_place),      story(two_places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
