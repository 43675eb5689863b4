/* Root causes in name resolution; each with a twin that must not raise it. */
#include "tests/unit/story.h"

/* Two names that the resolver did not give. */
static void names_fail(enum cause cause)
{
	for (size_t i = 0; i < 2; i++) {
		struct result *r =
		    site_https(&site, i == 0 ? "a.example" : "b.example", NULL,
			       PHASE_RESOLVE, cause);

		facts_string(&r->facts, "resolver", "10.0.0.53");
	}
}

static struct result *system_server(const char *address, enum cause cause)
{
	site_need(&site, arena_printf(&site.arena, "resolver.%s", address),
		  "dns", "AUV-14");
	site_target(&site, NULL, TRANSPORT_UDP, 53)->system_server = true;
	return site_result(&site, address, PHASE_REPLY, cause);
}

/* A server on this link: what it says is its own. */
static struct result *near_server(enum cause cause)
{
	struct result *r = system_server("10.0.0.53", cause);

	r->on_link = true;
	return r;
}

/* One dead resolver explains every name; a control says the way out works. */
static void server_dead(void **state)
{
	const struct finding *f;

	(void)state;
	names_fail(CAUSE_TIMEOUT);
	system_server("10.0.0.53", CAUSE_TIMEOUT);
	site_control(&site);
	f = expect_only("dns-server-dead", OWNER_DNS, false);
	assert_int_equal(f->result_count, 3);
	expect_line(f, "answered tests of internet addresses: 1");
	assert_string_equal(f->title,
			    "The DNS server 10.0.0.53 does not answer");
}

/* Nothing listens there: that is certain. */
static void server_refuses_port(void **state)
{
	(void)state;
	system_server("10.0.0.53", CAUSE_REFUSED);
	expect_only("dns-server-dead", OWNER_DNS, true);
}

/* The second server is dead, the first answers: a warning. */
static void second_server_dead(void **state)
{
	(void)state;
	site_need(&site, "resolver", "dns", "AUV-14");
	site_target(&site, NULL, TRANSPORT_UDP, 53)->system_server = true;
	site_ok(&site, "10.0.0.53");
	site_result(&site, "10.0.0.54", PHASE_REPLY, CAUSE_TIMEOUT);
	/* Whether it is there at all, nothing shows. */
	expect_only("dns-server-dead", OWNER_DNS, false);
	site_asked(&site, "ping", "ok");
	expect_line(expect_only("dns-server-dead", OWNER_DNS, true),
		    "another server, 10.0.0.53, answered the same query");
	assert_int_equal(site.report->findings[0].severity, SEVERITY_WARNING);
	assert_string_equal(site.report->findings[0].title,
			    "The DNS server 10.0.0.54 does not answer");
}

/* A server that answered once is not dead: a query was lost. */
static void second_test_dead(void **state)
{
	(void)state;
	site_need(&site, "resolver", "dns", "AUV-14");
	site_target(&site, NULL, TRANSPORT_UDP, 53)->system_server = true;
	site_ok(&site, "10.0.0.53");
	site_result(&site, "10.0.0.53", PHASE_REPLY, CAUSE_TIMEOUT);
	expect_no("dns-server-dead");
	assert_string_equal(
	    site_finding(&site, "udp-no-answer")->title,
	    "10.0.0.53 does not answer some questions on udp/53");
}

/* Two names of one server are one server, and it is the DNS server's matter. */
static void one_question_unanswered(void **state)
{
	struct result *r;
	const struct finding *f;

	(void)state;
	site_need(&site, "resolver", "dns", "AUV-14");
	site_target(&site, NULL, TRANSPORT_UDP, 53)->system_server = true;
	r = site_result(&site, "10.0.0.53", PHASE_REPLY, CAUSE_TIMEOUT);
	site_ok(&site, "10.0.0.53");
	site_asked(&site, "ping", "ok");
	site.results.evidence[0].result = 0;
	site.results.evidence[0].addr = r->addr;
	facts_append(&r->facts, "answers", "a.example 203.0.113.1");
	site_report(&site);
	f = site_finding(&site, "udp-no-answer");
	assert_non_null(f);
	assert_string_equal(f->title, "10.0.0.53 does not answer some "
				      "questions on udp/53");
	assert_int_equal(f->owner, OWNER_DNS);
	expect_line(f, "10.0.0.53 answers some questions on this port");
}

/* So it is where it resolved another name. */
static void name_lost(void **state)
{
	(void)state;
	facts_string(&site_https(&site, "c.example", "203.0.113.3", PHASE_REPLY,
				 CAUSE_OK)
			  ->facts,
		     "resolver", "10.0.0.53");
	names_fail(CAUSE_TIMEOUT);
	expect_only("unexplained", OWNER_DNS, false);
}

/* The line that confirms names one address of several, and none if none is
 * known. */
static void confirm_line(void **state)
{
	struct result *r =
	    site_https(&site, "a.example", NULL, PHASE_RESOLVE, CAUSE_TIMEOUT);

	(void)state;
	site_control(&site);
	facts_append(&r->facts, "resolver-dead", "10.0.0.53");
	facts_append(&r->facts, "resolver-dead", "10.0.0.54");
	assert_string_equal(
	    expect_only("dns-server-dead", OWNER_DNS, false)->confirm_by,
	    "the same query from another host on the same network: dig "
	    "@10.0.0.53");
	assert_string_equal(site.report->findings[0].title,
			    "The DNS server 10.0.0.53, 10.0.0.54 does not "
			    "answer");
	facts_free(&site.results.items[0].facts);
	site.results.items[0].facts = (struct facts){0};
	facts_free(&site.results.host);
	site.results.host = (struct facts){0};
	assert_string_equal(
	    expect_only("dns-server-dead", OWNER_DNS, false)->confirm_by,
	    "the same query from another host on the same network");
}

/* One of two servers refuses, the other is silent: not both are certain. */
static void servers_dead_differently(void **state)
{
	(void)state;
	site_need(&site, "resolver", "dns", "AUV-14");
	site_target(&site, NULL, TRANSPORT_UDP, 53)->system_server = true;
	site_result(&site, "10.0.0.53", PHASE_REPLY, CAUSE_REFUSED);
	site_result(&site, "10.0.0.54", PHASE_REPLY, CAUSE_TIMEOUT);
	expect_only("dns-server-dead", OWNER_DNS, false);
}

/* A server that a firewall shields, is not dead. */
static void server_dead_twin(void **state)
{
	(void)state;
	site_icmp(system_server("10.0.0.53", CAUSE_PROHIBITED), 3, 13,
		  "10.0.0.1");
	expect_only("firewall-prohibits", OWNER_FIREWALL, true);
}

static void refused(void **state)
{
	(void)state;
	names_fail(CAUSE_REJECTED);
	facts_string(&near_server(CAUSE_REJECTED)->facts, "rcode", "REFUSED");
	assert_int_equal(
	    expect_only("dns-refused", OWNER_DNS, true)->result_count, 3);
}

static void servfail(void **state)
{
	(void)state;
	names_fail(CAUSE_SERVFAIL);
	facts_string(&near_server(CAUSE_SERVFAIL)->facts, "rcode", "SERVFAIL");
	assert_int_equal(
	    expect_only("dns-servfail", OWNER_DNS, true)->result_count, 3);
}

/* A name that does not exist: the name's own matter, one finding a name. */
static void nxdomain(void **state)
{
	const struct finding *f;
	struct result *r;

	(void)state;
	r = site_https(&site, "a.example", NULL, PHASE_RESOLVE, CAUSE_NXDOMAIN);
	facts_string(&r->facts, "resolver", "10.0.0.53");
	r = near_server(CAUSE_NXDOMAIN);
	facts_append(&r->facts, "nxdomain-names", "a.example");
	f = expect_only("dns-nxdomain", OWNER_DNS, true);
	assert_int_equal(f->result_count, 2);
	assert_string_equal(f->title,
			    "DNS reports that a.example does not exist");
}

static void two_names_gone(void **state)
{
	(void)state;
	names_fail(CAUSE_NXDOMAIN);
	site_report(&site);
	assert_int_equal(site.report->finding_count, 2);
}

/* A name that does exist, without an address. */
static void no_data(void **state)
{
	(void)state;
	site_https(&site, "a.example", NULL, PHASE_RESOLVE, CAUSE_NO_DATA);
	expect_only("dns-no-data", OWNER_DNS, false);
	expect_no("dns-nxdomain");
}

static struct result *led(const char *host, const char *address,
			  const char *trust, const char *name)
{
	struct result *r = site_https(
	    &site, host, address, PHASE_TLS,
	    strcmp(trust, "public") == 0 ? CAUSE_OK : CAUSE_UNTRUSTED);

	return site_certificate(r, trust, name, "CN=Public CA", name);
}

/* Unrelated names at one address, with a certificate for none of them. */
static void hijack(void **state)
{
	const struct finding *f;

	(void)state;
	led("a.example", "198.51.100.250", "wrong-name", "parking.test");
	led("b.example.org", "198.51.100.250", "wrong-name", "parking.test");
	led("c.example.net", "198.51.100.250", "wrong-name", "parking.test");
	site_http(&site, "d.test", "198.51.100.250", PHASE_REPLY, CAUSE_OK);
	f = expect_only("dns-hijack", OWNER_DNS, true);
	assert_int_equal(f->result_count, 4);
	assert_int_equal(site.report->requirements[3].verdict, VERDICT_FAIL);
}

/* Hosts that are found by way of a hijacked name are skipped, not unproved. */
static void hijack_derived(void **state)
{
	struct spec *t;

	(void)state;
	hijack(state);
	site_need(&site, "cdn", "https", "AUV-05");
	t = site_target(&site, NULL, TRANSPORT_TCP, 443);
	t->derive = "chain";
	t->derive_from = "a.example";
	site_result(&site, NULL, PHASE_LOCAL, CAUSE_LOCAL)->why =
	    WHY_NO_WITNESS;
	assert_int_equal(
	    expect_only("dns-hijack", OWNER_DNS, true)->result_count, 5);
	assert_int_equal(site.report->requirements[4].verdict, VERDICT_SKIP);
}

/* A content network serves many names from one address, with certificates. */
static void hijack_twin(void **state)
{
	(void)state;
	led("a.example", "198.51.100.250", "public", "a.example");
	led("b.example.org", "198.51.100.250", "public", "b.example.org");
	led("c.example.net", "198.51.100.250", "public", "c.example.net");
	expect_none();
}

/* All names at one address that is simply shut: no witness of a hijack. */
static void hijack_unproved(void **state)
{
	static const char *const hosts[] = {"a.example", "b.example.org",
					    "c.example.net"};

	(void)state;
	for (size_t i = 0; i < 3; i++)
		site_https(&site, hosts[i], "198.51.100.250", PHASE_CONNECT,
			   CAUSE_TIMEOUT);
	site_control(&site);
	expect_no("dns-hijack");
}

/* A sinkhole: the vendor's name at an address of nobody. */
static void unexpected_address(void **state)
{
	struct result *r;

	(void)state;
	site_https(&site, "a.example", "0.0.0.0", PHASE_CONNECT, CAUSE_REFUSED);
	site_test(&site, "ntp", "0.pool.ntp.org", TRANSPORT_UDP, 123, "0.0.0.0",
		  PHASE_LOCAL, CAUSE_PROHIBITED)
	    ->why = WHY_LOCAL;
	r = system_server("10.0.0.53", CAUSE_BAD_REPLY);
	facts_bool(&r->facts, "unexpected-address", true);
	assert_int_equal(expect_only("dns-unexpected-address", OWNER_DNS, true)
			     ->result_count,
			 3);
	assert_int_equal(site.report->requirements[0].verdict, VERDICT_FAIL);
	assert_int_equal(site.report->requirements[1].verdict, VERDICT_FAIL);
}

/* By hand a name of this site is asked for as well as a vendor's. */
static void private_address_by_hand(void **state)
{
	(void)state;
	site_https(&site, "switch.example", "10.2.1.10", PHASE_REPLY, CAUSE_OK);
	site.requirements[0].to_kind = TO_TARGET;
	expect_none();
	assert_int_equal(site.report->requirements[0].verdict, VERDICT_PASS);
}

/* Nobody's address is nobody's, whoever asks. */
static void sinkhole_by_hand(void **state)
{
	(void)state;
	site_https(&site, "a.example", "0.0.0.0", PHASE_CONNECT, CAUSE_REFUSED);
	site.requirements[0].to_kind = TO_TARGET;
	expect_only("dns-unexpected-address", OWNER_DNS, true);
}

/* A private link to the vendor shows the vendor's certificate. */
static void unexpected_address_twin(void **state)
{
	(void)state;
	led("a.example", "10.9.9.9", "public", "a.example");
	expect_none();
}

/* NAT64 is not private. */
static void nat64(void **state)
{
	(void)state;
	site_https(&site, "a.example", "64:ff9b::c633:640a", PHASE_REPLY,
		   CAUSE_OK);
	expect_none();
}

static void tcp_blocked(void **state)
{
	struct requirement *q;

	(void)state;
	site_control(&site);
	site_test(&site, "dns", "8.8.8.8", TRANSPORT_TCP, 53, "8.8.8.8",
		  PHASE_CONNECT, CAUSE_TIMEOUT);
	q = &site.requirements[1];
	q->level = LEVEL_RECOMMENDED;
	expect_only("dns-tcp-blocked", OWNER_FIREWALL, false);
	assert_int_equal(site.report->verdict, RUN_READY_WITH_WARNINGS);
}

/* Both transports are silent: not a matter of TCP. */
static void tcp_blocked_twin(void **state)
{
	(void)state;
	site_test(&site, "dns", "8.8.8.8", TRANSPORT_UDP, 53, "8.8.8.8",
		  PHASE_REPLY, CAUSE_TIMEOUT);
	site_test(&site, "dns", "8.8.8.8", TRANSPORT_TCP, 53, "8.8.8.8",
		  PHASE_CONNECT, CAUSE_TIMEOUT);
	site_http(&site, "a.example", "203.0.113.1", PHASE_REPLY, CAUSE_OK);
	expect_no("dns-tcp-blocked");
}

/* The answer was cut over UDP, and TCP is shut: the server is not dead. */
static void tcp_blocked_behind_truncation(void **state)
{
	struct result *r;

	(void)state;
	facts_bool(&system_server("10.0.0.53", CAUSE_OK)->facts, "truncated",
		   true);
	r = site_result(&site, "10.0.0.53", PHASE_CONNECT, CAUSE_TIMEOUT);
	r->parent = 0;
	r->transport = TRANSPORT_TCP;
	expect_only("dns-tcp-blocked", OWNER_FIREWALL, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    story(server_dead),
	    story(server_refuses_port),
	    story(second_server_dead),
	    story(second_test_dead),
	    story(one_question_unanswered),
	    story(name_lost),
	    story(confirm_line),
	    story(servers_dead_differently),
	    story(server_dead_twin),
	    story(refused),
	    story(servfail),
	    story(nxdomain),
	    story(two_names_gone),
	    story(no_data),
	    story(hijack),
	    story(hijack_derived),
	    story(hijack_twin),
	    story(hijack_unproved),
	    story(unexpected_address),
	    story(private_address_by_hand),
	    story(sinkhole_by_hand),
	    story(unexpected_address_twin),
	    story(nat64),
	    story(tcp_blocked),
	    story(tcp_blocked_behind_truncation),
	    story(tcp_blocked_twin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
