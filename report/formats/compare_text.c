/* compare_text.c - a comparison for people: what is new first. */
#include "report/compare/compare.h"
#include "core/base/text.h"

#include "core/base/buf.h"

#include <stdlib.h>
#include <string.h>

enum { COMPARE_NAMED = 8, COMPARE_DIFFERENCES = 12 };

char *compare_text_summary(const struct comparison *c)
{
	unsigned others = c->summary[CHANGE_WORSE] + c->summary[CHANGE_BETTER] +
			  c->summary[CHANGE_OTHER];
	struct buf b;
	char *text;

	buf_init(&b, 512);
	buf_printf(&b, "%u new failure%s", c->summary[CHANGE_NEW],
		   text_plural(c->summary[CHANGE_NEW]));
	buf_printf(&b, ", %u fixed, %u still failing", c->summary[CHANGE_FIXED],
		   c->summary[CHANGE_STILL]);
	if (c->new_targets > 0)
		buf_printf(&b, " (with %u new target%s)", c->new_targets,
			   text_plural(c->new_targets));
	if (others > 0)
		buf_printf(&b, ", %u other change%s", others,
			   text_plural(others));
	text = mem_strdup(buf_text(&b));
	buf_free(&b);
	return text;
}

static const char *compare_text_word(enum verdict verdict)
{
	return verdict == VERDICT_NONE ? "not there" : verdict_name(verdict);
}

static void compare_names(struct layout *l, const char *const *names,
			  size_t count)
{
	for (size_t i = 0; i < count && i < COMPARE_NAMED; i++)
		layout_printf(l, "%s%s", i > 0 ? ", " : "", names[i]);
	if (count > COMPARE_NAMED)
		layout_printf(l, " and %zu more", count - COMPARE_NAMED);
}

static void compare_differences(struct layout *l, const struct difference *d,
				size_t count, bool with_targets)
{
	for (size_t i = 0; i < count; i++, d++) {
		layout_line(l, 4, 4);
		if (i == COMPARE_DIFFERENCES) {
			layout_printf(l,
				      "and %zu more difference%s, listed "
				      "with --format json",
				      count - i, text_plural(count - i));
			return;
		}
		layout_printf(l, "%s: %s, then %s", d->what,
			      d->was != NULL ? d->was : "none",
			      d->is != NULL ? d->is : "none");
		if (d->target_count == 0 || !with_targets)
			continue;
		layout_text(l, " (");
		compare_names(l, d->targets, d->target_count);
		layout_text(l, ")");
	}
}

/* Targets that changed in the same way are one line. */
static void compare_text_targets(struct layout *l,
				 const struct requirement_change *q)
{
	for (int was = 0; was < VERDICT_COUNT; was++) {
		for (int is = 0; is < VERDICT_COUNT; is++) {
			const char *names[COMPARE_NAMED];
			size_t count = 0;

			for (size_t i = 0; i < q->target_count; i++) {
				const struct target_change *t = &q->targets[i];

				if ((int)t->was != was || (int)t->is != is)
					continue;
				if (count < COMPARE_NAMED)
					names[count] = t->name;
				count++;
			}
			if (count == 0)
				continue;
			layout_line(l, 4, 4);
			layout_printf(l, "%s, then %s: ",
				      compare_text_word((enum verdict)was),
				      compare_text_word((enum verdict)is));
			compare_names(l, names, count);
		}
	}
}

static const struct finding_change *compare_cause(const struct comparison *c,
						  const char *id)
{
	for (size_t i = 0; id != NULL && i < c->finding_count; i++) {
		const struct finding_change *f = &c->findings[i];

		if (f->is != NULL && strcmp(f->is, id) == 0)
			return f;
	}
	return NULL;
}

/* A single target that changed as its requirement did adds nothing. */
static bool compare_is_alone(const struct requirement_change *q)
{
	return q->target_count == 1 && q->targets[0].was == q->was &&
	       q->targets[0].is == q->is;
}

/* `before`: the cause that the requirement in front has. */
static void compare_text_requirement(struct layout *l,
				     const struct comparison *c,
				     const struct requirement_change *q,
				     const struct finding_change **before)
{
	const struct finding_change *f = compare_cause(c, q->finding);
	bool failed = q->is == VERDICT_PASS;

	layout_line(l, 2, 4);
	layout_text(l, q->id);
	if (q->title != NULL && strcmp(q->title, q->id) != 0)
		layout_printf(l, " (%s)", q->title);
	if (q->was != q->is)
		layout_printf(l, ": %s, then %s", compare_text_word(q->was),
			      compare_text_word(q->is));
	if (q->reason != NULL && q->reason[0] != '\0') {
		layout_line(l, 4, 4);
		layout_printf(l, "%s%s", failed ? "was: " : "", q->reason);
	}
	if (f != NULL) {
		layout_line(l, 4, 4);
		if (f == *before)
			layout_printf(l, "%s, as above", f->code);
		else
			layout_printf(l, "%s: %s (%s)", f->code, f->title,
				      owner_name(f->owner));
	}
	*before = f;
	if (!compare_is_alone(q))
		compare_text_targets(l, q);
	compare_differences(l, q->differences, q->difference_count, true);
}

static const struct {
	enum compare_change change;
	const char *title;
	enum layout_colour colour;
} compare_sections[] = {
    {CHANGE_NEW, "New failures", LAYOUT_RED},
    {CHANGE_WORSE, "Worse", LAYOUT_YELLOW},
    {CHANGE_FIXED, "Fixed", LAYOUT_GREEN},
    {CHANGE_BETTER, "Better", LAYOUT_GREEN},
    {CHANGE_STILL, "Still failing", LAYOUT_RED},
    {CHANGE_OTHER, "Changed", LAYOUT_YELLOW},
    {CHANGE_ADDED, "Only in the new report", LAYOUT_CYAN},
    {CHANGE_GONE, "Only in the old report", LAYOUT_CYAN},
};

/* The verdicts are the same: there are only differences to list. */
static bool compare_is_quiet(const struct requirement_change *q)
{
	return q->was == q->is && q->target_count == 0 &&
	       q->change == CHANGE_OTHER;
}

static bool compare_alike(const struct requirement_change *a,
			  const struct requirement_change *b)
{
	if (!compare_is_quiet(a) || !compare_is_quiet(b) ||
	    a->difference_count != b->difference_count)
		return false;
	for (size_t i = 0; i < a->difference_count; i++) {
		const struct difference *x = &a->differences[i];
		const struct difference *y = &b->differences[i];

		if (strcmp(x->what, y->what) != 0 ||
		    strcmp(x->was != NULL ? x->was : "",
			   y->was != NULL ? y->was : "") != 0 ||
		    strcmp(x->is != NULL ? x->is : "",
			   y->is != NULL ? y->is : "") != 0)
			return false;
	}
	return true;
}

/* Requirements with the same differences are one line. False: no other has
 * the same (*alone), or an earlier line listed this one. */
static bool compare_together(struct layout *l, const struct comparison *c,
			     size_t index, bool *alone)
{
	const struct requirement_change *q = &c->requirements[index];
	size_t count = 0;

	*alone = true;
	for (size_t i = 0; i < c->requirement_count; i++) {
		if (!compare_alike(q, &c->requirements[i]))
			continue;
		*alone &= i == index;
		if (i < index)
			return false;
	}
	if (*alone)
		return false;
	layout_line(l, 2, 4);
	for (size_t i = index; i < c->requirement_count; i++) {
		if (compare_alike(q, &c->requirements[i]))
			layout_printf(l, "%s%s", count++ > 0 ? ", " : "",
				      c->requirements[i].id);
	}
	compare_differences(l, q->differences, q->difference_count, false);
	return true;
}

static void compare_section(struct layout *l, const struct comparison *c,
			    size_t section)
{
	enum compare_change change = compare_sections[section].change;
	const struct finding_change *before = NULL;
	bool head = false, alone;

	for (size_t i = 0; i < c->requirement_count; i++) {
		if (c->requirements[i].change != change)
			continue;
		if (!head) {
			layout_line(l, 0, 0);
			layout_coloured(l, compare_sections[section].colour,
					compare_sections[section].title);
			head = true;
		}
		if (!compare_together(l, c, i, &alone) && alone)
			compare_text_requirement(l, c, &c->requirements[i],
						 &before);
	}
	if (head)
		layout_blank(l);
}

static bool compare_shows(const struct finding_change *f)
{
	return f->change != CHANGE_STILL || f->difference_count > 0;
}

static void compare_causes(struct layout *l, const struct comparison *c)
{
	bool head = false;

	for (size_t i = 0; i < c->finding_count; i++) {
		const struct finding_change *f = &c->findings[i];

		if (!compare_shows(f))
			continue;
		if (!head) {
			layout_line(l, 0, 0);
			layout_coloured(l, LAYOUT_BOLD, "Causes");
			head = true;
		}
		layout_line(l, 2, 4);
		layout_printf(l, "%s: %s: %s (%s)",
			      compare_change_name(f->change), f->code, f->title,
			      owner_name(f->owner));
		compare_differences(l, f->differences, f->difference_count,
				    true);
	}
	if (head)
		layout_blank(l);
}

static void compare_end(struct layout *l, const char *label,
			const struct compared *c)
{
	layout_line(l, 0, 5);
	layout_printf(l, "%s: ", label);
	for (size_t i = 0; c->profiles[i] != NULL; i++)
		layout_printf(l, "%s%s", i > 0 ? " and " : "", c->profiles[i]);
	layout_printf(l, ", from %s",
		      c->host != NULL ? c->host
				      : "a host whose name is not known");
	if (c->source != NULL)
		layout_printf(l, " (%s)", c->source);
	layout_printf(l, ", %s, %s", c->started, run_verdict_name(c->verdict));
}

static void compare_note_lines(struct layout *l, const struct comparison *c)
{
	for (size_t i = 0; i < c->note_count; i++) {
		layout_line(l, 0, 2);
		layout_text(l, "- ");
		layout_text(l, c->notes[i]);
	}
}

static enum layout_colour compare_colour(const struct comparison *c)
{
	if (c->summary[CHANGE_NEW] + c->new_targets > 0)
		return LAYOUT_RED;
	return c->summary[CHANGE_WORSE] > 0 ? LAYOUT_YELLOW : LAYOUT_GREEN;
}

/* "new: lan.ssh, lan.telnet" */
static void compare_list(struct layout *l, const struct comparison *c,
			 const char *label, enum compare_change change)
{
	const char *names[COMPARE_NAMED];
	size_t count = 0;

	for (size_t i = 0; i < c->requirement_count; i++) {
		if (c->requirements[i].change != change)
			continue;
		if (count < COMPARE_NAMED)
			names[count] = c->requirements[i].id;
		count++;
	}
	if (count == 0)
		return;
	layout_line(l, 2, 2);
	layout_printf(l, "%s: ", label);
	compare_names(l, names, count);
}

/* What still fails, but with other evidence. */
static void compare_brief_differences(struct layout *l,
				      const struct comparison *c)
{
	size_t shown = 0;

	for (size_t i = 0; i < c->requirement_count; i++) {
		const struct requirement_change *q = &c->requirements[i];
		bool differs = q->difference_count > 0 || q->target_count > 0;

		if (q->change != CHANGE_STILL || !differs ||
		    shown++ >= COMPARE_NAMED)
			continue;
		layout_line(l, 2, 4);
		layout_printf(l, "%s still fails:", q->id);
		compare_text_targets(l, q);
		compare_differences(l, q->differences, q->difference_count,
				    true);
	}
	if (shown > COMPARE_NAMED) {
		layout_line(l, 2, 4);
		layout_printf(l,
			      "and %zu more still fail, but differently: "
			      "preflight compare lists them",
			      shown - COMPARE_NAMED);
	}
}

static void compare_brief(struct layout *l, const struct comparison *c)
{
	char *summary = compare_text_summary(c);

	layout_line(l, 0, 2);
	layout_printf(l,
		      "Compared with the baseline of %s (%s): ", c->old.started,
		      run_verdict_name(c->old.verdict));
	layout_coloured(l, compare_colour(c), summary);
	compare_list(l, c, "new", CHANGE_NEW);
	compare_list(l, c, "worse", CHANGE_WORSE);
	compare_list(l, c, "fixed", CHANGE_FIXED);
	compare_list(l, c, "better", CHANGE_BETTER);
	compare_list(l, c, "still failing", CHANGE_STILL);
	compare_list(l, c, "changed", CHANGE_OTHER);
	compare_brief_differences(l, c);
	compare_note_lines(l, c);
	layout_blank(l);
	free(summary);
}

void compare_text(struct layout *l, const struct comparison *c, bool brief)
{
	char *summary;

	if (brief) {
		compare_brief(l, c);
		return;
	}
	summary = compare_text_summary(c);
	layout_line(l, 0, 2);
	layout_coloured(l, compare_colour(c), "COMPARED: ");
	layout_coloured(l, compare_colour(c), summary);
	compare_end(l, "OLD", &c->old);
	compare_end(l, "NEW", &c->new);
	compare_note_lines(l, c);
	layout_blank(l);
	for (size_t i = 0;
	     i < sizeof compare_sections / sizeof compare_sections[0]; i++)
		compare_section(l, c, i);
	compare_causes(l, c);
	free(summary);
}
