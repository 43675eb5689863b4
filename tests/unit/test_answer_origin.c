/* Who gave an answer: what is asked to find out, and what it means; each story
 * with a twin that must not be taken for it. */
#include "tests/unit/story.h"

#include "report/controls/controls_plan.h"

static struct result *bad(const char *check, const char *host,
			  enum transport transport, uint16_t port,
			  const char *address, enum cause cause)
{
	return site_test(&site, check, host, transport, port, address,
			 PHASE_REPLY, cause);
}

static struct result *https_bad(const char *host, const char *address)
{
	struct result *r =
	    site_https(&site, host, address, PHASE_TLS, CAUSE_BAD_REPLY);

	facts_string(&r->facts, "tls-error", "wrong version number");
	return r;
}

static struct result *ntp(const char *host, const char *address,
			  enum cause cause, int ttl)
{
	struct result *r = bad("ntp", host, TRANSPORT_UDP, 123, address, cause);

	r->reply_ttl = ttl;
	return r;
}

static void echo(size_t result, int ttl)
{
	struct evidence *e = site_evidence(&site, EVIDENCE_CONTROL);

	e->result = result;
	e->addr = site.results.items[result].addr;
	e->port = 0;
	e->transport = TRANSPORT_ICMP;
	facts_string(&e->observed, "what", "ping");
	facts_bool(&e->observed, "ok", true);
	facts_number(&e->observed, "answer-ttl", ttl);
}

static void walk(size_t result, int opened_at)
{
	struct evidence *e = site_evidence(&site, EVIDENCE_HOP_WALK);

	e->result = result;
	e->addr = site.results.items[result].addr;
	facts_bool(&e->observed, "reached", true);
	facts_number(&e->observed, "opened-at", opened_at);
}

/* What is asked ----------------------------------------------------------- */

static size_t asked(enum evidence_kind kind, const char *what)
{
	static struct evidence_request wishes[64];
	struct correlation *s = correlation_new(&site.plan, &site.results);
	size_t count = controls_plan(s, 0, wishes, 64), found = 0;

	correlation_free(s);
	for (size_t i = 0; i < count; i++)
		found += wishes[i].kind == kind &&
			 (what == NULL || (wishes[i].what != NULL &&
					   strcmp(wishes[i].what, what) == 0));
	return found;
}

/* How far the host is, and over TCP the port; four of each port. */
static void questions(void **state)
{
	(void)state;
	for (size_t i = 0; i < 6; i++)
		https_bad(arena_printf(&site.arena, "h%zu.example", i),
			  arena_printf(&site.arena, "203.0.113.%zu", i + 1));
	ntp("t.example", "203.0.113.20", CAUSE_REJECTED, 61);
	assert_int_equal(asked(EVIDENCE_HOP_WALK, NULL), 4);
	assert_int_equal(asked(EVIDENCE_CONTROL, "ping"), 5);
}

/* On this link, or known already. */
static void questions_twin(void **state)
{
	(void)state;
	ntp("t.example", "203.0.113.20", CAUSE_REJECTED, 61);
	echo(0, 61);
	ntp("10.0.0.9", "10.0.0.9", CAUSE_REJECTED, 64)->on_link = true;
	ntp("u.example", "203.0.113.21", CAUSE_OK, 61);
	assert_int_equal(asked(EVIDENCE_HOP_WALK, NULL), 0);
	assert_int_equal(asked(EVIDENCE_CONTROL, "ping"), 0);
}

/* Owners ------------------------------------------------------------------ */

static void owners(void **state)
{
	const struct finding *f;

	(void)state;
	https_bad("a.example", "203.0.113.1");
	https_bad("b.example.org", "203.0.113.2");
	f = expect_only("answered-by-another", OWNER_FIREWALL, false);
	assert_int_equal(f->result_count, 2);
	expect_line(f, "a.example: the answer is not valid TLS");
}

/* One owner, one address that both have, or one of that port that is right. */
static void owners_twin(void **state)
{
	(void)state;
	https_bad("www.a.example", "203.0.113.1");
	https_bad("apt.a.example", "203.0.113.2");
	expect_no("answered-by-another");
	end(state);
	begin(state);
	https_bad("a.example", "203.0.113.1");
	https_bad("b.example.org", "203.0.113.1");
	expect_no("answered-by-another");
	end(state);
	begin(state);
	https_bad("a.example", "203.0.113.1");
	https_bad("b.example.org", "203.0.113.2");
	site_https(&site, "c.example.net", "203.0.113.3", PHASE_REPLY,
		   CAUSE_OK);
	expect_no("answered-by-another");
}

/* Numeric addresses have owners, too: their networks. */
static void networks(void **state)
{
	(void)state;
	bad("dns", "8.8.8.8", TRANSPORT_UDP, 53, "8.8.8.8", CAUSE_REJECTED);
	bad("dns", "8.8.8.9", TRANSPORT_UDP, 53, "8.8.8.9", CAUSE_REJECTED);
	expect_no("answered-by-another");
	bad("dns", "9.9.9.9", TRANSPORT_UDP, 53, "9.9.9.9", CAUSE_REJECTED);
	assert_int_equal(
	    expect_only("answered-by-another", OWNER_FIREWALL, false)
		->result_count,
	    3);
}

/* A name that does not exist is denied by everybody. */
static void denied(void **state)
{
	(void)state;
	bad("dns", "8.8.8.8", TRANSPORT_UDP, 53, "8.8.8.8", CAUSE_NXDOMAIN);
	bad("dns", "9.9.9.9", TRANSPORT_UDP, 53, "9.9.9.9", CAUSE_NXDOMAIN);
	expect_no("answered-by-another");
}

static struct result *octets(const char *host, const char *address, long count)
{
	struct result *r =
	    site_http(&site, host, address, PHASE_REPLY, CAUSE_TIMEOUT);

	facts_number(&r->facts, "tcp-received", count);
	return r;
}

/* "100 Continue" from all of them, and no more. */
static void interim(void **state)
{
	(void)state;
	octets("a.example", "203.0.113.1", 75);
	octets("b.example.org", "203.0.113.2", 75);
	expect_line(expect_only("answered-by-another", OWNER_FIREWALL, false),
		    "a.example: 75 octets came, and no answer");
	end(state);
	begin(state);
	octets("a.example", "203.0.113.1", 75);
	octets("b.example.org", "203.0.113.2", 4096);
	expect_no("answered-by-another");
}

/* Distances --------------------------------------------------------------- */

static void nearer(void **state)
{
	const struct finding *f;

	(void)state;
	ntp("0.pool.example", "203.0.113.1", CAUSE_REJECTED, 64);
	ntp("1.pool.example", "203.0.113.2", CAUSE_REJECTED, 64);
	echo(0, 57);
	f = expect_only("answered-by-another", OWNER_FIREWALL, false);
	assert_int_equal(f->result_count, 2);
	assert_int_equal(f->hop, 1);
	expect_line(f, "routers that passed on the answer: 0; its reply to "
		       "ping: 7");
}

/* As far as the host: it is its own, and confirmed. */
static void as_far(void **state)
{
	(void)state;
	ntp("0.pool.example", "203.0.113.1", CAUSE_REJECTED, 57);
	echo(0, 57);
	expect_only("ntp-kiss-of-death", OWNER_VENDOR, true);
}

/* Systems start with other numbers. */
static void other_start(void **state)
{
	(void)state;
	ntp("0.pool.example", "203.0.113.1", CAUSE_UNSYNCHRONISED, 248);
	echo(0, 57);
	expect_only("ntp-unsynchronised", OWNER_INTERNET, true);
}

static size_t device(void)
{
	size_t a = site_device(&site, "switch", "10.2.1.10", "network-element");

	facts_string(&site_device_test(&site, "ssh", a, TRANSPORT_TCP, 22,
				       PHASE_REPLY, CAUSE_BAD_REPLY)
			  ->facts,
		     "banner", "HTTP/1.1 400");
	return a;
}

/* The port opens at the first hop, and the device is behind it. */
static void opens_nearer(void **state)
{
	(void)state;
	device();
	echo(0, 63);
	walk(0, 1);
	expect_only("answered-by-another", OWNER_FIREWALL, false);
}

static void opens_there(void **state)
{
	(void)state;
	device();
	echo(0, 63);
	walk(0, 2);
	expect_only("wrong-service", OWNER_DEVICE, true);
}

/* On the internet, a way back that is longer says nothing. */
static void other_way(void **state)
{
	(void)state;
	https_bad("a.example", "203.0.113.1");
	echo(0, 54);
	walk(0, 8);
	expect_only("wrong-service", OWNER_VENDOR, false);
}

/* What other names have is no matter of one server alone. */
static void denied_alone(void **state)
{
	const struct finding *f;
	struct result *r;

	(void)state;
	facts_string(&site_https(&site, "a.example", "203.0.113.1", PHASE_REPLY,
				 CAUSE_OK)
			  ->facts,
		     "resolver", "10.0.0.53");
	r = bad("dns", "8.8.8.8", TRANSPORT_UDP, 53, "8.8.8.8", CAUSE_NXDOMAIN);
	facts_append(&r->facts, "nxdomain-names", "a.example");
	f = expect_only("dns-nxdomain", OWNER_DNS, false);
	assert_string_equal(f->title,
			    "DNS reports that a.example does not exist, says "
			    "8.8.8.8; 10.0.0.53 resolves it");
	expect_line(f, "8.8.8.8 denies a.example; 10.0.0.53 answers it");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    story(questions),   story(questions_twin), story(owners),
	    story(owners_twin), story(networks),       story(denied),
	    story(interim),     story(nearer),         story(as_far),
	    story(other_start), story(opens_nearer),   story(opens_there),
	    story(other_way),   story(denied_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
