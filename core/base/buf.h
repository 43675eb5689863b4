/*
 * buf.h - a growing byte buffer with a mandatory maximum.
 *
 * A buffer that would pass its maximum, sets `overflow` and keeps what it had:
 * callers may append many times and look once.  Always NUL-terminated.
 */
#ifndef PREFLIGHT_BUF_H
#define PREFLIGHT_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf {
	uint8_t *data; /* NULL until the first append; see buf_text() */
	size_t length;
	size_t capacity;
	size_t max;
	bool overflow;
};

void buf_init(struct buf *b, size_t max);
void buf_free(struct buf *b); /* leaves an empty buffer of the same max */
bool buf_append(struct buf *b, const void *bytes, size_t length);
bool buf_puts(struct buf *b, const char *text);
bool buf_putc(struct buf *b, char c);
bool buf_printf(struct buf *b, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
bool buf_vprintf(struct buf *b, const char *format, va_list ap)
    __attribute__((format(printf, 2, 0)));
/* A word as a shell takes it: in quotes where it must be. */
void buf_shell_word(struct buf *b, const char *word);
/* Drops the first `length` bytes (at most all). */
void buf_consume(struct buf *b, size_t length);
/* The contents as a C string; "" for an empty buffer. Borrowed. */
const char *buf_text(const struct buf *b);

#endif
