/* Names and answers by their parts: what came and was not used, what was asked
 * instead, what is not there; each with a twin that must not raise it. */
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
	expect_only("dns-servfail", OWNER_DNS, false);
}

/* Denied: without a search list it is incomplete, with one misspelled. */
static void bare_name_denied(void **state)
{
	(void)state;
	bare(CAUSE_NXDOMAIN);
	expect_only("dns-name-incomplete", OWNER_THIS_HOST, false);
	facts_append(&site.results.host, "search-domains", "corp.example");
	expect_only("dns-nxdomain", OWNER_DNS, false);
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
	f = expect_only("dns-nxdomain", OWNER_DNS, false);
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
	    expect_only("dns-denies-all", OWNER_DNS, false)->result_count, 4);
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
	assert_int_equal(
	    expect_only("answers-unmatched", OWNER_DNS, false)->result_count,
	    2);
}

/* 8.8.8.8 is three hops away; its queries end at the first. */
static void questions_end_on_the_way(void **state)
{
	struct evidence *e;
	const struct finding *f;

	(void)state;
	names_fail(CAUSE_TIMEOUT);
	system_server("10.0.0.53", CAUSE_TIMEOUT);
	site_asked(&site, "ping", "ok");
	facts_number(&site.results.evidence[0].observed, "answer-ttl", 62);
	e = site_evidence(&site, EVIDENCE_HOP_WALK);
	facts_bool(&e->observed, "reached", false);
	facts_number(&e->observed, "last-hop", 1);
	facts_string(&e->observed, "last-hop-address", "10.0.0.1");
	f = expect_only("firewall-drops", OWNER_FIREWALL, false);
	assert_int_equal(f->result_count, 3);
	assert_string_equal(f->title,
			    "udp/53 to 10.0.0.53 is silently dropped at or "
			    "right after hop 1, 10.0.0.1 (default gateway)");
	/* They get to its last router: then it is the server. */
	facts_number(&e->observed, "last-hop", 2);
	expect_only("dns-server-dead", OWNER_DNS, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
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
	    story(questions_end_on_the_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
