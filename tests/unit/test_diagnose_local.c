/* Root causes on this host, its network and its uplink; each with a twin that
 * must not raise it. */
#include "tests/unit/story.h"

static void facts_reset(void)
{
	facts_free(&site.results.host);
	site.results.host = (struct facts){0};
	facts_string(&site.results.host, "name", "collector");
	facts_bool(&site.results.host, "has-gateway", false);
	facts_append(&site.results.host, "addresses", "10.0.0.5");
}

/* Two hosts that the kernel refused to send to. */
static void refused_by_kernel(enum cause cause)
{
	static const char *const hosts[] = {"a.example", "b.example"};

	for (size_t i = 0; i < 2; i++) {
		struct result *r = site_https(
		    &site, hosts[i], i == 0 ? "203.0.113.1" : "203.0.113.2",
		    PHASE_LOCAL, cause);

		r->why = WHY_LOCAL;
		r->outcome.error = cause == CAUSE_UNREACHABLE
				       ? NET_NO_ROUTE
				       : NET_NOT_PERMITTED;
	}
}

static void no_network(void **state)
{
	const struct finding *f;

	(void)state;
	facts_reset();
	facts_string(&site.results.host, "link", "down");
	refused_by_kernel(CAUSE_UNREACHABLE);
	f = expect_only("local-no-network", OWNER_THIS_HOST, true);
	assert_int_equal(f->result_count, 2);
	assert_int_equal(f->where, WHERE_THIS_HOST);
}

/* The link is down, they say, but somebody answered. */
static void no_network_twin(void **state)
{
	(void)state;
	facts_reset();
	facts_string(&site.results.host, "link", "down");
	refused_by_kernel(CAUSE_UNREACHABLE);
	site_control(&site);
	expect_no("local-no-network");
}

static void no_default_route(void **state)
{
	(void)state;
	facts_reset();
	facts_string(&site.results.host, "link", "up");
	refused_by_kernel(CAUSE_UNREACHABLE);
	expect_only("no-default-route", OWNER_THIS_HOST, true);
}

/* With a default route it is one route that refuses. */
static void no_default_route_twin(void **state)
{
	(void)state;
	refused_by_kernel(CAUSE_UNREACHABLE);
	site_control(&site);
	expect_only("local-route", OWNER_THIS_HOST, true);
}

/* A silent resolver of this network needs no route: two causes. */
static void no_default_route_and_resolver(void **state)
{
	const struct finding *f;

	(void)state;
	facts_reset();
	facts_string(&site.results.host, "link", "up");
	refused_by_kernel(CAUSE_UNREACHABLE);
	site_need(&site, "resolver", "dns", "AUV-14");
	site_target(&site, NULL, TRANSPORT_UDP, 53)->system_server = true;
	site_result(&site, "10.0.0.53", PHASE_REPLY, CAUSE_TIMEOUT)->on_link =
	    true;
	site_test(&site, "https", "b.example", TRANSPORT_TCP, 443, NULL,
		  PHASE_RESOLVE, CAUSE_TIMEOUT);
	site_report(&site);
	assert_int_equal(site.report->finding_count, 2);
	f = site_finding(&site, "dns-server-dead");
	assert_non_null(f);
	assert_int_equal(f->result_count, 2);
	assert_non_null(site_finding(&site, "no-default-route"));
}

static void local_firewall(void **state)
{
	const struct finding *f;

	(void)state;
	refused_by_kernel(CAUSE_PROHIBITED);
	site_icmp(&site.results.items[0], 3, 3, "10.0.0.5");
	f = expect_only("local-firewall", OWNER_THIS_HOST, true);
	expect_blocker(f, "10.0.0.5");
	expect_line(f, "operation not permitted");
	assert_int_equal(site.report->requirements[0].verdict,
			 VERDICT_UNTESTED);
}

/* A prohibition from elsewhere is not this host's. */
static void local_firewall_twin(void **state)
{
	(void)state;
	site_icmp(site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
			     CAUSE_PROHIBITED),
		  3, 13, "10.0.0.1");
	expect_no("local-firewall");
}

static void port_in_use(void **state)
{
	struct result *r;

	(void)state;
	r = site_test(&site, "bind", NULL, TRANSPORT_LOCAL, 10021, NULL,
		      PHASE_LOCAL, CAUSE_IN_USE);
	facts_append(&r->facts, "in-use", "10021/tcp vsftpd (812)");
	expect_line(expect_only("port-in-use", OWNER_THIS_HOST, true),
		    "vsftpd");
	assert_string_equal(site.report->findings[0].title,
			    "port 10021 on this host is already in use by "
			    "10021/tcp vsftpd (812)");
}

/* Away from this network nobody answers ARP for the gateway. */
static void lost_behind_gateway(void)
{
	site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
		   CAUSE_UNREACHABLE);
	site_test(&site, "dns", "8.8.8.8", TRANSPORT_UDP, 53, "8.8.8.8",
		  PHASE_REPLY, CAUSE_TIMEOUT);
	site_test(&site, "https", "b.example", TRANSPORT_TCP, 443, NULL,
		  PHASE_RESOLVE, CAUSE_TIMEOUT);
}

static void neighbour(const char *address, const char *state)
{
	struct evidence *e = site_evidence(&site, EVIDENCE_NEIGHBOUR);

	e->result = SIZE_MAX;
	addr_parse(&e->addr, address);
	facts_string(&e->observed, "state", state);
}

static void gateway_dead(void **state)
{
	const struct finding *f;

	(void)state;
	lost_behind_gateway();
	neighbour("10.0.0.1", "failed");
	f = expect_only("gateway-unreachable", OWNER_LOCAL_NETWORK, true);
	assert_int_equal(f->result_count, 3);
	assert_string_equal(f->evidence_ids[0], "e1");
	assert_non_null(strstr(f->title, "10.0.0.1"));
}

/* The gateway's own DNS server goes down with it: still one cause. */
static void gateway_dead_with_resolver(void **state)
{
	struct result *r;

	(void)state;
	lost_behind_gateway();
	neighbour("10.0.0.1", "failed");
	site_need(&site, "resolver", "dns", "AUV-14");
	site_target(&site, NULL, TRANSPORT_UDP, 53)->system_server = true;
	r = site_result(&site, "10.0.0.1", PHASE_REPLY, CAUSE_UNREACHABLE);
	r->on_link = true;
	expect_only("gateway-unreachable", OWNER_LOCAL_NETWORK, true);
}

/* What is lost over the other family has a cause of its own. */
static void gateway_dead_in_one_family(void **state)
{
	const struct finding *f;

	(void)state;
	lost_behind_gateway();
	neighbour("10.0.0.1", "failed");
	site_https(&site, "c.example", "2001:db8::3", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	site_report(&site);
	f = site_finding(&site, "gateway-unreachable");
	assert_non_null(f);
	assert_int_equal(f->result_count, 3);
	expect_line(f, "no host behind it answered over IPv4");
	assert_non_null(site_finding(&site, "unexplained"));
}

/* Something behind the gateway answers: it is alive. */
static void gateway_dead_twin(void **state)
{
	(void)state;
	lost_behind_gateway();
	neighbour("10.0.0.1", "failed");
	site_http(&site, "c.example", "203.0.113.3", PHASE_REPLY, CAUSE_OK);
	expect_no("gateway-unreachable");
}

/* Nothing on the internet answers, on any port. */
static void internet_silent(void)
{
	site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	site_test(&site, "dns", "8.8.8.8", TRANSPORT_UDP, 53, "8.8.8.8",
		  PHASE_REPLY, CAUSE_TIMEOUT);
	site_test(&site, "https", "b.example", TRANSPORT_TCP, 443, NULL,
		  PHASE_RESOLVE, CAUSE_SERVFAIL);
}

/* A router replied to an expiring packet: the gateway forwards. */
static void forwards(void)
{
	struct evidence *e = site_evidence(&site, EVIDENCE_HOP_WALK);

	e->result = 0;
	e->addr = site.results.items[0].addr;
	e->port = site.results.items[0].port;
	e->transport = TRANSPORT_TCP;
	facts_number(&e->observed, "last-hop", 1);
	facts_string(&e->observed, "last-hop-address", "10.0.0.1");
}

static void gateway_forwards(void)
{
	struct evidence *e = site_evidence(&site, EVIDENCE_GATEWAY);

	e->result = SIZE_MAX;
	addr_parse(&e->addr, "10.0.0.1");
	facts_string(&e->observed, "entry", "reachable");
	facts_bool(&e->observed, "replies", true);
	facts_bool(&e->observed, "forwards", true);
}

static void isp_down(void **state)
{
	const struct finding *f;

	(void)state;
	internet_silent();
	forwards();
	f = expect_only("isp-down", OWNER_INTERNET, false);
	assert_int_equal(f->result_count, 3);
	expect_line(f, "whether it passes on what this host sends is not "
		       "known");
	assert_non_null(strstr(f->remedy[2], "blocks all traffic"));
}

/* A router behind the gateway shows that it does. */
static void isp_down_hop_2(void **state)
{
	struct evidence *e;

	(void)state;
	internet_silent();
	e = site_evidence(&site, EVIDENCE_HOP_WALK);
	e->result = 0;
	e->addr = site.results.items[0].addr;
	facts_number(&e->observed, "last-hop", 2);
	facts_string(&e->observed, "last-hop-address", "203.0.113.254");
	expect_line(expect_only("isp-down", OWNER_INTERNET, false),
		    "The gateway forwards packets: a router replied to "
		    "expiring ones [e1]");
}

/* That it answers ARP does not show that it forwards... */
static void isp_down_by_arp(void **state)
{
	(void)state;
	internet_silent();
	neighbour("10.0.0.1", "reachable");
	expect_no("isp-down");
}

/* ... and devices behind it that answer show it for their family. */
static void isp_down_other_family(void **state)
{
	size_t near = site_device(&site, "switch", "2001:db8:2::10", "snmp");

	(void)state;
	internet_silent();
	site_device_test(&site, "ssh", near, TRANSPORT_TCP, 22, PHASE_REPLY,
			 CAUSE_OK);
	expect_no("isp-down");
}

/* The gateway's own question shows it as well. */
static void isp_down_gateway(void **state)
{
	const struct finding *f;

	(void)state;
	internet_silent();
	gateway_forwards();
	f = expect_only("isp-down", OWNER_INTERNET, false);
	assert_int_equal(f->result_count, 3);
	expect_line(f, "10.0.0.1 (default gateway) replies to a packet "
		       "that expires at hop 1 [e1]");
}

static void isp_down_unproved(void **state)
{
	(void)state;
	internet_silent();
	expect_no("isp-down");
}

/* One port of one host answers: not the provider. */
static void isp_down_twin(void **state)
{
	(void)state;
	internet_silent();
	forwards();
	site_http(&site, "c.example", "203.0.113.3", PHASE_REPLY, CAUSE_OK);
	expect_no("isp-down");
}

/* A single port that is silent everywhere may be a rule. */
static void isp_down_one_port(void **state)
{
	(void)state;
	site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	site_https(&site, "b.example", "203.0.113.2", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	forwards();
	expect_no("isp-down");
}

/* Of one name with both families, one port is silent... */
static void one_name_silent(const char *answer)
{
	site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	site_asked(&site, "other-port", answer);
	site_result(&site, "2001:db8::1", PHASE_CONNECT, CAUSE_TIMEOUT);
	site_asked(&site, "other-port", answer);
	gateway_forwards();
}

static void isp_down_one_name(void **state)
{
	(void)state;
	one_name_silent("timeout");
	expect_no("isp-down");
}

/* ... and where its other ports answer, that port is dropped. */
static void isp_down_one_name_drops(void **state)
{
	(void)state;
	one_name_silent("ok");
	assert_int_equal(
	    expect_only("firewall-drops", OWNER_FIREWALL, false)->result_count,
	    2);
}

/* A control was answered: there is an internet. */
static void isp_down_heard(void **state)
{
	(void)state;
	internet_silent();
	forwards();
	expect_only("isp-down", OWNER_INTERNET, false);
	site_http(&site, "c.example", "203.0.113.3", PHASE_CONNECT,
		  CAUSE_TIMEOUT);
	site_asked(&site, "again", "ok");
	expect_no("isp-down");
}

static void dual(const char *host, const char *v4, const char *v6,
		 enum cause cause6)
{
	site_https(&site, host, v4, PHASE_REPLY, CAUSE_OK);
	site_result(&site, v6, cause6 == CAUSE_OK ? PHASE_REPLY : PHASE_CONNECT,
		    cause6);
}

static void ipv6_silent(void)
{
	facts_append(&site.results.host, "gateways", "2001:db8:2::1");
	dual("a.example", "203.0.113.1", "2001:db8::1", CAUSE_TIMEOUT);
	dual("b.example", "203.0.113.2", "2001:db8::2", CAUSE_TIMEOUT);
}

/* Its gateway forwards; without that, it may be the gateway. */
static void ipv6_broken(void **state)
{
	struct evidence *e;

	(void)state;
	ipv6_silent();
	expect_only("ipv6-broken-ipv4-fine", OWNER_INTERNET, false);
	e = site_evidence(&site, EVIDENCE_GATEWAY);
	e->result = SIZE_MAX;
	addr_parse(&e->addr, "2001:db8:2::1");
	facts_bool(&e->observed, "forwards", true);
	expect_only("ipv6-broken-ipv4-fine", OWNER_INTERNET, true);
	assert_int_equal(site.report->verdict, RUN_READY_WITH_WARNINGS);
	assert_int_equal(site.report->findings[0].severity, SEVERITY_WARNING);
}

/* The gateway of IPv6 does not answer: the site's own. */
static void ipv6_gateway_dead(void **state)
{
	(void)state;
	ipv6_silent();
	neighbour("2001:db8:2::1", "failed");
	expect_only("gateway-unreachable", OWNER_LOCAL_NETWORK, true);
}

/* One name of two works over IPv6: a dead address, not a broken family. */
static void ipv6_broken_twin(void **state)
{
	(void)state;
	dual("a.example", "203.0.113.1", "2001:db8::1", CAUSE_TIMEOUT);
	dual("b.example", "203.0.113.2", "2001:db8::2", CAUSE_OK);
	expect_no("ipv6-broken-ipv4-fine");
}

/* This host's own limits --------------------------------------------------- */

static void ran_out(enum net_error error)
{
	for (size_t i = 0; i < 2; i++) {
		struct result *r = site_https(&site, "a.example", "203.0.113.1",
					      PHASE_LOCAL, CAUSE_LOCAL);

		r->why = WHY_LOCAL;
		r->outcome.error = error;
	}
}

static void resource(void **state)
{
	static const enum net_error errors[] = {
	    NET_NO_ADDRESS, NET_NO_DESCRIPTORS, NET_SYSTEM_FULL,
	    NET_NO_ROOM,    NET_NO_MEMORY,      NET_AGAIN};

	(void)state;
	for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
		ran_out(errors[i]);
		expect_only("local-resource", OWNER_THIS_HOST, true);
		assert_int_equal(site.report->summary[VERDICT_FAIL], 0);
		assert_int_equal(site.report->verdict, RUN_UNDECIDED);
		end(state);
		begin(state);
	}
}

/* Any other trouble of this host is not put down to that. */
static void resource_twin(void **state)
{
	(void)state;
	ran_out(NET_NO_PROTOCOL);
	expect_no("local-resource");
}

static void rejecting_route(void **state)
{
	static const enum net_error errors[] = {NET_INVALID, NET_PROHIBITED,
						NET_HOST_UNREACHABLE};
	static const char *const kinds[] = {"blackhole", "prohibit",
					    "unreachable"};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		refused_by_kernel(CAUSE_UNREACHABLE);
		site.results.items[0].outcome.error = errors[i];
		site.results.items[1].outcome.error = errors[i];
		site_control(&site);
		assert_non_null(strstr(
		    expect_only("route-policy", OWNER_THIS_HOST, true)->title,
		    kinds[i]));
		assert_int_equal(site.report->summary[VERDICT_FAIL], 0);
		end(state);
		begin(state);
	}
}

/* Without a default route, too; and two kinds are two routes. */
static void rejecting_routes(void **state)
{
	(void)state;
	facts_reset();
	facts_string(&site.results.host, "link", "up");
	refused_by_kernel(CAUSE_UNREACHABLE);
	site.results.items[0].outcome.error = NET_INVALID;
	site.results.items[1].outcome.error = NET_PROHIBITED;
	site_report(&site);
	assert_int_equal(site.report->finding_count, 2);
	for (size_t i = 0; i < 2; i++)
		assert_string_equal(site.report->findings[i].code,
				    "route-policy");
}

/* The kernel has a route: its error is of something else. */
static void rejecting_route_twin(void **state)
{
	(void)state;
	refused_by_kernel(CAUSE_UNREACHABLE);
	for (size_t i = 0; i < 2; i++) {
		struct evidence *e = site_evidence(&site, EVIDENCE_ROUTE);

		site.results.items[i].outcome.error = NET_PROHIBITED;
		e->result = i;
		e->addr = site.results.items[i].addr;
		facts_bool(&e->observed, "found", true);
	}
	expect_only("unexplained", OWNER_THIS_HOST, false);
}

static void changed(void)
{
	struct result *r;

	site_http(&site, "c.example", "203.0.113.3", PHASE_REPLY, CAUSE_OK);
	r = site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
		       CAUSE_TIMEOUT);
	r->why = WHY_LOCAL;
	r = site_https(&site, "b.example", NULL, PHASE_RESOLVE, CAUSE_TIMEOUT);
	r->why = WHY_LOCAL;
}

/* What was open when the network went is untested, what was done counts. */
static void link_changed(void **state)
{
	(void)state;
	changed();
	site.results.link_changed = true;
	assert_int_equal(
	    expect_only("link-changed", OWNER_THIS_HOST, true)->result_count,
	    2);
	assert_int_equal(site.report->summary[VERDICT_PASS], 1);
	assert_int_equal(site.report->summary[VERDICT_UNTESTED], 2);
	assert_int_equal(site.report->verdict, RUN_UNDECIDED);
}

static void link_changed_twin(void **state)
{
	(void)state;
	changed();
	expect_no("link-changed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    story(no_network),
	    story(no_network_twin),
	    story(no_default_route),
	    story(no_default_route_twin),
	    story(no_default_route_and_resolver),
	    story(local_firewall),
	    story(local_firewall_twin),
	    story(port_in_use),
	    story(gateway_dead),
	    story(gateway_dead_with_resolver),
	    story(gateway_dead_in_one_family),
	    story(gateway_dead_twin),
	    story(isp_down),
	    story(isp_down_hop_2),
	    story(isp_down_by_arp),
	    story(isp_down_other_family),
	    story(isp_down_unproved),
	    story(isp_down_gateway),
	    story(isp_down_twin),
	    story(isp_down_one_port),
	    story(isp_down_one_name),
	    story(isp_down_one_name_drops),
	    story(isp_down_heard),
	    story(ipv6_broken),
	    story(ipv6_gateway_dead),
	    story(ipv6_broken_twin),
	    story(resource),
	    story(resource_twin),
	    story(rejecting_route),
	    story(rejecting_routes),
	    story(rejecting_route_twin),
	    story(link_changed),
	    story(link_changed_twin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
