/*
 * tftp.c - requests to read or write a file (RFC 1350 5, options RFC 2347).
 * Each is answered by an ERROR, so that the device does not repeat it; no file
 * is taken or given.
 */
#include "listen/recogniser.h"

#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/base/wire.h"

#include <stdio.h>
#include <string.h>

enum { TFTP_RRQ = 1, TFTP_WRQ = 2, TFTP_ERROR = 5, TFTP_DENIED = 2 };
enum { TFTP_STRINGS = 24, TFTP_SHOWN = 40 };

/* A string and its NUL; NULL: none is left. */
static const char *tftp_string(struct cursor *c)
{
	const char *text = (const char *)c->at;
	const uint8_t *end =
	    cursor_left(c) > 0 ? mem_find(c->at, cursor_left(c), "", 1) : NULL;

	if (end == NULL)
		return NULL;
	cursor_skip(c, (size_t)(end - c->at) + 1);
	return text;
}

static bool tftp_is_mode(const char *mode)
{
	return text_casecmp(mode, "netascii") == 0 ||
	       text_casecmp(mode, "octet") == 0 ||
	       text_casecmp(mode, "mail") == 0;
}

static enum recognised tftp_recognise(const struct recognised_bytes *in,
				      char said[RECOGNISED_SAID])
{
	struct cursor c = cursor_over(in->bytes, in->length);
	unsigned code = cursor_be16(&c), strings = 0;
	const char *name = tftp_string(&c), *mode = tftp_string(&c);
	char shown[TFTP_SHOWN];

	if (c.bad || (code != TFTP_RRQ && code != TFTP_WRQ) || name == NULL ||
	    name[0] == '\0' || mode == NULL || !tftp_is_mode(mode))
		return RECOGNISED_NO;
	while (cursor_left(&c) > 0)
		if (tftp_string(&c) == NULL || strings++ == TFTP_STRINGS)
			return RECOGNISED_NO;
	snprintf(said, RECOGNISED_SAID, "request to %s the file %s",
		 code == TFTP_RRQ ? "read" : "write",
		 text_sanitise(shown, sizeof shown, name, strlen(name)));
	return RECOGNISED_YES;
}

/* RFC 1350 5: opcode, code, message, NUL. */
static size_t tftp_answer(const struct recognised_bytes *in, uint8_t *out,
			  size_t size)
{
	static const char message[] = "preflight only listens";
	size_t most = in->length < size ? in->length : size;
	struct wire w = wire_into(out, size);

	if (most < 5)
		return 0;
	most -= 5;
	wire_be16(&w, TFTP_ERROR);
	wire_be16(&w, TFTP_DENIED);
	wire_bytes(&w, message,
		   most < sizeof message - 1 ? most : sizeof message - 1);
	wire_u8(&w, 0);
	return w.length;
}

static const uint16_t tftp_ports[] = {69, 0};

const struct recogniser recogniser_tftp = {
    .name = "tftp",
    .title = "TFTP",
    .transports = TRANSPORTS_UDP,
    .ports = tftp_ports,
    .setting = "the backup's protocol (TFTP) and server address; start a "
	       "backup now",
    .read = tftp_recognise,
    .answer = tftp_answer,
};
