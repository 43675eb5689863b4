/*
 * test_snmp.c - the SNMP check against answers of a real agent (net-snmp 5.9),
 * and against everything that is none.
 */
#include "tests/unit/fake_probe.h"
#include "core/base/ber.h"
#include "core/base/params.h"
#include "core/proto/snmpmsg.h"

extern const struct check check_snmp;

/* net-snmp's answer to the discovery 4a69, and to a GET of 12345678. */
static const char report_hex[] =
    "306d 020103 300f 02024a69 020300ffe3 040100 020103"
    "0421 301f 0411 80001f8880510ba0028017016b00000000 020101 020102"
    "0400 0400 0400"
    "3034 0411 80001f8880510ba0028017016b00000000 0400"
    "a81d 020237f0 020100 020100 3011 300f 060a2b060106030f01010400 410101";
static const char response_hex[] =
    "3064 020101 040b7365637265742d776f7264"
    "a252 020412345678 020100 020100 3044"
    "300e 06082b06010201010300 430200cf"
    "301a 06082b06010201010100 040e4c61622073776974636820312e30"
    "3016 06082b06010201010500 040a6c61622d737769746368";

enum { MESSAGE_MAX = 512 };

static char word_text[] = "secret-word";
static const struct secret word = {.value = word_text, .source = "env:X"};
static const struct credential_field fields[] = {
    {.key = "community", .value = &word}};
static const struct credential v2c = {
    .name = "main", .kind = "snmp-v2c", .count = 1, .fields = fields};
static const struct credential v1 = {
    .name = "old", .kind = "snmp-v1", .count = 1, .fields = fields};
static const struct credential v3 = {.name = "user", .kind = "snmp-v3"};
static const struct credential *const one[] = {&v2c};
static const struct credential *const many[] = {&v3, &v1,  &v2c, &v1,
						&v1, &v2c, &v2c};

static void start_with(struct fake *f, const struct credential *const *list,
		       size_t count)
{
	fake_new(f, &check_snmp, NULL);
	f->p.now_us = 1000000;
	f->spec.params = f->p.params;
	f->spec.credentials = list;
	f->spec.credential_count = count;
	fake_event(f, EV_START);
}

static void turn(struct fake *f, int64_t ms)
{
	f->p.now_us += ms * 1000;
	fake_event(f, EV_TIMER);
}

/* The id of the n-th message sent. */
static uint32_t sent_id(const struct fake *f, size_t n)
{
	const uint8_t *at = f->sent + f->send_at[n];
	struct cursor c = cursor_over(at, f->send_at[n + 1] - f->send_at[n]);
	struct cursor message = ber_enter(&c, BER_SEQUENCE);
	int64_t version = ber_integer(&message, BER_INTEGER);
	uint8_t tag;

	if (version != SNMP_V3)
		ber_skip(&message);
	struct cursor inner = ber_any(&message, &tag);
	assert_int_equal(tag, version == SNMP_V3 ? BER_SEQUENCE : 0xa0);
	uint32_t id = (uint32_t)ber_integer(&inner, BER_INTEGER);
	assert_false(inner.bad);
	return id;
}

/* Replaces an INTEGER's value by another id, lengths and all. */
static size_t with_id(const char *hex, uint32_t old, uint32_t id, uint8_t *out)
{
	uint8_t from[8], to[8], message[MESSAGE_MAX];
	size_t length = fake_hex(hex, message, sizeof message);
	struct ber_out o = ber_out_into(from, sizeof from);
	struct ber_out n = ber_out_into(to, sizeof to);
	size_t old_length, new_length;

	ber_out_integer(&o, BER_INTEGER, old);
	ber_out_integer(&n, BER_INTEGER, id);
	const uint8_t *old_bytes = ber_out_bytes(&o, &old_length);
	const uint8_t *new_bytes = ber_out_bytes(&n, &new_length);
	const uint8_t *at = memmem(message, length, old_bytes, old_length);
	assert_non_null(at);
	size_t before = (size_t)(at - message);
	memcpy(out, message, before);
	memcpy(out + before, new_bytes, new_length);
	memcpy(out + before + new_length, at + old_length,
	       length - before - old_length);
	uint8_t grown = (uint8_t)(new_length - old_length);
	out[1] = (uint8_t)(out[1] + grown);
	if (out[4] == SNMP_V3)
		out[6] = (uint8_t)(out[6] + grown); /* header data */
	else
		out[19] = (uint8_t)(out[19] + grown); /* PDU */
	return length + new_length - old_length;
}

static void the_discovery_is_that_of_rfc_3414(void **state)
{
	uint8_t wanted[MESSAGE_MAX], room[SNMP_QUESTION_MAX];
	size_t length;
	size_t size = fake_hex("303c 020103 300f 02024a69 020300ffe3 040104"
			       "020103 0410 300e 0400 020100 020100 0400 0400"
			       "0400 3014 0400 0400 a00e",
			       wanted, sizeof wanted);
	const uint8_t *bytes = snmpmsg_discovery(room, 0x4a69, &length);

	(void)state;
	/* The request id at the end is random, of up to four octets. */
	assert_non_null(bytes);
	assert_true(length >= 58 && length <= 62);
	assert_memory_equal(bytes + 2, wanted + 2, size - 2 - 8);
}

static void the_get_asks_for_four_objects(void **state)
{
	uint8_t wanted[MESSAGE_MAX], room[SNMP_QUESTION_MAX];
	char long_word[600];
	size_t length;
	size_t size =
	    fake_hex("3052 020101 0401 78 a04a 020412345678 020100 020100 3038"
		     "300c 06082b06010201010300 0500"
		     "300c 06082b06010201010100 0500"
		     "300c 06082b06010201010200 0500"
		     "300c 06082b06010201010500 0500",
		     wanted, sizeof wanted);
	const uint8_t *bytes =
	    snmpmsg_get(room, SNMP_V2C, "x", 0x12345678, &length);

	(void)state;
	wanted[1] = (uint8_t)(size - 2);
	wanted[9] = (uint8_t)(size - 10);
	assert_non_null(bytes);
	assert_int_equal(length, size);
	assert_memory_equal(bytes, wanted, size);
	memset(long_word, 'x', sizeof long_word - 1);
	long_word[sizeof long_word - 1] = '\0';
	assert_null(snmpmsg_get(room, SNMP_V2C, long_word, 1, &length));
}

static void a_report_alone_means_a_wrong_community(void **state)
{
	struct fake f;
	uint8_t message[MESSAGE_MAX];

	(void)state;
	start_with(&f, one, 1);
	size_t length = with_id(report_hex, 0x4a69, sent_id(&f, 0), message);
	fake_datagram(&f, message, length);
	assert_false(f.done);
	assert_true(f.settled);
	for (unsigned i = 1; i <= 4; i++) { /* again, against loss */
		turn(&f, 1000);
		assert_int_equal(f.sends, 2 + i);
	}
	turn(&f, 750);
	assert_false(f.done);
	turn(&f, 250);
	assert_true(facts_is_true(&f.facts, "agent-alive"));
	assert_string_equal(fake_fact(&f, "refusal"), "silent");
	assert_true(fake_lists(&f, "rejected",
			       "main: no answer: wrong community, or an "
			       "access list"));
	assert_null(f.rejected); /* no lock-out: it may be tried again */
	fake_ended(&f, PHASE_REPLY, CAUSE_REJECTED);
}

/* In their order, a quarter of a second apart; the v3 user waits. */
static void at_most_four_credentials_are_tried(void **state)
{
	struct fake f;
	uint8_t message[MESSAGE_MAX];

	(void)state;
	start_with(&f, many, sizeof many / sizeof many[0]);
	assert_int_equal(fake_number(&f, "credentials-cut"), 3);
	assert_int_equal(check_snmp.packets(&f.spec), 1 + 10 + 3 * 5);
	assert_true(check_snmp.logs_in(&f.spec));
	assert_int_equal(f.sends, 1);
	for (unsigned i = 0; i < 3; i++) {
		turn(&f, 200);
		assert_int_equal(f.sends, 1 + i);
		turn(&f, 50);
		assert_int_equal(f.sends, 2 + i);
	}
	turn(&f, 5000);
	assert_int_equal(f.sends, 4); /* repeating is the engine's, so far */
	assert_int_equal(f.sent[f.send_at[1] + 4], SNMP_V1);
	assert_int_equal(f.sent[f.send_at[2] + 4], SNMP_V2C);
	size_t length =
	    with_id(response_hex, 0x12345678, sent_id(&f, 3), message);
	message[4] = SNMP_V1;
	fake_datagram(&f, message, length);
	assert_string_equal(fake_fact(&f, "version"), "1");
	assert_string_equal(fake_fact(&f, "credential"), "old");
	fake_ok(&f);
}

static void communities_alone_log_nobody_in(void **state)
{
	const struct snmp_none {
		uint64_t zero[16];
	} none = {{0}};
	const struct spec spec = {
	    .params = &none, .credentials = one, .credential_count = 1};

	(void)state;
	assert_false(check_snmp.logs_in(&spec));
	assert_int_equal(check_snmp.packets(&spec), 1 + 5);
}

static void garbage_is_a_bad_reply_at_the_deadline(void **state)
{
	static const char *const cases[] = {
	    "",
	    "30",
	    "3080020103",              /* indefinite length */
	    "3084ffffffff020103",      /* 4 GiB */
	    "3003020102",              /* version 2 */
	    "300e 020103 3007 020112", /* cut */
	    "485454502f312e31",        /* HTTP */
	    "3010 020101 0400 a209 020101 020100 020100", /* no varbinds */
	    "3010 020101 0400 a009 020101 020100 020100"  /* a question */
	};
	struct fake f;
	uint8_t message[MESSAGE_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		size_t length = fake_hex(cases[i], message, sizeof message);

		start_with(&f, one, 1);
		fake_datagram(&f, message, length);
		fake_event(&f, EV_DEADLINE);
		fake_ended(&f, PHASE_REPLY, CAUSE_BAD_REPLY);
	}
}

/* Every prefix and every changed octet: nothing is read outside. */
static void nothing_is_read_outside(void **state)
{
	static const char *const messages[] = {report_hex, response_hex};
	uint8_t message[MESSAGE_MAX];

	(void)state;
	for (size_t m = 0; m < 2; m++) {
		size_t length = fake_hex(messages[m], message, sizeof message);

		for (size_t i = 0; i < length * 256; i++) {
			struct snmp_answer a;
			size_t at = i / 256;
			uint8_t kept = message[at];
			uint8_t *exact = malloc(length);

			message[at] = (uint8_t)i;
			memcpy(exact, message, length);
			snmpmsg_read(&a, exact, length);
			if (i % 256 == 0)
				snmpmsg_read(&a, exact + length - at, at);
			free(exact);
			exact = malloc(at + 1);
			memcpy(exact, message, at);
			assert_false(snmpmsg_read(&a, exact, at));
			free(exact);
			message[at] = kept;
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_discovery_is_that_of_rfc_3414),
	    cmocka_unit_test(the_get_asks_for_four_objects),
	    cmocka_unit_test(a_report_alone_means_a_wrong_community),
	    cmocka_unit_test(at_most_four_credentials_are_tried),
	    cmocka_unit_test(communities_alone_log_nobody_in),
	    cmocka_unit_test(garbage_is_a_bad_reply_at_the_deadline),
	    cmocka_unit_test(nothing_is_read_outside),
	};

	return cmocka_run_group_tests_name("snmp", tests, NULL, NULL);
}
