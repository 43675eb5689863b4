/* snmpuser.c - an SNMPv3 user: names, secrets, keys. */
#include "core/proto/snmpuser.h"

#include "core/base/mem.h"
#include "core/base/params.h"
#include "core/base/spec.h"
#include "core/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The user ---------------------------------------------------------------- */

static const struct secret *snmpuser_field(const struct credential *c,
					   const char *key)
{
	for (size_t i = 0; i < c->count; i++)
		if (strcmp(c->fields[i].key, key) == 0)
			return c->fields[i].value;
	return NULL;
}

static const char *snmpuser_text(const struct credential *c, const char *key)
{
	const struct secret *field = snmpuser_field(c, key);

	return field != NULL ? field->value : NULL;
}

struct snmp_user snmpuser_of(const struct credential *c)
{
	return (struct snmp_user){
	    .user = snmpuser_text(c, "user"),
	    .context = snmpuser_text(c, "context"),
	    .auth_protocol = snmpuser_text(c, "auth_protocol"),
	    .priv_protocol = snmpuser_text(c, "priv_protocol"),
	    .auth = snmpuser_field(c, "auth"),
	    .priv = snmpuser_field(c, "priv")};
}

/* Each gives the key at fault, or NULL. */
static const char *snmpuser_bad(struct error *err, const char *key,
				const char *what, const char *instead)
{
	error_set(err, "'%s' %s", key, what);
	error_suggest(err, "%s", instead);
	return key;
}

static const char *snmpuser_protocol(const char *key, const char *name,
				     const char *const *names,
				     struct error *err)
{
	char all[TEXT_MAX] = "write one of";

	for (size_t i = 0; names[i] != NULL; i++) {
		size_t at = strlen(all);

		if (name == NULL || text_casecmp(names[i], name) == 0)
			return NULL;
		snprintf(all + at, sizeof all - at, "%s %s", i > 0 ? "," : "",
			 names[i]);
	}
	error_set(err, "unknown %s '%.64s'", key, name);
	error_nearest(err, name, text_name_at, names, all);
	return key;
}

/* A secret and its protocol, or neither. */
static const char *snmpuser_pair(const char *key, const struct secret *s,
				 const char *protocol_key, const char *protocol,
				 const char *usual, struct error *err)
{
	if (s != NULL && protocol == NULL) {
		error_set(err, "'%s' without '%s'", key, protocol_key);
		error_suggest(err, "write %s: %s, or what the device has",
			      protocol_key, usual);
		return key;
	}
	if (s == NULL && protocol != NULL) {
		error_set(err, "'%s' without '%s'", protocol_key, key);
		error_suggest(err, "write %s: env:NAME or file:PATH", key);
		return protocol_key;
	}
	if (s != NULL && s->value != NULL &&
	    strlen(s->value) < SNMPUSM_SECRET_MIN) {
		error_set(err, "'%s' is shorter than %d characters", key,
			  SNMPUSM_SECRET_MIN);
		error_suggest(err, "SNMPv3 agents do not accept a shorter "
				   "one (RFC 3414 11.2)");
		return key;
	}
	return NULL;
}

const char *snmpuser_check(const struct snmp_user *u, struct error *err)
{
	const char *key;

	if (u->user == NULL && (u->auth != NULL || u->priv != NULL))
		return snmpuser_bad(err, u->auth != NULL ? "auth" : "priv",
				    "without 'user'",
				    "give the SNMPv3 user as well");
	if (u->user != NULL && strlen(u->user) > SNMP_USER_MAX)
		return snmpuser_bad(err, "user", "is too long",
				    "SNMPv3 has at most 32 octets");
	if (u->context != NULL && strlen(u->context) > SNMP_CONTEXT_MAX)
		return snmpuser_bad(err, "context", "is too long",
				    "at most 64 octets");
	if (u->priv != NULL && u->auth == NULL)
		return snmpuser_bad(err, "priv", "without 'auth'",
				    "SNMPv3 has no privacy without "
				    "authentication: give auth_protocol and "
				    "auth");
	key = snmpuser_protocol("auth_protocol", u->auth_protocol,
				snmpusm_auth_names, err);
	if (key == NULL)
		key = snmpuser_protocol("priv_protocol", u->priv_protocol,
					snmpusm_priv_names, err);
	if (key == NULL)
		key = snmpuser_pair("auth", u->auth, "auth_protocol",
				    u->auth_protocol, "SHA", err);
	if (key == NULL)
		key = snmpuser_pair("priv", u->priv, "priv_protocol",
				    u->priv_protocol, "AES", err);
	return key;
}

const char *snmpuser_level(const struct snmp_user *u)
{
	if (u->auth == NULL)
		return "noAuthNoPriv";
	return u->priv == NULL ? "authNoPriv" : "authPriv";
}

/* Keys -------------------------------------------------------------------- */

struct snmp_keyring_entry {
	const struct secret *auth, *priv;
	struct snmpusm_keys keys;
};

struct snmp_keyring {
	struct snmp_keyring_entry **entries; /* never moved: wiped in place */
	size_t count, capacity;
};

struct snmp_keyring *snmp_keyring_new(void)
{
	return mem_calloc(1, sizeof(struct snmp_keyring));
}

void snmp_keyring_free(struct snmp_keyring *r)
{
	if (r == NULL)
		return;
	for (size_t i = 0; i < r->count; i++) {
		snmpusm_wipe(&r->entries[i]->keys);
		free(r->entries[i]);
	}
	free(r->entries);
	free(r);
}

/* A run loads each secret once: the same pointer is the same secret. */
const struct snmpusm_keys *snmp_keyring_find(const struct snmp_keyring *r,
					     const struct snmp_user *u)
{
	for (size_t i = 0; r != NULL && i < r->count; i++)
		if (r->entries[i]->auth == u->auth &&
		    r->entries[i]->priv == u->priv)
			return &r->entries[i]->keys;
	return NULL;
}

void snmp_keyring_add(struct snmp_keyring *r, const struct snmp_user *u,
		      const struct snmpusm_keys *keys)
{
	struct snmp_keyring_entry *entry;

	if (r == NULL || snmp_keyring_find(r, u) != NULL)
		return;
	entry = mem_calloc(1, sizeof(*entry));
	*entry = (struct snmp_keyring_entry){
	    .auth = u->auth, .priv = u->priv, .keys = *keys};
	r->entries = mem_grow(r->entries, &r->capacity, r->count + 1,
			      sizeof(struct snmp_keyring_entry *));
	r->entries[r->count++] = entry;
}

struct snmp_key_job *snmp_key_job_new(const struct snmp_user *u)
{
	struct snmp_key_job *job = mem_calloc(1, sizeof(*job));

	job->auth_place = snmpusm_auth(u->auth_protocol);
	job->priv_place = snmpusm_priv(u->priv_protocol);
	if (u->auth != NULL)
		job->auth = mem_strdup(u->auth->value);
	if (u->priv != NULL)
		job->priv = mem_strdup(u->priv->value);
	return job;
}

void snmp_key_job_work(void *arg)
{
	struct snmp_key_job *job = arg;

	job->good = snmpusm_derive(&job->keys, job->auth_place, job->auth,
				   job->priv_place, job->priv);
}

static void snmp_key_job_forget(char *secret)
{
	if (secret != NULL)
		mem_wipe(secret, strlen(secret));
	free(secret);
}

void snmp_key_job_release(void *arg)
{
	struct snmp_key_job *job = arg;

	snmp_key_job_forget(job->auth);
	snmp_key_job_forget(job->priv);
	snmpusm_wipe(&job->keys);
	free(job);
}
