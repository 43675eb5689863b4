/* local.c - causes on this host: it must never blame a remote target. */
#include "report/diagnose/diagnose.h"

#include <string.h>

/* The system's resolver could not be reached, or could not go further. */
static bool local_no_name(const struct result *r)
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

static bool local_refused(const struct result *r, enum cause cause)
{
	return r->outcome.phase == PHASE_LOCAL && r->outcome.cause == cause;
}

/* Somebody else than this host was heard. */
static bool local_heard_anybody(const struct diagnosis *d)
{
	for (size_t i = 0; i < d->correlation->host_count; i++) {
		const struct addr *a = &d->correlation->hosts[i].addr;
		static const struct addr loopback = {.family = ADDR_V4,
						     .bytes = {127}};

		if (d->correlation->hosts[i].answered &&
		    !addr_in(a, &loopback, 8))
			return true;
	}
	return false;
}

static const char *local_network_state(const struct diagnosis *d)
{
	const struct facts *host = &d->results->host;
	const char *link = facts_text(host, "link");

	if (link != NULL && strcmp(link, "down") == 0)
		return "no link";
	if (facts_find(host, "has-ipv4") != NULL &&
	    !facts_is_true(host, "has-ipv4") &&
	    !facts_is_true(host, "has-ipv6"))
		return "no address";
	return NULL;
}

static void local_network(struct diagnosis *d)
{
	const char *state = local_network_state(d);
	struct candidate *f = NULL;

	if (state == NULL || local_heard_anybody(d))
		return;
	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);
		const struct result *r;

		if (i == SIZE_MAX)
			continue;
		r = diagnosis_result(d, i);
		if (r->outcome.cause == CAUSE_IN_USE ||
		    r->spec->transport == TRANSPORT_LOCAL)
			continue;
		if (f == NULL) {
			f = candidate_for(d, "local-no-network", "");
			f->confirmed = true;
			f->where = WHERE_THIS_HOST;
			f->detail = state;
			candidate_line(d, f, "this host reports: %s", state);
		}
		candidate_claim(d, f, i);
	}
}

/* What was untested because the network went away in mid-run. */
static void local_link_changed(struct diagnosis *d)
{
	struct candidate *f = NULL;
	size_t before = 0;

	if (!d->results->link_changed)
		return;
	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);

		if (i == SIZE_MAX ||
		    diagnosis_judgement(d, i)->why != WHY_LOCAL ||
		    diagnosis_result(d, i)->spec->transport == TRANSPORT_LOCAL)
			continue;
		f = candidate_for(d, "link-changed", "");
		candidate_claim(d, f, i);
	}
	if (f == NULL)
		return;
	for (size_t i = 0; i < d->results->count; i++)
		before += diagnosis_view(d, i)->answered;
	f->confirmed = true;
	f->where = WHERE_THIS_HOST;
	candidate_line(
	    d, f,
	    "the kernel reported that a link, an address or the default "
	    "gateway was gone");
	candidate_line(d, f, "tests that were answered before: %zu", before);
}

/* This host ran out of something that sockets need. */
static bool local_is_resource(const struct result *r)
{
	if (!local_refused(r, CAUSE_LOCAL))
		return false;
	switch (r->outcome.error) {
	case NET_NO_ADDRESS:
	case NET_AGAIN: /* no local port is left for a datagram socket */
	case NET_NO_DESCRIPTORS:
	case NET_SYSTEM_FULL:
	case NET_NO_ROOM:
	case NET_NO_MEMORY:
		return true;
	default:
		return false;
	}
}

static void local_resource(struct diagnosis *d)
{
	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);
		const struct result *r;
		struct candidate *f;

		if (i == SIZE_MAX)
			continue;
		r = diagnosis_result(d, i);
		if (!local_is_resource(r))
			continue;
		f = candidate_for(d, "local-resource", "");
		f->confirmed = true;
		f->where = WHERE_THIS_HOST;
		f->detail = net_error_text(r->outcome.error);
		candidate_line(d, f, "the kernel says: %s", f->detail);
		candidate_claim(d, f, i);
	}
}

static bool local_has_gateway(const struct diagnosis *d,
			      enum addr_family family)
{
	const struct fact *gateways = facts_find(&d->results->host, "gateways");
	struct addr a;

	for (size_t i = 0; gateways != NULL && i < gateways->list_count; i++) {
		if (addr_parse(&a, gateways->list[i]) && a.family == family)
			return true;
	}
	return false;
}

static void local_default_route(struct diagnosis *d)
{
	struct candidate *f = NULL;
	size_t refused = 0;

	if (facts_find(&d->results->host, "has-gateway") == NULL ||
	    local_has_gateway(d, ADDR_V4))
		return;
	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);
		const struct result *r;

		if (i == SIZE_MAX)
			continue;
		r = diagnosis_result(d, i);
		if (r->on_link ||
		    (r->addr.family == ADDR_V6 &&
		     local_has_gateway(d, ADDR_V6)) ||
		    !(local_refused(r, CAUSE_UNREACHABLE) || local_no_name(r)))
			continue;
		f = candidate_for(d, "no-default-route", "");
		candidate_claim(d, f, i);
		refused += r->outcome.phase == PHASE_LOCAL;
	}
	if (f == NULL)
		return;
	f->confirmed = true;
	f->where = WHERE_THIS_HOST;
	candidate_line(d, f, "the routing table has no default route");
	if (refused > 0)
		candidate_line(
		    d, f,
		    "probes that the kernel refused at once (network "
		    "unreachable): %zu",
		    refused);
}

static void local_firewall(struct diagnosis *d)
{
	struct candidate *f = NULL;
	size_t not_permitted = 0;

	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);
		const struct result *r;

		if (i == SIZE_MAX)
			continue;
		r = diagnosis_result(d, i);
		if (!local_refused(r, CAUSE_PROHIBITED))
			continue;
		f = candidate_for(d, "local-firewall", "");
		f->confirmed = true;
		f->where = WHERE_THIS_HOST;
		candidate_claim(d, f, i);
		not_permitted += !r->outcome.has_icmp;
		if (r->outcome.has_icmp && f->blocker.family == ADDR_NONE) {
			char address[ADDR_TEXT];

			f->blocker = r->outcome.blocker;
			f->blocker_name = facts_text(&d->results->host, "name");
			candidate_line(
			    d, f,
			    "ICMP %u/%u from this host's own address "
			    "%s",
			    (unsigned)r->outcome.icmp_type,
			    (unsigned)r->outcome.icmp_code,
			    addr_text(&f->blocker, address));
		}
	}
	if (f != NULL && not_permitted > 0)
		candidate_line(d, f,
			       "times that sending failed with \"operation not "
			       "permitted\": %zu",
			       not_permitted);
}

/* A route that says no is one thing, no route another (route(7)): blackhole
 * gives EINVAL, prohibit EACCES, unreachable EHOSTUNREACH. */
static const char *local_route_code(const struct result *r)
{
	switch (r->outcome.error) {
	case NET_INVALID:
	case NET_PROHIBITED:
	case NET_HOST_UNREACHABLE:
		return "route-policy";
	default:
		return "local-route";
	}
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
		if (!local_refused(r, CAUSE_UNREACHABLE) ||
		    (r->addr.family == ADDR_V6 &&
		     r->outcome.error == NET_NO_ROUTE &&
		     local_has_gateway(d, ADDR_V4)))
			continue;
		f = candidate_for(d, local_route_code(r), "");
		f->confirmed = true;
		f->where = WHERE_THIS_HOST;
		f->detail = local_route_kind(r->outcome.error);
		candidate_claim(d, f, i);
		if (r->outcome.error != NET_OK)
			candidate_line(d, f, "the kernel says: %s",
				       net_error_text(r->outcome.error));
		e = correlation_evidence(d->correlation, i, EVIDENCE_ROUTE);
		if (e != NULL && facts_text(&e->observed, "error") != NULL)
			candidate_cite(
			    d, f, e,
			    arena_printf(d->arena,
					 "asked for the route to %s, it "
					 "says the same",
					 diagnosis_target(d, i)));
	}
}

/* "514/udp rsyslogd (612)", where it can be read. */
static const char *local_holder(const struct result *r)
{
	const struct fact *list = facts_find(&r->facts, "in-use");

	return list != NULL && list->list_count > 0 ? list->list[0]
						    : "another program";
}

static void local_ports(struct diagnosis *d)
{
	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);
		const char *holder;
		struct candidate *f;

		if (i == SIZE_MAX ||
		    diagnosis_result(d, i)->outcome.cause != CAUSE_IN_USE)
			continue;
		holder = local_holder(diagnosis_result(d, i));
		f = candidate_for(d, "port-in-use", holder);
		f->confirmed = true;
		f->where = WHERE_THIS_HOST;
		f->detail = holder;
		candidate_line(d, f, "held by %s", holder);
		candidate_claim(d, f, i);
	}
}

void rules_local(struct diagnosis *d)
{
	local_ports(d);
	local_link_changed(d);
	local_resource(d);
	local_network(d);
	local_default_route(d);
	local_firewall(d);
	local_routes(d);
}
