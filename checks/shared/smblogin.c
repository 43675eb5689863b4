/* smblogin.c - logon, IPC$ and a pipe, for the smb check. */
#include "checks/shared/smblogin.h"

#include "core/base/clock.h"
#include "core/base/params.h"
#include "core/base/spec.h"
#include "core/base/text.h"

#include <stdio.h>
#include <string.h>

/* FILETIME counts 100 ns since 1601: this much until 1970. */
#define SMB_EPOCH_100NS INT64_C(116444736000000000)

static const char *smb_field(const struct credential *c, const char *key)
{
	for (size_t i = 0; i < c->count; i++)
		if (strcmp(c->fields[i].key, key) == 0)
			return c->fields[i].value->value;
	return "";
}

static bool smb_is_account(const struct credential *c)
{
	return strcmp(c->kind, "windows") == 0;
}

bool smb_login_can(const struct spec *s)
{
	for (size_t i = 0; i < s->credential_count; i++)
		if (smb_is_account(s->credentials[i]))
			return true;
	return false;
}

void smb_login_end(struct smb_login *l)
{
	explicit_bzero(&l->session, sizeof l->session);
}

static void smb_status_came(struct probe *p, uint32_t status)
{
	char text[16];

	snprintf(text, sizeof text, "0x%08lx", (unsigned long)status);
	fact_string(p, "status", text);
}

static enum step smb_send(struct probe *p, const uint8_t *bytes, size_t length,
			  enum smb_stage stage, struct smb_login *l)
{
	if (length == 0)
		return probe_untested(p, WHY_LOCAL);
	probe_send(p, bytes, length);
	l->stage = stage;
	return STEP_WAIT;
}

/* This credential failed; the next one. */
static enum step smb_rejected(struct smb_login *l, struct probe *p,
			      const char *how)
{
	const struct credential *c = p->spec->credentials[l->at++];
	char line[TEXT_MAX];

	snprintf(line, sizeof line, "%.100s: %.140s", c->name, how);
	fact_append(p, "rejected", line);
	return smb_login_begin(l, p);
}

enum step smb_login_begin(struct smb_login *l, struct probe *p)
{
	const struct spec *s = p->spec;
	uint8_t token[NTLM_MESSAGE_MAX], packet[SMB_REQUEST_MAX];
	char text[TEXT_MAX];

	while (l->at < s->credential_count &&
	       !smb_is_account(s->credentials[l->at]))
		l->at++;
	if (l->at == s->credential_count) {
		if (l->status != 0)
			smb_status_came(p, l->status);
		return probe_fail(p, CAUSE_REJECTED);
	}
	const char *before = probe_rejected(p, s->credentials[l->at]->name);
	if (before != NULL) {
		snprintf(text, sizeof text,
			 "not tried again on this device (%.90s)", before);
		return smb_rejected(l, p, text);
	}
	l->session.id = 0;
	size_t length = ntlm_negotiate(token);
	length = smb_session_setup(packet, &l->session, true, token, length);
	return smb_send(p, packet, length, SMB_STAGE_CHALLENGE, l);
}

static enum step smb_challenged(struct smb_login *l, struct probe *p,
				const struct smb_answer *a)
{
	const struct credential *c = p->spec->credentials[l->at];
	const struct ntlm_account account = {.user = smb_field(c, "user"),
					     .domain = smb_field(c, "domain"),
					     .password =
						 smb_field(c, "password")};
	uint8_t token[NTLM_MESSAGE_MAX], packet[SMB_REQUEST_MAX];
	int64_t now = clock_system.wall_us(&clock_system);
	struct ntlm_challenge challenge;
	struct ntlm_choice choice;

	if (a->status != SMB_STATUS_MORE_PROCESSING) {
		l->status = a->status;
		return smb_rejected(l, p, smb_status_text(a->status));
	}
	if (!ntlm_read_challenge(&challenge, a->body.at, cursor_left(&a->body)))
		return probe_fail(p, CAUSE_BAD_REPLY);
	l->session.id = a->session;
	ntlm_choose(&choice, &challenge,
		    (uint64_t)(now * 10 + SMB_EPOCH_100NS));
	/* Kept until the logon is good: it is not signed yet. */
	size_t length = ntlm_authenticate(token, &account, &challenge, &choice,
					  l->session.key);
	if (length > 0)
		length = smb_session_setup(packet, &l->session, false, token,
					   length);
	return smb_send(p, packet, length, SMB_STAGE_LOGON, l);
}

static enum step smb_logged_on(struct smb_login *l, struct probe *p,
			       const struct smb_answer *a)
{
	const struct credential *c = p->spec->credentials[l->at];
	uint8_t packet[SMB_REQUEST_MAX];
	const char *how = NULL;

	if (a->status != 0)
		how = smb_status_text(a->status);
	else if (smb_is_guest(a))
		how = "the server does not know the user: taken for a guest";
	if (how != NULL) {
		l->status = a->status;
		probe_reject(p, c->name, how);
		return smb_rejected(l, p, how);
	}
	fact_string(p, "credential", c->name);
	if (!smb_sign_with(&l->session, l->session.key))
		return probe_untested(p, WHY_LOCAL);
	size_t length = smb_tree_connect(packet, &l->session, p->spec->host);
	return smb_send(p, packet, length, SMB_STAGE_SHARE, l);
}

/* Logged on, and no further: that is no matter of the credential. */
static enum step smb_denied(struct probe *p, const char *what, uint32_t status)
{
	char text[TEXT_MAX];

	smb_status_came(p, status);
	snprintf(text, sizeof text, "%s: %s", what, smb_status_text(status));
	fact_string(p, "pipe", text);
	return probe_fail(p, CAUSE_REJECTED);
}

static enum step smb_share_came(struct smb_login *l, struct probe *p,
				const struct smb_answer *a)
{
	uint8_t packet[SMB_REQUEST_MAX];

	if (a->status != 0)
		return smb_denied(p, "IPC$", a->status);
	if (!smb_is_authentic(&l->session, a))
		return probe_fail(p, CAUSE_BAD_REPLY);
	l->session.tree = a->tree;
	size_t length = smb_create(packet, &l->session, l->pipe);
	return smb_send(p, packet, length, SMB_STAGE_PIPE, l);
}

static enum step smb_pipe_came(struct smb_login *l, struct probe *p,
			       const struct smb_answer *a)
{
	if (a->status != 0)
		return smb_denied(p, l->pipe, a->status);
	if (!smb_is_authentic(&l->session, a))
		return probe_fail(p, CAUSE_BAD_REPLY);
	fact_string(p, "pipe", "open");
	return probe_ok(p);
}

enum step smb_login_came(struct smb_login *l, struct probe *p,
			 const struct smb_answer *a)
{
	static const enum smb_command commands[] = {
	    [SMB_STAGE_CHALLENGE] = SMB_SESSION_SETUP,
	    [SMB_STAGE_LOGON] = SMB_SESSION_SETUP,
	    [SMB_STAGE_SHARE] = SMB_TREE_CONNECT,
	    [SMB_STAGE_PIPE] = SMB_CREATE};

	if (a->is_smb1 || a->command != (unsigned)commands[l->stage] ||
	    a->message != l->session.next - 1)
		return probe_fail(p, CAUSE_BAD_REPLY);
	if (a->status == SMB_STATUS_PENDING)
		return STEP_WAIT; /* the real answer follows */
	switch (l->stage) {
	case SMB_STAGE_NEGOTIATE:
		break;
	case SMB_STAGE_CHALLENGE:
		return smb_challenged(l, p, a);
	case SMB_STAGE_LOGON:
		return smb_logged_on(l, p, a);
	case SMB_STAGE_SHARE:
		return smb_share_came(l, p, a);
	case SMB_STAGE_PIPE:
		return smb_pipe_came(l, p, a);
	}
	return probe_fail(p, CAUSE_BAD_REPLY);
}
