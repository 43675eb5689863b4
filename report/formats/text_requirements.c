/*
 * text_requirements.c - the table: quiet on pass, everything known on fail.
 */
#include "report/formats/text_parts.h"

#include "report/map.h"

#include <stdlib.h>
#include <string.h>

enum { TEXT_ID = 13, TEXT_DETAIL = 15, TEXT_RESULTS = 6, TEXT_NAMED = 8 };

/* One line: verdict, id, title, matrix ids. */
static void text_requirement_head(struct layout *l,
				  const struct report_requirement *q,
				  size_t id_width)
{
	bool narrow = TEXT_ID + id_width + 30 > l->width;

	layout_line(l, 0, narrow ? TEXT_ID : TEXT_ID + id_width + 2);
	layout_verdict(l, q->verdict);
	layout_column(l, TEXT_ID);
	layout_text(l, q->id);
	if (q->title == NULL)
		return;
	if (narrow)
		layout_text(l, "  ");
	else
		layout_column(l, TEXT_ID + id_width + 2);
	layout_text(l, q->title);
	for (size_t i = 0; q->covers[i] != NULL; i++)
		layout_printf(l, "%s%s", i == 0 ? " (" : ", ", q->covers[i]);
	if (q->covers[0] != NULL)
		layout_text(l, ")");
}

static void text_result_place(struct layout *l, const struct report_path *p)
{
	char address[ADDR_TEXT];
	struct addr at = p->address, literal;

	if (p->device != NULL)
		layout_printf(l, "%s ", p->device);
	else if (p->name != NULL && !addr_parse(&literal, p->name))
		layout_printf(l, "%s ", p->name);
	at.port = p->port;
	if (at.family != ADDR_NONE)
		layout_printf(l, "%s ",
			      at.port != 0 ? addr_text_port(&at, address)
					   : addr_text(&at, address));
	if (p->transport != TRANSPORT_LOCAL && p->transport != TRANSPORT_TCP)
		layout_printf(l, "(%s) ", transport_name(p->transport));
}

static void text_outcome(struct layout *l, const struct outcome *o)
{
	char code[OUTCOME_CODE], blocker[ADDR_TEXT];

	layout_text(l, outcome_code(o->phase, o->cause, code));
	if (o->has_icmp)
		layout_printf(l, ", ICMP %u/%u", (unsigned)o->icmp_type,
			      (unsigned)o->icmp_code);
	if (o->blocker.family != ADDR_NONE)
		layout_printf(l, " from %s", addr_text(&o->blocker, blocker));
}

/* The finding that explains it, by its number. */
static void text_reference(struct layout *l, const struct report_result *result)
{
	if (result->finding != REPORT_NONE)
		layout_printf(l, " - see %zu", (size_t)result->finding + 1);
}

static void text_result(struct layout *l, const struct report *r,
			const struct report_result *result)
{
	layout_line(l, TEXT_ID, 4);
	text_result_place(l, report_path_of(r, result));
	text_outcome(l, &result->outcome);
	if (result->attempts > 1)
		layout_printf(l, ", %u attempts", result->attempts);
	if (result->timings.total >= 0)
		layout_printf(l, ", %lld ms",
			      (long long)(result->timings.total / 1000));
	text_reference(l, result);
}

/* The facts of one result, one a line; --verbose. */
static void text_facts(struct layout *l, const struct facts *f)
{
	for (size_t i = 0; i < f->count; i++) {
		const struct fact *fact = &f->items[i];

		layout_line(l, TEXT_DETAIL + 2, 4);
		layout_printf(l, "%s: ", fact->name);
		switch (fact->type) {
		case FACT_STRING:
			layout_text(l, fact->text);
			break;
		case FACT_NUMBER:
			layout_printf(l, "%lld", (long long)fact->number);
			break;
		case FACT_MS:
			layout_printf(l, "%lld.%03lld ms",
				      (long long)(fact->number / 1000),
				      (long long)llabs(fact->number % 1000));
			break;
		case FACT_BOOL:
			layout_text(l, fact->number != 0 ? "yes" : "no");
			break;
		case FACT_LIST:
			for (size_t k = 0; k < fact->list_count; k++)
				layout_printf(l, "%s%s", k == 0 ? "" : ", ",
					      fact->list[k]);
			break;
		}
	}
}

static bool text_shows(const struct layout *l, const struct report_result *r)
{
	if (r->why != WHY_NONE) /* problems of this host are explained */
		return r->finding != REPORT_NONE;
	if (l->options->detail > 1)
		return true;
	return r->verdict != VERDICT_PASS && r->verdict != VERDICT_NOT_NEEDED &&
	       r->verdict != VERDICT_UNTESTED;
}

/* Many results that ended alike are one line. */
struct text_group {
	const struct report_result *first;
	size_t count, named;
	const struct report_result *members[TEXT_NAMED];
};

struct text_groups {
	struct map map;
	struct arena arena;
	struct text_group *items;
	size_t count, capacity;
};

static void text_group_add(struct text_groups *g, const struct report_result *r)
{
	char blocker[ADDR_TEXT];
	const struct outcome *o = &r->outcome;
	const char *key = arena_printf(
	    &g->arena, "%d %d %d %u %u %s %u", (int)r->verdict, (int)o->phase,
	    (int)o->cause, (unsigned)o->icmp_type, (unsigned)o->icmp_code,
	    addr_text(&o->blocker, blocker), (unsigned)r->finding);
	size_t *slot = map_at(&g->map, key);
	struct text_group *group;

	if (*slot == SIZE_MAX) {
		g->items = mem_grow(g->items, &g->capacity, g->count + 1,
				    sizeof *g->items);
		g->items[g->count] = (struct text_group){.first = r};
		*slot = g->count++;
	}
	group = &g->items[*slot];
	group->count++;
	if (group->named < TEXT_NAMED)
		group->members[group->named++] = r;
}

static void text_group_name(struct layout *l, const struct report_path *p)
{
	char address[ADDR_TEXT];

	if (p->device != NULL)
		layout_text(l, p->device);
	else if (p->name != NULL)
		layout_text(l, p->name);
	else
		layout_text(l, addr_text(&p->address, address));
}

static void text_group(struct layout *l, const struct report *r,
		       const struct text_group *g)
{
	layout_line(l, TEXT_ID, 4);
	layout_printf(l, "%zu results ", g->count);
	text_outcome(l, &g->first->outcome);
	text_reference(l, g->first);
	layout_text(l, ": ");
	for (size_t i = 0; i < g->named; i++) {
		layout_text(l, i == 0 ? "" : ", ");
		text_group_name(l, report_path_of(r, g->members[i]));
	}
	if (g->count > g->named)
		layout_printf(l, " and %zu more", g->count - g->named);
}

static void text_grouped(struct layout *l, const struct report *r,
			 const struct report_requirement *q)
{
	struct text_groups g = {0};

	for (size_t i = 0; i < q->result_count; i++) {
		const struct report_result *result = &r->results[q->results[i]];

		if (text_shows(l, result))
			text_group_add(&g, result);
	}
	for (size_t i = 0; i < g.count; i++) {
		if (g.items[i].count == 1)
			text_result(l, r, g.items[i].first);
		else
			text_group(l, r, &g.items[i]);
	}
	free(g.items);
	map_free(&g.map);
	arena_free(&g.arena);
}

static void text_results(struct layout *l, const struct report *r,
			 const struct report_requirement *q)
{
	size_t shown = 0;

	for (size_t i = 0; i < q->result_count; i++)
		shown += text_shows(l, &r->results[q->results[i]]);
	if (shown > TEXT_RESULTS && l->options->detail < 2) {
		text_grouped(l, r, q);
		return;
	}
	for (size_t i = 0; i < q->result_count; i++) {
		const struct report_result *result = &r->results[q->results[i]];

		if (!text_shows(l, result))
			continue;
		text_result(l, r, result);
		if (l->options->detail > 1)
			text_facts(l, &result->facts);
	}
}

static void text_requirement(struct layout *l, const struct report *r,
			     const struct report_requirement *q,
			     size_t id_width)
{
	text_requirement_head(l, q, id_width);
	if (q->verdict == VERDICT_NOT_NEEDED && l->options->detail < 2)
		return;
	if (q->reason != NULL && q->reason[0] != '\0') {
		layout_line(l, TEXT_ID, 2);
		if (q->why != WHY_NONE)
			layout_printf(l, "%s: ", why_name(q->why));
		layout_text(l, q->reason);
	}
	if (q->verdict == VERDICT_PASS && l->options->detail < 2)
		return;
	if (q->verdict == VERDICT_FAIL && q->purpose != NULL) {
		layout_line(l, TEXT_ID, 2);
		layout_printf(l, "Needed for: %s", q->purpose);
	}
	text_results(l, r, q);
}

/* Worst first; the order of the profile inside. */
static const enum verdict text_order[] = {VERDICT_FAIL, VERDICT_SKIP,
					  VERDICT_WARN, VERDICT_UNTESTED,
					  VERDICT_PASS, VERDICT_NOT_NEEDED};

void text_requirements(struct layout *l, const struct report *r)
{
	size_t id_width = 0;

	layout_line(l, 0, 0);
	layout_coloured(l, LAYOUT_BOLD, "Requirements");
	layout_blank(l);
	for (size_t i = 0; i < r->requirement_count; i++) {
		size_t length = strlen(r->requirements[i].id);

		id_width = length > id_width ? length : id_width;
	}
	for (size_t k = 0; k < sizeof text_order / sizeof text_order[0]; k++) {
		for (size_t i = 0; i < r->requirement_count; i++) {
			if (r->requirements[i].verdict == text_order[k])
				text_requirement(l, r, &r->requirements[i],
						 id_width);
		}
	}
	layout_blank(l);
}
