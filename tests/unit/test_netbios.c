/*
 * test_netbios.c - the two NetBIOS checks against captured answers, in any
 * pieces, changed and cut.
 */
#include "tests/unit/fake_probe.h"

#include "core/proto/netbios.h"

extern const struct check check_netbios_ns;
extern const struct check check_netbios_ssn;

enum { PACKET_MAX = 512 };

/* Captured from nmbd 4.17.12, a file server; it sends no hardware address. */
static const char nmbd_hex[] =
    "123484000000000100000000 20434b414141414141414141414141414141414141414141"
    "41414141414141414100 0021 0001 00000000 0089 05"
    "46494c45533120202020202020202000 0400 46494c45533120202020202020202003 "
    "0400"
    "46494c45533120202020202020202020 0400 4c414220202020202020202020202000 "
    "8400"
    "4c41422020202020202020202020201e 8400"
    "000000000000000000000000000000000000000000000000"
    "00000000000000000000000000000000000000000000";
/* From Samba as a domain controller (tests/lab/peers/samba_dc). In place of
 * the statistics it sends memory that it never wrote: nmblookup took
 * f0c77c1f357f for a hardware address. */
static const char samba_hex[] =
    "123484000000000100000000 20434b414141414141414141414141414141414141414141"
    "41414141414141414100 0021 0001 00000000 00bf 08"
    "44433120202020202020202020202000 4400 44433120202020202020202020202003 "
    "4400"
    "44433120202020202020202020202020 4400 4c41422020202020202020202020201b "
    "4400"
    "4c41422020202020202020202020201c c400 4c414220202020202020202020202000 "
    "c400"
    "5f5f53414d42415f5f20202020202000 c600 5f5f53414d42415f5f20202020202020 "
    "c600"
    "f0c77c1f357f0000ad10225355b2000007411f7d00007f35"
    "1f7d05a07f3500000000000000000000000000000000";
/* Where things stand in nmbd's answer. */
enum { TABLE_AT = 56, MAC_AT = TABLE_AT + 1 + 5 * 18 };

/* The answer with the id of the question. */
static size_t answer(const struct fake *f, const char *hex,
		     uint8_t out[PACKET_MAX])
{
	size_t length = fake_hex(hex, out, PACKET_MAX);

	memcpy(out, f->sent, 2);
	return length;
}

/* Name service ------------------------------------------------------------- */

static void the_question_is_for_all_names(void **state)
{
	struct fake f;
	uint8_t wanted[PACKET_MAX];
	size_t length = fake_hex(
	    "0000 0000 0001 0000 0000 0000 20434b4141414141414141414141414141"
	    "41414141414141414141414141414141 00 0021 0001",
	    wanted, sizeof wanted);

	(void)state;
	fake_start(&f, &check_netbios_ns, NULL);
	assert_int_equal(length, 50);
	assert_int_equal(f.sent_length, length);
	assert_memory_equal(f.sent + 2, wanted + 2, length - 2);
	fake_waits(&f);
}

static void nmbd_is_described(void **state)
{
	struct fake f;
	uint8_t packet[PACKET_MAX];
	size_t length;

	(void)state;
	fake_start(&f, &check_netbios_ns, NULL);
	length = answer(&f, nmbd_hex, packet);
	assert_int_equal(packet[TABLE_AT], 5);
	fake_datagram(&f, packet, length);
	assert_int_equal(fake_count(&f, "names"), 5);
	assert_true(fake_lists(&f, "names", "FILES1<20>"));
	assert_true(fake_lists(&f, "names", "LAB<1e> group"));
	assert_string_equal(fake_fact(&f, "computer"), "FILES1");
	assert_string_equal(fake_fact(&f, "domain"), "LAB");
	assert_null(facts_find(&f.facts, "mac"));
	fake_ok(&f);

	fake_start(&f, &check_netbios_ns, NULL);
	length = answer(&f, nmbd_hex, packet);
	memcpy(packet + MAC_AT, "\x00\x15\x5d\x0a\x0b\xfc", NETBIOS_MAC);
	fake_datagram(&f, packet, length);
	assert_string_equal(fake_fact(&f, "mac"), "00:15:5d:0a:0b:fc");
	fake_ok(&f);

	/* Without the statistics: RFC 1002 wants them, some leave them out. */
	fake_start(&f, &check_netbios_ns, NULL);
	length = answer(&f, nmbd_hex, packet);
	packet[TABLE_AT - 1] = 1 + 5 * 18;
	fake_datagram(&f, packet, MAC_AT);
	assert_string_equal(fake_fact(&f, "computer"), "FILES1");
	fake_ok(&f);
}

static void samba_has_no_hardware_address(void **state)
{
	struct fake f;
	uint8_t packet[PACKET_MAX];
	size_t length;

	(void)state;
	fake_start(&f, &check_netbios_ns, NULL);
	length = answer(&f, samba_hex, packet);
	fake_datagram(&f, packet, length);
	assert_int_equal(fake_count(&f, "names"), 8);
	assert_string_equal(fake_fact(&f, "computer"), "DC1");
	assert_string_equal(fake_fact(&f, "domain"), "LAB");
	assert_null(facts_find(&f.facts, "mac"));
	fake_ok(&f);
}

static void hostile_names_are_shown_harmlessly(void **state)
{
	struct fake f;
	uint8_t packet[PACKET_MAX];
	size_t length;

	(void)state;
	fake_start(&f, &check_netbios_ns, NULL);
	length = answer(&f, nmbd_hex, packet);
	memcpy(packet + TABLE_AT + 1, "\x01\x02__MSBROWSE__\x02\x01", 16);
	memcpy(packet + TABLE_AT + 19,
	       "\x1b]0;x\x07\xff\xff\xff\xff\xff\xff\xff", 13);
	fake_datagram(&f, packet, length);
	assert_true(fake_lists(&f, "names", "\\x01\\x02__MSBROWSE__\\x02<01>"));
	assert_true(fake_lists(&f, "names",
			       "\\x1b]0;x\\x07\\xff\\xff\\xff\\xff\\xff\\xff"
			       "\\xff<03>"));
	fake_ok(&f);
}

static void names_may_be_pointers(void **state)
{
	struct fake f;
	uint8_t packet[PACKET_MAX], shorter[PACKET_MAX];
	size_t length;

	(void)state;
	fake_start(&f, &check_netbios_ns, NULL);
	length = answer(&f, nmbd_hex, packet);
	memcpy(shorter, packet, 12);
	memcpy(shorter + 12, "\xc0\x0c", 2);
	memcpy(shorter + 14, packet + 46, length - 46);
	fake_datagram(&f, shorter, length - 32);
	assert_string_equal(fake_fact(&f, "computer"), "FILES1");
	fake_ok(&f);
}

static void a_refusal_is_rejected(void **state)
{
	struct fake f;
	uint8_t packet[PACKET_MAX];
	size_t length;

	(void)state;
	fake_start(&f, &check_netbios_ns, NULL);
	length = answer(&f, "0000 8405 0000 0000 0000 0000", packet);
	fake_datagram(&f, packet, length);
	assert_int_equal(fake_number(&f, "rcode"), 5);
	fake_ended(&f, PHASE_REPLY, CAUSE_REJECTED);
}

static void anything_else_is_passed_over(void **state)
{
	static const char *const cases[] = {
	    "0000",                          /* shorter than a header */
	    "0000 0000 0001 0000 0000 0000", /* a question: an echo */
	    "0000 ac00 0000 0001 0000 0000", /* another operation */
	    "0000 8400 0000 0000 0000 0000", /* no answer in it */
	    "0000 8400 0000 0001 0000 0000", /* nor here */
	    "0000 8400 0009 0001 0000 0000", /* nine questions */
	    "0000 8183 0001 0000 0000 0000 0000200001", /* DNS: NXDOMAIN */
	    "0000 8400 0000 0001 0000 0000 7f",         /* an absurd label */
	    "0000 8400 0000 0001 0000 0000 00 0021 0001 00000000 ffff 01",
	    "0000 8400 0000 0001 0000 0000 00 0021 0001 00000000 0001 ff",
	    "0000 8400 0000 0001 0000 0000 00 0020 0001 00000000 0001 00"};
	struct fake f;
	uint8_t packet[PACKET_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		size_t length;

		fake_start(&f, &check_netbios_ns, NULL);
		length = answer(&f, cases[i], packet);
		fake_datagram(&f, packet, length);
		if (f.done)
			fail_msg("%s", cases[i]);
		fake_event(&f, EV_DEADLINE);
		fake_ended(&f, PHASE_REPLY, CAUSE_BAD_REPLY);
	}
}

static void another_id_is_passed_over(void **state)
{
	struct fake f;
	uint8_t packet[PACKET_MAX];
	size_t length;

	(void)state;
	fake_start(&f, &check_netbios_ns, NULL);
	length = answer(&f, nmbd_hex, packet);
	packet[0] ^= 0xff;
	fake_datagram(&f, packet, length);
	assert_false(f.done);
	packet[0] ^= 0xff;
	fake_datagram(&f, packet, length);
	fake_ok(&f);
}

static void silence_is_the_engines(void **state)
{
	struct fake f;

	(void)state;
	fake_start(&f, &check_netbios_ns, NULL);
	fake_event(&f, EV_DEADLINE);
	fake_waits(&f);
	fake_new(&f, &check_netbios_ns, NULL);
	f.addr.family = ADDR_V6;
	fake_event(&f, EV_START);
	assert_int_equal(f.sends, 0);
	assert_int_equal(f.why, WHY_NO_WITNESS);
	fake_ended(&f, PHASE_LOCAL, CAUSE_LOCAL);
}

static void every_octet_of_a_table_may_change(void **state)
{
	static const char *const answers[] = {nmbd_hex, samba_hex};
	uint8_t packet[PACKET_MAX];

	(void)state;
	for (size_t k = 0; k < 2; k++) {
		size_t length = fake_hex(answers[k], packet, sizeof packet);

		for (size_t i = 2 * 256; i < length * 256; i++) {
			struct fake f;
			uint8_t kept = packet[i / 256];

			packet[i / 256] = (uint8_t)i;
			fake_start(&f, &check_netbios_ns, NULL);
			memcpy(packet, f.sent, 2);
			fake_datagram(&f, packet, length);
			fake_facts_declared(&f);
			fake_free(&f);
			packet[i / 256] = kept;
		}
	}
}

static void every_cut_of_a_table_is_survived(void **state)
{
	uint8_t packet[PACKET_MAX];
	size_t length = fake_hex(nmbd_hex, packet, sizeof packet);

	(void)state;
	for (size_t i = 0; i < length; i++) {
		struct fake f;

		fake_start(&f, &check_netbios_ns, NULL);
		memcpy(packet, f.sent, 2);
		fake_datagram(&f, packet, i);
		fake_waits(&f);
	}
}

/* Session service ---------------------------------------------------------- */

static void the_request_names_both_ends(void **state)
{
	struct fake f;
	uint8_t wanted[PACKET_MAX];
	/* Answered by Samba in this form: *SMBSERVER<20>, PREFLIGHT<00>. */
	size_t length = fake_hex(
	    "8100004420434b4644454e454346444546464346474546464343414341434143"
	    "414341434100204641464345464547454d454a45484549464543414341434143"
	    "4143414341414100",
	    wanted, sizeof wanted);

	(void)state;
	fake_start(&f, &check_netbios_ssn, NULL);
	assert_int_equal(length, 72);
	assert_int_equal(f.sent_length, length);
	assert_memory_equal(f.sent, wanted, length);
	fake_waits(&f);
}

static void every_answer_proves_the_service(void **state)
{
	static const struct {
		const char *hex, *answer, *name;
	} cases[] = {{"82000000", "positive", ""}, /* captured from Samba */
		     {"83000001 82", "negative", "called name not present"},
		     {"83000001 8f", "negative", "unspecified error"},
		     {"83000001 42", "negative", ""},
		     {"84000006 c0000207 008b", "retarget", ""},
		     {"85000000 85000000 82000000", "positive", ""}};
	struct fake f;
	uint8_t packet[PACKET_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		size_t length = fake_hex(cases[i].hex, packet, sizeof packet);

		fake_start(&f, &check_netbios_ssn, NULL);
		fake_drip(&f, packet, length);
		assert_string_equal(fake_fact(&f, "answer"), cases[i].answer);
		assert_string_equal(fake_fact(&f, "error-name"), cases[i].name);
		if (packet[0] == 0x83)
			assert_int_equal(fake_number(&f, "error-code"),
					 packet[4]);
		if (packet[0] == 0x84)
			assert_string_equal(fake_fact(&f, "retarget"),
					    "192.0.2.7:139");
		fake_ok(&f);
	}
}

/* Nine of them. */
static const char keepalives_hex[] =
    "85000000 85000000 85000000 85000000 85000000 85000000 85000000"
    "85000000 85000000";

static void anything_else_is_a_bad_reply(void **state)
{
	static const char *const cases[] = {
	    "48",       /* HTTP */
	    "00",       /* SMB without a session */
	    "81000044", /* a request: our echo */
	    "82000001", "83000000", "8300ffff",
	    "84010006", "85000001", keepalives_hex};
	struct fake f;
	uint8_t packet[PACKET_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		size_t length = fake_hex(cases[i], packet, sizeof packet);

		fake_start(&f, &check_netbios_ssn, NULL);
		fake_stream(&f, packet, length);
		if (!f.done)
			fail_msg("%s", cases[i]);
		fake_ended(&f, PHASE_REPLY, CAUSE_BAD_REPLY);
	}
}

static void an_end_in_the_middle(void **state)
{
	struct fake f;

	(void)state;
	fake_start(&f, &check_netbios_ssn, NULL);
	fake_event(&f, EV_EOF); /* the engine records the reset */
	fake_waits(&f);
	fake_start(&f, &check_netbios_ssn, NULL);
	fake_stream(&f, "\x83\0\0\1", 4);
	assert_false(f.done);
	fake_event(&f, EV_EOF);
	fake_ended(&f, PHASE_REPLY, CAUSE_BAD_REPLY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_question_is_for_all_names),
	    cmocka_unit_test(nmbd_is_described),
	    cmocka_unit_test(samba_has_no_hardware_address),
	    cmocka_unit_test(hostile_names_are_shown_harmlessly),
	    cmocka_unit_test(names_may_be_pointers),
	    cmocka_unit_test(a_refusal_is_rejected),
	    cmocka_unit_test(anything_else_is_passed_over),
	    cmocka_unit_test(another_id_is_passed_over),
	    cmocka_unit_test(silence_is_the_engines),
	    cmocka_unit_test(every_octet_of_a_table_may_change),
	    cmocka_unit_test(every_cut_of_a_table_is_survived),
	    cmocka_unit_test(the_request_names_both_ends),
	    cmocka_unit_test(every_answer_proves_the_service),
	    cmocka_unit_test(anything_else_is_a_bad_reply),
	    cmocka_unit_test(an_end_in_the_middle),
	};

	return cmocka_run_group_tests_name("netbios", tests, NULL, NULL);
}
