/*
 * test_ldap.c - the LDAP check against captured root DSEs, in any pieces,
 * changed and cut; and the times that LDAP and Kerberos write.
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

/* The session's evidence that the check is shown. */
static struct tls_evidence evidence;

const struct tls_evidence *probe_tls(const struct probe *p)
{
	(void)p;
	return &evidence;
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
/* From slapd 2.5.13: the root DSE; no such object (32); and its notice of
 * disconnection to a message that it could not read. */
static const char openldap_hex[] =
    "304d0201016448040030443025040e6e616d696e67436f6e746578747331130411"
    "64633d6578616d706c652c64633d6f7267301b0414737570706f727465644c4441"
    "5056657273696f6e3103040133300c02010165070a010004000400";
static const char missing_hex[] = "300c02010165070a012004000400";
static const char notice_hex[] =
    "3032020100782d0a01020400040e6465636f64696e67206572726f728a16312e332e"
    "362e312e342e312e313436362e3230303336";
/* From the same Samba, to a search below the root without a bind. */
static const char refused_hex[] =
    "3042020101653d0a01010400043630303030323032303a204f7065726174696f6e20"
    "756e617661696c61626c6520776974686f75742061757468656e7469636174696f6e";
/* Made by hand in the manner of Active Directory, which writes each length on
 * four octets (so does HAProxy's ldap-check test of it): no Windows was at
 * hand. */
static const char windows_hex[] =
    "30840000006502010164840000005c0400308400000054308400000025040b64"
    "6e73486f73744e616d6531840000001204106463312e636f72702e6578616d70"
    "6c6530840000002304146973476c6f62616c436174616c6f6752656164793184"
    "00000007040546414c53453084000000100201016584000000070a0100040004"
    "00";

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

static void samba_is_described(void **state)
{
	struct fake f;
	uint8_t packet[PACKET_MAX];
	size_t length = bytes_of(samba_hex, packet);

	(void)state;
	fake_start(&f, &check_ldap, &plain);
	fake_drip(&f, packet, length);
	assert_string_equal(fake_fact(&f, "naming-context"), "DC=lab,DC=test");
	assert_string_equal(fake_fact(&f, "dns-host-name"), "dc1.lab.test");
	assert_string_equal(fake_fact(&f, "vendor"),
			    "Samba Team (https://www.samba.org)");
	assert_int_equal(fake_count(&f, "versions"), 2);
	assert_true(fake_lists(&f, "versions", "3"));
	assert_int_equal(fake_number(&f, "global-catalog-ready"), 1);
	assert_true(fake_number(&f, "server-time-offset") != INT64_MIN);
	assert_null(facts_find(&f.facts, "result-code"));
	fake_ok(&f);
}

static void openldap_is_described(void **state)
{
	struct fake f;
	uint8_t packet[PACKET_MAX];
	size_t length = bytes_of(openldap_hex, packet);

	(void)state;
	fake_start(&f, &check_ldap, &plain);
	fake_stream(&f, packet, length);
	assert_string_equal(fake_fact(&f, "naming-context"),
			    "dc=example,dc=org");
	assert_null(facts_find(&f.facts, "server-time-offset"));
	fake_ok(&f);
}

/* In whatever order the two attributes come. */
static void the_default_context_counts(void **state)
{
	static const char *const orders[] = {
	    "304c 020101 6447 0400 3043"
	    "301b 0414 64656661756c744e616d696e67436f6e74657874 3103 0401 64"
	    "3018 040e 6e616d696e67436f6e7465787473 3106 0401 78 0401 64"
	    "300a 0402 636e 3104 0402 6161",
	    "304c 020101 6447 0400 3043"
	    "3018 040e 6e616d696e67436f6e7465787473 3106 0401 78 0401 64"
	    "301b 0414 64656661756c744e616d696e67436f6e74657874 3103 0401 64"
	    "300a 0402 636e 3104 0402 6161"};
	struct fake f;
	uint8_t packet[PACKET_MAX];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		size_t length = bytes_of(orders[i], packet);

		fake_start(&f, &check_ldap, &plain);
		fake_stream(&f, packet, length);
		fake_event(&f, EV_EOF);
		assert_string_equal(fake_fact(&f, "naming-context"), "d");
		fake_ok(&f);
	}
}

static void windows_lengths_are_read(void **state)
{
	struct fake f;
	uint8_t packet[PACKET_MAX];
	size_t length = bytes_of(windows_hex, packet);

	(void)state;
	fake_start(&f, &check_ldap, &plain);
	fake_drip(&f, packet, length);
	assert_string_equal(fake_fact(&f, "dns-host-name"), "dc1.corp.example");
	assert_int_equal(fake_number(&f, "global-catalog-ready"), 0);
	fake_ok(&f);
}

static void every_result_proves_ldap(void **state)
{
	static const struct {
		const char *hex;
		int64_t code;
		const char *message;
	} cases[] = {{missing_hex, 32, ""},
		     {notice_hex, 2, "decoding error"},
		     {refused_hex, 1,
		      "00002020: Operation unavailable without authentication"},
		     /* strongerAuthRequired, to a search and to a bind */
		     {"300c 020101 6507 0a0108 0400 0400", 8, ""},
		     {"300c 020101 6107 0a0108 0400 0400", 8, ""}};
	struct fake f;
	uint8_t packet[PACKET_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		size_t length = bytes_of(cases[i].hex, packet);

		fake_start(&f, &check_ldap, &plain);
		fake_stream(&f, packet, length);
		assert_int_equal(fake_number(&f, "result-code"), cases[i].code);
		assert_string_equal(fake_fact(&f, "message"), cases[i].message);
		fake_ok(&f);
	}
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

static void our_own_question_is_no_answer(void **state)
{
	struct fake f;
	uint8_t packet[FAKE_SENT_MAX];
	size_t length;

	(void)state;
	fake_start(&f, &check_ldap, &plain);
	length = f.sent_length;
	memcpy(packet, f.sent, length);
	fake_stream(&f, packet, length);
	fake_ended(&f, PHASE_REPLY, CAUSE_BAD_REPLY);
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

static void an_end_in_the_middle(void **state)
{
	struct fake f;
	uint8_t packet[PACKET_MAX];
	size_t length = bytes_of(samba_hex, packet);

	(void)state;
	fake_start(&f, &check_ldap, &plain);
	fake_event(&f, EV_EOF); /* the engine records the reset */
	fake_waits(&f);
	fake_start(&f, &check_ldap, &plain);
	fake_stream(&f, packet, 100);
	fake_event(&f, EV_EOF);
	fake_ended(&f, PHASE_REPLY, CAUSE_BAD_REPLY);
	fake_start(&f, &check_ldap, &plain);
	fake_stream(&f, packet, 100);
	fake_event(&f, EV_DEADLINE);
	fake_waits(&f);
	/* The entry is the witness, with or without the result. */
	fake_start(&f, &check_ldap, &plain);
	fake_stream(&f, packet, length - 3);
	fake_event(&f, EV_DEADLINE);
	fake_ok(&f);
}

static void a_certificate_counts_where_it_is_asked_for(void **state)
{
	static const struct ldap_params secure = {.tls = true};
	static const struct ldap_params strict = {.tls = true, .verify = true};
	struct fake f;

	(void)state;
	assert_int_equal(check_ldap.choose(&plain), NEEDS_TCP);
	assert_int_equal(check_ldap.choose(&secure), NEEDS_TLS);
	evidence.trust = TLS_TRUST_UNKNOWN_ROOT;
	fake_start(&f, &check_ldap, &secure);
	assert_int_equal(f.sends, 1);
	fake_waits(&f);
	fake_start(&f, &check_ldap, &strict);
	assert_int_equal(f.sends, 0);
	fake_ended(&f, PHASE_TLS, CAUSE_UNTRUSTED);
	evidence.trust = TLS_TRUST_LOCAL_ROOT;
	fake_start(&f, &check_ldap, &strict);
	assert_int_equal(f.sends, 1);
	fake_waits(&f);
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
	    cmocka_unit_test(samba_is_described),
	    cmocka_unit_test(openldap_is_described),
	    cmocka_unit_test(the_default_context_counts),
	    cmocka_unit_test(windows_lengths_are_read),
	    cmocka_unit_test(every_result_proves_ldap),
	    cmocka_unit_test(anything_else_is_a_bad_reply),
	    cmocka_unit_test(our_own_question_is_no_answer),
	    cmocka_unit_test(messages_are_counted),
	    cmocka_unit_test(an_end_in_the_middle),
	    cmocka_unit_test(a_certificate_counts_where_it_is_asked_for),
	    cmocka_unit_test(verify_wants_tls),
	    cmocka_unit_test(every_octet_may_change),
	    cmocka_unit_test(every_cut_is_survived),
	    cmocka_unit_test(times_are_read),
	};

	return cmocka_run_group_tests_name("ldap", tests, NULL, NULL);
}
