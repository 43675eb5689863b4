/*
 * static_address.c - is this host's address static, or a DHCP lease? Devices
 * that send logs, flows or traps here have the address in their configuration.
 */
#include "core/engine/check.h"
#include "core/os/host.h"

struct static_address_params {
	const char *address;
};

/* The address in question, and what the kernel says about it. */
struct static_address_found {
	struct addr addr;
	bool known;
	struct host_address entry;
};

/* Documentation addresses (RFC 5737, RFC 3849): far away from everywhere. */
static const char *const static_address_away[] = {"198.51.100.1",
						  "2001:db8::1"};

/* The source of packets to the internet; IPv4 first. Nothing is sent. */
static bool static_address_source(struct addr *out)
{
	struct host_route route;
	struct addr away;

	for (size_t i = 0; i < 2; i++) {
		if (!addr_parse(&away, static_address_away[i]))
			continue;
		if (host_route(&away, &route) != KNOWN_YES || route.local)
			continue;
		*out = route.source;
		if (out->family != ADDR_NONE)
			return true;
	}
	return false;
}

static void static_address_compare(void *arg, const struct host_address *a)
{
	struct static_address_found *found = arg;

	if (!addr_equal(&a->addr, &found->addr))
		return;
	found->known = true;
	found->entry = *a;
}

static enum step static_address_begin(struct probe *p)
{
	const struct static_address_params *params = p->params;
	struct static_address_found found = {.known = false};
	char text[ADDR_TEXT];

	if (params->address != NULL)
		addr_parse(&found.addr, params->address);
	else if (!static_address_source(&found.addr))
		return probe_untested(p, WHY_LOCAL);
	fact_string(p, "address", addr_text(&found.addr, text));
	host_addresses(static_address_compare, &found);
	if (!found.known || found.entry.origin == ORIGIN_NOT_KNOWN)
		return probe_untested(p, WHY_LOCAL);
	fact_string(p, "interface", found.entry.interface);
	fact_bool(p, "dynamic", found.entry.origin != ORIGIN_STATIC);
	if (found.entry.origin == ORIGIN_STATIC)
		return probe_ok(p);
	fact_number(p, "lease-seconds", found.entry.valid_seconds);
	return probe_fail_at(p, PHASE_LOCAL, CAUSE_REJECTED);
}

static enum step static_address_step(struct probe *p, enum event event)
{
	return event == EV_START ? static_address_begin(p) : STEP_WAIT;
}

static int static_address_validate(const void *arg, struct error *err)
{
	const struct static_address_params *params = arg;
	struct addr a;

	if (params->address != NULL && !addr_parse(&a, params->address))
		return error_set(err, "address: '%s' is not an address",
				 params->address);
	return 0;
}

static unsigned static_address_packets(const struct spec *s)
{
	(void)s;
	return 0;
}

static const struct param static_address_param_table[] = {
    {"address", PARAM_STRING, offsetof(struct static_address_params, address),
     NULL,
     "address of this host; without this, the source address of its packets",
     .required = false},
    {0},
};

static const struct fact_def static_address_fact_table[] = {
    {"address", FACT_STRING, "the address that was checked"},
    {"interface", FACT_STRING, "the interface that has it"},
    {"dynamic", FACT_BOOL, "it is leased for a limited time (DHCP, router)"},
    {"lease-seconds", FACT_NUMBER, "how long the lease is still valid"},
    {0},
};

const struct check check_static_address = {
    .name = "static-address",
    .summary = "this host's address is not a DHCP lease",
    .params = static_address_param_table,
    .facts = static_address_fact_table,
    .params_size = sizeof(struct static_address_params),
    .needs = NEEDS_NOTHING,
    .proxy = PROXY_NEVER,
    .transport = TRANSPORT_LOCAL,
    .attempts = 1,
    .validate = static_address_validate,
    .packets = static_address_packets,
    .step = static_address_step,
};
