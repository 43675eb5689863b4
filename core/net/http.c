/*
 * http.c - HTTP requests by libcurl on a connection that we made.
 *
 * curl is given a dummy numeric address, so that it never resolves, and our
 * descriptor in place of the socket it asks for, so that it never connects. A
 * transfer that needs a second connection fails.
 */
#include "core/net/http.h"

#include "core/net/http_internal.h"
#include "core/net/http_reply.h"
#include "core/net/roots_wait.h"
#include "core/base/mem.h"
#include "core/os/process.h"

#include <stdlib.h>

enum {
	HTTP_AT_ONCE = 16,
	HTTP_BODY_WAIT_US = 2000000 /* for the rest, once the header is read */
};

struct http {
	struct loop *loop;
	CURLM *multi;
	struct loop_timer *timer;
	struct http_transfer *all;
	struct http_transfer *queue;
	struct http_transfer **queue_end;
	struct roots_wait roots; /* of the queue's first */
	unsigned running;
};

struct http_socket {
	struct http *h;
	int fd;
	struct loop_watch *watch;
};

static void http_pump(struct http *h);
static void http_transfer_finish(struct http_transfer *t, CURLcode code);

/* ---- descriptors and time ---- */

static void http_collect(struct http *h)
{
	const CURLMsg *message = NULL;
	int left = 0;

	while ((message = curl_multi_info_read(h->multi, &left)) != NULL) {
		struct http_transfer *t = NULL;
		CURLcode code = message->data.result;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &t);
		http_transfer_finish(t, code);
	}
	http_pump(h);
}

static void http_socket_ready(void *arg, short events)
{
	const struct http_socket *s = arg;
	struct http *h = s->h;
	int mask = 0;
	int running = 0;

	if ((events & LOOP_READ) != 0)
		mask |= CURL_CSELECT_IN;
	if ((events & LOOP_WRITE) != 0)
		mask |= CURL_CSELECT_OUT;
	curl_multi_socket_action(h->multi, s->fd, mask, &running);
	http_collect(h);
}

static void http_socket_forget(struct http_socket *s)
{
	loop_watch_free(s->watch);
	free(s);
}

static int http_on_socket(CURL *easy, curl_socket_t fd, int what, void *arg,
			  void *known)
{
	struct http *h = arg;
	struct http_socket *s = known;
	short events = 0;

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		if (s != NULL)
			http_socket_forget(s);
		curl_multi_assign(h->multi, fd, NULL);
		return 0;
	}
	if (s == NULL) {
		s = mem_calloc(1, sizeof(*s));
		s->h = h;
		s->fd = fd;
		s->watch = loop_watch_new(h->loop, fd, http_socket_ready, s);
		curl_multi_assign(h->multi, fd, s);
	}
	if (what == CURL_POLL_IN || what == CURL_POLL_INOUT)
		events |= LOOP_READ;
	if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT)
		events |= LOOP_WRITE;
	if (s->watch != NULL)
		loop_watch_events(s->watch, events);
	return 0;
}

static void http_timer_fired(void *arg)
{
	struct http *h = arg;
	int running = 0;

	curl_multi_socket_action(h->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	http_collect(h);
}

static int http_on_timer(CURLM *multi, long ms, void *arg)
{
	const struct http *h = arg;

	(void)multi;
	if (ms < 0)
		loop_timer_cancel(h->timer);
	else
		loop_timer_in(h->timer, (int64_t)ms * 1000);
	return 0;
}

/* ---- callbacks of one transfer ---- */

static void http_body_late(void *arg)
{
	struct http_transfer *t = arg;
	struct http *h = t->h;

	t->reply.body_cut = true;
	http_transfer_finish(t, CURLE_OK);
	http_pump(h);
}

size_t http_on_header(char *line, size_t size, size_t count, void *arg)
{
	struct http_transfer *t = arg;
	size_t length = size * count;

	t->header_bytes += length;
	if (http_reply_header(&t->reply, line, length)) {
		t->header_done = true;
		loop_timer_in(t->timer, HTTP_BODY_WAIT_US);
	}
	if (t->header_bytes > HTTP_HEADER_MAX) {
		t->header_cut = true;
		return 0;
	}
	return length;
}

size_t http_on_body(char *bytes, size_t size, size_t count, void *arg)
{
	struct http_transfer *t = arg;
	size_t length = size * count;
	size_t room = HTTP_BODY_MAX - t->body_bytes;
	size_t take = length < room ? length : room;

	t->body_bytes += take;
	if (t->keep_body)
		buf_append(&t->kept, bytes, take);
	if (take < length) {
		t->reply.body_cut = true;
		return 0;
	}
	return length;
}

/* ---- life of a transfer ---- */

static void http_transfer_unlink(struct http_transfer *t)
{
	struct http *h = t->h;
	struct http_transfer **at = &h->queue;

	while (*at != NULL && *at != t)
		at = &(*at)->next_queued;
	if (*at == t) {
		*at = t->next_queued;
		if (*at == NULL)
			h->queue_end = at;
	}
	if (t->previous != NULL)
		t->previous->next = t->next;
	else
		h->all = t->next;
	if (t->next != NULL)
		t->next->previous = t->previous;
}

static void http_transfer_stop(struct http_transfer *t)
{
	loop_timer_free(t->timer);
	t->timer = NULL;
	if (t->running) {
		curl_multi_remove_handle(t->h->multi, t->easy);
		t->running = false;
		t->h->running--;
	}
	http_transfer_unlink(t);
}

static void http_transfer_finish(struct http_transfer *t, CURLcode code)
{
	http_result_fill(t, code);
	http_transfer_stop(t);
	t->done(t->arg, &t->reply);
	http_setup_free(t);
}

/* Not from http_start(): done() comes from the loop. */
static void http_start_failed(void *arg)
{
	struct http_transfer *t = arg;
	struct http *h = t->h;

	http_transfer_finish(t, CURLE_FAILED_INIT);
	http_pump(h);
}

static void http_transfer_start(struct http_transfer *t)
{
	void (*fired)(void *) = http_body_late;

	/* Without a descriptor curl would say: could not connect. */
	if (t->fd != -1 && http_setup_easy(t) &&
	    curl_multi_add_handle(t->h->multi, t->easy) == CURLM_OK) {
		t->running = true;
		t->h->running++;
	} else {
		fired = http_start_failed;
	}
	t->timer = loop_timer_new(t->h->loop, fired, t);
	if (fired == http_start_failed)
		loop_timer_in(t->timer, 0);
}

static void http_roots_ready(void *arg)
{
	http_pump(arg);
}

static void http_pump(struct http *h)
{
	while (h->queue != NULL && h->running < HTTP_AT_ONCE) {
		struct http_transfer *t = h->queue;

		if (t->tls &&
		    !roots_wait(h->loop, &h->roots, http_roots_ready, h))
			return;
		t->reply.waited_us = loop_now(h->loop) - t->queued_us;
		h->queue = t->next_queued;
		t->next_queued = NULL;
		if (h->queue == NULL)
			h->queue_end = &h->queue;
		http_transfer_start(t);
	}
}

struct http_transfer *http_start(struct http *h, const struct http_target *to,
				 const struct http_request *request,
				 void (*done)(void *arg,
					      const struct http_reply *reply),
				 void *arg)
{
	struct http_transfer *t = mem_calloc(1, sizeof(*t));

	t->h = h;
	t->queued_us = loop_now(h->loop);
	t->done = done;
	t->arg = arg;
	http_setup_copy(t, to, request);
	t->next = h->all;
	if (h->all != NULL)
		h->all->previous = t;
	h->all = t;
	*h->queue_end = t;
	h->queue_end = &t->next_queued;
	http_pump(h);
	return t;
}

enum phase http_phase(const struct http_transfer *t)
{
	long sent = 0;

	if (t->tls && t->reply.tls.version[0] == '\0')
		return PHASE_TLS;
	if (t->easy != NULL)
		curl_easy_getinfo(t->easy, CURLINFO_REQUEST_SIZE, &sent);
	return sent > 0 ? PHASE_REPLY : PHASE_REQUEST;
}

const struct http_reply *http_peek(const struct http_transfer *t)
{
	return &t->reply;
}

void http_cancel(struct http_transfer *t)
{
	struct http *h = t->h;

	http_transfer_stop(t);
	http_setup_free(t);
	http_pump(h);
}

/* ---- the multi handle ---- */

struct http *http_new(struct loop *l, struct error *err)
{
	struct http *h = NULL;
	CURLM *multi = NULL;

	os_process_forget("SSLKEYLOGFILE"); /* curl would write it */
	if (curl_global_init_mem(CURL_GLOBAL_DEFAULT, mem_try_malloc, free,
				 mem_try_realloc, mem_try_strdup,
				 mem_try_calloc) == CURLE_OK)
		multi = curl_multi_init();
	if (multi == NULL) {
		error_set(err, "HTTP: cannot start the library");
		return NULL;
	}
	h = mem_calloc(1, sizeof(*h));
	h->loop = l;
	h->multi = multi;
	h->queue_end = &h->queue;
	h->timer = loop_timer_new(l, http_timer_fired, h);
	curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, http_on_socket);
	curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, h);
	curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, http_on_timer);
	curl_multi_setopt(multi, CURLMOPT_TIMERDATA, h);
	return h;
}

void http_free(struct http *h)
{
	if (h == NULL)
		return;
	roots_wait_cancel(&h->roots);
	h->queue = NULL; /* nothing starts any more */
	h->queue_end = &h->queue;
	while (h->all != NULL)
		http_cancel(h->all);
	curl_multi_cleanup(h->multi);
	loop_timer_free(h->timer);
	free(h);
}
