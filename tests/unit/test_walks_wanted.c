/* The steps of the second round: which walks and resets are looked at, and
 * when there is nothing more to ask. */
#include "tests/unit/story.h"

#include "report/controls/controls_plan.h"

static struct evidence_request wishes[64];

static size_t plan_step(unsigned step)
{
	struct correlation *s = correlation_new(&site.plan, &site.results);
	size_t count = controls_plan(s, step, wishes, 64);

	correlation_free(s);
	assert_true(count <= EVIDENCE_WANTED_MAX);
	return count;
}

static size_t wanted(unsigned step, enum evidence_kind kind)
{
	size_t count = plan_step(step), of = 0;

	for (size_t i = 0; i < count; i++)
		of += wishes[i].kind == kind;
	return of;
}

static void about(struct evidence *e, size_t result)
{
	const struct result *r = &site.results.items[result];

	e->result = result;
	e->addr = r->addr;
	e->port = r->port;
	e->transport = r->spec->transport;
}

static struct evidence *walk(size_t result, int64_t hop)
{
	struct evidence *e = site_evidence(&site, EVIDENCE_HOP_WALK);

	about(e, result);
	facts_bool(&e->observed, "reached", false);
	if (hop > 0)
		facts_number(&e->observed, "last-hop", hop);
	return e;
}

static void silent(size_t count)
{
	for (size_t i = 0; i < count; i++)
		site_https(&site,
			   arena_printf(&site.arena, "a.h%zu.example", i / 4),
			   arena_printf(&site.arena, "203.0.113.%zu", i + 1),
			   PHASE_CONNECT, CAUSE_TIMEOUT);
}

/* From where the first one ended, other owners first; then no more. */
static void others(void **state)
{
	(void)state;
	silent(20);
	assert_int_equal(wanted(0, EVIDENCE_HOP_WALK), 1);
	walk(0, 2);
	assert_int_equal(wanted(1, EVIDENCE_HOP_WALK), 6);
	for (size_t i = 0; i < 6; i++) {
		assert_int_equal(wishes[i].first_ttl, 2);
		assert_int_equal(wishes[i].delay_us, 0);
	}
	for (size_t i = 0; i < 4; i++) /* h1 to h4: another owner each */
		assert_int_equal(wishes[i].result, 4 * (i + 1));
	assert_int_equal(wishes[4].result, 1);
	for (size_t i = 1; i < 7; i++)
		walk(i, 2);
	assert_int_equal(plan_step(2), 0);
}

static void one_host(void **state)
{
	(void)state;
	silent(1);
	walk(0, 2);
	assert_int_equal(plan_step(1), 0);
}

/* Met nobody, while something is heard: once more, one after the other. */
static void again(void **state)
{
	(void)state;
	site_control(&site);
	for (uint16_t i = 0; i < 5; i++)
		site_test(&site, "tcp", "a.example", TRANSPORT_TCP,
			  (uint16_t)(8000 + i), "203.0.113.1", PHASE_CONNECT,
			  CAUSE_TIMEOUT);
	for (size_t i = 1; i < 6; i++)
		walk(i, 0);
	assert_int_equal(wanted(1, EVIDENCE_HOP_WALK), 3);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(wishes[i].first_ttl, 0);
		assert_int_equal(wishes[i].delay_us, (int64_t)i * 1000000);
		walk(i + 1, i == 0 ? 1 : 0);
	}
	assert_int_equal(wanted(2, EVIDENCE_HOP_WALK), 2);
	walk(4, 0);
	walk(5, 0);
	assert_int_equal(plan_step(3), 0);
}

/* Nothing of the family was ever heard: nobody would reply. */
static void again_twin(void **state)
{
	(void)state;
	silent(1);
	walk(0, 0);
	assert_int_equal(plan_step(1), 0);
}

static void expired(void **state)
{
	(void)state;
	site_icmp(site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
			     CAUSE_UNREACHABLE),
		  11, 0, "198.51.100.1");
	assert_int_equal(wanted(0, EVIDENCE_HOP_WALK), 1);
	site.results.items[0].outcome.icmp_type = 3;
	addr_parse(&site.results.items[0].outcome.blocker, "10.0.0.1");
	assert_int_equal(wanted(0, EVIDENCE_HOP_WALK), 0);
}

/* Which hop is the router that prohibits? The first one is known. */
static void told(void **state)
{
	struct result *r;

	(void)state;
	r = site_icmp(site_https(&site, "a.example", "203.0.113.1",
				 PHASE_CONNECT, CAUSE_PROHIBITED),
		      3, 13, "198.51.100.1");
	assert_int_equal(wanted(0, EVIDENCE_HOP_WALK), 1);
	walk(0, 0);
	assert_int_equal(plan_step(1), 0);
	addr_parse(&r->outcome.blocker, "10.0.0.1");
	assert_int_equal(wanted(0, EVIDENCE_HOP_WALK), 0);
}

/* A rule of a router explains the silent rest of its port. */
static void told_of_others(void **state)
{
	(void)state;
	silent(5);
	walk(0, 1);
	assert_int_equal(wanted(1, EVIDENCE_HOP_WALK), 4);
	site_icmp(site_https(&site, "z.example", "203.0.113.99", PHASE_CONNECT,
			     CAUSE_PROHIBITED),
		  3, 13, "10.0.0.1");
	assert_int_equal(wanted(1, EVIDENCE_HOP_WALK), 0);
}

/* A walk without an end is a loop, which more walks do not make clearer. */
static void endless(void **state)
{
	(void)state;
	silent(20);
	walk(0, 16);
	for (size_t i = 1; i < 7; i++)
		walk(i, 0);
	assert_int_equal(wanted(1, EVIDENCE_HOP_WALK), 3);
	assert_int_equal(plan_step(2), 0);
}

/* Resets ------------------------------------------------------------------ */

static void refused(void)
{
	size_t a = site_device(&site, "a", "10.2.1.1", "snmp");

	site_device_test(&site, "ssh", a, TRANSPORT_TCP, 22, PHASE_CONNECT,
			 CAUSE_REFUSED);
	facts_number(&walk(0, 1)->observed, "reset-at", 2);
}

/* Walked, then measured, and compared with an echo where it answers one. */
static void resets(void **state)
{
	struct evidence *e;

	(void)state;
	refused();
	assert_int_equal(plan_step(1), 2);
	assert_int_equal(wishes[0].kind, EVIDENCE_RESET_TTL);
	assert_int_equal(wishes[0].reset_at, 2);
	assert_int_equal(wishes[1].talk, TALK_ECHO);
	e = site_evidence(&site, EVIDENCE_RESET_TTL);
	facts_number(&e->observed, "reset-at", 2);
	facts_bool(&e->observed, "nearer", true);
	assert_int_equal(plan_step(2), 0); /* the echo was not answered */
	site_asked(&site, "ping", "ok");
	facts_number(
	    &site.results.evidence[site.results.evidence_count - 1].observed,
	    "answer-ttl", 63);
	assert_int_equal(plan_step(2), 1);
	assert_int_equal(wishes[0].ttl, 63);
	e = site_evidence(&site, EVIDENCE_RESET_TTL);
	facts_number(&e->observed, "answer-ttl", 63);
	facts_bool(&e->observed, "agrees", false);
	assert_int_equal(plan_step(3), 0);
}

/* No router replied before a reset that came from nearer than the host: once
 * more, when they may have errors to send again. */
static void resets_bare(void **state)
{
	size_t a = site_device(&site, "a", "10.2.1.1", "snmp");
	struct evidence *e;

	(void)state;
	site_device_test(&site, "icmp", a, TRANSPORT_ICMP, 0, PHASE_REPLY,
			 CAUSE_OK);
	site_device_test(&site, "ssh", a, TRANSPORT_TCP, 22, PHASE_CONNECT,
			 CAUSE_REFUSED);
	e = site_evidence(&site, EVIDENCE_HOP_WALK);
	facts_bool(&e->observed, "reached", true);
	facts_number(&e->observed, "reset-at", 2);
	assert_int_equal(wanted(1, EVIDENCE_HOP_WALK), 0);
	e = site_evidence(&site, EVIDENCE_RESET_TTL);
	facts_bool(&e->observed, "nearer", true);
	assert_int_equal(wanted(1, EVIDENCE_HOP_WALK), 1);
	e = site_evidence(&site, EVIDENCE_HOP_WALK);
	facts_number(&e->observed, "reset-at", 2);
	assert_int_equal(wanted(1, EVIDENCE_HOP_WALK), 0);
}

/* The first device away made it: there is nothing to measure. */
static void resets_first(void **state)
{
	size_t a = site_device(&site, "a", "10.2.1.1", "snmp");

	(void)state;
	site_device_test(&site, "ssh", a, TRANSPORT_TCP, 22, PHASE_CONNECT,
			 CAUSE_REFUSED);
	facts_number(&walk(0, 0)->observed, "reset-at", 1);
	facts_bool(&site.results.evidence[0].observed, "reached", true);
	assert_int_equal(plan_step(1), 0);
}

/* In a network that is swept, a closed port is no failure. */
static void resets_swept(void **state)
{
	size_t a = site_device(&site, "a", "10.2.1.1", "snmp");

	(void)state;
	site.devices[a].swept = true;
	site_device_test(&site, "ssh", a, TRANSPORT_TCP, 22, PHASE_CONNECT,
			 CAUSE_REFUSED);
	assert_int_equal(wanted(0, EVIDENCE_HOP_WALK), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    story(others),         story(one_host),     story(again),
	    story(again_twin),     story(expired),      story(told),
	    story(told_of_others), story(endless),      story(resets),
	    story(resets_bare),    story(resets_first), story(resets_swept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
