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

/* One credential, loaded. */
struct plan_loaded {
	const struct credential *credential;
	/* Why a value of it could not be read, and what to do; NULL: it was. */
	const char *missing;
	const char *suggestion;
	bool reported;
};

/* The value, or NULL with what is missing. */
static struct secret *plan_credentials_secret(struct plan_work *w,
					      const struct secret *reference,
					      struct plan_loaded *out)
{
	struct plan *plan = w->plan;
	struct secret *secret;
	struct error err;

	secret = secret_load(reference->source, &err);
	if (secret == NULL) {
		out->missing = arena_strdup(&plan->arena, err.text);
		out->suggestion = arena_strdup(&plan->arena, err.suggestion);
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
			return; /* missing */
	if (strcmp(c->kind, "snmp-v3") != 0 ||
	    snmpuser_check(&user, &err) == NULL)
		return;
	error_set(&told, "credential '%s': %s", c->name, err.text);
	error_suggest(&told, "%s", err.suggestion);
	plan_fail(w, &told);
}

static struct plan_loaded *plan_credentials_load(struct plan_work *w,
						 const struct credential *c)
{
	struct arena *a = &w->plan->arena;
	struct plan_loaded out = {.missing = NULL};
	struct credential *loaded;
	struct credential_field *fields;

	for (size_t i = 0; i < w->loaded_count; i++) {
		if (strcmp(w->loaded[i].credential->name, c->name) == 0)
			return &w->loaded[i];
	}
	loaded = arena_calloc(a, 1, sizeof *loaded);
	fields = arena_calloc(a, c->count + 1, sizeof *fields);
	*loaded = *c;
	loaded->fields = fields;
	for (size_t i = 0; i < c->count; i++) {
		fields[i] = c->fields[i];
		if (fields[i].value->value == NULL)
			fields[i].value =
			    plan_credentials_secret(w, fields[i].value, &out);
	}
	plan_credentials_check(w, loaded);
	out.credential = loaded;
	w->loaded = mem_grow(w->loaded, &w->loaded_capacity,
			     w->loaded_count + 1, sizeof *w->loaded);
	w->loaded[w->loaded_count] = out;
	return &w->loaded[w->loaded_count++];
}

/* An SNMP agent answers only to whom it knows: where the site must have it, the
 * run would be without use. Other checks prove the service without a login. */
static bool plan_credentials_is_needed(const struct requirement *q)
{
	return q->level == LEVEL_REQUIRED &&
	       strncmp(q->check_table->credential, "snmp", 4) == 0;
}

static void plan_credentials_missing(struct plan_work *w,
				     const struct device *entry,
				     const struct requirement *q,
				     struct plan_loaded *loaded, struct spec *s)
{
	struct error err;

	error_set(&err, "credential '%s' of %s: %s", loaded->credential->name,
		  entry->name, loaded->missing);
	if (*loaded->suggestion != '\0')
		error_suggest(&err, "%s", loaded->suggestion);
	if (!plan_credentials_is_needed(q)) {
		s->untested = WHY_NEEDS_INPUT;
		s->untested_reason = arena_strdup(&w->plan->arena, err.text);
	} else if (!loaded->reported) {
		loaded->reported = true;
		plan_fail(w, &err);
	}
}

void plan_credentials_give(struct plan_work *w, const struct device *entry,
			   const struct requirement *q, struct spec *s)
{
	const char *kinds = q->check_table->credential;
	const struct credential **list;

	if (entry->credential_count == 0 || kinds == NULL ||
	    s->untested != WHY_NONE)
		return;
	list = arena_calloc(&w->plan->arena, entry->credential_count + 1,
			    sizeof *list);
	s->credentials = list;
	for (size_t i = 0; i < entry->credential_count; i++) {
		const struct credential *c = entry->credentials[i];
		struct plan_loaded *loaded;

		if (!plan_credentials_speaks(kinds, c->kind))
			continue;
		loaded = plan_credentials_load(w, c);
		if (loaded->missing != NULL) {
			s->credential_count = 0;
			plan_credentials_missing(w, entry, q, loaded, s);
			return;
		}
		list[s->credential_count++] = loaded->credential;
	}
}
