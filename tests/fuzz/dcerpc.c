/* dcerpc.c - DCE/RPC: PDUs of a server, and the endpoints in an answer. */
#include "core/proto/dcerpc.h"

#include "tests/fuzz/fuzz.h"

#include <string.h>

const unsigned fuzz_rounds = 300000;

static void body(struct dcerpc_pdu *pdu)
{
	struct dcerpc_endpoints endpoints;
	unsigned result, reason;
	uint32_t status;

	switch (pdu->type) {
	case DCERPC_BIND_ACK:
		(void)dcerpc_read_ack(pdu, &result, &reason);
		break;
	case DCERPC_BIND_NAK:
		(void)dcerpc_read_nak(pdu, &reason);
		break;
	case DCERPC_FAULT:
		(void)dcerpc_read_fault(pdu, &status);
		break;
	case DCERPC_RESPONSE:
		if (!dcerpc_read_response(pdu) ||
		    !dcerpc_read_endpoints(&endpoints, pdu->body.at,
					   cursor_left(&pdu->body),
					   pdu->little))
			break;
		FUZZ_HOLDS(endpoints.port_count <= DCERPC_PORTS_MAX);
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct dcerpc_pdu pdu;
	size_t whole;

	while (dcerpc_read(&pdu, bytes, length, &whole) == DCERPC_WHOLE) {
		FUZZ_HOLDS(whole > 0 && whole <= length);
		body(&pdu);
		bytes += whole;
		length -= whole;
	}
	return 0;
}
