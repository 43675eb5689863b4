/*
 * buf.c - a growing byte buffer with a mandatory maximum.
 */
#include "core/base/buf.h"
#include "core/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BUF_FIRST = 64 };

void buf_init(struct buf *b, size_t max)
{
	*b = (struct buf){.max = max < SIZE_MAX ? max : SIZE_MAX - 1};
}

void buf_free(struct buf *b)
{
	size_t max = b->max;
	free(b->data);
	buf_init(b, max);
}

/* Makes room for `more` bytes and the NUL. False, and overflow, for too many;
 * what follows an overflow is refused as well: no text with a hole in it. */
static bool buf_reserve(struct buf *b, size_t more)
{
	if (b->overflow || more > b->max - b->length) {
		b->overflow = true;
		return false;
	}
	size_t need = b->length + more + 1;
	if (need <= b->capacity)
		return true;
	size_t bigger = b->capacity < BUF_FIRST ? BUF_FIRST : b->capacity;
	while (bigger < need)
		bigger = bigger > b->max / 2 ? b->max + 1 : bigger * 2;
	b->data = mem_realloc(b->data, bigger, 1);
	b->capacity = bigger;
	return true;
}

bool buf_append(struct buf *b, const void *bytes, size_t length)
{
	if (!buf_reserve(b, length))
		return false;
	if (length != 0)
		memcpy(b->data + b->length, bytes, length);
	b->length += length;
	b->data[b->length] = '\0';
	return true;
}

bool buf_puts(struct buf *b, const char *text)
{
	return buf_append(b, text, strlen(text));
}

bool buf_putc(struct buf *b, char c)
{
	return buf_append(b, &c, 1);
}

bool buf_vprintf(struct buf *b, const char *format, va_list ap)
{
	size_t room = b->capacity - b->length;
	va_list first;
	va_copy(first, ap);
	int n = vsnprintf(room > 0 ? (char *)b->data + b->length : NULL, room,
			  format, first);
	va_end(first);
	if (n < 0 || !buf_reserve(b, (size_t)n)) {
		b->overflow = true;
		if (room > 0) /* what was too long is not kept in part */
			b->data[b->length] = '\0';
		return false;
	}
	if ((size_t)n >= room)
		vsnprintf((char *)b->data + b->length, (size_t)n + 1, format,
			  ap);
	b->length += (size_t)n;
	return true;
}

bool buf_printf(struct buf *b, const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	bool fits = buf_vprintf(b, format, ap);
	va_end(ap);
	return fits;
}

void buf_shell_word(struct buf *b, const char *word)
{
	static const char harmless[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	    "_@%+=:,./-";

	if (*word != '\0' && word[strspn(word, harmless)] == '\0') {
		buf_puts(b, word);
		return;
	}
	buf_putc(b, '\'');
	for (; *word != '\0'; word++) {
		if (*word == '\'')
			buf_puts(b, "'\\''");
		else
			buf_putc(b, *word);
	}
	buf_putc(b, '\'');
}

void buf_consume(struct buf *b, size_t length)
{
	if (b->data == NULL)
		return;
	if (length > b->length)
		length = b->length;
	memmove(b->data, b->data + length, b->length - length);
	b->length -= length;
	b->data[b->length] = '\0';
}

const char *buf_text(const struct buf *b)
{
	return b->data == NULL ? "" : (const char *)b->data;
}
