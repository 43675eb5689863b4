/*
 * test_addr.c - addresses: text, order, prefixes, kinds.
 */
#include "core/base/addr.h"
#include "core/os/address.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static struct addr parsed(const char *text)
{
	struct addr a;
	if (!addr_parse(&a, text))
		fail_msg("'%s' was not taken", text);
	return a;
}

/* Addresses come back in their canonical form. */
static void test_round_trip(void **state)
{
	(void)state;
	static const char *const cases[][2] = {
	    {"0.0.0.0", "0.0.0.0"},
	    {"192.0.2.1", "192.0.2.1"},
	    {"255.255.255.255", "255.255.255.255"},
	    {"::", "::"},
	    {"2001:DB8::1", "2001:db8::1"},
	    {"2001:0db8:0:0:0:0:0:1", "2001:db8::1"},
	    {"::ffff:192.0.2.1", "::ffff:192.0.2.1"},
	    {"fe80::1%4000000000", "fe80::1%4000000000"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct addr a = parsed(cases[i][0]);
		char text[ADDR_TEXT];
		assert_string_equal(addr_text(&a, text), cases[i][1]);
	}
}

/* What other parsers guess about, is no address here: octal, short and
 * whole-number forms, ports, brackets, blanks, anything behind. */
static void test_refused(void **state)
{
	(void)state;
	static const char *const bad[] = {
	    "",
	    "1",
	    "1.2.3",
	    "010.0.0.1",
	    "10.0.0.01",
	    "0x7f.0.0.1",
	    "2130706433",
	    "256.1.1.1",
	    "1.2.3.4.5",
	    "1.2.3.4 ",
	    " 1.2.3.4",
	    "1.2.3.4:80",
	    "1.2.3.4/8",
	    "1.2.3.4%1",
	    "[::1]",
	    ":::",
	    "1::2::3",
	    "::12345",
	    "::1 ",
	    "::1%",
	    "::1%0",
	    "::1%-1",
	    "::1%4294967296",
	    "::1%no-such-if",
	    "::g",
	    "example.com",
	    "1.2.3.4\n",
	    "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000"};
	struct addr a = {.family = 77};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(addr_parse(&a, bad[i]));
	assert_int_equal(a.family, 77);
}

/* An interface may be given by name, and is shown by name, once the system's
 * names are handed in. */
static void test_scope(void **state)
{
	(void)state;
	struct addr a;
	assert_false(addr_parse(&a, "fe80::1%lo"));
	addr_set_zones(&os_zones);
	a = parsed("fe80::1%lo");
	char text[ADDR_TEXT];
	assert_int_equal(a.scope, if_nametoindex("lo"));
	assert_string_equal(addr_text(&a, text), "fe80::1%lo");
	a.port = 22;
	assert_string_equal(addr_text_port(&a, text), "[fe80::1%lo]:22");
	assert_false(addr_parse(&a, "fe80::1%no-such-if"));
	addr_set_zones(NULL);
}

/* The same answer as the C library's on texts made of an address's letters. */
static void test_like_the_library(void **state)
{
	(void)state;
	static const char letters[] = "0011fF::::::..29";
	uint32_t seed = 1;
	unsigned taken = 0;
	for (size_t n = 0; n < 2000000; n++) {
		char text[20], ours[ADDR_TEXT], theirs[INET6_ADDRSTRLEN];
		uint8_t v4[4], v6[16];
		struct addr a = {0};
		size_t length = 1 + n % 18;
		for (size_t i = 0; i < length; i++) {
			seed = seed * 1664525 + 1013904223;
			text[i] = letters[seed >> 28];
		}
		text[length] = '\0';
		bool is_v4 = inet_pton(AF_INET, text, v4) == 1;
		bool is_v6 = inet_pton(AF_INET6, text, v6) == 1;
		if (addr_parse(&a, text) != (is_v4 || is_v6))
			fail_msg("'%s': %d %d", text, is_v4, is_v6);
		if (!is_v4 && !is_v6)
			continue;
		taken++;
		assert_memory_equal(a.bytes, is_v4 ? v4 : v6, is_v4 ? 4 : 16);
		assert_string_equal(addr_text(&a, ours),
				    inet_ntop(is_v4 ? AF_INET : AF_INET6,
					      a.bytes, theirs, sizeof theirs));
	}
	assert_true(taken > 1000);
}

/* The same text as the C library's for every pattern of zero groups. */
static void test_zero_groups(void **state)
{
	(void)state;
	for (unsigned pattern = 0; pattern < 6561; pattern++) {
		static const uint16_t groups[] = {0, 0xffff, 0x12};
		char ours[ADDR_TEXT], theirs[INET6_ADDRSTRLEN];
		struct addr a = {.family = ADDR_V6}, b;
		unsigned left = pattern;
		for (size_t i = 0; i < 8; i++, left /= 3) {
			a.bytes[2 * i] = (uint8_t)(groups[left % 3] >> 8);
			a.bytes[2 * i + 1] = (uint8_t)groups[left % 3];
		}
		inet_ntop(AF_INET6, a.bytes, theirs, sizeof theirs);
		assert_string_equal(addr_text(&a, ours), theirs);
		assert_true(addr_parse(&b, ours));
		assert_true(addr_equal(&a, &b));
	}
}

/* Ports follow a colon, IPv6 in brackets; none is an empty text; the longest
 * text fits. */
static void test_text_port(void **state)
{
	(void)state;
	struct addr a = parsed("192.0.2.1");
	char text[ADDR_TEXT];
	a.port = 443;
	assert_string_equal(addr_text_port(&a, text), "192.0.2.1:443");
	a = parsed("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff%4294967295");
	a.port = 65535;
	assert_string_equal(addr_text_port(&a, text),
			    "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"
			    "%4294967295]:65535");
	a = (struct addr){0};
	assert_string_equal(addr_text(&a, text), "");
	assert_string_equal(addr_text_port(&a, text), "");
}

/* Nothing is lost on the way to the kernel's form and back. */
static void test_sockaddr(void **state)
{
	(void)state;
	struct sockaddr_storage ss;
	struct addr a = parsed("192.0.2.1"), b;
	a.port = 53;
	assert_int_equal(os_address_write(&a, &ss, sizeof ss),
			 sizeof(struct sockaddr_in));
	assert_int_equal(ss.ss_family, AF_INET);
	assert_true(os_address_read(&b, &ss, sizeof ss));
	assert_memory_equal(&a, &b, sizeof(a));
	a = parsed("fe80::2%3");
	a.port = 5353;
	assert_int_equal(os_address_write(&a, &ss, sizeof ss),
			 sizeof(struct sockaddr_in6));
	assert_int_equal(ss.ss_family, AF_INET6);
	assert_true(os_address_read(&b, &ss, sizeof ss));
	assert_memory_equal(&a, &b, sizeof(a));
	/* No room, half an address, none, another family. */
	assert_int_equal(os_address_write(&a, &ss, 27), 0);
	assert_false(os_address_read(&b, &ss, 27));
	assert_false(os_address_read(&b, &ss, 0));
	a = (struct addr){0};
	assert_int_equal(os_address_write(&a, &ss, sizeof ss), 0);
	ss.ss_family = AF_UNIX;
	assert_false(os_address_read(&b, &ss, sizeof ss));
	assert_int_equal(b.family, ADDR_NONE);
}

/* None sorts first, then IPv4, then IPv6; each by number; ports do not
 * count. */
static void test_order(void **state)
{
	(void)state;
	static const char *const order[] = {"1.2.3.4",  "2.0.0.0", "200.0.0.0",
					    "::1",      "fe80::1", "fe80::1%1",
					    "fe80::1%2"};
	struct addr none = {0};
	for (size_t i = 0; i < 7; i++) {
		struct addr a = parsed(order[i]);
		assert_int_equal(addr_compare(&none, &a), -1);
		assert_int_equal(addr_compare(&a, &none), 1);
		for (size_t k = 0; k < 7; k++) {
			struct addr b = parsed(order[k]);
			b.port = 80;
			int expected = (i > k) - (i < k);
			assert_int_equal(addr_compare(&a, &b), expected);
			assert_int_equal(addr_equal(&a, &b), i == k);
		}
	}
	assert_true(addr_equal(&none, &none));
}

/* Membership is decided to the bit, within one family. */
static void test_prefix(void **state)
{
	(void)state;
	struct addr a = parsed("10.1.2.200"), net = parsed("10.1.2.128");
	assert_true(addr_in(&a, &net, 25));
	assert_false(addr_in(&a, &net, 26));
	assert_true(addr_in(&a, &net, 0));
	assert_false(addr_in(&a, &net, 32));
	assert_true(addr_in(&a, &a, 32));
	assert_false(addr_in(&a, &a, 33));
	struct addr v6 = parsed("2001:db8::1"), net6 = parsed("2001:db8::");
	assert_true(addr_in(&v6, &net6, 127));
	assert_false(addr_in(&v6, &net6, 128));
	assert_true(addr_in(&v6, &v6, 128));
	assert_false(addr_in(&v6, &v6, 129));
	assert_false(addr_in(&a, &net6, 0));
	assert_false(addr_in(&net6, &net, 0));
}

static void expect_sum(const char *from, uint64_t offset, const char *to)
{
	struct addr a = parsed(from);
	char text[ADDR_TEXT];
	if (to == NULL) {
		struct addr before = a;
		assert_false(addr_add(&a, offset));
		assert_memory_equal(&a, &before, sizeof(a));
		return;
	}
	assert_true(addr_add(&a, offset));
	assert_string_equal(addr_text(&a, text), to);
}

/* Addresses count through their bytes and stop at the end of the family. */
static void test_add(void **state)
{
	(void)state;
	expect_sum("10.0.0.255", 1, "10.0.1.0");
	expect_sum("10.255.255.255", 2, "11.0.0.1");
	expect_sum("0.0.0.0", 0xffffffff, "255.255.255.255");
	expect_sum("0.0.0.1", 0xffffffff, NULL);
	expect_sum("255.255.255.255", 1, NULL);
	expect_sum("255.255.255.255", 0, "255.255.255.255");
	expect_sum("1.0.0.0", UINT64_MAX, NULL);
	expect_sum("2001:db8::ffff", 1, "2001:db8::1:0");
	expect_sum("::ffff:ffff:ffff:ffff", 1, "0:0:0:1::");
	expect_sum("::1", UINT64_MAX, "0:0:0:1::");
	expect_sum("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 1, NULL);
	struct addr none = {0};
	assert_false(addr_add(&none, 1));
}

/* At both ends of the blocks of the address registries. */
static const struct kind {
	const char *text;
	bool private, multicast, invalid;
} kinds[] = {
    {"0.0.0.0", true, false, true},
    {"0.255.255.255", true, false, true},
    {"1.0.0.0", false, false, false},
    {"9.255.255.255", false, false, false},
    {"10.0.0.0", true, false, false},
    {"10.255.255.255", true, false, false},
    {"11.0.0.0", false, false, false},
    {"100.63.255.255", false, false, false},
    {"100.64.0.0", true, false, false},
    {"100.127.255.255", true, false, false},
    {"100.128.0.0", false, false, false},
    {"127.0.0.53", true, false, false},
    {"169.254.169.254", true, false, false},
    {"172.15.255.255", false, false, false},
    {"172.16.0.0", true, false, false},
    {"172.31.255.255", true, false, false},
    {"172.32.0.0", false, false, false},
    {"192.167.255.255", false, false, false},
    {"192.168.0.0", true, false, false},
    {"192.169.0.0", false, false, false},
    {"192.0.2.1", false, false, false},
    {"198.51.100.1", false, false, false},
    {"203.0.113.1", false, false, false},
    {"223.255.255.255", false, false, false},
    {"224.0.0.251", false, true, false},
    {"239.255.255.255", false, true, false},
    {"240.0.0.0", false, false, true},
    {"255.255.255.255", false, false, true},
    {"::", true, false, true},
    {"::1", true, false, false},
    {"::2", false, false, false},
    {"2001:db8::1", false, false, false},
    {"2606:4700::1111", false, false, false},
    {"fbff::", false, false, false},
    {"fc00::", true, false, false},
    {"fdff:ffff::", true, false, false},
    {"fe00::", false, false, false},
    {"fe80::1", true, false, false},
    {"febf::1", true, false, false},
    {"fec0::1", true, false, false},
    {"ff02::fb", false, true, false},
    {"::ffff:10.0.0.1", true, false, false},
    {"::ffff:8.8.8.8", false, false, false},
    {"::ffff:224.0.0.1", false, true, false},
    {"::ffff:0.0.0.0", true, false, true},
};

/* Each kind of address is told at both ends of its blocks, also inside an
 * IPv4-mapped one. */
static void test_kinds(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct addr a = parsed(kinds[i].text);
		if (addr_is_private(&a) != kinds[i].private ||
		    addr_is_multicast(&a) != kinds[i].multicast ||
		    addr_is_invalid_target(&a) != kinds[i].invalid)
			fail_msg("%s", kinds[i].text);
	}
	struct addr none = {0};
	assert_false(addr_is_private(&none));
	assert_false(addr_is_multicast(&none));
	assert_true(addr_is_invalid_target(&none));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_round_trip),
	    cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_scope),
	    cmocka_unit_test(test_text_port),
	    cmocka_unit_test(test_sockaddr),
	    cmocka_unit_test(test_like_the_library),
	    cmocka_unit_test(test_zero_groups),
	    cmocka_unit_test(test_order),
	    cmocka_unit_test(test_prefix),
	    cmocka_unit_test(test_add),
	    cmocka_unit_test(test_kinds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
