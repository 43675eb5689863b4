/*
 * signature.h - signatures of files in minisign's format: Ed25519 over the
 * BLAKE2b-512 of the file, and over a comment that is signed with it.
 */
#ifndef PREFLIGHT_SIGNATURE_H
#define PREFLIGHT_SIGNATURE_H

#include "core/base/error.h"

#include <stdint.h>

enum {
	SIGNATURE_ID = 8,       /* octets of a key's number */
	SIGNATURE_KEY = 32,     /* of a key */
	SIGNATURE_OCTETS = 64,  /* of a signature, and of what is signed */
	SIGNATURE_COMMENT = 256 /* its text, with the NUL */
};

struct signature_key {
	uint8_t id[SIGNATURE_ID];
	uint8_t key[SIGNATURE_KEY];
};

struct signature {
	uint8_t id[SIGNATURE_ID];
	uint8_t of_file[SIGNATURE_OCTETS];
	uint8_t of_comment[SIGNATURE_OCTETS];
	char comment[SIGNATURE_COMMENT];
};

/* A public key: the base64 text alone, or the file of it, with its comment.
 * -1: it is not one. */
int signature_read_key(struct signature_key *out, const char *text,
		       struct error *err);
/* The text of a file NAME.minisig. -1: it is not one. */
int signature_read(struct signature *out, const char *text, struct error *err);
/* What is signed of a stream. -1: it cannot be read, or the library refuses. */
int signature_digest(FILE *in, uint8_t out[static SIGNATURE_OCTETS],
		     struct error *err);
/* Is it what the key's owner signed? -1: no; err says why. */
int signature_check(const struct signature *s, const struct signature_key *key,
		    const uint8_t digest[static SIGNATURE_OCTETS],
		    struct error *err);
/* "RWQ1…" is for programs; for people a key's number is 16 hex digits, as
 * minisign writes it. Returns out. */
const char *signature_id_text(const uint8_t id[static SIGNATURE_ID],
			      char out[static 2 * SIGNATURE_ID + 1]);

#endif
