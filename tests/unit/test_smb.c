/*
 * test_smb.c - the SMB check: a real negotiation (Samba 4.17), changed, and
 * log-ons. The rest is in tests/checks/smb.py and smb_pipe.py.
 */
#include "tests/unit/fake_probe.h"
#include "core/base/params.h"

extern const struct check check_smb;

/* Samba agrees on 3.0. */
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

enum { PACKET_MAX = 512 };

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

/* Beyond the negotiation --------------------------------------------------- */

static char secret_text[] = "a password";
static const struct secret secret = {.value = secret_text};
static char user_text[] = "nobody";
static const struct secret user = {.value = user_text};
static const struct credential_field fields[] = {
    {.key = "user", .value = &user}, {.key = "password", .value = &secret}};
static const struct credential account = {
    .name = "audit", .kind = "windows", .count = 2, .fields = fields};
static const struct credential other = {.name = "snmp", .kind = "snmp-v2c"};
static const struct credential *const accounts[] = {&other, &account};

struct pipe_params { /* as in checks/smb.c */
	const char *pipe;
};
static const struct pipe_params srvsvc = {.pipe = "srvsvc"};

/* Samba's challenge, after 4 octets of transport and 64 of header: MORE
 * PROCESSING, session 77, message 1. */
static const char challenge_hex[] =
    "00000000 fe534d42 4000 0000 160000c0 0100 0800 01000000 00000000"
    "0100000000000000 fffe0000 00000000 4d00000000000000"
    "00000000000000000000000000000000"
    "0900 0000 4800 3c00"
    "4e544c4d53535000 02000000 0000000030000000 158288a0 0123456789abcdef"
    "0000000000000000 0c000c0030000000"
    "020004004c00410000000000";
/* STATUS_LOGON_FAILURE to message 2. */
static const char failure_hex[] =
    "00000049 fe534d42 4000 0000 6d0000c0 0100 0800 01000000 00000000"
    "0200000000000000 fffe0000 00000000 4d00000000000000"
    "00000000000000000000000000000000 090000000000000000";

static void start_pipe(struct fake *f)
{
	uint8_t packet[PACKET_MAX];
	size_t length = fake_hex(negotiated_hex, packet, sizeof packet);

	fake_new(f, &check_smb, &srvsvc);
	f->spec.params = &srvsvc;
	f->spec.credentials = accounts;
	f->spec.credential_count = 2;
	fake_event(f, EV_START);
	fake_stream(f, packet, length);
}

static size_t challenge(uint8_t packet[PACKET_MAX])
{
	size_t length = fake_hex(challenge_hex, packet, PACKET_MAX);

	packet[3] = (uint8_t)(length - 4);
	return length;
}

static void a_refused_logon_is_told_once(void **state)
{
	struct fake f;
	uint8_t packet[PACKET_MAX];

	(void)state;
	start_pipe(&f);
	assert_true(check_smb.logs_in(&f.spec));
	assert_int_equal(f.sends, 2);
	fake_drip(&f, packet, challenge(packet));
	assert_int_equal(f.sends, 3);
	assert_non_null(memmem(f.sent, f.sent_length, "n\0o\0b\0o\0d\0y", 11));
	assert_null(memmem(f.sent, f.sent_length, secret_text, 5));
	assert_null(memmem(f.sent, f.sent_length, "p\0a\0s\0s", 7));
	size_t length = fake_hex(failure_hex, packet, sizeof packet);
	fake_drip(&f, packet, length);
	assert_string_equal(f.rejected_name, "audit");
	assert_string_equal(f.rejected, "wrong user or password");
	assert_string_equal(fake_fact(&f, "status"), "0xc000006d");
	assert_true(
	    fake_lists(&f, "rejected", "audit: wrong user or password"));
	fake_ended(&f, PHASE_REPLY, CAUSE_REJECTED);
}

static void a_refused_account_is_not_given_again(void **state)
{
	struct fake f;
	uint8_t packet[PACKET_MAX];
	size_t length = fake_hex(negotiated_hex, packet, sizeof packet);

	(void)state;
	fake_new(&f, &check_smb, &srvsvc);
	f.spec.credentials = accounts;
	f.spec.credential_count = 2;
	f.rejected_before = "wrong user or password";
	fake_event(&f, EV_START);
	fake_stream(&f, packet, length);
	assert_int_equal(f.sends, 1);
	assert_true(fake_lists(&f, "rejected",
			       "audit: not tried again on this device (wrong "
			       "user or password)"));
	fake_ended(&f, PHASE_REPLY, CAUSE_REJECTED);
}

/* Each octet of the challenge is changed; nothing is read outside, and no
 * answer makes a pipe of it. */
static void every_octet_of_a_challenge_may_change(void **state)
{
	uint8_t packet[PACKET_MAX], kept[PACKET_MAX];
	size_t length = challenge(kept);

	(void)state;
	for (size_t i = 4; i < length; i++) {
		for (unsigned bit = 0; bit < 8; bit++) {
			struct fake f;

			memcpy(packet, kept, length);
			packet[i] = (uint8_t)(packet[i] ^ 1 << bit);
			start_pipe(&f);
			fake_stream(&f, packet, length);
			fake_event(&f, EV_EOF);
			assert_string_not_equal(fake_fact(&f, "pipe"), "open");
			fake_facts_declared(&f);
			fake_free(&f);
		}
	}
}

static void names_of_pipes(void **state)
{
	static const char *const bad[] = {"", "a\\b", "a/b", "a:b",
					  "12345678901234567890123456789012345"
					  "678901234567890123456789012345"};
	struct pipe_params params = {NULL};
	struct error err;

	(void)state;
	assert_int_equal(check_smb.params_size, sizeof params);
	assert_int_equal(check_smb.validate(&params, &err), 0);
	assert_int_equal(check_smb.validate(&srvsvc, &err), 0);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		params.pipe = bad[i];
		assert_int_equal(check_smb.validate(&params, &err), -1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_octet_may_change),
	    cmocka_unit_test(a_refused_logon_is_told_once),
	    cmocka_unit_test(a_refused_account_is_not_given_again),
	    cmocka_unit_test(every_octet_of_a_challenge_may_change),
	    cmocka_unit_test(names_of_pipes),
	};

	return cmocka_run_group_tests_name("smb", tests, NULL, NULL);
}
