/*
 * test_snmpusm.c - keys, MACs and ciphers of SNMPv3 against the vectors of the
 * RFCs and messages that net-snmp 5.9.3 and its agent exchanged.
 */
#include "tests/unit/fake_probe.h"
#include "core/base/params.h"
#include "core/proto/snmpuser.h"

static const char *const auth_names[] = {"MD5", "SHA"};

/* 0, 1, 2 ... */
static void octets(uint8_t *out, size_t length)
{
	for (size_t i = 0; i < length; i++)
		out[i] = (uint8_t)i;
}

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

/* What SHA-2 makes of the same, and of the octets 0 to 99 (RFC 7860 4.2.1):
 * computed from the text of the RFCs with Python's hashlib and hmac. */
static void sha2_keys_and_macs(void **state)
{
	static const struct {
		const char *auth, *key, *localised, *mac;
	} wanted[] = {
	    {"SHA-224",
	     "282a5867ee9aac639ad59df9572c7d3ac0fbc13a905b6df07dbbf00b",
	     "0bd8827c6e29f8065e08e09237f177e410f69b90e1782be682075674",
	     "7896e126f12d8a87b013c70a36a93864"},
	    {"SHA-256",
	     "ab51014d1e077f6017df2b12bee5f5aa72993177e9bb569c4dff5a4ca0b4"
	     "afac",
	     "8982e0e549e866db361a6b625d84cccc11162d453ee8ce3a6445c2d6776f"
	     "0f8b",
	     "d36977b076b1ca1c07aefdc22ba659ad9cc49c70817d1b8c"},
	    {"SHA-384",
	     "e06eccdf2c68a06ed034723c9c26e0db3b669e1e2efed49150b55377a2e9"
	     "8f383c86fb836857444654b287c93f51ff64",
	     "3b298f16164a11184279d5432bf169e2d2a48307de02b3d3f7e2b4f36eb6"
	     "f0455a53689a3937eea07319a633d2ccba78",
	     "67b925d628d3bd254cabe71ab4954b559cf2537a6739429b52042b35845f"
	     "839b"},
	    {"SHA-512",
	     "7e4396de5aadc77be853819b98c9406265b3a9c37cc3176569847a4e4f6f"
	     "ba63dd3a73d04924d31a63f95a601f9385af6be4ed1b37f87d040f7c6ed6"
	     "f8d38a91",
	     "22a5a36cedfcc085807a128d7bc6c2382167ad6c0dbc5fdff856740f3d84"
	     "c099ad1ea87a8db096714d9788bd544047c9021e4229ce27e4c0a69250ad"
	     "fcffbb0b",
	     "b3f263e1118aba54b253497168d7683e6fab7c694d0a90a55ee3e32ac0a8"
	     "c3f6424eb2ff09efacc899953f247cc6447d"},
	};
	static const uint8_t engine[12] = {[11] = 2};
	struct snmpusm_keys k, l;
	uint8_t message[100], mac[SNMPUSM_MAC];

	(void)state;
	octets(message, sizeof message);
	for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
		assert_true(snmpusm_derive(&k, snmpusm_auth(wanted[i].auth),
					   "maplesyrup", -1, NULL));
		equals(k.auth_key, k.auth_length, wanted[i].key);
		assert_true(snmpusm_localise(&l, &k, engine, sizeof engine));
		equals(l.auth_key, l.auth_length, wanted[i].localised);
		assert_true(snmpusm_mac(&l, message, sizeof message, mac));
		equals(mac, snmpusm_mac_length(&l), wanted[i].mac);
	}
}

/* RFC 3826 3.1 and RFC 3414 8.1.1: the octets 0 to 99 as OpenSSL's enc hides
 * them, with keys and initialisation vectors put together from the RFCs' text.
 */
static void hidden_octets(void **state)
{
	static const struct {
		const char *auth, *priv;
		uint8_t salt[SNMPUSM_SALT];
		const char *hidden;
	} wanted[] = {
	    {"SHA",
	     "AES",
	     {1, 2, 3, 4, 5, 6, 7, 8},
	     "5668769b928b8bbde5e2bb9cc063f6eb8a7dffbc34af1485a36013797f1d"
	     "9c0befc736daa3a7a4c7c199a784303a5b434be711d26f53a5614e1386c9"
	     "43d3dc8ee4e05c7de7ffad71ca1ba315e914bd17f72adb7b358796e17e49"
	     "2d41896597c1c796e6cc"},
	    {"MD5",
	     "DES",
	     {0, 0, 0, 7, 5, 6, 7, 8},
	     "0a30da60002c0932fe8525745b2c4e4100e37c6e0fe3306d34e912002c16"
	     "7ba076d4c6523ce36ed9a9f84486a96dda99586a19c46c04ac9a50b26a4e"
	     "434629643ad78d02341467e284766e7c6907c10f2149e8fc618269300129"
	     "a45b0432ea73"},
	};
	static const uint8_t engine[12] = {[11] = 2};
	struct snmpusm_vector v = {.boots = 7, .time = 99};
	uint8_t plain[100], hidden[108], should[108];
	struct snmpusm_keys k, l;

	(void)state;
	octets(plain, sizeof plain);
	for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
		assert_true(snmpusm_derive(
		    &k, snmpusm_auth(wanted[i].auth), "maplesyrup",
		    snmpusm_priv(wanted[i].priv), "maplesyrup"));
		assert_true(snmpusm_localise(&l, &k, engine, sizeof engine));
		memcpy(v.salt, wanted[i].salt, sizeof v.salt);
		assert_int_not_equal(snmpusm_encrypt(&l, &v, plain,
						     sizeof plain, hidden,
						     sizeof hidden),
				     0);
		/* DES pads what is behind the last whole block. */
		size_t length =
		    fake_hex(wanted[i].hidden, should, sizeof should);

		assert_memory_equal(hidden, should, length);
	}
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
	octets(plain, sizeof plain);
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
	    cmocka_unit_test(sha2_keys_and_macs),
	    cmocka_unit_test(hidden_octets),
	    cmocka_unit_test(mac_lengths),
	    cmocka_unit_test(short_and_missing_secrets_make_no_keys),
	    cmocka_unit_test(ciphers_go_both_ways),
	    cmocka_unit_test(users_whose_parts_do_not_fit),
	    cmocka_unit_test(a_keyring_keeps_users_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
