/*
 * controls_dns.c - DNS controls: the same question to the other servers,
 * the name's parent, a name that nobody has, a server that does not exist.
 */
#include "report/controls/controls_plan_internal.h"

#include <string.h>

enum { QUESTIONS_NAMES = 3, QUESTIONS_PORT = 53 };

/* Never a name server, and never routed: TEST-NET-1, RFC 5737 3. */
static const struct addr questions_nobody = {.family = AF_INET,
					     .bytes = {192, 0, 2, 53}};

static void questions_ask(struct wanted *w, size_t index, const char *what,
			  const struct addr *server, const char *name)
{
	struct evidence_wish wish = {.kind = EVIDENCE_RESOLVER,
				     .result = index,
				     .what = what,
				     .addr = *server,
				     .port = QUESTIONS_PORT,
				     .transport = TRANSPORT_UDP,
				     .host = name,
				     .talk = TALK_DNS};

	wanted_add(w, &wish);
}

/* The name a failed result stands for; NULL: none, or several. */
static const char *questions_name(const struct result *r)
{
	const struct fact *gone = facts_find(&r->facts, "nxdomain-names");

	if (r->outcome.phase == PHASE_RESOLVE)
		return r->spec->derive_from != NULL ? r->spec->derive_from
						    : r->spec->host;
	if (survey_is_check(r, "dns") && r->spec->system_server &&
	    gone != NULL && gone->list_count > 0)
		return gone->list[0];
	return NULL;
}

static bool questions_is_no(const struct result *r)
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
static void questions_same(struct wanted *w, size_t index, const char *name)
{
	const struct fact *list = facts_find(&w->results->host, "resolvers");
	struct addr server;

	for (size_t i = 0; list != NULL && i < list->list_count; i++) {
		if (addr_parse(&server, list->list[i]))
			questions_ask(w, index, "same-question", &server, name);
	}
}

/* Does its parent exist? Then the fault is in the first part. */
static void questions_parent(struct wanted *w, size_t index, const char *name)
{
	const struct fact *list = facts_find(&w->results->host, "resolvers");
	const char *parent = survey_domain(name);
	struct addr server;

	if (list == NULL || list->list_count == 0 || parent == name ||
	    strchr(parent, '.') == NULL || !addr_parse(&server, list->list[0]))
		return;
	questions_ask(w, index, "parent", &server, parent);
}

static void questions_failed(struct wanted *w)
{
	struct map seen = {0};

	for (size_t i = 0; i < w->results->count; i++) {
		const struct result *r = &w->results->items[i];
		const char *name =
		    questions_is_no(r) ? questions_name(r) : NULL;
		size_t *slot;

		if (name == NULL)
			continue;
		slot = map_at(&seen, name);
		if (*slot != SIZE_MAX || seen.count > QUESTIONS_NAMES)
			continue;
		*slot = i;
		questions_same(w, i, name);
		if (r->outcome.cause == CAUSE_NXDOMAIN)
			questions_parent(w, i, name);
	}
	map_free(&seen);
}

/* The hosts file decided, and the path fails: what would DNS have said? */
static void questions_pinned(struct wanted *w)
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
		    !w->survey->views[i].internet)
			continue;
		slot = map_at(&seen, r->spec->host);
		if (*slot != SIZE_MAX || seen.count > QUESTIONS_NAMES)
			continue;
		*slot = i;
		questions_ask(w, i, "same-question", &server, r->spec->host);
	}
	map_free(&seen);
}

/* A far server's answer that came from nearby: does it answer in everybody's
 * place? */
static void questions_intercepted(struct wanted *w)
{
	for (size_t i = 0; i < w->results->count; i++) {
		const struct result *r = &w->results->items[i];
		const struct fact *answers = facts_find(&r->facts, "answers");

		if (!w->survey->views[i].nearby || answers == NULL ||
		    r->spec->host == NULL)
			continue;
		questions_ask(w, i, "no-name-server", &questions_nobody,
			      "example.com");
		return;
	}
}

/* Names lead to strangers: do names that nobody has lead there, too? */
static void questions_wildcard(struct wanted *w)
{
	const struct fact *list = facts_find(&w->results->host, "resolvers");
	struct addr server;

	for (size_t i = 0; list != NULL && i < w->results->count; i++) {
		const struct survey_view *v = &w->survey->views[i];
		const struct result *r = &w->results->items[i];

		if (r->outcome.cause == CAUSE_OK)
			continue;
		if (v->stranger != STRANGER_HIJACK &&
		    (!v->internet || v->name_matches ||
		     v->trust == TLS_TRUST_NONE ||
		     v->trust == TLS_TRUST_PUBLIC))
			continue;
		if (list->list_count > 0 && addr_parse(&server, list->list[0]))
			questions_ask(w, i, EVIDENCE_RANDOM_NAME, &server,
				      NULL);
		return;
	}
}

void wanted_questions(struct wanted *w)
{
	questions_failed(w);
	questions_pinned(w);
	questions_intercepted(w);
	questions_wildcard(w);
}
