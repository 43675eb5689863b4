/*
 * page_text.h - what a page is made of: the same page again, and where it sends
 * a browser by itself.
 */
#ifndef PREFLIGHT_PAGE_TEXT_H
#define PREFLIGHT_PAGE_TEXT_H

#include "core/net/http.h"

#include <stdbool.h>

enum { PAGE_PRINT = 32, PAGE_URL = 512 };

/*
 * "KIND-HASH" of a kept body. The hash leaves out what differs from visitor to
 * visitor: blanks, words with a digit, and the host that was asked for.
 *
 *	empty   there is no body; without a hash
 *	stock   it names the server's own software: many hosts have that page
 *	script  it holds a script or a form, or sends a browser on
 *	text    all others
 */
const char *page_print(const struct http_reply *r, const char *host,
		       char out[PAGE_PRINT]);

/* The absolute URL that a page opens by itself: by a `refresh`, or, where the
 * page is small, by a script that sets `location`. False: none. */
bool page_onward(const struct http_reply *r, char out[PAGE_URL]);

#endif
