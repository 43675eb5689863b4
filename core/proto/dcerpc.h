/*
 * dcerpc.h - DCE/RPC over TCP: build a bind and an ept_lookup, read what comes
 * back, bounded (C706 chapters 12 and 14, appendices L and O; MS-RPCE 2.2.2).
 */
#ifndef PREFLIGHT_DCERPC_H
#define PREFLIGHT_DCERPC_H

#include "core/base/wire.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	DCERPC_QUESTION_MAX = 128,
	DCERPC_FRAGMENT_MAX = 5840,   /* what Windows offers; we offer 4280 */
	DCERPC_STUB_MAX = 256 * 1024, /* all fragments of an answer */
	DCERPC_ENTRIES_MAX = 500,     /* asked for */
	DCERPC_PORTS_MAX = 64         /* different ones kept */
};

/* As on the wire: C706 12.6.4. */
enum dcerpc_type {
	DCERPC_RESPONSE = 2,
	DCERPC_FAULT = 3,
	DCERPC_BIND_ACK = 12,
	DCERPC_BIND_NAK = 13
};

enum dcerpc_interface {
	DCERPC_MAPPER,    /* the endpoint mapper: C706 appendix O */
	DCERPC_MANAGEMENT /* what every server has: C706 appendix Q */
};

/* One PDU of a server; borrowed from the bytes read. */
struct dcerpc_pdu {
	enum dcerpc_type type;
	bool last;          /* fragment */
	bool little;        /* the server's byte order */
	uint32_t call;      /* as in our question */
	struct cursor body; /* behind the common header */
};

enum dcerpc_frame { DCERPC_MORE, DCERPC_WHOLE, DCERPC_BAD };

/* *length is that of a whole PDU. An absurd beginning is bad at once. */
enum dcerpc_frame dcerpc_read(struct dcerpc_pdu *out, const void *bytes,
			      size_t available, size_t *length);

/* What a bind_ack says about our only interface. */
enum dcerpc_result {
	DCERPC_ACCEPTED = 0,
	DCERPC_USER_REJECTED = 1,
	DCERPC_PROVIDER_REJECTED = 2
};
/* Results and reasons: C706 12.6.3.1. False: the body is broken. */
bool dcerpc_read_ack(struct dcerpc_pdu *pdu, unsigned *result,
		     unsigned *reason);
/* The reason of a bind_nak. */
bool dcerpc_read_nak(struct dcerpc_pdu *pdu, unsigned *reason);
/* The status of a fault. */
bool dcerpc_read_fault(struct dcerpc_pdu *pdu, uint32_t *status);
/* A response: the body's cursor moves on to its stub. */
bool dcerpc_read_response(struct dcerpc_pdu *pdu);

void dcerpc_write_bind(struct wire *w, enum dcerpc_interface interface,
		       uint32_t call);
/* All entries, at most DCERPC_ENTRIES_MAX; anonymous. */
void dcerpc_write_lookup(struct wire *w, uint32_t call);

struct dcerpc_endpoints {
	uint32_t count; /* entries of every kind */
	uint32_t status;
	uint16_t ports[DCERPC_PORTS_MAX]; /* ncacn_ip_tcp, as they came */
	size_t port_count;
};

/* The stub of the answer to ept_lookup. False: it is broken. */
bool dcerpc_read_endpoints(struct dcerpc_endpoints *out, const void *stub,
			   size_t length, bool little);

#endif
