/* Root causes in TLS, HTTP and proxies; each with a twin that must not raise
 * it. */
#include "tests/unit/story.h"

static struct result *tls(const char *host, const char *address,
			  const char *trust, const char *name,
			  const char *issuer)
{
	bool fine = strcmp(trust, "public") == 0;
	struct result *r =
	    site_https(&site, host, address, fine ? PHASE_REPLY : PHASE_TLS,
		       fine ? CAUSE_OK : CAUSE_UNTRUSTED);

	return site_certificate(r, trust, name, issuer, name);
}

/* Inspection -------------------------------------------------------------- */

static void inspected(const char *issuer, const char *trust)
{
	tls("a.example", "203.0.113.1", trust, "a.example", issuer);
	tls("b.example.org", "203.0.113.2", trust, "*.example.org", issuer);
	site_test(&site, "tls-inspection", "a.example", TRANSPORT_TCP, 443,
		  "203.0.113.1", PHASE_TLS, CAUSE_UNTRUSTED);
	site_certificate(&site.results.items[2], trust, "a.example", issuer,
			 "3");
}

static void intercepted(void **state)
{
	const struct finding *f;

	(void)state;
	inspected("CN=Corp Web CA,O=Customer", "unknown-root");
	f = expect_only("tls-intercepted", OWNER_FIREWALL, true);
	assert_int_equal(f->result_count, 3);
	assert_string_equal(f->title, "TLS is being intercepted (decrypted) by "
				      "\"CN=Corp Web CA,O=Customer\"");
	for (size_t i = 0; i < f->remedy_count; i++)
		assert_null(strstr(f->remedy[i], "isable"));
}

/* The product is known by the name of its authority. */
static void intercepted_by_product(void **state)
{
	(void)state;
	inspected("CN=Zscaler Intermediate Root CA,O=Zscaler Inc.",
		  "unknown-root");
	expect_only("tls-intercepted", OWNER_FIREWALL, true);
	assert_string_equal(site.report->findings[0].title,
			    "TLS is being intercepted (decrypted) by Zscaler");
}

/* A root that was added here makes the others pass: one finding, one failure.
 */
static void intercepted_trusted(void **state)
{
	(void)state;
	inspected("CN=Corp Web CA", "local-root");
	site.results.items[0].outcome.cause = CAUSE_OK;
	site.results.items[0].proof = PROOF_SERVICE;
	site.results.items[1].outcome.cause = CAUSE_OK;
	site.results.items[1].proof = PROOF_SERVICE;
	assert_int_equal(
	    expect_only("tls-intercepted", OWNER_FIREWALL, true)->result_count,
	    1);
	assert_int_equal(site.report->summary[VERDICT_FAIL], 1);
	assert_int_equal(site.report->summary[VERDICT_PASS], 2);
}

/* One host with an authority of its own is not an inspector. */
static void intercepted_twin(void **state)
{
	(void)state;
	tls("a.example", "203.0.113.1", "unknown-root", "a.example",
	    "CN=Vendor Private CA");
	tls("b.example.org", "203.0.113.2", "public", "b.example.org",
	    "CN=Public CA");
	expect_only("tls-untrusted", OWNER_VENDOR, false);
}

/* A self-signed certificate is the host's own. */
static void self_signed(void **state)
{
	struct result *r;

	(void)state;
	r = tls("a.example", "203.0.113.1", "unknown-root", "a.example",
		"a.example");
	(void)r;
	expect_only("tls-untrusted", OWNER_VENDOR, false);
}

/* Certificates ------------------------------------------------------------ */

static void expired(void **state)
{
	(void)state;
	tls("a.example", "203.0.113.1", "expired", "a.example", "CN=Public");
	tls("b.example.org", "203.0.113.2", "public", "b.example.org",
	    "CN=Public");
	expect_only("tls-expired", OWNER_VENDOR, true);
}

static void wrong_name(void **state)
{
	(void)state;
	tls("a.example", "203.0.113.1", "wrong-name", "other.test",
	    "CN=Public");
	tls("b.example.org", "203.0.113.2", "public", "b.example.org",
	    "CN=Public");
	expect_only("tls-name-mismatch", OWNER_VENDOR, false);
}

static void incomplete(void **state)
{
	(void)state;
	tls("a.example", "203.0.113.1", "incomplete", "a.example", "CN=Public");
	expect_only("tls-chain-incomplete", OWNER_VENDOR, true);
}

/* Portals and pages ------------------------------------------------------- */

static struct result *redirect(const char *host, const char *address,
			       const char *location)
{
	struct result *r =
	    site_http(&site, host, address, PHASE_REPLY, CAUSE_OK);

	facts_number(&r->facts, "status", 302);
	facts_string(&r->facts, "location", location);
	return r;
}

/* Everybody is sent to one other host. */
static void portal(void **state)
{
	const struct finding *f;

	(void)state;
	redirect("a.example", "203.0.113.1", "http://login.portal.test/?x=1");
	redirect("b.example.org", "203.0.113.2",
		 "http://login.portal.test/?x=2");
	tls("a.example", "203.0.113.1", "unknown-root", "login.portal.test",
	    "login.portal.test");
	tls("b.example.org", "203.0.113.2", "unknown-root", "login.portal.test",
	    "login.portal.test");
	f = expect_only("captive-portal", OWNER_LOCAL_NETWORK, true);
	assert_int_equal(f->result_count, 4);
	assert_int_equal(site.report->summary[VERDICT_FAIL], 4);
}

/* Two names of one owner that lead to its new site, are ordinary. */
static void portal_twin(void **state)
{
	(void)state;
	redirect("www.a.example", "203.0.113.1", "https://new.test/");
	redirect("apt.a.example", "203.0.113.2", "https://new.test/");
	redirect("b.example.org", "203.0.113.3", "https://b.example.org/");
	expect_none();
}

static void block_page(void **state)
{
	struct result *r;

	(void)state;
	r = site_http(&site, "a.example", "203.0.113.1", PHASE_REPLY,
		      CAUSE_REJECTED);
	facts_number(&r->facts, "status", 403);
	facts_string(&r->facts, "title", "Web Page Blocked");
	facts_bool(&r->facts, "block-page", true);
	facts_string(&r->facts, "block-product", "Fortinet FortiGuard");
	tls("a.example", "203.0.113.1", "unknown-root", "block.test",
	    "CN=Filter");
	tls("b.example.org", "203.0.113.2", "public", "b.example.org",
	    "CN=Public");
	assert_int_equal(
	    expect_only("block-page", OWNER_FIREWALL, true)->result_count, 2);
}

/* A vendor's own 403. */
static void block_page_twin(void **state)
{
	struct result *r;

	(void)state;
	r = site_http(&site, "a.example", "203.0.113.1", PHASE_REPLY, CAUSE_OK);
	facts_number(&r->facts, "status", 403);
	facts_string(&r->facts, "title", "Access Denied");
	expect_none();
}

/* Names on the wire ------------------------------------------------------- */

static void sni(void **state)
{
	(void)state;
	site_https(&site, "a.example", "203.0.113.1", PHASE_TLS, CAUSE_RESET);
	tls("b.example.org", "203.0.113.2", "public", "b.example.org",
	    "CN=Public");
	expect_only("sni-filtered", OWNER_FIREWALL, false);
}

/* Every host is cut off: not by name. */
static void sni_twin(void **state)
{
	(void)state;
	site_https(&site, "a.example", "203.0.113.1", PHASE_TLS, CAUSE_RESET);
	site_https(&site, "b.example", "203.0.113.2", PHASE_TLS, CAUSE_RESET);
	expect_only("payload-reset", OWNER_FIREWALL, false);
}

/* The same address, asked for another name. */
static void ask_other_name(const char *cause)
{
	struct evidence *e = site_evidence(&site, EVIDENCE_CONTROL);

	facts_string(&e->observed, "what", "other-name");
	facts_string(&e->observed, "host", "example.com");
	facts_bool(&e->observed, "connected", true);
	facts_string(&e->observed, "cause", cause);
}

/* A ClientHello that is swallowed, and one for another name that is not. */
static void sni_swallowed(void **state)
{
	(void)state;
	site_https(&site, "a.example", "203.0.113.1", PHASE_TLS, CAUSE_TIMEOUT);
	ask_other_name("ok");
	assert_string_equal(
	    expect_only("sni-filtered", OWNER_FIREWALL, false)->title,
	    "TLS connections to a.example get no answer because of the name");
}

/* An address is asked once for another name: what was silent there beside it
 * is the same filter. */
static void sni_swallowed_twice(void **state)
{
	(void)state;
	site_https(&site, "a.example", "203.0.113.1", PHASE_TLS, CAUSE_TIMEOUT);
	ask_other_name("ok");
	site_test(&site, "tls-inspection", "a.example", TRANSPORT_TCP, 443,
		  "203.0.113.1", PHASE_TLS, CAUSE_TIMEOUT);
	assert_int_equal(
	    expect_only("sni-filtered", OWNER_FIREWALL, false)->result_count,
	    2);
}

/* The answer of one address says nothing about another one. */
static void sni_swallowed_elsewhere(void **state)
{
	(void)state;
	site_https(&site, "a.example", "203.0.113.1", PHASE_TLS, CAUSE_TIMEOUT);
	ask_other_name("ok");
	site_https(&site, "a.example", "203.0.113.2", PHASE_TLS, CAUSE_TIMEOUT);
	ask_other_name("timeout");
	site_report(&site);
	assert_int_equal(site_finding(&site, "sni-filtered")->result_count, 1);
}

/* No name is answered there: the server, or all of its content. */
static void sni_swallowed_twin(void **state)
{
	(void)state;
	site_https(&site, "a.example", "203.0.113.1", PHASE_TLS, CAUSE_TIMEOUT);
	ask_other_name("timeout");
	tls("b.example.org", "203.0.113.2", "public", "b.example.org",
	    "CN=Public");
	expect_only("service-silent", OWNER_VENDOR, false);
}

/* One host alone may be broken itself: its owner is named, with a doubt. */
static void payload_reset_twin(void **state)
{
	(void)state;
	site_https(&site, "a.example", "203.0.113.1", PHASE_TLS, CAUSE_RESET);
	expect_no("payload-reset");
	expect_no("sni-filtered");
}

static void silent_after_open(int64_t unacknowledged)
{
	for (size_t i = 0; i < 2; i++) {
		struct result *r =
		    site_https(&site, i == 0 ? "a.example" : "b.example",
			       i == 0 ? "203.0.113.1" : "203.0.113.2",
			       PHASE_TLS, CAUSE_TIMEOUT);

		if (unacknowledged >= 0)
			facts_number(&r->facts, "tcp-unacked", unacknowledged);
	}
}

static void payload_dropped(void **state)
{
	(void)state;
	silent_after_open(3);
	expect_only("payload-dropped", OWNER_FIREWALL, false);
}

/* Without TCP's counters the nearer cause is named, the other is a lookalike.
 */
static void payload_dropped_uncounted(void **state)
{
	(void)state;
	silent_after_open(-1);
	expect_only("payload-dropped", OWNER_FIREWALL, false);
}

/* Another host on the port works: nothing swallows content. */
static void payload_dropped_twin(void **state)
{
	(void)state;
	silent_after_open(3);
	tls("c.example", "203.0.113.3", "public", "c.example", "CN=Public");
	expect_no("payload-dropped");
}

/* The request was acknowledged, the larger answer never came. */
static void black_hole(void **state)
{
	(void)state;
	silent_after_open(0);
	expect_only("mtu-black-hole", OWNER_INTERNET, false);
}

static void black_hole_control(bool small_works)
{
	struct evidence *e;

	silent_after_open(-1);
	e = site_evidence(&site, EVIDENCE_CONTROL);
	facts_string(&e->observed, "what", "small-segments");
	facts_bool(&e->observed, "ok", small_works);
}

static void black_hole_proved(void **state)
{
	(void)state;
	black_hole_control(true);
	expect_only("mtu-black-hole", OWNER_INTERNET, false);
}

static void black_hole_twin(void **state)
{
	(void)state;
	black_hole_control(false);
	expect_only("payload-dropped", OWNER_FIREWALL, false);
}

static void websocket(void **state)
{
	struct result *r;

	(void)state;
	r = site_test(&site, "websocket", "a.example", TRANSPORT_TCP, 443,
		      "203.0.113.1", PHASE_REPLY, CAUSE_REJECTED);
	facts_string(&r->facts, "upgrade", "stripped");
	facts_number(&r->facts, "status", 426);
	expect_only("websocket-stripped", OWNER_PROXY, false);
}

/* A server that does not switch, has not been stripped of anything. */
static void websocket_twin(void **state)
{
	struct result *r;

	(void)state;
	r = site_test(&site, "websocket", "a.example", TRANSPORT_TCP, 443,
		      "203.0.113.1", PHASE_REPLY, CAUSE_OK);
	facts_string(&r->facts, "upgrade", "not-proved");
	facts_number(&r->facts, "status", 404);
	expect_none();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    story(intercepted),
	    story(intercepted_by_product),
	    story(intercepted_trusted),
	    story(intercepted_twin),
	    story(self_signed),
	    story(expired),
	    story(wrong_name),
	    story(incomplete),
	    story(portal),
	    story(portal_twin),
	    story(block_page),
	    story(block_page_twin),
	    story(sni),
	    story(sni_twin),
	    story(payload_reset_twin),
	    story(payload_dropped),
	    story(payload_dropped_uncounted),
	    story(payload_dropped_twin),
	    story(black_hole),
	    story(black_hole_proved),
	    story(black_hole_twin),
	    story(sni_swallowed),
	    story(sni_swallowed_twice),
	    story(sni_swallowed_elsewhere),
	    story(sni_swallowed_twin),
	    story(websocket),
	    story(websocket_twin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
