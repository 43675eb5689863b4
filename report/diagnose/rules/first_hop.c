/*
 * first_hop.c - nothing comes back through the way out of this host. One rule:
 * addresses, neighbour entries and what the gateway itself answers tell which
 * of the findings it is.
 */
#include "report/diagnose/first_hop.h"

#include <string.h>

static void first_hop_find(struct diagnosis *d);

const struct finding_entry finding_address_conflict = {
    .code = "address-conflict",
    .rules = {{940, first_hop_find}},
    .owner = OWNER_LOCAL_NETWORK,
    .title = "Another device on this network uses this host's address "
	     "({subject})",
    .meaning = "Two devices have the same address. Answers to this host go to "
	       "the other device, so nothing comes back.",
    .decided = "Another link-layer address answered an ARP probe (or a "
	       "neighbour solicitation) for this host's own address, and no "
	       "host behind the gateway answered.",
    .remedies = {{OWNER_LOCAL_NETWORK,
		  {"Find the device with the link-layer address {detail} (MAC "
		   "address table of the switch) and give it another address",
		   "Check that {subject} is not in the range that a DHCP "
		   "server hands out",
		   "Run preflight again: the paths behind the gateway have not "
		   "been tested"}}},
};

const struct finding_entry finding_foreign_address = {
    .code = "foreign-address",
    .owner = OWNER_THIS_HOST,
    .title = "This host's address ({subject}) is not in the network of its "
	     "gateway ({detail})",
    .meaning = "The gateway has no way back to this address, so answers do "
	       "not reach this host.",
    .decided = "The default gateway is outside of the network of the address "
	       "that packets to it are sent from, and nothing came back "
	       "through it.",
    .lookalikes = "A link on which the gateway is outside on purpose (some "
		  "providers), whose uplink is down.",
    .remedies = {{OWNER_THIS_HOST,
		  {"Give this host an address of the gateway's network, or the "
		   "gateway of its own network (DHCP or static configuration)",
		   "Check that its switch port is in the right VLAN",
		   "Run preflight again: the paths behind the gateway have not "
		   "been tested"}}},
    .confirm_by = "ip address and ip route on this host, beside those of "
		  "another host on the same network",
};

const struct finding_entry finding_gateway_link_address = {
    .code = "gateway-link-address",
    .owner = OWNER_LOCAL_NETWORK,
    .title = "This host sends to a wrong link-layer address for its gateway "
	     "({subject})",
    .meaning = "Packets for other networks go to a device that is not the "
	       "gateway, and nothing comes back.",
    .decided = "Nothing came back through the gateway, and its neighbour entry "
	       "was set by hand, or other link-layer addresses than the one in "
	       "the entry answer for it (ARP, neighbour discovery).",
    .lookalikes = "Two devices with the gateway's address; ARP spoofing.",
    .remedies = {{OWNER_LOCAL_NETWORK,
		  {"Compare the entry (ip neigh show {subject}) with the "
		   "router's own link-layer address",
		   "Remove the entry, which was set by hand: ip neigh del "
		   "{subject} dev INTERFACE",
		   "Find the device that claims the gateway's address "
		   "(MAC address table of the switch) and disconnect it"}}},
    .confirm_by = "the link-layer address that the router itself shows for "
		  "{subject}",
};

const struct finding_entry finding_gateway_not_forwarding = {
    .code = "gateway-not-forwarding",
    .owner = OWNER_LOCAL_NETWORK,
    .title = "The default gateway ({subject}) answers, but forwards nothing",
    .meaning = "The gateway answers for itself, and nothing comes back from "
	       "behind it. It may be a device that is not a router.",
    .decided = "The gateway answered for itself. No host behind it answered, "
	       "and no router replied to packets that expired at hop 1, over "
	       "three seconds.",
    .lookalikes = "A router that silently drops expired packets, and whose "
		  "firewall blocks all traffic or whose uplink is down.",
    .remedies = {{OWNER_LOCAL_NETWORK,
		  {"Check that {subject} is the site's router (compare with "
		   "the gateway of another host), and correct the gateway of "
		   "this host (DHCP or static configuration)",
		   "If it is the router: check that it routes for this network",
		   "If it does: check its firewall rules for this host "
		   "({source}) and its uplink (modem, line, provider "
		   "status)"}}},
    .confirm_by = "a test from another host that uses the same gateway",
};

const struct finding_entry finding_gateway_silent = {
    .code = "gateway-silent",
    .owner = OWNER_LOCAL_NETWORK,
    .title = "Nothing comes back through the default gateway ({subject}), "
	     "not even from the gateway itself",
    .meaning = "A device has the gateway's address, but no packet that is sent "
	       "to it is answered. Answers may go to another device, or "
	       "packets to a wrong one.",
    .decided = "A link-layer address is known for the gateway. It answered "
	       "neither a ping nor a datagram to a closed port, no router "
	       "replied to packets that expired at hop 1, and no host behind "
	       "it answered.",
    .lookalikes = "A router that answers nothing for itself, and whose uplink "
		  "is down.",
    .remedies = {{OWNER_LOCAL_NETWORK,
		  {"Check for another device with this host's address: run "
		   "preflight as root, or arping -D {source}",
		   "Compare the gateway's link-layer address (ip neigh show "
		   "{subject}) with the one that the router itself shows",
		   "Check that {subject} is the site's router, and that its "
		   "uplink works"}}},
    .confirm_by = "a test from another host on the "
		  "same network",
};

const struct finding_entry finding_gateway_passes_nothing = {
    .code = "gateway-passes-nothing",
    .owner = OWNER_FIREWALL,
    .title = "The default gateway ({subject}) passes on nothing of this host",
    .meaning = "The gateway routes, and no packet of this host comes back from "
	       "behind it, neither from other networks of this site nor from "
	       "the internet. A rule or an access list of the gateway most "
	       "likely blocks this host.",
    .decided = "A router replied to packets that expired at hop 1, which it "
	       "does before its rules are asked. No hop behind it replied, "
	       "and no host: both targets of other networks of this site and "
	       "targets on the internet were tried.",
    .lookalikes = "An uplink that is down, while all the devices behind the "
		  "gateway are down, too.",
    .remedies = {{OWNER_FIREWALL,
		  {"On {subject}, look for a rule that blocks all traffic from "
		   "or to this host ({source}): firewall rules, access lists, "
		   "a guest or quarantine network",
		   "From {subject}, ping a target of another network: if it "
		   "does not answer there either, check the links of the "
		   "router and its uplink (modem, line, provider status)",
		   "Run preflight again: the paths behind the gateway have not "
		   "been tested"}}},
    .confirm_by = "a test from another host on this network, and the "
		  "firewall's log for {source}",
};

/* The cause of one family ------------------------------------------------- */

/* Another link address than that in the neighbour table answers for it. */
static bool first_hop_is_opposed(const struct first_hop *h)
{
	const char *link = facts_text(&h->asked->observed, "link");
	const struct fact *list =
	    h->claims == NULL ? NULL
			      : facts_find(&h->claims->observed, "claimants");

	for (size_t i = 0; link != NULL && list != NULL && i < list->list_count;
	     i++)
		if (strcmp(list->list[i], link) != 0)
			return true;
	return false;
}

static bool first_hop_is_claimed(const struct evidence *e)
{
	return e != NULL && facts_find(&e->observed, "claimants") != NULL;
}

/* Nothing behind it is heard, inside of the site or out: where only one of them
 * was tried, it may be that one which is down. */
static bool first_hop_is_stuck(const struct diagnosis *d,
			       const struct first_hop *h)
{
	bool inside = false, internet = false;

	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);
		const struct result *r;

		if (i == SIZE_MAX || diagnosis_view(d, i)->absent)
			continue;
		r = diagnosis_result(d, i);
		internet |= diagnosis_is_name_lost(r);
		if (r->addr.family != h->gateway.family || r->on_link ||
		    !diagnosis_is_lost(r) || network_is_routed(r))
			continue;
		inside |= !diagnosis_view(d, i)->internet;
		internet |= diagnosis_view(d, i)->internet;
	}
	return h->forwards && !h->passes && inside && internet;
}

static const struct finding_entry *first_hop_entry(const struct diagnosis *d,
						   const struct first_hop *h)
{
	if (first_hop_is_stuck(d, h))
		return &finding_gateway_passes_nothing;
	if (h->asked == NULL || h->forwards)
		return NULL;
	if (first_hop_is_claimed(h->own_claims))
		return &finding_address_conflict;
	if (h->foreign && !h->replies)
		return &finding_foreign_address;
	if (first_hop_is_opposed(h) ||
	    (h->has_link && h->configured && !h->replies &&
	     !first_hop_is_claimed(h->claims)))
		return &finding_gateway_link_address;
	if (!h->not_forwarding)
		return NULL;
	if (h->replies)
		return &finding_gateway_not_forwarding;
	return h->has_link ? &finding_gateway_silent : NULL;
}

/* What it explains -------------------------------------------------------- */

/* An on-link host of that family, not the gateway, was heard. */
static bool first_hop_link_works(const struct diagnosis *d,
				 const struct first_hop *h)
{
	for (size_t i = 0; i < d->correlation->host_count; i++) {
		const struct host_index *host = &d->correlation->hosts[i];

		if (host->on_link && host->answered &&
		    host->addr.family == h->gateway.family &&
		    !addr_equal(&host->addr, &h->gateway))
			return true;
	}
	return false;
}

/* A name that no server resolved: one of them is asked by this way. */
static bool first_hop_asks_names(struct diagnosis *d, const struct first_hop *h)
{
	const struct fact *list = facts_find(&d->results->host, "resolvers");
	struct addr a;

	for (size_t i = 0; list != NULL && i < list->list_count; i++)
		if (addr_parse(&a, list->list[i]) &&
		    a.family == h->gateway.family &&
		    (addr_equal(&a, &h->gateway) || !h->has_own ||
		     !addr_in(&a, &h->own.addr, h->own.prefix)))
			return true;
	return list == NULL;
}

/* A server on this network that cannot go further shares the gateway. */
static bool first_hop_is_shared(const struct finding_entry *entry)
{
	return entry == &finding_gateway_not_forwarding ||
	       entry == &finding_gateway_silent;
}

/* The family that a test was sent over: through the proxy, the proxy's. */
static enum addr_family first_hop_family(const struct diagnosis *d,
					 const struct result *r)
{
	const struct proxy_settings *p = d->plan->proxy;
	struct addr a;

	return r->addr.family == ADDR_NONE && r->spec->via_proxy && p != NULL &&
		       p->host != NULL && addr_parse(&a, p->host)
		   ? a.family
		   : r->addr.family;
}

static bool first_hop_explains(struct diagnosis *d, const struct first_hop *h,
			       const struct finding_entry *entry, size_t index)
{
	const struct result *r = diagnosis_result(d, index);

	if (r->outcome.phase == PHASE_RESOLVE)
		return diagnosis_is_name_lost(r) &&
		       (first_hop_is_shared(entry) ||
			first_hop_asks_names(d, h));
	if (first_hop_family(d, r) != h->gateway.family ||
	    r->outcome.phase == PHASE_LOCAL || first_hop_is_other(d, index))
		return false;
	if (r->spec->system_server && r->outcome.cause == CAUSE_SERVFAIL)
		return !r->on_link || first_hop_is_shared(entry);
	if (diagnosis_is_lost(r) ||
	    correlation_is_silent(r, SILENCE_VANISHED | SILENCE_NO_NEIGHBOUR))
		return !r->on_link || addr_equal(&r->addr, &h->gateway) ||
		       !first_hop_link_works(d, h);
	return false;
}

/* What is said ------------------------------------------------------------ */

static const char *first_hop_join(struct diagnosis *d, const char *before,
				  const char *more)
{
	if (before[0] == '\0' || strcmp(before, more) == 0)
		return more;
	return arena_printf(d->arena, "%s and %s", before, more);
}

static const char *first_hop_claimants(struct diagnosis *d,
				       const struct evidence *e)
{
	const struct fact *list = facts_find(&e->observed, "claimants");
	const char *text = "";

	for (size_t i = 0; i < list->list_count; i++)
		text = first_hop_join(d, text, list->list[i]);
	return text;
}

static void first_hop_cite_claims(struct diagnosis *d, struct candidate *f,
				  const struct evidence *e)
{
	char address[ADDR_TEXT];

	if (first_hop_is_claimed(e))
		candidate_cite(d, f, e,
			       arena_printf(d->arena, "%s is claimed by %s",
					    addr_text(&e->addr, address),
					    first_hop_claimants(d, e)));
}

static void first_hop_cite_gateway(struct diagnosis *d, struct candidate *f,
				   const struct first_hop *h)
{
	const char *at = diagnosis_address(d, &h->gateway);
	const char *link;

	if (h->walk != NULL)
		candidate_cite(
		    d, f, h->walk,
		    arena_printf(
			d->arena,
			"packets to %s reach hop 1; nothing beyond it replies",
			diagnosis_address(d, &h->walk->addr)));
	if (h->asked == NULL)
		return;
	link = facts_text(&h->asked->observed, "link");
	if (link != NULL)
		at = arena_printf(d->arena, "%s, neighbour entry %s%s,", at,
				  link, h->configured ? " set by hand" : "");
	candidate_cite(
	    d, f, h->asked,
	    arena_printf(
		d->arena, "%s %s; %s", at,
		h->replies ? "answers for itself"
			   : "answers neither ping nor datagrams",
		h->not_forwarding ? "no reply to packets that expire at hop 1"
		: h->forwards ? "it replies to packets that expire at hop 1, "
				"and nothing behind it answers"
			      : "nothing behind it answers"));
}

/* Of the remedy for a wrong link address: an entry set by hand is removed, no
 * device is to blame; else there is no such entry. */
static unsigned first_hop_left_out(const struct first_hop *h)
{
	enum { REMOVE = 1, FIND = 2 };

	return h->configured ? 1U << FIND : 1U << REMOVE;
}

static void first_hop_say(struct diagnosis *d, struct candidate *f,
			  const struct first_hop *h)
{
	char address[ADDR_TEXT];
	const char *gateway =
	    arena_strdup(d->arena, addr_text(&h->gateway, address));
	const char *own = arena_printf(
	    d->arena, "%s/%u", addr_text(&h->own.addr, address), h->own.prefix);

	/* Steps that do not apply in one family may in the other. */
	if (f->entry == &finding_gateway_link_address)
		f->left_out = first_hop_left_out(h) &
			      (f->subject[0] == '\0' ? ~0U : f->left_out);
	f->where = WHERE_HOP;
	f->hop = 1;
	if (f->hop_address.family == ADDR_NONE)
		f->hop_address = h->gateway;
	if (f->entry == &finding_address_conflict) {
		own = arena_strdup(d->arena, address);
		f->detail = first_hop_join(
		    d, f->detail, first_hop_claimants(d, h->own_claims));
		f->confirmed = true;
	} else if (f->entry == &finding_foreign_address) {
		f->detail = first_hop_join(d, f->detail, gateway);
	} else {
		own = gateway;
	}
	if (f->entry == &finding_address_conflict ||
	    f->entry == &finding_foreign_address)
		f->where = WHERE_THIS_HOST;
	f->subject = first_hop_join(d, f->subject, own);
	first_hop_cite_claims(d, f, h->own_claims);
	if (f->entry == &finding_gateway_link_address) {
		first_hop_cite_claims(d, f, h->claims);
		f->confirmed |= first_hop_is_opposed(h);
	}
	first_hop_cite_gateway(d, f, h);
}

static void first_hop_raise(struct diagnosis *d, const struct first_hop *h,
			    const struct finding_entry *entry)
{
	struct candidate *f = NULL;

	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);

		if (i == SIZE_MAX || !first_hop_explains(d, h, entry, i))
			continue;
		f = candidate_for(d, entry, "");
		candidate_claim(d, f, i);
	}
	if (f != NULL)
		first_hop_say(d, f, h);
}

static void first_hop_find(struct diagnosis *d)
{
	const struct first_hop *v4 = first_hop_of(d, ADDR_V4);
	const struct first_hop *v6 = first_hop_of(d, ADDR_V6);
	const struct finding_entry *for_v4 = first_hop_entry(d, v4);
	const struct finding_entry *for_v6 = first_hop_entry(d, v6);

	/* What one family has shown needs less of the other. */
	if (for_v4 == NULL && for_v6 == &finding_gateway_passes_nothing &&
	    v4->forwards && !v4->passes)
		for_v4 = for_v6;
	if (for_v6 == NULL && for_v4 == &finding_gateway_passes_nothing &&
	    v6->forwards && !v6->passes)
		for_v6 = for_v4;

	if (for_v4 != NULL)
		first_hop_raise(d, v4, for_v4);
	if (for_v6 != NULL)
		first_hop_raise(d, v6, for_v6);
}
