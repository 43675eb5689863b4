/* proxy.c - a proxy's reply to CONNECT, in two pieces. */
#include "core/net/proxy.h"

#include "tests/fuzz/fuzz.h"

const unsigned fuzz_rounds = 60000;

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct facts facts = {0};
	enum cause cause;
	struct buf in;

	buf_init(&in, 1 << 20);
	(void)buf_append(&in, bytes, length / 2);
	if (proxy_connect_reply(&in, &facts, &cause) == PROXY_MORE) {
		(void)buf_append(&in, bytes + length / 2, length - length / 2);
		(void)proxy_connect_reply(&in, &facts, &cause);
	}
	facts_free(&facts);
	buf_free(&in);
	return 0;
}
