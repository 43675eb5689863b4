/* Connections that open nearer than their host: which paths are asked, and what
 * it means. */
#include "tests/unit/story.h"

#include "report/controls/controls_plan.h"
#include "report/nearer.h"

static struct evidence_request wishes[64];
static size_t wish_count;

static void plan_step(unsigned step)
{
	struct correlation *s = correlation_new(&site.plan, &site.results);

	wish_count = controls_plan(s, step, wishes, 64);
	correlation_free(s);
}

/* Requests of that name with so many hops. */
static size_t asked(const char *what, int hops)
{
	size_t found = 0;

	for (size_t i = 0; i < wish_count; i++)
		found += wishes[i].what != NULL && wishes[i].ttl == hops &&
			 strcmp(wishes[i].what, what) == 0;
	return found;
}

/* A device whose SMB port opens; its ping comes back with that time to live. */
static struct result *windows(const char *address, int ttl)
{
	size_t a = site_device(&site, address, address, "windows");
	struct result *r;

	if (ttl > 0)
		site_device_test(&site, "icmp", a, TRANSPORT_ICMP, 0,
				 PHASE_REPLY, CAUSE_OK)
		    ->reply_ttl = ttl;
	r = site_device_test(&site, "tcp", a, TRANSPORT_TCP, 445, PHASE_CONNECT,
			     CAUSE_OK);
	r->proof = PROOF_CONNECT;
	site.specs[site.plan.spec_count - 1].proof = PROOF_PATH;
	return r;
}

static size_t last(void)
{
	return site.results.count - 1;
}

static struct evidence *seen(const char *what, size_t result, uint16_t port,
			     int hops, const char *cause)
{
	struct evidence *e = site_evidence(&site, EVIDENCE_CONTROL);
	bool ok = strcmp(cause, "ok") == 0;

	e->result = result;
	e->addr = site.results.items[result].addr;
	e->port = port;
	e->transport = port == 0 ? TRANSPORT_ICMP : TRANSPORT_TCP;
	facts_string(&e->observed, "what", what);
	facts_bool(&e->observed, "ok", ok);
	facts_bool(&e->observed, "connected", ok);
	facts_string(&e->observed, "cause", cause);
	facts_number(&e->observed, "hops-given", hops);
	facts_bool(&e->observed, "expired", strcmp(cause, "unreachable") == 0);
	return e;
}

static void opens(size_t result, int hops)
{
	seen(NEARER_WHAT, result, site.results.items[result].port, hops, "ok");
}

/* An echo request with so few hops dies at a router. */
static void is_beyond(size_t result, int hops, const char *router)
{
	struct evidence *e =
	    seen(NEARER_BEYOND_WHAT, result, 0, hops, "unreachable");

	facts_string(&e->observed, "blocker", router);
}

/* One hop fewer than there are routers and the host; after all else. */
static void questions(void **state)
{
	(void)state;
	windows("10.2.1.20", 126);
	plan_step(0);
	assert_int_equal(asked(NEARER_WHAT, 2), 0);
	plan_step(1);
	assert_int_equal(asked(NEARER_WHAT, 2), 1);
	opens(last(), 2);
	plan_step(2);
	assert_int_equal(asked(NEARER_WHAT, 2), 0);
	assert_int_equal(asked(NEARER_BEYOND_WHAT, 2), 2);
	is_beyond(last(), 2, "10.0.9.1");
	plan_step(3);
	assert_int_equal(asked(NEARER_WHAT, 1), 1);
	assert_int_equal(asked(NEARER_BEYOND_WHAT, 1), 2);
}

/* Where no answer tells how far the host is, it is asked; on this network, and
 * where the service answered, there is no question. */
static void questions_twin(void **state)
{
	(void)state;
	windows("10.2.1.20", 0);
	plan_step(0);
	assert_int_equal(asked(NEARER_ECHO_WHAT, 0), 1);
	plan_step(1);
	assert_int_equal(asked(NEARER_WHAT, 1), 0);
	windows("10.2.2.20", 64)->on_link = true;
	windows("10.2.3.20", 63)->proof = PROOF_SERVICE;
	plan_step(1);
	assert_int_equal(asked(NEARER_WHAT, 1), 0);
}

static void bounded(void **state)
{
	(void)state;
	for (size_t i = 0; i < 20; i++)
		windows(arena_printf(&site.arena, "10.2.%d.%zu", i < 18 ? 1 : 2,
				     i + 1),
			63);
	plan_step(1);
	assert_int_equal(asked(NEARER_WHAT, 1), CONTROLS_NEARER_PATHS);
}

static void accepted(void **state)
{
	const struct finding *f;

	(void)state;
	windows("10.2.1.20", 63);
	opens(last(), 1);
	is_beyond(last(), 1, "10.0.0.1");
	f = expect_only("accepted-nearer", OWNER_FIREWALL, false);
	assert_string_equal(f->title,
			    "An intermediate device accepts connections on "
			    "tcp/445 instead of 10.2.1.20 at or before hop 1, "
			    "10.0.0.1 (default gateway)");
	assert_int_equal(f->where, WHERE_HOP);
	assert_int_equal(f->hop, 1);
	expect_line(f, "port 445 opens with a time to live of 1");
	expect_line(f, "an echo request with a time to live of 1 expires at "
		       "10.0.0.1");
	assert_int_equal(site_verdict(&site, "lan.tcp.1"), VERDICT_WARN);
}

/* The path back is longer: so few hops do reach the host. */
static void accepted_twin(void **state)
{
	(void)state;
	windows("10.2.1.20", 62);
	opens(last(), 2);
	seen(NEARER_BEYOND_WHAT, last(), 0, 2, "ok");
	seen(NEARER_BEYOND_WHAT, last(), 49151, 2, "refused");
	expect_none();
	assert_int_equal(site_verdict(&site, "lan.tcp.1"), VERDICT_PASS);
}

/* It opens with few hops, and nothing tells where the host is. */
static void unknown(void **state)
{
	(void)state;
	windows("10.2.1.20", 62);
	opens(last(), 2);
	seen(NEARER_BEYOND_WHAT, last(), 0, 2, "timeout");
	seen(NEARER_BEYOND_WHAT, last(), 49151, 2, "timeout");
	expect_none();
}

/* With fewer hops it does not open: the place is the nearest that does. */
static void place(void **state)
{
	const struct finding *f;

	(void)state;
	windows("10.2.1.20", 61);
	opens(last(), 3);
	is_beyond(last(), 3, "10.0.9.1");
	opens(last(), 2);
	is_beyond(last(), 2, "10.0.8.1");
	seen(NEARER_WHAT, last(), 445, 1, "unreachable");
	f = expect_only("accepted-nearer", OWNER_FIREWALL, false);
	assert_int_equal(f->hop, 2);
	assert_non_null(strstr(f->title, "hop 2, 10.0.8.1"));
}

/* Behind the box the service is silent: a Windows device must have it. */
static void no_service(void **state)
{
	struct requirement *q;
	const struct finding *f;

	(void)state;
	windows("10.2.1.20", 63);
	q = &site.requirements[site.plan.requirement_count - 1];
	opens(last(), 1);
	is_beyond(last(), 1, "10.0.0.1");
	seen(NEARER_SERVICE_WHAT, last(), 445, 0, "timeout");
	f = expect_only("accepted-nearer", OWNER_FIREWALL, false);
	expect_line(f, "an SMB negotiation is not answered");
	q->silence_exempt_type = "windows";
	site_report(&site);
	assert_int_equal(site_verdict(&site, "lan.tcp.1"), VERDICT_FAIL);
	q->silence_exempt_type = "snmp";
	site_report(&site);
	assert_int_equal(site_verdict(&site, "lan.tcp.1"), VERDICT_WARN);
}

/* A box that passes all of it on is no obstacle. */
static void no_service_twin(void **state)
{
	(void)state;
	windows("10.2.1.20", 63);
	opens(last(), 1);
	is_beyond(last(), 1, "10.0.0.1");
	seen(NEARER_SERVICE_WHAT, last(), 445, 0, "ok");
	expect_none();
	assert_int_equal(site_verdict(&site, "lan.tcp.1"), VERDICT_PASS);
}

/* At a provider's router it is none of the site's devices. */
static void at_provider(void **state)
{
	(void)state;
	site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT, CAUSE_OK)
	    ->proof = PROOF_CONNECT;
	site.specs[site.plan.spec_count - 1].proof = PROOF_CONNECT;
	opens(last(), 2);
	is_beyond(last(), 2, "198.51.100.1");
	expect_only("accepted-nearer", OWNER_INTERNET, false);
}

/* What opens and says nothing is the box, too, and not the device. */
static void silent(void **state)
{
	size_t a = site_device(&site, "a", "10.2.1.1", "windows");

	(void)state;
	site_device_test(&site, "winrm", a, TRANSPORT_TCP, 5985, PHASE_REPLY,
			 CAUSE_TIMEOUT);
	expect_only("service-silent", OWNER_DEVICE, false);
	opens(last(), 1);
	is_beyond(last(), 1, "10.0.0.1");
	expect_only("accepted-nearer", OWNER_FIREWALL, false);
	assert_int_equal(site_verdict(&site, "lan.winrm.0"), VERDICT_FAIL);
}

static void resets(void **state)
{
	size_t a = site_device(&site, "a", "10.2.1.1", "windows");

	(void)state;
	site_device_test(&site, "winrm", a, TRANSPORT_TCP, 5985, PHASE_REPLY,
			 CAUSE_RESET);
	seen(NEARER_WHAT, last(), 5985, 1, "unreachable");
	is_beyond(last(), 1, "10.0.0.1");
	expect_only("service-resets", OWNER_DEVICE, false);
	seen(NEARER_WHAT, last(), 5985, 1, "reset");
	site.results.evidence[0].port = 1; /* and that one was another port */
	expect_only("accepted-nearer", OWNER_FIREWALL, false);
}

/* Those that were not asked are as the others of their network, on that port,
 * if all of them are alike. */
static void inferred(void **state)
{
	(void)state;
	for (size_t i = 0; i < 4; i++) {
		windows(arena_printf(&site.arena, "10.2.%d.%zu", i < 3 ? 1 : 2,
				     i + 1),
			63);
		if (i > 1)
			continue;
		opens(last(), 1);
		is_beyond(last(), 1, "10.0.0.1");
	}
	assert_true(
	    expect_only("accepted-nearer", OWNER_FIREWALL, false)->inferred);
	assert_int_equal(site.report->findings[0].result_count, 3);
	seen(NEARER_WHAT, 5, 445, 1, "unreachable");
	assert_int_equal(
	    expect_only("accepted-nearer", OWNER_FIREWALL, false)->result_count,
	    2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    story(questions),       story(questions_twin), story(bounded),
	    story(accepted),        story(accepted_twin),  story(unknown),
	    story(place),           story(silent),         story(resets),
	    story(inferred),        story(no_service),     story(at_provider),
	    story(no_service_twin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
