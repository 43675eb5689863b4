/*
 * mac.h - message authentication codes, by OpenSSL: HMAC (RFC 2104) and
 * AES-CMAC (RFC 4493).
 */
#ifndef PREFLIGHT_MAC_H
#define PREFLIGHT_MAC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum mac_kind {
	MAC_HMAC_MD5,    /* 16 octets */
	MAC_HMAC_SHA256, /* 32 octets */
	MAC_CMAC_AES128  /* 16 octets; a key of 16 */
};
enum { MAC_MAX = 32 };

/* False: this host's OpenSSL does not have it (FIPS and MD5). */
bool mac_make(enum mac_kind kind, const void *key, size_t key_length,
	      const void *bytes, size_t length, uint8_t out[MAC_MAX]);

#endif
