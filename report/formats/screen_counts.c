/* screen_counts.c - requirements as counts that add up; only those that fail
 * have a name. */
#include "report/formats/screen.h"

#include "core/base/buf.h"
#include "core/base/text.h"
#include "report/diagnose/peer_group.h"
#include "report/map.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	COUNTS_NAME = 3,
	COUNTS_FIRST = 13,
	COUNTS_FOLDED = 8,
	COUNTS_CAUSES = 6,
	COUNTS_NAMES = 1 << 20 /* bytes of a row's names */
};

enum counts_side {
	SIDE_INTERNET,
	SIDE_SERVERS,
	SIDE_DEVICES,
	SIDE_THIS_HOST,
	SIDE_INBOUND
};

static const char *const counts_sides[SCREEN_ROWS] = {
    [SIDE_INTERNET] = "internet",
    [SIDE_SERVERS] = "servers",
    [SIDE_DEVICES] = "devices",
    [SIDE_THIS_HOST] = "this host",
    [SIDE_INBOUND] = "inbound"};

/* In this order they stand in a row. */
static const enum verdict counts_order[] = {
    VERDICT_PASS, VERDICT_FAIL, VERDICT_SKIP, VERDICT_WARN, VERDICT_UNTESTED};
enum { COUNTS_ORDER = sizeof counts_order / sizeof *counts_order };

static bool screen_counts_is_ours(const struct report *r,
				  const struct report_requirement *q)
{
	for (size_t i = 0; i < r->run.profile_count; i++) {
		const struct report_profile *p = &r->run.profiles[i];

		if (p->name != NULL && q->profile != NULL &&
		    strcmp(p->name, q->profile) == 0 && p->role != NULL)
			return q->from == NULL ||
			       strstr(q->from, p->role) != NULL;
	}
	return true;
}

static enum counts_side screen_counts_side(const struct report *r,
					   const struct report_requirement *q)
{
	if (q->why == WHY_NEEDS_SECOND_END || !screen_counts_is_ours(r, q))
		return SIDE_INBOUND;
	if (q->to == NULL) /* an old report */
		return q->device_count > 0 && q->devices[0].device != SIZE_MAX
			   ? SIDE_DEVICES
			   : SIDE_INTERNET;
	if (strcmp(q->to, "internet") == 0)
		return SIDE_INTERNET;
	if (strcmp(q->to, "self") == 0)
		return SIDE_THIS_HOST;
	return strncmp(q->to, "device:", 7) == 0 ? SIDE_DEVICES : SIDE_SERVERS;
}

/* Nothing was sent for it: another profile's requirement is the same path. */
static bool screen_counts_is_shared(const struct report *r,
				    const struct report_requirement *q)
{
	for (size_t i = 0; i < q->result_count; i++) {
		uint32_t same = r->results[q->results[i]].same_as;

		if (same == REPORT_NONE ||
		    strcmp(
			r->requirements[r->results[same].requirement].profile,
			q->profile) == 0)
			return false;
	}
	return q->result_count > 0;
}

static bool screen_counts_is_unprovable(const struct report_requirement *q)
{
	return q->verdict == VERDICT_UNTESTED &&
	       (q->why == WHY_NEEDS_SECOND_END || q->why == WHY_NO_WITNESS);
}

/* "auvik-collector/cloud.tenant": "tenant". */
static const char *screen_counts_name(const struct report_requirement *q)
{
	const char *slash = strrchr(q->id, '/');
	const char *id = slash != NULL ? slash + 1 : q->id;
	const char *dot = strchr(id, '.');

	return dot != NULL && dot[1] != '\0' ? dot + 1 : id;
}

static const char *screen_counts_causes(struct screen *s, const bool *seen)
{
	const char *text = "";
	size_t shown = 0;

	for (size_t i = 0; i < s->report->finding_count; i++) {
		if (!seen[i])
			continue;
		if (shown++ == COUNTS_CAUSES)
			return arena_printf(&s->arena, "%s ..", text);
		text = arena_printf(&s->arena, "%s%s%zu", text,
				    *text != '\0' ? ", " : "", i + 1);
	}
	return text;
}

static void screen_counts_add(struct screen *s, struct screen_row *row,
			      const struct report_requirement *q, bool *seen,
			      struct buf *names)
{
	const struct report *r = s->report;

	if (q->to != NULL && strcmp(q->to, "target") == 0)
		row->name = "target";
	row->counts[q->verdict]++;
	row->unprovable += screen_counts_is_unprovable(q);
	s->total++;
	s->pass += q->verdict == VERDICT_PASS;
	if (q->verdict == VERDICT_PASS || screen_counts_is_unprovable(q))
		return;
	buf_printf(names, "%s%s", names->length > 0 ? ", " : "",
		   screen_counts_name(q));
	for (size_t i = 0; i < q->result_count; i++) {
		const struct report_result *result = &r->results[q->results[i]];

		if (result->finding != REPORT_NONE)
			seen[result->finding] = true;
	}
}

/* Those that fail come first, then the others that did not pass. */
static void screen_counts_row(struct screen *s, enum counts_side side)
{
	static const enum verdict named[] = {VERDICT_FAIL, VERDICT_SKIP,
					     VERDICT_WARN, VERDICT_UNTESTED,
					     VERDICT_PASS};
	const struct report *r = s->report;
	struct screen_row row = {.name = counts_sides[side]};
	bool *seen = mem_calloc(r->finding_count + 1, sizeof *seen);
	unsigned before = s->total;
	struct buf names;

	buf_init(&names, COUNTS_NAMES);
	for (size_t k = 0; k < sizeof named / sizeof *named; k++) {
		for (size_t i = 0; i < r->requirement_count; i++) {
			const struct report_requirement *q =
			    &r->requirements[i];

			if (q->verdict == named[k] &&
			    screen_counts_side(r, q) == side &&
			    !screen_counts_is_shared(r, q))
				screen_counts_add(s, &row, q, seen, &names);
		}
	}
	row.causes = screen_counts_causes(s, seen);
	row.names = screen_safe(s, buf_text(&names));
	buf_free(&names);
	free(seen);
	if (s->total > before)
		s->rows[s->row_count++] = row;
}

void screen_count(struct screen *s)
{
	const struct report *r = s->report;

	for (int side = SIDE_INTERNET; side <= SIDE_INBOUND; side++)
		screen_counts_row(s, (enum counts_side)side);
	for (size_t i = 0; i < r->requirement_count; i++)
		s->shared += r->requirements[i].verdict != VERDICT_NOT_NEEDED &&
			     screen_counts_is_shared(r, &r->requirements[i]);
}

/* Rows ---------------------------------------------------------------------
 */

/* How many of a verdict a row shows: what nothing can prove is said apart. */
static unsigned screen_counts_of(const struct screen_row *row,
				 enum verdict verdict)
{
	return row->counts[verdict] -
	       (verdict == VERDICT_UNTESTED ? row->unprovable : 0);
}

static void screen_counts_cell(struct screen *s, struct screen_block *b,
			       const struct screen_row *row,
			       enum verdict verdict)
{
	unsigned count = screen_counts_of(row, verdict);
	size_t column = b->items[b->count - 1].column;

	if (count > 0)
		screen_printf(s, b, layout_verdict_colour(verdict), "%2u %s",
			      count, verdict_name(verdict));
	screen_pad(s, b, column + 4 + strlen(verdict_name(verdict)));
}

static bool screen_counts_has(const struct screen *s, enum verdict verdict)
{
	for (size_t i = 0; i < s->row_count; i++)
		if (screen_counts_of(&s->rows[i], verdict) > 0)
			return true;
	return false;
}

/* Where names begin: behind the longest row. */
static void screen_counts_numbers(struct screen *s, struct screen_block *b,
				  const struct screen_row *row)
{
	bool alone = row->unprovable > 0;

	screen_line(b);
	screen_pad(s, b, COUNTS_NAME);
	screen_put(s, b, LAYOUT_PLAIN, row->name);
	screen_pad(s, b, COUNTS_FIRST);
	for (size_t k = 0; k < COUNTS_ORDER; k++)
		alone &= screen_counts_of(row, counts_order[k]) == 0;
	for (size_t k = 0; k < COUNTS_ORDER && !alone; k++)
		if (screen_counts_has(s, counts_order[k]))
			screen_counts_cell(s, b, row, counts_order[k]);
	if (row->unprovable > 0)
		screen_printf(s, b, LAYOUT_CYAN, "%2u not provable from here",
			      row->unprovable);
	if (*row->causes != '\0')
		screen_printf(s, b, LAYOUT_PLAIN, "%s(%s)",
			      row->unprovable > 0 ? " " : "", row->causes);
}

/* Devices by network and type ----------------------------------------------
 */

struct counts_fold {
	const char *name;
	unsigned counts[VERDICT_COUNT], absent;
};

struct counts_folds {
	struct map map;
	struct counts_fold *items;
	size_t count, capacity;
};

const char *screen_subnet(struct screen *s, const struct addr *a)
{
	return a->family == ADDR_NONE ? NULL : peer_group_subnet(&s->arena, a);
}

static const char *screen_counts_key(struct screen *s,
				     const struct report_device *d)
{
	const char *subnet = NULL, *types = "";
	struct addr a;

	if (d->address != NULL && addr_parse(&a, d->address))
		subnet = screen_subnet(s, &a);
	for (size_t i = 0; d->types[i] != NULL; i++)
		types = arena_printf(&s->arena, "%s%s%s", types,
				     i > 0 ? "+" : " ", d->types[i]);
	return arena_printf(&s->arena, "%s%s",
			    subnet != NULL ? subnet : "by name", types);
}

static void screen_counts_fold(struct screen *s, struct counts_folds *f,
			       const struct report_device *d)
{
	const char *key = screen_counts_key(s, d);
	size_t *slot = map_at(&f->map, key);

	if (*slot == SIZE_MAX) {
		f->items = mem_grow(f->items, &f->capacity, f->count + 1,
				    sizeof *f->items);
		f->items[f->count] = (struct counts_fold){.name = key};
		*slot = f->count++;
	}
	if (d->state == DEVICE_ABSENT)
		f->items[*slot].absent++;
	else
		f->items[*slot].counts[d->verdict]++;
}

static int screen_counts_compare(const void *left, const void *right)
{
	const struct counts_fold *a = left, *b = right;

	if (a->counts[VERDICT_FAIL] != b->counts[VERDICT_FAIL])
		return a->counts[VERDICT_FAIL] > b->counts[VERDICT_FAIL] ? -1
									 : 1;
	return strcmp(a->name, b->name);
}

static const char *screen_counts_folded(struct screen *s,
					const struct counts_fold *f,
					const char *text)
{
	const char *comma = "";

	text = arena_printf(&s->arena, "%s%s%s", text,
			    *text != '\0' ? "; " : "", f->name);
	for (size_t k = 0; k < COUNTS_ORDER; k++) {
		unsigned count = f->counts[counts_order[k]];

		if (count == 0)
			continue;
		text = arena_printf(&s->arena, "%s%s %u %s", text, comma, count,
				    verdict_name(counts_order[k]));
		comma = ",";
	}
	if (f->absent > 0)
		text = arena_printf(&s->arena, "%s%s %u absent", text, comma,
				    f->absent);
	return text;
}

const char *screen_devices(struct screen *s)
{
	const struct report *r = s->report;
	struct counts_folds f = {0};
	const char *text = "";

	if (r->device_count <= COUNTS_FOLDED)
		return "";
	for (size_t i = 0; i < r->device_count; i++)
		screen_counts_fold(s, &f, &r->devices[i]);
	qsort(f.items, f.count, sizeof *f.items, screen_counts_compare);
	for (size_t i = 0; i < f.count; i++)
		text = screen_counts_folded(s, &f.items[i], text);
	free(f.items);
	map_free(&f.map);
	return screen_safe(s, text);
}

/* Names beside the numbers where they fit there, else below them. */
static void screen_counts_names(struct screen *s, struct screen_block *b,
				const char *names, size_t column)
{
	size_t most = screen_most(s, s->room >= 3 ? 2 : 1);
	bool beside = column + screen_columns(names) <= s->width;

	if (*names == '\0')
		return;
	if (!beside && (s->room > 0 || column + COUNTS_FIRST > s->width)) {
		screen_line(b);
		column =
		    screen_is_narrow(s) ? 2 * SCREEN_INDENT : COUNTS_FIRST + 1;
	}
	screen_pad(s, b, column);
	screen_wrap(s, b, LAYOUT_PLAIN, column, s->width, most,
		    screen_clauses(s, names, s->width - column, most));
}

/* On a narrow terminal the numbers are words that wrap. */
static void screen_counts_put(struct screen *s, struct screen_block *b,
			      const struct screen_line *row)
{
	const char *text = "";

	screen_line(b);
	if (row->column <= s->width) {
		b->items[b->count - 1] = *row;
		return;
	}
	/* Without the columns: a blank between two parts. */
	for (size_t i = 0; i < row->count; i++) {
		const char *part = row->parts[i].text;

		part += strspn(part, " ");
		if (*part != '\0')
			text = arena_printf(&s->arena, "%s%s%s", text,
					    *text != '\0' ? " " : "", part);
	}
	screen_pad(s, b, COUNTS_NAME);
	screen_wrap(s, b, LAYOUT_PLAIN, COUNTS_NAME, s->width, SIZE_MAX, text);
}

void screen_counts(struct screen *s, struct screen_block *b)
{
	const char *devices = s->room > 0 ? screen_devices(s) : "";
	struct screen_block rows = {0};
	size_t column = 0;

	for (size_t i = 0; i < s->row_count; i++) {
		screen_counts_numbers(s, &rows, &s->rows[i]);
		if (*s->rows[i].names != '\0' &&
		    rows.items[i].column + 2 > column)
			column = rows.items[i].column + 2;
	}
	for (size_t i = 0; i < s->row_count; i++) {
		screen_counts_put(s, b, &rows.items[i]);
		screen_counts_names(s, b, s->rows[i].names, column);
		if (strcmp(s->rows[i].name, counts_sides[SIDE_DEVICES]) == 0 &&
		    *devices != '\0')
			screen_counts_names(s, b, devices, s->width);
	}
	free(rows.items);
}
