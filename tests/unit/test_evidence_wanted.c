/* Which failures deserve a second look: few, and the telling ones. */
#include "story.h"

#include "evidence_wanted.h"

static struct evidence_wish wishes[64];

static size_t wanted(enum evidence_kind kind)
{
	size_t count = evidence_wanted(&site.plan, &site.results, wishes,
				       sizeof wishes / sizeof wishes[0]);
	size_t of_kind = 0;

	assert_true(count <= EVIDENCE_WANTED_MAX);
	for (size_t i = 0; i < count; i++)
		of_kind += wishes[i].kind == kind;
	return of_kind;
}

/* A healthy run wants nothing. */
static void nothing(void **state)
{
	(void)state;
	site_control(&site);
	assert_int_equal(evidence_wanted(&site.plan, &site.results, wishes, 64),
			 0);
}

/* One walk for a port, however many targets are silent on it. */
static void one_walk_a_port(void **state)
{
	(void)state;
	for (size_t i = 0; i < 100; i++)
		site_https(&site, "a.example",
			   arena_printf(&site.arena, "203.0.113.%zu", i + 1),
			   PHASE_CONNECT, CAUSE_TIMEOUT);
	site_http(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
		  CAUSE_TIMEOUT);
	assert_int_equal(wanted(EVIDENCE_HOP_WALK), 2);
	assert_int_equal(wanted(EVIDENCE_NEIGHBOUR), 1);
	assert_int_equal(wishes[0].kind, EVIDENCE_NEIGHBOUR);
	assert_int_equal(wishes[0].result, SIZE_MAX);
}

/* Where the path is the proof, each refusal is looked at; where there is
 * nothing to compare with, none. */
static void resets(void **state)
{
	size_t a = site_device(&site, "a", "10.2.1.1", "snmp");
	size_t b = site_device(&site, "b", "10.2.1.2", "snmp");

	(void)state;
	site_device_test(&site, "icmp", a, TRANSPORT_ICMP, 0, PHASE_REPLY,
			 CAUSE_OK)
	    ->reply_ttl = 63;
	for (size_t i = 0; i < 2; i++) {
		site_device_test(&site, "smb", i == 0 ? a : b, TRANSPORT_TCP,
				 445, PHASE_CONNECT, CAUSE_REFUSED);
		site.specs[site.plan.spec_count - 1].proof = PROOF_PATH;
	}
	assert_int_equal(wanted(EVIDENCE_RESET_TTL), 1);
	assert_int_equal(wishes[0].ttl, 63);
	assert_int_equal(wishes[0].result, 1);
}

/* On this network the refusal's sender is plain. */
static void resets_on_link(void **state)
{
	size_t a = site_device(&site, "a", "10.0.0.7", "snmp");
	struct result *r;

	(void)state;
	r = site_device_test(&site, "smb", a, TRANSPORT_TCP, 445, PHASE_CONNECT,
			     CAUSE_REFUSED);
	r->reply_ttl = 64;
	r->on_link = true;
	assert_int_equal(wanted(EVIDENCE_RESET_TTL), 0);
}

static void neighbours(void **state)
{
	size_t a = site_device(&site, "a", "10.0.0.7", "snmp");

	(void)state;
	for (size_t i = 0; i < 3; i++)
		site_device_test(&site, "ssh", a, TRANSPORT_TCP,
				 (uint16_t)(22 + i), PHASE_CONNECT,
				 CAUSE_TIMEOUT)
		    ->on_link = true;
	assert_int_equal(wanted(EVIDENCE_NEIGHBOUR), 1);
	assert_int_equal(wanted(EVIDENCE_HOP_WALK), 0);
}

/* Addresses of a sweep where nobody lives are no failures. */
static void absent(void **state)
{
	static const struct device entry = {.network = "10.3.0.0/24"};

	(void)state;
	for (size_t i = 0; i < 9; i++) {
		size_t d = site_device(
		    &site, "", arena_printf(&site.arena, "10.3.0.%zu", i + 1),
		    "snmp");

		site.devices[d].swept = true;
		site.devices[d].entry = &entry;
		site_device_test(&site, "ssh", d, TRANSPORT_TCP, 22,
				 PHASE_CONNECT,
				 i == 4 ? CAUSE_REFUSED : CAUSE_TIMEOUT);
	}
	assert_int_equal(evidence_wanted(&site.plan, &site.results, wishes, 64),
			 0);
	/* Where nobody answers, the network is what fails. */
	site.results.items[4].outcome.cause = CAUSE_TIMEOUT;
	assert_int_equal(wanted(EVIDENCE_HOP_WALK), 1);
	assert_int_equal(wanted(EVIDENCE_NEIGHBOUR), 1);
}

/* One firewall over two families? Its link-layer address tells. */
static void blockers(void **state)
{
	(void)state;
	site_icmp(site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
			     CAUSE_PROHIBITED),
		  3, 13, "10.0.0.1");
	assert_int_equal(wanted(EVIDENCE_NEIGHBOUR), 0);
	site_icmp(site_https(&site, "a.example", "2001:db8::1", PHASE_CONNECT,
			     CAUSE_PROHIBITED),
		  1, 1, "2001:db8:2::1");
	assert_int_equal(wanted(EVIDENCE_NEIGHBOUR), 2);
	assert_int_equal(wishes[0].addr.family, AF_INET);
	assert_int_equal(wishes[1].addr.family, AF_INET6);
}

/* Names fail: is the gateway there? */
static void names(void **state)
{
	(void)state;
	site_https(&site, "a.example", NULL, PHASE_RESOLVE, CAUSE_TIMEOUT);
	assert_int_equal(wanted(EVIDENCE_NEIGHBOUR), 1);
}

static void routes(void **state)
{
	(void)state;
	for (size_t i = 0; i < 3; i++)
		site_https(&site, "a.example", "203.0.113.1", PHASE_LOCAL,
			   CAUSE_UNREACHABLE)
		    ->why = WHY_LOCAL;
	assert_int_equal(wanted(EVIDENCE_ROUTE), 1);
}

/* Behind a proxy there is no path of ours to walk. */
static void proxied(void **state)
{
	(void)state;
	site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	site.specs[0].via_proxy = true;
	assert_int_equal(wanted(EVIDENCE_HOP_WALK), 0);
}

/* Never more than asked for, or than the bound. */
static void bounded(void **state)
{
	(void)state;
	for (size_t i = 0; i < 100; i++)
		site_test(&site, "tcp", "a.example", TRANSPORT_TCP,
			  (uint16_t)(1000 + i), "203.0.113.1", PHASE_CONNECT,
			  CAUSE_TIMEOUT);
	assert_int_equal(evidence_wanted(&site.plan, &site.results, wishes, 64),
			 EVIDENCE_WANTED_MAX);
	assert_int_equal(evidence_wanted(&site.plan, &site.results, wishes, 3),
			 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    story(nothing),        story(one_walk_a_port), story(resets),
	    story(resets_on_link), story(neighbours),      story(blockers),
	    story(absent),         story(names),           story(routes),
	    story(proxied),        story(bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
