/* What the watch of the wire sees, and what the diagnosis makes of it: filters
 * of this host itself, each with a twin that must not raise them. */
#include "core/engine/wire_watch.h"
#include "tests/unit/story.h"

/* The wire ---------------------------------------------------------------- */

enum { OURS = 40000, SEQUENCE = 0x01020304 };

/* Checksums are another matter, below. */
static const struct link_seen left_us = {.way = LINK_LEFT, .unsummed = true};
static const struct link_seen came_in = {.way = LINK_ARRIVED, .unsummed = true};
static const struct link_seen unproved = {.way = LINK_ARRIVED};

static struct addr address(const char *text, uint16_t port)
{
	struct addr a;

	assert_true(addr_parse(&a, text));
	a.port = port;
	return a;
}

static struct wire_watch watch_of(enum transport transport, uint16_t port)
{
	return (struct wire_watch){
	    .path = {.peer = address("203.0.113.1", port),
		     .transport = transport,
		     .local_port = OURS}};
}

/* One TCP segment, from 10.0.0.5 or to it (RFC 791 3.1, RFC 9293 3.1). */
static void segment(struct wire_watch *w, bool left, uint8_t flags,
		    uint32_t acknowledged, int64_t now_us)
{
	uint8_t p[40] = {0x45, 0, 0, 40, 0, 0, 0x40, 0, 64, 6};
	static const uint8_t us[] = {10, 0, 0, 5}, far[] = {203, 0, 113, 1};
	uint16_t from = left ? OURS : 443, to = left ? 443 : OURS;

	memcpy(p + 12, left ? us : far, 4);
	memcpy(p + 16, left ? far : us, 4);
	p[20] = (uint8_t)(from >> 8);
	p[21] = (uint8_t)from;
	p[22] = (uint8_t)(to >> 8);
	p[23] = (uint8_t)to;
	for (size_t i = 0; i < 4; i++) {
		p[24 + i] = (uint8_t)(SEQUENCE >> (24 - 8 * i));
		p[28 + i] = (uint8_t)(acknowledged >> (24 - 8 * i));
	}
	p[32] = 0x50;
	p[33] = flags;
	wire_watch_take(w, left ? &left_us : &came_in, p, sizeof p, now_us);
}

enum { SYN = 2, RST = 4, ACK = 16 };

static void watch_answered(void **state)
{
	struct wire_watch w = watch_of(TRANSPORT_TCP, 443);

	(void)state;
	segment(&w, true, SYN, 0, 10);
	assert_true(w.left);
	assert_false(w.arrived);
	segment(&w, false, SYN | ACK, SEQUENCE + 1, 20);
	assert_true(w.arrived);
	assert_string_equal(w.answer, "syn-ack");
	assert_int_equal(w.answered_us, 20);
	segment(&w, false, RST | ACK, SEQUENCE + 1, 30);
	assert_string_equal(w.answer, "reset");
	assert_int_equal(w.answered_us, 30);
}

/* What a socket does not take is no answer: another attempt's, or one whose
 * question was not seen. */
static void watch_twin(void **state)
{
	struct wire_watch w = watch_of(TRANSPORT_TCP, 443);

	(void)state;
	segment(&w, false, SYN | ACK, SEQUENCE + 1, 10);
	assert_true(w.arrived);
	assert_null(w.answer);
	segment(&w, true, SYN, 0, 20);
	segment(&w, false, SYN | ACK, SEQUENCE, 30);
	segment(&w, false, SYN, SEQUENCE + 1, 30);
	assert_null(w.answer);
	w = watch_of(TRANSPORT_TCP, 443);
	w.path.local_port++;
	segment(&w, true, SYN, 0, 10);
	segment(&w, false, SYN | ACK, SEQUENCE + 1, 20);
	assert_true(w.left); /* a filter may have changed our port */
	assert_false(w.arrived);
	w = watch_of(TRANSPORT_TCP, 80);
	segment(&w, true, SYN, 0, 10);
	segment(&w, false, SYN | ACK, SEQUENCE + 1, 20);
	assert_false(w.left);
	assert_false(w.arrived);
}

/* Behind an option of the IP header; a fragment, and what is cut short. */
static void watch_datagram(void **state)
{
	uint8_t p[] = {0x46, 0,   0, 32,  0,    0,    0, 0, 64, 17, 0,
		       0,    203, 0, 113, 1,    10,   0, 0, 5,  1,  1,
		       1,    1,   0, 53,  0x9c, 0x40, 0, 8, 0,  0};
	struct wire_watch w = watch_of(TRANSPORT_UDP, 53);

	(void)state;
	wire_watch_take(&w, &came_in, p, 27, 1);
	p[7] = 1;
	wire_watch_take(&w, &came_in, p, sizeof p, 1);
	assert_false(w.arrived);
	p[7] = 0;
	for (size_t i = 0; i < 20; i++)
		wire_watch_take(&w, &came_in, p, i, 1);
	assert_false(w.arrived);
	wire_watch_take(&w, &came_in, p, sizeof p, 1);
	assert_string_equal(w.answer, "datagram");
}

/* Written by an independent program: checksums of IP, TCP and UDP are right. */
static const uint8_t syn_ack[] = {
    0x45, 0x00, 0x00, 0x28, 0x00, 0x00, 0x40, 0x00, 0x3c, 0x06,
    0xf8, 0xc9, 0xcb, 0x00, 0x71, 0x01, 0x0a, 0x00, 0x00, 0x05,
    0x01, 0xbb, 0x9c, 0x40, 0x00, 0x00, 0x00, 0x07, 0x01, 0x02,
    0x03, 0x05, 0x50, 0x12, 0xfa, 0xf0, 0xcc, 0xd1, 0x00, 0x00};
static const uint8_t datagram_v6[] = {
    0x60, 0x00, 0x00, 0x00, 0x00, 0x0b, 0x11, 0x3c, 0x20, 0x01, 0x0d,
    0xb8, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x01, 0x20, 0x01, 0x0d, 0xb8, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x05, 0x00, 0x35, 0x9c, 0x40,
    0x00, 0x0b, 0x43, 0x88, 0x61, 0x62, 0x63};

/* A kernel drops an answer that was damaged on the way, as it drops one for a
 * filter: the path is at fault. */
static void watch_damaged(void **state)
{
	struct wire_watch w = watch_of(TRANSPORT_TCP, 443);
	uint8_t p[sizeof syn_ack];

	(void)state;
	segment(&w, true, SYN, 0, 10);
	for (size_t i = 20; i < sizeof p; i++) {
		memcpy(p, syn_ack, sizeof p);
		p[i] ^= 0x40;
		wire_watch_take(&w, &unproved, p, sizeof p, 20);
	}
	wire_watch_take(&w, &unproved, syn_ack, sizeof syn_ack - 1, 20);
	assert_true(w.arrived);
	assert_null(w.answer);
	wire_watch_take(&w, &unproved, syn_ack, sizeof syn_ack, 30);
	assert_string_equal(w.answer, "syn-ack");
}

static void watch_damaged_v6(void **state)
{
	struct wire_watch w = watch_of(TRANSPORT_UDP, 53);
	uint8_t p[sizeof datagram_v6];

	(void)state;
	w.path.peer = address("2001:db8::1", 53);
	memcpy(p, datagram_v6, sizeof p);
	p[sizeof p - 1]++;
	wire_watch_take(&w, &unproved, p, sizeof p, 20);
	assert_true(w.arrived);
	assert_null(w.answer);
	wire_watch_take(&w, &unproved, datagram_v6, sizeof datagram_v6, 30);
	assert_string_equal(w.answer, "datagram");
}

/* What it means ----------------------------------------------------------- */

enum { LEFT = 1, ARRIVED = 2, RECEIVED = 4, MISSED = 8 };

static struct evidence *watched(unsigned seen, const char *answer,
				const char *cause)
{
	struct evidence *e = site_evidence(&site, EVIDENCE_WIRE);

	facts_bool(&e->observed, "left", (seen & LEFT) != 0);
	facts_bool(&e->observed, "arrived", (seen & ARRIVED) != 0);
	if (answer != NULL)
		facts_string(&e->observed, "answer", answer);
	facts_bool(&e->observed, "received", (seen & RECEIVED) != 0);
	facts_string(&e->observed, "cause", cause);
	facts_bool(&e->observed, "complete", (seen & MISSED) == 0);
	return e;
}

static void silent(const char *host, const char *number)
{
	site_https(&site, host, number, PHASE_CONNECT, CAUSE_TIMEOUT);
}

/* One was watched; the other is of its kind. */
static void answers_kept(void **state)
{
	const struct finding *f;

	(void)state;
	silent("a.example", "203.0.113.1");
	watched(LEFT | ARRIVED, "syn-ack", "timeout");
	silent("b.example", "203.0.113.2");
	site_control(&site);
	f = expect_only("local-firewall", OWNER_THIS_HOST, true);
	assert_int_equal(f->result_count, 2);
	assert_true(f->where == WHERE_THIS_HOST);
	assert_string_equal(
	    f->title, "This host's own firewall blocks answers to tcp/443");
	expect_line(f, "203.0.113.1 port 443: the answer (syn-ack) came in, "
		       "and no socket got it");
}

/* Nothing came in; a socket got it; two of a kind differ; what came was no
 * answer. */
static void answers_kept_twin(void **state)
{
	(void)state;
	silent("a.example", "203.0.113.1");
	watched(LEFT, NULL, "timeout");
	silent("b.example", "203.0.113.2");
	watched(LEFT | ARRIVED | RECEIVED, "syn-ack", "ok");
	silent("c.example", "203.0.113.3");
	watched(LEFT | ARRIVED, NULL, "timeout");
	site_control(&site);
	expect_no("local-firewall");
	silent("d.example", "203.0.113.4");
	watched(LEFT | ARRIVED, "syn-ack", "timeout");
	silent("e.example", "203.0.113.5");
	site_report(&site);
	assert_int_equal(site_finding(&site, "local-firewall")->result_count,
			 1);
}

static void names_kept(void **state)
{
	struct evidence *e;

	(void)state;
	site_https(&site, "a.example", NULL, PHASE_RESOLVE, CAUSE_TIMEOUT);
	e = watched(LEFT | ARRIVED, "datagram", "timeout");
	e->addr = address("10.0.0.53", 53);
	e->port = 53;
	e->transport = TRANSPORT_UDP;
	assert_string_equal(
	    expect_only("local-firewall", OWNER_THIS_HOST, true)->title,
	    "This host's own firewall blocks answers to udp/53");
}

static struct result *refused(const char *host, const char *number)
{
	return site_https(&site, host, number, PHASE_CONNECT, CAUSE_REFUSED);
}

static void refused_here(void **state)
{
	const struct finding *f;

	(void)state;
	refused("a.example", "203.0.113.1");
	watched(RECEIVED, NULL, "refused");
	site_control(&site);
	f = expect_only("local-firewall", OWNER_THIS_HOST, true);
	assert_string_equal(f->title, "This host's own firewall or a redirect "
				      "on it blocks tcp/443");
	assert_int_equal(f->remedy_count, 3);
	expect_line(f, "refused, and nothing had left this host");
}

/* It left; the reset came in; packets were missed. */
static void refused_here_twin(void **state)
{
	(void)state;
	refused("a.example", "203.0.113.1");
	watched(LEFT | RECEIVED, NULL, "refused");
	refused("b.example", "203.0.113.2");
	watched(ARRIVED | RECEIVED, NULL, "refused");
	refused("c.example", "203.0.113.3");
	watched(RECEIVED | MISSED, NULL, "refused");
	site_control(&site);
	expect_no("local-firewall");
}

/* The kernel says so, and the wire. */
static void held_back(void **state)
{
	(void)state;
	site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
		   CAUSE_TIMEOUT)
	    ->unsent = true;
	watched(0, NULL, "timeout");
	site_control(&site);
	expect_line(expect_only("local-firewall", OWNER_THIS_HOST, true),
		    "no answer, and nothing had left this host");
}

/* Only the wire: a tunnel may have changed what left. */
static void held_back_twin(void **state)
{
	(void)state;
	silent("a.example", "203.0.113.1");
	watched(0, NULL, "timeout");
	site_control(&site);
	expect_no("local-firewall");
}

/* Without the right to watch, this host's own filter looks the same. */
static void not_watched(void **state)
{
	static const char *const cannot[] = {"link"};
	size_t d = site_device(&site, "printer", "10.0.0.20", "printer");
	const struct finding *f;

	(void)state;
	site.results.platform.cannot = cannot;
	site.results.platform.cannot_count = 1;
	site_device_test(&site, "ssh", d, TRANSPORT_TCP, 22, PHASE_CONNECT,
			 CAUSE_REFUSED)
	    ->on_link = true;
	f = expect_only("service-down", OWNER_DEVICE, false);
	assert_non_null(
	    strstr(f->remedy[f->remedy_count - 1], "this host's own firewall"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(watch_answered),
	    cmocka_unit_test(watch_twin),
	    cmocka_unit_test(watch_datagram),
	    cmocka_unit_test(watch_damaged),
	    cmocka_unit_test(watch_damaged_v6),
	    story(answers_kept),
	    story(answers_kept_twin),
	    story(names_kept),
	    story(refused_here),
	    story(refused_here_twin),
	    story(held_back),
	    story(held_back_twin),
	    story(not_watched),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
