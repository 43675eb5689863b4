/* Causes on this host and its first hop; each with a twin that must not raise
 * it, and none that blames a device, a server or the provider for them. */
#include "tests/unit/story.h"

#define ROUTER "eth0 02:00:00:00:00:01"
#define OTHER  "eth0 02:00:00:00:00:66"

/* The gateway of IPv6, too. */
static void both_families(const char *own)
{
	facts_append(&site.results.host, "networks", own);
	facts_append(&site.results.host, "gateways", "2001:db8:2::1");
	facts_append(&site.results.host, "gateway-via", "2001:db8:2::1 eth0");
}

/* This host's address, again. */
static void networks(const char *own)
{
	struct facts *f = &site.results.host;

	facts_free(f);
	*f = (struct facts){0};
	facts_append(f, "networks", own);
	facts_append(f, "gateways", "10.0.0.1");
	facts_append(f, "gateway-via", "10.0.0.1 eth0");
	facts_append(f, "resolvers", "10.0.0.1");
}

/* Nothing from outside answers: two ports, a name, a device. */
static void nothing_comes_back(void)
{
	size_t device = site_device(&site, "switch", "10.2.1.10", "snmp");

	site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	site_test(&site, "dns", "8.8.8.8", TRANSPORT_UDP, 53, "8.8.8.8",
		  PHASE_REPLY, CAUSE_TIMEOUT);
	site_device_test(&site, "ssh", device, TRANSPORT_TCP, 22, PHASE_CONNECT,
			 CAUSE_TIMEOUT);
}

static void name_lost(enum cause cause)
{
	site_test(&site, "https", "b.example", TRANSPORT_TCP, 443, NULL,
		  PHASE_RESOLVE, cause);
}

static struct evidence *gateway(const char *address, const char *entry,
				bool replies, bool forwards)
{
	struct evidence *e = evidence_about(EVIDENCE_GATEWAY, address);

	facts_string(&e->observed, "entry", entry);
	if (strcmp(entry, "failed") != 0)
		facts_string(&e->observed, "link", ROUTER);
	facts_bool(&e->observed, "replies", replies);
	facts_bool(&e->observed, "forwards", forwards);
	return e;
}

static void claimed(const char *address, const char *one, const char *two)
{
	struct evidence *e = evidence_about(EVIDENCE_CLAIMANTS, address);

	facts_number(&e->observed, "claimant-count",
		     (one != NULL) + (two != NULL));
	if (one != NULL)
		facts_append(&e->observed, "claimants", one);
	if (two != NULL)
		facts_append(&e->observed, "claimants", two);
}

/* A gateway that forwards nothing ------------------------------------------ */

static void not_forwarding(void **state)
{
	const struct finding *f;

	(void)state;
	nothing_comes_back();
	name_lost(CAUSE_SERVFAIL);
	gateway("10.0.0.1", "reachable", true, false);
	claimed("10.0.0.1", ROUTER, NULL);
	claimed("10.0.0.5", NULL, NULL);
	f = expect_only("gateway-not-forwarding", OWNER_LOCAL_NETWORK, false);
	assert_int_equal(f->result_count, 4);
	assert_int_equal(f->hop, 1);
	expect_line(f, "answers for itself; no reply to packets that expire");
	assert_non_null(strstr(f->remedy[2], "uplink"));
}

/* Over both families it is one finding, and names both addresses. */
static void not_forwarding_both(void **state)
{
	const struct finding *f;

	(void)state;
	both_families("2001:db8:2::5/64 eth0");
	nothing_comes_back();
	site_https(&site, "b.example", "2001:db8:9::1", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	gateway("10.0.0.1", "reachable", true, false);
	gateway("2001:db8:2::1", "reachable", true, false);
	f = expect_only("gateway-not-forwarding", OWNER_LOCAL_NETWORK, false);
	assert_int_equal(f->result_count, 4);
	assert_non_null(strstr(f->title, "10.0.0.1 and 2001:db8:2::1"));
}

/* Hop 1 replied to a packet that expired: it is a router. */
static void not_forwarding_twin(void **state)
{
	(void)state;
	nothing_comes_back();
	gateway("10.0.0.1", "reachable", true, true);
	expect_no("gateway-not-forwarding");
	assert_non_null(site_finding(&site, "gateway-passes-nothing"));
}

/* So it is where a walk met the hop, whatever became of the question. */
static void not_forwarding_walked(void **state)
{
	struct evidence *e;

	(void)state;
	nothing_comes_back();
	gateway("10.0.0.1", "reachable", true, false);
	e = evidence_about(EVIDENCE_HOP_WALK, "203.0.113.1");
	e->result = 0;
	facts_number(&e->observed, "last-hop", 1);
	facts_string(&e->observed, "last-hop-address", "10.0.0.1");
	expect_no("gateway-not-forwarding");
}

/* What expired could not be heard of: nothing is known. */
static void not_forwarding_unasked(void **state)
{
	struct evidence *e;

	(void)state;
	nothing_comes_back();
	e = evidence_about(EVIDENCE_GATEWAY, "10.0.0.1");
	facts_string(&e->observed, "entry", "reachable");
	facts_string(&e->observed, "link", ROUTER);
	facts_bool(&e->observed, "replies", true);
	expect_no("gateway-not-forwarding");
	assert_null(site_finding(&site, "gateway-silent"));
	assert_null(site_finding(&site, "isp-down"));
}

/* Gateways that nothing comes back through --------------------------------- */

static void silent(void **state)
{
	const struct finding *f;

	(void)state;
	nothing_comes_back();
	name_lost(CAUSE_TIMEOUT);
	gateway("10.0.0.1", "reachable", false, false);
	f = expect_only("gateway-silent", OWNER_LOCAL_NETWORK, false);
	assert_int_equal(f->result_count, 4);
	expect_line(f, "10.0.0.1 (default gateway), neighbour entry " ROUTER);
}

/* It answers a test of its own: that is the other finding. */
static void silent_twin(void **state)
{
	(void)state;
	nothing_comes_back();
	site_test(&site, "dns", "10.0.0.1", TRANSPORT_UDP, 53, "10.0.0.1",
		  PHASE_REPLY, CAUSE_OK)
	    ->on_link = true;
	gateway("10.0.0.1", "reachable", false, false);
	expect_only("gateway-not-forwarding", OWNER_LOCAL_NETWORK, false);
}

/* Without an ARP answer it is not there at all. */
static void silent_no_arp(void **state)
{
	(void)state;
	nothing_comes_back();
	gateway("10.0.0.1", "failed", false, false);
	facts_string(&evidence_about(EVIDENCE_NEIGHBOUR, "10.0.0.1")->observed,
		     "state", "failed");
	expect_only("gateway-unreachable", OWNER_LOCAL_NETWORK, true);
}

/* On this network nothing answers either: the same cause; where a neighbour
 * answers, a silent one has a cause of its own. */
static void silent_neighbour(void **state)
{
	size_t device = site_device(&site, "printer", "10.0.0.20", "printer");

	(void)state;
	nothing_comes_back();
	site_device_test(&site, "ssh", device, TRANSPORT_TCP, 9100,
			 PHASE_CONNECT, CAUSE_UNREACHABLE)
	    ->on_link = true;
	gateway("10.0.0.1", "reachable", false, false);
	expect_only("gateway-silent", OWNER_LOCAL_NETWORK, false);
	site_test(&site, "http", "10.0.0.30", TRANSPORT_TCP, 80, "10.0.0.30",
		  PHASE_REPLY, CAUSE_OK)
	    ->on_link = true;
	site_report(&site);
	assert_non_null(site_finding(&site, "arp-no-answer"));
	assert_int_equal(site_finding(&site, "gateway-silent")->result_count,
			 3);
}

static void wrong_link(void **state)
{
	const struct finding *f;

	(void)state;
	nothing_comes_back();
	gateway("10.0.0.1", "reachable", false, false);
	claimed("10.0.0.1", ROUTER, OTHER);
	f = expect_only("gateway-link-address", OWNER_LOCAL_NETWORK, true);
	expect_line(f, "10.0.0.1 is claimed by " ROUTER " and " OTHER " [e2]");
	assert_int_equal(f->remedy_count, 2);
	assert_non_null(strstr(f->remedy[1], "Find the device"));
}

/* The one that answers is not the one in the table. */
static void wrong_link_other(void **state)
{
	(void)state;
	nothing_comes_back();
	gateway("10.0.0.1", "reachable", false, false);
	claimed("10.0.0.1", OTHER, NULL);
	expect_only("gateway-link-address", OWNER_LOCAL_NETWORK, true);
}

static void wrong_link_by_hand(void **state)
{
	const struct finding *f;

	(void)state;
	nothing_comes_back();
	gateway("10.0.0.1", "configured", false, false);
	f = expect_only("gateway-link-address", OWNER_LOCAL_NETWORK, false);
	expect_line(f, ROUTER " set by hand");
	assert_int_equal(f->remedy_count, 2);
	assert_non_null(strstr(f->remedy[1], "Remove the entry"));
}

/* Set by hand, and right: the router itself answers from there. */
static void wrong_link_twin(void **state)
{
	(void)state;
	nothing_comes_back();
	gateway("10.0.0.1", "configured", false, false);
	claimed("10.0.0.1", ROUTER, NULL);
	expect_only("gateway-silent", OWNER_LOCAL_NETWORK, false);
}

/* A link without ARP has no entry that was set by hand. */
static void wrong_link_no_arp(void **state)
{
	(void)state;
	nothing_comes_back();
	gateway("10.0.0.1", "no-arp", false, false);
	expect_only("gateway-silent", OWNER_LOCAL_NETWORK, false);
}

/* By hand, and it forwards: whatever fails has another cause. */
static void wrong_link_forwards(void **state)
{
	(void)state;
	nothing_comes_back();
	gateway("10.0.0.1", "configured", false, true);
	expect_no("gateway-link-address");
}

/* This host's address ------------------------------------------------------ */

static void conflict(void **state)
{
	const struct finding *f;

	(void)state;
	nothing_comes_back();
	gateway("10.0.0.1", "reachable", false, false);
	claimed("10.0.0.1", ROUTER, NULL);
	claimed("10.0.0.5", OTHER, NULL);
	f = expect_only("address-conflict", OWNER_LOCAL_NETWORK, true);
	assert_int_equal(f->where, WHERE_THIS_HOST);
	expect_line(f, "10.0.0.5 is claimed by " OTHER " [e3]");
	assert_non_null(strstr(f->remedy[0], OTHER));
}

static void conflict_twin(void **state)
{
	(void)state;
	nothing_comes_back();
	gateway("10.0.0.1", "reachable", false, false);
	claimed("10.0.0.1", ROUTER, NULL);
	claimed("10.0.0.5", NULL, NULL);
	expect_only("gateway-silent", OWNER_LOCAL_NETWORK, false);
}

static void foreign(void **state)
{
	const struct finding *f;

	(void)state;
	networks("10.77.0.5/24 eth0");
	nothing_comes_back();
	gateway("10.0.0.1", "reachable", false, false);
	f = expect_only("foreign-address", OWNER_THIS_HOST, false);
	assert_int_equal(f->where, WHERE_THIS_HOST);
	assert_string_equal(f->title,
			    "This host's address (10.77.0.5/24) is not in the "
			    "network of its gateway (10.0.0.1)");
}

/* Also where the router does not even answer ARP for such an address. */
static void foreign_no_arp(void **state)
{
	(void)state;
	networks("10.77.0.5/24 eth0");
	nothing_comes_back();
	gateway("10.0.0.1", "failed", false, false);
	facts_string(&evidence_about(EVIDENCE_NEIGHBOUR, "10.0.0.1")->observed,
		     "state", "failed");
	expect_only("foreign-address", OWNER_THIS_HOST, false);
}

/* An address without a network is like that on purpose, and so is one beside
 * which another holds the gateway. */
static void foreign_twin(void **state)
{
	(void)state;
	networks("10.77.0.5/32 eth0");
	nothing_comes_back();
	gateway("10.0.0.1", "reachable", false, false);
	expect_only("gateway-silent", OWNER_LOCAL_NETWORK, false);
	networks("10.77.0.5/24 eth0");
	facts_append(&site.results.host, "networks", "10.0.0.5/24 eth0");
	expect_only("gateway-silent", OWNER_LOCAL_NETWORK, false);
}

/* An address of the gateway's network is of no use where another one sends. */
static void foreign_source(void **state)
{
	struct evidence *e;

	(void)state;
	facts_append(&site.results.host, "networks", "10.77.0.5/24 eth0");
	nothing_comes_back();
	site_test(&site, "dns", "10.0.0.1", TRANSPORT_UDP, 53, "10.0.0.1",
		  PHASE_REPLY, CAUSE_OK)
	    ->on_link = true; /* asked from the other one */
	e = gateway("10.0.0.1", "reachable", false, false);
	facts_string(&e->observed, "source", "10.77.0.5");
	assert_non_null(strstr(
	    expect_only("foreign-address", OWNER_THIS_HOST, false)->title,
	    "(10.77.0.5/24)"));
}

static void foreign_source_twin(void **state)
{
	struct evidence *e;

	(void)state;
	networks("10.77.0.5/24 eth0");
	facts_append(&site.results.host, "networks", "10.0.0.5/24 eth0");
	nothing_comes_back();
	e = gateway("10.0.0.1", "reachable", false, false);
	facts_string(&e->observed, "source", "10.0.0.5");
	expect_only("gateway-silent", OWNER_LOCAL_NETWORK, false);
}

/* The gateway itself answers: it knows the way to this address. */
static void foreign_answered(void **state)
{
	(void)state;
	networks("10.77.0.5/24 eth0");
	nothing_comes_back();
	gateway("10.0.0.1", "reachable", true, false);
	expect_only("gateway-not-forwarding", OWNER_LOCAL_NETWORK, false);
}

/* The prefix ----------------------------------------------------------------
 */

static void neighbour(const char *name, const char *address, enum cause cause)
{
	size_t device = site_device(&site, name, address, "snmp");

	site_device_test(&site, "ssh", device, TRANSPORT_TCP, 22,
			 cause == CAUSE_OK ? PHASE_REPLY : PHASE_CONNECT, cause)
	    ->on_link = true;
}

static void through_gateway(const char *address, bool ok)
{
	struct evidence *e = evidence_about(EVIDENCE_VIA, address);

	facts_string(&e->observed, "gateway", "10.0.0.1");
	facts_bool(&e->observed, "ok", ok);
}

/* Two devices, and the second DNS server. */
static void neighbours_behind_router(void)
{
	struct result *r;

	networks("10.0.0.5/16 eth0");
	facts_append(&site.results.host, "resolvers", "10.0.2.53");
	site_control(&site);
	neighbour("switch", "10.0.1.10", CAUSE_UNREACHABLE);
	neighbour("windows", "10.0.1.20", CAUSE_UNREACHABLE);
	neighbour("printer", "10.0.0.20", CAUSE_OK);
	site_need(&site, "resolver", "dns", "AUV-14");
	site_target(&site, NULL, TRANSPORT_UDP, 53)->system_server = true;
	site_result(&site, "10.0.0.1", PHASE_REPLY, CAUSE_OK)->on_link = true;
	r = site_result(&site, "10.0.2.53", PHASE_CONNECT, CAUSE_UNREACHABLE);
	r->on_link = true;
}

static void prefix(void **state)
{
	const struct finding *f;

	(void)state;
	neighbours_behind_router();
	f = expect_only("wrong-prefix", OWNER_THIS_HOST, false);
	assert_int_equal(f->result_count, 3);
	assert_int_equal(f->where, WHERE_THIS_HOST);
	assert_non_null(strstr(f->title, "(10.0.0.5/16)"));
	assert_non_null(strstr(f->remedy[0], "/24"));
	assert_non_null(strstr(f->remedy[2], "as large as 10.0.0.5/16"));
}

static void prefix_confirmed(void **state)
{
	const struct finding *f;

	(void)state;
	neighbours_behind_router();
	through_gateway("10.0.1.10", false);
	through_gateway("10.0.1.20", true);
	f = expect_only("wrong-prefix", OWNER_THIS_HOST, true);
	expect_line(f, "10.0.1.20 answers a ping that is sent through the "
		       "gateway 10.0.0.1 [e2]");
}

/* Asked through the gateway, and silent there, too: they are off. */
static void prefix_off(void **state)
{
	(void)state;
	neighbours_behind_router();
	through_gateway("10.0.1.10", false);
	through_gateway("10.0.1.20", false);
	expect_no("wrong-prefix");
	assert_non_null(site_finding(&site, "arp-no-answer"));
}

/* A neighbour beyond them answers: the network is that large. */
static void prefix_twin(void **state)
{
	(void)state;
	neighbours_behind_router();
	neighbour("far", "10.0.3.10", CAUSE_OK);
	expect_no("wrong-prefix");
	assert_non_null(site_finding(&site, "arp-no-answer"));
}

/* One device may be off. */
static void prefix_one(void **state)
{
	(void)state;
	networks("10.0.0.5/16 eth0");
	site_control(&site);
	neighbour("switch", "10.0.1.10", CAUSE_UNREACHABLE);
	neighbour("printer", "10.0.0.20", CAUSE_OK);
	expect_only("arp-no-answer", OWNER_DEVICE, true);
}

/* Two that are off in an ordinary network are off. */
static void prefix_ordinary(void **state)
{
	(void)state;
	site_control(&site);
	neighbour("switch", "10.0.0.210", CAUSE_UNREACHABLE);
	neighbour("windows", "10.0.0.220", CAUSE_UNREACHABLE);
	neighbour("printer", "10.0.0.20", CAUSE_OK);
	expect_no("wrong-prefix");
	assert_non_null(site_finding(&site, "arp-no-answer"));
}

static void prefix_v6(void **state)
{
	const struct finding *f;

	(void)state;
	both_families("2001:db8:2::5/48 eth0");
	site_control(&site);
	neighbour("switch", "2001:db8:2:1::10", CAUSE_UNREACHABLE);
	neighbour("windows", "2001:db8:2:1::20", CAUSE_UNREACHABLE);
	f = expect_only("wrong-prefix", OWNER_THIS_HOST, false);
	assert_non_null(strstr(f->title, "(2001:db8:2::5/48)"));
	assert_non_null(strstr(f->remedy[0], "/64"));
}

/* One address of the other family has the same cause; alone it has not. */
static void prefix_other_family(void **state)
{
	(void)state;
	networks("10.0.0.5/16 eth0");
	both_families("2001:db8:2::5/48 eth0");
	site_control(&site);
	neighbour("switch", "10.0.1.10", CAUSE_UNREACHABLE);
	neighbour("windows", "2001:db8:2:1::20", CAUSE_UNREACHABLE);
	expect_no("wrong-prefix");
	neighbour("camera", "2001:db8:2:1::30", CAUSE_UNREACHABLE);
	assert_int_equal(
	    expect_only("wrong-prefix", OWNER_THIS_HOST, false)->result_count,
	    3);
}

/* A neighbour of IPv4 shows that the network is a large one. */
static void prefix_other_wide(void **state)
{
	(void)state;
	networks("10.0.0.5/16 eth0");
	both_families("2001:db8:2::5/48 eth0");
	site_control(&site);
	neighbour("switch", "2001:db8:2:1::10", CAUSE_UNREACHABLE);
	neighbour("windows", "2001:db8:2:1::20", CAUSE_UNREACHABLE);
	neighbour("printer", "10.0.0.20", CAUSE_OK);
	expect_only("wrong-prefix", OWNER_THIS_HOST, false);
	neighbour("proxy", "10.0.2.10", CAUSE_OK);
	expect_no("wrong-prefix");
	through_gateway("2001:db8:2:1::20", true);
	expect_only("wrong-prefix", OWNER_THIS_HOST, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    known_network_case(not_forwarding),
	    known_network_case(not_forwarding_both),
	    known_network_case(not_forwarding_twin),
	    known_network_case(not_forwarding_walked),
	    known_network_case(not_forwarding_unasked),
	    known_network_case(silent),
	    known_network_case(silent_twin),
	    known_network_case(silent_no_arp),
	    known_network_case(silent_neighbour),
	    known_network_case(wrong_link),
	    known_network_case(wrong_link_other),
	    known_network_case(wrong_link_by_hand),
	    known_network_case(wrong_link_twin),
	    known_network_case(wrong_link_no_arp),
	    known_network_case(wrong_link_forwards),
	    known_network_case(conflict),
	    known_network_case(conflict_twin),
	    known_network_case(foreign),
	    known_network_case(foreign_no_arp),
	    known_network_case(foreign_twin),
	    known_network_case(foreign_source),
	    known_network_case(foreign_source_twin),
	    known_network_case(foreign_answered),
	    known_network_case(prefix),
	    known_network_case(prefix_confirmed),
	    known_network_case(prefix_off),
	    known_network_case(prefix_twin),
	    known_network_case(prefix_one),
	    known_network_case(prefix_ordinary),
	    known_network_case(prefix_v6),
	    known_network_case(prefix_other_family),
	    known_network_case(prefix_other_wide),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
