/*
 * snmpuser.h - an SNMPv3 user: names, secrets, and the keys made of them, which
 * take milliseconds: once per run, on a worker.
 */
#ifndef PREFLIGHT_SNMPUSER_H
#define PREFLIGHT_SNMPUSER_H

#include "core/base/error.h"
#include "core/proto/snmpusm.h"

#include <stdbool.h>

struct credential; /* core/base/spec.h */
struct secret;     /* core/base/params.h */

enum {
	SNMP_USER_MAX = 32,   /* RFC 3414 5, usmUserName */
	SNMP_CONTEXT_MAX = 64 /* longer ones exist in the RFC only */
};

/* All borrowed. Names or secrets that are not given are NULL. */
struct snmp_user {
	const char *user, *context;
	const char *auth_protocol, *priv_protocol;
	const struct secret *auth, *priv;
};

/* Of a credential of kind snmp-v3. */
struct snmp_user snmpuser_of(const struct credential *c);
/*
 * Do the parts fit together? Names of protocols, no secret without protocol,
 * no privacy without authentication, nothing too long or (values that are
 * loaded) too short. NULL: they do; else the key at fault, and err says what is
 * wrong and what to write.
 */
const char *snmpuser_check(const struct snmp_user *u, struct error *err);
/* "noAuthNoPriv", "authNoPriv" or "authPriv": RFC 3411 3.4.3. */
const char *snmpuser_level(const struct snmp_user *u);

/* Keys by user, for a run; not bound to an engine. */
struct snmp_keyring;
struct snmp_keyring *snmp_keyring_new(void);
void snmp_keyring_free(struct snmp_keyring *r); /* wipes */
/* NULL: not made yet. */
const struct snmpusm_keys *snmp_keyring_find(const struct snmp_keyring *r,
					     const struct snmp_user *u);
void snmp_keyring_add(struct snmp_keyring *r, const struct snmp_user *u,
		      const struct snmpusm_keys *keys);

/* For probe_job(): makes the keys from copies of the secrets. */
struct snmp_key_job {
	int auth_place, priv_place;
	char *auth, *priv;
	bool good;
	struct snmpusm_keys keys;
};
struct snmp_key_job *snmp_key_job_new(const struct snmp_user *u);
void snmp_key_job_work(void *job);
void snmp_key_job_release(void *job); /* wipes */

#endif
