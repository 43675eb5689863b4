/*
 * ipfix.c - IP Flow Information Export (RFC 7011).
 */
#include "listen/recogniser.h"

#include "core/base/wire.h"

#include <stdio.h>

enum {
	IPFIX_VERSION = 10,
	IPFIX_HEADER = 16,
	IPFIX_SETS = 512,
	IPFIX_DATA = 256 /* RFC 7011 3.3.2: the first id of data */
};

/* The sets of a message as far as it has come; false: it is not one. */
static bool ipfix_sets(struct cursor *c, unsigned *templates, unsigned *data)
{
	for (unsigned i = 0; i < IPFIX_SETS && cursor_left(c) >= 4; i++) {
		unsigned id = cursor_be16(c), length = cursor_be16(c);

		/* At least one template, or one octet of data. */
		if (length < (id <= 3 ? 8U : 5U) ||
		    (id != 2 && id != 3 && id < IPFIX_DATA))
			return false;
		*templates += id <= 3;
		*data += id >= IPFIX_DATA;
		length -= 4;
		cursor_skip(c,
			    length < cursor_left(c) ? length : cursor_left(c));
	}
	return true;
}

static enum recognised ipfix_recognise(const struct recognised_bytes *in,
				       char said[RECOGNISED_SAID])
{
	struct cursor c = cursor_over(in->bytes, in->length);
	bool stream = in->transport == TRANSPORT_TCP;
	unsigned templates = 0, data = 0, version, length;
	uint32_t domain;

	if (in->length > 0 && in->bytes[0] != 0)
		return RECOGNISED_NO;
	if (in->length < IPFIX_HEADER + 4U)
		return stream ? RECOGNISED_MORE : RECOGNISED_NO;
	version = cursor_be16(&c);
	length = cursor_be16(&c);
	cursor_skip(&c, 4 + 4);
	domain = cursor_be32(&c);
	if (version != IPFIX_VERSION || length < IPFIX_HEADER + 4U ||
	    (stream ? false : length != in->length))
		return RECOGNISED_NO;
	if (length < in->length) /* the next message of the stream */
		c.end = in->bytes + length;
	if (!ipfix_sets(&c, &templates, &data) || templates + data == 0)
		return RECOGNISED_NO;
	snprintf(said, RECOGNISED_SAID, "observation domain %u, %s",
		 (unsigned)domain,
		 data == 0        ? "templates"
		 : templates == 0 ? "data"
				  : "templates and data");
	return RECOGNISED_YES;
}

static const uint16_t ipfix_ports[] = {4739, 0};

const struct recogniser recogniser_ipfix = {
    .name = "ipfix",
    .title = "IPFIX",
    .transports = TRANSPORTS_UDP_TCP,
    .ports = ipfix_ports,
    .setting = "flow export: the collector's address and port, the exporter's "
	       "source interface, and that a monitor is on an interface",
    .read = ipfix_recognise,
};
