/* krbmsg.c - Kerberos answers. */
#include "core/proto/krbmsg.h"

#include "tests/fuzz/fuzz.h"

const unsigned fuzz_rounds = 400000;

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct krbmsg m;

	if (!krbmsg_read(&m, bytes, length))
		return 0;
	FUZZ_HOLDS(m.kind == KRBMSG_AS_REP || m.kind == KRBMSG_ERROR);
	fuzz_look(m.realm, m.realm_length);
	(void)krbmsg_error_name(m.code);
	return 0;
}
