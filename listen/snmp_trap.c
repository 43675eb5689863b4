/*
 * snmp_trap.c - SNMP notifications: traps of version 1 (RFC 1157), traps and
 * informs of 2c and 3 (RFC 3416), and the engine discovery before an inform of
 * version 3 (RFC 3414 4). A community is not kept.
 */
#include "listen/recogniser.h"

#include "core/base/ber.h"
#include "core/proto/snmpmsg.h"

#include <stdio.h>

enum {
	SNMP_TRAP_GET = 0xa0,
	SNMP_TRAP_V1 = 0xa4,
	SNMP_TRAP_INFORM = 0xa6,
	SNMP_TRAP_V2 = 0xa7
};

static enum recognised snmp_trap_say(char *said, const char *what)
{
	snprintf(said, RECOGNISED_SAID, "%s", what);
	return RECOGNISED_YES;
}

/* RFC 3412 6: the ScopedPDU in the clear says what it is; what is encrypted
 * came to the port of notifications and is one of version 3. */
static enum recognised snmp_trap_v3(const struct recognised_bytes *in,
				    char *said)
{
	struct snmp_v3 m = {0};
	struct cursor scoped;
	uint8_t tag;

	if (!snmpmsg_v3_read(&m, in->bytes, in->length))
		return RECOGNISED_NO;
	if ((m.flags & SNMP_PRIV) != 0)
		return snmp_trap_say(said, "version 3, encrypted");
	scoped = cursor_over(m.scoped.bytes, m.scoped.length);
	scoped = ber_enter(&scoped, BER_SEQUENCE);
	ber_skip(&scoped); /* contextEngineID */
	ber_skip(&scoped); /* contextName */
	tag = ber_peek(&scoped);
	ber_skip(&scoped);
	if (scoped.bad)
		return RECOGNISED_NO;
	if (tag == SNMP_TRAP_V2)
		return snmp_trap_say(said, "version 3, trap");
	if (tag == SNMP_TRAP_INFORM && m.engine.length > 0)
		return snmp_trap_say(said, "version 3, inform");
	if (m.engine.length == 0 && (m.flags & SNMP_REPORTABLE) != 0 &&
	    (tag == SNMP_TRAP_GET || tag == SNMP_TRAP_INFORM))
		return snmp_trap_say(said, "version 3, engine discovery "
					   "before an inform");
	return RECOGNISED_NO;
}

/* RFC 1157 4.1.6: enterprise, agent, generic, specific, time, bindings. */
static bool snmp_trap_is_v1(struct cursor *pdu)
{
	int64_t generic;

	(void)ber_enter(pdu, BER_OID);
	ber_skip(pdu);
	generic = ber_integer(pdu, BER_INTEGER);
	(void)ber_integer(pdu, BER_INTEGER);
	ber_skip(pdu);
	(void)ber_enter(pdu, BER_SEQUENCE);
	return !pdu->bad && generic >= 0 && generic <= 6;
}

/* RFC 3416 3: request-id, error-status, error-index, bindings. */
static bool snmp_trap_is_v2(struct cursor *pdu)
{
	(void)ber_integer(pdu, BER_INTEGER);
	(void)ber_integer(pdu, BER_INTEGER);
	(void)ber_integer(pdu, BER_INTEGER);
	(void)ber_enter(pdu, BER_SEQUENCE);
	return !pdu->bad;
}

static enum recognised snmp_trap_recognise(const struct recognised_bytes *in,
					   char said[RECOGNISED_SAID])
{
	struct cursor c = cursor_over(in->bytes, in->length);
	struct cursor message = ber_enter(&c, BER_SEQUENCE), pdu;
	int64_t version = ber_integer(&message, BER_INTEGER);
	uint8_t tag;

	if (message.bad || c.bad)
		return RECOGNISED_NO;
	if (version == SNMP_V3)
		return snmp_trap_v3(in, said);
	(void)ber_enter(&message, BER_OCTETS);
	pdu = ber_any(&message, &tag);
	if (message.bad)
		return RECOGNISED_NO;
	if (version == SNMP_V1 && tag == SNMP_TRAP_V1 && snmp_trap_is_v1(&pdu))
		return snmp_trap_say(said, "version 1, trap");
	if (version == SNMP_V2C && tag == SNMP_TRAP_V2 && snmp_trap_is_v2(&pdu))
		return snmp_trap_say(said, "version 2c, trap");
	if (version == SNMP_V2C && tag == SNMP_TRAP_INFORM &&
	    snmp_trap_is_v2(&pdu))
		return snmp_trap_say(said, "version 2c, inform");
	return RECOGNISED_NO;
}

static const uint16_t snmp_trap_ports[] = {162, 0};

const struct recogniser recogniser_snmp_trap = {
    .name = "snmp-trap",
    .title = "SNMP trap",
    .transports = TRANSPORTS_UDP,
    .ports = snmp_trap_ports,
    .setting = "SNMP: the trap receiver's address and port, its version, and "
	       "that traps are on",
    .read = snmp_trap_recognise,
};
