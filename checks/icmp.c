/* icmp.c - echo request and reply (RFC 792; RFC 4443 §4). */
#include "core/engine/check.h"

#include "core/proto/echo.h"

struct icmp_state {
	struct echo echo;
	int64_t sent_us;
};

static enum step icmp_open(struct probe *p)
{
	struct icmp_state *s = p->state;
	uint8_t packet[ECHO_SIZE];
	size_t length =
	    echo_request(&s->echo, p->addr->family == ADDR_V6, packet);

	s->sent_us = p->now_us;
	probe_send(p, packet, length);
	p->phase = PHASE_REPLY;
	return STEP_WAIT;
}

static enum step icmp_heard(struct probe *p)
{
	struct icmp_state *s = p->state;

	if (!echo_is_reply(&s->echo, p->addr->family == ADDR_V6, p->in->data,
			   p->in->length) ||
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
