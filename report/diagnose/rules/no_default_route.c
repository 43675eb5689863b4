/* no_default_route.c - packets to other networks have nowhere to go. */
#include "report/diagnose/diagnose.h"

static void no_default_route(struct diagnosis *d);

const struct finding_entry finding_no_default_route = {
    .code = "no-default-route",
    .rules = {{700, no_default_route}},
    .owner = OWNER_THIS_HOST,
    .title = "This host has no default route",
    .meaning = "This host cannot send packets to other networks. Devices on "
	       "its own network may still work.",
    .decided = "The routing table has no default route, and the kernel "
	       "immediately rejected the probes as unreachable. Where the "
	       "table is hidden from this process: the kernel has no route to "
	       "an address that only a default route leads to.",
    .remedies = {{OWNER_THIS_HOST,
		  {"Set the gateway of this host (DHCP or static "
		   "configuration; ip route shows the current routes)",
		   "Run preflight again"}}},
};

/* The system's resolver could not be reached, or could not go further. */
static bool no_default_route_name(const struct result *r)
{
	if (r->outcome.phase != PHASE_RESOLVE)
		return false;
	switch (r->outcome.cause) {
	case CAUSE_TIMEOUT:
	case CAUSE_UNREACHABLE:
	case CAUSE_SERVFAIL:
	case CAUSE_LOCAL:
		return true;
	default:
		return false;
	}
}

/* A resolver of this network needs no route from here: the names that it fails
 * to resolve are its own matter. */
static bool no_default_route_resolver_is_near(const struct diagnosis *d)
{
	for (size_t i = 0; i < d->results->count; i++) {
		const struct result *r = diagnosis_result(d, i);

		if (r->spec->system_server && r->on_link)
			return true;
	}
	return false;
}

static void no_default_route(struct diagnosis *d)
{
	bool near = no_default_route_resolver_is_near(d);
	struct candidate *f = NULL;
	size_t refused = 0;

	if (facts_find(&d->results->host, "has-gateway") == NULL ||
	    diagnosis_has_gateway(d, ADDR_V4))
		return;
	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);
		const struct result *r;

		if (i == SIZE_MAX)
			continue;
		r = diagnosis_result(d, i);
		if (r->on_link ||
		    (r->addr.family == ADDR_V6 &&
		     diagnosis_has_gateway(d, ADDR_V6)) ||
		    !((diagnosis_refused_here(r, CAUSE_UNREACHABLE) &&
		       r->outcome.error == NET_NO_ROUTE) ||
		      (!near && no_default_route_name(r))))
			continue;
		f = candidate_for(d, &finding_no_default_route, "");
		candidate_claim(d, f, i);
		refused += r->outcome.phase == PHASE_LOCAL;
	}
	if (f == NULL)
		return;
	f->confirmed = true;
	f->where = WHERE_THIS_HOST;
	candidate_line(d, f, "%s",
		       diagnosis_cannot(d, "route")
			   ? "this host's kernel has no route to addresses "
			     "outside its own networks"
			   : "the routing table has no default route");
	if (refused > 0)
		candidate_line(d, f,
			       "probes that the kernel rejected immediately "
			       "(network unreachable): %zu",
			       refused);
}
