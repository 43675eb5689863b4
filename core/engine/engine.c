/* engine.c - one run: the queue, the pace, the attempts, the results. */
#include "core/engine/engine.h"
#include "core/engine/engine_internal.h"
#include "core/engine/evidence.h"
#include "core/os/host.h"
#include "core/base/mem.h"
#include "core/base/params.h"
#include "core/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	RUNNING_MAX = 1000,
	SOCKETS_LEAST = 8 * ATTEMPTS_DEFAULT,
	DESCRIPTORS_RESERVE = 64,
	DESCRIPTORS_WANTED = DESCRIPTORS_RESERVE +
			     RUNNING_MAX * (ATTEMPTS_DEFAULT + ATTEMPTS_LOSS)
};

size_t engine_check_index(const struct check *check)
{
	for (size_t i = 0; check_registry[i] != NULL; i++)
		if (check_registry[i] == check)
			return i;
	return SIZE_MAX;
}

/* Probes ----------------------------------------------------------------- */

static enum needs engine_needs_of(const struct spec *s)
{
	if (s->check->choose != NULL)
		return s->check->choose(s->params);
	return s->check->needs;
}

static struct run_probe *engine_new_probe(struct engine *e)
{
	struct probe_block *block = e->blocks;

	if (block == NULL || block->used == PROBE_BLOCK) {
		block = mem_calloc(1, sizeof *block);
		block->next = e->blocks;
		e->blocks = block;
	}
	return &block->probes[block->used++];
}

struct spec *engine_own_spec(struct engine *e, const struct spec *s)
{
	return arena_copy(&e->arena, s, 1, sizeof *s);
}

struct run_probe *engine_add(struct engine *e, const struct spec *s,
			     size_t spec_index, const struct addr *addr)
{
	struct run_probe *rp = engine_new_probe(e);

	rp->e = e;
	rp->spec = s;
	rp->spec_index = spec_index;
	rp->needs = engine_needs_of(s);
	rp->check_index = engine_check_index(s->check);
	rp->total = engine_attempts_total(rp);
	rp->resolve_us = -1;
	if (s->check->logs_in != NULL && s->check->logs_in(s))
		rp->login = login_ledger_device(e->logins, s);
	if (addr != NULL)
		rp->addr = *addr;
	rp->addr.port = s->port;
	rp->remote = rp->addr;
	if (s->via_proxy) {
		rp->remote = e->proxy;
		rp->remote.port = e->o->proxy_port;
	}
	rp->result.spec = &e->o->specs[spec_index];
	rp->result.check = s->check;
	rp->result.port = s->port;
	rp->result.transport = s->transport;
	rp->result.addr = rp->addr;
	rp->result.parent = SIZE_MAX;
	rp->result.same_as = SIZE_MAX;
	rp->result.reply_ttl = -1;
	rp->result.timings = (struct timings){.resolve = -1, -1, -1, -1, -1};
	*e->all_end = rp;
	e->all_end = &rp->next_all;
	e->probes++;
	return rp;
}

static void probe_done(struct run_probe *rp)
{
	struct engine *e = rp->e;
	size_t index = rp->check_index;

	engine_host_note(rp);
	rp->result.over_us = loop_now(e->loop);

	for (unsigned i = 0; i < ATTEMPTS_MAX; i++) {
		if (rp->attempts[i] == NULL)
			continue;
		attempt_free(rp->attempts[i]);
		rp->attempts[i] = NULL;
	}
	engine_attempts_over(rp);
	if (rp->state == PROBE_RUNNING) {
		login_hold(rp->login, NULL);
		e->running--;
		e->sockets -= rp->sockets;
		if (index != SIZE_MAX)
			e->window_used[index]--;
	}
	rp->state = PROBE_DONE;
	e->done++;
	engine_beside_ended(rp);
	engine_pump(e);
	engine_check_over(e);
}

void engine_end_unrun(struct run_probe *rp, const struct outcome *o,
		      enum why why)
{
	rp->result.outcome = *o;
	rp->result.why = why;
	probe_done(rp);
}

/* Answers ---------------------------------------------------------------- */

/* Its request was not answered: is there another one? */
static bool probe_asks_again(const struct run_probe *rp,
			     const struct attempt *a)
{
	const struct check *check = rp->spec->check;

	return !rp->otherwise && check->again != NULL &&
	       rp->started < ATTEMPTS_MAX && !rp->e->cut &&
	       a->outcome.phase >= PHASE_REQUEST &&
	       (a->outcome.cause == CAUSE_TIMEOUT ||
		a->outcome.cause == CAUSE_RESET) &&
	       check->again(rp->spec->params);
}

void probe_attempt_over(struct run_probe *rp, struct attempt *a)
{
	if (probe_asks_again(rp, a)) {
		rp->otherwise = true;
		rp->batch = rp->started;
		rp->total = rp->started + 1;
		rp->attempts[a->p.attempt - 1] = NULL;
		attempt_free(a);
		engine_enqueue(rp, true);
		return;
	}
	engine_learn(rp, a);
	engine_take_result(rp, a);
	probe_done(rp);
}

bool probe_attempt_again(struct run_probe *rp, struct attempt *a)
{
	/* What logs in is not repeated: accounts are locked. */
	if (rp->e->results->lost_tries <
		(rp->again == 0 ? AGAIN_LOST : LOSSY_LOST) ||
	    rp->again == 2 || a->open_us == 0 ||
	    a->outcome.cause != CAUSE_TIMEOUT || rp->login != NULL ||
	    rp->spec->check->attempts > 0 ||
	    rp->started + ATTEMPTS_LOSS > ATTEMPTS_MAX)
		return false;
	rp->again++;
	rp->batch = rp->started;
	rp->total = rp->started + ATTEMPTS_LOSS;
	for (unsigned i = 0; i < ATTEMPTS_MAX; i++)
		if (rp->attempts[i] == a)
			rp->attempts[i] = NULL;
	attempt_free(a);
	engine_enqueue(rp, true);
	return true;
}

void probe_attempt_open(struct run_probe *rp, struct attempt *a)
{
	engine_note_heard(rp, a);
	if (rp->timer != NULL)
		loop_timer_cancel(rp->timer);
	rp->waits = false;
	rp->wants_attempt = false;
	for (unsigned i = 0; i < ATTEMPTS_MAX; i++) {
		if (rp->attempts[i] == NULL || rp->attempts[i] == a)
			continue;
		attempt_free(rp->attempts[i]);
		rp->attempts[i] = NULL;
	}
}

void probe_attempt_settled(struct run_probe *rp, struct attempt *a)
{
	if (!a->settled) {
		a->settled = true;
		engine_learn_answer(rp, a);
		probe_attempt_open(rp, a);
	}
	attempt_arm_silence(a);
}

/* The queue -------------------------------------------------------------- */

void engine_enqueue(struct run_probe *rp, bool first)
{
	struct engine *e = rp->e;

	rp->wants_attempt = true;
	if (rp->target == NULL && rp->remote.family != ADDR_NONE &&
	    rp->needs != NEEDS_NOTHING)
		rp->target = targets_get(e->targets, &rp->remote);
	if (first) {
		rp->next_queued = e->queue;
		e->queue = rp;
		if (e->queue_end == &e->queue)
			e->queue_end = &rp->next_queued;
	} else {
		rp->next_queued = NULL;
		*e->queue_end = rp;
		e->queue_end = &rp->next_queued;
	}
	loop_timer_in(e->pump, 0);
}

static unsigned engine_window_of(const struct run_probe *rp)
{
	if (rp->spec->check->window > 0)
		return rp->spec->check->window;
	return rp->needs == NEEDS_TLS ? WINDOW_TLS : 0;
}

/* When it may start: now, at a time, or INT64_MAX: when something else ends. */
static int64_t engine_ready_at(const struct run_probe *rp, int64_t now)
{
	const struct engine *e = rp->e;
	size_t index = rp->check_index;
	unsigned window = engine_window_of(rp);

	if (rp->state == PROBE_QUEUED) {
		if (window > 0 && index != SIZE_MAX &&
		    e->window_used[index] >= window)
			return INT64_MAX;
		if (e->running >= RUNNING_MAX ||
		    e->sockets + engine_attempts_sockets(rp) > e->sockets_max ||
		    login_owner(rp->login) != NULL)
			return INT64_MAX;
	}
	return engine_attempts_ready_at(rp, now);
}

/* What is known so far is worth more than one more answer. */
static bool engine_is_short_of_memory(struct engine *e)
{
	if (!mem_is_low() || e->over || e->cut ||
	    (e->round != NULL && !e->beside))
		return false;
	engine_cut_short(e);
	return true;
}

static void engine_pump_fired(void *arg)
{
	struct engine *e = arg;
	struct run_probe **link = &e->queue;
	int64_t now = loop_now(e->loop), next = INT64_MAX;

	if (engine_is_short_of_memory(e))
		return;
	while (*link != NULL && !e->over) {
		struct run_probe *rp = *link;
		int64_t at = rp->wants_attempt ? engine_ready_at(rp, now) : now;

		if (at > now) {
			next = at < next ? at : next;
			link = &rp->next_queued;
			if (engine_attempts_run_is_full(e, now))
				break; /* the probes behind it must wait, too */
			continue;
		}
		*link = rp->next_queued;
		if (*link == NULL)
			e->queue_end = link;
		if (rp->wants_attempt) /* else answered while it waited */
			engine_attempts_start(rp);
	}
	if (pace_when(&e->pace, now) > now && e->queue != NULL &&
	    pace_when(&e->pace, now) < next)
		next = pace_when(&e->pace, now);
	if (next != INT64_MAX)
		loop_timer_at(e->pump, next);
}

void engine_pump(struct engine *e)
{
	if (!e->over && e->queue != NULL)
		loop_timer_in(e->pump, 0);
}

/* Cutting short ---------------------------------------------------------- */

static void engine_deadline_fired(void *arg)
{
	struct engine *e = arg;

	e->results->deadline_hit = true;
	engine_cut_short(e);
}

static void engine_signal_caught(void *arg, int number)
{
	struct engine *e = arg;

	e->results->interrupted = true;
	e->results->interrupt_signal = number;
	engine_cut_short(e);
}

/* Set-up ----------------------------------------------------------------- */

/* How many sockets the probes may hold together. The soft limit of descriptors
 * is raised as far as this user may. */
static size_t engine_socket_limit(void)
{
	size_t most = socket_most(DESCRIPTORS_WANTED);

	return most < DESCRIPTORS_RESERVE + SOCKETS_LEAST
		   ? SOCKETS_LEAST
		   : most - DESCRIPTORS_RESERVE;
}

static void engine_open_shared(struct engine *e, struct error *err)
{
	size_t count = 0;

	while (check_registry[count] != NULL)
		count++;
	e->window_used = mem_calloc(count + 1, sizeof *e->window_used);
	e->shared = mem_calloc(count + 1, sizeof *e->shared);
	e->opened = mem_calloc(count + 1, sizeof *e->opened);
	for (size_t i = 0; i < e->o->spec_count; i++) {
		const struct check *c = e->o->specs[i].check;
		size_t index = c != NULL ? engine_check_index(c) : SIZE_MAX;

		if (index == SIZE_MAX || e->opened[index] || c->open == NULL)
			continue;
		e->opened[index] = true;
		e->shared[index] = c->open(err);
	}
}

static void engine_close_shared(struct engine *e)
{
	for (size_t i = 0; check_registry[i] != NULL; i++)
		if (e->opened[i] && check_registry[i]->close != NULL)
			check_registry[i]->close(e->shared[i]);
	free(e->window_used);
	free(e->shared);
	free(e->opened);
}

static void engine_engine_begin(struct engine *e, struct error *err)
{
	const struct engine_options *o = e->o;

	e->all_end = &e->all;
	e->queue_end = &e->queue;
	e->sockets_max = engine_socket_limit();
	for (unsigned i = 0; i < PACE_REPEATS; i++)
		e->repeat_us[i] = socket_repeat_us(i + 1);
	e->has4 = host_has_family(ADDR_V4) != KNOWN_NO;
	e->has6 = host_has_family(ADDR_V6) != KNOWN_NO;
	engine_host_begin(e);
	gateway_watch_begin(e);
	pace_init(&e->pace, o->rate > 0 ? o->rate : ENGINE_RATE);
	e->targets = targets_new(o->rate_per_target > 0 ? o->rate_per_target
							: ENGINE_RATE_TARGET);
	e->logins = login_ledger_new();
	e->pump = loop_timer_new(e->loop, engine_pump_fired, e);
	e->collect = loop_timer_new(e->loop, engine_collect_fired, e);
	e->deadline = loop_timer_new(e->loop, engine_deadline_fired, e);
	if (o->deadline_us > 0)
		loop_timer_in(e->deadline, o->deadline_us);
	loop_on_signals(e->loop, engine_signal_caught, e);
	engine_open_shared(e, err);
	engine_progress_begin(e);
	engine_begin(e);
}

static void engine_engine_end(struct engine *e)
{
	evidence_free(e->round);
	engine_beside_free(e);
	loop_timer_free(e->next_step);
	loop_timer_free(e->tick);
	engine_host_end(e);
	gateway_watch_end(e);
	engine_end(e);
	engine_free_blocks(e);
	engine_free_filtered(e);
	engine_close_shared(e);
	pace_free(&e->pace);
	engine_attempts_end(e);
	targets_free(e->targets);
	login_ledger_free(e->logins);
	loop_timer_free(e->pump);
	loop_timer_free(e->collect);
	loop_timer_free(e->deadline);
	resolver_free(e->resolver);
	http_free(e->http);
	loop_free(e->loop);
	arena_free(&e->arena);
}

int engine_run(const struct engine_options *options, struct results *out,
	       struct error *err)
{
	struct engine e = {.o = options, .results = out};
	int64_t started;
	int rc = -1;

	memset(out, 0, sizeof *out);
	e.loop = loop_new(err);
	if (e.loop == NULL)
		return -1;
	started = loop_now(e.loop);
	out->started_us = started;
	out->started_wall_us = loop_wall(e.loop);
	e.http = http_new(e.loop, err);
	if (e.http == NULL)
		goto out;
	e.resolver = resolver_new(e.loop, err);
	if (e.resolver == NULL)
		goto out;
	engine_engine_begin(&e, err);
	if (!e.over)
		loop_run(e.loop);
	if (tls_has_no_roots()) /* and a handshake would have wanted them */
		facts_bool(&out->host, "no-roots", true);
	out->duration_us = loop_now(e.loop) - started;
	rc = 0;
out:
	if (rc == 0)
		engine_engine_end(&e);
	else {
		http_free(e.http);
		loop_free(e.loop);
	}
	return rc;
}

void results_free(struct results *r)
{
	for (size_t i = 0; i < r->count; i++) {
		facts_free(&r->items[i].facts);
		free((void *)(uintptr_t)r->items[i].id);
	}
	for (size_t i = 0; i < r->evidence_count; i++) {
		facts_free(&r->evidence[i].observed);
		free((void *)(uintptr_t)r->evidence[i].id);
	}
	free(r->items);
	free(r->evidence);
	facts_free(&r->host);
	memset(r, 0, sizeof *r);
}
