/* Open ports that prove nothing: which hosts are asked, and what it means. */
#include "tests/unit/story.h"

#include "report/controls/controls_plan.h"
#include "report/open_ports.h"

static struct evidence_request wishes[64];

static size_t asked(unsigned step, uint16_t port)
{
	struct correlation *s = correlation_new(&site.plan, &site.results);
	size_t count = controls_plan(s, step, wishes, 64), found = 0;

	correlation_free(s);
	for (size_t i = 0; i < count; i++)
		found += wishes[i].what != NULL &&
			 strcmp(wishes[i].what, OPEN_PORTS_WHAT) == 0 &&
			 wishes[i].port == port;
	return found;
}

/* A printer takes connections, and that is all that is known of it. */
static struct result *printer(const char *address)
{
	size_t a = site_device(&site, address, address, "printer");
	struct result *r =
	    site_device_test(&site, "jetdirect", a, TRANSPORT_TCP, 9100,
			     PHASE_CONNECT, CAUSE_OK);

	r->proof = PROOF_CONNECT;
	site.specs[site.plan.spec_count - 1].proof = PROOF_CONNECT;
	return r;
}

static void control(size_t result, uint16_t port, const char *cause)
{
	struct evidence *e = site_evidence(&site, EVIDENCE_CONTROL);

	e->result = result;
	e->addr = site.results.items[result].addr;
	e->port = port;
	facts_string(&e->observed, "what", OPEN_PORTS_WHAT);
	facts_bool(&e->observed, "ok", strcmp(cause, "ok") == 0);
	facts_string(&e->observed, "cause", cause);
}

static void accepted(size_t result)
{
	control(result, OPEN_PORTS_FIRST, "ok");
	control(result, OPEN_PORTS_SECOND, "ok");
}

/* Each host once, on one port; the other port where that one opened. */
static void questions(void **state)
{
	(void)state;
	printer("10.2.1.1");
	printer("10.2.1.1");
	printer("2001:db8::1");
	assert_int_equal(asked(0, OPEN_PORTS_FIRST), 2);
	assert_int_equal(asked(0, OPEN_PORTS_SECOND), 0);
	control(0, OPEN_PORTS_FIRST, "refused");
	control(2, OPEN_PORTS_FIRST, "ok");
	assert_int_equal(asked(1, OPEN_PORTS_SECOND), 1);
	control(2, OPEN_PORTS_SECOND, "ok");
	assert_int_equal(asked(1, OPEN_PORTS_SECOND), 0);
}

/* What answered with its own protocol needs no such question, nor what did not
 * open; what opened and said nothing does, unless its host answers otherwise.
 */
static void questions_twin(void **state)
{
	size_t a = site_device(&site, "a", "10.2.1.1", "network-element");

	(void)state;
	site_device_test(&site, "telnet", a, TRANSPORT_TCP, 23, PHASE_CONNECT,
			 CAUSE_REFUSED);
	assert_int_equal(asked(0, OPEN_PORTS_FIRST), 0);
	site_device_test(&site, "https", a, TRANSPORT_TCP, 443, PHASE_TLS,
			 CAUSE_TIMEOUT);
	assert_int_equal(asked(0, OPEN_PORTS_FIRST), 1);
	site_device_test(&site, "ssh", a, TRANSPORT_TCP, 22, PHASE_REPLY,
			 CAUSE_OK);
	assert_int_equal(asked(0, OPEN_PORTS_FIRST), 0);
}

/* Few packets: eight hosts of a family, of as many networks as there are. */
static void bounded(void **state)
{
	size_t other = 0;

	(void)state;
	for (size_t i = 0; i < 20; i++)
		printer(arena_printf(&site.arena, "10.2.%d.%zu", i < 18 ? 1 : 2,
				     i + 1));
	assert_int_equal(asked(0, OPEN_PORTS_FIRST), 8);
	for (size_t i = 0; i < 8; i++)
		other += wishes[i].addr.bytes[2] == 2;
	assert_int_equal(other, 1);
}

static void accepts(void **state)
{
	const struct finding *f;

	(void)state;
	printer("10.2.1.1");
	accepted(0);
	f = expect_only("accepts-every-port", OWNER_FIREWALL, false);
	assert_string_equal(f->evidence_ids[1], "e2");
	expect_line(f, "10.2.1.1 port 49151 opens");
	assert_int_equal(site_verdict(&site, "lan.jetdirect.0"), VERDICT_WARN);
	assert_int_equal(site.report->devices[0].state, DEVICE_SILENT);
}

/* A service may have one of them after all; both are another matter. */
static void accepts_twin(void **state)
{
	(void)state;
	printer("10.2.1.1");
	control(0, OPEN_PORTS_FIRST, "ok");
	control(0, OPEN_PORTS_SECOND, "refused");
	expect_none();
	assert_int_equal(site_verdict(&site, "lan.jetdirect.0"), VERDICT_PASS);
}

/* It accepts, and resets then: no service of the host does that, and it is one
 * box on all ports. */
static void accepts_and_resets(void **state)
{
	size_t a = site_device(&site, "a", "10.2.1.1", "network-element");

	(void)state;
	site_device_test(&site, "ssh", a, TRANSPORT_TCP, 22, PHASE_REPLY,
			 CAUSE_RESET);
	site_device_test(&site, "smb", a, TRANSPORT_TCP, 445, PHASE_REPLY,
			 CAUSE_TIMEOUT);
	control(0, OPEN_PORTS_FIRST, "reset");
	control(0, OPEN_PORTS_SECOND, "reset");
	assert_int_equal(
	    expect_only("accepts-every-port", OWNER_FIREWALL, false)
		->result_count,
	    2);
	assert_int_equal(site_verdict(&site, "lan.ssh.0"), VERDICT_FAIL);
}

/* What it says there is no service's either: one box has one owner. */
static void accepts_and_talks(void **state)
{
	size_t a = site_device(&site, "a", "10.2.1.1", "network-element");

	(void)state;
	site_device_test(&site, "ssh", a, TRANSPORT_TCP, 22, PHASE_REPLY,
			 CAUSE_BAD_REPLY);
	site_device_test(&site, "telnet", a, TRANSPORT_TCP, 23, PHASE_REPLY,
			 CAUSE_BAD_REPLY);
	assert_int_equal(asked(0, OPEN_PORTS_FIRST), 1);
	control(0, OPEN_PORTS_FIRST, "refused");
	site_report(&site);
	assert_null(site_finding(&site, "accepts-every-port"));
	assert_non_null(site_finding(&site, "wrong-service"));
	facts_free(&site.results.evidence[0].observed);
	site.results.evidence_count = 0;
	accepted(0);
	assert_int_equal(
	    expect_only("accepts-every-port", OWNER_FIREWALL, false)
		->result_count,
	    2);
}

/* A service that answers is a witness beside it. */
static void service_beside(void **state)
{
	size_t a = site_device(&site, "a", "10.2.1.1", "printer");
	struct result *r;

	(void)state;
	site_device_test(&site, "ssh", a, TRANSPORT_TCP, 22, PHASE_REPLY,
			 CAUSE_OK);
	r = site_device_test(&site, "jetdirect", a, TRANSPORT_TCP, 9100,
			     PHASE_CONNECT, CAUSE_OK);
	r->proof = PROOF_CONNECT;
	site.specs[site.plan.spec_count - 1].proof = PROOF_CONNECT;
	accepted(1);
	site_report(&site);
	assert_int_equal(site_verdict(&site, "lan.ssh.0"), VERDICT_PASS);
	assert_int_equal(site_verdict(&site, "lan.jetdirect.1"), VERDICT_WARN);
}

/* Those that were not asked are as the others of their network, if all of them
 * are alike. */
static void inferred(void **state)
{
	(void)state;
	for (size_t i = 0; i < 4; i++)
		printer(arena_printf(&site.arena, "10.2.%d.%zu", i < 3 ? 1 : 2,
				     i + 1));
	accepted(0);
	accepted(1);
	assert_true(
	    expect_only("accepts-every-port", OWNER_FIREWALL, false)->inferred);
	assert_int_equal(site.report->findings[0].result_count, 3);
	assert_int_equal(site_verdict(&site, "lan.jetdirect.3"), VERDICT_PASS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    story(questions),         story(questions_twin),
	    story(bounded),           story(accepts),
	    story(accepts_twin),      story(accepts_and_resets),
	    story(accepts_and_talks), story(service_beside),
	    story(inferred),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
