/*
 * sha256.h - the SHA-256 of some bytes, as text.
 */
#ifndef PREFLIGHT_SHA256_H
#define PREFLIGHT_SHA256_H

#include <stddef.h>

enum { SHA256_TEXT = 65 };

/* 64 lower-case hex digits; "" when the library refuses. Returns out. */
const char *sha256_hex(const void *bytes, size_t length, char out[SHA256_TEXT]);

#endif
