/*
 * tls_roots.c - the certificates that decide about others: all that this host
 * trusts, and the public ones alone.
 */
#include "core/net/tls_roots.h"

#include "core/base/mem.h"
#include "core/os/files.h"
#include "core/os/roots.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>

#include <stdio.h>
#include <string.h>

enum {
	ROOTS_MAX = 2000,     /* read from one set; the rest is left out */
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

/* One that is there already stays once. Frees `in`, which may be NULL. */
static void tls_roots_load_pem(X509_STORE *store, BIO *in)
{
	X509 *cert = NULL;

	while (in != NULL && tls_roots_count(store) < ROOTS_MAX &&
	       (cert = PEM_read_bio_X509_AUX(in, NULL, NULL, NULL)) != NULL) {
		X509_STORE_add_cert(store, cert);
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

struct tls_roots_folder {
	X509_STORE *store;
	const char *path;
};

static void tls_roots_load_entry(void *arg, const char *name)
{
	struct tls_roots_folder *folder = arg;
	char file[ROOTS_FILE_MAX];

	if (tls_roots_is_certificate_file(name) &&
	    snprintf(file, sizeof(file), "%s/%s", folder->path, name) <
		(int)sizeof(file))
		tls_roots_load_pem(folder->store, BIO_new_file(file, "r"));
}

static void tls_roots_load_place(X509_STORE *store, const char *path)
{
	struct tls_roots_folder folder = {store, path};

	if (!os_folder_list(path, tls_roots_load_entry, &folder))
		tls_roots_load_pem(store, BIO_new_file(path, "r"));
}

int tls_roots_load(const char *const *places, const char *mozilla,
		   struct error *err)
{
	size_t at = 0;

	tls_roots_free();
	tls_sets.all = X509_STORE_new();
	tls_sets.mozilla = X509_STORE_new();
	if (tls_sets.all == NULL || tls_sets.mozilla == NULL) {
		tls_roots_free();
		return error_set(err, "TLS: out of memory");
	}
	for (; *places != NULL; places++) {
		tls_roots_load_place(tls_sets.all, *places);
		if (at < sizeof tls_sets.place)
			at += (size_t)snprintf(
			    tls_sets.place + at, sizeof tls_sets.place - at,
			    "%s%s", at > 0 ? ", " : "", *places);
	}
	tls_roots_load_place(tls_sets.mozilla, mozilla);
	tls_sets.mozilla_is_old = tls_roots_count(tls_sets.mozilla) == 0;
	if (tls_sets.mozilla_is_old)
		tls_roots_load_pem(tls_sets.mozilla,
				   BIO_new_mem_buf(os_roots_public, -1));
	tls_sets.all_count = tls_roots_count(tls_sets.all);
	tls_sets.mozilla_count = tls_roots_count(tls_sets.mozilla);
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
