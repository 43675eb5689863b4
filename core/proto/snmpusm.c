/* snmpusm.c - net-snmp's keytools and scapi: keys, MACs, ciphers. */
#include "core/proto/snmpusm.h"
#include "core/base/text.h"

#include "core/base/mem.h"
#include "core/base/wire.h"

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>

#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { SNMPUSM_IV = 16, SNMPUSM_DES_KEY = 8 };

const char *const snmpusm_auth_names[] = {
    "MD5", "SHA", "SHA-1", "SHA-224", "SHA-256", "SHA-384", "SHA-512", NULL};
static const int snmpusm_auth_types[] = {
    USM_CREATE_USER_AUTH_MD5,    USM_CREATE_USER_AUTH_SHA1,
    USM_CREATE_USER_AUTH_SHA1,   USM_CREATE_USER_AUTH_SHA224,
    USM_CREATE_USER_AUTH_SHA256, USM_CREATE_USER_AUTH_SHA384,
    USM_CREATE_USER_AUTH_SHA512};

/* AES-192 and AES-256 are not standardised: how a short key grows differs
 * between draft-blumenthal-aes-usm-04 and, with "-C",
 * draft-reeder-snmpv3-usm-3desede as Cisco uses it. */
const char *const snmpusm_priv_names[] = {"DES",       "AES",     "AES-128",
					  "AES-192",   "AES-256", "AES-192-C",
					  "AES-256-C", NULL};
static const int snmpusm_priv_types[] = {
    USM_CREATE_USER_PRIV_DES,          USM_CREATE_USER_PRIV_AES,
    USM_CREATE_USER_PRIV_AES,          USM_CREATE_USER_PRIV_AES192,
    USM_CREATE_USER_PRIV_AES256,       USM_CREATE_USER_PRIV_AES192_CISCO,
    USM_CREATE_USER_PRIV_AES256_CISCO,
};

static int snmpusm_place(const char *const *names, const char *name)
{
	for (int i = 0; name != NULL && names[i] != NULL; i++)
		if (text_casecmp(names[i], name) == 0)
			return i;
	return -1;
}

int snmpusm_auth(const char *name)
{
	return snmpusm_place(snmpusm_auth_names, name);
}

int snmpusm_priv(const char *name)
{
	return snmpusm_place(snmpusm_priv_names, name);
}

static const oid *snmpusm_auth_oid(const struct snmpusm_keys *k, u_int *length)
{
	size_t octets;
	const oid *id = sc_get_auth_oid(snmpusm_auth_types[k->auth], &octets);

	*length = (u_int)octets;
	return id;
}

static const oid *snmpusm_priv_oid(const struct snmpusm_keys *k, size_t *length)
{
	return sc_get_priv_oid(snmpusm_priv_types[k->priv], length);
}

static bool snmpusm_is_des(const struct snmpusm_keys *k)
{
	return snmpusm_priv_types[k->priv] == USM_CREATE_USER_PRIV_DES;
}

void snmpusm_wipe(struct snmpusm_keys *keys)
{
	mem_wipe(keys, sizeof(*keys));
	keys->auth = keys->priv = -1;
}

/* Keys ------------------------------------------------------------------- */

static bool snmpusm_master(const struct snmpusm_keys *k, const char *secret,
			   uint8_t out[SNMPUSM_KEY], size_t *length)
{
	u_int id_length;
	const oid *id = snmpusm_auth_oid(k, &id_length);

	*length = SNMPUSM_KEY;
	return id != NULL && secret != NULL &&
	       strlen(secret) >= SNMPUSM_SECRET_MIN &&
	       generate_Ku(id, id_length, (const u_char *)secret,
			   strlen(secret), out, length) == SNMPERR_SUCCESS;
}

bool snmpusm_derive(struct snmpusm_keys *out, int auth, const char *auth_secret,
		    int priv, const char *priv_secret)
{
	bool good = true;

	*out = (struct snmpusm_keys){.auth = auth, .priv = priv};
	/* The key of the cipher, too, comes from the digest: RFC 3414 2.6. */
	if (auth >= 0)
		good = snmpusm_master(out, auth_secret, out->auth_key,
				      &out->auth_length);
	if (good && priv >= 0)
		good =
		    auth >= 0 && snmpusm_master(out, priv_secret, out->priv_key,
						&out->priv_length);
	if (!good)
		snmpusm_wipe(out);
	return good;
}

/* A cipher may want a longer key than the digest gives. */
static bool snmpusm_extend(struct snmpusm_keys *k, const uint8_t *engine,
			   size_t engine_length)
{
	u_int id_length;
	const oid *auth = snmpusm_auth_oid(k, &id_length);
	int type = snmpusm_priv_types[k->priv];
	int need = sc_get_proper_priv_length_bytype(type);
	/* The library may move what it extends, and wants no const. */
	u_char *grown = mem_calloc(1, SNMPUSM_KEY);
	oid id[MAX_OID_LEN];
	u_char name[SNMPUSM_KEY];
	bool good = false;

	if (auth != NULL && need > 0 && need <= SNMPUSM_KEY &&
	    id_length <= MAX_OID_LEN && engine_length <= sizeof(name)) {
		memcpy(grown, k->priv_key, SNMPUSM_KEY);
		memcpy(id, auth, id_length * sizeof(*id));
		memcpy(name, engine, engine_length);
		good = netsnmp_extend_kul((u_int)need, id, id_length, type,
					  name, (u_int)engine_length, &grown,
					  &k->priv_length,
					  SNMPUSM_KEY) == SNMPERR_SUCCESS &&
		       k->priv_length >= (size_t)need;
	}
	if (good) {
		memcpy(k->priv_key, grown, (size_t)need);
		k->priv_length = (size_t)need;
	}
	mem_wipe(grown, SNMPUSM_KEY);
	free(grown);
	return good;
}

static bool snmpusm_bind(const struct snmpusm_keys *k, const uint8_t *key,
			 size_t key_length, const uint8_t *engine,
			 size_t engine_length, uint8_t *out, size_t *out_length)
{
	u_int id_length;
	const oid *id = snmpusm_auth_oid(k, &id_length);

	*out_length = SNMPUSM_KEY;
	return id != NULL &&
	       generate_kul(id, id_length, engine, engine_length, key,
			    key_length, out, out_length) == SNMPERR_SUCCESS;
}

bool snmpusm_localise(struct snmpusm_keys *out, const struct snmpusm_keys *keys,
		      const uint8_t *engine, size_t engine_length)
{
	bool good = engine_length > 0;

	*out = (struct snmpusm_keys){.auth = keys->auth, .priv = keys->priv};
	if (good && keys->auth >= 0)
		good = snmpusm_bind(out, keys->auth_key, keys->auth_length,
				    engine, engine_length, out->auth_key,
				    &out->auth_length);
	if (good && keys->priv >= 0)
		good = snmpusm_bind(out, keys->priv_key, keys->priv_length,
				    engine, engine_length, out->priv_key,
				    &out->priv_length) &&
		       snmpusm_extend(out, engine, engine_length);
	if (!good)
		snmpusm_wipe(out);
	return good;
}

/* Authentication --------------------------------------------------------- */

size_t snmpusm_mac_length(const struct snmpusm_keys *keys)
{
	int length = keys->auth < 0
			 ? 0
			 : sc_get_auth_maclen(snmpusm_auth_types[keys->auth]);

	return length > 0 && length <= SNMPUSM_MAC ? (size_t)length : 0;
}

bool snmpusm_mac(const struct snmpusm_keys *keys, const uint8_t *message,
		 size_t length, uint8_t out[SNMPUSM_MAC])
{
	u_int id_length;
	const oid *id = snmpusm_auth_oid(keys, &id_length);
	size_t wanted = snmpusm_mac_length(keys);
	size_t size = wanted;

	return id != NULL && wanted > 0 && length <= INT_MAX &&
	       sc_generate_keyed_hash(
		   id, id_length, keys->auth_key, (u_int)keys->auth_length,
		   message, (u_int)length, out, &size) == SNMPERR_SUCCESS &&
	       size == wanted;
}

/* Privacy ---------------------------------------------------------------- */

void snmpusm_salt(const struct snmpusm_keys *keys, struct snmpusm_vector *v)
{
	struct wire w = wire_into(v->salt, sizeof(v->salt));

	wire_random(v->salt, sizeof(v->salt));
	if (keys->priv >= 0 && snmpusm_is_des(keys))
		wire_be32(&w, v->boots);
}

/* DES: the salt over the second half of the key (RFC 3414 8.1.1.1); AES: boots,
 * time, salt (RFC 3826 3.1.2.1). Gives the length. */
static u_int snmpusm_iv(const struct snmpusm_keys *k,
			const struct snmpusm_vector *v, u_char iv[SNMPUSM_IV])
{
	struct wire w = wire_into(iv, SNMPUSM_IV);

	if (snmpusm_is_des(k)) {
		for (size_t i = 0; i < SNMPUSM_SALT; i++)
			iv[i] = v->salt[i] ^ k->priv_key[SNMPUSM_DES_KEY + i];
		return SNMPUSM_SALT;
	}
	wire_be32(&w, v->boots);
	wire_be32(&w, v->time);
	wire_bytes(&w, v->salt, SNMPUSM_SALT);
	return SNMPUSM_IV;
}

size_t snmpusm_encrypt(const struct snmpusm_keys *keys,
		       const struct snmpusm_vector *v, const uint8_t *plain,
		       size_t length, uint8_t *out, size_t out_size)
{
	u_char key[SNMPUSM_KEY], iv[SNMPUSM_IV];
	size_t id_length, size = out_size;
	const oid *id = snmpusm_priv_oid(keys, &id_length);
	u_int iv_length = snmpusm_iv(keys, v, iv);
	int rc;

	if (id == NULL || out_size < length + SNMPUSM_BLOCK)
		return 0;
	memcpy(key, keys->priv_key, sizeof(key)); /* it wants no const */
	rc = sc_encrypt(id, id_length, key, (u_int)keys->priv_length, iv,
			iv_length, plain, (u_int)length, out, &size);
	mem_wipe(key, sizeof(key));
	return rc == SNMPERR_SUCCESS && size <= out_size ? size : 0;
}

size_t snmpusm_decrypt(const struct snmpusm_keys *keys,
		       const struct snmpusm_vector *v, const uint8_t *data,
		       size_t length, uint8_t *out, size_t out_size)
{
	u_char key[SNMPUSM_KEY], iv[SNMPUSM_IV];
	size_t id_length, size = out_size;
	const oid *id = snmpusm_priv_oid(keys, &id_length);
	u_int iv_length = snmpusm_iv(keys, v, iv);
	u_char *copy;
	int rc;

	if (id == NULL || length == 0 || length > out_size ||
	    (snmpusm_is_des(keys) && length % SNMPUSM_BLOCK != 0))
		return 0;
	copy = mem_calloc(1, length);
	memcpy(copy, data, length);
	memcpy(key, keys->priv_key, sizeof(key));
	rc = sc_decrypt(id, id_length, key, (u_int)keys->priv_length, iv,
			iv_length, copy, (u_int)length, out, &size);
	mem_wipe(key, sizeof(key));
	free(copy);
	return rc == SNMPERR_SUCCESS && size <= out_size ? size : 0;
}
