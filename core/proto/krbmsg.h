/*
 * krbmsg.h - Kerberos messages: build an AS-REQ, read its answer, bounded (RFC
 * 4120).
 */
#ifndef PREFLIGHT_KRBMSG_H
#define PREFLIGHT_KRBMSG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	KRBMSG_QUESTION_MAX = 512,
	KRBMSG_REALM_MAX = 160, /* twice in a question */
	KRBMSG_PRINCIPAL_MAX = 64
};

/* As on the wire (msg-type). */
enum krbmsg_kind { KRBMSG_AS_REP = 11, KRBMSG_ERROR = 30 };

/* Borrowed from the bytes read. */
struct krbmsg {
	enum krbmsg_kind kind;
	const uint8_t *realm; /* the service's; of an AS-REP the client's */
	size_t realm_length;
	int64_t code;    /* KRBMSG_ERROR: error-code */
	bool has_time;   /* KRBMSG_ERROR: stime could be read */
	int64_t wall_us; /* stime and susec */
};

/*
 * A request for a ticket-granting ticket without preauthentication: no secret
 * is in it. Written from the end of out to the front; gives the first octet and
 * the length, or NULL when it does not fit.
 */
const uint8_t *krbmsg_as_req(uint8_t out[KRBMSG_QUESTION_MAX],
			     const char *realm, const char *principal,
			     uint32_t nonce, size_t *length);

/* A KRB-ERROR or an AS-REP. False: it is neither. */
bool krbmsg_read(struct krbmsg *out, const void *bytes, size_t length);

/* "KDC_ERR_C_PRINCIPAL_UNKNOWN" for 6; NULL for a code of no known name. */
const char *krbmsg_error_name(int64_t code);

#endif
