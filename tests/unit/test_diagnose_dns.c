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
	assert_non_null(site_finding(&site, "udp-no-answer"));
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
	facts_string(&system_server("10.0.0.53", CAUSE_REJECTED)->facts,
		     "rcode", "REFUSED");
	assert_int_equal(
	    expect_only("dns-refused", OWNER_DNS, true)->result_count, 3);
}

static void servfail(void **state)
{
	(void)state;
	names_fail(CAUSE_SERVFAIL);
	facts_string(&system_server("10.0.0.53", CAUSE_SERVFAIL)->facts,
		     "rcode", "SERVFAIL");
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
	r = system_server("10.0.0.53", CAUSE_NXDOMAIN);
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
	expect_only("dns-no-data", OWNER_DNS, true);
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

/* The site's own resolver refuses TCP: not dead, and no other one answered. */
static void tcp_closed_at_resolver(void **state)
{
	struct result *r;
	const struct finding *f;

	(void)state;
	system_server("10.0.0.53", CAUSE_OK);
	system_server("10.0.0.54", CAUSE_OK);
	site_need(&site, "tcp", "dns", "AUV-14");
	site_target(&site, NULL, TRANSPORT_TCP, 53)->system_server = true;
	r = site_result(&site, "10.0.0.53", PHASE_CONNECT, CAUSE_REFUSED);
	r->on_link = true;
	f = expect_only("dns-tcp-blocked", OWNER_DNS, false);
	assert_string_equal(f->title,
			    "DNS over TCP to 10.0.0.53 does not work");
}

/* A name whose long answer is only to be had over TCP. */
static void truncated_name(void **state)
{
	struct result *r =
	    site_https(&site, "a.example", NULL, PHASE_RESOLVE, CAUSE_REFUSED);

	(void)state;
	facts_append(&site.results.host, "resolvers", "10.0.0.53");
	facts_bool(&r->facts, "answers-truncated", true);
	expect_line(expect_only("dns-tcp-blocked", OWNER_DNS, false),
		    "a.example: the answer does not fit into UDP");
	facts_free(&site.results.items[0].facts);
	site.results.items[0].facts = (struct facts){0};
	expect_no("dns-tcp-blocked");
}

/* Cut without the mark; a server that answers nonsense is another matter. */
static void answers_cut(void **state)
{
	struct result *r = site_https(&site, "a.example", NULL, PHASE_RESOLVE,
				      CAUSE_BAD_REPLY);
	const struct finding *f;

	(void)state;
	facts_append(&site.results.host, "resolvers", "10.0.0.53");
	expect_no("dns-answers-cut");
	facts_number(&r->facts, "answers-cut-at", 512);
	f = expect_only("dns-answers-cut", OWNER_FIREWALL, false);
	assert_string_equal(f->title, "Long DNS answers arrive cut at 512 "
				      "octets, and are not marked as "
				      "truncated");
}

/* The second round: the server answers for a name with a domain. */
static void ask_full_name(const char *rcode)
{
	struct evidence *e = site_evidence(&site, EVIDENCE_RESOLVER);

	facts_string(&e->observed, "what", "full-name");
	facts_string(&e->observed, "server", "10.0.0.53");
	facts_string(&e->observed, "name", "example.com");
	facts_string(&e->observed, "rcode", rcode);
}

static struct result *bare(enum cause cause)
{
	struct result *r =
	    site_https(&site, "switch1", NULL, PHASE_RESOLVE, cause);

	facts_string(&r->facts, "resolver", "10.0.0.53");
	return r;
}

static void bare_name_fails(void **state)
{
	const struct finding *f;

	(void)state;
	bare(CAUSE_SERVFAIL);
	ask_full_name("NOERROR");
	f = expect_only("dns-name-incomplete", OWNER_THIS_HOST, false);
	assert_string_equal(f->title, "switch1 is a name without a domain, and "
				      "this host has no search domain");
	facts_append(&site.results.host, "search-domains", "corp.example");
	f = expect_only("dns-name-incomplete", OWNER_THIS_HOST, false);
	assert_string_equal(f->title,
			    "switch1 is a name without a domain, and it is not "
			    "found in the search domain of this host: "
			    "corp.example");
}

/* A server that fails for all names fails for this one, too. */
static void bare_name_fails_twin(void **state)
{
	(void)state;
	bare(CAUSE_SERVFAIL);
	ask_full_name("SERVFAIL");
	expect_only("dns-servfail", OWNER_DNS, true);
}

/* Denied: without a search list it is incomplete, with one misspelled. */
static void bare_name_denied(void **state)
{
	(void)state;
	bare(CAUSE_NXDOMAIN);
	expect_only("dns-name-incomplete", OWNER_THIS_HOST, false);
	facts_append(&site.results.host, "search-domains", "corp.example");
	expect_only("dns-nxdomain", OWNER_DNS, true);
}

/* A domain of the search list that nobody serves. */
static void search_domain_dead(void **state)
{
	struct result *r = bare(CAUSE_TIMEOUT);

	(void)state;
	facts_append(&site.results.host, "search-domains", "old.example");
	facts_string(&r->facts, "search-name", "switch1.old.example");
	assert_string_equal(
	    expect_only("dns-name-incomplete", OWNER_THIS_HOST, false)->title,
	    "switch1 is a name without a domain, and questions for the search "
	    "domain old.example are not answered");
}

/* What answers for a name that does not exist: the wildcard of the search
 * list's domain. No test of it is one of the vendor's host. */
static struct result *searched(enum cause cause)
{
	struct result *r =
	    site_https(&site, "portal.vendor.example", "10.0.0.9",
		       cause == CAUSE_OK ? PHASE_REPLY : PHASE_CONNECT, cause);

	site.requirements[0].to_kind = TO_TARGET;
	facts_string(&r->facts, "resolver", "10.0.0.53");
	facts_string(&r->facts, "search-name",
		     "portal.vendor.example.corp.example");
	facts_string(&r->facts, "name-as-it-is", cause_name(CAUSE_NXDOMAIN));
	return r;
}

static void search_wildcard(const char *address)
{
	struct evidence *e = site_evidence(&site, EVIDENCE_RESOLVER);

	facts_string(&e->observed, "what", "search-wildcard");
	facts_string(&e->observed, "server", "10.0.0.53");
	facts_string(&e->observed, "name", "pf-12345678.corp.example");
	if (address != NULL)
		facts_append(&e->observed, "addresses", address);
}

static void wildcard_answers(void **state)
{
	(void)state;
	searched(CAUSE_REFUSED);
	search_wildcard("10.0.0.9");
	expect_line(expect_only("dns-nxdomain", OWNER_DNS, true),
		    "corp.example has every name: pf-12345678.corp.example");
}

/* Not even a test that passes is a pass. */
static void wildcard_passes(void **state)
{
	(void)state;
	searched(CAUSE_OK);
	search_wildcard("10.0.0.9");
	expect_only("dns-nxdomain", OWNER_DNS, true);
	assert_int_equal(site.report->requirements[0].verdict, VERDICT_FAIL);
}

/* A name that the domain does have is the host that was meant. */
static void wildcard_twin(void **state)
{
	(void)state;
	searched(CAUSE_OK);
	search_wildcard(NULL);
	expect_none();
	assert_int_equal(site.report->requirements[0].verdict, VERDICT_PASS);
}

/* The alias exists, and what it leads to does not. */
static void alias_to_nowhere(void **state)
{
	struct result *r = site_https(&site, "portal.example", NULL,
				      PHASE_RESOLVE, CAUSE_NXDOMAIN);
	const struct finding *f;

	(void)state;
	facts_string(&r->facts, "resolver", "10.0.0.53");
	facts_append(&r->facts, "cname-chain", "old.cdn.example");
	f = expect_only("dns-nxdomain", OWNER_DNS, true);
	assert_string_equal(f->title, "DNS reports that old.cdn.example does "
				      "not exist; portal.example is an alias "
				      "of it");
}

/* A resolver that denies every name is one matter. */
static void denies_all(void **state)
{
	static const char *const hosts[] = {"www.a.example", "www.b.org",
					    "www.c.net"};

	(void)state;
	for (size_t i = 0; i < 3; i++)
		facts_string(&site_https(&site, hosts[i], NULL, PHASE_RESOLVE,
					 CAUSE_NXDOMAIN)
				  ->facts,
			     "resolver", "10.0.0.53");
	facts_append(&system_server("10.0.0.53", CAUSE_NXDOMAIN)->facts,
		     "nxdomain-names", "www.a.example");
	assert_int_equal(
	    expect_only("dns-denies-all", OWNER_DNS, true)->result_count, 4);
	/* It resolves one: then each name is a matter of its own. */
	facts_string(&site_https(&site, "www.d.test", "203.0.113.4",
				 PHASE_REPLY, CAUSE_OK)
			  ->facts,
		     "resolver", "10.0.0.53");
	expect_no("dns-denies-all");
	assert_int_equal(site.report->finding_count, 3);
}

/* The answer came, from a port that was not asked: no dead server. */
static void answers_from_other_port(void **state)
{
	struct result *r = system_server("10.0.0.53", CAUSE_TIMEOUT);
	const struct finding *f;

	(void)state;
	facts_append(&r->facts, "answers-from", "10.0.0.53 port 5300");
	r = site_https(&site, "a.example", NULL, PHASE_RESOLVE, CAUSE_TIMEOUT);
	facts_append(&r->facts, "resolver-dead", "10.0.0.53");
	facts_append(&r->facts, "answers-from", "10.0.0.53 port 5300");
	f = expect_only("answers-elsewhere", OWNER_DNS, false);
	assert_int_equal(f->result_count, 2);
	expect_line(f, "asked on port 53: 10.0.0.53; what came, came from "
		       "10.0.0.53 port 5300");
}

/* DNS with another number, as names see it and as the check does. */
static void answers_with_other_number(void **state)
{
	struct result *r = system_server("10.0.0.53", CAUSE_BAD_REPLY);

	(void)state;
	facts_number(&r->facts, "ignored", 2);
	r = site_https(&site, "a.example", NULL, PHASE_RESOLVE, CAUSE_TIMEOUT);
	facts_append(&r->facts, "resolver-dead", "10.0.0.53");
	facts_number(&r->facts, "answers-ignored", 4);
	assert_int_equal(expect_only("answers-unmatched", OWNER_DNS, false)
			     ->result_count,
			 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    story(server_dead),
	    story(server_refuses_port),
	    story(second_server_dead),
	    story(second_test_dead),
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
	    story(tcp_closed_at_resolver),
	    story(truncated_name),
	    story(answers_cut),
	    story(bare_name_fails),
	    story(bare_name_fails_twin),
	    story(bare_name_denied),
	    story(search_domain_dead),
	    story(wildcard_answers),
	    story(wildcard_passes),
	    story(wildcard_twin),
	    story(alias_to_nowhere),
	    story(denies_all),
	    story(answers_from_other_port),
	    story(answers_with_other_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
