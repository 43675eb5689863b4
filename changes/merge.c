/*
 * merge.c - single paths to changes: the same way for several requirements is
 * one rule, and so are several targets of the same requirements.
 */
#include "changes/build.h"
#include "core/engine/check.h"
#include "core/base/mem.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { MERGE_NAME_MAX = 48 };

/* Paths of one near and far end and port; then of one near end, port and list
 * of requirements. */
struct merge_group {
	const struct change_path *first;
	const char *key;
	struct change_need *needs;
	size_t need_count, need_capacity;
	const struct change_end **far;
	size_t far_count, far_capacity;
};

struct merge_groups {
	struct map map;
	struct merge_group *items;
	size_t count, capacity;
};

const char *change_direction_name(enum change_direction direction)
{
	static const char *const names[] = {[CHANGE_OUT] = "out",
					    [CHANGE_IN] = "in",
					    [CHANGE_THROUGH] = "through"};

	return names[direction];
}

void change_build_begin(struct change_build *b, const struct change_context *c)
{
	*b = (struct change_build){.context = c};
	b->set = mem_calloc(1, sizeof *b->set);
	b->arena = &b->set->arena;
	b->set->wall_us = c->wall_us;
	b->set->resolved = c->resolve != NULL;
}

/* What an end matches, and as what. */
static const char *merge_end_key(struct arena *a, const struct change_end *e)
{
	char first[ADDR_TEXT + 4] = "", last[ADDR_TEXT + 4] = "";

	if (e->net_count > 0) {
		change_net_text(&e->nets[0], first);
		change_net_text(&e->nets[e->net_count - 1], last);
	}
	return arena_printf(a, "%u %s %zu %s %s", e->kind, e->text,
			    e->net_count, first, last);
}

static const char *merge_port_key(struct arena *a, const struct change_path *p)
{
	return arena_printf(a, "%u %s %s %s %s %s", p->direction,
			    merge_end_key(a, p->near),
			    transport_name(p->transport), p->ports,
			    p->off ? "off" : "on", p->at != NULL ? p->at : "");
}

static const char *merge_path_key(struct arena *a, const struct change_path *p)
{
	return arena_printf(a, "%s %s", merge_port_key(a, p),
			    merge_end_key(a, p->far));
}

static void merge_behind(struct change_build *b, const char *name)
{
	for (size_t i = 0; i < b->behind_count; i++) {
		if (strcmp(b->behind[i], name) == 0)
			return;
	}
	b->behind = mem_grow(b->behind, &b->behind_capacity,
			     b->behind_count + 1, sizeof *b->behind);
	b->behind[b->behind_count++] = name;
}

void change_add(struct change_build *b, const struct change_path *path)
{
	struct arena parts = {0};
	const char *key;
	size_t *at;

	if (path->far == NULL || path->near == NULL)
		return; /* not of the family asked for */
	if (path->behind != NULL)
		merge_behind(b, path->behind);
	key = arena_printf(&b->keys, "%s %s", merge_path_key(&parts, path),
			   path->need.id);
	arena_free(&parts);
	at = map_at(&b->seen, key);
	if (*at != SIZE_MAX)
		return;
	*at = b->count;
	b->paths =
	    mem_grow(b->paths, &b->capacity, b->count + 1, sizeof *b->paths);
	b->paths[b->count++] = *path;
}

void change_note(struct change_build *b, const char *format, ...)
{
	char *text;
	va_list ap;

	va_start(ap, format);
	text = mem_vprintf(format, ap);
	va_end(ap);
	b->notes = mem_grow(b->notes, &b->note_capacity, b->note_count + 1,
			    sizeof *b->notes);
	b->notes[b->note_count++] = arena_strdup(b->arena, text);
	free(text);
}

/* A key that is new is copied. */
static struct merge_group *merge_group(struct change_build *b,
				       struct merge_groups *g, const char *key,
				       const struct change_path *first)
{
	size_t at = map_get(&g->map, key);

	if (at == SIZE_MAX) {
		at = g->count;
		key = arena_strdup(&b->keys, key);
		*map_at(&g->map, key) = at;
		g->items = mem_grow(g->items, &g->capacity, g->count + 1,
				    sizeof *g->items);
		g->items[g->count++] =
		    (struct merge_group){.first = first, .key = key};
	}
	return &g->items[at];
}

static void merge_need(struct merge_group *m, const struct change_need *need)
{
	m->needs = mem_grow(m->needs, &m->need_capacity, m->need_count + 1,
			    sizeof *m->needs);
	m->needs[m->need_count++] = *need;
}

static void merge_far(struct merge_group *m, const struct change_end *far)
{
	m->far = mem_grow(m->far, &m->far_capacity, m->far_count + 1,
			  sizeof *m->far);
	m->far[m->far_count++] = far;
}

/* The same way for several requirements. */
static void merge_needs(struct change_build *b, struct merge_groups *out)
{
	for (size_t i = 0; i < b->count; i++) {
		const struct change_path *p = &b->paths[i];
		struct arena parts = {0};

		merge_need(merge_group(b, out, merge_path_key(&parts, p), p),
			   &p->need);
		arena_free(&parts);
	}
}

/* The way's needs that the rule does not have yet. */
static void merge_add_needs(struct merge_group *to,
			    const struct merge_group *way)
{
	for (size_t i = 0; i < way->need_count; i++) {
		bool there = false;

		for (size_t k = 0; k < to->need_count; k++)
			there |= strcmp(to->needs[k].id, way->needs[i].id) == 0;
		if (!there)
			merge_need(to, &way->needs[i]);
	}
}

/* Several ends of the same requirements; of any, where the set is to be short.
 * An end without an address stays alone: it becomes a comment, the others
 * become rules. */
static void merge_ends(struct change_build *b, const struct merge_groups *ways,
		       struct merge_groups *out)
{
	for (size_t i = 0; i < ways->count; i++) {
		const struct merge_group *way = &ways->items[i];
		struct arena parts = {0};
		const char *key = merge_port_key(&parts, way->first);
		struct merge_group *m;

		if (way->first->far->kind == END_UNKNOWN)
			key = way->key;
		for (size_t k = 0; k < way->need_count && !b->context->brief;
		     k++)
			key = arena_printf(&parts, "%s %s", key,
					   way->needs[k].id);
		m = merge_group(b, out, key, way->first);
		arena_free(&parts);
		merge_far(m, way->first->far);
		merge_add_needs(m, way);
	}
}

static void merge_free(struct merge_groups *g)
{
	for (size_t i = 0; i < g->count; i++) {
		free(g->items[i].needs);
		free(g->items[i].far);
	}
	free(g->items);
	map_free(&g->map);
}

/* FNV-1a over what the rule matches. */
static uint32_t merge_hash(uint32_t hash, const char *text)
{
	for (; *text != '\0'; text++)
		hash = (hash ^ (unsigned char)*text) * 16777619u;
	return (hash ^ 0xff) * 16777619u;
}

/* Addresses behind a name are left out: the rule is the same tomorrow. */
static const char *merge_name(struct change_build *b, const struct change *c)
{
	uint32_t hash = 2166136261u;
	char id[MERGE_NAME_MAX];

	hash = merge_hash(hash, change_direction_name(c->direction));
	hash = merge_hash(hash, transport_name(c->transport));
	hash = merge_hash(hash, c->ports);
	for (size_t i = 0; i < c->source_count; i++)
		hash = merge_hash(hash, c->sources[i]->text);
	for (size_t i = 0; i < c->destination_count; i++)
		hash = merge_hash(hash, c->destinations[i]->text);
	snprintf(id, sizeof id, "%s", c->needs[0].id);
	for (char *at = id; *at != '\0'; at++)
		*at = *at == '/' ? '.' : *at;
	return arena_printf(b->arena, "%s-%06x", id,
			    (hash ^ hash >> 24) & 0xffffff);
}

static bool merge_has_port(const struct change *c, enum transport transport,
			   uint16_t port)
{
	for (size_t i = 0; c->transport == transport && c->port_list != NULL &&
			   i < c->port_list->count;
	     i++) {
		if (c->port_list->ranges[i].first <= port &&
		    port <= c->port_list->ranges[i].last &&
		    c->port_list->ranges[i].last -
			    c->port_list->ranges[i].first <
			100)
			return true;
	}
	return false;
}

static const char *merge_sentence(struct change_build *b, const char *before,
				  const char *sentence)
{
	if (before == NULL)
		return arena_strdup(b->arena, sentence);
	return arena_printf(b->arena, "%s; %s", before, sentence);
}

/* What the rule alone does not do. */
static const char *merge_note(struct change_build *b, const struct change *c)
{
	const char *note = NULL;

	if (c->off)
		note = merge_sentence(
		    b, note,
		    arena_printf(b->arena,
				 "a fallback: only if the other methods of "
				 "group %s cannot be used",
				 c->needs[0].requirement->group));
	if (merge_has_port(c, TRANSPORT_UDP, 69))
		note = merge_sentence(b, note,
				      "TFTP answers from another port: "
				      "enable the firewall's TFTP helper");
	if (merge_has_port(c, TRANSPORT_TCP, 21) ||
	    merge_has_port(c, TRANSPORT_TCP, 10021))
		note = merge_sentence(b, note,
				      "FTP opens a second connection for "
				      "data: enable the firewall's FTP "
				      "helper for this port");
	for (size_t i = 0; i < c->need_count; i++) {
		const char *check = c->needs[i].requirement->check;

		if (check == NULL || strcmp(check, "tls-inspection") != 0)
			continue;
		note = merge_sentence(b, note,
				      "TLS must not be intercepted "
				      "(decrypted): exempt these names from "
				      "inspection");
		break;
	}
	return note;
}

static const char *merge_names_behind(struct change_build *b)
{
	const char *text = NULL;

	for (size_t i = 0; i < b->behind_count; i++)
		text = text == NULL ? b->behind[i]
				    : arena_printf(b->arena, "%s, %s", text,
						   b->behind[i]);
	return text;
}

static void merge_change(struct change_build *b, const struct merge_group *m,
			 struct change *c)
{
	const struct change_path *p = m->first;
	const struct change_end **near =
	    arena_calloc(b->arena, 1, sizeof *near);
	const struct change_end *const *far =
	    arena_copy(b->arena, m->far, m->far_count, sizeof *m->far);
	struct error unused;

	near[0] = p->near;
	c->direction = p->direction;
	c->transport = p->transport;
	c->ports = p->ports;
	if (*p->ports != '\0')
		c->port_list = ports_parse(b->arena, p->ports, &unused);
	c->sources = p->direction == CHANGE_IN ? far : near;
	c->source_count = p->direction == CHANGE_IN ? m->far_count : 1;
	c->destinations = p->direction == CHANGE_IN ? near : far;
	c->destination_count = p->direction == CHANGE_IN ? 1 : m->far_count;
	c->needs =
	    arena_copy(b->arena, m->needs, m->need_count, sizeof *m->needs);
	c->need_count = m->need_count;
	c->at = p->at;
	c->off = p->off;
	if (p->behind != NULL)
		c->behind = merge_names_behind(b);
	c->name = merge_name(b, c);
	c->note = merge_note(b, c);
}

struct change_set *change_build_end(struct change_build *b)
{
	struct change_set *set = b->set;
	struct merge_groups ways = {{0}, NULL, 0, 0};
	struct merge_groups rules = {{0}, NULL, 0, 0};
	struct change *changes;

	map_free(&b->seen);
	arena_free(&b->keys);
	merge_needs(b, &ways);
	merge_ends(b, &ways, &rules);
	changes = arena_calloc(b->arena, rules.count + 1, sizeof *changes);
	for (size_t i = 0; i < rules.count; i++)
		merge_change(b, &rules.items[i], &changes[i]);
	set->changes = changes;
	set->change_count = rules.count;
	set->notes =
	    arena_copy(b->arena, b->notes, b->note_count, sizeof *b->notes);
	set->note_count = b->note_count;
	merge_free(&ways);
	merge_free(&rules);
	arena_free(&b->keys);
	free(b->paths);
	free(b->notes);
	free(b->behind);
	return set;
}

void changes_free(struct change_set *s)
{
	if (s == NULL)
		return;
	arena_free(&s->arena);
	free(s);
}
