/*
 * test_db2.c - the DRDA check against Apache Derby's own answer, in any
 * pieces, changed and cut.
 */
#include "tests/unit/fake_harm.h"

extern const struct check check_db2;

enum { PACKET_MAX = 512 };

/* Apache Derby 10.14.2.0 */
static const char derby_hex[] =
    "0085d0020001 007f1443"
    "001d115ed585a3a6969992e28599a58599c39695a39996934094818995"
    "001814041403000724070007240f00071440000714740005"
    "00101147c1978183888540c4859982a8"
    "0018116dd585a3a6969992e28599a58599c39695a3999693"
    "001e115ac3e2e2f1f0f1f4f061f1f04bf1f44bf24bf04060404d6f6f6f5d";

static void the_question_is_excsat(void **state)
{
	uint8_t wanted[PACKET_MAX];
	size_t length = fake_hex(
	    "0032d0010001 002c1041 0004115e 0004116d 0004115a"
	    "00181404 14030007 24070008 240f0008 14400008 14740008 00041147",
	    wanted, sizeof wanted);
	struct fake f;

	(void)state;
	fake_start(&f, &check_db2, NULL);
	assert_int_equal(length, 50);
	assert_int_equal(f.sent_length, length);
	assert_memory_equal(f.sent, wanted, length);
	fake_waits(&f);
}

static void a_server_is_described(void **state)
{
	uint8_t packet[PACKET_MAX];
	size_t length = fake_hex(derby_hex, packet, sizeof packet);
	struct fake f;

	(void)state;
	fake_start(&f, &check_db2, NULL);
	fake_drip(&f, packet, length);
	assert_string_equal(fake_fact(&f, "server-class"), "Apache Derby");
	assert_string_equal(fake_fact(&f, "server-name"),
			    "NetworkServerControl");
	assert_string_equal(fake_fact(&f, "external-name"),
			    "NetworkServerControl main");
	assert_string_equal(fake_fact(&f, "release"),
			    "CSS10140/10.14.2.0 - (\?\?\?)");
	fake_ok(&f);
}

static void a_refusal_is_rejected(void **state)
{
	uint8_t packet[PACKET_MAX];
	size_t length = fake_hex("0010d0020001 000a1245 00061149 0008", packet,
				 sizeof packet);
	struct fake f;

	(void)state;
	fake_start(&f, &check_db2, NULL);
	fake_stream(&f, packet, length);
	assert_string_equal(fake_fact(&f, "refusal"), "0x1245");
	fake_ended(&f, PHASE_REPLY, CAUSE_REJECTED);
}

static void anything_else_is_a_bad_reply(void **state)
{
	static const char *const cases[] = {
	    "485454",                         /* HTTP */
	    "0009d0",                         /* shorter than an object */
	    "8000d0",                         /* continued: not here */
	    "000ad0020001 00041041",          /* our own */
	    "000ad0020001 00031443",          /* shorter than its head */
	    "000ad0020001 00051443",          /* longer than the message */
	    "000ed0020001 00081443 00031147", /* a parameter's head */
	    "000ed0020001 00081443 00051147",
	    "000cd0020001 00061443 0004"};
	uint8_t packet[PACKET_MAX];
	struct fake f;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		size_t length = fake_hex(cases[i], packet, sizeof packet);

		fake_start(&f, &check_db2, NULL);
		fake_stream(&f, packet, length);
		fake_ended(&f, PHASE_REPLY, CAUSE_BAD_REPLY);
	}
	fake_start(&f, &check_db2, NULL);
	fake_stream(&f, "\0", 1);
	fake_event(&f, EV_EOF);
	fake_ended(&f, PHASE_REPLY, CAUSE_BAD_REPLY);
	fake_start(&f, &check_db2, NULL);
	fake_event(&f, EV_EOF); /* the engine records the reset */
	fake_waits(&f);
}

static void any_harm(void **state)
{
	uint8_t packet[PACKET_MAX];
	size_t length = fake_hex(derby_hex, packet, sizeof packet);

	(void)state;
	fake_harm(&check_db2, NULL, packet, length);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_question_is_excsat),
	    cmocka_unit_test(a_server_is_described),
	    cmocka_unit_test(a_refusal_is_rejected),
	    cmocka_unit_test(anything_else_is_a_bad_reply),
	    cmocka_unit_test(any_harm),
	};

	return cmocka_run_group_tests_name("db2", tests, NULL, NULL);
}
