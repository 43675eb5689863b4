/*
 * site_route_missing.c - packets for a private address that are handed to the
 * provider: the device may well be on.
 */
#include "report/diagnose/diagnose.h"

#include <string.h>

static void site_routes(struct diagnosis *d);

const struct finding_entry finding_site_route_missing = {
    .code = "site-route-missing",
    .rules = {{1160, site_routes}},
    .owner = OWNER_LOCAL_NETWORK,
    .title = "Packets to {targets} leave the site for the internet",
    .meaning =
	"These are private addresses, which no provider routes. A router of "
	"the site hands the packets to the provider: it has no route to that "
	"network, the tunnel (VPN) to it is down, or the address is wrong.",
    .decided = "The target has a private IPv4 address (RFC 1918), no test of "
	       "it was answered, and a traceroute to it met a public address, "
	       "or a public address reported that it cannot be reached.",
    .lookalikes = "A provider's private network (MPLS) whose routers have "
		  "public addresses: there the device may be off.",
    .remedies =
	{{OWNER_LOCAL_NETWORK,
	  {"Check the addresses of {targets} in the inventory",
	   "On {blocker}, look for the route to {rules}",
	   "If a tunnel (VPN) leads to that network, check that it is up"}}},
    .confirm_by = "the routing table of {blocker}",
};

/* What shows that a host's packets go out. */
struct way_out {
	const struct evidence *walk;   /* that met `public`, or NULL */
	const struct outcome *refusal; /* from `public`, or NULL */
	struct addr public;
	struct addr inside; /* the last router of the site on that way */
	int inside_hop;     /* 0: none replied */
};

static bool site_route_is_lost(const struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);

	return r->addr.family == ADDR_V4 && addr_is_private(&r->addr) &&
	       diagnosis_view(d, index)->direct && !r->on_link &&
	       !diagnosis_host_answered(d, index) &&
	       (r->outcome.cause == CAUSE_UNREACHABLE ||
		diagnosis_is_vanished(d, index));
}

/* The last router of the site by a walk, and the public one behind it. */
static void site_route_walk(const struct diagnosis *d, const struct evidence *e,
			    struct way_out *out)
{
	const struct fact *list = facts_find(&e->observed, "hops-at");
	struct addr at;

	for (size_t i = 0; list != NULL && i < list->list_count; i++) {
		int number;

		if (!addr_parse(&at, correlation_hop(list->list[i], &number)))
			continue;
		if (!diagnosis_is_ours(d, &at)) {
			if (out->walk == NULL)
				out->public = at;
			out->walk = e;
			return;
		}
		if (number > out->inside_hop) {
			out->inside = at;
			out->inside_hop = number;
		}
	}
}

static void site_route_look(const struct diagnosis *d, size_t index,
			    struct way_out *out)
{
	const struct outcome *o = &diagnosis_result(d, index)->outcome;
	size_t count;
	const size_t *list =
	    correlation_evidence_of(d->correlation, index, &count);

	for (size_t i = 0; i < count; i++) {
		const struct evidence *e = &d->results->evidence[list[i]];

		if (e->kind == EVIDENCE_HOP_WALK)
			site_route_walk(d, e, out);
	}
	if (o->has_icmp && o->phase != PHASE_LOCAL &&
	    o->blocker.family == ADDR_V4 && !outcome_is_expired(o) &&
	    !diagnosis_is_ours(d, &o->blocker))
		out->refusal = o;
}

static struct candidate *site_route_candidate(struct diagnosis *d,
					      const struct addr *target,
					      const struct way_out *w)
{
	struct candidate *f = candidate_for(
	    d, &finding_site_route_missing,
	    w->inside_hop == 0 ? "" : diagnosis_identity(d, &w->inside));

	f->reason = "Packets for a private address go to a public one";
	if (w->inside_hop > 0) {
		candidate_blocker(d, f, &w->inside);
		f->where = WHERE_HOP;
		f->hop = w->inside_hop;
		f->hop_address = w->inside;
	}
	if (w->walk != NULL)
		candidate_cite(
		    d, f, w->walk,
		    arena_printf(d->arena,
				 "the traceroute to %s meets %s, a public "
				 "address",
				 diagnosis_address(d, target),
				 diagnosis_address(d, &w->public)));
	if (w->refusal != NULL)
		candidate_line(
		    d, f,
		    "%s, a public address, reports %s as unreachable "
		    "(ICMP %u/%u)",
		    diagnosis_address(d, &w->refusal->blocker),
		    diagnosis_address(d, target),
		    (unsigned)w->refusal->icmp_type,
		    (unsigned)w->refusal->icmp_code);
	return f;
}

static const char *site_route_key(struct diagnosis *d, size_t index)
{
	return site_route_is_lost(d, index)
		   ? diagnosis_address(d, &diagnosis_result(d, index)->addr)
		   : NULL;
}

/* All tests of a host go the same way, whichever of them was walked. */
static void site_routes(struct diagnosis *d)
{
	struct clusters c;

	diagnosis_clusters_collect(&c, d, site_route_key);
	for (size_t i = 0; i < c.count; i++) {
		const struct cluster *host = &c.items[i];
		struct way_out w = {0};

		for (size_t k = 0; k < host->count; k++)
			site_route_look(d, host->items[k], &w);
		if (w.walk == NULL && w.refusal == NULL)
			continue;
		candidate_claim_all(
		    d,
		    site_route_candidate(
			d, &diagnosis_result(d, host->items[0])->addr, &w),
		    host);
	}
	diagnosis_clusters_free(&c);
}
