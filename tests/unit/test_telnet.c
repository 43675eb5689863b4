/*
 * test_telnet.c - the Telnet check reads only; text or a command is proof,
 * silence proves the connection.
 */
#include "tests/unit/fake_probe.h"

extern const struct check check_telnet;

static void commands_are_proof(void **state)
{
	struct fake f;

	(void)state;
	fake_start(&f, &check_telnet, NULL);
	fake_text(&f, "\xff\xfb\x25\xff\xfd\x18\xff\xfa\x18\x01\xff\xf0"
		      "login: ");
	assert_true(facts_is_true(&f.facts, "negotiates"));
	assert_int_equal(fake_count(&f, "options"), 2);
	assert_true(fake_lists(&f, "options", "will 37"));
	assert_true(fake_lists(&f, "options", "do 24"));
	assert_string_equal(fake_fact(&f, "banner"), "login: ");
	assert_int_equal(f.sends, 0);
	fake_ok(&f);
}

static void text_is_proof(void **state)
{
	struct fake f;

	(void)state;
	fake_start(&f, &check_telnet, NULL);
	fake_text(&f, "\r\nUser Access Verification\r\n\r\nPassword: ");
	assert_false(facts_is_true(&f.facts, "negotiates"));
	assert_string_equal(fake_fact(&f, "banner"),
			    "\\x0d\\x0aUser Access Verification\\x0d\\x0a"
			    "\\x0d\\x0aPassword: ");
	fake_ok(&f);
}

static void pieces_of_commands_are_waited_for(void **state)
{
	struct fake f;

	(void)state;
	fake_start(&f, &check_telnet, NULL);
	fake_stream(&f, "\xff", 1);
	assert_false(f.done);
	fake_stream(&f, "\xfd\x18", 2);
	fake_ok(&f);
	fake_start(&f, &check_telnet, NULL);
	fake_stream(&f, "\xff\xfa\x18\xff\xff\xff", 6); /* no end */
	fake_ok(&f);
}

static void other_protocols_are_bad_replies(void **state)
{
	static const struct {
		const char *bytes;
		size_t length;
	} cases[] = {{"SSH-2.0-x\r\n", 11},
		     {"HTTP/1.1 400 Bad Request\r\n", 26},
		     {"\x15\3\1\0\2\2\x28", 7}, /* a TLS alert */
		     {"\xff\x10", 2}};
	struct fake f;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		fake_start(&f, &check_telnet, NULL);
		fake_stream(&f, cases[i].bytes, cases[i].length);
		fake_ended(&f, PHASE_REPLY, CAUSE_BAD_REPLY);
	}
}

static void silence_proves_the_connection(void **state)
{
	struct fake f;

	(void)state;
	fake_start(&f, &check_telnet, NULL);
	fake_event(&f, EV_DEADLINE);
	assert_int_equal(f.proof, PROOF_CONNECT);
	fake_ended(&f, PHASE_CONNECT, CAUSE_OK);
	fake_start(&f, &check_telnet, NULL);
	fake_event(&f, EV_EOF);
	fake_waits(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(commands_are_proof),
	    cmocka_unit_test(text_is_proof),
	    cmocka_unit_test(pieces_of_commands_are_waited_for),
	    cmocka_unit_test(other_protocols_are_bad_replies),
	    cmocka_unit_test(silence_proves_the_connection),
	};

	return cmocka_run_group_tests_name("telnet", tests, NULL, NULL);
}
