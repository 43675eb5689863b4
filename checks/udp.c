/*
 * udp.c - does the answer of a protocol that has no check of its own begin as
 * it should? Both the question and the answer are the user's: without them
 * silence would have to count as a pass, which it never does.
 */
#include "core/engine/check.h"

#include <string.h>

enum { UDP_PAYLOAD_MAX = 512, UDP_FACT_MAX = 64 };

struct udp_params {
	const char *payload;
	const char *expect;
};

static int udp_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = strchr(digits, c >= 'A' && c <= 'F' ? c + 32 : c);

	return c == '\0' || at == NULL ? -1 : (int)(at - digits);
}

/*
 * "hex:0c 00 ff" as bytes, anything else as it is. The length, or 0 for
 * nothing, too much, or what is not hexadecimal.
 */
static size_t udp_bytes(const char *text, uint8_t out[UDP_PAYLOAD_MAX])
{
	struct wire w = wire_into(out, UDP_PAYLOAD_MAX);

	if (strncmp(text, "hex:", 4) != 0) {
		wire_text(&w, text);
		return w.full ? 0 : w.length;
	}
	for (text += 4; *text != '\0'; text++) {
		int high = udp_digit(*text);
		int low;

		if (*text == ' ')
			continue;
		low = high == -1 ? -1 : udp_digit(*++text);
		if (low == -1)
			return 0;
		wire_u8(&w, (uint8_t)(high << 4 | low));
	}
	return w.full ? 0 : w.length;
}

static enum step udp_open(struct probe *p)
{
	const struct udp_params *params = p->params;
	uint8_t bytes[UDP_PAYLOAD_MAX];

	probe_send(p, bytes, udp_bytes(params->payload, bytes));
	p->phase = PHASE_REPLY;
	return STEP_WAIT;
}

static enum step udp_answered(struct probe *p)
{
	const struct udp_params *params = p->params;
	uint8_t expected[UDP_PAYLOAD_MAX];
	size_t length = udp_bytes(params->expect, expected);
	size_t shown =
	    p->in->length < UDP_FACT_MAX ? p->in->length : UDP_FACT_MAX;

	fact_number(p, "bytes", (int64_t)p->in->length);
	fact_bytes(p, "reply", p->in->data, shown);
	if (p->in->length < length ||
	    memcmp(p->in->data, expected, length) != 0)
		return probe_fail(p, CAUSE_BAD_REPLY);
	return probe_ok(p);
}

static enum step udp_step(struct probe *p, enum event event)
{
	switch (event) {
	case EV_START:
		return udp_open(p);
	case EV_DATA:
		return udp_answered(p);
	default:
		return STEP_WAIT;
	}
}

static int udp_validate(const void *arg, struct error *err)
{
	const struct udp_params *params = arg;
	uint8_t bytes[UDP_PAYLOAD_MAX];

	if (params->payload == NULL || udp_bytes(params->payload, bytes) == 0)
		return error_set(err, "payload: text, or \"hex:\" and pairs of "
				      "digits, up to 512 bytes");
	/* "hex:" alone accepts any answer. */
	if (params->expect == NULL || (strcmp(params->expect, "hex:") != 0 &&
				       udp_bytes(params->expect, bytes) == 0))
		return error_set(err, "expect: the answer's first bytes: text, "
				      "or \"hex:\" and pairs of digits");
	return 0;
}

static const struct param udp_param_table[] = {
    {"payload", PARAM_STRING, offsetof(struct udp_params, payload), NULL,
     "datagram to send: text, or \"hex:\" and digits", .required = true},
    {"expect", PARAM_STRING, offsetof(struct udp_params, expect), NULL,
     "how the answer begins: text, or \"hex:\" and digits (none: any answer)",
     .required = true},
    {0},
};

static const struct fact_def udp_fact_table[] = {
    {"bytes", FACT_NUMBER, "length of the answer"},
    {"reply", FACT_STRING, "the first 64 bytes of the answer"},
    {0},
};

const struct check check_udp = {
    .name = "udp",
    .summary = "UDP service answers a given datagram as expected",
    .params = udp_param_table,
    .facts = udp_fact_table,
    .params_size = sizeof(struct udp_params),
    .needs = NEEDS_UDP,
    .proxy = PROXY_NEVER,
    .transport = TRANSPORT_UDP,
    .validate = udp_validate,
    .step = udp_step,
};
