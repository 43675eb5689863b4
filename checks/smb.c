/*
 * smb.c - does an SMB2 server answer a NEGOTIATE? No session setup, so no
 * logon attempt: dialect, signing and clock are in the first answer (MS-SMB2
 * 2.2.3, 2.2.4).
 */
#include "check.h"
#include "clock.h"

#include <stdio.h>

enum {
	SMB_HEADER = 64,
	SMB_COMMAND_NEGOTIATE = 0,
	SMB_SIGNING_ENABLED = 1,
	SMB_SIGNING_REQUIRED = 2,
	SMB_MESSAGE_MAX = 65536,
	SMB_GUID = 16,
	SMB1_HEADER = 32,
	SMB_PROCESS = 0xfeff /* what Windows sends: MS-SMB2 2.2.1.2 */
};

#define SMB2_MAGIC        0xfe534d42U /* FE 'S' 'M' 'B' */
#define SMB1_MAGIC        0xff534d42U
#define SMB_FLAG_RESPONSE 0x00000001U
/* FILETIME counts 100 ns since 1601: this much until 1970. */
#define SMB_EPOCH_100NS INT64_C(116444736000000000)

static const uint16_t smb_dialects[] = {0x0202, 0x0210, 0x0300, 0x0302};
enum { SMB_DIALECTS = sizeof(smb_dialects) / sizeof(smb_dialects[0]) };

static enum step smb_connected(struct probe *p)
{
	uint8_t packet[128];
	uint8_t guid[SMB_GUID];
	struct wire w = wire_into(packet, sizeof(packet));
	wire_random(guid, sizeof(guid));
	/* Direct TCP: a zero octet and the length (MS-SMB2 2.1). */
	wire_be32(&w, SMB_HEADER + 36 + 2 * SMB_DIALECTS);
	wire_be32(&w, SMB2_MAGIC);
	wire_le16(&w, SMB_HEADER);
	wire_zero(&w, 2 + 4);
	wire_le16(&w, SMB_COMMAND_NEGOTIATE);
	wire_le16(&w, 1); /* credits */
	wire_zero(&w, 4 + 4 + 8);
	wire_le32(&w, SMB_PROCESS);
	wire_zero(&w, 4 + 8 + 16); /* tree, session, signature */
	wire_le16(&w, 36);         /* StructureSize of NEGOTIATE */
	wire_le16(&w, SMB_DIALECTS);
	wire_le16(&w, SMB_SIGNING_ENABLED);
	wire_zero(&w, 2 + 4); /* capabilities */
	wire_bytes(&w, guid, sizeof(guid));
	wire_zero(&w, 8);
	for (size_t i = 0; i < SMB_DIALECTS; i++)
		wire_le16(&w, smb_dialects[i]);
	probe_send(p, packet, w.length);
	p->phase = PHASE_REPLY;
	return STEP_WAIT;
}

static void smb_dialect_came(struct probe *p, unsigned dialect)
{
	static const struct {
		unsigned number;
		const char *name;
	} names[] = {{.number = 0x0202, .name = "2.0.2"},
		     {.number = 0x0210, .name = "2.1"},
		     {.number = 0x0300, .name = "3.0"},
		     {.number = 0x0302, .name = "3.0.2"},
		     {.number = 0x0311, .name = "3.1.1"}};
	char unknown[16];
	snprintf(unknown, sizeof(unknown), "0x%04x", dialect);
	const char *name = unknown;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].number == dialect)
			name = names[i].name;
	fact_string(p, "dialect", name);
}

static void smb_signing_came(struct probe *p, unsigned mode)
{
	const char *signing = "off";
	if (mode & SMB_SIGNING_REQUIRED)
		signing = "required";
	else if (mode & SMB_SIGNING_ENABLED)
		signing = "enabled";
	fact_string(p, "signing", signing);
}

/* The first three fields are little-endian: MS-DTYP 2.3.4.2. */
static void smb_guid_came(struct probe *p, struct cursor *c)
{
	char text[40];
	uint32_t first = cursor_le32(c);
	unsigned second = cursor_le16(c);
	unsigned third = cursor_le16(c);
	unsigned fourth = cursor_be16(c);
	uint64_t last = (uint64_t)cursor_be16(c) << 32;
	last |= cursor_be32(c);
	snprintf(text, sizeof(text), "%08lx-%04x-%04x-%04x-%012llx",
		 (unsigned long)first, second, third, fourth,
		 (unsigned long long)last);
	if (!c->bad)
		fact_string(p, "server-guid", text);
}

/* How far the server's clock is from ours; some send none. */
static void smb_time_came(struct probe *p, uint64_t filetime)
{
	int64_t now = clock_system.wall_us(&clock_system);
	if (filetime == 0 || filetime > INT64_MAX)
		return;
	int64_t server = ((int64_t)filetime - SMB_EPOCH_100NS) / 10;
	fact_ms(p, "server-time-offset", server - now);
}

/* NEGOTIATE Response: MS-SMB2 2.2.4. */
static enum step smb_negotiated(struct probe *p, struct cursor *body)
{
	unsigned size = cursor_le16(body);
	unsigned mode = cursor_le16(body);
	unsigned dialect = cursor_le16(body);
	cursor_skip(body, 2);
	struct cursor guid = cursor_slice(body, SMB_GUID);
	cursor_skip(body, 4 + 4 + 4 + 4); /* capabilities, maxima */
	uint64_t time = cursor_le64(body);
	if (body->bad || size != 65)
		return probe_fail(p, CAUSE_BAD_REPLY);
	smb_dialect_came(p, dialect);
	smb_signing_came(p, mode);
	smb_guid_came(p, &guid);
	smb_time_came(p, time);
	return probe_ok(p);
}

static enum step smb_message_came(struct probe *p, struct cursor *message)
{
	uint32_t magic = cursor_be32(message);
	if (magic == SMB1_MAGIC) {
		/* The right family, too old for every product here. */
		fact_string(p, "dialect", "1");
		return probe_fail(p, CAUSE_REJECTED);
	}
	unsigned size = cursor_le16(message);
	cursor_skip(message, 2);
	uint32_t status = cursor_le32(message);
	unsigned command = cursor_le16(message);
	cursor_skip(message, 2);
	uint32_t flags = cursor_le32(message);
	cursor_skip(message, SMB_HEADER - 20);
	if (message->bad || magic != SMB2_MAGIC || size != SMB_HEADER ||
	    command != SMB_COMMAND_NEGOTIATE ||
	    (flags & SMB_FLAG_RESPONSE) == 0)
		return probe_fail(p, CAUSE_BAD_REPLY);
	if (status != 0) {
		char text[16];
		snprintf(text, sizeof(text), "0x%08lx", (unsigned long)status);
		fact_string(p, "status", text);
		return probe_fail(p, CAUSE_REJECTED);
	}
	return smb_negotiated(p, message);
}

static enum step smb_data_came(struct probe *p)
{
	struct cursor c = cursor_over(p->in->data, p->in->length);
	unsigned kind = cursor_u8(&c);
	uint32_t length = cursor_be24(&c);
	/* The first octet decides: HTTP on 445 need not be waited for. */
	if (p->in->length > 0 && kind != 0)
		return probe_fail(p, CAUSE_BAD_REPLY);
	if (c.bad)
		return STEP_WAIT;
	if (length < SMB1_HEADER || length > SMB_MESSAGE_MAX)
		return probe_fail(p, CAUSE_BAD_REPLY);
	if (cursor_left(&c) < length)
		return STEP_WAIT;
	struct cursor message = cursor_slice(&c, length);
	return smb_message_came(p, &message);
}

static enum step smb_closed(struct probe *p)
{
	if (p->in->length > 0)
		return probe_fail(p, CAUSE_BAD_REPLY);
	return STEP_WAIT;
}

static enum step smb_step(struct probe *p, enum event event)
{
	switch (event) {
	case EV_START:
		return smb_connected(p);
	case EV_DATA:
		return smb_data_came(p);
	case EV_EOF:
		return smb_closed(p);
	default:
		return STEP_WAIT;
	}
}

static const struct fact_def smb_facts[] = {
    {.name = "dialect",
     .type = FACT_STRING,
     .help = "highest dialect agreed on: 2.0.2 to 3.0.2, or 1"},
    {.name = "signing",
     .type = FACT_STRING,
     .help = "required, enabled or off"},
    {.name = "server-guid", .type = FACT_STRING, .help = "the server's GUID"},
    {.name = "server-time-offset",
     .type = FACT_MS,
     .help = "the server's clock minus ours"},
    {.name = "status",
     .type = FACT_STRING,
     .help = "NTSTATUS of a refusal, hex"},
    {.name = NULL}};

const struct check check_smb = {
    .name = "smb",
    .summary = "SMB2 negotiation: dialect, signing, clock; no logon",
    .facts = smb_facts,
    .needs = NEEDS_TCP,
    .proxy = PROXY_NEVER,
    .transport = TRANSPORT_TCP,
    .window = 100,
    .port = 445,
    .step = smb_step};
