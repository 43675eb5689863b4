/* snmptry.c - the credentials that the snmp check tries on one agent. */
#include "checks/shared/snmptry.h"
#include "core/base/mem.h"

#include "core/engine/check.h"
#include "core/base/params.h"
#include "core/base/spec.h"
#include "core/base/text.h"

#include <stdio.h>
#include <string.h>

/* The list ---------------------------------------------------------------- */

static struct snmp_try *snmptry_add(struct snmp_tries *t, const char *name)
{
	if (t->count == SNMP_TRIES_MAX) {
		t->cut++;
		return NULL;
	}
	t->items[t->count].name = name;
	return &t->items[t->count++];
}

void snmptry_community(struct snmp_tries *t, const char *name,
		       enum snmp_version version, const char *community)
{
	struct snmp_try *a = snmptry_add(t, name);

	if (a == NULL)
		return;
	a->version = version;
	a->community = community;
}

void snmptry_user(struct snmp_tries *t, const char *name,
		  const struct snmp_user *user)
{
	struct snmp_try *a = snmptry_add(t, name);

	if (a == NULL)
		return;
	a->version = SNMP_V3;
	a->user = *user;
}

void snmptry_credential(struct snmp_tries *t, const struct credential *c)
{
	struct snmp_user user = snmpuser_of(c);

	if (strcmp(c->kind, "snmp-v3") == 0) {
		snmptry_user(t, c->name, &user);
		return;
	}
	for (size_t i = 0; i < c->count; i++)
		if (strcmp(c->fields[i].key, "community") == 0)
			snmptry_community(t, c->name,
					  strcmp(c->kind, "snmp-v1") == 0
					      ? SNMP_V1
					      : SNMP_V2C,
					  c->fields[i].value->value);
}

bool snmptry_log_in(const struct snmp_tries *t)
{
	for (size_t i = 0; i < t->count; i++)
		if (t->items[i].version == SNMP_V3)
			return true;
	return false;
}

unsigned snmptry_packets(const struct snmp_tries *t)
{
	unsigned packets = 0;

	for (size_t i = 0; i < t->count; i++)
		packets += t->items[i].version == SNMP_V3
			       ? 2 * (2 * SNMP_SENDS - 1)
			       : SNMP_COMMUNITY_SENDS;
	return packets;
}

void snmptry_end(struct snmp_tries *t)
{
	for (size_t i = 0; i < t->count; i++)
		if (t->items[i].version == SNMP_V3)
			snmplogin_end(&t->items[i].login);
}

/* Failing ----------------------------------------------------------------- */

static void snmptry_failed(struct snmp_try *t, struct probe *p,
			   const char *word, const char *text)
{
	char line[TEXT_MAX];

	snprintf(line, sizeof line, "%.100s: %.140s", t->name, text);
	fact_string(p, "refusal", word);
	fact_append(p, "rejected", line);
	t->stage = SNMP_TRY_FAILED;
}

/* The agent's own refusal is remembered for the whole run. */
static void snmptry_refused(struct snmp_try *t, struct probe *p,
			    enum snmp_refusal why)
{
	if (why != SNMP_REFUSAL_SILENT)
		probe_reject(p, t->name, snmplogin_refusal_text(why));
	snmptry_failed(t, p, snmplogin_refusal_word(why),
		       snmplogin_refusal_text(why));
}

/* Asking ------------------------------------------------------------------ */

static void snmptry_sent(struct snmp_try *t, struct probe *p)
{
	t->stage = SNMP_TRY_ASKED;
	t->sends++;
	t->sent_us = p->now_us;
}

static void snmptry_send_community(struct snmp_try *t, struct probe *p)
{
	uint8_t room[SNMP_QUESTION_MAX];
	size_t length;

	if (t->sends == 0)
		t->id = snmpmsg_random_id();
	const uint8_t *message =
	    snmpmsg_get(room, t->version, t->community, t->id, &length);
	if (message != NULL)
		probe_send(p, message, length);
	mem_wipe(room, sizeof room);
	snmptry_sent(t, p);
}

static void snmptry_send_user(struct snmp_try *t, struct probe *p, bool plain)
{
	uint8_t room[SNMP_QUESTION_MAX];
	size_t length;
	const uint8_t *message =
	    snmplogin_ask(&t->login, room, plain, p->now_us, &length);

	if (message != NULL)
		probe_send(p, message, length);
}

/* From the second time on also without privacy: where the cipher cannot detect
 * a wrong privacy secret (RFC 3826), silence may mean that, or loss. */
static void snmptry_ask_user(struct snmp_try *t, struct probe *p)
{
	snmptry_send_user(t, p, false);
	if (t->sends > 0 && t->login.keys.priv >= 0)
		snmptry_send_user(t, p, true);
	snmptry_sent(t, p);
}

static void snmptry_begin_log_in(const struct snmp_tries *all,
				 struct snmp_try *t, struct probe *p,
				 const struct snmpusm_keys *keys)
{
	const struct snmp_text engine = {all->engine, all->engine_length};

	if (!snmplogin_begin(&t->login, &t->user, keys, &engine, all->boots,
			     all->time, all->learned_us)) {
		snmptry_failed(t, p,
			       snmplogin_refusal_word(SNMP_REFUSAL_ENGINE),
			       snmplogin_refusal_text(SNMP_REFUSAL_ENGINE));
		return;
	}
	snmptry_ask_user(t, p);
}

static void snmptry_begin_user(const struct snmp_tries *all, struct snmp_try *t,
			       struct probe *p)
{
	const char *before = probe_rejected(p, t->name);
	const struct snmpusm_keys *keys =
	    snmp_keyring_find(p->shared, &t->user);
	char text[TEXT_MAX];

	if (before != NULL) {
		snprintf(text, sizeof text,
			 "not tried again on this device (%.90s)", before);
		snmptry_failed(t, p, "not-tried-again", text);
	} else if (t->user.auth == NULL || keys != NULL) {
		snmptry_begin_log_in(all, t, p, keys);
	} else {
		t->stage = SNMP_TRY_KEYS;
		probe_job(p, snmp_key_job_new(&t->user), snmp_key_job_work,
			  snmp_key_job_release);
	}
}

/* Silent with privacy but not without it: the path is not the cause. */
static void snmptry_silent(struct snmp_try *t, struct probe *p)
{
	if (t->plain)
		fact_bool(p, "refusal-inferred", true);
	snmptry_refused(t, p,
			t->plain ? SNMP_REFUSAL_PRIV : SNMP_REFUSAL_SILENT);
}

static void snmptry_repeat(struct snmp_try *t, struct probe *p)
{
	if (p->now_us - t->sent_us < SNMP_AGAIN_US)
		return;
	if (t->sends < (t->version == SNMP_V3 ? (unsigned)SNMP_SENDS
					      : SNMP_COMMUNITY_SENDS)) {
		if (t->version == SNMP_V3)
			snmptry_ask_user(t, p);
		else
			snmptry_send_community(t, p);
		return;
	}
	if (t->version != SNMP_V3)
		snmptry_failed(t, p,
			       snmplogin_refusal_word(SNMP_REFUSAL_SILENT),
			       "no answer: wrong community, or an access list");
	else
		snmptry_silent(t, p);
}

static void snmptry_next(const struct snmp_tries *all, struct snmp_try *t,
			 struct probe *p)
{
	if (!t->has_turn) {
		t->has_turn = true;
		t->turn_us = p->now_us;
	}
	if (t->stage == SNMP_TRY_ASKED && all->settled)
		snmptry_repeat(t, p);
	else if (t->stage == SNMP_TRY_NEW && t->version != SNMP_V3)
		snmptry_send_community(t, p);
	else if (t->stage == SNMP_TRY_NEW && all->settled)
		snmptry_begin_user(all, t, p);
}

/* Does the next one have to wait for this one? */
static bool snmptry_has_the_turn(const struct snmp_tries *all,
				 const struct snmp_try *t,
				 const struct probe *p)
{
	if (t->stage == SNMP_TRY_FAILED)
		return false;
	if (t->version == SNMP_V3 && all->settled)
		return true; /* an answer will come, or it is given up */
	return p->now_us - t->turn_us < SNMP_TURN_MS * 1000;
}

bool snmptry_go_on(struct snmp_tries *t, struct probe *p)
{
	bool more = false, sent = false;

	for (size_t i = 0; i < t->count; i++) {
		struct snmp_try *one = &t->items[i];
		unsigned sends = one->sends;

		if (one->stage != SNMP_TRY_FAILED)
			snmptry_next(t, one, p);
		sent = sent || one->sends > sends;
		more = more || one->stage != SNMP_TRY_FAILED;
		if (snmptry_has_the_turn(t, one, p))
			break;
	}
	if (t->settled && sent)
		probe_settle(p); /* an answer may take its time anew */
	return more;
}

/* Answers ----------------------------------------------------------------- */

void snmptry_engine(struct snmp_tries *t, struct probe *p,
		    const struct snmp_answer *a)
{
	t->settled = true;
	t->engine_length = a->engine.length;
	if (a->engine.length > 0)
		memcpy(t->engine, a->engine.bytes, a->engine.length);
	t->boots = a->engine_boots;
	t->time = a->engine_time;
	t->learned_us = p->now_us;
	probe_settle(p);
}

void snmptry_keys(struct snmp_tries *t, struct probe *p,
		  const struct snmp_key_job *job)
{
	for (size_t i = 0; i < t->count; i++) {
		struct snmp_try *one = &t->items[i];

		if (one->stage != SNMP_TRY_KEYS)
			continue;
		if (!job->good) {
			snmptry_failed(t->items + i, p, "no-keys",
				       "this host's libraries cannot "
				       "generate the keys");
			return;
		}
		snmp_keyring_add(p->shared, &one->user, &job->keys);
		snmptry_begin_log_in(t, one, p, &job->keys);
		return;
	}
}

static enum snmp_try_answer snmptry_logged_in(struct snmp_tries *t,
					      struct snmp_try *one,
					      struct probe *p,
					      enum snmp_login_answer answer)
{
	switch (answer) {
	case SNMP_LOGIN_NOT_OURS:
		break;
	case SNMP_LOGIN_BROKEN:
		t->broken = true; /* a good one may follow */
		return SNMP_TRY_GO_ON;
	case SNMP_LOGIN_OK:
		return SNMP_TRY_GOOD;
	case SNMP_LOGIN_PLAIN:
		one->plain = true;
		return SNMP_TRY_GO_ON;
	case SNMP_LOGIN_AGAIN:
		one->sends = 0;
		snmptry_ask_user(one, p);
		return SNMP_TRY_GO_ON;
	case SNMP_LOGIN_REFUSED:
		snmptry_refused(one, p, one->login.refusal);
		return SNMP_TRY_GO_ON;
	}
	return SNMP_TRY_NOT_OURS;
}

/* noAccess, authorizationError: RFC 3416 3. Most agents are silent instead. */
static bool snmptry_is_refusal(const struct snmp_answer *a)
{
	return a->error_status == 6 || a->error_status == 16;
}

enum snmp_try_answer snmptry_answer(struct snmp_tries *t, struct probe *p,
				    struct snmp_answer *a,
				    const struct snmp_try **which)
{
	const void *bytes = p->in->data;
	size_t length = p->in->length;
	bool plain = snmpmsg_read(a, bytes, length) && a->version != SNMP_V3;

	for (size_t i = 0; i < t->count; i++) {
		struct snmp_try *one = &t->items[i];
		enum snmp_try_answer answer = SNMP_TRY_NOT_OURS;

		*which = one;
		if (one->stage != SNMP_TRY_ASKED)
			continue;
		if (one->version != SNMP_V3) {
			if (!plain || a->id != one->id)
				continue;
			if (!snmptry_is_refusal(a))
				return SNMP_TRY_GOOD;
			snmptry_failed(one, p, "no-access",
				       "the agent refuses access with it");
			return SNMP_TRY_GO_ON;
		}
		answer = snmptry_logged_in(
		    t, one, p,
		    snmplogin_read(&one->login, bytes, length, p->now_us, a));
		if (answer != SNMP_TRY_NOT_OURS)
			return answer;
	}
	return SNMP_TRY_NOT_OURS;
}

/* Facts ------------------------------------------------------------------- */

const struct fact_def snmp_facts[] = {
    {.name = "engine-id", .type = FACT_STRING, .help = "SNMPv3 engine, hex"},
    {.name = "vendor-number",
     .type = FACT_NUMBER,
     .help = "IANA enterprise number in the engine id"},
    {.name = "engine-boots",
     .type = FACT_NUMBER,
     .help = "restarts of the SNMPv3 engine"},
    {.name = "engine-time",
     .type = FACT_NUMBER,
     .help = "seconds since the last restart of the SNMPv3 engine"},
    {.name = "credential",
     .type = FACT_STRING,
     .help = "name of the credential that works"},
    {.name = "version",
     .type = FACT_STRING,
     .help = "SNMP version that it works with: 1, 2c or 3"},
    {.name = "security-level",
     .type = FACT_STRING,
     .help = "security level of the SNMPv3 user that works"},
    {.name = "uptime", .type = FACT_NUMBER, .help = "sysUpTime, seconds"},
    {.name = "sys-descr", .type = FACT_STRING, .help = "sysDescr"},
    {.name = "sys-object-id", .type = FACT_STRING, .help = "sysObjectID"},
    {.name = "sys-name", .type = FACT_STRING, .help = "sysName"},
    {.name = "error-status",
     .type = FACT_NUMBER,
     .help = "error of the agent's answer, when not 0"},
    {.name = "agent-alive",
     .type = FACT_BOOL,
     .help = "the agent answers but does not accept any credential"},
    {.name = "refusal",
     .type = FACT_STRING,
     .help = "why the last credential failed, as one word"},
    {.name = "refusal-inferred",
     .type = FACT_BOOL,
     .help = "the refusal is concluded from silence, not from a report"},
    {.name = "rejected",
     .type = FACT_LIST,
     .help = "credentials that failed, by name, and why"},
    {.name = "no-credential",
     .type = FACT_BOOL,
     .help = "neither a community nor a user was given: only the agent's "
	     "engine was asked for"},
    {.name = "credentials-cut",
     .type = FACT_NUMBER,
     .help = "number of credentials that were not tried: too many"},
    {.name = NULL}};

void snmptry_tell_engine(struct probe *p, const struct snmp_answer *a)
{
	char text[2 * SNMP_ENGINE_MAX + 1] = "";
	/* The first four octets hold the vendor's number: RFC 3411 5. */
	struct cursor c = cursor_over(a->engine.bytes, a->engine.length);
	uint32_t vendor = cursor_be32(&c) & 0x7fffffff;

	for (size_t i = 0; i < a->engine.length; i++)
		snprintf(text + 2 * i, 3, "%02x", (unsigned)a->engine.bytes[i]);
	if (a->engine.length > 0)
		fact_string(p, "engine-id", text);
	if (!c.bad)
		fact_number(p, "vendor-number", vendor);
	fact_number(p, "engine-boots", a->engine_boots);
	fact_number(p, "engine-time", a->engine_time);
}

void snmptry_tell_objects(struct probe *p, const struct snmp_answer *a,
			  const struct snmp_try *t)
{
	static const char *const versions[] = {"1", "2c", "", "3"};
	char object[TEXT_MAX];

	fact_string(p, "version", versions[a->version]);
	if (a->version == SNMP_V3)
		fact_string(p, "security-level", snmpuser_level(&t->user));
	fact_string(p, "credential", t->name);
	if (a->has_up_time)
		fact_number(p, "uptime", (int64_t)(a->up_time / 100));
	if (a->descr.bytes != NULL)
		fact_bytes(p, "sys-descr", a->descr.bytes, a->descr.length);
	if (a->object.bytes != NULL &&
	    snmpmsg_object_text(object, sizeof object, &a->object))
		fact_string(p, "sys-object-id", object);
	if (a->name.bytes != NULL)
		fact_bytes(p, "sys-name", a->name.bytes, a->name.length);
	if (a->error_status != 0)
		fact_number(p, "error-status", a->error_status);
}
