/*
 * http_setup.c - the curl options of one transfer.
 */
#include "core/net/http_internal.h"
#include "core/os/socket.h"
#include "core/base/text.h"

#include "core/net/http_reply.h"
#include "core/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the descriptor is ours ---- */

static curl_socket_t http_setup_on_open(void *arg, curlsocktype purpose,
					struct curl_sockaddr *address)
{
	struct http_transfer *t = arg;
	int fd = t->fd;

	(void)purpose;
	(void)address;
	t->fd = -1;
	return fd == -1 ? CURL_SOCKET_BAD : fd;
}

/*
 * libcurl 7.88 calls connect() in spite of this answer; newer ones don't. On
 * Linux that call returns 0 on a socket whose connect() was begun without
 * waiting and called once only, which is what conn.c does.
 */
static int http_setup_on_opened(void *arg, curl_socket_t fd,
				curlsocktype purpose)
{
	(void)arg;
	(void)fd;
	(void)purpose;
	return CURL_SOCKOPT_ALREADY_CONNECTED;
}

static int http_setup_on_close(void *arg, curl_socket_t fd)
{
	(void)arg;
	socket_close(fd);
	return 0;
}

static CURLcode http_setup_on_ssl_ctx(CURL *easy, void *ctx, void *arg)
{
	struct http_transfer *t = arg;

	(void)easy;
	tls_hook_ssl_ctx(ctx, &t->reply.tls, t->host, t->secret);
	return CURLE_OK;
}

/* ---- options ---- */

static void http_setup_set_up_method(struct http_transfer *t, const char *body)
{
	CURL *c = t->easy;

	if (strcmp(t->method, "HEAD") == 0) {
		curl_easy_setopt(c, CURLOPT_NOBODY, 1L);
	} else if (strcmp(t->method, "POST") == 0) {
		curl_easy_setopt(c, CURLOPT_POST, 1L);
		curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE,
				 (curl_off_t)strlen(body));
		curl_easy_setopt(c, CURLOPT_POSTFIELDS, body);
	} else {
		curl_easy_setopt(c, CURLOPT_HTTPGET, 1L);
		if (strcmp(t->method, "GET") != 0)
			curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, t->method);
	}
}

static void http_setup_wipe(char *text)
{
	if (text != NULL)
		mem_wipe(text, strlen(text));
	free(text);
}

/* As it is: curl would take "user:password" for percent-encoded text. The
 * header goes to the proxy alone. */
static void http_setup_account(struct http_transfer *t)
{
	char token[1024];
	char *header;

	if (!text_base64(token, sizeof token, t->proxy_userpwd,
			 strlen(t->proxy_userpwd)))
		return;
	header = mem_printf("Proxy-Authorization: Basic %s", token);
	t->proxy_headers = curl_slist_append(NULL, header);
	http_setup_wipe(header);
	mem_wipe(token, sizeof token);
	curl_easy_setopt(t->easy, CURLOPT_HEADEROPT, CURLHEADER_SEPARATE);
	curl_easy_setopt(t->easy, CURLOPT_PROXYHEADER, t->proxy_headers);
}

static void http_setup_set_up_connection(struct http_transfer *t)
{
	CURL *c = t->easy;

	curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, http_setup_on_open);
	curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, t);
	curl_easy_setopt(c, CURLOPT_SOCKOPTFUNCTION, http_setup_on_opened);
	curl_easy_setopt(c, CURLOPT_CLOSESOCKETFUNCTION, http_setup_on_close);
	curl_easy_setopt(c, CURLOPT_FRESH_CONNECT, 1L);
	curl_easy_setopt(c, CURLOPT_FORBID_REUSE, 1L);
	curl_easy_setopt(c, CURLOPT_PROXY, t->proxy == NULL ? "" : t->proxy);
	curl_easy_setopt(c, CURLOPT_NOPROXY, "");
	if (t->proxy_userpwd != NULL)
		http_setup_account(t);
	if (t->connect_to != NULL)
		curl_easy_setopt(c, CURLOPT_CONNECT_TO, t->connect_to);
}

static void http_setup_set_up_tls(struct http_transfer *t)
{
	CURL *c = t->easy;

	/* The hook verifies, and reports instead of failing. */
	curl_easy_setopt(c, CURLOPT_SSL_CTX_FUNCTION, http_setup_on_ssl_ctx);
	curl_easy_setopt(c, CURLOPT_SSL_CTX_DATA, t);
	curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 0L);
	curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 0L);
	curl_easy_setopt(c, CURLOPT_CAINFO, NULL);
	curl_easy_setopt(c, CURLOPT_CAPATH, NULL);
	curl_easy_setopt(c, CURLOPT_SSL_SESSIONID_CACHE, 0L);
}

static void http_setup_set_up_callbacks(struct http_transfer *t)
{
	CURL *c = t->easy;

	curl_easy_setopt(c, CURLOPT_PRIVATE, t);
	curl_easy_setopt(c, CURLOPT_ERRORBUFFER, t->error);
	curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, http_on_header);
	curl_easy_setopt(c, CURLOPT_HEADERDATA, t);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, http_on_body);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, t);
}

bool http_setup_easy(struct http_transfer *t)
{
	CURL *c = curl_easy_init();

	t->easy = c;
	if (c == NULL)
		return false;
	http_setup_set_up_callbacks(t);
	http_setup_set_up_connection(t);
	http_setup_set_up_tls(t);
	http_setup_set_up_method(t, t->body == NULL ? "" : t->body);
	curl_easy_setopt(c, CURLOPT_URL, t->url);
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, t->headers);
	curl_easy_setopt(c, CURLOPT_USERAGENT,
			 "preflight/" PREFLIGHT_VERSION
			 " (+network path check)");
	curl_easy_setopt(c, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(c, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(c, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
	curl_easy_setopt(c, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	return true;
}

/* ---- the request ---- */

static bool http_setup_is_secret_header(const char *header)
{
	return text_ncasecmp(header, "Authorization:", 14) == 0 ||
	       text_ncasecmp(header, "Cookie:", 7) == 0;
}

static void http_setup_copy_headers(struct http_transfer *t,
				    const struct http_request *q)
{
	char type[256];

	/* curl would wait for "100 Continue". */
	t->headers = curl_slist_append(t->headers, "Expect:");
	if (q->content_type != NULL) {
		snprintf(type, sizeof(type), "Content-Type: %s",
			 q->content_type);
		t->headers = curl_slist_append(t->headers, type);
	}
	for (size_t i = 0; q->headers != NULL && q->headers[i] != NULL; i++) {
		t->headers = curl_slist_append(t->headers, q->headers[i]);
		if (http_setup_is_secret_header(q->headers[i]))
			t->secret = true;
	}
}

static void http_setup_copy_target(struct http_transfer *t,
				   const struct http_target *to,
				   const struct http_request *q)
{
	bool brackets = strchr(to->host, ':') != NULL;
	char connect[64];

	t->host = mem_strdup(to->host);
	t->url = mem_printf("%s://%s%s%s:%u%s", q->tls ? "https" : "http",
			    brackets ? "[" : "", to->host, brackets ? "]" : "",
			    (unsigned)to->port, q->path);
	if (to->forward_proxy) {
		/* The name is not needed: the connection exists. */
		t->proxy =
		    mem_printf("http://127.0.0.1:%u", (unsigned)to->proxy_port);
		if (to->proxy_userpwd != NULL)
			t->proxy_userpwd = mem_strdup(to->proxy_userpwd);
		return;
	}
	snprintf(connect, sizeof(connect), "::127.0.0.1:%u",
		 (unsigned)to->port);
	t->connect_to = curl_slist_append(NULL, connect);
}

void http_setup_copy(struct http_transfer *t, const struct http_target *to,
		     const struct http_request *request)
{
	t->fd = to->fd;
	t->tls = request->tls;
	t->keep_body = request->keep_body;
	t->method = mem_strdup(request->method);
	if (request->body != NULL)
		t->body = mem_strdup(request->body);
	http_setup_copy_target(t, to, request);
	http_setup_copy_headers(t, request);
	buf_init(&t->kept, HTTP_BODY_MAX);
	http_reply_init(&t->reply);
}

void http_setup_free(struct http_transfer *t)
{
	curl_easy_cleanup(t->easy);
	curl_slist_free_all(t->headers);
	curl_slist_free_all(t->connect_to);
	for (struct curl_slist *h = t->proxy_headers; h != NULL; h = h->next)
		mem_wipe(h->data, strlen(h->data));
	curl_slist_free_all(t->proxy_headers);
	socket_close(t->fd);
	free(t->host);
	free(t->url);
	free(t->proxy);
	http_setup_wipe(t->proxy_userpwd);
	free(t->method);
	free(t->body);
	buf_free(&t->kept);
	free(t);
}
