/*
 * controls_flows.c - what this host itself did not send, and whether
 * connections die as a whole.
 */
#include "report/controls/controls_plan_internal.h"

enum { PORT_DNS = 53 };

/* One path per port and family: of the others the same is known. */
void controls_sending(struct controls_plan *w)
{
	for (size_t i = 0; i < w->results->count; i++) {
		struct evidence_request request = {.kind = EVIDENCE_SENDING,
						   .result = i};

		if (w->results->items[i].unsent &&
		    controls_first(w, "sending", i))
			controls_add(w, &request);
	}
}

/* What this host's own rules do with such packets: of paths that it did not
 * send, or refused to. */
void controls_rules(struct controls_plan *w)
{
	for (size_t i = 0; i < w->results->count; i++) {
		const struct result *r = &w->results->items[i];
		struct evidence_request request = {.kind = EVIDENCE_RULES,
						   .result = i};
		bool refused = r->outcome.phase == PHASE_LOCAL &&
			       r->outcome.cause == CAUSE_PROHIBITED;

		if ((!r->unsent && !refused) || r->addr.family == ADDR_NONE ||
		    (r->transport != TRANSPORT_TCP &&
		     r->transport != TRANSPORT_UDP) ||
		    !controls_first(w, "rules", i))
			continue;
		controls_add(w, &request);
	}
}

/* What the gateway answered while nothing beyond it did: known already. */
void controls_meanwhile(struct controls_plan *w)
{
	const struct results *r = w->results;

	for (size_t i = 0; i < r->asked_count; i++) {
		struct evidence_request request = {.kind = EVIDENCE_MEANWHILE,
						   .result = SIZE_MAX,
						   .addr = r->asked[i].gateway};
		bool seen = w->correlation->outage.to_us == 0;

		for (size_t k = 0; k < i; k++)
			seen |= addr_equal(&r->asked[k].gateway, &request.addr);
		if (!seen)
			controls_add(w, &request);
	}
}

/* Connections that die -------------------------------------------------- */

static bool controls_has_flows(const struct controls_plan *w)
{
	for (size_t i = 0; i < w->results->evidence_count; i++)
		if (w->results->evidence[i].kind == EVIDENCE_FLOWS)
			return true;
	return false;
}

/* A socket of the path died while another was answered, if only one of the
 * second round. */
static bool controls_has_died(const struct controls_plan *w, size_t index)
{
	const struct result *r = &w->results->items[index];
	const struct evidence *walk =
	    correlation_evidence(w->correlation, index, EVIDENCE_HOP_WALK);
	const struct evidence *again = correlation_again(w->correlation, index);

	if (r->heard_us > 0)
		return r->lost > 0;
	return correlation_is_silent(r, SILENCE_NO_CONNECTION) &&
	       ((walk != NULL && facts_is_true(&walk->observed, "reached")) ||
		(again != NULL && facts_is_true(&again->observed, "ok")));
}

/* How well a path tells whether connections die; 0: not at all. */
static unsigned controls_flow_rank(const struct controls_plan *w, size_t index)
{
	const struct result *r = &w->results->items[index];
	bool stream = r->transport == TRANSPORT_TCP;

	if (w->correlation->woke_late ||
	    w->correlation->contexts[index].outage ||
	    /* Routers and hosts limit how many ICMP errors they send. */
	    r->outcome.has_icmp || !controls_has_died(w, index) || r->on_link ||
	    r->same_as != SIZE_MAX || r->parent != SIZE_MAX ||
	    !controls_is_usable(w, index) || (!stream && r->port != PORT_DNS))
		return 0;
	return 1U + (stream ? 2 : 0) +
	       (w->correlation->contexts[index].internet ? 4 : 0);
}

/* One path per family: the only ones that are asked so often. */
void controls_flows(struct controls_plan *w)
{
	static const enum addr_family families[] = {ADDR_V4, ADDR_V6};

	for (size_t f = 0; f < 2 && !controls_has_flows(w); f++) {
		struct evidence_request request = {.kind = EVIDENCE_FLOWS,
						   .host = "example.com"};
		unsigned best = 0;

		for (size_t i = 0; i < w->results->count; i++) {
			const struct result *r = &w->results->items[i];
			unsigned rank = controls_flow_rank(w, i);

			if (rank <= best || r->addr.family != families[f])
				continue;
			best = rank;
			request.result = i;
			request.addr = r->addr;
			request.port = r->port;
			request.transport = r->transport;
		}
		if (best > 0)
			controls_add(w, &request);
	}
}
