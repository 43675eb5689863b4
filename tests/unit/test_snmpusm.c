/*
 * test_snmpusm.c - keys, MACs and ciphers of SNMPv3 against the vectors of the
 * RFCs and messages that net-snmp 5.9.3 and its agent exchanged.
 */
#include "tests/unit/fake_probe.h"
#include "core/base/params.h"
#include "core/proto/snmpuser.h"

static const char *const auth_names[] = {"MD5", "SHA"};

static void equals(const uint8_t *key, size_t length, const char *hex)
{
	uint8_t wanted[SNMPUSM_KEY];

	assert_int_equal(fake_hex(hex, wanted, sizeof wanted), length);
	assert_memory_equal(key, wanted, length);
}

/* RFC 3414 A.3: "maplesyrup", engine 00..02. */
static void password_to_key(void **state)
{
	static const uint8_t engine[12] = {[11] = 2};
	static const char *const wanted[][2] = {
	    {"9faf3283884e92834ebc9847d8edd963",
	     "526f5eed9fcce26f8964c2930787d82b"},
	    {"9fb5cc0381497b3793528939ff788d5d79145211",
	     "6695febc9288e36282235fc7151f128497b38f3f"}};
	struct snmpusm_keys k, l;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		int auth = snmpusm_auth(auth_names[i]);

		assert_true(snmpusm_derive(&k, auth, "maplesyrup", -1, NULL));
		equals(k.auth_key, k.auth_length, wanted[i][0]);
		assert_true(snmpusm_localise(&l, &k, engine, sizeof engine));
		equals(l.auth_key, l.auth_length, wanted[i][1]);
		assert_int_equal(snmpusm_mac_length(&l), 12);
	}
	assert_false(snmpusm_localise(&l, &k, engine, 0));
}

/* The octets of a MAC: RFC 3414 6.3.1, 7.3.1, RFC 7860 4.2.1. */
static void mac_lengths(void **state)
{
	static const size_t wanted[] = {12, 12, 12, 16, 24, 32, 48};
	struct snmpusm_keys k = {.priv = -1};

	(void)state;
	for (k.auth = 0; snmpusm_auth_names[k.auth] != NULL; k.auth++)
		assert_int_equal(snmpusm_mac_length(&k), wanted[k.auth]);
	assert_int_equal(k.auth, 7);
	k.auth = -1;
	assert_int_equal(snmpusm_mac_length(&k), 0);
}

static void short_and_missing_secrets_make_no_keys(void **state)
{
	static const struct snmpusm_keys none = {.auth = -1, .priv = -1};
	struct snmpusm_keys k;

	(void)state;
	assert_false(snmpusm_derive(&k, 0, "1234567", -1, NULL));
	assert_memory_equal(&k, &none, sizeof k);
	assert_false(snmpusm_derive(&k, 0, NULL, -1, NULL));
	assert_false(snmpusm_derive(&k, 0, "12345678", 0, "1234567"));
	assert_memory_equal(&k, &none, sizeof k); /* the good one is wiped */
	assert_false(snmpusm_derive(&k, -1, NULL, 0, "12345678"));
	assert_true(snmpusm_derive(&k, 0, "12345678", 0, "12345678"));
	assert_true(snmpusm_derive(&k, -1, NULL, -1, NULL));
	assert_int_equal(snmpusm_auth("SHA-2"), -1);
	assert_int_equal(snmpusm_priv("aes"), snmpusm_priv("AES"));
	assert_int_equal(snmpusm_priv("3DES"), -1);
	assert_int_equal(snmpusm_priv(NULL), -1);
}

/* Every cipher gives back what it hid; DES pads, AES does not. */
static void ciphers_go_both_ways(void **state)
{
	static const uint8_t engine[12] = {[11] = 2};
	uint8_t plain[100], hidden[108], back[108];
	struct snmpusm_vector v = {.boots = 7, .time = 99};
	struct snmpusm_keys k, l;

	(void)state;
	for (size_t i = 0; i < sizeof plain; i++)
		plain[i] = (uint8_t)i;
	for (int priv = 0; snmpusm_priv_names[priv] != NULL; priv++) {
		assert_true(
		    snmpusm_derive(&k, 0, "maplesyrup", priv, "maplesyrup"));
		assert_true(snmpusm_localise(&l, &k, engine, sizeof engine));
		snmpusm_salt(&l, &v);
		size_t length = snmpusm_encrypt(&l, &v, plain, sizeof plain,
						hidden, sizeof hidden);
		assert_int_equal(length, priv == 0 ? 104 : 100);
		assert_memory_not_equal(hidden, plain, sizeof plain);
		assert_int_equal(
		    snmpusm_decrypt(&l, &v, hidden, length, back, sizeof back),
		    length);
		assert_memory_equal(back, plain, sizeof plain);
		/* Too small a place, nothing, half a block of DES. */
		assert_int_equal(snmpusm_encrypt(&l, &v, plain, sizeof plain,
						 hidden, sizeof plain),
				 0);
		assert_int_equal(
		    snmpusm_decrypt(&l, &v, hidden, length, back, length - 1),
		    0);
		assert_int_equal(
		    snmpusm_decrypt(&l, &v, hidden, 0, back, sizeof back), 0);
		if (priv == 0)
			assert_int_equal(snmpusm_decrypt(&l, &v, hidden, 12,
							 back, sizeof back),
					 0);
	}
	/* RFC 3414 8.1.1.1: the salt of DES begins with the boots. */
	k.priv = 0;
	snmpusm_salt(&k, &v);
	equals(v.salt, 4, "00000007");
}

static char user_word[] = "long enough", shorter[] = "sekret";
static const struct secret good = {.value = user_word},
			   bad = {.value = shorter}, unloaded = {.value = NULL};
static const struct {
	struct snmp_user user;
	const char *says, *instead;
} bad_users[] = {
    {{.user = "u", .auth = &good},
     "'auth' without 'auth_protocol'",
     "auth_protocol: SHA"},
    {{.user = "u", .auth_protocol = "SHA"},
     "'auth_protocol' without 'auth'",
     "auth: env:NAME"},
    {{.user = "u", .auth_protocol = "SHA", .auth = &good, .priv = &good},
     "'priv' without 'priv_protocol'",
     "priv_protocol: AES"},
    {{.user = "u",
      .auth_protocol = "SHA",
      .auth = &good,
      .priv_protocol = "AES"},
     "'priv_protocol' without 'priv'",
     "priv: env:NAME"},
    {{.user = "u", .priv_protocol = "AES", .priv = &good},
     "'priv' without 'auth'",
     "give auth_protocol and auth"},
    {{.user = "u", .auth_protocol = "SHA256", .auth = &good},
     "unknown auth_protocol 'SHA256'",
     "did you mean 'SHA-256'?"},
    {{.user = "u", .auth_protocol = "whirlpool", .auth = &good},
     "unknown auth_protocol 'whirlpool'",
     "MD5, SHA, SHA-1, SHA-224, SHA-256, SHA-384, SHA-512"},
    {{.user = "u",
      .auth_protocol = "SHA",
      .auth = &good,
      .priv_protocol = "AES128",
      .priv = &good},
     "unknown priv_protocol 'AES128'",
     "did you mean 'AES-128'?"},
    {{.user = "u", .auth_protocol = "SHA", .auth = &bad},
     "'auth' is shorter than 8 characters",
     "RFC 3414"},
    {{.user = "u",
      .auth_protocol = "SHA",
      .auth = &good,
      .priv_protocol = "AES",
      .priv = &bad},
     "'priv' is shorter than 8 characters",
     "RFC 3414"},
    {{.user = "123456789012345678901234567890123"}, "'user' is too long", "32"},
    {{.auth_protocol = "SHA", .auth = &good}, "without 'user'", "SNMPv3 user"},
};
static const struct snmp_user good_users[] = {
    {.user = NULL},
    {.user = "12345678901234567890123456789012"},
    {.user = "u", .auth_protocol = "SHA", .auth = &unloaded},
    {.user = "u",
     .auth_protocol = "MD5",
     .auth = &good,
     .priv_protocol = "DES",
     .priv = &good,
     .context = "bridge"}};

static void users_whose_parts_do_not_fit(void **state)
{
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof bad_users / sizeof bad_users[0]; i++) {
		assert_non_null(snmpuser_check(&bad_users[i].user, &err));
		assert_non_null(strstr(err.text, bad_users[i].says));
		if (strstr(err.suggestion, bad_users[i].instead) == NULL)
			fail_msg("%s", err.suggestion);
		assert_null(strstr(err.text, shorter));
	}
	for (size_t i = 0; i < sizeof good_users / sizeof good_users[0]; i++)
		assert_null(snmpuser_check(&good_users[i], &err));
	assert_string_equal(snmpuser_level(&good_users[1]), "noAuthNoPriv");
	assert_string_equal(snmpuser_level(&good_users[2]), "authNoPriv");
	assert_string_equal(snmpuser_level(&good_users[3]), "authPriv");
}

/* The keys of a user are made once; another secret is another user. */
static void a_keyring_keeps_users_apart(void **state)
{
	static char word[] = "long enough";
	static const struct secret one = {.value = word}, two = {.value = word};
	const struct snmp_user a = {.auth_protocol = "SHA", .auth = &one};
	const struct snmp_user b = {.auth_protocol = "SHA", .auth = &two};
	struct snmp_keyring *r = snmp_keyring_new();
	struct snmpusm_keys keys = {.auth_length = 1};

	(void)state;
	assert_null(snmp_keyring_find(r, &a));
	snmp_keyring_add(r, &a, &keys);
	keys.auth_length = 2;
	snmp_keyring_add(r, &a, &keys); /* the first one stays */
	assert_null(snmp_keyring_find(r, &b));
	snmp_keyring_add(r, &b, &keys);
	assert_int_equal(snmp_keyring_find(r, &a)->auth_length, 1);
	assert_int_equal(snmp_keyring_find(r, &b)->auth_length, 2);
	snmp_keyring_free(r);
	snmp_keyring_free(NULL);
	assert_null(snmp_keyring_find(NULL, &a));
	snmp_keyring_add(NULL, &a, &keys);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(password_to_key),
	    cmocka_unit_test(mac_lengths),
	    cmocka_unit_test(short_and_missing_secrets_make_no_keys),
	    cmocka_unit_test(ciphers_go_both_ways),
	    cmocka_unit_test(users_whose_parts_do_not_fit),
	    cmocka_unit_test(a_keyring_keeps_users_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
