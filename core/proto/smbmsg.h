/*
 * smbmsg.h - SMB2 messages (MS-SMB2): requests of a client that logs on and
 * opens a named pipe, and what the answers say. Signed where the session is.
 */
#ifndef PREFLIGHT_SMBMSG_H
#define PREFLIGHT_SMBMSG_H

#include "core/proto/ntlm.h"
#include "core/base/wire.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	SMB_TRANSPORT = 4, /* octets before a message */
	SMB_HEADER = 64,
	SMB1_HEADER = 32,
	SMB_MESSAGE_MAX = 65536,
	SMB_REQUEST_MAX = 4096,
	SMB_GUID = 16,
	SMB_PIPE_MAX = 64 /* characters of a pipe's name */
};

enum smb_command {
	SMB_NEGOTIATE = 0,
	SMB_SESSION_SETUP = 1,
	SMB_TREE_CONNECT = 3,
	SMB_CREATE = 5
};

/* NTSTATUS: MS-ERREF 2.3.1 */
#define SMB_STATUS_PENDING         0x00000103U
#define SMB_STATUS_MORE_PROCESSING 0xc0000016U

/* What goes into every header. Zero-initialise. */
struct smb_session {
	uint16_t dialect; /* agreed on: 0x0202 ... 0x0302 */
	uint64_t next;    /* MessageId */
	uint64_t id;
	uint32_t tree;
	bool signs;
	uint8_t key[NTLM_KEY]; /* the signing key */
};

/* All give the length with the transport's four octets; 0: does not fit. */
/* A NEGOTIATE of SMB1 with its last dialect (MS-CIFS 2.2.4.52). */
size_t smbmsg_negotiate_old(uint8_t out[SMB_REQUEST_MAX]);
size_t smbmsg_negotiate(uint8_t out[SMB_REQUEST_MAX], struct smb_session *s);
/* token: of NTLM, `first` in a NegTokenInit, else in a NegTokenResp (RFC
 * 4178 4.2). */
size_t smbmsg_session_setup(uint8_t out[SMB_REQUEST_MAX], struct smb_session *s,
			    bool first, const void *token, size_t length);
/* \\host\IPC$ */
size_t smbmsg_tree_connect(uint8_t out[SMB_REQUEST_MAX], struct smb_session *s,
			   const char *host);
size_t smbmsg_create(uint8_t out[SMB_REQUEST_MAX], struct smb_session *s,
		     const char *pipe);

/* The session's key becomes the signing key: 3.1.4.1, 3.1.4.2. False: this
 * host's OpenSSL lacks what it needs. */
bool smbmsg_sign_with(struct smb_session *s, const uint8_t key[NTLM_KEY]);

enum smb_frame { SMB_FRAME_MORE, SMB_FRAME_WHOLE, SMB_FRAME_BAD };
/* Is a whole message there? *length with the transport's four octets. */
enum smb_frame smbmsg_frame(const void *bytes, size_t available,
			    size_t *length);

struct smb_answer {
	bool is_smb1;
	unsigned command;
	uint32_t status, flags, tree;
	uint64_t message, session;
	const uint8_t *header; /* 64 octets, then the body */
	size_t length;
	struct cursor body;
};
/* A whole message, without the transport's octets. False: no SMB, or no answer
 * of a server. */
bool smbmsg_read(struct smb_answer *out, const void *bytes, size_t length);
/* Is it signed, by the session's key? */
bool smbmsg_is_authentic(const struct smb_session *s,
			 const struct smb_answer *a);
/* Of a SESSION_SETUP: was the user mapped to the guest or null account? */
bool smbmsg_is_guest(const struct smb_answer *a);

/* "0xc000006d", and in few words what it means at a logon; or what else. */
const char *smbmsg_status_text(uint32_t status);

#endif
