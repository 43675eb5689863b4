/*
 * wire.h - reading and writing packets, bounded.
 *
 * A cursor never reads past its end: a read that would sets `bad`, returns 0
 * and leaves the cursor bad for good, so a parser reads on and looks once.
 * No struct overlays and no pointer casts on packets anywhere.
 */
#ifndef PREFLIGHT_WIRE_H
#define PREFLIGHT_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cursor {
	const uint8_t *start;
	const uint8_t *at;
	const uint8_t *end;
	bool bad;
};

struct cursor cursor_over(const void *bytes, size_t length);
size_t cursor_left(const struct cursor *c);
size_t cursor_offset(const struct cursor *c);
uint8_t cursor_u8(struct cursor *c);
uint16_t cursor_be16(struct cursor *c);
uint32_t cursor_be24(struct cursor *c);
uint32_t cursor_be32(struct cursor *c);
uint64_t cursor_be64(struct cursor *c);
uint16_t cursor_le16(struct cursor *c);
uint32_t cursor_le32(struct cursor *c);
uint64_t cursor_le64(struct cursor *c);
void cursor_skip(struct cursor *c, size_t length);
/* Borrowed bytes, or NULL (and bad) when fewer are left. */
const uint8_t *cursor_bytes(struct cursor *c, size_t length);
/* Moves to an absolute offset from the start (DNS compression). */
void cursor_seek(struct cursor *c, size_t offset);
/* A cursor over the next `length` bytes, which are consumed from c. */
struct cursor cursor_slice(struct cursor *c, size_t length);

/* A packet under construction, in the caller's array. */
struct wire {
	uint8_t *bytes;
	size_t size;
	size_t length;
	bool full; /* something did not fit */
};

struct wire wire_into(void *bytes, size_t size);
void wire_u8(struct wire *w, uint8_t v);
void wire_be16(struct wire *w, uint16_t v);
void wire_be32(struct wire *w, uint32_t v);
void wire_be64(struct wire *w, uint64_t v);
void wire_le16(struct wire *w, uint16_t v);
void wire_le32(struct wire *w, uint32_t v);
void wire_le64(struct wire *w, uint64_t v);
void wire_bytes(struct wire *w, const void *bytes, size_t length);
void wire_text(struct wire *w, const char *text); /* without the NUL */
void wire_zero(struct wire *w, size_t length);
/* Overwrites two bytes at an offset already written (length fields). */
void wire_patch_be16(struct wire *w, size_t offset, uint16_t v);

/* The checksum of the internet's protocols (RFC 1071). */
uint16_t wire_checksum(const uint8_t *bytes, size_t length);

/* Random bytes: cookies, ids. Handed in by core/os (wire_random.c); it never
 * fails, but ends the program with 3 where the system gives none. */
void wire_random(void *out, size_t length);

#endif
