/*
 * Transfers of http.c against a peer that plays a script: what is sent, what is
 * read, and where reading stops.
 */
#include "tests/unit/http_fixture.h"

static const struct http_request get = {
    .method = "GET", .path = "/a?b=c", .keep_body = true};
static const struct http_request head = {.method = "HEAD", .path = "/"};
static void test_get(void **state)
{
	struct peer p = {.say = "HTTP/1.1 200 OK\r\nServer: x\r\n"
				"Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
				"Content-Length: 21\r\n\r\n"
				"<title>Hello</title>\n"};
	char host[64];

	(void)state;
	play(&p, &get);
	assert_int_equal(seen.cause, CAUSE_OK);
	assert_int_equal(seen.phase, PHASE_REPLY);
	assert_int_equal(seen.status, 200);
	assert_string_equal(seen.version, "1.1");
	assert_string_equal(seen.title, "Hello");
	assert_int_equal(seen.body_length, 21);
	assert_false(seen.body_cut);
	assert_int_equal(seen.date_wall_s, 784111777);
	assert_true(seen.first_byte_us >= 0);
	assert_int_equal(seen.tls_us, -1);
	snprintf(host, sizeof(host), "\r\nHost: www.example.com:%u\r\n",
		 p.port);
	assert_non_null(strstr(p.request, host));
	assert_memory_equal(p.request, "GET /a?b=c HTTP/1.1\r\n", 21);
	assert_non_null(strstr(p.request, "User-Agent: preflight/"));
	assert_null(strstr(p.request, "Accept-Encoding"));
}

static void test_head(void **state)
{
	struct peer p = {.say = "HTTP/1.1 301 Moved\r\nContent-Length: 99\r\n"
				"Location: http://elsewhere.example/\r\n\r\n",
			 .ending = END_HOLD};

	(void)state;
	play(&p, &head);
	assert_int_equal(seen.cause, CAUSE_OK);
	assert_int_equal(seen.status, 301); /* not followed */
	assert_string_equal(seen.location, "http://elsewhere.example/");
	assert_memory_equal(p.request, "HEAD / HTTP/1.1\r\n", 17);
}

static void test_post(void **state)
{
	static const char *const headers[] = {"X-One: 1", NULL};
	struct http_request post = {.method = "POST",
				    .path = "/wsman",
				    .body = "<x/>",
				    .content_type = "application/soap+xml",
				    .headers = headers,
				    .keep_body = true};
	struct peer p = {.say = "HTTP/1.1 401 no\r\n"
				"WWW-Authenticate: Negotiate\r\n"
				"Content-Length: 2\r\n\r\nno"};

	(void)state;
	play(&p, &post);
	assert_int_equal(seen.status, 401);
	assert_string_equal(seen.www_authenticate, "Negotiate");
	assert_string_equal(seen_body, "no");
	assert_non_null(strstr(p.request, "\r\nContent-Length: 4\r\n"));
	assert_non_null(
	    strstr(p.request, "\r\nContent-Type: application/soap+xml\r\n"));
	assert_non_null(strstr(p.request, "\r\nX-One: 1\r\n"));
	assert_null(strstr(p.request, "Expect"));
}

static void test_endless_body(void **state)
{
	struct peer p = {.say = "HTTP/1.1 200 OK\r\n\r\n",
			 .repeat = "0123456789abcdef",
			 .repeat_count = 10000000};

	(void)state;
	play(&p, &get);
	assert_int_equal(seen.cause, CAUSE_OK);
	assert_int_equal(seen.status, 200);
	assert_true(seen.body_cut);
	assert_int_equal(seen.body_length, HTTP_BODY_MAX);
}

/* Encoded bodies were not asked for and are not opened. */
static void test_gzip(void **state)
{
	struct peer p = {.say = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n"
				"Content-Encoding: gzip\r\n\r\n\x1f\x8b\x08"};

	(void)state;
	play(&p, &get);
	assert_int_equal(seen.cause, CAUSE_OK);
	assert_int_equal(seen.body_length, 3);
}

/* The status is known: header lines without end do not change it. */
static void test_endless_header(void **state)
{
	struct peer lines = {.say = "HTTP/1.1 200 OK\r\n",
			     .repeat = "X-Filler: 0123456789abcdef\r\n",
			     .repeat_count = 400000};
	struct peer line = {.say = "HTTP/1.1 403 no\r\nX-Filler: ",
			    .repeat = "0123456789abcdef",
			    .repeat_count = 700000};

	(void)state;
	play(&lines, &get);
	assert_int_equal(seen.cause, CAUSE_OK);
	assert_int_equal(seen.status, 200);
	assert_true(seen.body_cut);
	play(&line, &get);
	assert_int_equal(seen.cause, CAUSE_OK);
	assert_int_equal(seen.status, 403);
	assert_true(seen.body_cut);
}

/* The header came, the body does not: two seconds later that is enough. */
static void test_body_stalls(void **state)
{
	struct peer p = {.say = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"
				"<title>Half",
			 .ending = END_HOLD};

	(void)state;
	play(&p, &get);
	assert_int_equal(seen.cause, CAUSE_OK);
	assert_true(seen.body_cut);
	assert_string_equal(seen.title, "Half");
}

static void test_cut_body(void **state)
{
	struct peer p = {.say = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"
				"short"};

	(void)state;
	play(&p, &get);
	assert_int_equal(seen.cause, CAUSE_OK);
	assert_true(seen.body_cut);
}

static void test_empty_reply(void **state)
{
	struct peer p = {.say = NULL};

	(void)state;
	play(&p, &get);
	assert_int_equal(seen.phase, PHASE_REPLY);
	assert_int_equal(seen.cause, CAUSE_RESET);
	assert_int_equal(seen.status, 0);
}

static void test_reset(void **state)
{
	struct peer p = {.ending = END_RESET};

	(void)state;
	play(&p, &get);
	assert_int_equal(seen.phase, PHASE_REPLY);
	assert_int_equal(seen.cause, CAUSE_RESET);
	assert_true(seen.error_text[0] != '\0');
}

static void test_not_http(void **state)
{
	static const char *const replies[] = {
	    "SSH-2.0-OpenSSH_9.2\r\n",
	    "220 mail.example ESMTP\r\n",
	    "\x15\x03\x03\x02\x02\x28\x80\x81",
	    "HTTP/9.9.9 banana\r\n\r\n",
	    "\r\n\r\n\r\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(replies) / sizeof(replies[0]); i++) {
		struct peer p = {.say = replies[i]};

		play(&p, &get);
		assert_int_equal(seen.phase, PHASE_REPLY);
		assert_int_equal(seen.cause, CAUSE_BAD_REPLY);
	}
}

/* A server that speaks first is not waited for. */
static void test_speaks_first(void **state)
{
	struct peer p = {.say = "SSH-2.0-x\r\n", .before_reading = true};

	(void)state;
	play(&p, &get);
	assert_int_equal(seen.cause, CAUSE_BAD_REPLY);
}

static void test_forward_proxy(void **state)
{
	struct peer p = {.say = "HTTP/1.1 407 Authenticate\r\n"
				"Proxy-Authenticate: NTLM\r\n"
				"Proxy-Authenticate: Basic realm=\"x\"\r\n"
				"Content-Length: 0\r\n\r\n"};
	struct http_target to = target_of(&p, peer_start(&p));

	(void)state;
	to.port = 80;
	to.forward_proxy = true;
	to.proxy_host = "proxy.example";
	to.proxy_port = p.port;
	to.proxy_userpwd = "user:secret";
	done_count = 0;
	wanted_count = 1;
	http_start(http, &to, &head, on_done, NULL);
	loop_run(loop);
	peer_join(&p);
	assert_int_equal(seen.status, 407);
	assert_string_equal(seen.proxy_authenticate, "NTLM, Basic");
	assert_memory_equal(p.request,
			    "HEAD http://www.example.com/ HTTP/1.1\r\n", 39);
	assert_non_null(
	    strstr(p.request, "Proxy-Authorization: Basic dXNlcjpzZWNyZXQ="));
	assert_null(strstr(seen.error_text, "secret"));
}

/* ---- many ---- */

static void test_queue(void **state)
{
	static struct peer peers[40];

	(void)state;
	done_count = 0;
	wanted_count = 40;
	memset(peers, 0, sizeof(peers));
	for (size_t i = 0; i < 40; i++) {
		struct http_target to;

		peers[i].say = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
		to = target_of(&peers[i], peer_start(&peers[i]));
		http_start(http, &to, &head, on_done, NULL);
	}
	loop_run(loop);
	assert_int_equal(done_count, 40);
	for (size_t i = 0; i < 40; i++)
		peer_join(&peers[i]);
}

static struct http_transfer *victim;

static void stop_it(void *arg)
{
	(void)arg;
	assert_int_equal(http_phase(victim), PHASE_REPLY);
	assert_int_equal(http_peek(victim)->status, 0);
	http_cancel(victim);
	loop_stop(loop);
}

static void test_cancel(void **state)
{
	struct peer p = {.ending = END_HOLD};
	struct http_target to = target_of(&p, peer_start(&p));
	struct loop_timer *t = loop_timer_new(loop, stop_it, NULL);

	(void)state;
	done_count = 0;
	wanted_count = 1;
	victim = http_start(http, &to, &head, on_done, NULL);
	loop_timer_in(t, 100000);
	loop_run(loop);
	loop_timer_free(t);
	peer_join(&p); /* the descriptor is closed */
	assert_int_equal(done_count, 0);
	assert_non_null(strstr(p.request, "HEAD /"));
}

static void test_bad_url(void **state)
{
	struct peer p = {.say = NULL};
	struct http_request q = {.method = "GET", .path = "/a b\r\nX: y"};

	(void)state;
	play(&p, &q);
	assert_int_equal(seen.phase, PHASE_LOCAL);
	assert_int_equal(p.request_length, 0);
}

/* A connection that is gone is a mistake of ours, not of the peer. */
static void test_no_descriptor(void **state)
{
	struct http_target to = {
	    .fd = -1, .host = "www.example.com", .port = 80};

	(void)state;
	done_count = 0;
	wanted_count = 1;
	http_start(http, &to, &get, on_done, NULL);
	assert_int_equal(done_count, 0);
	loop_run(loop);
	assert_int_equal(seen.phase, PHASE_LOCAL);
	assert_int_equal(seen.cause, CAUSE_LOCAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_get),
	    cmocka_unit_test(test_head),
	    cmocka_unit_test(test_post),
	    cmocka_unit_test(test_endless_body),
	    cmocka_unit_test(test_gzip),
	    cmocka_unit_test(test_endless_header),
	    cmocka_unit_test(test_body_stalls),
	    cmocka_unit_test(test_cut_body),
	    cmocka_unit_test(test_empty_reply),
	    cmocka_unit_test(test_reset),
	    cmocka_unit_test(test_not_http),
	    cmocka_unit_test(test_speaks_first),
	    cmocka_unit_test(test_forward_proxy),
	    cmocka_unit_test(test_queue),
	    cmocka_unit_test(test_cancel),
	    cmocka_unit_test(test_bad_url),
	    cmocka_unit_test(test_no_descriptor),
	};

	return cmocka_run_group_tests_name("http", tests, http_set_up,
					   http_tear_down);
}
