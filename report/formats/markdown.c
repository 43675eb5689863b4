/* markdown.c - the report as Markdown: for a wiki, a pull request, a ticket
 * that shows it. Foreign text never is markup. */
#include "report/formats/escape.h"

#include "core/base/clock.h"
#include "core/base/text.h"
#include "report/compare/compare.h"
#include "report/report.h"

#include <inttypes.h>
#include <stdlib.h>

static void markdown_text(FILE *out, const char *text)
{
	escape_text(out, ESCAPE_MARKDOWN, text);
}

static void markdown_run(const struct report *r, FILE *out)
{
	char started[CLOCK_TEXT];

	fprintf(out, "- Run: %s, %" PRId64 ".%" PRId64 " s, preflight ",
		clock_text(r->run.started_us, started),
		r->run.duration_us / 1000000, r->run.duration_us / 100000 % 10);
	markdown_text(out, r->version);
	fputs("\n- From: ", out);
	markdown_text(out, r->run.host.name != NULL ? r->run.host.name
						    : "this host");
	if (report_source(r) != NULL)
		escape_printf(out, ESCAPE_MARKDOWN, " (%s)", report_source(r));
	if (r->run.site != NULL) {
		fputs("\n- Site: ", out);
		markdown_text(out, r->run.site);
	}
	for (size_t i = 0; i < r->run.profile_count; i++) {
		const struct report_profile *p = &r->run.profiles[i];

		fputs("\n- Profile: ", out);
		escape_printf(out, ESCAPE_MARKDOWN, "%s %s, role %s",
			      p->title != NULL ? p->title : p->name, p->version,
			      p->role);
	}
	putc('\n', out);
}

static void markdown_changes(const struct report *r, FILE *out)
{
	char *summary;

	if (r->comparison == NULL)
		return;
	summary = compare_text_summary(r->comparison);
	fputs("- Changed: ", out);
	escape_printf(out, ESCAPE_MARKDOWN, "%s since %s", summary,
		      r->comparison->old.started);
	putc('\n', out);
	free(summary);
}

static void markdown_list(FILE *out, const char *head, const char *const *lines,
			  size_t count)
{
	if (count == 0)
		return;
	fprintf(out, "\n%s:\n\n", head);
	for (size_t i = 0; i < count; i++) {
		fputs("- ", out);
		markdown_text(out, lines[i]);
		putc('\n', out);
	}
}

static void markdown_finding(FILE *out, size_t number, const struct finding *f)
{
	fprintf(out, "\n### %zu. ", number);
	markdown_text(out, f->title);
	fprintf(out, "\n\n- Code: `%s`\n- Owner: %s, %s\n", f->code,
		owner_name(f->owner), f->confirmed ? "confirmed" : "probable");
	fprintf(out, "- Explains: %zu test%s\n", f->result_count,
		text_plural(f->result_count));
	if (f->impact != NULL) {
		fputs("- Impact: ", out);
		markdown_text(out, f->impact);
		putc('\n', out);
	}
	markdown_list(out, "What to do", f->remedy, f->remedy_count);
	markdown_list(out, "What was seen", f->evidence, f->evidence_count);
}

static void markdown_requirements(const struct report *r, FILE *out)
{
	if (r->requirement_count == 0)
		return;
	fputs("\n## Requirements\n\n"
	      "| Requirement | Title | Level | Verdict | Reason |\n"
	      "| --- | --- | --- | --- | --- |\n",
	      out);
	for (size_t i = 0; i < r->requirement_count; i++) {
		const struct report_requirement *q = &r->requirements[i];

		fputs("| ", out);
		markdown_text(out, q->id);
		fputs(" | ", out);
		markdown_text(out, q->title);
		fprintf(out, " | %s | %s | ", level_name(q->level),
			verdict_name(q->verdict));
		markdown_text(out, q->reason);
		fputs(" |\n", out);
	}
}

static void markdown_write(const struct report *r,
			   const struct format_options *o, FILE *out)
{
	(void)o;
	fputs("# ", out);
	markdown_text(out, r->headline);
	fputs("\n\n", out);
	markdown_run(r, out);
	markdown_changes(r, out);
	if (r->finding_count > 0)
		fputs("\n## Causes\n", out);
	for (size_t i = 0; i < r->finding_count; i++)
		markdown_finding(out, i + 1, &r->findings[i]);
	markdown_requirements(r, out);
	if (r->note_count == 0)
		return;
	fputs("\n## Notes\n\n", out);
	for (size_t i = 0; i < r->note_count; i++) {
		fputs("- ", out);
		markdown_text(out, r->notes[i]);
		putc('\n', out);
	}
}

const struct format format_markdown = {
    .name = "markdown",
    .ending = ".md",
    .summary = "the report as Markdown, for a wiki or a ticket",
    .write = markdown_write,
    .is_lines = true};
