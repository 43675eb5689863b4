/*
 * file.h - a profile or an inventory from the disk: bounded, regular, text.
 */
#ifndef PREFLIGHT_FILE_H
#define PREFLIGHT_FILE_H

#include "core/base/buf.h"
#include "core/base/error.h"

/*
 * Reads a regular file of at most `max` bytes that is clean UTF-8 text: no NUL,
 * no control characters but TAB and line ends. A larger file is refused by its
 * size, unread. A byte order mark is dropped. out is initialised here; the
 * caller frees it, also after an error.
 */
int file_read(const char *path, size_t max, struct buf *out, struct error *err);

/* The same for at most `max` bytes, whatever they are. */
int file_bytes(const char *path, size_t max, struct buf *out,
	       struct error *err);

/* The part of file_read that looks at the bytes. */
int file_check(const char *path, const struct buf *text, struct error *err);

#endif
