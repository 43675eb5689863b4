/* Vendors that are down, limits, loss, slowness, and answers that are not
 * what was asked for; each with a twin that must not raise it. */
#include "tests/unit/story.h"

static struct evidence *control(const char *what, bool ok, const char *cause)
{
	struct evidence *e = site_evidence(&site, EVIDENCE_CONTROL);

	facts_string(&e->observed, "what", what);
	facts_bool(&e->observed, "ok", ok);
	facts_string(&e->observed, "cause", cause);
	return e;
}

static void walk(int64_t hop, const char *address)
{
	struct evidence *e = site_evidence(&site, EVIDENCE_HOP_WALK);

	facts_bool(&e->observed, "reached", false);
	facts_number(&e->observed, "last-hop", hop);
	facts_string(&e->observed, "last-hop-address", address);
}

static struct result *silent(const char *host, const char *address)
{
	return site_https(&site, host, address, PHASE_CONNECT, CAUSE_TIMEOUT);
}

static void works(const char *host, const char *address)
{
	site_https(&site, host, address, PHASE_REPLY, CAUSE_OK);
}

/* Vendors ----------------------------------------------------------------- */

static void vendor_gone(enum cause cause, const char *hop)
{
	site_https(&site, "a.vendor.com", "203.0.113.1", PHASE_CONNECT, cause);
	if (hop != NULL)
		walk(2, hop);
	site_https(&site, "b.vendor.com", "203.0.113.2", PHASE_CONNECT, cause);
	works("a.example.org", "203.0.113.3");
	works("b.example.net", "203.0.113.4");
}

static void vendor_outage(void **state)
{
	const struct finding *f;

	(void)state;
	vendor_gone(CAUSE_TIMEOUT, "198.51.100.1");
	f = expect_only("vendor-outage", OWNER_VENDOR, false);
	assert_int_equal(f->result_count, 2);
	assert_string_equal(
	    f->title,
	    "No host of vendor.com answers; hosts of other owners do");
}

/* Packets that end at this site's firewall are not the vendor's. */
static void vendor_outage_inside(void **state)
{
	(void)state;
	vendor_gone(CAUSE_TIMEOUT, "10.0.0.1");
	expect_no("vendor-outage");
	assert_non_null(site_finding(&site, "target-silent"));
}

static void vendor_outage_unproved(void **state)
{
	(void)state;
	vendor_gone(CAUSE_TIMEOUT, NULL);
	expect_no("vendor-outage");
}

/* What the vendor's alias leads to, under another domain, answers. */
static void vendor_outage_chain_answers(void **state)
{
	(void)state;
	vendor_gone(CAUSE_TIMEOUT, "198.51.100.1");
	facts_append(&site.results.items[0].facts, "cname-chain",
		     "d1.cdn.example");
	works("d1.cdn.example", "203.0.113.9");
	expect_no("vendor-outage");
}

static void vendor_outage_one_answers(void **state)
{
	(void)state;
	vendor_gone(CAUSE_TIMEOUT, "198.51.100.1");
	site_http(&site, "c.vendor.com", "203.0.113.5", PHASE_REPLY, CAUSE_OK);
	expect_no("vendor-outage");
}

static void vendor_outage_others_too(void **state)
{
	(void)state;
	silent("a.vendor.com", "203.0.113.1");
	walk(2, "198.51.100.1");
	silent("b.vendor.com", "203.0.113.2");
	works("a.example.org", "203.0.113.3");
	expect_no("vendor-outage");
}

static void vendor_outage_one_address(void **state)
{
	(void)state;
	silent("a.vendor.com", "203.0.113.1");
	walk(2, "198.51.100.1");
	works("a.example.org", "203.0.113.3");
	works("b.example.net", "203.0.113.4");
	expect_no("vendor-outage");
}

/* Limits ------------------------------------------------------------------ */

static void crowd(size_t repeated, size_t opened, size_t left_out)
{
	works("z.example", "203.0.113.200");
	for (size_t i = 0; i < repeated + left_out; i++) {
		silent(arena_printf(&site.arena, "h%zu.example", i),
		       arena_printf(&site.arena, "203.0.113.%zu", i + 1));
		if (i < repeated)
			control("again", i < opened,
				i < opened ? "ok" : "timeout");
	}
}

/* Opened when asked alone; the rest is put down to it, and not failed. */
static void limited(void **state)
{
	const struct finding *f;

	(void)state;
	crowd(2, 2, 3);
	f = expect_only("rate-limited", OWNER_FIREWALL, false);
	assert_int_equal(f->result_count, 5);
	assert_true(f->inferred);
	assert_int_equal(site.report->summary[VERDICT_FAIL], 0);
	assert_int_equal(site.report->summary[VERDICT_WARN], 2);
	assert_int_equal(site.report->summary[VERDICT_UNTESTED], 3);
	assert_int_equal(site.report->verdict, RUN_UNDECIDED);
}

/* One that opened says nothing about those that were not asked again. */
static void limited_once(void **state)
{
	(void)state;
	crowd(1, 1, 1);
	site_report(&site);
	assert_int_equal(site_finding(&site, "rate-limited")->result_count, 1);
	assert_int_equal(site.report->summary[VERDICT_FAIL], 1);
}

/* Nor do two, where a third one stays silent. */
static void limited_mixed(void **state)
{
	(void)state;
	crowd(3, 2, 1);
	site_report(&site);
	assert_int_equal(site_finding(&site, "rate-limited")->result_count, 2);
	assert_int_equal(site.report->summary[VERDICT_FAIL], 2);
}

/* A repeat that opened counts, though the one before it was lost. */
static void limited_late(void **state)
{
	(void)state;
	crowd(2, 1, 0);
	control("again", true, "ok");
	site_report(&site);
	assert_int_equal(site_finding(&site, "rate-limited")->result_count, 2);
	assert_int_equal(site.report->summary[VERDICT_FAIL], 0);
}

static void limited_twin(void **state)
{
	(void)state;
	crowd(2, 0, 0);
	expect_no("rate-limited");
	assert_int_equal(site.report->summary[VERDICT_FAIL], 2);
}

/* Loss and slowness ------------------------------------------------------- */

static void answered_late(size_t count, unsigned lost)
{
	for (size_t i = 0; i < count; i++) {
		struct result *r = site_https(&site, "a.example", "203.0.113.1",
					      PHASE_REPLY, CAUSE_OK);

		r->lost = i < lost ? 1 : 0;
	}
}

static void loss(void **state)
{
	(void)state;
	answered_late(40, 10);
	expect_line(expect_only("loss", OWNER_INTERNET, false), "10 of 50");
	assert_int_equal(site.report->verdict, RUN_READY_WITH_WARNINGS);
	assert_int_equal(site.report->summary[VERDICT_WARN], 10);
}

/* Few in number, or few in share. */
/* Within the site as many are lost: not the provider's line. */
static void loss_inside(void **state)
{
	size_t a = site_device(&site, "switch", "10.2.1.10", "snmp");

	(void)state;
	answered_late(40, 10);
	for (size_t i = 0; i < 8; i++)
		site_device_test(&site, "tcp", a, TRANSPORT_TCP,
				 (uint16_t)(8000 + i), PHASE_CONNECT, CAUSE_OK)
		    ->lost = i < 4 ? 1 : 0;
	expect_line(expect_only("loss", OWNER_LOCAL_NETWORK, false),
		    "within this site without an answer: 4 of 12");
}

/* ... and where it loses none, it is. */
static void loss_outside(void **state)
{
	size_t a = site_device(&site, "switch", "10.2.1.10", "snmp");

	(void)state;
	answered_late(40, 12);
	for (size_t i = 0; i < 8; i++)
		site_device_test(&site, "tcp", a, TRANSPORT_TCP,
				 (uint16_t)(8000 + i), PHASE_CONNECT, CAUSE_OK);
	expect_line(expect_only("loss", OWNER_INTERNET, false),
		    "within this site without an answer: 0 of 8");
}

/* What the path loses comes late: that is no matter of the service. */
static void loss_is_slow(void **state)
{
	struct result *r;

	(void)state;
	answered_late(40, 10);
	r = site_https(&site, "b.example", "203.0.113.2", PHASE_REPLY,
		       CAUSE_OK);
	r->timings.connect = 2000;
	r->timings.tls = 8000000;
	assert_int_equal(
	    expect_only("loss", OWNER_INTERNET, false)->result_count, 11);
}

static void loss_twin(void **state)
{
	(void)state;
	answered_late(7, 7);
	expect_none();
	end(state);
	begin(state);
	answered_late(100, 10);
	expect_none();
	assert_int_equal(site.report->verdict, RUN_READY);
}

static void datagrams(size_t count, unsigned lost)
{
	for (size_t i = 0; i < count; i++)
		site_test(&site, "ntp", "pool.example", TRANSPORT_UDP, 123,
			  "203.0.113.9", PHASE_REPLY, CAUSE_OK)
		    ->lost = i < lost ? 1 : 0;
}

/* A line does not choose: only new connections are lost, so they are held
 * back. */
static void hurried(void **state)
{
	(void)state;
	answered_late(30, 10);
	datagrams(12, 0);
	expect_only("rate-limited", OWNER_FIREWALL, false);
	end(state);
	begin(state);
	answered_late(30, 10);
	datagrams(12, 1);
	expect_only("loss", OWNER_INTERNET, false);
	end(state);
	begin(state);
	answered_late(30, 10);
	datagrams(11, 0);
	expect_only("loss", OWNER_INTERNET, false);
}

/* All was lost until the line woke up, and nothing since. */
static void woke_up(int64_t others_won_us)
{
	for (size_t i = 0; i < 40; i++) {
		struct result *r = site_https(&site, "a.example", "203.0.113.1",
					      PHASE_REPLY, CAUSE_OK);

		r->lost = i < 10 ? 2 : 0;
		r->tried_us[r->lost] = i < 10 ? 3000000 : others_won_us;
		if (r->lost > 0)
			r->tried_us[r->lost - 1] = 2000000;
		r->heard_us = r->tried_us[r->lost] + 20000;
	}
}

static void outage(void **state)
{
	(void)state;
	woke_up(2500000);
	expect_none();
	end(state);
	begin(state);
	woke_up(1500000);
	expect_only("loss", OWNER_INTERNET, false);
	end(state);
	begin(state);
	/* Two of ten and more were answered meanwhile: no outage. */
	woke_up(2500000);
	for (size_t i = 0; i < 2; i++)
		site.results.items[20 + i].tried_us[0] = 1500000;
	expect_only("loss", OWNER_INTERNET, false);
}

static void round_trips(const int64_t *us, size_t count)
{
	for (size_t i = 0; i < count; i++)
		site_https(&site, "a.example", "203.0.113.1", PHASE_REPLY,
			   CAUSE_OK)
		    ->timings.connect = us[i];
}

static void slow(void **state)
{
	static const int64_t times[] = {1500000, 1600000, 30000};

	(void)state;
	round_trips(times, 3);
	expect_line(expect_only("slow-path", OWNER_INTERNET, false), "1500 ms");
	assert_int_equal(site.report->summary[VERDICT_WARN], 2);
}

/* A resolver that gives up on the slow line is not dead. */
static void slow_names(void **state)
{
	static const int64_t times[] = {1500000, 1600000, 1700000};

	(void)state;
	round_trips(times, 3);
	site_https(&site, "b.example", NULL, PHASE_RESOLVE, CAUSE_TIMEOUT);
	assert_int_equal(
	    expect_only("slow-path", OWNER_INTERNET, false)->result_count, 4);
}

/* A satellite is no fault, a lost SYN neither, and two samples no proof. */
static void slow_twin(void **state)
{
	static const int64_t satellite[] = {900000, 950000, 1100000};
	static const int64_t one_lost[] = {20000, 30000, 1030000, 3030000,
					   25000};
	static const int64_t two[] = {1500000, 1600000};

	(void)state;
	round_trips(satellite, 3);
	expect_none();
	end(state);
	begin(state);
	round_trips(one_lost, 5);
	expect_none();
	end(state);
	begin(state);
	round_trips(two, 2);
	expect_none();
}

/* Web --------------------------------------------------------------------- */

static void handshake_fails(const char *error, enum cause cause)
{
	struct result *r =
	    site_https(&site, "a.example", "203.0.113.1", PHASE_TLS, cause);

	facts_string(&r->facts, "tls-error", error);
	works("b.example.org", "203.0.113.2");
}

static void tls_version(void **state)
{
	(void)state;
	handshake_fails("protocol version", CAUSE_REJECTED);
	expect_only("tls-version", OWNER_VENDOR, false);
	end(state);
	begin(state);
	handshake_fails("handshake failure", CAUSE_REJECTED);
	expect_only("tls-version", OWNER_VENDOR, false);
}

static void tls_version_device(void **state)
{
	size_t a = site_device(&site, "printer", "10.0.0.9", "printer");
	struct result *r;

	(void)state;
	r = site_device_test(&site, "https", a, TRANSPORT_TCP, 443, PHASE_TLS,
			     CAUSE_REJECTED);
	facts_string(&r->facts, "tls-error", "unsupported protocol");
	r->on_link = true;
	expect_only("tls-version", OWNER_DEVICE, true);
}

/* It had a version and a cipher for us: it wants our certificate. */
static void tls_client_certificate(void **state)
{
	(void)state;
	handshake_fails("handshake failure", CAUSE_REJECTED);
	facts_bool(&site.results.items[0].facts, "tls-client-certificate",
		   true);
	expect_only("tls-client-certificate", OWNER_VENDOR, false);
}

/* This host's own library refused: not the server. */
static void tls_renegotiation(void **state)
{
	(void)state;
	handshake_fails("unsafe legacy renegotiation disabled", CAUSE_REJECTED);
	expect_only("tls-no-secure-renegotiation", OWNER_VENDOR, true);
}

/* Other alerts, and what is no TLS at all. */
static void tls_version_twin(void **state)
{
	(void)state;
	handshake_fails("unrecognized name", CAUSE_REJECTED);
	expect_no("tls-version");
	end(state);
	begin(state);
	handshake_fails("wrong version number", CAUSE_BAD_REPLY);
	expect_only("wrong-service", OWNER_VENDOR, false);
}

static void redirected(const char *location)
{
	struct result *r = site_http(&site, "a.example", "203.0.113.1",
				     PHASE_REPLY, CAUSE_BAD_REPLY);

	facts_bool(&r->facts, "captive", true);
	facts_number(&r->facts, "status", 302);
	facts_string(&r->facts, "location", location);
}

/* One host alone, while others answer plain HTTP: no portal. */
static void redirect(void **state)
{
	(void)state;
	redirected("file:///etc/passwd");
	site_http(&site, "b.example.org", "203.0.113.2", PHASE_REPLY, CAUSE_OK);
	expect_line(expect_only("redirect-refused", OWNER_VENDOR, false),
		    "file:///etc/passwd");
}

static void redirect_twin(void **state)
{
	(void)state;
	redirected("http://login.portal.test/");
	expect_only("captive-portal", OWNER_LOCAL_NETWORK, true);
}

static void idle(void **state)
{
	struct result *r;

	(void)state;
	r = site_test(&site, "websocket", "a.example", TRANSPORT_TCP, 443,
		      "203.0.113.1", PHASE_REPLY, CAUSE_TIMEOUT);
	facts_string(&r->facts, "idle", "lost");
	facts_ms(&r->facts, "held", 60000000);
	expect_line(expect_only("idle-drop", OWNER_FIREWALL, false),
		    "idle for 60 seconds");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    story(vendor_outage),
	    story(vendor_outage_inside),
	    story(vendor_outage_unproved),
	    story(vendor_outage_one_answers),
	    story(vendor_outage_chain_answers),
	    story(vendor_outage_others_too),
	    story(vendor_outage_one_address),
	    story(limited),
	    story(limited_once),
	    story(limited_mixed),
	    story(limited_late),
	    story(limited_twin),
	    story(loss),
	    story(loss_inside),
	    story(loss_outside),
	    story(loss_is_slow),
	    story(loss_twin),
	    story(hurried),
	    story(outage),
	    story(slow_names),
	    story(slow),
	    story(slow_twin),
	    story(tls_version),
	    story(tls_client_certificate),
	    story(tls_renegotiation),
	    story(tls_version_device),
	    story(tls_version_twin),
	    story(redirect),
	    story(redirect_twin),
	    story(idle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
