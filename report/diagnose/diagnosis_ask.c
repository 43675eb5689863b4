/* diagnosis_ask.c - questions about a result that rules of several findings
 * ask. */
#include "report/diagnose/diagnose.h"

#include "report/answer_origin.h"
#include "report/diagnose/peer_group.h"

#include <string.h>

bool diagnosis_cannot(const struct diagnosis *d, const char *ability)
{
	const struct platform *p = &d->results->platform;

	for (size_t i = 0; i < p->cannot_count; i++)
		if (strcmp(p->cannot[i], ability) == 0)
			return true;
	return false;
}

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
	if (r->outcome.phase != PHASE_RESOLVE || correlation_is_elsewhere(r) ||
	    correlation_is_unmatched(r) ||
	    facts_is_true(&r->facts, "answers-truncated"))
		return false;
	/* The server answers; and a name of one label may fail by itself. */
	if (facts_text(&r->facts, "search-name") != NULL ||
	    (r->outcome.cause == CAUSE_SERVFAIL && correlation_is_bare_name(r)))
		return false;
	return r->outcome.cause == CAUSE_TIMEOUT ||
	       r->outcome.cause == CAUSE_UNREACHABLE ||
	       r->outcome.cause == CAUSE_LOCAL ||
	       r->outcome.cause == CAUSE_SERVFAIL;
}

bool diagnosis_is_name_unsent(const struct result *r)
{
	return r->outcome.phase == PHASE_RESOLVE &&
	       r->outcome.cause == CAUSE_LOCAL;
}

bool diagnosis_is_lost(const struct result *r)
{
	if ((r->on_link && !r->spec->system_server) ||
	    correlation_is_elsewhere(r))
		return false;
	if (diagnosis_is_name_lost(r) || diagnosis_no_next_hop(r))
		return true;
	if (r->outcome.cause == CAUSE_TIMEOUT)
		return r->outcome.phase == PHASE_CONNECT ||
		       r->outcome.phase == PHASE_PROXY ||
		       r->transport != TRANSPORT_TCP;
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

	return r->transport == TRANSPORT_TCP && r->outcome.phase >= PHASE_TLS &&
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

	return arena_printf(d->arena, "%s/%u %s", transport_name(r->transport),
			    (unsigned)r->port,
			    diagnosis_view(d, index)->internet ? "vendor"
							       : "device");
}

/* Servers ----------------------------------------------------------------- */

const char *diagnosis_asked(struct diagnosis *d, size_t index, size_t k)
{
	const struct result *r = diagnosis_result(d, index);
	const struct fact *list = facts_find(&r->facts, "resolver-dead");
	const char *server = facts_text(&r->facts, "resolver");
	char address[ADDR_TEXT];

	if (r->outcome.phase != PHASE_RESOLVE && r->addr.family != ADDR_NONE)
		server = addr_text(&r->addr, address);
	else if (list == NULL && server == NULL)
		list = facts_find(&d->results->host, "resolvers");
	else if (list != NULL)
		server = NULL;
	if (server != NULL)
		return k == 0 ? arena_strdup(d->arena, server) : NULL;
	return list != NULL && k < list->list_count ? list->list[k] : NULL;
}

static bool diagnosis_is_reply(enum cause cause)
{
	return cause == CAUSE_OK || cause == CAUSE_NXDOMAIN ||
	       cause == CAUSE_NO_DATA || cause == CAUSE_SERVFAIL ||
	       cause == CAUSE_REJECTED;
}

/* A query to that server had an answer, whatever the answer was. */
static bool diagnosis_is_answered(const struct result *r, const char *server)
{
	const char *by = facts_text(&r->facts, "resolver");
	char address[ADDR_TEXT];

	if (by != NULL && strcmp(by, server) == 0)
		return r->outcome.phase != PHASE_RESOLVE ||
		       diagnosis_is_reply(r->outcome.cause);
	return correlation_is_check(r, "dns") && r->addr.family != ADDR_NONE &&
	       r->why == WHY_NONE && diagnosis_is_reply(r->outcome.cause) &&
	       strcmp(addr_text(&r->addr, address), server) == 0;
}

bool diagnosis_server_answers(struct diagnosis *d, size_t index)
{
	const char *server;

	for (size_t k = 0; (server = diagnosis_asked(d, index, k)) != NULL; k++)
		for (size_t i = 0; i < d->results->count; i++)
			if (diagnosis_is_answered(diagnosis_result(d, i),
						  server))
				return true;
	return false;
}

/* A DNS server: on this link or on this host, or shown by a question to it. */
static bool diagnosis_is_shown(struct diagnosis *d, const char *server)
{
	struct addr a;

	if (!addr_parse(&a, server))
		return false;
	if ((a.family == ADDR_V4 && a.bytes[0] == 127) ||
	    strcmp(server, "::1") == 0 || diagnosis_is_gateway(d, &a))
		return true;
	for (size_t i = 0; i < d->results->count; i++) {
		const struct result *r = diagnosis_result(d, i);

		if (addr_equal(&r->addr, &a) &&
		    (r->on_link ||
		     (correlation_is_check(r, "dns") &&
		      answer_origin(d->correlation, i) == ANSWER_OWN)))
			return true;
	}
	return false;
}

bool diagnosis_is_witnessed(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);
	const char *server;

	if (r->outcome.phase != PHASE_RESOLVE)
		return answer_origin(d->correlation, index) == ANSWER_OWN ||
		       answer_is_vouched(d->correlation, index);
	for (size_t k = 0; (server = diagnosis_asked(d, index, k)) != NULL; k++)
		if (diagnosis_is_shown(d, server))
			return true;
	return false;
}
