/*
 * local_route.c - routes of this host: one that rejects, or none. One rule: the
 * errno tells which of the two findings it is.
 */
#include "report/diagnose/diagnose.h"

#include <string.h>

static void local_routes(struct diagnosis *d);

const struct finding_entry finding_route_policy = {
    .code = "route-policy",
    .rules = {{900, local_routes}},
    .owner = OWNER_THIS_HOST,
    .title = "A route on this host ({detail}) rejects {targets}",
    .meaning = "A route on this host, for example one that a VPN client added, "
	       "rejects these addresses. The packets never left this host, so "
	       "the far end has not been tested.",
    .decided = "The kernel immediately rejected the probes with the error of a "
	       "blackhole, prohibit or unreachable route.",
    .remedies = {{OWNER_THIS_HOST,
		  {"Find the route: ip route get ADDRESS; ip route show table "
		   "all type {detail}",
		   "Remove it, or the policy that added it (VPN client, "
		   "fail2ban, ip rule)",
		   "Run preflight again: the paths behind it have not been "
		   "tested yet"}}},
};

const struct finding_entry finding_local_route = {
    .code = "local-route",
    .owner = OWNER_THIS_HOST,
    .title = "This host's routing table has no usable route to {targets}",
    .meaning = "A route on this host rejects these addresses, or no route "
	       "leads to them. Other addresses work.",
    .decided = "The kernel immediately rejected the probes, although this host "
	       "has a default route and reached other addresses, or does not "
	       "show its routes.",
    .remedies = {{OWNER_THIS_HOST,
		  {"Find the route that matches: ip route get ADDRESS",
		   "Remove a blackhole, unreachable or prohibit route, or add "
		   "the missing one"}}},
};

/* A route that rejects is one thing, no route another (route(7)): blackhole
 * gives EINVAL, prohibit EACCES, unreachable EHOSTUNREACH. */
static const struct finding_entry *local_route_entry(const struct result *r)
{
	switch (r->outcome.error) {
	case NET_INVALID:
	case NET_PROHIBITED:
	case NET_HOST_UNREACHABLE:
		return &finding_route_policy;
	default:
		return &finding_local_route;
	}
}

/* The kernel has a route after all: then the error is of something else (EACCES
 * of a broadcast address, EINVAL of a socket). */
static bool local_route_is_there(const struct diagnosis *d, size_t index)
{
	const struct evidence *e =
	    correlation_evidence(d->correlation, index, EVIDENCE_ROUTE);

	return e != NULL && facts_is_true(&e->observed, "found");
}

static const char *local_route_kind(enum net_error error)
{
	return error == NET_INVALID      ? "blackhole"
	       : error == NET_PROHIBITED ? "prohibit"
					 : "unreachable";
}

/* Where IPv4 works, IPv6 without a route is one matter of its own (uplink.c).
 */
static void local_routes(struct diagnosis *d)
{
	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);
		const struct evidence *e;
		const struct result *r;
		struct candidate *f;

		if (i == SIZE_MAX)
			continue;
		r = diagnosis_result(d, i);
		if (!diagnosis_refused_here(r, CAUSE_UNREACHABLE) ||
		    local_route_is_there(d, i) ||
		    (r->addr.family == ADDR_V6 &&
		     r->outcome.error == NET_NO_ROUTE &&
		     diagnosis_has_gateway(d, ADDR_V4)))
			continue;
		f = candidate_for(d, local_route_entry(r),
				  local_route_kind(r->outcome.error));
		f->confirmed = true;
		f->where = WHERE_THIS_HOST;
		f->detail = local_route_kind(r->outcome.error);
		candidate_claim(d, f, i);
		if (r->outcome.error != NET_OK)
			candidate_line(d, f, "the kernel reports: %s",
				       net_error_text(r->outcome.error));
		e = correlation_evidence(d->correlation, i, EVIDENCE_ROUTE);
		if (e != NULL && facts_text(&e->observed, "error") != NULL)
			candidate_cite(
			    d, f, e,
			    arena_printf(
				d->arena,
				"a route lookup for %s gives the same error",
				diagnosis_target(d, i)));
	}
}
