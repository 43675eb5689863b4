/*
 * fake_harm.h - an answer changed in every way that matters: each octet to each
 * value, cut at each place, and octets at random. A check must end or wait, set
 * only facts that it declares, and read no octet too many.
 */
#ifndef PREFLIGHT_FAKE_HARM_H
#define PREFLIGHT_FAKE_HARM_H

#include "tests/unit/fake_probe.h"

enum { FAKE_HARM_MAX = 4096, FAKE_HARM_RANDOM = 20000 };

static inline void fake_harm_one(const struct check *check, const void *params,
				 const uint8_t *bytes, size_t length)
{
	static const enum event ends[] = {EV_EOF, EV_DEADLINE};

	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
		struct fake f;

		fake_start(&f, check, params);
		fake_datagram(&f, bytes, length); /* an exact block */
		fake_event(&f, ends[i]);
		fake_facts_declared(&f);
		fake_free(&f);
	}
}

static inline void fake_harm(const struct check *check, const void *params,
			     const void *answer, size_t length)
{
	uint8_t bytes[FAKE_HARM_MAX];
	uint32_t seed = 1;

	assert_true(length <= sizeof bytes);
	memcpy(bytes, answer, length);
	for (size_t i = 0; i < length * 256; i++) {
		uint8_t kept = bytes[i / 256];

		bytes[i / 256] = (uint8_t)i;
		fake_harm_one(check, params, bytes, length);
		bytes[i / 256] = kept;
	}
	for (size_t i = 0; i < length; i++)
		fake_harm_one(check, params, bytes, i);
	for (size_t n = 0; n < FAKE_HARM_RANDOM; n++) {
		size_t size = seed >> 8 & 127;

		for (size_t i = 0; i < size; i++) {
			seed = seed * 1664525 + 1013904223;
			/* Half of the answer stays as it is. */
			if (i >= length || (seed >> 31) != 0)
				bytes[i] = (uint8_t)(seed >> 16);
		}
		fake_harm_one(check, params, bytes, size);
		memcpy(bytes, answer, length);
		seed++;
	}
}

#endif
