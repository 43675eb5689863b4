/*
 * controls_open.c - does an open port prove anything there? A box in the
 * middle that accepts every connection opens any port. Where a connection is
 * all that a test has, its host is asked on a port that no service has; what
 * opens there is asked once more, on another.
 */
#include "report/controls/controls_plan_internal.h"

#include "report/open_ports.h"

enum {
	CONTROLS_LATER = 4, /* their silence counts after so many round trips */
	CONTROLS_LEAST_US = 250000
};

/* A service of that host has answered. */
static bool controls_has_service(const struct controls_plan *w, size_t index)
{
	size_t at = w->correlation->contexts[index].host;
	const struct host_index *h;

	if (at == SIZE_MAX)
		return false;
	h = &w->correlation->hosts[at];
	for (size_t i = h->first; i < h->first + h->count; i++) {
		const struct result *r =
		    &w->results->items[w->correlation->by_host[i]];

		if (r->proof == PROOF_SERVICE &&
		    r->spec->transport == TRANSPORT_TCP)
			return true;
	}
	return false;
}

/* The connection is all that came of it: it opened, and nothing more was
 * wanted (`alone`), or came. */
static bool controls_is_open(const struct controls_plan *w, size_t index,
			     bool alone)
{
	const struct result *r = &w->results->items[index];

	if (r->why != WHY_NONE || r->addr.family == ADDR_NONE ||
	    r->same_as != SIZE_MAX || !controls_is_usable(w, index))
		return false;
	if (alone)
		return open_ports_is_connect(r);
	return open_ports_is_mute(r) && !controls_has_service(w, index);
}

/* A device that opens everything is as fast as it was before. */
static int64_t controls_open_wait(const struct result *r)
{
	int64_t wait = r->timings.connect * CONTROLS_LATER;

	if (wait < CONTROLS_LEAST_US)
		return CONTROLS_LEAST_US;
	return wait < EVIDENCE_WAIT_US ? wait : EVIDENCE_WAIT_US;
}

static void controls_ask_open(struct controls_plan *w, size_t index,
			      uint16_t port)
{
	const struct result *r = &w->results->items[index];
	struct evidence_request request = {.kind = EVIDENCE_CONTROL,
					   .result = index,
					   .what = OPEN_PORTS_WHAT,
					   .addr = r->addr,
					   .port = port,
					   .transport = TRANSPORT_TCP,
					   .wait_us = controls_open_wait(r)};

	controls_add(w, &request);
}

/* One host of each network first, then others as far as there is room. */
static void controls_open_pass(struct controls_plan *w, struct map *seen,
			       size_t *asked, bool alone, bool networks)
{
	for (size_t i = 0; i < w->results->count; i++) {
		const struct result *r = &w->results->items[i];
		size_t *count = &asked[r->addr.family == ADDR_V6];
		char text[ADDR_TEXT];
		size_t *host, *network;

		if (!controls_is_open(w, i, alone) ||
		    *count == CONTROLS_OPEN_HOSTS)
			continue;
		network = map_at(
		    seen, arena_printf(&w->arena, "%s net",
				       open_ports_network(&r->addr, text)));
		if (networks && *network != SIZE_MAX)
			continue;
		*network = i;
		host = map_at(
		    seen, arena_strdup(&w->arena, addr_text(&r->addr, text)));
		if (*host != SIZE_MAX)
			continue;
		*host = i;
		++*count;
		controls_ask_open(w, i, OPEN_PORTS_FIRST);
	}
}

void controls_open(struct controls_plan *w)
{
	struct map seen = {0};
	size_t asked[2] = {0};

	for (int k = 0; k < 4; k++)
		controls_open_pass(w, &seen, asked, k < 2, k % 2 == 0);
	map_free(&seen);
}

void controls_open_again(struct controls_plan *w)
{
	for (size_t i = 0; i < w->results->evidence_count; i++) {
		const struct evidence *e = &w->results->evidence[i];

		if (e->result < w->results->count &&
		    open_ports_opened(e, OPEN_PORTS_FIRST) &&
		    open_ports_evidence(w->results, &e->addr,
					OPEN_PORTS_SECOND) == NULL)
			controls_ask_open(w, e->result, OPEN_PORTS_SECOND);
	}
}
