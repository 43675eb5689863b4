/*
 * dcerpc.c - DCE/RPC over TCP: bind, ept_lookup and their answers.
 */
#include "core/proto/dcerpc.h"

enum {
	DCERPC_VERSION = 5,
	DCERPC_MINOR_MAX = 1,
	DCERPC_HEADER = 16,
	DCERPC_TRAILER = 8, /* before the authentication: C706 13.2.6.1 */
	DCERPC_REQUEST = 0,
	DCERPC_BIND = 11,
	DCERPC_BIND_LENGTH = 72,
	DCERPC_LOOKUP_LENGTH = 64,
	DCERPC_FIRST_FRAGMENT = 0x01,
	DCERPC_LAST_FRAGMENT = 0x02,
	DCERPC_LITTLE = 0x10,   /* of the first octet of the format label */
	DCERPC_OFFER = 4280,    /* octets of a fragment: what Windows offers */
	DCERPC_EPT_LOOKUP = 2,  /* opnum: C706 appendix O */
	DCERPC_ANNOTATION = 64, /* octets, with the NUL */
	DCERPC_UUID = 16,
	DCERPC_FLOORS_MAX = 8,
	DCERPC_PROTOCOL_TCP = 7, /* of a floor: C706 appendix I */
	DCERPC_PROTOCOL_RPC = 11 /* connection-oriented */
};

/* The syntaxes as they go over the wire: UUID, major, minor version. */
enum { DCERPC_SYNTAX = 20 };
static const uint8_t dcerpc_interfaces[][DCERPC_SYNTAX] = {
    [DCERPC_MAPPER] = {0x08, 0x83, 0xaf, 0xe1, 0x1f, 0x5d, 0xc9,
		       0x11, 0x91, 0xa4, 0x08, 0x00, 0x2b, 0x14,
		       0xa0, 0xfa, 0x03, 0x00, 0x00, 0x00},
    [DCERPC_MANAGEMENT] = {0x80, 0xbd, 0xa8, 0xaf, 0x8a, 0x7d, 0xc9,
			   0x11, 0xbe, 0xf4, 0x08, 0x00, 0x2b, 0x10,
			   0x29, 0x89, 0x01, 0x00, 0x00, 0x00}};
/* NDR, version 2: C706 appendix I. */
static const uint8_t dcerpc_ndr[DCERPC_SYNTAX] = {
    0x04, 0x5d, 0x88, 0x8a, 0xeb, 0x1c, 0xc9, 0x11, 0x9f, 0xe8,
    0x08, 0x00, 0x2b, 0x10, 0x48, 0x60, 0x02, 0x00, 0x00, 0x00};

/* Questions ---------------------------------------------------------------- */

static void dcerpc_write_header(struct wire *w, uint8_t type, uint16_t length,
				uint32_t call)
{
	wire_u8(w, DCERPC_VERSION);
	wire_u8(w, 0); /* minor */
	wire_u8(w, type);
	wire_u8(w, DCERPC_FIRST_FRAGMENT | DCERPC_LAST_FRAGMENT);
	wire_u8(w, DCERPC_LITTLE); /* ASCII, IEEE */
	wire_zero(w, 3);
	wire_le16(w, length);
	wire_le16(w, 0); /* no authentication */
	wire_le32(w, call);
}

void dcerpc_write_bind(struct wire *w, enum dcerpc_interface interface,
		       uint32_t call)
{
	dcerpc_write_header(w, DCERPC_BIND, DCERPC_BIND_LENGTH, call);
	wire_le16(w, DCERPC_OFFER);
	wire_le16(w, DCERPC_OFFER);
	wire_le32(w, 0); /* a new association */
	wire_le32(w, 1); /* presentation contexts */
	wire_le16(w, 0); /* its number */
	wire_le16(w, 1); /* transfer syntaxes */
	wire_bytes(w, dcerpc_interfaces[interface], DCERPC_SYNTAX);
	wire_bytes(w, dcerpc_ndr, DCERPC_SYNTAX);
}

void dcerpc_write_lookup(struct wire *w, uint32_t call)
{
	dcerpc_write_header(w, DCERPC_REQUEST, DCERPC_LOOKUP_LENGTH, call);
	wire_le32(w, 40); /* octets of the stub */
	wire_le16(w, 0);  /* presentation context */
	wire_le16(w, DCERPC_EPT_LOOKUP);
	wire_le32(w, 0);  /* inquiry: all elements */
	wire_le32(w, 0);  /* of any object */
	wire_le32(w, 0);  /* of any interface */
	wire_le32(w, 1);  /* of all versions */
	wire_zero(w, 20); /* a new lookup */
	wire_le32(w, DCERPC_ENTRIES_MAX);
}

/* Answers ------------------------------------------------------------------ */

static uint16_t dcerpc_u16(struct cursor *c, bool little)
{
	return little ? cursor_le16(c) : cursor_be16(c);
}

static uint32_t dcerpc_u32(struct cursor *c, bool little)
{
	return little ? cursor_le32(c) : cursor_be32(c);
}

static bool dcerpc_is_answer(uint8_t type)
{
	return type == DCERPC_RESPONSE || type == DCERPC_FAULT ||
	       type == DCERPC_BIND_ACK || type == DCERPC_BIND_NAK;
}

/* Can these octets, however few, begin a PDU of a server? */
static bool dcerpc_begins(const uint8_t *octets, size_t available)
{
	return (available < 1 || octets[0] == DCERPC_VERSION) &&
	       (available < 2 || octets[1] <= DCERPC_MINOR_MAX) &&
	       (available < 3 || dcerpc_is_answer(octets[2]));
}

enum dcerpc_frame dcerpc_read(struct dcerpc_pdu *out, const void *bytes,
			      size_t available, size_t *length)
{
	struct cursor c = cursor_over(bytes, available);
	*out = (struct dcerpc_pdu){.type = DCERPC_RESPONSE};
	*length = 0;
	if (!dcerpc_begins(bytes, available))
		return DCERPC_BAD;
	cursor_skip(&c, 2);
	uint8_t type = cursor_u8(&c);
	out->last = (cursor_u8(&c) & DCERPC_LAST_FRAGMENT) != 0;
	out->little = (cursor_u8(&c) & DCERPC_LITTLE) != 0;
	cursor_skip(&c, 3);
	*length = dcerpc_u16(&c, out->little);
	size_t authentication = dcerpc_u16(&c, out->little);
	out->call = dcerpc_u32(&c, out->little);
	if (c.bad)
		return DCERPC_MORE;
	if (*length < DCERPC_HEADER || *length > DCERPC_FRAGMENT_MAX)
		return DCERPC_BAD;
	size_t body = *length - DCERPC_HEADER;
	if (authentication > 0)
		authentication += DCERPC_TRAILER;
	if (authentication > body)
		return DCERPC_BAD;
	if (available < *length)
		return DCERPC_MORE;
	out->type = (enum dcerpc_type)type;
	out->body = cursor_slice(&c, body - authentication);
	return DCERPC_WHOLE;
}

static void dcerpc_align(struct cursor *c)
{
	while (cursor_offset(c) % 4 != 0 && !c->bad)
		cursor_skip(c, 1);
}

bool dcerpc_read_ack(struct dcerpc_pdu *pdu, unsigned *result, unsigned *reason)
{
	struct cursor *c = &pdu->body;
	cursor_skip(c, 2 + 2 + 4);                  /* sizes, association */
	cursor_skip(c, dcerpc_u16(c, pdu->little)); /* secondary address */
	dcerpc_align(c);
	unsigned results = cursor_u8(c);
	cursor_skip(c, 3);
	*result = dcerpc_u16(c, pdu->little);
	*reason = dcerpc_u16(c, pdu->little);
	cursor_skip(c, DCERPC_SYNTAX);
	return !c->bad && results == 1;
}

bool dcerpc_read_nak(struct dcerpc_pdu *pdu, unsigned *reason)
{
	*reason = dcerpc_u16(&pdu->body, pdu->little);
	return !pdu->body.bad;
}

bool dcerpc_read_fault(struct dcerpc_pdu *pdu, uint32_t *status)
{
	cursor_skip(&pdu->body, 4 + 2 + 1 + 1); /* hint, context, cancels */
	*status = dcerpc_u32(&pdu->body, pdu->little);
	return !pdu->body.bad;
}

bool dcerpc_read_response(struct dcerpc_pdu *pdu)
{
	cursor_skip(&pdu->body, 4 + 2 + 1 + 1);
	return !pdu->body.bad;
}

/* Endpoints ---------------------------------------------------------------- */

static void dcerpc_port_came(struct dcerpc_endpoints *out, uint16_t port)
{
	for (size_t i = 0; i < out->port_count; i++)
		if (out->ports[i] == port)
			return;
	if (port != 0 && out->port_count < DCERPC_PORTS_MAX)
		out->ports[out->port_count++] = port;
}

/*
 * A tower: floors of two parts each, the protocol and its address (C706
 * appendix L). The floor counts and lengths are little-endian always, a port is
 * big-endian. ncacn_ip_tcp is TCP under connection-oriented RPC; over HTTP
 * and named pipes other protocols stand in TCP's place.
 */
static bool dcerpc_read_tower(struct dcerpc_endpoints *out, struct cursor tower)
{
	unsigned floors = cursor_le16(&tower);
	bool over_rpc = false;
	uint16_t port = 0;
	if (floors > DCERPC_FLOORS_MAX)
		return false;
	for (unsigned i = 0; i < floors; i++) {
		struct cursor left = cursor_slice(&tower, cursor_le16(&tower));
		struct cursor right = cursor_slice(&tower, cursor_le16(&tower));
		uint8_t protocol = cursor_u8(&left);
		if (tower.bad)
			return false;
		if (over_rpc && protocol == DCERPC_PROTOCOL_TCP)
			port = cursor_be16(&right);
		over_rpc = protocol == DCERPC_PROTOCOL_RPC;
	}
	if (tower.bad)
		return false;
	dcerpc_port_came(out, port);
	return true;
}

/* An ept_entry_t: object, pointer to the tower, annotation. */
static bool dcerpc_read_entry(struct cursor *c, bool little)
{
	cursor_skip(c, DCERPC_UUID);
	bool has_tower = dcerpc_u32(c, little) != 0;
	cursor_skip(c, 4); /* offset */
	uint32_t length = dcerpc_u32(c, little);
	if (length > DCERPC_ANNOTATION)
		c->bad = true;
	cursor_skip(c, length);
	dcerpc_align(c);
	return has_tower;
}

bool dcerpc_read_endpoints(struct dcerpc_endpoints *out, const void *stub,
			   size_t length, bool little)
{
	struct cursor c = cursor_over(stub, length);
	size_t towers = 0;
	*out = (struct dcerpc_endpoints){.count = 0};
	cursor_skip(&c, 20); /* the lookup's handle */
	out->count = dcerpc_u32(&c, little);
	cursor_skip(&c, 4 + 4); /* the array's maximum and offset */
	if (dcerpc_u32(&c, little) != out->count ||
	    out->count > DCERPC_ENTRIES_MAX)
		return false;
	for (uint32_t i = 0; i < out->count && !c.bad; i++)
		towers += dcerpc_read_entry(&c, little) ? 1 : 0;
	/* What the pointers point to follows, in their order (NDR). */
	for (size_t i = 0; i < towers && !c.bad; i++) {
		cursor_skip(&c, 4); /* maximum */
		uint32_t octets = dcerpc_u32(&c, little);
		if (!dcerpc_read_tower(out, cursor_slice(&c, octets)))
			return false;
		dcerpc_align(&c);
	}
	out->status = dcerpc_u32(&c, little);
	return !c.bad;
}
