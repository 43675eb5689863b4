/*
 * rdp.c - does a Remote Desktop server answer? The first exchange of the
 * connection only ([MS-RDPBCGR] 1.3.1.1): no user name, no session.
 */
#include "core/engine/check.h"

#include <string.h>

enum {
	TPKT_VERSION = 3, /* T.123 section 8 */
	TPKT_LENGTH = 4,
	X224_CONFIRM = 0xd0, /* X.224 13.4, in the high nibble */
	X224_FIXED = 6,      /* what its length indicator counts at least */
	RDP_REPLY_MAX = 512,
	NEG_RESPONSE = 2, /* [MS-RDPBCGR] 2.2.1.2.1 */
	NEG_FAILURE = 3,  /* [MS-RDPBCGR] 2.2.1.2.2 */
	NEG_LENGTH = 8
};

/* [MS-RDPBCGR] 2.2.1.2.1 selectedProtocol. */
static const struct {
	uint32_t protocol;
	const char *name;
} rdp_securities[] = {
    {0, "rdp"}, {1, "tls"}, {2, "credssp"}, {4, "rdstls"}, {8, "credssp-ex"},
};

/* [MS-RDPBCGR] 2.2.1.2.2 failureCode, from 1. A server that has no TLS to
 * offer still serves clients of the old security. */
static const struct {
	const char *name;
	bool serves;
} rdp_failures[] = {
    {"tls-required", false},     {"tls-not-allowed", true},
    {"no-certificate", true},    {"inconsistent-flags", false},
    {"credssp-required", false}, {"client-certificate-required", false},
};
enum { RDP_FAILURES = sizeof rdp_failures / sizeof rdp_failures[0] };

/* Asks for TLS or CredSSP; without a cookie, which would name a user. */
static enum step rdp_connected(struct probe *p)
{
	static const uint8_t request[] = {
	    3,  0,    0, 19,            /* TPKT */
	    14, 0xe0, 0, 0,  0, 0, 0,   /* X.224 connection request */
	    1,  0,    8, 0,  3, 0, 0, 0 /* RDP_NEG_REQ, 2.2.1.1.1 */
	};

	probe_send(p, request, sizeof request);
	p->phase = PHASE_REPLY;
	return STEP_WAIT;
}

static enum step rdp_agreed(struct probe *p, uint32_t protocol)
{
	size_t count = sizeof rdp_securities / sizeof rdp_securities[0];

	for (size_t i = 0; i < count; i++) {
		if (rdp_securities[i].protocol != protocol)
			continue;
		fact_string(p, "security", rdp_securities[i].name);
		return probe_ok(p);
	}
	return probe_fail(p, CAUSE_BAD_REPLY);
}

static enum step rdp_refused(struct probe *p, uint32_t code)
{
	if (code == 0 || code > RDP_FAILURES)
		return probe_fail(p, CAUSE_BAD_REPLY);
	fact_string(p, "failure", rdp_failures[code - 1].name);
	if (!rdp_failures[code - 1].serves)
		return probe_fail(p, CAUSE_REJECTED);
	fact_string(p, "security", "rdp");
	return probe_ok(p);
}

/* After the confirmation; without it, the server does not negotiate. */
static enum step rdp_negotiated(struct probe *p, struct cursor *c)
{
	uint8_t type;
	uint32_t value;

	if (cursor_left(c) == 0)
		return rdp_agreed(p, 0);
	type = cursor_u8(c);
	cursor_skip(c, 1); /* flags */
	if (cursor_le16(c) != NEG_LENGTH)
		return probe_fail(p, CAUSE_BAD_REPLY);
	value = cursor_le32(c);
	if (c->bad || cursor_left(c) > 0)
		return probe_fail(p, CAUSE_BAD_REPLY);
	if (type == NEG_RESPONSE)
		return rdp_agreed(p, value);
	if (type == NEG_FAILURE)
		return rdp_refused(p, value);
	return probe_fail(p, CAUSE_BAD_REPLY);
}

static enum step rdp_data_came(struct probe *p)
{
	struct cursor c = cursor_over(p->in->data, p->in->length);
	uint8_t version = cursor_u8(&c);
	uint8_t reserved = cursor_u8(&c);
	uint16_t length = cursor_be16(&c);
	struct cursor packet;

	if (version != TPKT_VERSION || reserved != 0)
		return probe_fail(p, CAUSE_BAD_REPLY);
	if (c.bad)
		return STEP_WAIT;
	if (length <= TPKT_LENGTH + X224_FIXED || length > RDP_REPLY_MAX)
		return probe_fail(p, CAUSE_BAD_REPLY);
	if (p->in->length < length)
		return STEP_WAIT;
	packet = cursor_slice(&c, (size_t)length - TPKT_LENGTH);
	if (cursor_u8(&packet) != length - TPKT_LENGTH - 1 ||
	    (cursor_u8(&packet) & 0xf0) != X224_CONFIRM)
		return probe_fail(p, CAUSE_BAD_REPLY);
	cursor_skip(&packet, X224_FIXED - 1); /* references, class */
	return rdp_negotiated(p, &packet);
}

static enum step rdp_closed(struct probe *p)
{
	if (p->in->length > 0)
		return probe_fail(p, CAUSE_BAD_REPLY);
	return STEP_WAIT;
}

static enum step rdp_step(struct probe *p, enum event event)
{
	switch (event) {
	case EV_START:
		return rdp_connected(p);
	case EV_DATA:
		return rdp_data_came(p);
	case EV_EOF:
		return rdp_closed(p);
	default:
		return STEP_WAIT;
	}
}

static const struct fact_def rdp_fact_table[] = {
    {"security", FACT_STRING,
     "security that the server chose: rdp, tls, credssp, rdstls or credssp-ex"},
    {"failure", FACT_STRING, "why the server does not use TLS, as it reports"},
    {0},
};

const struct check check_rdp = {
    .name = "rdp",
    .summary = "Remote Desktop server answers a connection request",
    .facts = rdp_fact_table,
    .needs = NEEDS_TCP,
    .proxy = PROXY_NEVER,
    .transport = TRANSPORT_TCP,
    .port = 3389,
    .step = rdp_step,
};
