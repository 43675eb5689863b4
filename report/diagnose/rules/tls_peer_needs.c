/*
 * tls_peer_needs.c - a handshake that ends for what this host lacks or refuses:
 * no client certificate, or no secure renegotiation. One rule for both.
 */
#include "report/diagnose/diagnose.h"

#include <string.h>

static void tls_needs_find(struct diagnosis *d);

const struct finding_entry finding_tls_client_certificate = {
    .code = "tls-client-certificate",
    .rules = {{3550, tls_needs_find}},
    .owner = OWNER_VENDOR,
    .title = "{subject} asks for a client certificate",
    .meaning = "Versions and ciphers were agreed on. The server asked for a "
	       "certificate of the client, which preflight does not have, and "
	       "ended the connection without one.",
    .decided = "The server asked for a client certificate in the handshake, "
	       "and ended the connection with an alert.",
    .lookalikes = "A server that asks for a certificate and fails for another "
		  "reason.",
    .remedies =
	{{OWNER_VENDOR,
	  {"Install the product's client certificate: with it the product may "
	   "connect where preflight cannot",
	   "Check with openssl s_client -cert FILE -key FILE"}},
	 {OWNER_DEVICE,
	  {"In the settings of {subject}, check who needs a client "
	   "certificate",
	   "Check with openssl s_client -cert FILE -key FILE"}}},
    .confirm_by = "the log of {subject}, or the same connection with a client "
		  "certificate",
};

const struct finding_entry finding_tls_no_secure_renegotiation = {
    .code = "tls-no-secure-renegotiation",
    .owner = OWNER_VENDOR,
    .title = "{subject} lacks secure renegotiation (RFC 5746), and this host's "
	     "OpenSSL refuses to connect without it",
    .meaning = "The server did not refuse: this host's TLS library ended the "
	       "handshake. Products that use a current TLS library do the "
	       "same.",
    .decided = "OpenSSL on this host ended the handshake, and its error says "
	       "that renegotiation would be unsafe.",
    .remedies = {{OWNER_VENDOR,
		  {"Report it to the owner of {subject}: the server needs RFC "
		   "5746 or TLS 1.3"}},
		 {OWNER_DEVICE,
		  {"Update the firmware of {subject} (RFC 5746, or TLS 1.3)",
		   "openssl s_client -legacy_server_connect shows whether it "
		   "works without"}}},
};

static const struct finding_entry *tls_needs_entry(const struct result *r)
{
	const char *error = facts_text(&r->facts, "tls-error");

	if (r->outcome.cause != CAUSE_REJECTED || error == NULL)
		return NULL;
	if (strcmp(error, "unsafe legacy renegotiation disabled") == 0)
		return &finding_tls_no_secure_renegotiation;
	return facts_is_true(&r->facts, "tls-client-certificate")
		   ? &finding_tls_client_certificate
		   : NULL;
}

static const char *tls_needs_key(struct diagnosis *d, size_t index)
{
	const struct finding_entry *entry =
	    tls_needs_entry(diagnosis_result(d, index));

	return entry == NULL ? NULL
			     : arena_printf(d->arena, "%s %s", entry->code,
					    diagnosis_target(d, index));
}

static void tls_needs(struct diagnosis *d, const struct cluster *c)
{
	const struct result *r = diagnosis_result(d, c->items[0]);
	const struct finding_entry *entry = tls_needs_entry(r);
	struct candidate *f = candidate_for(d, entry, c->key);

	candidate_service(d, f, c->items[0]);
	f->confirmed = entry == &finding_tls_no_secure_renegotiation;
	f->subject = diagnosis_target(d, c->items[0]);
	candidate_line(d, f,
		       f->confirmed ? "OpenSSL ends the handshake: %s"
				    : "it asked for a client certificate, and "
				      "ended the handshake: %s",
		       facts_text(&r->facts, "tls-error"));
	candidate_claim_all(d, f, c);
}

static void tls_needs_find(struct diagnosis *d)
{
	struct clusters c;

	diagnosis_clusters_collect(&c, d, tls_needs_key);
	for (size_t i = 0; i < c.count; i++)
		tls_needs(d, &c.items[i]);
	diagnosis_clusters_free(&c);
}
