/*
 * attempt.c - one try of a probe: connection, proxy, TLS, then the check's
 * steps. The services lent to the check are in services.c.
 */
#include "core/engine/engine_internal.h"
#include "core/base/mem.h"
#include "core/base/params.h"
#include "core/net/proxy.h"

#include <stdlib.h>
#include <string.h>

static void attempt_conn_event(void *arg, enum conn_event event);

/* Ending ----------------------------------------------------------------- */

enum step attempt_end(struct attempt *a, enum phase phase, enum cause cause,
		      enum proof proof)
{
	if (!a->ended) {
		a->ended = true;
		a->outcome.phase = phase;
		a->outcome.cause = cause;
		a->proof = proof;
	}
	return STEP_DONE;
}

static void attempt_done(struct attempt *a)
{
	probe_attempt_over(a->rp, a); /* frees a */
}

void attempt_fail(struct attempt *a, const struct outcome *o)
{
	if (a->ended)
		return;
	a->ended = true;
	a->outcome = *o;
	if (o->phase == PHASE_LOCAL)
		a->why = WHY_LOCAL;
	attempt_done(a);
}

static void attempt_fail_at(struct attempt *a, enum phase phase,
			    enum cause cause)
{
	struct outcome o = {.phase = phase, .cause = cause};

	attempt_fail(a, &o);
}

static enum step attempt_step_of(struct attempt *a, enum event event)
{
	a->p.now_us = loop_now(a->rp->e->loop);
	if (event == EV_DATA || event == EV_HTTP)
		a->heard_us = a->p.now_us;
	if (a->conn != NULL) {
		a->p.in = conn_in(a->conn);
		a->p.from = conn_from(a->conn);
		a->p.ttl = conn_ttl(a->conn);
	}
	return a->p.check->step(&a->p, event);
}

void attempt_step(struct attempt *a, enum event event)
{
	if (attempt_step_of(a, event) == STEP_DONE)
		attempt_done(a);
}

void attempt_job_done(struct attempt *a)
{
	if (attempt_step_of(a, EV_JOB) == STEP_WAIT) {
		if (!a->stream_over || a->job != NULL)
			return; /* more will come */
		attempt_end(a, a->p.phase, a->outcome.cause, PROOF_NONE);
	}
	attempt_done(a);
}

/* Silence ---------------------------------------------------------------- */

static bool attempt_is_stream(const struct attempt *a)
{
	return a->rp->needs == NEEDS_TCP || a->rp->needs == NEEDS_TLS;
}

/* Octets of the stream so far. */
static uint64_t attempt_heard(const struct attempt *a)
{
	struct socket_progress progress;
	int fd = a->http != NULL   ? a->http_fd
		 : a->conn != NULL ? conn_fd(a->conn)
				   : -1;

	return attempt_is_stream(a) && fd != -1 &&
		       socket_progress(fd, &progress)
		   ? progress.received
		   : 0;
}

/* How long silence may last now: as the user says, else by what is due. */
static int64_t attempt_patience(const struct attempt *a)
{
	if (a->rp->e->o->reply_us > 0)
		return a->rp->e->o->reply_us;
	if (a->p.phase == PHASE_TLS)
		return TLS_WAIT_US;
	return a->p.check->reply_us > 0 ? a->p.check->reply_us : REPLY_WAIT_US;
}

/* Looks in between: libcurl does not tell that it went on. */
static void attempt_watch(struct attempt *a)
{
	enum { LOOK_US = 1000000 };
	int64_t look = loop_now(a->rp->e->loop) + LOOK_US;

	loop_timer_at(a->silence, look < a->silent_us ? look : a->silent_us);
}

void attempt_silent_in(struct attempt *a, int64_t us)
{
	int64_t at = loop_now(a->rp->e->loop) + us;

	a->silent_us = at < a->give_up_us ? at : a->give_up_us;
	attempt_watch(a);
}

void attempt_arm_silence(struct attempt *a)
{
	int64_t wait = attempt_patience(a);
	int64_t rtt =
	    a->rp->target != NULL ? 4 * rtt_timeout(&a->rp->target->rtt) : 0;

	a->heard = attempt_heard(a);
	a->heard_counts = true;
	attempt_silent_in(a, wait > rtt ? wait : rtt);
}

enum phase attempt_silent_phase(const struct attempt *a)
{
	if (a->http != NULL)
		return http_phase(a->http);
	/* The server was to speak first, and there was no request. */
	if (attempt_is_stream(a) && a->p.phase == PHASE_REPLY && !a->asked)
		return PHASE_REQUEST;
	return a->p.phase;
}

/* Was what we sent acknowledged? This shows where the silence begins. */
static void attempt_note_progress(struct attempt *a)
{
	struct socket_progress progress;
	int fd = a->http != NULL ? a->http_fd : conn_fd(a->conn);

	if (fd == -1 || !socket_progress(fd, &progress))
		return;
	facts_number(&a->facts, "tcp-received", (int64_t)progress.received);
	if (progress.received > 0)
		facts_number(&a->facts, "tcp-quiet-ms",
			     progress.quiet_us / 1000);
	facts_number(&a->facts, "tcp-unacked", progress.unacked);
	facts_number(&a->facts, "tcp-retransmits", progress.retransmits);
}

void attempt_deadline(struct attempt *a)
{
	if (a->path_open && !a->ended) {
		a->p.now_us = loop_now(a->rp->e->loop);
		if (a->p.check->step(&a->p, EV_DEADLINE) == STEP_DONE)
			return;
	}
	if (a->ended)
		return;
	if (a->http != NULL)
		tls_facts(&http_peek(a->http)->tls, &a->facts);
	if (attempt_is_stream(a) && a->open_us > 0)
		attempt_note_progress(a);
	attempt_end(a, attempt_silent_phase(a),
		    a->stream_over ? a->outcome.cause : CAUSE_TIMEOUT,
		    PROOF_NONE);
}

/* On a slow line a certificate takes its time: that does not count as silence.
 * Single bytes do, and what comes within a check's own wait does not prolong
 * it. */
static bool attempt_is_still_coming(const struct attempt *a)
{
	return a->heard_counts &&
	       attempt_heard(a) >= a->heard + ATTEMPT_PROGRESS &&
	       loop_now(a->rp->e->loop) < a->give_up_us;
}

static void attempt_silence_fired(void *arg)
{
	struct attempt *a = arg;

	/* libcurl went on without telling: that is progress. */
	if (a->http != NULL && http_phase(a->http) > a->p.phase &&
	    loop_now(a->rp->e->loop) < a->give_up_us) {
		a->p.phase = http_phase(a->http);
		attempt_arm_silence(a);
		return;
	}
	if (loop_now(a->rp->e->loop) < a->silent_us) {
		attempt_watch(a);
		return;
	}
	if (attempt_is_still_coming(a)) {
		attempt_arm_silence(a);
		return;
	}
	attempt_deadline(a);
	if (!attempt_is_stream(a) || !probe_attempt_again(a->rp, a))
		attempt_done(a);
}

/* The path opens: connect, proxy, TLS ------------------------------------ */

static void attempt_path_open(struct attempt *a)
{
	a->path_open = true;
	a->start_us = loop_now(a->rp->e->loop);
	a->p.started_us = a->start_us;
	a->p.phase = PHASE_REPLY;
	attempt_step(a, EV_START);
}

void attempt_tls_begin(struct attempt *a, const char *alpn)
{
	const struct check *check = a->p.check;
	const char *name =
	    check->server_name != NULL ? check->server_name(a->p.params) : NULL;

	a->p.phase = PHASE_TLS;
	attempt_arm_silence(a);
	conn_start_tls(a->conn, name != NULL ? name : a->rp->spec->host, alpn);
}

static bool attempt_wants_tunnel(const struct attempt *a)
{
	return a->rp->spec->via_proxy && a->p.check->proxy == PROXY_TUNNEL;
}

static void attempt_tunnel_or_tls(struct attempt *a)
{
	if (a->rp->needs == NEEDS_TLS)
		attempt_tls_begin(a, a->p.check->alpn);
	else
		attempt_path_open(a);
}

static void attempt_connected(struct attempt *a)
{
	const struct engine_options *o = a->rp->e->o;
	struct buf request;

	a->open_us = loop_now(a->rp->e->loop);
	engine_attempts_settled(a);
	if (!attempt_is_stream(a)) {
		attempt_path_open(a);
		return;
	}
	probe_attempt_open(a->rp, a);
	attempt_arm_silence(a);
	if (!attempt_wants_tunnel(a)) {
		attempt_tunnel_or_tls(a);
		return;
	}
	a->in_proxy = true;
	a->p.phase = PHASE_PROXY;
	conn_set_phase(a->conn, PHASE_PROXY);
	buf_init(&request, PROXY_REPLY_MAX);
	proxy_connect_request(&request, a->rp->spec->host, a->rp->spec->port,
			      o->proxy_userpwd);
	conn_send(a->conn, request.data, request.length);
	if (request.length > 0)
		mem_wipe(request.data, request.length);
	buf_free(&request);
}

static void attempt_proxy_data(struct attempt *a)
{
	enum cause cause;

	switch (proxy_connect_reply(conn_in(a->conn), &a->facts, &cause)) {
	case PROXY_MORE:
		return;
	case PROXY_NO:
		attempt_fail_at(a, PHASE_PROXY, cause);
		return;
	case PROXY_OPEN:
		break;
	}
	a->in_proxy = false;
	conn_set_phase(a->conn, PHASE_REQUEST);
	attempt_arm_silence(a);
	attempt_tunnel_or_tls(a);
}

static void attempt_tls_up(struct attempt *a)
{
	const struct tls_evidence *t = conn_tls(a->conn);

	a->tls_us = loop_now(a->rp->e->loop) - conn_waited_us(a->conn);
	tls_facts(t, &a->facts);
	a->p.phase = PHASE_REPLY;
	attempt_arm_silence(a);
	if (a->tls_by_check) {
		attempt_step(a, EV_TLS);
		return;
	}
	if (!a->p.check->describes_tls && !tls_trusted(t)) {
		attempt_fail_at(a, PHASE_TLS, CAUSE_UNTRUSTED);
		return;
	}
	attempt_path_open(a);
}

/* The connection's events ------------------------------------------------ */

/* The stream has ended, cleanly or not: the check may already have its
 * proof. */
static void attempt_stream_ended(struct attempt *a, const struct outcome *o)
{
	a->p.now_us = loop_now(a->rp->e->loop);
	a->p.phase = o->phase > a->p.phase ? o->phase : a->p.phase;
	if (a->p.check->step(&a->p, EV_EOF) == STEP_DONE) {
		attempt_done(a);
		return;
	}
	a->outcome.cause = o->cause;
	a->outcome.error = o->error;
	a->outcome.sys_errno = o->sys_errno;
	a->stream_over = a->job != NULL;
	if (a->stream_over)
		return; /* it may hold the answer */
	attempt_end(a, a->p.phase, o->cause, PROOF_NONE);
	attempt_done(a);
}

static void attempt_conn_failed(struct attempt *a)
{
	struct outcome o = *conn_outcome(a->conn);
	const struct tls_evidence *t = conn_tls(a->conn);

	if (a->path_open && o.cause == CAUSE_RESET) {
		attempt_stream_ended(a, &o);
		return;
	}
	if (t != NULL) {
		tls_facts(t, &a->facts);
		if (t->alert)
			facts_string(&a->facts, "tls-error", t->alert_text);
	}
	/* A failure to reach the proxy is the proxy's. */
	if (a->rp->spec->via_proxy && o.phase == PHASE_CONNECT)
		o.phase = PHASE_PROXY;
	attempt_fail(a, &o);
}

static void attempt_conn_eof(struct attempt *a)
{
	struct outcome o = {.phase = a->p.phase, .cause = CAUSE_RESET};

	if (a->path_open)
		attempt_stream_ended(a, &o);
	else
		attempt_fail(a, &o);
}

static void attempt_conn_event(void *arg, enum conn_event event)
{
	struct attempt *a = arg;

	switch (event) {
	case CONN_OPEN:
		attempt_connected(a);
		return;
	case CONN_DATA:
		if (a->in_proxy)
			attempt_proxy_data(a);
		else if (a->path_open)
			attempt_step(a, EV_DATA);
		return;
	case CONN_TLS:
		attempt_tls_up(a);
		return;
	case CONN_EOF:
		attempt_conn_eof(a);
		return;
	case CONN_FAILED:
		attempt_conn_failed(a);
		return;
	}
}

/* Life ------------------------------------------------------------------- */

static enum socket_kind attempt_socket_kind_of(enum needs needs)
{
	switch (needs) {
	case NEEDS_UDP:
	case NEEDS_UDP_ANY:
		return SOCKET_DATAGRAM;
	case NEEDS_MULTICAST:
		return SOCKET_MULTICAST;
	case NEEDS_ICMP:
		return SOCKET_ECHO;
	case NEEDS_NOTHING:
	case NEEDS_TCP:
	case NEEDS_TLS:
		break;
	}
	return SOCKET_STREAM;
}

/* Local checks begin from the loop like all others. */
static void attempt_begin_local(void *arg)
{
	struct attempt *a = arg;

	loop_timer_free(a->timer);
	a->timer = NULL;
	attempt_path_open(a);
}

static void attempt_begin_failed(void *arg)
{
	struct attempt *a = arg;

	a->ended = true;
	if (a->why == WHY_NONE)
		a->why = WHY_LOCAL;
	attempt_done(a);
}

static void attempt_connect_begin(struct attempt *a)
{
	struct run_probe *rp = a->rp;
	const struct engine_options *o = rp->e->o;
	struct socket_options s = {.kind = attempt_socket_kind_of(rp->needs),
				   .remote = rp->remote,
				   .source = o->source,
				   .interface = o->interface};

	a->conn =
	    conn_open(rp->e->loop, &s, attempt_conn_event, a, &a->outcome);
	if (a->conn != NULL) {
		a->p.in = conn_in(a->conn);
		if (rp->needs == NEEDS_UDP_ANY)
			conn_accept_any_port(a->conn);
		return;
	}
	if (s.kind == SOCKET_ECHO && (a->outcome.error == NET_PROHIBITED ||
				      a->outcome.error == NET_NOT_PERMITTED))
		a->why = WHY_NEEDS_PRIVILEGE;
	a->timer = loop_timer_new(rp->e->loop, attempt_begin_failed, a);
	loop_timer_in(a->timer, 0);
}

/* All of one attempt: at least one reply, as long as the user waits for it. */
static int64_t attempt_longest(const struct run_probe *rp)
{
	int64_t reply = rp->e->o->reply_us + ATTEMPT_OPEN_US;

	return reply > ATTEMPT_MAX_US ? reply : ATTEMPT_MAX_US;
}

struct attempt *attempt_start(struct run_probe *rp, unsigned number)
{
	struct attempt *a = mem_calloc(1, sizeof *a);
	const struct check *check = rp->spec->check;
	size_t index = rp->check_index;

	a->rp = rp;
	a->p.check = check;
	a->p.spec = rp->spec;
	a->p.params = rp->spec->params;
	a->p.addr = &rp->addr;
	a->p.attempt = number;
	a->p.again = rp->otherwise;
	a->p.phase = rp->spec->via_proxy ? PHASE_PROXY : PHASE_CONNECT;
	a->p.ttl = -1;
	a->p.in = &a->none;
	a->p.shared = index != SIZE_MAX ? rp->e->shared[index] : NULL;
	a->p.state =
	    mem_calloc(1, check->state_size > 0 ? check->state_size : 1);
	a->begun_us = loop_now(rp->e->loop);
	a->give_up_us = a->begun_us + attempt_longest(rp);
	a->silence = loop_timer_new(rp->e->loop, attempt_silence_fired, a);
	buf_init(&a->none, 1);
	if (rp->needs != NEEDS_NOTHING) {
		attempt_connect_begin(a);
		return a;
	}
	a->timer = loop_timer_new(rp->e->loop, attempt_begin_local, a);
	loop_timer_in(a->timer, 0);
	return a;
}

void attempt_free(struct attempt *a)
{
	if (a == NULL)
		return;
	engine_attempts_settled(a);
	if (a->path_open && a->p.check->stop != NULL)
		a->p.check->stop(&a->p);
	if (a->http != NULL)
		http_cancel(a->http);
	attempt_drop_job(a);
	loop_timer_free(a->silence);
	loop_timer_free(a->timer);
	conn_close(a->conn);
	facts_free(&a->facts);
	buf_free(&a->none);
	free(a->p.state);
	free(a);
}
