/* evidence_room.c - what the second round sends takes room of the run's rate
 * and of its target's, like all else: small bursts, as far as one second is not
 * fuller than the rate. */
#include "core/engine/evidence_internal.h"
#include "core/net/loop.h"

enum {
	ROOM_LOOK_US = 10000,
	/* A walk's first hops, and when the others follow, if none of those
	 * was the end. */
	ROOM_HOPS = 3,
	ROOM_HOPS_US = 50000,
	ROOM_SPREAD_US = 100000, /* between the first and the last packet */
	ROOM_EARLY_US = 20000
};

static bool evidence_room_is_later(const struct control_probe *f)
{
	return f->run->request.kind == EVIDENCE_HOP_WALK && f->tries == 0 &&
	       f - f->run->control_probes >= ROOM_HOPS;
}

/* A walk has got to its end with fewer hops: this one would, too. */
static bool evidence_room_is_needless(const struct control_probe *f)
{
	const struct request_run *run = f->run;

	if (!evidence_room_is_later(f))
		return false;
	for (size_t i = 0; &run->control_probes[i] < f; i++) {
		const struct control_probe *o = &run->control_probes[i];

		if (o->ok ||
		    (o->ended && o->outcome.cause == CAUSE_REFUSED &&
		     !o->outcome.has_icmp) ||
		    (o->ended && o->outcome.has_icmp &&
		     addr_equal(&o->outcome.blocker, &run->request.addr)))
			return true;
	}
	return false;
}

static struct pace *evidence_room_of(const struct evidence_round *e,
				     const struct addr *to)
{
	return &targets_get(e->room.targets, to)->pace;
}

static bool evidence_room_is_there(const struct control_probe *f)
{
	struct evidence_round *e = f->run->round;
	const struct addr *to = &f->run->request.addr;
	int64_t now = loop_now(e->loop);

	if (f->not_before_us > now)
		return false;
	if (e->room.run == NULL)
		return true;
	/* While the wire is watched, the kernel repeats it. */
	if (f->run->wire != NULL &&
	    (!pace_has_room(e->room.run, now + EVIDENCE_WAIT_US) ||
	     !pace_has_room(evidence_room_of(e, to), now + EVIDENCE_WAIT_US)))
		return false;
	return pace_has_room(e->room.run, now) &&
	       pace_has_room(evidence_room_of(e, to), now);
}

void evidence_room_note(struct evidence_round *e, const struct addr *to)
{
	const struct repeats none = {.count = 0};
	int64_t now = loop_now(e->loop);

	if (e->room.run == NULL)
		return;
	pace_burst(e->room.run, now, &none);
	pace_burst(evidence_room_of(e, to), now, &none);
}

/* Closed before the kernel repeats the first of them: what is asked again, is
 * asked by us. */
void evidence_room_wait(struct request_run *run)
{
	int64_t now = loop_now(run->round->loop);
	int64_t end = now + run->wait_us;

	if (run->unsent > 0) {
		loop_timer_cancel(run->timer);
		return;
	}
	if (run->ended)
		return;
	if (run->sent_us > 0 && now < run->sent_us + ROOM_SPREAD_US &&
	    run->wait_us >= EVIDENCE_WAIT_US)
		end = run->sent_us + run->wait_us - ROOM_EARLY_US;
	run->sent_us = 0;
	loop_timer_at(run->timer, end);
}

/* While the wire is watched, the kernel repeats a SYN once. */
static void evidence_room_take(struct control_probe *f)
{
	struct evidence_round *e = f->run->round;
	struct repeats repeats = {.count = f->run->wire != NULL,
				  .after_us = {EVIDENCE_WAIT_US}};
	int64_t now = loop_now(e->loop);

	if (e->room.run == NULL)
		return;
	pace_burst(e->room.run, now, &repeats);
	pace_burst(evidence_room_of(e, &f->run->request.addr), now, &repeats);
}

static void evidence_room_send(struct control_probe *f)
{
	if (f->run->sent_us == 0)
		f->run->sent_us = loop_now(f->run->round->loop);
	f->sent_us = loop_now(f->run->round->loop);
	evidence_room_take(f);
	control_probe_open(f);
	if (f->run->wire != NULL && f->conn != NULL)
		f->run->wire->path.local_port =
		    socket_local_port(conn_fd(f->conn));
}

/* Where sending took its time, the first ones are closed before the others:
 * each has been silent for as long as it may be. */
static void evidence_room_hush(struct request_run *run, int64_t now)
{
	if (run->ended || run->wire != NULL ||
	    run->request.transport != TRANSPORT_TCP)
		return;
	for (size_t i = 0; i < run->control_probe_count; i++) {
		struct control_probe *f = &run->control_probes[i];

		if (f->conn == NULL || f->ended || f->connected ||
		    now < f->sent_us + EVIDENCE_WAIT_US - ROOM_EARLY_US)
			continue;
		conn_close(f->conn);
		f->conn = NULL;
	}
}

static void evidence_room_hush_all(struct evidence_round *e)
{
	int64_t now = loop_now(e->loop);

	for (size_t i = 0; i < e->count; i++)
		evidence_room_hush(&e->runs[i], now);
	if (e->waiting != NULL || now < e->hush_us)
		loop_timer_in(e->pump, ROOM_LOOK_US);
}

/* In the order of asking, but one target does not hold up the others. */
static void evidence_room_pumped(void *arg)
{
	struct evidence_round *e = arg;
	struct control_probe **link = &e->waiting;

	while (*link != NULL) {
		struct control_probe *f = *link;

		if (f->waiting && !evidence_room_is_there(f)) {
			link = &f->next;
			continue;
		}
		*link = f->next;
		if (e->waiting_end == &f->next)
			e->waiting_end = link;
		if (!f->waiting) /* it is not wanted any more */
			continue;
		f->waiting = false;
		f->run->unsent--;
		e->hush_us = loop_now(e->loop) + EVIDENCE_WAIT_US;
		if (evidence_room_is_needless(f))
			control_probe_done(f);
		else
			evidence_room_send(f);
		if (f->run->unsent == 0)
			evidence_room_wait(f->run);
	}
	evidence_room_hush_all(e);
}

void evidence_probe_start(struct control_probe *f)
{
	struct evidence_round *e = f->run->round;

	evidence_probe_close(f);
	f->not_before_us =
	    evidence_room_is_later(f) ? loop_now(e->loop) + ROOM_HOPS_US : 0;
	if (e->waiting == NULL && evidence_room_is_there(f)) {
		evidence_room_send(f);
		return;
	}
	f->waiting = true;
	f->next = NULL;
	f->run->unsent++;
	*e->waiting_end = f;
	e->waiting_end = &f->next;
	loop_timer_in(e->pump, ROOM_LOOK_US);
}

void evidence_probe_close(struct control_probe *f)
{
	if (f->waiting)
		f->run->unsent--;
	f->waiting = false;
	conn_close(f->conn);
	f->conn = NULL;
}

void evidence_room_begin(struct evidence_round *e)
{
	e->waiting_end = &e->waiting;
	e->pump = loop_timer_new(e->loop, evidence_room_pumped, e);
}

void evidence_room_free(struct evidence_round *e)
{
	loop_timer_free(e->pump);
}
