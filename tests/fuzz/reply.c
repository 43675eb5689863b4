/* reply.c - SMTP and FTP replies; the first octet says which of them. */
#include "core/proto/reply.h"

#include "tests/fuzz/fuzz.h"

#include <string.h>

const unsigned fuzz_rounds = 100000;

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct reply r = {.loose = length > 0 && (bytes[0] & 1) != 0};
	struct reply_line line;
	struct buf in;

	if (length == 0)
		return 0;
	buf_init(&in, 1 << 20);
	(void)buf_append(&in, bytes + 1, length - 1);
	while (reply_next(&r, &in, &line) == REPLY_LINE) {
		FUZZ_HOLDS(line.length > 0 && line.length <= in.length);
		FUZZ_HOLDS(strlen(line.text) < sizeof line.text);
		buf_consume(&in, line.length);
	}
	buf_free(&in);
	return 0;
}
