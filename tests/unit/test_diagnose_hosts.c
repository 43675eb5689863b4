/* Findings about hosts that answer nothing, or not to what was selected; each
 * with a twin that must not raise it. */
#include "tests/unit/story.h"

#include <time.h>

static size_t device(const char *name, const char *address)
{
	return site_device(&site, name, address, "network-element");
}

static struct result *ssh(size_t d, enum phase phase, enum cause cause)
{
	return site_device_test(&site, "ssh", d, TRANSPORT_TCP, 22, phase,
				cause);
}

static struct result *ping(size_t d, enum cause cause)
{
	return site_device_test(&site, "icmp", d, TRANSPORT_ICMP, 0,
				PHASE_REPLY, cause);
}

static struct result *snmp(size_t d, enum cause cause)
{
	return site_device_test(&site, "snmp", d, TRANSPORT_UDP, 161,
				PHASE_REPLY, cause);
}

/* Hosts ------------------------------------------------------------------- */

/* Two tests silent, and a neighbour of it answers. */
static void host_down(void **state)
{
	size_t dead = device("switch", "10.2.1.10");
	size_t alive = device("other", "10.2.1.11");

	(void)state;
	ping(dead, CAUSE_TIMEOUT);
	ssh(dead, PHASE_CONNECT, CAUSE_TIMEOUT);
	ping(alive, CAUSE_OK);
	assert_int_equal(
	    expect_only("host-down", OWNER_DEVICE, false)->result_count, 2);
	expect_line(&site.report->findings[0],
		    "No test of it was answered, while 10.2.1.11 in "
		    "the same network answers");
}

/* One device of a network of which nothing else is known: its network may not
 * be reached. */
static void host_down_alone(void **state)
{
	const struct finding *f;
	size_t dead = device("switch", "10.2.1.10");

	(void)state;
	site_control(&site);
	ping(dead, CAUSE_TIMEOUT);
	ssh(dead, PHASE_CONNECT, CAUSE_TIMEOUT);
	f = expect_only("host-down", OWNER_DEVICE, false);
	expect_line(f, "No test of it was answered");
	assert_non_null(strstr(f->remedy[3], "ping its router address"));
}

/* Two of a network, none heard, whatever answers on the internet: it is the
 * network; a third that is heard shows that it is reached. */
static void two_silent(const char *hop)
{
	const char *address[] = {"10.2.1.10", "10.2.1.11"};

	site_control(&site);
	for (size_t i = 0; i < 2; i++) {
		size_t dead = device(address[i], address[i]);

		ping(dead, CAUSE_TIMEOUT);
		ssh(dead, PHASE_CONNECT, CAUSE_TIMEOUT);
	}
	facts_number(&site_evidence(&site, EVIDENCE_HOP_WALK)->observed,
		     "last-hop", 1);
	facts_string(
	    &site.results.evidence[site.results.evidence_count - 1].observed,
	    "last-hop-address", hop);
}

static void two_of_a_network(void **state)
{
	const struct finding *f;

	(void)state;
	two_silent("10.0.0.1");
	f = expect_only("network-silent", OWNER_LOCAL_NETWORK, false);
	assert_int_equal(f->result_count, 4);
	assert_string_equal(f->title, "No device in 10.2.1.0/24 answers");
	expect_line(f, "get to hop 1 (10.0.0.1), and no further [e1]");
	ping(device("other", "10.2.1.12"), CAUSE_OK);
	expect_no("network-silent");
	assert_non_null(site_finding(&site, "host-down"));
}

/* A router's address in that network replied: it is reached. */
static void two_of_a_network_twin(void **state)
{
	(void)state;
	two_silent("10.2.1.1");
	expect_no("network-silent");
	expect_line(site_finding(&site, "host-down"),
		    "10.2.1.1 in the same network answers [e1]");
}

/* Its router says that it is not there. */
static void host_down_by_router(void **state)
{
	size_t dead = device("switch", "10.2.1.10");

	(void)state;
	site_icmp(ssh(dead, PHASE_CONNECT, CAUSE_UNREACHABLE), 3, 1,
		  "10.0.0.1");
	site_asked(&site, "other-port", "timeout");
	expect_only("host-down", OWNER_DEVICE, false);
}

/* It says so of one port only, or no more than that port was tried. */
static void host_down_by_router_twin(void **state)
{
	size_t alive = device("switch", "10.2.1.10");

	(void)state;
	site_icmp(ssh(alive, PHASE_CONNECT, CAUSE_UNREACHABLE), 3, 1,
		  "10.0.0.1");
	expect_only("path-unreachable", OWNER_FIREWALL, false);
	site_asked(&site, "ping", "ok");
	expect_line(expect_only("firewall-prohibits", OWNER_FIREWALL, true),
		    "ping of 10.2.1.10: ok");
}

/* Two ports are silent, and so is the device when it is asked otherwise. */
static void host_down_by_control(void **state)
{
	size_t dead = device("switch", "10.2.1.10");

	(void)state;
	ping(device("other", "10.2.1.11"), CAUSE_OK);
	ssh(dead, PHASE_CONNECT, CAUSE_TIMEOUT);
	snmp(dead, CAUSE_TIMEOUT);
	expect_no("host-down"); /* of the device nothing is known */
	site_asked(&site, "ping", "timeout");
	expect_line(expect_only("host-down", OWNER_DEVICE, false),
		    "ping of 10.2.1.10: timeout");
}

/* It answers a ping: it is the ports that are shut. */
static void host_down_by_control_twin(void **state)
{
	const struct finding *f;
	size_t up = device("switch", "10.2.1.10");

	(void)state;
	ssh(up, PHASE_CONNECT, CAUSE_TIMEOUT);
	snmp(up, CAUSE_TIMEOUT);
	site_asked(&site, "ping", "ok");
	expect_no("host-down");
	f = site_finding(&site, "firewall-drops");
	assert_non_null(f);
	expect_line(f, "ping of 10.2.1.10: ok");
	assert_non_null(site_finding(&site, "udp-no-answer"));
	assert_int_equal(site.report->devices[0].state, DEVICE_UP);
}

/* A few are asked otherwise; what they say holds for those like them. */
static void asked_for_many(const char *cause)
{
	ping(device("alive", "10.3.1.1"), CAUSE_OK);
	for (size_t i = 0; i < 12; i++) {
		ssh(device(arena_printf(&site.arena, "d%zu", i),
			   arena_printf(&site.arena, "10.2.1.%zu", i + 10)),
		    PHASE_CONNECT, CAUSE_TIMEOUT);
		if (i < 4)
			site_asked(&site, "other-port", cause);
	}
}

static void many_inferred_down(void **state)
{
	const struct finding *f;

	(void)state;
	asked_for_many("timeout");
	f = expect_only("network-silent", OWNER_LOCAL_NETWORK, false);
	assert_int_equal(f->result_count, 12);
	assert_true(f->inferred);
}

static void many_inferred_dropped(void **state)
{
	const struct finding *f;

	(void)state;
	asked_for_many("refused");
	f = expect_only("firewall-drops", OWNER_FIREWALL, false);
	assert_int_equal(f->result_count, 12);
	assert_true(f->inferred);
	expect_line(f, "attributed to the same cause: 8");
}

/* Two products need the same path: one finding, of both. */
static void shared_path(void **state)
{
	const struct finding *f;
	size_t up = device("switch", "10.2.1.10");

	(void)state;
	ssh(up, PHASE_CONNECT, CAUSE_TIMEOUT);
	site.requirements[0].impact = "no backups";
	site_asked(&site, "other-port", "refused");
	ssh(up, PHASE_CONNECT, CAUSE_TIMEOUT)->same_as = 0;
	site.requirements[1].impact = "no audit";
	f = expect_only("firewall-drops", OWNER_FIREWALL, false);
	assert_int_equal(f->result_count, 2);
	assert_string_equal(f->impact, "no backups; no audit");
	assert_int_equal(site.report->results[1].finding, 0);
}

/* Without a control the far end is not blamed. */
static void host_down_unproved(void **state)
{
	size_t dead = device("switch", "10.2.1.10");

	(void)state;
	ping(dead, CAUSE_TIMEOUT);
	ssh(dead, PHASE_CONNECT, CAUSE_TIMEOUT);
	expect_only("unexplained", OWNER_DEVICE, false);
}

/* One test alone, answered by a neighbour: silent, no more is known. */
static void one_test_silent(void **state)
{
	(void)state;
	ping(device("switch", "10.2.1.10"), CAUSE_TIMEOUT);
	ping(device("other", "10.2.1.11"), CAUSE_OK);
	expect_only("target-silent", OWNER_DEVICE, false);
}

static void arp(const char *text, bool control)
{
	size_t dead = device("printer", "10.0.0.20");
	struct result *r;

	r = ssh(dead, PHASE_CONNECT, CAUSE_UNREACHABLE);
	r->on_link = true;
	facts_string(&site_evidence(&site, EVIDENCE_NEIGHBOUR)->observed,
		     "state", text);
	ping(dead, CAUSE_TIMEOUT)->on_link = true;
	if (control)
		site_control(&site);
}

static void arp_no_answer(void **state)
{
	(void)state;
	arp("failed", false);
	assert_int_equal(
	    expect_only("arp-no-answer", OWNER_DEVICE, true)->result_count, 2);
}

/* It answers ARP: it is there, and keeps its ports shut. */
static void arp_no_answer_twin(void **state)
{
	(void)state;
	arp("reachable", true);
	expect_no("arp-no-answer");
	expect_no("host-down");
}

/* Many dead devices are one finding, few are one each. */
static void many_dead(void **state)
{
	(void)state;
	ping(device("alive", "10.2.1.1"), CAUSE_OK);
	for (size_t i = 0; i < 20; i++) {
		size_t d =
		    device(arena_printf(&site.arena, "d%zu", i),
			   arena_printf(&site.arena, "10.2.1.%zu", i + 10));

		ping(d, CAUSE_TIMEOUT);
		ssh(d, PHASE_CONNECT, CAUSE_TIMEOUT);
	}
	assert_int_equal(
	    expect_only("host-down", OWNER_DEVICE, false)->result_count, 40);
}

/* An address that no inventory names, tested by hand. */
static void address_of_nobody(enum cause cause, const char *state)
{
	struct evidence *e;

	site_test(&site, "smb", "10.0.0.99", TRANSPORT_TCP, 445, "10.0.0.99",
		  PHASE_CONNECT, cause)
	    ->on_link = true;
	e = site_evidence(&site, EVIDENCE_NEIGHBOUR);
	facts_string(&e->observed, "state", state);
}

static void arp_no_device(void **state)
{
	const struct finding *f;

	(void)state;
	address_of_nobody(CAUSE_UNREACHABLE, "failed");
	f = expect_only("arp-no-answer", OWNER_DEVICE, true);
	expect_line(f, "no answer to ARP or neighbour discovery [e1]");
	assert_string_equal(f->title,
			    "10.0.0.99 does not answer ARP on this network");
}

static void arp_no_device_twin(void **state)
{
	(void)state;
	address_of_nobody(CAUSE_TIMEOUT, "reachable");
	expect_no("arp-no-answer");
}

/* A recommended row that is silent on all devices alike has its finding. */
static void recommended_silent_alike(void **state)
{
	(void)state;
	for (size_t i = 0; i < 3; i++) {
		size_t d =
		    device(arena_printf(&site.arena, "switch%zu", i),
			   arena_printf(&site.arena, "10.2.1.%zu", 10 + i));

		site_device_test(&site, "tcp", d, TRANSPORT_TCP, 8443,
				 PHASE_CONNECT, CAUSE_TIMEOUT);
		ping(d, CAUSE_OK);
	}
	for (size_t i = 0; i < site.plan.requirement_count; i++)
		site.requirements[i].level = LEVEL_RECOMMENDED;
	assert_int_equal(
	    expect_only("firewall-drops", OWNER_FIREWALL, false)->result_count,
	    3);
	assert_int_equal(site.report->verdict, RUN_READY_WITH_WARNINGS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    story(host_down),
	    story(host_down_alone),
	    story(two_of_a_network),
	    story(two_of_a_network_twin),
	    story(host_down_by_router),
	    story(host_down_by_router_twin),
	    story(host_down_by_control),
	    story(host_down_by_control_twin),
	    story(many_inferred_down),
	    story(many_inferred_dropped),
	    story(shared_path),
	    story(host_down_unproved),
	    story(one_test_silent),
	    story(arp_no_answer),
	    story(arp_no_answer_twin),
	    story(arp_no_device),
	    story(arp_no_device_twin),
	    story(many_dead),
	    story(recommended_silent_alike),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
