/*
 * tls_roots.h - trusted roots. Inside of the OpenSSL adapter: included by
 * tls*.c and their tests only.
 */
#ifndef PREFLIGHT_TLS_ROOTS_H
#define PREFLIGHT_TLS_ROOTS_H

#include "core/base/error.h"

#include <openssl/x509.h>
#include <stdatomic.h>
#include <stdbool.h>

/* Written by tls_roots_load() and tls_roots_free() only. */
extern struct tls_sets {
	X509_STORE *all;
	X509_STORE *mozilla;
	unsigned all_count, mozilla_count;
	bool mozilla_is_old; /* it is the one that was built in */
	bool partial;        /* memory did not suffice for all of them */
	char place[256];     /* where `all` was found, or looked for */
	atomic_bool ready;
} tls_sets;

/* Empties OpenSSL's queue of errors; one for want of memory is noted
 * (mem_note_low()). */
void tls_errors_clear(void);

/* Loads what this system trusts (files and folders, ending with NULL), and
 * Mozilla's set alone: this folder (core/os/roots.h), or the set that was built
 * in, where the folder is empty. Replaces what was loaded. 0, or -1
 * with err: there are no roots. */
int tls_roots_load(const char *const *places, const char *mozilla,
		   struct error *err);

void tls_roots_free(void);
bool tls_roots_ready(void);
void tls_roots_counts(unsigned *system_count, unsigned *mozilla_count,
		      const char **place);

#endif
