/* Devices, networks, groups and tolerance: design §2. */
#include "tests/unit/story.h"

static void expect(const char *id, enum verdict verdict)
{
	assert_string_equal(verdict_name(site_verdict(&site, id)),
			    verdict_name(verdict));
}

/* A requirement of devices. */
static struct requirement *need(const char *id, const char *check)
{
	struct requirement *q = site_need(&site, id, check, "AUV-20");

	q->to_kind = TO_DEVICE;
	q->to = "device:any";
	return q;
}

static struct result *test_device(size_t device, enum transport transport,
				  uint16_t port, enum phase phase,
				  enum cause cause)
{
	site_device_target(&site, device, transport, port);
	return site_result(&site, site.devices[device].address, phase, cause);
}

/* The worst device decides, and is named. */
static void worst_device(void **state)
{
	size_t a = site_device(&site, "switch-a", "10.2.1.10", "snmp");
	size_t b = site_device(&site, "switch-b", "10.2.1.11", "snmp");

	(void)state;
	need("snmp", "snmp");
	test_device(a, TRANSPORT_UDP, 161, PHASE_REPLY, CAUSE_OK);
	test_device(b, TRANSPORT_UDP, 161, PHASE_REPLY, CAUSE_TIMEOUT);
	site_report(&site);
	expect("snmp", VERDICT_FAIL);
	assert_int_equal(site.report->requirements[0].device_count, 2);
	assert_non_null(
	    strstr(site.report->requirements[0].reason, "switch-b"));
	assert_int_equal(site.report->devices[0].state, DEVICE_UP);
	assert_int_equal(site.report->devices[0].verdict, VERDICT_PASS);
	assert_int_equal(site.report->devices[1].state, DEVICE_SILENT);
	assert_int_equal(site.report->devices[1].verdict, VERDICT_FAIL);
}

static void tolerate(double tolerated, bool percent, enum verdict verdict)
{
	site.run.tolerate = tolerated;
	site.run.tolerate_percent = percent;
	need("snmp", "snmp");
	for (size_t i = 0; i < 10; i++) {
		const char *address =
		    arena_printf(&site.arena, "10.2.1.%zu", i + 1);
		size_t d = site_device(&site, address, address, "snmp");

		test_device(d, TRANSPORT_UDP, 161, PHASE_REPLY,
			    i == 4 ? CAUSE_TIMEOUT : CAUSE_OK);
	}
	site_report(&site);
	expect("snmp", verdict);
}

static void tolerate_none(void **state)
{
	(void)state;
	tolerate(0, false, VERDICT_FAIL);
}

static void tolerate_one(void **state)
{
	(void)state;
	tolerate(1, false, VERDICT_WARN);
}

static void tolerate_ten_percent(void **state)
{
	(void)state;
	tolerate(0.1, true, VERDICT_WARN);
}

static void tolerate_five_percent(void **state)
{
	(void)state;
	tolerate(0.05, true, VERDICT_FAIL);
}

/* A swept network: two addresses, the first answers. */
static void sweep(enum cause first)
{
	static struct device entry = {.network = "10.2.1.0/30", .total = 2};

	for (size_t i = 0; i < 2; i++) {
		const char *address =
		    arena_printf(&site.arena, "10.2.1.%zu", i + 1);
		size_t d = site_device(&site, address, address, "snmp");

		site.devices[d].swept = true;
		site.devices[d].entry = &entry;
	}
	need("snmp", "snmp");
	test_device(0, TRANSPORT_UDP, 161, PHASE_REPLY, first);
	test_device(1, TRANSPORT_UDP, 161, PHASE_REPLY, CAUSE_TIMEOUT);
	site_report(&site);
}

/* Silent addresses of a swept network are absent, not failing. */
static void swept_absent(void **state)
{
	(void)state;
	sweep(CAUSE_OK);
	expect("snmp", VERDICT_PASS);
	assert_int_equal(site.report->devices[1].state, DEVICE_ABSENT);
	assert_int_equal(site.report->devices[1].verdict, VERDICT_NONE);
	assert_int_equal(site.report->requirements[0].device_count, 1);
	assert_int_equal(site.report->finding_count, 0);
}

/* A network where nothing answers is one failure, and one finding. */
static void swept_dead(void **state)
{
	(void)state;
	sweep(CAUSE_TIMEOUT);
	expect("snmp", VERDICT_FAIL);
	assert_int_equal(site.report->requirements[0].device_count, 1);
	assert_string_equal(site.report->requirements[0].devices[0].name,
			    "10.2.1.0/30");
	assert_int_equal(site.report->finding_count, 1);
	assert_string_equal(site.report->findings[0].code, "network-silent");
}

/* Silence of a device that need not offer it. */
static void silence_exempt(void **state)
{
	size_t printer = site_device(&site, "printer", "10.2.1.9", "printer");
	size_t server = site_device(&site, "server", "10.2.1.8", "windows");
	struct requirement *q;

	(void)state;
	q = need("smb", "smb");
	q->silence_exempt_type = "windows";
	test_device(printer, TRANSPORT_TCP, 445, PHASE_CONNECT, CAUSE_TIMEOUT);
	site_report(&site);
	expect("smb", VERDICT_WARN);
	assert_int_equal(site.report->finding_count, 0);
	test_device(server, TRANSPORT_TCP, 445, PHASE_CONNECT, CAUSE_TIMEOUT);
	site_report(&site);
	expect("smb", VERDICT_FAIL);
}

/* Groups ------------------------------------------------------------------ */

static void cli(enum cause ssh, enum cause telnet)
{
	size_t d = site_device(&site, "switch", "10.2.1.10", "network-element");
	struct requirement *q;

	q = need("ssh", "ssh");
	q->level = LEVEL_ALTERNATIVE;
	q->group = "cli";
	test_device(d, TRANSPORT_TCP, 22,
		    ssh == CAUSE_OK ? PHASE_REPLY : PHASE_CONNECT, ssh);
	q = need("telnet", "telnet");
	q->level = LEVEL_FALLBACK;
	q->group = "cli";
	test_device(d, TRANSPORT_TCP, 23,
		    telnet == CAUSE_OK ? PHASE_REPLY : PHASE_CONNECT, telnet);
	q = need("warn", "tcp");
	q->level = LEVEL_RECOMMENDED;
	q->when_group = "cli";
	test_device(d, TRANSPORT_TCP, 2222, PHASE_CONNECT, CAUSE_REFUSED);
	site_report(&site);
	assert_int_equal(site.report->group_count, 1);
	assert_string_equal(site.report->groups[0].device, "switch");
}

/* The alternative passes: the fallback is not needed. */
static void group_passes(void **state)
{
	(void)state;
	cli(CAUSE_OK, CAUSE_REFUSED);
	expect("ssh", VERDICT_PASS);
	expect("telnet", VERDICT_NOT_NEEDED);
	expect("warn", VERDICT_NOT_NEEDED);
	assert_int_equal(site.report->verdict, RUN_READY);
	assert_int_equal(site.report->groups[0].verdict, VERDICT_PASS);
	assert_int_equal(site.report->groups[0].by_count, 1);
	assert_int_equal(site.report->finding_count, 0);
}

/* It lives on its fallback: a warning, and what is asked only then. */
static void group_on_fallback(void **state)
{
	(void)state;
	cli(CAUSE_REFUSED, CAUSE_OK);
	expect("ssh", VERDICT_WARN);
	expect("telnet", VERDICT_PASS);
	expect("warn", VERDICT_WARN);
	assert_int_equal(site.report->verdict, RUN_READY_WITH_WARNINGS);
	assert_int_equal(site.report->groups[0].verdict, VERDICT_WARN);
	assert_int_equal(site.report->groups[0].by[0], 1);
	assert_string_equal(site.report->requirements[0].reason,
			    "the port refuses connections; the fallback telnet "
			    "is in use: ssh would be safer");
}

/* All fallbacks are needed, and all are named. */
static void group_on_three_fallbacks(void **state)
{
	static const char *const names[] = {"remoting", "rpc", "netbios",
					    "smb"};
	size_t device = site_device(&site, "pc", "10.2.1.20", "windows");

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct requirement *q = need(names[i], "tcp");

		q->level = i == 0 ? LEVEL_ALTERNATIVE : LEVEL_FALLBACK;
		q->group = "remoting";
		test_device(device, TRANSPORT_TCP, (uint16_t)(100 + i),
			    i == 0 ? PHASE_CONNECT : PHASE_REPLY,
			    i == 0 ? CAUSE_TIMEOUT : CAUSE_OK);
	}
	site_report(&site);
	assert_string_equal(
	    site.report->requirements[0].reason,
	    "no answer to the connection attempt; the fallbacks rpc, netbios "
	    "and smb are in use: remoting would be safer");
}

/* Nothing works: the alternative carries the failure. */
static void group_fails(void **state)
{
	(void)state;
	cli(CAUSE_TIMEOUT, CAUSE_TIMEOUT);
	expect("ssh", VERDICT_FAIL);
	expect("telnet", VERDICT_WARN);
	expect("warn", VERDICT_WARN); /* it would be needed all the more */
	assert_int_equal(site.report->verdict, RUN_NOT_READY);
	assert_int_equal(site.report->groups[0].verdict, VERDICT_FAIL);
	assert_int_equal(site.report->groups[0].by_count, 0);
}

/* Groups are decided device by device. */
static void group_per_device(void **state)
{
	size_t a = site_device(&site, "a", "10.2.1.10", "network-element");
	size_t b = site_device(&site, "b", "10.2.1.11", "network-element");
	struct requirement *q;

	(void)state;
	q = need("ssh", "ssh");
	q->level = LEVEL_ALTERNATIVE;
	q->group = "cli";
	test_device(a, TRANSPORT_TCP, 22, PHASE_REPLY, CAUSE_OK);
	test_device(b, TRANSPORT_TCP, 22, PHASE_CONNECT, CAUSE_REFUSED);
	q = need("telnet", "telnet");
	q->level = LEVEL_FALLBACK;
	q->group = "cli";
	test_device(a, TRANSPORT_TCP, 23, PHASE_CONNECT, CAUSE_REFUSED);
	test_device(b, TRANSPORT_TCP, 23, PHASE_REPLY, CAUSE_OK);
	site_report(&site);
	assert_int_equal(site.report->group_count, 2);
	assert_int_equal(site.report->groups[0].verdict, VERDICT_PASS);
	assert_int_equal(site.report->groups[1].verdict, VERDICT_WARN);
	expect("ssh", VERDICT_WARN);
	expect("telnet", VERDICT_PASS);
}

/* Internet hosts of a group stand for each other. */
static void group_of_hosts(void **state)
{
	struct requirement *q;

	(void)state;
	q = site_need(&site, "eu", "https", "AUV-01");
	q->level = LEVEL_ALTERNATIVE;
	q->group = "cloud";
	site_target(&site, "eu.example", TRANSPORT_TCP, 443);
	site_result(&site, "203.0.113.1", PHASE_CONNECT, CAUSE_TIMEOUT);
	q = site_need(&site, "us", "https", "AUV-01");
	q->level = LEVEL_ALTERNATIVE;
	q->group = "cloud";
	site_target(&site, "us.example", TRANSPORT_TCP, 443);
	site_ok(&site, "203.0.113.2");
	site_report(&site);
	expect("eu", VERDICT_NOT_NEEDED);
	expect("us", VERDICT_PASS);
	assert_int_equal(site.report->finding_count, 0);
}

/* A follow-up port that is shut fails the requirement. */
static void child_fails(void **state)
{
	size_t d = site_device(&site, "dc", "10.2.1.10", "windows");
	struct result *child;

	(void)state;
	need("rpc", "rpc");
	test_device(d, TRANSPORT_TCP, 135, PHASE_REPLY, CAUSE_OK);
	child = site_result(&site, "10.2.1.10", PHASE_CONNECT, CAUSE_TIMEOUT);
	child->parent = 0;
	child->port = 49154;
	site_report(&site);
	expect("rpc", VERDICT_FAIL);
}

/* Its open port is proof enough. */
static void child_connects(void **state)
{
	size_t d = site_device(&site, "dc", "10.2.1.10", "windows");
	struct result *child;

	(void)state;
	need("rpc", "rpc");
	test_device(d, TRANSPORT_TCP, 135, PHASE_REPLY, CAUSE_OK);
	child = site_ok(&site, "10.2.1.10");
	child->parent = 0;
	child->proof = PROOF_CONNECT;
	site_report(&site);
	expect("rpc", VERDICT_PASS);
}

/* Requirements without a device are not needed; where nothing else ran, nothing
 * is known. */
static void no_such_device(void **state)
{
	(void)state;
	need("esxi", "vmware");
	site.planned[0].not_needed = true;
	site.planned[0].reason = "no esxi device in the inventory";
	site_report(&site);
	expect("esxi", VERDICT_NOT_NEEDED);
	assert_int_equal(site.report->verdict, RUN_UNDECIDED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    story(worst_device),
	    story(tolerate_none),
	    story(tolerate_one),
	    story(tolerate_ten_percent),
	    story(tolerate_five_percent),
	    story(swept_absent),
	    story(swept_dead),
	    story(silence_exempt),
	    story(group_passes),
	    story(group_on_fallback),
	    story(group_on_three_fallbacks),
	    story(group_fails),
	    story(group_per_device),
	    story(group_of_hosts),
	    story(child_fails),
	    story(child_connects),
	    story(no_such_device),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
