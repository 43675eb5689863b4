/* dnsmsg.c - DNS answers. */
#include "core/net/dnsmsg.h"

#include "tests/fuzz/fuzz.h"

#include <string.h>

const unsigned fuzz_rounds = 200000;

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct dns_message m;

	if (!dnsmsg_parse(&m, bytes, length))
		return 0;
	FUZZ_HOLDS(m.address_count <= DNS_ANSWERS_MAX);
	FUZZ_HOLDS(m.chain_count <= DNS_CHAIN_MAX);
	FUZZ_HOLDS(strlen(m.question) < DNS_NAME_MAX);
	for (size_t i = 0; i < m.chain_count; i++)
		FUZZ_HOLDS(strlen(m.chain[i]) < DNS_NAME_MAX);
	return 0;
}
