/*
 * digest.c - SHA-1 as RFC 3174 section 6.1 writes it.
 */
#include "core/base/digest.h"

#include <string.h>

enum { BLOCK = 64, LENGTH_AT = 56 };

static uint32_t digest_rotate(uint32_t x, unsigned n)
{
	return (x << n) | (x >> (32 - n));
}

static uint32_t digest_mix(unsigned t, uint32_t b, uint32_t c, uint32_t d)
{
	if (t < 20)
		return ((b & c) | (~b & d)) + 0x5a827999;
	if (t < 40)
		return (b ^ c ^ d) + 0x6ed9eba1;
	if (t < 60)
		return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
	return (b ^ c ^ d) + 0xca62c1d6;
}

static void digest_sha1_block(uint32_t h[5], const uint8_t *block)
{
	uint32_t w[80];
	uint32_t v[5];

	for (size_t t = 0; t < 16; t++)
		w[t] = (uint32_t)block[4 * t] << 24 |
		       (uint32_t)block[4 * t + 1] << 16 |
		       (uint32_t)block[4 * t + 2] << 8 |
		       (uint32_t)block[4 * t + 3];
	for (size_t t = 16; t < 80; t++)
		w[t] = digest_rotate(
		    w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
	memcpy(v, h, sizeof(v));
	for (unsigned t = 0; t < 80; t++) {
		uint32_t next = digest_rotate(v[0], 5) +
				digest_mix(t, v[1], v[2], v[3]) + v[4] + w[t];

		v[4] = v[3];
		v[3] = v[2];
		v[2] = digest_rotate(v[1], 30);
		v[1] = v[0];
		v[0] = next;
	}
	for (size_t i = 0; i < 5; i++)
		h[i] += v[i];
}

void digest_sha1(const void *bytes, size_t length, uint8_t out[DIGEST_SHA1])
{
	uint32_t h[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476,
			 0xc3d2e1f0};
	const uint8_t *at = bytes;
	uint64_t bits = (uint64_t)length * 8;
	uint8_t last[2 * BLOCK] = {0};
	size_t rest = length % BLOCK;
	size_t end = rest < LENGTH_AT ? BLOCK : 2 * BLOCK;

	for (size_t i = 0; i + BLOCK <= length; i += BLOCK)
		digest_sha1_block(h, at + i);
	if (rest > 0)
		memcpy(last, at + (length - rest), rest);
	last[rest] = 0x80;
	for (size_t i = 0; i < 8; i++)
		last[end - 1 - i] = (uint8_t)(bits >> (8 * i));
	for (size_t i = 0; i < end; i += BLOCK)
		digest_sha1_block(h, last + i);
	for (size_t i = 0; i < DIGEST_SHA1; i++)
		out[i] = (uint8_t)(h[i / 4] >> (24 - 8 * (i % 4)));
}
