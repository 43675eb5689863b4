/* echo.c - ICMP echo request and reply (RFC 792; RFC 4443 4). */
#include "core/proto/echo.h"

#include "core/base/wire.h"

#include <string.h>

enum {
	ECHO_REQUEST = 8,
	ECHO_REPLY = 0,
	ECHO_V6_REQUEST = 128,
	ECHO_V6_REPLY = 129,
	ECHO_CHECKSUM_AT = 2
};

size_t echo_request(struct echo *e, bool v6, uint8_t out[ECHO_SIZE])
{
	struct wire w = wire_into(out, ECHO_SIZE);
	uint16_t id;

	wire_random(&id, sizeof id); /* a ping socket puts its own */
	wire_random(&e->sequence, sizeof e->sequence);
	wire_random(e->cookie, sizeof e->cookie);
	wire_u8(&w, v6 ? ECHO_V6_REQUEST : ECHO_REQUEST);
	wire_u8(&w, 0);
	wire_be16(&w, 0);
	wire_be16(&w, id);
	wire_be16(&w, e->sequence);
	wire_bytes(&w, e->cookie, sizeof e->cookie);
	/* For ICMPv6 the kernel's: it covers addresses that we don't know. */
	if (!v6)
		wire_patch_be16(&w, ECHO_CHECKSUM_AT,
				wire_checksum(out, w.length));
	return w.length;
}

bool echo_is_reply(const struct echo *e, bool v6, const uint8_t *bytes,
		   size_t length)
{
	struct cursor c = cursor_over(bytes, length);
	uint8_t type = cursor_u8(&c);
	uint8_t code = cursor_u8(&c);
	uint16_t sequence;
	const uint8_t *cookie;

	cursor_skip(&c, 4); /* checksum, id */
	sequence = cursor_be16(&c);
	cookie = cursor_bytes(&c, ECHO_COOKIE);
	return cookie != NULL && cursor_left(&c) == 0 && code == 0 &&
	       type == (v6 ? ECHO_V6_REPLY : ECHO_REPLY) &&
	       sequence == e->sequence &&
	       memcmp(cookie, e->cookie, sizeof e->cookie) == 0;
}
