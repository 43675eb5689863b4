/*
 * fuzz.h - one parser of foreign bytes, driven by bytes that nobody wrote.
 *
 * A target is a file tests/fuzz/NAME.c with LLVMFuzzerTestOneInput() and seeds
 * in tests/fuzz/corpus/NAME/. libFuzzer drives it (`make fuzz`), or runner.c
 * (the unit tests): the seeds, and changes of them that are the same each time.
 */
#ifndef PREFLIGHT_FUZZ_H
#define PREFLIGHT_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* Changes of all seeds together that the runner tries: what takes a second or
 * less without sanitizers. */
extern const unsigned fuzz_rounds;

/* A promise that the parser gave. */
#define FUZZ_HOLDS(condition)     \
	do {                      \
		if (!(condition)) \
			abort();  \
	} while (0)

/* Every octet is looked at, so that a sanitizer sees where they lie. */
static inline void fuzz_look(const void *bytes, size_t length)
{
	const volatile uint8_t *b = bytes;

	for (size_t i = 0; i < length; i++)
		(void)b[i];
}

/* Writes the bytes into a file of its own and gives its path, for readers of
 * files; the same path each time. */
const char *fuzz_file(const uint8_t *bytes, size_t length, const char *ending);

#endif
