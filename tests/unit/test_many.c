/* Many devices, many failures, few causes: one finding for each cause. */
#include "tests/unit/story.h"

enum { PORTS = 40, BEHIND = 250, DEAD = 12, PRINTERS = 15, FINE = 5 };

static size_t group(const char *network, size_t count, const char *type)
{
	size_t first = site.plan.device_count;

	for (size_t i = 0; i < count; i++) {
		const char *address =
		    arena_printf(&site.arena, "%s%zu", network, i + 1);

		site_device(&site,
			    arena_printf(&site.arena, "%s-%s", type, address),
			    address, type);
	}
	return first;
}

static struct requirement *need(const char *id, const char *check)
{
	struct requirement *q = site_need(&site, id, check, "AUV-20");

	q->to_kind = TO_DEVICE;
	q->to = "device:any";
	q->impact = "the device is not watched";
	q->purpose = "to watch the device";
	return q;
}

/* The same outcome for a row of devices, in the newest requirement. */
static void row(size_t first, size_t count, enum transport transport,
		uint16_t port, enum phase phase, enum cause cause)
{
	for (size_t i = first; i < first + count; i++) {
		site_device_target(&site, i, transport, port);
		site_result(&site, site.devices[i].address, phase, cause);
	}
}

static void fine(size_t first, size_t count, enum transport transport,
		 uint16_t port)
{
	row(first, count, transport, port, PHASE_REPLY, CAUSE_OK);
}

static void silent(size_t first, size_t count, enum transport transport,
		   uint16_t port)
{
	row(first, count, transport, port,
	    transport == TRANSPORT_TCP ? PHASE_CONNECT : PHASE_REPLY,
	    CAUSE_TIMEOUT);
}

/* An SNMP agent that tells its engine id and does not know the community. */
static void deaf(size_t first, size_t count)
{
	for (size_t i = first; i < first + count; i++) {
		site_device_target(&site, i, TRANSPORT_UDP, 161);
		facts_string(&site_result(&site, site.devices[i].address,
					  PHASE_REPLY, CAUSE_TIMEOUT)
				  ->facts,
			     "engine-id", "80001f8880");
	}
}

/*
 * 10,000 tests that one firewall drops, a subnet that is off, printers with
 * another community; some devices where all is well.
 */
static void tell_many(void)
{
	size_t behind = group("10.3.0.", BEHIND, "server");
	size_t dead = group("10.4.0.", DEAD, "switch");
	size_t printers = group("10.5.0.", PRINTERS, "printer");
	size_t others = group("10.6.0.", FINE, "server");
	size_t works = group("10.5.0.1", FINE, "camera");

	need("lan.ping", "icmp");
	fine(behind, BEHIND, TRANSPORT_ICMP, 0);
	silent(dead, DEAD, TRANSPORT_ICMP, 0);
	fine(printers, PRINTERS, TRANSPORT_ICMP, 0);
	fine(others, FINE, TRANSPORT_ICMP, 0);
	for (size_t i = 0; i < PORTS; i++) {
		need(arena_printf(&site.arena, "lan.port-%zu", i), "tcp");
		silent(behind, BEHIND, TRANSPORT_TCP, (uint16_t)(1000 + i));
		fine(others, FINE, TRANSPORT_TCP, (uint16_t)(1000 + i));
	}
	need("lan.ssh", "ssh");
	silent(dead, DEAD, TRANSPORT_TCP, 22);
	fine(others, FINE, TRANSPORT_TCP, 22);
	need("lan.snmp", "snmp");
	deaf(printers, PRINTERS);
	fine(works, FINE, TRANSPORT_UDP, 161);
}

static size_t failing(void)
{
	size_t count = 0;

	for (size_t i = 0; i < site.results.count; i++)
		count += site.report->results[i].verdict == VERDICT_FAIL;
	return count;
}

static void as_many_findings_as_causes(void **state)
{
	const struct finding *f;

	(void)state;
	tell_many();
	site_report(&site);
	assert_in_range(failing(), 10000, 12000);
	for (size_t i = 0; i < site.report->finding_count; i++)
		print_message("%s: %s (%zu)\n", site.report->findings[i].code,
			      site.report->findings[i].title,
			      site.report->findings[i].result_count);
	assert_int_equal(site.report->finding_count, 3);
	f = site_finding(&site, "firewall-drops");
	assert_int_equal(f->result_count, PORTS * BEHIND);
	assert_int_equal(f->owner, OWNER_FIREWALL);
	assert_string_equal(
	    f->title, "tcp/1000, tcp/1001, tcp/1002, tcp/1003 and 36 more to "
		      "250 of 250 devices in 10.3.0.0/24 are silently dropped");
	expect_line(f, "250 of 250 devices in 10.3.0.0/24 do not answer, ping "
		       "works on 250");
	expect_line(f, "devices elsewhere that pass the same test: 5");
	f = site_finding(&site, "network-silent");
	assert_string_equal(f->title, "No device in 10.4.0.0/24 answers");
	assert_int_equal(f->result_count, 2 * DEAD);
	f = site_finding(&site, "snmp-community-or-acl");
	assert_string_equal(f->title, "15 of 15 devices of type printer run "
				      "SNMP but do not answer this host");
	expect_line(f, "ping works on 15");
}

/* One screen ------------------------------------------------------------- */

enum { LINES_MOST = 22 };

static char *screen(unsigned detail)
{
	const struct format_options o = {.width = 80, .detail = detail};

	site_report(&site);
	return site_render(&site, "text", &o);
}

static size_t lines(const char *text)
{
	size_t count = 0;

	for (; *text != '\0'; text++)
		count += *text == '\n';
	return count;
}

static void one_screen(void **state)
{
	char *text;

	(void)state;
	tell_many();
	text = screen(0);
	if (lines(text) > LINES_MOST)
		fail_msg("%zu lines:\n%s", lines(text), text);
	assert_non_null(strstr(text, "FIREWALL drops tcp/1000 and 39 more to "
				     "250 devices in 10.3.0.0/24"));
	assert_non_null(strstr(text, "No device in 10.4.0.0/24 answers"));
	assert_non_null(strstr(text, "SNMP of 15 devices in 10.5.0.0/24"));
	assert_non_null(strstr(text, "(250 of 255 devices)"));
	assert_non_null(strstr(text, "10.3.0.0/24"));
	assert_non_null(strstr(text, "change"));
	free(text);
	text = screen(2);
	assert_true(lines(text) > 10000);
	free(text);
}

/* As many causes as it takes: the screen holds the first ones and a count. */
static void one_screen_of_many_causes(void **state)
{
	char *text;

	(void)state;
	tell_many();
	for (size_t i = 0; i < 30; i++)
		site_device_test(
		    &site, "ssh",
		    site_device(&site,
				arena_printf(&site.arena, "router-%zu", i),
				arena_printf(&site.arena, "10.9.%zu.1", i),
				"network-element"),
		    TRANSPORT_TCP, (uint16_t)(2000 + i), PHASE_REPLY,
		    CAUSE_BAD_REPLY);
	text = screen(0);
	assert_int_equal(site.report->finding_count, 33);
	if (lines(text) > LINES_MOST)
		fail_msg("%zu lines:\n%s", lines(text), text);
	assert_non_null(strstr(text, " more causes"));
	free(text);
}

/* The whole report says what each requirement is for. */
static void small_is_whole(void **state)
{
	size_t d = group("10.3.0.", 20, "switch");
	char *text;

	(void)state;
	need("lan.ping", "icmp");
	fine(d, 20, TRANSPORT_ICMP, 0);
	need("lan.ssh", "ssh");
	silent(d, 20, TRANSPORT_TCP, 22);
	text = screen(1);
	assert_non_null(strstr(text, "Needed for: to watch the device"));
	free(text);
}

/* Nothing else works on those ports: the firewall is still one. */
static void without_twin(void **state)
{
	size_t d = group("10.3.0.", 20, "server");

	(void)state;
	need("lan.ping", "icmp");
	fine(d, 20, TRANSPORT_ICMP, 0);
	for (size_t i = 0; i < PORTS; i++) {
		need(arena_printf(&site.arena, "lan.port-%zu", i), "tcp");
		silent(d, 20, TRANSPORT_TCP, (uint16_t)(1000 + i));
	}
	assert_string_equal(
	    expect_only("firewall-drops", OWNER_FIREWALL, false)->title,
	    "tcp/1000, tcp/1001, tcp/1002, tcp/1003 and 36 more to "
	    "server-10.3.0.1, server-10.3.0.2, server-10.3.0.3 and 17 more are "
	    "silently dropped");
}

/* A firewall that drops all else of some devices drops their UDP, too. */
static void udp_with_the_rest(void **state)
{
	size_t d = group("10.3.0.", 4, "switch");

	(void)state;
	need("lan.ping", "icmp");
	fine(d, 4, TRANSPORT_ICMP, 0);
	need("lan.snmp", "snmp");
	silent(d, 4, TRANSPORT_UDP, 161);
	need("lan.ssh", "ssh");
	silent(d, 4, TRANSPORT_TCP, 22);
	need("lan.https", "https");
	silent(d, 4, TRANSPORT_TCP, 443);
	assert_int_equal(
	    expect_only("firewall-drops", OWNER_FIREWALL, false)->result_count,
	    12);
}

/* Some of a subnet: each is named, and the subnet is not blamed. */
static void some_of_a_subnet(void **state)
{
	size_t d = group("10.3.0.", 12, "switch");
	const struct finding *f;

	(void)state;
	need("lan.ping", "icmp");
	fine(d, 12, TRANSPORT_ICMP, 0);
	need("lan.snmp", "snmp");
	silent(d, 7, TRANSPORT_UDP, 161);
	fine(d + 7, 5, TRANSPORT_UDP, 161);
	f = expect_only("udp-no-answer", OWNER_DEVICE, false);
	assert_string_equal(f->title,
			    "switch-10.3.0.1, switch-10.3.0.2, switch-10.3.0.3 "
			    "and 4 more do not answer on udp/161");
	expect_line(f, "7 of 12 devices tested do not answer, ping works on 7");
	expect_line(f, "and 3 more");
}

/* A whole subnet beside a few devices elsewhere: two causes. */
static void subnet_and_stragglers(void **state)
{
	size_t all = group("10.3.7.", 12, "switch");
	size_t some = group("10.3.8.", 12, "switch");
	const struct finding *whole = NULL, *part = NULL;

	(void)state;
	need("lan.ping", "icmp");
	fine(all, 24, TRANSPORT_ICMP, 0);
	need("lan.snmp", "snmp");
	silent(all, 12, TRANSPORT_UDP, 161);
	silent(some, 2, TRANSPORT_UDP, 161);
	fine(some + 2, 10, TRANSPORT_UDP, 161);
	site_report(&site);
	assert_int_equal(site.report->finding_count, 2);
	whole = &site.report->findings[0];
	part = &site.report->findings[1];
	assert_string_equal(
	    whole->title,
	    "12 of 12 devices in 10.3.7.0/24 do not answer on udp/161");
	assert_int_equal(whole->owner, OWNER_FIREWALL);
	assert_string_equal(
	    part->title,
	    "switch-10.3.8.1 and switch-10.3.8.2 do not answer on udp/161");
	assert_int_equal(part->owner, OWNER_DEVICE);
}

/* Two devices are no subnet. */
static void two_are_no_crowd(void **state)
{
	size_t d = group("10.3.0.", 2, "switch");
	size_t others = group("10.4.0.", 3, "switch");

	(void)state;
	need("lan.ping", "icmp");
	fine(d, 5, TRANSPORT_ICMP, 0);
	need("lan.snmp", "snmp");
	silent(d, 2, TRANSPORT_UDP, 161);
	fine(others, 3, TRANSPORT_UDP, 161);
	expect_only("udp-no-answer", OWNER_DEVICE, false);
	assert_null(strstr(site.report->findings[0].title, "/24"));
}

/* A /64 counts like a /24. */
static void subnet_of_ipv6(void **state)
{
	size_t d = group("2001:db8:3::", 4, "switch");
	size_t others = group("2001:db8:4::", 4, "switch");

	(void)state;
	need("lan.ping", "icmp");
	fine(d, 8, TRANSPORT_ICMP, 0);
	need("lan.ssh", "ssh");
	silent(d, 4, TRANSPORT_TCP, 22);
	fine(others, 4, TRANSPORT_TCP, 22);
	assert_string_equal(
	    expect_only("firewall-drops", OWNER_FIREWALL, false)->title,
	    "tcp/22 to 4 of 4 devices in 2001:db8:3::/64 is silently dropped");
}

/* A type that fails in two networks: one cause, not one for each network. */
static void type_over_networks(void **state)
{
	size_t one = group("10.3.0.", 3, "nas");
	size_t two = group("10.4.0.", 4, "nas");
	size_t others = group("10.4.0.1", 5, "unix");

	(void)state;
	need("lan.ping", "icmp");
	fine(one, 12, TRANSPORT_ICMP, 0);
	need("lan.ssh", "ssh");
	row(one, 3, TRANSPORT_TCP, 22, PHASE_CONNECT, CAUSE_REFUSED);
	row(two, 4, TRANSPORT_TCP, 22, PHASE_CONNECT, CAUSE_REFUSED);
	fine(others, 5, TRANSPORT_TCP, 22);
	assert_string_equal(
	    expect_only("service-down", OWNER_DEVICE, false)->title,
	    "7 of 7 devices of type nas refuse connections on tcp/22");
}

/* A network of the inventory is named though there is nothing else. */
static void network_of_the_inventory(void **state)
{
	static const struct device entry = {.network = "10.3.0.0/22",
					    .total = 1022};
	size_t d = group("10.3.1.", 12, "switch");

	(void)state;
	group("10.3.2.", 9, "switch"); /* nobody is there */
	for (size_t i = d; i < d + 21; i++) {
		site.devices[i].swept = true;
		site.devices[i].entry = &entry;
	}
	need("lan.ping", "icmp");
	fine(d, 12, TRANSPORT_ICMP, 0);
	silent(d + 12, 9, TRANSPORT_ICMP, 0);
	need("lan.ssh", "ssh");
	silent(d, 21, TRANSPORT_TCP, 22);
	assert_string_equal(
	    expect_only("firewall-drops", OWNER_FIREWALL, false)->title,
	    "tcp/22 to 12 of 12 devices in 10.3.0.0/22 is silently dropped");
}

/* The router of a dead network speaks for some of it: its errors are limited.
 */
static void dead_behind_a_router(void **state)
{
	size_t d = group("10.3.0.", 12, "switch");
	size_t others = group("10.4.0.", 12, "switch");

	(void)state;
	need("lan.ping", "icmp");
	silent(d, 12, TRANSPORT_ICMP, 0);
	fine(others, 12, TRANSPORT_ICMP, 0);
	for (size_t i = 0; i < 12; i += 4)
		site_icmp(&site.results.items[i], 3, 1, "10.0.0.1")
		    ->outcome.cause = CAUSE_UNREACHABLE;
	need("lan.ssh", "ssh");
	silent(d, 12, TRANSPORT_TCP, 22);
	fine(others, 12, TRANSPORT_TCP, 22);
	assert_string_equal(
	    expect_only("network-silent", OWNER_LOCAL_NETWORK, false)->title,
	    "No device in 10.3.0.0/24 answers");
}

/* Every host prohibits by itself: one policy, not one finding a host. */
static void hosts_prohibit(void **state)
{
	size_t d = group("10.3.0.", 30, "windows");
	const struct finding *f;

	(void)state;
	need("lan.winrm", "winrm");
	for (size_t i = d; i < d + 30; i++) {
		site_device_target(&site, i, TRANSPORT_TCP, 5985);
		site_icmp(site_result(&site, site.devices[i].address,
				      PHASE_CONNECT, CAUSE_PROHIBITED),
			  3, 13, site.devices[i].address);
	}
	f = expect_only("firewall-prohibits", OWNER_DEVICE, true);
	assert_int_equal(f->result_count, 30);
	assert_int_equal(f->blocker.family, ADDR_NONE);
}

/* Every host on several ports: one policy still. */
static void hosts_prohibit_ports(void **state)
{
	size_t d = group("10.3.0.", 10, "windows");

	(void)state;
	for (uint16_t port = 135; port < 140; port++) {
		need(arena_printf(&site.arena, "lan.port-%u", port), "tcp");
		for (size_t i = d; i < d + 10; i++) {
			site_device_target(&site, i, TRANSPORT_TCP, port);
			site_icmp(site_result(&site, site.devices[i].address,
					      PHASE_CONNECT, CAUSE_PROHIBITED),
				  3, 13, site.devices[i].address);
		}
	}
	assert_int_equal(
	    expect_only("firewall-prohibits", OWNER_DEVICE, true)->result_count,
	    50);
}

/* Hosts of the vendor that are silent while one answers. */
static void hosts_silent(void **state)
{
	(void)state;
	site_need(&site, "cloud.hosts", "tcp", "AUV-01");
	for (size_t i = 0; i < 20; i++) {
		site_target(&site, arena_printf(&site.arena, "h%zu.example", i),
			    TRANSPORT_TCP, 8443);
		site_result(&site,
			    arena_printf(&site.arena, "203.0.113.%zu", i + 1),
			    PHASE_CONNECT, CAUSE_TIMEOUT);
	}
	site_target(&site, "fine.example", TRANSPORT_TCP, 8443);
	site_ok(&site, "198.51.100.1");
	assert_string_equal(
	    expect_only("target-silent", OWNER_INTERNET, false)->title,
	    "h0.example, h1.example, h2.example and 17 more do not answer "
	    "tcp/8443; other hosts do");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    story(as_many_findings_as_causes),
	    story(one_screen),
	    story(one_screen_of_many_causes),
	    story(small_is_whole),
	    story(without_twin),
	    story(udp_with_the_rest),
	    story(some_of_a_subnet),
	    story(subnet_and_stragglers),
	    story(two_are_no_crowd),
	    story(subnet_of_ipv6),
	    story(type_over_networks),
	    story(network_of_the_inventory),
	    story(dead_behind_a_router),
	    story(hosts_prohibit),
	    story(hosts_prohibit_ports),
	    story(hosts_silent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
