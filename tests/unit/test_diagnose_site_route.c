/* Private addresses that leave the site: the route is missing, the device may
 * be on; each with a twin. */
#include "tests/unit/story.h"

static size_t remote_device(void)
{
	size_t d = site_device(&site, "branch-nas", "10.99.0.7", "printer");

	site_device_test(&site, "smb", d, TRANSPORT_TCP, 445, PHASE_CONNECT,
			 CAUSE_TIMEOUT);
	return d;
}

/* The traceroute meets the provider: the site has no route, whatever the device
 * does. All tests of the device are explained. */
static void leaves_the_site(void **state)
{
	static const char *const hops[] = {"1 10.0.0.1", "2 203.0.113.1", NULL};
	const struct finding *f;
	size_t d;

	(void)state;
	d = remote_device();
	walk_of(hops);
	site_device_test(&site, "winrm", d, TRANSPORT_TCP, 5985, PHASE_CONNECT,
			 CAUSE_TIMEOUT);
	f = expect_only("site-route-missing", OWNER_LOCAL_NETWORK, false);
	assert_int_equal(f->result_count, 2);
	expect_blocker(f, "10.0.0.1");
	assert_int_equal(f->hop, 1);
	expect_line(f, "the traceroute to 10.99.0.7 (branch-nas) meets "
		       "203.0.113.1, a public address");
}

/* The provider's own word: the provider need not route it. */
static void leaves_by_its_word(void **state)
{
	size_t d = site_device(&site, "branch-nas", "10.99.0.7", "printer");

	(void)state;
	site_icmp(site_device_test(&site, "smb", d, TRANSPORT_TCP, 445,
				   PHASE_CONNECT, CAUSE_UNREACHABLE),
		  3, 0, "203.0.113.1");
	expect_line(
	    expect_only("site-route-missing", OWNER_LOCAL_NETWORK, false),
	    "203.0.113.1, a public address, reports 10.99.0.7 (branch-nas) as "
	    "unreachable (ICMP 3/0)");
}

/* Another router of the site is no way out; nor is a path that answers. */
static void stays_in_the_site(void **state)
{
	static const char *const hops[] = {"1 10.0.0.1", "2 10.0.9.1", NULL};

	(void)state;
	remote_device();
	walk_of(hops);
	expect_no("site-route-missing");
}

static void leaves_and_answers(void **state)
{
	static const char *const hops[] = {"1 10.0.0.1", "2 203.0.113.1", NULL};
	size_t d;

	(void)state;
	d = remote_device();
	walk_of(hops);
	site_device_test(&site, "winrm", d, TRANSPORT_TCP, 5985, PHASE_REPLY,
			 CAUSE_OK);
	expect_no("site-route-missing");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    story(leaves_the_site),
	    story(leaves_by_its_word),
	    story(stays_in_the_site),
	    story(leaves_and_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
