/*
 * tls.c - the client hello of TLS (RFC 8446 4.1.2, 5.1; server_name RFC 6066
 * 3). The server answers nothing, so no key is agreed on.
 */
#include "listen/recogniser.h"

#include "core/base/text.h"
#include "core/base/wire.h"

#include <stdio.h>

enum {
	TLS_HANDSHAKE = 22,
	TLS_CLIENT_HELLO = 1,
	TLS_RECORD_MAX = 1 << 14,
	TLS_HEADER = 5 + 4,
	TLS_EXTENSIONS = 128,
	TLS_NAME = 64
};

/* The name in server_name; the cursor is over that extension. */
static void tls_name(struct cursor *c, char *said)
{
	char shown[TLS_NAME];
	const uint8_t *name;
	size_t length;

	cursor_skip(c, 2); /* of the list */
	if (cursor_u8(c) != 0)
		return;
	length = cursor_be16(c);
	name = cursor_bytes(c, length);
	if (name == NULL || length == 0)
		return;
	snprintf(said, RECOGNISED_SAID, "client hello for %s",
		 text_sanitise(shown, sizeof shown, name, length));
}

/* Behind the handshake's header, as far as it has come. */
static void tls_hello(struct cursor *c, char *said)
{
	struct cursor list;

	cursor_skip(c, 2 + 32);         /* version, random */
	cursor_skip(c, cursor_u8(c));   /* session */
	cursor_skip(c, cursor_be16(c)); /* ciphers */
	cursor_skip(c, cursor_u8(c));   /* compression */
	if (cursor_left(c) < 2)
		return;
	list = cursor_slice(c, cursor_be16(c));
	for (unsigned i = 0; i < TLS_EXTENSIONS && cursor_left(&list) >= 4;
	     i++) {
		unsigned type = cursor_be16(&list);
		struct cursor one = cursor_slice(&list, cursor_be16(&list));

		if (type == 0)
			tls_name(&one, said);
		if (type == 0 || list.bad)
			return;
	}
}

static enum recognised tls_recognise(const struct recognised_bytes *in,
				     char said[RECOGNISED_SAID])
{
	struct cursor c = cursor_over(in->bytes, in->length);
	unsigned type = cursor_u8(&c), major = cursor_u8(&c), length;

	if ((in->length > 0 && type != TLS_HANDSHAKE) ||
	    (in->length > 1 && major != 3))
		return RECOGNISED_NO;
	cursor_skip(&c, 1);
	length = cursor_be16(&c);
	if (in->length < TLS_HEADER)
		return RECOGNISED_MORE;
	if (length < 4 || length > TLS_RECORD_MAX ||
	    cursor_u8(&c) != TLS_CLIENT_HELLO)
		return RECOGNISED_NO;
	if (cursor_be24(&c) > 1U << 16)
		return RECOGNISED_NO;
	if (in->length < 5U + length && in->length < RECOGNISED_STREAM)
		return RECOGNISED_MORE;
	snprintf(said, RECOGNISED_SAID, "client hello");
	tls_hello(&c, said);
	return RECOGNISED_YES;
}

static const uint16_t tls_ports[] = {443, 6514, 8443, 0};

const struct recogniser recogniser_tls = {
    .name = "tls",
    .title = "TLS",
    .transports = TRANSPORTS_TCP,
    .ports = tls_ports,
    .setting = "the agent's or script's server address (URL), and that it "
	       "runs; start it now",
    .read = tls_recognise,
};
