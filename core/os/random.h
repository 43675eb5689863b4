/*
 * random.h - randomness of this host, for ids and cookies.
 */
#ifndef PREFLIGHT_OS_RANDOM_H
#define PREFLIGHT_OS_RANDOM_H

#include <stdbool.h>
#include <stddef.h>

/* Fills `out` with bytes that no other host can guess. Waits for the kernel's
 * generator to be seeded. False: this system gives none. */
bool os_random(void *out, size_t length);

#endif
