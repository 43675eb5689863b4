/*
 * tls.h - TLS with evidence (OpenSSL's only adapter, beside http.c's hook).
 *
 * A session always completes the handshake if the peer lets it, whatever the
 * chain looks like: the verify callback records and goes on, so that a bad
 * chain can be described. The caller decides by tls_evidence.trust; nothing
 * secret may be sent on a session that is not trusted.
 *
 * Trust is decided twice: once with the system's roots, once with Mozilla's
 * set alone (the mozilla folder of ca-certificates). A chain that only the
 * first accepts ends in a root that was added here: an inspection CA.
 */
#ifndef PREFLIGHT_TLS_H
#define PREFLIGHT_TLS_H

#include "core/base/error.h"
#include "core/base/facts.h"
#include "core/base/outcome.h"
#include "core/os/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tls_session;
struct ssl_ctx_st; /* SSL_CTX */

enum tls_trust {
	TLS_TRUST_PUBLIC,       /* system roots and Mozilla's set */
	TLS_TRUST_LOCAL_ROOT,   /* system roots only: a locally added root */
	TLS_TRUST_UNKNOWN_ROOT, /* self-signed, or issuer not known */
	TLS_TRUST_INCOMPLETE,   /* the server does not send an intermediate */
	TLS_TRUST_EXPIRED,
	TLS_TRUST_NOT_YET_VALID,
	TLS_TRUST_WRONG_NAME, /* chain fine, name not in it */
	TLS_TRUST_OTHER,      /* any other verify error */
	TLS_TRUST_NONE,       /* no certificate seen */
	TLS_TRUST_NO_ROOTS,   /* this host has nothing to hold it against */
	TLS_TRUST_SYSTEM      /* system roots; not known whether Mozilla's */
};
const char *tls_trust_name(enum tls_trust trust);

enum { TLS_CHAIN_MAX = 16, TEXT_MAX_TLS = 256 };

/* What the handshake showed. Strings are sanitised. */
struct tls_evidence {
	enum tls_trust trust;
	int verify_error; /* X509_V_ERR_*, first one; 0: none */
	char verify_text[128];
	unsigned depth; /* where it was */
	size_t chain_count;
	struct tls_certificate {
		char subject[TEXT_MAX_TLS];
		char issuer[TEXT_MAX_TLS];
		char serial[64];
		char sha256[65]; /* of the certificate */
		char spki_sha256[65];
		int64_t not_before, not_after; /* seconds since 1970 */
		bool self_signed;
		char weak_key[32]; /* "RSA, 1024 bits": below what OpenSSL's
				      security level 2 allows; "" it is not */
	} chain[TLS_CHAIN_MAX];
	char root[TEXT_MAX_TLS];  /* where the chain ends: the trusted root, or
				     the issuer that is not known */
	char names[TEXT_MAX_TLS]; /* SANs of the leaf, comma separated */
	char version[16];         /* "TLSv1.3" */
	char cipher[64];
	char alpn[32];
	bool alert;               /* the peer sent an alert */
	bool asks_certificate;    /* it asked for one of ours; we have none */
	char alert_text[64];      /* the alert, or why we gave up */
	enum cause failure;       /* of a handshake that failed; ok: none did */
	struct os_failure failed; /* of the system, with it */
};

enum tls_status { TLS_MORE, TLS_DONE, TLS_CLOSED, TLS_FAILED };

/*
 * Loads the roots (45 ms: call it on a worker, or once before the run).
 * Thread-safe after it returned. 0, or -1 with err: no roots (still usable,
 * every chain is then NO_ROOTS), or not Mozilla's; err says what is missing.
 */
int tls_global_init(struct error *err);
void tls_global_free(void);
bool tls_global_ready(void);
/* They are loaded, and there are none. */
bool tls_has_no_roots(void);
/* Facts for doctor: number of the system's roots and of Mozilla's, and where
 * the first were found. */
void tls_roots(unsigned *system_count, unsigned *mozilla_count,
	       const char **place);

/*
 * A client session on a connected non-blocking socket (borrowed: not closed).
 * sni: name to send and to verify, or NULL; a numeric host is verified as an
 * IP SAN and not sent. alpn: one protocol or NULL. NULL: out of memory, or a
 * name that cannot be sent.
 */
struct tls_session *tls_new(int fd, const char *host, const char *alpn);
/* Each says in *events what to wait for (LOOP_READ, LOOP_WRITE) on TLS_MORE. On
 * TLS_FAILED *cause is reset (also an end of the stream), bad-reply (not TLS),
 * rejected (an alert, no common version or cipher; alert_text says which),
 * timeout, unreachable or local; *failed as far as known. tls_read() must be
 * called until it says TLS_MORE: bytes may wait inside. SIGPIPE must be
 * ignored by the program. */
enum tls_status tls_handshake(struct tls_session *s, short *events,
			      enum cause *cause, struct os_failure *failed);
enum tls_status tls_read(struct tls_session *s, void *out, size_t size,
			 size_t *length, short *events, enum cause *cause,
			 struct os_failure *failed);
enum tls_status tls_write(struct tls_session *s, const void *bytes, size_t size,
			  size_t *length, short *events, enum cause *cause,
			  struct os_failure *failed);
const struct tls_evidence *tls_evidence(const struct tls_session *s);
void tls_free(struct tls_session *s); /* sends close_notify if it can */

/* Writes an evidence into facts: tls-version, tls-cipher, alpn,
 * tls-client-certificate, tls-trust, tls-error, tls-subject, tls-issuer,
 * tls-root, tls-names, tls-not-before, tls-not-after (RFC 3339), tls-chain
 * (list "subject <- issuer"), tls-sha256, tls-weak-key. Names are in
 * fact_core[]. */
void tls_facts(const struct tls_evidence *e, struct facts *f);

/* True where the chain and the name may be trusted: public or local root. */
bool tls_trusted(const struct tls_evidence *e);

/* For libcurl: the same verification and evidence on its SSL_CTX. `into` must
 * live as long as the transfer. With `strict` the handshake ends at a chain
 * that is not trusted (failure untrusted): nothing more is sent. */
void tls_hook_ssl_ctx(struct ssl_ctx_st *ctx, struct tls_evidence *into,
		      const char *host, bool strict);

#endif
