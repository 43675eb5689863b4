/*
 * Transfers of http.c over TLS: evidence, trust, and every way in which the
 * handshake can end.
 */
#include "tests/unit/http_fixture.h"

static const struct http_request get_tls = {
    .method = "GET", .path = "/", .tls = true, .keep_body = true};

static void test_https(void **state)
{
	struct peer p = {.say = "HTTP/1.1 204 No Content\r\n\r\n",
			 .tls = peer_tls(&leaf)};

	(void)state;
	play(&p, &get_tls);
	assert_int_equal(seen.cause, CAUSE_OK);
	assert_int_equal(seen.status, 204);
	assert_int_equal(seen.tls.trust, TLS_TRUST_PUBLIC);
	assert_string_equal(seen.tls.version, "TLSv1.3");
	assert_true(seen.tls_us > 0);
	SSL_CTX_free(p.tls);
}

/* Without a secret the answer of an untrusted server is read and told. */
static void test_https_untrusted(void **state)
{
	struct peer p = {.say = "HTTP/1.1 403 no\r\nContent-Length: 0\r\n\r\n",
			 .tls = peer_tls(&foreign)};

	(void)state;
	play(&p, &get_tls);
	assert_int_equal(seen.cause, CAUSE_OK);
	assert_int_equal(seen.status, 403);
	assert_int_equal(seen.tls.trust, TLS_TRUST_UNKNOWN_ROOT);
	assert_int_equal(seen.tls.chain_count, 1);
	SSL_CTX_free(p.tls);
}

/* With one, nothing is sent. */
static void test_https_keeps_secret(void **state)
{
	static const char *const headers[] = {
	    "Authorization: Basic dXNlcjpzZWNyZXQ=", NULL};
	struct http_request q = {
	    .method = "GET", .path = "/", .tls = true, .headers = headers};
	struct peer p = {.say = "HTTP/1.1 200 OK\r\n\r\n",
			 .tls = peer_tls(&foreign)};

	(void)state;
	play(&p, &q);
	assert_int_equal(seen.phase, PHASE_TLS);
	assert_int_equal(seen.cause, CAUSE_UNTRUSTED);
	assert_int_equal(seen.tls.trust, TLS_TRUST_UNKNOWN_ROOT);
	assert_int_equal(p.request_length, 0);
	SSL_CTX_free(p.tls);
	p = (struct peer){.say = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
			  .tls = peer_tls(&leaf)};
	play(&p, &q);
	assert_int_equal(seen.cause, CAUSE_OK);
	assert_non_null(strstr(p.request, "Authorization: Basic"));
	SSL_CTX_free(p.tls);
}

static void test_https_spoiled(void **state)
{
	struct peer plain = {.say = "HTTP/1.1 400 Bad Request\r\n\r\n",
			     .before_reading = true};
	struct peer half = {.say = "\x15\x03\x03", .request = "\r\n\r\n"};
	struct peer closed = {.request = "\r\n\r\n"};
	struct peer reset = {.request = "\r\n\r\n", .ending = END_RESET};

	(void)state;
	play(&plain, &get_tls);
	assert_int_equal(seen.phase, PHASE_TLS);
	assert_int_equal(seen.cause, CAUSE_BAD_REPLY);
	assert_int_equal(seen.tls_us, -1);
	play(&closed, &get_tls);
	assert_int_equal(seen.phase, PHASE_TLS);
	assert_int_equal(seen.cause, CAUSE_RESET);
	play(&reset, &get_tls);
	assert_int_equal(seen.phase, PHASE_TLS);
	assert_int_equal(seen.cause, CAUSE_RESET);
	play(&half, &get_tls); /* of a record */
	assert_int_equal(seen.phase, PHASE_TLS);
	assert_int_equal(seen.cause, CAUSE_RESET);
}

static void test_https_alert(void **state)
{
	struct peer p = {.tls = SSL_CTX_new(TLS_server_method())};

	(void)state;
	play(&p, &get_tls); /* a server without certificate: alert 40 */
	assert_int_equal(seen.phase, PHASE_TLS);
	assert_int_equal(seen.cause, CAUSE_REJECTED);
	assert_true(seen.tls.alert);
	assert_string_equal(seen.tls.alert_text, "handshake failure");
	SSL_CTX_free(p.tls);
}

static void test_tls_stall(void **state)
{
	struct peer p = {.request = "\r\n\r\n", .ending = END_HOLD};
	struct http_target to = target_of(&p, peer_start(&p));

	(void)state;
	struct http_transfer *victim = NULL;

	victim = http_start(http, &to, &get_tls, on_done, NULL);
	assert_int_equal(http_phase(victim), PHASE_TLS);
	http_cancel(victim);
	peer_join(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_https),
	    cmocka_unit_test(test_https_untrusted),
	    cmocka_unit_test(test_https_keeps_secret),
	    cmocka_unit_test(test_https_spoiled),
	    cmocka_unit_test(test_https_alert),
	    cmocka_unit_test(test_tls_stall),
	};

	return cmocka_run_group_tests_name("http_tls", tests, http_set_up,
					   http_tear_down);
}
