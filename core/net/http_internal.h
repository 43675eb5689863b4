/*
 * http_internal.h - a transfer as http.c and http_setup.c see it.
 */
#ifndef PREFLIGHT_HTTP_INTERNAL_H
#define PREFLIGHT_HTTP_INTERNAL_H

#include "core/base/buf.h"
#include "core/net/http.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>

struct http_transfer {
	struct http *h;
	struct http_transfer *next, *previous; /* of all */
	struct http_transfer *next_queued;
	CURL *easy;
	bool running; /* in the multi handle */
	int fd;       /* until curl has it; else -1 */
	struct loop_timer *timer;
	int64_t queued_us;
	void (*done)(void *arg, const struct http_reply *reply);
	void *arg;
	/* the request, copied */
	char *host, *url, *proxy, *proxy_userpwd, *method, *body;
	struct curl_slist *headers;
	struct curl_slist *connect_to;
	struct curl_slist *proxy_headers; /* with the account */
	bool tls, keep_body, secret;
	/* the answer */
	struct http_reply reply;
	struct buf kept;
	size_t header_bytes, body_bytes;
	bool header_cut, header_done;
	char error[CURL_ERROR_SIZE];
};

/* Copies what the request needs; the descriptor is the transfer's. */
void http_setup_copy(struct http_transfer *t, const struct http_target *to,
		     const struct http_request *request);
/* Makes the easy handle; false when that fails. */
bool http_setup_easy(struct http_transfer *t);
/* Releases all that the two made. */
void http_setup_free(struct http_transfer *t);

/* http_result.c: what the end of a transfer means. */
void http_result_fill(struct http_transfer *t, CURLcode code);

/* http.c: callbacks that the easy handle gets. */
size_t http_on_header(char *line, size_t size, size_t count, void *arg);
size_t http_on_body(char *bytes, size_t size, size_t count, void *arg);

#endif
