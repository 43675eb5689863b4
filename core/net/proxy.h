/*
 * proxy.h - the CONNECT of an HTTP proxy, as a layer (RFC 9110 9.3.6).
 */
#ifndef PREFLIGHT_PROXY_H
#define PREFLIGHT_PROXY_H

#include "core/base/buf.h"
#include "core/base/facts.h"
#include "core/base/outcome.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PROXY_REPLY_MAX = 16384 };

/* The request; host as asked for (IPv6 gets brackets), userpwd may be NULL. */
void proxy_connect_request(struct buf *out, const char *host, uint16_t port,
			   const char *userpwd);

enum proxy_status {
	PROXY_MORE,
	PROXY_OPEN, /* 2xx: the tunnel is up; the reply was consumed */
	PROXY_NO    /* *cause says why */
};

/*
 * Reads the reply in `in`. On 2xx consumes exactly the header. Facts:
 * proxy-status, proxy-server, and on 407 proxy-schemes.
 */
enum proxy_status proxy_connect_reply(struct buf *in, struct facts *facts,
				      enum cause *cause);

#endif
