/*
 * wrong_prefix.c - this host takes addresses for neighbours that live behind
 * its gateway.
 */
#include "report/diagnose/first_hop.h"

static void wrong_prefix(struct diagnosis *d);

const struct finding_entry finding_wrong_prefix = {
    .code = "wrong-prefix",
    .rules = {{930, wrong_prefix}},
    .owner = OWNER_THIS_HOST,
    .title = "The prefix length of this host's address ({subject}) is too "
	     "short for this network",
    .meaning = "This host looks on its own link for addresses that live in "
	       "other networks. It does not send packets for them to the "
	       "gateway, so they cannot be reached.",
    .decided = "At least two addresses of this host's network do not answer "
	       "ARP (or neighbour discovery), and lie outside of the smallest "
	       "network that holds this host, its gateway and every neighbour "
	       "that answers. Confirmed if they answer when they are asked "
	       "through the gateway.",
    .lookalikes = "A network that is really that large, in which those devices "
		  "are off.",
    .remedies = {{OWNER_THIS_HOST,
		  {"Compare the prefix length (netmask) of this host with that "
		   "of the router and of another host on this network; what "
		   "answers here fits {detail}",
		   "If they differ, correct it on this host (DHCP or static "
		   "configuration) and run preflight again",
		   "If the network really is as large as {subject}: these "
		   "devices do not answer ARP; check that they are on, and "
		   "their VLAN"}}},
    .confirm_by = "the router's own prefix length on this network",
};

/* The silent neighbours of one family. */
struct wrong_state {
	const struct first_hop *hop;
	unsigned bits; /* of the smallest network that holds all that answers */
	size_t outside, inside;     /* addresses without an ARP answer */
	const struct evidence *arp; /* of one of those outside */
	const struct evidence *via; /* that answered through the gateway */
	bool asked;                 /* through the gateway, any of them */
	bool wide; /* what answers does not fit an ordinary network */
};

static bool wrong_is_neighbour(const struct wrong_state *p,
			       const struct addr *a)
{
	return a->family == p->hop->own.addr.family &&
	       addr_in(a, &p->hop->own.addr, p->hop->own.prefix) &&
	       !addr_equal(a, &p->hop->gateway);
}

static void wrong_widen(struct wrong_state *p, const struct addr *a)
{
	while (p->bits > 0 && !addr_in(a, &p->hop->own.addr, p->bits))
		p->bits--;
}

/* Networks are rarely smaller than /24 (IPv6: /64): what is silent in there is
 * off, as long as it does not answer through the gateway. */
static void wrong_measure(struct diagnosis *d, struct wrong_state *p,
			  unsigned most)
{
	p->bits = most;
	if (p->hop->gateway.family != ADDR_NONE)
		wrong_widen(p, &p->hop->gateway);
	for (size_t i = 0; i < d->correlation->host_count; i++) {
		const struct host_index *h = &d->correlation->hosts[i];
		const struct evidence *e;

		if (h->on_link && wrong_is_neighbour(p, &h->addr) &&
		    (h->answered || diagnosis_neighbour(d, &h->addr, &e) > 0))
			wrong_widen(p, &h->addr);
	}
}

static const struct evidence *wrong_via(const struct diagnosis *d,
					const struct addr *a)
{
	for (size_t i = 0; i < d->results->evidence_count; i++) {
		const struct evidence *e = &d->results->evidence[i];

		if (e->kind == EVIDENCE_VIA && addr_equal(&e->addr, a))
			return e;
	}
	return NULL;
}

static bool wrong_is_outside(const struct diagnosis *d,
			     const struct wrong_state *p, size_t index)
{
	const struct result *r = diagnosis_result(d, index);

	return r->on_link && wrong_is_neighbour(p, &r->addr) &&
	       !diagnosis_host_answered(d, index) &&
	       !addr_in(&r->addr, &p->hop->own.addr, p->bits);
}

static void wrong_count(struct diagnosis *d, struct wrong_state *p)
{
	struct map seen = {0};
	char address[ADDR_TEXT];

	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);
		const struct evidence *e;
		const struct result *r;
		size_t *slot;

		if (i == SIZE_MAX || !first_hop_no_neighbour(d, i) ||
		    diagnosis_view(d, i)->absent)
			continue;
		r = diagnosis_result(d, i);
		slot =
		    map_at(&seen, arena_strdup(d->arena,
					       addr_text(&r->addr, address)));
		if (*slot != SIZE_MAX || !wrong_is_neighbour(p, &r->addr))
			continue;
		*slot = i;
		if (!wrong_is_outside(d, p, i)) {
			p->inside++;
			continue;
		}
		p->outside++;
		if (p->arp == NULL)
			diagnosis_neighbour(d, &r->addr, &p->arp);
		e = wrong_via(d, &r->addr);
		p->asked |= e != NULL;
		if (p->via == NULL && e != NULL &&
		    facts_is_true(&e->observed, "ok"))
			p->via = e;
	}
	map_free(&seen);
}

/* One address may be off; in the other family it has the same cause. Where
 * neighbours of either family show that the network is a large one, only an
 * answer through the gateway tells. */
static bool wrong_is_wrong(const struct wrong_state *p,
			   const struct wrong_state *other, size_t least)
{
	if (p->outside < least || p->bits <= p->hop->own.prefix)
		return false;
	return p->via != NULL || (!p->asked && p->inside == 0 && !other->wide);
}

static bool wrong_names(struct diagnosis *d, const struct wrong_state *p)
{
	const struct fact *list = facts_find(&d->results->host, "resolvers");
	struct addr a;

	for (size_t i = 0; list != NULL && i < list->list_count; i++)
		if (addr_parse(&a, list->list[i]) &&
		    wrong_is_neighbour(p, &a) &&
		    !addr_in(&a, &p->hop->own.addr, p->bits))
			return true;
	return false;
}

static void wrong_say(struct diagnosis *d, struct candidate *f,
		      const struct wrong_state *p)
{
	const struct network *own = &p->hop->own;
	char address[ADDR_TEXT];
	const char *text = arena_printf(
	    d->arena, "%s/%u", addr_text(&own->addr, address), own->prefix);
	const char *fits = arena_printf(d->arena, "/%u", p->bits);

	f->where = WHERE_THIS_HOST;
	f->subject = f->subject[0] == '\0' ? text
					   : arena_printf(d->arena, "%s and %s",
							  f->subject, text);
	f->detail = f->detail[0] == '\0'
			? fits
			: arena_printf(d->arena, "%s and %s", f->detail, fits);
	candidate_line(d, f,
		       "addresses in %s without an answer to ARP or neighbour "
		       "discovery: %zu; all that answers lies in a /%u",
		       text, p->outside, p->bits);
	if (p->arp != NULL)
		candidate_cite(
		    d, f, p->arp,
		    arena_printf(d->arena,
				 "%s does not answer ARP or neighbour "
				 "discovery",
				 facts_text(&p->arp->observed, "address")));
	if (p->via == NULL)
		return;
	f->confirmed = true;
	candidate_cite(d, f, p->via,
		       arena_printf(d->arena,
				    "%s answers a ping that is sent through "
				    "the gateway %s",
				    facts_text(&p->via->observed, "address"),
				    facts_text(&p->via->observed, "gateway")));
}

static void wrong_look(struct diagnosis *d, struct wrong_state *p,
		       enum addr_family family)
{
	unsigned most = family == ADDR_V6 ? 64 : 24;

	p->hop = first_hop_of(d, family);
	if (!p->hop->has_own || p->hop->foreign)
		return;
	wrong_measure(d, p, most);
	p->wide = p->bits < most;
	wrong_count(d, p);
}

static void wrong_raise(struct diagnosis *d, const struct wrong_state *p)
{
	struct candidate *f = candidate_for(d, &finding_wrong_prefix, "");

	wrong_say(d, f, p);
	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);

		if (i != SIZE_MAX &&
		    (wrong_is_outside(d, p, i) ||
		     (diagnosis_is_name_lost(diagnosis_result(d, i)) &&
		      wrong_names(d, p))))
			candidate_claim(d, f, i);
	}
}

static void wrong_prefix(struct diagnosis *d)
{
	struct wrong_state v4 = {0}, v6 = {0};
	bool in_v4, in_v6;

	wrong_look(d, &v4, ADDR_V4);
	wrong_look(d, &v6, ADDR_V6);
	in_v4 = wrong_is_wrong(&v4, &v6, 2);
	in_v6 = wrong_is_wrong(&v6, &v4, in_v4 ? 1 : 2);
	in_v4 = in_v4 || (in_v6 && wrong_is_wrong(&v4, &v6, 1));
	if (in_v4)
		wrong_raise(d, &v4);
	if (in_v6)
		wrong_raise(d, &v6);
}
