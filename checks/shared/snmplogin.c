/* snmplogin.c - an SNMPv3 user at one agent: questions, and what answers mean.
 */
#include "checks/shared/snmplogin.h"

#include "core/base/mem.h"
#include "core/base/wire.h"

#include <stdlib.h>
#include <string.h>

enum {
	SNMP_LEVEL = SNMP_AUTH | SNMP_PRIV,
	/* error-status: RFC 3416 3 */
	SNMP_NO_ACCESS = 6,
	SNMP_AUTHORIZATION_ERROR = 16
};

static const struct {
	const char *word, *text;
} snmp_refusals[SNMP_REFUSAL_COUNT] = {
    [SNMP_REFUSAL_NONE] = {"", ""},
    [SNMP_REFUSAL_USER] = {"unknown-user", "the agent does not know this user"},
    [SNMP_REFUSAL_AUTH] = {"wrong-auth-secret",
			   "wrong authentication secret or protocol"},
    [SNMP_REFUSAL_PRIV] = {"wrong-priv-secret",
			   "wrong privacy secret or protocol"},
    [SNMP_REFUSAL_LEVEL] = {"level-not-supported",
			    "the user does not have this security level on "
			    "the agent"},
    [SNMP_REFUSAL_TIME] = {"not-in-time-window",
			   "outside the agent's time window, even by its own "
			   "clock"},
    [SNMP_REFUSAL_ACCESS] = {"no-access",
			     "the user is known but may not read anything at "
			     "this security level"},
    [SNMP_REFUSAL_CONTEXT] = {"unknown-context",
			      "the agent does not know this context"},
    [SNMP_REFUSAL_ENGINE] = {"unknown-engine",
			     "the agent's engine id is not valid, or changes"},
    [SNMP_REFUSAL_OTHER] = {"other-report",
			    "refused with another type of report"},
    [SNMP_REFUSAL_SILENT] = {"silent", "no answer"},
};

static const enum snmp_refusal snmp_refusal_of[] = {
    [SNMP_STAT_LEVEL] = SNMP_REFUSAL_LEVEL,
    [SNMP_STAT_TIME] = SNMP_REFUSAL_TIME,
    [SNMP_STAT_USER] = SNMP_REFUSAL_USER,
    [SNMP_STAT_ENGINE] = SNMP_REFUSAL_ENGINE,
    [SNMP_STAT_DIGEST] = SNMP_REFUSAL_AUTH,
    [SNMP_STAT_DECRYPTION] = SNMP_REFUSAL_PRIV,
    [SNMP_STAT_CONTEXT] = SNMP_REFUSAL_CONTEXT,
    [SNMP_STAT_OTHER] = SNMP_REFUSAL_OTHER,
};

const char *snmplogin_refusal_word(enum snmp_refusal r)
{
	return snmp_refusals[r].word;
}

const char *snmplogin_refusal_text(enum snmp_refusal r)
{
	return snmp_refusals[r].text;
}

/* RFC 3414 2.2: both are 31 bits; otherwise they are zero: the agent did not
 * report them. */
static void snmplogin_clock(struct snmp_login *l, int64_t boots, int64_t time,
			    int64_t now_us)
{
	l->boots = boots >= 0 && boots <= INT32_MAX ? boots : 0;
	l->time = time >= 0 && time <= INT32_MAX ? time : 0;
	l->learned_us = now_us;
}

bool snmplogin_begin(struct snmp_login *l, const struct snmp_user *u,
		     const struct snmpusm_keys *keys,
		     const struct snmp_text *engine, int64_t boots,
		     int64_t time, int64_t now_us)
{
	*l = (struct snmp_login){.user = *u,
				 .keys = {.auth = -1, .priv = -1},
				 .id = snmpmsg_random_id(),
				 .plain_id = snmpmsg_random_id()};
	snmplogin_clock(l, boots, time, now_us);
	if (engine->length < SNMP_ENGINE_MIN ||
	    engine->length > SNMP_ENGINE_MAX)
		return false;
	memcpy(l->engine, engine->bytes, engine->length);
	l->engine_length = engine->length;
	return keys == NULL ||
	       snmpusm_localise(&l->keys, keys, l->engine, l->engine_length);
}

static void snmplogin_forget(struct snmp_login *l)
{
	free(l->decrypted);
	l->decrypted = NULL;
}

void snmplogin_end(struct snmp_login *l)
{
	snmplogin_forget(l);
	snmpusm_wipe(&l->keys);
}

static uint8_t snmplogin_level(const struct snmp_login *l, bool plain)
{
	if (l->keys.auth < 0)
		return 0;
	return l->keys.priv < 0 || plain ? SNMP_AUTH : SNMP_LEVEL;
}

/* Questions --------------------------------------------------------------- */

static struct snmp_text snmplogin_text(const char *text)
{
	return (struct snmp_text){(const uint8_t *)text,
				  text != NULL ? strlen(text) : 0};
}

/* m->scoped becomes what is on the wire; out holds it. */
static bool snmplogin_encrypt(const struct snmp_login *l, struct snmp_v3 *m,
			      struct snmpusm_vector *v,
			      uint8_t out[SNMP_QUESTION_MAX])
{
	v->boots = (uint32_t)m->boots;
	v->time = (uint32_t)m->time;
	snmpusm_salt(&l->keys, v);
	m->scoped.length =
	    snmpusm_encrypt(&l->keys, v, m->scoped.bytes, m->scoped.length, out,
			    SNMP_QUESTION_MAX);
	m->scoped.bytes = out;
	m->salt = (struct snmp_text){v->salt, sizeof(v->salt)};
	return m->scoped.length > 0;
}

const uint8_t *snmplogin_ask(struct snmp_login *l,
			     uint8_t out[SNMP_QUESTION_MAX], bool plain,
			     int64_t now_us, size_t *length)
{
	static const uint8_t zeros[SNMPUSM_MAC];
	const struct snmp_text engine = {l->engine, l->engine_length};
	const char *context = l->user.context != NULL ? l->user.context : "";
	uint8_t scoped[SNMP_QUESTION_MAX], hidden[SNMP_QUESTION_MAX];
	uint8_t level = snmplogin_level(l, plain), mac[SNMPUSM_MAC];
	struct snmpusm_vector vector;
	struct snmp_v3 m = {.id = plain ? l->plain_id : l->id,
			    .flags = (uint8_t)(level | SNMP_REPORTABLE),
			    .engine = engine,
			    .boots = l->boots,
			    .time =
				l->time + (now_us - l->learned_us) / 1000000,
			    .user = snmplogin_text(l->user.user),
			    .mac = {zeros, snmpusm_mac_length(&l->keys)}};
	size_t mac_at;

	m.scoped.bytes = snmpmsg_scoped_get(scoped, &engine, context, !plain,
					    &m.scoped.length);
	if (m.scoped.bytes == NULL ||
	    ((level & SNMP_PRIV) && !snmplogin_encrypt(l, &m, &vector, hidden)))
		return NULL;
	const uint8_t *message = snmpmsg_v3_write(out, &m, length, &mac_at);
	if (message == NULL || (level & SNMP_AUTH) == 0)
		return message;
	if (!snmpusm_mac(&l->keys, message, *length, mac))
		return NULL;
	memcpy(out + (message - out) + mac_at, mac, m.mac.length);
	return message;
}

/* Answers ----------------------------------------------------------------- */

/* RFC 3414 3.2 6): the MAC over the message with its own place zeroed. */
static bool snmplogin_is_authentic(const struct snmp_login *l,
				   const struct snmp_v3 *m,
				   const uint8_t *bytes, size_t length)
{
	size_t at = (size_t)(m->mac.bytes - bytes);
	uint8_t mac[SNMPUSM_MAC], differs = 0;
	bool good;
	uint8_t *copy;

	if (l->keys.auth < 0 || m->mac.length != snmpusm_mac_length(&l->keys) ||
	    m->engine.length != l->engine_length ||
	    memcmp(m->engine.bytes, l->engine, l->engine_length) != 0)
		return false;
	copy = mem_calloc(1, length);
	memcpy(copy, bytes, length);
	memset(copy + at, 0, m->mac.length);
	good = snmpusm_mac(&l->keys, copy, length, mac);
	free(copy);
	for (size_t i = 0; good && i < m->mac.length; i++)
		differs |= (uint8_t)(mac[i] ^ m->mac.bytes[i]);
	return good && differs == 0;
}

static bool snmplogin_decrypt(struct snmp_login *l, struct snmp_v3 *m)
{
	struct snmpusm_vector v = {.boots = (uint32_t)m->boots,
				   .time = (uint32_t)m->time};

	if (l->keys.priv < 0 || m->salt.length != sizeof(v.salt) ||
	    m->scoped.length == 0)
		return false;
	memcpy(v.salt, m->salt.bytes, sizeof(v.salt));
	snmplogin_forget(l);
	l->decrypted = mem_calloc(1, m->scoped.length + SNMPUSM_BLOCK);
	m->scoped.length =
	    snmpusm_decrypt(&l->keys, &v, m->scoped.bytes, m->scoped.length,
			    l->decrypted, m->scoped.length + SNMPUSM_BLOCK);
	m->scoped.bytes = l->decrypted;
	return m->scoped.length > 0;
}

/* The contents, once the message is what its flags say. */
static bool snmplogin_open(struct snmp_login *l, struct snmp_v3 *m,
			   const void *bytes, size_t length,
			   struct snmp_answer *out)
{
	*out = (struct snmp_answer){.version = SNMP_V3};
	if ((m->flags & SNMP_LEVEL) == SNMP_PRIV)
		return false;
	if ((m->flags & SNMP_AUTH) &&
	    !snmplogin_is_authentic(l, m, bytes, length))
		return false;
	if ((m->flags & SNMP_PRIV) && !snmplogin_decrypt(l, m))
		return false;
	return snmpmsg_scoped_read(out, m->scoped.bytes, m->scoped.length);
}

/*
 * A report about the time window need not be authentic: net-snmp's agent
 * (5.9.3) puts a MAC on it that its own client cannot verify. All that can come
 * of a forged one is one question more.
 */
static bool snmplogin_tells_time(const struct snmp_v3 *m,
				 struct snmp_answer *out)
{
	*out = (struct snmp_answer){.version = SNMP_V3};
	return (m->flags & SNMP_PRIV) == 0 &&
	       snmpmsg_scoped_read(out, m->scoped.bytes, m->scoped.length) &&
	       out->report == SNMP_STAT_TIME;
}

static enum snmp_login_answer snmplogin_refused(struct snmp_login *l,
						enum snmp_refusal refusal)
{
	l->refusal = refusal;
	return SNMP_LOGIN_REFUSED;
}

/* RFC 3414 4: the second step of discovery learns the agent's clock. That is
 * the protocol, no second login: the digest was right. */
static enum snmp_login_answer snmplogin_reported(struct snmp_login *l,
						 const struct snmp_v3 *m,
						 enum snmp_stat stat,
						 int64_t now_us)
{
	if (stat != SNMP_STAT_TIME || l->synced)
		return snmplogin_refused(l, snmp_refusal_of[stat]);
	l->synced = true;
	snmplogin_clock(l, m->boots, m->time, now_us);
	l->id = snmpmsg_random_id();
	l->plain_id = snmpmsg_random_id();
	return SNMP_LOGIN_AGAIN;
}

enum snmp_login_answer snmplogin_read(struct snmp_login *l, const void *bytes,
				      size_t length, int64_t now_us,
				      struct snmp_answer *out)
{
	struct snmp_v3 m;
	bool plain;

	if (!snmpmsg_v3_read(&m, bytes, length) ||
	    (m.id != l->id && m.id != l->plain_id))
		return SNMP_LOGIN_NOT_OURS;
	plain = m.id == l->plain_id;
	if (!snmplogin_open(l, &m, bytes, length, out) &&
	    !snmplogin_tells_time(&m, out))
		return SNMP_LOGIN_BROKEN;
	/* Some agents ask for privacy before they look at the digest. */
	if (plain && out->report == SNMP_STAT_LEVEL)
		return SNMP_LOGIN_NOT_OURS;
	if (out->report != SNMP_STAT_NONE)
		return snmplogin_reported(l, &m, out->report, now_us);
	if ((m.flags & SNMP_LEVEL) != snmplogin_level(l, plain))
		return SNMP_LOGIN_BROKEN;
	if (plain)
		return SNMP_LOGIN_PLAIN;
	if (out->error_status == SNMP_NO_ACCESS ||
	    out->error_status == SNMP_AUTHORIZATION_ERROR)
		return snmplogin_refused(l, SNMP_REFUSAL_ACCESS);
	return SNMP_LOGIN_OK;
}
