/*
 * websocket.c - does a connection switch to WebSocket, end to end?
 *
 * The opening handshake of RFC 6455 section 4.1: only a server (or a middlebox
 * that understands) can answer our random key with the right digest.
 */
#include "check.h"
#include "digest.h"
#include "spec.h"
#include "text.h"
#include "tls.h"
#include "web_check.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define WEBSOCKET_GUID "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

enum {
	WEBSOCKET_KEY = 16,
	WEBSOCKET_KEY_TEXT = 32, /* 24 characters of Base64 */
	WEBSOCKET_HEADER_MAX = 65536,
	WEBSOCKET_REQUEST_MAX = 2048,
	WEBSOCKET_GOODBYE_MS = 500
};

struct websocket_params {
	const char *path;
};

struct websocket_state {
	char accept[WEBSOCKET_KEY_TEXT]; /* the right answer */
	bool proved;
};

/* What the header lines said. */
struct websocket_answer {
	int status;
	bool accepted; /* Sec-WebSocket-Accept is right */
	bool upgrades; /* Upgrade: websocket */
};

static void websocket_key(struct websocket_state *s, char *key, size_t size)
{
	uint8_t random[WEBSOCKET_KEY];
	uint8_t digest[DIGEST_SHA1];
	char joined[96];

	wire_random(random, sizeof(random));
	text_base64(key, size, random, sizeof(random));
	snprintf(joined, sizeof(joined), "%s" WEBSOCKET_GUID, key);
	digest_sha1(joined, strlen(joined), digest);
	text_base64(s->accept, sizeof(s->accept), digest, sizeof(digest));
}

/* Host as RFC 9112 3.2 wants it: brackets for IPv6, no default port. */
static void websocket_host(const struct spec *spec, char *out, size_t size)
{
	bool v6 = strchr(spec->host, ':') != NULL;
	char port[8] = "";

	if (spec->port != 443)
		snprintf(port, sizeof(port), ":%u", (unsigned)spec->port);
	snprintf(out, size, "%s%s%s%s", v6 ? "[" : "", spec->host,
		 v6 ? "]" : "", port);
}

static enum step websocket_tls_up(struct probe *p)
{
	const struct websocket_params *w = p->params;
	char request[WEBSOCKET_REQUEST_MAX];
	char key[WEBSOCKET_KEY_TEXT];
	char host[300];
	int length = 0;

	if (!tls_trusted(probe_tls(p)))
		return probe_fail_at(p, PHASE_TLS, CAUSE_UNTRUSTED);
	websocket_key(p->state, key, sizeof(key));
	websocket_host(p->spec, host, sizeof(host));
	length = snprintf(request, sizeof(request),
			  "GET %s HTTP/1.1\r\n"
			  "Host: %s\r\n"
			  "Connection: Upgrade\r\n"
			  "Upgrade: websocket\r\n"
			  "Sec-WebSocket-Version: 13\r\n"
			  "Sec-WebSocket-Key: %s\r\n"
			  "User-Agent: preflight/" PREFLIGHT_VERSION
			  " (+network path check)\r\n"
			  "\r\n",
			  w->path, host, key);
	probe_send(p, request, (size_t)length);
	p->phase = PHASE_REPLY;
	return STEP_WAIT;
}

static bool websocket_is(const char *name, size_t length, const char *wanted)
{
	return strlen(wanted) == length &&
	       strncasecmp(name, wanted, length) == 0;
}

static void websocket_field(struct probe *p, struct websocket_answer *a,
			    const char *line, size_t length)
{
	const struct websocket_state *s = p->state;
	const char *colon = memchr(line, ':', length);
	const char *value = NULL;
	size_t left = 0;

	if (colon == NULL)
		return;
	value = colon + 1;
	left = length - (size_t)(value - line);
	while (left > 0 && (*value == ' ' || *value == '\t')) {
		value++;
		left--;
	}
	length = (size_t)(colon - line);
	if (websocket_is(line, length, "Sec-WebSocket-Accept"))
		a->accepted = left == strlen(s->accept) &&
			      memcmp(value, s->accept, left) == 0;
	else if (websocket_is(line, length, "Upgrade"))
		a->upgrades = websocket_is(value, left, "websocket");
	else if (websocket_is(line, length, "Server"))
		fact_bytes(p, "server", value, left);
	else if (websocket_is(line, length, "Location"))
		fact_bytes(p, "location", value, left);
}

/* "HTTP/1.1 101 Switching Protocols"; 0 for anything else. */
static int websocket_status(const char *line, size_t length)
{
	if (length < 12 || memcmp(line, "HTTP/1.", 7) != 0 || line[8] != ' ')
		return 0;
	for (size_t i = 9; i < 12; i++) {
		if (line[i] < '0' || line[i] > '9')
			return 0;
	}
	return (line[9] - '0') * 100 + (line[10] - '0') * 10 + line[11] - '0';
}

/* RFC 6455 5.5.1 and 7.4.1: masked, status 1001 (going away). The proof is
 * there; what the server still says only ends the connection. */
static enum step websocket_switched(struct probe *p)
{
	struct websocket_state *s = p->state;
	uint8_t frame[8];
	uint8_t mask[4];
	struct wire w = wire_into(frame, sizeof(frame));

	wire_random(mask, sizeof(mask));
	wire_u8(&w, 0x88);
	wire_u8(&w, 0x82);
	wire_bytes(&w, mask, sizeof(mask));
	wire_u8(&w, 0x03 ^ mask[0]);
	wire_u8(&w, 0xe9 ^ mask[1]);
	probe_send(p, frame, w.length);
	s->proved = true;
	probe_timer(p, WEBSOCKET_GOODBYE_MS);
	return STEP_WAIT;
}

static enum step websocket_answered(struct probe *p,
				    const struct websocket_answer *a)
{
	if (a->status < 200 && a->status != 101)
		return STEP_WAIT; /* an interim answer: the next one counts */
	fact_number(p, "status", a->status);
	if (a->status == 101) {
		if (!a->accepted || !a->upgrades)
			return probe_fail(p, CAUSE_BAD_REPLY);
		fact_string(p, "upgrade", "proved");
		return websocket_switched(p);
	}
	if (a->status == 426) {
		/* RFC 9110 15.5.22: our Upgrade header did not arrive. */
		fact_string(p, "upgrade", "stripped");
		return probe_fail(p, CAUSE_REJECTED);
	}
	if (a->status == 407)
		return probe_fail_at(p, PHASE_PROXY, CAUSE_REJECTED);
	fact_string(p, "upgrade", "not-proved");
	return probe_ok(p);
}

/* The header is read when it is complete, from its start. */
static enum step websocket_header_came(struct probe *p, const char *text,
				       size_t length)
{
	struct websocket_answer answer = {0};
	bool first = true;

	while (length > 0) {
		const char *end = memchr(text, '\n', length);
		size_t line = end == NULL ? length : (size_t)(end - text);
		size_t shown = line;

		while (shown > 0 &&
		       (text[shown - 1] == '\r' || text[shown - 1] == ' '))
			shown--;
		if (first)
			answer.status = websocket_status(text, shown);
		else
			websocket_field(p, &answer, text, shown);
		if (answer.status == 0)
			return probe_fail(p, CAUSE_BAD_REPLY);
		first = false;
		if (end == NULL)
			break;
		text += line + 1;
		length -= line + 1;
	}
	return websocket_answered(p, &answer);
}

static enum step websocket_bytes_came(struct probe *p)
{
	const struct websocket_state *s = p->state;

	while (p->in->length > 0) {
		const char *text = (const char *)p->in->data;
		size_t seen = p->in->length < 5 ? p->in->length : 5;
		const char *end = memmem(text, p->in->length, "\r\n\r\n", 4);
		enum step step = STEP_WAIT;

		if (memcmp(text, "HTTP/", seen) != 0 ||
		    p->in->length > WEBSOCKET_HEADER_MAX)
			return probe_fail(p, CAUSE_BAD_REPLY);
		if (end == NULL)
			return STEP_WAIT;
		step = websocket_header_came(p, text, (size_t)(end - text));
		if (step != STEP_WAIT || s->proved)
			return step;
		probe_consume(p, (size_t)(end - text) + 4);
	}
	return STEP_WAIT;
}

static enum step websocket_step(struct probe *p, enum event event)
{
	const struct websocket_state *s = p->state;

	if (s->proved)
		return probe_ok(p);
	switch (event) {
	case EV_START:
		return websocket_tls_up(p);
	case EV_DATA:
		return websocket_bytes_came(p);
	default:
		return STEP_WAIT;
	}
}

static int websocket_validate(const void *params, struct error *err)
{
	return web_check_path(((const struct websocket_params *)params)->path,
			      err);
}

static const struct param websocket_params[] = {
    {.name = "path",
     .type = PARAM_STRING,
     .offset = offsetof(struct websocket_params, path),
     .fallback = "/",
     .help = "where the server speaks WebSocket"},
    {.name = NULL}};

static const struct fact_def websocket_facts[] = {
    {.name = "upgrade",
     .type = FACT_STRING,
     .help = "proved, not-proved (no switch), or stripped on the way (426)"},
    {.name = "status", .type = FACT_NUMBER, .help = "HTTP status"},
    {.name = "server",
     .type = FACT_STRING,
     .help = "what the server says it is"},
    {.name = "location", .type = FACT_STRING, .help = "where a redirect leads"},
    {.name = NULL}};

const struct check check_websocket = {
    .name = "websocket",
    .summary = "WebSocket upgrade over TLS, proved by the server's digest",
    .params = websocket_params,
    .facts = websocket_facts,
    .params_size = sizeof(struct websocket_params),
    .state_size = sizeof(struct websocket_state),
    .needs = NEEDS_TLS,
    .proxy = PROXY_TUNNEL,
    .transport = TRANSPORT_TCP,
    .window = 16,
    .port = 443,
    .alpn = "http/1.1",
    .describes_tls = true,
    .validate = websocket_validate,
    .step = websocket_step};
