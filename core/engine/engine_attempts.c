/* engine_attempts.c - when a path is tried, again and for the last time; room
 * for all that is sent is taken before. */
#include "core/engine/engine_internal.h"
#include "core/os/host.h"

#include <stdlib.h>

enum { ATTEMPTS_ROOM_US = 200000 };

static bool engine_attempts_is_stream(const struct run_probe *rp)
{
	return rp->needs == NEEDS_TCP || rp->needs == NEEDS_TLS;
}

unsigned engine_attempts_total(const struct run_probe *rp)
{
	unsigned own = rp->spec->check->attempts;
	unsigned most =
	    engine_attempts_is_stream(rp) ? ATTEMPTS_SOCKETS : ATTEMPTS_MAX;

	if (own == 0)
		return engine_attempts_is_stream(rp) ? ATTEMPTS_SOCKETS
						     : ATTEMPTS_DEFAULT;
	return own < most ? own : most;
}

unsigned engine_attempts_sockets(const struct run_probe *rp)
{
	return rp->needs == NEEDS_NOTHING ? 1 : engine_attempts_total(rp);
}

/* What is known of its time ------------------------------------------------ */

static bool engine_attempts_is_lossy(const struct run_probe *rp)
{
	return rp->e->results->lost_tries > 0 &&
	       rp->spec->check->attempts == 0 && rp->target != NULL &&
	       rp->target->answered;
}

/* Sockets that it may have: of datagrams more where the run has seen loss, as
 * far as there are any. */
static unsigned engine_attempts_most(const struct run_probe *rp)
{
	const struct engine *e = rp->e;
	unsigned most;

	if (engine_attempts_is_stream(rp) || rp->batch > 0 ||
	    !engine_attempts_is_lossy(rp))
		return rp->total;
	most = e->results->lost_tries >= LOSSY_LOST &&
		       engine_is_datagram(rp->needs)
		   ? ATTEMPTS_LOSSY
		   : ATTEMPTS_DEFAULT + ATTEMPTS_LOSS;
	if (most > rp->sockets &&
	    e->sockets + most - rp->sockets > e->sockets_max)
		return rp->total;
	return most > rp->total ? most : rp->total;
}

/* The last attempt of a connection has a time of its own; of a datagram it is
 * the wait for a reply. */
static int64_t engine_attempts_last_us(const struct run_probe *rp)
{
	return engine_attempts_is_stream(rp) || rp->e->o->reply_us == 0
		   ? ATTEMPT_LAST_US
		   : rp->e->o->reply_us;
}

static bool engine_attempts_is_quiet(const struct run_probe *rp)
{
	const struct next_hop *h = rp->target != NULL ? rp->target->hop : NULL;
	uint16_t port = rp->remote.port;

	return h != NULL && !rp->target->on_link && !h->tells &&
	       (h->silent[port / 8] >> port % 8 & 1) != 0;
}

static struct attempts engine_attempts_of(const struct run_probe *rp)
{
	struct attempts a = {.stream = engine_attempts_is_stream(rp),
			     .loss = engine_attempts_is_lossy(rp),
			     .total = engine_attempts_most(rp) - rp->batch,
			     .last_us = engine_attempts_last_us(rp)};
	const struct target_state *t = rp->target;

	if (t == NULL)
		return a;
	a.answered = t->answered;
	a.rtt = t->rtt;
	/* A datagram's answer takes the time of its service, too. */
	if (a.stream && !a.rtt.has_sample && t->hop != NULL)
		a.rtt = t->hop->rtt;
	a.quiet = engine_attempts_is_quiet(rp);
	return a;
}

/* Nothing but questions to groups is open: nobody waits for their sake. */
static bool engine_attempts_only_listen(const struct engine *e)
{
	return e->listening > 0 && e->names_open == 0 &&
	       e->done + e->listening == e->probes;
}

static int64_t engine_attempts_end_us(const struct run_probe *rp,
				      const struct attempts *a)
{
	unsigned opened = rp->started - rp->batch;
	int64_t end =
	    rp->first_us + attempts_end(a, opened, rp->last_us - rp->first_us);

	if (rp->needs == NEEDS_MULTICAST &&
	    engine_attempts_only_listen(rp->e) &&
	    end > rp->first_us + ATTEMPT_LISTEN_US)
		return rp->first_us + ATTEMPT_LISTEN_US;
	return end;
}

/* When something is to be done about it next: another attempt, or looking
 * whether packets are lost meanwhile, or giving up. */
static int64_t engine_attempts_next_us(const struct run_probe *rp)
{
	struct attempts a = engine_attempts_of(rp);
	unsigned opened = rp->started - rp->batch;
	int64_t end = engine_attempts_end_us(rp, &a);
	int64_t due =
	    rp->first_us + attempts_due(&a, opened, rp->last_us - rp->first_us);

	if (opened >= a.total && (a.stream || due <= loop_now(rp->e->loop)))
		return end;
	return due < end ? due : end;
}

static void engine_attempts_arm(struct run_probe *rp)
{
	loop_timer_at(rp->timer, engine_attempts_next_us(rp));
}

/* Giving up ---------------------------------------------------------------- */

/* That last wait was in vain: others that way need not wait as long. */
static void engine_attempts_note_quiet(const struct run_probe *rp)
{
	uint16_t port = rp->remote.port;

	if (engine_attempts_is_stream(rp) && rp->target != NULL &&
	    rp->target->hop != NULL && rp->result.heard_us == 0)
		rp->target->hop->silent[port / 8] |= (uint8_t)(1U << port % 8);
}

static void engine_attempts_give_up(struct run_probe *rp)
{
	struct attempt *last = NULL;

	for (unsigned i = 0; i < ATTEMPTS_MAX; i++) {
		if (rp->attempts[i] == NULL)
			continue;
		last = rp->attempts[i];
		attempt_deadline(last);
		if (last->outcome.cause != CAUSE_TIMEOUT)
			break; /* silence was a proper answer */
	}
	if (last == NULL)
		return;
	if (last->outcome.cause == CAUSE_TIMEOUT)
		engine_attempts_note_quiet(rp);
	probe_attempt_over(rp, last);
}

static void engine_attempts_fired(void *arg)
{
	struct run_probe *rp = arg;
	struct engine *e = rp->e;
	struct attempts a = engine_attempts_of(rp);
	int64_t now = loop_now(e->loop);

	gateway_watch_silent(rp);
	/* There was no room for it in time: the kernel's repeats do. */
	if (rp->wants_attempt && a.stream) {
		rp->wants_attempt = false;
		rp->total = rp->started;
		a = engine_attempts_of(rp);
	}
	if (engine_attempts_end_us(rp, &a) <= now && !rp->wants_attempt &&
	    (a.stream || rp->started - rp->batch >= a.total)) {
		engine_attempts_give_up(rp);
		return;
	}
	if (rp->started - rp->batch >= a.total ||
	    now < engine_attempts_next_us(rp)) {
		engine_attempts_arm(rp);
		return;
	}
	if (!rp->wants_attempt)
		engine_enqueue(rp, true);
	/* It may wait for room until the kernel has repeated the first. */
	if (a.stream)
		loop_timer_at(rp->timer,
			      (now > rp->first_us + ATTEMPT_STEP_US
				   ? now
				   : rp->first_us + ATTEMPT_STEP_US) +
				  ATTEMPTS_ROOM_US);
}

/* Room --------------------------------------------------------------------- */

/* What the kernel will repeat of an attempt that begins now. */
static struct repeats engine_attempts_repeats(const struct run_probe *rp,
					      int64_t now)
{
	struct repeats r = {.count = 0};
	struct attempts a = engine_attempts_of(rp);
	int64_t first = rp->started == rp->batch ? now : rp->first_us;
	int64_t life = first + attempts_end(&a, 0, now - first) - now;

	if (!a.stream)
		return r;
	/* A second socket prolongs the life of the first. */
	if (rp->started == rp->batch && life < ATTEMPT_ALONE_US && !a.quiet)
		life = ATTEMPT_ALONE_US - 1;
	while (r.count < PACE_REPEATS && rp->e->repeat_us[r.count] < life) {
		r.after_us[r.count] = rp->e->repeat_us[r.count];
		r.count++;
	}
	return r;
}

int64_t engine_attempts_ready_at(const struct run_probe *rp, int64_t now)
{
	struct repeats r;
	int64_t at;

	if (rp->target == NULL)
		return now;
	r = engine_attempts_repeats(rp, now);
	at = pace_when_repeated(&rp->target->pace, now, &r);
	return at > now ? at : pace_when_repeated(&rp->e->pace, now, &r);
}

bool engine_attempts_run_is_full(const struct engine *e, int64_t now)
{
	struct repeats one = {.after_us = {e->repeat_us[0]}, .count = 1};

	return pace_when_repeated(&e->pace, now, &one) > now;
}

/* How many repeats there is room for now. */
static unsigned engine_attempts_take(struct run_probe *rp, int64_t now)
{
	struct repeats r = engine_attempts_repeats(rp, now);

	pace_begin(&rp->target->pace, now, &r);
	pace_begin(&rp->e->pace, now, &r);
	return r.count;
}

void engine_attempts_settled(struct attempt *a)
{
	struct run_probe *rp = a->rp;
	struct engine *e = rp->e;
	int64_t now = loop_now(e->loop);
	struct repeats r = {.count = a->repeats};

	if (a->repeats == 0)
		return;
	for (unsigned i = 0; i < r.count; i++)
		r.after_us[i] = e->repeat_us[i];
	pace_end(&rp->target->pace, a->begun_us, &r, now);
	pace_end(&e->pace, a->begun_us, &r, now);
	a->repeats = 0;
	targets_rest(e->targets, rp->target);
}

/* Beginning ---------------------------------------------------------------- */

static void engine_attempts_run(struct run_probe *rp)
{
	struct engine *e = rp->e;
	size_t index = rp->check_index;

	rp->state = PROBE_RUNNING;
	login_hold(rp->login, rp);
	e->running++;
	rp->sockets = engine_attempts_sockets(rp);
	e->sockets += rp->sockets;
	e->listening += rp->needs == NEEDS_MULTICAST;
	rp->begun_us = loop_now(e->loop);
	if (index != SIZE_MAX)
		e->window_used[index]++;
	if (rp->target == NULL)
		return;
	rp->next_running = rp->target->running;
	rp->target->running = rp;
}

static void engine_attempts_tried(struct run_probe *rp, int64_t at)
{
	if (rp->result.attempts < RESULT_TRIES)
		rp->result.tried_us[rp->result.attempts++] = at;
}

void engine_attempts_start(struct run_probe *rp)
{
	struct engine *e = rp->e;
	int64_t now = loop_now(e->loop);
	unsigned number = rp->started, kept = 0;

	if (rp->state == PROBE_QUEUED)
		engine_attempts_run(rp);
	if (rp->started + 1 > rp->sockets) {
		e->sockets += rp->started + 1 - rp->sockets;
		rp->sockets = rp->started + 1;
	}
	if (rp->target != NULL)
		kept = engine_attempts_take(rp, now);
	if (rp->started == rp->batch)
		rp->first_us = now;
	rp->last_us = now;
	rp->wants_attempt = false;
	rp->started++;
	rp->attempts[number] = attempt_start(rp, number + 1);
	rp->attempts[number]->repeats = kept;
	engine_attempts_tried(rp, rp->attempts[number]->begun_us);
	if (rp->timer == NULL)
		rp->timer = loop_timer_new(e->loop, engine_attempts_fired, rp);
	if (rp->needs == NEEDS_NOTHING)
		return;
	rp->waits = true;
	engine_attempts_arm(rp);
	engine_beside_consider(e);
}

void engine_attempts_over(struct run_probe *rp)
{
	struct run_probe **link;

	loop_timer_free(rp->timer);
	rp->timer = NULL;
	rp->waits = rp->wants_attempt = false;
	if (rp->state != PROBE_RUNNING)
		return;
	rp->e->listening -= rp->needs == NEEDS_MULTICAST;
	if (rp->target == NULL)
		return;
	for (link = &rp->target->running; *link != NULL;
	     link = &(*link)->next_running)
		if (*link == rp) {
			*link = rp->next_running;
			return;
		}
}

/* What was tried ------------------------------------------------------------
 */

static int engine_attempts_compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

void engine_attempts_list(struct run_probe *rp)
{
	enum { HEARD_US = 800000 }; /* a try that could have been answered */
	int64_t now = loop_now(rp->e->loop);

	for (unsigned i = 0; i < ATTEMPTS_MAX; i++) {
		const struct attempt *a = rp->attempts[i];

		if (a == NULL || !engine_attempts_is_stream(rp))
			continue;
		for (unsigned k = 0; k < PACE_REPEATS; k++) {
			int64_t at = a->begun_us + rp->e->repeat_us[k];

			if (at < (a->open_us > 0 ? a->open_us : now - HEARD_US))
				engine_attempts_tried(rp, at);
		}
	}
	qsort(rp->result.tried_us, rp->result.attempts,
	      sizeof *rp->result.tried_us, engine_attempts_compare);
}

int64_t engine_attempts_answered_us(const struct run_probe *rp,
				    const struct attempt *a)
{
	struct socket_progress progress = {0};
	int64_t sent = a->begun_us;

	if (!engine_attempts_is_stream(rp) || a->conn == NULL ||
	    a->open_us == 0 || !socket_progress(conn_fd(a->conn), &progress) ||
	    progress.repeats == 0 || progress.trip_us == 0)
		return sent;
	for (unsigned k = 0; k < PACE_REPEATS && k < progress.repeats; k++) {
		int64_t at = a->begun_us + rp->e->repeat_us[k];

		/* What was answered then took that long. */
		if (at <= a->open_us - progress.trip_us)
			sent = at;
	}
	return sent;
}

/* Samples ------------------------------------------------------------------ */

static void engine_attempts_arm_waiting(struct run_probe *rp)
{
	if (rp->waits && !rp->wants_attempt && rp->result.heard_us == 0)
		engine_attempts_arm(rp);
}

void engine_attempts_sample(struct run_probe *rp, int64_t took_us)
{
	struct target_state *t = rp->target;
	bool knew = t->rtt.has_sample;
	bool hop_knew = t->hop == NULL || t->hop->rtt.has_sample;

	if (took_us > 0) {
		rtt_sample(&t->rtt, took_us);
		if (t->hop != NULL)
			rtt_sample(&t->hop->rtt, took_us);
	}
	for (struct run_probe *o = t->running; !knew && o != NULL;
	     o = o->next_running)
		engine_attempts_arm_waiting(o);
	for (struct run_probe *o = rp->e->all;
	     !hop_knew && t->hop->rtt.has_sample && o != NULL; o = o->next_all)
		if (o->target != NULL && o->target->hop == t->hop)
			engine_attempts_arm_waiting(o);
}

void engine_attempts_told(struct run_probe *rp)
{
	if (rp->target != NULL && rp->target->hop != NULL)
		rp->target->hop->tells = true;
}

void engine_attempts_check(struct engine *e)
{
	for (struct run_probe *rp = e->all;
	     engine_attempts_only_listen(e) && rp != NULL; rp = rp->next_all)
		if (rp->needs == NEEDS_MULTICAST &&
		    rp->state == PROBE_RUNNING && rp->waits)
			engine_attempts_arm(rp);
}

/* Next hops ---------------------------------------------------------------- */

struct next_hop *engine_attempts_hop(struct engine *e, const struct addr *to,
				     const struct host_route *route)
{
	struct addr at = route->gateway;
	struct next_hop *h;

	if (at.family == ADDR_NONE) {
		if (route->local || !host_route_is_direct(route))
			return NULL;
		at = (struct addr){.family = to->family};
	}
	for (h = e->hops; h != NULL; h = h->next)
		if (addr_equal(&h->addr, &at))
			return h;
	h = mem_calloc(1, sizeof *h);
	h->addr = at;
	h->next = e->hops;
	e->hops = h;
	return h;
}

void engine_attempts_end(struct engine *e)
{
	for (struct next_hop *h = e->hops, *next; h != NULL; h = next) {
		next = h->next;
		free(h);
	}
}
