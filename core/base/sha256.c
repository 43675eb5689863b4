/*
 * sha256.c - the SHA-256 of some bytes, by OpenSSL.
 */
#include "core/base/sha256.h"

#include <openssl/evp.h>

const char *sha256_hex(const void *bytes, size_t length, char out[SHA256_TEXT])
{
	static const char digits[] = "0123456789abcdef";
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned size = 0;
	size_t at = 0;

	if (EVP_Digest(bytes, length, digest, &size, EVP_sha256(), NULL) != 1)
		size = 0;
	for (unsigned i = 0; i < size && at + 2 < SHA256_TEXT; i++) {
		out[at++] = digits[digest[i] >> 4];
		out[at++] = digits[digest[i] & 15];
	}
	out[at] = '\0';
	return out;
}
