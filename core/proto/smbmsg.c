/* smbmsg.c - SMB2 messages (MS-SMB2). */
#include "core/proto/smbmsg.h"

#include "core/base/ber.h"
#include "core/base/mac.h"
#include "core/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	SMB_SIGNATURE_AT = 48, /* in the header */
	SMB_SIGNATURE = 16,
	SMB_CREDITS = 8,
	SMB_SIGNING_ENABLED = 1,
	SMB1_FLAGS_AT = 9,
	SMB1_FLAG_REPLY = 0x80,
	SMB_PROCESS = 0xfeff, /* what Windows sends: MS-SMB2 2.2.1.2 */
	SMB_PATH_MAX = 1024
};

#define SMB2_MAGIC        0xfe534d42U /* FE 'S' 'M' 'B' */
#define SMB1_MAGIC        0xff534d42U
#define SMB_FLAG_RESPONSE 0x00000001U
#define SMB_FLAG_SIGNED   0x00000008U

static const uint16_t smb_dialects[] = {0x0202, 0x0210, 0x0300, 0x0302};
enum { SMB_DIALECTS = sizeof smb_dialects / sizeof smb_dialects[0] };

/* Signatures -------------------------------------------------------------- */

/* SP 800-108 in counter mode, as 3.1.4.2 has it for 3.0 and 3.0.2. */
bool smbmsg_sign_with(struct smb_session *s, const uint8_t key[NTLM_KEY])
{
	static const uint8_t input[] = "\0\0\0\1SMB2AESCMAC\0\0SmbSign\0"
				       "\0\0\0\x80";
	uint8_t derived[MAC_MAX];

	s->signs = true;
	memcpy(s->key, key, NTLM_KEY);
	if (s->dialect < 0x0300)
		return true;
	if (!mac_make(MAC_HMAC_SHA256, key, NTLM_KEY, input, sizeof input - 1,
		      derived))
		return false;
	memcpy(s->key, derived, NTLM_KEY);
	return true;
}

/* The first half of HMAC-SHA256, or AES-CMAC: 3.1.4.1. */
static bool smbmsg_signature(const struct smb_session *s,
			     const uint8_t *message, size_t length,
			     uint8_t out[MAC_MAX])
{
	return mac_make(s->dialect < 0x0300 ? MAC_HMAC_SHA256 : MAC_CMAC_AES128,
			s->key, NTLM_KEY, message, length, out);
}

bool smbmsg_is_authentic(const struct smb_session *s,
			 const struct smb_answer *a)
{
	uint8_t mac[MAC_MAX], differs = 0;
	uint8_t *copy;
	bool good;

	if ((a->flags & SMB_FLAG_SIGNED) == 0)
		return false;
	copy = mem_calloc(1, a->length);
	memcpy(copy, a->header, a->length);
	memset(copy + SMB_SIGNATURE_AT, 0, SMB_SIGNATURE);
	good = smbmsg_signature(s, copy, a->length, mac);
	free(copy);
	for (size_t i = 0; i < SMB_SIGNATURE; i++)
		differs |= (uint8_t)(mac[i] ^ a->header[SMB_SIGNATURE_AT + i]);
	return good && differs == 0;
}

/* Requests ---------------------------------------------------------------- */

static struct wire smbmsg_begin(uint8_t out[SMB_REQUEST_MAX],
				struct smb_session *s, enum smb_command command)
{
	struct wire w = wire_into(out, SMB_REQUEST_MAX);

	wire_be32(&w, 0); /* the length: direct TCP, MS-SMB2 2.1 */
	wire_be32(&w, SMB2_MAGIC);
	wire_le16(&w, SMB_HEADER);
	wire_zero(&w, 2 + 4);
	wire_le16(&w, (uint16_t)command);
	wire_le16(&w, command == SMB_NEGOTIATE ? 1 : SMB_CREDITS);
	wire_le32(&w, s->signs ? SMB_FLAG_SIGNED : 0);
	wire_zero(&w, 4);
	wire_le64(&w, s->next++);
	wire_le32(&w, SMB_PROCESS);
	wire_le32(&w, s->tree);
	wire_le64(&w, s->id);
	wire_zero(&w, SMB_SIGNATURE);
	return w;
}

static size_t smbmsg_end(const struct smb_session *s, struct wire *w)
{
	size_t length = w->length - SMB_TRANSPORT;
	uint8_t mac[MAC_MAX];

	wire_patch_be16(w, 2, (uint16_t)length);
	if (w->full)
		return 0;
	if (!s->signs)
		return w->length;
	if (!smbmsg_signature(s, w->bytes + SMB_TRANSPORT, length, mac))
		return 0;
	memcpy(w->bytes + SMB_TRANSPORT + SMB_SIGNATURE_AT, mac, SMB_SIGNATURE);
	return w->length;
}

size_t smbmsg_negotiate_old(uint8_t out[SMB_REQUEST_MAX])
{
	enum {
		COMMAND = 0x72,
		FLAGS = 0x18,    /* names in any case */
		FLAGS2 = 0xc001, /* Unicode, NTSTATUS, long names */
		NO_TREE = 0xffff,
		DIALECT = 2 /* BufferFormat */
	};
	static const char dialect[] = "NT LM 0.12"; /* with its NUL */
	struct wire w = wire_into(out, SMB_REQUEST_MAX);

	wire_be32(&w, 0);
	wire_be32(&w, SMB1_MAGIC);
	wire_u8(&w, COMMAND);
	wire_zero(&w, 4);
	wire_u8(&w, FLAGS);
	wire_le16(&w, FLAGS2);
	wire_zero(&w, 2 + 8 + 2);
	wire_le16(&w, NO_TREE);
	wire_le16(&w, SMB_PROCESS & 0xffff);
	wire_zero(&w, 2 + 2); /* user, multiplex */
	wire_u8(&w, 0);       /* no words */
	wire_le16(&w, 1 + sizeof dialect);
	wire_u8(&w, DIALECT);
	wire_bytes(&w, dialect, sizeof dialect);
	wire_patch_be16(&w, 2, (uint16_t)(w.length - SMB_TRANSPORT));
	return w.full ? 0 : w.length;
}

size_t smbmsg_negotiate(uint8_t out[SMB_REQUEST_MAX], struct smb_session *s)
{
	uint8_t guid[SMB_GUID];
	struct wire w = smbmsg_begin(out, s, SMB_NEGOTIATE);

	wire_random(guid, sizeof guid);
	wire_le16(&w, 36); /* StructureSize */
	wire_le16(&w, SMB_DIALECTS);
	wire_le16(&w, SMB_SIGNING_ENABLED);
	wire_zero(&w, 2 + 4); /* capabilities */
	wire_bytes(&w, guid, sizeof guid);
	wire_zero(&w, 8);
	for (size_t i = 0; i < SMB_DIALECTS; i++)
		wire_le16(&w, smb_dialects[i]);
	return smbmsg_end(s, &w);
}

/* RFC 4178 4.2: the one mechanism is NTLM, 1.3.6.1.4.1.311.2.2.10. */
static const uint8_t *smbmsg_spnego(struct ber_out *o, bool first,
				    const void *token, size_t *length)
{
	static const uint8_t spnego[] = {0x2b, 6, 1, 5, 5, 2};
	static const uint8_t ntlm[] = {0x2b, 6, 1, 4, 1, 0x82, 0x37, 2, 2, 10};
	size_t end = ber_out_mark(o);

	ber_out_octets(o, BER_OCTETS, token, *length);
	ber_out_wrap(o, 0xa2, end); /* mechToken, responseToken */
	if (first) {
		size_t types = ber_out_mark(o);

		ber_out_octets(o, BER_OID, ntlm, sizeof ntlm);
		ber_out_wrap(o, BER_SEQUENCE, types);
		ber_out_wrap(o, 0xa0, types); /* mechTypes */
	}
	ber_out_wrap(o, BER_SEQUENCE, end);
	ber_out_wrap(o, first ? 0xa0 : 0xa1, end);
	if (first) {
		ber_out_octets(o, BER_OID, spnego, sizeof spnego);
		ber_out_wrap(o, 0x60, end);
	}
	return ber_out_bytes(o, length);
}

size_t smbmsg_session_setup(uint8_t out[SMB_REQUEST_MAX], struct smb_session *s,
			    bool first, const void *token, size_t length)
{
	uint8_t room[SMB_REQUEST_MAX];
	struct ber_out o = ber_out_into(room, sizeof room);
	const uint8_t *wrapped = smbmsg_spnego(&o, first, token, &length);
	struct wire w = smbmsg_begin(out, s, SMB_SESSION_SETUP);

	wire_le16(&w, 25);
	wire_u8(&w, 0);
	wire_u8(&w, SMB_SIGNING_ENABLED);
	wire_zero(&w, 4 + 4); /* capabilities, channel */
	wire_le16(&w, SMB_HEADER + 24);
	wire_le16(&w, (uint16_t)length);
	wire_zero(&w, 8); /* no previous session */
	wire_bytes(&w, wrapped, length);
	return o.full ? 0 : smbmsg_end(s, &w);
}

/* A name in UTF-16: its offset and length, then (after `between`) itself. */
static void smbmsg_name(struct wire *w, size_t between, const uint8_t *name,
			size_t length)
{
	wire_le16(w, (uint16_t)(w->length - SMB_TRANSPORT + 4 + between));
	wire_le16(w, (uint16_t)length);
	wire_zero(w, between);
	wire_bytes(w, name, length);
}

size_t smbmsg_tree_connect(uint8_t out[SMB_REQUEST_MAX], struct smb_session *s,
			   const char *host)
{
	char path[SMB_PATH_MAX / 2];
	uint8_t name[SMB_PATH_MAX];
	size_t length;
	struct wire w = smbmsg_begin(out, s, SMB_TREE_CONNECT);

	snprintf(path, sizeof path, "\\\\%s\\IPC$", host);
	if (!ntlm_utf16(path, name, sizeof name, &length))
		return 0;
	wire_le16(&w, 9);
	wire_zero(&w, 2);
	smbmsg_name(&w, 0, name, length);
	return smbmsg_end(s, &w);
}

size_t smbmsg_create(uint8_t out[SMB_REQUEST_MAX], struct smb_session *s,
		     const char *pipe)
{
	uint8_t name[2 * SMB_PIPE_MAX];
	size_t length;
	struct wire w = smbmsg_begin(out, s, SMB_CREATE);

	if (!ntlm_utf16(pipe, name, sizeof name, &length))
		return 0;
	wire_le16(&w, 57);
	wire_zero(&w, 2);
	wire_le32(&w, 2);     /* impersonation */
	wire_zero(&w, 8 + 8); /* flags, reserved */
	/* Read and write data, attributes, extended attributes; read control,
	 * synchronise: what Windows asks for a pipe. */
	wire_le32(&w, 0x0012019f);
	wire_le32(&w, 0); /* attributes */
	wire_le32(&w, 7); /* shared */
	wire_le32(&w, 1); /* open, do not create */
	wire_le32(&w, 0); /* options */
	smbmsg_name(&w, 8, name, length);
	return smbmsg_end(s, &w);
}

/* Answers ----------------------------------------------------------------- */

enum smb_frame smbmsg_frame(const void *bytes, size_t available, size_t *length)
{
	struct cursor c = cursor_over(bytes, available);
	unsigned kind = cursor_u8(&c);
	size_t size = cursor_be24(&c);

	/* The first octet decides: HTTP on 445 need not be waited for. */
	if (available > 0 && kind != 0)
		return SMB_FRAME_BAD;
	if (c.bad)
		return SMB_FRAME_MORE;
	if (size < SMB1_HEADER || size > SMB_MESSAGE_MAX)
		return SMB_FRAME_BAD;
	*length = SMB_TRANSPORT + size;
	return cursor_left(&c) < size ? SMB_FRAME_MORE : SMB_FRAME_WHOLE;
}

bool smbmsg_read(struct smb_answer *out, const void *bytes, size_t length)
{
	struct cursor c = cursor_over(bytes, length);
	uint32_t magic = cursor_be32(&c);
	unsigned size = cursor_le16(&c);

	*out = (struct smb_answer){.header = bytes, .length = length};
	out->is_smb1 = magic == SMB1_MAGIC;
	if (out->is_smb1) {
		/* MS-CIFS 2.2.3.1: the flags, of which the highest marks an
		 * answer, follow command and status. */
		cursor_seek(&c, SMB1_FLAGS_AT);
		return (cursor_u8(&c) & SMB1_FLAG_REPLY) != 0 && !c.bad &&
		       length >= SMB1_HEADER;
	}
	cursor_skip(&c, 2);
	out->status = cursor_le32(&c);
	out->command = cursor_le16(&c);
	cursor_skip(&c, 2);
	out->flags = cursor_le32(&c);
	cursor_skip(&c, 4);
	out->message = cursor_le64(&c);
	cursor_skip(&c, 4);
	out->tree = cursor_le32(&c);
	out->session = cursor_le64(&c);
	cursor_skip(&c, SMB_SIGNATURE);
	out->body = c;
	return !c.bad && magic == SMB2_MAGIC && size == SMB_HEADER &&
	       (out->flags & SMB_FLAG_RESPONSE) != 0;
}

bool smbmsg_is_guest(const struct smb_answer *a)
{
	struct cursor body = a->body;

	cursor_skip(&body, 2);
	return (cursor_le16(&body) & 3) != 0; /* guest, or null session */
}

static const struct {
	uint32_t status;
	const char *text;
} smb_statuses[] = {
    {0xc000006d, "wrong user or password"},
    {0xc000006a, "wrong password"},
    {0xc0000064, "no such user"},
    {0xc0000234, "the account is locked"},
    {0xc0000072, "the account is disabled"},
    {0xc0000193, "the account has expired"},
    {0xc0000071, "the password has expired"},
    {0xc0000224, "the password must be changed first"},
    {0xc000006e, "the account is not allowed this type of logon"},
    {0xc000006f, "the account may not log on at this hour"},
    {0xc0000070, "the account may not log on from this computer"},
    {0xc000015b, "the account may not log on over the network"},
    {0xc000005e, "the server cannot find a domain controller"},
    {0xc00000bb, "the server does not accept NTLM"},
    {0xc0000022, "access denied"},
    {0xc00000cc, "no such share"},
    {0xc0000034, "no such pipe"},
    {0xc00000ac, "the pipe is busy"},
};

const char *smbmsg_status_text(uint32_t status)
{
	for (size_t i = 0; i < sizeof smb_statuses / sizeof smb_statuses[0];
	     i++)
		if (smb_statuses[i].status == status)
			return smb_statuses[i].text;
	return "refused";
}
