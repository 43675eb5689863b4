/* Results to verdicts: design §2, §4 and §6. */
#include "synthetic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct site site;

static int begin(void **state)
{
	(void)state;
	site_begin(&site);
	return 0;
}

static int end(void **state)
{
	(void)state;
	site_end(&site);
	return 0;
}

/* A healthy site is ready, exit 0. */
static void all_works(void **state)
{
	(void)state;
	site_need(&site, "cloud.tenant", "websocket", "AUV-01");
	site_target(&site, "acme.us1.my.auvik.com", TRANSPORT_TCP, 443);
	site_ok(&site, "203.0.113.10");
	site_report(&site);
	assert_int_equal(site.report->verdict, RUN_READY);
	assert_int_equal(report_exit_status(site.report, true), 0);
	assert_string_equal(site.report->headline,
			    "READY: the 1 required path works");
	assert_int_equal(site.report->finding_count, 0);
}

static void print(void **state)
{
	struct format_options o = {.utf8 = true, .width = 100, .colour = false};
	char *text;

	(void)state;
	site_need(&site, "cloud.tenant", "websocket", "AUV-01");
	site_target(&site, "acme.us1.my.auvik.com", TRANSPORT_TCP, 443);
	site_icmp(site_result(&site, "203.0.113.10", PHASE_CONNECT, CAUSE_PROHIBITED), 3, 13, "10.0.0.1");
	site_need(&site, "cloud.ntp", "ntp", "AUV-13");
	site_target(&site, "0.pool.ntp.org", TRANSPORT_UDP, 123);
	site_result(&site, "203.0.113.11", PHASE_REPLY, CAUSE_TIMEOUT);
	site_ok(&site, "203.0.113.12");
	site_report(&site);
	text = site_render(&site, "text", &o);
	puts(text);
	free(text);
	text = site_render(&site, "json", &o);
	puts(text);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(all_works, begin, end),
	    cmocka_unit_test_setup_teardown(print, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
