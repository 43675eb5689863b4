/*
 * http_fixture.h - a loop, an http, and peers in threads that play a script.
 */
#ifndef PREFLIGHT_HTTP_FIXTURE_H
#define PREFLIGHT_HTTP_FIXTURE_H

#include "core/net/http.h"
#include "tests/unit/tls_fixture.h"
#include "core/net/tls_roots.h"
#include "core/net/tls_verify.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>

/* How the peer ends. */
enum ending { END_CLOSE, END_RESET, END_HOLD };

/* One connection, played in a thread. */
struct peer {
	/* the script */
	const char *say;
	size_t repeat_count; /* `repeat` this often after `say` */
	const char *repeat;
	enum ending ending;
	bool before_reading; /* speaks before the request came */
	SSL_CTX *tls;
	/* what came of it */
	char request[4096];
	size_t request_length;
	uint16_t port;
	int listener;
	pthread_t thread;
};

static struct roots roots;
static struct made root, leaf, foreign;
static struct loop *loop;
static struct http *http;

static struct http_reply seen;
static char seen_body[HTTP_BODY_MAX + 1];
static unsigned done_count;
static unsigned wanted_count;

static inline void on_done(void *arg, const struct http_reply *r)
{
	(void)arg;
	seen = *r;
	seen.body = (const uint8_t *)seen_body;
	memcpy(seen_body, r->body == NULL ? (const uint8_t *)"" : r->body,
	       r->body_length);
	seen_body[r->body_length] = '\0';
	if (++done_count == wanted_count)
		loop_stop(loop);
}

static inline int http_set_up(void **state)
{
	struct error err;

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	setenv("http_proxy", "http://127.0.0.1:1", 1);
	setenv("https_proxy", "http://127.0.0.1:1", 1);
	setenv("no_proxy", "*", 1);
	setenv("SSLKEYLOGFILE", "/nonexistent/keys", 1);
	roots_begin(&roots);
	root =
	    fixture_make(&(struct recipe){.name = "Root", .authority = true});
	leaf = fixture_make(&(struct recipe){.name = "www.example.com",
					     .issuer = &root,
					     .names = "DNS:www.example.com"});
	foreign = fixture_make(&(struct recipe){
	    .name = "www.example.com", .names = "DNS:www.example.com"});
	roots_add(&roots, &root, true);
	tls_roots_load(roots_places(&roots), roots.mozilla, &err);
	loop = loop_new(&err);
	http = http_new(loop, &err);
	return http == NULL ? -1 : 0;
}

static inline int http_tear_down(void **state)
{
	(void)state;
	http_free(http);
	loop_free(loop);
	tls_roots_free();
	fixture_drop(&root);
	fixture_drop(&leaf);
	fixture_drop(&foreign);
	roots_end(&roots);
	return 0;
}

/* ---- the peer ---- */

static inline bool peer_write(int fd, SSL *ssl, const char *bytes,
			      size_t length)
{
	while (length > 0) {
		ssize_t n = ssl != NULL ? SSL_write(ssl, bytes, (int)length)
					: send(fd, bytes, length, MSG_NOSIGNAL);

		if (n <= 0)
			return false;
		bytes += n;
		length -= (size_t)n;
	}
	return true;
}

/* Up to the end of the header, and a body that came with it. */
static inline void peer_read(struct peer *p, int fd, SSL *ssl)
{
	while (strstr(p->request, "\r\n\r\n") == NULL) {
		char *at = p->request + p->request_length;
		size_t room = sizeof(p->request) - 1 - p->request_length;
		ssize_t n = ssl != NULL ? SSL_read(ssl, at, (int)room)
					: recv(fd, at, room, 0);

		if (n <= 0)
			return;
		p->request_length += (size_t)n;
	}
}

static inline void peer_speak(struct peer *p, int fd, SSL *ssl)
{
	if (p->say != NULL && !peer_write(fd, ssl, p->say, strlen(p->say)))
		return;
	for (size_t i = 0; i < p->repeat_count; i++)
		if (!peer_write(fd, ssl, p->repeat, strlen(p->repeat)))
			return;
}

static inline void peer_end(const struct peer *p, int fd)
{
	struct linger hard = {1, 0};
	char byte = 0;

	if (p->ending == END_RESET)
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
	if (p->ending == END_HOLD)
		while (recv(fd, &byte, 1, 0) > 0)
			;
	close(fd);
}

static inline void *peer_play(void *arg)
{
	struct peer *p = arg;
	int fd = accept(p->listener, NULL, NULL);
	SSL *ssl = NULL;

	if (p->tls != NULL) {
		ssl = SSL_new(p->tls);
		SSL_set_fd(ssl, fd);
		if (SSL_accept(ssl) != 1)
			goto out;
	}
	if (p->before_reading)
		peer_speak(p, fd, ssl);
	peer_read(p, fd, ssl);
	if (!p->before_reading)
		peer_speak(p, fd, ssl);
	if (ssl != NULL && p->ending == END_CLOSE)
		SSL_shutdown(ssl);
out:
	peer_end(p, fd);
	SSL_free(ssl);
	ERR_clear_error();
	return NULL;
}

static inline int peer_start(struct peer *p)
{
	struct sockaddr_in here = {.sin_family = AF_INET};
	socklen_t size = sizeof(here);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	struct pollfd open = {.fd = fd, .events = POLLOUT};

	here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	p->listener = socket(AF_INET, SOCK_STREAM, 0);
	bind(p->listener, (struct sockaddr *)&here, size);
	listen(p->listener, 1);
	getsockname(p->listener, (struct sockaddr *)&here, &size);
	p->port = ntohs(here.sin_port);
	/* As conn.c does: connect() is called once, and does not wait. */
	assert_int_equal(connect(fd, (struct sockaddr *)&here, size), -1);
	assert_int_equal(poll(&open, 1, 5000), 1);
	assert_int_equal(pthread_create(&p->thread, NULL, peer_play, p), 0);
	return fd;
}

static inline void peer_join(struct peer *p)
{
	pthread_join(p->thread, NULL);
	close(p->listener);
}

static inline SSL_CTX *peer_tls(const struct made *m)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());

	SSL_CTX_use_certificate(ctx, m->cert);
	SSL_CTX_use_PrivateKey(ctx, m->key);
	return ctx;
}

/* ---- one transfer ---- */

static inline struct http_target target_of(const struct peer *p, int fd)
{
	return (struct http_target){
	    .fd = fd, .host = "www.example.com", .port = p->port};
}

static inline void play(struct peer *p, const struct http_request *q)
{
	struct http_target to = target_of(p, peer_start(p));

	done_count = 0;
	wanted_count = 1;
	http_start(http, &to, q, on_done, NULL);
	loop_run(loop);
	peer_join(p);
	assert_int_equal(done_count, 1);
}

#endif
