/* test_packet.c - ARP, neighbour discovery and echo requests as octets, laid
 * out as in RFC 826, RFC 4861 4.3 and 4.4, RFC 791 and RFC 8200; checksums by
 * another implementation (Python). */
#include "core/proto/packet.h"
#include "core/base/wire.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static const uint8_t self[PACKET_LINK] = {2, 0, 0, 0, 0, 5};
static const uint8_t router[PACKET_LINK] = {2, 0, 0, 0, 0, 1};
static const uint8_t other[PACKET_LINK] = {2, 0, 0, 0, 0, 0x66};

static struct addr address(const char *text)
{
	struct addr a;

	assert_true(addr_parse(&a, text));
	return a;
}

/* RFC 5227 2.1.1: sender address 0, target hardware address 0. */
static const uint8_t probe[] = {0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0,  0, 0, 5,
				0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10, 0, 0, 1};

static void arp_probe(void **state)
{
	static const uint8_t all[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
	struct addr wanted = address("10.0.0.1"), none = {0};
	uint8_t to[PACKET_LINK], out[PACKET_MAX];

	(void)state;
	assert_int_equal(packet_ask(&wanted, &none, self, to, out),
			 sizeof probe);
	assert_memory_equal(out, probe, sizeof probe);
	assert_memory_equal(to, all, sizeof all);
}

/* RFC 4861 4.3, to the group of the address: RFC 4291 2.7.1, RFC 2464 7. */
static void solicitation(void **state)
{
	static const uint8_t packet[] = {
	    0x60, 0,    0,    0,    0,    0x20, 0x3a, 0xff, /* IPv6 */
	    0xfe, 0x80, 0,    0,    0,    0,    0,    0,    /* fe80::2 */
	    0,    0,    0,    0,    0,    0,    0,    2,    /* */
	    0xff, 2,    0,    0,    0,    0,    0,    0,    /* ff02::1:ff00:1 */
	    0,    0,    0,    1,    0xff, 0,    0,    1,    /* */
	    0x87, 0,    0x4b, 0x5a, 0,    0,    0,    0,    /* type 135 */
	    0x20, 1,    0x0d, 0xb8, 0,    2,    0,    0,    /* target */
	    0,    0,    0,    0,    0,    0,    0,    1,    /* */
	    1,    1,    2,    0,    0,    0,    0,    5};   /* our link */
	static const uint8_t group[] = {0x33, 0x33, 0xff, 0, 0, 1};
	struct addr wanted = address("2001:db8:2::1");
	struct addr source = address("fe80::2");
	uint8_t to[PACKET_LINK], out[PACKET_MAX];

	(void)state;
	assert_int_equal(packet_ask(&wanted, &source, self, to, out),
			 sizeof packet);
	assert_memory_equal(out, packet, sizeof packet);
	assert_memory_equal(to, group, sizeof group);
}

/* An ARP packet from `who` for 10.0.0.1, a reply or an announcement. */
static void arp_from(uint8_t out[46], uint8_t operation,
		     const uint8_t who[PACKET_LINK])
{
	memset(out, 0, 46); /* padded, as short frames are */
	memcpy(out, probe, 8);
	out[7] = operation;
	memcpy(out + 8, who, PACKET_LINK);
	memcpy(out + 14, "\x0a\0\0\x01", 4);
	memcpy(out + 18, self, PACKET_LINK);
	memcpy(out + 24, "\x0a\0\0\x05", 4);
}

static void arp_claims(void **state)
{
	struct addr wanted = address("10.0.0.1"), no = address("10.0.0.2");
	uint8_t packet[46], link[PACKET_LINK];

	(void)state;
	arp_from(packet, 2, router);
	assert_true(packet_claims(&wanted, packet, 46, other, link));
	assert_memory_equal(link, router, PACKET_LINK); /* not the sender */
	assert_true(packet_claims(&wanted, packet, 28, other, link));
	assert_false(packet_claims(&no, packet, 46, other, link));
	arp_from(packet, 1, other); /* RFC 5227 2.3: announcements ask */
	assert_true(packet_claims(&wanted, packet, 46, other, link));
	assert_memory_equal(link, other, PACKET_LINK);
	arp_from(packet, 3, other); /* reverse ARP */
	assert_false(packet_claims(&wanted, packet, 46, other, link));
	for (size_t i = 0; i < 28; i++) { /* cut anywhere */
		arp_from(packet, 2, router);
		assert_false(packet_claims(&wanted, packet, i, other, link));
	}
	for (size_t i = 0; i < 6; i++) { /* another link, another protocol */
		arp_from(packet, 2, router);
		packet[i] ^= 1;
		assert_false(packet_claims(&wanted, packet, 46, other, link));
	}
	/* A probe claims nothing. */
	assert_false(packet_claims(&wanted, probe, sizeof probe, other, link));
}

/* RFC 4861 4.4: from fe80::1 to fe80::2, router, solicited, override. */
static const uint8_t advertisement[] = {
    0x60, 0,    0,    0,    0,    0x20, 0x3a, 0xff, /* IPv6 */
    0xfe, 0x80, 0,    0,    0,    0,    0,    0,    /* fe80::1 */
    0,    0,    0,    0,    0,    0,    0,    1,    /* */
    0xfe, 0x80, 0,    0,    0,    0,    0,    0,    /* fe80::2 */
    0,    0,    0,    0,    0,    0,    0,    2,    /* */
    0x88, 0,    0x68, 0x7c, 0xe0, 0,    0,    0,    /* type 136 */
    0x20, 1,    0x0d, 0xb8, 0,    2,    0,    0,    /* target */
    0,    0,    0,    0,    0,    0,    0,    1,    /* */
    2,    1,    2,    0,    0,    0,    0,    0x66};

static void advertised(void **state)
{
	struct addr wanted = address("2001:db8:2::1");
	struct addr no = address("2001:db8:2::2");
	uint8_t packet[sizeof advertisement], link[PACKET_LINK];
	size_t size = sizeof advertisement;

	(void)state;
	assert_true(packet_claims(&wanted, advertisement, size, router, link));
	assert_memory_equal(link, other, PACKET_LINK);
	assert_false(packet_claims(&no, advertisement, size, router, link));
	/* Without the option it is who sent it (RFC 4861 7.2.4). */
	assert_true(
	    packet_claims(&wanted, advertisement, size - 8, router, link));
	assert_memory_equal(link, router, PACKET_LINK);
	for (size_t i = 0; i < size - 8; i++)
		assert_false(
		    packet_claims(&wanted, advertisement, i, router, link));
	memcpy(packet, advertisement, size);
	packet[7] = 254; /* a router passed it on: RFC 4861 7.1.2 */
	assert_false(packet_claims(&wanted, packet, size, router, link));
	memcpy(packet, advertisement, size);
	packet[65] = 0; /* an option of no length: ends the reading */
	assert_true(packet_claims(&wanted, packet, size, router, link));
	assert_memory_equal(link, router, PACKET_LINK);
	memcpy(packet, advertisement, size);
	packet[40] = 135; /* a solicitation claims nothing */
	assert_false(packet_claims(&wanted, packet, size, router, link));
}

/* RFC 1071 3, and the example of a header that is its own proof: the sum over
 * octets with their checksum is 0. */
static void checksum(void **state)
{
	static const uint8_t example[] = {0,    1,    0xf2, 3,
					  0xf4, 0xf5, 0xf6, 0xf7};
	static const uint8_t odd[] = {0x12, 0x34, 0x56};

	(void)state;
	assert_int_equal(wire_checksum(example, sizeof example), 0x220d);
	assert_int_equal(wire_checksum(odd, sizeof odd), 0x97cb);
	assert_int_equal(wire_checksum(odd, 0), 0xffff);
}

static void echo_v4(void **state)
{
	static const uint8_t header[] = {0x45, 0,  0,  44,   0,    0,  0,
					 0,    64, 1,  0x65, 0xc2, 10, 2,
					 0,    2,  10, 2,    1,    10};
	struct addr source = address("10.2.0.2"), to = address("10.2.1.10");
	struct echo e;
	uint8_t out[PACKET_MAX];
	size_t length = packet_echo(&e, &source, &to, out);

	(void)state;
	assert_int_equal(length, 44);
	assert_memory_equal(out, header, sizeof header);
	assert_int_equal(out[20], 8);
	assert_int_equal(wire_checksum(out + 20, ECHO_SIZE), 0);
	/* Our own request is not the reply. */
	assert_false(packet_is_echo_reply(&e, &source, out, length));
	out[20] = 0;
	memcpy(out + 12, to.bytes, 4);
	assert_true(packet_is_echo_reply(&e, &to, out, length));
	assert_true(packet_is_echo_reply(&e, &to, out, length + 2));
	assert_false(packet_is_echo_reply(&e, &source, out, length));
	for (size_t i = 0; i < length; i++)
		assert_false(packet_is_echo_reply(&e, &to, out, i));
	out[30] ^= 1; /* of another */
	assert_false(packet_is_echo_reply(&e, &to, out, length));
}

static void echo_v6(void **state)
{
	struct addr source = address("2001:db8:2::2");
	struct addr to = address("2001:db8:2:1::10");
	struct echo e;
	uint8_t out[PACKET_MAX], pseudo[40 + ECHO_SIZE] = {0};
	size_t length = packet_echo(&e, &source, &to, out);

	(void)state;
	assert_int_equal(length, 64);
	assert_memory_equal(out, "\x60\0\0\0\0\x18\x3a\x40", 8);
	assert_memory_equal(out + 8, source.bytes, 16);
	assert_memory_equal(out + 24, to.bytes, 16);
	assert_int_equal(out[40], 128);
	memcpy(pseudo, out + 8, 32); /* RFC 8200 8.1 */
	pseudo[35] = ECHO_SIZE;
	pseudo[39] = 58;
	memcpy(pseudo + 40, out + 40, ECHO_SIZE);
	assert_int_equal(wire_checksum(pseudo, sizeof pseudo), 0);
	out[40] = 129;
	memcpy(out + 8, to.bytes, 16);
	assert_true(packet_is_echo_reply(&e, &to, out, length));
	assert_false(packet_is_echo_reply(&e, &source, out, length));
	assert_false(packet_is_echo_reply(&e, &to, out, length - 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(arp_probe),  cmocka_unit_test(solicitation),
	    cmocka_unit_test(arp_claims), cmocka_unit_test(advertised),
	    cmocka_unit_test(checksum),   cmocka_unit_test(echo_v4),
	    cmocka_unit_test(echo_v6),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
