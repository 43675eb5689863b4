/* md4.c - MD4 as RFC 1320 section 3 writes it. */
#include "core/base/md4.h"
#include "core/base/mem.h"

#include <string.h>

enum { BLOCK = 64, LENGTH_AT = 56 };

static uint32_t md4_rotate(uint32_t x, unsigned n)
{
	return (x << n) | (x >> (32 - n));
}

static uint32_t md4_mix(unsigned round, uint32_t x, uint32_t y, uint32_t z)
{
	if (round == 0)
		return (x & y) | (~x & z);
	if (round == 1)
		return (x & y) | (x & z) | (y & z);
	return x ^ y ^ z;
}

static void md4_block(uint32_t h[4], const uint8_t *block)
{
	static const uint32_t add[3] = {0, 0x5a827999, 0x6ed9eba1};
	static const uint8_t turn[3][4] = {
	    {3, 7, 11, 19}, {3, 5, 9, 13}, {3, 9, 11, 15}};
	static const uint8_t order[3][16] = {
	    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
	    {0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15},
	    {0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15}};
	uint32_t x[16], v[4];

	for (size_t i = 0; i < 16; i++)
		x[i] = (uint32_t)block[4 * i] |
		       (uint32_t)block[4 * i + 1] << 8 |
		       (uint32_t)block[4 * i + 2] << 16 |
		       (uint32_t)block[4 * i + 3] << 24;
	memcpy(v, h, sizeof v);
	for (unsigned t = 0; t < 48; t++) {
		unsigned round = t / 16;
		uint32_t a = v[0] + md4_mix(round, v[1], v[2], v[3]) +
			     x[order[round][t % 16]] + add[round];

		v[0] = v[3];
		v[3] = v[2];
		v[2] = v[1];
		v[1] = md4_rotate(a, turn[round][t % 4]);
	}
	for (size_t i = 0; i < 4; i++)
		h[i] += v[i];
	mem_wipe(x, sizeof x);
}

void md4(const void *bytes, size_t length, uint8_t out[MD4_OCTETS])
{
	uint32_t h[4] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
	const uint8_t *at = bytes;
	uint64_t bits = (uint64_t)length * 8;
	uint8_t last[2 * BLOCK] = {0};
	size_t rest = length % BLOCK;
	size_t end = rest < LENGTH_AT ? BLOCK : 2 * BLOCK;

	for (size_t i = 0; i + BLOCK <= length; i += BLOCK)
		md4_block(h, at + i);
	if (rest > 0)
		memcpy(last, at + (length - rest), rest);
	last[rest] = 0x80;
	for (size_t i = 0; i < 8; i++)
		last[end - 8 + i] = (uint8_t)(bits >> (8 * i));
	for (size_t i = 0; i < end; i += BLOCK)
		md4_block(h, last + i);
	for (size_t i = 0; i < MD4_OCTETS; i++)
		out[i] = (uint8_t)(h[i / 4] >> (8 * (i % 4)));
	mem_wipe(last, sizeof last);
}
