/* Findings that rest on the second round's controls; each with a twin that
 * must not raise it. */
#include "tests/unit/story.h"

static struct evidence *control(const char *what, bool ok, const char *cause)
{
	struct evidence *e = site_evidence(&site, EVIDENCE_CONTROL);

	facts_string(&e->observed, "what", what);
	facts_bool(&e->observed, "ok", ok);
	facts_string(&e->observed, "cause", cause);
	return e;
}

static struct evidence *question(const char *what, const char *server,
				 const char *name, const char *rcode,
				 const char *address)
{
	struct evidence *e = site_evidence(&site, EVIDENCE_RESOLVER);

	facts_string(&e->observed, "what", what);
	facts_string(&e->observed, "server", server);
	facts_string(&e->observed, "name", name);
	facts_bool(&e->observed, "ok", rcode != NULL);
	if (rcode != NULL)
		facts_string(&e->observed, "rcode", rcode);
	if (address != NULL)
		facts_append(&e->observed, "addresses", address);
	return e;
}

static struct result *silent(const char *host, const char *address)
{
	return site_https(&site, host, address, PHASE_CONNECT, CAUSE_TIMEOUT);
}

static void works(const char *host, const char *address)
{
	site_https(&site, host, address, PHASE_REPLY, CAUSE_OK);
}

/* A single target --------------------------------------------------------- */

/* Nothing else of the host was tried: its other port is the control. */
static void other_port(void **state)
{
	const struct finding *f;

	(void)state;
	silent("a.example", "203.0.113.1");
	control("other-port", false, "refused");
	f = expect_only("firewall-drops", OWNER_FIREWALL, false);
	expect_line(f, "refused");
	assert_string_equal(f->evidence_ids[0], "e1");
}

/* It was silent, too, or a router spoke for it: nobody is blamed. */
static void other_port_twin(void **state)
{
	(void)state;
	silent("a.example", "203.0.113.1");
	control("other-port", false, "timeout");
	expect_only("unexplained", OWNER_INTERNET, false);
	facts_string(&site.results.evidence[0].observed, "cause", "refused");
	facts_string(&site.results.evidence[0].observed, "blocker", "10.0.0.1");
	expect_only("unexplained", OWNER_INTERNET, false);
}

static void device_other_port(void **state)
{
	size_t a = site_device(&site, "switch", "10.2.1.1", "snmp");

	(void)state;
	site_device_test(&site, "ssh", a, TRANSPORT_TCP, 22, PHASE_CONNECT,
			 CAUSE_TIMEOUT);
	control("other-port", true, "ok");
	expect_only("firewall-drops", OWNER_FIREWALL, false);
}

/* Only one host was tried on that port; another one answers there. */
static void other_host(void **state)
{
	(void)state;
	site_control(&site);
	silent("a.example", "203.0.113.1");
	control("other-host", true, "ok");
	expect_only("target-silent", OWNER_INTERNET, false);
}

/* The other one is silent on that port as well: the port is shut. */
static void other_host_twin(void **state)
{
	(void)state;
	site_control(&site);
	silent("a.example", "203.0.113.1");
	control("other-host", false, "timeout");
	expect_only("firewall-drops", OWNER_FIREWALL, false);
}

static void other_family(void **state)
{
	(void)state;
	site_control(&site);
	silent("a.example", "203.0.113.1");
	site_result(&site, "2001:db8::1", PHASE_REPLY, CAUSE_OK);
	site_report(&site);
	expect_line(site_finding(&site, "firewall-drops"),
		    "hosts that answer over IPv6: 1");
}

/* Proxies ----------------------------------------------------------------- */

static void web_shut(void)
{
	static const char *const hosts[] = {"a.example", "b.example.org",
					    "c.example.net"};

	for (size_t i = 0; i < 3; i++) {
		const char *address =
		    arena_printf(&site.arena, "203.0.113.%zu", i + 1);

		silent(hosts[i], address);
		site_http(&site, hosts[i], address, PHASE_CONNECT,
			  CAUSE_TIMEOUT);
	}
	site_control(&site);
}

static void proxy_needed(void **state)
{
	(void)state;
	web_shut();
	expect_only("proxy-needed", OWNER_PROXY, false);
}

/* The proxy of the environment opens the way: confirmed. */
static void proxy_needed_confirmed(void **state)
{
	struct evidence *e;

	(void)state;
	web_shut();
	e = control("through-proxy", true, "ok");
	e->result = 0;
	facts_string(&e->observed, "host", "a.example");
	expect_line(expect_only("proxy-needed", OWNER_PROXY, true),
		    "opens a tunnel to a.example");
}

static void proxy_needed_twin(void **state)
{
	struct evidence *e;

	(void)state;
	web_shut();
	e = control("through-proxy", false, "rejected");
	e->result = 0;
	expect_line(expect_only("proxy-needed", OWNER_PROXY, false),
		    "does not open a tunnel: rejected");
}

static struct result *proxied(const char *host, int64_t status)
{
	struct result *r =
	    site_https(&site, host, NULL, PHASE_PROXY, CAUSE_REJECTED);

	site.specs[site.plan.spec_count - 1].via_proxy = true;
	facts_number(&r->facts, "proxy-status", status);
	return r;
}

static void proxy_forbids_direct(void **state)
{
	(void)state;
	proxied("a.example", 403);
	control("direct", true, "ok");
	expect_line(expect_only("proxy-forbids", OWNER_PROXY, true),
		    "the direct path is open");
}

static void proxy_forbids_only_way(void **state)
{
	(void)state;
	proxied("a.example", 403);
	control("direct", false, "timeout");
	expect_line(expect_only("proxy-forbids", OWNER_PROXY, true),
		    "cannot be reached either");
}

/* Tunnels open, and nothing comes through any of them. */
static struct result *through(const char *check, const char *host,
			      enum phase phase, enum cause cause)
{
	struct result *r = site_test(&site, check, host, TRANSPORT_TCP, 443,
				     NULL, phase, cause);

	site.specs[site.plan.spec_count - 1].via_proxy = true;
	return r;
}

static void proxy_hollow(void **state)
{
	(void)state;
	through("https", "a.example", PHASE_TLS, CAUSE_RESET);
	facts_number(
	    &through("http-connect", "a.example", PHASE_REPLY, CAUSE_OK)->facts,
	    "proxy-status", 200);
	through("https", "b.example.org", PHASE_TLS, CAUSE_RESET);
	expect_only("proxy-upstream", OWNER_PROXY, false);
}

/* Somebody's page did come through: single hosts are their own matter. */
static void proxy_hollow_twin(void **state)
{
	(void)state;
	through("https", "a.example", PHASE_TLS, CAUSE_RESET);
	through("https", "b.example.org", PHASE_TLS, CAUSE_RESET);
	through("https", "c.example.net", PHASE_REPLY, CAUSE_OK);
	expect_no("proxy-upstream");
	end(state);
	begin(state);
	through("https", "a.example", PHASE_TLS, CAUSE_RESET);
	expect_no("proxy-upstream"); /* one owner alone */
}

/* A plain request goes to the proxy itself. */
static void proxy_mute(void **state)
{
	(void)state;
	through("https", "a.example", PHASE_PROXY, CAUSE_TIMEOUT);
	through("http", "b.example.org", PHASE_REPLY, CAUSE_TIMEOUT);
	site.checks[1].proxy = PROXY_FORWARD;
	/* Silence, however often: a filter before it would show the same. */
	expect_only("proxy-unreachable", OWNER_PROXY, false);
}

/* Names ------------------------------------------------------------------- */

static struct result *gone(const char *name)
{
	struct result *r =
	    site_https(&site, name, NULL, PHASE_RESOLVE, CAUSE_NXDOMAIN);

	facts_string(&r->facts, "resolver", "10.0.0.53");
	return r;
}

/* Where the typing mistake would be. */
static void nxdomain_parent_gone(void **state)
{
	(void)state;
	gone("www.exmaple.com");
	question("parent", "10.0.0.53", "exmaple.com", "NXDOMAIN", NULL);
	expect_line(
	    expect_only("dns-nxdomain", OWNER_DNS, false),
	    "exmaple.com does not exist either: check it for a typing mistake");
}

static void nxdomain_parent_there(void **state)
{
	(void)state;
	gone("wwww.example.com");
	question("parent", "10.0.0.53", "example.com", "NOERROR", NULL);
	expect_line(expect_only("dns-nxdomain", OWNER_DNS, false),
		    "example.com exists: the part before it is misspelled");
}

static void nxdomain_near(void **state)
{
	(void)state;
	works("apt.example.com", "203.0.113.1");
	gone("atp.example.com");
	expect_line(expect_only("dns-nxdomain", OWNER_DNS, false),
		    "a similar name that is in use here: apt.example.com");
}

static void nxdomain_split(void **state)
{
	const struct finding *f;

	(void)state;
	gone("app.corp.example");
	question("same-question", "10.0.0.53", "app.corp.example", "NXDOMAIN",
		 NULL);
	question("same-question", "10.0.0.54", "app.corp.example", "NOERROR",
		 "10.0.0.7");
	f = expect_only("dns-nxdomain", OWNER_DNS, false);
	expect_line(f, "10.0.0.54, resolves it to 10.0.0.7");
	assert_string_equal(f->evidence_ids[0], "e2");
}

static void nxdomain_in_public(void **state)
{
	(void)state;
	site_control(&site);
	facts_append(&site.results.items[0].facts, "answers",
		     "a.example 203.0.113.1");
	gone("a.example");
	expect_line(expect_only("dns-nxdomain", OWNER_DNS, false),
		    "8.8.8.8, which is not one of this site's servers, "
		    "resolves it to 203.0.113.1");
}

static void nxdomain_internal(void **state)
{
	(void)state;
	gone("dc1.corp");
	expect_line(expect_only("dns-nxdomain", OWNER_DNS, false),
		    "only the site's own DNS servers know names of this kind");
}

static struct result *pinned(const char *said)
{
	struct result *r = silent("a.example", "203.0.113.99");

	site_control(&site);
	r = &site.results.items[0];
	facts_string(&r->facts, "resolver", "hosts file");
	if (said != NULL) {
		question("same-question", "10.0.0.53", "a.example", "NOERROR",
			 said)
		    ->result = 0;
	}
	return r;
}

static void hosts_file(void **state)
{
	const struct finding *f;

	(void)state;
	pinned("203.0.113.1");
	f = expect_only("hosts-file-pin", OWNER_THIS_HOST, true);
	assert_string_equal(
	    f->title, "This host's hosts file sets a.example to 203.0.113.99");
	expect_line(f, "10.0.0.53 returns 203.0.113.1");
}

/* DNS says the same: the hosts file is not the cause. */
static void hosts_file_twin(void **state)
{
	(void)state;
	pinned("203.0.113.99");
	expect_no("hosts-file-pin");
}

static void hosts_file_unasked(void **state)
{
	(void)state;
	pinned(NULL);
	expect_only("hosts-file-pin", OWNER_THIS_HOST, false);
}

/* A pinned name that works is nobody's concern. */
static void hosts_file_works(void **state)
{
	struct result *r;

	(void)state;
	r = site_https(&site, "a.example", "203.0.113.1", PHASE_REPLY,
		       CAUSE_OK);
	facts_string(&r->facts, "resolver", "hosts file");
	expect_none();
}

/* A single name at a stranger's, and so is a name that nobody has. */
static void wildcard(const char *random)
{
	struct result *r = site_https(&site, "a.example", "203.0.113.66",
				      PHASE_TLS, CAUSE_UNTRUSTED);

	site_certificate(r, "wrong-name", "parking.example", "CN=Public", "1");
	question("random-name", "10.0.0.53", "pf-12345678.example.com",
		 "NOERROR", random);
}

static void wildcard_resolver(void **state)
{
	(void)state;
	wildcard("203.0.113.66");
	expect_line(expect_only("dns-hijack", OWNER_DNS, true),
		    "a name that does not exist, resolves to 203.0.113.66");
}

static void wildcard_resolver_twin(void **state)
{
	(void)state;
	wildcard("203.0.113.67");
	expect_only("tls-name-mismatch", OWNER_VENDOR, false);
}

static struct result *far_dns(int ttl)
{
	struct result *r = site_test(&site, "dns", "8.8.8.8", TRANSPORT_UDP, 53,
				     "8.8.8.8", PHASE_REPLY, CAUSE_OK);

	r->reply_ttl = ttl;
	return r;
}

static void intercepted(void **state)
{
	const struct finding *f;

	(void)state;
	far_dns(64);
	question("no-name-server", "192.0.2.53", "example.com", "NOERROR",
		 "203.0.113.1");
	f = expect_only("dns-intercepted", OWNER_FIREWALL, true);
	expect_line(f, "TTL 64");
	assert_int_equal(site.report->verdict, RUN_READY_WITH_WARNINGS);
}

/* A fresh TTL alone (a host's own NAT gives it), and an answer from far. */
static void intercepted_twin(void **state)
{
	(void)state;
	far_dns(64);
	expect_none();
	question("no-name-server", "192.0.2.53", "example.com", NULL, NULL);
	expect_none();
	assert_int_equal(site.report->verdict, RUN_READY);
}

static void intercepted_not_all(void **state)
{
	(void)state;
	far_dns(57);
	question("no-name-server", "192.0.2.53", "example.com", "NOERROR",
		 "203.0.113.1");
	expect_none();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    story(other_port),
	    story(other_port_twin),
	    story(device_other_port),
	    story(other_host),
	    story(other_host_twin),
	    story(other_family),
	    story(proxy_needed),
	    story(proxy_needed_confirmed),
	    story(proxy_needed_twin),
	    story(proxy_forbids_direct),
	    story(proxy_forbids_only_way),
	    story(proxy_hollow),
	    story(proxy_hollow_twin),
	    story(proxy_mute),
	    story(nxdomain_parent_gone),
	    story(nxdomain_parent_there),
	    story(nxdomain_near),
	    story(nxdomain_split),
	    story(nxdomain_in_public),
	    story(nxdomain_internal),
	    story(hosts_file),
	    story(hosts_file_twin),
	    story(hosts_file_unasked),
	    story(hosts_file_works),
	    story(wildcard_resolver),
	    story(wildcard_resolver_twin),
	    story(intercepted),
	    story(intercepted_twin),
	    story(intercepted_not_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
