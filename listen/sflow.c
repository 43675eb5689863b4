/*
 * sflow.c - sFlow version 5 (sflow.org, sFlow Version 5, section 5).
 */
#include "listen/recogniser.h"

#include "core/base/addr.h"
#include "core/base/wire.h"

#include <stdio.h>
#include <string.h>

enum { SFLOW_SAMPLES = 512 };

/* address_type 1 is IPv4, 2 IPv6. */
static bool sflow_agent(struct cursor *c, struct addr *out)
{
	uint32_t type = cursor_be32(c);
	size_t size = type == 1 ? 4 : type == 2 ? 16 : 0;
	const uint8_t *bytes = size > 0 ? cursor_bytes(c, size) : NULL;

	memset(out, 0, sizeof *out);
	if (bytes == NULL)
		return false;
	out->family = type == 1 ? ADDR_V4 : ADDR_V6;
	memcpy(out->bytes, bytes, size);
	return true;
}

static enum recognised sflow_recognise(const struct recognised_bytes *in,
				       char said[RECOGNISED_SAID])
{
	struct cursor c = cursor_over(in->bytes, in->length);
	char text[ADDR_TEXT];
	struct addr agent;
	uint32_t samples;

	if (cursor_be32(&c) != 5 || !sflow_agent(&c, &agent))
		return RECOGNISED_NO;
	cursor_skip(&c, 4 + 4 + 4); /* sub agent, sequence, uptime */
	samples = cursor_be32(&c);
	if (c.bad || samples > SFLOW_SAMPLES)
		return RECOGNISED_NO;
	for (uint32_t i = 0; i < samples; i++) {
		cursor_skip(&c, 4); /* enterprise and format */
		cursor_skip(&c, cursor_be32(&c));
	}
	if (c.bad)
		return RECOGNISED_NO;
	snprintf(said, RECOGNISED_SAID, "version 5, agent %s, %u sample%s",
		 addr_text(&agent, text), (unsigned)samples,
		 samples == 1 ? "" : "s");
	return RECOGNISED_YES;
}

static const uint16_t sflow_ports[] = {6343, 0};

const struct recogniser recogniser_sflow = {
    .name = "sflow",
    .title = "sFlow",
    .transports = TRANSPORTS_UDP,
    .ports = sflow_ports,
    .setting = "sFlow: the collector's address and port, the agent address, "
	       "and a sampling rate on an interface",
    .read = sflow_recognise,
};
