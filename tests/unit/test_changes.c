/*
 * test_changes.c - from a plan to changes: what is merged, what is apart, which
 * way it goes, and what is told instead of written.
 */
#include "tests/unit/changes_site.h"

/* The only change, or the i-th. */
static const struct change *only(void)
{
	make();
	assert_int_equal(set->change_count, 1);
	return &set->changes[0];
}

static void expect_end(const struct change_end *e, enum change_end_kind kind,
		       const char *text)
{
	assert_int_equal(e->kind, kind);
	assert_string_equal(e->text, text);
}

static void expect_net(const struct change_end *e, size_t i, const char *text)
{
	char net[ADDR_TEXT + 4];

	assert_true(i < e->net_count);
	assert_string_equal(change_net_text(&e->nets[i], net), text);
}

static bool has_note(const char *words)
{
	for (size_t i = 0; i < set->note_count; i++) {
		if (strstr(set->notes[i], words) != NULL)
			return true;
	}
	return false;
}

static void one_way_for_two(void **state)
{
	const struct change *c;

	(void)state;
	want("cloud.a", "AUV-01");
	site_target(&site, "a.example", TRANSPORT_TCP, 443);
	want("cloud.b", "AUV-02");
	site_target(&site, "a.example", TRANSPORT_TCP, 443);
	c = only();
	assert_int_equal(c->direction, CHANGE_OUT);
	assert_int_equal(c->need_count, 2);
	assert_string_equal(c->needs[0].id, "cloud.a");
	assert_string_equal(c->needs[1].id, "cloud.b");
	assert_string_equal(c->ports, "443");
	assert_int_equal(c->destination_count, 1);
	expect_end(c->destinations[0], END_NAME, "a.example");
	expect_net(c->destinations[0], 0, "203.0.113.9");
	expect_net(c->destinations[0], 1, "2001:db8:7::9");
	expect_net(c->sources[0], 0, "10.2.0.2");
	expect_net(c->sources[0], 1, "2001:db8:2::2");
}

static void targets_of_one_need(void **state)
{
	const struct change *c;

	(void)state;
	want("cloud.a", "AUV-01");
	site_target(&site, "b.example", TRANSPORT_TCP, 443);
	site_target(&site, "apt.example", TRANSPORT_TCP, 443);
	c = only();
	assert_int_equal(c->destination_count, 2);
	expect_end(c->destinations[0], END_NAME, "b.example");
	expect_end(c->destinations[1], END_NAME, "apt.example");
}

static void ports_are_apart(void **state)
{
	(void)state;
	want("cloud.a", "AUV-01");
	site_target(&site, "a.example", TRANSPORT_TCP, 443);
	want("cloud.b", "AUV-02");
	site_target(&site, "a.example", TRANSPORT_TCP, 80);
	want("cloud.c", "AUV-03");
	site_target(&site, "a.example", TRANSPORT_UDP, 443);
	make();
	assert_int_equal(set->change_count, 3);
	assert_string_equal(set->changes[1].ports, "80");
	assert_int_equal(set->changes[2].transport, TRANSPORT_UDP);
}

static void ports_of_one_target(void **state)
{
	const uint16_t ports[] = {80, 81, 82, 443};
	const struct change *c;

	(void)state;
	want("cloud.a", "AUV-01");
	for (size_t i = 0; i < 4; i++)
		site_target(&site, "a.example", TRANSPORT_TCP, ports[i]);
	c = only();
	assert_string_equal(c->ports, "80-82,443");
	assert_int_equal(c->port_list->count, 2);
}

/* One port of the range is tried; the firewall needs all of it. */
static void whole_range(void **state)
{
	struct requirement *q;

	(void)state;
	q = want("windows.dynamic", "OAD-11");
	q->probe_ports_text = "135";
	site_ports(&site, 0, "49152-65535");
	site_target(&site, "10.2.1.20", TRANSPORT_TCP, 135);
	assert_string_equal(only()->ports, "49152-65535");
}

static void wildcard(void **state)
{
	static const char *const hosts[] = {"a.example", NULL};
	const struct change *c;
	struct requirement *q;

	(void)state;
	q = want("cloud.a", "AUV-01");
	q->wildcard = "*.example";
	site.planned[0].hosts = hosts;
	site_target(&site, "a.example", TRANSPORT_TCP, 443);
	c = only();
	assert_int_equal(c->destination_count, 2);
	expect_end(c->destinations[1], END_WILDCARD, "*.example");
	assert_string_equal(c->destinations[1]->known, "a.example");
}

/* What is found at run time has the addresses of the name it comes from. */
static void derived(void **state)
{
	struct requirement *q;
	struct spec *s;

	(void)state;
	q = want("cloud.a", "AUV-04");
	q->derive = "reverse";
	s = site_target(&site, NULL, TRANSPORT_TCP, 443);
	s->derive = "reverse";
	s->derive_from = "tenant.example";
	expect_end(only()->destinations[0], END_NAME, "tenant.example");
}

static void devices_come_in(void **state)
{
	static const char *const from[] = {"device:snmp", NULL};
	const struct change *c;
	struct requirement *q;

	(void)state;
	site_device(&site, "switch", "10.2.1.10", "snmp");
	site_device(&site, "printer", "10.2.1.30", "printer");
	site_device(&site, "router", "10.2.1.1", "snmp");
	q = want("inbound.syslog", "AUV-27");
	q->from_list = from;
	q->transports = TRANSPORTS_UDP;
	site_ports(&site, 0, "514");
	site.planned[0].inbound = true;
	c = only();
	assert_int_equal(c->direction, CHANGE_IN);
	assert_int_equal(c->transport, TRANSPORT_UDP);
	assert_string_equal(c->ports, "514");
	assert_int_equal(c->source_count, 2);
	expect_end(c->sources[0], END_NET, "10.2.1.10");
	assert_string_equal(c->sources[0]->label, "switch");
	expect_end(c->sources[1], END_NET, "10.2.1.1");
	assert_ptr_equal(c->destinations[0], set->self);
}

static void both_transports_come_in(void **state)
{
	static const char *const from[] = {"device:any", NULL};
	struct requirement *q;

	(void)state;
	site_device(&site, "switch", "10.2.1.10", "snmp");
	q = want("inbound.syslog", "AUV-27");
	q->from_list = from;
	q->transports = TRANSPORTS_UDP_TCP;
	site.planned[0].inbound = true;
	make();
	assert_int_equal(set->change_count, 2);
	assert_int_equal(set->changes[0].transport, TRANSPORT_UDP);
	assert_int_equal(set->changes[1].transport, TRANSPORT_TCP);
}

/* A role: from the inventory, or told with what to give. */
static void people_come_in(void **state)
{
	static const char *const from[] = {"user", NULL};
	static const char *const addresses[] = {"10.9.0.0/24", NULL};
	const struct inventory_role role = {"user", addresses, false};
	struct requirement *q;

	(void)state;
	q = want("people.https", "OAD-15");
	q->from_list = from;
	site.planned[0].inbound = true;
	expect_end(only()->sources[0], END_UNKNOWN, "user");
	assert_non_null(strstr(set->changes[0].sources[0]->missing,
			       "--target user=ADDRESS"));
	inventory.role_count = 1;
	inventory.roles = &role;
	expect_end(only()->sources[0], END_NET, "10.9.0.0/24");
	expect_net(set->changes[0].sources[0], 0, "10.9.0.0/24");
}

static void cloud_pings_devices(void **state)
{
	static const char *const from[] = {"cloud", NULL};
	const struct change *c;
	struct requirement *q;

	(void)state;
	site_device(&site, "switch", "10.2.1.10", "snmp");
	q = want("inbound.cloud-ping", "AUV-33");
	q->from_list = from;
	q->to_kind = TO_DEVICE;
	q->to_list = to_any;
	q->transports = TRANSPORTS_ICMP;
	q->untested_reason = "its published addresses";
	c = only();
	assert_int_equal(c->direction, CHANGE_THROUGH);
	assert_int_equal(c->transport, TRANSPORT_ICMP);
	assert_string_equal(c->ports, "");
	expect_end(c->sources[0], END_UNKNOWN, "cloud");
	assert_string_equal(c->sources[0]->missing, "its published addresses");
	expect_end(c->destinations[0], END_NET, "10.2.1.10");
}

static void networks_stay_networks(void **state)
{
	const struct device range = {.name = "range",
				     .network = "10.2.1.1-10.2.1.20"};
	const struct change *c;

	(void)state;
	want("lan.ping", "AUV-18")->to_kind = TO_DEVICE;
	for (unsigned i = 1; i <= 20; i++) {
		size_t d = site_device(
		    &site, "range", arena_printf(&site.arena, "10.2.1.%u", i),
		    "snmp");

		site.devices[d].swept = true;
		site.devices[d].entry = &range;
		site_device_target(&site, d, TRANSPORT_ICMP, 0);
	}
	c = only();
	assert_int_equal(c->destination_count, 1);
	expect_end(c->destinations[0], END_NET, "10.2.1.1-10.2.1.20");
	assert_int_equal(c->destinations[0]->net_count, 6);
	expect_net(c->destinations[0], 0, "10.2.1.1");
	expect_net(c->destinations[0], 1, "10.2.1.2/31");
	expect_net(c->destinations[0], 5, "10.2.1.20");
}

static void proxy_is_one_rule(void **state)
{
	const struct change *c;
	struct requirement *q;

	(void)state;
	site.proxy =
	    (struct proxy_settings){.host = site.proxy_host, .port = 3128};
	snprintf(site.proxy_host, sizeof site.proxy_host, "10.2.2.10");
	site.plan.proxy = &site.proxy;
	q = want("cloud.a", "AUV-01");
	q->wildcard = "*.example";
	site_target(&site, "a.example", TRANSPORT_TCP, 443)->via_proxy = true;
	want("cloud.b", "AUV-02");
	site_target(&site, "b.example", TRANSPORT_TCP, 80)->via_proxy = true;
	c = only();
	assert_string_equal(c->ports, "3128");
	assert_int_equal(c->need_count, 2);
	expect_end(c->destinations[0], END_NET, "10.2.2.10");
	assert_string_equal(c->behind, "a.example, *.example, b.example");
}

static void resolvers(void **state)
{
	struct addr servers[2];
	const struct change *c;

	(void)state;
	addr_parse(&servers[0], "10.2.0.1");
	addr_parse(&servers[1], "127.0.0.53");
	context.resolvers = servers;
	context.resolver_count = 2;
	want("local.resolver", "AUV-14");
	site_target(&site, NULL, TRANSPORT_UDP, 53)->system_server = true;
	make();
	assert_int_equal(set->change_count, 2);
	expect_end(set->changes[0].destinations[0], END_NET, "10.2.0.1");
	c = &set->changes[1];
	expect_end(c->destinations[0], END_UNKNOWN, "127.0.0.53");
	assert_non_null(strstr(c->destinations[0]->missing, "forwarder"));
}

static void fallback_is_off(void **state)
{
	struct requirement *q;

	(void)state;
	q = want("lan.ssh", "AUV-21");
	q->level = LEVEL_ALTERNATIVE;
	q->group = "cli";
	site_target(&site, "10.2.1.10", TRANSPORT_TCP, 22);
	q = want("lan.telnet", "AUV-22");
	q->level = LEVEL_FALLBACK;
	q->group = "cli";
	site_target(&site, "10.2.1.10", TRANSPORT_TCP, 23);
	make();
	assert_false(set->changes[0].off);
	assert_true(set->changes[1].off);
	assert_non_null(strstr(set->changes[1].note, "group cli"));
}

/* What one wants as a fallback, another one needs. */
static void fallback_beside_need(void **state)
{
	struct requirement *q;

	(void)state;
	q = want("lan.telnet", "AUV-22");
	q->level = LEVEL_FALLBACK;
	q->group = "cli";
	site_target(&site, "10.2.1.10", TRANSPORT_TCP, 23);
	want("lan.console", "AUV-40");
	site_target(&site, "10.2.1.10", TRANSPORT_TCP, 23);
	make();
	assert_int_equal(set->change_count, 2);
	assert_true(set->changes[0].off);
	assert_false(set->changes[1].off);
	assert_string_equal(set->changes[1].needs[0].id, "lan.console");
}

static void nothing_is_lost(void **state)
{
	struct requirement *q;

	(void)state;
	want("cloud.a", "AUV-01");
	site_target(&site, "no.example", TRANSPORT_TCP, 443);
	expect_end(only()->destinations[0], END_NAME, "no.example");
	assert_string_equal(set->changes[0].destinations[0]->missing,
			    "the name did not resolve");
	context.resolve = NULL;
	make();
	assert_string_equal(set->changes[0].destinations[0]->missing,
			    "the name was not looked up");
	/* Not planned at all: what to set is told. */
	q = want("cloud.b", "AUV-02");
	q->to = "internet";
	site.planned[1].reason = "set tenant_url";
	make();
	assert_int_equal(set->change_count, 2);
	expect_end(set->changes[1].destinations[0], END_UNKNOWN, "internet");
	assert_string_equal(set->changes[1].destinations[0]->missing,
			    "set tenant_url");
}

static void no_rule_for_these(void **state)
{
	struct requirement *q;

	(void)state;
	want("local.bind", "AUV-25")->transports = TRANSPORTS_LOCAL;
	q = want("lan.mdns", "AUV-30");
	q->once = true;
	site_target(&site, "224.0.0.251", TRANSPORT_UDP, 5353);
	want("lan.vmware", "AUV-24");
	site.planned[2].not_needed = true;
	make();
	assert_int_equal(set->change_count, 0);
	assert_int_equal(set->note_count, 3);
	assert_true(has_note("about this host itself"));
	assert_true(has_note("multicast"));
	assert_true(has_note("without a matching device"));
}

/* What is not a name is never written as one. */
static void hostile_names(void **state)
{
	static const char *const bad[] = {"a.example\naccept",
					  "a b",
					  "",
					  "-a.example",
					  "a..b",
					  "a\"b",
					  "a;b",
					  "*.a",
					  ".a"};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(change_is_name(bad[i], false));
	assert_true(change_is_name("a-1_x.example", false));
	assert_true(change_is_name("*.example", true));
	assert_false(change_is_name("*example", true));
	assert_false(change_is_name("*.", true));
	assert_false(change_is_name("*.a\" permit any", true));
	want("cloud.a", "AUV-01")->wildcard = "*.a\n permit any";
	site_target(&site, "a.example\n permit any", TRANSPORT_TCP, 443);
	make();
	assert_int_equal(set->change_count, 2);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(set->changes[i].destinations[0]->kind,
				 END_UNKNOWN);
}

static void families(void **state)
{
	(void)state;
	want("cloud.a", "AUV-01");
	site_target(&site, "a.example", TRANSPORT_TCP, 443)->family = FAMILY_V4;
	assert_int_equal(only()->destinations[0]->net_count, 1);
	expect_net(set->changes[0].destinations[0], 0, "203.0.113.9");
	site.specs[0].family = FAMILY_V6;
	expect_net(only()->destinations[0], 0, "2001:db8:7::9");
}

/* The same rule has the same name, whatever its addresses are today. */
static void names_are_stable(void **state)
{
	char *name;

	(void)state;
	want("cloud.a", "AUV-01");
	site_target(&site, "a.example", TRANSPORT_TCP, 443);
	name = mem_strdup(only()->name);
	assert_string_equal(only()->name, name);
	context.resolve = NULL;
	assert_string_equal(only()->name, name);
	site.specs[0].port = 444;
	assert_string_not_equal(only()->name, name);
	free(name);
}

static void source_not_known(void **state)
{
	(void)state;
	context.source_count = 0;
	want("cloud.a", "AUV-01");
	site_target(&site, "a.example", TRANSPORT_TCP, 443);
	assert_int_equal(only()->sources[0]->kind, END_UNKNOWN);
	assert_non_null(
	    strstr(only()->sources[0]->missing, "--on-behalf-of ADDRESS"));
}

/* Exactly the addresses of the range, in networks that do not overlap. */
static void ranges(void **state)
{
	static const char *const texts[] = {
	    "10.2.1.1-10.2.1.20", "10.2.1.0-10.2.1.255", "10.2.1.7-9",
	    "10.2.0.255-10.2.1.0", "2001:db8::1-2001:db8::f"};
	static const uint64_t totals[] = {20, 256, 3, 2, 15};

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		const struct change_net *nets;
		struct addr next;
		size_t count;
		uint64_t sum = 0;

		assert_true(change_nets(&site.arena, texts[i], &nets, &count));
		next = nets[0].first;
		for (size_t k = 0; k < count; k++) {
			unsigned width =
			    nets[k].first.family == ADDR_V4 ? 32 : 128;
			uint64_t size = 1ULL << (width - nets[k].prefix);

			assert_true(addr_equal(&nets[k].first, &next));
			addr_add(&next, size);
			sum += size;
		}
		if (sum != totals[i])
			fail_msg("%s: %llu addresses", texts[i],
				 (unsigned long long)sum);
	}
}

static void networks(void **state)
{
	const struct change_net *nets;
	char text[ADDR_TEXT + 4];
	size_t count;

	(void)state;
	assert_true(change_nets(&site.arena, "10.2.1.77/24", &nets, &count));
	assert_string_equal(change_net_text(nets, text), "10.2.1.0/24");
	assert_true(change_nets(&site.arena, "10.2.1.77/32", &nets, &count));
	assert_string_equal(change_net_text(nets, text), "10.2.1.77");
	assert_true(change_nets(&site.arena, "2001:db8::1/64", &nets, &count));
	assert_string_equal(change_net_text(nets, text), "2001:db8::/64");
	assert_false(change_nets(&site.arena, "10.2.1.0/33", &nets, &count));
	assert_false(change_nets(&site.arena, "10.2.1.0/24 x", &nets, &count));
	assert_false(change_nets(&site.arena, "a.example", &nets, &count));
}

static void notes_of_helpers(void **state)
{
	(void)state;
	want("a", "AUV-01");
	site_target(&site, "10.2.1.1", TRANSPORT_UDP, 69);
	want("b", "AUV-01");
	site_target(&site, "10.2.1.1", TRANSPORT_TCP, 21);
	want("c", "AUV-01")->check = "tls-inspection";
	site_target(&site, "10.2.1.1", TRANSPORT_TCP, 443);
	want("d", "AUV-01");
	site_target(&site, "10.2.1.1", TRANSPORT_TCP, 69);
	make();
	assert_non_null(strstr(set->changes[0].note, "TFTP"));
	assert_non_null(strstr(set->changes[1].note, "FTP opens"));
	assert_non_null(strstr(set->changes[2].note, "inspection"));
	assert_null(set->changes[3].note);
}

static void count_name(void *arg, const char *name)
{
	char *names = arg;

	strncat(names, name, 200);
	strncat(names, " ", 2);
}

/* Each name once, none that the proxy looks up, no address. */
static void names_to_look_up(void **state)
{
	char names[512] = "";

	(void)state;
	want("cloud.a", "AUV-01");
	site_target(&site, "a.example", TRANSPORT_TCP, 443);
	site_target(&site, "a.example", TRANSPORT_TCP, 80);
	site_target(&site, "10.2.1.1", TRANSPORT_TCP, 80);
	site_target(&site, "p.example", TRANSPORT_TCP, 80)->via_proxy = true;
	site_target(&site, NULL, TRANSPORT_TCP, 80)->derive = "reverse";
	site.specs[4].derive_from = "t.example";
	site_device(&site, "nas", "nas.example", "nas");
	changes_names(&context, count_name, names);
	assert_string_equal(names, "a.example t.example nas.example ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    test(one_way_for_two),
	    test(targets_of_one_need),
	    test(ports_are_apart),
	    test(ports_of_one_target),
	    test(whole_range),
	    test(wildcard),
	    test(derived),
	    test(devices_come_in),
	    test(both_transports_come_in),
	    test(people_come_in),
	    test(cloud_pings_devices),
	    test(networks_stay_networks),
	    test(proxy_is_one_rule),
	    test(resolvers),
	    test(fallback_is_off),
	    test(fallback_beside_need),
	    test(nothing_is_lost),
	    test(no_rule_for_these),
	    test(hostile_names),
	    test(families),
	    test(names_are_stable),
	    test(source_not_known),
	    test(ranges),
	    test(networks),
	    test(notes_of_helpers),
	    test(names_to_look_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
