/*
 * uplink.c - the first steps of the way out: IPv6 as a whole, the gateway, the
 * provider.
 */
#include "report/diagnose/diagnose.h"

#include <string.h>

/* IPv6 -------------------------------------------------------------------- */

static bool uplink_works_over(const struct diagnosis *d, size_t index,
			      enum addr_family family)
{
	size_t spec = correlation_spec(d->correlation, index);
	const struct correlation *s = d->correlation;

	for (size_t i = 0; i < s->spec_count[spec]; i++) {
		const struct result *r =
		    diagnosis_result(d, s->by_spec[s->spec_first[spec] + i]);

		if (r->addr.family == family && r->why == WHY_NONE &&
		    r->outcome.cause == CAUSE_OK)
			return true;
	}
	return false;
}

static const char *uplink_key6(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);

	if (r->addr.family != ADDR_V6 || !diagnosis_view(d, index)->internet ||
	    !diagnosis_view(d, index)->direct)
		return NULL;
	return uplink_works_over(d, index, ADDR_V4) ? "" : NULL;
}

static void uplink_place6(struct diagnosis *d, struct candidate *f,
			  const struct cluster *c)
{
	struct hop hop = diagnosis_hop(d, c->items, c->count);
	char address[ADDR_TEXT];

	diagnosis_candidate_hop(d, f, &hop);
	for (size_t i = 0; i < c->count; i++) {
		const struct result *r = diagnosis_result(d, c->items[i]);

		if (r->outcome.phase == PHASE_LOCAL) {
			f->owner = OWNER_THIS_HOST;
			f->where = WHERE_THIS_HOST;
			candidate_line(d, f, "this host has no IPv6 route");
			return;
		}
		if (!r->outcome.has_icmp)
			continue;
		candidate_blocker(d, f, &r->outcome.blocker);
		if (r->outcome.cause == CAUSE_PROHIBITED ||
		    diagnosis_is_gateway(d, &r->outcome.blocker))
			f->owner = OWNER_FIREWALL;
		candidate_line(d, f, "ICMPv6 %u/%u from %s",
			       (unsigned)r->outcome.icmp_type,
			       (unsigned)r->outcome.icmp_code,
			       addr_text(&r->outcome.blocker, address));
		return;
	}
}

static void uplink_ipv6(struct diagnosis *d)
{
	struct clusters c;

	diagnosis_clusters_collect(&c, d, uplink_key6);
	/* No v6 answer at all; each of these paths works over v4. */
	if (c.count == 1 && d->v6.internet_answered == 0 &&
	    d->v4.internet_ok > 0) {
		struct candidate *f =
		    candidate_for(d, "ipv6-broken-ipv4-fine", "");

		f->confirmed = c.items[0].count > 1;
		candidate_line(
		    d, f, "paths that fail over IPv6 and work over IPv4: %zu",
		    c.items[0].count);
		uplink_place6(d, f, &c.items[0]);
		candidate_claim_all(d, f, &c.items[0]);
	}
	diagnosis_clusters_free(&c);
}

/* The gateway ------------------------------------------------------------- */

/* ARP or ND for the next hop got no answer. */
static bool uplink_no_next_hop(const struct result *r)
{
	return !r->on_link && r->outcome.cause == CAUSE_UNREACHABLE &&
	       r->outcome.phase > PHASE_RESOLVE && !r->outcome.has_icmp;
}

static bool uplink_is_name(const struct result *r)
{
	if (r->outcome.phase != PHASE_RESOLVE)
		return false;
	return r->outcome.cause == CAUSE_TIMEOUT ||
	       r->outcome.cause == CAUSE_UNREACHABLE ||
	       r->outcome.cause == CAUSE_LOCAL ||
	       r->outcome.cause == CAUSE_SERVFAIL;
}

/* No answer from outside of this network, in any way. */
static bool uplink_is_lost(const struct result *r)
{
	if (r->on_link && !r->spec->system_server)
		return false;
	if (uplink_is_name(r) || uplink_no_next_hop(r))
		return true;
	if (r->outcome.cause == CAUSE_TIMEOUT)
		return r->outcome.phase == PHASE_CONNECT ||
		       r->outcome.phase == PHASE_PROXY ||
		       r->spec->transport != TRANSPORT_TCP;
	return r->spec->system_server &&
	       (r->outcome.cause == CAUSE_SERVFAIL ||
		(r->outcome.cause == CAUSE_UNREACHABLE &&
		 !r->outcome.has_icmp));
}

static const char *uplink_key_lost(struct diagnosis *d, size_t index)
{
	return uplink_is_lost(diagnosis_result(d, index)) ? "" : NULL;
}

/* The gateway that ARP failed for; evidence, or the kernel's own word. */
static bool uplink_dead_gateway(struct diagnosis *d, const struct cluster *c,
				struct addr *out, const struct evidence **e)
{
	const struct fact *list = facts_find(&d->results->host, "gateways");

	for (size_t i = 0; list != NULL && i < list->list_count; i++) {
		struct addr a;
		int state;

		if (!addr_parse(&a, list->list[i]))
			continue;
		if ((a.family == ADDR_V6 ? d->v6 : d->v4).off_link_answered > 0)
			continue;
		state = diagnosis_neighbour(d, &a, e);
		*out = a;
		if (state < 0)
			return true;
		for (size_t k = 0; state == 0 && k < c->count; k++) {
			const struct result *r =
			    diagnosis_result(d, c->items[k]);

			if (uplink_no_next_hop(r) && r->addr.family == a.family)
				return true;
		}
	}
	return false;
}

static void uplink_gateway(struct diagnosis *d)
{
	struct clusters c;
	const struct evidence *e = NULL;
	struct addr gateway;
	struct candidate *f;
	char address[ADDR_TEXT];

	diagnosis_clusters_collect(&c, d, uplink_key_lost);
	if (c.count == 0 || !uplink_dead_gateway(d, &c.items[0], &gateway, &e))
		goto out;
	f = candidate_for(d, "gateway-unreachable", "");
	f->confirmed = true;
	addr_text(&gateway, address);
	f->subject = arena_strdup(d->arena, address);
	f->where = WHERE_HOP;
	f->hop = 1;
	f->hop_address = gateway;
	if (e != NULL)
		candidate_cite(d, f, e,
			       arena_printf(d->arena,
					    "%s answers no ARP or neighbour "
					    "request",
					    address));
	else
		candidate_line(d, f,
			       "the kernel got no ARP answer from the next "
			       "hop");
	candidate_line(d, f, "nothing behind it answered");
	candidate_claim_all(d, f, &c.items[0]);
out:
	diagnosis_clusters_free(&c);
}

/* The provider ------------------------------------------------------------ */

static const char *uplink_key_outside(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);
	const struct result_context *v = diagnosis_view(d, index);

	if (!v->direct)
		return NULL;
	if (uplink_is_name(r) || (r->spec->system_server && uplink_is_lost(r)))
		return "outside";
	if (!v->internet || r->addr.family == ADDR_NONE)
		return NULL;
	if (uplink_is_lost(r) || (r->outcome.cause == CAUSE_UNREACHABLE &&
				  r->outcome.phase == PHASE_CONNECT))
		return "outside";
	return NULL;
}

struct uplink_spread {
	size_t ports, hosts, names, total;
	const struct addr *router; /* a gateway that says "unreachable" */
};

static struct uplink_spread uplink_count(struct diagnosis *d,
					 const struct cluster *c)
{
	struct uplink_spread s = {0};
	struct map ports = {0}, hosts = {0};

	for (size_t i = 0; i < c->count; i++) {
		const struct result *r = diagnosis_result(d, c->items[i]);
		char host[ADDR_TEXT];

		if (!diagnosis_view(d, c->items[i])->internet ||
		    r->addr.family == ADDR_NONE) {
			s.names++;
			continue;
		}
		s.total++;
		*map_at(&ports, diagnosis_port_key(d, c->items[i])) = 0;
		*map_at(&hosts,
			arena_strdup(d->arena, addr_text(&r->addr, host))) = 0;
		if (r->outcome.has_icmp)
			s.router = &r->outcome.blocker;
	}
	s.ports = ports.count;
	s.hosts = hosts.count;
	map_free(&ports);
	map_free(&hosts);
	return s;
}

/* Why we believe that the gateway is alive; NULL: we do not know. */
static const char *uplink_gateway_proof(struct diagnosis *d,
					const struct cluster *c,
					const struct uplink_spread *s,
					struct hop *hop)
{
	const struct fact *list = facts_find(&d->results->host, "gateways");
	const struct evidence *e;
	struct addr a;

	*hop = diagnosis_hop(d, c->items, c->count);
	if (hop->reached)
		return NULL;
	if (hop->evidence != NULL)
		return "the gateway passes packets on";
	if (s->router != NULL)
		return "a router itself says that there is no way";
	if (d->v4.inside_answered + d->v6.inside_answered > 0)
		return "devices behind the gateway answer";
	for (size_t i = 0; list != NULL && i < list->list_count; i++) {
		if (addr_parse(&a, list->list[i]) &&
		    diagnosis_neighbour(d, &a, &e) > 0)
			return "the gateway answers on the local network";
	}
	return NULL;
}

static void uplink_provider(struct diagnosis *d)
{
	struct clusters c;
	struct uplink_spread s;
	struct hop hop;
	const char *proof;
	struct candidate *f;

	diagnosis_clusters_collect(&c, d, uplink_key_outside);
	if (c.count == 0 ||
	    d->v4.internet_answered + d->v6.internet_answered > 0)
		goto out;
	s = uplink_count(d, &c.items[0]);
	/* Every internet path must be among them: a policy answer or a reset
	 * belongs to another rule. */
	if (s.total < d->v4.internet_total + d->v6.internet_total ||
	    s.hosts < 2 || (s.ports < 2 && s.names == 0))
		goto out;
	proof = uplink_gateway_proof(d, &c.items[0], &s, &hop);
	if (proof == NULL)
		goto out;
	f = candidate_for(d, "isp-down", "");
	f->reason = proof;
	candidate_line(
	    d, f,
	    "internet addresses without an answer: %zu (ports tried: %zu)",
	    s.hosts, s.ports);
	candidate_line(d, f, "%s", proof);
	diagnosis_candidate_hop(d, f, &hop);
	f->subject = "";
	f->owner = OWNER_INTERNET;
	if (s.router != NULL)
		candidate_blocker(d, f, s.router);
	candidate_claim_all(d, f, &c.items[0]);
out:
	diagnosis_clusters_free(&c);
}

void rules_uplink(struct diagnosis *d)
{
	uplink_ipv6(d);
	uplink_gateway(d);
	uplink_provider(d);
}
