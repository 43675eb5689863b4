/*
 * digest.h - SHA-1 (RFC 3174), for the handshake of RFC 6455 only: nothing
 * here needs it to be strong.
 */
#ifndef PREFLIGHT_DIGEST_H
#define PREFLIGHT_DIGEST_H

#include <stddef.h>
#include <stdint.h>

enum { DIGEST_SHA1 = 20 };

void digest_sha1(const void *bytes, size_t length, uint8_t out[DIGEST_SHA1]);

#endif
