/*
 * smb.c - does an SMB2 server answer a NEGOTIATE? Dialect, signing and clock
 * are in the first answer (MS-SMB2 2.2.3, 2.2.4): no session setup, no logon.
 * Only where a pipe is wanted and a credential of kind `windows` is given, it
 * logs on and opens that pipe of IPC$ (checks/shared/smblogin.h).
 */
#include "core/engine/check.h"
#include "core/os/clock.h"
#include "checks/shared/smblogin.h"
#include "core/base/spec.h"

#include <stdio.h>
#include <string.h>

enum { SMB_SIGNING_ENABLED = 1, SMB_SIGNING_REQUIRED = 2 };

/* FILETIME counts 100 ns since 1601: this much until 1970. */
#define SMB_EPOCH_100NS INT64_C(116444736000000000)

struct smb_params {
	const char *pipe;
};

static enum step smb_connected(struct probe *p)
{
	struct smb_login *l = p->state;
	uint8_t packet[SMB_REQUEST_MAX];
	probe_send(p, packet, smbmsg_negotiate(packet, &l->session));
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

/* What is wanted beyond the negotiation. */
static enum step smb_go_on(struct probe *p)
{
	const struct smb_params *params = p->params;
	struct smb_login *l = p->state;
	if (params->pipe == NULL)
		return probe_ok(p);
	if (!smblogin_can(p->spec)) {
		fact_string(p, "pipe",
			    "not tried: no credential of kind windows");
		return probe_ok(p);
	}
	l->pipe = params->pipe;
	return smblogin_begin(l, p);
}

/* NEGOTIATE Response: MS-SMB2 2.2.4. */
static enum step smb_negotiated(struct probe *p, struct cursor *body)
{
	struct smb_login *l = p->state;
	unsigned size = cursor_le16(body);
	unsigned mode = cursor_le16(body);
	l->session.dialect = cursor_le16(body);
	cursor_skip(body, 2);
	struct cursor guid = cursor_slice(body, SMB_GUID);
	cursor_skip(body, 4 + 4 + 4 + 4); /* capabilities, maxima */
	uint64_t time = cursor_le64(body);
	if (body->bad || size != 65)
		return probe_fail(p, CAUSE_BAD_REPLY);
	smb_dialect_came(p, l->session.dialect);
	smb_signing_came(p, mode);
	smb_guid_came(p, &guid);
	smb_time_came(p, time);
	return smb_go_on(p);
}

static enum step smb_message_came(struct probe *p, struct smb_answer *a)
{
	const struct smb_login *l = p->state;
	if (l->stage != SMB_STAGE_NEGOTIATE)
		return smblogin_came(p->state, p, a);
	if (a->is_smb1) {
		/* The right family, too old for every product here. */
		fact_string(p, "dialect", "1");
		return probe_fail(p, CAUSE_REJECTED);
	}
	if (a->command != SMB_NEGOTIATE)
		return probe_fail(p, CAUSE_BAD_REPLY);
	if (a->status != 0) {
		char text[16];
		snprintf(text, sizeof(text), "0x%08lx",
			 (unsigned long)a->status);
		fact_string(p, "status", text);
		return probe_fail(p, CAUSE_REJECTED);
	}
	return smb_negotiated(p, &a->body);
}

static enum step smb_data_came(struct probe *p)
{
	enum step step = STEP_WAIT;
	while (step == STEP_WAIT && p->in->length > 0) {
		struct smb_answer a;
		size_t length = 0;
		switch (smbmsg_frame(p->in->data, p->in->length, &length)) {
		case SMB_FRAME_MORE:
			return STEP_WAIT;
		case SMB_FRAME_BAD:
			return probe_fail(p, CAUSE_BAD_REPLY);
		case SMB_FRAME_WHOLE:
			break;
		}
		if (!smbmsg_read(&a, p->in->data + SMB_TRANSPORT,
				 length - SMB_TRANSPORT))
			return probe_fail(p, CAUSE_BAD_REPLY);
		step = smb_message_came(p, &a);
		if (step == STEP_WAIT)
			probe_consume(p, length);
	}
	return step;
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

static void smb_stop(struct probe *p)
{
	smblogin_end(p->state);
}

static int smb_validate(const void *arg, struct error *err)
{
	const struct smb_params *params = arg;
	size_t length = params->pipe != NULL ? strlen(params->pipe) : 1;
	if (length > 0 && length <= SMB_PIPE_MAX &&
	    (params->pipe == NULL || strpbrk(params->pipe, "\\/:") == NULL))
		return 0;
	error_set(err, "'pipe' is not the name of a pipe");
	error_suggest(err, "write the name alone, as in srvsvc");
	return -1;
}

static bool smb_logs_in(const struct spec *s)
{
	const struct smb_params *params = s->params;
	return params->pipe != NULL && smblogin_can(s);
}

static const struct param smb_param_table[] = {
    {.name = "pipe",
     .type = PARAM_STRING,
     .offset = offsetof(struct smb_params, pipe),
     .help = "named pipe of IPC$ to open, where a credential is given"},
    {.name = NULL}};

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
     .help = "the server's clock minus this host's"},
    {.name = "status",
     .type = FACT_STRING,
     .help = "NTSTATUS of a refusal, hex"},
    {.name = "credential",
     .type = FACT_STRING,
     .help = "name of the credential that logged on"},
    {.name = "rejected",
     .type = FACT_LIST,
     .help = "credentials that failed, by name, and why"},
    {.name = "pipe",
     .type = FACT_STRING,
     .help = "open, or why the pipe did not open"},
    {.name = NULL}};

const struct check check_smb = {
    .name = "smb",
    .summary = "SMB2: dialect, signing, clock; a named pipe with a credential",
    .params = smb_param_table,
    .facts = smb_facts,
    .params_size = sizeof(struct smb_params),
    .state_size = sizeof(struct smb_login),
    .needs = NEEDS_TCP,
    .proxy = PROXY_NEVER,
    .transport = TRANSPORT_TCP,
    .window = 100,
    .port = 445,
    .credential = "windows",
    .validate = smb_validate,
    .logs_in = smb_logs_in,
    .step = smb_step,
    .stop = smb_stop};
