/*
 * evidence_flows.c - many connections to one path, each from a port of its own:
 * on a bundle of lines with a dead member, some flows are never answered,
 * whatever is repeated.
 *
 * Paced like the probes of a run; held for three repeats each, and closed at
 * once when answered. The ports of the dead ones are then asked with a small
 * time to live, to see how far they get.
 */
#include "core/engine/evidence_internal.h"
#include "core/base/mem.h"
#include "core/engine/sched.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	FLOWS_REPEATS = 3,
	FLOWS_TICK_US = 20000,
	FLOWS_PORTS = 16, /* that are named */
	FLOWS_PER_HOP = 2 /* a reply may be held back, or get lost */
};

struct flow {
	struct flows *set;
	struct conn *conn;
	uint16_t port;
	int64_t begun_us, answered_us; /* 0: it was not */
	unsigned repeats;              /* sent so far */
};

struct flows {
	struct request_run *run;
	struct flow items[EVIDENCE_FLOWS_MAX];
	size_t opened, answered;
	bool failed;                     /* this host opens no more */
	struct pace own_run, own_target; /* where the round has none */
	struct pace *run_pace, *target_pace;
	struct repeats kept; /* of each, that there is room for */
	struct loop_timer *timer;
	int64_t last_us; /* when the last one was opened */
	int64_t repeat_us[FLOWS_REPEATS];
	struct dns_round_trip dns;
	uint8_t question[DNS_ROUND_TRIP_QUERY_MAX];
	size_t length; /* of the question; 0: streams */
};

/* One flow ---------------------------------------------------------------- */

static void flow_close(struct flow *f)
{
	struct flows *s = f->set;
	int64_t now = loop_now(s->run->round->loop);

	if (f->conn == NULL)
		return;
	pace_end(s->run_pace, f->begun_us, &s->kept, now);
	pace_end(s->target_pace, f->begun_us, &s->kept, now);
	conn_close(f->conn);
	f->conn = NULL;
}

/* A refusal is an answer, too. */
static void flow_event(void *arg, enum conn_event event)
{
	struct flow *f = arg;
	struct flows *s = f->set;

	if (event == CONN_OPEN && s->length > 0) {
		conn_send(f->conn, s->question, s->length);
		return;
	}
	f->answered_us = loop_now(s->run->round->loop);
	s->answered++;
	flow_close(f);
}

static void flow_open(struct flows *s)
{
	const struct engine_options *o = s->run->round->o;
	struct flow *f = &s->items[s->opened];
	struct outcome failure;
	struct socket_options options = {.kind = s->length > 0 ? SOCKET_DATAGRAM
							       : SOCKET_STREAM,
					 .remote = s->run->request.addr,
					 .source = o->source,
					 .interface = o->interface};

	options.remote.port = s->run->request.port;
	f->set = s;
	f->begun_us = s->last_us = loop_now(s->run->round->loop);
	f->conn =
	    conn_open(s->run->round->loop, &options, flow_event, f, &failure);
	s->failed = f->conn == NULL;
	if (s->failed)
		return;
	pace_begin(s->run_pace, f->begun_us, &s->kept);
	pace_begin(s->target_pace, f->begun_us, &s->kept);
	f->port = socket_local_port(conn_fd(f->conn));
	s->opened++;
}

/* Repeats count towards the rate, and room for them was taken: those of streams
 * are the kernel's, those of datagrams ours. */
static void flow_repeat(struct flow *f, int64_t now)
{
	struct flows *s = f->set;

	while (f->repeats < FLOWS_REPEATS && f->answered_us == 0 &&
	       now >= f->begun_us + s->repeat_us[f->repeats]) {
		f->repeats++;
		if (s->length > 0)
			conn_send(f->conn, s->question, s->length);
	}
}

/* All of them ------------------------------------------------------------- */

/* How far do packets from the ports of dead flows get? */
static void flows_place(struct flows *s)
{
	struct request_run *run = s->run;

	for (size_t i = 0; i < s->opened; i++) {
		struct control_probe *f =
		    &run->control_probes[run->control_probe_count];

		if (s->items[i].answered_us > 0 || s->items[i].port == 0)
			continue;
		flow_close(&s->items[i]);
		if (run->control_probe_count == EVIDENCE_FLOWS_WALK)
			continue;
		f->run = run;
		f->local_port = s->items[i].port;
		f->ttl = (int)(run->control_probe_count++ / FLOWS_PER_HOP) + 1;
	}
	for (size_t i = 0; i < run->control_probe_count; i++)
		evidence_probe_start(&run->control_probes[i]);
	if (run->control_probe_count > 0)
		evidence_room_wait(run);
	else
		evidence_run_ended(run);
}

static void flows_tick(void *arg)
{
	struct flows *s = arg;
	int64_t now = loop_now(s->run->round->loop);
	int64_t next = now + FLOWS_TICK_US, pace;

	for (size_t i = 0; i < s->opened; i++)
		flow_repeat(&s->items[i], now);
	if (s->opened < EVIDENCE_FLOWS_MAX && !s->failed) {
		if (pace_when_repeated(s->run_pace, now, &s->kept) <= now &&
		    pace_when_repeated(s->target_pace, now, &s->kept) <= now)
			flow_open(s);
		pace = pace_when_repeated(s->target_pace, now, &s->kept);
		next = pace < next ? pace : next;
	} else if (s->answered == s->opened ||
		   now >= s->last_us + s->repeat_us[FLOWS_REPEATS - 1] +
			      EVIDENCE_WAIT_US) {
		flows_place(s);
		return;
	}
	loop_timer_at(s->timer, next);
}

struct flows *flows_start(struct request_run *run)
{
	const struct engine_options *o = run->round->o;
	const struct evidence_room *room = &run->round->room;
	struct flows *s = mem_calloc(1, sizeof *s);

	s->run = run;
	pace_init(&s->own_run, o->rate > 0 ? o->rate : ENGINE_RATE);
	pace_init(&s->own_target, o->rate_per_target > 0 ? o->rate_per_target
							 : ENGINE_RATE_TARGET);
	s->run_pace = &s->own_run;
	s->target_pace = &s->own_target;
	if (room->run != NULL) {
		s->run_pace = room->run;
		s->target_pace =
		    &targets_get(room->targets, &run->request.addr)->pace;
	}
	for (unsigned i = 0; i < FLOWS_REPEATS; i++)
		s->repeat_us[i] = s->kept.after_us[i] = socket_repeat_us(i + 1);
	s->kept.count = FLOWS_REPEATS;
	s->dns.type = DNS_A;
	if (run->request.transport == TRANSPORT_UDP)
		s->length =
		    dns_round_trip_ask(&s->dns, run->request.host, s->question);
	s->timer = loop_timer_new(run->round->loop, flows_tick, s);
	loop_timer_in(s->timer, 0);
	return s;
}

void flows_free(struct flows *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->opened; i++)
		flow_close(&s->items[i]);
	loop_timer_free(s->timer);
	pace_free(&s->own_run);
	pace_free(&s->own_target);
	free(s);
}

void flows_write(struct request_run *run, struct evidence *v)
{
	const struct flows *s = run->flows;
	int64_t at_once = 0, after = 0, repeats = 0;
	size_t named = 0;
	char text[8];

	for (size_t i = 0; i < s->opened; i++) {
		const struct flow *f = &s->items[i];

		repeats += f->answered_us > 0 ? f->repeats : 0;
		at_once += f->answered_us > 0 && f->repeats == 0;
		after += f->answered_us > 0 && f->repeats > 0;
		if (f->answered_us > 0 || named++ >= FLOWS_PORTS)
			continue;
		snprintf(text, sizeof text, "%u", (unsigned)f->port);
		facts_append(&v->observed, "dead-ports", text);
	}
	facts_number(&v->observed, "opened", (int64_t)s->opened);
	facts_number(&v->observed, "at-once", at_once);
	facts_number(&v->observed, "after-repeats", after);
	facts_number(&v->observed, "repeats", repeats);
	facts_number(&v->observed, "dead", (int64_t)(s->opened - s->answered));
	facts_number(&v->observed, "held-repeats", FLOWS_REPEATS);
	if (run->control_probe_count > 0)
		evidence_write_hops(run, v);
}
