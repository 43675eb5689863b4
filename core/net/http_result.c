/*
 * http_result.c - what the end of a transfer means: phase, cause, times.
 */
#include "core/net/http_internal.h"

#include "core/net/http_reply.h"
#include "core/base/mem.h"
#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static void http_result_set_result(struct http_transfer *t, enum phase phase,
				   enum cause cause)
{
	t->reply.phase = phase;
	t->reply.cause = cause;
}

/* A handshake that failed: tls.c saw why. */
static void http_result_tls(struct http_transfer *t)
{
	const struct tls_evidence *e = &t->reply.tls;

	/* It saw nothing: it was not begun. */
	if (e->failure == CAUSE_OK || e->failure == CAUSE_LOCAL)
		http_result_set_result(t, PHASE_LOCAL, CAUSE_LOCAL);
	else
		http_result_set_result(t, PHASE_TLS, e->failure);
	t->reply.failure = e->failed;
}

/* What the system said of the call that failed. curl tells it of plain streams;
 * of those under TLS it stands in curl's text alone. */
static struct os_failure http_result_failure(const struct http_transfer *t)
{
	const char *text = strstr(t->error, ", errno ");
	long number = 0;

	if (curl_easy_getinfo(t->easy, CURLINFO_OS_ERRNO, &number) !=
		CURLE_OK ||
	    number == 0)
		number = text != NULL ? strtol(text + 8, NULL, 10) : 0;
	return os_failure_numbered((int)number);
}

static void http_result_torn(struct http_transfer *t, enum phase phase)
{
	if (t->easy != NULL && os_failure_is_of_host(http_result_failure(t))) {
		http_result_set_result(t, PHASE_LOCAL, CAUSE_LOCAL);
		return;
	}
	/* Reset before the handshake was begun. */
	if (t->tls && t->reply.tls.version[0] == '\0')
		phase = PHASE_TLS;
	http_result_set_result(
	    t, phase, t->reply.tls.alert ? CAUSE_REJECTED : CAUSE_RESET);
}

/* Everything curl can say about a transfer that began on an open stream. */
static void http_result_of(struct http_transfer *t, CURLcode code)
{
	bool cut = t->header_cut || t->reply.body_cut;
	/* 1xx is interim: the answer is still to come (RFC 9110 15.2). */
	bool has_status = t->reply.status >= 200;

	/* Our own caps, and curl's for one header line (100 KiB). */
	if (has_status && (cut || code == CURLE_OUT_OF_MEMORY ||
			   code == CURLE_PARTIAL_FILE)) {
		t->reply.body_cut = true;
		http_result_set_result(t, PHASE_REPLY, CAUSE_OK);
		return;
	}
	switch (code) {
	case CURLE_OK:
		http_result_set_result(t, PHASE_REPLY,
				       has_status ? CAUSE_OK : CAUSE_BAD_REPLY);
		break;
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
		http_result_tls(t);
		break;
	case CURLE_SEND_ERROR:
	case CURLE_COULDNT_CONNECT:
		http_result_torn(t, PHASE_REQUEST);
		break;
	case CURLE_RECV_ERROR:
	case CURLE_GOT_NOTHING:
		http_result_torn(t, PHASE_REPLY);
		break;
	case CURLE_OPERATION_TIMEDOUT:
		http_result_set_result(t, http_phase(t), CAUSE_TIMEOUT);
		break;
	/* What curl itself could not do is not the server's word. */
	case CURLE_OUT_OF_MEMORY:
		mem_note_low();
		http_result_set_result(t, PHASE_LOCAL, CAUSE_LOCAL);
		break;
	case CURLE_NOT_BUILT_IN:
	case CURLE_READ_ERROR:
	case CURLE_UNKNOWN_OPTION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_URL_MALFORMAT:
	case CURLE_FAILED_INIT:
	case CURLE_BAD_FUNCTION_ARGUMENT:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CIPHER:
	case CURLE_SSL_ENGINE_INITFAILED:
		http_result_set_result(t, PHASE_LOCAL, CAUSE_LOCAL);
		break;
	default: /* weird reply, HTTP/0.9, bad header, bad chunk ... */
		http_result_set_result(t, PHASE_REPLY, CAUSE_BAD_REPLY);
		break;
	}
}

static int64_t http_result_info_us(CURL *easy, CURLINFO what)
{
	curl_off_t value = 0;

	if (curl_easy_getinfo(easy, what, &value) != CURLE_OK)
		return 0;
	return (int64_t)value;
}

static void http_result_times(struct http_transfer *t)
{
	int64_t connected =
	    http_result_info_us(t->easy, CURLINFO_CONNECT_TIME_T);
	int64_t secured =
	    http_result_info_us(t->easy, CURLINFO_APPCONNECT_TIME_T);
	int64_t ready =
	    http_result_info_us(t->easy, CURLINFO_PRETRANSFER_TIME_T);
	int64_t first =
	    http_result_info_us(t->easy, CURLINFO_STARTTRANSFER_TIME_T);

	if (t->tls && secured > 0)
		t->reply.tls_us = secured - connected;
	if (first > 0 && first >= ready)
		t->reply.first_byte_us = first - ready;
	if (t->reply.cause != CAUSE_OK && t->reply.failure.error == NET_OK)
		t->reply.failure = http_result_failure(t);
}

void http_result_fill(struct http_transfer *t, CURLcode code)
{
	struct http_reply *r = &t->reply;
	const char *text = t->error;
	time_t when = 0;

	http_result_of(t, code);
	if (t->easy != NULL)
		http_result_times(t);
	if (code != CURLE_OK && text[0] == '\0')
		text = curl_easy_strerror(code);
	text_sanitise(r->error_text, sizeof(r->error_text), text, strlen(text));
	if (r->date[0] != '\0')
		when = curl_getdate(r->date, NULL);
	r->date_wall_s = when > 0 ? (int64_t)when : 0;
	if (t->keep_body) {
		r->body = t->kept.data;
		r->body_length = t->kept.length;
		http_reply_title(r);
	}
}
