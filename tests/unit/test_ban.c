/* A host that blocks this one while the run goes on; each story with a twin
 * that must not be taken for it. */
#include "tests/unit/story.h"

#include "report/ban.h"
#include "report/controls/controls_plan.h"

enum { SECOND = 1000000 };

/* The newest device; then its tests, a second apart. */
static size_t device, now;

static void host(const char *address)
{
	device = site_device(&site, address, address, "windows");
}

static struct result *at(uint16_t port, enum phase phase, enum cause cause)
{
	struct result *r = site_device_test(&site, "tcp", device, TRANSPORT_TCP,
					    port, phase, cause);

	site.results.started_us = SECOND;
	r->tried_us[0] = (int64_t)(++now + 1) * SECOND;
	r->over_us = r->tried_us[0] + SECOND / 2;
	if (cause == CAUSE_OK || phase > PHASE_CONNECT)
		r->heard_us = r->tried_us[0] + 1000;
	return r;
}

static void open_port(uint16_t port)
{
	at(port, PHASE_REPLY, CAUSE_OK);
}

static void shut(size_t ports, enum cause cause)
{
	for (size_t i = 0; i < ports; i++)
		at((uint16_t)(9000 + i), PHASE_CONNECT, cause);
}

static void control(size_t result, const char *cause)
{
	struct evidence *e = site_evidence(&site, EVIDENCE_CONTROL);

	e->result = result;
	e->addr = site.results.items[result].addr;
	e->port = site.results.items[result].port;
	facts_string(&e->observed, "what", BAN_WHAT);
	facts_bool(&e->observed, "ok", strcmp(cause, "ok") == 0);
	facts_string(&e->observed, "cause", cause);
}

static size_t asked(void)
{
	static struct evidence_request wishes[64];
	struct correlation *s = correlation_new(&site.plan, &site.results);
	size_t count = controls_plan(s, 1, wishes, 64), found = 0;

	correlation_free(s);
	for (size_t i = 0; i < count; i++)
		found += wishes[i].what != NULL &&
			 strcmp(wishes[i].what, BAN_WHAT) == 0;
	return found;
}

/* Two ports that were open; not where too few failed since then. */
static void questions(void **state)
{
	(void)state;
	host("10.2.1.1");
	open_port(22);
	open_port(80);
	open_port(443);
	shut(2, CAUSE_TIMEOUT);
	assert_int_equal(asked(), 0);
	shut(3, CAUSE_TIMEOUT);
	assert_int_equal(asked(), 2);
	open_port(445);
	assert_int_equal(asked(), 0);
}

static void banned(void **state)
{
	const struct finding *f;

	(void)state;
	host("10.2.1.1");
	open_port(22);
	at(80, PHASE_REPLY, CAUSE_TIMEOUT); /* cut off after it opened */
	shut(4, CAUSE_TIMEOUT);
	control(0, "timeout");
	control(1, "timeout");
	f = expect_only("blocked-meanwhile", OWNER_DEVICE, false);
	assert_int_equal(f->result_count, 5);
	expect_line(f,
		    "10.2.1.1 port 22 was open before; asked again: timeout");
	for (size_t i = 0; i < f->remedy_count; i++)
		assert_null(strstr(f->remedy[i], "llow tcp/"));
}

/* Still open: those ports are closed for another reason. */
static void banned_twin(void **state)
{
	(void)state;
	host("10.2.1.1");
	open_port(22);
	open_port(80);
	shut(4, CAUSE_TIMEOUT);
	control(0, "timeout");
	control(1, "ok");
	expect_no("blocked-meanwhile");
}

/* By refusal: as fail2ban does it. What was silent before, is not of it. */
static void refused(void **state)
{
	(void)state;
	host("10.2.1.1");
	at(8443, PHASE_CONNECT, CAUSE_TIMEOUT);
	open_port(22);
	shut(3, CAUSE_REFUSED);
	control(1, "refused");
	site_report(&site);
	assert_int_equal(site_finding(&site, "blocked-meanwhile")->result_count,
			 3);
	assert_null(site_finding(&site, "service-down"));
}

/* The host is gone from the link: it blocks nobody. */
static void gone(void **state)
{
	struct evidence *e;

	(void)state;
	host("10.0.0.7");
	open_port(22);
	shut(3, CAUSE_TIMEOUT);
	for (size_t i = 0; i < site.results.count; i++)
		site.results.items[i].on_link = true;
	control(0, "timeout");
	e = site_evidence(&site, EVIDENCE_NEIGHBOUR);
	facts_string(&e->observed, "state", "failed");
	expect_no("blocked-meanwhile");
}

/* Several hosts: something in front of them. One cause. */
static void several(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		host(i == 0 ? "10.2.1.1" : "10.2.1.2");
		open_port(22);
		shut(3, CAUSE_TIMEOUT);
	}
	control(0, "timeout");
	control(4, "timeout");
	assert_int_equal(expect_only("blocked-meanwhile", OWNER_FIREWALL, false)
			     ->result_count,
			 6);
}

/* The whole source -------------------------------------------------------- */

/* A test of a host of its own, a second after the one before. */
static struct result *other(const char *address, enum phase phase,
			    enum cause cause)
{
	host(address);
	return at(443, phase, cause);
}

static void all_banned(void)
{
	struct evidence *e;

	other("10.2.1.1", PHASE_REPLY, CAUSE_OK);
	other("10.2.1.2", PHASE_REPLY, CAUSE_OK);
	for (size_t i = 3; i < 7; i++)
		other(arena_printf(&site.arena, "10.2.%zu.1", i), PHASE_CONNECT,
		      CAUSE_TIMEOUT);
	control(0, "timeout");
	control(1, "timeout");
	e = site_evidence(&site, EVIDENCE_HOP_WALK);
	facts_bool(&e->observed, "reached", false);
	facts_append(&e->observed, "hops", "10.0.0.1");
	facts_append(&e->observed, "hops-at", "1 10.0.0.1");
	facts_number(&e->observed, "last-hop", 1);
	facts_string(&e->observed, "last-hop-address", "10.0.0.1");
}

/* The last two that opened are asked again; not where too few are silent. */
static void source_questions(void **state)
{
	(void)state;
	other("10.2.1.1", PHASE_REPLY, CAUSE_OK);
	other("10.2.1.2", PHASE_REPLY, CAUSE_OK);
	other("10.2.3.1", PHASE_CONNECT, CAUSE_TIMEOUT);
	other("10.2.4.1", PHASE_CONNECT, CAUSE_TIMEOUT);
	assert_int_equal(asked(), 0);
	other("10.2.5.1", PHASE_CONNECT, CAUSE_TIMEOUT);
	assert_int_equal(asked(), 2);
	other("10.2.6.1", PHASE_CONNECT, CAUSE_REFUSED);
	assert_int_equal(asked(), 0);
}

static void source(void **state)
{
	const struct finding *f;

	(void)state;
	all_banned();
	f = expect_only("blocked-meanwhile", OWNER_FIREWALL, false);
	assert_int_equal(f->result_count, 4);
	assert_int_equal(f->hop, 1);
	expect_line(f, "addresses that are silent since: 4");
	expect_line(f, "10.2.1.2 port 443 was open before; asked again: "
		       "timeout");
}

/* An agent that had answered, and was silent to its community then. */
static void source_and_agent(void **state)
{
	size_t agent = site_device(&site, "switch", "10.2.9.1", "snmp");
	struct result *r;

	(void)state;
	r = site_device_test(&site, "snmp", agent, TRANSPORT_UDP, 161,
			     PHASE_REPLY, CAUSE_REJECTED);
	r->tried_us[0] = SECOND;
	r->heard_us = SECOND + 2;
	r->over_us = 90LL * SECOND;
	facts_string(&r->facts, "engine-id", "80001f88");
	facts_bool(&r->facts, "agent-alive", true);
	facts_string(&r->facts, "refusal", "silent");
	expect_only("snmp-community-or-acl", OWNER_DEVICE, false);
	all_banned();
	site.results.evidence[0].result++;
	site.results.evidence[1].result++;
	assert_int_equal(expect_only("blocked-meanwhile", OWNER_FIREWALL, false)
			     ->result_count,
			 5);
}

/* One that is still open, one that answers later, or no hop that replies. */
static void source_twin(void **state)
{
	(void)state;
	all_banned();
	facts_free(&site.results.evidence[1].observed);
	facts_string(&site.results.evidence[1].observed, "what", BAN_WHAT);
	facts_string(&site.results.evidence[1].observed, "cause", "ok");
	expect_no("blocked-meanwhile");
	end(state);
	begin(state);
	all_banned();
	other("10.2.8.1", PHASE_REPLY, CAUSE_OK);
	expect_no("blocked-meanwhile");
	end(state);
	begin(state);
	all_banned();
	facts_free(&site.results.evidence[2].observed);
	site.results.evidence_count = 2;
	expect_no("blocked-meanwhile");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    story(questions),        story(banned), story(banned_twin),
	    story(refused),          story(gone),   story(several),
	    story(source_questions), story(source), story(source_twin),
	    story(source_and_agent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
