/* same_answer.c - the same answer from unrelated hosts. */
#include "report/same_answer.h"

#include "core/base/mem.h"
#include "core/base/text.h"
#include "report/map.h"

#include <stdlib.h>
#include <string.h>

enum { SAME_DOMAINS = 2, SAME_DOMAINS_EMPTY = 3 };

/* One answer, and who gave it. */
struct same_group {
	long status;
	const char *page; /* its print; NULL: not known */
	struct map domains, places;
	size_t members;
};

struct same_groups {
	struct map map;
	struct arena keys;
	struct same_group *items;
	size_t count, capacity;
	size_t answers; /* plain ones of the run, whatever they are */
};

/* Statuses of the IANA registry (RFC 9110 16.2), and what WebDAV and other
 * standards added. */
static bool same_is_registered(long status)
{
	static const struct {
		long first, last;
	} ranges[] = {{100, 104}, {200, 208}, {226, 226}, {300, 308},
		      {400, 418}, {421, 426}, {428, 429}, {431, 431},
		      {451, 451}, {500, 508}, {510, 511}};

	for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
		if (status >= ranges[i].first && status <= ranges[i].last)
			return true;
	}
	return false;
}

static long same_status(const struct result *r)
{
	return (long)correlation_number(&r->facts, "status", 0);
}

/* Anybody on the path may have given it. */
static bool same_is_plain(const struct correlation *s, size_t index)
{
	const struct result_context *v = &s->contexts[index];
	const struct result *r = &s->results->items[index];

	return v->internet && v->domain != SIZE_MAX && r->why == WHY_NONE &&
	       r->parent == SIZE_MAX && v->trust != TLS_TRUST_PUBLIC &&
	       same_status(r) >= 200 &&
	       (correlation_is_check(r, "http") ||
		correlation_is_check(r, "https"));
}

static bool same_text(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

/* The same host, whose chain and name are right, answered. */
static bool same_is_witness(const struct correlation *s, size_t index,
			    size_t other)
{
	const struct result *r = &s->results->items[index];
	const struct result *w = &s->results->items[other];

	return s->contexts[other].trust == TLS_TRUST_PUBLIC &&
	       w->spec->host != NULL && r->spec->host != NULL &&
	       text_casecmp(w->spec->host, r->spec->host) == 0;
}

/* The host says the same over trusted TLS: a page is the same only where both
 * are known. */
static bool same_is_own(const struct correlation *s, size_t index)
{
	const struct result *r = &s->results->items[index];
	const char *page = facts_text(&r->facts, "page");

	for (size_t i = 0; i < s->results->count; i++) {
		const struct facts *f = &s->results->items[i].facts;

		if (same_is_witness(s, index, i) &&
		    same_status(&s->results->items[i]) == same_status(r) &&
		    (same_status(r) >= 400 ||
		     same_text(facts_text(f, "page"), page)))
			return true;
	}
	return false;
}

static bool same_is_vouched(const struct correlation *s, size_t index)
{
	static const char *const ways[] = {"location", "onward"};
	const struct facts *own = &s->results->items[index].facts;

	for (size_t i = 0; i < s->results->count; i++) {
		if (!same_is_witness(s, index, i))
			continue;
		for (size_t k = 0; k < 2; k++) {
			if (same_text(facts_text(own, ways[k]),
				      facts_text(&s->results->items[i].facts,
						 ways[k])))
				return true;
		}
	}
	return false;
}

bool same_answer_leads_away(const struct correlation *s, size_t index)
{
	const struct result_context *v = &s->contexts[index];

	return v->internet && v->domain != SIZE_MAX &&
	       facts_is_true(&s->results->items[index].facts, "leads-away") &&
	       !same_is_vouched(s, index);
}

static struct same_group *same_group(struct same_groups *g,
				     const struct result *r)
{
	const char *page = facts_text(&r->facts, "page");
	size_t *slot =
	    map_at(&g->map, arena_printf(&g->keys, "%ld %s", same_status(r),
					 page == NULL ? "" : page));

	if (*slot == SIZE_MAX) {
		g->items = mem_grow(g->items, &g->capacity, g->count + 1,
				    sizeof *g->items);
		g->items[g->count] =
		    (struct same_group){.status = same_status(r), .page = page};
		*slot = g->count++;
	}
	return &g->items[*slot];
}

static bool same_is_member(const struct correlation *s, size_t index)
{
	return same_is_plain(s, index) &&
	       s->contexts[index].interceptor == INTERCEPTOR_NONE &&
	       same_status(&s->results->items[index]) / 100 != 3 &&
	       !same_is_own(s, index);
}

/* Behind a proxy addresses are not known: names are places, too. */
static void same_join(const struct correlation *s, struct same_groups *g,
		      size_t index)
{
	const struct result *r = &s->results->items[index];
	struct same_group *group = same_group(g, r);
	char address[ADDR_TEXT];

	group->members++;
	*map_at(&group->domains,
		arena_printf(&g->keys, "%zu", s->contexts[index].domain)) =
	    index;
	*map_at(&group->places,
		arena_strdup(&g->keys, r->addr.family == ADDR_NONE
					   ? r->spec->host
					   : addr_text(&r->addr, address))) =
	    index;
}

bool same_answer_is_strange(const struct correlation *s, size_t index)
{
	return same_is_plain(s, index) &&
	       !same_is_registered(same_status(&s->results->items[index])) &&
	       !same_is_own(s, index);
}

/* So many, of such an answer, are not alike by chance. */
static bool same_is_intercepted(const struct same_groups *g,
				const struct same_group *group)
{
	bool all = group->members == g->answers;
	bool empty = same_text(group->page, "empty");

	if (group->domains.count < SAME_DOMAINS ||
	    group->places.count < SAME_DOMAINS)
		return false;
	if (!same_is_registered(group->status))
		return true;
	if (group->page == NULL || strncmp(group->page, "stock", 5) == 0)
		return false;
	if (empty && group->status >= 300)
		return all && group->domains.count >= SAME_DOMAINS_EMPTY;
	return all || (!empty && group->status < 300);
}

static enum interceptor same_interceptor(const struct same_group *group)
{
	return group->status < 300 && group->page != NULL &&
		       strncmp(group->page, "script", 6) == 0
		   ? CAPTIVE_PORTAL
		   : BLOCK_PAGE;
}

static void same_free(struct same_groups *g)
{
	for (size_t i = 0; i < g->count; i++) {
		map_free(&g->items[i].domains);
		map_free(&g->items[i].places);
	}
	map_free(&g->map);
	arena_free(&g->keys);
	free(g->items);
}

void same_answer_find(struct correlation *s)
{
	struct same_groups g = {0};

	for (size_t i = 0; i < s->results->count; i++) {
		g.answers += same_is_plain(s, i);
		if (same_is_member(s, i))
			same_join(s, &g, i);
	}
	for (size_t i = 0; i < s->results->count; i++) {
		const struct same_group *group;

		if (!same_is_member(s, i))
			continue;
		group = same_group(&g, &s->results->items[i]);
		if (!same_is_intercepted(&g, group))
			continue;
		s->contexts[i].interceptor = same_interceptor(group);
		s->contexts[i].same_answer = true;
	}
	same_free(&g);
}
