/* This host's clock, and those of servers: whose is wrong. */
#include "tests/unit/story.h"

/* Certificates of several owners are outside their validity. */
static void expired(const char *trust)
{
	static const char *const hosts[] = {"a.example", "b.example.org",
					    "c.example.net"};

	for (size_t i = 0; i < 3; i++)
		site_certificate(site_https(&site, hosts[i], "203.0.113.1",
					    PHASE_TLS, CAUSE_UNTRUSTED),
				 trust, hosts[i], "CN=Public", hosts[i]);
}

static struct result *ntp_offset(int64_t seconds)
{
	struct result *r =
	    site_test(&site, "ntp", "0.pool.ntp.org", TRANSPORT_UDP, 123,
		      "203.0.113.9", PHASE_REPLY, CAUSE_OK);

	facts_ms(&r->facts, "offset", seconds * 1000000);
	return r;
}

static void clock_skewed(void **state)
{
	(void)state;
	expired("expired");
	ntp_offset(-400 * 86400);
	expect_only("clock-skewed", OWNER_THIS_HOST, true);
	assert_string_equal(site.report->findings[0].title,
			    "This host's clock is wrong: 400 days ahead");
}

/* This host was busy for 14 s, and read the answer then: its clock may be as
 * good as any. */
static void clock_read_late(void **state)
{
	(void)state;
	ntp_offset(-7)->timings.total = 14000000;
	expect_none();
	assert_int_equal(site.report->verdict, RUN_READY);
}

/* Nor does that excuse a clock that is wrong by more. */
static void clock_read_late_twin(void **state)
{
	(void)state;
	ntp_offset(-70)->timings.total = 14000000;
	expect_only("clock-skewed", OWNER_THIS_HOST, false);
}

static void clock_skewed_unmeasured(void **state)
{
	(void)state;
	expired("expired");
	expect_only("clock-skewed", OWNER_THIS_HOST, false);
}

/* Nobody tells the time, and everybody's certificate begins in the future. */
static void clock_behind(void **state)
{
	(void)state;
	expired("not-yet-valid");
	expect_only("tls-not-yet-valid-because-clock", OWNER_THIS_HOST, false);
}

/* With a time server's word it is measured, and one finding. */
static void clock_behind_measured(void **state)
{
	(void)state;
	expired("not-yet-valid");
	ntp_offset(400 * 86400);
	expect_only("clock-skewed", OWNER_THIS_HOST, true);
}

/* The dates of web servers over trusted TLS. */
static void web_dates(size_t count, int64_t seconds)
{
	static const char *const hosts[] = {"a.example", "b.example.org",
					    "c.example.net"};

	for (size_t i = 0; i < count; i++) {
		struct result *r = site_https(&site, hosts[i], "203.0.113.1",
					      PHASE_REPLY, CAUSE_OK);

		site_certificate(r, "public", hosts[i], "CN=Public", "1");
		facts_ms(&r->facts, "date-offset", seconds * 1000000);
	}
}

/* A time server that is alone with its time is the one that is wrong... */
static void time_server_wrong(void **state)
{
	(void)state;
	web_dates(2, 0);
	ntp_offset(3600);
	expect_only("server-clock-wrong", OWNER_INTERNET, false);
}

/* ... where others agree with it, this host is... */
/* Two owners' dates without a signature oppose it as well. */
static void time_server_wrong_unsigned(void **state)
{
	static const char *const hosts[] = {"a.example", "b.example.org"};

	(void)state;
	for (size_t i = 0; i < 2; i++)
		facts_ms(&site_http(&site, hosts[i], "203.0.113.1", PHASE_REPLY,
				    CAUSE_OK)
			      ->facts,
			 "date-offset", 0);
	ntp_offset(3600);
	expect_only("server-clock-wrong", OWNER_INTERNET, false);
}

/* Alone with a time of before this program was written: not this host's. */
static void time_server_of_1982(void **state)
{
	(void)state;
	ntp_offset(-1400000000);
	expect_only("server-clock-wrong", OWNER_INTERNET, false);
}

/* It answers, and no client would believe it. */
static void time_server_far_from_source(void **state)
{
	(void)state;
	ntp_offset(0);
	facts_ms(&site.results.items[0].facts, "root-distance", 10000000);
	site_report(&site);
	assert_int_equal(site.report->results[0].verdict, VERDICT_WARN);
	assert_non_null(strstr(site.report->results[0].reason,
			       "may be 10 seconds from that of its source"));
}

static void time_server_right(void **state)
{
	(void)state;
	web_dates(2, 3600);
	ntp_offset(3600);
	expect_only("clock-skewed", OWNER_THIS_HOST, true);
}

/* ... and one owner alone, or dates without trust, outvote nobody. One time
 * server is one witness. */
static void time_server_unopposed(void **state)
{
	(void)state;
	web_dates(1, 0);
	ntp_offset(3600);
	expect_only("clock-skewed", OWNER_THIS_HOST, false);
}

static void domain_time(int64_t seconds)
{
	size_t dc = site_device(&site, "dc1", "10.2.0.9", "domain-controller");
	struct result *r = site_device_test(
	    &site, "kerberos", dc, TRANSPORT_TCP, 88, PHASE_REPLY, CAUSE_OK);

	facts_ms(&r->facts, "server-time-offset", seconds * 1000000);
}

/* A warning of another kind says nothing about a clock. */
static void time_server_late(void **state)
{
	(void)state;
	ntp_offset(0);
	for (size_t i = 0; i < 20; i++)
		site_https(&site, "a.example", "203.0.113.1", PHASE_REPLY,
			   CAUSE_OK)
		    ->lost = 1;
	site.results.items[0].lost = 1;
	expect_only("loss", OWNER_INTERNET, false);
}

/* Ten minutes are too much for Kerberos: whose clock it is, others say. */
static void domain_clock(void **state)
{
	(void)state;
	web_dates(2, 0);
	domain_time(600);
	expect_only("server-clock-wrong", OWNER_DEVICE, false);
}

static void domain_clock_right(void **state)
{
	(void)state;
	web_dates(2, 600);
	domain_time(600);
	expect_only("clock-skewed", OWNER_THIS_HOST, true);
}

/* Two minutes do not matter to it. */
static void domain_clock_near(void **state)
{
	(void)state;
	domain_time(120);
	expect_none();
}

/* One host's certificate has expired and the clock is right. */
static void clock_skewed_twin(void **state)
{
	(void)state;
	site_certificate(site_https(&site, "a.example", "203.0.113.1",
				    PHASE_TLS, CAUSE_UNTRUSTED),
			 "expired", "a.example", "CN=Public", "1");
	ntp_offset(0);
	expect_only("tls-expired", OWNER_VENDOR, true);
}

/* A clock that is a little off does not make a certificate expire. */
static void clock_slightly_off(void **state)
{
	(void)state;
	site_certificate(site_https(&site, "a.example", "203.0.113.1",
				    PHASE_TLS, CAUSE_UNTRUSTED),
			 "expired", "a.example", "CN=Public", "1");
	facts_string(&site.results.items[0].facts, "tls-not-after",
		     "2026-01-01T00:00:00Z");
	ntp_offset(-60);
	site_report(&site);
	assert_non_null(site_finding(&site, "tls-expired"));
	assert_non_null(site_finding(&site, "clock-skewed"));
	assert_int_equal(site_finding(&site, "clock-skewed")->result_count, 1);
}

/* Without a word about this host's clock, a date proves nothing. */
static void clock_without_witness(void **state)
{
	(void)state;
	site_certificate(site_https(&site, "a.example", "203.0.113.1",
				    PHASE_TLS, CAUSE_UNTRUSTED),
			 "expired", "a.example", "CN=Public", "1");
	expect_only("tls-expired", OWNER_VENDOR, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    story(clock_skewed),          story(clock_read_late),
	    story(clock_read_late_twin),  story(clock_skewed_unmeasured),
	    story(clock_behind),          story(clock_behind_measured),
	    story(time_server_wrong),     story(time_server_wrong_unsigned),
	    story(time_server_of_1982),   story(time_server_far_from_source),
	    story(time_server_right),     story(time_server_unopposed),
	    story(time_server_late),      story(domain_clock),
	    story(domain_clock_right),    story(domain_clock_near),
	    story(clock_skewed_twin),     story(clock_slightly_off),
	    story(clock_without_witness),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
