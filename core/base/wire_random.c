/*
 * wire_random.c - random bytes, from OpenSSL's generator.
 */
#include "core/base/wire.h"

#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>

void wire_random(void *out, size_t length)
{
	enum { AT_ONCE = 4096 };
	unsigned char *at = out;
	while (length > 0) {
		size_t part = length < AT_ONCE ? length : AT_ONCE;
		if (RAND_bytes(at, (int)part) != 1) {
			fputs("preflight: this system gives no randomness\n",
			      stderr);
			_Exit(3);
		}
		at += part;
		length -= part;
	}
}
