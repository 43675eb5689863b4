/* random.c - getrandom(2). */
#include "core/os/random.h"

#include <errno.h>
#include <stdint.h>
#include <sys/random.h>

bool os_random(void *out, size_t length)
{
	uint8_t *at = out;

	while (length > 0) {
		ssize_t n = getrandom(at, length, 0);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return false;
		at += n;
		length -= (size_t)n;
	}
	return true;
}
