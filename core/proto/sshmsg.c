/*
 * sshmsg.c - the first packet of an SSH server, and which of its algorithms are
 * weak.
 */
#include "core/proto/sshmsg.h"

#include "core/base/text.h"

#include <string.h>

enum { SSHMSG_KEXINIT = 20, SSHMSG_COOKIE = 16 };

/*
 * What is advised against, and by whom. The first that fits counts. OpenSSH is
 * quoted by the release whose client stopped to offer it (its release notes);
 * `ssh -G` of that client is what the tests compare with.
 */
static const struct sshmsg_judgement {
	enum sshmsg_list list;
	const char *pattern;
	enum sshmsg_standing standing;
	const char *source;
} sshmsg_judgements[] = {
    {SSHMSG_KEX, "diffie-hellman-group1-sha1", SSHMSG_OFF,
     "RFC 9142 4 (SHOULD NOT), OpenSSH 7.0"},
    {SSHMSG_KEX, "diffie-hellman-group14-sha1", SSHMSG_OFF,
     "RFC 9142 1.1 (SHA-1), OpenSSH 8.2"},
    {SSHMSG_KEX, "diffie-hellman-group-exchange-sha1", SSHMSG_OFF,
     "RFC 9142 4 (SHOULD NOT); OpenSSH 9.2 does not offer it"},
    {SSHMSG_KEX, "rsa1024-sha1", SSHMSG_OFF,
     "RFC 9142 4 (MUST NOT); never in OpenSSH"},
    {SSHMSG_KEX, "gss-group1-sha1-*", SSHMSG_WEAK, "RFC 9142 4 (SHOULD NOT)"},
    {SSHMSG_KEX, "gss-group14-sha1-*", SSHMSG_WEAK, "RFC 9142 4 (SHOULD NOT)"},
    {SSHMSG_KEX, "gss-gex-sha1-*", SSHMSG_WEAK, "RFC 9142 4 (SHOULD NOT)"},

    {SSHMSG_HOST_KEY, "ssh-dss", SSHMSG_OFF, "FIPS 186-5, OpenSSH 7.0"},
    {SSHMSG_HOST_KEY, "ssh-dss-cert-v0?@openssh.com", SSHMSG_OFF,
     "FIPS 186-5, OpenSSH 7.0"},
    {SSHMSG_HOST_KEY, "ssh-rsa", SSHMSG_OFF, "RFC 8332 1 (SHA-1), OpenSSH 8.8"},
    {SSHMSG_HOST_KEY, "ssh-rsa-cert-v0?@openssh.com", SSHMSG_OFF,
     "RFC 8332 1 (SHA-1), OpenSSH 8.8"},
    {SSHMSG_HOST_KEY, "x509v3-ssh-dss", SSHMSG_OFF,
     "FIPS 186-5; never in OpenSSH"},
    {SSHMSG_HOST_KEY, "x509v3-ssh-rsa", SSHMSG_OFF,
     "RFC 8332 1 (SHA-1); never in OpenSSH"},

    {SSHMSG_CIPHER, "none", SSHMSG_OFF, "RFC 4253 6.3 (NOT RECOMMENDED)"},
    {SSHMSG_CIPHER, "arcfour*", SSHMSG_OFF, "RFC 8758, OpenSSH 7.2"},
    {SSHMSG_CIPHER, "des-cbc*", SSHMSG_OFF,
     "56-bit key (FIPS 46-3 withdrawn); never in OpenSSH"},
    {SSHMSG_CIPHER, "3des-cbc", SSHMSG_OFF,
     "CVE-2008-5161, CVE-2016-2183, OpenSSH 7.4"},
    {SSHMSG_CIPHER, "3des-ctr", SSHMSG_OFF, "CVE-2016-2183; never in OpenSSH"},
    {SSHMSG_CIPHER, "blowfish-c*", SSHMSG_OFF, "CVE-2016-2183, OpenSSH 7.2"},
    {SSHMSG_CIPHER, "cast128-c*", SSHMSG_OFF, "CVE-2016-2183, OpenSSH 7.2"},
    {SSHMSG_CIPHER, "rijndael-cbc@lysator.liu.se", SSHMSG_OFF,
     "CVE-2008-5161, OpenSSH 7.2"},
    {SSHMSG_CIPHER, "*-cbc", SSHMSG_OFF, "CVE-2008-5161, OpenSSH 7.6"},
    {SSHMSG_CIPHER, "*-cbc@*", SSHMSG_OFF, "CVE-2008-5161; never in OpenSSH"},

    {SSHMSG_MAC, "none", SSHMSG_OFF, "RFC 4253 6.4 (NOT RECOMMENDED)"},
    {SSHMSG_MAC, "hmac-md5*", SSHMSG_OFF, "RFC 6151, OpenSSH 7.2"},
    {SSHMSG_MAC, "hmac-sha1-96*", SSHMSG_OFF,
     "96-bit tag of SHA-1, OpenSSH 7.2"},
    {SSHMSG_MAC, "hmac-ripemd160*", SSHMSG_OFF,
     "80-bit collision strength, OpenSSH 7.6"},
};

/* Names among the key exchange methods that are not methods: they announce what
 * the server can do (RFC 8308 2.1, OpenSSH PROTOCOL 1.9 and 1.10, dropbear). */
static const char *const sshmsg_markers[] = {"ext-info-?", "kex-strict-?-v??@*",
					     "kex-guess2@*"};

/* They authenticate by themselves: RFC 5647, PROTOCOL.chacha20poly1305. */
static const char *const sshmsg_aead[] = {
    "*-gcm", "*-gcm@openssh.com", "AEAD_AES_*_GCM", "chacha20-poly1305*"};

#define SSHMSG_COUNT(list) (sizeof(list) / sizeof((list)[0]))

static bool sshmsg_fits(const char *const *patterns, size_t count,
			const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (text_glob(patterns[i], name))
			return true;
	return false;
}

enum sshmsg_packet sshmsg_packet(struct cursor *c, struct cursor *payload)
{
	uint32_t length = cursor_be32(c);
	uint8_t padding;

	if (c->bad)
		return SSHMSG_MORE;
	if (length < SSHMSG_PACKET_MIN || length > SSHMSG_PACKET_MAX)
		return SSHMSG_BAD;
	if (cursor_left(c) < length)
		return SSHMSG_MORE;
	padding = cursor_u8(c);
	if (padding + 1U >= length)
		return SSHMSG_BAD;
	*payload = cursor_slice(c, length - padding - 1);
	cursor_skip(c, padding);
	return SSHMSG_WHOLE;
}

static void sshmsg_names(struct wire *w, const char *names)
{
	wire_be32(w, (uint32_t)strlen(names));
	wire_text(w, names);
}

size_t sshmsg_offer(uint8_t out[SSHMSG_OFFER_MAX],
		    const char *const names[SSHMSG_LISTS])
{
	enum { HEAD = 5, BLOCK = 8, PADDING_MIN = 4 };
	uint8_t cookie[SSHMSG_COOKIE];
	struct wire w = wire_into(out, SSHMSG_OFFER_MAX);
	size_t padding;

	wire_random(cookie, sizeof cookie);
	wire_zero(&w, HEAD); /* lengths, below */
	wire_u8(&w, SSHMSG_KEXINIT);
	wire_bytes(&w, cookie, sizeof cookie);
	sshmsg_names(&w, names[SSHMSG_KEX]);
	sshmsg_names(&w, names[SSHMSG_HOST_KEY]);
	for (enum sshmsg_list i = SSHMSG_CIPHER; i < SSHMSG_LISTS; i++) {
		sshmsg_names(&w, names[i]);
		sshmsg_names(&w, names[i]);
	}
	sshmsg_names(&w, "none");
	sshmsg_names(&w, "none");
	/* No languages, no guess, and a word that is reserved. */
	wire_zero(&w, 4 + 4 + 1 + 4);
	padding = BLOCK - w.length % BLOCK;
	padding += padding < PADDING_MIN ? BLOCK : 0;
	wire_zero(&w, padding);
	wire_patch_be16(&w, 2, (uint16_t)(w.length - 4));
	out[4] = (uint8_t)padding;
	return w.full ? 0 : w.length;
}

static void sshmsg_take(struct cursor *payload, struct cursor *list)
{
	struct cursor names = cursor_slice(payload, cursor_be32(payload));

	if (!names.bad)
		*list = names;
}

bool sshmsg_kexinit(struct cursor *payload, struct sshmsg_kexinit *out)
{
	memset(out, 0, sizeof *out);
	if (cursor_u8(payload) != SSHMSG_KEXINIT)
		return false;
	cursor_skip(payload, SSHMSG_COOKIE);
	sshmsg_take(payload, &out->lists[SSHMSG_KEX]);
	sshmsg_take(payload, &out->lists[SSHMSG_HOST_KEY]);
	memcpy(out->back, out->lists, sizeof out->back);
	sshmsg_take(payload, &out->lists[SSHMSG_CIPHER]);
	sshmsg_take(payload, &out->back[SSHMSG_CIPHER]);
	sshmsg_take(payload, &out->lists[SSHMSG_MAC]);
	sshmsg_take(payload, &out->back[SSHMSG_MAC]);
	return !payload->bad;
}

bool sshmsg_next(struct cursor *list, char out[SSHMSG_NAME_MAX])
{
	while (!list->bad && cursor_left(list) > 0) {
		size_t left = cursor_left(list);
		const uint8_t *comma = memchr(list->at, ',', left);
		size_t length =
		    comma != NULL ? (size_t)(comma - list->at) : left;
		const uint8_t *name = cursor_bytes(list, length);

		if (comma != NULL)
			cursor_skip(list, 1);
		if (length == 0)
			continue;
		text_sanitise(out, SSHMSG_NAME_MAX, name, length);
		return true;
	}
	return false;
}

const char *sshmsg_list_name(enum sshmsg_list list)
{
	static const char *const names[SSHMSG_LISTS] = {
	    [SSHMSG_KEX] = "kex",
	    [SSHMSG_HOST_KEY] = "host-key",
	    [SSHMSG_CIPHER] = "cipher",
	    [SSHMSG_MAC] = "mac"};

	return names[list];
}

enum sshmsg_standing sshmsg_standing(enum sshmsg_list list, const char *name,
				     const char **source)
{
	for (size_t i = 0; i < SSHMSG_COUNT(sshmsg_judgements); i++) {
		const struct sshmsg_judgement *j = &sshmsg_judgements[i];

		if (j->list != list || !text_glob(j->pattern, name))
			continue;
		if (source != NULL)
			*source = j->source;
		return j->standing;
	}
	if (source != NULL)
		*source = NULL;
	return SSHMSG_FINE;
}

bool sshmsg_needs_mac(const struct sshmsg_kexinit *k)
{
	struct cursor ciphers = k->lists[SSHMSG_CIPHER];
	char name[SSHMSG_NAME_MAX];

	while (sshmsg_next(&ciphers, name))
		if (sshmsg_fits(sshmsg_aead, SSHMSG_COUNT(sshmsg_aead), name))
			return false;
	return true;
}

bool sshmsg_is_old(const struct sshmsg_kexinit *k, enum sshmsg_list list)
{
	struct cursor names = k->lists[list];
	char name[SSHMSG_NAME_MAX];
	size_t methods = 0;

	if (list == SSHMSG_MAC && !sshmsg_needs_mac(k))
		return false;
	while (sshmsg_next(&names, name)) {
		if (sshmsg_fits(sshmsg_markers, SSHMSG_COUNT(sshmsg_markers),
				name))
			continue;
		if (sshmsg_standing(list, name, NULL) != SSHMSG_OFF)
			return false;
		methods++;
	}
	return methods > 0;
}

static bool sshmsg_holds(struct cursor list, const char *word, size_t length)
{
	char name[SSHMSG_NAME_MAX];

	while (sshmsg_next(&list, name))
		if (strlen(name) == length && memcmp(name, word, length) == 0)
			return true;
	return false;
}

bool sshmsg_common(struct cursor list, const char *names,
		   char out[SSHMSG_NAME_MAX])
{
	while (*names != '\0') {
		size_t length = strcspn(names, ",");

		if (length < SSHMSG_NAME_MAX &&
		    sshmsg_holds(list, names, length)) {
			memcpy(out, names, length);
			out[length] = '\0';
			return true;
		}
		names += length + (names[length] == ',');
	}
	return false;
}

bool sshmsg_offers_keys(const void *bytes, size_t length)
{
	struct cursor c = cursor_over(bytes, length), payload;
	const uint8_t *end;
	bool identified = false;

	while (!identified) {
		end = memchr(c.at, '\n', cursor_left(&c));
		if (end == NULL)
			return false;
		identified =
		    cursor_left(&c) > 4 && memcmp(c.at, "SSH-", 4) == 0;
		cursor_skip(&c, (size_t)(end - c.at) + 1);
	}
	while (sshmsg_packet(&c, &payload) == SSHMSG_WHOLE)
		if (cursor_u8(&payload) == SSHMSG_KEXINIT)
			return true;
	return false;
}
