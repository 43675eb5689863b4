/* tls.c - certificates: expired, for another name, unknown. */
#include "report/diagnose/diagnose.h"

#include <string.h>

static const char *tls_code(enum tls_trust trust)
{
	switch (trust) {
	case TLS_TRUST_EXPIRED:
	case TLS_TRUST_NOT_YET_VALID:
		return "tls-expired";
	case TLS_TRUST_WRONG_NAME:
		return "tls-name-mismatch";
	case TLS_TRUST_INCOMPLETE:
		return "tls-chain-incomplete";
	case TLS_TRUST_LOCAL_ROOT:
	case TLS_TRUST_UNKNOWN_ROOT:
	case TLS_TRUST_OTHER:
		return "tls-untrusted";
	case TLS_TRUST_PUBLIC:
	case TLS_TRUST_NONE:
		break;
	}
	return NULL;
}

/* One certificate is one matter, whatever names and tests met it. */
static const char *tls_key(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);
	const char *leaf = facts_text(&r->facts, "tls-sha256");
	const char *code = tls_code(diagnosis_view(d, index)->trust);

	if (code == NULL || r->outcome.cause != CAUSE_UNTRUSTED)
		return NULL;
	return arena_printf(d->arena, "%s\x1f%s", code,
			    leaf != NULL ? leaf : diagnosis_target(d, index));
}

/* The name that people know: not one found by way of another. */
static size_t tls_first_named(const struct diagnosis *d,
			      const struct cluster *c)
{
	for (size_t i = 0; i < c->count; i++) {
		const struct result *r = diagnosis_result(d, c->items[i]);

		if (r->spec->host != NULL || r->spec->device != NULL)
			return c->items[i];
	}
	return c->items[0];
}

static void tls_certificate(struct diagnosis *d, const struct cluster *c)
{
	size_t first = tls_first_named(d, c);
	const struct result *r = diagnosis_result(d, first);
	enum tls_trust trust = diagnosis_view(d, first)->trust;
	const char *issuer = facts_text(&r->facts, "tls-issuer");
	const char *names = facts_text(&r->facts, "tls-names");
	const char *until = facts_text(&r->facts, "tls-not-after");
	const char *since = facts_text(&r->facts, "tls-not-before");
	struct candidate *f = candidate_for(d, tls_code(trust), c->key);

	f->where = WHERE_TARGET;
	f->subject = diagnosis_target(d, first);
	if (r->spec->device != NULL)
		f->owner = OWNER_DEVICE;
	if (trust == TLS_TRUST_EXPIRED)
		f->detail = until != NULL ? until : "a date in the past";
	else if (trust == TLS_TRUST_NOT_YET_VALID)
		f->detail = since != NULL ? since : "a date in the future";
	else if (trust == TLS_TRUST_WRONG_NAME)
		f->detail = names != NULL ? names : "unknown names";
	else
		f->detail = issuer != NULL ? issuer : "unknown";
	/* Dates and chains are facts; whose fault another name or authority
	 * is, is not. */
	f->confirmed = trust == TLS_TRUST_EXPIRED ||
		       trust == TLS_TRUST_NOT_YET_VALID ||
		       trust == TLS_TRUST_INCOMPLETE;
	if (issuer != NULL)
		candidate_line(d, f, "issued by %s", issuer);
	if (names != NULL)
		candidate_line(d, f, "valid for %s", names);
	if (until != NULL && since != NULL)
		candidate_line(d, f, "valid from %s to %s", since, until);
	candidate_claim_all(d, f, c);
}

/* Versions and ciphers ----------------------------------------------------- */

/* 1: it says so itself, 0: it may mean that, -1: something else. */
static int tls_says_version(const char *error)
{
	static const char *const plain[] = {
	    "protocol version",
	    "unsupported protocol",
	    "wrong ssl version",
	    "insufficient security",
	    "no shared cipher",
	    "inappropriate fallback",
	    "legacy sigalg disallowed or unsupported",
	    "dh key too small",
	    "no protocols available",
	    NULL};

	for (size_t i = 0; plain[i] != NULL; i++)
		if (strcmp(error, plain[i]) == 0)
			return 1;
	return strcmp(error, "handshake failure") == 0 ? 0 : -1;
}

static const char *tls_key_version(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);
	const char *error = facts_text(&r->facts, "tls-error");

	if (r->outcome.phase != PHASE_TLS || error == NULL ||
	    (r->outcome.cause != CAUSE_REJECTED &&
	     r->outcome.cause != CAUSE_BAD_REPLY) ||
	    tls_says_version(error) < 0)
		return NULL;
	return diagnosis_target(d, index);
}

static void tls_version(struct diagnosis *d, const struct cluster *c)
{
	const struct result *r = diagnosis_result(d, c->items[0]);
	const char *error = facts_text(&r->facts, "tls-error");
	struct candidate *f = candidate_for(d, "tls-version", c->key);

	f->confirmed = tls_says_version(error) > 0;
	f->where = WHERE_TARGET;
	f->subject = c->key;
	f->detail = error;
	if (r->spec->device != NULL)
		f->owner = OWNER_DEVICE;
	candidate_line(d, f, "%s ends the handshake: %s", c->key, error);
	candidate_claim_all(d, f, c);
}

void rules_tls(struct diagnosis *d)
{
	struct clusters c;

	diagnosis_clusters_collect(&c, d, tls_key_version);
	for (size_t i = 0; i < c.count; i++)
		tls_version(d, &c.items[i]);
	diagnosis_clusters_free(&c);

	diagnosis_clusters_collect(&c, d, tls_key);
	for (size_t i = 0; i < c.count; i++) {
		if (c.items[i].active)
			tls_certificate(d, &c.items[i]);
	}
	diagnosis_clusters_free(&c);
}
