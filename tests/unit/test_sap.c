/*
 * test_sap.c - the SAP check: pong, a router's and a gateway's error, and
 * octets that are none of them.
 */
#include "tests/unit/fake_harm.h"

extern const struct check check_sap;

enum { MESSAGE_MAX = 512 };

static const char pong[] = "\0\0\0\x08NI_PONG"; /* with the zero behind */
/* A SAProuter's refusal, as published. */
static const char record[] =
    "*ERR*\0001\0saprouter: route permission denied\000-94\0"
    "NI (network interface)\000753\00040\0*ERR*";

static size_t router_error(uint8_t out[MESSAGE_MAX])
{
	struct wire w = wire_into(out, MESSAGE_MAX);

	wire_be32(&w, (uint32_t)(9 + 3 + 8 + sizeof record));
	wire_bytes(&w, "NI_RTERR", 9);
	wire_zero(&w, 3);
	wire_be32(&w, (uint32_t)-94);
	wire_be32(&w, sizeof record);
	wire_bytes(&w, record, sizeof record);
	assert_false(w.full);
	return w.length;
}

static void a_pong_proves_it(void **state)
{
	struct fake f;

	(void)state;
	fake_start(&f, &check_sap, NULL);
	assert_int_equal(f.sent_length, 12);
	assert_memory_equal(f.sent, "\0\0\0\x08NI_PING\0", 12);
	fake_drip(&f, pong, sizeof pong);
	assert_string_equal(fake_fact(&f, "answer"), "pong");
	fake_ok(&f);
}

static void errors_prove_it(void **state)
{
	uint8_t message[MESSAGE_MAX];
	size_t length = router_error(message);
	struct fake f;

	(void)state;
	fake_start(&f, &check_sap, NULL);
	fake_drip(&f, message, length);
	assert_string_equal(fake_fact(&f, "answer"), "router-error");
	assert_string_equal(fake_fact(&f, "error-text"),
			    "saprouter: route permission denied");
	assert_string_equal(fake_fact(&f, "error-code"), "-94");
	assert_string_equal(fake_fact(&f, "component"),
			    "NI (network interface)");
	assert_string_equal(fake_fact(&f, "release"), "753");
	fake_ok(&f);
	fake_start(&f, &check_sap, NULL);
	fake_stream(&f, "\0\0\0\x0c**DPTMMSG**\0", 16);
	assert_string_equal(fake_fact(&f, "answer"), "dispatcher");
	fake_ok(&f);
	fake_start(&f, &check_sap, NULL);
	fake_stream(&f, "\0\0\0\x0b*ERR*\0001\0x\0y", 15);
	assert_string_equal(fake_fact(&f, "answer"), "error");
	assert_string_equal(fake_fact(&f, "error-text"), "x");
	assert_null(facts_find(&f.facts, "error-code")); /* no end */
	fake_ok(&f);
}

static void anything_else_is_a_bad_reply(void **state)
{
	static const struct {
		const char *bytes;
		size_t length;
	} cases[] = {{"H", 1},
		     {"\x15\3\1", 3},
		     {"\0\0\0\0", 4},
		     {"\0\1\0\1", 4},
		     {"\0\xff\xff\xff", 4},
		     {"\0\0\0\x08NI_PI", 9}, /* our own, sent back */
		     {"\0\0\0\x07NI_PONG", 11},
		     {"\0\0\0\x08NI_PONGO", 12},
		     {"\0\0\0\x01N", 5}};
	struct fake f;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		fake_start(&f, &check_sap, NULL);
		fake_stream(&f, cases[i].bytes, cases[i].length);
		fake_ended(&f, PHASE_REPLY, CAUSE_BAD_REPLY);
	}
	fake_start(&f, &check_sap, NULL);
	fake_stream(&f, pong, 8);
	fake_event(&f, EV_EOF);
	fake_ended(&f, PHASE_REPLY, CAUSE_BAD_REPLY);
	fake_start(&f, &check_sap, NULL);
	fake_event(&f, EV_EOF); /* the engine records the reset */
	fake_waits(&f);
}

static void any_harm(void **state)
{
	uint8_t message[MESSAGE_MAX];

	(void)state;
	fake_harm(&check_sap, NULL, pong, sizeof pong);
	fake_harm(&check_sap, NULL, message, router_error(message));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_pong_proves_it),
	    cmocka_unit_test(errors_prove_it),
	    cmocka_unit_test(anything_else_is_a_bad_reply),
	    cmocka_unit_test(any_harm),
	};

	return cmocka_run_group_tests_name("sap", tests, NULL, NULL);
}
