/*
 * controls_wire.c - this host's own filters, before others are blamed: paths
 * that are tried once more while the wire is watched.
 */
#include "report/controls/controls_plan_internal.h"

#include <string.h>

enum {
	WIRE_PER_GROUP = 2, /* addresses: they may differ */
	PORT_DNS = 53,
	PORT_NTP = 123
};

/* What an answer to one packet would say; false: no packet without a login
 * draws one. */
static bool controls_wire_talk(const struct result *r,
			       struct evidence_request *w)
{
	switch (r->transport) {
	case TRANSPORT_TCP:
		w->talk = TALK_OPEN;
		return true;
	case TRANSPORT_ICMP:
		w->talk = TALK_ECHO;
		return true;
	case TRANSPORT_UDP:
		w->talk = r->port == PORT_DNS ? TALK_DNS : TALK_NTP;
		w->host = "example.com";
		return r->port == PORT_DNS || r->port == PORT_NTP;
	default:
		return false;
	}
}

/* Nothing came, or a refusal; one that this host's kernel reports as its own is
 * known already. */
static bool controls_wire_is_wanted(const struct controls_plan *w, size_t index)
{
	const struct result *r = &w->results->items[index];

	return r->same_as == SIZE_MAX && r->addr.family != ADDR_NONE &&
	       controls_is_usable(w, index) && !addr_is_multicast(&r->addr) &&
	       (r->unsent || correlation_is_silent(r, SILENCE_VANISHED) ||
		(r->outcome.cause == CAUSE_REFUSED && !r->outcome.has_icmp &&
		 r->outcome.phase == PHASE_CONNECT));
}

static bool controls_wire_has(const struct controls_plan *w,
			      const struct evidence_request *request)
{
	for (size_t i = 0; i < w->count; i++)
		if (w->out[i].kind == EVIDENCE_WIRE &&
		    w->out[i].port == request->port &&
		    w->out[i].transport == request->transport &&
		    addr_equal(&w->out[i].addr, &request->addr))
			return true;
	return false;
}

/* One of each group a turn, so that every group has its turn first. */
static void controls_wire_turn(struct controls_plan *w, const char *turn)
{
	for (size_t i = 0; i < w->results->count && w->count < w->max; i++) {
		const struct result *r = &w->results->items[i];
		struct evidence_request request = {.kind = EVIDENCE_WIRE,
						   .result = i,
						   .addr = r->addr,
						   .port = r->port,
						   .transport = r->transport};

		if (!controls_wire_is_wanted(w, i) ||
		    !controls_wire_talk(r, &request) ||
		    controls_wire_has(w, &request) ||
		    !controls_first(w, turn, i))
			continue;
		controls_add(w, &request);
	}
}

/* Names that were lost, where no test asks a server itself. */
static void controls_wire_names(struct controls_plan *w)
{
	const struct fact *list = facts_find(&w->results->host, "resolvers");
	struct evidence_request request = {.kind = EVIDENCE_WIRE,
					   .port = PORT_DNS,
					   .transport = TRANSPORT_UDP,
					   .host = "example.com",
					   .talk = TALK_DNS};

	if (list == NULL || list->list_count == 0 ||
	    !addr_parse(&request.addr, list->list[0]) ||
	    controls_wire_has(w, &request))
		return;
	for (size_t i = 0; i < w->results->count; i++) {
		const struct result *r = &w->results->items[i];

		if (r->outcome.phase != PHASE_RESOLVE ||
		    r->outcome.cause != CAUSE_TIMEOUT ||
		    facts_find(&r->facts, "answers-from") != NULL)
			continue;
		request.result = i;
		controls_add(w, &request);
		return;
	}
}

void controls_wire(struct controls_plan *w)
{
	static const char *const turns[WIRE_PER_GROUP] = {"wire", "wire again"};

	for (size_t i = 0; i < w->results->platform.cannot_count; i++)
		if (strcmp(w->results->platform.cannot[i], "link") == 0)
			return;
	w->max = w->room < w->count + CONTROLS_WIRE ? w->room
						    : w->count + CONTROLS_WIRE;
	controls_wire_names(w);
	for (size_t i = 0; i < WIRE_PER_GROUP; i++)
		controls_wire_turn(w, turns[i]);
}
