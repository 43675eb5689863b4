/*
 * ber.c - BER (X.690): a bounded reader and a small writer.
 */
#include "core/base/ber.h"

#include <string.h>

enum { BER_LENGTH_OCTETS_MAX = 4 };

/* Reads tag and length. False (and bad) when it is not a header that is
 * accepted. */
static bool ber_header(struct cursor *c, uint8_t *tag, size_t *length)
{
	*tag = cursor_u8(c);
	*length = 0;
	if ((*tag & 0x1f) == 0x1f) /* a tag of several octets: X.690 8.1.2.4 */
		c->bad = true;
	uint8_t first = cursor_u8(c);
	if (first < 0x80) {
		*length = first;
		return !c->bad;
	}
	unsigned octets = first & 0x7f;
	if (octets == 0 || octets > BER_LENGTH_OCTETS_MAX) {
		c->bad = true;
		return false;
	}
	while (octets-- > 0)
		*length = *length << 8 | cursor_u8(c);
	return !c->bad;
}

enum ber_frame ber_frame(const void *bytes, size_t available, size_t max,
			 size_t *length)
{
	const uint8_t *octets = bytes;
	*length = 0;
	if (available < 2)
		return BER_FRAME_MORE;
	size_t header = 2;
	if (octets[1] >= 0x80)
		header += octets[1] & 0x7f;
	/* An absurd header is rejected before its bytes have come. */
	if (available < header && header <= 2 + BER_LENGTH_OCTETS_MAX)
		return BER_FRAME_MORE;
	struct cursor c = cursor_over(bytes, available);
	uint8_t tag;
	size_t contents;
	if (!ber_header(&c, &tag, &contents))
		return BER_FRAME_BAD;
	if (contents > max || header > max - contents)
		return BER_FRAME_BAD;
	*length = header + contents;
	return available < *length ? BER_FRAME_MORE : BER_FRAME_WHOLE;
}

uint8_t ber_peek(const struct cursor *c)
{
	if (c->bad || cursor_left(c) == 0)
		return 0;
	return *c->at;
}

struct cursor ber_any(struct cursor *c, uint8_t *tag)
{
	size_t length;
	if (!ber_header(c, tag, &length))
		*tag = 0;
	return cursor_slice(c, length);
}

struct cursor ber_enter(struct cursor *c, uint8_t tag)
{
	uint8_t found;
	struct cursor body = ber_any(c, &found);
	if (found != tag) {
		c->bad = true;
		body.bad = true;
	}
	return body;
}

void ber_skip(struct cursor *c)
{
	uint8_t tag;
	ber_any(c, &tag);
}

int64_t ber_integer(struct cursor *c, uint8_t tag)
{
	struct cursor body = ber_enter(c, tag);
	size_t length = cursor_left(&body);
	if (c->bad || length == 0 || length > 8) {
		c->bad = true;
		return 0;
	}
	uint64_t value = *body.at & 0x80 ? UINT64_MAX : 0;
	while (length-- > 0)
		value = value << 8 | cursor_u8(&body);
	return (int64_t)value;
}

uint64_t ber_unsigned(struct cursor *c, uint8_t tag)
{
	struct cursor body = ber_enter(c, tag);
	size_t length = cursor_left(&body);
	if (!c->bad && length == 9 && *body.at == 0) {
		cursor_u8(&body);
		length--;
	}
	if (c->bad || length == 0 || length > 8) {
		c->bad = true;
		return 0;
	}
	uint64_t value = 0;
	while (length-- > 0)
		value = value << 8 | cursor_u8(&body);
	return value;
}

const uint8_t *ber_octets(struct cursor *c, uint8_t tag, size_t *length)
{
	struct cursor body = ber_enter(c, tag);
	*length = 0;
	if (c->bad)
		return NULL;
	*length = cursor_left(&body);
	return body.at;
}

struct ber_out ber_out_into(void *bytes, size_t size)
{
	return (struct ber_out){.bytes = bytes, .size = size, .start = size};
}

size_t ber_out_mark(const struct ber_out *o)
{
	return o->start;
}

static void ber_out_push(struct ber_out *o, uint8_t octet)
{
	if (o->start == 0) {
		o->full = true;
		return;
	}
	o->bytes[--o->start] = octet;
}

void ber_out_wrap(struct ber_out *o, uint8_t tag, size_t mark)
{
	size_t length = mark - o->start;
	if (length < 0x80) {
		ber_out_push(o, (uint8_t)length);
	} else {
		unsigned octets = 0;
		for (size_t rest = length; rest > 0; rest >>= 8) {
			ber_out_push(o, (uint8_t)(rest & 0xff));
			octets++;
		}
		ber_out_push(o, (uint8_t)(0x80 | octets));
	}
	ber_out_push(o, tag);
}

bool ber_out_raw(struct ber_out *o, const void *bytes, size_t length)
{
	if (length > o->start) {
		o->full = true;
		return false;
	}
	if (length > 0) {
		o->start -= length;
		memcpy(o->bytes + o->start, bytes, length);
	}
	return true;
}

void ber_out_octets(struct ber_out *o, uint8_t tag, const void *bytes,
		    size_t length)
{
	size_t mark = ber_out_mark(o);
	if (ber_out_raw(o, bytes, length))
		ber_out_wrap(o, tag, mark);
}

void ber_out_integer(struct ber_out *o, uint8_t tag, int64_t value)
{
	size_t mark = ber_out_mark(o);
	uint64_t rest = (uint64_t)value;
	/* The fewest octets whose sign bit is the value's: X.690 8.3.2. */
	bool more = true;
	for (unsigned i = 0; i < 8 && more; i++) {
		uint8_t octet = (uint8_t)(rest & 0xff);
		ber_out_push(o, octet);
		rest >>= 8;
		if (value < 0)
			rest |= UINT64_C(0xff) << 56;
		more = rest != (octet & 0x80 ? UINT64_MAX : 0);
	}
	ber_out_wrap(o, tag, mark);
}

const uint8_t *ber_out_bytes(const struct ber_out *o, size_t *length)
{
	*length = o->size - o->start;
	return o->bytes + o->start;
}
