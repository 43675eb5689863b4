/* Root causes at the far end, and how findings are put together. */
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

/* Only the ping is silent. */
static void icmp_filtered(void **state)
{
	size_t d = device("switch", "10.2.1.10");

	(void)state;
	ping(d, CAUSE_TIMEOUT);
	ssh(d, PHASE_REPLY, CAUSE_OK);
	expect_only("icmp-filtered-only", OWNER_FIREWALL, false);
}

/* Pings of others behind the same gateway work: the device's own filter. */
static void icmp_filtered_by_device(void **state)
{
	size_t d = device("switch", "10.2.1.10");

	(void)state;
	ping(d, CAUSE_TIMEOUT);
	ssh(d, PHASE_REPLY, CAUSE_OK);
	ping(device("other", "10.2.1.11"), CAUSE_OK);
	expect_only("icmp-filtered-only", OWNER_DEVICE, false);
}

/* Services ---------------------------------------------------------------- */

static void service_down(void **state)
{
	size_t d = device("printer", "10.0.0.20");
	struct evidence *e;

	(void)state;
	ssh(d, PHASE_CONNECT, CAUSE_REFUSED)->on_link = true;
	expect_only("service-down", OWNER_DEVICE, false);
	/* This host's own firewall did not: the reset came in by the wire. */
	e = site_evidence(&site, EVIDENCE_WIRE);
	facts_bool(&e->observed, "left", true);
	facts_bool(&e->observed, "arrived", true);
	facts_bool(&e->observed, "received", true);
	facts_string(&e->observed, "cause", "refused");
	expect_only("service-down", OWNER_DEVICE, true);
}

static void wrong_service(void **state)
{
	size_t d = device("switch", "10.2.1.10");

	(void)state;
	facts_string(&ssh(d, PHASE_REPLY, CAUSE_BAD_REPLY)->facts, "banner",
		     "HTTP/1.1 400 Bad Request");
	expect_line(expect_only("wrong-service", OWNER_DEVICE, false),
		    "HTTP/1.1 400");
}

static void service_rejects(void **state)
{
	size_t d = device("switch", "10.2.1.10");

	(void)state;
	ssh(d, PHASE_REPLY, CAUSE_REJECTED);
	expect_only("service-rejects", OWNER_DEVICE, false);
}

static void service_resets(void **state)
{
	size_t d = device("switch", "10.2.1.10");

	(void)state;
	ssh(d, PHASE_REPLY, CAUSE_RESET);
	expect_only("service-resets", OWNER_DEVICE, false);
}

static void service_silent(void **state)
{
	size_t d = device("switch", "10.2.1.10");

	(void)state;
	ssh(d, PHASE_REPLY, CAUSE_TIMEOUT);
	expect_only("service-silent", OWNER_DEVICE, false);
}

/* The port is silent, the device is not. */
static void port_dropped(void **state)
{
	size_t d = device("server", "10.2.1.20");

	(void)state;
	ping(d, CAUSE_OK);
	ssh(d, PHASE_CONNECT, CAUSE_TIMEOUT);
	expect_only("firewall-drops", OWNER_FIREWALL, false);
}

/* The same port of a neighbour answers: the device's own firewall. */
static void port_dropped_by_device(void **state)
{
	size_t d = device("server", "10.2.1.20");

	(void)state;
	ping(d, CAUSE_OK);
	ssh(d, PHASE_CONNECT, CAUSE_TIMEOUT);
	ssh(device("other", "10.2.1.21"), PHASE_REPLY, CAUSE_OK);
	expect_only("firewall-drops", OWNER_DEVICE, false);
}

/* SNMP -------------------------------------------------------------------- */

static void snmp_community(void **state)
{
	struct result *r;

	(void)state;
	r = snmp(device("switch", "10.2.1.10"), CAUSE_REJECTED);
	facts_bool(&r->facts, "agent-alive", true);
	facts_string(&r->facts, "engine-id", "80001f88");
	expect_only("snmp-community-or-acl", OWNER_DEVICE, false);
}

static void snmp_off(void **state)
{
	(void)state;
	site_icmp(snmp(device("switch", "10.2.1.10"), CAUSE_REFUSED), 3, 3,
		  "10.2.1.10");
	expect_only("snmp-agent-off", OWNER_DEVICE, false);
}

static void snmp_user(void **state)
{
	(void)state;
	snmp(device("switch", "10.2.1.10"), CAUSE_REJECTED);
	expect_only("snmp-credentials", OWNER_DEVICE, true);
}

static struct result *snmp_refused(const char *word, const char *line)
{
	struct result *r = snmp(device("switch", "10.2.1.10"), CAUSE_REJECTED);

	facts_bool(&r->facts, "agent-alive", true);
	facts_string(&r->facts, "engine-id", "80001f88");
	facts_string(&r->facts, "refusal", word);
	facts_append(&r->facts, "rejected", line);
	return r;
}

/* The agent said no to a user, by a report. */
static void snmp_refusals(void **state)
{
	(void)state;
	snmp_refused("wrong-auth-secret", "main: wrong secret");
	expect_line(expect_only("snmp-credentials", OWNER_DEVICE, true),
		    "switch: credential main: wrong secret");
}

/* By silence where it answers the same user without privacy. */
static void snmp_inferred(void **state)
{
	struct result *r = snmp_refused("wrong-priv-secret", "main: wrong");

	(void)state;
	facts_bool(&r->facts, "refusal-inferred", true);
	expect_only("snmp-credentials", OWNER_DEVICE, false);
}

/* Of a silent one it is not known why. */
static void snmp_silent_user(void **state)
{
	(void)state;
	snmp_refused("silent", "main: no answer");
	expect_only("snmp-community-or-acl", OWNER_DEVICE, false);
}

/* SSH --------------------------------------------------------------------- */

static struct result *login(const char *word, const char *method)
{
	struct result *r =
	    ssh(device("switch", "10.2.1.10"), PHASE_REPLY, CAUSE_REJECTED);

	facts_string(&r->facts, "user", "netadmin");
	facts_string(&r->facts, "login", word);
	if (method != NULL)
		facts_string(&r->facts, "login-method", method);
	return r;
}

static void ssh_login_refused(void **state)
{
	const struct finding *f;
	struct result *r;

	(void)state;
	r = login("refused", "password");
	f = expect_only("ssh-login-refused", OWNER_DEVICE, true);
	assert_string_equal(site_judged(&site, r)->reason,
			    "login of netadmin refused (tried once)");
	assert_non_null(strstr(f->evidence[1], "netadmin refused (password)"));
}

static void ssh_login_impossible(void **state)
{
	struct result *r;

	(void)state;
	r = login("no-method", NULL);
	expect_only("ssh-login-refused", OWNER_DEVICE, true);
	assert_non_null(strstr(site_judged(&site, r)->reason, "(not tried)"));
}

/* A server that is full says no, too: to nobody's login. */
static void ssh_full(void **state)
{
	(void)state;
	ssh(device("switch", "10.2.1.10"), PHASE_REPLY, CAUSE_REJECTED);
	expect_only("service-rejects", OWNER_DEVICE, false);
}

static struct result *old(const char *list, const char *fact, const char *name)
{
	struct result *r =
	    ssh(device("switch", "10.2.1.10"), PHASE_REPLY, CAUSE_OK);

	facts_append(&r->facts, "old-only", list);
	facts_append(&r->facts, fact, name);
	return r;
}

static void ssh_old_algorithms(void **state)
{
	const struct finding *f;
	struct result *r;

	(void)state;
	r = old("host-key", "host-key-algorithms", "ssh-dss");
	f = expect_only("ssh-old-algorithms", OWNER_DEVICE, true);
	assert_int_equal(site_judged(&site, r)->verdict, VERDICT_WARN);
	assert_non_null(
	    strstr(site_judged(&site, r)->reason, "(host-key ssh-dss)"));
	assert_non_null(strstr(f->evidence[1], "host-key ssh-dss"));
}

static void ssh_version_1(void **state)
{
	struct result *r;

	(void)state;
	r = ssh(device("switch", "10.2.1.10"), PHASE_REPLY, CAUSE_OK);
	facts_string(&r->facts, "protocol", "1.5");
	expect_only("ssh-old-algorithms", OWNER_DEVICE, true);
	assert_int_equal(site_judged(&site, r)->verdict, VERDICT_WARN);
}

/* Weak ones beside good ones are a fact, and no more; so is 1.99. */
static void ssh_weak_twin(void **state)
{
	struct result *r;

	(void)state;
	r = ssh(device("switch", "10.2.1.10"), PHASE_REPLY, CAUSE_OK);
	facts_append(&r->facts, "weak", "ssh-rsa");
	facts_string(&r->facts, "protocol", "1.99");
	facts_string(&r->facts, "login", "works");
	expect_none();
	assert_int_equal(site_judged(&site, r)->verdict, VERDICT_PASS);
}

/* Seen, told, and nobody's fault that a finding could name. */
static void ssh_unfinished(void **state)
{
	static const char *const words[] = {"partial", "more-wanted",
					    "key-unreadable"};
	struct result *r = NULL;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		r = ssh(device("switch", "10.2.1.10"), PHASE_REPLY, CAUSE_OK);
		facts_string(&r->facts, "login", words[i]);
	}
	expect_none();
	assert_int_equal(site_judged(&site, r)->verdict, VERDICT_WARN);
	assert_int_equal(site_judged(&site, r - 1)->verdict, VERDICT_WARN);
	assert_int_equal(site_judged(&site, r - 2)->verdict, VERDICT_WARN);
}

/* Plain silence of UDP blames neither. */
static void snmp_silent(void **state)
{
	size_t d = device("switch", "10.2.1.10");

	(void)state;
	ping(d, CAUSE_OK);
	snmp(d, CAUSE_TIMEOUT);
	expect_only("udp-no-answer", OWNER_FIREWALL, false);
}

/* NTP --------------------------------------------------------------------- */

static struct result *ntp(const char *address, enum cause cause)
{
	return site_test(&site, "ntp", "0.pool.ntp.org", TRANSPORT_UDP, 123,
			 address, PHASE_REPLY, cause);
}

static void ntp_blocked(void **state)
{
	(void)state;
	ntp("203.0.113.1", CAUSE_TIMEOUT);
	site_result(&site, "203.0.113.2", PHASE_REPLY, CAUSE_TIMEOUT);
	site_control(&site);
	assert_int_equal(
	    expect_only("ntp-blocked", OWNER_FIREWALL, false)->result_count, 2);
}

/* A server that answers, whatever it says: the port is open. */
static void ntp_blocked_twin(void **state)
{
	(void)state;
	ntp("203.0.113.1", CAUSE_TIMEOUT);
	site_result(&site, "203.0.113.2", PHASE_REPLY, CAUSE_UNSYNCHRONISED);
	site_control(&site);
	expect_no("ntp-blocked");
}

static void ntp_unsynchronised(void **state)
{
	(void)state;
	ntp("203.0.113.1", CAUSE_UNSYNCHRONISED);
	expect_only("ntp-unsynchronised", OWNER_INTERNET, false);
}

static void ntp_kiss(void **state)
{
	(void)state;
	facts_string(&ntp("203.0.113.1", CAUSE_REJECTED)->facts, "kiss-code",
		     "RATE");
	expect_line(expect_only("ntp-kiss-of-death", OWNER_VENDOR, false),
		    "RATE");
}

/* Together ---------------------------------------------------------------- */

/* Impact comes from the requirements, each sentence once. */
static void impact(void **state)
{
	(void)state;
	for (size_t i = 0; i < 3; i++) {
		site_icmp(site_https(&site, "a.example", "203.0.113.1",
				     PHASE_CONNECT, CAUSE_PROHIBITED),
			  3, 13, "10.0.0.1");
		site.requirements[i].impact =
		    i < 2 ? "no data comes" : "no updates";
	}
	assert_string_equal(
	    expect_only("firewall-prohibits", OWNER_FIREWALL, true)->impact,
	    "no data comes; no updates");
}

/* Two causes at once are two findings: first the one that costs what the
 * profile names first, although the other one explains more tests. */
static void two_causes(void **state)
{
	(void)state;
	site_icmp(site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
			     CAUSE_PROHIBITED),
		  3, 13, "10.0.0.1");
	ntp("203.0.113.9", CAUSE_TIMEOUT);
	site_result(&site, "203.0.113.10", PHASE_REPLY, CAUSE_TIMEOUT);
	site_control(&site);
	site_report(&site);
	assert_int_equal(site.report->finding_count, 2);
	assert_string_equal(site.report->findings[0].code,
			    "firewall-prohibits");
	assert_string_equal(site.report->findings[0].id, "f1");
	assert_string_equal(site.report->findings[1].code, "ntp-blocked");
	assert_int_equal(site.report->results[0].finding, 0);
	assert_int_equal(site.report->findings[1].result_count, 2);
}

/* Ten thousand failing results, three causes: three findings, at once. */
static void ten_thousand(void **state)
{
	struct timespec begun, ended;
	double seconds;

	(void)state;
	for (size_t i = 0; i < 9999; i++) {
		size_t d =
		    device(arena_printf(&site.arena, "device-%zu", i),
			   arena_printf(&site.arena, "10.%zu.%zu.%zu",
					i / 65536 + 3, i / 256 % 256, i % 256));

		if (i % 3333 == 0)
			site_need(&site,
				  arena_printf(&site.arena, "lan.%zu", i),
				  "ssh", "AUV-21")
			    ->to_kind = TO_DEVICE;
		site_device_target(&site, d, TRANSPORT_TCP,
				   i < 3333   ? 22
				   : i < 6666 ? 23
					      : 5985);
		site_icmp(site_result(&site, site.devices[d].address,
				      PHASE_CONNECT, CAUSE_PROHIBITED),
			  3, 13,
			  i < 3333   ? "10.0.0.1"
			  : i < 6666 ? "10.0.0.2"
				     : "10.0.0.3");
	}
	clock_gettime(CLOCK_MONOTONIC, &begun);
	site_report(&site);
	clock_gettime(CLOCK_MONOTONIC, &ended);
	seconds = (double)(ended.tv_sec - begun.tv_sec) +
		  (double)(ended.tv_nsec - begun.tv_nsec) / 1e9;
	assert_int_equal(site.report->finding_count, 3);
	assert_true(seconds < 5); /* under sanitizers; else milliseconds */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    story(icmp_filtered),
	    story(icmp_filtered_by_device),
	    story(service_down),
	    story(wrong_service),
	    story(service_rejects),
	    story(service_resets),
	    story(service_silent),
	    story(port_dropped),
	    story(port_dropped_by_device),
	    story(snmp_community),
	    story(snmp_off),
	    story(snmp_user),
	    story(snmp_refusals),
	    story(snmp_inferred),
	    story(snmp_silent_user),
	    story(snmp_silent),
	    story(ssh_login_refused),
	    story(ssh_login_impossible),
	    story(ssh_full),
	    story(ssh_old_algorithms),
	    story(ssh_version_1),
	    story(ssh_weak_twin),
	    story(ssh_unfinished),
	    story(ntp_blocked),
	    story(ntp_blocked_twin),
	    story(ntp_unsynchronised),
	    story(ntp_kiss),
	    story(impact),
	    story(two_causes),
	    story(ten_thousand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
