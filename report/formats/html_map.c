/* html_map.c - where the paths of a report lead: a port of the internet, a
 * role, a network of devices, or from there to here. */
#include "report/formats/html.h"

#include "report/diagnose/peer_group.h"
#include "report/map.h"

#include <stdlib.h>
#include <string.h>

struct map_places {
	struct html_map *m;
	struct map names;
	size_t capacity;
};

static bool html_map_is_inbound(const struct report_requirement *q)
{
	return q->why == WHY_NEEDS_SECOND_END;
}

static const char *html_map_network(struct html_map *m,
				    const struct report_path *p)
{
	if (p->address.family == ADDR_NONE)
		return "devices by name";
	if (addr_is_multicast(&p->address))
		return "multicast";
	return peer_group_subnet(&m->arena, &p->address);
}

/* The requirement's last words: "auvik-collector/cloud.tenant" is "tenant". */
static const char *html_map_short(const char *id)
{
	const char *slash = strrchr(id, '/'), *dot;

	id = slash != NULL ? slash + 1 : id;
	dot = strchr(id, '.');
	return dot != NULL && dot[1] != '\0' ? dot + 1 : id;
}

/* NULL: the path leads nowhere (a look at this host). */
static const char *html_map_name(struct html_map *m,
				 const struct report_requirement *q,
				 const struct report_path *p)
{
	if (q->to == NULL || strcmp(q->to, "self") == 0)
		return q->to == NULL && p->address.family != ADDR_NONE
			   ? html_map_network(m, p)
			   : NULL;
	if (strncmp(q->to, "device:", 7) == 0)
		return html_map_network(m, p);
	if (p->port == 0)
		return q->to;
	return arena_printf(&m->arena, "%s %s/%u", q->to,
			    transport_name(p->transport), (unsigned)p->port);
}

static bool html_map_is_nearby(struct html_map *m, const struct report_path *p)
{
	const char *const *own = m->report->run.host.addresses;
	const char *network = html_map_network(m, p);
	struct addr a;

	if (addr_is_multicast(&p->address))
		return true;
	for (size_t i = 0; own != NULL && own[i] != NULL; i++)
		if (addr_parse(&a, own[i]) &&
		    strcmp(peer_group_subnet(&m->arena, &a), network) == 0)
			return true;
	return false;
}

static size_t html_map_place(struct map_places *w, const char *name)
{
	struct html_map *m = w->m;
	size_t *slot = map_at(&w->names, name);

	if (*slot != SIZE_MAX)
		return *slot;
	m->places =
	    mem_grow(m->places, &w->capacity, m->count + 1, sizeof *m->places);
	m->places[m->count] = (struct html_place){
	    .key = arena_printf(&m->arena, "p%zu", m->count),
	    .name = name,
	    .detail = "",
	    .stops = arena_calloc(&m->arena, m->report->finding_count + 1,
				  sizeof(size_t))};
	*slot = m->count;
	return m->count++;
}

/* Names of requirements, each once. */
static void html_map_detail(struct html_map *m, struct html_place *place,
			    const struct report_requirement *q)
{
	const char *name = html_map_short(q->id);
	const char *before = strstr(place->detail, name);

	if (before != NULL && (before == place->detail || before[-1] == ' ') &&
	    strchr(", ", before[strlen(name)]) != NULL)
		return;
	place->detail = arena_printf(&m->arena, "%s%s%s", place->detail,
				     *place->detail != '\0' ? ", " : "", name);
}

static void html_map_result(struct map_places *w, size_t i)
{
	struct html_map *m = w->m;
	const struct report *r = m->report;
	const struct report_result *result = &r->results[i];
	const struct report_requirement *q =
	    &r->requirements[result->requirement];
	const struct report_path *p = report_path_of(r, result);
	const char *name = html_map_name(m, q, p);
	struct html_place *place;
	size_t at;

	if (name == NULL)
		return;
	at = html_map_place(w, name);
	place = &m->places[at];
	m->of_result[i] = at;
	if (m->of_requirement[result->requirement] == SIZE_MAX) {
		m->of_requirement[result->requirement] = at;
		place->required +=
		    q->level == LEVEL_REQUIRED || q->level == LEVEL_ALTERNATIVE;
	}
	html_map_detail(m, place, q);
	if (strncmp(q->to != NULL ? q->to : "device:", "device:", 7) == 0)
		place->nearby |= html_map_is_nearby(m, p);
	if (result->same_as != REPORT_NONE ||
	    result->verdict == VERDICT_NOT_NEEDED)
		return;
	place->paths++;
	if (result->verdict != VERDICT_FAIL && result->verdict != VERDICT_SKIP)
		return;
	place->failed++;
	place->stops[result->finding == REPORT_NONE ? r->finding_count
						    : result->finding]++;
}

static void html_map_inbound(struct map_places *w, size_t i)
{
	struct html_map *m = w->m;
	const struct report_requirement *q = &m->report->requirements[i];
	size_t at = html_map_place(w, "inbound");

	m->places[at].inbound = true;
	m->of_requirement[i] = at;
	html_map_detail(m, &m->places[at], q);
}

/* The routed ones first, those with failures above: a firewall stands before
 * them as one bar. */
static int html_map_compare(const void *left, const void *right)
{
	const struct html_place *a = left, *b = right;

	if (a->inbound != b->inbound)
		return a->inbound ? 1 : -1;
	if (a->nearby != b->nearby)
		return a->nearby ? 1 : -1;
	if (a->failed != b->failed)
		return a->failed > b->failed ? -1 : 1;
	return strcmp(a->name, b->name);
}

/* The indices of places that were sorted. */
static void html_map_sort(struct html_map *m)
{
	size_t *now = mem_calloc(m->count + 1, sizeof *now);

	qsort(m->places, m->count, sizeof *m->places, html_map_compare);
	for (size_t i = 0; i < m->count; i++)
		now[strtoul(m->places[i].key + 1, NULL, 10)] = i;
	for (size_t i = 0; i < m->report->requirement_count; i++)
		if (m->of_requirement[i] != SIZE_MAX)
			m->of_requirement[i] = now[m->of_requirement[i]];
	for (size_t i = 0; i < m->report->result_count; i++)
		if (m->of_result[i] != SIZE_MAX)
			m->of_result[i] = now[m->of_result[i]];
	free(now);
}

void html_map(struct html_map *m, const struct report *r)
{
	struct map_places w = {.m = m};

	*m = (struct html_map){.report = r};
	m->of_requirement =
	    mem_calloc(r->requirement_count + 1, sizeof *m->of_requirement);
	m->of_result = mem_calloc(r->result_count + 1, sizeof *m->of_result);
	for (size_t i = 0; i < r->requirement_count; i++)
		m->of_requirement[i] = SIZE_MAX;
	for (size_t i = 0; i < r->result_count; i++) {
		m->of_result[i] = SIZE_MAX;
		html_map_result(&w, i);
	}
	for (size_t i = 0; i < r->requirement_count; i++)
		if (html_map_is_inbound(&r->requirements[i]))
			html_map_inbound(&w, i);
	map_free(&w.names);
	html_map_sort(m);
}

void html_map_free(struct html_map *m)
{
	free(m->places);
	free(m->of_requirement);
	free(m->of_result);
	arena_free(&m->arena);
}
