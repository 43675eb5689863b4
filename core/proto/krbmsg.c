/*
 * krbmsg.c - Kerberos messages: AS-REQ, KRB-ERROR, AS-REP.
 */
#include "core/proto/krbmsg.h"

#include "core/base/ber.h"
#include "core/base/gentime.h"

#include <string.h>

enum {
	KRBMSG_VERSION = 5,
	KRBMSG_AS_REQ = 10,
	KRBMSG_NAME_PRINCIPAL = 1, /* name types: RFC 4120 6.2 */
	KRBMSG_NAME_SERVICE = 2,
	KRBMSG_SUSEC_MAX = 999999
};

/* Tags of messages: APPLICATION, by their type (RFC 4120 5.10). */
enum {
	KRBMSG_TAG_AS_REQ = 0x6a,
	KRBMSG_TAG_AS_REP = 0x6b,
	KRBMSG_TAG_ERROR = 0x7e
};

enum {
	KRBMSG_BITS = 0x03,
	KRBMSG_TIME = 0x18,   /* GeneralizedTime */
	KRBMSG_STRING = 0x1b, /* GeneralString */
	KRBMSG_FIELD = 0xa0   /* context tag 0 */
};

/* The question ------------------------------------------------------------- */

/* Encryption types: AES-256, AES-128 (RFC 3962), RC4 (RFC 4757). */
static const int krbmsg_types[] = {18, 17, 23};
enum { KRBMSG_TYPES = sizeof(krbmsg_types) / sizeof(krbmsg_types[0]) };

static void krbmsg_out_field(struct ber_out *o, unsigned number, size_t mark)
{
	ber_out_wrap(o, (uint8_t)(KRBMSG_FIELD + number), mark);
}

static void krbmsg_out_integer(struct ber_out *o, unsigned field, int64_t value)
{
	size_t mark = ber_out_mark(o);
	ber_out_integer(o, BER_INTEGER, value);
	krbmsg_out_field(o, field, mark);
}

static void krbmsg_out_text(struct ber_out *o, uint8_t tag, const char *text)
{
	ber_out_octets(o, tag, text, strlen(text));
}

/* PrincipalName of one or two parts. */
static void krbmsg_out_name(struct ber_out *o, unsigned field, int type,
			    const char *first, const char *second)
{
	size_t mark = ber_out_mark(o);
	if (second != NULL)
		krbmsg_out_text(o, KRBMSG_STRING, second);
	krbmsg_out_text(o, KRBMSG_STRING, first);
	ber_out_wrap(o, BER_SEQUENCE, mark);
	krbmsg_out_field(o, 1, mark);
	krbmsg_out_integer(o, 0, type);
	ber_out_wrap(o, BER_SEQUENCE, mark);
	krbmsg_out_field(o, field, mark);
}

/* KDC-REQ-BODY: RFC 4120 5.4.1. */
static void krbmsg_out_body(struct ber_out *o, const char *realm,
			    const char *principal, uint32_t nonce)
{
	/* No unused bits; forwardable, renewable-ok, as every client asks. */
	static const uint8_t options[] = {0, 0x40, 0, 0, 0x10};
	size_t end = ber_out_mark(o), mark = end;
	for (size_t i = KRBMSG_TYPES; i > 0; i--)
		ber_out_integer(o, BER_INTEGER, krbmsg_types[i - 1]);
	ber_out_wrap(o, BER_SEQUENCE, mark);
	krbmsg_out_field(o, 8, mark);
	krbmsg_out_integer(o, 7, nonce);
	mark = ber_out_mark(o);
	/* till: the last day that 32 bits of seconds hold, as Windows asks. */
	krbmsg_out_text(o, KRBMSG_TIME, "20370913024805Z");
	krbmsg_out_field(o, 5, mark);
	krbmsg_out_name(o, 3, KRBMSG_NAME_SERVICE, "krbtgt", realm);
	mark = ber_out_mark(o);
	krbmsg_out_text(o, KRBMSG_STRING, realm);
	krbmsg_out_field(o, 2, mark);
	krbmsg_out_name(o, 1, KRBMSG_NAME_PRINCIPAL, principal, NULL);
	mark = ber_out_mark(o);
	ber_out_octets(o, KRBMSG_BITS, options, sizeof(options));
	krbmsg_out_field(o, 0, mark);
	ber_out_wrap(o, BER_SEQUENCE, end);
}

const uint8_t *krbmsg_as_req(uint8_t out[KRBMSG_QUESTION_MAX],
			     const char *realm, const char *principal,
			     uint32_t nonce, size_t *length)
{
	struct ber_out o = ber_out_into(out, KRBMSG_QUESTION_MAX);
	size_t end = ber_out_mark(&o);
	krbmsg_out_body(&o, realm, principal, nonce);
	krbmsg_out_field(&o, 4, end);
	krbmsg_out_integer(&o, 2, KRBMSG_AS_REQ);
	krbmsg_out_integer(&o, 1, KRBMSG_VERSION);
	ber_out_wrap(&o, BER_SEQUENCE, end);
	ber_out_wrap(&o, KRBMSG_TAG_AS_REQ, end);
	const uint8_t *bytes = ber_out_bytes(&o, length);
	return o.full ? NULL : bytes;
}

/* The answer --------------------------------------------------------------- */

/* The next field of a SEQUENCE if it is this one; optional ones before it are
 * skipped (their numbers rise). Bad where it is missing. */
static struct cursor krbmsg_field(struct cursor *c, unsigned number)
{
	uint8_t wanted = (uint8_t)(KRBMSG_FIELD + number);
	while (ber_peek(c) >= KRBMSG_FIELD && ber_peek(c) < wanted)
		ber_skip(c);
	return ber_enter(c, wanted);
}

static int64_t krbmsg_integer(struct cursor *c, unsigned number)
{
	struct cursor field = krbmsg_field(c, number);
	int64_t value = ber_integer(&field, BER_INTEGER);
	if (field.bad)
		c->bad = true;
	return value;
}

static const uint8_t *krbmsg_string(struct cursor *c, unsigned number,
				    size_t *length)
{
	struct cursor field = krbmsg_field(c, number);
	const uint8_t *text = ber_octets(&field, KRBMSG_STRING, length);
	if (field.bad)
		c->bad = true;
	return text;
}

/* KRB-ERROR: RFC 4120 5.9.1. */
static void krbmsg_error(struct krbmsg *out, struct cursor *c)
{
	size_t length;
	struct cursor field = krbmsg_field(c, 4);
	const uint8_t *time = ber_octets(&field, KRBMSG_TIME, &length);
	int64_t susec = krbmsg_integer(c, 5);
	if (field.bad)
		c->bad = true;
	out->has_time = time != NULL && susec >= 0 &&
			susec <= KRBMSG_SUSEC_MAX &&
			gentime_read(time, length, &out->wall_us);
	if (out->has_time)
		out->wall_us += susec;
	out->code = krbmsg_integer(c, 6);
	out->realm = krbmsg_string(c, 9, &out->realm_length);
	krbmsg_field(c, 10); /* sname */
}

/* KDC-REP: RFC 4120 5.4.2. */
static void krbmsg_reply(struct krbmsg *out, struct cursor *c)
{
	out->realm = krbmsg_string(c, 3, &out->realm_length);
	krbmsg_field(c, 4); /* cname */
	krbmsg_field(c, 5); /* ticket */
	krbmsg_field(c, 6); /* enc-part */
}

bool krbmsg_read(struct krbmsg *out, const void *bytes, size_t length)
{
	struct cursor c = cursor_over(bytes, length);
	uint8_t tag = 0;
	struct cursor message = ber_any(&c, &tag);
	struct cursor body = ber_enter(&message, BER_SEQUENCE);
	bool is_error = tag == KRBMSG_TAG_ERROR;
	*out = (struct krbmsg){.kind = is_error ? KRBMSG_ERROR : KRBMSG_AS_REP};
	if (!is_error && tag != KRBMSG_TAG_AS_REP)
		return false;
	int64_t version = krbmsg_integer(&body, 0);
	int64_t type = krbmsg_integer(&body, 1);
	if (is_error)
		krbmsg_error(out, &body);
	else
		krbmsg_reply(out, &body);
	return !message.bad && !body.bad && version == KRBMSG_VERSION &&
	       type == (int64_t)out->kind;
}

/* RFC 4120 7.5.9; 62 to 64 as RFC 4556 3.1.3 spells them. */
static const struct {
	int code;
	const char *name;
} krbmsg_errors[] = {
    {.code = 0, .name = "KDC_ERR_NONE"},
    {.code = 1, .name = "KDC_ERR_NAME_EXP"},
    {.code = 2, .name = "KDC_ERR_SERVICE_EXP"},
    {.code = 3, .name = "KDC_ERR_BAD_PVNO"},
    {.code = 4, .name = "KDC_ERR_C_OLD_MAST_KVNO"},
    {.code = 5, .name = "KDC_ERR_S_OLD_MAST_KVNO"},
    {.code = 6, .name = "KDC_ERR_C_PRINCIPAL_UNKNOWN"},
    {.code = 7, .name = "KDC_ERR_S_PRINCIPAL_UNKNOWN"},
    {.code = 8, .name = "KDC_ERR_PRINCIPAL_NOT_UNIQUE"},
    {.code = 9, .name = "KDC_ERR_NULL_KEY"},
    {.code = 10, .name = "KDC_ERR_CANNOT_POSTDATE"},
    {.code = 11, .name = "KDC_ERR_NEVER_VALID"},
    {.code = 12, .name = "KDC_ERR_POLICY"},
    {.code = 13, .name = "KDC_ERR_BADOPTION"},
    {.code = 14, .name = "KDC_ERR_ETYPE_NOSUPP"},
    {.code = 15, .name = "KDC_ERR_SUMTYPE_NOSUPP"},
    {.code = 16, .name = "KDC_ERR_PADATA_TYPE_NOSUPP"},
    {.code = 17, .name = "KDC_ERR_TRTYPE_NOSUPP"},
    {.code = 18, .name = "KDC_ERR_CLIENT_REVOKED"},
    {.code = 19, .name = "KDC_ERR_SERVICE_REVOKED"},
    {.code = 20, .name = "KDC_ERR_TGT_REVOKED"},
    {.code = 21, .name = "KDC_ERR_CLIENT_NOTYET"},
    {.code = 22, .name = "KDC_ERR_SERVICE_NOTYET"},
    {.code = 23, .name = "KDC_ERR_KEY_EXPIRED"},
    {.code = 24, .name = "KDC_ERR_PREAUTH_FAILED"},
    {.code = 25, .name = "KDC_ERR_PREAUTH_REQUIRED"},
    {.code = 26, .name = "KDC_ERR_SERVER_NOMATCH"},
    {.code = 27, .name = "KDC_ERR_MUST_USE_USER2USER"},
    {.code = 28, .name = "KDC_ERR_PATH_NOT_ACCEPTED"},
    {.code = 29, .name = "KDC_ERR_SVC_UNAVAILABLE"},
    {.code = 31, .name = "KRB_AP_ERR_BAD_INTEGRITY"},
    {.code = 32, .name = "KRB_AP_ERR_TKT_EXPIRED"},
    {.code = 33, .name = "KRB_AP_ERR_TKT_NYV"},
    {.code = 34, .name = "KRB_AP_ERR_REPEAT"},
    {.code = 35, .name = "KRB_AP_ERR_NOT_US"},
    {.code = 36, .name = "KRB_AP_ERR_BADMATCH"},
    {.code = 37, .name = "KRB_AP_ERR_SKEW"},
    {.code = 38, .name = "KRB_AP_ERR_BADADDR"},
    {.code = 39, .name = "KRB_AP_ERR_BADVERSION"},
    {.code = 40, .name = "KRB_AP_ERR_MSG_TYPE"},
    {.code = 41, .name = "KRB_AP_ERR_MODIFIED"},
    {.code = 42, .name = "KRB_AP_ERR_BADORDER"},
    {.code = 44, .name = "KRB_AP_ERR_BADKEYVER"},
    {.code = 45, .name = "KRB_AP_ERR_NOKEY"},
    {.code = 46, .name = "KRB_AP_ERR_MUT_FAIL"},
    {.code = 47, .name = "KRB_AP_ERR_BADDIRECTION"},
    {.code = 48, .name = "KRB_AP_ERR_METHOD"},
    {.code = 49, .name = "KRB_AP_ERR_BADSEQ"},
    {.code = 50, .name = "KRB_AP_ERR_INAPP_CKSUM"},
    {.code = 51, .name = "KRB_AP_PATH_NOT_ACCEPTED"},
    {.code = 52, .name = "KRB_ERR_RESPONSE_TOO_BIG"},
    {.code = 60, .name = "KRB_ERR_GENERIC"},
    {.code = 61, .name = "KRB_ERR_FIELD_TOOLONG"},
    {.code = 62, .name = "KDC_ERR_CLIENT_NOT_TRUSTED"},
    {.code = 63, .name = "KDC_ERR_KDC_NOT_TRUSTED"},
    {.code = 64, .name = "KDC_ERR_INVALID_SIG"},
    {.code = 65, .name = "KDC_ERR_KEY_TOO_WEAK"},
    {.code = 66, .name = "KDC_ERR_CERTIFICATE_MISMATCH"},
    {.code = 67, .name = "KRB_AP_ERR_NO_TGT"},
    {.code = 68, .name = "KDC_ERR_WRONG_REALM"},
    {.code = 69, .name = "KRB_AP_ERR_USER_TO_USER_REQUIRED"},
    {.code = 70, .name = "KDC_ERR_CANT_VERIFY_CERTIFICATE"},
    {.code = 71, .name = "KDC_ERR_INVALID_CERTIFICATE"},
    {.code = 72, .name = "KDC_ERR_REVOKED_CERTIFICATE"},
    {.code = 73, .name = "KDC_ERR_REVOCATION_STATUS_UNKNOWN"},
    {.code = 74, .name = "KDC_ERR_REVOCATION_STATUS_UNAVAILABLE"},
    {.code = 75, .name = "KDC_ERR_CLIENT_NAME_MISMATCH"},
    {.code = 76, .name = "KDC_ERR_KDC_NAME_MISMATCH"}};

const char *krbmsg_error_name(int64_t code)
{
	size_t count = sizeof(krbmsg_errors) / sizeof(krbmsg_errors[0]);
	for (size_t i = 0; i < count; i++)
		if (krbmsg_errors[i].code == code)
			return krbmsg_errors[i].name;
	return NULL;
}
