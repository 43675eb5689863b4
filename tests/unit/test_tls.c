/*
 * A session of tls.c against a server at the other end of a socket pair: good
 * handshakes, and every way in which a peer can spoil one.
 */
#include "core/net/tls.h"
#include "core/net/loop.h"
#include "tests/unit/tls_fixture.h"
#include "core/net/tls_roots.h"
#include "core/net/tls_verify.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>

static struct roots roots;
static struct made root, middle, leaf;

/* Both ends; the server is OpenSSL's, or bytes. */
struct pair {
	int fd, peer_fd;
	SSL_CTX *ctx;
	SSL *peer;
	struct tls_session *s;
	enum cause cause;
	struct os_failure failed;
	short events;
};

static int set_up(void **state)
{
	struct error err;

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	roots_begin(&roots);
	root =
	    fixture_make(&(struct recipe){.name = "Root", .authority = true});
	middle = fixture_make(&(struct recipe){
	    .name = "Middle", .issuer = &root, .authority = true});
	leaf = fixture_make(&(struct recipe){.name = "www.example.com",
					     .issuer = &middle,
					     .names = "DNS:www.example.com"});
	roots_add(&roots, &root, true);
	return tls_roots_load(roots_places(&roots), roots.mozilla, &err);
}

static int tear_down(void **state)
{
	(void)state;
	tls_roots_free();
	fixture_drop(&root);
	fixture_drop(&middle);
	fixture_drop(&leaf);
	roots_end(&roots);
	return 0;
}

static void pair_open(struct pair *p, const char *host, const char *alpn)
{
	int fds[2];

	memset(p, 0, sizeof(*p));
	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
	p->fd = fds[0];
	p->peer_fd = fds[1];
	p->s = tls_new(p->fd, host, alpn);
	assert_non_null(p->s);
}

static int choose_alpn(SSL *ssl, const unsigned char **out,
		       unsigned char *length, const unsigned char *in,
		       unsigned in_length, void *arg)
{
	(void)ssl;
	(void)arg;
	assert_int_equal(in_length, in[0] + 1);
	*out = in + 1;
	*length = in[0];
	return SSL_TLSEXT_ERR_OK;
}

static void pair_serve(struct pair *p, int low, int high)
{
	p->ctx = SSL_CTX_new(TLS_server_method());
	SSL_CTX_set_security_level(p->ctx, 0);
	SSL_CTX_set_min_proto_version(p->ctx, low);
	SSL_CTX_set_max_proto_version(p->ctx, high);
	SSL_CTX_set_alpn_select_cb(p->ctx, choose_alpn, NULL);
	SSL_CTX_use_certificate(p->ctx, leaf.cert);
	SSL_CTX_use_PrivateKey(p->ctx, leaf.key);
	SSL_CTX_add1_chain_cert(p->ctx, middle.cert);
	p->peer = SSL_new(p->ctx);
	SSL_set_fd(p->peer, p->peer_fd);
	SSL_set_accept_state(p->peer);
}

static enum tls_status pair_handshake(struct pair *p)
{
	enum tls_status status = TLS_MORE;

	for (int i = 0; i < 50 && status == TLS_MORE; i++) {
		status = tls_handshake(p->s, &p->events, &p->cause, &p->failed);
		ERR_clear_error();
		if (p->peer != NULL)
			SSL_do_handshake(p->peer);
	}
	return status;
}

static void peer_say(const struct pair *p, const void *bytes, size_t length)
{
	assert_int_equal(write(p->peer_fd, bytes, length), (ssize_t)length);
}

static void pair_close(struct pair *p)
{
	tls_free(p->s);
	SSL_free(p->peer);
	SSL_CTX_free(p->ctx);
	close(p->fd);
	if (p->peer_fd != -1)
		close(p->peer_fd);
}

static void test_good(void **state)
{
	const struct tls_evidence *e = NULL;
	struct facts facts = {0};
	struct pair p;

	(void)state;
	pair_open(&p, "www.example.com", "http/1.1");
	pair_serve(&p, TLS1_2_VERSION, TLS1_3_VERSION);
	assert_int_equal(pair_handshake(&p), TLS_DONE);
	e = tls_evidence(p.s);
	assert_int_equal(e->trust, TLS_TRUST_PUBLIC);
	assert_string_equal(e->version, "TLSv1.3");
	assert_string_equal(e->alpn, "http/1.1");
	assert_true(e->cipher[0] != '\0');
	assert_false(e->alert);
	assert_int_equal(e->failure, CAUSE_OK);
	assert_string_equal(
	    SSL_get_servername(p.peer, TLSEXT_NAMETYPE_host_name),
	    "www.example.com");
	tls_facts(e, &facts);
	assert_string_equal(facts_text(&facts, "tls-version"), "TLSv1.3");
	assert_string_equal(facts_text(&facts, "tls-trust"), "public");
	assert_string_equal(facts_text(&facts, "tls-root"), "CN=Root");
	assert_string_equal(facts_text(&facts, "alpn"), "http/1.1");
	assert_null(facts_text(&facts, "tls-error"));
	assert_int_equal(facts_find(&facts, "tls-chain")->list_count, 2);
	assert_string_equal(facts_find(&facts, "tls-chain")->list[0],
			    "CN=www.example.com <- CN=Middle");
	facts_free(&facts);
	pair_close(&p);
}

static void test_tls12(void **state)
{
	struct pair p;

	(void)state;
	pair_open(&p, "www.example.com.", NULL);
	pair_serve(&p, TLS1_2_VERSION, TLS1_2_VERSION);
	assert_int_equal(pair_handshake(&p), TLS_DONE);
	assert_string_equal(tls_evidence(p.s)->version, "TLSv1.2");
	assert_int_equal(tls_evidence(p.s)->trust, TLS_TRUST_PUBLIC);
	assert_string_equal(
	    SSL_get_servername(p.peer, TLSEXT_NAMETYPE_host_name),
	    "www.example.com");
	pair_close(&p);
}

/* An address is verified, and not sent as a name. */
static void test_numeric_host(void **state)
{
	struct pair p;

	(void)state;
	pair_open(&p, "192.0.2.1", NULL);
	pair_serve(&p, TLS1_2_VERSION, TLS1_3_VERSION);
	assert_int_equal(pair_handshake(&p), TLS_DONE);
	assert_null(SSL_get_servername(p.peer, TLSEXT_NAMETYPE_host_name));
	assert_int_equal(tls_evidence(p.s)->trust, TLS_TRUST_WRONG_NAME);
	assert_string_equal(tls_evidence(p.s)->verify_text,
			    "IP address mismatch");
	pair_close(&p);
}

static void test_bytes_both_ways(void **state)
{
	struct pair p;
	char in[64];
	size_t length = 0;

	(void)state;
	pair_open(&p, "www.example.com", NULL);
	pair_serve(&p, TLS1_2_VERSION, TLS1_3_VERSION);
	assert_int_equal(pair_handshake(&p), TLS_DONE);
	assert_int_equal(tls_read(p.s, in, sizeof(in), &length, &p.events,
				  &p.cause, &p.failed),
			 TLS_MORE);
	assert_int_equal(p.events, LOOP_READ);
	assert_int_equal(
	    tls_write(p.s, "hello", 5, &length, &p.events, &p.cause, &p.failed),
	    TLS_DONE);
	assert_int_equal(length, 5);
	assert_int_equal(SSL_read(p.peer, in, sizeof(in)), 5);
	assert_memory_equal(in, "hello", 5);
	assert_int_equal(SSL_write(p.peer, "world", 5), 5);
	assert_int_equal(tls_read(p.s, in, sizeof(in), &length, &p.events,
				  &p.cause, &p.failed),
			 TLS_DONE);
	assert_int_equal(length, 5);
	assert_memory_equal(in, "world", 5);
	SSL_shutdown(p.peer);
	assert_int_equal(tls_read(p.s, in, sizeof(in), &length, &p.events,
				  &p.cause, &p.failed),
			 TLS_CLOSED);
	pair_close(&p);
}

/* A full socket is no failure; what was taken is said. */
static void test_write_fills(void **state)
{
	static const char block[65536];
	enum tls_status status = TLS_DONE;
	size_t length = 0;
	struct pair p;

	(void)state;
	pair_open(&p, "www.example.com", NULL);
	pair_serve(&p, TLS1_2_VERSION, TLS1_3_VERSION);
	assert_int_equal(pair_handshake(&p), TLS_DONE);
	for (int i = 0; i < 1000 && status == TLS_DONE; i++)
		status = tls_write(p.s, block, sizeof(block), &length,
				   &p.events, &p.cause, &p.failed);
	assert_int_equal(status, TLS_MORE);
	assert_int_equal(p.events, LOOP_WRITE);
	pair_close(&p);
}

/* The end without close_notify is an end, too; a reset is not. */
static void test_ends(void **state)
{
	struct pair p;
	char in[64];
	size_t length = 0;

	(void)state;
	pair_open(&p, "www.example.com", NULL);
	pair_serve(&p, TLS1_2_VERSION, TLS1_3_VERSION);
	assert_int_equal(pair_handshake(&p), TLS_DONE);
	assert_true(SSL_read(p.peer, in, sizeof(in)) <= 0);
	shutdown(p.peer_fd, SHUT_WR);
	assert_int_equal(tls_read(p.s, in, sizeof(in), &length, &p.events,
				  &p.cause, &p.failed),
			 TLS_CLOSED);
	pair_close(&p);

	pair_open(&p, "www.example.com", NULL);
	pair_serve(&p, TLS1_2_VERSION, TLS1_2_VERSION);
	assert_int_equal(pair_handshake(&p), TLS_DONE);
	assert_int_equal(tls_write(p.s, "unread", 6, &length, &p.events,
				   &p.cause, &p.failed),
			 TLS_DONE);
	close(p.peer_fd); /* with unread bytes: a reset */
	p.peer_fd = -1;
	assert_int_equal(tls_read(p.s, in, sizeof(in), &length, &p.events,
				  &p.cause, &p.failed),
			 TLS_FAILED);
	assert_int_equal(p.cause, CAUSE_RESET);
	assert_int_equal(p.failed.number, ECONNRESET);
	pair_close(&p);
}

static void test_stall(void **state)
{
	struct pair p;

	(void)state;
	pair_open(&p, "www.example.com", NULL);
	assert_int_equal(pair_handshake(&p), TLS_MORE);
	assert_int_equal(p.events, LOOP_READ);
	assert_int_equal(tls_evidence(p.s)->trust, TLS_TRUST_NONE);
	pair_close(&p);
}

static void spoil(struct pair *p, const void *bytes, size_t length)
{
	pair_open(p, "www.example.com", NULL);
	assert_int_equal(pair_handshake(p), TLS_MORE);
	peer_say(p, bytes, length);
	assert_int_equal(pair_handshake(p), TLS_FAILED);
	assert_int_equal(p->cause, tls_evidence(p->s)->failure);
}

static void test_not_tls(void **state)
{
	static const char http[] =
	    "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
	static const char ssh[] = "SSH-2.0-OpenSSH_9.2\r\n";
	unsigned char noise[256];
	struct pair p;

	(void)state;
	spoil(&p, http, strlen(http));
	assert_int_equal(p.cause, CAUSE_BAD_REPLY);
	assert_string_equal(tls_evidence(p.s)->alert_text,
			    "wrong version number");
	assert_false(tls_evidence(p.s)->alert);
	pair_close(&p);
	spoil(&p, ssh, strlen(ssh));
	assert_int_equal(p.cause, CAUSE_BAD_REPLY);
	pair_close(&p);
	for (size_t i = 0; i < sizeof(noise); i++)
		noise[i] = (unsigned char)(i * 89 + 7);
	spoil(&p, noise, sizeof(noise));
	assert_int_equal(p.cause, CAUSE_BAD_REPLY);
	pair_close(&p);
}

static void test_alert(void **state)
{
	static const unsigned char refused[] = {21, 3, 3, 0, 2, 2, 40};
	static const unsigned char unknown[] = {21, 3, 3, 0, 2, 2, 112};
	struct facts facts = {0};
	struct pair p;

	(void)state;
	spoil(&p, refused, sizeof(refused));
	assert_int_equal(p.cause, CAUSE_REJECTED);
	assert_true(tls_evidence(p.s)->alert);
	assert_string_equal(tls_evidence(p.s)->alert_text, "handshake failure");
	tls_facts(tls_evidence(p.s), &facts);
	assert_string_equal(facts_text(&facts, "tls-error"),
			    "handshake failure");
	facts_free(&facts);
	pair_close(&p);
	spoil(&p, unknown, sizeof(unknown));
	assert_int_equal(p.cause, CAUSE_REJECTED);
	assert_string_equal(tls_evidence(p.s)->alert_text, "unrecognized name");
	pair_close(&p);
}

/* A server that wants a certificate of ours is told apart from one that has no
 * version or cipher for us. */
static void test_asks_certificate(void **state)
{
	struct facts facts = {0};
	struct pair p;

	(void)state;
	pair_open(&p, "www.example.com", NULL);
	pair_serve(&p, TLS1_2_VERSION, TLS1_2_VERSION);
	SSL_set_verify(p.peer,
		       SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	assert_int_equal(pair_handshake(&p), TLS_FAILED);
	assert_int_equal(p.cause, CAUSE_REJECTED);
	tls_facts(tls_evidence(p.s), &facts);
	assert_true(facts_is_true(&facts, "tls-client-certificate"));
	facts_free(&facts);
	pair_close(&p);
	pair_open(&p, "www.example.com", NULL);
	pair_serve(&p, TLS1_2_VERSION, TLS1_2_VERSION);
	assert_int_equal(pair_handshake(&p), TLS_DONE);
	assert_false(tls_evidence(p.s)->asks_certificate);
	pair_close(&p);
}

static void test_torn(void **state)
{
	char in[2048];
	struct pair p;

	(void)state;
	pair_open(&p, "www.example.com", NULL);
	assert_int_equal(pair_handshake(&p), TLS_MORE);
	assert_true(read(p.peer_fd, in, sizeof(in)) > 0);
	shutdown(p.peer_fd, SHUT_WR); /* in good order */
	assert_int_equal(pair_handshake(&p), TLS_FAILED);
	assert_int_equal(p.cause, CAUSE_RESET);
	assert_int_equal(p.failed.number, 0);
	pair_close(&p);

	pair_open(&p, "www.example.com", NULL);
	assert_int_equal(pair_handshake(&p), TLS_MORE);
	close(p.peer_fd); /* the hello is unread: a reset */
	p.peer_fd = -1;
	assert_int_equal(pair_handshake(&p), TLS_FAILED);
	assert_int_equal(p.cause, CAUSE_RESET);
	assert_int_equal(p.failed.number, ECONNRESET);
	pair_close(&p);
}

static void test_old_version(void **state)
{
	struct pair p;

	(void)state;
	pair_open(&p, "www.example.com", NULL);
	pair_serve(&p, TLS1_VERSION, TLS1_1_VERSION);
	assert_int_equal(pair_handshake(&p), TLS_FAILED);
	assert_int_equal(p.cause, CAUSE_REJECTED);
	assert_true(tls_evidence(p.s)->alert_text[0] != '\0');
	pair_close(&p);
}

/* 200 certificates: more than is read. */
static void test_oversize_chain(void **state)
{
	char filler[600];
	struct made big;
	struct pair p;

	(void)state;
	memset(filler, 'x', sizeof(filler) - 1);
	filler[sizeof(filler) - 1] = '\0';
	for (size_t i = 60; i < sizeof(filler) - 1; i += 60)
		filler[i] = '.';
	char names[700];
	snprintf(names, sizeof(names), "DNS:%s", filler);
	big = fixture_make(
	    &(struct recipe){.name = "Big", .issuer = &root, .names = names});
	pair_open(&p, "www.example.com", NULL);
	pair_serve(&p, TLS1_2_VERSION, TLS1_3_VERSION);
	for (int i = 0; i < 200; i++)
		SSL_add1_chain_cert(p.peer, big.cert);
	assert_int_equal(pair_handshake(&p), TLS_FAILED);
	assert_int_equal(p.cause, CAUSE_BAD_REPLY);
	assert_string_equal(tls_evidence(p.s)->alert_text,
			    "excessive message size");
	pair_close(&p);
	fixture_drop(&big);
}

static void test_trust_names(void **state)
{
	(void)state;
	assert_string_equal(tls_trust_name(TLS_TRUST_LOCAL_ROOT), "local-root");
	assert_string_equal(tls_trust_name(TLS_TRUST_NONE), "none");
}

/* The roots of this system, whatever they are. */
static void test_global(void **state)
{
	struct error err;
	unsigned all = 0, mozilla = 0;
	const char *bundle = NULL;

	(void)state;
	tls_global_init(&err);
	tls_roots(&all, &mozilla, &bundle);
	assert_true(tls_global_ready());
	if (access("/etc/ssl/certs/ca-certificates.crt", R_OK) == 0)
		assert_true(all > 0);
	tls_global_free();
	assert_false(tls_global_ready());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_good),
	    cmocka_unit_test(test_tls12),
	    cmocka_unit_test(test_numeric_host),
	    cmocka_unit_test(test_bytes_both_ways),
	    cmocka_unit_test(test_write_fills),
	    cmocka_unit_test(test_ends),
	    cmocka_unit_test(test_stall),
	    cmocka_unit_test(test_not_tls),
	    cmocka_unit_test(test_alert),
	    cmocka_unit_test(test_asks_certificate),
	    cmocka_unit_test(test_torn),
	    cmocka_unit_test(test_old_version),
	    cmocka_unit_test(test_oversize_chain),
	    cmocka_unit_test(test_trust_names),
	    cmocka_unit_test(test_global),
	};

	return cmocka_run_group_tests_name("tls", tests, set_up, tear_down);
}
