/*
 * netflow.c - NetFlow version 5 (Cisco, NetFlow Export Datagram Formats) and
 * version 9 (RFC 3954).
 */
#include "listen/recogniser.h"

#include "core/base/wire.h"

#include <stdio.h>

enum {
	NETFLOW_V5_HEADER = 24,
	NETFLOW_V5_RECORD = 48,
	NETFLOW_V5_RECORDS = 30,
	NETFLOW_SETS = 512, /* of one datagram at most */
	NETFLOW_DATA = 256  /* RFC 3954 5.3: the first id of data */
};

static enum recognised netflow_v5(const struct recognised_bytes *in,
				  struct cursor *c, char *said)
{
	unsigned count = cursor_be16(c);

	if (c->bad || count == 0 || count > NETFLOW_V5_RECORDS ||
	    in->length != NETFLOW_V5_HEADER + count * NETFLOW_V5_RECORD)
		return RECOGNISED_NO;
	snprintf(said, RECOGNISED_SAID, "version 5, %u flow%s", count,
		 count == 1 ? "" : "s");
	return RECOGNISED_YES;
}

/* RFC 3954 5: count, uptime, seconds, sequence and source id, then sets. What
 * templates hold is not read. */
static enum recognised netflow_v9(struct cursor *c, char *said)
{
	unsigned templates = 0, data = 0, sets = 0;
	uint32_t source;

	cursor_skip(c, 2 + 4 + 4 + 4);
	source = cursor_be32(c);
	while (cursor_left(c) >= 4 && sets++ < NETFLOW_SETS) {
		unsigned id = cursor_be16(c), length = cursor_be16(c);

		/* At least one template, or one octet of data. */
		if (length < (id <= 1 ? 8U : 5U) ||
		    (id > 1 && id < NETFLOW_DATA))
			return RECOGNISED_NO;
		templates += id <= 1;
		data += id >= NETFLOW_DATA;
		cursor_skip(c, length - 4U);
	}
	if (c->bad || templates + data == 0)
		return RECOGNISED_NO;
	snprintf(said, RECOGNISED_SAID, "version 9, source id %u, %s",
		 (unsigned)source,
		 data == 0        ? "templates"
		 : templates == 0 ? "data"
				  : "templates and data");
	return RECOGNISED_YES;
}

static enum recognised netflow_recognise(const struct recognised_bytes *in,
					 char said[RECOGNISED_SAID])
{
	struct cursor c = cursor_over(in->bytes, in->length);
	unsigned version = cursor_be16(&c);

	if (version == 5)
		return netflow_v5(in, &c, said);
	return version == 9 ? netflow_v9(&c, said) : RECOGNISED_NO;
}

static const uint16_t netflow_ports[] = {2055, 2056, 4432, 9995, 9996, 0};

const struct recogniser recogniser_netflow = {
    .name = "netflow",
    .title = "NetFlow",
    .transports = TRANSPORTS_UDP,
    .ports = netflow_ports,
    .setting = "flow export: the collector's address and port, the exporter's "
	       "source interface, and that a monitor is on an interface",
    .read = netflow_recognise,
};
