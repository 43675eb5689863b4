/* Answers that came, and are not what a client needs: each finding with a twin
 * that must not raise it; and words of remedies, by protocol and by owner. */
#include "tests/unit/story.h"

static size_t device(const char *name, const char *address)
{
	return site_device(&site, name, address, "network-element");
}

static struct result *asked(const char *check, uint16_t port,
			    enum transport transport, enum phase phase,
			    enum cause cause)
{
	return site_device_test(&site, check, device("box", "10.2.1.10"),
				transport, port, phase, cause);
}

static struct result *ssh(enum cause cause)
{
	return asked("ssh", 22, TRANSPORT_TCP, PHASE_REPLY, cause);
}

static struct result *keyless(enum cause cause)
{
	struct result *r = ssh(cause);

	facts_string(&r->facts, "banner", "SSH-2.0-x");
	facts_bool(&r->facts, "kexinit", false);
	return r;
}

static struct evidence *control(const char *what, bool ok)
{
	struct evidence *e = site_evidence(&site, EVIDENCE_CONTROL);

	facts_string(&e->observed, "what", what);
	facts_bool(&e->observed, "ok", ok);
	return e;
}

static bool is_said(const struct finding *f, const char *words)
{
	for (size_t i = 0; i < f->remedy_count; i++)
		if (strstr(f->remedy[i], words) != NULL)
			return true;
	return false;
}

/* SSH --------------------------------------------------------------------- */

static void ssh_silent_behind_its_banner(void **state)
{
	(void)state;
	keyless(CAUSE_TIMEOUT);
	expect_line(expect_only("ssh-no-keys", OWNER_DEVICE, false),
		    "its list of algorithms did not come");
}

static void ssh_junk_behind_its_banner(void **state)
{
	(void)state;
	keyless(CAUSE_BAD_REPLY);
	expect_only("ssh-no-keys", OWNER_DEVICE, false);
}

static void ssh_disconnects(void **state)
{
	(void)state;
	facts_string(&keyless(CAUSE_REJECTED)->facts, "disconnect", "full");
	expect_line(expect_only("ssh-no-keys", OWNER_DEVICE, false), "full");
}

static void ssh_small_segments_help(void **state)
{
	(void)state;
	keyless(CAUSE_TIMEOUT);
	control("small-segments", true);
	expect_only("mtu-black-hole", OWNER_FIREWALL, false);
}

/* One box, for the internet and for a network behind it. */
static void large_packets_everywhere(void **state)
{
	static const char *const hosts[] = {"a.example", "b.example"};

	(void)state;
	keyless(CAUSE_TIMEOUT);
	control("small-segments", true);
	for (size_t i = 0; i < 2; i++) {
		struct result *r = site_https(
		    &site, hosts[i],
		    arena_printf(&site.arena, "203.0.113.%zu", i + 1),
		    PHASE_TLS, CAUSE_TIMEOUT);

		facts_number(&r->facts, "tcp-unacked", 0);
	}
	assert_int_equal(
	    expect_only("mtu-black-hole", OWNER_FIREWALL, false)->result_count,
	    3);
}

static void ssh_small_segments_help_on_link(void **state)
{
	(void)state;
	keyless(CAUSE_TIMEOUT)->on_link = true;
	control("small-segments", true);
	expect_only("mtu-black-hole", OWNER_LOCAL_NETWORK, false);
}

static void ssh_small_segments_do_not_help(void **state)
{
	(void)state;
	keyless(CAUSE_TIMEOUT);
	control("small-segments", false);
	expect_line(expect_only("ssh-no-keys", OWNER_DEVICE, false),
		    "no difference");
}

/* The twin: nothing came at all. */
static void ssh_silent(void **state)
{
	(void)state;
	ssh(CAUSE_TIMEOUT);
	expect_only("service-silent", OWNER_DEVICE, false);
}

/* Slow -------------------------------------------------------------------- */

static struct result *slow(int64_t took_us, int64_t connect_us)
{
	struct result *r = ssh(CAUSE_OK);

	r->took_us = took_us;
	r->timings.connect = connect_us;
	return r;
}

static void slow_answer(void **state)
{
	(void)state;
	slow(6000000, 2000);
	expect_line(expect_only("service-slow", OWNER_DEVICE, false),
		    "6000 ms");
	assert_int_equal(site_judged(&site, &site.results.items[0])->verdict,
			 VERDICT_WARN);
}

static void prompt_answer(void **state)
{
	(void)state;
	slow(4900000, 2000);
	expect_none();
}

/* The path explains it. */
static void far_answer(void **state)
{
	(void)state;
	slow(6000000, 700000);
	expect_no("service-slow");
}

static void slow_and_unfinished(void **state)
{
	(void)state;
	facts_number(&ssh(CAUSE_TIMEOUT)->facts, "tcp-received", 9);
	expect_line(expect_only("service-slow", OWNER_DEVICE, false),
		    "9 octets");
}

/* It began, and stopped: the server, or a device that lets only its beginning
 * through. Neither is named. */
static void cut_short(void **state)
{
	struct result *r = ssh(CAUSE_TIMEOUT);

	(void)state;
	facts_number(&r->facts, "tcp-received", 900);
	facts_number(&r->facts, "tcp-quiet-ms", 14000);
	r->timings.total = 15000000;
	expect_only("unexplained", OWNER_DEVICE, false);
	assert_string_equal(site_judged(&site, r)->reason,
			    "900 octets came, then nothing more");
}

/* SMB1, SQL ---------------------------------------------------------------- */

static struct result *smb(enum cause cause)
{
	return asked("smb", 445, TRANSPORT_TCP, PHASE_REPLY, cause);
}

static void smb1_by_a_control(void **state)
{
	(void)state;
	smb(CAUSE_RESET);
	control("smb1", true);
	expect_only("smb1-only", OWNER_DEVICE, true);
}

static void smb1_by_its_answer(void **state)
{
	(void)state;
	facts_string(&smb(CAUSE_REJECTED)->facts, "dialect", "1");
	expect_only("smb1-only", OWNER_DEVICE, true);
}

static void smb_that_closes(void **state)
{
	const struct finding *f;

	(void)state;
	smb(CAUSE_RESET);
	control("smb1", false);
	f = expect_only("service-resets", OWNER_DEVICE, false);
	assert_false(is_said(f, "VTY"));
}

static struct result *browser(enum cause cause)
{
	return asked("sql-browser", 1434, TRANSPORT_UDP, PHASE_REPLY, cause);
}

static void instance_without_tcp(void **state)
{
	(void)state;
	facts_append(&browser(CAUSE_REJECTED)->facts, "instances",
		     "CERTERO 16.0 no tcp");
	expect_line(expect_only("sql-instance", OWNER_DEVICE, true), "no tcp");
}

static void browser_that_is_silent(void **state)
{
	(void)state;
	browser(CAUSE_TIMEOUT);
	expect_no("sql-instance");
}

/* A small key -------------------------------------------------------------- */

static void key_of(const char *trust, enum cause cause)
{
	struct result *r =
	    asked("https", 443, TRANSPORT_TCP, PHASE_REPLY, cause);

	facts_string(&r->facts, "tls-trust", trust);
	facts_string(&r->facts, "tls-weak-key", "RSA, 1024 bits");
}

static void small_key(void **state)
{
	(void)state;
	key_of("public", CAUSE_OK);
	expect_line(expect_only("tls-weak-key", OWNER_DEVICE, false), "1024");
}

/* Nobody verifies it: then its size does not matter either. */
static void small_key_of_its_own(void **state)
{
	(void)state;
	key_of("unknown-root", CAUSE_OK);
	expect_none();
}

/* SNMP without a credential ------------------------------------------------ */

static struct result *bare(enum cause cause)
{
	struct result *r =
	    asked("snmp", 161, TRANSPORT_UDP, PHASE_REPLY, cause);

	facts_bool(&r->facts, "no-credential", true);
	return r;
}

/* The host is up: an agent without SNMPv3 would be silent, too. */
static void snmp_without_a_community(void **state)
{
	const struct report_result *r;

	(void)state;
	bare(CAUSE_TIMEOUT);
	site_asked(&site, "ping", "ok");
	expect_none();
	r = site_judged(&site, &site.results.items[0]);
	assert_int_equal(r->verdict, VERDICT_UNTESTED);
	assert_int_equal(r->why, WHY_NEEDS_INPUT);
}

static void snmp_says_what_was_not_asked(void **state)
{
	bool said = false;

	(void)state;
	bare(CAUSE_OK);
	expect_none();
	for (size_t i = 0; i < site.report->note_count; i++)
		said |= strstr(site.report->notes[i], "without a community") !=
			NULL;
	assert_true(said);
}

static void snmp_shows_nothing(void **state)
{
	struct result *r =
	    asked("snmp", 161, TRANSPORT_UDP, PHASE_REPLY, CAUSE_OK);

	(void)state;
	facts_string(&r->facts, "credential", "lab");
	site_report(&site);
	assert_int_equal(site_judged(&site, &site.results.items[0])->verdict,
			 VERDICT_WARN);
}

static void snmp_shows_its_name(void **state)
{
	struct result *r =
	    asked("snmp", 161, TRANSPORT_UDP, PHASE_REPLY, CAUSE_OK);

	(void)state;
	facts_string(&r->facts, "credential", "lab");
	facts_string(&r->facts, "sys-name", "box");
	site_report(&site);
	assert_int_equal(site_judged(&site, &site.results.items[0])->verdict,
			 VERDICT_PASS);
}

/* Words -------------------------------------------------------------------- */

/* What closes before it answers is asked about in its own words. */
static void access_by_protocol(void **state)
{
	static const struct {
		const char *check, *words;
		uint16_t port;
		bool vty;
	} all[] = {{"https", "web server", 443, false},
		   {"winrm", "WinRM", 5985, false},
		   {"ldap", "directory", 389, false},
		   {"telnet", "VTY", 23, true},
		   {"ssh", "VTY", 22, true}};

	(void)state;
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
		const struct finding *f;

		asked(all[i].check, all[i].port, TRANSPORT_TCP, PHASE_REPLY,
		      CAUSE_RESET);
		f = expect_only("service-resets", OWNER_DEVICE, false);
		assert_true(is_said(f, all[i].words));
		assert_int_equal(is_said(f, "VTY"), all[i].vty);
		site_end(&site);
		site_begin(&site);
	}
}

static void refused(const char *check, size_t d, uint16_t port)
{
	site_device_test(&site, check, d, TRANSPORT_TCP, port, PHASE_CONNECT,
			 CAUSE_REFUSED)
	    ->on_link = true;
}

/* Neither beside SSH nor alone. */
static void telnet_is_not_switched_on(void **state)
{
	(void)state;
	for (size_t beside = 0; beside < 2; beside++) {
		size_t d = device("switch", "10.0.0.20"), telnet = 0;

		refused("telnet", d, 23);
		if (beside > 0)
			refused("ssh", d, 22);
		site_report(&site);
		for (size_t i = 0; i < site.report->finding_count; i++) {
			const struct finding *f = &site.report->findings[i];

			if (strstr(f->title, "tcp/23") == NULL)
				continue;
			telnet++;
			assert_true(is_said(f, "SSH server"));
			assert_false(is_said(f, "start the service"));
		}
		assert_int_equal(telnet, 1);
		site_end(&site);
		site_begin(&site);
	}
}

/* In the words of what was tried. */
static void privilege_says_how(void **state)
{
	static const struct {
		const char *check, *words;
		enum transport transport;
	} all[] = {{"icmp", "net.ipv4.ping_group_range or CAP_NET_RAW",
		    TRANSPORT_ICMP},
		   {"bind", "CAP_NET_BIND_SERVICE", TRANSPORT_LOCAL}};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct result *r = asked(all[i].check, 0, all[i].transport,
					 PHASE_LOCAL, CAUSE_LOCAL);

		r->why = WHY_NEEDS_PRIVILEGE;
		site_report(&site);
		assert_non_null(
		    strstr(site_judged(&site, &site.results.items[0])->reason,
			   all[i].words));
		site_end(&site);
		site_begin(&site);
	}
}

/* What has no input can be left out. */
static void input_says_what_to_leave_out(void **state)
{
	struct result *r =
	    asked("tcp", 80, TRANSPORT_TCP, PHASE_LOCAL, CAUSE_LOCAL);
	bool said = false;

	(void)state;
	r->why = WHY_NEEDS_INPUT;
	site_report(&site);
	for (size_t i = 0; i < site.report->note_count; i++)
		said |= strstr(site.report->notes[i], "--skip ") != NULL;
	assert_true(said);
}

/* The vendor's page tells only of the vendor's own hosts. */
static void whom_to_ask(void **state)
{
	static const struct source sources[] = {
	    {.name = "ports", .url = "https://support.auvik.com/hc/ports"}};
	static const struct {
		const char *host, *words;
	} all[] = {{"apt.my.auvik.com", "vendor's status page"},
		   {"www.example.com", "Ask its operator"}};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		site.profile.sources = sources;
		site.profile.source_count = 1;
		site_https(&site, all[i].host, "198.51.100.10", PHASE_CONNECT,
			   CAUSE_REFUSED);
		assert_true(
		    is_said(expect_only("service-down", OWNER_VENDOR, false),
			    all[i].words));
		site_end(&site);
		site_begin(&site);
	}
}

/* Datagrams are not reset. */
static void how_a_firewall_rejects(void **state)
{
	static const struct {
		const char *words;
		enum transport transport;
	} all[] = {{"with a TCP reset", TRANSPORT_TCP},
		   {"with ICMP port unreachable", TRANSPORT_UDP}};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const struct finding *f;

		for (int k = 0; k < 3; k++)
			site_test(
			    &site, "x",
			    arena_printf(&site.arena, "h.example%d.com", k),
			    all[i].transport, 4000,
			    arena_printf(&site.arena, "198.51.100.%d", k + 1),
			    PHASE_CONNECT, CAUSE_REFUSED);
		f = expect_only("firewall-resets", OWNER_FIREWALL, false);
		assert_true(is_said(f, all[i].words));
		site_end(&site);
		site_begin(&site);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    story(ssh_silent_behind_its_banner),
	    story(ssh_junk_behind_its_banner),
	    story(ssh_disconnects),
	    story(ssh_small_segments_help),
	    story(large_packets_everywhere),
	    story(ssh_small_segments_help_on_link),
	    story(ssh_small_segments_do_not_help),
	    story(ssh_silent),
	    story(slow_answer),
	    story(prompt_answer),
	    story(far_answer),
	    story(slow_and_unfinished),
	    story(cut_short),
	    story(smb1_by_a_control),
	    story(smb1_by_its_answer),
	    story(smb_that_closes),
	    story(instance_without_tcp),
	    story(browser_that_is_silent),
	    story(small_key),
	    story(small_key_of_its_own),
	    story(snmp_without_a_community),
	    story(snmp_says_what_was_not_asked),
	    story(snmp_shows_nothing),
	    story(snmp_shows_its_name),
	    story(access_by_protocol),
	    story(telnet_is_not_switched_on),
	    story(privilege_says_how),
	    story(whom_to_ask),
	    story(how_a_firewall_rejects),
	    story(input_says_what_to_leave_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
