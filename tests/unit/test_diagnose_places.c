/* Places: where packets vanish, go round, or are refused; each with a twin. */
#include "tests/unit/story.h"

static struct evidence *walk(int64_t hop, const char *address)
{
	struct evidence *e = site_evidence(&site, EVIDENCE_HOP_WALK);

	facts_bool(&e->observed, "reached", false);
	facts_number(&e->observed, "last-hop", hop);
	facts_string(&e->observed, "last-hop-address", address);
	return e;
}

static const struct finding *finding_on(const char *code, enum owner owner)
{
	for (size_t i = 0; i < site.report->finding_count; i++) {
		const struct finding *f = &site.report->findings[i];

		if (strcmp(f->code, code) == 0 && f->owner == owner)
			return f;
	}
	fail_msg("no %s of %s", code, owner_name(owner));
	return NULL;
}

/* Resets ------------------------------------------------------------------ */

static void refused(size_t device, int64_t hop, const char *last, int64_t at)
{
	struct evidence *e;

	site_device_test(&site, "ssh", device, TRANSPORT_TCP, 22, PHASE_CONNECT,
			 CAUSE_REFUSED);
	e = walk(hop, last);
	facts_bool(&e->observed, "reached", true);
	facts_number(&e->observed, "reset-at", at);
}

static void measured(int64_t at, bool nearer)
{
	struct evidence *e = site_evidence(&site, EVIDENCE_RESET_TTL);

	facts_number(&e->observed, "reset-at", at);
	facts_bool(&e->observed, "nearer", nearer);
}

/* One device is enough where a walk and the reset itself say so. */
static void reset_at_router(void **state)
{
	const struct finding *f;

	(void)state;
	refused(site_device(&site, "switch", "10.2.1.10", "snmp"), 1,
		"10.0.0.1", 2);
	measured(2, true);
	f = expect_only("firewall-resets", OWNER_FIREWALL, false);
	assert_int_equal(f->where, WHERE_AFTER_HOP);
	assert_int_equal(f->hop, 1);
	assert_non_null(strstr(f->title, "hop 1, 10.0.0.1 (default gateway)"));
	expect_line(f, "once it may pass 1 router");
}

static void reset_at_router_twin(void **state)
{
	(void)state;
	refused(site_device(&site, "switch", "10.2.1.10", "snmp"), 1,
		"10.0.0.1", 2);
	measured(2, false);
	expect_line(expect_only("service-down", OWNER_DEVICE, false),
		    "no device before it sent the reset");
}

/* Answers may take a shorter way back: another answer of the host decides. */
static void reset_shorter_way(void **state)
{
	struct evidence *e;

	(void)state;
	refused(site_device(&site, "switch", "10.2.1.10", "snmp"), 1,
		"10.0.0.1", 2);
	measured(2, true);
	e = site_evidence(&site, EVIDENCE_RESET_TTL);
	facts_number(&e->observed, "answer-ttl", 64);
	facts_bool(&e->observed, "agrees", true);
	expect_only("service-down", OWNER_DEVICE, false);
}

/* A packet that may pass no router draws it: the first one made it. No hop 0.
 */
static void reset_at_first(void **state)
{
	const struct finding *f;
	struct evidence *e;

	(void)state;
	site_device_test(&site, "ssh",
			 site_device(&site, "switch", "10.2.1.10", "snmp"),
			 TRANSPORT_TCP, 22, PHASE_CONNECT, CAUSE_REFUSED);
	facts_number(&site_evidence(&site, EVIDENCE_HOP_WALK)->observed,
		     "reset-at", 1);
	/* It may be this host's own, until one was seen to come in. */
	f = expect_only("firewall-resets", OWNER_FIREWALL, false);
	assert_int_equal(f->hop, 0);
	e = site_evidence(&site, EVIDENCE_WIRE);
	facts_bool(&e->observed, "left", true);
	facts_bool(&e->observed, "arrived", true);
	facts_bool(&e->observed, "received", true);
	facts_string(&e->observed, "cause", "refused");
	f = expect_only("firewall-resets", OWNER_FIREWALL, false);
	assert_int_equal(f->hop, 1);
	assert_non_null(strstr(f->title, "hop 1, 10.0.0.1"));
}

/* At the provider; one of two hosts is refused by itself. */
static void resets_apart(void **state)
{
	struct evidence *e;

	(void)state;
	site_control(&site);
	site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
		   CAUSE_REFUSED);
	e = walk(2, "198.51.100.1");
	facts_number(&e->observed, "reset-at", 3);
	measured(3, true);
	site_https(&site, "b.example.org", "203.0.113.9", PHASE_CONNECT,
		   CAUSE_REFUSED);
	e = walk(4, "198.51.100.7");
	facts_number(&e->observed, "reset-at", 5);
	measured(5, false);
	site_report(&site);
	assert_int_equal(site.report->finding_count, 2);
	assert_int_equal(
	    finding_on("firewall-resets", OWNER_INTERNET)->result_count, 1);
	assert_int_equal(finding_on("service-down", OWNER_VENDOR)->result_count,
			 1);
}

/* The router has sent enough errors: the walk of the other host met it. */
static void reset_with_others(void **state)
{
	(void)state;
	refused(site_device(&site, "a", "10.2.1.10", "snmp"), 1, "10.0.0.1", 2);
	measured(2, true);
	site_device_test(&site, "ssh",
			 site_device(&site, "b", "10.2.1.11", "snmp"),
			 TRANSPORT_TCP, 22, PHASE_CONNECT, CAUSE_REFUSED);
	facts_number(&site_evidence(&site, EVIDENCE_HOP_WALK)->observed,
		     "reset-at", 2);
	measured(2, true);
	assert_int_equal(
	    expect_only("firewall-resets", OWNER_FIREWALL, false)->result_count,
	    2);
}

/* The provider's router has sent enough errors to one walk: one place. */
static void reset_with_nearer(void **state)
{
	(void)state;
	site_control(&site);
	for (int i = 0; i < 2; i++) {
		struct evidence *e;

		site_https(&site, i == 0 ? "a.example" : "b.example.org",
			   i == 0 ? "203.0.113.1" : "203.0.113.9",
			   PHASE_CONNECT, CAUSE_REFUSED);
		e = i == 0 ? walk(1, "10.0.0.1") : walk(2, "198.51.100.1");
		facts_number(&e->observed, "reset-at", 3);
		measured(3, true);
	}
	assert_int_equal(
	    expect_only("firewall-resets", OWNER_INTERNET, false)->result_count,
	    2);
}

/* Walks per host ---------------------------------------------------------- */

static void two_places_of_a_port(void **state)
{
	const struct finding *f;

	(void)state;
	site_control(&site);
	site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	walk(1, "10.0.0.1");
	for (size_t i = 2; i < 6; i++) {
		site_https(&site,
			   arena_printf(&site.arena, "h%zu.example.org", i),
			   arena_printf(&site.arena, "203.0.113.%zu", i),
			   PHASE_CONNECT, CAUSE_TIMEOUT);
		if (i < 4)
			walk(2, "198.51.100.1");
	}
	site_report(&site);
	assert_int_equal(site.report->finding_count, 2);
	f = finding_on("firewall-drops", OWNER_FIREWALL);
	assert_int_equal(f->result_count, 1);
	assert_int_equal(f->hop, 1);
	f = finding_on("firewall-drops", OWNER_INTERNET);
	assert_int_equal(f->result_count, 4);
	assert_int_equal(f->hop, 2);
	assert_true(f->inferred);
	expect_line(f, "not walked, and counted here: 2");
}

static void one_place_of_a_port(void **state)
{
	(void)state;
	site_control(&site);
	for (size_t i = 1; i < 5; i++) {
		site_https(&site,
			   arena_printf(&site.arena, "h%zu.example.org", i),
			   arena_printf(&site.arena, "203.0.113.%zu", i),
			   PHASE_CONNECT, CAUSE_TIMEOUT);
		if (i < 3)
			walk(2, "198.51.100.1");
	}
	assert_false(
	    expect_only("firewall-drops", OWNER_INTERNET, false)->inferred);
}

/* The walk that was repeated has met somebody. */
static void repeated_walk(void **state)
{
	(void)state;
	site_control(&site);
	site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	facts_bool(&site_evidence(&site, EVIDENCE_HOP_WALK)->observed,
		   "reached", false);
	walk(1, "10.0.0.1");
	assert_int_equal(
	    expect_only("firewall-drops", OWNER_FIREWALL, false)->hop, 1);
}

/* Loops ------------------------------------------------------------------- */

static const char *const round_and_round[] = {"1 10.0.0.1",
					      "2 198.51.100.1",
					      "3 198.51.100.5",
					      "4 198.51.100.1",
					      "5 198.51.100.5",
					      "6 198.51.100.1",
					      NULL};

static void loop(void **state)
{
	const struct finding *f;

	(void)state;
	site_control(&site);
	site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	walk_of(round_and_round);
	site_http(&site, "b.example", "203.0.113.77", PHASE_CONNECT,
		  CAUSE_TIMEOUT);
	site_icmp(site_https(&site, "c.example", "203.0.113.78", PHASE_CONNECT,
			     CAUSE_UNREACHABLE),
		  11, 0, "198.51.100.1");
	f = expect_only("routing-loop", OWNER_INTERNET, true);
	assert_int_equal(f->result_count, 3);
	assert_true(f->inferred);
	assert_int_equal(f->hop, 2);
	expect_line(f, "198.51.100.1 is met 3 times from hop 2 on");
	expect_line(f, "between them 198.51.100.5");
}

/* A router out of its allowance is silent: another walk has met it. */
static void loop_by_two_walks(void **state)
{
	static const char *const one[] = {"1 10.0.0.1", "3 198.51.100.5",
					  "5 198.51.100.5", "7 198.51.100.5",
					  NULL};
	static const char *const other[] = {"1 10.0.0.1", "4 198.51.100.1",
					    NULL};

	(void)state;
	site_control(&site);
	site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	walk_of(one);
	expect_only("routing-loop", OWNER_INTERNET, false);
	site_https(&site, "b.example", "203.0.113.2", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	walk_of(other);
	expect_only("routing-loop", OWNER_INTERNET, true);
}

/* Paths of two lengths: the same router twice. */
static void loop_twin(void **state)
{
	static const char *const twice[] = {"1 10.0.0.1", "2 198.51.100.1",
					    "3 198.51.100.5", "4 198.51.100.1",
					    NULL};

	(void)state;
	site_control(&site);
	site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	walk_of(twice);
	expect_only("firewall-drops", OWNER_INTERNET, false);
}

/* Hosts of another network vanish for a reason of their own. */
static void loop_elsewhere(void **state)
{
	(void)state;
	site_control(&site);
	site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	walk_of(round_and_round);
	site_https(&site, "b.example.org", "192.88.99.1", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	site_report(&site);
	assert_int_equal(
	    finding_on("routing-loop", OWNER_INTERNET)->result_count, 1);
}

static void loop_inside(void **state)
{
	static const char *const inside[] = {"1 10.0.0.1", "2 10.0.9.1",
					     "3 10.0.0.1", "4 10.0.9.1",
					     "5 10.0.0.1", NULL};

	(void)state;
	site_device_test(&site, "ssh",
			 site_device(&site, "a", "10.5.0.9", "snmp"),
			 TRANSPORT_TCP, 22, PHASE_CONNECT, CAUSE_TIMEOUT);
	walk_of(inside);
	expect_only("routing-loop", OWNER_LOCAL_NETWORK, true);
}

/* Without a walk the expired packet is all there is. */
static void expired(void **state)
{
	(void)state;
	site_icmp(site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
			     CAUSE_UNREACHABLE),
		  11, 0, "198.51.100.1");
	expect_line(expect_only("routing-loop", OWNER_INTERNET, false),
		    "ICMP 11/0 from 198.51.100.1");
}

/* No route is another thing. */
static void expired_twin(void **state)
{
	(void)state;
	site_icmp(site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
			     CAUSE_UNREACHABLE),
		  3, 0, "198.51.100.1");
	expect_only("path-unreachable", OWNER_INTERNET, false);
}

/* One box ----------------------------------------------------------------- */

static void gateways_of_one_interface(void)
{
	facts_append(&site.results.host, "gateways", "2001:db8:2::1");
	facts_append(&site.results.host, "gateway-via", "10.0.0.1 eth0");
	facts_append(&site.results.host, "gateway-via", "2001:db8:2::1 eth0");
}

static void no_route(const char *address, uint8_t type, uint8_t code,
		     const char *from)
{
	site_icmp(site_https(&site, "a.example", address, PHASE_CONNECT,
			     CAUSE_UNREACHABLE),
		  type, code, from);
}

static void no_route_over_both(void **state)
{
	(void)state;
	site_control(&site);
	no_route("203.0.113.1", 3, 0, "10.0.0.1");
	no_route("2001:db8::1", 1, 0, "2001:db8:2::1");
	gateways_of_one_interface();
	assert_int_equal(expect_only("path-unreachable", OWNER_FIREWALL, false)
			     ->result_count,
			 2);
}

/* The router that says so has a number where a walk met it. */
static void which_hop(void **state)
{
	const struct finding *f;

	(void)state;
	site_icmp(site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
			     CAUSE_PROHIBITED),
		  3, 13, "198.51.100.1");
	walk(2, "198.51.100.1");
	f = expect_only("firewall-prohibits", OWNER_INTERNET, true);
	assert_int_equal(f->hop, 2);
	expect_line(f, "it is hop 2");
}

static void which_hop_twin(void **state)
{
	(void)state;
	site_icmp(site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
			     CAUSE_PROHIBITED),
		  3, 13, "198.51.100.9");
	walk(2, "198.51.100.1");
	assert_int_equal(
	    expect_only("firewall-prohibits", OWNER_INTERNET, true)->hop, 0);
}

static void two_codes(void **state)
{
	const struct finding *f;

	(void)state;
	site_icmp(site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
			     CAUSE_PROHIBITED),
		  3, 13, "10.0.0.1");
	no_route("2001:db8::1", 1, 0, "2001:db8:2::1");
	gateways_of_one_interface();
	f = expect_only("firewall-prohibits", OWNER_FIREWALL, false);
	assert_string_equal(f->blocker_name,
			    "default gateway, also 2001:db8:2::1");
}

/* Another port over each family: two rules. */
static void two_codes_twin(void **state)
{
	(void)state;
	site_icmp(site_http(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
			    CAUSE_PROHIBITED),
		  3, 13, "10.0.0.1");
	no_route("2001:db8::1", 1, 0, "2001:db8:2::1");
	gateways_of_one_interface();
	site_report(&site);
	assert_int_equal(site.report->finding_count, 2);
}

static void dropped_over_both(int64_t v6_hop)
{
	site_control(&site);
	site_test(&site, "dns", "2001:db8::53", TRANSPORT_UDP, 53,
		  "2001:db8::53", PHASE_REPLY, CAUSE_OK);
	site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	walk(2, "198.51.100.1");
	site_https(&site, "a.example", "2001:db8::1", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	walk(v6_hop, "2001:db8:113::1");
}

static void one_hop_over_both(void **state)
{
	(void)state;
	dropped_over_both(2);
	assert_non_null(
	    strstr(expect_only("firewall-drops", OWNER_INTERNET, false)->title,
		   "hop 2, 198.51.100.1, also 2001:db8:113::1"));
}

static void one_hop_over_both_twin(void **state)
{
	(void)state;
	dropped_over_both(3);
	site_report(&site);
	assert_int_equal(site.report->finding_count, 2);
}

/* Networks of this host's own addresses are the site's, over IPv6 too. */
static void ours_over_v6(void **state)
{
	(void)state;
	facts_append(&site.results.host, "addresses", "2001:db8:2::5");
	site_test(&site, "dns", "2001:db8::53", TRANSPORT_UDP, 53,
		  "2001:db8::53", PHASE_REPLY, CAUSE_OK);
	site_https(&site, "a.example", "2001:db8::1", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	walk(2, "2001:db8:2:9::1");
	expect_only("firewall-drops", OWNER_FIREWALL, false);
}

/* Address translation ----------------------------------------------------- */

static bool remedy_has(const struct finding *f, const char *words)
{
	for (size_t i = 0; i < f->remedy_count; i++)
		if (strstr(f->remedy[i], words) != NULL)
			return true;
	return false;
}

static void beyond_translation(void **state)
{
	const struct finding *f;

	(void)state;
	site_control(&site);
	site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	walk(2, "198.51.100.1");
	f = expect_only("firewall-drops", OWNER_INTERNET, false);
	assert_true(remedy_has(f, "from the public address of this site to"));
	assert_false(remedy_has(f, "10.0.0.5"));
}

/* Before it, packets have the address that they were sent with; a public one
 * and IPv6 keep it everywhere. */
static void before_translation(void **state)
{
	(void)state;
	site_control(&site);
	site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	walk(2, "10.0.9.1");
	assert_true(
	    remedy_has(expect_only("firewall-drops", OWNER_FIREWALL, false),
		       "from 10.0.0.5"));
}

/* A firewall that denies all looks like a line that is down: at the gateway the
 * private address counts. */
static void at_the_gateway(void **state)
{
	const struct finding *f;

	(void)state;
	site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	walk(1, "10.0.0.1");
	site_report(&site);
	f = &site.report->findings[0];
	assert_false(report_is_translated("10.0.0.5", OWNER_INTERNET, f->hop,
					  &f->hop_address));
}

static void public_source(void **state)
{
	(void)state;
	site.run.source = "192.0.2.5";
	site_control(&site);
	site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	walk(2, "198.51.100.1");
	assert_true(
	    remedy_has(expect_only("firewall-drops", OWNER_INTERNET, false),
		       "from 192.0.2.5"));
}

static void no_translation_over_v6(void **state)
{
	(void)state;
	site.run.source = NULL;
	facts_append(&site.results.host, "addresses", "2001:db8:2::5");
	site_test(&site, "dns", "2001:db8::53", TRANSPORT_UDP, 53,
		  "2001:db8::53", PHASE_REPLY, CAUSE_OK);
	site_https(&site, "a.example", "2001:db8::1", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	walk(2, "2001:db8:113::1");
	assert_true(
	    remedy_has(expect_only("firewall-drops", OWNER_INTERNET, false),
		       "from 2001:db8:2::5"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    story(reset_at_router),
	    story(reset_at_router_twin),
	    story(reset_shorter_way),
	    story(reset_at_first),
	    story(reset_with_nearer),
	    story(resets_apart),
	    story(reset_with_others),
	    story(two_places_of_a_port),
	    story(one_place_of_a_port),
	    story(repeated_walk),
	    story(loop),
	    story(loop_by_two_walks),
	    story(loop_twin),
	    story(loop_elsewhere),
	    story(loop_inside),
	    story(expired),
	    story(expired_twin),
	    story(no_route_over_both),
	    story(which_hop),
	    story(which_hop_twin),
	    story(two_codes),
	    story(two_codes_twin),
	    story(one_hop_over_both),
	    story(one_hop_over_both_twin),
	    story(ours_over_v6),
	    story(beyond_translation),
	    story(before_translation),
	    story(public_source),
	    story(at_the_gateway),
	    story(no_translation_over_v6),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
