/*
 * controls_nearer.c - who accepts a connection of which nothing more is known:
 * its host, or a box before it? It is opened once more with as few hops as
 * there are routers on the way. Where it opens, other packets to that host show
 * whether so few hops reach it; then fewer are tried, which shows the place.
 *
 * Packets that expire draw ICMP errors, and routers limit those: what failures
 * leave open is asked first.
 */
#include "report/controls/controls_plan_internal.h"

#include "report/nearer.h"
#include "report/open_ports.h"

enum {
	NEARER_STEP = 2, /* from here on whatever else is asked */
	NEARER_LOW = 64, /* what systems start a time to live with */
	NEARER_MIDDLE = 128,
	NEARER_HIGH = 255,
	NEARER_DESCENTS = 4, /* places that are looked for, per step */
	NEARER_LATER = 4,
	PORT_SMB = 445,
	NEARER_LEAST_US = 250000
};

/* Nothing more is known of it than an open connection; of a device also where
 * the service was silent then. */
static bool controls_nearer_is_candidate(const struct controls_plan *w,
					 size_t index, bool alone)
{
	const struct result *r = &w->results->items[index];
	const struct result_context *v = &w->correlation->contexts[index];
	const struct evidence *other;

	if (r->on_link || r->why != WHY_NONE || r->addr.family == ADDR_NONE ||
	    r->same_as != SIZE_MAX || !controls_is_usable(w, index) ||
	    v->accepted)
		return false;
	if (alone ? !open_ports_is_connect(r)
		  : v->internet || !open_ports_is_mute(r))
		return false;
	other = open_ports_evidence(w->results, &r->addr, OPEN_PORTS_FIRST);
	/* Not where every port of it does. */
	return other == NULL || !open_ports_opened(other, OPEN_PORTS_FIRST);
}

/* Routers on the way back, as an answer of that host gives them; 0: none, or
 * not known. */
static int controls_nearer_routers(const struct controls_plan *w, size_t index)
{
	const struct evidence *e =
	    correlation_control(w->correlation, index, NEARER_ECHO_WHAT);
	int ttl = controls_ttl(w, index);

	if (ttl == 0 && e != NULL)
		ttl = (int)correlation_number(&e->observed, "answer-ttl", 0);
	if (ttl <= 0 || ttl > NEARER_HIGH)
		return 0;
	return (ttl <= NEARER_LOW      ? NEARER_LOW
		: ttl <= NEARER_MIDDLE ? NEARER_MIDDLE
				       : NEARER_HIGH) -
	       ttl;
}

static int64_t controls_nearer_wait(const struct result *r)
{
	int64_t wait = r->timings.connect * NEARER_LATER;

	if (wait < NEARER_LEAST_US)
		return NEARER_LEAST_US;
	return wait < EVIDENCE_WAIT_US ? wait : EVIDENCE_WAIT_US;
}

/* hops 0: all. port 0: an echo request. */
static void controls_nearer_ask(struct controls_plan *w, const char *what,
				size_t index, uint16_t port, int hops)
{
	const struct result *r = &w->results->items[index];
	struct evidence_request request = {
	    .kind = EVIDENCE_CONTROL,
	    .result = index,
	    .what = what,
	    .addr = r->addr,
	    .port = port,
	    .transport = port == 0 ? TRANSPORT_ICMP : TRANSPORT_TCP,
	    .talk = port == 0 ? TALK_ECHO : TALK_OPEN,
	    .ttl = hops,
	    .wait_us = controls_nearer_wait(r)};

	controls_add(w, &request);
}

/* One path of each network and port first, then others as far as there is
 * room. `echo`: how far hosts are of which that is not known. */
static void controls_nearer_pass(struct controls_plan *w, bool echo,
				 struct map *seen, size_t *asked, int pass)
{
	for (size_t i = 0; i < w->results->count; i++) {
		const struct result *r = &w->results->items[i];
		size_t *count = &asked[r->addr.family == ADDR_V6];
		char text[ADDR_TEXT];
		size_t *path, *network;
		int routers;

		if (*count == CONTROLS_NEARER_PATHS ||
		    !controls_nearer_is_candidate(w, i, pass < 2))
			continue;
		routers = controls_nearer_routers(w, i);
		if (echo ? controls_ttl(w, i) > 0 : routers == 0)
			continue;
		network = map_at(
		    seen, arena_printf(&w->arena, "%s net %u",
				       open_ports_network(&r->addr, text),
				       echo ? 0U : (unsigned)r->port));
		if (pass % 2 == 0 && *network != SIZE_MAX)
			continue;
		*network = i;
		path =
		    map_at(seen, arena_printf(&w->arena, "%s %u",
					      addr_text(&r->addr, text),
					      echo ? 0U : (unsigned)r->port));
		if (*path != SIZE_MAX)
			continue;
		*path = i;
		++*count;
		if (echo)
			controls_nearer_ask(w, NEARER_ECHO_WHAT, i, 0, 0);
		else
			controls_nearer_ask(w, NEARER_WHAT, i, r->port,
					    routers);
	}
}

static void controls_nearer_passes(struct controls_plan *w, bool echo)
{
	struct map seen = {0};
	size_t asked[2] = {0};

	for (int pass = 0; pass < 4; pass++)
		controls_nearer_pass(w, echo, &seen, asked, pass);
	map_free(&seen);
}

void controls_distance(struct controls_plan *w)
{
	controls_nearer_passes(w, true);
}

/* Do so few hops reach the host? */
static void controls_nearer_ask_beyond(struct controls_plan *w, size_t index,
				       int hops)
{
	const struct addr *a = &w->results->items[index].addr;

	if (nearer_evidence(w->results, NEARER_BEYOND_WHAT, a, 0, hops) != NULL)
		return;
	for (size_t i = 0; i < w->count; i++) {
		if (w->out[i].what != NULL && w->out[i].ttl == hops &&
		    w->out[i].transport == TRANSPORT_ICMP &&
		    addr_equal(&w->out[i].addr, a))
			return;
	}
	controls_nearer_ask(w, NEARER_BEYOND_WHAT, index, 0, hops);
	controls_nearer_ask(w, NEARER_BEYOND_WHAT, index, OPEN_PORTS_FIRST,
			    hops);
}

/* An application's answer is the better witness: what accepts nearer may pass
 * all of it on to the host. */
static void controls_nearer_ask_service(struct controls_plan *w, size_t index)
{
	const struct result *r = &w->results->items[index];
	struct evidence_request request = {.kind = EVIDENCE_CONTROL,
					   .result = index,
					   .what = NEARER_SERVICE_WHAT,
					   .addr = r->addr,
					   .port = r->port,
					   .transport = TRANSPORT_TCP,
					   .talk = TALK_SMB};

	if (r->port == PORT_SMB && open_ports_is_connect(r))
		controls_add(w, &request);
}

static void controls_nearer_follow(struct controls_plan *w,
				   const struct evidence *e, size_t *descents)
{
	int hops = nearer_hops(e, NEARER_WHAT);
	struct nearer seen = nearer_path(w->results, &e->addr, e->port);

	if (!nearer_opens(e) || e->result >= w->results->count)
		return;
	if (nearer_evidence(w->results, NEARER_BEYOND_WHAT, &e->addr, 0,
			    hops) == NULL) {
		controls_nearer_ask_beyond(w, e->result, hops);
		controls_nearer_ask_service(w, e->result);
		return;
	}
	if (seen.opened != e || hops == 1 || *descents == NEARER_DESCENTS ||
	    nearer_evidence(w->results, NEARER_WHAT, &e->addr, e->port,
			    hops - 1) != NULL)
		return;
	++*descents;
	controls_nearer_ask(w, NEARER_WHAT, e->result, e->port, hops - 1);
	controls_nearer_ask_beyond(w, e->result, hops - 1);
}

void controls_nearer(struct controls_plan *w, unsigned step)
{
	size_t descents = 0;
	bool asked = false;

	if (step == 0 || (w->count > 0 && step < NEARER_STEP))
		return;
	for (size_t i = 0; i < w->results->evidence_count; i++) {
		asked |= nearer_hops(&w->results->evidence[i], NEARER_WHAT) > 0;
		controls_nearer_follow(w, &w->results->evidence[i], &descents);
	}
	if (!asked)
		controls_nearer_passes(w, false);
}
