/*
 * test_ftp.c - the FTP check: greetings in any pieces, refusals, and other
 * protocols that greet alike.
 */
#include "tests/unit/fake_harm.h"

extern const struct check check_ftp;

static void greets(const char *text, enum cause cause)
{
	struct fake f;

	fake_start(&f, &check_ftp, NULL);
	assert_int_equal(f.sent_length, 0);
	fake_text(&f, text);
	if (cause == CAUSE_OK && !f.done) {
		assert_int_equal(f.sent_length, 6);
		assert_memory_equal(f.sent, "QUIT\r\n", 6);
		fake_text(&f, "221 bye\r\n");
	}
	fake_ended(&f, PHASE_REPLY, cause);
}

static void greetings(void **state)
{
	(void)state;
	greets("220 (vsFTPd 3.0.3)\r\n", CAUSE_OK);
	greets("220-a\r\nanything\r\n220 b\r\n", CAUSE_OK);
	greets("120 in 5 minutes\r\n", CAUSE_OK);
	greets("421 too many\r\n", CAUSE_REJECTED);
	greets("530 not you\r\n", CAUSE_REJECTED);
	greets("200 news\r\n", CAUSE_BAD_REPLY);
	greets("331 password\r\n", CAUSE_BAD_REPLY);
	greets("220 mail ESMTP\r\n", CAUSE_BAD_REPLY);
	greets("SSH-2.0-x\r\n", CAUSE_BAD_REPLY);
}

static void ends_of_all_kinds(void **state)
{
	struct fake f;

	(void)state;
	fake_start(&f, &check_ftp, NULL);
	fake_event(&f, EV_EOF); /* the engine records the reset */
	fake_waits(&f);
	fake_start(&f, &check_ftp, NULL);
	fake_event(&f, EV_DEADLINE);
	fake_waits(&f);
	fake_start(&f, &check_ftp, NULL);
	fake_text(&f, "220 a");
	fake_event(&f, EV_EOF);
	fake_ended(&f, PHASE_REPLY, CAUSE_BAD_REPLY);
	fake_start(&f, &check_ftp, NULL);
	fake_drip(&f, "220-a\r\n", 7);
	fake_event(&f, EV_EOF);
	fake_ended(&f, PHASE_REPLY, CAUSE_BAD_REPLY);
	/* After the greeting it does not matter how it ends. */
	fake_start(&f, &check_ftp, NULL);
	fake_text(&f, "220 a\r\n");
	fake_event(&f, EV_EOF);
	assert_int_equal(fake_number(&f, "code"), 220);
	assert_string_equal(fake_fact(&f, "banner"), "a");
	fake_ok(&f);
	fake_start(&f, &check_ftp, NULL);
	fake_text(&f, "220 a\r\n");
	fake_event(&f, EV_DEADLINE);
	fake_ok(&f);
}

static void any_harm(void **state)
{
	static const char greeting[] = "220-Welcome\r\nhello\r\n220 x\r\n";

	(void)state;
	fake_harm(&check_ftp, NULL, greeting, sizeof greeting - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(greetings),
	    cmocka_unit_test(ends_of_all_kinds),
	    cmocka_unit_test(any_harm),
	};

	return cmocka_run_group_tests_name("ftp", tests, NULL, NULL);
}
