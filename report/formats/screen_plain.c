/* screen_plain.c - the screen read aloud: one thought a line, the label first,
 * no columns, nothing shortened. */
#include "report/formats/screen.h"

#include "core/base/text.h"

#include <string.h>

static void screen_plain_line(struct screen *s, const char *label,
			      const char *text)
{
	layout_line(s->layout, 0, 0);
	layout_part(s->layout, LAYOUT_PLAIN, label);
	layout_part(s->layout, LAYOUT_PLAIN, text);
	layout_end_line(s->layout);
}

static void screen_plain_title(struct screen *s, size_t index)
{
	const struct finding *f = &s->report->findings[index];

	screen_plain_line(
	    s,
	    arena_printf(&s->arena, "Cause %zu of %zu, %s, %s: ", index + 1,
			 s->report->finding_count, owner_name(f->owner),
			 f->confirmed ? "confirmed" : "probable"),
	    screen_safe(s, f->title));
}

static void screen_plain_cause(struct screen *s, size_t index)
{
	const struct finding *f = &s->report->findings[index];
	const char *lost = screen_lost(s, f), *change = screen_change(s, f);

	screen_plain_title(s, index);
	if (*lost != '\0')
		screen_plain_line(
		    s, f->severity == SEVERITY_CRITICAL ? "Lost: " : "Risk: ",
		    lost);
	if (*change != '\0')
		screen_plain_line(s, "Change: ", change);
}

static void screen_plain_row(struct screen *s, const struct screen_row *row)
{
	static const enum verdict order[] = {VERDICT_PASS, VERDICT_FAIL,
					     VERDICT_SKIP, VERDICT_WARN,
					     VERDICT_UNTESTED};
	const char *text = "";

	for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
		unsigned count = row->counts[order[i]];

		if (order[i] == VERDICT_UNTESTED)
			count -= row->unprovable;
		if (count > 0)
			text = arena_printf(&s->arena, "%s%s%u %s", text,
					    *text != '\0' ? ", " : "", count,
					    verdict_name(order[i]));
	}
	if (row->unprovable > 0)
		text = arena_printf(&s->arena, "%s%s%u not provable from here",
				    text, *text != '\0' ? ", " : "",
				    row->unprovable);
	if (*row->causes != '\0')
		text = arena_printf(&s->arena, "%s; see cause %s", text,
				    row->causes);
	if (*row->names != '\0')
		text = arena_printf(&s->arena, "%s; not passed: %s", text,
				    row->names);
	screen_plain_line(
	    s, arena_printf(&s->arena, "Requirements, %s: ", row->name), text);
}

void screen_write_plain(struct screen *s)
{
	const struct report *r = s->report;
	struct screen_command list[SCREEN_COMMANDS];
	size_t count = screen_commands(s, list);
	const char *devices = screen_devices(s);

	screen_plain_line(s, "", screen_headline(s));
	for (size_t i = 0; i < r->finding_count; i++)
		screen_plain_cause(s, i);
	for (size_t i = 0; i < s->row_count; i++)
		screen_plain_row(s, &s->rows[i]);
	if (*devices != '\0')
		screen_plain_line(s, "Devices: ", devices);
	for (size_t i = 0; i < r->note_count; i++)
		screen_plain_line(s, "Note: ", screen_safe(s, r->notes[i]));
	for (size_t i = 0; i < count; i++)
		screen_plain_line(
		    s, arena_printf(&s->arena, "Next, %s: ", list[i].label),
		    list[i].text);
	if (count > 0)
		screen_plain_line(s, "Next, all: ", "the same command with -v");
	screen_plain_line(s, "", screen_last(s, SIZE_MAX));
}

void screen_write_plain_quiet(struct screen *s)
{
	screen_plain_line(s, "", screen_headline(s));
	for (size_t i = 0; i < s->report->finding_count; i++)
		screen_plain_title(s, i);
}
