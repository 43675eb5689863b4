/*
 * test_oracle.c - the Oracle check: tnsping's question, a listener's answers
 * in any pieces, and what only looks like one.
 */
#include "tests/unit/fake_harm.h"

extern const struct check check_oracle;

enum { PACKET_MAX = 512 };

/* What listeners said, as published with tnscmd10g. */
#define PONG "(DESCRIPTION=(TMP=)(VSNNUM=0)(ERR=0)(ALIAS=LISTENER))"
#define DENIED                                            \
	"(DESCRIPTION=(TMP=)(VSNNUM=186647040)(ERR=1189)" \
	"(ERROR_STACK=(ERROR=(CODE=1189)(EMFI=4))))"

static size_t refuse(uint8_t out[PACKET_MAX], const char *text)
{
	struct wire w = wire_into(out, PACKET_MAX);

	wire_be16(&w, (uint16_t)(12 + strlen(text)));
	wire_be16(&w, 0);
	wire_be32(&w, 0x04000000);
	wire_be16(&w, 0x2200);
	wire_be16(&w, (uint16_t)strlen(text));
	wire_text(&w, text);
	assert_false(w.full);
	return w.length;
}

static void answered(struct fake *f, const char *text)
{
	uint8_t packet[PACKET_MAX];

	fake_start(f, &check_oracle, NULL);
	fake_drip(f, packet, refuse(packet, text));
	assert_string_equal(fake_fact(f, "tns-type"), "refuse");
}

static void the_question_is_a_ping(void **state)
{
	uint8_t wanted[PACKET_MAX];
	size_t length =
	    fake_hex("0057 0000 01 00 0000 0138 012c 0000 0800 7fff 7f08 0000"
		     "0100 001d 003a",
		     wanted, sizeof wanted);
	static const uint8_t zeroes[30];
	struct fake f;

	(void)state;
	fake_start(&f, &check_oracle, NULL);
	assert_int_equal(f.sent_length, 87);
	assert_memory_equal(f.sent, wanted, length);
	assert_memory_equal(f.sent + 28, zeroes, 30);
	assert_memory_equal(f.sent + 58, "(CONNECT_DATA=(COMMAND=ping))", 29);
	fake_waits(&f);
}

static void a_listener_is_described(void **state)
{
	struct fake f;

	(void)state;
	answered(&f, PONG);
	assert_int_equal(fake_number(&f, "error"), 0);
	assert_string_equal(fake_fact(&f, "alias"), "LISTENER");
	assert_null(facts_find(&f.facts, "version"));
	fake_ok(&f);
	answered(&f, DENIED);
	assert_int_equal(fake_number(&f, "error"), 1189);
	assert_string_equal(fake_fact(&f, "version"), "11.2.0.2.0");
	fake_ok(&f);
	answered(&f, "(VSNNUM=318767104)"); /* 19c */
	assert_string_equal(fake_fact(&f, "version"), "19.0.0.0.0");
	fake_ok(&f);
	answered(&f, "(VSNNUM=169870336)"); /* 10.2.0.4.0 */
	assert_string_equal(fake_fact(&f, "version"), "10.2.0.4.0");
	fake_ok(&f);
}

static void other_types_prove_it(void **state)
{
	static const struct {
		const char *hex;
		const char *name;
	} cases[] = {{"0008 0000 0b 00 0000", "resend"},
		     {"000a 0000 02 00 0000 0138", "accept"},
		     {"000c 0000 05 00 0000 0002 2829", "redirect"}};
	uint8_t packet[PACKET_MAX];
	struct fake f;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		size_t length = fake_hex(cases[i].hex, packet, sizeof packet);

		fake_start(&f, &check_oracle, NULL);
		fake_drip(&f, packet, length);
		assert_string_equal(fake_fact(&f, "tns-type"), cases[i].name);
		fake_ok(&f);
	}
}

static void odd_texts(void **state)
{
	struct fake f;

	(void)state;
	answered(&f, "(ERR=)(ALIAS=)(VSNNUM=)");
	assert_int_equal(f.facts.count, 1);
	fake_ok(&f);
	answered(&f, "(ERR=1x)(VSNNUM=4294967296)(ALIAS=a");
	assert_int_equal(f.facts.count, 1);
	fake_ok(&f);
	answered(&f, "(ALIAS=\x1b[2J\xff)(ERR=4294967295)");
	assert_string_equal(fake_fact(&f, "alias"), "\\x1b[2J\\xff");
	assert_int_equal(fake_number(&f, "error"), 4294967295);
	fake_ok(&f);
}

static void anything_else_is_a_bad_reply(void **state)
{
	static const char *const cases[] = {
	    "48545450 2f",          /* HTTP */
	    "15030100 02 02 46",    /* a TLS alert */
	    "0057 0000 01",         /* our own */
	    "0007 0000 04",         /* shorter than a header */
	    "2001 0000 04",         /* longer than we take */
	    "0008 0000 04 00 0000", /* no body */
	    "000c 0000 04 00 0000 2200 0001"};
	uint8_t packet[PACKET_MAX];
	struct fake f;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		size_t length = fake_hex(cases[i], packet, sizeof packet);

		fake_start(&f, &check_oracle, NULL);
		fake_stream(&f, packet, length);
		fake_ended(&f, PHASE_REPLY, CAUSE_BAD_REPLY);
	}
	fake_start(&f, &check_oracle, NULL);
	fake_stream(&f, "\0", 1);
	fake_event(&f, EV_EOF);
	fake_ended(&f, PHASE_REPLY, CAUSE_BAD_REPLY);
	fake_start(&f, &check_oracle, NULL);
	fake_event(&f, EV_EOF); /* the engine records the reset */
	fake_waits(&f);
}

static void any_harm(void **state)
{
	uint8_t packet[PACKET_MAX];

	(void)state;
	fake_harm(&check_oracle, NULL, packet, refuse(packet, DENIED));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_question_is_a_ping),
	    cmocka_unit_test(a_listener_is_described),
	    cmocka_unit_test(other_types_prove_it),
	    cmocka_unit_test(odd_texts),
	    cmocka_unit_test(anything_else_is_a_bad_reply),
	    cmocka_unit_test(any_harm),
	};

	return cmocka_run_group_tests_name("oracle", tests, NULL, NULL);
}
