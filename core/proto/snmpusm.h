/*
 * snmpusm.h - the cryptography of SNMPv3's user-based security model (RFC 3414,
 * RFC 3826, RFC 7860), by net-snmp's own functions.
 *
 * Only functions that keep no state are used: no session, no user table, no
 * cache of engines, nothing read or written, no set-up. net-snmp's sessions
 * keep users by (engine, name) for the whole process: of two devices with one
 * engine id, or two credentials of one user name, the second would be answered
 * with the keys of the first. All of it may be called from any thread.
 */
#ifndef PREFLIGHT_SNMPUSM_H
#define PREFLIGHT_SNMPUSM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	SNMPUSM_KEY = 64, /* the longest digest: SHA-512 */
	SNMPUSM_MAC = 48, /* the longest MAC: RFC 7860 4.2 */
	SNMPUSM_SALT = 8, /* DES and AES: RFC 3414 8.1.1, RFC 3826 3.1.2 */
	SNMPUSM_BLOCK = 8,
	SNMPUSM_SECRET_MIN = 8 /* RFC 3414 11.2 */
};

/* What an inventory may name, NULL-terminated: "MD5", "SHA-256", "AES" ... */
extern const char *const snmpusm_auth_names[];
extern const char *const snmpusm_priv_names[];
/* The place of a name in its list; -1: unknown, or NULL. */
int snmpusm_auth(const char *name);
int snmpusm_priv(const char *name);

/* Keys of a user: not bound to an engine yet, or (localised) to one. */
struct snmpusm_keys {
	int auth, priv; /* places in the lists; -1: none */
	uint8_t auth_key[SNMPUSM_KEY], priv_key[SNMPUSM_KEY];
	size_t auth_length, priv_length;
};

/*
 * Password to key: 1 MiB is hashed for each, some milliseconds; for a worker.
 * A secret may be NULL where its place is -1. False: a secret is too short.
 */
bool snmpusm_derive(struct snmpusm_keys *out, int auth, const char *auth_secret,
		    int priv, const char *priv_secret);
/* The same keys for one engine (RFC 3414 2.6). */
bool snmpusm_localise(struct snmpusm_keys *out, const struct snmpusm_keys *keys,
		      const uint8_t *engine, size_t engine_length);
void snmpusm_wipe(struct snmpusm_keys *keys);

/* Octets of a MAC; 0 without authentication. */
size_t snmpusm_mac_length(const struct snmpusm_keys *keys);
/* Over a whole message whose MAC octets are zero. */
bool snmpusm_mac(const struct snmpusm_keys *keys, const uint8_t *message,
		 size_t length, uint8_t out[SNMPUSM_MAC]);

/* What the initial vector is made of. */
struct snmpusm_vector {
	uint32_t boots, time; /* of the message */
	uint8_t salt[SNMPUSM_SALT];
};

/* A salt that no message of this run had: random. DES has the engine's boots
 * in it (RFC 3414 8.1.1.1). */
void snmpusm_salt(const struct snmpusm_keys *keys, struct snmpusm_vector *v);
/* At most out_size octets; DES pads to SNMPUSM_BLOCK. 0: an error. */
size_t snmpusm_encrypt(const struct snmpusm_keys *keys,
		       const struct snmpusm_vector *v, const uint8_t *plain,
		       size_t length, uint8_t *out, size_t out_size);
size_t snmpusm_decrypt(const struct snmpusm_keys *keys,
		       const struct snmpusm_vector *v, const uint8_t *data,
		       size_t length, uint8_t *out, size_t out_size);

#endif
