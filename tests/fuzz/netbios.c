/* netbios.c - the table of names of a NetBIOS node. */
#include "core/proto/netbios.h"

#include "tests/fuzz/fuzz.h"

const unsigned fuzz_rounds = 300000;

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct netbios_status s;
	struct netbios_entry entry;
	size_t names = 0;

	if (!netbios_read_status(&s, bytes, length))
		return 0;
	while (netbios_next(&s, &entry)) {
		FUZZ_HOLDS(entry.length <= NETBIOS_NAME);
		fuzz_look(entry.name, NETBIOS_NAME);
		names++;
	}
	FUZZ_HOLDS(names <= NETBIOS_TABLE_MAX);
	if (s.mac != NULL)
		fuzz_look(s.mac, NETBIOS_MAC);
	return 0;
}
