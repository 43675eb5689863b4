/* interception.c - inspectors, portals, block pages, hijackers. */
#include "report/interception.h"
#include "core/base/text.h"

#include "core/net/tls_products.h"
#include "report/same_answer.h"
#include "core/base/mem.h"

#include <stdlib.h>
#include <string.h>

enum tls_trust interception_trust(const struct facts *f)
{
	const char *word = facts_text(f, "tls-trust");

	for (int t = TLS_TRUST_PUBLIC; word != NULL && t < TLS_TRUST_NONE;
	     t++) {
		if (strcmp(word, tls_trust_name((enum tls_trust)t)) == 0)
			return (enum tls_trust)t;
	}
	return TLS_TRUST_NONE;
}

/* Names ------------------------------------------------------------------- */

/* "*.example.com" stands for one label. */
static bool interception_pattern(const char *pattern, size_t length,
				 const char *host)
{
	const char *dot;

	if (length > 2 && pattern[0] == '*' && pattern[1] == '.') {
		dot = strchr(host, '.');
		if (dot == NULL || dot == host)
			return false;
		pattern++;
		length--;
		host = dot;
	}
	return strlen(host) == length &&
	       text_ncasecmp(pattern, host, length) == 0;
}

bool interception_name_matches(const struct facts *f, const char *host)
{
	const char *names = facts_text(f, "tls-names");
	const char *subject;

	while (names != NULL && *names != '\0') {
		size_t length;

		names += strspn(names, ", ");
		length = strcspn(names, ", ");
		if (interception_pattern(names, length, host))
			return true;
		if (length == 3 && strncmp(names, "...", 3) == 0)
			return true; /* cut: cannot tell, so do not accuse */
		names += length;
	}
	if (facts_text(f, "tls-names") != NULL &&
	    facts_text(f, "tls-names")[0] != '\0')
		return false;
	subject = facts_text(f, "tls-subject");
	return subject != NULL && text_casestr(subject, host) != NULL;
}

/* Several domains under one key -------------------------------------------- */

struct intercept_group {
	const char *key;
	size_t domain; /* the first */
	bool several;
	bool proved;
};

struct intercept_groups {
	struct map map;
	struct intercept_group *items;
	size_t count, capacity;
};

static struct intercept_group *interception_count(struct intercept_groups *g,
						  const char *key,
						  size_t domain)
{
	size_t *slot = map_at(&g->map, key);
	struct intercept_group *group;

	if (*slot == SIZE_MAX) {
		g->items = mem_grow(g->items, &g->capacity, g->count + 1,
				    sizeof *g->items);
		g->items[g->count] =
		    (struct intercept_group){.key = key, .domain = domain};
		*slot = g->count++;
	}
	group = &g->items[*slot];
	if (group->domain == SIZE_MAX)
		group->domain = domain;
	if (group->domain != domain && domain != SIZE_MAX)
		group->several = true;
	return group;
}

static const struct intercept_group *interception_of(
    const struct intercept_groups *g, const char *key)
{
	size_t at = key == NULL ? SIZE_MAX : map_get(&g->map, key);

	return at == SIZE_MAX ? NULL : &g->items[at];
}

static void interception_done(struct intercept_groups *g)
{
	map_free(&g->map);
	free(g->items);
}

/* Hijack ------------------------------------------------------------------ */

static void interception_hijack(struct correlation *s)
{
	for (size_t i = 0; i < s->host_count; i++) {
		const struct host_index *h = &s->hosts[i];

		if (h->domain_count < 3 || !h->foreign || h->trusted)
			continue;
		for (size_t j = h->first; j < h->first + h->count; j++) {
			if (s->contexts[s->by_host[j]].internet)
				s->contexts[s->by_host[j]].interceptor =
				    DNS_REDIRECT;
		}
	}
}

/* Inspection -------------------------------------------------------------- */

/* The issuer of a certificate that no public authority has signed. */
static const char *interception_forger(const struct correlation *s,
				       size_t index)
{
	const struct result_context *v = &s->contexts[index];
	const struct facts *f = &s->results->items[index].facts;
	const char *issuer = facts_text(f, "tls-issuer");
	const char *subject = facts_text(f, "tls-subject");

	if (!v->internet || issuer == NULL ||
	    v->interceptor != INTERCEPTOR_NONE)
		return NULL;
	if (v->trust != TLS_TRUST_UNKNOWN_ROOT &&
	    v->trust != TLS_TRUST_LOCAL_ROOT)
		return NULL;
	if (subject != NULL && strcmp(subject, issuer) == 0)
		return NULL; /* self-signed: the host's own */
	return issuer;
}

static void interception_inspection(struct correlation *s)
{
	struct intercept_groups g = {0};

	for (size_t i = 0; i < s->results->count; i++) {
		const char *issuer = interception_forger(s, i);
		struct intercept_group *group;

		/* An inspector forges the right name. */
		if (issuer == NULL || !s->contexts[i].name_matches)
			continue;
		group = interception_count(&g, issuer, s->contexts[i].domain);
		if (s->contexts[i].trust == TLS_TRUST_LOCAL_ROOT ||
		    tls_products_product(issuer) != NULL)
			group->proved = true;
	}
	for (size_t i = 0; i < s->results->count; i++) {
		const char *issuer = interception_forger(s, i);
		const struct intercept_group *group =
		    interception_of(&g, issuer);

		if (group == NULL)
			continue;
		if (!group->proved && !group->several &&
		    !correlation_is_check(&s->results->items[i],
					  "tls-inspection"))
			continue;
		s->contexts[i].interceptor = TLS_INSPECTION;
		if (s->inspector == NULL)
			s->inspector = issuer;
		if (group->proved || group->several)
			s->inspector_proved = true;
	}
	interception_done(&g);
}

/* Portals ----------------------------------------------------------------- */

/* The host of an absolute Location that leaves the asked host's domain. */
static const char *interception_redirect(struct correlation *s, size_t index)
{
	const struct result *r = &s->results->items[index];
	const char *location = facts_text(&r->facts, "location");
	const char *start, *target;
	size_t length;

	if (location == NULL)
		location = facts_text(&r->facts, "onward");
	if (!s->contexts[index].internet || location == NULL ||
	    r->spec->host == NULL)
		return NULL;
	start = strstr(location, "://");
	if (start == NULL)
		return NULL;
	start += 3;
	length = strcspn(start, "/?#");
	if (*start == '[')
		length = strcspn(start, "]") + 1;
	else
		length = strcspn(start, "/?#:");
	target = arena_strndup(&s->arena, start, length);
	if (text_casecmp(correlation_domain(target),
			 correlation_domain(r->spec->host)) == 0)
		return NULL;
	return target;
}

static const char *interception_leaf(const struct correlation *s, size_t index)
{
	const struct result_context *v = &s->contexts[index];

	if (!v->internet || v->trust == TLS_TRUST_NONE ||
	    v->trust == TLS_TRUST_PUBLIC || v->name_matches)
		return NULL;
	return facts_text(&s->results->items[index].facts, "tls-sha256");
}

static void interception_mark_portal(struct correlation *s, size_t index,
				     const char *host)
{
	if (s->contexts[index].interceptor == INTERCEPTOR_NONE)
		s->contexts[index].interceptor = CAPTIVE_PORTAL;
	if (s->portal == NULL)
		s->portal = host;
}

/* The check `http` knows a log-in page when it sees one; where plain HTTP to
 * another domain works, it is that host's own matter. */
static bool interception_is_captive(const struct correlation *s)
{
	size_t captive = SIZE_MAX;
	bool any = false;

	for (size_t i = 0; i < s->results->count; i++) {
		if (!s->contexts[i].internet ||
		    !facts_is_true(&s->results->items[i].facts, "captive"))
			continue;
		captive = any && s->contexts[i].domain != captive
			      ? SIZE_MAX
			      : s->contexts[i].domain;
		any = true;
	}
	for (size_t i = 0; any && i < s->results->count; i++) {
		const struct result *r = &s->results->items[i];

		if (s->contexts[i].internet &&
		    s->contexts[i].domain != captive &&
		    r->outcome.cause == CAUSE_OK &&
		    correlation_is_check(r, "http"))
			return false;
	}
	return any;
}

static void interception_portal(struct correlation *s)
{
	struct intercept_groups pages = {0}, leaves = {0};
	size_t count = s->results->count;
	const char **redirect = mem_calloc(count + 1, sizeof *redirect);
	bool several = interception_is_captive(s), captive = several;

	for (size_t i = 0; i < count; i++) {
		redirect[i] = interception_redirect(s, i);
		if (redirect[i] != NULL)
			interception_count(&pages, redirect[i],
					   s->contexts[i].domain);
		if (interception_leaf(s, i) != NULL)
			several |=
			    interception_count(&leaves, interception_leaf(s, i),
					       s->contexts[i].domain)
				->several;
	}
	for (size_t i = 0; i < count; i++) {
		const struct facts *f = &s->results->items[i].facts;
		const struct intercept_group *page =
		    interception_of(&pages, redirect[i]);
		const struct intercept_group *leaf =
		    interception_of(&leaves, interception_leaf(s, i));

		if (s->contexts[i].internet &&
		    (correlation_number(f, "status", 0) == 511 ||
		     (captive && facts_is_true(f, "captive"))))
			interception_mark_portal(s, i, redirect[i]);
		else if (page != NULL && (page->several || several))
			interception_mark_portal(s, i, page->key);
		else if (leaf != NULL && leaf->several)
			interception_mark_portal(s, i, NULL);
	}
	free(redirect);
	interception_done(&pages);
	interception_done(&leaves);
}

/* Block pages ------------------------------------------------------------- */

static bool interception_is_page(const struct correlation *s, size_t index)
{
	const struct result *r = &s->results->items[index];

	return s->contexts[index].internet && r->spec->host != NULL &&
	       (facts_is_true(&r->facts, "block-page") ||
		correlation_number(&r->facts, "status", 0) == 451);
}

/* The page itself, and a foreign certificate for the same host. */
static void interception_block_pages(struct correlation *s)
{
	struct map pages = {0};
	size_t count = s->results->count;

	for (size_t i = 0; i < count; i++) {
		if (s->contexts[i].interceptor == INTERCEPTOR_NONE &&
		    interception_is_page(s, i))
			*map_at(&pages, s->results->items[i].spec->host) = i;
	}
	for (size_t i = 0; i < count && pages.count > 0; i++) {
		const struct result_context *v = &s->contexts[i];
		const char *host = s->results->items[i].spec->host;

		if (v->interceptor != INTERCEPTOR_NONE || host == NULL ||
		    map_get(&pages, host) == SIZE_MAX)
			continue;
		if (interception_is_page(s, i) ||
		    (!v->name_matches && v->trust != TLS_TRUST_NONE &&
		     v->trust != TLS_TRUST_PUBLIC))
			s->contexts[i].interceptor = BLOCK_PAGE;
	}
	map_free(&pages);
}

/* Search domains ---------------------------------------------------------- */

/* Names that do not exist, completed by a domain that has every name. */
static void interception_searched(struct correlation *s)
{
	for (size_t i = 0; i < s->results->count; i++) {
		const char *domain =
		    correlation_search_domain(&s->results->items[i]);

		if (domain != NULL && correlation_wildcard(s, domain) != NULL)
			s->contexts[i].interceptor = SEARCH_WILDCARD;
	}
}

void interception_find(struct correlation *s)
{
	interception_hijack(s);
	interception_inspection(s);
	interception_portal(s);
	interception_block_pages(s);
	interception_searched(s);
	same_answer_find(s);
}
