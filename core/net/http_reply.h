/*
 * http_reply.h - what the header lines and the body say. Inside of http.c.
 */
#ifndef PREFLIGHT_HTTP_REPLY_H
#define PREFLIGHT_HTTP_REPLY_H

#include "core/net/http.h"

#include <stdbool.h>
#include <stddef.h>

void http_reply_init(struct http_reply *r);
/* One header line with its line end. A status line discards what came before
 * (interim replies). True at the empty line that ends a final header. */
bool http_reply_header(struct http_reply *r, const char *line, size_t length);
/* Takes <title> out of the kept body. */
void http_reply_title(struct http_reply *r);

#endif
