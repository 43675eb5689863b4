/*
 * snmptry.h - the credentials that the snmp check tries on one agent.
 *
 * In their order, and the first that works ends the probe. Each has a turn of
 * SNMP_TURN_MS, or until it has failed, before the next one is sent too.
 *
 * A community that is wrong is not answered, so silence is all there is: it is
 * sent again against loss (each attempt does, or this one when it is settled),
 * and no agent locks an account for it. A v3 user waits for the agent's engine
 * id. Its message is sent again only while no answer has come; one answer, and
 * it is over: see "Once" in core/engine/check.h.
 */
#ifndef PREFLIGHT_SNMPTRY_H
#define PREFLIGHT_SNMPTRY_H

#include "core/base/facts.h"
#include "checks/shared/snmplogin.h"
#include "core/proto/snmpmsg.h"
#include "core/proto/snmpuser.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct credential;
struct probe;

#define SNMP_PARAMETERS "parameters" /* name of what params give */

enum {
	SNMP_TRIES_MAX = 4,
	SNMP_TURN_MS = 250,
	SNMP_SENDS = 3, /* of a user's message, against loss */
	/* For a community: silence counts as a refusal, so enough for a lossy
	 * path. */
	SNMP_COMMUNITY_SENDS = 5,
	SNMP_AGAIN_US = 1000000, /* between them */
};

enum snmp_try_stage {
	SNMP_TRY_NEW,
	SNMP_TRY_KEYS, /* a worker makes its keys */
	SNMP_TRY_ASKED,
	SNMP_TRY_FAILED
};

struct snmp_try {
	const char *name; /* of the credential */
	const char *community;
	enum snmp_version version;
	struct snmp_user user; /* version SNMP_V3 */
	enum snmp_try_stage stage;
	uint32_t id; /* of the community's GET */
	struct snmp_login login;
	bool plain; /* the GET without privacy was answered */
	bool has_turn;
	unsigned sends;
	int64_t turn_us, sent_us;
};

/* In a check's state: borrowed, zeroed. */
struct snmp_tries {
	struct snmp_try items[SNMP_TRIES_MAX];
	size_t count, cut; /* cut: more than we try */
	bool settled;      /* the engine is known */
	bool broken;       /* an answer to a user was not authentic */
	uint8_t engine[SNMP_ENGINE_MAX];
	size_t engine_length;
	int64_t boots, time, learned_us;
};

void snmptry_community(struct snmp_tries *t, const char *name,
		       enum snmp_version version, const char *community);
void snmptry_user(struct snmp_tries *t, const char *name,
		  const struct snmp_user *user);
void snmptry_credential(struct snmp_tries *t, const struct credential *c);
/* Is there a v3 user among them? */
bool snmptry_log_in(const struct snmp_tries *t);
/* The most datagrams that they cost, the discovery not counted: a community
 * again and again, a user with and without privacy, all of it once more by the
 * agent's clock. */
unsigned snmptry_packets(const struct snmp_tries *t);

/* Sends what is due. False: all have failed. */
bool snmptry_go_on(struct snmp_tries *t, struct probe *p);
/* The answer to the discovery: settles. */
void snmptry_engine(struct snmp_tries *t, struct probe *p,
		    const struct snmp_answer *a);
/* EV_JOB. */
void snmptry_keys(struct snmp_tries *t, struct probe *p,
		  const struct snmp_key_job *job);

enum snmp_try_answer {
	SNMP_TRY_NOT_OURS, /* p->in answers no credential */
	SNMP_TRY_GO_ON,
	SNMP_TRY_GOOD /* *which works, *a holds its objects */
};
enum snmp_try_answer snmptry_answer(struct snmp_tries *t, struct probe *p,
				    struct snmp_answer *a,
				    const struct snmp_try **which);
/* Wipes. */
void snmptry_end(struct snmp_tries *t);

/* All facts of the check: most are set here. */
extern const struct fact_def snmp_facts[];
/* The facts of an engine, and of a credential that works. */
void snmptry_tell_engine(struct probe *p, const struct snmp_answer *a);
void snmptry_tell_objects(struct probe *p, const struct snmp_answer *a,
			  const struct snmp_try *t);

#endif
