/*
 * sap.c - does a SAP server answer a ping of its network interface (NI)?
 * Dispatcher, gateway, message server and SAProuter share that layer.
 */
#include "core/engine/check.h"
#include "core/base/mem.h"
#include "core/base/text.h"

#include <string.h>

enum {
	NI_LENGTH = 4, /* each message begins with its length */
	NI_MESSAGE_MAX = 65536,
	NI_NAME_MAX = 16
};

/* How a message begins, and what sent it. */
static const struct {
	const char *begin;
	size_t length;
	const char *answer;
} sap_answers[] = {{"NI_PONG", 8, "pong"}, /* with its zero */
		   {"NI_RTERR", 9, "router-error"},
		   {"**DPTMMSG**", 12, "dispatcher"},
		   {"*ERR*", 6, "error"}};
enum { SAP_ANSWERS = sizeof sap_answers / sizeof sap_answers[0] };

static enum step sap_connected(struct probe *p)
{
	static const uint8_t ping[] = {0,   0,   0,   8,   'N', 'I',
				       '_', 'P', 'I', 'N', 'G', 0};

	probe_send(p, ping, sizeof ping);
	p->phase = PHASE_REPLY;
	return STEP_WAIT;
}

/* The next text that ends in a zero; false at the end. */
static bool sap_field(struct cursor *c, char out[TEXT_MAX])
{
	const uint8_t *end = memchr(c->at, 0, cursor_left(c));
	struct cursor field;

	if (end == NULL)
		return false;
	field = cursor_slice(c, (size_t)(end - c->at));
	text_sanitise(out, TEXT_MAX, field.at, cursor_left(&field));
	cursor_skip(c, 1);
	return true;
}

/* "*ERR*", count, text, return code, component, release ... each ends in a
 * zero. */
static void sap_error_came(struct probe *p, const struct cursor *message)
{
	static const char *const facts[] = {
	    NULL, NULL, "error-text", "error-code", "component", "release"};
	static const char begin[] = "*ERR*";
	const uint8_t *at =
	    mem_find(message->at, cursor_left(message), begin, sizeof begin);
	struct cursor c;
	char text[TEXT_MAX];

	if (at == NULL)
		return;
	c = cursor_over(at, (size_t)(message->end - at));
	for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++) {
		if (!sap_field(&c, text))
			return;
		if (facts[i] != NULL && text[0] != '\0')
			fact_string(p, facts[i], text);
	}
}

static enum step sap_message_came(struct probe *p, const struct cursor *message)
{
	for (size_t i = 0; i < SAP_ANSWERS; i++) {
		size_t length = sap_answers[i].length;

		if (cursor_left(message) < length ||
		    memcmp(message->at, sap_answers[i].begin, length) != 0)
			continue;
		fact_string(p, "answer", sap_answers[i].answer);
		sap_error_came(p, message);
		return probe_ok(p);
	}
	return probe_fail(p, CAUSE_BAD_REPLY);
}

/* Whether what came may still become one of the answers: HTTP and our own
 * octets sent back need not be waited for. */
static bool sap_begins_well(const struct buf *in)
{
	struct cursor c = cursor_over(in->data, in->length);
	size_t left, length = cursor_be32(&c);

	if (in->length > 0 && in->data[0] != 0)
		return false;
	if (c.bad)
		return true;
	if (length == 0 || length > NI_MESSAGE_MAX)
		return false;
	left = cursor_left(&c) < length ? cursor_left(&c) : length;
	for (size_t i = 0; i < SAP_ANSWERS; i++) {
		size_t known = sap_answers[i].length;

		known = left < known ? left : known;
		if (memcmp(c.at, sap_answers[i].begin, known) == 0)
			return true;
	}
	return false;
}

static enum step sap_data_came(struct probe *p)
{
	struct cursor c = cursor_over(p->in->data, p->in->length);
	size_t length = cursor_be32(&c);

	if (!sap_begins_well(p->in))
		return probe_fail(p, CAUSE_BAD_REPLY);
	if (c.bad || cursor_left(&c) < length)
		return STEP_WAIT;
	struct cursor message = cursor_slice(&c, length);
	return sap_message_came(p, &message);
}

static enum step sap_closed(struct probe *p)
{
	if (p->in->length > 0)
		return probe_fail(p, CAUSE_BAD_REPLY);
	return STEP_WAIT;
}

static enum step sap_step(struct probe *p, enum event event)
{
	switch (event) {
	case EV_START:
		return sap_connected(p);
	case EV_DATA:
		return sap_data_came(p);
	case EV_EOF:
		return sap_closed(p);
	default:
		return STEP_WAIT;
	}
}

static const struct fact_def sap_fact_table[] = {
    {"answer", FACT_STRING, "pong, router-error, dispatcher or error"},
    {"error-text", FACT_STRING, "the server's error text"},
    {"error-code", FACT_STRING, "its return code; -94: no permission"},
    {"component", FACT_STRING, "the part of the server that sent it"},
    {"release", FACT_STRING, "its release"},
    {0},
};

const struct check check_sap = {
    .name = "sap",
    .summary = "SAP server answers an NI ping",
    .facts = sap_fact_table,
    .needs = NEEDS_TCP,
    .proxy = PROXY_NEVER,
    .transport = TRANSPORT_TCP,
    .port = 3200,
    .step = sap_step,
};
