/*
 * route_gateway.c - a route of this host, more specific than a default one,
 * whose next hop leads nowhere. One rule: what the next hop itself answers
 * tells which of the two findings it is.
 */
#include "report/diagnose/first_hop.h"

#include <stdlib.h>
#include <string.h>

static void route_gateways(struct diagnosis *d);

const struct finding_entry finding_route_gateway_unreachable = {
    .code = "route-gateway-unreachable",
    .rules = {{950, route_gateways}},
    .owner = OWNER_THIS_HOST,
    .title = "This host's route to {detail} leads to {subject}, which does not "
	     "answer",
    .meaning = "This host has a route of its own to these addresses, beside "
	       "its default gateway. The next hop of that route does not "
	       "answer, so the packets never leave this network.",
    .decided = "Targets in the network of the route are lost, and the next hop "
	       "of the route does not answer ARP (or neighbour discovery). "
	       "Over IPv6, Linux takes the default route once it has found "
	       "that out, so that what is tested later may work.",
    .lookalikes = "A second router that is switched off.",
    .remedies =
	{{OWNER_THIS_HOST,
	  {"Show the routes that use it: ip route show via {subject} (IPv6: ip "
	   "-6 route show via {subject})",
	   "If {detail} is behind the default gateway, remove the route on "
	   "this host: ip route del {detail} via {subject}; and remove it from "
	   "what set it (network configuration, VPN client, DHCP)",
	   "If {subject} is the router for it, check that it is on, and the "
	   "VLAN of this host's switch port",
	   "Run preflight again: the paths behind it have not been tested"}}},
    .confirm_by = "an ARP request for {subject} from another host on the same "
		  "network",
};

const struct finding_entry finding_route_gateway_not_forwarding = {
    .code = "route-gateway-not-forwarding",
    .owner = OWNER_THIS_HOST,
    .title = "This host's route to {detail} leads to {subject}, which forwards "
	     "nothing",
    .meaning = "This host has a route of its own to these addresses, beside "
	       "its default gateway. The next hop of that route is there, and "
	       "nothing comes back from behind it. It may be a device that is "
	       "not a router.",
    .decided = "Every target in the network of the route that was tested is "
	       "lost. The next hop of the route has a link-layer address, and "
	       "no router replied to packets that expired at hop 1, over "
	       "three seconds.",
    .lookalikes = "A second router that silently drops expired packets, and "
		  "whose own way to that network is down or blocked.",
    .remedies =
	{{OWNER_THIS_HOST,
	  {"Show the routes that use it: ip route show via {subject} (IPv6: ip "
	   "-6 route show via {subject})",
	   "If {detail} is behind the default gateway, remove the route on "
	   "this host: ip route del {detail} via {subject}; and remove it from "
	   "what set it (network configuration, VPN client, DHCP)",
	   "If {subject} is the router for it, check that it routes for this "
	   "network, and its firewall rules for this host ({source})",
	   "Run preflight again: the paths behind it have not been tested"}}},
    .confirm_by = "preflight run without that route, or a test from another "
		  "host on the same network",
};

/* What is known of one next hop. */
struct route_state {
	struct addr hop;
	bool heard;    /* anything behind it answered, or was reported */
	bool no_entry; /* the kernel got no link-layer address for it */
	const struct evidence *asked, *arp; /* NULL: it was not asked */
	int neighbour;                      /* as diagnosis_neighbour() */
};

static bool route_gateway_is_by(const struct result *r, const struct addr *hop)
{
	struct addr own;
	int length;

	return network_route(r, &own, &length) != NULL && addr_equal(&own, hop);
}

/* A router's reply on a walk by that route: it is one. */
static bool route_gateway_is_walked(const struct diagnosis *d,
				    const struct addr *hop)
{
	for (size_t i = 0; i < d->results->evidence_count; i++) {
		const struct evidence *e = &d->results->evidence[i];

		if (e->kind == EVIDENCE_HOP_WALK &&
		    e->result < d->results->count &&
		    route_gateway_is_by(diagnosis_result(d, e->result), hop) &&
		    (facts_find(&e->observed, "last-hop") != NULL ||
		     facts_is_true(&e->observed, "reached")))
			return true;
	}
	return false;
}

static void route_gateway_look(const struct diagnosis *d, struct route_state *s)
{
	for (size_t i = 0; i < d->results->count; i++) {
		const struct result *r = diagnosis_result(d, i);

		if (!route_gateway_is_by(r, &s->hop))
			continue;
		s->heard |=
		    diagnosis_view(d, i)->answered ||
		    diagnosis_host_answered(d, i) ||
		    (r->outcome.has_icmp && r->outcome.phase != PHASE_LOCAL);
		s->no_entry |=
		    diagnosis_no_next_hop(r) && r->outcome.phase != PHASE_LOCAL;
	}
	s->heard |= route_gateway_is_walked(d, &s->hop);
	for (size_t i = 0; i < d->results->evidence_count; i++) {
		const struct evidence *e = &d->results->evidence[i];

		if (e->kind == EVIDENCE_GATEWAY &&
		    addr_equal(&e->addr, &s->hop))
			s->asked = e;
	}
	s->neighbour = diagnosis_neighbour(d, &s->hop, &s->arp);
}

static const struct finding_entry *route_gateway_entry(
    const struct route_state *s)
{
	const struct facts *o = s->asked == NULL ? NULL : &s->asked->observed;

	/* Whatever answered came by another route then (IPv6). */
	if (s->neighbour < 0 && s->no_entry)
		return &finding_route_gateway_unreachable;
	if (s->heard)
		return NULL;
	if (s->neighbour < 0 || (s->neighbour == 0 && s->no_entry))
		return &finding_route_gateway_unreachable;
	return o != NULL && facts_text(o, "link") != NULL &&
		       facts_find(o, "forwards") != NULL &&
		       !facts_is_true(o, "forwards")
		   ? &finding_route_gateway_not_forwarding
		   : NULL;
}

/* A DNS server of this host's that is asked by that next hop. */
static bool route_gateway_is_server(const struct diagnosis *d,
				    const char *server, const struct addr *hop)
{
	struct addr a;

	for (size_t i = 0; i < d->results->count; i++) {
		const struct result *r = diagnosis_result(d, i);

		if (r->spec->system_server && addr_parse(&a, server) &&
		    addr_equal(&r->addr, &a) && route_gateway_is_by(r, hop))
			return true;
	}
	return false;
}

/* A name that was lost with all the servers that were asked for it. */
static bool route_gateway_names(struct diagnosis *d, size_t index,
				const struct addr *hop)
{
	const char *server;
	size_t k = 0;

	if (!diagnosis_is_name_lost(diagnosis_result(d, index)))
		return false;
	for (; (server = diagnosis_asked(d, index, k)) != NULL; k++)
		if (!route_gateway_is_server(d, server, hop))
			return false;
	return k > 0;
}

static bool route_gateway_explains(const struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);

	return r->outcome.phase > PHASE_RESOLVE &&
	       (diagnosis_is_lost(r) ||
		correlation_is_silent(r,
				      SILENCE_VANISHED | SILENCE_NO_NEIGHBOUR));
}

/* The networks of its routes, each once. */
static void route_gateway_network(struct diagnosis *d, struct candidate *f,
				  const struct result *r)
{
	struct addr hop;
	int length;
	const char *text = network_route(r, &hop, &length);
	const char *network = arena_printf(d->arena, "%.*s", length, text);

	if (strstr(f->detail, network) != NULL)
		return;
	f->detail = f->detail[0] == '\0' ? network
					 : arena_printf(d->arena, "%s and %s",
							f->detail, network);
	candidate_line(d, f,
		       "a route of this host, more specific than its "
		       "default route: %s",
		       text);
}

static void route_gateway_say(struct diagnosis *d, struct candidate *f,
			      const struct route_state *s)
{
	char address[ADDR_TEXT];

	f->where = WHERE_THIS_HOST;
	f->hop_address = s->hop;
	f->subject = arena_strdup(d->arena, addr_text(&s->hop, address));
	if (f->entry == &finding_route_gateway_unreachable) {
		f->confirmed = true;
		if (s->arp != NULL)
			candidate_cite(d, f, s->arp,
				       arena_printf(d->arena,
						    "%s does not answer ARP or "
						    "neighbour discovery",
						    f->subject));
		else
			candidate_line(d, f,
				       "the kernel got no answer to ARP or "
				       "neighbour discovery from the next hop");
		return;
	}
	candidate_cite(
	    d, f, s->asked,
	    arena_printf(d->arena,
			 "%s, neighbour entry %s, %s; no reply to packets that "
			 "expire at hop 1",
			 diagnosis_address(d, &s->hop),
			 facts_text(&s->asked->observed, "link"),
			 facts_is_true(&s->asked->observed, "replies")
			     ? "answers for itself"
			     : "answers neither ping nor datagrams"));
}

/* All that is open and goes by the next hop of one result. */
static void route_gateway_raise(struct diagnosis *d, const struct addr *hop)
{
	struct route_state s = {.hop = *hop};
	const struct finding_entry *entry;
	struct candidate *f;
	char address[ADDR_TEXT];

	route_gateway_look(d, &s);
	entry = route_gateway_entry(&s);
	if (entry == NULL)
		return;
	f = candidate_for(d, entry,
			  arena_strdup(d->arena, addr_text(hop, address)));
	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);

		if (i == SIZE_MAX)
			continue;
		if (route_gateway_explains(d, i) &&
		    route_gateway_is_by(diagnosis_result(d, i), hop))
			route_gateway_network(d, f, diagnosis_result(d, i));
		else if (!route_gateway_names(d, i, hop))
			continue;
		candidate_claim(d, f, i);
	}
	route_gateway_say(d, f, &s);
}

static bool route_gateway_is_in(const struct addr *hops, size_t count,
				const struct addr *hop)
{
	for (size_t i = 0; i < count; i++)
		if (addr_equal(&hops[i], hop))
			return true;
	return false;
}

/* Each next hop once: what is said of it is the same for all behind it. */
static void route_gateways(struct diagnosis *d)
{
	struct addr *seen = NULL;
	size_t count = 0, capacity = 0;

	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);
		struct addr hop;
		int length;

		if (i == SIZE_MAX || !route_gateway_explains(d, i) ||
		    network_route(diagnosis_result(d, i), &hop, &length) ==
			NULL ||
		    route_gateway_is_in(seen, count, &hop))
			continue;
		seen = mem_grow(seen, &capacity, count + 1, sizeof *seen);
		seen[count++] = hop;
		route_gateway_raise(d, &hop);
	}
	free(seen);
}
