/*
 * wsmsg.h - what a WebSocket client sends and receives, as bytes (RFC 6455).
 *
 * Pure: the opening handshake and the control frames.
 */
#ifndef PREFLIGHT_WSMSG_H
#define PREFLIGHT_WSMSG_H

#include "core/base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	WS_CLOSE = 8,
	WS_PING = 9,
	WS_PONG = 10,
	WS_KEY_TEXT = 32,     /* 24 characters of Base64, or 28 of the answer */
	WS_CONTROL_MAX = 125, /* section 5.5 */
	WS_FRAME_MAX = 6 + WS_CONTROL_MAX,
	WS_REQUEST_MAX = 2048
};

/* A random key and the answer that only this key has (section 1.3). */
void wsmsg_key(char key[WS_KEY_TEXT], char accept[WS_KEY_TEXT]);

/* The request to switch; its length. */
size_t wsmsg_request(char out[WS_REQUEST_MAX], const char *host, uint16_t port,
		     const char *path, const char *key);

/* What a header said; texts are borrowed of it, NULL: not there. */
struct ws_answer {
	int status;    /* 0: no HTTP */
	bool accepted; /* Sec-WebSocket-Accept is right */
	bool upgrades; /* Upgrade: websocket */
	const char *server, *location;
	size_t server_length, location_length;
};

/* The header without its empty line; accept: the right answer. */
void wsmsg_answer(struct ws_answer *out, const char *header, size_t length,
		  const char *accept);

/* A control frame of a client: masked (5.3, 5.5). Its length; 0: too long. */
size_t wsmsg_frame(uint8_t out[WS_FRAME_MAX], unsigned opcode,
		   const void *payload, size_t length);

enum ws_frame_status { WS_MORE, WS_FRAME, WS_BAD };

struct ws_seen {
	unsigned opcode;
	uint8_t payload[WS_CONTROL_MAX];
	size_t length; /* of payload; data frames have none here */
};

/* Takes one whole frame of a server out of the buffer. A masked one, and a
 * control frame that is too long, are bad; so is a data frame above 64 KiB,
 * which no check here waits for. */
enum ws_frame_status wsmsg_next(struct buf *in, struct ws_seen *out);

#endif
