/*
 * snmpmsg.c - SNMP messages: build a question, read an answer.
 */
#include "snmpmsg.h"

#include "ber.h"

#include <string.h>

enum {
	SNMP_SIZE_MAX = 65507, /* msgMaxSize: what a datagram holds */
	SNMP_USM = 3,          /* security model: RFC 3411 5 */
	SNMP_REPORTABLE = 0x04 /* msgFlags: RFC 3412 6.4 */
};

/* Tags of PDUs and values: RFC 3416 3, RFC 2578. */
enum {
	SNMP_GET = 0xa0,
	SNMP_RESPONSE = 0xa2,
	SNMP_REPORT = 0xa8,
	SNMP_TICKS = 0x43
};

enum { SNMP_OID = 8 };
/* 1.3.6.1.2.1.1.{3,1,5}.0 */
static const uint8_t snmp_up_time[SNMP_OID] = {0x2b, 6, 1, 2, 1, 1, 3, 0};
static const uint8_t snmp_descr[SNMP_OID] = {0x2b, 6, 1, 2, 1, 1, 1, 0};
static const uint8_t snmp_name[SNMP_OID] = {0x2b, 6, 1, 2, 1, 1, 5, 0};

uint32_t snmp_random_id(void)
{
	uint32_t id;
	wire_random(&id, sizeof(id));
	return id & 0x7fffffff;
}

static void snmp_out_object(struct ber_out *o, const uint8_t *oid)
{
	size_t end = ber_out_mark(o);
	ber_out_octets(o, BER_NULL, NULL, 0);
	ber_out_octets(o, BER_OID, oid, SNMP_OID);
	ber_out_wrap(o, BER_SEQUENCE, end);
}

/* The list of varbinds is written; the rest of a GET around it. */
static void snmp_out_get(struct ber_out *o, uint32_t id, size_t end)
{
	ber_out_wrap(o, BER_SEQUENCE, end);
	ber_out_integer(o, BER_INTEGER, 0); /* error-index */
	ber_out_integer(o, BER_INTEGER, 0); /* error-status */
	ber_out_integer(o, BER_INTEGER, id);
	ber_out_wrap(o, SNMP_GET, end);
}

static const uint8_t *snmp_out_done(const struct ber_out *o, size_t *length)
{
	const uint8_t *bytes = ber_out_bytes(o, length);
	return o->full ? NULL : bytes;
}

const uint8_t *snmp_discovery(uint8_t out[SNMP_QUESTION_MAX], uint32_t id,
			      size_t *length)
{
	const uint8_t flags = SNMP_REPORTABLE;
	struct ber_out o = ber_out_into(out, SNMP_QUESTION_MAX);
	size_t end = ber_out_mark(&o);
	snmp_out_get(&o, snmp_random_id(), end);
	ber_out_octets(&o, BER_OCTETS, NULL, 0); /* contextName */
	ber_out_octets(&o, BER_OCTETS, NULL, 0); /* contextEngineID */
	ber_out_wrap(&o, BER_SEQUENCE, end);
	size_t security = ber_out_mark(&o);
	ber_out_octets(&o, BER_OCTETS, NULL, 0); /* privacy */
	ber_out_octets(&o, BER_OCTETS, NULL, 0); /* authentication */
	ber_out_octets(&o, BER_OCTETS, NULL, 0); /* user */
	ber_out_integer(&o, BER_INTEGER, 0);     /* engine time */
	ber_out_integer(&o, BER_INTEGER, 0);     /* engine boots */
	ber_out_octets(&o, BER_OCTETS, NULL, 0); /* engine id */
	ber_out_wrap(&o, BER_SEQUENCE, security);
	ber_out_wrap(&o, BER_OCTETS, security);
	size_t header = ber_out_mark(&o);
	ber_out_integer(&o, BER_INTEGER, SNMP_USM);
	ber_out_octets(&o, BER_OCTETS, &flags, 1);
	ber_out_integer(&o, BER_INTEGER, SNMP_SIZE_MAX);
	ber_out_integer(&o, BER_INTEGER, id);
	ber_out_wrap(&o, BER_SEQUENCE, header);
	ber_out_integer(&o, BER_INTEGER, SNMP_V3);
	ber_out_wrap(&o, BER_SEQUENCE, end);
	return snmp_out_done(&o, length);
}

const uint8_t *snmp_get(uint8_t out[SNMP_QUESTION_MAX],
			enum snmp_version version, const char *community,
			uint32_t id, size_t *length)
{
	struct ber_out o = ber_out_into(out, SNMP_QUESTION_MAX);
	size_t end = ber_out_mark(&o);
	snmp_out_object(&o, snmp_name);
	snmp_out_object(&o, snmp_descr);
	snmp_out_object(&o, snmp_up_time);
	snmp_out_get(&o, id, end);
	ber_out_octets(&o, BER_OCTETS, community, strlen(community));
	ber_out_integer(&o, BER_INTEGER, version);
	ber_out_wrap(&o, BER_SEQUENCE, end);
	return snmp_out_done(&o, length);
}

static void snmp_read_value(struct snmp_answer *out, const uint8_t *oid,
			    size_t length, struct cursor *value)
{
	if (length != SNMP_OID)
		return;
	if (memcmp(oid, snmp_up_time, SNMP_OID) == 0 &&
	    ber_peek(value) == SNMP_TICKS) {
		out->up_time = ber_unsigned(value, SNMP_TICKS);
		out->has_up_time = !value->bad;
		return;
	}
	struct snmp_text *into = NULL;
	if (memcmp(oid, snmp_descr, SNMP_OID) == 0)
		into = &out->descr;
	else if (memcmp(oid, snmp_name, SNMP_OID) == 0)
		into = &out->name;
	/* v2c has noSuchObject and the like in a value's place. */
	if (into != NULL && ber_peek(value) == BER_OCTETS)
		into->bytes = ber_octets(value, BER_OCTETS, &into->length);
}

static uint32_t snmp_read_id(struct cursor *c)
{
	int64_t id = ber_integer(c, BER_INTEGER);
	if (id < 0 || id > 0x7fffffff) {
		c->bad = true;
		return 0;
	}
	return (uint32_t)id;
}

/* community, then GetResponse: request-id, error-status, error-index,
 * variable-bindings (RFC 3416 3; v1 differs in the errors only). */
static bool snmp_read_response(struct snmp_answer *out, struct cursor *message)
{
	ber_skip(message); /* community */
	struct cursor pdu = ber_enter(message, SNMP_RESPONSE);
	out->id = snmp_read_id(&pdu);
	out->error_status = ber_integer(&pdu, BER_INTEGER);
	ber_integer(&pdu, BER_INTEGER);
	struct cursor list = ber_enter(&pdu, BER_SEQUENCE);
	for (size_t i = 0; i < SNMP_VARBINDS_MAX && cursor_left(&list) > 0;
	     i++) {
		size_t length;
		struct cursor bind = ber_enter(&list, BER_SEQUENCE);
		const uint8_t *oid = ber_octets(&bind, BER_OID, &length);
		if (oid != NULL)
			snmp_read_value(out, oid, length, &bind);
		if (bind.bad)
			return false;
	}
	return !message->bad && !pdu.bad;
}

/* msgGlobalData, msgSecurityParameters, ScopedPDU: RFC 3412 6, RFC 3414
 * 2.4. */
static bool snmp_read_report(struct snmp_answer *out, struct cursor *message)
{
	struct cursor header = ber_enter(message, BER_SEQUENCE);
	out->id = snmp_read_id(&header);
	struct cursor security = ber_enter(message, BER_OCTETS);
	struct cursor usm = ber_enter(&security, BER_SEQUENCE);
	out->engine.bytes = ber_octets(&usm, BER_OCTETS, &out->engine.length);
	out->engine_boots = ber_integer(&usm, BER_INTEGER);
	out->engine_time = ber_integer(&usm, BER_INTEGER);
	struct cursor scoped = ber_enter(message, BER_SEQUENCE);
	ber_skip(&scoped); /* contextEngineID */
	ber_skip(&scoped); /* contextName */
	ber_enter(&scoped, SNMP_REPORT);
	return !header.bad && !usm.bad && !scoped.bad &&
	       out->engine.length <= SNMP_ENGINE_MAX;
}

bool snmp_read(struct snmp_answer *out, const void *bytes, size_t length)
{
	struct cursor c = cursor_over(bytes, length);
	struct cursor message = ber_enter(&c, BER_SEQUENCE);
	int64_t version = ber_integer(&message, BER_INTEGER);
	*out = (struct snmp_answer){.version = SNMP_V3};
	if (message.bad)
		return false;
	if (version == SNMP_V3)
		return snmp_read_report(out, &message);
	if (version != SNMP_V1 && version != SNMP_V2C)
		return false;
	out->version = version == SNMP_V1 ? SNMP_V1 : SNMP_V2C;
	return snmp_read_response(out, &message);
}
