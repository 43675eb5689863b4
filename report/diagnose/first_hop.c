/* first_hop.c - what results and evidence say about the way out. */
#include "report/diagnose/first_hop.h"

#include <string.h>

static const struct evidence *first_hop_evidence(const struct diagnosis *d,
						 enum evidence_kind kind,
						 const struct addr *a)
{
	for (size_t i = 0; i < d->results->evidence_count; i++) {
		const struct evidence *e = &d->results->evidence[i];

		if (e->kind == kind && addr_equal(&e->addr, a))
			return e;
	}
	return NULL;
}

/* Of several gateways, the one that was asked: packets go through it. */
static void first_hop_gateway(const struct diagnosis *d, struct first_hop *h,
			      enum addr_family family)
{
	struct addr a;

	for (size_t i = 0; network_gateway(d->results, i, &a); i++) {
		const struct evidence *e;

		if (a.family != family)
			continue;
		e = first_hop_evidence(d, EVIDENCE_GATEWAY, &a);
		if (h->gateway.family == ADDR_NONE ||
		    (e != NULL && h->asked == NULL)) {
			h->gateway = a;
			h->asked = e;
		}
	}
}

static void first_hop_own(const struct diagnosis *d, struct first_hop *h)
{
	struct network n;
	bool known;

	h->has_own = h->asked != NULL
			 ? network_sends(d->results, h->asked, &h->own)
			 : network_towards(d->results, &h->gateway, &h->own);
	if (!h->has_own)
		return;
	h->own_claims = first_hop_evidence(d, EVIDENCE_CLAIMANTS, &h->own.addr);
	/* An address without a network (/32, /128) is like that on purpose. */
	h->foreign = !addr_is_link_local(&h->gateway) &&
		     h->own.prefix < (h->gateway.family == ADDR_V6 ? 128 : 32);
	known = h->asked != NULL &&
		facts_text(&h->asked->observed, "source") != NULL;
	if (known && addr_in(&h->gateway, &h->own.addr, h->own.prefix))
		h->foreign = false;
	for (size_t i = 0; h->foreign && network_own(d->results, i, &n); i++)
		h->aside |= n.addr.family == h->gateway.family &&
			    addr_in(&h->gateway, &n.addr, n.prefix);
	/* Which address sends is not known: it may be that one. */
	if (h->aside && !known)
		h->foreign = h->aside = false;
}

static void first_hop_asked(const struct diagnosis *d, struct first_hop *h)
{
	const struct facts *o = &h->asked->observed;
	const char *entry = facts_text(o, "entry");

	h->configured = entry != NULL && strcmp(entry, "configured") == 0;
	h->has_link = facts_text(o, "link") != NULL;
	h->replies = facts_is_true(o, "replies");
	h->not_forwarding = facts_find(o, "forwards") != NULL;
	h->forwards = facts_is_true(o, "forwards");
	h->claims = first_hop_evidence(d, EVIDENCE_CLAIMANTS, &h->gateway);
}

/* A router's replies on walks: was it the first one, or one behind it? */
static void first_hop_walks(const struct diagnosis *d, struct first_hop *h,
			    enum addr_family family)
{
	for (size_t i = 0; i < d->results->evidence_count; i++) {
		const struct evidence *e = &d->results->evidence[i];
		int64_t last = correlation_number(&e->observed, "last-hop", 0);

		if (e->kind != EVIDENCE_HOP_WALK || e->addr.family != family ||
		    (e->result < d->results->count &&
		     network_is_routed(diagnosis_result(d, e->result))))
			continue;
		h->passes |= last > 1 || facts_is_true(&e->observed, "reached");
		if (last == 1 && h->walk == NULL)
			h->walk = e;
	}
}

/* Any host behind it was heard. */
static bool first_hop_is_passed(const struct diagnosis *d,
				enum addr_family family)
{
	for (size_t i = 0; i < d->correlation->host_count; i++) {
		const struct host_index *host = &d->correlation->hosts[i];

		if (host->addr.family == family && !host->on_link &&
		    host->answered &&
		    !network_is_routed(diagnosis_result(
			d, d->correlation->by_host[host->first])))
			return true;
	}
	return network_is_passed(d->correlation, family);
}

static bool first_hop_answered(const struct diagnosis *d, const struct addr *a)
{
	for (size_t i = 0; i < d->correlation->host_count; i++)
		if (addr_equal(&d->correlation->hosts[i].addr, a) &&
		    d->correlation->hosts[i].answered)
			return true;
	return false;
}

static void first_hop_look(const struct diagnosis *d, struct first_hop *h,
			   enum addr_family family)
{
	h->unseen = diagnosis_cannot(d, "route");
	first_hop_gateway(d, h, family);
	if (h->gateway.family != ADDR_NONE)
		first_hop_own(d, h);
	else if (h->unseen)
		h->has_own = network_only(d->results, family, &h->own);
	if (h->asked != NULL)
		first_hop_asked(d, h);
	h->replies |= !h->aside && first_hop_answered(d, &h->gateway);
	first_hop_walks(d, h, family);
	h->passes |= first_hop_is_passed(d, family);
	h->forwards |= h->passes || h->walk != NULL;
	h->not_forwarding &= !h->forwards;
}

const struct first_hop *first_hop_of(struct diagnosis *d,
				     enum addr_family family)
{
	if (d->first_hops == NULL) {
		d->first_hops =
		    arena_calloc(d->arena, ADDR_V6 + 1, sizeof *d->first_hops);
		first_hop_look(d, &d->first_hops[ADDR_V4], ADDR_V4);
		first_hop_look(d, &d->first_hops[ADDR_V6], ADDR_V6);
	}
	return family == ADDR_NONE ? NULL : &d->first_hops[family];
}

bool first_hop_is_dark(struct diagnosis *d, enum addr_family family)
{
	const struct first_hop *v4 = first_hop_of(d, ADDR_V4);
	const struct first_hop *v6 = first_hop_of(d, ADDR_V6);
	const struct first_hop *h = first_hop_of(d, family);

	return v4->unseen &&
	       (h == NULL ? !v4->forwards && !v6->forwards : !h->forwards);
}

bool first_hop_is_clear(struct diagnosis *d, enum addr_family family)
{
	const struct first_hop *h = first_hop_of(d, family);

	return !first_hop_is_dark(d, family) &&
	       (h == NULL || !h->not_forwarding);
}

bool first_hop_is_other(const struct diagnosis *d, size_t index)
{
	return network_is_routed(diagnosis_result(d, index)) &&
	       diagnosis_family(d, index)->routed_answered > 0;
}

bool first_hop_no_neighbour(const struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);
	const struct evidence *e;
	int state;

	if (!r->on_link)
		return false;
	state = diagnosis_neighbour(d, &r->addr, &e);
	return state < 0 ||
	       (state == 0 && correlation_is_silent(r, SILENCE_NO_NEIGHBOUR));
}
