/*
 * test_ldap.c - the LDAP check against hostile octets and a captured root DSE,
 * changed and cut; and the times that LDAP and Kerberos write. The rest is in
 * tests/checks/ldap.py.
 */
#include "tests/unit/fake_probe.h"

#include "core/base/gentime.h"
#include "core/proto/ldapmsg.h"
#include "core/net/tls.h"

extern const struct check check_ldap;

struct ldap_params {
	bool tls;
	bool verify;
};

const struct tls_evidence *probe_tls(const struct probe *p)
{
	static const struct tls_evidence none;

	(void)p;
	return &none;
}

/* Captured from Samba 4.17.12 as a domain controller (tests/lab/peers/samba_dc)
 * on port 389; 3268 and 636 gave the same but for the time. */
static const char samba_hex[] =
    "308201a40201016482019d0400308201973028041464656661756c744e616d696e67436f"
    "6e746578743110040e44433d6c61622c44433d74657374301e0414737570706f72746564"
    "4c44415056657273696f6e31060401320401333032040a76656e646f724e616d65312404"
    "2253616d6261205465616d202868747470733a2f2f7777772e73616d62612e6f72672930"
    "1d040b646e73486f73744e616d65310e040c6463312e6c61622e746573743022040b6375"
    "7272656e7454696d653113041132303236313132313034333333342e305a3081b3040e6e"
    "616d696e67436f6e74657874733181a0040e44433d6c61622c44433d74657374041f434e"
    "3d436f6e66696775726174696f6e2c44433d6c61622c44433d746573740429434e3d5363"
    "68656d612c434e3d436f6e66696775726174696f6e2c44433d6c61622c44433d74657374"
    "042044433d446f6d61696e446e735a6f6e65732c44433d6c61622c44433d746573740420"
    "44433d466f72657374446e735a6f6e65732c44433d6c61622c44433d74657374301e0414"
    "6973476c6f62616c436174616c6f6752656164793106040454525545"
    "300c02010165070a010004000400";

enum { PACKET_MAX = 1024 };

static const struct ldap_params plain;

static size_t bytes_of(const char *hex, uint8_t out[PACKET_MAX])
{
	return fake_hex(hex, out, PACKET_MAX);
}

static void the_question_is_one_anonymous_search(void **state)
{
	struct fake f;
	uint8_t wanted[PACKET_MAX];
	/* Answered by Samba and slapd in this form. */
	size_t length = bytes_of(
	    "30819e 020101 638198 0400 0a0100 0a0100 020101 020105 010100"
	    "870b 6f626a656374436c617373 3078"
	    "040e 6e616d696e67436f6e7465787473"
	    "0414 64656661756c744e616d696e67436f6e74657874"
	    "040b 646e73486f73744e616d65"
	    "0414 6973476c6f62616c436174616c6f675265616479"
	    "040a 76656e646f724e616d65"
	    "0414 737570706f727465644c44415056657273696f6e"
	    "040b 63757272656e7454696d65",
	    wanted);

	(void)state;
	fake_start(&f, &check_ldap, &plain);
	assert_int_equal(f.sent_length, length);
	assert_memory_equal(f.sent, wanted, length);
	fake_waits(&f);
}

/* An attribute whose value is longer than its set. */
static const char long_value_hex[] =
    "301d 020101 6418 0400 3014"
    "3012 040a 76656e646f724e616d65 3104 0405 6161";

static void anything_else_is_a_bad_reply(void **state)
{
	static const char *const cases[] = {
	    "48",               /* HTTP */
	    "3080",             /* indefinite length */
	    "3085",             /* a length of five octets */
	    "3084 ffffffff",    /* a length that nobody means */
	    "3083 010001",      /* longer than we take */
	    "3003 020101",      /* no operation */
	    "3005 020101 6000", /* a request: our own echo, or a client */
	    "3005 020101 6300",
	    "300c 020107 6507 0a0100 0400 0400", /* not to our question */
	    "300c 020101 6507 0a01ff 0400 0400", /* no code below zero */
	    "3009 020101 6504 0a010004",         /* no message */
	    "3009 020101 6404 04003080",         /* attributes: indefinite */
	    "300b 020101 6406 0400 3002 3005",   /* one longer than all */
	    long_value_hex};
	struct fake f;
	uint8_t packet[PACKET_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		size_t length = bytes_of(cases[i], packet);

		fake_start(&f, &check_ldap, &plain);
		fake_stream(&f, packet, length);
		if (!f.done)
			fail_msg("%s", cases[i]);
		fake_ended(&f, PHASE_REPLY, CAUSE_BAD_REPLY);
	}
}

static void messages_are_counted(void **state)
{
	struct fake f;
	uint8_t packet[PACKET_MAX];
	size_t length = bytes_of("3005 020101 7900", packet);

	(void)state;
	fake_start(&f, &check_ldap, &plain);
	for (int i = 0; i < 8; i++)
		fake_stream(&f, packet, length);
	assert_false(f.done);
	fake_stream(&f, packet, length);
	fake_ended(&f, PHASE_REPLY, CAUSE_BAD_REPLY);
}

static void verify_wants_tls(void **state)
{
	static const struct ldap_params odd = {.verify = true};
	struct error err;

	(void)state;
	assert_int_equal(check_ldap.validate(&plain, &err), 0);
	assert_int_equal(check_ldap.validate(&odd, &err), -1);
}

static void every_octet_may_change(void **state)
{
	uint8_t packet[PACKET_MAX];
	size_t length = bytes_of(samba_hex, packet);

	(void)state;
	for (size_t i = 0; i < length * 256; i++) {
		struct fake f;
		uint8_t kept = packet[i / 256];

		packet[i / 256] = (uint8_t)i;
		fake_start(&f, &check_ldap, &plain);
		fake_stream(&f, packet, length);
		fake_facts_declared(&f);
		fake_free(&f);
		packet[i / 256] = kept;
	}
}

/* The reader alone, over blocks of exactly their size. */
static void every_cut_is_survived(void **state)
{
	uint8_t packet[PACKET_MAX];
	size_t length = bytes_of(samba_hex, packet);

	(void)state;
	for (size_t i = 0; i <= length; i++) {
		struct ldapmsg m;
		struct ldapmsg_attribute a;
		uint8_t *block = malloc(i + 1);
		size_t taken;

		memcpy(block + 1, packet, i);
		if (ldapmsg_read(&m, block + 1, i))
			while (ldapmsg_next(&m, &a))
				while (ldapmsg_value(&a, &taken) != NULL)
					continue;
		free(block);
	}
}

static int64_t time_of(const char *text)
{
	int64_t us = INT64_MIN;
	uint8_t block[32];

	memcpy(block, text, strlen(text));
	return gentime_read(block, strlen(text), &us) ? us : INT64_MIN;
}

static void times_are_read(void **state)
{
	static const char *const none[] = {"",
					   "2026",
					   "20261121043334",
					   "20261121043334.Z",
					   "20261121043334.0",
					   "20261121043334Z0",
					   "20261121043334+0100",
					   "202611210433Z",
					   "20261321043334Z",
					   "20260229043334Z",
					   "20261100043334Z",
					   "20261121243334Z",
					   "20261121046034Z",
					   "00001121043334Z",
					   "2026-121043334Z",
					   "20261121 43334Z"};

	(void)state;
	assert_int_equal(time_of("19700101000000Z"), 0);
	/* date -u -d '2026-11-21 04:33:34' +%s */
	assert_int_equal(time_of("20261121043334Z"), INT64_C(1795235614000000));
	assert_int_equal(time_of("20261121043334.25Z"),
			 INT64_C(1795235614250000));
	assert_int_equal(time_of("20261121043334,1234567Z"),
			 INT64_C(1795235614123456));
	assert_int_equal(time_of("20240229235960Z"), INT64_C(1709251200000000));
	assert_int_equal(time_of("16010101000000.0Z"),
			 -INT64_C(11644473600000000));
	assert_int_equal(time_of("99991231235959Z"),
			 INT64_C(253402300799000000));
	for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
		assert_int_equal(time_of(none[i]), INT64_MIN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_question_is_one_anonymous_search),
	    cmocka_unit_test(anything_else_is_a_bad_reply),
	    cmocka_unit_test(messages_are_counted),
	    cmocka_unit_test(verify_wants_tls),
	    cmocka_unit_test(every_octet_may_change),
	    cmocka_unit_test(every_cut_is_survived),
	    cmocka_unit_test(times_are_read),
	};

	return cmocka_run_group_tests_name("ldap", tests, NULL, NULL);
}
