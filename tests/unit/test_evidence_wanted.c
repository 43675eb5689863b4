/* Which failures deserve a second look: few, and the telling ones. */
#include "tests/unit/story.h"

#include "report/controls/controls_plan.h"

static struct evidence_request wishes[64];

static size_t plan_step(unsigned step, struct evidence_request *out, size_t max)
{
	struct correlation *s = correlation_new(&site.plan, &site.results);
	size_t count = controls_plan(s, step, out, max);

	correlation_free(s);
	return count;
}

static size_t plan_controls(struct evidence_request *out, size_t max)
{
	return plan_step(0, out, max);
}

static size_t wanted_at(unsigned step, enum evidence_kind kind)
{
	size_t count =
	    plan_step(step, wishes, sizeof wishes / sizeof wishes[0]);
	size_t of_kind = 0;

	assert_true(count <= EVIDENCE_WANTED_MAX);
	for (size_t i = 0; i < count; i++)
		of_kind += wishes[i].kind == kind;
	return of_kind;
}

static size_t wanted(enum evidence_kind kind)
{
	return wanted_at(0, kind);
}

/* A healthy run wants nothing. */
static void nothing(void **state)
{
	(void)state;
	site_control(&site);
	assert_int_equal(plan_controls(wishes, 64), 0);
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
	assert_int_equal(wanted(EVIDENCE_HOP_WALK), 1);
	assert_int_equal(wanted(EVIDENCE_RESET_TTL), 1);
	assert_int_equal(wishes[1].kind, EVIDENCE_RESET_TTL);
	assert_int_equal(wishes[1].ttl, 63);
	assert_int_equal(wishes[1].result, 1);
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
	assert_int_equal(plan_controls(wishes, 64), 1);
	assert_int_equal(wanted(EVIDENCE_WIRE), 1);
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
	assert_int_equal(wishes[0].addr.family, ADDR_V4);
	assert_int_equal(wishes[1].addr.family, ADDR_V6);
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
	assert_int_equal(plan_controls(wishes, 64),
			 EVIDENCE_WANTED_MAX + CONTROLS_WIRE);
	assert_int_equal(plan_controls(wishes, 3), 3);
}

/* Two addresses of a kind are tried while the wire is watched: silent, refused,
 * or not sent; not what a router spoke for, nor where it may not be watched. */
static void watched(void **state)
{
	static const char *const cannot[] = {"min-ttl", "link"};

	(void)state;
	for (size_t i = 0; i < 4; i++)
		site_https(&site, "a.example",
			   arena_printf(&site.arena, "203.0.113.%zu", i / 2),
			   PHASE_CONNECT, CAUSE_TIMEOUT);
	assert_int_equal(wanted(EVIDENCE_WIRE), 2);
	site_http(&site, "a.example", "203.0.113.9", PHASE_CONNECT,
		  CAUSE_REFUSED);
	assert_int_equal(wanted(EVIDENCE_WIRE), 3);
	site_icmp(site_test(&site, "tcp", "a.example", TRANSPORT_TCP, 81,
			    "203.0.113.9", PHASE_CONNECT, CAUSE_PROHIBITED),
		  3, 13, "10.0.0.1");
	site_ok(&site, "203.0.113.10");
	assert_int_equal(wanted(EVIDENCE_WIRE), 3);
	site.results.platform.cannot = cannot;
	site.results.platform.cannot_count = 2;
	assert_int_equal(wanted(EVIDENCE_WIRE), 0);
}

/* The first wish for that control; NULL: none. */
static const struct evidence_request *wish(const char *what)
{
	size_t count = plan_controls(wishes, sizeof wishes / sizeof wishes[0]);

	for (size_t i = 0; i < count; i++)
		if (wishes[i].what != NULL && strcmp(wishes[i].what, what) == 0)
			return &wishes[i];
	return NULL;
}

static size_t count_at(unsigned step, const char *what)
{
	size_t count =
	    plan_step(step, wishes, sizeof wishes / sizeof wishes[0]);
	size_t of = 0;

	for (size_t i = 0; i < count; i++)
		of +=
		    wishes[i].what != NULL && strcmp(wishes[i].what, what) == 0;
	return of;
}

static size_t count_of(const char *what)
{
	return count_at(0, what);
}

/* Open, then silent: once more with small segments, one per port. */
static void segments(void **state)
{
	const struct evidence_request *w;

	(void)state;
	site_https(&site, "a.example", "203.0.113.1", PHASE_TLS, CAUSE_TIMEOUT);
	site_https(&site, "b.example", "203.0.113.2", PHASE_TLS, CAUSE_TIMEOUT);
	site_http(&site, "a.example", "203.0.113.1", PHASE_REPLY,
		  CAUSE_TIMEOUT);
	assert_int_equal(count_of("small-segments"), 2);
	w = wish("small-segments");
	assert_int_equal(w->segment, EVIDENCE_SEGMENT);
	assert_int_equal(w->talk, TALK_TLS);
	assert_string_equal(w->host, "a.example");
	assert_int_equal(w->port, 443);
}

/* A port that stays shut, and one that resets, have nothing to do with it. */
static void segments_twin(void **state)
{
	(void)state;
	site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	site_https(&site, "b.example", "203.0.113.2", PHASE_TLS, CAUSE_RESET);
	assert_null(wish("small-segments"));
}

/* Some hosts answer on the port, others do not: was it our haste? */
static void again(void **state)
{
	(void)state;
	for (size_t i = 0; i < 9; i++) {
		const char *address =
		    arena_printf(&site.arena, "203.0.113.%zu", i + 1);

		/* Two requirements need the same path: one repetition. */
		site_https(&site, "a.example", address, PHASE_CONNECT,
			   CAUSE_TIMEOUT);
		site_https(&site, "a.example", address, PHASE_CONNECT,
			   CAUSE_TIMEOUT);
	}
	assert_null(wish("again"));
	site_https(&site, "b.example", "203.0.113.99", PHASE_REPLY, CAUSE_OK);
	assert_int_equal(count_of("again"), 4);
	/* Before the walk, which is many packets. */
	assert_ptr_equal(wish("again"), &wishes[1]);
	assert_int_equal(wishes[0].kind, EVIDENCE_NEIGHBOUR);
}

static void repeated(unsigned host, bool opened)
{
	site_https(&site, "a.example",
		   arena_printf(&site.arena, "203.0.113.%u", host),
		   PHASE_CONNECT, CAUSE_TIMEOUT);
	site_asked(&site, "again", opened ? "ok" : "timeout");
}

/* A repeat that was lost beside one that opened is made once more, alone. */
static void again_alone(void **state)
{
	(void)state;
	site_https(&site, "b.example", "203.0.113.99", PHASE_REPLY, CAUSE_OK);
	repeated(1, false);
	repeated(2, false);
	assert_int_equal(count_at(3, "again"), 0);
	repeated(3, true);
	assert_int_equal(count_at(3, "again"), 2);
	assert_int_equal(wishes[0].delay_us, 0);
	assert_int_equal(wishes[1].delay_us, 1000000);
}

/* Twice is enough. */
static void again_alone_twin(void **state)
{
	(void)state;
	site_https(&site, "b.example", "203.0.113.99", PHASE_REPLY, CAUSE_OK);
	repeated(1, true);
	repeated(2, false);
	site_asked(&site, "again", "timeout");
	assert_int_equal(count_at(3, "again"), 0);
}

/* Nothing else of the host was tried. */
static void other_port(void **state)
{
	(void)state;
	site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	assert_int_equal(wish("other-port")->port, 80);
	site_http(&site, "b.example", "203.0.113.2", PHASE_CONNECT,
		  CAUSE_TIMEOUT);
	assert_int_equal(count_of("other-port"), 2);
	site_test(&site, "tcp", "a.example", TRANSPORT_TCP, 22, "203.0.113.1",
		  PHASE_CONNECT, CAUSE_TIMEOUT);
	assert_int_equal(count_of("other-port"), 1);
}

/* The run has its control already. */
static void other_port_twin(void **state)
{
	(void)state;
	site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	site_http(&site, "a.example", "203.0.113.1", PHASE_REPLY, CAUSE_OK);
	assert_null(wish("other-port"));
}

/* A device is asked by another port and by ping; not where it answered, or was
 * asked by echo and by a port. */
static void device_asked(void **state)
{
	size_t a = site_device(&site, "a", "10.2.1.1", "snmp");
	struct result *r;

	(void)state;
	site_device_test(&site, "ssh", a, TRANSPORT_TCP, 22, PHASE_CONNECT,
			 CAUSE_TIMEOUT);
	assert_int_equal(wish("other-port")->port, 443);
	assert_int_equal(wish("ping")->talk, TALK_ECHO);
	site_device_test(&site, "snmp", a, TRANSPORT_UDP, 161, PHASE_REPLY,
			 CAUSE_TIMEOUT);
	assert_int_equal(count_of("other-port"), 1);
	assert_int_equal(count_of("ping"), 1);
	r = site_device_test(&site, "icmp", a, TRANSPORT_ICMP, 0, PHASE_LOCAL,
			     CAUSE_LOCAL);
	r->why = WHY_NEEDS_PRIVILEGE;
	assert_int_equal(count_of("other-port"), 1);
	r->why = WHY_NONE;
	r->outcome =
	    (struct outcome){.phase = PHASE_REPLY, .cause = CAUSE_TIMEOUT};
	assert_null(wish("other-port"));
	assert_null(wish("ping"));
}

/* A router may speak of one port only. */
static void device_asked_by_router(void **state)
{
	size_t a = site_device(&site, "a", "10.2.1.1", "snmp");

	(void)state;
	site_icmp(site_device_test(&site, "ssh", a, TRANSPORT_TCP, 22,
				   PHASE_CONNECT, CAUSE_UNREACHABLE),
		  3, 1, "10.0.0.1");
	assert_non_null(wish("other-port"));
	assert_non_null(wish("ping"));
	site_device_test(&site, "tcp", a, TRANSPORT_TCP, 445, PHASE_CONNECT,
			 CAUSE_REFUSED);
	assert_null(wish("ping"));
}

static void devices_bounded(void **state)
{
	(void)state;
	for (size_t i = 0; i < 20; i++)
		site_device_test(
		    &site, "ssh",
		    site_device(&site, arena_printf(&site.arena, "d%zu", i),
				arena_printf(&site.arena, "10.2.1.%zu", i + 10),
				"snmp"),
		    TRANSPORT_TCP, 22, PHASE_CONNECT, CAUSE_TIMEOUT);
	assert_int_equal(count_of("other-port"), 4);
	assert_int_equal(count_of("ping"), 4);
}

/* A network is swept for what is there: its silence needs no controls. */
static void other_port_swept(void **state)
{
	size_t a = site_device(&site, NULL, "10.2.1.1", "any");

	(void)state;
	site.devices[a].swept = true;
	site_device_test(&site, "ssh", a, TRANSPORT_TCP, 22, PHASE_CONNECT,
			 CAUSE_TIMEOUT);
	assert_null(wish("other-port"));
}

static void other_host(void **state)
{
	char address[ADDR_TEXT];

	(void)state;
	site_http(&site, "b.example", "203.0.113.2", PHASE_REPLY, CAUSE_OK);
	site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	assert_string_equal(addr_text(&wish("other-host")->addr, address),
			    "203.0.113.2");
	assert_int_equal(wish("other-host")->port, 443);
	site_https(&site, "c.example", "203.0.113.3", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	assert_null(wish("other-host"));
}

static void direct(void **state)
{
	(void)state;
	for (size_t i = 0; i < 9; i++) {
		site_https(&site, arena_printf(&site.arena, "h%zu.example", i),
			   NULL, PHASE_PROXY, CAUSE_REJECTED);
		site.specs[site.plan.spec_count - 1].via_proxy = true;
	}
	assert_int_equal(count_of("direct"), 2);
	assert_string_equal(wish("direct")->host, "h0.example");
}

static void through_proxy(void **state)
{
	static const struct proxy_settings proxy = {
	    .host = (char *)(uintptr_t) "10.2.2.10", .port = 3128};

	(void)state;
	site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	assert_null(wish("through-proxy")); /* nobody names a proxy */
	site.plan.unused_proxy = &proxy;
	assert_int_equal(wish("through-proxy")->port, 3128);
	assert_int_equal(wish("through-proxy")->talk, TALK_CONNECT);
	site_http(&site, "b.example", "203.0.113.2", PHASE_REPLY, CAUSE_OK);
	assert_null(wish("through-proxy")); /* the web is open */
}

/* The same question to every server, and the parent to the first. */
static void questions(void **state)
{
	(void)state;
	facts_append(&site.results.host, "resolvers", "10.0.0.54");
	site_https(&site, "a.b.example.com", NULL, PHASE_RESOLVE,
		   CAUSE_NXDOMAIN);
	site_https(&site, "a.b.example.com", NULL, PHASE_RESOLVE,
		   CAUSE_NXDOMAIN);
	assert_int_equal(count_of("same-question"), 2);
	assert_int_equal(count_of("parent"), 1);
	assert_string_equal(wish("parent")->host, "example.com");
	assert_int_equal(wish("same-question")->kind, EVIDENCE_RESOLVER);
}

/* Silent servers have been asked three times; they are not asked again. */
static void questions_twin(void **state)
{
	(void)state;
	site_https(&site, "a.example", NULL, PHASE_RESOLVE, CAUSE_TIMEOUT);
	assert_null(wish("same-question"));
}

static void pinned(void **state)
{
	struct result *r;

	(void)state;
	r = site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
		       CAUSE_TIMEOUT);
	facts_string(&r->facts, "resolver", "hosts file");
	assert_non_null(wish("same-question"));
	site.results.items[0].outcome.cause = CAUSE_OK;
	assert_null(wish("same-question"));
}

static void impostor(void **state)
{
	char address[ADDR_TEXT];
	struct result *r;

	(void)state;
	site_control(&site);
	r = &site.results.items[0];
	facts_append(&r->facts, "answers", "a.example 203.0.113.1");
	r->reply_ttl = 57;
	assert_null(wish("no-name-server"));
	r->reply_ttl = 64;
	assert_string_equal(addr_text(&wish("no-name-server")->addr, address),
			    "192.0.2.53");
}

static void random_name(void **state)
{
	(void)state;
	site_certificate(site_https(&site, "a.example", "203.0.113.1",
				    PHASE_TLS, CAUSE_UNTRUSTED),
			 "wrong-name", "b.example", "CN=Public", "1");
	assert_null(wish("random-name")->host);
	/* A test that does not mind the name has no question either. */
	site.results.items[0].outcome.cause = CAUSE_OK;
	assert_null(wish("random-name"));
}

/* A socket died on a path that answers: forty connections to one of each
 * family, once all else is known, and once only. */
static void flows(void **state)
{
	static const char *const hosts[] = {"203.0.113.1", "203.0.113.2",
					    "2001:db8::1"};

	(void)state;
	site_https(&site, "fine.example", "203.0.113.9", PHASE_REPLY, CAUSE_OK);
	assert_int_equal(wanted(EVIDENCE_FLOWS), 0);
	for (size_t i = 0; i < 3; i++) {
		struct result *r = site_https(&site, hosts[i], hosts[i],
					      PHASE_REPLY, CAUSE_OK);

		r->lost = 1;
		r->heard_us = 1000000;
	}
	assert_int_equal(wanted(EVIDENCE_FLOWS), 2);
	assert_int_equal(wishes[0].result, 1);
	assert_int_equal(wishes[1].result, 3);
	site_evidence(&site, EVIDENCE_FLOWS);
	assert_int_equal(wanted(EVIDENCE_FLOWS), 0);
}

/* All its sockets died, but one of the walk was answered. */
static void flows_of_the_walk(void **state)
{
	struct evidence *walk;

	(void)state;
	site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	walk = site_evidence(&site, EVIDENCE_HOP_WALK);
	assert_int_equal(wanted_at(1, EVIDENCE_FLOWS), 0);
	facts_bool(&walk->observed, "reached", true);
	assert_int_equal(wanted_at(1, EVIDENCE_FLOWS), 1);
	/* A device on this link is not asked so often. */
	site.results.items[0].on_link = true;
	assert_int_equal(wanted_at(1, EVIDENCE_FLOWS), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    story(nothing),         story(one_walk_a_port),
	    story(resets),          story(resets_on_link),
	    story(neighbours),      story(names),
	    story(routes),          story(proxied),
	    story(bounded),         story(segments),
	    story(segments_twin),   story(again),
	    story(again_alone),     story(again_alone_twin),
	    story(other_port),      story(other_port_twin),
	    story(device_asked),    story(device_asked_by_router),
	    story(devices_bounded), story(other_port_swept),
	    story(other_host),      story(direct),
	    story(through_proxy),   story(questions),
	    story(questions_twin),  story(pinned),
	    story(impostor),        story(random_name),
	    story(blockers),        story(absent),
	    story(flows),           story(flows_of_the_walk),
	    story(watched),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
