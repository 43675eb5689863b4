/*
 * snmpmsg.h - SNMP messages: build a question, read an answer, bounded (RFC
 * 1157, RFC 3412, RFC 3416).
 */
#ifndef PREFLIGHT_SNMPMSG_H
#define PREFLIGHT_SNMPMSG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* As on the wire. */
enum snmp_version { SNMP_V1 = 0, SNMP_V2C = 1, SNMP_V3 = 3 };

enum {
	SNMP_ENGINE_MAX = 32, /* RFC 3411 5, SnmpEngineID */
	SNMP_QUESTION_MAX = 512,
	SNMP_VARBINDS_MAX = 16
};

/* Octets of the answer, borrowed; NULL: not in it. */
struct snmp_text {
	const uint8_t *bytes;
	size_t length;
};

struct snmp_answer {
	enum snmp_version version;
	uint32_t id; /* v3: msgID; else request-id */
	/* v1, v2c */
	int64_t error_status;
	bool has_up_time;
	uint64_t up_time; /* hundredths of a second */
	struct snmp_text descr, name;
	/* v3 */
	struct snmp_text engine;
	int64_t engine_boots, engine_time;
};

/* 31 random bits: RFC 3412 6.2. */
uint32_t snmp_random_id(void);

/*
 * Both write from the end of out to the front and give the first octet, with
 * its length; NULL when the message does not fit.
 *
 * The v3 engine discovery (RFC 3414 4): a GET of nothing, without user.
 */
const uint8_t *snmp_discovery(uint8_t out[SNMP_QUESTION_MAX], uint32_t id,
			      size_t *length);
/* A GET of sysUpTime.0, sysDescr.0 and sysName.0. */
const uint8_t *snmp_get(uint8_t out[SNMP_QUESTION_MAX],
			enum snmp_version version, const char *community,
			uint32_t id, size_t *length);

/*
 * Reads a GetResponse (v1, v2c) or a Report (v3, any of usmStats and
 * snmpMPDStats: each is proof of an engine). False: it is neither.
 */
bool snmp_read(struct snmp_answer *out, const void *bytes, size_t length);

#endif
