/* smblogin.c - logon, IPC$ and a pipe, for the smb check. */
#include "checks/shared/smblogin.h"
#include "core/base/mem.h"

#include "core/os/clock.h"
#include "core/base/params.h"
#include "core/base/spec.h"
#include "core/base/text.h"

#include <stdio.h>
#include <string.h>

/* FILETIME counts 100 ns since 1601: this much until 1970. */
#define SMB_EPOCH_100NS INT64_C(116444736000000000)

static const char *smblogin_field(const struct credential *c, const char *key)
{
	for (size_t i = 0; i < c->count; i++)
		if (strcmp(c->fields[i].key, key) == 0)
			return c->fields[i].value->value;
	return "";
}

static bool smblogin_is_account(const struct credential *c)
{
	return strcmp(c->kind, "windows") == 0;
}

bool smblogin_can(const struct spec *s)
{
	for (size_t i = 0; i < s->credential_count; i++)
		if (smblogin_is_account(s->credentials[i]))
			return true;
	return false;
}

void smblogin_end(struct smb_login *l)
{
	mem_wipe(&l->session, sizeof l->session);
}

static void smblogin_status_came(struct probe *p, uint32_t status)
{
	char text[16];

	snprintf(text, sizeof text, "0x%08lx", (unsigned long)status);
	fact_string(p, "status", text);
}

static enum step smblogin_send(struct probe *p, const uint8_t *bytes,
			       size_t length, enum smb_stage stage,
			       struct smb_login *l)
{
	if (length == 0)
		return probe_untested(p, WHY_LOCAL);
	probe_send(p, bytes, length);
	l->stage = stage;
	return STEP_WAIT;
}

/* This credential failed; the next one. */
static enum step smblogin_rejected(struct smb_login *l, struct probe *p,
				   const char *how)
{
	const struct credential *c = p->spec->credentials[l->at++];
	char line[TEXT_MAX];

	snprintf(line, sizeof line, "%.100s: %.140s", c->name, how);
	fact_append(p, "rejected", line);
	return smblogin_begin(l, p);
}

enum step smblogin_begin(struct smb_login *l, struct probe *p)
{
	const struct spec *s = p->spec;
	uint8_t token[NTLM_MESSAGE_MAX], packet[SMB_REQUEST_MAX];
	char text[TEXT_MAX];

	while (l->at < s->credential_count &&
	       !smblogin_is_account(s->credentials[l->at]))
		l->at++;
	if (l->at == s->credential_count) {
		if (l->status != 0)
			smblogin_status_came(p, l->status);
		return probe_fail(p, CAUSE_REJECTED);
	}
	const char *before = probe_rejected(p, s->credentials[l->at]->name);
	if (before != NULL) {
		snprintf(text, sizeof text,
			 "not tried again on this device (%.90s)", before);
		return smblogin_rejected(l, p, text);
	}
	l->session.id = 0;
	size_t length = ntlm_negotiate(token);
	length = smbmsg_session_setup(packet, &l->session, true, token, length);
	return smblogin_send(p, packet, length, SMB_STAGE_CHALLENGE, l);
}

static enum step smblogin_challenged(struct smb_login *l, struct probe *p,
				     const struct smb_answer *a)
{
	const struct credential *c = p->spec->credentials[l->at];
	const struct ntlm_account account = {
	    .user = smblogin_field(c, "user"),
	    .domain = smblogin_field(c, "domain"),
	    .password = smblogin_field(c, "password")};
	uint8_t token[NTLM_MESSAGE_MAX], packet[SMB_REQUEST_MAX];
	int64_t now = clock_system.wall_us(&clock_system);
	struct ntlm_challenge challenge;
	struct ntlm_choice choice;

	if (a->status != SMB_STATUS_MORE_PROCESSING) {
		l->status = a->status;
		return smblogin_rejected(l, p, smbmsg_status_text(a->status));
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
		length = smbmsg_session_setup(packet, &l->session, false, token,
					      length);
	return smblogin_send(p, packet, length, SMB_STAGE_LOGON, l);
}

static enum step smblogin_logged_on(struct smb_login *l, struct probe *p,
				    const struct smb_answer *a)
{
	const struct credential *c = p->spec->credentials[l->at];
	uint8_t packet[SMB_REQUEST_MAX];
	const char *how = NULL;

	if (a->status != 0)
		how = smbmsg_status_text(a->status);
	else if (smbmsg_is_guest(a))
		how = "the server does not know the user and mapped it to "
		      "the guest account";
	if (how != NULL) {
		l->status = a->status;
		probe_reject(p, c->name, how);
		return smblogin_rejected(l, p, how);
	}
	fact_string(p, "credential", c->name);
	if (!smbmsg_sign_with(&l->session, l->session.key))
		return probe_untested(p, WHY_LOCAL);
	size_t length = smbmsg_tree_connect(packet, &l->session, p->spec->host);
	return smblogin_send(p, packet, length, SMB_STAGE_SHARE, l);
}

/* Logged on, but refused afterwards: the credential is not the cause. */
static enum step smblogin_denied(struct probe *p, const char *what,
				 uint32_t status)
{
	char text[TEXT_MAX];

	smblogin_status_came(p, status);
	snprintf(text, sizeof text, "%s: %s", what, smbmsg_status_text(status));
	fact_string(p, "pipe", text);
	return probe_fail(p, CAUSE_REJECTED);
}

static enum step smblogin_share_came(struct smb_login *l, struct probe *p,
				     const struct smb_answer *a)
{
	uint8_t packet[SMB_REQUEST_MAX];

	if (a->status != 0)
		return smblogin_denied(p, "IPC$", a->status);
	if (!smbmsg_is_authentic(&l->session, a))
		return probe_fail(p, CAUSE_BAD_REPLY);
	l->session.tree = a->tree;
	size_t length = smbmsg_create(packet, &l->session, l->pipe);
	return smblogin_send(p, packet, length, SMB_STAGE_PIPE, l);
}

static enum step smblogin_pipe_came(struct smb_login *l, struct probe *p,
				    const struct smb_answer *a)
{
	if (a->status != 0)
		return smblogin_denied(p, l->pipe, a->status);
	if (!smbmsg_is_authentic(&l->session, a))
		return probe_fail(p, CAUSE_BAD_REPLY);
	fact_string(p, "pipe", "open");
	return probe_ok(p);
}

enum step smblogin_came(struct smb_login *l, struct probe *p,
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
		return smblogin_challenged(l, p, a);
	case SMB_STAGE_LOGON:
		return smblogin_logged_on(l, p, a);
	case SMB_STAGE_SHARE:
		return smblogin_share_came(l, p, a);
	case SMB_STAGE_PIPE:
		return smblogin_pipe_came(l, p, a);
	}
	return probe_fail(p, CAUSE_BAD_REPLY);
}
