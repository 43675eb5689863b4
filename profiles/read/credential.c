/*
 * credential.c - `credentials:` of an inventory: references, never values.
 *
 * A secret field says where its value is (env:NAME, file:PATH) and is loaded
 * when a plan that needs it is built; until then secret->value is NULL.
 */
#include "profiles/read/inventory_internal.h"
#include "core/proto/snmpuser.h"
#include "core/base/text.h"

#include <string.h>

struct credential_key {
	const char *kind, *key;
	bool secret, required;
};

static const struct credential_key credential_keys[] = {
    {"snmp-v1", "community", true, true},
    {"snmp-v2c", "community", true, true},
    {"snmp-v3", "user", false, true},
    {"snmp-v3", "auth_protocol", false, false},
    {"snmp-v3", "auth", true, false},
    {"snmp-v3", "priv_protocol", false, false},
    {"snmp-v3", "priv", true, false},
    {"snmp-v3", "context", false, false},
    {"windows", "user", false, true},
    {"windows", "domain", false, false},
    {"windows", "password", true, true},
    {"basic", "user", false, true},
    {"basic", "password", true, true},
    {"ssh", "user", false, true},
    {"ssh", "password", true, false},
    {"ssh", "key", true, false},
};

static const char *const credential_kinds[] = {
    "snmp-v2c", "snmp-v1", "snmp-v3", "windows", "basic", "ssh", NULL};

enum { CREDENTIAL_KEYS = sizeof credential_keys / sizeof credential_keys[0] };

const struct credential *credential_find(const struct inventory *inv,
					 const char *name)
{
	for (size_t i = 0; i < inv->credential_count; i++) {
		if (strcmp(inv->credentials[i].name, name) == 0)
			return &inv->credentials[i];
	}
	return NULL;
}

const char *credential_name_at(const void *arg, size_t i)
{
	const struct inventory *inv = arg;

	return i < inv->credential_count ? inv->credentials[i].name : NULL;
}

static bool credential_is_reference(const char *text)
{
	return (strncmp(text, "env:", 4) == 0 && text[4] != '\0') ||
	       (strncmp(text, "file:", 5) == 0 && text[5] != '\0');
}

static const struct secret *credential_value(struct reader *r,
					     const struct tree *value,
					     const struct credential_key *key)
{
	struct secret *secret = arena_calloc(r->arena, 1, sizeof *secret);
	struct error err;

	if (!key->secret) {
		secret->value = arena_strdup(r->arena, value->text);
		secret->source = "inventory";
		return secret;
	}
	secret->source = value->text;
	if (!credential_is_reference(value->text)) {
		/* The text may be the secret itself: it is not repeated. */
		error_set(&err,
			  "'%s' holds a plain value: secrets are not "
			  "written into an inventory",
			  key->key);
		error_suggest(&err, "write env:NAME or file:PATH");
		reader_fail_error(r, value, &err);
	}
	return secret;
}

static const struct credential_key *credential_key_of(const char *kind,
						      const char *key)
{
	for (size_t i = 0; i < CREDENTIAL_KEYS; i++) {
		if (strcmp(credential_keys[i].kind, kind) == 0 &&
		    strcmp(credential_keys[i].key, key) == 0)
			return &credential_keys[i];
	}
	return NULL;
}

static void credential_unknown_key(struct reader *r, const char *kind,
				   const struct tree *at)
{
	const char *names[CREDENTIAL_KEYS + 1] = {NULL};
	size_t count = 0;

	for (size_t i = 0; i < CREDENTIAL_KEYS; i++) {
		if (strcmp(credential_keys[i].kind, kind) == 0)
			names[count++] = credential_keys[i].key;
	}
	reader_fail_name(r, at, names, "key", at->text);
}

static void credential_fields(struct reader *r, const struct tree *map,
			      struct credential *c)
{
	struct credential_field *list =
	    arena_calloc(r->arena, map->count, sizeof *list);

	for (size_t i = 0; i < map->count; i++) {
		const struct tree *key = map->keys[i];
		const struct tree *value = map->items[i];
		const struct credential_key *known =
		    credential_key_of(c->kind, key->text);

		if (strcmp(key->text, "kind") == 0)
			continue;
		if (known == NULL) {
			credential_unknown_key(r, c->kind, key);
		} else if (value->kind != TREE_TEXT || *value->text == '\0') {
			reader_fail(r, value, "'%s' has no value", key->text);
		} else {
			list[c->count].key = known->key;
			list[c->count++].value =
			    credential_value(r, value, known);
		}
	}
	c->fields = list;
	for (size_t i = 0; i < CREDENTIAL_KEYS; i++) {
		const struct credential_key *known = &credential_keys[i];

		if (known->required && strcmp(known->kind, c->kind) == 0 &&
		    tree_get(map, known->key) == NULL)
			reader_fail(r, map, "credential '%s' lacks '%s'",
				    c->name, known->key);
	}
}

/* Do the parts of an SNMPv3 user fit together? Values are not loaded yet. */
static void credential_check_user(struct reader *r, const struct tree *map,
				  const struct credential *c)
{
	struct snmp_user user = snmpuser_of(c);
	struct error err;
	const char *key = snmpuser_check(&user, &err);

	if (key == NULL ||
	    user.user == NULL) /* its absence is already reported */
		return;
	const struct tree *at = tree_get(map, key);
	reader_fail_error(r, at != NULL ? at : map, &err);
}

static void credential_read(struct reader *r, struct inventory_store *s,
			    const struct tree *name, const struct tree *map)
{
	const struct tree *kind = tree_get(map, "kind");
	struct credential *c;

	reader_word(r, name, "credential", reader_name_characters);
	if (credential_find(&s->public, name->text) != NULL) {
		reader_fail(r, name, "credential '%s' is there twice",
			    name->text);
		return;
	}
	/* Known by name even where its kind is wrong: one mistake, one error.
	 */
	c = &s->credentials[s->public.credential_count++];
	c->name = name->text;
	c->kind = "";
	if (kind == NULL || kind->kind != TREE_TEXT) {
		reader_fail(r, map, "credential '%s' lacks 'kind'", name->text);
		return;
	}
	if (!reader_has(credential_kinds, kind->text)) {
		reader_fail_name(r, kind, credential_kinds, "kind", kind->text);
		return;
	}
	c->kind = kind->text;
	credential_fields(r, map, c);
	if (strcmp(c->kind, "snmp-v3") == 0)
		credential_check_user(r, map, c);
}

void credential_read_all(struct reader *r, struct inventory_store *s,
			 const struct tree *map)
{
	size_t old = s->public.credential_count;

	if (map == NULL)
		return;
	/* Devices point into the former list: it stays in the arena. */
	s->credentials = arena_calloc(r->arena, old + map->count + 1,
				      sizeof *s->credentials);
	if (old > 0)
		memcpy(s->credentials, s->public.credentials,
		       old * sizeof *s->credentials);
	s->public.credentials = s->credentials;
	for (size_t i = 0; i < map->count; i++)
		credential_read(r, s, map->keys[i], map->items[i]);
}
