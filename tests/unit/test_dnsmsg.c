/* DNS messages: what is asked, byte for byte, and what hostile answers do. */
#include "core/net/dnsmsg.h"
#include "core/base/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct packet {
	uint8_t bytes[65536];
	struct wire w;
};

static void name_into(struct wire *w, const char *name)
{
	while (*name != '\0') {
		size_t n = strcspn(name, ".");

		wire_u8(w, (uint8_t)n);
		wire_bytes(w, name, n);
		name += n + (name[n] == '.');
	}
	wire_u8(w, 0);
}

static void begin(struct packet *p, uint16_t flags, uint16_t answers,
		  const char *name, uint16_t type)
{
	p->w = wire_into(p->bytes, sizeof p->bytes);
	wire_be16(&p->w, 0x1234);
	wire_be16(&p->w, flags);
	wire_be16(&p->w, 1);
	wire_be16(&p->w, answers);
	wire_zero(&p->w, 4);
	name_into(&p->w, name);
	wire_be16(&p->w, type);
	wire_be16(&p->w, 1);
}

/* A record head with the owner spelled out; the rdata follows. */
static void record(struct packet *p, const char *owner, uint16_t type,
		   uint32_t ttl, uint16_t length)
{
	name_into(&p->w, owner);
	wire_be16(&p->w, type);
	wire_be16(&p->w, 1);
	wire_be32(&p->w, ttl);
	wire_be16(&p->w, length);
}

static void alias(struct packet *p, const char *owner, const char *target,
		  uint32_t ttl)
{
	record(p, owner, DNS_CNAME, ttl, (uint16_t)(strlen(target) + 2));
	name_into(&p->w, target);
}

static void address(struct packet *p, const char *owner, uint8_t last,
		    uint32_t ttl)
{
	record(p, owner, DNS_A, ttl, 4);
	wire_be32(&p->w, 0xc0000200u | last);
}

/* From a heap copy of the exact size, so that a sanitiser sees overreads. */
static bool parse(struct dns_message *m, const void *bytes, size_t length)
{
	uint8_t *copy = malloc(length > 0 ? length : 1);
	bool ok;

	assert_non_null(copy);
	memcpy(copy, bytes, length);
	ok = dnsmsg_parse(m, copy, length);
	free(copy);
	return ok;
}

static bool parse_packet(struct dns_message *m, const struct packet *p)
{
	assert_false(p->w.full);
	return parse(m, p->bytes, p->w.length);
}

static void test_query_bytes(void **state)
{
	static const uint8_t expected[] = {
	    0xbe, 0xef, 0x01, 0x00, 0,   1,   0,   0,   0,   0,   0,
	    0,    3,    'w',  'w',  'w', 7,   'E', 'x', 'a', 'm', 'p',
	    'l',  'e',  3,    'o',  'r', 'g', 0,   0,   28,  0,   1};
	uint8_t out[64];

	(void)state;
	assert_int_equal(
	    dnsmsg_query(out, sizeof out, 0xbeef, "www.Example.org", DNS_AAAA),
	    sizeof expected);
	assert_memory_equal(out, expected, sizeof expected);
	assert_int_equal(
	    dnsmsg_query(out, sizeof out, 0xbeef, "www.Example.org.", DNS_AAAA),
	    sizeof expected);
	assert_memory_equal(out, expected, sizeof expected);
}

static void test_query_refuses_bad_names(void **state)
{
	static const char *const bad[] = {
	    "", "..", "a..b", ".a", "a b", "a\\.b", "a/b", "\xc3\xa4.org"};
	char name[300];
	uint8_t out[512];

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_int_equal(dnsmsg_query(out, sizeof out, 1, bad[i], 1),
				 0);
	memset(name, 'a', sizeof name);
	name[63] = '\0';
	assert_int_equal(dnsmsg_query(out, sizeof out, 1, name, 1),
			 12 + 65 + 4);
	name[63] = 'a';
	name[64] = '\0';
	assert_int_equal(dnsmsg_query(out, sizeof out, 1, name, 1), 0);
	/* 253 characters are 255 octets, the most there is. */
	for (size_t i = 0; i < sizeof name; i++)
		name[i] = i % 2 == 0 ? 'a' : '.';
	name[253] = '\0';
	assert_int_equal(dnsmsg_query(out, sizeof out, 1, name, 1),
			 12 + 255 + 4);
	name[253] = '.';
	name[254] = 'a';
	name[255] = '\0';
	assert_int_equal(dnsmsg_query(out, sizeof out, 1, name, 1), 0);
	assert_int_equal(dnsmsg_query(out, 20, 1, "www.example.org", 1), 0);
	assert_int_equal(dnsmsg_query(out, sizeof out, 1, ".", 1), 12 + 1 + 4);
}

static void test_chain_in_any_order(void **state)
{
	struct packet p;
	struct dns_message m;

	(void)state;
	begin(&p, 0x81a0, 4, "WWW.example.org", DNS_A);
	address(&p, "c.example.net", 7, 300);
	alias(&p, "b.example.org", "c.example.net", 60);
	address(&p, "unasked.example", 9, 1);
	alias(&p, "www.example.ORG", "B.example.org", 600);
	assert_true(parse_packet(&m, &p));
	assert_int_equal(m.id, 0x1234);
	assert_true(m.response && m.recursion_available && m.authenticated);
	assert_false(m.authoritative || m.truncated || m.loop);
	assert_string_equal(m.question, "www.example.org");
	assert_int_equal(m.question_type, DNS_A);
	assert_int_equal(m.chain_count, 2);
	assert_string_equal(m.chain[0], "b.example.org");
	assert_string_equal(m.chain[1], "c.example.net");
	assert_int_equal(m.address_count, 1);
	assert_int_equal(m.addresses[0].bytes[3], 7);
	assert_int_equal(m.ttl, 60);
}

static void test_rcode_and_no_answers(void **state)
{
	struct packet p;
	struct dns_message m;

	(void)state;
	begin(&p, 0x8183, 0, "nope.example", DNS_A);
	assert_true(parse_packet(&m, &p));
	assert_int_equal(m.rcode, 3);
	assert_int_equal(m.address_count, 0);
	assert_int_equal(m.ttl, 0);
}

static void test_compression(void **state)
{
	struct packet p;
	struct dns_message m;

	(void)state;
	begin(&p, 0x8180, 1, "a.example", DNS_A);
	wire_be16(&p.w, 0xc00c); /* the question's name */
	wire_be16(&p.w, DNS_A);
	wire_be16(&p.w, 1);
	wire_be32(&p.w, 5);
	wire_be16(&p.w, 4);
	wire_be32(&p.w, 0xc0000201);
	assert_true(parse_packet(&m, &p));
	assert_int_equal(m.address_count, 1);
	assert_int_equal(m.ttl, 5);
}

static void test_pointers_that_do_not_end(void **state)
{
	static const uint16_t to[] = {0, 1, 0x100, 0x3fff};
	struct packet p;
	struct dns_message m;

	(void)state;
	for (size_t i = 0; i < sizeof to / sizeof to[0]; i++) {
		uint16_t here;

		begin(&p, 0x8180, 1, "a.example", DNS_A);
		here = (uint16_t)p.w.length;
		/* to itself, just behind itself, out of the message */
		wire_be16(&p.w, (uint16_t)(0xc000 | ((here + to[i]) & 0x3fff)));
		wire_zero(&p.w, 10);
		assert_false(parse_packet(&m, &p));
	}
	/* Two pointers at each other. */
	begin(&p, 0x8180, 1, "a.example", DNS_A);
	wire_be16(&p.w, (uint16_t)(0xc000 | (p.w.length + 2)));
	wire_be16(&p.w, (uint16_t)(0xc000 | (p.w.length - 2)));
	wire_zero(&p.w, 10);
	assert_false(parse_packet(&m, &p));
	/* Label types that nobody uses. */
	begin(&p, 0x8180, 1, "a.example", DNS_A);
	wire_u8(&p.w, 0x41);
	wire_zero(&p.w, 80);
	assert_false(parse_packet(&m, &p));
}

static void test_alias_loop(void **state)
{
	struct packet p;
	struct dns_message m;

	(void)state;
	begin(&p, 0x8180, 2, "a.example", DNS_A);
	alias(&p, "a.example", "b.example", 5);
	alias(&p, "b.example", "a.example", 5);
	assert_true(parse_packet(&m, &p));
	assert_true(m.loop);
	assert_int_equal(m.chain_count, 1);
	begin(&p, 0x8180, 1, "a.example", DNS_A);
	alias(&p, "a.example", "a.example", 5);
	assert_true(parse_packet(&m, &p));
	assert_true(m.loop);
}

static void test_alias_chain_too_long(void **state)
{
	struct packet p;
	struct dns_message m;
	char from[16] = "a.example", to[16] = "b.example";

	(void)state;
	begin(&p, 0x8180, 20, "a.example", DNS_A);
	for (char c = 'a'; c < 'a' + 20; c++) {
		from[0] = c;
		to[0] = (char)(c + 1);
		alias(&p, from, to, 5);
	}
	assert_true(parse_packet(&m, &p));
	assert_true(m.loop);
	assert_int_equal(m.chain_count, DNS_CHAIN_MAX);
}

static void test_too_many_answers(void **state)
{
	struct packet p;
	struct dns_message m;

	(void)state;
	begin(&p, 0x8180, 64, "a.example", DNS_A);
	for (uint8_t i = 0; i < 64; i++)
		address(&p, "a.example", i, 5);
	assert_true(parse_packet(&m, &p));
	assert_int_equal(m.address_count, 64);
	begin(&p, 0x8180, 1000, "a.example", DNS_A);
	for (unsigned i = 0; i < 1000; i++)
		address(&p, "a.example", (uint8_t)i, 5);
	assert_false(parse_packet(&m, &p));
}

static void test_counts_that_lie(void **state)
{
	struct packet p;
	struct dns_message m;

	(void)state;
	begin(&p, 0x8180, 2, "a.example", DNS_A);
	address(&p, "a.example", 1, 5);
	assert_false(parse_packet(&m, &p));
	/* With TC set, half a message is what was announced. */
	begin(&p, 0x8380, 2, "a.example", DNS_A);
	address(&p, "a.example", 1, 5);
	assert_true(parse_packet(&m, &p));
	assert_true(m.truncated);
	assert_int_equal(m.address_count, 1);
	begin(&p, 0x8180, 1, "a.example", DNS_A);
	record(&p, "a.example", DNS_A, 5, 3);
	wire_zero(&p.w, 3);
	assert_false(parse_packet(&m, &p));
	begin(&p, 0x8180, 0, "a.example", DNS_A);
	p.bytes[5] = 2; /* two questions */
	assert_false(parse_packet(&m, &p));
	p.bytes[5] = 0; /* none, in an error */
	assert_true(parse_packet(&m, &p));
	assert_string_equal(m.question, "");
}

static void test_every_cut_is_survived(void **state)
{
	struct packet p;
	struct dns_message m;

	(void)state;
	begin(&p, 0x8180, 3, "www.example.org", DNS_A);
	alias(&p, "www.example.org", "b.example.org", 60);
	address(&p, "b.example.org", 1, 5);
	address(&p, "b.example.org", 2, 5);
	for (size_t cut = 0; cut < p.w.length; cut++)
		assert_false(parse(&m, p.bytes, cut));
	assert_true(parse(&m, p.bytes, p.w.length));
}

static void test_names_are_escaped(void **state)
{
	static const uint8_t label[] = {5, 'A', '.', 0x1b, 0xff, '_'};
	struct packet p;
	struct dns_message m;

	(void)state;
	begin(&p, 0x8180, 1, "1.2.0.192.in-addr.arpa", DNS_PTR);
	record(&p, "1.2.0.192.in-addr.arpa", DNS_PTR, 9,
	       (uint16_t)(sizeof label + 1));
	wire_bytes(&p.w, label, sizeof label);
	wire_u8(&p.w, 0);
	assert_true(parse_packet(&m, &p));
	assert_int_equal(m.chain_count, 1);
	assert_string_equal(m.chain[0], "a\\046\\027\\255_");
	assert_int_equal(m.ttl, 9);
}

static void test_name_that_grows_past_the_limit(void **state)
{
	struct packet p;
	struct dns_message m;

	(void)state;
	begin(&p, 0x8180, 1, "a.example", DNS_A);
	for (int i = 0; i < 3; i++) { /* 3 * 60 bytes, four characters each */
		wire_u8(&p.w, 60);
		for (int k = 0; k < 60; k++)
			wire_u8(&p.w, 0x01);
	}
	wire_u8(&p.w, 0);
	wire_zero(&p.w, 10);
	assert_false(parse_packet(&m, &p));
}

static void test_reverse_with_delegation(void **state)
{
	struct packet p;
	struct dns_message m;

	(void)state;
	begin(&p, 0x8180, 2, "1.2.0.192.in-addr.arpa", DNS_PTR);
	alias(&p, "1.2.0.192.in-addr.arpa", "1.sub.2.0.192.in-addr.arpa", 60);
	record(&p, "1.sub.2.0.192.in-addr.arpa", DNS_PTR, 9,
	       (uint16_t)(strlen("host.example") + 2));
	name_into(&p.w, "host.example");
	assert_true(parse_packet(&m, &p));
	assert_int_equal(m.chain_count, 1);
	assert_string_equal(m.chain[0], "host.example");
}

static void test_reverse_names(void **state)
{
	char out[DNS_NAME_MAX];
	struct addr a;

	(void)state;
	assert_true(addr_parse(&a, "192.0.2.255"));
	assert_string_equal(dnsmsg_reverse_name(&a, out),
			    "255.2.0.192.in-addr.arpa");
	assert_true(addr_parse(&a, "2001:db8::567:89ab"));
	assert_string_equal(dnsmsg_reverse_name(&a, out),
			    "b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0."
			    "8.b.d.0.1.0.0.2.ip6.arpa");
}

static void test_rcode_names(void **state)
{
	char out[16];

	(void)state;
	assert_string_equal(dnsmsg_rcode_name(0, out), "NOERROR");
	assert_string_equal(dnsmsg_rcode_name(3, out), "NXDOMAIN");
	assert_string_equal(dnsmsg_rcode_name(5, out), "REFUSED");
	assert_string_equal(dnsmsg_rcode_name(17, out), "RCODE17");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_query_bytes),
	    cmocka_unit_test(test_query_refuses_bad_names),
	    cmocka_unit_test(test_chain_in_any_order),
	    cmocka_unit_test(test_rcode_and_no_answers),
	    cmocka_unit_test(test_compression),
	    cmocka_unit_test(test_pointers_that_do_not_end),
	    cmocka_unit_test(test_alias_loop),
	    cmocka_unit_test(test_alias_chain_too_long),
	    cmocka_unit_test(test_too_many_answers),
	    cmocka_unit_test(test_counts_that_lie),
	    cmocka_unit_test(test_every_cut_is_survived),
	    cmocka_unit_test(test_names_are_escaped),
	    cmocka_unit_test(test_name_that_grows_past_the_limit),
	    cmocka_unit_test(test_reverse_with_delegation),
	    cmocka_unit_test(test_reverse_names),
	    cmocka_unit_test(test_rcode_names),
	};

	return cmocka_run_group_tests_name("dnsmsg", tests, NULL, NULL);
}
