/*
 * wire_random.c - hands this host's randomness to core/base, which declares
 * what it needs and calls no system.
 */
#include "core/base/mem.h"
#include "core/base/wire.h"
#include "core/os/random.h"

void wire_random(void *out, size_t length)
{
	if (os_random(out, length))
		return;
	mem_end("cannot get random bytes from this system");
}
