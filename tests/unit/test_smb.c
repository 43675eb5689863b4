/*
 * test_smb.c - the SMB check against a real negotiation (Samba 4.17), in any
 * pieces, changed and cut.
 */
#include "fake_probe.h"

extern const struct check check_smb;

/* Samba's answers: 3.0 agreed on, and a refusal (c000000d). */
static const char negotiated_hex[] =
    "000000ca fe534d42 4000 0000 00000000 0000 0100 01000000 00000000"
    "0000000000000000 fffe0000 00000000 0000000000000000"
    "00000000000000000000000000000000"
    "4100 0100 0003 0200 6c616266696c65730000000000000000"
    "07000000 00008000 00008000 00008000 40a8daef6c79dd01 0000000000000000"
    "8000 4a00 00000000"
    "604806062b0601050502a03e303ca00e300c060a2b06010401823702020aa32a3028a0"
    "261b246e6f745f646566696e65645f696e5f5246433431373840706c656173655f6967"
    "6e6f7265";
static const char refused_hex[] =
    "00000049 fe534d42 4000 0000 0d0000c0 0000 0100 01000000 00000000"
    "0000000000000000 fffe0000 00000000 0000000000000000"
    "00000000000000000000000000000000 090000000000000000";

enum { SIGNING_AT = 4 + 64 + 2, PACKET_MAX = 512 };

static void the_question_is_that_of_ms_smb2(void **state)
{
	struct fake f;
	uint8_t wanted[PACKET_MAX];
	size_t length = fake_hex(
	    "0000006c fe534d42 4000 0000 00000000 0000 0100 00000000 00000000"
	    "0000000000000000 fffe0000 00000000 0000000000000000"
	    "00000000000000000000000000000000 2400 0400 0100 0000 00000000"
	    "00000000000000000000000000000000 0000000000000000"
	    "0202 1002 0003 0203",
	    wanted, sizeof wanted);

	(void)state;
	fake_start(&f, &check_smb, NULL);
	assert_int_equal(f.sent_length, 112);
	assert_int_equal(length, 112);
	memset(f.sent + 4 + 64 + 12, 0, 16); /* the client's GUID is random */
	assert_memory_equal(f.sent, wanted, length);
	fake_waits(&f);
}

static void a_server_is_described(void **state)
{
	struct fake f;
	uint8_t packet[PACKET_MAX];
	size_t length = fake_hex(negotiated_hex, packet, sizeof packet);

	(void)state;
	fake_start(&f, &check_smb, NULL);
	fake_drip(&f, packet, length);
	assert_string_equal(fake_fact(&f, "dialect"), "3.0");
	assert_string_equal(fake_fact(&f, "signing"), "enabled");
	assert_string_equal(fake_fact(&f, "server-guid"),
			    "6662616c-6c69-7365-0000-000000000000");
	/* Captured on 2026-11-21; whatever the clock here, it is set. */
	assert_true(fake_number(&f, "server-time-offset") != INT64_MIN);
	fake_ok(&f);

	packet[SIGNING_AT] = 3;
	packet[SIGNING_AT + 2] = 0x99;
	fake_start(&f, &check_smb, NULL);
	fake_stream(&f, packet, length);
	assert_string_equal(fake_fact(&f, "dialect"), "0x0399");
	assert_string_equal(fake_fact(&f, "signing"), "required");
	fake_ok(&f);
}

static void a_refusal_is_rejected(void **state)
{
	struct fake f;
	uint8_t packet[PACKET_MAX];
	size_t length = fake_hex(refused_hex, packet, sizeof packet);

	(void)state;
	fake_start(&f, &check_smb, NULL);
	fake_stream(&f, packet, length);
	assert_string_equal(fake_fact(&f, "status"), "0xc000000d");
	fake_ended(&f, PHASE_REPLY, CAUSE_REJECTED);
}

static void smb1_is_rejected(void **state)
{
	struct fake f;
	uint8_t packet[4 + 32] = {0, 0, 0, 32, 0xff, 'S', 'M', 'B', 0x72};

	(void)state;
	fake_start(&f, &check_smb, NULL);
	fake_stream(&f, packet, sizeof packet);
	assert_string_equal(fake_fact(&f, "dialect"), "1");
	fake_ended(&f, PHASE_REPLY, CAUSE_REJECTED);
}

static void anything_else_is_a_bad_reply(void **state)
{
	static const char zeroes[] =
	    "00000020 00000000 00000000 00000000 00000000"
	    "00000000 00000000 00000000 00000000";
	static const char *const cases[] = {
	    "48",          /* HTTP */
	    "83000001 8f", /* NetBIOS: negative response */
	    "0000001f",    /* shorter than any header */
	    "00010001",    /* longer than we take */
	    zeroes};
	struct fake f;
	uint8_t packet[PACKET_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		size_t length = fake_hex(cases[i], packet, sizeof packet);

		fake_start(&f, &check_smb, NULL);
		fake_stream(&f, packet, length);
		fake_ended(&f, PHASE_REPLY, CAUSE_BAD_REPLY);
	}
}

static void an_end_in_the_middle(void **state)
{
	struct fake f;

	(void)state;
	fake_start(&f, &check_smb, NULL);
	fake_event(&f, EV_EOF); /* SMB1 only: the engine records the reset */
	fake_waits(&f);
	fake_start(&f, &check_smb, NULL);
	fake_stream(&f, "\0\0\0", 3);
	fake_event(&f, EV_EOF);
	fake_ended(&f, PHASE_REPLY, CAUSE_BAD_REPLY);
}

static void every_octet_may_change(void **state)
{
	uint8_t packet[PACKET_MAX];
	size_t length = fake_hex(negotiated_hex, packet, sizeof packet);

	(void)state;
	for (size_t i = 0; i < length * 256; i++) {
		struct fake f;
		uint8_t kept = packet[i / 256];

		packet[i / 256] = (uint8_t)i;
		fake_start(&f, &check_smb, NULL);
		fake_datagram(&f, packet, length); /* an exact block */
		fake_facts_declared(&f);
		fake_free(&f);
		packet[i / 256] = kept;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_question_is_that_of_ms_smb2),
	    cmocka_unit_test(a_server_is_described),
	    cmocka_unit_test(a_refusal_is_rejected),
	    cmocka_unit_test(smb1_is_rejected),
	    cmocka_unit_test(anything_else_is_a_bad_reply),
	    cmocka_unit_test(an_end_in_the_middle),
	    cmocka_unit_test(every_octet_may_change),
	};

	return cmocka_run_group_tests_name("smb", tests, NULL, NULL);
}
