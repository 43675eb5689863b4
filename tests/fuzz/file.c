/* file.c - bytes as a file, for targets that read files. */
#include "tests/fuzz/fuzz.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static char fuzz_path[64];

static void fuzz_remove(void)
{
	unlink(fuzz_path);
}

const char *fuzz_file(const uint8_t *bytes, size_t length, const char *ending)
{
	int fd;

	if (fuzz_path[0] == '\0') {
		snprintf(fuzz_path, sizeof fuzz_path,
			 "/tmp/preflight-fuzz-%ld%s", (long)getpid(), ending);
		atexit(fuzz_remove);
	}
	fd = open(fuzz_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd == -1 || write(fd, bytes, length) != (ssize_t)length) {
		perror(fuzz_path);
		exit(1);
	}
	close(fd);
	return fuzz_path;
}
