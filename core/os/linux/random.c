/* random.c - getrandom(2), and the device where that is refused. */
#include "core/os/random.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/random.h>
#include <unistd.h>

enum { RANDOM_TRIES = 16 };

static bool random_device(void *out, size_t length)
{
	int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC | O_NOCTTY);
	ssize_t n = fd != -1 ? read(fd, out, length) : -1;

	if (fd != -1)
		close(fd);
	return n == (ssize_t)length;
}

bool os_random(void *out, size_t length)
{
	uint8_t *at = out;

	/* A signal cuts a large request short. */
	for (int tries = 0; length > 0 && tries < RANDOM_TRIES; tries++) {
		ssize_t n = getrandom(at, length, 0);

		if (n == -1 && errno != EINTR)
			break;
		if (n == -1)
			continue;
		at += n;
		length -= (size_t)n;
	}
	return length == 0 || random_device(at, length);
}
