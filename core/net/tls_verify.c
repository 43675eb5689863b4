/*
 * tls_verify.c - whose certificate is it? The trust decision on a chain.
 *
 * The chain that the peer sent is verified with the system's roots, and with
 * Mozilla's alone if the first accepts it. Nothing is fetched: neither the
 * issuer that a certificate points to (AIA) nor revocation.
 *
 * Where the issuer is not known, two things look alike: a server that does not
 * send its intermediate, and an interceptor that sends only the certificate it
 * made. INCOMPLETE is said where the first is plausible: the leaf came alone,
 * is not self-signed, its issuer carries no inspection product's name, and it
 * either says where its issuer can be fetched (AIA caIssuers by HTTP, as public
 * CAs must, and interceptors rarely do) or was issued by an organisation that
 * owns a known root. All else is UNKNOWN_ROOT.
 */
#include "core/net/tls_verify.h"
#include "core/net/tls_roots.h"

#include "core/base/addr.h"
#include "core/net/tls_products.h"
#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/base/gentime.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* What the callback saw on the way. */
struct verify_seen {
	struct tls_evidence *evidence;
	bool untrusted, expired, not_yet, other;
	int first;
	int first_depth;
};

/* ---- description ---- */

static void tls_verify_name_text(char *out, size_t size, const X509_NAME *name)
{
	unsigned long flags =
	    XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB;
	BIO *text = BIO_new(BIO_s_mem());
	char *bytes = NULL;
	long length = 0;

	out[0] = '\0';
	if (text == NULL)
		return;
	if (X509_NAME_print_ex(text, name, 0, flags) >= 0) {
		length = BIO_get_mem_data(text, &bytes);
		if (length > 0)
			text_sanitise(out, size, bytes, (size_t)length);
	}
	BIO_free(text);
}

static void tls_verify_hex_text(char *out, size_t size, const uint8_t *bytes,
				size_t length)
{
	static const char digits[] = "0123456789abcdef";
	size_t at = 0;

	for (size_t i = 0; i < length && at + 2 < size; i++) {
		out[at++] = digits[bytes[i] >> 4];
		out[at++] = digits[bytes[i] & 15];
	}
	out[at] = '\0';
}

static void tls_verify_spki_text(char *out, size_t size, const X509 *cert)
{
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned length = 0;
	uint8_t *der = NULL;
	int der_length = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(cert), &der);

	out[0] = '\0';
	if (der_length <= 0)
		return;
	if (EVP_Digest(der, (size_t)der_length, digest, &length, EVP_sha256(),
		       NULL) == 1)
		tls_verify_hex_text(out, size, digest, length);
	OPENSSL_free(der);
}

static int64_t tls_verify_time_seconds(const ASN1_TIME *when)
{
	struct tm tm;

	memset(&tm, 0, sizeof(tm));
	if (when == NULL || ASN1_TIME_to_tm(when, &tm) != 1)
		return 0;
	return gentime_days(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday) *
		   86400 +
	       tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec;
}

/* Security level 2, Debian's default, wants 112 bits of security. */
static void tls_verify_key(struct tls_certificate *out, const X509 *cert)
{
	enum { LEAST = 112 };
	const EVP_PKEY *key = X509_get0_pubkey(cert);
	const char *type = key != NULL ? EVP_PKEY_get0_type_name(key) : NULL;

	if (key != NULL && EVP_PKEY_get_security_bits(key) < LEAST)
		snprintf(out->weak_key, sizeof(out->weak_key), "%.16s, %d bits",
			 type != NULL ? type : "a key", EVP_PKEY_get_bits(key));
}

static void tls_verify_describe(struct tls_certificate *out, X509 *cert)
{
	const ASN1_INTEGER *serial = X509_get0_serialNumber(cert);
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned length = 0;

	memset(out, 0, sizeof(*out));
	tls_verify_name_text(out->subject, sizeof(out->subject),
			     X509_get_subject_name(cert));
	tls_verify_name_text(out->issuer, sizeof(out->issuer),
			     X509_get_issuer_name(cert));
	if (serial != NULL && ASN1_STRING_length(serial) > 0)
		tls_verify_hex_text(out->serial, sizeof(out->serial),
				    ASN1_STRING_get0_data(serial),
				    (size_t)ASN1_STRING_length(serial));
	if (X509_digest(cert, EVP_sha256(), digest, &length) == 1)
		tls_verify_hex_text(out->sha256, sizeof(out->sha256), digest,
				    length);
	tls_verify_spki_text(out->spki_sha256, sizeof(out->spki_sha256), cert);
	tls_verify_key(out, cert);
	out->not_before = tls_verify_time_seconds(X509_get0_notBefore(cert));
	out->not_after = tls_verify_time_seconds(X509_get0_notAfter(cert));
	out->self_signed = X509_self_signed(cert, 0) == 1;
}

static bool tls_verify_general_name_text(char *out, size_t size,
					 const GENERAL_NAME *name)
{
	const ASN1_STRING *value = NULL;
	struct addr addr;
	int length = 0;

	memset(&addr, 0, sizeof(addr));
	if (name->type != GEN_DNS && name->type != GEN_IPADD)
		return false;
	value = name->type == GEN_DNS ? name->d.dNSName : name->d.iPAddress;
	length = ASN1_STRING_length(value);
	if (length <= 0)
		return false;
	if (name->type == GEN_DNS) {
		text_sanitise(out, size, ASN1_STRING_get0_data(value),
			      (size_t)length);
		return true;
	}
	if (length != 4 && length != 16)
		return false;
	addr.family = length == 4 ? ADDR_V4 : ADDR_V6;
	memcpy(addr.bytes, ASN1_STRING_get0_data(value), (size_t)length);
	char text[ADDR_TEXT];
	text_copy(out, size, addr_text(&addr, text));
	return true;
}

/* As many as fit; "..." says that there are more. */
static void tls_verify_names_text(char *out, size_t size, const X509 *leaf)
{
	GENERAL_NAMES *names =
	    X509_get_ext_d2i(leaf, NID_subject_alt_name, NULL, NULL);
	char one[TEXT_MAX];
	size_t at = 0;

	out[0] = '\0';
	for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
		if (!tls_verify_general_name_text(
			one, sizeof(one), sk_GENERAL_NAME_value(names, i)))
			continue;
		if (at + strlen(one) + 8 > size) {
			snprintf(out + at, size - at, "%s...",
				 at > 0 ? ", " : "");
			break;
		}
		at += (size_t)snprintf(out + at, size - at, "%s%s",
				       at > 0 ? ", " : "", one);
	}
	GENERAL_NAMES_free(names);
}

/* ---- decision ---- */

static int verify_seen_error(int ok, X509_STORE_CTX *ctx)
{
	struct verify_seen *seen = X509_STORE_CTX_get_app_data(ctx);
	int error = X509_STORE_CTX_get_error(ctx);

	if (ok == 1)
		return 1;
	if (seen->first == X509_V_OK) {
		seen->first = error;
		seen->first_depth = X509_STORE_CTX_get_error_depth(ctx);
	}
	switch (error) {
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
	case X509_V_ERR_CERT_UNTRUSTED:
	case X509_V_ERR_CERT_CHAIN_TOO_LONG:
		seen->untrusted = true;
		break;
	case X509_V_ERR_OUT_OF_MEM:
		mem_note_low();
		seen->other = true;
		break;
	case X509_V_ERR_CERT_HAS_EXPIRED:
		seen->expired = true;
		break;
	case X509_V_ERR_CERT_NOT_YET_VALID:
		seen->not_yet = true;
		break;
	default:
		seen->other = true;
		break;
	}
	return 1;
}

/* Returns false when nothing could be verified (memory). *top: the end of the
 * chain that was built, to be freed; anchored: a root of the store. */
static bool tls_verify_with(X509_STORE *store, X509 *leaf,
			    STACK_OF(X509) * sent, struct verify_seen *seen,
			    X509 **top)
{
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	const STACK_OF(X509) *built = NULL;
	bool ok = false;

	memset(seen, 0, sizeof(*seen));
	if (ctx == NULL) {
		mem_note_low();
		return false;
	}
	if (X509_STORE_CTX_init(ctx, store, leaf, sent) != 1)
		goto out;
	X509_STORE_CTX_set_default(ctx, "ssl_server");
	X509_STORE_CTX_set_app_data(ctx, seen);
	X509_STORE_CTX_set_verify_cb(ctx, verify_seen_error);
	ok = X509_verify_cert(ctx) == 1;
	built = X509_STORE_CTX_get0_chain(ctx);
	if (top != NULL && sk_X509_num(built) > 0) {
		*top = sk_X509_value(built, sk_X509_num(built) - 1);
		X509_up_ref(*top);
	}
out:
	X509_STORE_CTX_free(ctx);
	tls_errors_clear();
	return ok;
}

static bool tls_verify_name_matches(X509 *leaf, const char *host)
{
	struct addr numeric;
	size_t length = 0;

	if (host == NULL || host[0] == '\0')
		return true;
	if (addr_parse(&numeric, host))
		return X509_check_ip(leaf, numeric.bytes,
				     numeric.family == ADDR_V4 ? 4 : 16,
				     0) == 1;
	length = strlen(host);
	if (host[length - 1] == '.') /* a rooted name */
		length--;
	return X509_check_host(leaf, host, length,
			       X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS, NULL) == 1;
}

static bool tls_verify_says_where_issuer_is(const X509 *cert)
{
	AUTHORITY_INFO_ACCESS *access =
	    X509_get_ext_d2i(cert, NID_info_access, NULL, NULL);
	bool found = false;

	for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(access); i++) {
		const ACCESS_DESCRIPTION *one =
		    sk_ACCESS_DESCRIPTION_value(access, i);
		const ASN1_STRING *uri = NULL;

		if (OBJ_obj2nid(one->method) != NID_ad_ca_issuers ||
		    one->location->type != GEN_URI)
			continue;
		uri = one->location->d.uniformResourceIdentifier;
		if (ASN1_STRING_length(uri) > 7 &&
		    text_ncasecmp((const char *)ASN1_STRING_get0_data(uri),
				  "http://", 7) == 0)
			found = true;
	}
	AUTHORITY_INFO_ACCESS_free(access);
	return found;
}

static bool tls_verify_organisation(char *out, int size, const X509_NAME *name)
{
	return X509_NAME_get_text_by_NID(name, NID_organizationName, out,
					 size) > 0;
}

static bool tls_organisation_has_root(const X509_NAME *issuer)
{
	const STACK_OF(X509_OBJECT) *roots =
	    X509_STORE_get0_objects(tls_sets.all);
	char wanted[128];
	char have[128];

	if (!tls_verify_organisation(wanted, sizeof(wanted), issuer))
		return false;
	for (int i = 0; i < sk_X509_OBJECT_num(roots); i++) {
		const X509 *root =
		    X509_OBJECT_get0_X509(sk_X509_OBJECT_value(roots, i));

		if (root != NULL &&
		    tls_verify_organisation(have, sizeof(have),
					    X509_get_subject_name(root)) &&
		    strcmp(wanted, have) == 0)
			return true;
	}
	return false;
}

static bool tls_incomplete_is_plausible(const struct tls_evidence *e,
					const X509 *leaf)
{
	return e->chain_count == 1 && !e->chain[0].self_signed &&
	       tls_products_product(e->chain[0].issuer) == NULL &&
	       (tls_verify_says_where_issuer_is(leaf) ||
		tls_organisation_has_root(X509_get_issuer_name(leaf)));
}

static enum tls_trust tls_verify_decide(const struct tls_evidence *e,
					X509 *leaf, STACK_OF(X509) * sent,
					const struct verify_seen *seen,
					bool named)
{
	struct verify_seen again;

	if (seen->untrusted)
		return tls_incomplete_is_plausible(e, leaf)
			   ? TLS_TRUST_INCOMPLETE
			   : TLS_TRUST_UNKNOWN_ROOT;
	if (seen->other)
		return TLS_TRUST_OTHER;
	if (seen->expired)
		return TLS_TRUST_EXPIRED;
	if (seen->not_yet)
		return TLS_TRUST_NOT_YET_VALID;
	if (!named)
		return TLS_TRUST_WRONG_NAME;
	if (tls_verify_with(tls_sets.mozilla, leaf, sent, &again, NULL) &&
	    again.first == X509_V_OK)
		return TLS_TRUST_PUBLIC;
	/* A public root may be younger than the list. */
	if (tls_sets.mozilla_is_old &&
	    tls_products_product(e->chain[0].issuer) == NULL)
		return TLS_TRUST_SYSTEM;
	return TLS_TRUST_LOCAL_ROOT;
}

/* At most TLS_CHAIN_MAX of what was sent, without the leaf. */
static STACK_OF(X509) * tls_verify_take_chain(struct tls_evidence *e,
					      X509 *leaf,
					      const STACK_OF(X509) * sent)
{
	STACK_OF(X509) *kept = sk_X509_new_null();

	tls_verify_describe(&e->chain[0], leaf);
	e->chain_count = 1;
	for (int i = 0; i < sk_X509_num(sent); i++) {
		X509 *cert = sk_X509_value(sent, i);

		if (e->chain_count == TLS_CHAIN_MAX)
			break;
		if (X509_cmp(cert, leaf) == 0)
			continue;
		tls_verify_describe(&e->chain[e->chain_count++], cert);
		if (kept != NULL)
			sk_X509_push(kept, cert);
	}
	return kept;
}

static void tls_verify_first_error(struct tls_evidence *e,
				   const struct verify_seen *seen, bool named,
				   bool by_address)
{
	e->verify_error = seen->first;
	e->depth = seen->first_depth > 0 ? (unsigned)seen->first_depth : 0;
	if (seen->first == X509_V_OK && !named)
		e->verify_error = by_address ? X509_V_ERR_IP_ADDRESS_MISMATCH
					     : X509_V_ERR_HOSTNAME_MISMATCH;
	e->verify_text[0] = '\0';
	if (e->verify_error != X509_V_OK)
		text_copy(e->verify_text, sizeof(e->verify_text),
			  X509_verify_cert_error_string(e->verify_error));
}

void tls_verify_peer(struct tls_evidence *e, X509 *leaf,
		     const STACK_OF(X509) * sent, const char *host)
{
	STACK_OF(X509) *kept = NULL;
	struct verify_seen seen;
	struct addr numeric;
	X509 *top = NULL;
	bool named = false;

	e->trust = TLS_TRUST_NONE;
	e->chain_count = 0;
	if (leaf == NULL)
		return;
	kept = tls_verify_take_chain(e, leaf, sent);
	tls_verify_names_text(e->names, sizeof(e->names), leaf);
	e->trust = TLS_TRUST_NO_ROOTS;
	if (!tls_roots_ready() || tls_sets.all_count == 0)
		goto out;
	if (!tls_verify_with(tls_sets.all, leaf, kept, &seen, &top)) {
		e->trust = TLS_TRUST_OTHER;
		goto out;
	}
	named = tls_verify_name_matches(leaf, host);
	tls_verify_first_error(e, &seen, named,
			       addr_parse(&numeric, host ? host : ""));
	if (top != NULL)
		tls_verify_name_text(e->root, sizeof(e->root),
				     X509_get_issuer_name(top));
	e->trust = tls_verify_decide(e, leaf, kept, &seen, named);
out:
	/* The root that is missed may be one that found no room. */
	if (tls_sets.partial && e->trust != TLS_TRUST_PUBLIC)
		mem_note_low();
	X509_free(top);
	sk_X509_free(kept);
	tls_errors_clear();
}
