/*
 * page_signatures.h - who wrote this page? Recognises captive portals and block
 * pages by their answers.
 */
#ifndef PREFLIGHT_PAGE_SIGNATURES_H
#define PREFLIGHT_PAGE_SIGNATURES_H

#include "core/net/http.h"

#include <stdbool.h>
#include <stddef.h>

enum web_kind {
	WEB_TARGET, /* nothing shows that another device answered */
	WEB_PORTAL, /* the log-in page of a network */
	WEB_BLOCKED /* the page of a filter */
};

struct web_context {
	const char *host; /* that was asked */
	bool secure;      /* over TLS: the certificate proves who answered */
	bool own_network; /* log-in pages are normal there */
	/* Suffixes of hosts that may be redirected to; NULL: none. */
	const char *const *redirects;
};

/* product: of a block page; NULL where it is not known. */
enum web_kind page_judge(const struct http_reply *r,
			 const struct web_context *c, const char **product);

/* The answer was made by a proxy or gateway, not by the host: an error with the
 * proxy's own name, or a gateway's status (502, 504). */
bool page_is_proxy_error(const struct http_reply *r);

enum { WEB_HOST = 256 };

/* An absolute http or https URL; false for all else. path: rest of the URL. */
struct web_url {
	bool tls;
	char host[WEB_HOST];
	const char *path;
};
bool page_url_parse(struct web_url *out, const char *url);

/* An absolute URL of another site that the context does not name: nothing but
 * TLS shows that the host itself sends its visitors there. */
bool page_leads_away(const struct web_context *c, const char *url);

/* Same registered domain, as far as that can be decided without the list of
 * public suffixes: the last two labels, or three where the last has two letters
 * and the one before it is short (co.uk, com.au). */
bool page_same_site(const char *a, const char *b);

#endif
