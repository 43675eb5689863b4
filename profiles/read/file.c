/*
 * file.c - a profile or an inventory from the disk: bounded, regular, text.
 */
#include "profiles/read/file.h"
#include "core/base/text.h"
#include "core/os/files.h"

#include <string.h>

static int file_check_kind(const char *path, const struct os_file *file,
			   size_t max, struct error *err)
{
	if (file->kind == OS_FILE_FOLDER)
		return error_at(err, path, 0, 0, "is a directory");
	if (file->kind != OS_FILE_REGULAR)
		return error_at(err, path, 0, 0, "is not a regular file");
	if (file->size <= (int64_t)max)
		return 0;
	error_at(err, path, 0, 0, "has %lld bytes, at most %zu are read",
		 (long long)file->size, max);
	error_suggest(err, "write several files");
	return -1;
}

static int file_read_all(const char *path, FILE *in, struct buf *out,
			 struct error *err)
{
	struct os_failure failure;
	char chunk[16384];
	size_t n;

	while ((n = fread(chunk, 1, sizeof chunk, in)) > 0)
		if (!buf_append(out, chunk, n))
			return error_at(err, path, 0, 0,
					"has more than %zu bytes", out->max);
	if (ferror(in)) {
		failure = os_failure_last();
		error_at(err, path, 0, 0, "cannot be read: %s",
			 os_failure_text(failure));
		err->of_host = os_failure_is_of_host(failure);
		return -1;
	}
	return 0;
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

int file_bytes(const char *path, size_t max, struct buf *out, struct error *err)
{
	struct os_failure failure;
	struct os_file file;
	int status = -1;
	FILE *in;

	buf_init(out, max);
	in = os_file_open(path, &file, &failure);
	if (in == NULL) {
		error_at(err, path, 0, 0, "cannot be opened: %s",
			 os_failure_text(failure));
		err->of_host = os_failure_is_of_host(failure);
		return -1;
	}
	if (file_check_kind(path, &file, max, err) == -1)
		goto out;
	if (file_read_all(path, in, out, err) == -1)
		goto out;
	if (out->length >= 3 && memcmp(out->data, "\xef\xbb\xbf", 3) == 0)
		buf_consume(out, 3);
	if (out->length == 0)
		error_at(err, path, 0, 0, "is empty");
	else
		status = 0;
out:
	fclose(in);
	return status;
}

int file_read(const char *path, size_t max, struct buf *out, struct error *err)
{
	if (file_bytes(path, max, out, err) == -1)
		return -1;
	return file_check(path, out, err);
}
