/*
 * netbios_ssn.c - does a NetBIOS session service answer a request? The session
 * is not used: SMB would begin after it (RFC 1002 4.3).
 */
#include "core/engine/check.h"
#include "core/proto/netbios.h"

enum {
	NETBIOS_SSN_REQUEST = 0x81,
	NETBIOS_SSN_POSITIVE = 0x82,
	NETBIOS_SSN_NEGATIVE = 0x83,
	NETBIOS_SSN_RETARGET = 0x84,
	NETBIOS_SSN_KEEPALIVE = 0x85,
	NETBIOS_SSN_NAMES = 68, /* called and calling name */
	NETBIOS_SSN_KEEPALIVES_MAX = 8
};

struct netbios_ssn_state {
	unsigned keepalives;
};

/* Every server must let itself be called so (CIFS 1.0, appendix A 10.2); 20 is
 * the file service. */
static enum step netbios_ssn_connected(struct probe *p)
{
	uint8_t packet[4 + NETBIOS_SSN_NAMES];
	struct wire w = wire_into(packet, sizeof(packet));
	wire_u8(&w, NETBIOS_SSN_REQUEST);
	wire_u8(&w, 0); /* flags */
	wire_be16(&w, NETBIOS_SSN_NAMES);
	netbios_write_name(&w, "*SMBSERVER", 0x20);
	netbios_write_name(&w, "PREFLIGHT", 0x00);
	probe_send(p, packet, w.length);
	p->phase = PHASE_REPLY;
	return STEP_WAIT;
}

/* RFC 1002 4.3.4. */
static const char *netbios_ssn_reason(unsigned code)
{
	switch (code) {
	case 0x80:
		return "not listening on called name";
	case 0x81:
		return "not listening for calling name";
	case 0x82:
		return "called name not present";
	case 0x83:
		return "insufficient resources";
	case 0x8f:
		return "unspecified error";
	default:
		return NULL;
	}
}

static enum step netbios_ssn_negative_came(struct probe *p, struct cursor *c)
{
	unsigned code = cursor_u8(c);
	if (c->bad)
		return probe_fail(p, CAUSE_BAD_REPLY);
	fact_string(p, "answer", "negative");
	fact_number(p, "error-code", code);
	fact_string(p, "error-name", netbios_ssn_reason(code));
	return probe_ok(p);
}

static enum step netbios_ssn_retarget_came(struct probe *p, struct cursor *c)
{
	char text[ADDR_TEXT];
	struct addr to = {.family = ADDR_V4};
	for (size_t i = 0; i < 4; i++)
		to.bytes[i] = cursor_u8(c);
	to.port = cursor_be16(c);
	if (c->bad)
		return probe_fail(p, CAUSE_BAD_REPLY);
	fact_string(p, "answer", "retarget");
	fact_string(p, "retarget", addr_text_port(&to, text));
	return probe_ok(p);
}

static enum step netbios_ssn_packet_came(struct probe *p, unsigned type,
					 struct cursor *contents)
{
	switch (type) {
	case NETBIOS_SSN_POSITIVE:
		fact_string(p, "answer", "positive");
		return probe_ok(p);
	case NETBIOS_SSN_NEGATIVE:
		return netbios_ssn_negative_came(p, contents);
	case NETBIOS_SSN_RETARGET:
		return netbios_ssn_retarget_came(p, contents);
	default:
		return STEP_WAIT; /* a keepalive */
	}
}

/* The length of each kind is fixed: RFC 1002 4.3.2 to 4.3.6. */
static bool netbios_ssn_length(unsigned type, size_t *length)
{
	switch (type) {
	case NETBIOS_SSN_POSITIVE:
	case NETBIOS_SSN_KEEPALIVE:
		*length = 0;
		return true;
	case NETBIOS_SSN_NEGATIVE:
		*length = 1;
		return true;
	case NETBIOS_SSN_RETARGET:
		*length = 6;
		return true;
	default:
		return false;
	}
}

static enum step netbios_ssn_data_came(struct probe *p)
{
	struct netbios_ssn_state *s = p->state;
	enum step step = STEP_WAIT;
	while (step == STEP_WAIT && p->in->length > 0) {
		struct cursor c = cursor_over(p->in->data, p->in->length);
		unsigned type = cursor_u8(&c);
		size_t wanted;
		/* The first octet decides: HTTP need not be waited for. */
		if (!netbios_ssn_length(type, &wanted))
			return probe_fail(p, CAUSE_BAD_REPLY);
		uint32_t length = cursor_be24(&c); /* flags and length */
		if (c.bad)
			return STEP_WAIT;
		if (length != wanted)
			return probe_fail(p, CAUSE_BAD_REPLY);
		if (cursor_left(&c) < length)
			return STEP_WAIT;
		if (type == NETBIOS_SSN_KEEPALIVE &&
		    ++s->keepalives > NETBIOS_SSN_KEEPALIVES_MAX)
			return probe_fail(p, CAUSE_BAD_REPLY);
		struct cursor contents = cursor_slice(&c, length);
		step = netbios_ssn_packet_came(p, type, &contents);
		probe_consume(p, 4 + length);
	}
	return step;
}

static enum step netbios_ssn_closed(struct probe *p)
{
	if (p->in->length > 0)
		return probe_fail(p, CAUSE_BAD_REPLY);
	return STEP_WAIT;
}

static enum step netbios_ssn_step(struct probe *p, enum event event)
{
	switch (event) {
	case EV_START:
		return netbios_ssn_connected(p);
	case EV_DATA:
		return netbios_ssn_data_came(p);
	case EV_EOF:
		return netbios_ssn_closed(p);
	default:
		return STEP_WAIT;
	}
}

static const struct fact_def netbios_ssn_facts[] = {
    {.name = "answer",
     .type = FACT_STRING,
     .help = "positive, negative or retarget"},
    {.name = "error-code",
     .type = FACT_NUMBER,
     .help = "code of a negative answer"},
    {.name = "error-name",
     .type = FACT_STRING,
     .help = "its meaning in RFC 1002 4.3.4"},
    {.name = "retarget",
     .type = FACT_STRING,
     .help = "address and port that the server redirects to"},
    {.name = NULL}};

const struct check check_netbios_ssn = {
    .name = "netbios-ssn",
    .summary = "NetBIOS session service answers a session request",
    .facts = netbios_ssn_facts,
    .state_size = sizeof(struct netbios_ssn_state),
    .needs = NEEDS_TCP,
    .proxy = PROXY_NEVER,
    .transport = TRANSPORT_TCP,
    .window = 100,
    .port = 139,
    .step = netbios_ssn_step};
