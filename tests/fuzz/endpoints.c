/* endpoints.c - the stub of an answer to ept_lookup; the first octet says in
 * which byte order. */
#include "core/proto/dcerpc.h"

#include "tests/fuzz/fuzz.h"

const unsigned fuzz_rounds = 100000;

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct dcerpc_endpoints e;

	if (length > 0 &&
	    dcerpc_read_endpoints(&e, bytes + 1, length - 1, bytes[0] & 1))
		FUZZ_HOLDS(e.port_count <= DCERPC_PORTS_MAX);
	return 0;
}
