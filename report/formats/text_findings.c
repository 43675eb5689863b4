/* text_findings.c - what to fix first, for a person at the site. */
#include "report/formats/text_parts.h"
#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

enum { TEXT_FINDINGS = 20 };

enum layout_colour text_severity(enum severity severity)
{
	switch (severity) {
	case SEVERITY_CRITICAL:
		return LAYOUT_RED;
	case SEVERITY_WARNING:
		return LAYOUT_YELLOW;
	case SEVERITY_INFO:
		break;
	}
	return LAYOUT_CYAN;
}

static void text_label(struct layout *l, const char *label)
{
	layout_line(l, 3, 10);
	layout_coloured(l, LAYOUT_BOLD, label);
	layout_column(l, 13);
}

static void text_lines(struct layout *l, const char *label,
		       const char *const *lines, size_t count, bool numbered)
{
	for (size_t i = 0; i < count; i++) {
		if (i == 0)
			text_label(l, label);
		else
			layout_line(l, 13, 0);
		l->indent = 13 + (numbered && count > 1 ? 3 : 2);
		if (numbered && count > 1)
			layout_printf(l, "%zu. ", i + 1);
		else
			layout_text(l, "- ");
		layout_text(l, lines[i]);
	}
}

static void text_place(struct layout *l, const struct finding *f)
{
	char address[ADDR_TEXT];

	if (f->blocker.family != ADDR_NONE || f->blocker_name != NULL) {
		text_label(l, "Blocker:");
		if (f->blocker.family != ADDR_NONE)
			layout_text(l, addr_text(&f->blocker, address));
		if (f->blocker.family == ADDR_NONE)
			layout_text(l, f->blocker_name);
		else if (f->blocker_name != NULL)
			layout_printf(l, " (%s)", f->blocker_name);
	}
	if (f->where == WHERE_HOP || f->where == WHERE_AFTER_HOP) {
		text_label(l, "Where:");
		layout_printf(
		    l, "%s hop %d",
		    f->where == WHERE_HOP ? "at" : "at or right after", f->hop);
		if (f->hop_address.family != ADDR_NONE)
			layout_printf(l, ", %s",
				      addr_text(&f->hop_address, address));
	}
}

/* Each requirement once, in the order of the report. */
static void text_explains(struct layout *l, const struct report *r,
			  const struct finding *f)
{
	bool *seen = mem_calloc(r->requirement_count + 1, sizeof *seen);
	size_t shown = 0, count = 0;

	for (size_t i = 0; i < f->result_count; i++)
		seen[r->results[f->results[i]].requirement] = true;
	for (size_t i = 0; i < r->requirement_count; i++)
		count += seen[i];
	text_label(l, "Explains:");
	layout_printf(l, "%zu test%s of ", f->result_count,
		      text_plural(f->result_count));
	for (size_t i = 0; i < r->requirement_count; i++) {
		if (!seen[i])
			continue;
		if (shown == 8 && l->options->detail < 2 && count > 9) {
			layout_printf(l, " and %zu more", count - shown);
			break;
		}
		layout_printf(l, "%s%s", shown == 0 ? "" : ", ",
			      r->requirements[i].id);
		shown++;
	}
	free(seen);
}

static void text_finding(struct layout *l, const struct report *r, size_t index)
{
	const struct finding *f = &r->findings[index];
	char number[24];

	snprintf(number, sizeof number, "%zu.", index + 1);
	layout_line(l, 0, 3);
	layout_coloured(l, LAYOUT_BOLD, number);
	layout_column(l, 3);
	layout_coloured(l, text_severity(f->severity), f->title);
	layout_line(l, 3, 10);
	layout_printf(l, "%s, %s%s, %s", f->code,
		      f->confirmed ? "confirmed" : "probable",
		      f->inferred ? " (partly inferred)" : "",
		      severity_name(f->severity));
	text_label(l, "Owner:");
	layout_text(l, owner_name(f->owner));
	text_place(l, f);
	text_lines(l, "Seen:", f->evidence, f->evidence_count, false);
	text_lines(l, "Do:", f->remedy, f->remedy_count, true);
	if (f->confirm_by != NULL) {
		text_label(l, "Confirm:");
		layout_text(l, f->confirm_by);
	}
	if (f->impact != NULL) {
		text_label(l, "Impact:");
		layout_text(l, f->impact);
	}
	text_explains(l, r, f);
	if (f->url != NULL) {
		text_label(l, "More:");
		layout_text(l, f->url);
	}
	layout_blank(l);
}

void text_findings(struct layout *l, const struct report *r)
{
	if (r->finding_count == 0)
		return;
	layout_line(l, 0, 0);
	layout_coloured(l, LAYOUT_BOLD, "What to fix first");
	layout_blank(l);
	for (size_t i = 0; i < r->finding_count; i++) {
		if (i == TEXT_FINDINGS && l->options->detail < 2) {
			layout_line(l, 0, 2);
			layout_printf(l,
				      "and %zu more cause%s, listed with "
				      "-vv or --format json",
				      r->finding_count - i,
				      text_plural(r->finding_count - i));
			layout_blank(l);
			return;
		}
		text_finding(l, r, i);
	}
}

void text_notes(struct layout *l, const struct report *r)
{
	for (size_t i = 0; i < r->note_count; i++) {
		layout_line(l, 0, 2);
		layout_text(l, "- ");
		layout_text(l, r->notes[i]);
	}
	if (r->note_count > 0)
		layout_blank(l);
}
