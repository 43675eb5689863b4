/* recogniser.c - what strangers send to the ports that `listen` holds; the
 * first octet says the transport, the next two the port. */
#include "listen/recogniser.h"

#include "core/base/text.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

const unsigned fuzz_rounds = 200000;

static void fuzz_answer(const struct recogniser *who,
			const struct recognised_bytes *in)
{
	uint8_t out[256];
	size_t length;

	if (who->answer == NULL)
		return;
	length = who->answer(in, out, sizeof out);
	FUZZ_HOLDS(length <= in->length && length <= sizeof out);
	fuzz_look(out, length);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct recognised_bytes in;
	const struct recogniser *who;
	char said[RECOGNISED_SAID];
	enum recognised what;

	if (length < 3)
		return 0;
	in = (struct recognised_bytes){(bytes[0] & 1) != 0 ? TRANSPORT_TCP
							   : TRANSPORT_UDP,
				       bytes + 3, length - 3};
	what = recogniser_ask((uint16_t)(bytes[1] << 8 | bytes[2]), &in, &who,
			      said);
	FUZZ_HOLDS((what == RECOGNISED_YES) == (who != NULL));
	FUZZ_HOLDS(memchr(said, 0, sizeof said) != NULL);
	FUZZ_HOLDS(!text_has_controls(said));
	FUZZ_HOLDS(what != RECOGNISED_MORE || in.transport == TRANSPORT_TCP);
	if (who != NULL)
		fuzz_answer(who, &in);
	return 0;
}
