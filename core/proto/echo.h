/*
 * echo.h - ICMP echo request and reply (RFC 792; RFC 4443 4).
 *
 * A raw socket hears all ICMP of this host, also our own request on loopback.
 * The cookie is what counts: no one else can know it.
 */
#ifndef PREFLIGHT_ECHO_H
#define PREFLIGHT_ECHO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ECHO_COOKIE = 16, ECHO_SIZE = 8 + ECHO_COOKIE };

struct echo {
	uint16_t sequence;
	uint8_t cookie[ECHO_COOKIE];
};

/* A new request; returns its length, always ECHO_SIZE. */
size_t echo_request(struct echo *e, bool v6, uint8_t out[ECHO_SIZE]);
/* Is it the reply to that request? */
bool echo_is_reply(const struct echo *e, bool v6, const uint8_t *bytes,
		   size_t length);

#endif
