/*
 * tls_fixture.h - certificates made while the test runs, and roots in a folder
 * of the test's own.
 */
#ifndef PREFLIGHT_TLS_FIXTURE_H
#define PREFLIGHT_TLS_FIXTURE_H

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct made {
	X509 *cert;
	EVP_PKEY *key;
};

struct recipe {
	const char *name;          /* CN */
	const char *organisation;  /* or NULL */
	const struct made *issuer; /* NULL: itself */
	bool authority;
	int from_days, to_days; /* from now; both 0: -1 to +30 */
	const char *names;      /* subjectAltName, or NULL */
	const char *access;     /* authorityInfoAccess, or NULL */
};

/* The test's folder: bundle and mozilla/. */
struct roots {
	char folder[64];
	char bundle[96];
	char mozilla[96];
};

static inline void fixture_name(X509_NAME *name, const char *field,
				const char *value)
{
	assert_int_equal(
	    X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8,
				       (const unsigned char *)value, -1, -1, 0),
	    1);
}

static inline void fixture_extension(X509 *cert, int nid, const char *value)
{
	X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, NULL, nid, value);

	assert_non_null(e);
	assert_int_equal(X509_add_ext(cert, e, -1), 1);
	X509_EXTENSION_free(e);
}

static inline struct made fixture_make(const struct recipe *r)
{
	static long serial = 4096;
	bool dated = r->from_days != 0 || r->to_days != 0;
	struct made m = {X509_new(), EVP_EC_gen("P-256")};
	const struct made *by = r->issuer == NULL ? &m : r->issuer;
	X509_NAME *name = X509_get_subject_name(m.cert);

	X509_set_version(m.cert, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(m.cert), ++serial);
	X509_gmtime_adj(X509_getm_notBefore(m.cert),
			86400L * (dated ? r->from_days : -1));
	X509_gmtime_adj(X509_getm_notAfter(m.cert),
			86400L * (dated ? r->to_days : 30));
	if (r->organisation != NULL)
		fixture_name(name, "O", r->organisation);
	fixture_name(name, "CN", r->name);
	X509_set_issuer_name(m.cert, X509_get_subject_name(by->cert));
	X509_set_pubkey(m.cert, m.key);
	fixture_extension(m.cert, NID_basic_constraints,
			  r->authority ? "critical,CA:TRUE"
				       : "critical,CA:FALSE");
	if (r->names != NULL)
		fixture_extension(m.cert, NID_subject_alt_name, r->names);
	if (r->access != NULL)
		fixture_extension(m.cert, NID_info_access, r->access);
	assert_true(X509_sign(m.cert, by->key, EVP_sha256()) > 0);
	return m;
}

static inline void fixture_drop(struct made *m)
{
	X509_free(m->cert);
	EVP_PKEY_free(m->key);
	memset(m, 0, sizeof(*m));
}

static inline void fixture_write(const char *path, const char *mode,
				 const struct made *m)
{
	FILE *out = fopen(path, mode);

	assert_non_null(out);
	assert_int_equal(PEM_write_X509(out, m->cert), 1);
	assert_int_equal(fclose(out), 0);
}

static inline void roots_begin(struct roots *r)
{
	memset(r, 0, sizeof(*r));
	snprintf(r->folder, sizeof(r->folder), "/tmp/preflight-tls-XXXXXX");
	assert_non_null(mkdtemp(r->folder));
	snprintf(r->bundle, sizeof(r->bundle), "%s/bundle.crt", r->folder);
	snprintf(r->mozilla, sizeof(r->mozilla), "%s/mozilla", r->folder);
	assert_int_equal(mkdir(r->mozilla, 0700), 0);
}

static inline void roots_file(const struct roots *r, char *out, size_t size)
{
	snprintf(out, size, "%s/one.crt", r->mozilla);
}

/* Trusted by the system, and by Mozilla where `is_public`. */
static inline void roots_add(const struct roots *r, const struct made *m,
			     bool is_public)
{
	char path[128];

	fixture_write(r->bundle, "a", m);
	roots_file(r, path, sizeof(path));
	if (is_public)
		fixture_write(path, "a", m);
}

/* The bundle, as tls_roots_load() takes it; valid until the next call. */
static inline const char *const *roots_places(const struct roots *r)
{
	static const char *places[2];

	places[0] = r->bundle;
	return places;
}

static inline void roots_end(const struct roots *r)
{
	char path[128];

	roots_file(r, path, sizeof(path));
	unlink(path);
	unlink(r->bundle);
	rmdir(r->mozilla);
	rmdir(r->folder);
}

#endif
