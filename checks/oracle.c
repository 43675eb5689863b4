/*
 * oracle.c - does an Oracle listener answer a TNS ping? What tnsping sends; no
 * service is named, no session begun.
 */
#include "core/engine/check.h"
#include "core/base/mem.h"
#include "core/base/text.h"

#include <stdio.h>
#include <string.h>

#define TNS_PING "(CONNECT_DATA=(COMMAND=ping))"

enum {
	TNS_HEADER = 8,
	TNS_DATA_AT = 58, /* where the connect data begin */
	TNS_PACKET_MAX = 8192,
	TNS_VALUE_MAX = 64,
	TNS_CONNECT = 1,
	TNS_ACCEPT = 2,
	TNS_REFUSE = 4,
	TNS_REDIRECT = 5,
	TNS_RESEND = 11
};

/* Answers of a listener; any of them proves it. */
static const struct {
	unsigned number;
	const char *name;
} oracle_types[] = {{TNS_ACCEPT, "accept"},
		    {TNS_REFUSE, "refuse"},
		    {TNS_REDIRECT, "redirect"},
		    {TNS_RESEND, "resend"}};

static enum step oracle_connected(struct probe *p)
{
	uint8_t packet[TNS_DATA_AT + sizeof TNS_PING];
	struct wire w = wire_into(packet, sizeof packet);

	wire_be16(&w, TNS_DATA_AT + sizeof TNS_PING - 1);
	wire_be16(&w, 0); /* checksum: none */
	wire_u8(&w, TNS_CONNECT);
	wire_u8(&w, 0);
	wire_be16(&w, 0);
	wire_be16(&w, 0x0138); /* version 312, compatible with 300 */
	wire_be16(&w, 0x012c);
	wire_be16(&w, 0);
	wire_be16(&w, 0x0800); /* SDU, TDU */
	wire_be16(&w, 0x7fff);
	wire_be16(&w, 0x7f08);
	wire_be16(&w, 0);
	wire_be16(&w, 0x0100); /* one, in our order of octets */
	wire_be16(&w, sizeof TNS_PING - 1);
	wire_be16(&w, TNS_DATA_AT);
	wire_zero(&w, TNS_DATA_AT - w.length);
	wire_text(&w, TNS_PING);
	probe_send(p, packet, w.length);
	p->phase = PHASE_REPLY;
	return STEP_WAIT;
}

/* The value of "(NAME=value)", the first there is. */
static bool oracle_value(const struct cursor *text, const char *name,
			 char out[TNS_VALUE_MAX])
{
	const uint8_t *at =
	    mem_find(text->at, cursor_left(text), name, strlen(name));
	size_t left, length = 0;

	if (at == NULL)
		return false;
	at += strlen(name);
	left = (size_t)(text->end - at);
	while (length < left && at[length] != ')')
		length++;
	text_sanitise(out, TNS_VALUE_MAX, at, length);
	return length < left && length > 0;
}

/* Five numbers in 32 bits; from 18 on they are cut differently. */
static void oracle_version_came(struct probe *p, uint32_t v)
{
	char text[32];
	unsigned major = v >> 24;

	if (v == 0)
		return; /* newer listeners keep it to themselves */
	if (major < 18)
		snprintf(text, sizeof text, "%u.%u.%u.%u.%u", major,
			 v >> 20 & 15U, v >> 12 & 255U, v >> 8 & 15U, v & 255U);
	else
		snprintf(text, sizeof text, "%u.%u.%u.%u.%u", major,
			 v >> 16 & 255U, v >> 12 & 15U, v >> 4 & 255U, v & 15U);
	fact_string(p, "version", text);
}

/* "(DESCRIPTION=(TMP=)(VSNNUM=0)(ERR=0)(ALIAS=LISTENER))" */
static void oracle_description_came(struct probe *p, const struct cursor *text)
{
	char value[TNS_VALUE_MAX];
	int64_t number;

	if (oracle_value(text, "(ERR=", value) &&
	    text_number(value, 0, UINT32_MAX, &number))
		fact_number(p, "error", number);
	if (oracle_value(text, "(VSNNUM=", value) &&
	    text_number(value, 0, UINT32_MAX, &number))
		oracle_version_came(p, (uint32_t)number);
	if (oracle_value(text, "(ALIAS=", value))
		fact_string(p, "alias", value);
}

static enum step oracle_packet_came(struct probe *p, unsigned type,
				    struct cursor *body)
{
	size_t count = sizeof oracle_types / sizeof oracle_types[0];

	if (type == TNS_REFUSE)
		cursor_skip(body, 2); /* whose refusal it is */
	if (type == TNS_REFUSE || type == TNS_REDIRECT) {
		struct cursor text = cursor_slice(body, cursor_be16(body));

		if (text.bad)
			return probe_fail(p, CAUSE_BAD_REPLY);
		oracle_description_came(p, &text);
	}
	for (size_t i = 0; i < count; i++)
		if (oracle_types[i].number == type)
			fact_string(p, "tns-type", oracle_types[i].name);
	return probe_ok(p);
}

static bool oracle_is_answer(unsigned type)
{
	size_t count = sizeof oracle_types / sizeof oracle_types[0];

	for (size_t i = 0; i < count; i++)
		if (oracle_types[i].number == type)
			return true;
	return false;
}

static enum step oracle_data_came(struct probe *p)
{
	struct cursor c = cursor_over(p->in->data, p->in->length);
	size_t length = cursor_be16(&c);
	unsigned checksum = cursor_be16(&c);
	unsigned type = cursor_u8(&c);

	if (c.bad)
		return STEP_WAIT;
	/* The first octets decide: HTTP need not be waited for. A TLS alert
	 * has a type of ours, but no empty checksum. */
	if (checksum != 0 || !oracle_is_answer(type) || length < TNS_HEADER ||
	    length > TNS_PACKET_MAX)
		return probe_fail(p, CAUSE_BAD_REPLY);
	if (p->in->length < length)
		return STEP_WAIT;
	cursor_skip(&c, 3); /* reserved, header checksum */
	struct cursor body = cursor_slice(&c, length - TNS_HEADER);
	return oracle_packet_came(p, type, &body);
}

static enum step oracle_closed(struct probe *p)
{
	if (p->in->length > 0)
		return probe_fail(p, CAUSE_BAD_REPLY);
	return STEP_WAIT;
}

static enum step oracle_step(struct probe *p, enum event event)
{
	switch (event) {
	case EV_START:
		return oracle_connected(p);
	case EV_DATA:
		return oracle_data_came(p);
	case EV_EOF:
		return oracle_closed(p);
	default:
		return STEP_WAIT;
	}
}

static const struct fact_def oracle_fact_table[] = {
    {"tns-type", FACT_STRING, "refuse (the answer to a ping), or another"},
    {"error", FACT_NUMBER, "the listener's error; 0: it answers the ping"},
    {"alias", FACT_STRING, "the listener's own name"},
    {"version", FACT_STRING, "the listener's version, where it reports one"},
    {0},
};

const struct check check_oracle = {
    .name = "oracle",
    .summary = "Oracle listener answers a TNS ping",
    .facts = oracle_fact_table,
    .needs = NEEDS_TCP,
    .proxy = PROXY_NEVER,
    .transport = TRANSPORT_TCP,
    .port = 1521,
    .step = oracle_step,
};
