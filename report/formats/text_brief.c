/*
 * text_brief.c - the report of a large, broken site on one screen: the causes,
 * and one line for all requirements that fail for the same causes.
 */
#include "report/formats/text_parts.h"
#include "core/base/text.h"

#include "report/map.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	BRIEF_RESULTS = 100, /* bad ones: more do not fit */
	BRIEF_WHOLE = 3,     /* findings with what was seen and what to do */
	BRIEF_TITLES = 5,    /* findings with their title only */
	BRIEF_SEEN = 2,
	BRIEF_GROUPS = 4,
	BRIEF_NAMED = 3,
	BRIEF_CAUSES = 4,
	BRIEF_NOTES = 3,
	BRIEF_LABEL = 3,
	BRIEF_COLUMN = 10
};

static bool brief_is_bad(enum verdict verdict)
{
	return verdict == VERDICT_FAIL || verdict == VERDICT_SKIP ||
	       verdict == VERDICT_WARN;
}

bool text_is_brief(const struct layout *l, const struct report *r)
{
	size_t bad = 0;

	for (size_t i = 0; i < r->result_count; i++)
		bad += brief_is_bad(r->results[i].verdict);
	return !l->options->verbose && bad > BRIEF_RESULTS;
}

/* Causes ------------------------------------------------------------------ */

static void brief_place(struct layout *l, const struct finding *f)
{
	char address[ADDR_TEXT];

	layout_printf(l, ", owner %s", owner_name(f->owner));
	if (f->blocker.family != ADDR_NONE)
		layout_printf(l, ", blocker %s",
			      addr_text(&f->blocker, address));
	if (f->where == WHERE_AFTER_HOP)
		layout_printf(l, ", at or right after hop %d", f->hop);
	layout_printf(l, ", explains %zu test%s", f->result_count,
		      text_plural(f->result_count));
}

static void brief_label(struct layout *l, const char *label)
{
	layout_line(l, BRIEF_LABEL, BRIEF_COLUMN - BRIEF_LABEL);
	layout_coloured(l, LAYOUT_BOLD, label);
	layout_column(l, BRIEF_COLUMN);
}

static void brief_title(struct layout *l, const struct report *r, size_t index)
{
	char number[24];

	snprintf(number, sizeof number, "%zu.", index + 1);
	layout_line(l, 0, 3);
	layout_coloured(l, LAYOUT_BOLD, number);
	layout_column(l, 3);
	layout_coloured(l, text_severity(r->findings[index].severity),
			r->findings[index].title);
}

static void brief_finding(struct layout *l, const struct report *r,
			  size_t index)
{
	const struct finding *f = &r->findings[index];

	brief_title(l, r, index);
	layout_line(l, BRIEF_LABEL, 2);
	layout_printf(l, "%s, %s%s, %s", f->code,
		      f->confirmed ? "confirmed" : "probable",
		      f->inferred ? " (partly inferred)" : "",
		      severity_name(f->severity));
	brief_place(l, f);
	for (size_t i = 0; i < f->evidence_count && i < BRIEF_SEEN; i++) {
		brief_label(l, i == 0 ? "Seen:" : "");
		layout_text(l, f->evidence[i]);
	}
	if (f->remedy_count > 0) {
		brief_label(l, "Do:");
		layout_text(l, f->remedy[0]);
	}
}

void text_findings_brief(struct layout *l, const struct report *r)
{
	size_t shown = BRIEF_WHOLE + BRIEF_TITLES;

	if (r->finding_count == 0)
		return;
	layout_line(l, 0, 0);
	layout_coloured(l, LAYOUT_BOLD, "What to fix first");
	layout_blank(l);
	for (size_t i = 0; i < r->finding_count && i < shown; i++) {
		if (i < BRIEF_WHOLE)
			brief_finding(l, r, i);
		else
			brief_title(l, r, i);
	}
	if (r->finding_count > shown) {
		layout_line(l, 0, 0);
		layout_printf(l, "and %zu more cause%s",
			      r->finding_count - shown,
			      text_plural(r->finding_count - shown));
	}
	layout_blank(l);
}

/* Requirements ------------------------------------------------------------ */

/* Requirements with one verdict and the same causes. */
struct brief_group {
	const struct report_requirement *first;
	size_t count;
	const char *ids[BRIEF_NAMED];
	const char *causes; /* "1, 3" */
};

struct brief {
	struct map map;
	struct arena arena;
	struct brief_group *items;
	size_t count, capacity;
};

/* The numbers of the findings that explain a requirement's results. */
static const char *brief_causes(struct arena *a, const struct report *r,
				const struct report_requirement *q)
{
	size_t seen[BRIEF_CAUSES] = {0}, count = 0;
	const char *text = "";

	for (size_t i = 0; i < q->result_count && count < BRIEF_CAUSES; i++) {
		uint32_t f = r->results[q->results[i]].finding;
		size_t number = f == REPORT_NONE ? 0 : f + 1;
		size_t k = 0;

		while (k < count && seen[k] != number)
			k++;
		if (number == 0 || k < count)
			continue;
		seen[count++] = number;
		text = arena_printf(a, "%s%s%zu", text, count == 1 ? "" : ", ",
				    number);
	}
	return count < BRIEF_CAUSES ? text : arena_printf(a, "%s ...", text);
}

static void brief_add(struct brief *b, const struct report *r,
		      const struct report_requirement *q)
{
	const char *causes = brief_causes(&b->arena, r, q);
	size_t *slot = map_at(
	    &b->map, arena_printf(&b->arena, "%d %s", (int)q->verdict, causes));
	struct brief_group *g;

	if (*slot == SIZE_MAX) {
		b->items = mem_grow(b->items, &b->capacity, b->count + 1,
				    sizeof *b->items);
		b->items[b->count] =
		    (struct brief_group){.first = q, .causes = causes};
		*slot = b->count++;
	}
	g = &b->items[*slot];
	if (g->count < BRIEF_NAMED)
		g->ids[g->count] = q->id;
	g->count++;
}

static void brief_group(struct layout *l, const struct brief_group *g)
{
	size_t named = g->count < BRIEF_NAMED ? g->count : BRIEF_NAMED;

	layout_line(l, 0, 13);
	layout_verdict(l, g->first->verdict);
	layout_column(l, 13);
	for (size_t i = 0; i < named; i++)
		layout_printf(l, "%s%s", i == 0 ? "" : ", ", g->ids[i]);
	if (g->count > named)
		layout_printf(l, " and %zu more", g->count - named);
	if (g->first->reason != NULL && g->first->reason[0] != '\0')
		layout_printf(l, ": %s", g->first->reason);
	if (g->causes[0] != '\0')
		layout_printf(l, " - see %s", g->causes);
}

static void brief_rest(struct layout *l, const struct report *r, size_t more)
{
	static const enum verdict rest[] = {VERDICT_UNTESTED, VERDICT_PASS,
					    VERDICT_NOT_NEEDED};
	bool any = false;

	layout_line(l, 0, 13);
	layout_text(l, "Requirements: ");
	if (more > 0)
		layout_printf(l, "%zu more fail%s or warn%s, ", more,
			      more == 1 ? "s" : "", more == 1 ? "s" : "");
	for (size_t i = 0; i < sizeof rest / sizeof rest[0]; i++) {
		if (r->summary[rest[i]] == 0)
			continue;
		layout_printf(l, "%s%u %s", any ? ", " : "",
			      r->summary[rest[i]], verdict_name(rest[i]));
		any = true;
	}
	layout_printf(l, "%s%u in total; --verbose lists every result",
		      any ? ", " : "", (unsigned)r->requirement_count);
	layout_blank(l);
}

void text_requirements_brief(struct layout *l, const struct report *r)
{
	static const enum verdict order[] = {VERDICT_FAIL, VERDICT_SKIP,
					     VERDICT_WARN};
	struct brief b = {0};
	size_t more = 0;

	for (size_t k = 0; k < sizeof order / sizeof order[0]; k++) {
		for (size_t i = 0; i < r->requirement_count; i++) {
			if (r->requirements[i].verdict == order[k])
				brief_add(&b, r, &r->requirements[i]);
		}
	}
	for (size_t i = 0; i < b.count; i++) {
		if (i < BRIEF_GROUPS)
			brief_group(l, &b.items[i]);
		else
			more += b.items[i].count;
	}
	brief_rest(l, r, more);
	free(b.items);
	map_free(&b.map);
	arena_free(&b.arena);
}

size_t text_notes_most(const struct layout *l, const struct report *r)
{
	return text_is_brief(l, r) && r->note_count > BRIEF_NOTES
		   ? BRIEF_NOTES
		   : r->note_count;
}
