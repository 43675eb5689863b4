/*
 * http.h - HTTP requests by libcurl on a connection that we made.
 *
 * The only file that includes curl. The descriptor is connected (to the
 * target, through a proxy's tunnel, or to the proxy itself for plain http);
 * curl never resolves, never connects, never follows a redirect, reads no
 * .netrc and no environment.
 */
#ifndef PREFLIGHT_HTTP_H
#define PREFLIGHT_HTTP_H

#include "core/base/error.h"
#include "core/net/loop.h"
#include "core/base/outcome.h"
#include "core/net/tls.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct http_request {
	const char *method;       /* "HEAD", "GET", "POST" */
	const char *path;         /* "/", begins with a slash */
	const char *body;         /* POST, or NULL */
	const char *content_type; /* POST, or NULL */
	const char *const
	    *headers;   /* "Name: value", NULL-terminated, or NULL */
	bool tls;       /* https: curl does the handshake */
	bool keep_body; /* keep up to HTTP_BODY_MAX bytes */
};

enum { HTTP_BODY_MAX = 65536, HTTP_HEADER_MAX = 65536 };

/* Strings are sanitised; "" where there was none. */
struct http_reply {
	long status;     /* 0: no HTTP status line came */
	char version[8]; /* "1.1" */
	char server[256];
	char location[512];
	char www_authenticate[256];
	char proxy_authenticate[256]; /* schemes offered with a 407 */
	char content_type[128];
	char date[64];       /* of the Date header */
	int64_t date_wall_s; /* parsed Date, 0: none */
	char title[256];     /* <title> of an HTML body, when kept */
	const uint8_t *body; /* keep_body; borrowed */
	size_t body_length;
	bool body_cut;           /* more came than was kept */
	struct tls_evidence tls; /* https */
	int64_t tls_us;          /* duration of the handshake, -1 */
	int64_t waited_us;       /* for this host, before it was sent */
	int64_t first_byte_us;   /* from the request to the first byte, -1 */
	/* How it ended: cause ok with status > 0, or what stopped it. */
	enum phase phase;
	enum cause cause;
	struct os_failure failure;
	char error_text[256]; /* curl's own words, sanitised; for --verbose */
};

/* Where the request goes. */
struct http_target {
	int fd;           /* connected; owned by http.c from here on */
	const char *host; /* Host header, SNI, verification */
	uint16_t port;
	bool forward_proxy;     /* fd leads to a proxy: absolute URI */
	const char *proxy_host; /* for forward_proxy */
	uint16_t proxy_port;
	const char *proxy_userpwd; /* "user:password", or NULL */
};

struct http; /* one multi handle per run */
struct http_transfer;

struct http *http_new(struct loop *l, struct error *err);
void http_free(struct http *h);

/* done(arg, reply) once, unless cancelled; reply is borrowed for the call. */
struct http_transfer *http_start(struct http *h, const struct http_target *to,
				 const struct http_request *request,
				 void (*done)(void *arg,
					      const struct http_reply *reply),
				 void *arg);
/* How far it is, for the phase recorded on a deadline. */
enum phase http_phase(const struct http_transfer *t);
/* Evidence so far (TLS seen before a silence). Borrowed. */
const struct http_reply *http_peek(const struct http_transfer *t);
void http_cancel(struct http_transfer *t); /* also frees; not inside done() */

#endif
