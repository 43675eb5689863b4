/* wsmsg.c - WebSocket keys and frames (RFC 6455). */
#include "core/proto/wsmsg.h"
#include "core/base/digest.h"
#include "core/base/text.h"
#include "core/base/wire.h"

#include <stdio.h>
#include <string.h>

#define WS_GUID "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

enum {
	WS_KEY = 16,
	WS_FIN = 0x80,
	WS_MASKED = 0x80,
	WS_MASK = 4,
	WS_LENGTH_16 = 126, /* the length follows in two octets ... */
	WS_LENGTH_64 = 127, /* ... in eight */
	WS_DATA_MAX = 65536,
	WS_PORT = 443
};

void wsmsg_key(char key[WS_KEY_TEXT], char accept[WS_KEY_TEXT])
{
	uint8_t random[WS_KEY];
	uint8_t digest[DIGEST_SHA1];
	char joined[96];

	wire_random(random, sizeof random);
	text_base64(key, WS_KEY_TEXT, random, sizeof random);
	snprintf(joined, sizeof joined, "%s" WS_GUID, key);
	digest_sha1(joined, strlen(joined), digest);
	text_base64(accept, WS_KEY_TEXT, digest, sizeof digest);
}

/* Host as RFC 9112 3.2 wants it: brackets for IPv6, no default port. */
size_t wsmsg_request(char out[WS_REQUEST_MAX], const char *host, uint16_t port,
		     const char *path, const char *key)
{
	bool v6 = strchr(host, ':') != NULL;
	char number[8] = "";
	int length;

	if (port != WS_PORT)
		snprintf(number, sizeof number, ":%u", (unsigned)port);
	length =
	    snprintf(out, WS_REQUEST_MAX,
		     "GET %s HTTP/1.1\r\n"
		     "Host: %s%s%s%s\r\n"
		     "Connection: Upgrade\r\n"
		     "Upgrade: websocket\r\n"
		     "Sec-WebSocket-Version: 13\r\n"
		     "Sec-WebSocket-Key: %s\r\n"
		     "User-Agent: preflight/" PREFLIGHT_VERSION
		     " (+network path check)\r\n"
		     "\r\n",
		     path, v6 ? "[" : "", host, v6 ? "]" : "", number, key);
	if (length < 0)
		return 0;
	return length < WS_REQUEST_MAX ? (size_t)length : WS_REQUEST_MAX - 1;
}

/* "HTTP/1.1 101 Switching Protocols"; 0 for anything else. */
static int wsmsg_status(const char *line, size_t length)
{
	if (length < 12 || memcmp(line, "HTTP/1.", 7) != 0 || line[8] != ' ')
		return 0;
	for (size_t i = 9; i < 12; i++) {
		if (line[i] < '0' || line[i] > '9')
			return 0;
	}
	return (line[9] - '0') * 100 + (line[10] - '0') * 10 + line[11] - '0';
}

static bool wsmsg_is(const char *name, size_t length, const char *wanted)
{
	return strlen(wanted) == length &&
	       text_ncasecmp(name, wanted, length) == 0;
}

static void wsmsg_field(struct ws_answer *a, const char *line, size_t length,
			const char *accept)
{
	const char *colon = memchr(line, ':', length);
	const char *value;
	size_t left;

	if (colon == NULL)
		return;
	value = colon + 1;
	left = length - (size_t)(value - line);
	while (left > 0 && (*value == ' ' || *value == '\t')) {
		value++;
		left--;
	}
	length = (size_t)(colon - line);
	if (wsmsg_is(line, length, "Sec-WebSocket-Accept")) {
		a->accepted =
		    left == strlen(accept) && memcmp(value, accept, left) == 0;
	} else if (wsmsg_is(line, length, "Upgrade")) {
		a->upgrades = wsmsg_is(value, left, "websocket");
	} else if (wsmsg_is(line, length, "Server")) {
		a->server = value;
		a->server_length = left;
	} else if (wsmsg_is(line, length, "Location")) {
		a->location = value;
		a->location_length = left;
	}
}

void wsmsg_answer(struct ws_answer *out, const char *header, size_t length,
		  const char *accept)
{
	bool first = true;

	*out = (struct ws_answer){0};
	while (length > 0) {
		const char *end = memchr(header, '\n', length);
		size_t line = end == NULL ? length : (size_t)(end - header);
		size_t shown = line;

		while (shown > 0 &&
		       (header[shown - 1] == '\r' || header[shown - 1] == ' '))
			shown--;
		if (first)
			out->status = wsmsg_status(header, shown);
		else
			wsmsg_field(out, header, shown, accept);
		first = false;
		if (end == NULL)
			break;
		header += line + 1;
		length -= line + 1;
	}
}

size_t wsmsg_frame(uint8_t out[WS_FRAME_MAX], unsigned opcode,
		   const void *payload, size_t length)
{
	struct wire w = wire_into(out, WS_FRAME_MAX);
	const uint8_t *bytes = payload;
	uint8_t mask[WS_MASK];

	if (length > WS_CONTROL_MAX)
		return 0;
	wire_random(mask, sizeof mask);
	wire_u8(&w, (uint8_t)(WS_FIN | opcode));
	wire_u8(&w, (uint8_t)(WS_MASKED | length));
	wire_bytes(&w, mask, sizeof mask);
	for (size_t i = 0; i < length; i++)
		wire_u8(&w, (uint8_t)(bytes[i] ^ mask[i % WS_MASK]));
	return w.length;
}

/* The length field; false: not all of it has come. */
static bool wsmsg_length(struct cursor *c, uint64_t *length)
{
	*length = cursor_u8(c);
	if (*length == WS_LENGTH_16) {
		*length = cursor_be16(c);
	} else if (*length == WS_LENGTH_64) {
		uint64_t high = cursor_be32(c);

		*length = high << 32 | cursor_be32(c);
	}
	return !c->bad;
}

enum ws_frame_status wsmsg_next(struct buf *in, struct ws_seen *out)
{
	struct cursor c = cursor_over(in->data, in->length);
	unsigned first = cursor_u8(&c);
	const uint8_t *payload;
	uint64_t length;
	bool control;

	if (c.bad || in->length < 2)
		return WS_MORE;
	if ((in->data[1] & WS_MASKED) != 0)
		return WS_BAD;
	if (!wsmsg_length(&c, &length))
		return WS_MORE;
	control = (first & 0x08) != 0;
	if (length > (control ? WS_CONTROL_MAX : WS_DATA_MAX))
		return WS_BAD;
	payload = cursor_bytes(&c, (size_t)length);
	if (payload == NULL && length > 0)
		return WS_MORE;
	out->opcode = first & 0x0f;
	out->length = control ? (size_t)length : 0;
	if (out->length > 0)
		memcpy(out->payload, payload, out->length);
	buf_consume(in, in->length - cursor_left(&c));
	return WS_FRAME;
}
