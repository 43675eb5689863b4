/* diagnosis_ask.c - questions about a result that rules of several findings
 * ask. */
#include "report/diagnose/diagnose.h"

#include "report/diagnose/peer_group.h"

bool diagnosis_refused_here(const struct result *r, enum cause cause)
{
	return r->outcome.phase == PHASE_LOCAL && r->outcome.cause == cause;
}

struct addr diagnosis_gateway(const struct diagnosis *d,
			      enum addr_family family)
{
	const struct fact *gateways = facts_find(&d->results->host, "gateways");
	struct addr a;

	for (size_t i = 0; gateways != NULL && i < gateways->list_count; i++) {
		if (addr_parse(&a, gateways->list[i]) && a.family == family)
			return a;
	}
	return (struct addr){.family = ADDR_NONE};
}

bool diagnosis_has_gateway(const struct diagnosis *d, enum addr_family family)
{
	return diagnosis_gateway(d, family).family != ADDR_NONE;
}

bool diagnosis_no_next_hop(const struct result *r)
{
	return !r->on_link && r->outcome.cause == CAUSE_UNREACHABLE &&
	       r->outcome.phase > PHASE_RESOLVE && !r->outcome.has_icmp;
}

bool diagnosis_is_name_lost(const struct result *r)
{
	if (r->outcome.phase != PHASE_RESOLVE)
		return false;
	return r->outcome.cause == CAUSE_TIMEOUT ||
	       r->outcome.cause == CAUSE_UNREACHABLE ||
	       r->outcome.cause == CAUSE_LOCAL ||
	       r->outcome.cause == CAUSE_SERVFAIL;
}

bool diagnosis_is_lost(const struct result *r)
{
	if (r->on_link && !r->spec->system_server)
		return false;
	if (diagnosis_is_name_lost(r) || diagnosis_no_next_hop(r))
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

bool diagnosis_is_resolver(const struct result *r)
{
	return r->outcome.phase == PHASE_RESOLVE ||
	       (correlation_is_check(r, "dns") && r->spec->system_server);
}

bool diagnosis_dns_ended(const struct result *r, enum cause cause)
{
	return r->outcome.cause == cause &&
	       (diagnosis_is_resolver(r) || correlation_is_check(r, "dns"));
}

bool diagnosis_is_vanished(const struct diagnosis *d, size_t index)
{
	return correlation_is_silent(diagnosis_result(d, index),
				     SILENCE_VANISHED) &&
	       diagnosis_view(d, index)->direct;
}

bool diagnosis_is_open(const struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);

	return r->spec->transport == TRANSPORT_TCP &&
	       r->outcome.phase >= PHASE_TLS &&
	       diagnosis_view(d, index)->direct &&
	       diagnosis_view(d, index)->internet;
}

size_t diagnosis_hosts(struct diagnosis *d, const struct cluster *c)
{
	struct map seen = {0};
	char address[ADDR_TEXT];
	size_t count;

	for (size_t i = 0; i < c->count; i++) {
		const struct result *r = diagnosis_result(d, c->items[i]);

		*map_at(&seen,
			r->addr.family == ADDR_NONE
			    ? diagnosis_target(d, c->items[i])
			    : arena_strdup(d->arena,
					   addr_text(&r->addr, address))) = i;
	}
	count = seen.count;
	map_free(&seen);
	return count;
}

enum owner diagnosis_dropper(struct diagnosis *d, size_t index)
{
	if (diagnosis_result(d, index)->on_link)
		return OWNER_DEVICE;
	if (peer_group_is_network(d, index))
		return OWNER_FIREWALL;
	return diagnosis_port(d, index)->ok > 0 ? OWNER_DEVICE : OWNER_FIREWALL;
}

const char *diagnosis_key_poor(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);

	return diagnosis_judgement(d, index)->verdict == VERDICT_WARN &&
		       r->outcome.cause == CAUSE_OK &&
		       diagnosis_view(d, index)->answered && !r->on_link
		   ? ""
		   : NULL;
}

const char *diagnosis_service(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);

	return arena_printf(
	    d->arena, "%s/%u %s", transport_name(r->spec->transport),
	    (unsigned)r->port,
	    diagnosis_view(d, index)->internet ? "vendor" : "device");
}
