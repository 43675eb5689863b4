/* packet.c - ARP (RFC 826, 5227), neighbour discovery (RFC 4861) and echo
 * requests with their IP headers (RFC 791, 8200); TCP (RFC 9293) and UDP. */
#include "core/proto/packet.h"

#include "core/base/wire.h"

#include <string.h>

enum {
	PACKET_ETHERNET = 1, /* hardware type of ARP */
	PACKET_IPV4 = 0x0800,
	PACKET_ARP_REQUEST = 1,
	PACKET_ARP_REPLY = 2,
	PACKET_SOLICITATION = 135,
	PACKET_ADVERTISEMENT = 136,
	PACKET_SOURCE_LINK = 1, /* options, in units of 8 octets */
	PACKET_TARGET_LINK = 2,
	PACKET_ICMP = 1,
	PACKET_TCP = 6,
	PACKET_UDP = 17,
	PACKET_ICMP_V6 = 58,
	PACKET_HOPS = 64,
	PACKET_LINK_HOPS = 255, /* no router passed it on (RFC 4861 7.1) */
	PACKET_V4_HEADER = 20,
	PACKET_V6_HEADER = 40,
	PACKET_PSEUDO = 40, /* RFC 8200 8.1 */
	PACKET_CHECKSUM_AT = 2
};

/* Headers ----------------------------------------------------------------- */

static void packet_v6_header(struct wire *w, const struct addr *source,
			     const uint8_t target[16], uint16_t length,
			     uint8_t hops)
{
	wire_be32(w, 6u << 28);
	wire_be16(w, length);
	wire_u8(w, PACKET_ICMP_V6);
	wire_u8(w, hops);
	wire_bytes(w, source->bytes, 16);
	wire_bytes(w, target, 16);
}

static void packet_v4_header(struct wire *w, const struct addr *source,
			     const struct addr *target, uint16_t length)
{
	size_t start = w->length;

	wire_be16(w, 0x4500);
	wire_be16(w, (uint16_t)(PACKET_V4_HEADER + length));
	wire_be32(w, 0);
	wire_u8(w, PACKET_HOPS);
	wire_u8(w, PACKET_ICMP);
	wire_be16(w, 0);
	wire_bytes(w, source->bytes, 4);
	wire_bytes(w, target->bytes, 4);
	wire_patch_be16(w, start + 10,
			wire_checksum(w->bytes + start, PACKET_V4_HEADER));
}

/* The checksum of ICMPv6 covers addresses, length and protocol, too. */
static void packet_v6_checksum(struct wire *w)
{
	uint8_t pseudo[PACKET_PSEUDO + PACKET_MAX];
	struct wire p = wire_into(pseudo, sizeof pseudo);
	size_t length = w->length - PACKET_V6_HEADER;

	wire_bytes(&p, w->bytes + 8, 32);
	wire_be32(&p, (uint32_t)length);
	wire_be32(&p, PACKET_ICMP_V6);
	wire_bytes(&p, w->bytes + PACKET_V6_HEADER, length);
	wire_patch_be16(w, PACKET_V6_HEADER + PACKET_CHECKSUM_AT,
			wire_checksum(pseudo, p.length));
}

/* Who claims an address --------------------------------------------------- */

static size_t packet_arp_probe(const struct addr *wanted,
			       const uint8_t self[PACKET_LINK],
			       uint8_t to[PACKET_LINK], uint8_t out[PACKET_MAX])
{
	struct wire w = wire_into(out, PACKET_MAX);

	memset(to, 0xff, PACKET_LINK);
	wire_be16(&w, PACKET_ETHERNET);
	wire_be16(&w, PACKET_IPV4);
	wire_u8(&w, PACKET_LINK);
	wire_u8(&w, 4);
	wire_be16(&w, PACKET_ARP_REQUEST);
	wire_bytes(&w, self, PACKET_LINK);
	wire_zero(&w, 4 + PACKET_LINK);
	wire_bytes(&w, wanted->bytes, 4);
	return w.length;
}

/* To the solicited-node group of the address (RFC 4291 2.7.1), which on
 * Ethernet is 33:33 and its last four octets (RFC 2464 7). */
static size_t packet_solicitation(const struct addr *wanted,
				  const struct addr *source,
				  const uint8_t self[PACKET_LINK],
				  uint8_t to[PACKET_LINK],
				  uint8_t out[PACKET_MAX])
{
	uint8_t group[16] = {0xff, 0x02, [11] = 1, [12] = 0xff};
	struct wire w = wire_into(out, PACKET_MAX);

	memcpy(group + 13, wanted->bytes + 13, 3);
	memset(to, 0x33, 2);
	memcpy(to + 2, group + 12, 4);
	packet_v6_header(&w, source, group, 8 + 16 + 8, PACKET_LINK_HOPS);
	wire_u8(&w, PACKET_SOLICITATION);
	wire_zero(&w, 7);
	wire_bytes(&w, wanted->bytes, 16);
	wire_u8(&w, PACKET_SOURCE_LINK);
	wire_u8(&w, 1);
	wire_bytes(&w, self, PACKET_LINK);
	packet_v6_checksum(&w);
	return w.length;
}

size_t packet_ask(const struct addr *wanted, const struct addr *source,
		  const uint8_t self[PACKET_LINK], uint8_t to[PACKET_LINK],
		  uint8_t out[PACKET_MAX])
{
	return wanted->family == ADDR_V4
		   ? packet_arp_probe(wanted, self, to, out)
		   : packet_solicitation(wanted, source, self, to, out);
}

/* Requests count, too: an announcement is one (RFC 5227 2.3). */
static bool packet_arp_claims(const struct addr *wanted, struct cursor *c,
			      uint8_t link[PACKET_LINK])
{
	bool known = cursor_be16(c) == PACKET_ETHERNET;
	const uint8_t *who, *sender;
	uint16_t operation;

	known = cursor_be16(c) == PACKET_IPV4 && known;
	known = cursor_be16(c) == (PACKET_LINK << 8 | 4) && known;
	operation = cursor_be16(c);
	who = cursor_bytes(c, PACKET_LINK);
	sender = cursor_bytes(c, 4);
	cursor_skip(c, PACKET_LINK + 4);
	if (c->bad || !known || memcmp(sender, wanted->bytes, 4) != 0 ||
	    (operation != PACKET_ARP_REQUEST && operation != PACKET_ARP_REPLY))
		return false;
	memcpy(link, who, PACKET_LINK);
	return true;
}

static void packet_target_link(struct cursor *c, uint8_t link[PACKET_LINK])
{
	while (cursor_left(c) >= 8) {
		uint8_t type = cursor_u8(c);
		size_t units = cursor_u8(c);
		const uint8_t *value =
		    cursor_bytes(c, units == 0 ? SIZE_MAX : units * 8 - 2);

		if (value != NULL && type == PACKET_TARGET_LINK)
			memcpy(link, value, PACKET_LINK);
	}
}

static bool packet_v6_claims(const struct addr *wanted, struct cursor *c,
			     uint8_t link[PACKET_LINK])
{
	bool known = cursor_u8(c) >> 4 == 6;
	const uint8_t *target;

	cursor_skip(c, 5);
	known = cursor_u8(c) == PACKET_ICMP_V6 && known;
	known = cursor_u8(c) == PACKET_LINK_HOPS && known;
	cursor_skip(c, 32);
	known = cursor_be16(c) == PACKET_ADVERTISEMENT << 8 && known;
	cursor_skip(c, 6);
	target = cursor_bytes(c, 16);
	if (target == NULL || !known || memcmp(target, wanted->bytes, 16) != 0)
		return false;
	packet_target_link(c, link);
	return true;
}

bool packet_claims(const struct addr *wanted, const uint8_t *bytes,
		   size_t length, const uint8_t from[PACKET_LINK],
		   uint8_t link[PACKET_LINK])
{
	struct cursor c = cursor_over(bytes, length);

	memcpy(link, from, PACKET_LINK);
	return wanted->family == ADDR_V4 ? packet_arp_claims(wanted, &c, link)
					 : packet_v6_claims(wanted, &c, link);
}

/* Echo -------------------------------------------------------------------- */

size_t packet_echo(struct echo *e, const struct addr *source,
		   const struct addr *target, uint8_t out[PACKET_MAX])
{
	struct wire w = wire_into(out, PACKET_MAX);
	bool v6 = target->family == ADDR_V6;
	uint8_t request[ECHO_SIZE];
	size_t length = echo_request(e, v6, request);

	if (v6)
		packet_v6_header(&w, source, target->bytes, (uint16_t)length,
				 PACKET_HOPS);
	else
		packet_v4_header(&w, source, target, (uint16_t)length);
	wire_bytes(&w, request, length);
	if (v6)
		packet_v6_checksum(&w);
	return w.length;
}

bool packet_is_echo_reply(const struct echo *e, const struct addr *target,
			  const uint8_t *bytes, size_t length)
{
	bool v6 = target->family == ADDR_V6;
	struct cursor c = cursor_over(bytes, length);
	size_t header = v6 ? PACKET_V6_HEADER : PACKET_V4_HEADER;
	uint8_t first = cursor_u8(&c);
	const uint8_t *sender;

	cursor_skip(&c, v6 ? 7 : 11);
	sender = cursor_bytes(&c, v6 ? 16 : 4);
	if (sender == NULL || first >> 4 != (v6 ? 6 : 4) ||
	    (!v6 && first != 0x45) ||
	    memcmp(sender, target->bytes, v6 ? 16 : 4) != 0 ||
	    length < header + ECHO_SIZE)
		return false;
	/* A short frame is padded. */
	return echo_is_reply(e, v6, bytes + header, ECHO_SIZE);
}

/* TCP and UDP ------------------------------------------------------------- */

static void packet_address(struct addr *a, enum addr_family family,
			   struct cursor *c)
{
	size_t size = family == ADDR_V6 ? 16 : 4;
	const uint8_t *bytes = cursor_bytes(c, size);

	a->family = family;
	if (bytes != NULL)
		memcpy(a->bytes, bytes, size);
}

/* The protocol behind the header, at which the cursor then is; 0: of no use. */
static uint8_t packet_v4_read(struct packet *out, struct cursor *c)
{
	enum { FRAGMENT = 0x1fff };
	size_t words = cursor_u8(c) & 15;
	uint16_t fragment;
	uint8_t protocol;

	cursor_skip(c, 5); /* service, length, identification */
	fragment = cursor_be16(c) & FRAGMENT;
	cursor_skip(c, 1);
	protocol = cursor_u8(c);
	cursor_skip(c, 2);
	packet_address(&out->source, ADDR_V4, c);
	packet_address(&out->target, ADDR_V4, c);
	if (words < PACKET_V4_HEADER / 4 || fragment != 0)
		return 0;
	cursor_skip(c, words * 4 - PACKET_V4_HEADER);
	return protocol;
}

static uint8_t packet_v6_read(struct packet *out, struct cursor *c)
{
	uint8_t protocol;

	cursor_skip(c, 6);
	protocol = cursor_u8(c);
	cursor_skip(c, 1);
	packet_address(&out->source, ADDR_V6, c);
	packet_address(&out->target, ADDR_V6, c);
	return protocol;
}

bool packet_read(struct packet *out, const uint8_t *bytes, size_t length)
{
	struct cursor c = cursor_over(bytes, length);
	uint8_t version = length == 0 ? 0 : bytes[0] >> 4, protocol;

	*out = (struct packet){0};
	if (version != 4 && version != 6)
		return false;
	protocol =
	    version == 4 ? packet_v4_read(out, &c) : packet_v6_read(out, &c);
	if (protocol != PACKET_TCP && protocol != PACKET_UDP)
		return false;
	out->tcp = protocol == PACKET_TCP;
	out->source.port = cursor_be16(&c);
	out->target.port = cursor_be16(&c);
	if (out->tcp) {
		out->sequence = cursor_be32(&c);
		out->acknowledged = cursor_be32(&c);
		cursor_skip(&c, 1);
		out->flags = cursor_u8(&c);
	}
	return !c.bad;
}

/* Checksums --------------------------------------------------------------- */

/* What is behind the header of IP; protocol 0: none that is known. */
struct packet_load {
	uint8_t protocol;
	const uint8_t *addresses, *bytes;
	size_t addresses_length, length;
};

static struct packet_load packet_v4_load(const uint8_t *bytes, size_t length)
{
	enum { MORE_OR_OFFSET = 0x3fff, ADDRESSES_AT = 12 };
	struct packet_load out = {0};
	struct cursor c = cursor_over(bytes, length);
	size_t header = (size_t)(cursor_u8(&c) & 15) * 4, total;
	uint16_t fragment;
	uint8_t protocol;

	cursor_skip(&c, 1);
	total = cursor_be16(&c);
	cursor_skip(&c, 2);
	fragment = cursor_be16(&c) & MORE_OR_OFFSET;
	cursor_skip(&c, 1);
	protocol = cursor_u8(&c);
	if (c.bad || header < PACKET_V4_HEADER || total < header ||
	    total > length || fragment != 0 ||
	    wire_checksum(bytes, header) != 0)
		return out;
	out.protocol = protocol;
	out.addresses = bytes + ADDRESSES_AT;
	out.addresses_length = 2 * 4;
	out.bytes = bytes + header;
	out.length = total - header;
	return out;
}

static struct packet_load packet_v6_load(const uint8_t *bytes, size_t length)
{
	enum { ADDRESSES_AT = 8 };
	struct packet_load out = {0};
	struct cursor c = cursor_over(bytes, length);
	size_t payload;
	uint8_t protocol;

	cursor_skip(&c, 4);
	payload = cursor_be16(&c);
	protocol = cursor_u8(&c);
	if (c.bad || length < PACKET_V6_HEADER ||
	    payload > length - PACKET_V6_HEADER)
		return out;
	out.protocol = protocol;
	out.addresses = bytes + ADDRESSES_AT;
	out.addresses_length = 2 * 16;
	out.bytes = bytes + PACKET_V6_HEADER;
	out.length = payload;
	return out;
}

bool packet_is_sound(const uint8_t *bytes, size_t length)
{
	enum { UDP_CHECKSUM_AT = 6, UDP_HEADER = 8 };
	uint8_t covered[PACKET_PSEUDO + PACKET_WHOLE];
	struct wire w = wire_into(covered, sizeof covered);
	bool v6 = length > 0 && bytes[0] >> 4 == 6;
	struct packet_load load =
	    v6 ? packet_v6_load(bytes, length) : packet_v4_load(bytes, length);

	if (load.length > PACKET_WHOLE ||
	    (load.protocol != PACKET_TCP && load.protocol != PACKET_UDP &&
	     load.protocol != (v6 ? PACKET_ICMP_V6 : PACKET_ICMP)))
		return false;
	/* Over IPv4 a UDP checksum of 0 is none (RFC 768). */
	if (load.protocol == PACKET_UDP && !v6 && load.length >= UDP_HEADER &&
	    load.bytes[UDP_CHECKSUM_AT] == 0 &&
	    load.bytes[UDP_CHECKSUM_AT + 1] == 0)
		return true;
	if (load.protocol != PACKET_ICMP) {
		wire_bytes(&w, load.addresses, load.addresses_length);
		wire_be32(&w, (uint32_t)load.length);
		wire_be32(&w, load.protocol);
	}
	wire_bytes(&w, load.bytes, load.length);
	return wire_checksum(covered, w.length) == 0;
}
