/*
 * tls_verify.h - whose certificate is it? Inside of the OpenSSL adapter:
 * included by tls.c, tls_verify.c and their tests only.
 */
#ifndef PREFLIGHT_TLS_VERIFY_H
#define PREFLIGHT_TLS_VERIFY_H

#include "core/net/tls.h"

#include <openssl/x509.h>
#include <stdbool.h>

/*
 * Fills in e: chain, names, root, and the trust decision. sent is what the peer
 * sent (leaf included or not, may be NULL); host is a name, a numeric address
 * or NULL (no name to check).
 */
void tls_verify_peer(struct tls_evidence *e, X509 *leaf,
		     const STACK_OF(X509) * sent, const char *host);

#endif
