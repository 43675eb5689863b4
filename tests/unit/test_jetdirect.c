/*
 * test_jetdirect.c - the raw printing check: not an octet by default, one PJL
 * question where it is allowed.
 */
#include "tests/unit/fake_harm.h"

extern const struct check check_jetdirect;

/* The check's own struct, by its table. */
struct jetdirect_params {
	bool pjl;
};
static const struct jetdirect_params quiet = {false}, asks = {true};

#define UEL    "\033%-12345X"
#define ANSWER "@PJL INFO ID\r\n\"HP LASERJET 4ML\"\r\n\f"

static void nothing_is_sent(void **state)
{
	struct fake f;

	(void)state;
	fake_start(&f, &check_jetdirect, &quiet);
	assert_int_equal(f.sends, 0);
	assert_int_equal(f.proof, PROOF_CONNECT);
	fake_ended(&f, PHASE_CONNECT, CAUSE_OK);
}

static void answers(const char *text, enum event end, const char *model)
{
	struct fake f;

	fake_start(&f, &check_jetdirect, &asks);
	assert_int_equal(f.sent_length, 34);
	assert_memory_equal(f.sent, UEL "@PJL INFO ID\r\n" UEL "\r\n", 34);
	fake_drip(&f, text, strlen(text));
	fake_event(&f, end);
	if (model == NULL) {
		fake_ended(&f, PHASE_REPLY, CAUSE_BAD_REPLY);
		return;
	}
	assert_string_equal(fake_fact(&f, "model"), model);
	fake_ok(&f);
}

static void a_printer_is_named(void **state)
{
	(void)state;
	answers(ANSWER, EV_DATA, "HP LASERJET 4ML");
	answers(UEL ANSWER, EV_DATA, "HP LASERJET 4ML");
	answers("@PJL INFO ID\nplain\n\f", EV_DATA, "plain");
	answers("@PJL INFO ID\r\n\"\"\r\n\f", EV_DATA, "");
	answers("@PJL INFO ID\r\nx\r\n", EV_EOF, "x");
	answers("@PJL INFO ID\r\nx\r\n", EV_DEADLINE, "x");
	answers("@PJL INFO ID\r\n\"\x1b[2J\xff\"\r\n\f", EV_DATA,
		"\\x1b[2J\\xff");
}

static void anything_else_is_a_bad_reply(void **state)
{
	char much[1100] = "@PJL ";
	struct fake f;

	(void)state;
	answers("S", EV_DATA, NULL);
	answers("@PJX", EV_DATA, NULL);
	answers("@PJL INFO ID\f", EV_DATA, NULL);
	answers("@PJL INFO ID\r\n\f", EV_DATA, NULL);
	answers("@PJ", EV_DEADLINE, NULL);
	answers("@PJL INFO", EV_EOF, NULL);
	memset(much + 5, 'x', sizeof much - 6);
	fake_start(&f, &check_jetdirect, &asks);
	fake_text(&f, much);
	fake_ended(&f, PHASE_REPLY, CAUSE_BAD_REPLY);
}

static void silence_proves_the_connection(void **state)
{
	struct fake f;

	(void)state;
	fake_start(&f, &check_jetdirect, &asks);
	fake_event(&f, EV_DEADLINE);
	assert_int_equal(f.proof, PROOF_CONNECT);
	fake_ended(&f, PHASE_CONNECT, CAUSE_OK);
	fake_start(&f, &check_jetdirect, &asks);
	fake_event(&f, EV_EOF); /* the engine records the reset */
	fake_waits(&f);
}

static void any_harm(void **state)
{
	(void)state;
	fake_harm(&check_jetdirect, &asks, UEL ANSWER, sizeof UEL ANSWER - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nothing_is_sent),
	    cmocka_unit_test(a_printer_is_named),
	    cmocka_unit_test(anything_else_is_a_bad_reply),
	    cmocka_unit_test(silence_proves_the_connection),
	    cmocka_unit_test(any_harm),
	};

	return cmocka_run_group_tests_name("jetdirect", tests, NULL, NULL);
}
