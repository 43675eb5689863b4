/*
 * snmplogin.h - an SNMPv3 user at one agent: the messages, and what the answers
 * mean (RFC 3414 3.1, 3.2). No time passes here and nothing is sent.
 */
#ifndef PREFLIGHT_SNMPLOGIN_H
#define PREFLIGHT_SNMPLOGIN_H

#include "core/proto/snmpmsg.h"
#include "core/proto/snmpuser.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Why an agent does not serve a user. */
enum snmp_refusal {
	SNMP_REFUSAL_NONE,
	SNMP_REFUSAL_USER,
	SNMP_REFUSAL_AUTH,
	SNMP_REFUSAL_PRIV,
	SNMP_REFUSAL_LEVEL,
	SNMP_REFUSAL_TIME,
	SNMP_REFUSAL_ACCESS,
	SNMP_REFUSAL_CONTEXT,
	SNMP_REFUSAL_ENGINE,
	SNMP_REFUSAL_OTHER,
	SNMP_REFUSAL_SILENT,
	SNMP_REFUSAL_COUNT
};
/* The word for facts, "unknown-user", and the same in few words. */
const char *snmplogin_refusal_word(enum snmp_refusal r);
const char *snmplogin_refusal_text(enum snmp_refusal r);

struct snmp_login {
	struct snmp_user user;
	struct snmpusm_keys keys; /* localised */
	uint8_t engine[SNMP_ENGINE_MAX];
	size_t engine_length;
	int64_t boots, time, learned_us; /* its clock, and when it was so */
	uint32_t id, plain_id;           /* msgIDs */
	bool synced;                     /* its clock was taken from a report */
	enum snmp_refusal refusal;
	uint8_t *decrypted; /* what the last answer borrows from */
};

/*
 * Begins anew. keys (of the user, not of an engine) may be NULL where the user
 * has no secrets. False: the engine's id is not valid (RFC 3411 5: 5 to 32
 * octets).
 */
bool snmplogin_begin(struct snmp_login *l, const struct snmp_user *u,
		     const struct snmpusm_keys *keys,
		     const struct snmp_text *engine, int64_t boots,
		     int64_t time, int64_t now_us);
/* Wipes the keys. */
void snmplogin_end(struct snmp_login *l);

/*
 * The GET at the user's level; `plain`: a GET of nothing without privacy, that
 * distinguishes a wrong privacy secret from loss. Repeated, it keeps its msgID.
 */
const uint8_t *snmplogin_ask(struct snmp_login *l,
			     uint8_t out[SNMP_QUESTION_MAX], bool plain,
			     int64_t now_us, size_t *length);

enum snmp_login_answer {
	SNMP_LOGIN_NOT_OURS, /* another msgID */
	SNMP_LOGIN_BROKEN,   /* ours, but no message, or not authentic */
	SNMP_LOGIN_OK,       /* *out holds the objects */
	SNMP_LOGIN_PLAIN,    /* the plain GET was answered */
	SNMP_LOGIN_AGAIN,    /* ask once more: the agent's clock is known now */
	SNMP_LOGIN_REFUSED   /* l->refusal */
};
enum snmp_login_answer snmplogin_read(struct snmp_login *l, const void *bytes,
				      size_t length, int64_t now_us,
				      struct snmp_answer *out);

#endif
