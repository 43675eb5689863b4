/*
 * Whose page is it? Answers of hosts, portals and filters; the digest of the
 * WebSocket handshake; products by issuer.
 */
#include "core/base/digest.h"
#include "core/net/http_reply.h"
#include "core/net/tls_products.h"
#include "core/net/page_signatures.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

static const char *const google[] = {"*.google.com", "youtube.com", NULL};

struct page {
	const char *what; /* what the case proves */
	long status;
	const char *server, *location, *body;
	enum web_kind kind;
	const char *product;
	bool own_network, secure;
};

static const struct page pages[] = {
    {"a plain page", 200, "nginx", "", "<title>Welcome</title>", WEB_TARGET,
     NULL, false, false},
    {"a redirect to https on the same host", 301, "",
     "https://www.example.com/", "", WEB_TARGET, NULL, false, false},
    {"a redirect on the same site", 302, "", "http://eu.example.com/x", "",
     WEB_TARGET, NULL, false, false},
    {"a relative redirect", 302, "", "/login", "", WEB_TARGET, NULL, false,
     false},
    {"a host that the caller names", 302, "", "http://www.google.com/", "",
     WEB_TARGET, NULL, false, false},
    {"another site by https, nothing said", 302, "",
     "https://login.vendor.example/", "", WEB_TARGET, NULL, false, false},
    {"another site by http", 302, "", "http://login.portal.test/login?x=y", "",
     WEB_PORTAL, NULL, false, false},
    {"another site by https that says portal", 302, "",
     "https://wifi.hotel.test/", "", WEB_PORTAL, NULL, false, false},
    {"a private address", 307, "", "https://10.1.1.1/", "", WEB_PORTAL, NULL,
     false, false},
    {"a private IPv6 address", 307, "", "https://[fd00::1]:8443/", "",
     WEB_PORTAL, NULL, false, false},
    {"a name before the host does not help", 302, "",
     "http://www.example.com@evil.test/", "", WEB_PORTAL, NULL, false, false},
    {"a suffix is a whole label", 302, "", "http://evilgoogle.com/", "",
     WEB_PORTAL, NULL, false, false},
    {"status 511", 511, "", "", "", WEB_PORTAL, NULL, false, false},
    {"a password field", 200, "", "",
     "<form><INPUT TYPE=\"password\" name=p></form>", WEB_PORTAL, NULL, false,
     false},
    {"a password field of a device in the own network", 200, "", "",
     "<form><input type=\"password\"></form>", WEB_TARGET, NULL, true, false},
    {"a title of a portal", 200, "", "", "<title>Guest Network</title>",
     WEB_PORTAL, NULL, false, false},
    {"a refresh to a portal", 200, "", "",
     "<meta http-equiv=\"refresh\" content=\"0; URL=http://1.1.1.1/x\">",
     WEB_PORTAL, NULL, false, false},
    {"a refresh on the own site", 200, "", "",
     "<meta http-equiv=\"refresh\" content=\"0;url=http://example.com/\">",
     WEB_TARGET, NULL, false, false},
    {"a refresh that is cut off", 200, "", "", "<meta http-equiv=\"refresh\"",
     WEB_TARGET, NULL, false, false},
    {"over TLS the certificate is the witness", 302, "",
     "http://login.portal.test/", "", WEB_TARGET, NULL, false, true},
    {"a 403 of a content network", 403, "CloudFront", "",
     "<h1>403 ERROR</h1>Request blocked.", WEB_TARGET, NULL, false, false},
    {"an access denied of the host itself", 403, "Apache", "",
     "<title>Access Denied</title>", WEB_TARGET, NULL, false, false},
    {"FortiGuard", 403, "FortiGuard", "", "<title>Web Page Blocked</title>",
     WEB_BLOCKED, "Fortinet FortiGuard", false, false},
    {"FortiGuard by its page", 200, "", "",
     "<title>Web Page Blocked</title><h1>FortiGuard Intrusion Prevention</h1>",
     WEB_BLOCKED, "Fortinet FortiGuard", false, false},
    {"Palo Alto", 503, "", "",
     "<title>Web Page Blocked</title>Access to the web page you were trying to "
     "visit has been blocked in accordance with company policy.",
     WEB_BLOCKED, "Palo Alto Networks", false, false},
    {"Umbrella", 303, "", "https://block.opendns.com/?url=x", "", WEB_BLOCKED,
     "Cisco Umbrella", false, false},
    {"Zscaler", 307, "", "https://gateway.zscloud.net/auT?x", "", WEB_BLOCKED,
     "Zscaler", false, false},
    {"Sophos", 403, "", "", "<p>Powered by Sophos", WEB_BLOCKED,
     "Sophos Firewall", false, false},
    {"SonicWall", 200, "", "", "<title>SonicWall - Web Site Blocked</title>",
     WEB_BLOCKED, "SonicWall", false, false},
    {"WatchGuard", 403, "", "",
     "<title>Request denied by WatchGuard HTTP Proxy</title>", WEB_BLOCKED,
     "WatchGuard", false, false},
    {"Squid", 403, "squid/5.7", "", "<body id=ERR_ACCESS_DENIED>", WEB_BLOCKED,
     "Squid", false, false},
    {"status 451, nobody known", 451, "", "", "", WEB_BLOCKED, NULL, false,
     false},
    {"a title, nobody known", 200, "", "",
     "<title>This site is blocked</title>", WEB_BLOCKED, NULL, false, false},
    {"a page about a product is not its block page", 200, "", "",
     "<title>How we use Zscaler</title>Zscaler", WEB_TARGET, NULL, false,
     false},
};

static void test_pages(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		const struct page *page = &pages[i];
		struct web_context c = {.host = "www.example.com",
					.secure = page->secure,
					.own_network = page->own_network,
					.redirects = google};
		struct http_reply r;
		const char *product = NULL;

		http_reply_init(&r);
		r.status = page->status;
		snprintf(r.server, sizeof(r.server), "%s", page->server);
		snprintf(r.location, sizeof(r.location), "%s", page->location);
		r.body = (const uint8_t *)page->body;
		r.body_length = strlen(page->body);
		http_reply_title(&r);
		if (page_judge(&r, &c, &product) != page->kind)
			fail_msg("%s: kind %d", page->what,
				 (int)page_judge(&r, &c, &product));
		if (page->product == NULL)
			assert_null(product);
		else
			assert_string_equal(product, page->product);
	}
}

static void test_sites(void **state)
{
	(void)state;
	assert_true(page_same_site("a.b.example.com", "example.com"));
	assert_true(page_same_site("A.example.COM", "b.Example.com"));
	assert_true(page_same_site("www.shop.co.uk", "shop.co.uk"));
	assert_false(page_same_site("www.shop.co.uk", "www.other.co.uk"));
	assert_true(page_same_site("www.google.de", "google.de"));
	assert_false(page_same_site("example.com", "example.net"));
	assert_false(page_same_site("10.1.1.1", "10.2.1.1"));
	assert_true(page_same_site("10.1.1.1", "10.1.1.1"));
	assert_true(page_same_site("localhost", "LOCALHOST"));
	assert_false(page_same_site("", "example.com"));
}

static void test_urls(void **state)
{
	struct web_url u;

	(void)state;
	assert_true(page_url_parse(&u, "HTTPS://Host.example:8443/a?b#c"));
	assert_true(u.tls);
	assert_string_equal(u.host, "Host.example");
	assert_string_equal(u.path, "/a?b#c");
	assert_true(page_url_parse(&u, "http://[2001:db8::1]/"));
	assert_string_equal(u.host, "2001:db8::1");
	assert_true(page_url_parse(&u, "http://a@b@c?x@y"));
	assert_string_equal(u.host, "c");
	assert_false(page_url_parse(&u, "ftp://host/"));
	assert_false(page_url_parse(&u, "/path"));
	assert_false(page_url_parse(&u, "http://"));
	assert_false(page_url_parse(&u, "http://@"));
	assert_false(page_url_parse(&u, "http:///x"));
	assert_false(page_url_parse(&u, "file:///etc/passwd"));
}

static void test_proxy_errors(void **state)
{
	struct http_reply r;

	(void)state;
	http_reply_init(&r);
	r.status = 504;
	assert_true(page_is_proxy_error(&r));
	r.status = 403;
	assert_false(page_is_proxy_error(&r));
	snprintf(r.server, sizeof(r.server), "squid/5.7");
	assert_true(page_is_proxy_error(&r));
	r.status = 200;
	assert_false(page_is_proxy_error(&r));
}

/* RFC 3174 7.3 and RFC 6455 1.3. */
static void test_digest(void **state)
{
	static const struct {
		const char *text;
		const char *hex;
	} known[] = {
	    {"", "da39a3ee5e6b4b0d3255bfef95601890afd80709"},
	    {"abc", "a9993e364706816aba3e25717850c26c9cd0d89d"},
	    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
	     "84983e441c3bd26ebaae4aa1f95129e5e54670f1"},
	    {"dGhlIHNhbXBsZSBub25jZQ=="
	     "258EAFA5-E914-47DA-95CA-C5AB0DC85B11",
	     "b37a4f2cc0624f1690f64606cf385945b2bec4ea"},
	};
	uint8_t out[DIGEST_SHA1];
	char hex[41];

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		digest_sha1(known[i].text, strlen(known[i].text), out);
		for (size_t j = 0; j < DIGEST_SHA1; j++)
			snprintf(hex + 2 * j, 3, "%02x", (unsigned)out[j]);
		assert_string_equal(hex, known[i].hex);
	}
}

/* Around the ends of blocks, where the padding takes one more. */
static void test_digest_padding(void **state)
{
	static const struct {
		size_t length;
		const char *hex;
	} known[] = {
	    {55, "c1c8bbdc22796e28c0e15163d20899b65621d65a"},
	    {56, "c2db330f6083854c99d4b5bfb6e8f29f201be699"},
	    {63, "03f09f5b158a7a8cdad920bddc29b81c18a551f5"},
	    {64, "0098ba824b5c16427bd7a1122a5a442a25ec644d"},
	    {65, "11655326c708d70319be2610e8a57d9a5b959d3b"},
	    {119, "ee971065aaa017e0632a8ca6c77bb3bf8b1dfc56"},
	    {120, "f34c1488385346a55709ba056ddd08280dd4c6d6"},
	};
	uint8_t out[DIGEST_SHA1];
	char text[120], hex[41];

	(void)state;
	memset(text, 'a', sizeof(text));
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		digest_sha1(text, known[i].length, out);
		for (size_t j = 0; j < DIGEST_SHA1; j++)
			snprintf(hex + 2 * j, 3, "%02x", (unsigned)out[j]);
		assert_string_equal(hex, known[i].hex);
	}
}

static void test_products(void **state)
{
	(void)state;
	assert_string_equal(tls_products_product("CN=x,O=Fortinet"),
			    "Fortinet FortiGate");
	assert_string_equal(tls_products_product("CN=Zscaler Root CA"),
			    "Zscaler");
	assert_string_equal(tls_products_product("CN=mitmproxy,O=mitmproxy"),
			    "mitmproxy");
	assert_null(tls_products_product("CN=R3,O=Let's Encrypt,C=US"));
	assert_null(tls_products_product("CN=DigiCert Global Root CA"));
	assert_null(tls_products_product(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_pages),
	    cmocka_unit_test(test_sites),
	    cmocka_unit_test(test_urls),
	    cmocka_unit_test(test_proxy_errors),
	    cmocka_unit_test(test_digest),
	    cmocka_unit_test(test_digest_padding),
	    cmocka_unit_test(test_products),
	};

	return cmocka_run_group_tests_name("http_web", tests, NULL, NULL);
}
