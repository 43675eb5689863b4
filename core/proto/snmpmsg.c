/*
 * snmpmsg.c - SNMP messages: build a question, read an answer.
 */
#include "core/proto/snmpmsg.h"

#include "core/base/ber.h"

#include <stdio.h>
#include <string.h>

enum {
	SNMP_SIZE_MAX = 65507, /* msgMaxSize: what a datagram holds */
	SNMP_USM = 3           /* security model: RFC 3411 5 */
};

/* Tags of PDUs and values: RFC 3416 3, RFC 2578. */
enum {
	SNMP_GET = 0xa0,
	SNMP_RESPONSE = 0xa2,
	SNMP_REPORT = 0xa8,
	SNMP_TICKS = 0x43
};

enum { SNMP_OID = 8 };
/* 1.3.6.1.2.1.1.{3,1,2,5}.0 */
static const uint8_t snmp_up_time[SNMP_OID] = {0x2b, 6, 1, 2, 1, 1, 3, 0};
static const uint8_t snmp_descr[SNMP_OID] = {0x2b, 6, 1, 2, 1, 1, 1, 0};
static const uint8_t snmp_object[SNMP_OID] = {0x2b, 6, 1, 2, 1, 1, 2, 0};
static const uint8_t snmp_name[SNMP_OID] = {0x2b, 6, 1, 2, 1, 1, 5, 0};

uint32_t snmpmsg_random_id(void)
{
	uint32_t id;
	wire_random(&id, sizeof(id));
	return id & 0x7fffffff;
}

static void snmpmsg_out_object(struct ber_out *o, const uint8_t *oid)
{
	size_t end = ber_out_mark(o);
	ber_out_octets(o, BER_NULL, NULL, 0);
	ber_out_octets(o, BER_OID, oid, SNMP_OID);
	ber_out_wrap(o, BER_SEQUENCE, end);
}

/* The list of varbinds is written; the rest of a GET around it. */
static void snmpmsg_out_get(struct ber_out *o, uint32_t id, size_t end)
{
	ber_out_wrap(o, BER_SEQUENCE, end);
	ber_out_integer(o, BER_INTEGER, 0); /* error-index */
	ber_out_integer(o, BER_INTEGER, 0); /* error-status */
	ber_out_integer(o, BER_INTEGER, id);
	ber_out_wrap(o, SNMP_GET, end);
}

static const uint8_t *snmpmsg_out_done(const struct ber_out *o, size_t *length)
{
	const uint8_t *bytes = ber_out_bytes(o, length);
	return o->full ? NULL : bytes;
}

static void snmpmsg_out_objects(struct ber_out *o)
{
	snmpmsg_out_object(o, snmp_name);
	snmpmsg_out_object(o, snmp_object);
	snmpmsg_out_object(o, snmp_descr);
	snmpmsg_out_object(o, snmp_up_time);
}

const uint8_t *snmpmsg_scoped_get(uint8_t out[SNMP_QUESTION_MAX],
				  const struct snmp_text *engine,
				  const char *context, bool objects,
				  size_t *length)
{
	struct ber_out o = ber_out_into(out, SNMP_QUESTION_MAX);
	size_t end = ber_out_mark(&o);
	if (objects)
		snmpmsg_out_objects(&o);
	snmpmsg_out_get(&o, snmpmsg_random_id(), end);
	ber_out_octets(&o, BER_OCTETS, context, strlen(context));
	ber_out_octets(&o, BER_OCTETS, engine->bytes, engine->length);
	ber_out_wrap(&o, BER_SEQUENCE, end);
	return snmpmsg_out_done(&o, length);
}

static void snmpmsg_out_security(struct ber_out *o, const struct snmp_v3 *m,
				 size_t *mac_from_end)
{
	size_t security = ber_out_mark(o);
	ber_out_octets(o, BER_OCTETS, m->salt.bytes, m->salt.length);
	*mac_from_end = o->size - ber_out_mark(o) + m->mac.length;
	ber_out_octets(o, BER_OCTETS, m->mac.bytes, m->mac.length);
	ber_out_octets(o, BER_OCTETS, m->user.bytes, m->user.length);
	ber_out_integer(o, BER_INTEGER, m->time);
	ber_out_integer(o, BER_INTEGER, m->boots);
	ber_out_octets(o, BER_OCTETS, m->engine.bytes, m->engine.length);
	ber_out_wrap(o, BER_SEQUENCE, security);
	ber_out_wrap(o, BER_OCTETS, security);
}

const uint8_t *snmpmsg_v3_write(uint8_t out[SNMP_QUESTION_MAX],
				const struct snmp_v3 *m, size_t *length,
				size_t *mac)
{
	struct ber_out o = ber_out_into(out, SNMP_QUESTION_MAX);
	size_t end = ber_out_mark(&o), mac_from_end;
	if (m->flags & SNMP_PRIV)
		ber_out_octets(&o, BER_OCTETS, m->scoped.bytes,
			       m->scoped.length);
	else
		ber_out_raw(&o, m->scoped.bytes, m->scoped.length);
	snmpmsg_out_security(&o, m, &mac_from_end);
	size_t header = ber_out_mark(&o);
	ber_out_integer(&o, BER_INTEGER, SNMP_USM);
	ber_out_octets(&o, BER_OCTETS, &m->flags, 1);
	ber_out_integer(&o, BER_INTEGER, SNMP_SIZE_MAX);
	ber_out_integer(&o, BER_INTEGER, m->id);
	ber_out_wrap(&o, BER_SEQUENCE, header);
	ber_out_integer(&o, BER_INTEGER, SNMP_V3);
	ber_out_wrap(&o, BER_SEQUENCE, end);
	const uint8_t *bytes = snmpmsg_out_done(&o, length);
	*mac = bytes != NULL ? *length - mac_from_end : 0;
	return bytes;
}

const uint8_t *snmpmsg_discovery(uint8_t out[SNMP_QUESTION_MAX], uint32_t id,
				 size_t *length)
{
	uint8_t scoped[SNMP_QUESTION_MAX];
	struct snmp_v3 m = {.id = id, .flags = SNMP_REPORTABLE};
	size_t mac;
	m.scoped.bytes =
	    snmpmsg_scoped_get(scoped, &m.engine, "", false, &m.scoped.length);
	return snmpmsg_v3_write(out, &m, length, &mac);
}

const uint8_t *snmpmsg_get(uint8_t out[SNMP_QUESTION_MAX],
			   enum snmp_version version, const char *community,
			   uint32_t id, size_t *length)
{
	struct ber_out o = ber_out_into(out, SNMP_QUESTION_MAX);
	size_t end = ber_out_mark(&o);
	snmpmsg_out_objects(&o);
	snmpmsg_out_get(&o, id, end);
	ber_out_octets(&o, BER_OCTETS, community, strlen(community));
	ber_out_integer(&o, BER_INTEGER, version);
	ber_out_wrap(&o, BER_SEQUENCE, end);
	return snmpmsg_out_done(&o, length);
}

static void snmpmsg_read_value(struct snmp_answer *out, const uint8_t *oid,
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
	if (memcmp(oid, snmp_object, SNMP_OID) == 0 &&
	    ber_peek(value) == BER_OID) {
		out->object.bytes =
		    ber_octets(value, BER_OID, &out->object.length);
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

static uint32_t snmpmsg_read_id(struct cursor *c)
{
	int64_t id = ber_integer(c, BER_INTEGER);
	if (id < 0 || id > 0x7fffffff) {
		c->bad = true;
		return 0;
	}
	return (uint32_t)id;
}

/* request-id, error-status, error-index, variable-bindings (RFC 3416 3; v1
 * differs in the errors only). */
static bool snmpmsg_read_response(struct snmp_answer *out,
				  struct cursor *message)
{
	struct cursor pdu = ber_enter(message, SNMP_RESPONSE);
	out->id = snmpmsg_read_id(&pdu);
	out->error_status = ber_integer(&pdu, BER_INTEGER);
	ber_integer(&pdu, BER_INTEGER);
	struct cursor list = ber_enter(&pdu, BER_SEQUENCE);
	for (size_t i = 0; i < SNMP_VARBINDS_MAX && cursor_left(&list) > 0;
	     i++) {
		size_t length;
		struct cursor bind = ber_enter(&list, BER_SEQUENCE);
		const uint8_t *oid = ber_octets(&bind, BER_OID, &length);
		if (oid != NULL)
			snmpmsg_read_value(out, oid, length, &bind);
		if (bind.bad)
			return false;
	}
	return !message->bad && !pdu.bad;
}

/* The first counter says why; an unknown counter is SNMP_STAT_OTHER. */
static enum snmp_stat snmpmsg_read_stat(struct cursor *pdu)
{
	/* usmStats.N.0; snmpUnavailableContexts.0, snmpUnknownContexts.0 */
	static const uint8_t usm[] = {0x2b, 6, 1, 6, 3, 15, 1, 1};
	static const uint8_t context[] = {0x2b, 6, 1, 6, 3, 12, 1};
	size_t length;
	for (size_t i = 0; i < 3;
	     i++) /* request-id, status, index: of no use */
		ber_integer(pdu, BER_INTEGER);
	struct cursor list = ber_enter(pdu, BER_SEQUENCE);
	struct cursor bind = ber_enter(&list, BER_SEQUENCE);
	const uint8_t *oid = ber_octets(&bind, BER_OID, &length);
	if (oid == NULL)
		return SNMP_STAT_OTHER;
	if (length == sizeof(usm) + 2 && memcmp(oid, usm, sizeof(usm)) == 0 &&
	    oid[sizeof(usm)] >= SNMP_STAT_LEVEL &&
	    oid[sizeof(usm)] <= SNMP_STAT_DECRYPTION)
		return (enum snmp_stat)oid[sizeof(usm)];
	if (length == sizeof(context) + 2 &&
	    memcmp(oid, context, sizeof(context)) == 0)
		return SNMP_STAT_CONTEXT;
	return SNMP_STAT_OTHER;
}

bool snmpmsg_scoped_read(struct snmp_answer *out, const void *bytes,
			 size_t length)
{
	struct cursor c = cursor_over(bytes, length);
	struct cursor scoped = ber_enter(&c, BER_SEQUENCE);
	ber_skip(&scoped); /* contextEngineID */
	ber_skip(&scoped); /* contextName */
	if (ber_peek(&scoped) != SNMP_REPORT)
		return snmpmsg_read_response(out, &scoped);
	struct cursor pdu = ber_enter(&scoped, SNMP_REPORT);
	if (scoped.bad)
		return false;
	out->report = snmpmsg_read_stat(&pdu);
	return true;
}

static struct snmp_text snmpmsg_read_text(struct cursor *c)
{
	struct snmp_text text;
	text.bytes = ber_octets(c, BER_OCTETS, &text.length);
	return text;
}

/* msgGlobalData, msgSecurityParameters, msgData. */
static bool snmpmsg_read_parts(struct snmp_v3 *out, struct cursor *message)
{
	struct cursor header = ber_enter(message, BER_SEQUENCE);
	out->id = snmpmsg_read_id(&header);
	ber_integer(&header, BER_INTEGER); /* msgMaxSize */
	struct snmp_text flags = snmpmsg_read_text(&header);
	struct cursor security = ber_enter(message, BER_OCTETS);
	struct cursor usm = ber_enter(&security, BER_SEQUENCE);
	out->engine = snmpmsg_read_text(&usm);
	out->boots = ber_integer(&usm, BER_INTEGER);
	out->time = ber_integer(&usm, BER_INTEGER);
	out->user = snmpmsg_read_text(&usm);
	out->mac = snmpmsg_read_text(&usm);
	out->salt = snmpmsg_read_text(&usm);
	if (header.bad || usm.bad || message->bad || flags.length != 1 ||
	    out->engine.length > SNMP_ENGINE_MAX)
		return false;
	out->flags = flags.bytes[0];
	out->scoped = (struct snmp_text){message->at, cursor_left(message)};
	if (out->flags & SNMP_PRIV)
		out->scoped = snmpmsg_read_text(message);
	return !message->bad;
}

bool snmpmsg_v3_read(struct snmp_v3 *out, const void *bytes, size_t length)
{
	struct cursor c = cursor_over(bytes, length);
	struct cursor message = ber_enter(&c, BER_SEQUENCE);
	*out = (struct snmp_v3){.id = 0};
	return ber_integer(&message, BER_INTEGER) == SNMP_V3 &&
	       snmpmsg_read_parts(out, &message);
}

static bool snmpmsg_read_report(struct snmp_answer *out, const void *bytes,
				size_t length)
{
	struct snmp_v3 m;
	if (!snmpmsg_v3_read(&m, bytes, length) || (m.flags & SNMP_PRIV) ||
	    !snmpmsg_scoped_read(out, m.scoped.bytes, m.scoped.length))
		return false;
	out->id = m.id;
	out->engine = m.engine;
	out->engine_boots = m.boots;
	out->engine_time = m.time;
	return out->report != SNMP_STAT_NONE;
}

bool snmpmsg_read(struct snmp_answer *out, const void *bytes, size_t length)
{
	struct cursor c = cursor_over(bytes, length);
	struct cursor message = ber_enter(&c, BER_SEQUENCE);
	int64_t version = ber_integer(&message, BER_INTEGER);
	*out = (struct snmp_answer){.version = SNMP_V3};
	if (message.bad)
		return false;
	if (version == SNMP_V3)
		return snmpmsg_read_report(out, bytes, length);
	if (version != SNMP_V1 && version != SNMP_V2C)
		return false;
	out->version = version == SNMP_V1 ? SNMP_V1 : SNMP_V2C;
	ber_skip(&message); /* community */
	return snmpmsg_read_response(out, &message);
}

/* X.690 8.19: seven bits an octet; the first two arcs share a number. */
bool snmpmsg_object_text(char *out, size_t size, const struct snmp_text *object)
{
	uint32_t arc = 0;
	size_t at = 0;
	out[0] = '\0';
	for (size_t i = 0; i < object->length; i++) {
		if (arc > UINT32_MAX >> 7)
			return false;
		arc = arc << 7 | (object->bytes[i] & 0x7f);
		if (object->bytes[i] & 0x80)
			continue;
		uint32_t top = arc < 80 ? arc / 40 : 2;
		int n = at == 0 ? snprintf(out, size, "%u.%u", (unsigned)top,
					   (unsigned)(arc - 40 * top))
				: snprintf(out + at, size - at, ".%u",
					   (unsigned)arc);
		if (n < 0 || (size_t)n >= size - at)
			return false;
		at += (size_t)n;
		arc = 0;
	}
	return at > 0 && (object->bytes[object->length - 1] & 0x80) == 0;
}
