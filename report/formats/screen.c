/*
 * screen.c - the verdict, the causes, the counts, what to type next, and the
 * verdict again, in 22 lines.
 */
#include "report/exit_scheme.h"
#include "report/formats/screen.h"

#include "core/base/text.h"
#include "report/compare/compare.h"
#include "report/formats/ticket.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	SCREEN_ROOM = 6,    /* as roomy as it gets */
	SCREEN_BESIDE = 44, /* the counts beside the causes, at least */
	SCREEN_GAP = 3
};

enum layout_colour screen_verdict_colour(enum run_verdict verdict)
{
	switch (verdict) {
	case RUN_READY:
		return LAYOUT_GREEN;
	case RUN_READY_WITH_WARNINGS:
		return LAYOUT_YELLOW;
	case RUN_UNDECIDED:
		return LAYOUT_CYAN;
	case RUN_NOT_READY:
		break;
	}
	return LAYOUT_RED;
}

static const char *screen_verdict(enum run_verdict verdict)
{
	static const char *const names[] = {[RUN_READY] = "READY",
					    [RUN_READY_WITH_WARNINGS] =
						"READY WITH WARNINGS",
					    [RUN_UNDECIDED] = "UNDECIDED",
					    [RUN_NOT_READY] = "NOT READY"};

	return names[verdict];
}

/* First and last line ------------------------------------------------------
 */

/* "Auvik collector", "Auvik collector and Certero", "3 products". */
static const char *screen_products(struct screen *s, bool few)
{
	const struct report_run *run = &s->report->run;
	const char *text = "";

	for (size_t i = 0; i < run->profile_count; i++) {
		const struct report_profile *p = &run->profiles[i];
		const char *name = p->title != NULL ? p->title : p->name;

		if (name == NULL)
			continue;
		text = arena_printf(&s->arena, "%s%s%s", text,
				    *text != '\0' ? " and " : "", name);
	}
	if (run->profile_count > 1 && few)
		text =
		    arena_printf(&s->arena, "%zu products", run->profile_count);
	return *text != '\0'
		   ? arena_printf(&s->arena, "%s: ", screen_safe(s, text))
		   : "";
}

/* How many causes make it fail; the others only warn. */
static size_t screen_critical(const struct report *r)
{
	size_t count = 0;

	for (size_t i = 0; i < r->finding_count; i++)
		count += r->findings[i].severity == SEVERITY_CRITICAL;
	return count;
}

/* Behind the counts: from where it was tested, that it was cut short. */
static const char *screen_tail(const struct report *r)
{
	const char *tail = strstr(r->headline, " (tested from");

	if (tail == NULL)
		tail = strstr(r->headline, " (interrupted)");
	return tail != NULL ? tail : "";
}

static const char *screen_not_ready(struct screen *s)
{
	const struct report_counts *c = &s->report->counts;
	size_t causes = screen_critical(s->report);
	unsigned lost = c->failed + c->skipped;
	const char *untested =
	    c->undecided > 0
		? arena_printf(&s->arena, "; %u not tested", c->undecided)
		: "";

	return arena_printf(&s->arena,
			    "%zu cause%s stop%s %u of %u required path%s%s%s",
			    causes, text_plural(causes), causes == 1 ? "s" : "",
			    lost, c->required, text_plural(c->required),
			    untested, screen_tail(s->report));
}

const char *screen_headline(struct screen *s)
{
	const struct report *r = s->report;
	const char *colon = strstr(r->headline, ": ");
	const char *text = colon != NULL ? colon + 2 : r->headline, *line = "";

	if (r->verdict == RUN_NOT_READY &&
	    (r->absent & REPORT_ABSENT_COUNTS) == 0 && screen_critical(r) > 0)
		text = screen_not_ready(s);
	/* Many products by their names, where there is room. */
	for (int few = 0; few < 2; few++) {
		line = arena_printf(
		    &s->arena, "%s  %s%s", screen_verdict(r->verdict),
		    screen_products(s, few == 1), screen_safe(s, text));
		if (s->layout->options->plain ||
		    screen_columns(line) <= s->width)
			break;
	}
	return line;
}

static const char *screen_seconds(struct screen *s)
{
	int64_t us = s->report->run.duration_us;

	if (us < 0)
		return NULL;
	return arena_printf(&s->arena, "%lld.%lld s", (long long)(us / 1000000),
			    (long long)(us / 100000 % 10));
}

static const char *screen_from(struct screen *s)
{
	const struct report *r = s->report;
	const char *name =
	    r->run.source != NULL ? r->run.source : r->run.host.name;

	return name == NULL
		   ? NULL
		   : screen_safe(s, arena_printf(&s->arena, "from %s", name));
}

/* Which signal ended a run is not in its report: nor is its status. */
static const char *screen_exit(struct screen *s)
{
	const struct format_options *o = s->layout->options;

	if (s->report->run.interrupted)
		return "interrupted";
	return arena_printf(
	    &s->arena, "exit %d",
	    exit_scheme_status(
		o->exit_scheme,
		o->exit_zero ? 0 : report_exit_status(s->report, o->strict)));
}

/* The status is worth more than the time, the time more than the host. */
const char *screen_last(struct screen *s, size_t width)
{
	enum { SECONDS, FROM, EXIT, PARTS };
	static const int by_worth[PARTS] = {EXIT, SECONDS, FROM};
	const struct report *r = s->report;
	const char *parts[PARTS] = {screen_seconds(s), screen_from(s),
				    screen_exit(s)};
	const char *text =
	    arena_printf(&s->arena, "%u of %u pass", s->pass, s->total);
	size_t columns;

	if (r->finding_count > 0)
		text = arena_printf(&s->arena, "fix 1 (%s) first. %s",
				    owner_name(r->findings[0].owner), text);
	text =
	    arena_printf(&s->arena, "%s: %s", screen_verdict(r->verdict), text);
	columns = screen_columns(text);
	for (size_t i = 0; i < PARTS; i++) {
		const char **part = &parts[by_worth[i]];
		size_t more = *part != NULL ? 2 + screen_columns(*part) : 0;

		if (columns + more > width)
			*part = NULL;
		else
			columns += more;
	}
	for (size_t i = 0; i < PARTS; i++)
		if (parts[i] != NULL)
			text =
			    arena_printf(&s->arena, "%s, %s", text, parts[i]);
	return text;
}

/* Blocks -------------------------------------------------------------------
 */

static void screen_blank(struct screen *s, struct screen_block *b)
{
	if (s->room >= 5 && b->count > 0)
		screen_line(b);
}

static void screen_notes(struct screen *s, struct screen_block *b)
{
	if (screen_hides_notes(s))
		return;
	for (size_t i = 0; i < s->report->note_count; i++) {
		screen_line(b);
		screen_put(s, b, LAYOUT_DIM, i == 0 ? "note" : "");
		screen_wrap(s, b, LAYOUT_PLAIN, 6, s->width, SIZE_MAX,
			    screen_safe(s, s->report->notes[i]));
	}
}

static void screen_append(struct screen_block *b, const struct screen_block *of)
{
	for (size_t i = 0; i < of->count; i++) {
		screen_line(b);
		b->items[b->count - 1] = of->items[i];
	}
}

static void screen_baseline(struct screen *s, struct screen_block *b)
{
	const struct comparison *c = s->report->comparison;
	char *summary = compare_text_summary(c);

	screen_line(b);
	screen_put(s, b, LAYOUT_DIM, "baseline");
	screen_wrap(s, b, LAYOUT_PLAIN, SCREEN_LABEL, s->width,
		    screen_most(s, s->room > 0 ? 2 : 1),
		    screen_safe(s, arena_printf(&s->arena, "%s since %s",
						summary, c->old.started)));
	free(summary);
}

/* The parts of a line behind those of another one, at a column. */
static void screen_join(struct screen *s, struct screen_block *b,
			const struct screen_line *right, size_t column)
{
	screen_pad(s, b, column);
	for (size_t i = 0; i < right->count; i++)
		screen_put(s, b, right->parts[i].colour, right->parts[i].text);
}

/* The causes, and the counts below them or beside them. */
static void screen_middle(struct screen *s, struct screen_block *b)
{
	bool beside =
	    s->width + 1 >= SCREEN_WIDE && s->report->finding_count > 0;
	struct screen_block left = {0}, right = {0};
	size_t width = s->width, counts = width * 2 / 5;

	if (counts < SCREEN_BESIDE || width < SCREEN_WIDE + SCREEN_BESIDE)
		counts = SCREEN_BESIDE;
	if (beside)
		s->width -= counts + SCREEN_GAP;
	screen_causes(s, &left);
	if (beside)
		s->width = counts;
	screen_counts(s, &right);
	s->width = width;
	if (!beside) {
		screen_append(b, &left);
		if (left.count > 0)
			screen_blank(s, b);
		screen_append(b, &right);
	}
	for (size_t i = 0; beside && (i < left.count || i < right.count); i++) {
		screen_line(b);
		if (i < left.count)
			b->items[b->count - 1] = left.items[i];
		if (i < right.count)
			screen_join(s, b, &right.items[i], width - counts);
	}
	free(left.items);
	free(right.items);
}

static void screen_make(struct screen *s, struct screen_block *b)
{
	enum layout_colour colour = screen_verdict_colour(s->report->verdict);

	screen_line(b);
	screen_wrap(s, b, colour, 0, s->width, screen_most(s, 2),
		    screen_headline(s));
	if (s->report->comparison != NULL)
		screen_baseline(s, b);
	screen_blank(s, b);
	screen_middle(s, b);
	if (s->shared > 0 && s->room > 1) {
		screen_line(b);
		screen_printf(s, b, LAYOUT_DIM,
			      "   %u requirement%s of several products %s the "
			      "same path, counted once",
			      s->shared, text_plural(s->shared),
			      s->shared == 1 ? "is" : "are");
	}
	screen_notes(s, b);
	screen_blank(s, b);
	screen_next(s, b);
	screen_line(b);
	screen_wrap(s, b, colour, 0, s->width, screen_most(s, 1),
		    screen_last(s, s->width));
}

static bool screen_is_blank(const char *text)
{
	return text[strspn(text, " ")] == '\0';
}

static void screen_emit(struct screen *s, const struct screen_block *b)
{
	struct layout *l = s->layout;

	for (size_t i = 0; i < b->count; i++) {
		const struct screen_line *line = &b->items[i];

		size_t count = line->count;

		while (count > 0 &&
		       screen_is_blank(line->parts[count - 1].text))
			count--;
		layout_line(l, 0, 0);
		for (size_t k = 0; k < count; k++)
			layout_part(l, line->parts[k].colour,
				    line->parts[k].text);
		layout_end_line(l);
	}
}

static void screen_begin(struct screen *s, struct layout *l,
			 const struct report *r)
{
	*s = (struct screen){.layout = l, .report = r, .width = l->width - 1};
	screen_count(s);
}

/* As roomy as its lines allow. */
void screen_write(struct layout *l, const struct report *r)
{
	struct screen s;
	struct screen_block b = {0};

	screen_begin(&s, l, r);
	if (l->options->plain) {
		screen_write_plain(&s);
	} else {
		for (s.room = SCREEN_ROOM; b.count == 0; s.room--) {
			screen_make(&s, &b);
			if (b.count > SCREEN_LINES && s.room > 0)
				b.count = 0;
			else
				break;
		}
		screen_emit(&s, &b);
	}
	free(b.items);
	arena_free(&s.arena);
}

static void screen_make_quiet(struct screen *s, struct screen_block *b)
{
	screen_line(b);
	screen_wrap(s, b, screen_verdict_colour(s->report->verdict), 0,
		    s->width, screen_most(s, 2), screen_headline(s));
	for (size_t i = 0; i < s->report->finding_count; i++)
		screen_cause_line(s, b, i);
}

void screen_write_quiet(struct layout *l, const struct report *r)
{
	struct screen s;
	struct screen_block b = {0};

	screen_begin(&s, l, r);
	if (l->options->plain)
		screen_write_plain_quiet(&s);
	else
		screen_make_quiet(&s, &b);
	screen_emit(&s, &b);
	free(b.items);
	arena_free(&s.arena);
}
