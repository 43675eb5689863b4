/* mac.c - message authentication codes, by OpenSSL. */
#include "core/base/mac.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

static const struct {
	const char *mac, *key, *value;
} mac_kinds[] = {
    [MAC_HMAC_MD5] = {"HMAC", OSSL_MAC_PARAM_DIGEST, "MD5"},
    [MAC_HMAC_SHA256] = {"HMAC", OSSL_MAC_PARAM_DIGEST, "SHA256"},
    [MAC_CMAC_AES128] = {"CMAC", OSSL_MAC_PARAM_CIPHER, "AES-128-CBC"},
};

bool mac_make(enum mac_kind kind, const void *key, size_t key_length,
	      const void *bytes, size_t length, uint8_t out[MAC_MAX])
{
	char value[16];
	OSSL_PARAM params[2];
	size_t size = 0;
	EVP_MAC *mac = EVP_MAC_fetch(NULL, mac_kinds[kind].mac, NULL);
	EVP_MAC_CTX *c = mac != NULL ? EVP_MAC_CTX_new(mac) : NULL;
	bool good;

	OPENSSL_strlcpy(value, mac_kinds[kind].value, sizeof value);
	params[0] =
	    OSSL_PARAM_construct_utf8_string(mac_kinds[kind].key, value, 0);
	params[1] = OSSL_PARAM_construct_end();
	good = c != NULL && EVP_MAC_init(c, key, key_length, params) == 1 &&
	       EVP_MAC_update(c, bytes, length) == 1 &&
	       EVP_MAC_final(c, out, &size, MAC_MAX) == 1;
	EVP_MAC_CTX_free(c);
	EVP_MAC_free(mac);
	return good;
}
