/*
 * test_changes_report.c - from a report to changes: what a firewall can cure
 * gives a rule, all else is counted.
 */
#include "tests/unit/changes_site.h"

#include "changes/dialect.h"

/* The profile of the command line, which has the sources. */
static struct profile shipped;
static struct plan_profile shipped_plan;
static struct plan plan;
static struct requirement rows[4];

static const struct change_set *make_from(void)
{
	struct error err = {0};

	for (size_t i = 0; i < site.plan.requirement_count; i++) {
		rows[i] = site.requirements[i];
		rows[i].source = &document;
	}
	shipped = site.profile;
	shipped.requirements = rows;
	shipped.requirement_count = site.plan.requirement_count;
	shipped_plan = (struct plan_profile){.profile = &shipped};
	plan = (struct plan){.profile_count = 1, .profiles = &shipped_plan};
	context.plan = &plan;
	changes_free(set);
	set = changes_of_report(&context, site.report, "r.json", &err);
	if (set == NULL)
		fail_msg("%s", err.text);
	return set;
}

/* One of the report's requirements, to be changed. */
static struct report_requirement *requirement(size_t i)
{
	return (struct report_requirement *)(uintptr_t)&site.report
	    ->requirements[i];
}

static bool has_note(const char *words)
{
	for (size_t i = 0; i < set->note_count; i++) {
		if (strstr(set->notes[i], words) != NULL)
			return true;
	}
	return false;
}

/* Selection: one result with this outcome and this finding. */
enum want { RULE, OTHER, NOT_TRIED, NOTHING };

struct row {
	enum transport transport;
	enum phase phase;
	enum cause cause;
	const char *code; /* NULL: no finding */
	enum owner owner;
	bool confirmed;
	enum verdict verdict;
	enum want want;
};

static const struct row table[] = {
    /* Silence and prohibition are a firewall's, if nobody else is named. */
    {TRANSPORT_TCP, PHASE_CONNECT, CAUSE_TIMEOUT, NULL, 0, false, VERDICT_FAIL,
     RULE},
    {TRANSPORT_TCP, PHASE_CONNECT, CAUSE_TIMEOUT, "firewall-drops",
     OWNER_FIREWALL, false, VERDICT_FAIL, RULE},
    {TRANSPORT_TCP, PHASE_CONNECT, CAUSE_TIMEOUT, "firewall-drops",
     OWNER_INTERNET, false, VERDICT_FAIL, RULE},
    {TRANSPORT_TCP, PHASE_CONNECT, CAUSE_PROHIBITED, "firewall-prohibits",
     OWNER_FIREWALL, true, VERDICT_FAIL, RULE},
    {TRANSPORT_UDP, PHASE_REPLY, CAUSE_TIMEOUT, "ntp-blocked", OWNER_FIREWALL,
     false, VERDICT_WARN, RULE},
    {TRANSPORT_ICMP, PHASE_REPLY, CAUSE_TIMEOUT, "icmp-filtered-only",
     OWNER_FIREWALL, false, VERDICT_FAIL, RULE},
    {TRANSPORT_TCP, PHASE_CONNECT, CAUSE_TIMEOUT, "firewall-drops",
     OWNER_FIREWALL, false, VERDICT_SKIP, RULE},
    /* A silent DNS server or proxy may stand behind the firewall. */
    {TRANSPORT_UDP, PHASE_REPLY, CAUSE_TIMEOUT, "dns-server-dead", OWNER_DNS,
     true, VERDICT_WARN, RULE},
    {TRANSPORT_TCP, PHASE_CONNECT, CAUSE_TIMEOUT, "proxy-unreachable",
     OWNER_PROXY, true, VERDICT_FAIL, RULE},
    /* All silent: a firewall that denies, or the line. */
    {TRANSPORT_TCP, PHASE_CONNECT, CAUSE_TIMEOUT, "isp-down", OWNER_INTERNET,
     false, VERDICT_FAIL, RULE},
    {TRANSPORT_TCP, PHASE_CONNECT, CAUSE_TIMEOUT, "isp-down", OWNER_INTERNET,
     true, VERDICT_FAIL, OTHER},
    /* The device may be off: probable is not enough, confirmed is. */
    {TRANSPORT_TCP, PHASE_CONNECT, CAUSE_TIMEOUT, "host-down", OWNER_DEVICE,
     false, VERDICT_FAIL, RULE},
    {TRANSPORT_TCP, PHASE_CONNECT, CAUSE_TIMEOUT, "arp-no-answer", OWNER_DEVICE,
     true, VERDICT_FAIL, OTHER},
    {TRANSPORT_TCP, PHASE_CONNECT, CAUSE_TIMEOUT, "gateway-unreachable",
     OWNER_LOCAL_NETWORK, true, VERDICT_FAIL, OTHER},
    {TRANSPORT_TCP, PHASE_CONNECT, CAUSE_TIMEOUT, "partial-address",
     OWNER_VENDOR, false, VERDICT_WARN, RULE},
    {TRANSPORT_TCP, PHASE_CONNECT, CAUSE_TIMEOUT, "vendor-outage", OWNER_VENDOR,
     true, VERDICT_FAIL, OTHER},
    /* Who refuses or tears down says whether a rule helps. */
    {TRANSPORT_TCP, PHASE_CONNECT, CAUSE_REFUSED, "service-down", OWNER_DEVICE,
     true, VERDICT_FAIL, OTHER},
    {TRANSPORT_TCP, PHASE_CONNECT, CAUSE_REFUSED, "firewall-resets",
     OWNER_FIREWALL, false, VERDICT_FAIL, RULE},
    {TRANSPORT_TCP, PHASE_CONNECT, CAUSE_UNREACHABLE, "path-unreachable",
     OWNER_INTERNET, true, VERDICT_FAIL, OTHER},
    {TRANSPORT_TCP, PHASE_CONNECT, CAUSE_UNREACHABLE, "firewall-prohibits",
     OWNER_FIREWALL, true, VERDICT_FAIL, RULE},
    /* The port is open: a rule for it changes nothing. */
    {TRANSPORT_TCP, PHASE_TLS, CAUSE_TIMEOUT, "payload-dropped", OWNER_FIREWALL,
     false, VERDICT_FAIL, OTHER},
    {TRANSPORT_TCP, PHASE_TLS, CAUSE_RESET, "sni-filtered", OWNER_FIREWALL,
     false, VERDICT_FAIL, OTHER},
    {TRANSPORT_TCP, PHASE_TLS, CAUSE_UNTRUSTED, "tls-expired", OWNER_VENDOR,
     true, VERDICT_FAIL, OTHER},
    {TRANSPORT_UDP, PHASE_REPLY, CAUSE_BAD_REPLY, "wrong-service", OWNER_DEVICE,
     true, VERDICT_FAIL, OTHER},
    {TRANSPORT_UDP, PHASE_REPLY, CAUSE_REJECTED, "dns-refused", OWNER_DNS, true,
     VERDICT_FAIL, OTHER},
    /* Nothing left this host. */
    {TRANSPORT_TCP, PHASE_LOCAL, CAUSE_PROHIBITED, "local-firewall",
     OWNER_THIS_HOST, true, VERDICT_FAIL, RULE},
    {TRANSPORT_TCP, PHASE_CONNECT, CAUSE_TIMEOUT, "local-firewall",
     OWNER_THIS_HOST, true, VERDICT_FAIL, RULE},
    {TRANSPORT_TCP, PHASE_LOCAL, CAUSE_UNREACHABLE, "no-default-route",
     OWNER_THIS_HOST, true, VERDICT_FAIL, OTHER},
    {TRANSPORT_TCP, PHASE_RESOLVE, CAUSE_TIMEOUT, "dns-server-dead", OWNER_DNS,
     true, VERDICT_FAIL, NOT_TRIED},
    /* Fine, or nobody asked. */
    {TRANSPORT_TCP, PHASE_REPLY, CAUSE_OK, NULL, 0, false, VERDICT_WARN,
     NOTHING},
    {TRANSPORT_TCP, PHASE_CONNECT, CAUSE_TIMEOUT, NULL, 0, false, VERDICT_PASS,
     NOTHING},
    {TRANSPORT_TCP, PHASE_CONNECT, CAUSE_TIMEOUT, NULL, 0, false,
     VERDICT_NOT_NEEDED, NOTHING},
    {TRANSPORT_TCP, PHASE_CONNECT, CAUSE_TIMEOUT, NULL, 0, false,
     VERDICT_UNTESTED, NOTHING},
};

static enum want what_came(void)
{
	if (set->change_count > 0)
		return RULE;
	if (has_note("that no firewall rule can fix"))
		return OTHER;
	return has_note("not tried") ? NOT_TRIED : NOTHING;
}

static void selection(void **state)
{
	struct report_path path;
	struct report_result *r;

	(void)state;
	want("cloud.a", "AUV-01");
	site_target(&site, "a.example", TRANSPORT_TCP, 443);
	site_result(&site, "203.0.113.9", PHASE_CONNECT, CAUSE_TIMEOUT);
	site_report(&site);
	r = &site.report->results[0];
	path = *report_path_of(site.report, r);
	site.report->paths = &path;
	r->path = 0;
	requirement(0)->verdict = VERDICT_FAIL;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		const struct row *t = &table[i];
		const struct finding f = {.code = t->code,
					  .owner = t->owner,
					  .confirmed = t->confirmed};

		path.transport = t->transport;
		site.requirements[0].transports = transports_of(t->transport);
		requirement(0)->transports = transports_of(t->transport);
		r->outcome.phase = t->phase;
		r->outcome.cause = t->cause;
		r->verdict = t->verdict;
		r->finding = t->code != NULL ? 0 : REPORT_NONE;
		site.report->findings = &f;
		make_from();
		if (what_came() != t->want)
			fail_msg("row %zu (%s, %s): %d instead of %d", i,
				 t->code != NULL ? t->code : "-",
				 cause_name(t->cause), what_came(), t->want);
		if (t->want == OTHER)
			assert_true(has_note(t->code));
	}
}

/* The addresses that failed, and no others. */
static void only_what_failed(void **state)
{
	const struct change *c;

	(void)state;
	want("cloud.a", "AUV-01");
	site_target(&site, "a.example", TRANSPORT_TCP, 443);
	site_ok(&site, "203.0.113.1");
	site_result(&site, "203.0.113.3", PHASE_CONNECT, CAUSE_TIMEOUT);
	site_result(&site, "203.0.113.2", PHASE_CONNECT, CAUSE_TIMEOUT);
	want("cloud.b", "AUV-02");
	site_target(&site, "b.example", TRANSPORT_TCP, 443);
	site_ok(&site, "203.0.113.5");
	site_report(&site);
	make_from();
	assert_int_equal(set->change_count, 1);
	c = &set->changes[0];
	assert_int_equal(c->destination_count, 1);
	assert_int_equal(c->destinations[0]->kind, END_NAME);
	assert_int_equal(c->destinations[0]->net_count, 2);
	assert_int_equal(c->destinations[0]->nets[0].first.bytes[3], 2);
	/* With the source of the profile, which no report has. */
	assert_ptr_equal(c->needs[0].requirement->source, &document);
}

/* A row that its group does not need is not missing. */
static void group_that_passes(void **state)
{
	(void)state;
	want("cloud.a", "AUV-01");
	site_target(&site, "a.example", TRANSPORT_TCP, 443);
	site_result(&site, "203.0.113.3", PHASE_CONNECT, CAUSE_TIMEOUT);
	site_report(&site);
	assert_int_equal(make_from()->change_count, 1);
	requirement(0)->verdict = VERDICT_NOT_NEEDED;
	assert_int_equal(make_from()->change_count, 0);
	assert_true(has_note("nothing failed"));
}

static void wildcard_comes_along(void **state)
{
	const struct change *c;

	(void)state;
	want("cloud.a", "AUV-01")->wildcard = "*.example";
	site_target(&site, "a.example", TRANSPORT_TCP, 443);
	site_result(&site, "203.0.113.3", PHASE_CONNECT, CAUSE_TIMEOUT);
	site_report(&site);
	make_from();
	assert_int_equal(set->change_count, 1);
	c = &set->changes[0];
	assert_int_equal(c->destination_count, 2);
	assert_int_equal(c->destinations[1]->kind, END_WILDCARD);
}

static void range_of_ports(void **state)
{
	(void)state;
	want("windows.dynamic", "OAD-11");
	site_ports(&site, 0, "135,49152-65535");
	site_target(&site, "10.2.1.20", TRANSPORT_TCP, 135);
	site_result(&site, "10.2.1.20", PHASE_CONNECT, CAUSE_TIMEOUT)->port =
	    49664;
	site_report(&site);
	assert_string_equal(make_from()->changes[0].ports, "49152-65535");
	site.results.items[0].port = 135;
	site_report(&site);
	assert_string_equal(make_from()->changes[0].ports, "135");
}

/* A report may be anybody's: what neither the profile nor the inventory has is
 * left out, and named. */
static void outside(void **state)
{
	struct plan_requirement planned;

	(void)state;
	want("lan.ssh", "AUV-21")->to_kind = TO_DEVICE;
	site_ports(&site, 0, "22");
	site_device_target(&site,
			   site_device(&site, "switch", "10.2.1.10", "x"),
			   TRANSPORT_TCP, 22);
	site_result(&site, "10.2.1.10", PHASE_CONNECT, CAUSE_TIMEOUT);
	site_report(&site);
	assert_int_equal(make_from()->change_count, 1);
	/* Another port, though the report's own list has it. */
	site.results.items[0].port = 3389;
	site_report(&site);
	requirement(0)->ports =
	    requirement_ports_parse(&site.arena, "1-65535").list;
	assert_int_equal(make_from()->change_count, 0);
	assert_true(has_note("tcp/3389 to switch of lan.ssh: another port"));
	/* The inventory of the command line has it. */
	planned = site.planned[0];
	planned.requirement = &rows[0];
	planned.first = 0;
	site.specs[0].port = 3389;
	site.specs[0].device = "switch";
	plan.requirement_count = 1;
	plan.requirements = &planned;
	plan.specs = site.specs;
	changes_free(set);
	set = changes_of_report(&context, site.report, "r.json",
				&(struct error){0});
	assert_int_equal(set->change_count, 1);
	assert_string_equal(set->changes[0].ports, "3389");
	/* Another address than the device's. */
	site.specs[0].port = site.results.items[0].port = 22;
	addr_parse(&site.results.items[0].addr, "192.0.2.66");
	site_report(&site);
	assert_int_equal(make_from()->change_count, 0);
	assert_true(has_note("another device"));
	/* Where the report's list of devices agrees, the inventory does not. */
	site.results.items[0].transport = TRANSPORT_UDP;
	site_report(&site);
	assert_int_equal(make_from()->change_count, 0);
	assert_true(has_note("udp/22 to switch of lan.ssh: another transport"));
}

/* A host that the profile does not have. */
static void another_host(void **state)
{
	static const char *const hosts[] = {"a.example", NULL};
	static const char *const open[] = {"${tenant_url.host}", NULL};

	(void)state;
	want("cloud.a", "AUV-01")->hosts = hosts;
	site_target(&site, "evil.example", TRANSPORT_TCP, 443);
	site_result(&site, "203.0.113.3", PHASE_CONNECT, CAUSE_TIMEOUT);
	site_report(&site);
	assert_int_equal(make_from()->change_count, 0);
	assert_true(has_note("another host"));
	site.requirements[0].hosts = open; /* the run gave it */
	assert_int_equal(make_from()->change_count, 1);
}

/* Whose packets they were. */
static void source_of_the_report(void **state)
{
	char text[ADDR_TEXT + 4];

	(void)state;
	want("cloud.a", "AUV-01");
	site_target(&site, "a.example", TRANSPORT_TCP, 443);
	site_result(&site, "203.0.113.3", PHASE_CONNECT, CAUSE_TIMEOUT);
	facts_append(&site.results.host, "addresses", "fe80::1");
	facts_append(&site.results.host, "addresses", "2001:db8::5");
	site_report(&site);
	make_from();
	assert_string_equal(change_net_text(&set->self->nets[0], text),
			    "10.2.0.2"); /* of the command line */
	context.source_count = 0;
	make_from();
	assert_int_equal(set->self->net_count, 2);
	assert_string_equal(change_net_text(&set->self->nets[0], text),
			    "10.0.0.5");
	site.run.on_behalf_of = "10.0.0.9";
	site_report(&site);
	make_from();
	assert_int_equal(set->self->net_count, 1);
	assert_string_equal(change_net_text(&set->self->nets[0], text),
			    "10.0.0.9");
}

static void by_proxy(void **state)
{
	const struct change *c;

	(void)state;
	want("cloud.a", "AUV-01");
	site_target(&site, "a.example", TRANSPORT_TCP, 443)->via_proxy = true;
	site_result(&site, "10.2.2.10", PHASE_CONNECT, CAUSE_TIMEOUT);
	site.proxy.url = site.proxy_url;
	snprintf(site.proxy_url, sizeof site.proxy_url,
		 "http://10.2.2.10:3128");
	site.plan.proxy = &site.proxy;
	site_report(&site);
	make_from();
	assert_int_equal(set->change_count, 1);
	c = &set->changes[0];
	assert_string_equal(c->ports, "3128");
	assert_string_equal(c->destinations[0]->text, "10.2.2.10");
	assert_string_equal(c->behind, "a.example");
	/* As the engine says it: the proxy did not answer. */
	site.results.items[0].outcome.phase = PHASE_PROXY;
	site.results.items[0].addr = (struct addr){0};
	site_report(&site);
	make_from();
	assert_int_equal(set->change_count, 1);
	assert_string_equal(set->changes[0].ports, "3128");
	/* It answered, and said no. */
	site.results.items[0].outcome.cause = CAUSE_REJECTED;
	site_report(&site);
	assert_int_equal(make_from()->change_count, 0);
}

static void blocked_at(int hop, const char *address, const char *family6)
{
	const char *to[] = {"203.0.113.3", family6};

	want(hop == 1 ? "cloud.a" : "cloud.b", "AUV-01");
	site_target(&site, hop == 1 ? "a.example" : "b.example.org",
		    TRANSPORT_TCP, 443);
	for (size_t i = 0; i < 2 && to[i] != NULL; i++) {
		struct evidence *e;

		site_result(&site, to[i], PHASE_CONNECT, CAUSE_TIMEOUT)
		    ->addr.bytes[3] += (uint8_t)hop;
		e = site_evidence(&site, EVIDENCE_HOP_WALK);
		facts_number(&e->observed, "last-hop", hop);
		facts_string(&e->observed, "last-hop-address", address);
	}
}

/* Two firewalls have two sets of rules. The one beyond the site's address
 * translation never sees the private address; IPv6 is not translated. */
static void by_firewall(void **state)
{
	(void)state;
	site_control(&site);
	site_test(&site, "dns", "2001:db8::53", TRANSPORT_UDP, 53,
		  "2001:db8::53", PHASE_REPLY, CAUSE_OK);
	blocked_at(2, "198.51.100.1", "2001:db8:7::9");
	blocked_at(1, "10.0.0.1", NULL);
	site_report(&site);
	make_from();
	assert_int_equal(set->change_count, 3);
	assert_string_equal(set->changes[0].at,
			    "the firewall at or right after hop 2, "
			    "198.51.100.1");
	assert_string_equal(set->changes[0].sources[0]->text,
			    "the public address of this site");
	assert_int_equal(set->changes[0].sources[0]->kind, END_UNKNOWN);
	assert_string_equal(set->changes[1].at, set->changes[0].at);
	assert_ptr_equal(set->changes[1].sources[0], set->self);
	assert_string_equal(set->changes[2].at,
			    "the firewall at or right after hop 1, 10.0.0.1");
	assert_ptr_equal(set->changes[2].sources[0], set->self);
	assert_true(has_note("1 failing path blocked beyond this site"));
}

/* The head of the file says which firewall loads how much of it. */
static void load_on(void **state)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	blocked_at(2, "198.51.100.1", "2001:db8:7::9");
	blocked_at(1, "10.0.0.1", NULL);
	site_report(&site);
	make_from();
	dialect_write(dialect_find("nftables"), set, out);
	fclose(out);
	assert_non_null(strstr(text, "# 2 firewalls: load on each only"));
	assert_non_null(strstr(text,
			       "# load on: the firewall at or right after "
			       "hop 2, 198.51.100.1 (2 changes)\n"
			       "# load on: the firewall at or right after "
			       "hop 1, 10.0.0.1 (1 change)\n"));
	free(text);
}

/* One cause alone: nothing of the other is written or counted. */
static void one_finding(void **state)
{
	bool beyond = false;

	(void)state;
	blocked_at(1, "10.0.0.1", NULL);
	blocked_at(2, "198.51.100.1", NULL);
	site_report(&site);
	assert_int_equal(site.report->finding_count, 2);
	make_from();
	assert_int_equal(set->change_count, 2);
	for (size_t i = 0; i < 2; i++) {
		const bool wanted[] = {i == 0, i == 1};
		bool second;

		context.findings = wanted;
		make_from();
		context.findings = NULL;
		assert_int_equal(set->change_count, 1);
		second = strstr(set->changes[0].at, "hop 2") != NULL;
		assert_true(has_note("beyond this site") == second);
		assert_true(i == 0 || second != beyond);
		beyond = second;
	}
}

/* A public address that the command line names is the one that is seen. */
static void by_firewall_public(void **state)
{
	(void)state;
	addr_parse(&own[0], "192.0.2.7");
	blocked_at(2, "198.51.100.1", NULL);
	site_report(&site);
	make_from();
	assert_int_equal(set->change_count, 1);
	assert_ptr_equal(set->changes[0].sources[0], set->self);
	assert_false(has_note("public address"));
}

static void what_is_left_out(void **state)
{
	(void)state;
	want("cloud.a", "AUV-01");
	site_target(&site, "a.example", TRANSPORT_TCP, 443);
	site_result(&site, NULL, PHASE_RESOLVE, CAUSE_NXDOMAIN);
	want("inbound.ftp", "AUV-25");
	site_target(&site, NULL, TRANSPORT_TCP, 21)->untested =
	    WHY_NEEDS_SECOND_END;
	site_result(&site, NULL, PHASE_LOCAL, CAUSE_LOCAL)->why =
	    WHY_NEEDS_SECOND_END;
	site_report(&site);
	make_from();
	assert_int_equal(set->change_count, 0);
	assert_true(has_note("1 path not tried"));
	assert_true(has_note("that the report cannot prove"));
}

static void of_another_profile(void **state)
{
	struct error err = {0};

	(void)state;
	want("cloud.a", "AUV-01");
	site_target(&site, "a.example", TRANSPORT_TCP, 443);
	site_result(&site, "203.0.113.3", PHASE_CONNECT, CAUSE_TIMEOUT);
	site_report(&site);
	make_from();
	/* Another version is told, an unknown requirement counted. */
	shipped.sha256[0] = 'x';
	rows[0].id = "cloud.renamed";
	changes_free(set);
	set = changes_of_report(&context, site.report, "r.json", &err);
	assert_true(has_note("another version of profile"));
	assert_true(has_note("1 failing path without an address"));
	assert_int_equal(set->change_count, 0);
	changes_free(set);
	shipped.name = "open-audit";
	set = changes_of_report(&context, site.report, "r.json", &err);
	assert_null(set);
	assert_string_equal(err.file, "r.json");
	assert_string_equal(err.text,
			    "says nothing about profile 'open-audit'");
	assert_string_equal(err.suggestion, "it is about 'auvik-collector'");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    test(selection),
	    test(only_what_failed),
	    test(group_that_passes),
	    test(wildcard_comes_along),
	    test(range_of_ports),
	    test(outside),
	    test(another_host),
	    test(source_of_the_report),
	    test(by_proxy),
	    test(what_is_left_out),
	    test(of_another_profile),
	    test(by_firewall),
	    test(load_on),
	    test(one_finding),
	    test(by_firewall_public),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
