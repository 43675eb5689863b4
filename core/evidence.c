/* evidence.c - gathers what the second round wishes to know. */
#include "evidence.h"
#include "conn.h"
#include "host.h"
#include "mem.h"
#include "sched.h"

#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include <stdlib.h>
#include <string.h>

/* One small probe of a wish: a connection with a TTL of its own. */
struct feeler {
	struct wish_run *run;
	struct conn *conn;
	int ttl, min_ttl;
	unsigned tries;
	bool ended;
	bool open; /* connected, or answered */
	bool silent;
	struct outcome outcome;
};

struct wish_run {
	struct evidence_round *round;
	struct evidence_wish wish;
	size_t feeler_count, feelers_done;
	struct feeler feelers[EVIDENCE_HOPS_MAX];
	struct loop_timer *timer;
	int64_t wait_us; /* for silence to count, per try */
	bool ended;
};

struct evidence_round {
	struct loop *loop;
	const struct engine_options *o;
	struct results *r;
	size_t count, done_count;
	struct wish_run *runs;
	void (*done)(void *arg);
	void *arg;
	struct loop_timer *soon;
};

/* A lost packet must not pass for silence: whatever may be silent is sent
 * twice, the reset's upper feelers at once, the others one after the other. */
enum { PORT_DISCARD = 9 }; /* RFC 863: whatever comes, no answer */

enum { FEELER_TRIES = 2, RESET_LOWER = 0, RESET_UPPER = 1, RESET_FEELERS = 3 };

static void feeler_start(struct feeler *f);

/* Writing down ----------------------------------------------------------- */

static struct evidence *add(struct evidence_round *e,
			    const struct evidence_wish *w)
{
	struct results *r = e->r;
	struct evidence *v;

	r->evidence = mem_grow(r->evidence, &r->evidence_capacity,
			       r->evidence_count + 1, sizeof *r->evidence);
	v = &r->evidence[r->evidence_count++];
	v->id = mem_printf("e%zu", r->evidence_count);
	v->kind = w->kind;
	v->result = w->result;
	v->addr = w->addr;
	v->port = w->port;
	v->transport = w->transport;
	return v;
}

/* The numbers of the two families overlap: ICMP 3 is "unreachable". */
static bool is_time_exceeded(const struct outcome *o)
{
	return o->icmp_type == (o->blocker.family == AF_INET6
				    ? ICMP6_TIME_EXCEEDED
				    : ICMP_TIME_EXCEEDED);
}

static void write_hops(struct wish_run *run)
{
	struct evidence *v = add(run->round, &run->wish);
	char text[ADDR_TEXT], link[HOST_LINK] = "";
	const struct feeler *last = NULL;
	bool reached = false;

	for (size_t i = 0; i < run->feeler_count; i++) {
		const struct feeler *f = &run->feelers[i];
		const struct addr *who = &f->outcome.blocker;

		if (f->open || (f->ended && f->outcome.cause == CAUSE_REFUSED &&
				!f->outcome.has_icmp)) {
			reached = true;
			continue;
		}
		if (!f->outcome.has_icmp)
			continue;
		if (addr_equal(who, &run->wish.addr)) {
			reached = true;
			continue;
		}
		if (is_time_exceeded(&f->outcome)) {
			last = f;
			facts_append(&v->observed, "hops",
				     addr_text(who, text));
		}
	}
	facts_bool(&v->observed, "reached", reached);
	if (last == NULL)
		return;
	facts_number(&v->observed, "last-hop", last->ttl);
	facts_string(&v->observed, "last-hop-address",
		     addr_text(&last->outcome.blocker, text));
	/* The first hop is whom the frame was sent to. */
	if (last->ttl == 1)
		host_next_hop_link(&run->wish.addr, link);
	if (link[0] != '\0')
		facts_string(&v->observed, "last-hop-link", link);
}

static void write_reset(struct wish_run *run)
{
	struct evidence *v = add(run->round, &run->wish);
	const struct feeler *lower = &run->feelers[RESET_LOWER];
	bool nearer = false, silent = true;
	bool seen = !lower->silent && lower->outcome.cause == CAUSE_REFUSED;

	for (size_t i = RESET_UPPER; i < RESET_FEELERS; i++) {
		const struct feeler *f = &run->feelers[i];

		silent = silent && f->silent;
		nearer |= !f->silent && f->outcome.cause == CAUSE_REFUSED;
	}
	facts_number(&v->observed, "answer-ttl", run->wish.ttl);
	facts_bool(&v->observed, "reset-seen", seen);
	facts_bool(&v->observed, "agrees", seen && silent);
	facts_bool(&v->observed, "nearer", nearer);
}

static void write_control(struct wish_run *run)
{
	struct evidence *v = add(run->round, &run->wish);
	const struct feeler *f = &run->feelers[0];

	if (run->wish.what != NULL)
		facts_string(&v->observed, "what", run->wish.what);
	facts_bool(&v->observed, "ok", f->open);
	facts_string(
	    &v->observed, "cause",
	    f->open ? "ok"
		    : cause_name(f->silent ? CAUSE_TIMEOUT : f->outcome.cause));
}

/* The table as it is now, after what was sent there (run: NULL, nothing). */
static void write_neighbour(struct evidence_round *e,
			    const struct evidence_wish *w,
			    const struct wish_run *run)
{
	struct evidence *v = add(e, w);
	const struct feeler *f = run == NULL ? NULL : &run->feelers[0];
	struct host_neighbour_entry entry;
	char text[ADDR_TEXT];

	host_neighbour(&w->addr, &entry);
	/* "Port unreachable" from itself: it is there. */
	if (f != NULL && f->ended &&
	    (f->open || addr_equal(&f->outcome.blocker, &w->addr)))
		entry.state = NEIGHBOUR_REACHABLE;
	facts_string(&v->observed, "address", addr_text(&w->addr, text));
	facts_string(&v->observed, "state", host_neighbour_name(entry.state));
	if (entry.link[0] != '\0')
		facts_string(&v->observed, "link", entry.link);
}

/* An entry from before proves nothing, and of an address that was never asked
 * for there is none: a packet to it makes the kernel ask. */
static bool neighbour_wants_packet(const struct addr *a)
{
	struct host_neighbour_entry entry;
	struct host_route route;

	host_route(a, &route);
	if (!route.found || route.local || route.gateway.family != AF_UNSPEC)
		return false;
	host_neighbour(a, &entry);
	return entry.state == NEIGHBOUR_NONE || entry.state == NEIGHBOUR_KNOWN;
}

static void write_route(struct evidence_round *e, const struct evidence_wish *w)
{
	struct evidence *v = add(e, w);
	struct host_route route;
	char text[ADDR_TEXT];

	host_route(&w->addr, &route);
	facts_bool(&v->observed, "found", route.found);
	if (!route.found) {
		facts_string(&v->observed, "error", strerror(route.error));
		return;
	}
	if (route.gateway.family != AF_UNSPEC)
		facts_string(&v->observed, "gateway",
			     addr_text(&route.gateway, text));
	if (route.source.family != AF_UNSPEC)
		facts_string(&v->observed, "source",
			     addr_text(&route.source, text));
	facts_string(&v->observed, "device", route.interface_name);
}

/* Wishes that send ------------------------------------------------------- */

static void run_ended(struct wish_run *run)
{
	struct evidence_round *e = run->round;

	if (run->ended)
		return;
	run->ended = true;
	loop_timer_cancel(run->timer);
	if (run->wish.kind == EVIDENCE_HOP_WALK)
		write_hops(run);
	else if (run->wish.kind == EVIDENCE_RESET_TTL)
		write_reset(run);
	else if (run->wish.kind == EVIDENCE_NEIGHBOUR)
		write_neighbour(e, &run->wish, run);
	else
		write_control(run);
	if (++e->done_count == e->count)
		e->done(e->arg);
}

static void feeler_ended(struct feeler *f)
{
	struct wish_run *run = f->run;

	f->ended = true;
	conn_close(f->conn);
	f->conn = NULL;
	if (++run->feelers_done == run->feeler_count)
		run_ended(run);
}

static bool is_datagram(const struct evidence_wish *w)
{
	return w->transport == TRANSPORT_UDP || w->kind == EVIDENCE_NEIGHBOUR;
}

static void feeler_event(void *arg, enum conn_event event)
{
	struct feeler *f = arg;

	if (f->ended)
		return;
	if (event == CONN_OPEN && is_datagram(&f->run->wish)) {
		conn_send(f->conn, "", 0); /* an empty datagram */
		return;
	}
	if (event == CONN_FAILED)
		f->outcome = *conn_outcome(f->conn);
	else
		f->open = true;
	f->silent = false;
	feeler_ended(f);
}

static void feeler_start(struct feeler *f)
{
	struct evidence_round *e = f->run->round;
	const struct evidence_wish *w = &f->run->wish;
	struct socket_options s = {.kind = is_datagram(w) ? SOCKET_DATAGRAM
							  : SOCKET_STREAM,
				   .remote = w->addr,
				   .source = e->o->source,
				   .interface = e->o->interface,
				   .ttl = f->ttl,
				   .min_ttl = f->min_ttl};

	s.remote.port = w->kind == EVIDENCE_NEIGHBOUR ? PORT_DISCARD : w->port;
	f->tries++;
	conn_close(f->conn);
	f->conn = conn_open(e->loop, &s, feeler_event, f, &f->outcome);
	f->silent = f->conn != NULL;
}

/* A second has passed: the silent ones once more, then it is over. */
static void run_tick(void *arg)
{
	struct wish_run *run = arg;
	bool again = false;

	for (size_t i = 0; i < run->feeler_count; i++) {
		struct feeler *f = &run->feelers[i];

		if (f->ended || f->tries >= FEELER_TRIES ||
		    (run->wish.kind == EVIDENCE_RESET_TTL && i != RESET_LOWER))
			continue;
		feeler_start(f);
		again = true;
	}
	if (again)
		loop_timer_in(run->timer, run->wait_us);
	else
		run_ended(run);
}

/* A reset is as fast as the one that was seen; all else gets a second. */
static int64_t wait_of(const struct results *r, const struct evidence_wish *w)
{
	int64_t seen;

	if (w->kind != EVIDENCE_RESET_TTL || w->result >= r->count)
		return EVIDENCE_WAIT_US;
	seen = 4 * r->items[w->result].timings.total;
	if (seen < RTT_FLOOR_US)
		return RTT_FLOOR_US;
	return seen < EVIDENCE_WAIT_US ? seen : EVIDENCE_WAIT_US;
}

static void run_start(struct wish_run *run)
{
	struct evidence_wish *w = &run->wish;

	run->wait_us = wait_of(run->round->r, w);

	run->timer = loop_timer_new(run->round->loop, run_tick, run);
	run->feeler_count = 1;
	if (w->kind == EVIDENCE_HOP_WALK)
		run->feeler_count = EVIDENCE_HOPS_MAX;
	else if (w->kind == EVIDENCE_RESET_TTL)
		run->feeler_count = RESET_FEELERS;
	for (size_t i = 0; i < run->feeler_count; i++) {
		struct feeler *f = &run->feelers[i];

		f->run = run;
		if (w->kind == EVIDENCE_HOP_WALK)
			f->ttl = (int)i + 1;
		else if (w->kind == EVIDENCE_RESET_TTL)
			f->min_ttl = w->ttl + (i >= RESET_UPPER ? 1 : 0);
		feeler_start(f);
	}
	loop_timer_in(run->timer, run->wait_us);
}

/* The round -------------------------------------------------------------- */

/* What a wish leaves open comes from its result. */
static void complete_wish(const struct results *r, struct evidence_wish *w)
{
	const struct result *about;

	if (w->result >= r->count || w->addr.family != AF_UNSPEC)
		return;
	about = &r->items[w->result];
	w->addr = about->addr;
	w->port = about->port;
	w->transport = about->spec->transport;
}

static void round_nothing(void *arg)
{
	struct evidence_round *e = arg;

	e->done(e->arg);
}

static bool sends(const struct evidence_wish *w)
{
	if (w->kind == EVIDENCE_HOP_WALK || w->kind == EVIDENCE_CONTROL)
		return w->transport != TRANSPORT_ICMP;
	return w->kind == EVIDENCE_RESET_TTL || w->kind == EVIDENCE_NEIGHBOUR;
}

struct evidence_round *evidence_start(struct loop *l,
				      const struct engine_options *options,
				      struct results *r,
				      const struct evidence_wish *wishes,
				      size_t count, void (*done)(void *arg),
				      void *arg)
{
	struct evidence_round *e = mem_calloc(1, sizeof *e);

	e->loop = l;
	e->o = options;
	e->r = r;
	e->done = done;
	e->arg = arg;
	e->runs = mem_calloc(count + 1, sizeof *e->runs);
	for (size_t i = 0; i < count; i++) {
		struct evidence_wish w = wishes[i];

		complete_wish(r, &w);
		if (w.addr.family == AF_UNSPEC)
			continue;
		if (w.kind == EVIDENCE_NEIGHBOUR &&
		    !neighbour_wants_packet(&w.addr)) {
			write_neighbour(e, &w, NULL);
			continue;
		}
		if (w.kind == EVIDENCE_ROUTE)
			write_route(e, &w);
		if (!sends(&w))
			continue;
		e->runs[e->count].round = e;
		e->runs[e->count++].wish = w;
	}
	for (size_t i = 0; i < e->count; i++)
		run_start(&e->runs[i]);
	if (e->count == 0) {
		e->soon = loop_timer_new(l, round_nothing, e);
		loop_timer_in(e->soon, 0);
	}
	return e;
}

void evidence_free(struct evidence_round *e)
{
	if (e == NULL)
		return;
	for (size_t i = 0; i < e->count; i++) {
		for (size_t k = 0; k < e->runs[i].feeler_count; k++)
			conn_close(e->runs[i].feelers[k].conn);
		loop_timer_free(e->runs[i].timer);
	}
	loop_timer_free(e->soon);
	free(e->runs);
	free(e);
}

const char *evidence_kind_name(enum evidence_kind kind)
{
	static const char *const names[EVIDENCE_COUNT] = {
	    [EVIDENCE_HOP_WALK] = "hop-walk",
	    [EVIDENCE_RESET_TTL] = "reset-ttl",
	    [EVIDENCE_NEIGHBOUR] = "neighbour",
	    [EVIDENCE_ROUTE] = "route",
	    [EVIDENCE_CONTROL] = "control",
	};

	return names[kind];
}
