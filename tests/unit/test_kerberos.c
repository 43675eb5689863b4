/*
 * test_kerberos.c - the Kerberos check's question, hostile octets, and captured
 * answers of two KDCs, changed and cut. The rest is in
 * tests/checks/kerberos.py.
 */
#include "tests/unit/fake_probe.h"

#include "core/proto/krbmsg.h"

extern const struct check check_kerberos;

struct kerberos_params {
	const char *realm;
	const char *principal;
	int transport;
};

enum { TCP, UDP, PACKET_MAX = 1024 };
/* Places in Samba's answer. */
enum { VERSION_AT = 9, SUSEC_AT = 38 };
/* The last field of the ticket begins so far from the end. */
enum { ENC_PART = 17 };

static const struct kerberos_params over_tcp = {"LAB.TEST", "preflight-probe",
						TCP};
static const struct kerberos_params over_udp = {"LAB.TEST", "preflight-probe",
						UDP};

/* Captured from Samba 4.17.12 as a domain controller (tests/lab/peers/samba_dc)
 * over UDP: no such principal. Over TCP the same behind 00000083. */
static const char samba_hex[] =
    "7e8180307ea003020105a10302011ea411180f32303236313132313034333333365aa5"
    "050203065259a603020106a70a1b084c41422e54455354a81c301aa003020101a11330"
    "111b0f707265666c696768742d70726f6265a90a1b084c41422e54455354aa1d301ba0"
    "03020102a11430121b066b72627467741b084c41422e54455354";
/* From MIT krb5kdc 1.20.1, to another principal: preauthentication required,
 * with e-text and e-data. */
static const char mit_hex[] =
    "7e81dc3081d9a003020105a10302011ea411180f32303236313132313034333435315aa5"
    "05020305f313a603020119a70a1b084d49542e54455354a8133011a003020101a10a3008"
    "1b066c6f636b6564a90a1b084d49542e54455354aa1d301ba003020102a11430121b066b"
    "72627467741b084d49542e54455354ab101b0e4e45454445445f50524541555448ac5004"
    "4e304c300aa10402020088a20204003024a103020113a21d041b30193017a003020112a1"
    "101b0e4d49542e544553546c6f636b65643009a103020102a2020400300da10402020085"
    "a20504034d4954";
/* From the same, an AS-REP to a principal that may do without; the ticket's
 * and the answer's own cipher texts are cut to four octets here. */
static const char ticket_hex[] =
    "6b81b13081aea003020105a10302010ba22630243022a103020113a21b041930173015a0"
    "03020112a10e1b0c4d49542e544553546f70656ea30a1b084d49542e54455354a411300f"
    "a003020101a10830061b046f70656ea54a61483046a003020105a10a1b084d49542e5445"
    "5354a21d301ba003020102a11430121b066b72627467741b084d49542e54455354a31430"
    "12a003020112a103020101a20604048b8829cea60f300da003020112a20604042fc3b81f";

static size_t bytes_of(const char *hex, uint8_t out[PACKET_MAX])
{
	return fake_hex(hex, out, PACKET_MAX);
}

/* With the length in front. */
static size_t framed(const char *hex, uint8_t out[PACKET_MAX])
{
	size_t length = fake_hex(hex, out + 4, PACKET_MAX - 4);

	out[0] = out[1] = 0;
	out[2] = (uint8_t)(length >> 8);
	out[3] = (uint8_t)length;
	return length + 4;
}

static void the_question_is_an_as_req(void **state)
{
	struct fake f;
	uint8_t wanted[PACKET_MAX];
	/* Samba and krb5kdc answered these octets. */
	size_t length = bytes_of(
	    "6a818b308188a103020105a20302010aa47c307aa00703050040000010a11c301a"
	    "a003020101a11330111b0f707265666c696768742d70726f6265a20a1b084c4142"
	    "2e54455354a31d301ba003020102a11430121b066b72627467741b084c41422e54"
	    "455354a511180f32303337303931333032343830355aa70602047f345678a80b30"
	    "09020112020111020117",
	    wanted);
	uint8_t got[KRBMSG_QUESTION_MAX];
	size_t got_length;
	const uint8_t *bytes = krbmsg_as_req(got, "LAB.TEST", "preflight-probe",
					     0x7f345678, &got_length);

	(void)state;
	assert_non_null(bytes);
	assert_int_equal(got_length, length);
	assert_memory_equal(bytes, wanted, length);
	fake_start(&f, &check_kerberos, &over_udp);
	assert_int_equal(f.sends, 1);
	assert_in_range(f.sent_length, length - 3, length);
	fake_waits(&f);
	fake_start(&f, &check_kerberos, &over_tcp);
	assert_int_equal(f.sent[2] << 8 | f.sent[3], f.sent_length - 4);
	assert_int_equal(f.sent[4], 0x6a);
	fake_waits(&f);
}

static void the_longest_question_fits(void **state)
{
	char realm[KRBMSG_REALM_MAX + 1], principal[KRBMSG_PRINCIPAL_MAX + 1];
	struct kerberos_params params = {realm, principal, TCP};
	struct error err;
	struct fake f;

	(void)state;
	memset(realm, 'R', sizeof realm - 1);
	memset(principal, 'p', sizeof principal - 1);
	realm[sizeof realm - 1] = principal[sizeof principal - 1] = '\0';
	assert_int_equal(check_kerberos.validate(&params, &err), 0);
	fake_start(&f, &check_kerberos, &params);
	assert_in_range(f.sent_length, 450, KRBMSG_QUESTION_MAX + 4);
	fake_waits(&f);
}

static void names_are_checked(void **state)
{
	static const struct kerberos_params bad[] = {
	    {"", "x", TCP},    {"A B", "x", TCP},     {"A/B", "x", TCP},
	    {"A@B", "x", TCP}, {"\x1b[2J", "x", TCP}, {"A\xc3\x84", "x", TCP},
	    {"A", "", TCP},    {"A", "a/b", TCP},     {"A", "a@B", TCP}};
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_int_equal(check_kerberos.validate(&bad[i], &err), -1);
	assert_int_equal(check_kerberos.validate(&over_tcp, &err), 0);
	assert_int_equal(check_kerberos.choose(&over_tcp), NEEDS_TCP);
	assert_int_equal(check_kerberos.choose(&over_udp), NEEDS_UDP);
}

static void the_time_is_read(void **state)
{
	struct krbmsg m;
	uint8_t packet[PACKET_MAX];
	size_t length = bytes_of(samba_hex, packet);

	(void)state;
	assert_true(krbmsg_read(&m, packet, length));
	assert_true(m.has_time);
	/* 2026-11-21 04:33:36, 0x065259 microseconds. */
	assert_int_equal(m.wall_us, INT64_C(1795235616000000) + 0x065259);
	/* More microseconds than a second has: no time, still an answer. */
	packet[SUSEC_AT] = 0x7f;
	assert_true(krbmsg_read(&m, packet, length));
	assert_false(m.has_time);
}

/* Nothing of it is a message of a KDC. */
static const char *const strange[] = {
    "48545450",                              /* no Kerberos */
    "6a03 3001 00",                          /* a request, as an echo sends */
    "7e80 0000",                             /* indefinite length */
    "7e84 ffffffff",                         /* longer than everything */
    "7e02 3000",                             /* an empty error */
    "7e0c 300a a003020104 a10302011e",       /* version 4 */
    "7e0c 300a a003020105 a10302010b",       /* another type inside */
    "6b0c 300a a003020105 a10302010b",       /* an empty ticket */
    "7e0e 300c a00a 0208 0000000000000005"}; /* no more than a version */

static void anything_else_is_a_bad_reply(void **state)
{
	struct fake f;
	uint8_t packet[PACKET_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof strange / sizeof strange[0]; i++) {
		size_t length = framed(strange[i], packet);

		fake_start(&f, &check_kerberos, &over_tcp);
		fake_stream(&f, packet, length);
		fake_ended(&f, PHASE_REPLY, CAUSE_BAD_REPLY);
		fake_start(&f, &check_kerberos, &over_udp);
		fake_datagram(&f, packet + 4, length - 4);
		assert_false(f.done);
		fake_event(&f, EV_DEADLINE);
		fake_ended(&f, PHASE_REPLY, CAUSE_BAD_REPLY);
	}
}

static void every_field_counts(void **state)
{
	struct krbmsg m;
	uint8_t packet[PACKET_MAX];
	size_t length = bytes_of(samba_hex, packet);

	(void)state;
	packet[VERSION_AT] = 4;
	assert_false(krbmsg_read(&m, packet, length));
	length = bytes_of(ticket_hex, packet);
	assert_true(krbmsg_read(&m, packet, length));
	assert_int_equal(packet[length - ENC_PART], 0xa6);
	packet[length - ENC_PART] = 0xa7; /* another field in its place */
	assert_false(krbmsg_read(&m, packet, length));
}

/* Some read it as a signed number; RFC 4120 5.2.4 has 32 bits without. */
static void the_nonce_has_31_bits(void **state)
{
	(void)state;
	for (int i = 0; i < 64; i++) {
		struct fake f;
		const uint8_t *nonce = NULL;

		fake_start(&f, &check_kerberos, &over_udp);
		/* Behind it: the encryption types, 13 octets. */
		for (size_t k = 2; k <= 4; k++) {
			const uint8_t *at = f.sent + f.sent_length - 13 - k - 4;

			if (at[0] == 0xa7 && at[2] == 2 && at[3] == k)
				nonce = at + 4;
		}
		assert_non_null(nonce);
		assert_true(*nonce < 0x80);
		fake_waits(&f);
	}
}

static void lengths_in_front_are_bounded(void **state)
{
	static const char *const cases[] = {
	    "48",       /* HTTP */
	    "80000010", /* the reserved bit: RFC 4120 7.2.2 */
	    "00000000", "00010001", "00ffffff"};
	struct fake f;
	uint8_t packet[PACKET_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		size_t length = bytes_of(cases[i], packet);

		fake_start(&f, &check_kerberos, &over_tcp);
		fake_stream(&f, packet, length);
		fake_ended(&f, PHASE_REPLY, CAUSE_BAD_REPLY);
	}
}

static void every_octet_may_change(void **state)
{
	static const char *const answers[] = {samba_hex, ticket_hex};
	uint8_t packet[PACKET_MAX];

	(void)state;
	for (size_t k = 0; k < 2; k++) {
		size_t length = bytes_of(answers[k], packet);

		for (size_t i = 0; i < length * 256; i++) {
			struct fake f;
			uint8_t kept = packet[i / 256];

			packet[i / 256] = (uint8_t)i;
			fake_start(&f, &check_kerberos, &over_udp);
			fake_datagram(&f, packet, length); /* an exact block */
			fake_facts_declared(&f);
			fake_free(&f);
			packet[i / 256] = kept;
		}
	}
}

static void every_cut_is_bad(void **state)
{
	uint8_t packet[PACKET_MAX];
	size_t length = bytes_of(mit_hex, packet);

	(void)state;
	for (size_t i = 0; i < length; i++) {
		struct fake f;

		fake_start(&f, &check_kerberos, &over_udp);
		fake_datagram(&f, packet, i);
		fake_waits(&f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_question_is_an_as_req),
	    cmocka_unit_test(the_longest_question_fits),
	    cmocka_unit_test(names_are_checked),
	    cmocka_unit_test(the_time_is_read),
	    cmocka_unit_test(anything_else_is_a_bad_reply),
	    cmocka_unit_test(every_field_counts),
	    cmocka_unit_test(the_nonce_has_31_bits),
	    cmocka_unit_test(lengths_in_front_are_bounded),
	    cmocka_unit_test(every_octet_may_change),
	    cmocka_unit_test(every_cut_is_bad),
	};

	return cmocka_run_group_tests_name("kerberos", tests, NULL, NULL);
}
