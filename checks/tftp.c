/*
 * tftp.c - does a TFTP server answer a request for a file that cannot exist?
 * Its answer comes from a port of its own (RFC 1350 4). Never a write.
 */
#include "core/engine/check.h"

#include <stdio.h>

enum {
	TFTP_RRQ = 1,
	TFTP_DATA = 3,
	TFTP_ERROR = 5,
	TFTP_BLOCK = 512,
	TFTP_QUESTION_MAX = 64
};

struct tftp_state {
	bool bad; /* something came that is not a TFTP server's answer */
};

static enum step tftp_opened(struct probe *p)
{
	uint8_t packet[TFTP_QUESTION_MAX];
	struct wire w = wire_into(packet, sizeof packet);
	uint64_t random;
	char name[40];

	wire_random(&random, sizeof random);
	snprintf(name, sizeof name, "preflight-%016llx",
		 (unsigned long long)random);
	wire_be16(&w, TFTP_RRQ);
	wire_text(&w, name);
	wire_u8(&w, 0);
	wire_text(&w, "octet");
	wire_u8(&w, 0);
	probe_send(p, packet, w.length);
	p->phase = PHASE_REPLY;
	return STEP_WAIT;
}

/* Wrong, forged or late: a valid answer may still follow. */
static enum step tftp_ignored(struct probe *p)
{
	struct tftp_state *s = p->state;

	s->bad = true;
	return STEP_WAIT;
}

/* The code, and a text that ends in a zero: RFC 1350 5. */
static enum step tftp_error_came(struct probe *p, struct cursor *c)
{
	unsigned code = cursor_be16(c);
	const uint8_t *text = c->at;
	size_t length = 0;

	if (c->bad)
		return tftp_ignored(p);
	while (length < cursor_left(c) && text[length] != 0)
		length++;
	fact_number(p, "error-code", code);
	fact_bytes(p, "error-text", text, length);
	return probe_ok(p);
}

/* It has the file: the first block proves it as well. */
static enum step tftp_block_came(struct probe *p, struct cursor *c)
{
	unsigned block = cursor_be16(c);

	if (c->bad || block != 1 || cursor_left(c) > TFTP_BLOCK)
		return tftp_ignored(p);
	fact_bool(p, "data", true);
	return probe_ok(p);
}

static enum step tftp_datagram_came(struct probe *p)
{
	struct cursor c = cursor_over(p->in->data, p->in->length);

	switch (cursor_be16(&c)) {
	case TFTP_ERROR:
		return tftp_error_came(p, &c);
	case TFTP_DATA:
		return tftp_block_came(p, &c);
	default:
		return tftp_ignored(p);
	}
}

static enum step tftp_silent(struct probe *p)
{
	const struct tftp_state *s = p->state;

	return s->bad ? probe_fail(p, CAUSE_BAD_REPLY) : STEP_WAIT;
}

static enum step tftp_step(struct probe *p, enum event event)
{
	switch (event) {
	case EV_START:
		return tftp_opened(p);
	case EV_DATA:
		return tftp_datagram_came(p);
	case EV_DEADLINE:
		return tftp_silent(p);
	default:
		return STEP_WAIT;
	}
}

static const struct fact_def tftp_fact_table[] = {
    {"error-code", FACT_NUMBER, "the server's error; 1: file not found"},
    {"error-text", FACT_STRING, "the server's error text"},
    {"data", FACT_BOOL, "the server sent a file for the made-up name"},
    {0},
};

const struct check check_tftp = {
    .name = "tftp",
    .summary = "TFTP server answers a request for a file that does not exist",
    .facts = tftp_fact_table,
    .state_size = sizeof(struct tftp_state),
    .needs = NEEDS_UDP_ANY,
    .proxy = PROXY_NEVER,
    .transport = TRANSPORT_UDP,
    .port = 69,
    .step = tftp_step,
};
