/*
 * ber.h - BER (X.690) as SNMP, LDAP and Kerberos use it: a bounded reader and
 * a small writer.
 *
 * The reader takes one-byte tags and definite lengths of at most four octets;
 * an indefinite length, a longer one or an element that does not fit marks the
 * cursor bad, like every read of wire.h. Lengths need not be minimal: Active
 * Directory writes them on four octets.
 */
#ifndef PREFLIGHT_BER_H
#define PREFLIGHT_BER_H

#include "core/base/wire.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum ber_tag {
	BER_BOOLEAN = 0x01,
	BER_INTEGER = 0x02,
	BER_OCTETS = 0x04,
	BER_NULL = 0x05,
	BER_OID = 0x06,
	BER_ENUMERATED = 0x0a,
	BER_SEQUENCE = 0x30,
	BER_SET = 0x31
};

/* Is a whole element there? For streams, before anything else is read. */
enum ber_frame { BER_FRAME_MORE, BER_FRAME_WHOLE, BER_FRAME_BAD };
/* *length is that of the element with its header once the header is there;
 * one longer than max is bad. */
enum ber_frame ber_frame(const void *bytes, size_t available, size_t max,
			 size_t *length);

/* The tag of the next element; 0 at the end or on a bad cursor. */
uint8_t ber_peek(const struct cursor *c);
/* The contents of the next element, whatever it is; it is consumed. */
struct cursor ber_any(struct cursor *c, uint8_t *tag);
/* The same for an element that must carry this tag. */
struct cursor ber_enter(struct cursor *c, uint8_t tag);
/* Consumes an element of any kind. */
void ber_skip(struct cursor *c);
/* A signed integer of one to eight octets (INTEGER, ENUMERATED ...). */
int64_t ber_integer(struct cursor *c, uint8_t tag);
/* An unsigned one that fits in 64 bits (SNMP's counters and ticks, RFC 2578).
 * A set sign bit counts as value: some agents forget the leading zero. */
uint64_t ber_unsigned(struct cursor *c, uint8_t tag);
/* Contents octets, borrowed; NULL with *length 0 on a bad cursor. */
const uint8_t *ber_octets(struct cursor *c, uint8_t tag, size_t *length);

/*
 * The writer fills its array from the end to the front, so that a length is
 * known when its header is written: write the last element first. It may
 * stand at ber_out_mark(), then ber_out_wrap() puts a header around all that
 * was written since.
 */
struct ber_out {
	uint8_t *bytes;
	size_t size;
	size_t start; /* first byte in use; size: nothing yet */
	bool full;    /* something did not fit: the message is incomplete */
};

struct ber_out ber_out_into(void *bytes, size_t size);
size_t ber_out_mark(const struct ber_out *o);
void ber_out_wrap(struct ber_out *o, uint8_t tag, size_t mark);
/* An element that is encoded already; false: it does not fit. */
bool ber_out_raw(struct ber_out *o, const void *bytes, size_t length);
void ber_out_octets(struct ber_out *o, uint8_t tag, const void *bytes,
		    size_t length);
void ber_out_integer(struct ber_out *o, uint8_t tag, int64_t value);
const uint8_t *ber_out_bytes(const struct ber_out *o, size_t *length);

#endif
