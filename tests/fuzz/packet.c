/* packet.c - what comes on a packet socket: ARP, advertisements, echo replies.
 */
#include "core/proto/packet.h"

#include "tests/fuzz/fuzz.h"

#include <string.h>

const unsigned fuzz_rounds = 300000;

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static const uint8_t from[PACKET_LINK] = {2, 0, 0, 0, 0, 9};
	static const struct addr v4 = {.family = ADDR_V4,
				       .bytes = {10, 0, 0, 1}};
	static const struct addr v6 = {
	    .family = ADDR_V6, .bytes = {0x20, 1, 0x0d, 0xb8, 0, 2, [15] = 1}};
	const struct echo e = {0};
	uint8_t link[PACKET_LINK];
	struct packet p;

	if (packet_claims(&v4, bytes, length, from, link))
		FUZZ_HOLDS(length >= 28 && memcmp(link, bytes + 8, 6) == 0);
	if (packet_claims(&v6, bytes, length, from, link))
		FUZZ_HOLDS(length >= 64);
	if (packet_is_echo_reply(&e, &v4, bytes, length))
		FUZZ_HOLDS(length >= 20 + ECHO_SIZE);
	if (packet_is_echo_reply(&e, &v6, bytes, length))
		FUZZ_HOLDS(length >= 40 + ECHO_SIZE);
	if (packet_read(&p, bytes, length))
		FUZZ_HOLDS(length >= (p.source.family == ADDR_V6 ? 44u : 24u));
	return 0;
}
