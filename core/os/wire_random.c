/*
 * wire_random.c - hands this host's randomness to core/base, which declares
 * what it needs and calls no system.
 */
#include "core/base/wire.h"
#include "core/os/random.h"

#include <stdio.h>
#include <stdlib.h>

void wire_random(void *out, size_t length)
{
	if (os_random(out, length))
		return;
	fputs("preflight: cannot get random bytes from this system\n", stderr);
	_Exit(3);
}
