/*
 * tls_verify.h - whose certificate is it? Inside of the OpenSSL adapter:
 * included by tls.c, tls_verify.c and their tests only.
 */
#ifndef PREFLIGHT_TLS_VERIFY_H
#define PREFLIGHT_TLS_VERIFY_H

#include "core/base/error.h"
#include "core/net/tls.h"

#include <openssl/x509.h>
#include <stdbool.h>

/* Empties OpenSSL's queue of errors; one for want of memory is noted
 * (mem_note_low()). */
void tls_errors_clear(void);

/* Loads what this system trusts (files and folders, ending with NULL), and
 * Mozilla's set alone (core/os/roots.h); replaces what was loaded. 0, or -1
 * with err: one of them is missing, the other is used. */
int tls_verify_load(const char *const *places, const char *mozilla,
		    struct error *err);

void tls_verify_free(void);
bool tls_verify_ready(void);
void tls_verify_roots(unsigned *system_count, unsigned *mozilla_count,
		      const char **place);

/*
 * Fills in e: chain, names, root, and the trust decision. sent is what the peer
 * sent (leaf included or not, may be NULL); host is a name, a numeric address
 * or NULL (no name to check).
 */
void tls_verify_peer(struct tls_evidence *e, X509 *leaf,
		     const STACK_OF(X509) * sent, const char *host);

#endif
