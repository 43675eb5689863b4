/* local_no_network.c - no link, or no address. */
#include "report/diagnose/diagnose.h"

#include <string.h>

static void local_network(struct diagnosis *d);

const struct finding_entry finding_local_no_network = {
    .code = "local-no-network",
    .rules = {{600, local_network}},
    .owner = OWNER_THIS_HOST,
    .title = "This host has no network: {detail}",
    .meaning = "No interface of this host is up, or none has an address. The "
	       "results say nothing about the site.",
    .decided = "The kernel lists no interface that is up and running, and it "
	       "refused the probes before any packet was sent.",
    .remedies = {{OWNER_THIS_HOST,
		  {"Plug in the cable, or connect the virtual network card (ip "
		   "link shows what this host sees)",
		   "Check that the interface has an address (ip address)",
		   "Run preflight again"}}},
};

/* A host other than this one answered. */
/* It does not need a link. */
static bool local_is_loopback(const struct addr *a)
{
	static const struct addr v4 = {.family = ADDR_V4, .bytes = {127}},
				 v6 = {.family = ADDR_V6, .bytes = {[15] = 1}};

	return addr_in(a, &v4, 8) || addr_in(a, &v6, 128);
}

static bool local_heard_anybody(const struct diagnosis *d)
{
	for (size_t i = 0; i < d->correlation->host_count; i++) {
		const struct addr *a = &d->correlation->hosts[i].addr;

		if (d->correlation->hosts[i].answered && !local_is_loopback(a))
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
		    r->spec->transport == TRANSPORT_LOCAL ||
		    local_is_loopback(&r->addr))
			continue;
		if (f == NULL) {
			f = candidate_for(d, &finding_local_no_network, "");
			f->confirmed = true;
			f->where = WHERE_THIS_HOST;
			f->detail = state;
			candidate_line(d, f, "this host reports: %s", state);
		}
		candidate_claim(d, f, i);
	}
}
