/* test_proxy.c - the CONNECT request, every kind of reply, and NO_PROXY. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "core/net/proxy.h"
#include "profiles/plan/plan_internal.h"

/* RFC 9110 9.3.6: authority form, Host, and Basic credentials (RFC 7617). */
static void test_request(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, PROXY_REPLY_MAX);
	proxy_connect_request(&b, "acme.example", 443, "Aladdin:open sesame");
	assert_non_null(strstr(buf_text(&b), "CONNECT acme.example:443 HTTP/1.1"
					     "\r\nHost: acme.example:443\r\n"));
	assert_non_null(strstr(buf_text(&b),
			       "Proxy-Authorization: Basic "
			       "QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n\r\n"));
	buf_free(&b);
	proxy_connect_request(&b, "2001:db8::1", 443, NULL);
	assert_non_null(strstr(buf_text(&b), "CONNECT [2001:db8::1]:443 "));
	assert_null(strstr(buf_text(&b), "Authorization"));
	buf_free(&b);
}

struct reply {
	const char *text;
	enum proxy_status status;
	enum cause cause;
	size_t left; /* bytes of the tunnel that stay */
	const char *schemes;
};

static const struct reply replies[] = {
    {"", PROXY_MORE, CAUSE_OK, 0, NULL},
    {"HT", PROXY_MORE, CAUSE_OK, 2, NULL},
    {"HTTP/1.1 200 Connection established\r\n", PROXY_MORE, CAUSE_OK, 37, NULL},
    {"HTTP/1.1 200 OK\r\n\r\n", PROXY_OPEN, CAUSE_OK, 0, NULL},
    {"HTTP/1.0 200 OK\r\nVia: x\r\n\r\nSSH-2.0", PROXY_OPEN, CAUSE_OK, 7, NULL},
    {"HTTP/1.1 407 Auth\r\nProxy-Authenticate: Negotiate\r\n"
     "Proxy-Authenticate: Basic realm=\"x\"\r\n\r\n",
     PROXY_NO, CAUSE_REJECTED, 0, "Negotiate Basic"},
    {"HTTP/1.1 403 Forbidden\r\n\r\n", PROXY_NO, CAUSE_REJECTED, 0, NULL},
    {"SSH-2.0-OpenSSH\r\n", PROXY_NO, CAUSE_BAD_REPLY, 0, NULL},
    {"HTTP/1.1 abc\r\n\r\n", PROXY_NO, CAUSE_BAD_REPLY, 0, NULL},
    {"HTTP/2\r\n\r\n", PROXY_NO, CAUSE_BAD_REPLY, 0, NULL},
};

/* Good, refused, unauthorised, not HTTP, split: each reply is told apart. */
static void test_replies(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof replies / sizeof *replies; i++) {
		const struct reply *r = &replies[i];
		struct facts f = {0};
		struct buf b;
		enum cause cause;
		char schemes[64] = "";
		const struct fact *list;

		buf_init(&b, 65536);
		buf_puts(&b, r->text);
		assert_int_equal(proxy_connect_reply(&b, &f, &cause),
				 r->status);
		if (r->status == PROXY_NO)
			assert_int_equal(cause, r->cause);
		else
			assert_int_equal(b.length, r->left);
		list = facts_find(&f, "proxy-schemes");
		for (size_t k = 0; list != NULL && k < list->list_count; k++) {
			if (k > 0)
				strncat(schemes, " ", 2);
			strncat(schemes, list->list[k], 30);
		}
		assert_string_equal(schemes,
				    r->schemes != NULL ? r->schemes : "");
		buf_free(&b);
		facts_free(&f);
	}
}

/* A header that never ends is a bad reply, not endless memory. */
static void test_endless_header(void **state)
{
	struct facts f = {0};
	struct buf b;
	enum cause cause;

	(void)state;
	buf_init(&b, 65536);
	buf_puts(&b, "HTTP/1.1 200 OK\r\nX: ");
	while (b.length <= PROXY_REPLY_MAX)
		buf_puts(&b, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
	assert_int_equal(proxy_connect_reply(&b, &f, &cause), PROXY_NO);
	assert_int_equal(cause, CAUSE_BAD_REPLY);
	buf_free(&b);
	facts_free(&f);
}

static bool excluded(char **rules, const char *host)
{
	struct addr literal = {0};

	addr_parse(&literal, host);
	return no_proxy_has(rules, host, &literal);
}

/* NO_PROXY: names with what is below them, addresses, networks, all. */
static void test_no_proxy(void **state)
{
	char rule[][20] = {"corp.example", ".lan",          "*.branch.example",
			   "10.2.0.0/16",  "2001:db8::/32", "192.0.2.7"};
	char star[] = "*";
	char *rules[] = {rule[0], rule[1], rule[2], rule[3],
			 rule[4], rule[5], NULL};
	char *all[] = {star, NULL};
	char more[][20] = {"[2001:db8::7]", "corp.example."};
	char *forms[] = {more[0], more[1], NULL};

	(void)state;
	assert_true(excluded(rules, "corp.example"));
	assert_true(excluded(rules, "www.CORP.example"));
	assert_false(excluded(rules, "notcorp.example"));
	assert_true(excluded(rules, "printer.lan"));
	assert_true(excluded(rules, "a.branch.example"));
	assert_false(excluded(rules, "abranch.example"));
	assert_true(excluded(rules, "10.2.255.1"));
	assert_false(excluded(rules, "10.3.0.1"));
	assert_true(excluded(rules, "2001:db8:1::1"));
	assert_true(excluded(rules, "192.0.2.7"));
	assert_false(excluded(rules, "192.0.2.70"));
	assert_true(excluded(forms, "2001:db8::7"));
	assert_false(excluded(forms, "2001:db8::8"));
	assert_true(excluded(forms, "a.corp.example"));
	assert_true(excluded(forms, "A.corp.EXAMPLE."));
	assert_false(excluded(forms, "corp.example.org"));
	assert_true(excluded(all, "anything.example"));
	assert_false(excluded(NULL, "anything.example"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_request),
	    cmocka_unit_test(test_replies),
	    cmocka_unit_test(test_endless_header),
	    cmocka_unit_test(test_no_proxy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
