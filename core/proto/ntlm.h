/*
 * ntlm.h - NTLMv2 (MS-NLMP), as an SMB client speaks it: three messages;
 * neither the password nor its hash is sent.
 */
#ifndef PREFLIGHT_NTLM_H
#define PREFLIGHT_NTLM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	NTLM_KEY = 16,
	NTLM_CHALLENGE = 8,
	NTLM_NAME_MAX = 256,    /* octets of a user, a domain, in UTF-16 */
	NTLM_TARGET_MAX = 1024, /* octets of target information */
	NTLM_MESSAGE_MAX = 2048
};

/* UTF-16, little-endian; false: not UTF-8, or more than size octets. */
bool ntlm_utf16(const char *text, uint8_t *out, size_t size, size_t *length);

/* NEGOTIATE_MESSAGE: 2.2.1.1. Gives its length. */
size_t ntlm_negotiate(uint8_t out[NTLM_MESSAGE_MAX]);

/* CHALLENGE_MESSAGE: 2.2.1.2. target is borrowed. */
struct ntlm_challenge {
	uint8_t challenge[NTLM_CHALLENGE];
	const uint8_t *target;
	size_t target_length;
};
/* bytes may hold more around it (SPNEGO): the signature is looked for. */
bool ntlm_read_challenge(struct ntlm_challenge *out, const void *bytes,
			 size_t length);

struct ntlm_account {
	const char *user, *domain, *password; /* domain "" for the server's */
};

/* What is chosen by the client; from ntlm_choose(), or a test. */
struct ntlm_choice {
	uint8_t challenge[NTLM_CHALLENGE];
	uint64_t filetime; /* of the server, where its challenge holds it */
};
void ntlm_choose(struct ntlm_choice *out, const struct ntlm_challenge *c,
		 uint64_t now_filetime);

/*
 * AUTHENTICATE_MESSAGE: 2.2.1.3, with the NTLMv2 response (3.3.2) and without
 * key exchange. key is the session's. 0: a name is not UTF-8 or is too long, or
 * this host has no MD5.
 */
size_t ntlm_authenticate(uint8_t out[NTLM_MESSAGE_MAX],
			 const struct ntlm_account *a,
			 const struct ntlm_challenge *c,
			 const struct ntlm_choice *choice,
			 uint8_t key[NTLM_KEY]);

#endif
