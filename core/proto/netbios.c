/*
 * netbios.c - NetBIOS names on the wire, and the answer to NBSTAT.
 */
#include "core/proto/netbios.h"

#include <string.h>

enum {
	NETBIOS_HALVES = 32,    /* octets of an encoded name */
	NETBIOS_LABEL_MAX = 63, /* RFC 1035 2.3.4 */
	NETBIOS_POINTER = 0xc0, /* RFC 1002 4.2.1.3 */
	NETBIOS_RESPONSE = 0x8000,
	NETBIOS_OPCODE = 0x7800,
	NETBIOS_RCODE = 0x000f,
	NETBIOS_NBSTAT = 0x0021,
	NETBIOS_IN = 0x0001,
	NETBIOS_GROUP = 0x8000,
	NETBIOS_ENTRY = 18 /* octets of a name in the table */
};

/* First level encoding: a letter for each half octet (RFC 1001 14.1). */
void netbios_write_name(struct wire *w, const char *name, uint8_t suffix)
{
	uint8_t octets[NETBIOS_NAME + 1];
	size_t length = strlen(name);
	if (length > NETBIOS_NAME)
		length = NETBIOS_NAME;
	/* The wildcard is padded with zeros: RFC 1002 4.2.17. */
	memset(octets, strcmp(name, "*") == 0 ? 0 : ' ', sizeof(octets));
	memcpy(octets, name, length);
	octets[NETBIOS_NAME] = suffix;
	wire_u8(w, NETBIOS_HALVES);
	for (size_t i = 0; i < sizeof(octets); i++) {
		wire_u8(w, (uint8_t)('A' + (octets[i] >> 4)));
		wire_u8(w, (uint8_t)('A' + (octets[i] & 0x0f)));
	}
	wire_u8(w, 0);
}

void netbios_skip_name(struct cursor *c)
{
	for (;;) {
		uint8_t length = cursor_u8(c);
		if (length == 0) /* also on a bad cursor */
			return;
		if (length >= NETBIOS_POINTER) {
			cursor_u8(c);
			return;
		}
		if (length > NETBIOS_LABEL_MAX)
			c->bad = true;
		cursor_skip(c, length);
	}
}

/* RR: name, type, class, ttl, length; then the table. */
static bool netbios_read_table(struct netbios_status *out, struct cursor *c)
{
	netbios_skip_name(c);
	unsigned type = cursor_be16(c);
	unsigned kind = cursor_be16(c);
	cursor_skip(c, 4);
	struct cursor data = cursor_slice(c, cursor_be16(c));
	out->count = cursor_u8(&data);
	out->names = cursor_slice(&data, (size_t)out->count * NETBIOS_ENTRY);
	if (data.bad || type != NETBIOS_NBSTAT || kind != NETBIOS_IN)
		return false;
	/* Statistics follow; some leave them out. */
	out->mac = cursor_bytes(&data, NETBIOS_MAC);
	return true;
}

bool netbios_read_status(struct netbios_status *out, const void *bytes,
			 size_t length)
{
	struct cursor c = cursor_over(bytes, length);
	*out = (struct netbios_status){.id = cursor_be16(&c)};
	unsigned flags = cursor_be16(&c);
	unsigned questions = cursor_be16(&c);
	unsigned answers = cursor_be16(&c);
	cursor_skip(&c, 4);
	if (c.bad || (flags & NETBIOS_RESPONSE) == 0 ||
	    (flags & NETBIOS_OPCODE) != 0 || questions > 1)
		return false;
	out->rcode = flags & NETBIOS_RCODE;
	if (questions == 1) {
		netbios_skip_name(&c);
		cursor_skip(&c, 4);
	}
	/* A refusal comes without the question; with it, from a DNS server. */
	if (out->rcode != 0)
		return !c.bad && questions == 0;
	return answers > 0 && netbios_read_table(out, &c);
}

bool netbios_next(struct netbios_status *s, struct netbios_entry *out)
{
	if (cursor_left(&s->names) < NETBIOS_ENTRY)
		return false;
	out->name = cursor_bytes(&s->names, NETBIOS_NAME);
	out->suffix = cursor_u8(&s->names);
	out->group = (cursor_be16(&s->names) & NETBIOS_GROUP) != 0;
	out->length = NETBIOS_NAME;
	while (out->length > 0 && (out->name[out->length - 1] == ' ' ||
				   out->name[out->length - 1] == 0))
		out->length--;
	return true;
}
