/*
 * ldapmsg.c - LDAP messages: the root DSE's question, a server's answers.
 */
#include "core/proto/ldapmsg.h"
#include "core/base/text.h"

#include "core/base/ber.h"

#include <string.h>

/* protocolOp: RFC 4511 4.2 to 4.13, application tags. */
enum {
	LDAPMSG_BIND_RESPONSE = 0x61,
	LDAPMSG_SEARCH = 0x63,
	LDAPMSG_SEARCH_ENTRY = 0x64,
	LDAPMSG_SEARCH_DONE = 0x65,
	LDAPMSG_MODIFY_RESPONSE = 0x67,
	LDAPMSG_ADD_RESPONSE = 0x69,
	LDAPMSG_DELETE_RESPONSE = 0x6b,
	LDAPMSG_RENAME_RESPONSE = 0x6d,
	LDAPMSG_COMPARE_RESPONSE = 0x6f,
	LDAPMSG_SEARCH_REFERENCE = 0x73,
	LDAPMSG_EXTENDED_RESPONSE = 0x78,
	LDAPMSG_INTERMEDIATE = 0x79
};

enum {
	LDAPMSG_PRESENT = 0x87, /* filter: context tag 7 */
	LDAPMSG_SIZE_LIMIT = 1,
	LDAPMSG_TIME_LIMIT = 5, /* seconds */
	LDAPMSG_CODE_MAX = 16777215
};

const uint8_t *ldapmsg_search(uint8_t out[LDAPMSG_QUESTION_MAX],
			      const char *const *attributes, size_t *length)
{
	static const char filter[] = "objectClass";
	const uint8_t no = 0;
	struct ber_out o = ber_out_into(out, LDAPMSG_QUESTION_MAX);
	size_t end = ber_out_mark(&o);
	size_t count = 0;
	while (attributes[count] != NULL)
		count++;
	while (count-- > 0)
		ber_out_octets(&o, BER_OCTETS, attributes[count],
			       strlen(attributes[count]));
	ber_out_wrap(&o, BER_SEQUENCE, end);
	ber_out_octets(&o, LDAPMSG_PRESENT, filter, strlen(filter));
	ber_out_octets(&o, BER_BOOLEAN, &no, 1); /* typesOnly */
	ber_out_integer(&o, BER_INTEGER, LDAPMSG_TIME_LIMIT);
	ber_out_integer(&o, BER_INTEGER, LDAPMSG_SIZE_LIMIT);
	ber_out_integer(&o, BER_ENUMERATED, 0);  /* neverDerefAliases */
	ber_out_integer(&o, BER_ENUMERATED, 0);  /* baseObject */
	ber_out_octets(&o, BER_OCTETS, NULL, 0); /* the root DSE */
	ber_out_wrap(&o, LDAPMSG_SEARCH, end);
	ber_out_integer(&o, BER_INTEGER, LDAPMSG_ID);
	ber_out_wrap(&o, BER_SEQUENCE, end);
	const uint8_t *bytes = ber_out_bytes(&o, length);
	return o.full ? NULL : bytes;
}

/* What an operation is; requests are none of a server's. */
static bool ldapmsg_kind_of(uint8_t operation, enum ldapmsg_kind *kind)
{
	switch (operation) {
	case LDAPMSG_SEARCH_ENTRY:
		*kind = LDAPMSG_ENTRY;
		return true;
	case LDAPMSG_SEARCH_REFERENCE:
	case LDAPMSG_INTERMEDIATE:
		*kind = LDAPMSG_OTHER;
		return true;
	case LDAPMSG_SEARCH_DONE:
	case LDAPMSG_BIND_RESPONSE:
	case LDAPMSG_MODIFY_RESPONSE:
	case LDAPMSG_ADD_RESPONSE:
	case LDAPMSG_DELETE_RESPONSE:
	case LDAPMSG_RENAME_RESPONSE:
	case LDAPMSG_COMPARE_RESPONSE:
	case LDAPMSG_EXTENDED_RESPONSE:
		*kind = LDAPMSG_RESULT;
		return true;
	default:
		return false;
	}
}

bool ldapmsg_read(struct ldapmsg *out, const void *bytes, size_t length)
{
	struct cursor c = cursor_over(bytes, length);
	struct cursor message = ber_enter(&c, BER_SEQUENCE);
	int64_t id = ber_integer(&message, BER_INTEGER);
	uint8_t operation = 0;
	struct cursor body = ber_any(&message, &operation);
	*out = (struct ldapmsg){.kind = LDAPMSG_OTHER};
	/* 0 is a notice of the server's own accord (RFC 4511 4.4); some use it
	 * for a question that they could not read. */
	if (message.bad || (id != LDAPMSG_ID && id != 0) ||
	    !ldapmsg_kind_of(operation, &out->kind))
		return false;
	if (out->kind == LDAPMSG_ENTRY) {
		ber_skip(&body); /* objectName */
		out->attributes = ber_enter(&body, BER_SEQUENCE);
	} else if (out->kind == LDAPMSG_RESULT) {
		out->code = ber_integer(&body, BER_ENUMERATED);
		ber_skip(&body); /* matchedDN */
		out->text = ber_octets(&body, BER_OCTETS, &out->text_length);
		if (out->code < 0 || out->code > LDAPMSG_CODE_MAX)
			return false;
	}
	return !body.bad;
}

bool ldapmsg_next(struct ldapmsg *m, struct ldapmsg_attribute *out)
{
	if (m->attributes.bad || cursor_left(&m->attributes) == 0)
		return false;
	struct cursor one = ber_enter(&m->attributes, BER_SEQUENCE);
	out->name = ber_octets(&one, BER_OCTETS, &out->name_length);
	out->values = ber_enter(&one, BER_SET);
	if (one.bad)
		m->attributes.bad = true;
	return !m->attributes.bad;
}

bool ldapmsg_is(const struct ldapmsg_attribute *a, const char *name)
{
	return a->name_length == strlen(name) &&
	       text_ncasecmp((const char *)a->name, name, a->name_length) == 0;
}

const uint8_t *ldapmsg_value(struct ldapmsg_attribute *a, size_t *length)
{
	*length = 0;
	if (a->values.bad || cursor_left(&a->values) == 0)
		return NULL;
	return ber_octets(&a->values, BER_OCTETS, length);
}
