/*
 * page_signatures.c - who wrote this page?
 *
 * A portal shows itself by status 511 (RFC 6585 6), by a redirect that leaves
 * the site for plain HTTP, for a private address or for a path that says what
 * it is, or by a log-in form where none belongs. A filter shows itself by its
 * name in the page, next to an error status or a title that says so.
 */
#include "core/net/page_signatures.h"

#include "core/base/addr.h"
#include "core/base/text.h"
#include "core/net/page_text.h"

#include <string.h>

enum { WEB_SEARCHED = 16384 }; /* bytes of a body */

enum web_place { IN_SERVER, IN_TITLE, IN_BODY, IN_LOCATION };

/* Words of the products' own pages, from their manuals and from pages seen. */
static const struct web_mark {
	enum web_place place;
	const char *word;
	const char *product;
} marks[] = {
    {IN_SERVER, "fortiguard", "Fortinet FortiGuard"},
    {IN_SERVER, "zscaler", "Zscaler"},
    {IN_SERVER, "opendns guide", "Cisco Umbrella"},
    {IN_SERVER, "sonicwall", "SonicWall"},
    {IN_SERVER, "smoothwall", "Smoothwall"},
    {IN_SERVER, "netskope", "Netskope"},
    {IN_LOCATION, "fortiguard", "Fortinet FortiGuard"},
    {IN_LOCATION, "://gateway.zs", "Zscaler"},
    {IN_LOCATION, "block.opendns.com", "Cisco Umbrella"},
    {IN_LOCATION, "malware.opendns.com", "Cisco Umbrella"},
    {IN_LOCATION, "phish.opendns.com", "Cisco Umbrella"},
    {IN_LOCATION, "/ips/block/webcat", "Sophos Firewall"},
    {IN_LOCATION, "/usercheck/portalmain", "Check Point"},
    {IN_LOCATION, "blockpage.cgi", "Forcepoint"},
    {IN_LOCATION, "meraki.com:8090/blocked.cgi", "Cisco Meraki"},
    {IN_LOCATION, "securly.com/blocked", "Securly"},
    {IN_LOCATION, "blocked.goguardian.com", "GoGuardian"},
    {IN_LOCATION, "sgerror.php", "squidGuard"},
    {IN_TITLE, "fortinet", "Fortinet FortiGuard"},
    {IN_TITLE, "fortigate", "Fortinet FortiGuard"},
    {IN_TITLE, "fortiguard", "Fortinet FortiGuard"},
    {IN_TITLE, "web filter violation", "Fortinet FortiGuard"},
    {IN_TITLE, "zscaler", "Zscaler"},
    {IN_TITLE, "sonicwall", "SonicWall"},
    {IN_TITLE, "watchguard", "WatchGuard"},
    {IN_TITLE, "mcafee web gateway", "Skyhigh (McAfee) Web Gateway"},
    {IN_TITLE, "skyhigh", "Skyhigh (McAfee) Web Gateway"},
    {IN_TITLE, "application blocked", "Palo Alto Networks"},
    {IN_TITLE, "kerio control", "GFI Kerio"},
    {IN_BODY, "fortiguard intrusion prevention", "Fortinet FortiGuard"},
    {IN_BODY, "fortiguard web filter", "Fortinet FortiGuard"},
    {IN_BODY, "zscaler", "Zscaler"},
    {IN_BODY, "blocked in accordance with company policy",
     "Palo Alto Networks"},
    {IN_BODY, "sophos", "Sophos Firewall"},
    {IN_BODY, "cisco umbrella", "Cisco Umbrella"},
    {IN_BODY, "opendns", "Cisco Umbrella"},
    {IN_BODY, "cisco web security", "Cisco Secure Web Appliance"},
    {IN_BODY, "ironport", "Cisco Secure Web Appliance"},
    {IN_BODY, "pfblockerng", "pfBlockerNG"},
    {IN_BODY, "squidguard", "squidGuard"},
    {IN_BODY, "sonicwall", "SonicWall"},
    {IN_BODY, "watchguard", "WatchGuard"},
    {IN_BODY, "barracuda", "Barracuda"},
    {IN_BODY, "smoothwall", "Smoothwall"},
    {IN_BODY, "websense", "Forcepoint"},
    {IN_BODY, "forcepoint", "Forcepoint"},
    {IN_BODY, "because of its content categorization",
     "Symantec ProxySG (Blue Coat)"},
    {IN_BODY, "blue coat", "Symantec ProxySG (Blue Coat)"},
    {IN_BODY, "mcafee web gateway", "Skyhigh (McAfee) Web Gateway"},
    {IN_BODY, "skyhigh secure web gateway", "Skyhigh (McAfee) Web Gateway"},
    {IN_BODY, "usercheck", "Check Point"},
    {IN_BODY, "untangle", "Untangle"},
    {IN_BODY, "netskope", "Netskope"},
    {IN_BODY, "lightspeed systems", "Lightspeed"},
    {IN_BODY, "iboss", "iboss"},
    {IN_BODY, "contentkeeper", "ContentKeeper"},
    {IN_BODY, "dnsfilter", "DNSFilter"},
    {IN_BODY, "dansguardian", "DansGuardian"},
    {IN_BODY, "e2guardian", "e2guardian"},
    {IN_BODY, "stormshield", "Stormshield"},
    {IN_BODY, "trend micro", "Trend Micro Web Security"},
    {IN_BODY, "err_access_denied", "Squid"},
    {IN_BODY, "tinyproxy", "tinyproxy"},
    {IN_BODY, "action: deny. reason:", "Azure Firewall"},
};

/* Titles that no site gives to its own pages. */
static const char *const block_titles[] = {
    "page blocked",         "site blocked",
    "website blocked",      "access blocked",
    "blocked by",           "content blocked",
    "web filter",           "content filter",
    "this site is blocked", "url blocked",
    "has been blocked",     "is blocked",
    "policy violation",     NULL,
};
static const char *const doubt_titles[] = {
    "block",  "denied",       "restricted", "forbidden", "policy",
    "filter", "notification", "violation",  NULL,
};
/* A redirect to another site by HTTPS is normal, unless it has these words. */
static const char *const portal_words[] = {
    "portal", "captive", "hotspot", "hot-spot",     "guest", "splash",
    "wlan",   "wifi",    "wi-fi",   "network-auth", NULL,
};
static const char *const portal_titles[] = {
    "captive portal",
    "hotspot",
    "hot spot",
    "guest network",
    "guest access",
    "guest wi",
    "wifi login",
    "wi-fi login",
    "network login",
    "network access",
    "authentication required",
    "web authentication",
    "internet access",
    NULL,
};
static const char *const proxy_servers[] = {
    "squid", "tinyproxy", "privoxy", "mcafee web gateway", "zscaler", NULL,
};

static bool page_signatures_has_any(const char *text, const char *const *words)
{
	for (size_t i = 0; words[i] != NULL; i++) {
		if (text_casestr(text, words[i]) != NULL)
			return true;
	}
	return false;
}

/* In foreign bytes, without case; NULL when it is not there. */
static const char *page_signatures_find_in_body(const struct http_reply *r,
						const char *word)
{
	size_t length = strlen(word);
	size_t size =
	    r->body_length < WEB_SEARCHED ? r->body_length : WEB_SEARCHED;
	const char *at = (const char *)r->body;

	if (at == NULL)
		return NULL;
	for (size_t i = 0; i + length <= size; i++) {
		if (text_ncasecmp(at + i, word, length) == 0)
			return at + i;
	}
	return NULL;
}

/* ---- names ---- */

bool page_url_parse(struct web_url *out, const char *url)
{
	size_t length = 0;

	out->tls = text_ncasecmp(url, "https://", 8) == 0;
	if (!out->tls && text_ncasecmp(url, "http://", 7) != 0)
		return false;
	url += out->tls ? 8 : 7;
	length = strcspn(url, "/?#");
	out->path = url + length;
	for (size_t i = 0; i < length; i++) {
		if (url[i] == '@') { /* what stands before it is not a host */
			url += i + 1;
			length -= i + 1;
			i = (size_t)-1;
		}
	}
	if (length > 0 && url[0] == '[') {
		url++;
		length = strcspn(url, "]/");
	} else {
		size_t colon = strcspn(url, ":");

		length = colon < length ? colon : length;
	}
	if (length == 0 || length >= sizeof(out->host))
		return false;
	memcpy(out->host, url, length);
	out->host[length] = '\0';
	return true;
}

/* Where the registered domain of a host begins. */
static const char *page_signatures_site_of(const char *host)
{
	const char *dots[3] = {NULL, NULL, NULL};
	size_t length = strlen(host);
	bool short_last = false;

	for (const char *at = host + length; at > host; at--) {
		if (at[-1] != '.')
			continue;
		if (dots[0] == NULL)
			dots[0] = at;
		else if (dots[1] == NULL)
			dots[1] = at;
		else if (dots[2] == NULL)
			dots[2] = at;
	}
	if (dots[1] == NULL)
		return host;
	short_last = strlen(dots[0]) == 2 && dots[0] - dots[1] <= 4;
	if (!short_last)
		return dots[1];
	return dots[2] == NULL ? host : dots[2];
}

bool page_same_site(const char *a, const char *b)
{
	struct addr numeric;

	if (text_casecmp(a, b) == 0)
		return true;
	if (addr_parse(&numeric, a) || addr_parse(&numeric, b))
		return false;
	return text_casecmp(page_signatures_site_of(a),
			    page_signatures_site_of(b)) == 0;
}

static bool page_signatures_ends_with(const char *host, const char *suffix)
{
	size_t have = strlen(host), want = 0;

	while (*suffix == '.' || *suffix == '*')
		suffix++;
	want = strlen(suffix);
	if (have < want || want == 0 ||
	    text_casecmp(host + have - want, suffix) != 0)
		return false;
	return have == want || host[have - want - 1] == '.';
}

/* ---- portals ---- */

static bool page_signatures_is_foreign(const struct web_context *c,
				       const char *host)
{
	if (page_same_site(host, c->host))
		return false;
	for (size_t i = 0; c->redirects != NULL && c->redirects[i] != NULL;
	     i++) {
		if (page_signatures_ends_with(host, c->redirects[i]))
			return false;
	}
	return true;
}

static bool page_signatures_leads_to_portal(const struct web_context *c,
					    const char *url)
{
	struct web_url to;
	struct addr numeric;

	if (!page_url_parse(&to, url) ||
	    !page_signatures_is_foreign(c, to.host))
		return false;
	if (addr_parse(&numeric, to.host) && addr_is_private(&numeric))
		return true;
	return !to.tls || page_signatures_has_any(to.host, portal_words) ||
	       page_signatures_has_any(to.path, portal_words);
}

bool page_leads_away(const struct web_context *c, const char *url)
{
	struct web_url to;

	return page_url_parse(&to, url) &&
	       page_signatures_is_foreign(c, to.host);
}

static bool page_signatures_is_portal(const struct http_reply *r,
				      const struct web_context *c)
{
	char url[PAGE_URL];

	if (r->status == 511)
		return true;
	if (c->secure)
		return false;
	if (r->status / 100 == 3)
		return page_signatures_leads_to_portal(c, r->location);
	if (r->status != 200 || c->own_network)
		return false;
	return (page_onward(r, url) &&
		page_signatures_leads_to_portal(c, url)) ||
	       page_signatures_has_any(r->title, portal_titles) ||
	       page_signatures_find_in_body(r, "type=\"password\"") != NULL ||
	       page_signatures_find_in_body(r, "type=password") != NULL ||
	       page_signatures_find_in_body(r, "WISPAccessGatewayParam") !=
		   NULL;
}

/* ---- block pages ---- */

static bool page_signatures_has_mark(const struct http_reply *r,
				     const struct web_mark *m)
{
	switch (m->place) {
	case IN_SERVER:
		return text_casestr(r->server, m->word) != NULL;
	case IN_TITLE:
		return text_casestr(r->title, m->word) != NULL;
	case IN_LOCATION:
		return r->status / 100 == 3 &&
		       text_casestr(r->location, m->word) != NULL;
	case IN_BODY:
		break;
	}
	return page_signatures_find_in_body(r, m->word) != NULL;
}

static const char *page_signatures_product_of(const struct http_reply *r)
{
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		if (page_signatures_has_mark(r, &marks[i]))
			return marks[i].product;
	}
	return NULL;
}

static bool page_signatures_is_blocked(const struct http_reply *r,
				       const char **product)
{
	bool doubtful = r->status >= 400 || r->status / 100 == 3 ||
			page_signatures_has_any(r->title, doubt_titles);

	*product = doubtful ? page_signatures_product_of(r) : NULL;
	return *product != NULL || r->status == 451 ||
	       page_signatures_has_any(r->title, block_titles);
}

bool page_is_proxy_error(const struct http_reply *r)
{
	if (r->status < 400)
		return false;
	return r->status == 502 || r->status == 504 ||
	       page_signatures_has_any(r->server, proxy_servers) ||
	       page_signatures_find_in_body(r, "(squid/") != NULL;
}

enum web_kind page_judge(const struct http_reply *r,
			 const struct web_context *c, const char **product)
{
	if (page_signatures_is_blocked(r, product))
		return WEB_BLOCKED;
	return page_signatures_is_portal(r, c) ? WEB_PORTAL : WEB_TARGET;
}
