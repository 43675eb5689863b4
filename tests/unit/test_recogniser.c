/*
 * test_recogniser.c - what inbound traffic is, by octets of the specifications:
 * each case names where they are from. Cut anywhere, a stream is never taken
 * for something else before it is whole.
 */
#include "listen/recogniser.h"
#include "core/base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { OCTETS = 512 };

struct octets {
	enum transport transport;
	uint16_t port;
	const char *hex;
	const char *name; /* NULL: nothing knows it */
	const char *said;
};

static const struct octets cases[] = {
    /* RFC 3164 5.4, example 1 */
    {TRANSPORT_UDP, 514,
     "3c33343e4f63742031312032323a31343a3135206d796d616368696e65207375"
     "3a2027737520726f6f7427206661696c656420666f72206c6f6e7669636b206f"
     "6e202f6465762f7074732f38",
     "syslog", "RFC 3164, severity critical"},
    /* RFC 5424 6.5, example 1 */
    {TRANSPORT_UDP, 514,
     "3c33343e3120323030332d31302d31315432323a31343a31352e3030335a206d"
     "796d616368696e652e6578616d706c652e636f6d207375202d2049443437202d"
     "2027737520726f6f7427206661696c6564",
     "syslog", "RFC 5424, severity critical"},
    /* RFC 6587 3.4.1 */
    {TRANSPORT_TCP, 514,
     "3235203c33343e31202d206d796d616368696e65207375202d202d202d", "syslog",
     "RFC 5424 over TCP, octet-counted, severity critical"},
    /* RFC 6587 3.4.2 */
    {TRANSPORT_TCP, 601,
     "3c3136353e4175672032342030353a33343a3030204353542031393837206d79"
     "6d616368696e65206d7970726f635b31305d3a20780a",
     "syslog", "RFC 3164 over TCP, severity notice"},
    /* PRI above 191 */
    {TRANSPORT_UDP, 514, "3c3139323e4f63742031312032323a31343a3135206d2078",
     NULL, ""},
    /* PRI with a leading zero */
    {TRANSPORT_UDP, 514, "3c3033343e4f63742031312032323a31343a3135206d2078",
     NULL, ""},
    /* NetFlow Export Datagram Formats, table B-3: one record */
    {TRANSPORT_UDP, 2055,
     "00050001000003e86553f1000000000000000000000000000000000000000000"
     "0000000000000000000000000000000000000000000000000000000000000000"
     "0000000000000000",
     "netflow", "version 5, 1 flow"},
    /* the same, cut */
    {TRANSPORT_UDP, 2055,
     "00050001000003e86553f1000000000000000000000000000000000000000000"
     "0000000000000000000000000000000000000000000000000000000000000000"
     "00000000000000",
     NULL, ""},
    /* RFC 3954 5.2: a template flowset */
    {TRANSPORT_UDP, 9995,
     "00090001000003e86553f100000000010000004d000000100100000200080004"
     "000c0004",
     "netflow", "version 9, source id 77, templates"},
    /* RFC 3954 5.3: data */
    {TRANSPORT_UDP, 9995,
     "00090002000003e86553f100000000010000004d000000100100000200080004"
     "000c00040100000cc0000201c0000202",
     "netflow", "version 9, source id 77, templates and data"},
    /* a flowset of length 3 */
    {TRANSPORT_UDP, 9995, "00090001000003e86553f100000000010000004d00000003",
     NULL, ""},
    /* a flowset longer than the datagram */
    {TRANSPORT_UDP, 9995,
     "00090001000003e86553f100000000010000004d0100ea6000000000", NULL, ""},
    /* a flowset of a reserved id */
    {TRANSPORT_UDP, 9995,
     "00090001000003e86553f100000000010000004d0007000800000000", NULL, ""},
    /* RFC 7011 A.2.1: a template set */
    {TRANSPORT_UDP, 4739,
     "000a002c6553f10000000000000000090002001c0100000500080004000c0004"
     "000f00040002000400010004",
     "ipfix", "observation domain 9, templates"},
    /* the same over TCP */
    {TRANSPORT_TCP, 4739,
     "000a002c6553f10000000000000000090002001c0100000500080004000c0004"
     "000f00040002000400010004",
     "ipfix", "observation domain 9, templates"},
    /* a length that is not the datagram's */
    {TRANSPORT_UDP, 4739,
     "000a002c6553f10000000000000000090002001c0100000500080004000c0004"
     "000f0004000200040001000400",
     NULL, ""},
    /* sFlow Version 5, section 5: a counter sample */
    {TRANSPORT_UDP, 6343,
     "0000000500000001c00002070000000000000001000013880000000100000002"
     "000000080000000000000000",
     "sflow", "version 5, agent 192.0.2.7, 1 sample"},
    /* the same from an IPv6 agent, no sample */
    {TRANSPORT_UDP, 6343,
     "000000050000000220010db80000000000000000000000070000000000000001"
     "0000138800000000",
     "sflow", "version 5, agent 2001:db8::7, 0 samples"},
    /* a sample longer than the datagram */
    {TRANSPORT_UDP, 6343,
     "0000000500000001c00002070000000000000001000013880000000100000002"
     "0000000800000000",
     NULL, ""},
    /* RFC 1157 4.1.6: Trap-PDU */
    {TRANSPORT_UDP, 162,
     "302702010004067075626c6963a41a06062b06010401094004c0000201020102"
     "020100430201003000",
     "snmp-trap", "version 1, trap"},
    /* RFC 3416 4.2.6: SNMPv2-Trap-PDU */
    {TRANSPORT_UDP, 162,
     "304102010104067075626c6963a7340201070201000201003029300e06082b06"
     "010201010300430201003017060a2b06010603010104010006092b0601060301"
     "010503",
     "snmp-trap", "version 2c, trap"},
    /* RFC 3416 4.2.7: InformRequest-PDU */
    {TRANSPORT_UDP, 162,
     "304102010104067075626c6963a6340201070201000201003029300e06082b06"
     "010201010300430201003017060a2b06010603010104010006092b0601060301"
     "010503",
     "snmp-trap", "version 2c, inform"},
    /* RFC 3412 6: version 3, in the clear */
    {TRANSPORT_UDP, 162,
     "308182020103300e020109020300ffe304010002010304243022040d80001f88"
     "80e9630000d61ff449020101020102040774726170706572040004003047040d"
     "80001f8880e9630000d61ff4490400a7340201070201000201003029300e0608"
     "2b06010201010300430201003017060a2b06010603010104010006092b060106"
     "0301010503",
     "snmp-trap", "version 3, trap"},
    /* the same, an inform */
    {TRANSPORT_UDP, 162,
     "308182020103300e020109020300ffe304010402010304243022040d80001f88"
     "80e9630000d61ff449020101020102040774726170706572040004003047040d"
     "80001f8880e9630000d61ff4490400a6340201070201000201003029300e0608"
     "2b06010201010300430201003017060a2b06010603010104010006092b060106"
     "0301010503",
     "snmp-trap", "version 3, inform"},
    /* RFC 3414 4: engine discovery */
    {TRANSPORT_UDP, 162,
     "3038020103300e020109020300ffe30401040201030410300e04000201010201"
     "02040004000400301104000400a00b0201070201000201003000",
     "snmp-trap", "version 3, engine discovery before an inform"},
    /* RFC 3414: encrypted */
    {TRANSPORT_UDP, 162,
     "3053020103300e020109020300ffe304010302010304243022040d80001f8880"
     "e9630000d61ff449020101020102040774726170706572040004000418000102"
     "030405060708090a0b0c0d0e0f1011121314151617",
     "snmp-trap", "version 3, encrypted"},
    /* a GetRequest is not a notification */
    {TRANSPORT_UDP, 162,
     "304102010104067075626c6963a0340201070201000201003029300e06082b06"
     "010201010300430201003017060a2b06010603010104010006092b0601060301"
     "010503",
     NULL, ""},
    /* RFC 1350 5: RRQ */
    {TRANSPORT_UDP, 69, "0001726663313335302e747874006f6374657400", "tftp",
     "request to read the file rfc1350.txt"},
    /* RFC 2347: WRQ with options */
    {TRANSPORT_UDP, 69,
     "00027377312d636f6e6667004e65744153434949007473697a65003000", "tftp",
     "request to write the file sw1-confg"},
    /* another mode */
    {TRANSPORT_UDP, 69, "0001610062696e61727900", NULL, ""},
    /* a mode without its end */
    {TRANSPORT_UDP, 69, "000161006f63746574", NULL, ""},
    /* RFC 959 5.3.1 */
    {TRANSPORT_TCP, 21, "5553455220616e6f6e796d6f75730d0a", "ftp",
     "control connection, USER"},
    /* RFC 2228 */
    {TRANSPORT_TCP, 10021, "6175746820544c530d0a", "ftp",
     "control connection, AUTH"},
    /* not a command of FTP */
    {TRANSPORT_TCP, 21, "555345525320780d0a", NULL, ""},
    /* RFC 9112 3, example */
    {TRANSPORT_TCP, 80,
     "474554202f68656c6c6f2e74787420485454502f312e310d0a486f73743a2077"
     "77772e6578616d706c652e636f6d0d0a0d0a",
     "http", "GET, HTTP/1.1"},
    /* RFC 9113 3.4 */
    {TRANSPORT_TCP, 80, "505249202a20485454502f322e300d0a0d0a534d0d0a0d0a",
     "http", "PRI, HTTP/2.0"},
    /* HTTP/0.9 is too little to go by */
    {TRANSPORT_TCP, 80, "474554202f68656c6c6f2e7478740d0a", NULL, ""},
    /* RFC 8448 3: the client's first record */
    {TRANSPORT_TCP, 443,
     "16030100c4010000c00303cb34ecb1e78163ba1c38c6dacb196a6dffa21a8d99"
     "12ec18a2ef6283024dece7000006130113031302010000910000000b00090000"
     "06736572766572ff01000100000a00140012001d001700180019010001010102"
     "0103010400230000003300260024001d002099381de560e4bd43d23d8e435a7d"
     "bafeb3c06e51c13cae4d5413691e529aaf2c002b0003020304000d0020001e04"
     "0305030603020308040805080604010501060102010402050206020202002d00"
     "020101001c00024001",
     "tls", "client hello for server"},
    /* TLS at another port */
    {TRANSPORT_TCP, 21,
     "16030100c4010000c00303cb34ecb1e78163ba1c38c6dacb196a6dffa21a8d99"
     "12ec18a2ef6283024dece7000006130113031302010000910000000b00090000"
     "06736572766572ff01000100000a00140012001d001700180019010001010102"
     "0103010400230000003300260024001d002099381de560e4bd43d23d8e435a7d"
     "bafeb3c06e51c13cae4d5413691e529aaf2c002b0003020304000d0020001e04"
     "0305030603020308040805080604010501060102010402050206020202002d00"
     "020101001c00024001",
     "tls", "client hello for server"},
    /* an alert is not a client hello */
    {TRANSPORT_TCP, 443, "1503030002022800000000", NULL, ""},
};
enum { CASES = sizeof cases / sizeof cases[0] };

static size_t from_hex(const char *hex, uint8_t *out)
{
	static const char digits[] = "0123456789abcdef";
	size_t length = strlen(hex) / 2;

	assert_true(length <= OCTETS);
	for (size_t i = 0; i < length; i++)
		out[i] = (uint8_t)((strchr(digits, hex[2 * i]) - digits) * 16 +
				   (strchr(digits, hex[2 * i + 1]) - digits));
	return length;
}

/* In a block of its size: a read behind the end is seen by a sanitizer. */
static enum recognised ask(const struct octets *one, const uint8_t *bytes,
			   size_t length, const struct recogniser **who,
			   char said[RECOGNISED_SAID])
{
	uint8_t *block = malloc(length + 1);
	struct recognised_bytes in = {one->transport, block, length};
	enum recognised what;

	memcpy(block, bytes, length);
	what = recogniser_ask(one->port, &in, who, said);
	free(block);
	return what;
}

static void each_is_what_its_specification_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < CASES; i++) {
		const struct recogniser *who;
		char said[RECOGNISED_SAID];
		uint8_t bytes[OCTETS];
		size_t length = from_hex(cases[i].hex, bytes);
		enum recognised what =
		    ask(&cases[i], bytes, length, &who, said);

		if (cases[i].name == NULL) {
			assert_int_equal(what, RECOGNISED_NO);
			assert_null(who);
		} else {
			assert_int_equal(what, RECOGNISED_YES);
			assert_string_equal(who->name, cases[i].name);
		}
		assert_string_equal(said, cases[i].said);
	}
}

static void a_stream_that_is_not_whole_may_still_become_one(void **state)
{
	(void)state;
	for (size_t i = 0; i < CASES; i++) {
		const struct recogniser *who;
		char said[RECOGNISED_SAID];
		uint8_t bytes[OCTETS];
		size_t length = from_hex(cases[i].hex, bytes);

		if (cases[i].name == NULL ||
		    cases[i].transport != TRANSPORT_TCP)
			continue;
		for (size_t n = 0; n < length; n++) {
			enum recognised what =
			    ask(&cases[i], bytes, n, &who, said);

			assert_int_not_equal(what, RECOGNISED_NO);
			if (what == RECOGNISED_YES)
				assert_string_equal(who->name, cases[i].name);
		}
	}
}

/* RFC 1350 5: ERROR is opcode 5. Never longer than what it answers. */
static void a_request_by_tftp_gets_a_short_error(void **state)
{
	static const char request[] = "\0\1a\0octet";
	const struct recogniser *tftp = recogniser_for(TRANSPORT_UDP, 69);
	uint8_t out[OCTETS];

	(void)state;
	assert_string_equal(tftp->name, "tftp");
	for (size_t length = 0; length <= sizeof request; length++) {
		struct recognised_bytes in = {TRANSPORT_UDP,
					      (const uint8_t *)request, length};
		size_t got = tftp->answer(&in, out, sizeof out);

		assert_true(got <= length);
		assert_true(got == 0 || (out[1] == 5 && out[got - 1] == 0));
	}
}

/* Design: a greeting has at most 64 octets, only TCP has one. */
static void the_table_keeps_its_promises(void **state)
{
	(void)state;
	for (size_t i = 0; recogniser_registry[i] != NULL; i++) {
		const struct recogniser *r = recogniser_registry[i];

		assert_non_null(r->setting);
		assert_true(r->ports[0] != 0);
		if (r->greeting != NULL)
			assert_true(strlen(r->greeting) <= RECOGNISED_GREETING);
		if (r->answer != NULL)
			assert_int_equal(r->transports, TRANSPORTS_UDP);
	}
	assert_null(recogniser_for(TRANSPORT_TCP, 69));
	assert_null(recogniser_for(TRANSPORT_UDP, 9));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_is_what_its_specification_says),
	    cmocka_unit_test(a_stream_that_is_not_whole_may_still_become_one),
	    cmocka_unit_test(a_request_by_tftp_gets_a_short_error),
	    cmocka_unit_test(the_table_keeps_its_promises),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
