/*
 * controls_dns.c - DNS controls: the same question to the other servers,
 * the name's parent, a name that does not exist, a server that does not exist.
 */
#include "report/controls/controls_plan_internal.h"

#include <string.h>

enum { CONTROLS_DNS_NAMES = 3, CONTROLS_DNS_PORT = 53 };

/* Never a name server, and never routed: TEST-NET-1, RFC 5737 3. */
static const struct addr controls_no_server = {.family = ADDR_V4,
					       .bytes = {192, 0, 2, 53}};

static void controls_dns_ask(struct controls_plan *w, size_t index,
			     const char *what, const struct addr *server,
			     const char *name)
{
	struct evidence_request request = {.kind = EVIDENCE_RESOLVER,
					   .result = index,
					   .what = what,
					   .addr = *server,
					   .port = CONTROLS_DNS_PORT,
					   .transport = TRANSPORT_UDP,
					   .host = name,
					   .talk = TALK_DNS};

	controls_add(w, &request);
}

/* The name a failed result stands for; NULL: none, or several. */
static const char *controls_dns_name(const struct result *r)
{
	const struct fact *gone = facts_find(&r->facts, "nxdomain-names");

	if (r->outcome.phase == PHASE_RESOLVE)
		return r->spec->derive_from != NULL ? r->spec->derive_from
						    : r->spec->host;
	if (correlation_is_check(r, "dns") && r->spec->system_server &&
	    gone != NULL && gone->list_count > 0)
		return gone->list[0];
	return NULL;
}

static bool controls_dns_is_no(const struct result *r)
{
	switch (r->outcome.cause) {
	case CAUSE_NXDOMAIN:
	case CAUSE_NO_DATA:
	case CAUSE_SERVFAIL:
	case CAUSE_REJECTED:
		return r->why == WHY_NONE;
	default:
		return false;
	}
}

/* Each configured server, for a name that one of them did not resolve. */
static void controls_dns_same(struct controls_plan *w, size_t index,
			      const char *name)
{
	const struct fact *list = facts_find(&w->results->host, "resolvers");
	struct addr server;

	for (size_t i = 0; list != NULL && i < list->list_count; i++) {
		if (addr_parse(&server, list->list[i]))
			controls_dns_ask(w, index, "same-question", &server,
					 name);
	}
}

/* Does its parent exist? Then the fault is in the first part. */
static void controls_dns_parent(struct controls_plan *w, size_t index,
				const char *name)
{
	const struct fact *list = facts_find(&w->results->host, "resolvers");
	const char *parent = correlation_domain(name);
	struct addr server;

	if (list == NULL || list->list_count == 0 || parent == name ||
	    strchr(parent, '.') == NULL || !addr_parse(&server, list->list[0]))
		return;
	controls_dns_ask(w, index, "parent", &server, parent);
}

static void controls_dns_failed(struct controls_plan *w)
{
	struct map seen = {0};

	for (size_t i = 0; i < w->results->count; i++) {
		const struct result *r = &w->results->items[i];
		const char *name =
		    controls_dns_is_no(r) ? controls_dns_name(r) : NULL;
		size_t *slot;

		if (name == NULL)
			continue;
		slot = map_at(&seen, name);
		if (*slot != SIZE_MAX || seen.count > CONTROLS_DNS_NAMES)
			continue;
		*slot = i;
		controls_dns_same(w, i, name);
		if (r->outcome.cause == CAUSE_NXDOMAIN)
			controls_dns_parent(w, i, name);
	}
	map_free(&seen);
}

/* A server that fails for a name of one label: does it for a full one? */
static void controls_dns_bare(struct controls_plan *w)
{
	const struct fact *list = facts_find(&w->results->host, "resolvers");
	struct addr server;

	for (size_t i = 0; list != NULL && i < w->results->count; i++) {
		const struct result *r = &w->results->items[i];

		if (!correlation_is_bare_name(r) || r->why != WHY_NONE ||
		    (r->outcome.cause != CAUSE_SERVFAIL &&
		     r->outcome.cause != CAUSE_REJECTED))
			continue;
		if (addr_parse(&server,
			       facts_text(&r->facts, "resolver") != NULL
				   ? facts_text(&r->facts, "resolver")
				   : list->list[0]))
			controls_dns_ask(w, i, "full-name", &server,
					 "example.com");
	}
}

/* A name that does not exist, completed by a search domain of this host: does
 * that domain have every name? */
static void controls_dns_searched(struct controls_plan *w)
{
	struct map seen = {0};
	struct addr server;

	for (size_t i = 0; i < w->results->count; i++) {
		const struct result *r = &w->results->items[i];
		const char *domain = correlation_search_domain(r);
		const char *resolver = facts_text(&r->facts, "resolver");
		size_t *slot;

		if (domain == NULL || resolver == NULL ||
		    !addr_parse(&server, resolver))
			continue;
		slot = map_at(&seen, domain);
		if (*slot == SIZE_MAX)
			controls_dns_ask(w, i, EVIDENCE_RANDOM_IN, &server,
					 domain);
		*slot = i;
	}
	map_free(&seen);
}

/* The hosts file decided, and the path fails: what would DNS have said? */
static void controls_dns_pinned(struct controls_plan *w)
{
	const struct fact *list = facts_find(&w->results->host, "resolvers");
	struct map seen = {0};
	struct addr server;

	if (list == NULL || list->list_count == 0 ||
	    !addr_parse(&server, list->list[0]))
		return;
	for (size_t i = 0; i < w->results->count; i++) {
		const struct result *r = &w->results->items[i];
		const char *resolver = facts_text(&r->facts, "resolver");
		size_t *slot;

		if (resolver == NULL || strcmp(resolver, "hosts file") != 0 ||
		    r->outcome.cause == CAUSE_OK || r->spec->host == NULL ||
		    !w->correlation->contexts[i].internet)
			continue;
		slot = map_at(&seen, r->spec->host);
		if (*slot != SIZE_MAX || seen.count > CONTROLS_DNS_NAMES)
			continue;
		*slot = i;
		controls_dns_ask(w, i, "same-question", &server, r->spec->host);
	}
	map_free(&seen);
}

/* A far server's answer that came from nearby: does it answer in everybody's
 * place? */
static void controls_dns_intercepted(struct controls_plan *w)
{
	for (size_t i = 0; i < w->results->count; i++) {
		const struct result *r = &w->results->items[i];
		const struct fact *answers = facts_find(&r->facts, "answers");

		if (!w->correlation->contexts[i].nearby || answers == NULL ||
		    r->spec->host == NULL)
			continue;
		controls_dns_ask(w, i, "no-name-server", &controls_no_server,
				 "example.com");
		return;
	}
}

/* Names resolve to a wrong address: do names that do not exist, too? */
static void controls_dns_wildcard(struct controls_plan *w)
{
	const struct fact *list = facts_find(&w->results->host, "resolvers");
	struct addr server;

	for (size_t i = 0; list != NULL && i < w->results->count; i++) {
		const struct result_context *v = &w->correlation->contexts[i];
		const struct result *r = &w->results->items[i];

		if (r->outcome.cause == CAUSE_OK)
			continue;
		if (v->interceptor != DNS_REDIRECT &&
		    (!v->internet || v->name_matches ||
		     v->trust == TLS_TRUST_NONE ||
		     v->trust == TLS_TRUST_PUBLIC))
			continue;
		if (list->list_count > 0 && addr_parse(&server, list->list[0]))
			controls_dns_ask(w, i, EVIDENCE_RANDOM_NAME, &server,
					 NULL);
		return;
	}
}

void controls_dns(struct controls_plan *w)
{
	controls_dns_failed(w);
	controls_dns_bare(w);
	controls_dns_searched(w);
	controls_dns_pinned(w);
	controls_dns_intercepted(w);
	controls_dns_wildcard(w);
}
