/* services.c - what the engine lends to a check (core/engine/check.h). */
#include "core/engine/engine_internal.h"
#include "core/base/mem.h"
#include "core/engine/params.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A worker's job: outlives its attempt where it must. */
struct job_box {
	struct attempt *a; /* NULL: the probe has ended */
	void *job;
	void (*work)(void *job);
	void (*release)(void *job);
};

static struct attempt *attempt_of(struct probe *p)
{
	return (struct attempt *)(void *)p; /* the first member */
}

/* Ending ----------------------------------------------------------------- */

enum step probe_ok(struct probe *p)
{
	enum phase phase =
	    p->check->needs == NEEDS_NOTHING ? PHASE_LOCAL : PHASE_REPLY;

	return attempt_end(attempt_of(p), phase, CAUSE_OK, PROOF_SERVICE);
}

enum step probe_ok_connect(struct probe *p)
{
	return attempt_end(attempt_of(p), PHASE_CONNECT, CAUSE_OK,
			   PROOF_CONNECT);
}

enum step probe_fail(struct probe *p, enum cause cause)
{
	return attempt_end(attempt_of(p), p->phase, cause, PROOF_NONE);
}

enum step probe_fail_at(struct probe *p, enum phase phase, enum cause cause)
{
	return attempt_end(attempt_of(p), phase, cause, PROOF_NONE);
}

enum step probe_untested(struct probe *p, enum why why)
{
	attempt_of(p)->why = why;
	return attempt_end(attempt_of(p), PHASE_LOCAL, CAUSE_LOCAL, PROOF_NONE);
}

/* The connection --------------------------------------------------------- */

void probe_send(struct probe *p, const void *bytes, size_t length)
{
	struct attempt *a = attempt_of(p);

	a->asked = true;
	if (a->conn != NULL)
		conn_send(a->conn, bytes, length);
}

void probe_consume(struct probe *p, size_t length)
{
	buf_consume(p->in, length);
}

static void services_timer_fired(void *arg)
{
	struct attempt *a = arg;

	if (a->holding) {
		a->holding = false;
		attempt_arm_silence(a);
	}
	attempt_step(a, EV_TIMER);
}

void probe_timer(struct probe *p, unsigned ms)
{
	struct attempt *a = attempt_of(p);

	if (a->timer == NULL)
		a->timer =
		    loop_timer_new(a->rp->e->loop, services_timer_fired, a);
	if (ms == 0)
		loop_timer_cancel(a->timer);
	else
		loop_timer_in(a->timer, (int64_t)ms * 1000);
}

void probe_wait(struct probe *p, unsigned ms)
{
	struct attempt *a = attempt_of(p);
	int64_t own = a->rp->e->o->reply_us;

	a->heard_counts = false;
	attempt_silent_in(a, own > 0 ? own : (int64_t)ms * 1000);
}

void probe_hold(struct probe *p, int64_t us)
{
	struct attempt *a = attempt_of(p);

	a->holding = true;
	a->give_up_us += us;
	a->held_us += us;
	loop_timer_cancel(a->silence);
	probe_timer(p, (unsigned)(us / 1000));
}

void probe_start_tls(struct probe *p, const char *alpn)
{
	struct attempt *a = attempt_of(p);

	a->tls_by_check = true;
	attempt_tls_begin(a, alpn);
}

void probe_settle(struct probe *p)
{
	struct attempt *a = attempt_of(p);

	probe_attempt_settled(a->rp, a);
}

const char *probe_rejected(const struct probe *p, const char *credential)
{
	const struct attempt *a = (const void *)p;

	return login_rejected(a->rp->login, credential);
}

void probe_reject(struct probe *p, const char *credential, const char *how)
{
	login_reject(attempt_of(p)->rp->login, credential, how);
}

void attempt_drop_job(struct attempt *a)
{
	if (a->job != NULL)
		a->job->a = NULL; /* freed when the worker is done */
}

static void services_job_work(void *arg)
{
	struct job_box *box = arg;

	box->work(box->job);
}

static void services_job_drop(void *arg)
{
	struct job_box *box = arg;

	if (box->release != NULL)
		box->release(box->job);
	free(box);
}

static void services_job_done(void *arg)
{
	struct job_box *box = arg;
	struct attempt *a = box->a;

	if (a != NULL) {
		a->job = NULL;
		a->p.job = box->job;
		attempt_job_done(a);
	}
	services_job_drop(box);
}

void probe_job(struct probe *p, void *job, void (*work)(void *job),
	       void (*release)(void *job))
{
	struct attempt *a = attempt_of(p);
	struct job_box *box = mem_calloc(1, sizeof *box);

	box->a = a;
	box->job = job;
	box->work = work;
	box->release = release;
	a->job = box;
	loop_work(a->rp->e->loop, services_job_work, services_job_done,
		  services_job_drop, box);
}

static void services_http_done(void *arg, const struct http_reply *reply)
{
	struct attempt *a = arg;

	a->http = NULL; /* ends with this call */
	if (a->http_tls)
		tls_facts(&reply->tls, &a->facts);
	a->start_us += reply->waited_us; /* that was this host */
	if (reply->tls_us >= 0)
		a->tls_us = a->start_us + reply->tls_us;
	if (reply->phase < PHASE_REQUEST && reply->cause != CAUSE_OK &&
	    reply->status == 0) {
		struct outcome o = {.phase = reply->phase,
				    .cause = reply->cause,
				    .error = reply->failure.error,
				    .sys_errno = reply->failure.number};

		if (reply->tls.alert)
			facts_string(&a->facts, "tls-error",
				     reply->tls.alert_text);
		attempt_fail(a, &o);
		return;
	}
	a->p.http = reply;
	a->p.phase = reply->phase > PHASE_REQUEST ? reply->phase : PHASE_REPLY;
	attempt_step(a, EV_HTTP);
}

void probe_http(struct probe *p, const struct http_request *request)
{
	struct attempt *a = attempt_of(p);
	struct engine *e = a->rp->e;
	bool forward =
	    a->rp->spec->via_proxy && a->p.check->proxy == PROXY_FORWARD;
	struct http_target to = {.host = a->rp->spec->host,
				 .port = a->rp->spec->port,
				 .forward_proxy = forward,
				 .proxy_host = e->o->proxy_host,
				 .proxy_port = e->o->proxy_port,
				 .proxy_userpwd = e->o->proxy_userpwd};

	to.fd = a->http_fd = conn_take_fd(a->conn);
	a->http_tls = request->tls;
	a->p.phase = request->tls ? PHASE_TLS : PHASE_REPLY;
	attempt_arm_silence(a);
	a->http = http_start(e->http, &to, request, services_http_done, a);
}

const struct tls_evidence *probe_tls(const struct probe *p)
{
	const struct attempt *a = (const void *)p;

	return a->conn != NULL ? conn_tls(a->conn) : NULL;
}

/* What a check's parameters choose; else what its table says. */
static enum transport services_transport(const struct check *check,
					 const void *params)
{
	if (check->choose == NULL)
		return check->transport;
	return check->choose(params) == NEEDS_UDP ? TRANSPORT_UDP
						  : TRANSPORT_TCP;
}

void probe_spawn(struct probe *p, const char *check, uint16_t port,
		 const void *params)
{
	struct attempt *a = attempt_of(p);
	struct run_probe *parent = a->rp, *child;
	const struct check *table = check_find(check);
	struct spec *s;

	if (table == NULL || parent->children >= PROBE_CHILDREN_MAX) {
		facts_bool(&a->facts, "children-cut", true);
		return;
	}
	parent->children++;
	s = engine_own_spec(parent->e, parent->spec);
	s->check = table;
	s->params = params != NULL ? arena_copy(&parent->e->arena, params, 1,
						table->params_size)
				   : params_new(&parent->e->arena, table);
	s->transport = services_transport(table, s->params);
	s->port = port;
	child = engine_add(parent->e, s, parent->spec_index, &parent->addr);
	child->parent = parent;
	snprintf(child->id_suffix, sizeof child->id_suffix, "%.24s+%u",
		 parent->id_suffix, (unsigned)parent->children);
	engine_enqueue(child, false);
}

void fact_string(struct probe *p, const char *name, const char *value)
{
	facts_string(&attempt_of(p)->facts, name, value);
}

void fact_bytes(struct probe *p, const char *name, const void *bytes,
		size_t length)
{
	facts_bytes(&attempt_of(p)->facts, name, bytes, length);
}

void fact_number(struct probe *p, const char *name, int64_t value)
{
	facts_number(&attempt_of(p)->facts, name, value);
}

void fact_ms(struct probe *p, const char *name, int64_t microseconds)
{
	facts_ms(&attempt_of(p)->facts, name, microseconds);
}

void fact_bool(struct probe *p, const char *name, bool value)
{
	facts_bool(&attempt_of(p)->facts, name, value);
}

void fact_append(struct probe *p, const char *name, const char *value)
{
	facts_append(&attempt_of(p)->facts, name, value);
}
