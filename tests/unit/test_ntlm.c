/*
 * test_ntlm.c - NTLMv2 against the examples of MS-NLMP 4.2.4, MD4 against RFC
 * 1320, CMAC against RFC 4493.
 */
#include "tests/unit/fake_probe.h"
#include "core/base/mac.h"
#include "core/base/md4.h"
#include "core/proto/ntlm.h"

static const struct ntlm_account account = {
    .user = "User", .domain = "Domain", .password = "Password"};
/* 4.2.1, 4.2.4: the server's challenge, ours, the time, AV pairs. */
static const char challenge_hex[] =
    "4e544c4d53535000 02000000 0c000c0038000000 33828ae2 0123456789abcdef"
    "0000000000000000 2400240044000000 0600701700000 00f"
    "530065007200760065007200"
    "02000c0044006f006d00610069006e0001000c005300650072007600650072000000"
    "0000";
enum { CHALLENGE_MAX = 2048, TYPE_AT = 8, TARGET_AT = 40 };
static const struct ntlm_choice choice = {
    .challenge = {0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa}};

static void equals(const uint8_t *bytes, size_t length, const char *hex)
{
	uint8_t wanted[256];

	assert_int_equal(fake_hex(hex, wanted, sizeof wanted), length);
	assert_memory_equal(bytes, wanted, length);
}

static void md4_of_rfc_1320(void **state)
{
	static const char *const cases[][2] = {
	    {"", "31d6cfe0d16ae931b73c59d7e0c089c0"},
	    {"a", "bde52cb31de33e46245e05fbdbd6fb24"},
	    {"abc", "a448017aaf21d8525fc10ae87aa6729d"},
	    {"message digest", "d9130a8164549fe818874806e1c7014b"},
	    {"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
	     "043f8582f241db351ce627e153e7f0e4"},
	    {"123456789012345678901234567890123456789012345678901234567890"
	     "12345678901234567890",
	     "e33b4ddc9c38f2199c3e7b164fcc0536"}};
	uint8_t out[MD4_OCTETS];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		md4(cases[i][0], strlen(cases[i][0]), out);
		equals(out, sizeof out, cases[i][1]);
	}
}

/* RFC 4493 4, example 2; RFC 2202 2, case 2; RFC 4231 4.3. */
static void macs_of_the_rfcs(void **state)
{
	uint8_t key[16], message[16], out[MAC_MAX];

	(void)state;
	fake_hex("2b7e151628aed2a6abf7158809cf4f3c", key, sizeof key);
	fake_hex("6bc1bee22e409f96e93d7e117393172a", message, sizeof message);
	assert_true(mac_make(MAC_CMAC_AES128, key, sizeof key, message,
			     sizeof message, out));
	equals(out, 16, "070a16b46b4d4144f79bdd9dd04a287c");
	assert_true(mac_make(MAC_HMAC_MD5, "Jefe", 4,
			     "what do ya want for nothing?", 28, out));
	equals(out, 16, "750c783e6ab0b503eaa86e310a5db738");
	assert_true(mac_make(MAC_HMAC_SHA256, "Jefe", 4,
			     "what do ya want for nothing?", 28, out));
	equals(out, 32,
	       "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec"
	       "3843");
}

static size_t challenge(struct ntlm_challenge *c, uint8_t *bytes)
{
	size_t length = fake_hex(challenge_hex, bytes, CHALLENGE_MAX);

	assert_true(ntlm_read_challenge(c, bytes, length));
	return length;
}

static void the_example_of_ms_nlmp(void **state)
{
	uint8_t bytes[CHALLENGE_MAX], out[NTLM_MESSAGE_MAX], key[NTLM_KEY];
	struct ntlm_challenge c;

	(void)state;
	challenge(&c, bytes);
	equals(c.challenge, 8, "0123456789abcdef");
	assert_int_equal(c.target_length, 0x24);
	size_t length = ntlm_authenticate(out, &account, &c, &choice, key);
	assert_true(length > 88);
	/* 4.2.4.1.2 session base key, 4.2.4.2.2 NTProofStr and temp */
	equals(key, sizeof key, "8de40ccadbc14a82f15cb0ad0de95ca3");
	equals(out + 64 + 24, 16, "68cd0ab851e51c96aabc927bebef6a1c");
	equals(out + 64 + 24 + 16, 28,
	       "0101000000000000 0000000000000000 aaaaaaaaaaaaaaaa 00000000");
	/* Neither the password nor its hash is in the message. */
	assert_null(memmem(out, length, "P\0a\0s\0s", 7));
	assert_null(memmem(out, length, "\xa4\xf4\x9c\x40", 4));
	/* Its fields point to what they name. */
	struct cursor f = cursor_over(out, length);
	cursor_skip(&f, 28);
	assert_int_equal(cursor_le16(&f), 12);
	cursor_skip(&f, 2);
	assert_memory_equal(out + cursor_le32(&f), "D\0o\0m\0a\0i\0n\0", 12);
	assert_int_equal(cursor_le16(&f), 8);
	cursor_skip(&f, 2);
	assert_memory_equal(out + cursor_le32(&f), "U\0s\0e\0r\0", 8);
}

/* Capitals of the user's name, and of no other. */
static void names_in_capitals(void **state)
{
	static const struct ntlm_account same[] = {
	    {.user = "uSER", .domain = "Domain", .password = "Password"},
	    {.user = "User", .domain = "domain", .password = "Password"},
	    {.user = "\xc3\xa4"
		     "b",
	     .domain = "",
	     .password = "Password"},
	    {.user = "\xc3\x84"
		     "B",
	     .domain = "",
	     .password = "Password"}};
	uint8_t bytes[CHALLENGE_MAX], out[NTLM_MESSAGE_MAX];
	uint8_t keys[4][NTLM_KEY];
	struct ntlm_challenge c;

	(void)state;
	challenge(&c, bytes);
	for (size_t i = 0; i < 4; i++)
		assert_true(
		    ntlm_authenticate(out, &same[i], &c, &choice, keys[i]) > 0);
	equals(keys[0], NTLM_KEY, "8de40ccadbc14a82f15cb0ad0de95ca3");
	assert_memory_not_equal(keys[1], keys[0], NTLM_KEY);
	assert_memory_equal(keys[2], keys[3], NTLM_KEY);
}

static void text_becomes_utf16(void **state)
{
	uint8_t out[8];
	size_t length;

	(void)state;
	assert_true(
	    ntlm_utf16("a\xc3\xa4\xf0\x9f\x94\x92", out, sizeof out, &length));
	equals(out, length, "6100 e400 3dd8 12dd");
	assert_false(ntlm_utf16("abcde", out, sizeof out, &length));
	assert_false(ntlm_utf16("\xff", out, sizeof out, &length));
	assert_true(ntlm_utf16("", out, sizeof out, &length));
	assert_int_equal(length, 0);
}

static void names_that_are_none(void **state)
{
	char long_name[200];
	const struct ntlm_account bad[] = {
	    {.user = "\xff", .domain = "", .password = "x"},
	    {.user = "u", .domain = "\xff", .password = "x"},
	    {.user = "u", .domain = "", .password = "\xff"},
	    {.user = long_name, .domain = "", .password = "x"},
	    {.user = "u", .domain = long_name, .password = "x"}};
	uint8_t bytes[CHALLENGE_MAX], out[NTLM_MESSAGE_MAX], key[NTLM_KEY];
	struct ntlm_challenge c;

	(void)state;
	memset(long_name, 'x', sizeof long_name - 1);
	long_name[sizeof long_name - 1] = '\0';
	challenge(&c, bytes);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_int_equal(
		    ntlm_authenticate(out, &bad[i], &c, &choice, key), 0);
}

/* The server's clock is taken, where it tells it. */
static void the_time_of_the_challenge(void **state)
{
	static const uint8_t pairs[] = {7, 0, 8, 0, 1, 2, 3, 4,
					5, 6, 7, 8, 0, 0, 0, 0};
	static const uint8_t after_end[] = {0, 0, 0, 0, 7, 0, 8, 0,
					    1, 2, 3, 4, 5, 6, 7, 8};
	struct ntlm_challenge c = {.target = pairs,
				   .target_length = sizeof pairs};
	struct ntlm_choice a, b;

	(void)state;
	ntlm_choose(&a, &c, 99);
	assert_true(a.filetime == UINT64_C(0x0807060504030201));
	c.target_length = 9; /* cut */
	ntlm_choose(&b, &c, 99);
	assert_true(b.filetime == 99);
	assert_memory_not_equal(a.challenge, b.challenge, 8);
	c.target = after_end;
	c.target_length = sizeof after_end;
	ntlm_choose(&b, &c, 99);
	assert_true(b.filetime == 99);
	c.target_length = 0;
	ntlm_choose(&b, &c, 98);
	assert_true(b.filetime == 98);
}

/* Any octet changed, any end: nothing is read or written outside. */
static void hostile_challenges(void **state)
{
	uint8_t bytes[CHALLENGE_MAX], out[NTLM_MESSAGE_MAX], key[NTLM_KEY];
	struct ntlm_challenge c;
	struct ntlm_choice mine;
	size_t length = challenge(&c, bytes);

	(void)state;
	for (size_t i = 0; i < length * 256; i++) {
		size_t at = i / 256;
		uint8_t kept = bytes[at];
		uint8_t *exact = malloc(length);

		bytes[at] = (uint8_t)i;
		memcpy(exact, bytes, length);
		if (ntlm_read_challenge(&c, exact, length)) {
			ntlm_choose(&mine, &c, 1);
			ntlm_authenticate(out, &account, &c, &mine, key);
		}
		free(exact);
		bytes[at] = kept;
	}
	for (size_t cut = 0; cut < length; cut++) {
		uint8_t *exact = malloc(cut + 1);

		memcpy(exact, bytes, cut);
		assert_false(ntlm_read_challenge(&c, exact, cut));
		free(exact);
	}
	bytes[TYPE_AT] = 1; /* our own message, sent back */
	assert_false(ntlm_read_challenge(&c, bytes, length));
	bytes[TYPE_AT] = 2;
	bytes[TARGET_AT] = bytes[TARGET_AT + 1] = 0xff; /* 65535 octets */
	assert_false(ntlm_read_challenge(&c, bytes, length));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(md4_of_rfc_1320),
	    cmocka_unit_test(macs_of_the_rfcs),
	    cmocka_unit_test(the_example_of_ms_nlmp),
	    cmocka_unit_test(names_in_capitals),
	    cmocka_unit_test(text_becomes_utf16),
	    cmocka_unit_test(names_that_are_none),
	    cmocka_unit_test(the_time_of_the_challenge),
	    cmocka_unit_test(hostile_challenges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
