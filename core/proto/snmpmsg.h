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
	SNMP_ENGINE_MIN = 5, /* RFC 3411 5, SnmpEngineID */
	SNMP_ENGINE_MAX = 32,
	SNMP_QUESTION_MAX = 512,
	SNMP_VARBINDS_MAX = 16
};

/* Octets of the answer, borrowed; NULL: not in it. */
struct snmp_text {
	const uint8_t *bytes;
	size_t length;
};

/*
 * What a Report counts: the last arc of usmStats (RFC 3414 5), and of the
 * counters for contexts (RFC 3413 4.1.2) and messages (RFC 3412 5).
 */
enum snmp_stat {
	SNMP_STAT_NONE, /* not a report */
	SNMP_STAT_LEVEL = 1,
	SNMP_STAT_TIME,
	SNMP_STAT_USER,
	SNMP_STAT_ENGINE,
	SNMP_STAT_DIGEST,
	SNMP_STAT_DECRYPTION,
	SNMP_STAT_CONTEXT,
	SNMP_STAT_OTHER
};

struct snmp_answer {
	enum snmp_version version;
	uint32_t id;           /* v3: msgID; else request-id */
	enum snmp_stat report; /* v3: this Report */
	int64_t error_status;
	bool has_up_time;
	uint64_t up_time; /* hundredths of a second */
	struct snmp_text descr, object, name;
	/* v3 */
	struct snmp_text engine;
	int64_t engine_boots, engine_time;
};

enum snmp_flags { SNMP_AUTH = 1, SNMP_PRIV = 2, SNMP_REPORTABLE = 4 };

/* A v3 message around its ScopedPDU: RFC 3412 6, RFC 3414 2.4. */
struct snmp_v3 {
	uint32_t id;
	uint8_t flags;
	struct snmp_text engine, user, mac, salt;
	int64_t boots, time;
	/* The element as it stands, or (SNMP_PRIV) what is encrypted. */
	struct snmp_text scoped;
};

/* 31 random bits: RFC 3412 6.2. */
uint32_t snmpmsg_random_id(void);

/*
 * Both write from the end of out to the front and give the first octet, with
 * its length; NULL when the message does not fit.
 *
 * The v3 engine discovery (RFC 3414 4): a GET of nothing, without user.
 */
const uint8_t *snmpmsg_discovery(uint8_t out[SNMP_QUESTION_MAX], uint32_t id,
				 size_t *length);
/* A GET of sysUpTime.0, sysDescr.0, sysObjectID.0 and sysName.0. */
const uint8_t *snmpmsg_get(uint8_t out[SNMP_QUESTION_MAX],
			   enum snmp_version version, const char *community,
			   uint32_t id, size_t *length);

/*
 * The ScopedPDU of a v3 GET: the same four objects, or none.
 */
const uint8_t *snmpmsg_scoped_get(uint8_t out[SNMP_QUESTION_MAX],
				  const struct snmp_text *engine,
				  const char *context, bool objects,
				  size_t *length);
/* A whole v3 message from its parts. *mac is where its MAC stands, as zeros. */
const uint8_t *snmpmsg_v3_write(uint8_t out[SNMP_QUESTION_MAX],
				const struct snmp_v3 *m, size_t *length,
				size_t *mac);

/* The parts of a v3 message; what its ScopedPDU says is another matter. */
bool snmpmsg_v3_read(struct snmp_v3 *out, const void *bytes, size_t length);
/* A ScopedPDU with a GetResponse or a Report. */
bool snmpmsg_scoped_read(struct snmp_answer *out, const void *bytes,
			 size_t length);

/* "1.3.6.1.4.1.8072"; false: no object identifier, or too long for out. */
bool snmpmsg_object_text(char *out, size_t size,
			 const struct snmp_text *object);

/*
 * Reads a GetResponse (v1, v2c) or a Report (v3, any of usmStats and
 * snmpMPDStats: each is proof of an engine). False: it is neither.
 */
bool snmpmsg_read(struct snmp_answer *out, const void *bytes, size_t length);

#endif
