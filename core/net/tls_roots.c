/*
 * tls_roots.c - the certificates that decide about others: all that this host
 * trusts, and the public ones alone.
 */
#include "core/net/tls_roots.h"

#include "core/base/mem.h"
#include "core/os/files.h"
#include "core/os/roots.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509_vfy.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	ROOTS_MAX = 2000, /* read from one set; the rest is left out */
	ROOTS_KNOWN = 2 * ROOTS_MAX,
	ROOTS_FILE_MAX = 4096 /* path */
};

struct tls_sets tls_sets;

/* Empties the queue; true when memory was short. */
static bool tls_errors_take(void)
{
	unsigned long code;
	bool low = false;

	while ((code = ERR_get_error()) != 0)
		low |= ERR_GET_REASON(code) == ERR_R_MALLOC_FAILURE;
	return low;
}

void tls_errors_clear(void)
{
	if (tls_errors_take())
		mem_note_low();
}

static unsigned tls_roots_count(const X509_STORE *store)
{
	return (unsigned)sk_X509_OBJECT_num(X509_STORE_get0_objects(store));
}

/*
 * The certificates that were read, by the SHA-256 of their bytes: reading one
 * costs fifty times as much as its fingerprint, and the same one lies in the
 * bundle, in Mozilla's folder, and under two names in the system's.
 */
struct tls_roots_loader {
	X509_STORE *store; /* where they go now */
	size_t count;
	struct tls_roots_known {
		uint8_t sha256[SHA256_DIGEST_LENGTH];
		X509 *cert;
	} known[ROOTS_KNOWN];
	const char *folder; /* being listed */
};

/* A reference more; NULL: not a certificate. */
static X509 *tls_roots_of_bytes(struct tls_roots_loader *l,
				const unsigned char *bytes, long length)
{
	uint8_t sha256[SHA256_DIGEST_LENGTH];
	X509 *cert = NULL;

	if (EVP_Digest(bytes, (size_t)length, sha256, NULL, EVP_sha256(),
		       NULL) != 1)
		return d2i_X509_AUX(NULL, &bytes, length);
	for (size_t i = 0; i < l->count && cert == NULL; i++)
		if (memcmp(l->known[i].sha256, sha256, sizeof sha256) == 0)
			cert = l->known[i].cert;
	if (cert == NULL) {
		cert = d2i_X509_AUX(NULL, &bytes, length);
		if (cert == NULL || l->count == ROOTS_KNOWN)
			return cert;
		memcpy(l->known[l->count].sha256, sha256, sizeof sha256);
		l->known[l->count++].cert = cert;
	}
	X509_up_ref(cert);
	return cert;
}

/* One that is there already stays once. Frees `in`, which may be NULL. */
static void tls_roots_load_pem(struct tls_roots_loader *l, BIO *in)
{
	unsigned char *bytes = NULL;
	long length = 0;

	while (in != NULL && tls_roots_count(l->store) < ROOTS_MAX &&
	       PEM_bytes_read_bio(&bytes, &length, NULL,
				  PEM_STRING_X509_TRUSTED, in, NULL,
				  NULL) == 1) {
		X509 *cert = tls_roots_of_bytes(l, bytes, length);

		OPENSSL_free(bytes);
		if (cert == NULL)
			break;
		X509_STORE_add_cert(l->store, cert);
		X509_free(cert);
	}
	BIO_free(in);
	tls_sets.partial |= tls_errors_take();
}

/* "ca.crt", "ca.pem", and "5ad8a5d6.0" as OpenSSL names them. */
static bool tls_roots_is_certificate_file(const char *name)
{
	const char *ending = strrchr(name, '.');

	return ending != NULL && ending > name &&
	       (strcmp(ending, ".crt") == 0 || strcmp(ending, ".pem") == 0 ||
		(ending[1] >= '0' && ending[1] <= '9' && ending[2] == '\0'));
}

static void tls_roots_load_entry(void *arg, const char *name)
{
	struct tls_roots_loader *l = arg;
	char file[ROOTS_FILE_MAX];

	if (tls_roots_is_certificate_file(name) &&
	    snprintf(file, sizeof(file), "%s/%s", l->folder, name) <
		(int)sizeof(file))
		tls_roots_load_pem(l, BIO_new_file(file, "r"));
}

static void tls_roots_load_place(struct tls_roots_loader *l, const char *path)
{
	l->folder = path;
	if (!os_folder_list(path, tls_roots_load_entry, l))
		tls_roots_load_pem(l, BIO_new_file(path, "r"));
}

static void tls_roots_load_all(struct tls_roots_loader *l,
			       const char *const *places)
{
	size_t at = 0;

	l->store = tls_sets.all;
	for (; *places != NULL; places++) {
		tls_roots_load_place(l, *places);
		if (at < sizeof tls_sets.place)
			at += (size_t)snprintf(
			    tls_sets.place + at, sizeof tls_sets.place - at,
			    "%s%s", at > 0 ? ", " : "", *places);
	}
	tls_sets.all_count = tls_roots_count(tls_sets.all);
}

static void tls_roots_load_mozilla(struct tls_roots_loader *l,
				   const char *folder)
{
	l->store = tls_sets.mozilla;
	tls_roots_load_place(l, folder);
	tls_sets.mozilla_is_old = tls_roots_count(tls_sets.mozilla) == 0;
	if (tls_sets.mozilla_is_old)
		tls_roots_load_pem(l, BIO_new_mem_buf(os_roots_public, -1));
	tls_sets.mozilla_count = tls_roots_count(tls_sets.mozilla);
}

int tls_roots_load(const char *const *places, const char *mozilla,
		   struct error *err)
{
	struct tls_roots_loader *l;

	tls_roots_free();
	tls_sets.all = X509_STORE_new();
	tls_sets.mozilla = X509_STORE_new();
	if (tls_sets.all == NULL || tls_sets.mozilla == NULL) {
		tls_roots_free();
		return error_set(err, "TLS: out of memory");
	}
	l = mem_calloc(1, sizeof *l);
	tls_roots_load_all(l, places);
	tls_roots_load_mozilla(l, mozilla);
	while (l->count > 0)
		X509_free(l->known[--l->count].cert);
	free(l);
	atomic_store_explicit(&tls_sets.ready, true, memory_order_release);
	if (tls_sets.all_count == 0) {
		error_set(err, "trusted roots: none found in %s",
			  tls_sets.place);
		error_suggest(err, "give --ca-file FILE, or install "
				   "ca-certificates");
		return -1;
	}
	return 0;
}

void tls_roots_free(void)
{
	atomic_store_explicit(&tls_sets.ready, false, memory_order_release);
	X509_STORE_free(tls_sets.all);
	X509_STORE_free(tls_sets.mozilla);
	tls_sets.all = NULL;
	tls_sets.mozilla = NULL;
	tls_sets.all_count = 0;
	tls_sets.mozilla_count = 0;
	tls_sets.place[0] = '\0';
	tls_sets.partial = false;
}

bool tls_roots_ready(void)
{
	return atomic_load_explicit(&tls_sets.ready, memory_order_acquire);
}

void tls_roots_counts(unsigned *system_count, unsigned *mozilla_count,
		      const char **place)
{
	bool ready = tls_roots_ready();

	*system_count = ready ? tls_sets.all_count : 0;
	*mozilla_count = ready ? tls_sets.mozilla_count : 0;
	*place = ready ? tls_sets.place : "";
}
