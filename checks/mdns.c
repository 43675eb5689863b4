/*
 * mdns.c - does anything on this link answer multicast DNS? One question for
 * the kinds of services there are (RFC 6763 9), answered by unicast (QU: RFC
 * 6762 5.4). Silence is normal on a quiet link: no verdict.
 */
#include "core/engine/check.h"
#include "core/net/dnsmsg.h"

#include <string.h>

enum {
	MDNS_QUESTION_MAX = 64,
	MDNS_ANSWER_MAX = 9000, /* RFC 6762 17 */
	MDNS_RESPONDERS_MAX = 256,
	MDNS_FLAGS = 2, /* offset of the flags; RD must be zero here */
	MDNS_CLASS_QU = 0x8001,
	MDNS_COLLECT_MS = 500 /* responders spread over 120 ms: RFC 6762 6 */
};

struct mdns_state {
	uint16_t id;
	size_t question_length; /* of our message */
	struct addr responders[MDNS_RESPONDERS_MAX];
	size_t count;
};

static enum step mdns_opened(struct probe *p)
{
	struct mdns_state *s = p->state;
	uint8_t question[MDNS_QUESTION_MAX];
	wire_random(&s->id, sizeof(s->id));
	size_t length = dnsmsg_query(question, sizeof(question), s->id,
				     "_services._dns-sd._udp.local", DNS_PTR);
	s->question_length = length;
	struct wire w = wire_into(question, length);
	w.length = length;
	wire_patch_be16(&w, MDNS_FLAGS, 0);
	wire_patch_be16(&w, length - 2, MDNS_CLASS_QU);
	probe_send(p, question, length);
	p->phase = PHASE_REPLY;
	return STEP_WAIT;
}

/* A response with at least one answer. The id is ours (RFC 6762 6.7), or zero
 * from responders that answer as if by multicast. */
static bool mdns_is_answer(const struct probe *p)
{
	const struct mdns_state *s = p->state;
	struct cursor c = cursor_over(p->in->data, p->in->length);
	unsigned id = cursor_be16(&c);
	unsigned flags = cursor_be16(&c);
	cursor_skip(&c, 2);
	unsigned answers = cursor_be16(&c);
	cursor_skip(&c, 4);
	/* QR set, opcode and rcode zero */
	return !c.bad && (id == s->id || id == 0) &&
	       (flags & 0xf80f) == 0x8000 && answers > 0 && cursor_left(&c) > 0;
}

/* What is offered, where the message is one that dns_parse() takes: avahi
 * repeats our question with the unicast bit in its class. */
static void mdns_services_came(struct probe *p)
{
	const struct mdns_state *s = p->state;
	uint8_t copy[MDNS_ANSWER_MAX];
	struct dns_message m;
	size_t length = p->in->length;
	if (length > sizeof(copy) || length < s->question_length)
		return;
	memcpy(copy, p->in->data, length);
	copy[s->question_length - 2] &= 0x7f;
	if (!dnsmsg_parse(&m, copy, length))
		return;
	for (size_t i = 0; i < m.chain_count; i++)
		fact_append(p, "services", m.chain[i]);
}

static enum step mdns_datagram_came(struct probe *p)
{
	struct mdns_state *s = p->state;
	char text[ADDR_TEXT];
	if (!mdns_is_answer(p))
		return STEP_WAIT;
	for (size_t i = 0; i < s->count; i++)
		if (addr_equal(&s->responders[i], p->from))
			return STEP_WAIT;
	if (s->count == MDNS_RESPONDERS_MAX)
		return STEP_WAIT;
	if (s->count == 0)
		probe_timer(p, MDNS_COLLECT_MS);
	s->responders[s->count++] = *p->from;
	fact_append(p, "responders", addr_text(p->from, text));
	fact_number(p, "count", (int64_t)s->count);
	mdns_services_came(p);
	return STEP_WAIT;
}

static enum step mdns_collected(struct probe *p)
{
	const struct mdns_state *s = p->state;
	if (s->count > 0)
		return probe_ok(p);
	return probe_untested(p, WHY_NO_WITNESS);
}

static enum step mdns_step(struct probe *p, enum event event)
{
	switch (event) {
	case EV_START:
		return mdns_opened(p);
	case EV_DATA:
		return mdns_datagram_came(p);
	case EV_TIMER:
	case EV_DEADLINE:
		return mdns_collected(p);
	default:
		return STEP_WAIT;
	}
}

static const struct fact_def mdns_facts[] = {
    {.name = "responders",
     .type = FACT_LIST,
     .help = "addresses that answered (the first 32)"},
    {.name = "count",
     .type = FACT_NUMBER,
     .help = "number of addresses that answered"},
    {.name = "services",
     .type = FACT_LIST,
     .help = "types of services offered (the first 32)"},
    {.name = NULL}};

const struct check check_mdns = {.name = "mdns",
				 .summary =
				     "multicast DNS: which devices answer on "
				     "this link",
				 .facts = mdns_facts,
				 .state_size = sizeof(struct mdns_state),
				 .needs = NEEDS_MULTICAST,
				 .proxy = PROXY_NEVER,
				 .transport = TRANSPORT_UDP,
				 .attempts = 2,
				 .collect_us = MDNS_COLLECT_MS * 1000,
				 .port = 5353,
				 .step = mdns_step};
