/*
 * ftp.c - the control connection of FTP (RFC 959 5.3, RFC 2228, RFC 2389). The
 * server greets first; nothing after the first command is answered, so no
 * password is ever asked for.
 */
#include "listen/recogniser.h"

#include "core/base/text.h"

#include <stdio.h>
#include <string.h>

enum { FTP_VERB = 5 };

/* What a client begins with. */
static const char *const ftp_verbs[] = {"USER", "AUTH", "HOST", "FEAT", "OPTS",
					"CLNT", "SYST", "NOOP", "QUIT", NULL};

static enum recognised ftp_recognise(const struct recognised_bytes *in,
				     char said[RECOGNISED_SAID])
{
	size_t have = in->length < FTP_VERB ? in->length : FTP_VERB;

	for (const char *const *verb = ftp_verbs; *verb != NULL; verb++) {
		size_t part = have < 4 ? have : 4;

		if (text_ncasecmp(*verb, (const char *)in->bytes, part) != 0)
			continue;
		if (have < FTP_VERB)
			return RECOGNISED_MORE;
		if (strchr(" \r\n", in->bytes[4]) == NULL || in->bytes[4] == 0)
			return RECOGNISED_NO;
		snprintf(said, RECOGNISED_SAID, "control connection, %s",
			 *verb);
		return RECOGNISED_YES;
	}
	return RECOGNISED_NO;
}

static const uint16_t ftp_ports[] = {21, 10021, 0};

const struct recogniser recogniser_ftp = {
    .name = "ftp",
    .title = "FTP",
    .transports = TRANSPORTS_TCP,
    .ports = ftp_ports,
    .greeting = "220 preflight only listens; no file is taken\r\n",
    .setting = "the backup's protocol (FTP), server address and user; start a "
	       "backup now",
    .read = ftp_recognise,
};
