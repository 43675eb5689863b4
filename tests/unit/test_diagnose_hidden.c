/* A host whose tables are hidden, as by a unit of systemd: what cannot be
 * looked at first, nobody else is blamed for. */
#include "tests/unit/story.h"

static void name_lost(void)
{
	site_test(&site, "https", "b.example", TRANSPORT_TCP, 443, NULL,
		  PHASE_RESOLVE, CAUSE_TIMEOUT);
}

/* A host whose tables a unit hides: the gateway is not known. */
static void hide_tables(const char *own)
{
	static const char *const cannot[] = {"route", "neighbour"};
	struct facts *f = &site.results.host;

	facts_free(f);
	*f = (struct facts){0};
	facts_append(f, "networks", own);
	facts_append(f, "resolvers", "10.0.0.1");
	site.results.platform.cannot = cannot;
	site.results.platform.cannot_count = 2;
}

/* Nothing passes the first hop, which cannot be looked at: one finding, of this
 * host; neither the provider nor the DNS server is blamed. */
static void hidden(void **state)
{
	(void)state;
	hide_tables("10.0.0.5/24 eth0");
	site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	site_test(&site, "dns", "8.8.8.8", TRANSPORT_UDP, 53, "8.8.8.8",
		  PHASE_REPLY, CAUSE_TIMEOUT);
	name_lost();
	expect_line(expect_only("unexplained", OWNER_THIS_HOST, false),
		    "does not show its routes");
}

/* Something behind it answers: then others may be blamed. */
static void hidden_twin(void **state)
{
	(void)state;
	hide_tables("10.0.0.5/24 eth0");
	site_https(&site, "a.example", "203.0.113.1", PHASE_REPLY, CAUSE_OK);
	name_lost();
	expect_only("dns-server-dead", OWNER_DNS, false);
}

/* The tables are seen, and there is no gateway in them: not the same. */
static void hidden_shown(void **state)
{
	(void)state;
	hide_tables("10.0.0.5/24 eth0");
	site.results.platform.cannot_count = 0;
	name_lost();
	expect_only("dns-server-dead", OWNER_DNS, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    story(hidden),
	    story(hidden_twin),
	    story(hidden_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
