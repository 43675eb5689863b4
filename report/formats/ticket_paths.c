/* ticket_paths.c - the paths of a ticket: what a change must let through. */
#include "report/formats/ticket.h"
#include "core/base/mem.h"
#include "core/base/text.h"
#include "report/map.h"

#include <stdlib.h>
#include <string.h>

/* Paths that differ in their target only. */
struct path_group {
	const char *what; /* "tcp/443 from 10.0.0.5" */
	const char *targets;
};

struct path_groups {
	struct arena arena;
	struct map heads, seen;
	struct path_group *items;
	size_t count, capacity;
	size_t listed, left_out, skipped;
};

/* This host's address of a family; NULL: there is none or more than one. */
static const char *ticket_path_source(const struct report *r,
				      enum addr_family family)
{
	const char *const *list = r->run.host.addresses;
	const char *only = NULL;
	struct addr a;

	if (report_source(r) != NULL)
		return report_source(r);
	for (; *list != NULL; list++) {
		if (!addr_parse(&a, *list) || a.family != family ||
		    a.scope != 0)
			continue;
		if (only != NULL)
			return NULL;
		only = *list;
	}
	return only;
}

static const char *ticket_path_head(struct arena *a, const struct report *r,
				    const struct report_result *result,
				    bool addresses)
{
	const struct report_path *p = report_path_of(r, result);
	const struct finding *f = report_finding_of(r, result);
	const char *source = addresses
				 ? ticket_path_source(r, p->address.family)
				 : report_source(r);
	const char *what =
	    p->transport == TRANSPORT_ICMP ? "ICMP echo"
	    : p->port == 0
		? transport_name(p->transport)
		: arena_printf(a, "%s/%u", transport_name(p->transport),
			       (unsigned)p->port);

	if (source != NULL && f != NULL && p->address.family == ADDR_V4 &&
	    report_is_translated(source, f->owner, f->hop, &f->hop_address))
		source = REPORT_PUBLIC_SOURCE;
	return source == NULL ? what
			      : arena_printf(a, "%s from %s", what, source);
}

/* "acme.example (203.0.113.10)": the name, the address, or both. */
static const char *ticket_path_target(struct arena *a,
				      const struct report_path *p,
				      bool addresses)
{
	const char *name = p->device != NULL ? p->device : p->name;
	char address[ADDR_TEXT] = "";

	if (p->address.family != ADDR_NONE)
		addr_text(&p->address, address);
	if (name == NULL || strcmp(name, address) == 0)
		return address[0] != '\0' ? arena_strdup(a, address)
					  : "an address that is not known yet";
	/* Not a device's name alone: only this site knows it. */
	if (address[0] == '\0' || (!addresses && p->device == NULL))
		return name;
	return arena_printf(a, "%s (%s)", name, address);
}

const char *ticket_path(struct arena *a, const struct report *r,
			const struct report_result *result)
{
	const struct report_path *p = report_path_of(r, result);

	if (p->transport == TRANSPORT_LOCAL)
		return NULL;
	return arena_printf(a, "%s to %s", ticket_path_head(a, r, result, true),
			    ticket_path_target(a, p, true));
}

static void path_groups_add(struct path_groups *g, const struct report *r,
			    const struct report_result *result,
			    const struct ticket_size *size)
{
	const struct report_path *p = report_path_of(r, result);
	const char *head, *target, *key;
	struct path_group *group;
	size_t *at;

	if (p->transport == TRANSPORT_LOCAL)
		return;
	head = ticket_path_head(&g->arena, r, result, size->addresses);
	target = ticket_path_target(&g->arena, p, size->addresses);
	key = arena_printf(&g->arena, "%s %s", head, target);
	at = map_at(&g->seen, key);
	if (*at != SIZE_MAX)
		return;
	*at = 0;
	if (g->listed >= size->paths) {
		g->left_out++;
		return;
	}
	g->listed++;
	at = map_at(&g->heads, head);
	if (*at == SIZE_MAX) {
		*at = g->count++;
		g->items = mem_grow(g->items, &g->capacity, g->count,
				    sizeof *g->items);
		g->items[*at] = (struct path_group){head, target};
		return;
	}
	group = &g->items[*at];
	group->targets =
	    arena_printf(&g->arena, "%s, %s", group->targets, target);
}

static void path_groups_write(struct layout *l, const struct path_groups *g)
{
	layout_line(l, 0, 2);
	layout_text(l, "Paths:");
	for (size_t i = 0; i < g->count; i++) {
		layout_line(l, 2, 2);
		layout_printf(l, "- %s to ", g->items[i].what);
		ticket_text(l, g->items[i].targets);
	}
	if (g->left_out > 0) {
		layout_line(l, 2, 2);
		layout_printf(l, "- %s%zu%s, in the JSON report",
			      g->listed > 0 ? "and " : "", g->left_out,
			      g->listed > 0 ? " more" : "");
	}
	if (g->skipped > 0) {
		layout_line(l, 2, 2);
		layout_printf(l,
			      "- %zu test%s could not run because of this "
			      "problem",
			      g->skipped, text_plural(g->skipped));
	}
}

void ticket_paths(struct layout *l, const struct report *r,
		  const struct finding *f, const struct ticket_size *size)
{
	struct path_groups g = {.count = 0};

	for (size_t i = 0; i < f->result_count; i++) {
		const struct report_result *result = &r->results[f->results[i]];

		if (result->verdict == VERDICT_SKIP)
			g.skipped++;
		else
			path_groups_add(&g, r, result, size);
	}
	if (g.listed + g.left_out + g.skipped > 0)
		path_groups_write(l, &g);
	free(g.items);
	map_free(&g.heads);
	map_free(&g.seen);
	arena_free(&g.arena);
}
