/* Root causes on the way: firewalls, routers, proxies; each with a twin. */
#include "tests/unit/story.h"

static struct evidence *walk(int64_t hop, const char *address)
{
	struct evidence *e = site_evidence(&site, EVIDENCE_HOP_WALK);

	facts_bool(&e->observed, "reached", false);
	facts_number(&e->observed, "last-hop", hop);
	facts_string(&e->observed, "last-hop-address", address);
	return e;
}

/* Policy ------------------------------------------------------------------ */

static void prohibits(void **state)
{
	const struct finding *f;

	(void)state;
	for (size_t i = 0; i < 3; i++)
		site_icmp(site_https(&site, i == 0 ? "a.example" : "b.example",
				     "203.0.113.1", PHASE_CONNECT,
				     CAUSE_PROHIBITED),
			  3, 13, "10.0.0.1");
	f = expect_only("firewall-prohibits", OWNER_FIREWALL, true);
	expect_blocker(f, "10.0.0.1");
	assert_string_equal(f->blocker_name, "default gateway");
	assert_int_equal(f->result_count, 3);
	assert_int_equal(f->hop, 1);
	assert_false(f->inferred);
	assert_string_equal(f->title, "10.0.0.1 (default gateway) prohibits "
				      "tcp/443 to a.example and b.example");
}

/* The silent rest of the same port is put down to the same rule. */
static void prohibits_inferred(void **state)
{
	const struct finding *f;

	(void)state;
	site_icmp(site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
			     CAUSE_PROHIBITED),
		  3, 13, "10.0.0.1");
	site_https(&site, "b.example", "203.0.113.2", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	f = expect_only("firewall-prohibits", OWNER_FIREWALL, true);
	assert_int_equal(f->result_count, 2);
	assert_true(f->inferred);
}

/* Where another host works on that port, silence has its own cause. */
static void prohibits_not_inferred(void **state)
{
	(void)state;
	site_icmp(site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
			     CAUSE_PROHIBITED),
		  3, 13, "10.0.0.1");
	site_https(&site, "b.example", "203.0.113.2", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	site_https(&site, "c.example", "203.0.113.3", PHASE_REPLY, CAUSE_OK);
	site_report(&site);
	assert_int_equal(
	    site_finding(&site, "firewall-prohibits")->result_count, 1);
	assert_non_null(site_finding(&site, "target-silent"));
}

/* A host's own firewall is the host's matter. */
static void prohibits_itself(void **state)
{
	size_t d = site_device(&site, "server", "10.2.1.20", "windows");

	(void)state;
	site_icmp(site_device_test(&site, "winrm", d, TRANSPORT_TCP, 5985,
				   PHASE_CONNECT, CAUSE_PROHIBITED),
		  3, 13, "10.2.1.20");
	expect_only("firewall-prohibits", OWNER_DEVICE, true);
}

/* What the vendor's own host refuses is the vendor's matter. */
static void prohibits_vendor(void **state)
{
	(void)state;
	site_icmp(site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
			     CAUSE_PROHIBITED),
		  3, 13, "203.0.113.1");
	expect_only("firewall-prohibits", OWNER_VENDOR, true);
}

/* "Host unreachable" for one port of a host that answers on another. */
static void unreachable_rule(void **state)
{
	(void)state;
	site_icmp(site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
			     CAUSE_UNREACHABLE),
		  3, 1, "10.0.0.1");
	site_http(&site, "a.example", "203.0.113.1", PHASE_REPLY, CAUSE_OK);
	expect_only("firewall-prohibits", OWNER_FIREWALL, true);
}

/* A packet that expired was prohibited by no rule, whatever else answers. */
static void expired_is_no_rule(void **state)
{
	(void)state;
	site_icmp(site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
			     CAUSE_UNREACHABLE),
		  11, 0, "198.51.100.9");
	site_http(&site, "a.example", "203.0.113.1", PHASE_REPLY, CAUSE_OK);
	expect_no("firewall-prohibits");
	assert_int_equal(site.report->finding_count, 1);
	assert_false(site.report->findings[0].confirmed);
}

static void unreachable(void **state)
{
	(void)state;
	site_icmp(site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
			     CAUSE_UNREACHABLE),
		  3, 0, "198.51.100.1");
	site_http(&site, "b.example", "203.0.113.2", PHASE_REPLY, CAUSE_OK);
	expect_blocker(expect_only("path-unreachable", OWNER_INTERNET, false),
		       "198.51.100.1");
}

/* Drops ------------------------------------------------------------------- */

static void drops_at(int64_t hop, const char *address, enum owner owner,
		     const char *title)
{
	const struct finding *f;

	site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	walk(hop, address);
	site_https(&site, "b.example", "203.0.113.2", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	site_control(&site);
	f = expect_only("firewall-drops", owner, false);
	assert_int_equal(f->result_count, 2);
	assert_int_equal(f->where, WHERE_AFTER_HOP);
	assert_int_equal(f->hop, hop);
	assert_string_equal(f->evidence_ids[0], "e1");
	assert_string_equal(f->title, title);
}

static void drops_at_gateway(void **state)
{
	(void)state;
	drops_at(1, "10.0.0.1", OWNER_FIREWALL,
		 "tcp/443 to a.example and b.example is silently dropped at or "
		 "right after hop 1, 10.0.0.1 (default gateway)");
}

/* A private second hop is still the site's. */
static void drops_inside(void **state)
{
	(void)state;
	drops_at(2, "192.168.254.1", OWNER_FIREWALL,
		 "tcp/443 to a.example and b.example is silently dropped at or "
		 "right after hop 2, 192.168.254.1");
}

/* Requests get so far; it may be the answers that are lost, and nearer. */
static void drops_at_provider(void **state)
{
	(void)state;
	drops_at(2, "198.51.100.1", OWNER_INTERNET,
		 "tcp/443 to a.example and b.example: no answer comes back "
		 "from behind hop 2, 198.51.100.1");
}

/* Shared address space is a provider's. */
static void drops_at_carrier_nat(void **state)
{
	(void)state;
	drops_at(2, "100.64.0.1", OWNER_INTERNET,
		 "tcp/443 to a.example and b.example: no answer comes back "
		 "from behind hop 2, 100.64.0.1");
}

/* Without a control and without a walk nobody is blamed. */
static void drops_unproved(void **state)
{
	(void)state;
	site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	expect_only("unexplained", OWNER_INTERNET, false);
}

/* The walk got through: packets are lost, not dropped. */
static void drops_twin(void **state)
{
	(void)state;
	site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	facts_bool(&walk(1, "10.0.0.1")->observed, "reached", true);
	site_control(&site);
	expect_no("firewall-drops");
}

/* One silent host among others that answer. */
static void one_host_silent(void **state)
{
	(void)state;
	site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	site_https(&site, "b.example", "203.0.113.2", PHASE_REPLY, CAUSE_OK);
	expect_only("target-silent", OWNER_INTERNET, false);
	expect_no("firewall-drops");
}

/* One dead server is one cause, whatever was asked of it ... */
static void one_server_silent(void **state)
{
	(void)state;
	site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	site_http(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
		  CAUSE_TIMEOUT);
	site_https(&site, "b.example.org", "203.0.113.2", PHASE_REPLY,
		   CAUSE_OK);
	site_http(&site, "b.example.org", "203.0.113.2", PHASE_REPLY, CAUSE_OK);
	assert_int_equal(
	    expect_only("target-silent", OWNER_INTERNET, false)->result_count,
	    2);
}

/* One dead address of a name. */
static void partial(void **state)
{
	const struct finding *f;

	(void)state;
	site_https(&site, "a.example", "203.0.113.1", PHASE_REPLY, CAUSE_OK);
	site_result(&site, "203.0.113.2", PHASE_CONNECT, CAUSE_TIMEOUT);
	f = expect_only("partial-address", OWNER_VENDOR, false);
	assert_string_equal(f->title, "One of several addresses of a.example "
				      "does not work: 203.0.113.2");
	assert_int_equal(f->severity, SEVERITY_WARNING);
}

/* Resets ------------------------------------------------------------------ */

static void resets(void **state)
{
	static const char *const hosts[] = {"a.example", "b.example.org",
					    "c.example.net"};

	(void)state;
	for (size_t i = 0; i < 3; i++)
		site_https(&site, hosts[i],
			   arena_printf(&site.arena, "203.0.113.%zu", i + 1),
			   PHASE_CONNECT, CAUSE_REFUSED);
	expect_only("firewall-resets", OWNER_FIREWALL, false);
}

static struct evidence *reset_ttl(bool agrees)
{
	struct evidence *e = site_evidence(&site, EVIDENCE_RESET_TTL);

	facts_number(&e->observed, "answer-ttl", 62);
	facts_bool(&e->observed, "agrees", agrees);
	return e;
}

static void refused_device(const char *name, const char *address)
{
	size_t d = site_device(&site, name, address, "windows");

	site_device_test(&site, "winrm", d, TRANSPORT_TCP, 5985, PHASE_CONNECT,
			 CAUSE_REFUSED);
}

/* The resets come from nearer than the hosts' other answers. */
static void resets_by_ttl(void **state)
{
	(void)state;
	refused_device("server", "10.2.1.20");
	reset_ttl(false);
	refused_device("other", "10.2.1.21");
	expect_only("firewall-resets", OWNER_FIREWALL, false);
}

/* One device's habit of resets says less. */
static void resets_by_ttl_twin(void **state)
{
	(void)state;
	refused_device("server", "10.2.1.20");
	reset_ttl(false);
	expect_line(expect_only("service-down", OWNER_DEVICE, false),
		    "a firewall may have sent it");
}

static void resets_twin(void **state)
{
	(void)state;
	refused_device("server", "10.2.1.20");
	reset_ttl(true);
	expect_only("service-down", OWNER_DEVICE, false);
}

/* One vendor's host refuses, others accept: its service. */
static void refused_alone(void **state)
{
	(void)state;
	site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
		   CAUSE_REFUSED);
	site_https(&site, "b.example", "203.0.113.2", PHASE_REPLY, CAUSE_OK);
	expect_only("service-down", OWNER_VENDOR, false);
}

/* Proxies ----------------------------------------------------------------- */

static struct result *proxied(enum phase phase, enum cause cause,
			      int64_t status)
{
	struct result *r;

	site.proxy.host = site.proxy_host;
	site.proxy.url = site.proxy_url;
	site.proxy.source = "command line";
	site.proxy.port = 3128;
	snprintf(site.proxy_host, sizeof site.proxy_host, "10.2.2.10");
	snprintf(site.proxy_url, sizeof site.proxy_url,
		 "http://10.2.2.10:3128");
	site.plan.proxy = &site.proxy;
	r = site_https(&site, "a.example", NULL, phase, cause);
	site.specs[site.plan.spec_count - 1].via_proxy = true;
	if (status > 0)
		facts_number(&r->facts, "proxy-status", status);
	return r;
}

static void proxy_unreachable(void **state)
{
	(void)state;
	proxied(PHASE_PROXY, CAUSE_REFUSED, 0);
	proxied(PHASE_PROXY, CAUSE_REFUSED, 0);
	expect_blocker(expect_only("proxy-unreachable", OWNER_PROXY, true),
		       "10.2.2.10");
}

static void proxy_wants_name(void **state)
{
	(void)state;
	facts_append(&proxied(PHASE_PROXY, CAUSE_REJECTED, 407)->facts,
		     "proxy-schemes", "Basic");
	expect_blocker(expect_only("proxy-auth-required", OWNER_PROXY, true),
		       "10.2.2.10");
}

static void proxy_forbids(void **state)
{
	(void)state;
	proxied(PHASE_PROXY, CAUSE_REJECTED, 403);
	expect_only("proxy-forbids", OWNER_PROXY, true);
}

/* The proxy is fine and cannot get there. */
static void proxy_upstream(void **state)
{
	(void)state;
	proxied(PHASE_PROXY, CAUSE_REJECTED, 504);
	expect_only("proxy-upstream", OWNER_PROXY, false);
}

/* It serves others: it is there. */
static void proxy_unreachable_twin(void **state)
{
	(void)state;
	proxied(PHASE_PROXY, CAUSE_TIMEOUT, 0);
	proxied(PHASE_REPLY, CAUSE_OK, 0);
	expect_no("proxy-unreachable");
	expect_only("proxy-upstream", OWNER_PROXY, false);
}

static void web_shut(const char *hint)
{
	static const char *const hosts[] = {"a.example", "b.example.org",
					    "c.example.net"};

	site.run.hint = hint;
	for (size_t i = 0; i < 3; i++) {
		const char *address =
		    arena_printf(&site.arena, "203.0.113.%zu", i + 1);

		site_https(&site, hosts[i], address, PHASE_CONNECT,
			   CAUSE_TIMEOUT);
		site_http(&site, hosts[i], address, PHASE_CONNECT,
			  CAUSE_TIMEOUT);
	}
}

/* Both web ports shut for everybody, and something else gets out. */
static void proxy_needed(void **state)
{
	(void)state;
	web_shut(NULL);
	site_control(&site);
	assert_int_equal(
	    expect_only("proxy-needed", OWNER_PROXY, false)->result_count, 6);
}

/* One answer on port 80 speaks against it. */
static void proxy_needed_twin(void **state)
{
	(void)state;
	web_shut("https_proxy is set and ignored");
	site_http(&site, "d.test", "203.0.113.9", PHASE_REPLY, CAUSE_OK);
	expect_no("proxy-needed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    story(prohibits),
	    story(prohibits_inferred),
	    story(prohibits_not_inferred),
	    story(prohibits_itself),
	    story(prohibits_vendor),
	    story(unreachable_rule),
	    story(expired_is_no_rule),
	    story(unreachable),
	    story(drops_at_gateway),
	    story(drops_inside),
	    story(drops_at_provider),
	    story(drops_at_carrier_nat),
	    story(drops_unproved),
	    story(drops_twin),
	    story(one_host_silent),
	    story(one_server_silent),
	    story(partial),
	    story(resets),
	    story(resets_by_ttl),
	    story(resets_by_ttl_twin),
	    story(resets_twin),
	    story(refused_alone),
	    story(proxy_unreachable),
	    story(proxy_wants_name),
	    story(proxy_forbids),
	    story(proxy_upstream),
	    story(proxy_unreachable_twin),
	    story(proxy_needed),
	    story(proxy_needed_twin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
