/* ntlm.c - NTLMv2 (MS-NLMP). */
#include "core/proto/ntlm.h"
#include "core/base/mem.h"

#include "core/base/mac.h"
#include "core/base/md4.h"
#include "core/base/text.h"
#include "core/base/wire.h"

#include <string.h>

static const uint8_t ntlm_signature[8] = "NTLMSSP";

enum { NTLM_NEGOTIATE = 1, NTLM_CHALLENGE_MESSAGE = 2, NTLM_AUTHENTICATE = 3 };
enum { NTLM_HEADER = 64, NTLM_PASSWORD_MAX = 512, NTLM_LM = 24 };
/* AV_PAIR: 2.2.2.1 */
enum { NTLM_AV_END = 0, NTLM_AV_TIME = 7 };

/* 2.2.2.5: Unicode, sign always, extended session security, target
 * information, 128 bits; no key exchange: the session key is the response's. */
#define NTLM_FLAGS 0xa0888215U

bool ntlm_utf16(const char *text, uint8_t *out, size_t size, size_t *length)
{
	struct wire w = wire_into(out, size);
	size_t left = strlen(text);

	while (left > 0) {
		uint32_t code;
		size_t octets = text_utf8(text, left, &code);

		if (octets == 0)
			return false;
		if (code >= 0x10000) {
			code -= 0x10000;
			wire_le16(&w, (uint16_t)(0xd800 + (code >> 10)));
			code = 0xdc00 + (code & 0x3ff);
		}
		wire_le16(&w, (uint16_t)code);
		text += octets;
		left -= octets;
	}
	*length = w.length;
	return !w.full;
}

size_t ntlm_negotiate(uint8_t out[NTLM_MESSAGE_MAX])
{
	struct wire w = wire_into(out, NTLM_MESSAGE_MAX);

	wire_bytes(&w, ntlm_signature, sizeof ntlm_signature);
	wire_le32(&w, NTLM_NEGOTIATE);
	wire_le32(&w, NTLM_FLAGS);
	wire_zero(&w, 8 + 8); /* no domain, no workstation */
	return w.length;
}

bool ntlm_read_challenge(struct ntlm_challenge *out, const void *bytes,
			 size_t length)
{
	const uint8_t *at =
	    mem_find(bytes, length, ntlm_signature, sizeof ntlm_signature);

	*out = (struct ntlm_challenge){.target_length = 0};
	if (at == NULL)
		return false;
	struct cursor c =
	    cursor_over(at, length - (size_t)(at - (const uint8_t *)bytes));
	cursor_skip(&c, sizeof ntlm_signature);
	uint32_t type = cursor_le32(&c);
	cursor_skip(&c, 8 + 4); /* target name, flags */
	const uint8_t *challenge = cursor_bytes(&c, NTLM_CHALLENGE);
	cursor_skip(&c, 8);
	size_t target_length = cursor_le16(&c);
	cursor_skip(&c, 2);
	size_t offset = cursor_le32(&c);
	if (c.bad || type != NTLM_CHALLENGE_MESSAGE ||
	    target_length > NTLM_TARGET_MAX)
		return false;
	memcpy(out->challenge, challenge, NTLM_CHALLENGE);
	if (target_length == 0)
		return true;
	cursor_seek(&c, offset);
	out->target = cursor_bytes(&c, target_length);
	out->target_length = target_length;
	return !c.bad;
}

void ntlm_choose(struct ntlm_choice *out, const struct ntlm_challenge *c,
		 uint64_t now_filetime)
{
	struct cursor pairs = cursor_over(c->target, c->target_length);

	wire_random(out->challenge, sizeof out->challenge);
	out->filetime = now_filetime;
	while (!pairs.bad && cursor_left(&pairs) > 0) {
		unsigned id = cursor_le16(&pairs);
		struct cursor value = cursor_slice(&pairs, cursor_le16(&pairs));

		if (id == NTLM_AV_END)
			return;
		uint64_t time = cursor_le64(&value);
		if (id == NTLM_AV_TIME && !value.bad)
			out->filetime = time;
	}
}

/* Capitals of Latin letters without and with accents; others stay, as they do
 * in most account names. */
static void ntlm_capitals(uint8_t *utf16, size_t length)
{
	for (size_t i = 0; i + 1 < length; i += 2) {
		bool ascii = utf16[i] >= 'a' && utf16[i] <= 'z';
		bool latin =
		    utf16[i] >= 0xe0 && utf16[i] != 0xf7 && utf16[i] != 0xff;

		if (utf16[i + 1] == 0 && (ascii || latin))
			utf16[i] = (uint8_t)(utf16[i] - 0x20);
	}
}

/* NTOWFv2: 3.3.2. */
static bool ntlm_owf(const struct ntlm_account *a, uint8_t out[MAC_MAX])
{
	uint8_t password[NTLM_PASSWORD_MAX], name[2 * NTLM_NAME_MAX];
	uint8_t hash[MD4_OCTETS];
	size_t password_length, user, domain;
	bool good = ntlm_utf16(a->password, password, sizeof password,
			       &password_length) &&
		    ntlm_utf16(a->user, name, NTLM_NAME_MAX, &user);

	if (good) {
		ntlm_capitals(name, user);
		good =
		    ntlm_utf16(a->domain, name + user, NTLM_NAME_MAX, &domain);
	}
	if (good) {
		md4(password, password_length, hash);
		good = mac_make(MAC_HMAC_MD5, hash, sizeof hash, name,
				user + domain, out);
	}
	mem_wipe(password, sizeof password);
	mem_wipe(hash, sizeof hash);
	return good;
}

/* The NTLMv2 response, and the session's key: 3.3.2. Gives its length. */
static size_t ntlm_response(const struct ntlm_account *a,
			    const struct ntlm_challenge *c,
			    const struct ntlm_choice *choice,
			    uint8_t out[NTLM_TARGET_MAX + 64],
			    uint8_t key[NTLM_KEY])
{
	uint8_t owf[MAC_MAX], proof[MAC_MAX], session[MAC_MAX];
	struct wire w = wire_into(out, NTLM_TARGET_MAX + 64);
	bool good;

	/* The server's challenge stands where the proof will. */
	wire_zero(&w, 8);
	wire_bytes(&w, c->challenge, NTLM_CHALLENGE);
	wire_u8(&w, 1);
	wire_u8(&w, 1);
	wire_zero(&w, 2 + 4);
	wire_le64(&w, choice->filetime);
	wire_bytes(&w, choice->challenge, NTLM_CHALLENGE);
	wire_zero(&w, 4);
	wire_bytes(&w, c->target, c->target_length);
	wire_zero(&w, 4);
	good = !w.full && ntlm_owf(a, owf) &&
	       mac_make(MAC_HMAC_MD5, owf, NTLM_KEY, out + 8, w.length - 8,
			proof) &&
	       mac_make(MAC_HMAC_MD5, owf, NTLM_KEY, proof, NTLM_KEY, session);
	memcpy(out, proof, NTLM_KEY);
	memcpy(key, session, NTLM_KEY);
	mem_wipe(owf, sizeof owf);
	mem_wipe(session, sizeof session);
	return good ? w.length : 0;
}

/* Length twice, offset; *at moves on. */
static void ntlm_field(struct wire *w, size_t length, size_t *at)
{
	wire_le16(w, (uint16_t)length);
	wire_le16(w, (uint16_t)length);
	wire_le32(w, (uint32_t)*at);
	*at += length;
}

size_t ntlm_authenticate(uint8_t out[NTLM_MESSAGE_MAX],
			 const struct ntlm_account *a,
			 const struct ntlm_challenge *c,
			 const struct ntlm_choice *choice,
			 uint8_t key[NTLM_KEY])
{
	uint8_t user[NTLM_NAME_MAX], domain[NTLM_NAME_MAX];
	uint8_t response[NTLM_TARGET_MAX + 64];
	size_t user_length, domain_length, at = NTLM_HEADER;
	struct wire w = wire_into(out, NTLM_MESSAGE_MAX);
	size_t length = ntlm_response(a, c, choice, response, key);

	if (length == 0 ||
	    !ntlm_utf16(a->user, user, sizeof user, &user_length) ||
	    !ntlm_utf16(a->domain, domain, sizeof domain, &domain_length))
		return 0;
	wire_bytes(&w, ntlm_signature, sizeof ntlm_signature);
	wire_le32(&w, NTLM_AUTHENTICATE);
	ntlm_field(&w, NTLM_LM, &at);
	ntlm_field(&w, length, &at);
	ntlm_field(&w, domain_length, &at);
	ntlm_field(&w, user_length, &at);
	ntlm_field(&w, 0, &at); /* workstation */
	ntlm_field(&w, 0, &at); /* no key exchange */
	wire_le32(&w, NTLM_FLAGS);
	wire_zero(&w, NTLM_LM); /* no LM response: 3.1.5.1.2 */
	wire_bytes(&w, response, length);
	wire_bytes(&w, domain, domain_length);
	wire_bytes(&w, user, user_length);
	return w.full ? 0 : w.length;
}
