/*
 * wire.c - reading and writing packets, bounded.
 */
#include "core/base/wire.h"

#include <string.h>

struct cursor cursor_over(const void *bytes, size_t length)
{
	/* Arithmetic on NULL is undefined, even with zero. */
	static const uint8_t nothing[1];
	const uint8_t *start = bytes;
	if (start == NULL) {
		start = nothing;
		length = 0;
	}
	return (struct cursor){
	    .start = start, .at = start, .end = start + length};
}

static void cursor_spoil(struct cursor *c)
{
	c->bad = true;
	c->at = c->end;
}

size_t cursor_left(const struct cursor *c)
{
	return c->bad ? 0 : (size_t)(c->end - c->at);
}

size_t cursor_offset(const struct cursor *c)
{
	return (size_t)(c->at - c->start);
}

const uint8_t *cursor_bytes(struct cursor *c, size_t length)
{
	if (c->bad || length > cursor_left(c)) {
		cursor_spoil(c);
		return NULL;
	}
	const uint8_t *at = c->at;
	c->at += length;
	return at;
}

static uint64_t cursor_big(struct cursor *c, size_t length)
{
	const uint8_t *bytes = cursor_bytes(c, length);
	uint64_t value = 0;
	for (size_t i = 0; bytes != NULL && i < length; i++)
		value = value << 8 | bytes[i];
	return value;
}

static uint64_t cursor_little(struct cursor *c, size_t length)
{
	const uint8_t *bytes = cursor_bytes(c, length);
	uint64_t value = 0;
	for (size_t i = length; bytes != NULL && i > 0; i--)
		value = value << 8 | bytes[i - 1];
	return value;
}

uint8_t cursor_u8(struct cursor *c)
{
	return (uint8_t)cursor_big(c, 1);
}

uint16_t cursor_be16(struct cursor *c)
{
	return (uint16_t)cursor_big(c, 2);
}

uint32_t cursor_be24(struct cursor *c)
{
	return (uint32_t)cursor_big(c, 3);
}

uint32_t cursor_be32(struct cursor *c)
{
	return (uint32_t)cursor_big(c, 4);
}

uint64_t cursor_be64(struct cursor *c)
{
	return cursor_big(c, 8);
}

uint16_t cursor_le16(struct cursor *c)
{
	return (uint16_t)cursor_little(c, 2);
}

uint32_t cursor_le32(struct cursor *c)
{
	return (uint32_t)cursor_little(c, 4);
}

uint64_t cursor_le64(struct cursor *c)
{
	return cursor_little(c, 8);
}

void cursor_skip(struct cursor *c, size_t length)
{
	(void)cursor_bytes(c, length);
}

void cursor_seek(struct cursor *c, size_t offset)
{
	if (c->bad || offset > (size_t)(c->end - c->start)) {
		cursor_spoil(c);
		return;
	}
	c->at = c->start + offset;
}

struct cursor cursor_slice(struct cursor *c, size_t length)
{
	const uint8_t *bytes = cursor_bytes(c, length);
	struct cursor slice = cursor_over(bytes, bytes == NULL ? 0 : length);
	slice.bad = bytes == NULL;
	return slice;
}

struct wire wire_into(void *bytes, size_t size)
{
	return (struct wire){.bytes = bytes, .size = size};
}

/* Where the next `length` bytes go, or NULL (and full) when they don't fit.
 * After that nothing is written any more: a packet has no holes. */
static uint8_t *wire_room(struct wire *w, size_t length)
{
	if (w->full || length > w->size - w->length) {
		w->full = true;
		return NULL;
	}
	uint8_t *at = w->bytes + w->length;
	w->length += length;
	return at;
}

static void wire_big(struct wire *w, uint64_t v, size_t length)
{
	uint8_t *at = wire_room(w, length);
	for (size_t i = length; at != NULL && i > 0; i--) {
		at[i - 1] = (uint8_t)v;
		v >>= 8;
	}
}

static void wire_little(struct wire *w, uint64_t v, size_t length)
{
	uint8_t *at = wire_room(w, length);
	for (size_t i = 0; at != NULL && i < length; i++) {
		at[i] = (uint8_t)v;
		v >>= 8;
	}
}

void wire_u8(struct wire *w, uint8_t v)
{
	wire_big(w, v, 1);
}

void wire_be16(struct wire *w, uint16_t v)
{
	wire_big(w, v, 2);
}

void wire_be32(struct wire *w, uint32_t v)
{
	wire_big(w, v, 4);
}

void wire_be64(struct wire *w, uint64_t v)
{
	wire_big(w, v, 8);
}

void wire_le16(struct wire *w, uint16_t v)
{
	wire_little(w, v, 2);
}

void wire_le32(struct wire *w, uint32_t v)
{
	wire_little(w, v, 4);
}

void wire_le64(struct wire *w, uint64_t v)
{
	wire_little(w, v, 8);
}

void wire_bytes(struct wire *w, const void *bytes, size_t length)
{
	if (length == 0)
		return;
	uint8_t *at = wire_room(w, length);
	if (at != NULL)
		memcpy(at, bytes, length);
}

void wire_text(struct wire *w, const char *text)
{
	wire_bytes(w, text, strlen(text));
}

void wire_zero(struct wire *w, size_t length)
{
	if (length == 0)
		return;
	uint8_t *at = wire_room(w, length);
	if (at != NULL)
		memset(at, 0, length);
}

void wire_patch_be16(struct wire *w, size_t offset, uint16_t v)
{
	if (w->length < 2 || offset > w->length - 2) {
		w->full = true;
		return;
	}
	w->bytes[offset] = (uint8_t)(v >> 8);
	w->bytes[offset + 1] = (uint8_t)v;
}

uint16_t wire_checksum(const uint8_t *bytes, size_t length)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < length; i++)
		sum += i % 2 == 0 ? (uint32_t)bytes[i] << 8 : bytes[i];
	sum = (sum >> 16) + (sum & 0xffff);
	sum += sum >> 16;
	return (uint16_t)~sum;
}
