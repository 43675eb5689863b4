/*
 * test_netbios.c - the two NetBIOS checks against hostile octets, and captured
 * answers changed and cut. The rest is in tests/checks/netbios.py.
 */
#include "tests/unit/fake_probe.h"

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
/* The answer with the id of the question. */
static size_t answer(const struct fake *f, const char *hex,
		     uint8_t out[PACKET_MAX])
{
	size_t length = fake_hex(hex, out, PACKET_MAX);

	memcpy(out, f->sent, 2);
	return length;
}

/* Name service ------------------------------------------------------------- */

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

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(anything_else_is_passed_over),
	    cmocka_unit_test(every_octet_of_a_table_may_change),
	    cmocka_unit_test(every_cut_of_a_table_is_survived),
	    cmocka_unit_test(anything_else_is_a_bad_reply),
	};

	return cmocka_run_group_tests_name("netbios", tests, NULL, NULL);
}
