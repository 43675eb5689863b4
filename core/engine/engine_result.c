/* engine_result.c - what an attempt's answer means for its probe's result, and
 * for the next attempts. */
#include "core/engine/engine_internal.h"
#include "core/os/socket.h"
#include "core/base/mem.h"

bool engine_is_datagram(enum needs n)
{
	return n == NEEDS_UDP || n == NEEDS_UDP_ANY || n == NEEDS_MULTICAST ||
	       n == NEEDS_ICMP;
}

static void engine_take_timings(struct run_probe *rp, const struct attempt *a)
{
	struct timings *t = &rp->result.timings;
	int64_t now = loop_now(rp->e->loop);
	bool stream =
	    !engine_is_datagram(rp->needs) && rp->needs != NEEDS_NOTHING;

	t->resolve = rp->resolve_us;
	t->total = now - rp->begun_us;
	if (stream && a->open_us > 0)
		t->connect = a->open_us - a->begun_us;
	if (a->tls_us > 0)
		t->tls = a->tls_us -
			 (rp->needs == NEEDS_TLS ? a->open_us : a->start_us);
	if (a->heard_us > 0 && rp->needs != NEEDS_MULTICAST)
		rp->result.took_us = a->heard_us - a->start_us - a->held_us;
	if (a->path_open && a->outcome.cause == CAUSE_OK &&
	    a->proof == PROOF_SERVICE)
		t->reply =
		    now - (a->tls_us > a->start_us ? a->tls_us : a->start_us);
}

static bool engine_from_target(const struct run_probe *rp,
			       const struct attempt *a)
{
	const struct outcome *o = &a->outcome;

	if (rp->target == NULL || o->cause == CAUSE_TIMEOUT ||
	    o->phase < PHASE_CONNECT)
		return false;
	return !o->has_icmp || addr_equal(&o->blocker, &rp->remote);
}

/* How often the kernel had to repeat what was answered now. */
static unsigned engine_repeats(const struct run_probe *rp,
			       const struct attempt *a)
{
	struct socket_progress progress = {0};

	if (engine_is_datagram(rp->needs) || a->conn == NULL ||
	    !socket_progress(conn_fd(a->conn), &progress))
		return 0;
	return progress.repeats;
}

void engine_note_heard(struct run_probe *rp, const struct attempt *a)
{
	if (rp->result.heard_us > 0)
		return;
	rp->result.repeats = engine_repeats(rp, a);
	rp->result.heard_us = loop_now(rp->e->loop);
	engine_attempts_list(rp);
	engine_beside_heard(rp);
	gateway_watch_heard(rp);
}

/* Tries before the one that was answered. */
static unsigned engine_lost_tries(const struct run_probe *rp,
				  const struct attempt *a)
{
	int64_t answered = engine_attempts_answered_us(rp, a);
	unsigned lost = 0;

	while (lost < rp->result.attempts &&
	       rp->result.tried_us[lost] < answered)
		lost++;
	return lost;
}

void engine_learn_answer(struct run_probe *rp, const struct attempt *a)
{
	struct target_state *t = rp->target;
	int64_t took = 0;

	engine_note_heard(rp, a);
	if (!a->p.again) {
		rp->result.lost = engine_lost_tries(rp, a);
		rp->e->results->lost_tries += rp->result.lost;
	}
	t->answered = true;
	/* Each attempt has its own socket, so every sample is unambiguous,
	 * except for the kernel's own repeats after a second. */
	if (engine_is_datagram(rp->needs) && rp->needs != NEEDS_MULTICAST &&
	    a->start_us > 0)
		took = a->p.now_us - a->start_us;
	else if (a->open_us > 0 && a->open_us - a->begun_us < 1000000)
		took = a->open_us - a->begun_us;
	engine_attempts_sample(rp, took);
}

void engine_learn(struct run_probe *rp, const struct attempt *a)
{
	if (a->outcome.cause == CAUSE_UNREACHABLE && a->outcome.has_icmp)
		engine_attempts_told(rp);
	if (a->settled || !engine_from_target(rp, a) ||
	    a->outcome.cause == CAUSE_UNREACHABLE ||
	    a->outcome.cause == CAUSE_PROHIBITED)
		return;
	engine_learn_answer(rp, a);
}

/* This host sent no repeat of any of its attempts to connect. */
static bool engine_is_unsent(const struct run_probe *rp)
{
	struct socket_progress progress;
	bool unsent = false;

	for (unsigned i = 0; i < ATTEMPTS_MAX; i++) {
		const struct attempt *a = rp->attempts[i];

		if (engine_is_datagram(rp->needs) || a == NULL ||
		    a->conn == NULL || a->open_us > 0 ||
		    !socket_progress(conn_fd(a->conn), &progress) ||
		    progress.retransmits == 0)
			continue;
		if (!progress.unsent)
			return false;
		unsent = true;
	}
	return unsent;
}

/* Silence where this host had no room for any of the datagrams: it sent none.
 */
static void engine_take_unsent(const struct run_probe *rp, struct result *r)
{
	enum net_error error = NET_OK;

	if (r->outcome.cause != CAUSE_TIMEOUT || !engine_is_datagram(rp->needs))
		return;
	for (unsigned i = 0; i < ATTEMPTS_MAX; i++) {
		const struct attempt *a = rp->attempts[i];

		if (a == NULL)
			continue;
		error = a->conn == NULL ? NET_OK : conn_unsent(a->conn);
		if (error == NET_OK)
			return;
	}
	if (error == NET_OK)
		return;
	r->outcome.phase = PHASE_LOCAL;
	r->outcome.cause = CAUSE_LOCAL;
	r->outcome.error = error;
	r->why = WHY_LOCAL;
}

void engine_assume_silence(const struct run_probe *rp, struct result *r)
{
	const struct attempt *last = rp->attempts[rp->started - 1];

	r->outcome = (struct outcome){.phase = attempt_silent_phase(last),
				      .cause = CAUSE_TIMEOUT};
	r->why =
	    rp->needs == NEEDS_MULTICAST ? WHY_NO_WITNESS : rp->spec->silent;
	r->over_us = loop_now(rp->e->loop);
	r->unsent = engine_is_unsent(rp);
	engine_take_unsent(rp, r);
}

/* What others sent to the ports that asked. */
static void engine_take_others(const struct run_probe *rp, struct result *r)
{
	for (unsigned i = 0; i < ATTEMPTS_MAX; i++) {
		const struct attempt *a = rp->attempts[i];

		if (a != NULL && a->conn != NULL)
			others_facts(conn_others(a->conn), &r->facts);
	}
}

void engine_take_result(struct run_probe *rp, struct attempt *a)
{
	struct result *r = &rp->result;

	if (r->heard_us == 0)
		engine_attempts_list(rp);
	r->outcome = a->outcome;
	/* What fails where memory is short, fails here. */
	if (mem_is_low() && r->outcome.cause != CAUSE_OK)
		r->outcome = (struct outcome){.phase = PHASE_LOCAL,
					      .cause = CAUSE_LOCAL,
					      .error = NET_NO_MEMORY};
	r->proof = a->proof;
	r->why = a->why;
	/* Nothing to hold the certificate against: that is this host's. */
	if (r->outcome.cause == CAUSE_UNTRUSTED && tls_has_no_roots()) {
		r->outcome.phase = PHASE_LOCAL;
		r->outcome.cause = CAUSE_LOCAL;
		r->why = WHY_LOCAL;
	}
	if (r->why == WHY_NONE && r->outcome.cause == CAUSE_TIMEOUT)
		r->why = rp->spec->silent;
	r->reply_ttl = engine_is_datagram(rp->needs) ? a->p.ttl : -1;
	if (r->reply_ttl >= 0 && rp->target != NULL)
		rp->target->ttl = r->reply_ttl;
	/* Those of the name are there already. */
	facts_copy(&r->facts, &a->facts);
	for (unsigned i = 0; i < ATTEMPTS_MAX; i++)
		if (rp->attempts[i] != NULL && rp->attempts[i]->conn != NULL)
			r->packets += conn_packets(rp->attempts[i]->conn);
	engine_take_others(rp, r);
	r->unsent = r->outcome.cause == CAUSE_TIMEOUT && engine_is_unsent(rp);
	engine_take_unsent(rp, r);
	engine_take_timings(rp, a);
}
