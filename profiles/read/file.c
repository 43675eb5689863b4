/*
 * file.c - a profile or an inventory from the disk: bounded, regular, text.
 */
#include "profiles/read/file.h"
#include "profiles/read/profile.h"
#include "core/base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int file_check_stat(const char *path, int fd, struct error *err)
{
	struct stat st;

	if (fstat(fd, &st) == -1)
		return error_at(err, path, 0, 0, "cannot be read: %s",
				strerror(errno));
	if (S_ISDIR(st.st_mode))
		return error_at(err, path, 0, 0, "is a directory");
	if (!S_ISREG(st.st_mode))
		return error_at(err, path, 0, 0, "is not a regular file");
	if (st.st_size > PROFILE_BYTES_MAX)
		return error_at(err, path, 0, 0,
				"has %lld bytes, at most %d are read",
				(long long)st.st_size, PROFILE_BYTES_MAX);
	return 0;
}

static int file_read_all(const char *path, int fd, struct buf *out,
			 struct error *err)
{
	char chunk[16384];

	for (;;) {
		ssize_t n = read(fd, chunk, sizeof chunk);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return error_at(err, path, 0, 0, "cannot be read: %s",
					strerror(errno));
		if (n == 0)
			return 0;
		if (!buf_append(out, chunk, (size_t)n))
			return error_at(err, path, 0, 0,
					"has more than %d bytes",
					PROFILE_BYTES_MAX);
	}
}

/* Length of the UTF-8 character that starts with this byte; 1 for bad ones. */
static size_t file_char_length(uint8_t lead)
{
	if (lead >= 0xf0)
		return 4;
	if (lead >= 0xe0)
		return 3;
	return lead >= 0xc0 ? 2 : 1;
}

static int file_check_char(const char *path, const uint8_t *at, size_t length,
			   unsigned line, unsigned column, struct error *err)
{
	char one[5] = "";

	memcpy(one, at, length);
	if (*at == 0)
		return error_at(err, path, line, column,
				"NUL byte: this is not a text file");
	if (!text_is_utf8(one, length))
		return error_at(err, path, line, column,
				"byte 0x%02x is not UTF-8", *at);
	if (text_has_controls(one))
		return error_at(err, path, line, column,
				"control character in the text");
	return 0;
}

int file_check(const char *path, const struct buf *text, struct error *err)
{
	const uint8_t *at = text->data;
	const uint8_t *end = at + text->length;
	unsigned line = 1, column = 1;

	while (at < end) {
		size_t length = file_char_length(*at);

		if (length > (size_t)(end - at))
			length = (size_t)(end - at);
		if (*at == '\n') {
			line++;
			column = 0;
		} else if ((*at < ' ' || *at > '~') && *at != '\t' &&
			   !(*at == '\r' && at + 1 < end && at[1] == '\n') &&
			   file_check_char(path, at, length, line, column,
					   err) == -1) {
			return -1;
		}
		column++;
		at += length;
	}
	return 0;
}

int file_read(const char *path, struct buf *out, struct error *err)
{
	int status = -1;
	int fd;

	buf_init(out, PROFILE_BYTES_MAX);
	/* Not blocking: a pipe is refused below, not waited for. */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd == -1)
		return error_at(err, path, 0, 0, "cannot be opened: %s",
				strerror(errno));
	if (file_check_stat(path, fd, err) == -1)
		goto out;
	if (file_read_all(path, fd, out, err) == -1)
		goto out;
	if (out->length >= 3 && memcmp(out->data, "\xef\xbb\xbf", 3) == 0)
		buf_consume(out, 3);
	if (out->length == 0) {
		error_at(err, path, 0, 0, "is empty");
		goto out;
	}
	status = file_check(path, out, err);
out:
	close(fd);
	return status;
}
