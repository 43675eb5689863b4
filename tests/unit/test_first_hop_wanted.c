/* What the second round asks about this host and its first hop: nothing of a
 * run in which something came back. */
#include "tests/unit/story.h"

#include "report/controls/controls_plan.h"

static struct evidence_request wishes[64];

static int begin_networks(void **state)
{
	begin(state);
	facts_append(&site.results.host, "networks", "10.0.0.5/24 eth0");
	facts_append(&site.results.host, "networks", "2001:db8:2::5/64 eth0");
	facts_append(&site.results.host, "gateways", "2001:db8:2::1");
	facts_append(&site.results.host, "gateway-via", "10.0.0.1 eth0");
	facts_append(&site.results.host, "gateway-via", "2001:db8:2::1 eth0");
	return 0;
}

#define case_of(test) cmocka_unit_test_setup_teardown(test, begin_networks, end)

/* The requests of that kind in a step come first in `wishes`. */
static size_t wanted(unsigned step, enum evidence_kind kind)
{
	struct correlation *s = correlation_new(&site.plan, &site.results);
	size_t count = controls_plan(s, step, wishes, 64), of_kind = 0;

	correlation_free(s);
	assert_true(count <= EVIDENCE_WANTED_MAX);
	for (size_t i = 0; i < count; i++)
		if (wishes[i].kind == kind)
			wishes[of_kind++] = wishes[i];
	return of_kind;
}

static void expect_address(const struct addr *a, const char *text)
{
	char address[ADDR_TEXT];

	assert_string_equal(addr_text(a, address), text);
}

static void lost(const char *address)
{
	site_https(&site, "a.example", address, PHASE_CONNECT, CAUSE_TIMEOUT);
}

/* The family that lost something; an address that it lost lies behind. */
static void gateway(void **state)
{
	(void)state;
	lost("203.0.113.1");
	assert_int_equal(wanted(0, EVIDENCE_GATEWAY), 1);
	expect_address(&wishes[0].addr, "10.0.0.1");
	expect_address(&wishes[0].other, "203.0.113.1");
	assert_int_equal(wishes[0].result, SIZE_MAX);
	lost("2001:db8:9::1");
	assert_int_equal(wanted(0, EVIDENCE_GATEWAY), 2);
	expect_address(&wishes[1].addr, "2001:db8:2::1");
	expect_address(&wishes[1].other, "2001:db8:9::1");
}

/* An answer from outside, or a router's error, says enough of a family. */
static void gateway_twin(void **state)
{
	(void)state;
	lost("203.0.113.1");
	site_control(&site);
	assert_int_equal(wanted(0, EVIDENCE_GATEWAY), 0);
	lost("2001:db8:9::1");
	assert_int_equal(wanted(0, EVIDENCE_GATEWAY), 1);
	site_icmp(site_https(&site, "b.example", "2001:db8:9::2", PHASE_CONNECT,
			     CAUSE_UNREACHABLE),
		  1, 0, "2001:db8:2::1");
	assert_int_equal(wanted(0, EVIDENCE_GATEWAY), 0);
}

/* A healthy run asks nothing of it ... */
static void gateway_healthy(void **state)
{
	(void)state;
	site_control(&site);
	assert_int_equal(wanted(0, EVIDENCE_GATEWAY), 0);
	assert_int_equal(wanted(1, EVIDENCE_CLAIMANTS), 0);
	assert_int_equal(wanted(1, EVIDENCE_VIA), 0);
}

/* ... and neighbours that are off don't either. */
static void gateway_neighbour(void **state)
{
	size_t device = site_device(&site, "printer", "10.0.0.20", "printer");

	(void)state;
	site_device_test(&site, "ssh", device, TRANSPORT_TCP, 22, PHASE_CONNECT,
			 CAUSE_TIMEOUT)
	    ->on_link = true;
	assert_int_equal(wanted(0, EVIDENCE_GATEWAY), 0);
}

/* No name was resolved: an address that no host has stands for the internet. */
static void gateway_names(void **state)
{
	(void)state;
	site_test(&site, "https", "b.example", TRANSPORT_TCP, 443, NULL,
		  PHASE_RESOLVE, CAUSE_TIMEOUT);
	assert_int_equal(wanted(0, EVIDENCE_GATEWAY), 2);
	expect_address(&wishes[0].other, "192.0.2.53");
	expect_address(&wishes[1].other, "2001:db8::35");
	site_control(&site);
	assert_int_equal(wanted(0, EVIDENCE_GATEWAY), 0);
}

static struct evidence *answer(const char *address, bool forwards)
{
	struct evidence *e = site_evidence(&site, EVIDENCE_GATEWAY);

	e->result = SIZE_MAX;
	addr_parse(&e->addr, address);
	facts_bool(&e->observed, "forwards", forwards);
	return e;
}

/* Who has the address of the gateway, and who has ours? */
static void claimants(void **state)
{
	(void)state;
	lost("203.0.113.1");
	answer("10.0.0.1", false);
	assert_int_equal(wanted(0, EVIDENCE_CLAIMANTS), 0);
	assert_int_equal(wanted(1, EVIDENCE_CLAIMANTS), 2);
	expect_address(&wishes[0].addr, "10.0.0.1");
	expect_address(&wishes[1].addr, "10.0.0.5");
	assert_string_equal(wishes[0].interface, "eth0");
	assert_string_equal(wishes[1].interface, "eth0");
	assert_int_equal(wanted(2, EVIDENCE_CLAIMANTS), 0);
}

static void claimants_twin(void **state)
{
	(void)state;
	lost("203.0.113.1");
	answer("10.0.0.1", true);
	assert_int_equal(wanted(1, EVIDENCE_CLAIMANTS), 0);
}

static void neighbour(const char *address)
{
	size_t device = site_device(&site, address, address, "snmp");

	site_device_test(&site, "ssh", device, TRANSPORT_TCP, 22, PHASE_CONNECT,
			 CAUSE_UNREACHABLE)
	    ->on_link = true;
	site_device_test(&site, "ping", device, TRANSPORT_ICMP, 0, PHASE_REPLY,
			 CAUSE_UNREACHABLE)
	    ->on_link = true;
}

/* Several silent neighbours: each once, by way of the gateway. */
static void via(void **state)
{
	(void)state;
	neighbour("10.0.0.20");
	assert_int_equal(wanted(1, EVIDENCE_VIA), 0);
	neighbour("10.0.0.21");
	assert_int_equal(wanted(0, EVIDENCE_VIA), 0);
	assert_int_equal(wanted(1, EVIDENCE_VIA), 2);
	expect_address(&wishes[0].addr, "10.0.0.20");
	expect_address(&wishes[0].other, "10.0.0.1");
	expect_address(&wishes[1].addr, "10.0.0.21");
	for (size_t i = 0; i < 20; i++)
		neighbour(arena_printf(&site.arena, "10.0.0.%zu", 30 + i));
	assert_int_equal(wanted(1, EVIDENCE_VIA), 4);
}

/* One of each family may be one device; with several, the other counts. */
static void via_families(void **state)
{
	(void)state;
	neighbour("10.0.0.20");
	neighbour("2001:db8:2::20");
	assert_int_equal(wanted(1, EVIDENCE_VIA), 0);
	neighbour("2001:db8:2::21");
	assert_int_equal(wanted(1, EVIDENCE_VIA), 3);
	expect_address(&wishes[0].other, "10.0.0.1");
	expect_address(&wishes[2].other, "2001:db8:2::1");
}

/* A host that answers otherwise is where it should be. */
static void via_twin(void **state)
{
	(void)state;
	neighbour("10.0.0.20");
	neighbour("10.0.0.21");
	site_test(&site, "http", "10.0.0.21", TRANSPORT_TCP, 80, "10.0.0.21",
		  PHASE_REPLY, CAUSE_OK)
	    ->on_link = true;
	assert_int_equal(wanted(1, EVIDENCE_VIA), 0);
}

static struct result *routed(const char *address, const char *route)
{
	struct result *r = site_https(&site, "a.example", address,
				      PHASE_CONNECT, CAUSE_TIMEOUT);

	facts_string(&r->facts, "route", route);
	return r;
}

/* The next hop of another route is asked about an address behind it; the
 * default gateway, through which nothing was lost, is not. */
static void route(void **state)
{
	(void)state;
	routed("203.0.113.1", "203.0.113.0/24 via 10.0.0.9");
	routed("203.0.113.2", "203.0.113.0/24 via 10.0.0.9");
	assert_int_equal(wanted(0, EVIDENCE_GATEWAY), 1);
	expect_address(&wishes[0].addr, "10.0.0.9");
	expect_address(&wishes[0].other, "203.0.113.1");
	wanted(0, EVIDENCE_NEIGHBOUR);
	expect_address(&wishes[1].addr, "2001:db8:2::1");
	expect_address(&wishes[2].addr, "10.0.0.9");
	routed("203.0.113.3", "203.0.113.3/32 via 10.0.0.8");
	assert_int_equal(wanted(0, EVIDENCE_GATEWAY), 2);
}

/* Something came back through it: it is asked only about a link address that
 * the kernel did not get. */
static void route_twin(void **state)
{
	(void)state;
	routed("203.0.113.1", "203.0.113.0/24 via 10.0.0.9");
	facts_string(&site_https(&site, "b.example", "203.0.113.2", PHASE_REPLY,
				 CAUSE_OK)
			  ->facts,
		     "route", "203.0.113.0/24 via 10.0.0.9");
	assert_int_equal(wanted(0, EVIDENCE_GATEWAY), 0);
	routed("203.0.113.3", "203.0.113.0/24 via 10.0.0.9")->outcome.cause =
	    CAUSE_UNREACHABLE;
	assert_int_equal(wanted(0, EVIDENCE_GATEWAY), 1);
}

/* A few of them. */
static void route_many(void **state)
{
	(void)state;
	for (size_t i = 0; i < 9; i++)
		routed(arena_printf(&site.arena, "203.0.113.%zu", i),
		       arena_printf(&site.arena,
				    "203.0.113.%zu/32 via 10.0.0.9%zu", i, i));
	assert_int_equal(wanted(0, EVIDENCE_GATEWAY), 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    case_of(gateway),         case_of(gateway_twin),
	    case_of(gateway_healthy), case_of(gateway_neighbour),
	    case_of(gateway_names),   case_of(claimants),
	    case_of(claimants_twin),  case_of(via),
	    case_of(via_twin),        case_of(via_families),
	    case_of(route),           case_of(route_twin),
	    case_of(route_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
