/*
 * tls_certificate.c - certificates: expired, for another name, unknown. One
 * rule: the verification says which.
 */
#include "report/diagnose/diagnose.h"

static void tls_certificates(struct diagnosis *d);

const struct finding_entry finding_tls_expired = {
    .code = "tls-expired",
    .rules = {{3700, tls_certificates}},
    .owner = OWNER_VENDOR,
    .title = "The certificate of {subject} is expired or not yet valid",
    .meaning = "By this host's clock, today is outside the validity period of "
	       "the certificate.",
    .decided = "The certificate is outside its validity period, while "
	       "certificates of other hosts are valid by the same clock.",
    .lookalikes = "A wrong clock on this host. In that case several hosts fail "
		  "at the same time.",
    .remedies = {{OWNER_VENDOR,
		  {"Report the certificate to the owner of {subject}"}},
		 {OWNER_DEVICE, {"Renew the certificate of {subject}"}}},
    .confirm_by = "a clock that is known to be right",
};

const struct finding_entry finding_tls_name_mismatch = {
    .code = "tls-name-mismatch",
    .owner = OWNER_VENDOR,
    .title = "The certificate of {subject} is for another name",
    .meaning = "The server that answers has no certificate for the requested "
	       "name. The name resolves to the wrong server, or the server is "
	       "misconfigured.",
    .decided = "The certificate chain is valid, but the certificate does not "
	       "contain the requested name.",
    .lookalikes = "A DNS server that resolves the name to another host.",
    .remedies = {{OWNER_VENDOR,
		  {"Compare the address with the one that a public resolver "
		   "returns for {subject}",
		   "If it is the same, report the certificate to the owner of "
		   "the host"}},
		 {OWNER_DEVICE,
		  {"Compare the name with those of the certificate: {detail}",
		   "Use one of them, or give {subject} a certificate with this "
		   "name"}}},
    .confirm_by =
	"the address that a resolver outside this site returns for {subject}",
};

const struct finding_entry finding_tls_chain_incomplete = {
    .code = "tls-chain-incomplete",
    .owner = OWNER_VENDOR,
    .title = "{subject} does not send its intermediate certificate",
    .meaning = "The server omits a certificate that clients need. Browsers may "
	       "hide this problem, but programs fail.",
    .decided = "The issuer of the certificate was not sent and is not a root.",
    .remedies = {{OWNER_VENDOR,
		  {"Have the server of {subject} send the whole chain"}}},
    .confirm_by = "openssl s_client -showcerts against {subject} from outside "
		  "this network",
};

const struct finding_entry finding_tls_untrusted = {
    .code = "tls-untrusted",
    .owner = OWNER_VENDOR,
    .title = "The certificate of {subject} is not trusted",
    .meaning = "An authority that this host does not know signed the "
	       "certificate. A single host does not show whether the server or "
	       "a device on the path is at fault.",
    .decided = "The chain ends in an authority that is not public and was seen "
	       "for one host only, so nothing proves TLS inspection.",
    .lookalikes = "TLS inspection of this one host.",
    .remedies = {{OWNER_VENDOR,
		  {"Check the issuer: {detail}",
		   "If it is the vendor's own authority, install its root "
		   "certificate on this host; if it belongs to a firewall or "
		   "proxy, exempt {source} from TLS inspection"}},
		 {OWNER_DEVICE,
		  {"Check the issuer: {detail}",
		   "If the device signed it itself, or its own authority did: "
		   "install that certificate where the product runs, or give "
		   "{subject} one of a known authority"}}},
    .confirm_by = "comparing the issuer with the one that a host outside this "
		  "network sees",
};

static const struct finding_entry *tls_entry(enum tls_trust trust)
{
	switch (trust) {
	case TLS_TRUST_EXPIRED:
	case TLS_TRUST_NOT_YET_VALID:
		return &finding_tls_expired;
	case TLS_TRUST_WRONG_NAME:
		return &finding_tls_name_mismatch;
	case TLS_TRUST_INCOMPLETE:
		return &finding_tls_chain_incomplete;
	case TLS_TRUST_LOCAL_ROOT:
	case TLS_TRUST_UNKNOWN_ROOT:
	case TLS_TRUST_OTHER:
		return &finding_tls_untrusted;
	case TLS_TRUST_PUBLIC:
	case TLS_TRUST_NONE:
	case TLS_TRUST_NO_ROOTS:
	case TLS_TRUST_SYSTEM:
		break;
	}
	return NULL;
}

/* One certificate is one matter, whatever names and tests met it. */
static const char *tls_key(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);
	const char *leaf = facts_text(&r->facts, "tls-sha256");
	const struct finding_entry *entry =
	    tls_entry(diagnosis_view(d, index)->trust);

	if (entry == NULL || r->outcome.cause != CAUSE_UNTRUSTED)
		return NULL;
	return arena_printf(d->arena, "%s\x1f%s", entry->code,
			    leaf != NULL ? leaf : diagnosis_target(d, index));
}

/* This host's clock has a witness: by it another certificate is valid, or a
 * time server agrees with it. */
static bool tls_clock_is_right(const struct diagnosis *d)
{
	for (size_t i = 0; i < d->results->count; i++) {
		const struct result *r = diagnosis_result(d, i);

		if (diagnosis_view(d, i)->trust == TLS_TRUST_PUBLIC ||
		    (correlation_is_check(r, "ntp") &&
		     r->outcome.cause == CAUSE_OK &&
		     !correlation_clock_differs(r)))
			return true;
	}
	return false;
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
	struct candidate *f = candidate_for(d, tls_entry(trust), c->key);

	f->subject = diagnosis_target(d, first);
	candidate_service(d, f, first);
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
	f->confirmed =
	    trust == TLS_TRUST_INCOMPLETE ||
	    (f->entry == &finding_tls_expired && tls_clock_is_right(d));
	if (issuer != NULL)
		candidate_line(d, f, "issued by %s", issuer);
	if (names != NULL)
		candidate_line(d, f, "valid for %s", names);
	if (facts_find(&r->facts, "tls-weak-key") != NULL)
		candidate_line(d, f,
			       "current TLS libraries also refuse its key: %s",
			       facts_text(&r->facts, "tls-weak-key"));
	if (until != NULL && since != NULL)
		candidate_line(d, f, "valid from %s to %s", since, until);
	candidate_claim_all(d, f, c);
}

static void tls_certificates(struct diagnosis *d)
{
	struct clusters c;

	diagnosis_clusters_collect(&c, d, tls_key);
	for (size_t i = 0; i < c.count; i++)
		if (c.items[i].active)
			tls_certificate(d, &c.items[i]);
	diagnosis_clusters_free(&c);
}
