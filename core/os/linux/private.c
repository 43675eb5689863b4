/* private.c - owner and mode of a file. */
#include "core/os/private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Somebody else could have written the file, or can read it. */
static int private_check(const char *name, const struct stat *st,
			 struct error *err)
{
	if (!S_ISREG(st->st_mode))
		return error_set(err, "%.200s: not a regular file", name);
	if (st->st_uid != geteuid() && st->st_uid != 0) {
		error_set(err, "%.200s: belongs to another user (uid %u)", name,
			  (unsigned)st->st_uid);
		error_suggest(err, "it must be yours or root's");
		return -1;
	}
	if ((st->st_mode & 077) != 0) {
		error_set(
		    err,
		    "%.200s: other users can read or change it (mode %04o)",
		    name, (unsigned)(st->st_mode & 07777));
		error_suggest(err, "run chmod 600 on that file");
		return -1;
	}
	return 0;
}

/* -1 with errno. */
static ssize_t private_read(int fd, char *out, size_t size)
{
	size_t length = 0;

	while (length < size) {
		ssize_t n = read(fd, out + length, size - length);

		if (n == -1)
			return -1;
		if (n == 0)
			break;
		length += (size_t)n;
	}
	return (ssize_t)length;
}

int64_t os_private_read(const char *path, const char *name, void *out,
			size_t size, struct error *err)
{
	/* Without O_NONBLOCK the open of a FIFO would wait for a writer. */
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK |
				O_NOCTTY);
	ssize_t n = -1;
	struct stat st;

	if (fd == -1) {
		error_set(err, "%.200s: cannot open: %s", name,
			  errno == ELOOP ? "it is a symbolic link"
					 : strerror(errno));
		return -1;
	}
	if (fstat(fd, &st) == -1) {
		error_set(err, "%.200s: %s", name, strerror(errno));
	} else if (private_check(name, &st, err) == 0) {
		n = private_read(fd, out, size);
		if (n == -1)
			error_set(err, "%.200s: cannot read: %s", name,
				  strerror(errno));
	}
	close(fd);
	return n;
}
