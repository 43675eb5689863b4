/*
 * ldapmsg.h - LDAP messages: build the search of the root DSE, read what a
 * server may answer, bounded (RFC 4511, RFC 4512 5.1).
 */
#ifndef PREFLIGHT_LDAPMSG_H
#define PREFLIGHT_LDAPMSG_H

#include "core/base/wire.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	LDAPMSG_QUESTION_MAX = 256,
	LDAPMSG_MAX = 65536, /* one message of a server */
	LDAPMSG_ID = 1       /* of our only question */
};

enum ldapmsg_kind {
	LDAPMSG_ENTRY,  /* SearchResultEntry */
	LDAPMSG_RESULT, /* an LDAPResult: the end of the search, an error */
	LDAPMSG_OTHER   /* a reference, an intermediate response */
};

/* Everything in it is borrowed from the bytes read. */
struct ldapmsg {
	enum ldapmsg_kind kind;
	struct cursor attributes; /* LDAPMSG_ENTRY, for ldapmsg_next() */
	int64_t code;             /* LDAPMSG_RESULT: resultCode */
	const uint8_t *text;      /* LDAPMSG_RESULT: diagnosticMessage */
	size_t text_length;
};

struct ldapmsg_attribute {
	const uint8_t *name;
	size_t name_length;
	struct cursor values; /* for ldapmsg_value() */
};

/*
 * The question: base "", scope base, (objectClass=*), these attributes. Written
 * from the end of out to the front; gives the first octet and the length, or
 * NULL when it does not fit.
 */
const uint8_t *ldapmsg_search(uint8_t out[LDAPMSG_QUESTION_MAX],
			      const char *const *attributes, size_t *length);

/* False: no message that a server may send to us. */
bool ldapmsg_read(struct ldapmsg *out, const void *bytes, size_t length);
/* The next attribute; false at the end, and where the list is broken
 * (m->attributes.bad). */
bool ldapmsg_next(struct ldapmsg *m, struct ldapmsg_attribute *out);
/* Names are compared without case (RFC 4512 2.5). */
bool ldapmsg_is(const struct ldapmsg_attribute *a, const char *name);
/* The next value, or NULL. */
const uint8_t *ldapmsg_value(struct ldapmsg_attribute *a, size_t *length);

#endif
