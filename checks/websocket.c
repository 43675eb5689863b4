/*
 * websocket.c - does a connection switch to WebSocket, end to end?
 *
 * The opening handshake of RFC 6455 section 4.1: only a server (or a middlebox
 * that understands) can answer our random key with the right digest.
 */
#include "core/engine/check.h"
#include "core/base/mem.h"
#include "core/base/spec.h"
#include "core/net/tls.h"
#include "checks/shared/web_check.h"
#include "core/proto/wsmsg.h"

#include <string.h>

enum {
	WEBSOCKET_HEADER_MAX = 65536,
	WEBSOCKET_GOODBYE_MS = 500,
	WEBSOCKET_PING = 8,
	WEBSOCKET_GOING_AWAY = 1001, /* RFC 6455 7.4.1 */
	WEBSOCKET_HOLD_MAX_S = 600
};

struct websocket_params {
	const char *path;
	int64_t hold_us;
};

struct websocket_state {
	char accept[WS_KEY_TEXT]; /* the right answer */
	bool proved;              /* only the goodbye is left */
	bool held;                /* switched, and left alone */
	bool asked;               /* afterwards: our ping is out */
	int64_t held_since_us;
	uint8_t ping[WEBSOCKET_PING];
};

static enum step websocket_tls_up(struct probe *p)
{
	const struct websocket_params *w = p->params;
	struct websocket_state *s = p->state;
	char request[WS_REQUEST_MAX];
	char key[WS_KEY_TEXT];
	size_t length;

	if (!tls_trusted(probe_tls(p)))
		return probe_fail_at(p, PHASE_TLS, CAUSE_UNTRUSTED);
	wsmsg_key(key, s->accept);
	length =
	    wsmsg_request(request, p->spec->host, p->spec->port, w->path, key);
	probe_send(p, request, length);
	p->phase = PHASE_REPLY;
	return STEP_WAIT;
}

/* RFC 6455 5.5.1. The proof is there; what the server still says only ends the
 * connection. */
static enum step websocket_goodbye(struct probe *p)
{
	struct websocket_state *s = p->state;
	uint8_t frame[WS_FRAME_MAX], status[2];
	struct wire w = wire_into(status, sizeof(status));

	wire_be16(&w, WEBSOCKET_GOING_AWAY);
	probe_send(p, frame, wsmsg_frame(frame, WS_CLOSE, status, w.length));
	s->proved = true;
	probe_timer(p, WEBSOCKET_GOODBYE_MS);
	return STEP_WAIT;
}

static enum step websocket_switched(struct probe *p)
{
	const struct websocket_params *w = p->params;
	struct websocket_state *s = p->state;

	if (w->hold_us == 0)
		return websocket_goodbye(p);
	s->held = true;
	s->held_since_us = p->now_us;
	probe_hold(p, w->hold_us);
	return STEP_WAIT;
}

/* Idle for long enough: is it still there? */
static enum step websocket_hold_over(struct probe *p)
{
	struct websocket_state *s = p->state;
	uint8_t frame[WS_FRAME_MAX];

	s->asked = true;
	fact_ms(p, "held", p->now_us - s->held_since_us);
	wire_random(s->ping, sizeof(s->ping));
	probe_send(p, frame,
		   wsmsg_frame(frame, WS_PING, s->ping, sizeof(s->ping)));
	return STEP_WAIT;
}

/* The connection is not idle if the server itself pings or closes. */
static enum step websocket_frame_came(struct probe *p,
				      const struct ws_seen *seen)
{
	struct websocket_state *s = p->state;
	uint8_t frame[WS_FRAME_MAX];

	if (seen->opcode == WS_CLOSE) {
		fact_string(p, "idle", "closed");
		return probe_ok(p);
	}
	if (seen->opcode == WS_PING)
		probe_send(
		    p, frame,
		    wsmsg_frame(frame, WS_PONG, seen->payload, seen->length));
	if (!s->asked || seen->opcode != WS_PONG ||
	    seen->length != sizeof(s->ping) ||
	    memcmp(seen->payload, s->ping, sizeof(s->ping)) != 0)
		return STEP_WAIT;
	fact_string(p, "idle", "kept");
	return websocket_goodbye(p);
}

static enum step websocket_held_data(struct probe *p)
{
	const struct websocket_state *s = p->state;
	enum step step = STEP_WAIT;
	struct ws_seen seen;

	while (step == STEP_WAIT && !s->proved) {
		switch (wsmsg_next(p->in, &seen)) {
		case WS_MORE:
			return STEP_WAIT;
		case WS_BAD:
			return probe_fail(p, CAUSE_BAD_REPLY);
		case WS_FRAME:
			break;
		}
		step = websocket_frame_came(p, &seen);
	}
	return step;
}

/* Silence or a reset behind our ping; a close before it is the server's. */
static enum step websocket_held_end(struct probe *p, enum event event)
{
	const struct websocket_state *s = p->state;

	if (!s->asked && event == EV_EOF) {
		fact_string(p, "idle", "closed");
		return probe_ok(p);
	}
	fact_string(p, "idle", "lost");
	return STEP_WAIT;
}

static enum step websocket_answered(struct probe *p, const struct ws_answer *a)
{
	if (a->status == 0)
		return probe_fail(p, CAUSE_BAD_REPLY);
	if (a->status < 200 && a->status != 101)
		return STEP_WAIT; /* an interim answer: the next one counts */
	fact_number(p, "status", a->status);
	if (a->server != NULL)
		fact_bytes(p, "server", a->server, a->server_length);
	if (a->location != NULL)
		fact_bytes(p, "location", a->location, a->location_length);
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
static enum step websocket_bytes_came(struct probe *p)
{
	const struct websocket_state *s = p->state;

	while (p->in->length > 0) {
		const char *text = (const char *)p->in->data;
		size_t seen = p->in->length < 5 ? p->in->length : 5;
		const char *end = mem_find(text, p->in->length, "\r\n\r\n", 4);
		struct ws_answer answer;
		enum step step = STEP_WAIT;

		if (memcmp(text, "HTTP/", seen) != 0 ||
		    p->in->length > WEBSOCKET_HEADER_MAX)
			return probe_fail(p, CAUSE_BAD_REPLY);
		if (end == NULL)
			return STEP_WAIT;
		wsmsg_answer(&answer, text, (size_t)(end - text), s->accept);
		step = websocket_answered(p, &answer);
		if (step != STEP_WAIT || s->proved)
			return step;
		probe_consume(p, (size_t)(end - text) + 4);
		if (s->held)
			return websocket_held_data(p);
	}
	return STEP_WAIT;
}

static enum step websocket_held(struct probe *p, enum event event)
{
	switch (event) {
	case EV_TIMER:
		return websocket_hold_over(p);
	case EV_DATA:
		return websocket_held_data(p);
	case EV_EOF:
	case EV_DEADLINE:
		return websocket_held_end(p, event);
	default:
		return STEP_WAIT;
	}
}

static enum step websocket_step(struct probe *p, enum event event)
{
	const struct websocket_state *s = p->state;

	if (s->proved)
		return probe_ok(p);
	if (s->held)
		return websocket_held(p, event);
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
	const struct websocket_params *w = params;

	if (w->hold_us > (int64_t)WEBSOCKET_HOLD_MAX_S * 1000000)
		return error_set(err, "hold: at most 10m");
	return web_check_path(w->path, err);
}

static const struct param websocket_params[] = {
    {.name = "path",
     .type = PARAM_STRING,
     .offset = offsetof(struct websocket_params, path),
     .fallback = "/",
     .help = "path on which the server speaks WebSocket"},
    {.name = "hold",
     .type = PARAM_DURATION,
     .offset = offsetof(struct websocket_params, hold_us),
     .fallback = "0",
     .help = "leave the connection idle this long, then ping over it"},
    {.name = NULL}};

static const struct fact_def websocket_facts[] = {
    {.name = "upgrade",
     .type = FACT_STRING,
     .help = "proved, not-proved (no switch), or stripped on the path (426)"},
    {.name = "idle",
     .type = FACT_STRING,
     .help = "after the hold: kept, lost, or closed by the server"},
    {.name = "held",
     .type = FACT_MS,
     .help = "how long the connection was left idle"},
    {.name = "status", .type = FACT_NUMBER, .help = "HTTP status"},
    {.name = "server",
     .type = FACT_STRING,
     .help = "name and version that the server reports"},
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
