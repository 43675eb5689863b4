/*
 * text.c - the report for a technician: the verdict, what to fix first, then
 * the table of requirements.
 */
#include "report/formats/text_parts.h"

#include "core/base/clock.h"
#include "report/compare/compare.h"
#include "report/formats/check_text.h"
#include "report/formats/screen.h"

#include <stdio.h>

static void text_profile(struct layout *l, const struct report_profile *p)
{
	layout_line(l, 0, 2);
	layout_printf(l, "%s %s", p->title != NULL ? p->title : p->name,
		      p->version);
	if (p->file != NULL && p->file[0] != '\0')
		layout_printf(l, " (%s)", p->file);
	layout_printf(l, ", role %s", p->role);
	for (size_t i = 0; p->scenarios[i] != NULL; i++)
		layout_printf(l, "%s%s",
			      i > 0                     ? ", "
			      : p->scenarios[1] == NULL ? ", scenario "
							: ", scenarios ",
			      p->scenarios[i]);
}

static void text_run(struct layout *l, const struct report *r)
{
	const char *name = r->run.host.name;
	char started[CLOCK_TEXT];

	for (size_t i = 0; i < r->run.profile_count; i++)
		text_profile(l, &r->run.profiles[i]);
	layout_line(l, 0, 2);
	if (r->run.site != NULL)
		layout_printf(l, "site %s, ", r->run.site);
	layout_printf(l, "from %s", name != NULL ? name : "this host");
	if (r->run.source != NULL)
		layout_printf(l, " (%s)", r->run.source);
	layout_printf(l, ", %s, %lld.%lld s, preflight %s",
		      clock_text(r->run.started_us, started),
		      (long long)(r->run.duration_us / 1000000),
		      (long long)(r->run.duration_us / 100000 % 10),
		      r->version);
	if (r->run.proxy != NULL)
		layout_printf(l, ", proxy %s (%s)", r->run.proxy->url,
			      r->run.proxy->source);
	layout_blank(l);
}

/* All of it, for -v and for files. */
static void text_whole(struct layout *l, const struct report *r)
{
	layout_line(l, 0, 2);
	layout_coloured(l, screen_verdict_colour(r->verdict), r->headline);
	layout_blank(l);
	text_run(l, r);
	if (r->comparison != NULL)
		compare_text(l, r->comparison, true);
	text_findings(l, r);
	text_requirements(l, r);
	text_notes(l, r);
}

static void text_write(const struct report *r, const struct format_options *o,
		       FILE *out)
{
	struct layout l;

	layout_begin(&l, o, out);
	if (check_text_is(r) && o->detail == 0)
		check_text(&l, r);
	else if (o->quiet)
		screen_write_quiet(&l, r);
	else if (o->detail > 0)
		text_whole(&l, r);
	else
		screen_write(&l, r);
}

const struct format format_text = {
    .name = "text",
    .ending = ".txt",
    .summary = "for people: the verdict, the causes and counts on one screen",
    .write = text_write,
    .is_lines = true};
