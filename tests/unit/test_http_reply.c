/*
 * Header lines and titles, as servers and middleboxes write them.
 */
#include "core/net/http_reply.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

static struct http_reply reply;

static bool feed(const char *line)
{
	return http_reply_header(&reply, line, strlen(line));
}

static const char *title_of(const char *html)
{
	http_reply_init(&reply);
	reply.body = (const uint8_t *)html;
	reply.body_length = strlen(html);
	http_reply_title(&reply);
	return reply.title;
}

static void test_fields(void **state)
{
	(void)state;
	http_reply_init(&reply);
	assert_int_equal(reply.tls.trust, TLS_TRUST_NONE);
	assert_false(feed("HTTP/1.1 302 Found\r\n"));
	assert_false(feed("SERVER:  nginx \r\n"));
	assert_false(feed("Server: second\r\n"));
	assert_false(feed("Location:\thttp://x.example/\r\n"));
	assert_false(feed("no colon here\r\n"));
	assert_false(feed("Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"));
	assert_true(feed("\r\n"));
	assert_int_equal(reply.status, 302);
	assert_string_equal(reply.version, "1.1");
	assert_string_equal(reply.server, "nginx");
	assert_string_equal(reply.location, "http://x.example/");
	assert_string_equal(reply.date, "Sun, 06 Nov 1994 08:49:37 GMT");
}

static void test_schemes(void **state)
{
	(void)state;
	http_reply_init(&reply);
	feed("HTTP/1.0 407 no\r\n");
	feed("Proxy-Authenticate: Negotiate\r\n");
	feed("Proxy-Authenticate: NTLM\r\n");
	feed("proxy-authenticate: Basic realm=\"Corp, Inc.\"\r\n");
	feed("WWW-Authenticate: Digest realm=x\r\n");
	assert_string_equal(reply.proxy_authenticate, "Negotiate, NTLM, Basic");
	assert_string_equal(reply.www_authenticate, "Digest");
	for (int i = 0; i < 100; i++)
		feed("WWW-Authenticate: Scheme\r\n");
	assert_true(strlen(reply.www_authenticate) <
		    sizeof(reply.www_authenticate));
}

/* An interim reply is not the end, and is forgotten. */
static void test_interim(void **state)
{
	(void)state;
	http_reply_init(&reply);
	feed("HTTP/1.1 103 Early Hints\r\n");
	feed("Server: early\r\n");
	assert_false(feed("\r\n"));
	feed("HTTP/1.1 200 OK\r\n");
	assert_true(feed("\r\n"));
	assert_int_equal(reply.status, 200);
	assert_string_equal(reply.server, "");
}

static void test_bad_status(void **state)
{
	static const char *const lines[] = {
	    "HTTP/1.1\r\n", "HTTP/1.1 \r\n", "HTTP/1.1 20\r\n",
	    "HTTP/",        "HTTP/1.1 x00 ", "HTTP/1.1 -12 ",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		http_reply_init(&reply);
		feed(lines[i]);
		assert_int_equal(reply.status, 0);
	}
}

/* Foreign text never begins a line or moves the cursor. */
static void test_hostile(void **state)
{
	(void)state;
	http_reply_init(&reply);
	feed("HTTP/1.1 200 OK\r\n");
	feed("Server: a\x1b[2Jb\x07\r\n");
	assert_string_equal(reply.server, "a\\x1b[2Jb\\x07");
}

static void test_title(void **state)
{
	(void)state;
	assert_string_equal(title_of("<html><head><TITLE lang=en>\n  Web \n "
				     "Page  Blocked </Title>"),
			    "Web Page Blocked");
	assert_string_equal(title_of("<title>cut off"), "cut off");
	assert_string_equal(title_of("<title"), "");
	assert_string_equal(title_of("<title></title>"), "");
	assert_string_equal(title_of("no title"), "");
	assert_string_equal(title_of(""), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_fields),  cmocka_unit_test(test_schemes),
	    cmocka_unit_test(test_interim), cmocka_unit_test(test_bad_status),
	    cmocka_unit_test(test_hostile), cmocka_unit_test(test_title),
	};

	return cmocka_run_group_tests_name("http_reply", tests, NULL, NULL);
}
