/*
 * tls.c - TLS with evidence (OpenSSL).
 */
#include "core/net/tls.h"

#include "core/base/addr.h"
#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/net/loop.h"
#include "core/net/tls_roots.h"
#include "core/net/tls_verify.h"
#include "core/os/roots.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	CERTIFICATES_MAX = 128 * 1024, /* bytes of a peer's chain */
	ALERT_CLOSE_NOTIFY = 0
};

/* What the callbacks of one handshake write into. */
struct tls_context {
	struct tls_evidence *into;
	char host[TEXT_MAX];
	bool strict;
};

struct tls_session {
	SSL *ssl;
	struct tls_context context;
	struct tls_evidence evidence;
	bool up;
	bool broken;
};

/* One for the program, made at first use, never freed before the end. */
static struct tls_shared {
	CRYPTO_ONCE once;
	SSL_CTX *ctx;
	int ssl_index;
	int ctx_index;
} shared = {.once = CRYPTO_ONCE_STATIC_INIT, .ssl_index = -1, .ctx_index = -1};

static const char *const trust_names[] = {
    [TLS_TRUST_PUBLIC] = "public",
    [TLS_TRUST_LOCAL_ROOT] = "local-root",
    [TLS_TRUST_UNKNOWN_ROOT] = "unknown-root",
    [TLS_TRUST_INCOMPLETE] = "incomplete",
    [TLS_TRUST_EXPIRED] = "expired",
    [TLS_TRUST_NOT_YET_VALID] = "not-yet-valid",
    [TLS_TRUST_WRONG_NAME] = "wrong-name",
    [TLS_TRUST_OTHER] = "other",
    [TLS_TRUST_NONE] = "none",
    [TLS_TRUST_NO_ROOTS] = "no-roots",
    [TLS_TRUST_SYSTEM] = "system",
};

const char *tls_trust_name(enum tls_trust trust)
{
	return trust_names[trust];
}

bool tls_trusted(const struct tls_evidence *e)
{
	return e->trust == TLS_TRUST_PUBLIC ||
	       e->trust == TLS_TRUST_LOCAL_ROOT || e->trust == TLS_TRUST_SYSTEM;
}

/* ---- callbacks of a handshake ---- */

static struct tls_context *tls_context_of(const SSL *ssl)
{
	struct tls_context *c = SSL_get_ex_data(ssl, shared.ssl_index);

	if (c == NULL)
		c = SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), shared.ctx_index);
	return c;
}

/* In place of OpenSSL's own verification: describe, decide, go on. */
static int tls_context_verify(X509_STORE_CTX *peer, void *unused)
{
	const SSL *ssl = X509_STORE_CTX_get_ex_data(
	    peer, SSL_get_ex_data_X509_STORE_CTX_idx());
	struct tls_context *c = tls_context_of(ssl);

	(void)unused;
	if (c == NULL)
		return 0;
	tls_verify_peer(c->into, X509_STORE_CTX_get0_cert(peer),
			X509_STORE_CTX_get0_untrusted(peer), c->host);
	X509_STORE_CTX_set_error(peer, X509_V_OK);
	if (c->strict && !tls_trusted(c->into)) {
		X509_STORE_CTX_set_error(peer, X509_V_ERR_CERT_UNTRUSTED);
		return 0;
	}
	return 1;
}

/* The peer asks for a certificate of ours; 0: there is none. */
static int tls_context_asked(SSL *ssl, X509 **cert, EVP_PKEY **key)
{
	struct tls_context *c = tls_context_of(ssl);

	(void)cert;
	(void)key;
	if (c != NULL)
		c->into->asks_certificate = true;
	return 0;
}

static void tls_context_agreed(struct tls_evidence *e, const SSL *ssl)
{
	const unsigned char *alpn = NULL;
	unsigned length = 0;

	text_copy(e->version, sizeof(e->version), SSL_get_version(ssl));
	text_copy(e->cipher, sizeof(e->cipher), SSL_get_cipher_name(ssl));
	SSL_get0_alpn_selected(ssl, &alpn, &length);
	e->alpn[0] = '\0';
	if (alpn != NULL)
		text_sanitise(e->alpn, sizeof(e->alpn), alpn, length);
}

/* Reasons that say: TLS, but nothing in common. */
static bool tls_reason_is_refusal(int reason)
{
	switch (reason) {
	case SSL_R_UNSUPPORTED_PROTOCOL:
	case SSL_R_WRONG_SSL_VERSION:
	case SSL_R_NO_PROTOCOLS_AVAILABLE:
	case SSL_R_VERSION_TOO_LOW:
	case SSL_R_WRONG_CIPHER_RETURNED:
	case SSL_R_UNKNOWN_CIPHER_RETURNED:
	case SSL_R_NO_SHARED_CIPHER:
	case SSL_R_NO_CIPHERS_AVAILABLE:
	case SSL_R_DH_KEY_TOO_SMALL:
	case SSL_R_BAD_ECPOINT:
	case SSL_R_WRONG_CURVE:
	case SSL_R_WRONG_SIGNATURE_TYPE:
	case SSL_R_LEGACY_SIGALG_DISALLOWED_OR_UNSUPPORTED:
	case SSL_R_UNSAFE_LEGACY_RENEGOTIATION_DISABLED:
	case SSL_R_INAPPROPRIATE_FALLBACK:
		return true;
	default:
		return false;
	}
}

static enum cause tls_error_cause(struct os_failure failed)
{
	if (os_failure_is_of_host(failed))
		return CAUSE_LOCAL;
	switch (failed.error) {
	case NET_TIMEOUT:
		return CAUSE_TIMEOUT;
	case NET_HOST_UNREACHABLE:
	case NET_NO_ROUTE:
		return CAUSE_UNREACHABLE;
	default: /* NET_RESET, NET_BROKEN, or none: the end of the stream */
		return CAUSE_RESET;
	}
}

/* Why it failed, from OpenSSL's queue and the system's error as the call left
 * them. */
static void tls_context_failed(struct tls_evidence *e, struct os_failure failed)
{
	unsigned long code = ERR_peek_error();
	int reason = ERR_GET_REASON(code);
	const char *text = ERR_reason_error_string(code);

	if (e->failure != CAUSE_OK)
		return;
	if (failed.error == NET_NO_MEMORY || reason == ERR_R_MALLOC_FAILURE ||
	    ERR_GET_REASON(ERR_peek_last_error()) == ERR_R_MALLOC_FAILURE)
		mem_note_low();
	if (text != NULL && e->alert_text[0] == '\0')
		text_copy(e->alert_text, sizeof(e->alert_text), text);
	if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED && code != 0) {
		e->failure = CAUSE_UNTRUSTED;
	} else if (e->alert) {
		e->failure = CAUSE_REJECTED;
	} else if (code == 0 || ERR_SYSTEM_ERROR(code)) {
		e->failure = tls_error_cause(failed);
		e->failed = failed;
	} else if (ERR_GET_LIB(code) == ERR_LIB_SSL &&
		   reason == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
		e->failure = CAUSE_RESET;
	} else if (ERR_GET_LIB(code) == ERR_LIB_SSL &&
		   tls_reason_is_refusal(reason)) {
		e->failure = CAUSE_REJECTED;
	} else if (reason == ERR_R_MALLOC_FAILURE) {
		e->failure = CAUSE_LOCAL;
	} else {
		e->failure = CAUSE_BAD_REPLY;
	}
}

static void tls_context_alert(struct tls_evidence *e, int value)
{
	if ((value & 0xff) == ALERT_CLOSE_NOTIFY)
		return;
	e->alert = true;
	text_copy(e->alert_text, sizeof(e->alert_text),
		  SSL_alert_desc_string_long(value));
}

/* True where the handshake only waits for the socket. */
static bool tls_context_waits(const SSL *ssl)
{
	if (ERR_peek_error() != 0)
		return false;
	return (SSL_want_read(ssl) && BIO_should_retry(SSL_get_rbio(ssl))) ||
	       (SSL_want_write(ssl) && BIO_should_retry(SSL_get_wbio(ssl)));
}

static void tls_context_info(const SSL *ssl, int where, int value)
{
	struct os_failure error = os_failure_last();
	struct tls_context *c = tls_context_of(ssl);

	if (c == NULL)
		return;
	if ((where & SSL_CB_READ_ALERT) == SSL_CB_READ_ALERT)
		tls_context_alert(c->into, value);
	else if ((where & SSL_CB_HANDSHAKE_DONE) != 0)
		tls_context_agreed(c->into, ssl);
	else if ((where & SSL_CB_CONNECT_EXIT) == SSL_CB_CONNECT_EXIT &&
		 value <= 0 && !tls_context_waits(ssl))
		tls_context_failed(c->into, error);
	os_failure_set(error);
}

/* ---- the shared context ---- */

static void tls_hook_context_free(void *parent, void *item,
				  CRYPTO_EX_DATA *data, int index, long number,
				  void *pointer)
{
	(void)parent;
	(void)data;
	(void)index;
	(void)number;
	(void)pointer;
	free(item);
}

static void tls_shared_init(void)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());

	shared.ssl_index = SSL_get_ex_new_index(0, NULL, NULL, NULL, NULL);
	shared.ctx_index = SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL,
						    tls_hook_context_free);
	if (ctx == NULL)
		return;
	/* The oldest that the system's security level lets through. */
	SSL_CTX_set_min_proto_version(ctx, TLS1_VERSION);
	SSL_CTX_set_max_proto_version(ctx, 0);
	SSL_CTX_set_max_cert_list(ctx, CERTIFICATES_MAX);
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION);
	SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE |
				  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_cert_verify_callback(ctx, tls_context_verify, NULL);
	SSL_CTX_set_info_callback(ctx, tls_context_info);
	SSL_CTX_set_client_cert_cb(ctx, tls_context_asked);
	shared.ctx = ctx;
}

static void *tls_memory_get(size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	return mem_try_malloc(size);
}

static void *tls_memory_grow(void *p, size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	return mem_try_realloc(p, size);
}

static void tls_memory_free(void *p, const char *file, int line)
{
	(void)file;
	(void)line;
	free(p);
}

static void tls_take_memory(void)
{
	CRYPTO_set_mem_functions(tls_memory_get, tls_memory_grow,
				 tls_memory_free);
}

/* OpenSSL's memory comes from mem_try_malloc(): else its first use may crash
 * where memory runs out, and a cipher that it could not load is one that it
 * does not offer. It has to hear of that before all other use, which the
 * constructor of libssh makes: before the constructors of libraries. */
__attribute__((section(".preinit_array"),
	       used)) static void (*const tls_before_libraries)(void) =
    tls_take_memory;

int tls_global_init(struct error *err)
{
	CRYPTO_THREAD_run_once(&shared.once, tls_shared_init);
	if (shared.ctx == NULL) {
		mem_note_low(); /* it takes nothing else */
		return error_set(err, "TLS: cannot start the library");
	}
	return tls_roots_load(os_roots_places(), os_roots_public_folder(), err);
}

void tls_global_free(void)
{
	tls_roots_free();
}

bool tls_global_ready(void)
{
	return tls_roots_ready();
}

bool tls_has_no_roots(void)
{
	unsigned all, mozilla;
	const char *place;

	tls_roots_counts(&all, &mozilla, &place);
	return tls_roots_ready() && all == 0;
}

void tls_roots(unsigned *system_count, unsigned *mozilla_count,
	       const char **place)
{
	tls_roots_counts(system_count, mozilla_count, place);
}

/* ---- sessions ---- */

static void tls_context_init(struct tls_context *c, struct tls_evidence *into,
			     const char *host, bool strict)
{
	memset(into, 0, sizeof(*into));
	into->trust = TLS_TRUST_NONE;
	c->into = into;
	c->strict = strict;
	text_copy(c->host, sizeof(c->host), host == NULL ? "" : host);
}

/* A name without its last dot goes into the hello; an address does not. */
static bool tls_session_sni(SSL *ssl, const char *host)
{
	struct addr numeric;
	char name[TEXT_MAX];
	size_t length = strlen(host);

	if (length == 0 || addr_parse(&numeric, host))
		return true;
	if (length >= sizeof(name))
		return false;
	text_copy(name, sizeof(name), host);
	if (name[length - 1] == '.')
		name[length - 1] = '\0';
	return SSL_set_tlsext_host_name(ssl, name) == 1;
}

static bool tls_session_alpn(SSL *ssl, const char *alpn)
{
	unsigned char list[64];
	size_t length = strlen(alpn);

	if (length == 0 || length >= sizeof(list))
		return false;
	list[0] = (unsigned char)length;
	memcpy(list + 1, alpn, length);
	return SSL_set_alpn_protos(ssl, list, (unsigned)length + 1) == 0;
}

struct tls_session *tls_new(int fd, const char *host, const char *alpn)
{
	struct tls_session *s = mem_calloc(1, sizeof(*s));

	CRYPTO_THREAD_run_once(&shared.once, tls_shared_init);
	tls_errors_clear();
	tls_context_init(&s->context, &s->evidence, host, false);
	if (shared.ctx != NULL)
		s->ssl = SSL_new(shared.ctx);
	if (s->ssl == NULL ||
	    SSL_set_ex_data(s->ssl, shared.ssl_index, &s->context) != 1 ||
	    SSL_set_fd(s->ssl, fd) != 1 ||
	    !tls_session_sni(s->ssl, s->context.host) ||
	    (alpn != NULL && !tls_session_alpn(s->ssl, alpn))) {
		tls_free(s);
		return NULL;
	}
	SSL_set_connect_state(s->ssl);
	return s;
}

/* What a call that returned `value` <= 0 means. */
static enum tls_status tls_session_status(struct tls_session *s, int value,
					  short *events, enum cause *cause,
					  struct os_failure *failed)
{
	struct os_failure last = os_failure_last();
	unsigned long code = ERR_peek_error();

	switch (SSL_get_error(s->ssl, value)) {
	case SSL_ERROR_WANT_READ:
		*events = LOOP_READ;
		return TLS_MORE;
	case SSL_ERROR_WANT_WRITE:
		*events = LOOP_WRITE;
		return TLS_MORE;
	case SSL_ERROR_ZERO_RETURN:
		s->broken = !s->up;
		break;
	default:
		s->broken = true;
		break;
	}
	/* Many servers end without close_notify: an end like any other. */
	if (s->up &&
	    (!s->broken || (code == 0 && last.error == NET_OK) ||
	     (ERR_GET_LIB(code) == ERR_LIB_SSL &&
	      ERR_GET_REASON(code) == SSL_R_UNEXPECTED_EOF_WHILE_READING)))
		return TLS_CLOSED;
	tls_context_failed(&s->evidence, last);
	*cause = s->evidence.failure;
	*failed = s->evidence.failed;
	return TLS_FAILED;
}

enum tls_status tls_handshake(struct tls_session *s, short *events,
			      enum cause *cause, struct os_failure *failed)
{
	int value = 0;

	tls_errors_clear();
	os_failure_set((struct os_failure){0});
	value = SSL_do_handshake(s->ssl);
	if (value == 1) {
		s->up = true;
		return TLS_DONE;
	}
	return tls_session_status(s, value, events, cause, failed);
}

enum tls_status tls_read(struct tls_session *s, void *out, size_t size,
			 size_t *length, short *events, enum cause *cause,
			 struct os_failure *failed)
{
	int value = 0;

	*length = 0;
	tls_errors_clear();
	os_failure_set((struct os_failure){0});
	value = SSL_read_ex(s->ssl, out, size, length);
	if (value == 1)
		return TLS_DONE;
	return tls_session_status(s, value, events, cause, failed);
}

enum tls_status tls_write(struct tls_session *s, const void *bytes, size_t size,
			  size_t *length, short *events, enum cause *cause,
			  struct os_failure *failed)
{
	int value = 0;

	*length = 0;
	if (size == 0)
		return TLS_DONE;
	tls_errors_clear();
	os_failure_set((struct os_failure){0});
	value = SSL_write_ex(s->ssl, bytes, size, length);
	if (value == 1)
		return TLS_DONE;
	return tls_session_status(s, value, events, cause, failed);
}

const struct tls_evidence *tls_evidence(const struct tls_session *s)
{
	return &s->evidence;
}

void tls_free(struct tls_session *s)
{
	if (s == NULL)
		return;
	tls_errors_clear();
	if (s->up && !s->broken)
		SSL_shutdown(s->ssl);
	SSL_free(s->ssl);
	tls_errors_clear();
	free(s);
}

/* ---- for libcurl ---- */

void tls_hook_ssl_ctx(struct ssl_ctx_st *ctx, struct tls_evidence *into,
		      const char *host, bool strict)
{
	struct tls_context *c = mem_calloc(1, sizeof(*c));

	CRYPTO_THREAD_run_once(&shared.once, tls_shared_init);
	tls_context_init(c, into, host, strict);
	SSL_CTX_set_ex_data(ctx, shared.ctx_index, c);
	SSL_CTX_set_max_cert_list(ctx, CERTIFICATES_MAX);
	SSL_CTX_set_cert_verify_callback(ctx, tls_context_verify, NULL);
	SSL_CTX_set_info_callback(ctx, tls_context_info);
	SSL_CTX_set_client_cert_cb(ctx, tls_context_asked);
	/* SSLKEYLOGFILE is not ours to obey. */
	SSL_CTX_set_keylog_callback(ctx, NULL);
	if (strict)
		SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
}

/* ---- facts ---- */

static void tls_facts_time(struct facts *f, const char *name, int64_t seconds)
{
	char text[CLOCK_TEXT];

	facts_string(f, name, clock_text(seconds * 1000000, text));
}

static void tls_facts_chain(const struct tls_evidence *e, struct facts *f)
{
	char line[2 * TEXT_MAX_TLS + 8];

	for (size_t i = 0; i < e->chain_count; i++) {
		snprintf(line, sizeof(line), "%s <- %s", e->chain[i].subject,
			 e->chain[i].issuer);
		facts_append(f, "tls-chain", line);
	}
}

static void tls_facts_if(struct facts *f, const char *name, const char *value)
{
	if (value[0] != '\0')
		facts_string(f, name, value);
}

void tls_facts(const struct tls_evidence *e, struct facts *f)
{
	const struct tls_certificate *leaf = &e->chain[0];

	tls_facts_if(f, "tls-version", e->version);
	tls_facts_if(f, "tls-cipher", e->cipher);
	tls_facts_if(f, "alpn", e->alpn);
	tls_facts_if(f, "tls-error", e->alert_text);
	if (e->asks_certificate)
		facts_bool(f, "tls-client-certificate", true);
	if (e->trust == TLS_TRUST_NONE)
		return;
	if (e->trust != TLS_TRUST_NO_ROOTS)
		facts_string(f, "tls-trust", tls_trust_name(e->trust));
	if (e->alert_text[0] == '\0' && e->trust != TLS_TRUST_NO_ROOTS)
		tls_facts_if(f, "tls-error", e->verify_text);
	facts_string(f, "tls-subject", leaf->subject);
	facts_string(f, "tls-issuer", leaf->issuer);
	tls_facts_if(f, "tls-root", e->root);
	tls_facts_if(f, "tls-names", e->names);
	tls_facts_time(f, "tls-not-before", leaf->not_before);
	tls_facts_time(f, "tls-not-after", leaf->not_after);
	tls_facts_chain(e, f);
	facts_string(f, "tls-sha256", leaf->sha256);
	tls_facts_if(f, "tls-weak-key", leaf->weak_key);
}
