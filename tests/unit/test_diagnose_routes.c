/* A first hop that passes nothing on, and routes of this host that lead to
 * another first hop; each with a twin that must not raise it. */
#include "tests/unit/story.h"

#define WEB "203.0.113.0/24"

static void gateway(const char *address, bool replies, bool forwards)
{
	struct evidence *e = evidence_about(EVIDENCE_GATEWAY, address);

	facts_string(&e->observed, "entry", "reachable");
	facts_string(&e->observed, "link", "eth0 02:00:00:00:00:01");
	facts_bool(&e->observed, "replies", replies);
	facts_bool(&e->observed, "forwards", forwards);
}

static void walk(size_t result, int64_t last, const char *address)
{
	struct evidence *e = site_evidence(&site, EVIDENCE_HOP_WALK);

	e->result = result;
	e->addr = site.results.items[result].addr;
	facts_number(&e->observed, "last-hop", last);
	facts_string(&e->observed, "last-hop-address", address);
}

static struct result *web(const char *host, const char *address)
{
	return site_https(&site, host, address, PHASE_CONNECT, CAUSE_TIMEOUT);
}

static struct result *behind(const char *name, const char *address)
{
	size_t device = site_device(&site, name, address, "snmp");

	return site_device_test(&site, "ssh", device, TRANSPORT_TCP, 22,
				PHASE_CONNECT, CAUSE_TIMEOUT);
}

static struct result *answers(const char *name, const char *address)
{
	size_t device = site_device(&site, name, address, "snmp");

	return site_device_test(&site, "ssh", device, TRANSPORT_TCP, 22,
				PHASE_REPLY, CAUSE_OK);
}

/* A gateway that passes nothing ---------------------------------------------
 */

static void nothing_passes(void)
{
	web("a.example", "203.0.113.1");
	web("b.example", "203.0.113.2");
	site_test(&site, "dns", "8.8.8.8", TRANSPORT_UDP, 53, "8.8.8.8",
		  PHASE_REPLY, CAUSE_TIMEOUT);
	behind("switch", "10.2.1.10");
}

static void passes(void **state)
{
	const struct finding *f;

	(void)state;
	nothing_passes();
	gateway("10.0.0.1", true, true);
	walk(0, 1, "10.0.0.1");
	f = expect_only("gateway-passes-nothing", OWNER_FIREWALL, false);
	assert_int_equal(f->result_count, 4);
	assert_int_equal(f->hop, 1);
	expect_line(f, "packets to 203.0.113.1 reach hop 1; nothing beyond it "
		       "replies [e2]");
	expect_line(f, "it replies to packets that expire at hop 1, and "
		       "nothing behind it answers [e1]");
	assert_non_null(strstr(f->remedy[1], "uplink"));
}

/* It answers nothing for itself either, and so no name was resolved: the rest
 * is enough. */
static void passes_deaf(void **state)
{
	(void)state;
	site_test(&site, "https", "a.example", TRANSPORT_TCP, 443, NULL,
		  PHASE_RESOLVE, CAUSE_TIMEOUT);
	behind("switch", "10.2.1.10");
	facts_append(&site.results.host, "resolvers", "10.0.0.1");
	gateway("10.0.0.1", false, true);
	assert_int_equal(
	    expect_only("gateway-passes-nothing", OWNER_FIREWALL, false)
		->result_count,
	    2);
}

/* What goes through a proxy behind it is lost with it. */
static void passes_proxied(void **state)
{
	struct result *r;

	(void)state;
	snprintf(site.proxy_host, sizeof site.proxy_host, "10.2.2.10");
	site.proxy =
	    (struct proxy_settings){.host = site.proxy_host, .port = 3128};
	site.plan.proxy = &site.proxy;
	nothing_passes();
	r = site_test(&site, "https", "c.example", TRANSPORT_TCP, 443, NULL,
		      PHASE_PROXY, CAUSE_TIMEOUT);
	((struct check *)(uintptr_t)r->check)->proxy = PROXY_TUNNEL;
	site.specs[site.plan.spec_count - 1].via_proxy = true;
	gateway("10.0.0.1", true, true);
	assert_int_equal(
	    expect_only("gateway-passes-nothing", OWNER_FIREWALL, false)
		->result_count,
	    5);
}

/* A router behind it replied: the walk tells where it ends. */
static void passes_hop_2(void **state)
{
	(void)state;
	nothing_passes();
	gateway("10.0.0.1", true, true);
	walk(0, 2, "203.0.113.254");
	expect_no("gateway-passes-nothing");
}

/* A device behind it answers: it is the way out. */
static void passes_device(void **state)
{
	(void)state;
	nothing_passes();
	answers("nas", "10.2.1.80");
	gateway("10.0.0.1", true, true);
	expect_no("gateway-passes-nothing");
	assert_non_null(site_finding(&site, "isp-down"));
}

/* It reports an error: it says itself what it does. */
static void passes_icmp(void **state)
{
	(void)state;
	nothing_passes();
	site_icmp(behind("nas", "10.2.1.80"), 3, 1, "10.0.0.1")->outcome.cause =
	    CAUSE_UNREACHABLE;
	gateway("10.0.0.1", true, true);
	expect_no("gateway-passes-nothing");
}

/* Only devices were tested: they may be off. */
static void passes_devices_only(void **state)
{
	(void)state;
	behind("switch", "10.2.1.10");
	behind("nas", "10.2.1.80");
	gateway("10.0.0.1", true, true);
	expect_no("gateway-passes-nothing");
}

/* Over the other family nothing inside was tested; it is the same gateway. */
static void passes_both(void **state)
{
	const struct finding *f;

	(void)state;
	facts_append(&site.results.host, "networks", "2001:db8:2::5/64 eth0");
	facts_append(&site.results.host, "gateways", "2001:db8:2::1");
	nothing_passes();
	web("a.example", "2001:db8:9::1");
	gateway("10.0.0.1", true, true);
	gateway("2001:db8:2::1", true, true);
	f = expect_only("gateway-passes-nothing", OWNER_FIREWALL, false);
	assert_int_equal(f->result_count, 5);
	assert_non_null(strstr(f->title, "10.0.0.1 and 2001:db8:2::1"));
}

/* Routes of this host ------------------------------------------------------ */

static struct result *routed(struct result *r, const char *route)
{
	facts_string(&r->facts, "route", route);
	return r;
}

/* The web by another next hop; the rest of the internet works. */
static void web_routed(void)
{
	site_control(&site);
	site_test(&site, "dns", "8.8.8.8", TRANSPORT_UDP, 53, "8.8.8.8",
		  PHASE_REPLY, CAUSE_OK);
	for (char host = 'a'; host < 'd'; host++) {
		const char *name =
		    arena_printf(&site.arena, "%c.example%c", host, host);
		const char *at =
		    arena_printf(&site.arena, "203.0.113.%d", host - 'a' + 11);

		routed(web(name, at), WEB " via 10.0.0.20");
		routed(site_http(&site, name, at, PHASE_CONNECT, CAUSE_TIMEOUT),
		       WEB " via 10.0.0.20");
	}
	routed(site_test(&site, "ntp", "pool.example", TRANSPORT_UDP, 123,
			 "203.0.113.99", PHASE_REPLY, CAUSE_TIMEOUT),
	       WEB " via 10.0.0.20");
}

static void route_forwards_nothing(void **state)
{
	const struct finding *f;

	(void)state;
	web_routed();
	gateway("10.0.0.20", true, false);
	f = expect_only("route-gateway-not-forwarding", OWNER_THIS_HOST, false);
	assert_int_equal(f->result_count, 7);
	assert_non_null(strstr(f->title, WEB));
	assert_non_null(strstr(f->title, "10.0.0.20"));
	assert_non_null(
	    strstr(f->remedy[1], "ip route del " WEB " via 10.0.0.20"));
	expect_line(f, WEB " via 10.0.0.20");
	expect_line(f, "answers for itself; no reply to packets that expire");
}

/* It routes, or nothing is known of it: not this; nor is it a proxy that the
 * site has, or a block of time servers. */
static void route_forwards(void **state)
{
	(void)state;
	web_routed();
	expect_no("route-gateway-not-forwarding");
	assert_null(site_finding(&site, "proxy-needed"));
	assert_null(site_finding(&site, "ntp-blocked"));
	gateway("10.0.0.20", true, true);
	expect_no("route-gateway-not-forwarding");
	assert_null(site_finding(&site, "proxy-needed"));
	assert_null(site_finding(&site, "ntp-blocked"));
}

/* A walk met a router on that route. */
static void route_walked(void **state)
{
	(void)state;
	routed(web("a.example", "203.0.113.1"), WEB " via 10.0.0.20");
	gateway("10.0.0.20", true, false);
	walk(0, 1, "10.0.0.20");
	expect_no("route-gateway-not-forwarding");
}

/* One target in the network of the route answers. */
static void route_answered(void **state)
{
	(void)state;
	web_routed();
	routed(site_https(&site, "z.example", "203.0.113.200", PHASE_REPLY,
			  CAUSE_OK),
	       WEB " via 10.0.0.20");
	gateway("10.0.0.20", true, false);
	expect_no("route-gateway-not-forwarding");
}

static void route_no_entry(void **state)
{
	const struct finding *f;

	(void)state;
	site_control(&site);
	routed(web("a.example", "203.0.113.11"), WEB " via 10.0.0.99")
	    ->outcome.cause = CAUSE_UNREACHABLE;
	routed(behind("switch", "10.2.1.10"), "10.2.1.0/24 via 10.0.0.99")
	    ->outcome.cause = CAUSE_UNREACHABLE;
	f = expect_only("route-gateway-unreachable", OWNER_THIS_HOST, true);
	assert_int_equal(f->result_count, 2);
	expect_line(f, "the kernel got no answer to ARP");
	assert_non_null(strstr(f->title, WEB " and 10.2.1.0/24"));
}

/* By evidence; what answered later came by the default route (IPv6). */
static void route_left(void **state)
{
	(void)state;
	routed(web("a.example", "2001:db8:9::1"),
	       "2001:db8:9::/64 via 2001:db8:2::99")
	    ->outcome.cause = CAUSE_UNREACHABLE;
	site_asked(&site, "other-port", "ok");
	facts_string(
	    &evidence_about(EVIDENCE_NEIGHBOUR, "2001:db8:2::99")->observed,
	    "state", "failed");
	expect_line(
	    expect_only("route-gateway-unreachable", OWNER_THIS_HOST, true),
	    "2001:db8:2::99 does not answer ARP or neighbour discovery");
}

/* Of the default gateway it is the other finding, and what goes by a route
 * that works is not its matter. */
static void route_twin(void **state)
{
	(void)state;
	web("a.example", "203.0.113.11")->outcome.cause = CAUSE_UNREACHABLE;
	routed(behind("switch", "10.2.1.10"), "10.2.1.0/24 via 10.0.0.3");
	assert_int_equal(
	    expect_only("gateway-unreachable", OWNER_LOCAL_NETWORK, true)
		->result_count,
	    2);
	routed(answers("nas", "10.2.1.80"), "10.2.1.0/24 via 10.0.0.3");
	site_report(&site);
	assert_int_equal(
	    site_finding(&site, "gateway-unreachable")->result_count, 1);
}

/* No answer to ARP, and no route to blame: the local network's. */
static void no_entry_unexplained(void **state)
{
	(void)state;
	site_control(&site);
	web("a.example", "203.0.113.11")->outcome.cause = CAUSE_UNREACHABLE;
	expect_line(expect_only("unexplained", OWNER_LOCAL_NETWORK, false),
		    "no router reported it");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    known_network_case(passes),
	    known_network_case(passes_deaf),
	    known_network_case(passes_proxied),
	    known_network_case(passes_hop_2),
	    known_network_case(passes_device),
	    known_network_case(passes_icmp),
	    known_network_case(passes_devices_only),
	    known_network_case(passes_both),
	    known_network_case(route_forwards_nothing),
	    known_network_case(route_forwards),
	    known_network_case(route_walked),
	    known_network_case(route_answered),
	    known_network_case(route_no_entry),
	    known_network_case(route_left),
	    known_network_case(route_twin),
	    known_network_case(no_entry_unexplained),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
