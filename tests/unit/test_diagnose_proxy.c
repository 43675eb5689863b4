/* Proxies as people have them; each with a twin that must not raise it. */
#include "tests/unit/story.h"

#include "report/controls/controls_plan.h"

static const struct secret *const account = (const struct secret *)&site;

static void proxy(const struct secret *authentication)
{
	snprintf(site.proxy_host, sizeof site.proxy_host, "10.2.2.10");
	site.proxy = (struct proxy_settings){.host = site.proxy_host,
					     .port = 3128,
					     .authentication = authentication};
	site.plan.proxy = &site.proxy;
}

static struct result *through(const char *check, const char *host,
			      enum phase phase, enum cause cause)
{
	struct result *r = site_test(&site, check, host, TRANSPORT_TCP, 443,
				     NULL, phase, cause);
	struct check *own = (struct check *)(uintptr_t)r->check;

	own->proxy = strcmp(check, "http") == 0 ? PROXY_FORWARD : PROXY_TUNNEL;
	site.specs[site.plan.spec_count - 1].via_proxy = true;
	return r;
}

static void control(const char *what, bool ok)
{
	struct evidence *e = site_evidence(&site, EVIDENCE_CONTROL);

	facts_string(&e->observed, "what", what);
	facts_bool(&e->observed, "ok", ok);
	facts_string(&e->observed, "cause", ok ? "ok" : "timeout");
}

static size_t asked(const char *what)
{
	static struct evidence_request wishes[64];
	struct correlation *s = correlation_new(&site.plan, &site.results);
	size_t count = controls_plan(s, 0, wishes, 64), found = 0;

	correlation_free(s);
	for (size_t i = 0; i < count; i++)
		found +=
		    wishes[i].what != NULL && strcmp(wishes[i].what, what) == 0;
	return found;
}

/* The proxy itself is asked where nothing at all came from it. */
static void questions(void **state)
{
	(void)state;
	proxy(NULL);
	through("https", "a.example", PHASE_CONNECT, CAUSE_REFUSED);
	assert_int_equal(asked("proxy-answers"), 0);
	through("https", "a.example", PHASE_PROXY, CAUSE_TIMEOUT);
	assert_int_equal(asked("proxy-answers"), 1);
	assert_int_equal(asked("proxy-socks"), 1);
	facts_number(
	    &through("https", "b.example", PHASE_PROXY, CAUSE_REJECTED)->facts,
	    "proxy-status", 403);
	assert_int_equal(asked("proxy-answers"), 0);
}

static void socks(void **state)
{
	(void)state;
	proxy(NULL);
	through("https", "a.example", PHASE_PROXY, CAUSE_RESET);
	through("http", "b.example.org", PHASE_REPLY, CAUSE_RESET);
	control("proxy-answers", false);
	control("proxy-socks", true);
	assert_int_equal(
	    expect_only("proxy-is-socks", OWNER_PROXY, true)->result_count, 2);
}

/* It is there; its own way out is not. */
static void dead_line(void **state)
{
	(void)state;
	proxy(NULL);
	through("https", "a.example", PHASE_PROXY, CAUSE_TIMEOUT);
	through("https", "b.example.org", PHASE_PROXY, CAUSE_TIMEOUT);
	control("proxy-answers", true);
	control("proxy-socks", false);
	expect_line(expect_only("proxy-upstream", OWNER_PROXY, false),
		    "its own line may be dead");
}

static void dead_line_twin(void **state)
{
	(void)state;
	proxy(NULL);
	through("https", "a.example", PHASE_PROXY, CAUSE_TIMEOUT);
	through("https", "b.example.org", PHASE_PROXY, CAUSE_TIMEOUT);
	control("proxy-answers", false);
	control("proxy-socks", false);
	expect_only("proxy-unreachable", OWNER_PROXY, false);
}

static void tunnels_closed(void **state)
{
	const struct finding *f;

	(void)state;
	proxy(NULL);
	through("http", "a.example", PHASE_REPLY, CAUSE_OK);
	through("https", "b.example.org", PHASE_PROXY, CAUSE_RESET);
	through("https", "c.example.net", PHASE_TLS, CAUSE_RESET);
	f = expect_only("proxy-closes-tunnels", OWNER_PROXY, false);
	assert_int_equal(f->result_count, 2);
}

/* One of them brings something. */
static void tunnels_closed_twin(void **state)
{
	(void)state;
	proxy(NULL);
	through("http", "a.example", PHASE_REPLY, CAUSE_OK);
	through("https", "b.example.org", PHASE_PROXY, CAUSE_RESET);
	through("https", "c.example.net", PHASE_PROXY, CAUSE_RESET);
	through("https", "d.example.com", PHASE_REPLY, CAUSE_OK);
	expect_only("proxy-upstream", OWNER_PROXY, false);
}

static void refused(const char *scheme)
{
	struct result *r =
	    through("https", "a.example", PHASE_PROXY, CAUSE_REJECTED);

	facts_number(&r->facts, "proxy-status", 407);
	facts_append(&r->facts, "proxy-schemes", "NTLM");
	facts_append(&r->facts, "proxy-schemes", scheme);
}

static void account_refused(void **state)
{
	(void)state;
	proxy(account);
	refused("Basic");
	assert_string_equal(
	    expect_only("proxy-account-refused", OWNER_PROXY, true)->title,
	    "The proxy 10.2.2.10:3128 refuses this account (it offers NTLM, "
	    "Basic)");
}

static void account_by_other_scheme(void **state)
{
	(void)state;
	proxy(account);
	refused("Negotiate");
	assert_string_equal(
	    expect_only("proxy-account-refused", OWNER_PROXY, true)->title,
	    "The proxy 10.2.2.10:3128 refuses this account (it offers NTLM, "
	    "Negotiate; the account was sent by Basic)");
}

static void account_refused_twin(void **state)
{
	(void)state;
	proxy(NULL);
	refused("Basic");
	expect_line(expect_only("proxy-auth-required", OWNER_PROXY, true),
		    "it offers NTLM, Basic");
}

/* What passes a box that opens TLS may be less than what was sent. */
static void inspected(const char *fact, const char *value)
{
	struct result *r =
	    site_test(&site, "websocket", "a.example", TRANSPORT_TCP, 443,
		      "203.0.113.1", PHASE_REPLY, CAUSE_OK);

	site_certificate(r, "local-root", "a.example", "CN=Corp CA", "1");
	facts_string(&r->facts, fact, value);
	facts_number(&r->facts, "status", 200);
}

static void websocket_downgraded(void **state)
{
	(void)state;
	inspected("upgrade", "not-proved");
	expect_line(expect_only("websocket-stripped", OWNER_PROXY, false),
		    "the answer is 200 instead of a switch");
}

static struct result *offered(const char *trust)
{
	struct result *r = site_test(&site, "tls", "a.example", TRANSPORT_TCP,
				     443, "203.0.113.1", PHASE_TLS, CAUSE_OK);

	site_certificate(r, trust, "a.example", "CN=Some CA", "1");
	facts_bool(&r->facts, "alpn-refused", true);
	return r;
}

static void http2_downgraded(void **state)
{
	(void)state;
	facts_string(&offered("local-root")->facts, "alpn", "http/1.1");
	expect_only("protocol-downgraded", OWNER_FIREWALL, false);
	assert_int_equal(site.report->verdict, RUN_READY_WITH_WARNINGS);
}

static void http2_not_offered(void **state)
{
	(void)state;
	offered("public");
	expect_only("protocol-downgraded", OWNER_VENDOR, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    story(questions),
	    story(socks),
	    story(dead_line),
	    story(dead_line_twin),
	    story(tunnels_closed),
	    story(tunnels_closed_twin),
	    story(account_refused),
	    story(account_by_other_scheme),
	    story(account_refused_twin),
	    story(websocket_downgraded),
	    story(http2_downgraded),
	    story(http2_not_offered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
