/* icmp.c - echo request and reply (RFC 792; RFC 4443 §4). */
#include "core/engine/check.h"

#include <string.h>

enum {
	ICMP_ECHO_REQUEST = 8,
	ICMP_ECHO_REPLY = 0,
	ICMPV6_ECHO_REQUEST = 128,
	ICMPV6_ECHO_REPLY = 129,
	ICMP_HEADER = 8,
	ICMP_COOKIE = 16,
	ICMP_CHECKSUM_AT = 2
};

struct icmp_state {
	uint16_t sequence;
	uint8_t cookie[ICMP_COOKIE];
	int64_t sent_us;
};

/* RFC 1071 */
static uint16_t icmp_checksum(const uint8_t *bytes, size_t length)
{
	struct cursor c = cursor_over(bytes, length);
	uint32_t sum = 0;

	while (cursor_left(&c) >= 2)
		sum += cursor_be16(&c);
	sum = (sum >> 16) + (sum & 0xffff);
	sum += sum >> 16;
	return (uint16_t)~sum;
}

static enum step icmp_open(struct probe *p)
{
	struct icmp_state *s = p->state;
	bool v6 = p->addr->family == ADDR_V6;
	uint8_t packet[ICMP_HEADER + ICMP_COOKIE];
	struct wire w = wire_into(packet, sizeof packet);
	uint16_t id;

	wire_random(&id, sizeof id); /* a ping socket puts its own */
	wire_random(&s->sequence, sizeof s->sequence);
	wire_random(s->cookie, sizeof s->cookie);
	wire_u8(&w, v6 ? ICMPV6_ECHO_REQUEST : ICMP_ECHO_REQUEST);
	wire_u8(&w, 0);
	wire_be16(&w, 0);
	wire_be16(&w, id);
	wire_be16(&w, s->sequence);
	wire_bytes(&w, s->cookie, sizeof s->cookie);
	/* For ICMPv6 the kernel's: it covers addresses that we don't know. */
	if (!v6)
		wire_patch_be16(&w, ICMP_CHECKSUM_AT,
				icmp_checksum(packet, w.length));
	s->sent_us = p->now_us;
	probe_send(p, packet, w.length);
	p->phase = PHASE_REPLY;
	return STEP_WAIT;
}

/*
 * A raw socket hears all ICMP of this host, also our own request on loopback.
 * The cookie decides: only a reply to this request holds it.
 */
static enum step icmp_heard(struct probe *p)
{
	struct icmp_state *s = p->state;
	bool v6 = p->addr->family == ADDR_V6;
	struct cursor c = cursor_over(p->in->data, p->in->length);
	uint8_t type = cursor_u8(&c);
	uint8_t code = cursor_u8(&c);
	uint16_t sequence;
	const uint8_t *cookie;

	cursor_skip(&c, 4); /* checksum, id */
	sequence = cursor_be16(&c);
	cookie = cursor_bytes(&c, ICMP_COOKIE);
	if (cookie == NULL || cursor_left(&c) != 0 || code != 0 ||
	    type != (v6 ? ICMPV6_ECHO_REPLY : ICMP_ECHO_REPLY) ||
	    sequence != s->sequence ||
	    memcmp(cookie, s->cookie, sizeof s->cookie) != 0 ||
	    !addr_equal(p->from, p->addr))
		return STEP_WAIT;
	fact_ms(p, "round-trip", p->now_us - s->sent_us);
	if (p->ttl >= 0)
		fact_number(p, "reply-ttl", p->ttl);
	return probe_ok(p);
}

static enum step icmp_step(struct probe *p, enum event event)
{
	switch (event) {
	case EV_START:
		return icmp_open(p);
	case EV_DATA:
		return icmp_heard(p);
	default:
		return STEP_WAIT;
	}
}

static const struct fact_def icmp_fact_table[] = {
    {"round-trip", FACT_MS, "from request to reply"},
    {"reply-ttl", FACT_NUMBER, "TTL or hop limit of the reply"},
    {0},
};

const struct check check_icmp = {
    .name = "icmp",
    .summary = "host answers echo requests (ping)",
    .facts = icmp_fact_table,
    .state_size = sizeof(struct icmp_state),
    .needs = NEEDS_ICMP,
    .proxy = PROXY_NEVER,
    .transport = TRANSPORT_ICMP,
    .step = icmp_step,
};
