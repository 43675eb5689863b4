/*
 * syslog.c - log messages: RFC 3164 and RFC 5424, in datagrams and over TCP,
 * with octet counting (RFC 6587 3.4.1) or without (3.4.2).
 */
#include "listen/recogniser.h"

#include "core/base/wire.h"

#include <stdio.h>

enum { SYSLOG_PRI_MAX = 191 }; /* RFC 5424 6.2.1 */

static const char *const syslog_severities[] = {
    "emergency", "alert",  "critical",      "error",
    "warning",   "notice", "informational", "debug"};

/* Digits up to a sign: at most `most` of them, the first not 0 unless it is
 * the only one. */
static enum recognised syslog_number(struct cursor *c, unsigned most, char end,
				     unsigned *out)
{
	unsigned digits = 0;

	*out = 0;
	while (cursor_left(c) > 0) {
		uint8_t sign = cursor_u8(c);

		if (sign == (uint8_t)end)
			return digits > 0 ? RECOGNISED_YES : RECOGNISED_NO;
		if (sign < '0' || sign > '9' || digits == most ||
		    (digits > 0 && *out == 0))
			return RECOGNISED_NO;
		*out = *out * 10 + (unsigned)(sign - '0');
		digits++;
	}
	return RECOGNISED_MORE;
}

/* "<PRI>" and what follows; the cursor stands on its first octet. */
static enum recognised syslog_message(struct cursor *c, const char *framing,
				      char said[RECOGNISED_SAID])
{
	enum recognised what;
	unsigned pri;
	const char *standard = "RFC 3164";

	if (cursor_left(c) == 0)
		return RECOGNISED_MORE;
	if (cursor_u8(c) != '<')
		return RECOGNISED_NO;
	what = syslog_number(c, 3, '>', &pri);
	if (what != RECOGNISED_YES)
		return what;
	if (pri > SYSLOG_PRI_MAX)
		return RECOGNISED_NO;
	if (cursor_left(c) < 2)
		return RECOGNISED_MORE;
	/* RFC 5424 6: VERSION is 1, then a blank. */
	if (cursor_u8(c) == '1' && cursor_u8(c) == ' ')
		standard = "RFC 5424";
	snprintf(said, RECOGNISED_SAID, "%s%s, severity %s", standard, framing,
		 syslog_severities[pri % 8]);
	return RECOGNISED_YES;
}

static enum recognised syslog_recognise(const struct recognised_bytes *in,
					char said[RECOGNISED_SAID])
{
	struct cursor c = cursor_over(in->bytes, in->length);
	enum recognised what;
	unsigned length;

	if (in->transport == TRANSPORT_UDP) {
		what = syslog_message(&c, "", said);
		return what == RECOGNISED_YES ? what : RECOGNISED_NO;
	}
	if (in->length == 0)
		return RECOGNISED_MORE;
	if (in->bytes[0] == '<')
		return syslog_message(&c, " over TCP", said);
	what = syslog_number(&c, 6, ' ', &length);
	if (what != RECOGNISED_YES)
		return what;
	if (length < 5)
		return RECOGNISED_NO;
	return syslog_message(&c, " over TCP, octet-counted", said);
}

static const uint16_t syslog_ports[] = {514, 601, 1514, 0};

const struct recogniser recogniser_syslog = {
    .name = "syslog",
    .title = "syslog",
    .transports = TRANSPORTS_UDP_TCP,
    .ports = syslog_ports,
    .setting = "remote logging: the syslog server's address, its port and the "
	       "least severity that is sent",
    .read = syslog_recognise,
};
