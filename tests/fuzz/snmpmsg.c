/* snmpmsg.c - SNMP answers, and BER below them. */
#include "core/proto/snmpmsg.h"

#include "tests/fuzz/fuzz.h"

const unsigned fuzz_rounds = 400000;

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct snmp_answer a;

	if (!snmpmsg_read(&a, bytes, length))
		return 0;
	fuzz_look(a.descr.bytes, a.descr.length);
	fuzz_look(a.name.bytes, a.name.length);
	fuzz_look(a.engine.bytes, a.engine.length);
	FUZZ_HOLDS(a.engine.length <= SNMP_ENGINE_MAX);
	return 0;
}
