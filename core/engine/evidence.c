/* evidence.c - gathers what the second round requests to know. */
#include "core/engine/evidence.h"
#include "core/engine/evidence_internal.h"
#include "core/os/host.h"
#include "core/base/mem.h"
#include "core/engine/sched.h"
#include "core/os/can.h"

#include <stdlib.h>
#include <string.h>

/* Requests that send ----------------------------------------------------- */

void evidence_run_ended(struct request_run *run)
{
	struct evidence_round *e = run->round;

	if (run->ended)
		return;
	run->ended = true;
	loop_timer_cancel(run->timer);
	evidence_write(run);
	evidence_gateway_stop(run);
	for (size_t i = 0; i < run->control_probe_count; i++)
		evidence_probe_close(&run->control_probes[i]);
	if (++e->done_count == e->count)
		e->done(e->arg);
}

void control_probe_done(struct control_probe *f)
{
	struct request_run *run = f->run;

	f->ended = true;
	f->silent = false;
	evidence_probe_close(f);
	if (++run->control_probes_done == run->control_probe_count)
		evidence_run_ended(run);
}

/* A reply may be lost, and a router may not send any: so many hops are asked
 * again, counted beyond the last one that replied. */
static size_t evidence_hops_again(const struct request_run *run)
{
	enum { HOPS_BEYOND = 4 };
	size_t replied = 0;

	for (size_t i = 0; i < run->control_probe_count; i++)
		if (run->control_probes[i].outcome.has_icmp)
			replied = i + 1;
	return replied + HOPS_BEYOND;
}

/* No answer for a second: tries once more, unless the path has opened
 * meanwhile. */
static bool evidence_wants_again(const struct request_run *run, size_t i)
{
	const struct control_probe *f = &run->control_probes[i];

	if (f->ended || f->connected || f->tries >= CONTROL_PROBE_TRIES)
		return false;
	if (run->request.kind == EVIDENCE_HOP_WALK)
		return i < evidence_hops_again(run);
	return run->request.kind != EVIDENCE_RESET_TTL ||
	       (run->request.reset_at == 0 && i == RESET_LOWER);
}

static void evidence_run_start(struct request_run *run);

/* To link addresses: the same question for each try. */
static bool evidence_link_send(struct request_run *run)
{
	if (run->ask == NULL || run->ask->answered ||
	    run->asked++ == CONTROL_PROBE_TRIES)
		return false;
	link_ask_send(run->ask);
	return true;
}

/* Asks the silent ones once more; false: none is left to be asked. */
static bool evidence_run_again(struct request_run *run)
{
	bool again = false;

	if (run->request.kind == EVIDENCE_GATEWAY)
		return evidence_gateway_send(run);
	if (run->request.kind == EVIDENCE_CLAIMANTS ||
	    run->request.kind == EVIDENCE_VIA)
		return evidence_link_send(run);
	if (run->request.kind == EVIDENCE_WIRE)
		return evidence_wire_again(run);
	for (size_t i = 0; i < run->control_probe_count; i++) {
		struct control_probe *f = &run->control_probes[i];

		if (f->connected && !f->ended &&
		    f->tries < CONTROL_PROBE_TRIES) {
			f->tries = CONTROL_PROBE_TRIES;
			again = true;
		}
		if (!evidence_wants_again(run, i))
			continue;
		evidence_probe_start(f);
		again = true;
	}
	return again;
}

/* A second has passed. A run without probes still has no address. */
void evidence_run_tick(void *arg)
{
	struct request_run *run = arg;

	if (run->late) {
		run->late = false;
		evidence_run_start(run);
		return;
	}
	if (evidence_run_again(run))
		evidence_room_wait(run);
	else
		evidence_run_ended(run);
}

/* A reset is as fast as the one that was seen; all else gets a second. */
static int64_t evidence_wait_of(const struct results *r,
				const struct evidence_request *w)
{
	int64_t seen;

	if (w->wait_us > 0)
		return w->wait_us;
	if (w->kind != EVIDENCE_RESET_TTL || w->result >= r->count)
		return EVIDENCE_WAIT_US;
	seen = 4 * r->items[w->result].timings.total;
	if (seen < RTT_FLOOR_US)
		return RTT_FLOOR_US;
	return seen < EVIDENCE_WAIT_US ? seen : EVIDENCE_WAIT_US;
}

static struct link_ask *evidence_ask_via(const struct request_run *run)
{
	const struct evidence_request *w = &run->request;
	struct host_neighbour_entry hop;
	struct host_route route;

	host_neighbour(&w->other, &hop);
	if (hop.link[0] == '\0' || host_route(&w->addr, &route) != KNOWN_YES ||
	    route.source.family == ADDR_NONE)
		return NULL;
	return link_ask_via(run->round->loop, hop.link, &route.source,
			    &w->addr);
}

static size_t evidence_probe_count(const struct evidence_request *w)
{
	switch (w->kind) {
	case EVIDENCE_HOP_WALK:
		return w->first_ttl == 0 ? EVIDENCE_HOPS_MAX
					 : EVIDENCE_HOPS_SHORT;
	case EVIDENCE_RESET_TTL:
		return w->reset_at == 0 ? RESET_PROBES : 2 * RESET_BOUNDS;
	default:
		return 1;
	}
}

static void evidence_run_send(struct request_run *run)
{
	struct evidence_request *w = &run->request;
	int first = w->first_ttl == 0 ? 1 : w->first_ttl;

	switch (w->kind) {
	case EVIDENCE_CLAIMANTS:
		run->ask = link_ask_claimants(run->round->loop, w->interface,
					      &w->addr);
		evidence_run_tick(run);
		return;
	case EVIDENCE_VIA:
		run->ask = evidence_ask_via(run);
		evidence_run_tick(run);
		return;
	case EVIDENCE_GATEWAY:
		evidence_run_tick(run);
		return;
	case EVIDENCE_WIRE:
		evidence_wire_start(run);
		return;
	default:
		break;
	}
	run->control_probe_count = evidence_probe_count(w);
	for (size_t i = 0; i < run->control_probe_count; i++) {
		struct control_probe *f = &run->control_probes[i];

		f->run = run;
		if (w->kind == EVIDENCE_HOP_WALK)
			f->ttl = first + (int)i;
		else if (w->kind == EVIDENCE_RESET_TTL && w->reset_at > 0)
			f->min_ttl = evidence_reset_bound(w->reset_at, i / 2);
		else if (w->kind == EVIDENCE_RESET_TTL)
			f->min_ttl = w->ttl + (i >= RESET_UPPER ? 1 : 0);
		else if (w->kind == EVIDENCE_CONTROL)
			f->ttl = w->ttl;
		evidence_probe_start(f);
	}
	evidence_room_wait(run);
}

/* A name that was not resolved at once leaves time for one try. */
static void evidence_run_named(void *arg, const struct resolver_answer *a)
{
	struct request_run *run = arg;

	if (run->ended)
		return;
	if (a->cause != CAUSE_OK || a->count == 0) {
		run->control_probes[0].ended = true;
		run->control_probes[0].outcome =
		    (struct outcome){.phase = PHASE_RESOLVE, .cause = a->cause};
		evidence_run_ended(run);
		return;
	}
	run->request.addr = a->addresses[0];
	run->control_probes[0].tries =
	    run->name_waited ? CONTROL_PROBE_TRIES - 1 : 0;
	evidence_run_send(run);
}

static void evidence_run_start(struct request_run *run)
{
	struct evidence_round *e = run->round;

	if (run->request.kind == EVIDENCE_FLOWS) {
		run->flows = flows_start(run);
		return;
	}
	if (run->request.addr.family != ADDR_NONE) {
		evidence_run_send(run);
		return;
	}
	loop_timer_in(run->timer, EVIDENCE_WAIT_US);
	resolver_lookup(e->names, run->request.host, true, false,
			evidence_run_named, run);
	run->name_waited = true;
}

static void evidence_run_begin(struct request_run *run)
{
	struct evidence_round *e = run->round;

	run->wait_us = evidence_wait_of(e->r, &run->request);
	run->timer = loop_timer_new(e->loop, evidence_run_tick, run);
	run->late = run->request.delay_us > 0;
	if (run->late)
		loop_timer_in(run->timer, run->request.delay_us);
	else
		evidence_run_start(run);
}

/* The round -------------------------------------------------------------- */

/* What a request leaves open comes from its result. */
static void evidence_complete_request(const struct results *r,
				      struct evidence_request *w)
{
	const struct result *about;

	if (w->result >= r->count || w->addr.family != ADDR_NONE ||
	    (w->host != NULL && w->port != 0))
		return;
	about = &r->items[w->result];
	w->addr = about->addr;
	w->port = about->port;
	w->transport = about->transport;
}

static void evidence_round_nothing(void *arg)
{
	struct evidence_round *e = arg;

	e->done(e->arg);
}

/* An entry from before proves nothing, and of an address that was never asked
 * for there is none: a packet to it makes the kernel ask. */
static bool evidence_neighbour_wants_packet(const struct addr *a)
{
	struct host_neighbour_entry entry;
	struct host_route route;

	if (host_route(a, &route) != KNOWN_YES || route.local ||
	    !host_route_is_direct(&route))
		return false;
	host_neighbour(a, &entry);
	return entry.state == NEIGHBOUR_NONE ||
	       entry.state == NEIGHBOUR_CONFIGURED ||
	       entry.state == NEIGHBOUR_NO_ARP ||
	       entry.state == NEIGHBOUR_KNOWN;
}

/* Can it be gathered by sending? */
static bool evidence_sends(const struct evidence_round *e,
			   struct evidence_request *w)
{
	char why[OS_WHY];

	if (w->addr.family == ADDR_NONE &&
	    (w->host == NULL || e->names == NULL))
		return false;
	switch (w->kind) {
	case EVIDENCE_RESET_TTL:
		return os_can(CAN_MIN_TTL, why) == KNOWN_YES;
	case EVIDENCE_GATEWAY:
		return evidence_gateway_is_asked(w);
	case EVIDENCE_CLAIMANTS:
	case EVIDENCE_VIA:
		return os_can(CAN_LINK, why) == KNOWN_YES;
	case EVIDENCE_WIRE:
		return os_can(CAN_LINK, why) == KNOWN_YES &&
		       evidence_wire_is_asked(w);
	case EVIDENCE_NEIGHBOUR:
		return evidence_neighbour_wants_packet(&w->addr);
	case EVIDENCE_HOP_WALK:
	case EVIDENCE_CONTROL:
	case EVIDENCE_RESOLVER:
	case EVIDENCE_FLOWS:
		return w->talk == TALK_ECHO || w->transport == TRANSPORT_TCP ||
		       w->transport == TRANSPORT_UDP;
	default:
		return false;
	}
}

struct evidence_round *evidence_start(
    struct loop *l, const struct engine_options *options,
    struct resolver *names, const struct evidence_room *room, struct results *r,
    const struct evidence_request *requests, size_t count,
    void (*done)(void *arg), void *arg)
{
	struct evidence_round *e = mem_calloc(1, sizeof *e);

	e->loop = l;
	e->o = options;
	e->names = names;
	if (room != NULL)
		e->room = *room;
	evidence_room_begin(e);
	e->r = r;
	e->done = done;
	e->arg = arg;
	e->runs = mem_calloc(count + 1, sizeof *e->runs);
	for (size_t i = 0; i < count; i++) {
		struct evidence_request w = requests[i];

		evidence_complete_request(r, &w);
		if (!evidence_sends(e, &w)) {
			if (w.addr.family != ADDR_NONE)
				evidence_write_local(e, &w);
			continue;
		}
		e->runs[e->count].round = e;
		e->runs[e->count++].request = w;
	}
	for (size_t i = 0; i < e->count; i++)
		evidence_run_begin(&e->runs[i]);
	if (e->count == 0) {
		e->soon = loop_timer_new(l, evidence_round_nothing, e);
		loop_timer_in(e->soon, 0);
	}
	return e;
}

void evidence_free(struct evidence_round *e)
{
	if (e == NULL)
		return;
	for (size_t i = 0; i < e->count; i++) {
		if (e->runs[i].name_waited)
			resolver_forget(e->names, &e->runs[i]);
		for (size_t k = 0; k < e->runs[i].control_probe_count; k++)
			evidence_probe_close(&e->runs[i].control_probes[k]);
		evidence_gateway_free(&e->runs[i]);
		link_ask_free(e->runs[i].ask);
		wire_watch_free(e->runs[i].wire);
		loop_timer_free(e->runs[i].timer);
		facts_free(&e->runs[i].proxy);
		flows_free(e->runs[i].flows);
	}
	loop_timer_free(e->soon);
	evidence_room_free(e);
	free(e->runs);
	free(e);
}
