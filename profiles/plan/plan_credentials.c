/*
 * plan_credentials.c - credentials that a plan uses, loaded when they are first
 * needed.
 *
 * A credential goes to the devices that name it and to no other device (T-13).
 */
#include "core/engine/check.h"
#include "core/os/secret.h"
#include "profiles/plan/plan_internal.h"
#include "core/proto/snmpuser.h"

#include <string.h>

/* True where the kind is one of "snmp-v2c,snmp-v3". */
static bool plan_credentials_speaks(const char *kinds, const char *kind)
{
	size_t length = strlen(kind);

	while (kinds != NULL && *kinds != '\0') {
		size_t word = strcspn(kinds, ",");

		if (word == length && strncmp(kinds, kind, length) == 0)
			return true;
		kinds += word + (kinds[word] == ',');
	}
	return false;
}

static struct secret *plan_credentials_secret(struct plan_work *w,
					      const struct credential *c,
					      const struct secret *reference)
{
	struct plan *plan = w->plan;
	struct secret *secret;
	struct error err, told;

	secret = secret_load(reference->source, &err);
	if (secret == NULL) {
		error_set(&told, "credential '%s': %s", c->name, err.text);
		if (*err.suggestion != '\0')
			error_suggest(&told, "%s", err.suggestion);
		plan_fail(w, &told);
		return NULL;
	}
	plan->secrets = mem_realloc(plan->secrets, plan->secret_count + 1,
				    sizeof(struct secret *));
	plan->secrets[plan->secret_count++] = secret;
	return secret;
}

/* What only a loaded value shows: a secret that no SNMPv3 agent takes. */
static void plan_credentials_check(struct plan_work *w,
				   const struct credential *c)
{
	struct snmp_user user = snmpuser_of(c);
	struct error err, told;

	for (size_t i = 0; i < c->count; i++)
		if (c->fields[i].value == NULL)
			return; /* reported by plan_credentials_secret() */
	if (strcmp(c->kind, "snmp-v3") != 0 ||
	    snmpuser_check(&user, &err) == NULL)
		return;
	error_set(&told, "credential '%s': %s", c->name, err.text);
	error_suggest(&told, "%s", err.suggestion);
	plan_fail(w, &told);
}

static const struct credential *plan_credentials_load(
    struct plan_work *w, const struct credential *c)
{
	struct arena *a = &w->plan->arena;
	struct credential *loaded;
	struct credential_field *fields;

	for (size_t i = 0; i < w->loaded_count; i++) {
		if (strcmp(w->loaded[i]->name, c->name) == 0)
			return w->loaded[i];
	}
	loaded = arena_calloc(a, 1, sizeof *loaded);
	fields = arena_calloc(a, c->count + 1, sizeof *fields);
	*loaded = *c;
	loaded->fields = fields;
	for (size_t i = 0; i < c->count; i++) {
		fields[i] = c->fields[i];
		if (fields[i].value->value == NULL)
			fields[i].value =
			    plan_credentials_secret(w, c, fields[i].value);
	}
	plan_credentials_check(w, loaded);
	w->loaded = mem_grow(w->loaded, &w->loaded_capacity,
			     w->loaded_count + 1, sizeof *w->loaded);
	w->loaded[w->loaded_count++] = loaded;
	return loaded;
}

const struct credential *const *plan_credentials_for(struct plan_work *w,
						     const struct device *entry,
						     const struct check *check,
						     size_t *count)
{
	const struct credential **list;

	*count = 0;
	if (entry == NULL || entry->credential_count == 0 ||
	    check->credential == NULL)
		return NULL;
	list = arena_calloc(&w->plan->arena, entry->credential_count + 1,
			    sizeof *list);
	for (size_t i = 0; i < entry->credential_count; i++) {
		const struct credential *c = entry->credentials[i];

		if (plan_credentials_speaks(check->credential, c->kind))
			list[(*count)++] = plan_credentials_load(w, c);
	}
	return list;
}
