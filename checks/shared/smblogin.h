/*
 * smblogin.h - the smb check's way from a negotiated connection to a named
 * pipe: NTLMv2 logon, the share IPC$, the pipe.
 *
 * The device's credentials of kind `windows` are tried in their order until one
 * logs on. One that the server refuses is not given to it again: see "Once" in
 * core/engine/check.h.
 */
#ifndef PREFLIGHT_SMBLOGIN_H
#define PREFLIGHT_SMBLOGIN_H

#include "core/engine/check.h"
#include "core/proto/smbmsg.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum smb_stage {
	SMB_STAGE_NEGOTIATE,
	SMB_STAGE_CHALLENGE, /* the first SESSION_SETUP is out */
	SMB_STAGE_LOGON,     /* the second one */
	SMB_STAGE_SHARE,
	SMB_STAGE_PIPE
};

/* In a check's state, zeroed. The session is filled in by the negotiation. */
struct smb_login {
	struct smb_session session;
	enum smb_stage stage;
	size_t at;       /* place among the spec's credentials */
	uint32_t status; /* of the last logon that failed */
	const char *pipe;
};

/* Is there a credential to log on with? */
bool smblogin_can(const struct spec *s);
/* The next usable credential; after the last one, the attempt ends. */
enum step smblogin_begin(struct smb_login *l, struct probe *p);
/* An answer after the negotiation's. */
enum step smblogin_came(struct smb_login *l, struct probe *p,
			const struct smb_answer *a);
void smblogin_end(struct smb_login *l); /* wipes */

#endif
