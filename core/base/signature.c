/*
 * signature.c - minisign's format, and Ed25519 by OpenSSL.
 */
#include "core/base/signature.h"

#include <openssl/evp.h>

#include <string.h>

enum {
	SIGNATURE_MARK = 2, /* "Ed": a key; "ED": a signature of a digest */
	KEY_BYTES = SIGNATURE_MARK + SIGNATURE_ID + SIGNATURE_KEY,
	FILE_BYTES = SIGNATURE_MARK + SIGNATURE_ID + SIGNATURE_OCTETS,
	BASE64_MAX = 128
};

static const char signature_trusted[] = "trusted comment: ";

/* The line that *text begins with, without its end; moves behind it. */
static size_t signature_line(const char **text, const char **line)
{
	size_t length = strcspn(*text, "\r\n");

	*line = *text;
	*text += length;
	*text += strspn(*text, "\r\n");
	return length;
}

/* Decodes a line that must hold `want` octets. */
static bool signature_octets(const char *line, size_t length, uint8_t *out,
			     size_t want)
{
	uint8_t room[BASE64_MAX];

	if (length != (want + 2) / 3 * 4 || length > BASE64_MAX ||
	    EVP_DecodeBlock(room, (const uint8_t *)line, (int)length) < 0)
		return false;
	memcpy(out, room, want);
	return true;
}

int signature_read_key(struct signature_key *out, const char *text,
		       struct error *err)
{
	uint8_t bytes[KEY_BYTES];
	const char *line;
	size_t length = signature_line(&text, &line);

	if (strncmp(line, "untrusted comment:", 18) == 0)
		length = signature_line(&text, &line);
	if (!signature_octets(line, length, bytes, sizeof bytes) ||
	    memcmp(bytes, "Ed", SIGNATURE_MARK) != 0)
		return error_set(err, "this is not a public key of minisign");
	memcpy(out->id, bytes + SIGNATURE_MARK, SIGNATURE_ID);
	memcpy(out->key, bytes + SIGNATURE_MARK + SIGNATURE_ID, SIGNATURE_KEY);
	return 0;
}

int signature_read(struct signature *out, const char *text, struct error *err)
{
	size_t start = sizeof signature_trusted - 1, length;
	uint8_t bytes[FILE_BYTES];
	const char *line;

	signature_line(&text, &line);
	length = signature_line(&text, &line);
	if (!signature_octets(line, length, bytes, sizeof bytes))
		return error_set(err, "this is not a signature of minisign");
	if (memcmp(bytes, "ED", SIGNATURE_MARK) != 0)
		return error_set(err, "this kind of signature is not known");
	memcpy(out->id, bytes + SIGNATURE_MARK, SIGNATURE_ID);
	memcpy(out->of_file, bytes + SIGNATURE_MARK + SIGNATURE_ID,
	       SIGNATURE_OCTETS);
	length = signature_line(&text, &line);
	if (length < start || length - start >= sizeof out->comment ||
	    memcmp(line, signature_trusted, start) != 0)
		return error_set(err, "the signature has no trusted comment");
	memcpy(out->comment, line + start, length - start);
	out->comment[length - start] = '\0';
	length = signature_line(&text, &line);
	if (!signature_octets(line, length, out->of_comment, SIGNATURE_OCTETS))
		return error_set(err, "the signature is cut short");
	return 0;
}

int signature_digest(FILE *in, uint8_t out[static SIGNATURE_OCTETS],
		     struct error *err)
{
	EVP_MD_CTX *state = EVP_MD_CTX_new();
	uint8_t chunk[16384];
	bool good = state != NULL &&
		    EVP_DigestInit_ex(state, EVP_blake2b512(), NULL) == 1;
	size_t count;

	while (good && (count = fread(chunk, 1, sizeof chunk, in)) > 0)
		good = EVP_DigestUpdate(state, chunk, count) == 1;
	good = good && EVP_DigestFinal_ex(state, out, NULL) == 1;
	EVP_MD_CTX_free(state);
	if (ferror(in))
		return error_set(err, "the file cannot be read");
	return good ? 0 : error_set(err, "BLAKE2b is not available here");
}

static bool signature_holds(const struct signature_key *key,
			    const uint8_t *octets, const void *bytes,
			    size_t length)
{
	EVP_PKEY *public = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL,
						       key->key, SIGNATURE_KEY);
	EVP_MD_CTX *state = EVP_MD_CTX_new();
	bool good =
	    public != NULL && state != NULL &&
	    EVP_DigestVerifyInit(state, NULL, NULL, NULL, public) == 1 &&
	    EVP_DigestVerify(state, octets, SIGNATURE_OCTETS, bytes, length) ==
		1;

	EVP_MD_CTX_free(state);
	EVP_PKEY_free(public);
	return good;
}

int signature_check(const struct signature *s, const struct signature_key *key,
		    const uint8_t digest[static SIGNATURE_OCTETS],
		    struct error *err)
{
	uint8_t whole[SIGNATURE_OCTETS + SIGNATURE_COMMENT];
	char made_by[2 * SIGNATURE_ID + 1], wanted[2 * SIGNATURE_ID + 1];
	size_t length = strlen(s->comment);

	if (memcmp(s->id, key->id, SIGNATURE_ID) != 0)
		return error_set(err,
				 "it was signed with another key: %s, not %s",
				 signature_id_text(s->id, made_by),
				 signature_id_text(key->id, wanted));
	if (!signature_holds(key, s->of_file, digest, SIGNATURE_OCTETS))
		return error_set(err, "the signature does not fit: the file or "
				      "its signature was changed");
	memcpy(whole, s->of_file, SIGNATURE_OCTETS);
	memcpy(whole + SIGNATURE_OCTETS, s->comment, length);
	if (!signature_holds(key, s->of_comment, whole,
			     SIGNATURE_OCTETS + length))
		return error_set(err, "the signature's comment was changed");
	return 0;
}

const char *signature_id_text(const uint8_t id[static SIGNATURE_ID],
			      char out[static 2 * SIGNATURE_ID + 1])
{
	/* A number, its lowest octet first. */
	for (size_t i = 0; i < SIGNATURE_ID; i++)
		snprintf(out + 2 * i, 3, "%02X", id[SIGNATURE_ID - 1 - i]);
	return out;
}
