/* html_compare.c - two reports side by side, and many. */
#include "report/formats/html.h"

#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

static const char *html_change_kind(enum compare_change change)
{
	switch (change) {
	case CHANGE_NEW:
	case CHANGE_STILL:
	case CHANGE_WORSE:
		return "bad";
	case CHANGE_FIXED:
	case CHANGE_BETTER:
	case CHANGE_SAME:
		return "good";
	case CHANGE_OTHER:
	case CHANGE_ADDED:
	case CHANGE_GONE:
	case CHANGE_COUNT:
		break;
	}
	return "open";
}

static void html_change_word(FILE *out, enum compare_change change)
{
	fprintf(out, "<span class=\"verdict %s\">%s</span>",
		html_change_kind(change), compare_change_name(change));
}

static void html_change_was(FILE *out, enum verdict verdict)
{
	fputs("<td>", out);
	if (verdict != VERDICT_NONE)
		html_verdict(out, verdict);
	fputs("</td>", out);
}

static void html_differences(FILE *out, size_t count,
			     const struct difference *list)
{
	if (count == 0)
		return;
	fputs("<ul>", out);
	for (size_t i = 0; i < count; i++) {
		fputs("<li>", out);
		html_text(out, list[i].what);
		fputs(": ", out);
		html_text(out, list[i].was != NULL ? list[i].was : "nothing");
		fputs(", then ", out);
		html_text(out, list[i].is != NULL ? list[i].is : "nothing");
		fputs("</li>", out);
	}
	fputs("</ul>", out);
}

static void html_change_row(FILE *out, const struct requirement_change *c)
{
	fprintf(out, "<tr data-place=\"\" data-verdict=\"%s\">",
		html_change_kind(c->change));
	fputs("<th scope=\"row\">", out);
	html_text(out, c->id);
	fputs(" <small>", out);
	html_text(out, c->title);
	fputs("</small></th><td>", out);
	html_change_word(out, c->change);
	fputs("</td>", out);
	html_change_was(out, c->was);
	html_change_was(out, c->is);
	fputs("<td>", out);
	html_text(out, c->reason);
	if (c->target_count > 0) {
		fputs("<ul>", out);
		for (size_t i = 0; i < c->target_count; i++) {
			fputs("<li>", out);
			html_change_word(out, c->targets[i].change);
			putc(' ', out);
			html_text(out, c->targets[i].name);
			fputs("</li>", out);
		}
		fputs("</ul>", out);
	}
	html_differences(out, c->difference_count, c->differences);
	fputs("</td></tr>\n", out);
}

static void html_change_causes(FILE *out, const struct comparison *c)
{
	if (c->finding_count == 0)
		return;
	fputs("<h3>Causes</h3><ul>", out);
	for (size_t i = 0; i < c->finding_count; i++) {
		const struct finding_change *f = &c->findings[i];

		fputs("<li>", out);
		html_change_word(out, f->change);
		putc(' ', out);
		html_text(out, f->title);
		html_differences(out, f->difference_count, f->differences);
		fputs("</li>", out);
	}
	fputs("</ul>", out);
}

void html_changes(FILE *out, const struct comparison *c)
{
	fputs("<section id=\"changes\"><h2>Since ", out);
	html_text(out, c->old.started);
	fputs("</h2>\n", out);
	for (size_t i = 0; i < c->note_count; i++)
		html_element(out, "p class=\"hint\"", c->notes[i]);
	if (c->requirement_count > 0)
		fputs("<div class=\"wide\" tabindex=\"0\" role=\"region\" "
		      "aria-label=\"Changed requirements\"><table "
		      "id=\"changed\"><thead><tr><th scope=\"col\">requirement"
		      "</th><th scope=\"col\">change</th><th scope=\"col\">was"
		      "</th><th scope=\"col\">is</th><th scope=\"col\">reason"
		      "</th></tr></thead><tbody>\n",
		      out);
	else
		fputs("<p>No requirement changed.</p>\n", out);
	for (size_t i = 0; i < c->requirement_count; i++)
		html_change_row(out, &c->requirements[i]);
	if (c->requirement_count > 0)
		fputs("</tbody></table></div>\n", out);
	html_change_causes(out, c);
	fputs("</section>\n", out);
}

static void html_compared(FILE *out, const char *label,
			  const struct compared *side)
{
	fprintf(out, "<div class=\"side %s\"><h2>%s</h2><p>",
		html_run_kind(side->verdict), label);
	html_text(out, side->headline);
	fputs("</p><dl class=\"facts\">", out);
	html_fact(out, "started", side->started);
	html_fact(out, "host", side->host);
	html_fact(out, "source", side->source);
	for (size_t i = 0; side->profiles != NULL && side->profiles[i] != NULL;
	     i++)
		html_fact(out, "profile", side->profiles[i]);
	fputs("</dl></div>\n", out);
}

void html_write_comparison(FILE *out, const struct comparison *c)
{
	char *summary = compare_text_summary(c);

	html_begin(out, summary);
	html_band(out, html_run_kind(c->new.verdict), summary);
	fputs("</header>\n<main>\n<section class=\"sides\">", out);
	html_compared(out, "Before", &c->old);
	html_compared(out, "After", &c->new);
	fputs("</section>\n", out);
	html_changes(out, c);
	html_end(out, c->version);
	free(summary);
}

/* Many sites ----------------------------------------------------------------
 */

static const char *html_site_name(const struct merged_site *s)
{
	return s->site != NULL ? s->site : s->host != NULL ? s->host : s->file;
}

static void html_site_verdict(FILE *out, int verdict)
{
	if (verdict == MERGED_MISSING)
		fputs("<span class=\"verdict bad\">MISSING</span>", out);
	else
		fprintf(out, "<span class=\"verdict %s\">%s</span>",
			html_run_kind((enum run_verdict)verdict),
			run_verdict_name((enum run_verdict)verdict));
}

static void html_sites(FILE *out, const struct merged *m)
{
	fputs("<section id=\"sites\"><h2>Sites</h2><div class=\"filter\" "
	      "hidden><label>Find <input type=\"search\" data-filter=\"fleet\">"
	      "</label> <label><input type=\"checkbox\" "
	      "data-failing=\"fleet\"> failing only</label></div><div "
	      "class=\"wide\" tabindex=\"0\" role=\"region\" "
	      "aria-label=\"Sites\"><table id=\"fleet\"><thead><tr><th "
	      "scope=\"col\">site</th><th scope=\"col\">verdict</th><th "
	      "scope=\"col\">paths</th><th scope=\"col\">started</th><th "
	      "scope=\"col\">says</th></tr></thead><tbody>\n",
	      out);
	for (size_t i = 0; i < m->site_count; i++) {
		const struct merged_site *s = &m->sites[i];
		bool fails =
		    s->verdict == MERGED_MISSING || s->verdict == RUN_NOT_READY;

		fprintf(out, "<tr data-place=\"\" data-verdict=\"%s\">",
			fails ? "bad" : "good");
		html_element(out, "th scope=\"row\"", html_site_name(s));
		fputs("<td>", out);
		html_site_verdict(out, s->verdict);
		fprintf(out, "</td><td>%u of %u</td>", s->works, s->required);
		html_element(out, "td", s->started);
		html_element(out, "td",
			     s->error != NULL ? s->error : s->headline);
		fputs("</tr>\n", out);
	}
	fputs("</tbody></table></div></section>\n", out);
}

static void html_fleet_causes(FILE *out, const struct merged *m)
{
	if (m->cause_count == 0)
		return;
	fputs("<section id=\"causes\"><h2>Causes, the most widespread first"
	      "</h2>\n",
	      out);
	for (size_t i = 0; i < m->cause_count; i++) {
		const struct merge_cause *c = &m->causes[i];

		fputs("<article class=\"cause bad\"><h3><span class=\"rank\">",
		      out);
		fprintf(out, "%zu</span> <span class=\"owner\">%s</span> ",
			i + 1, owner_name(c->owner));
		html_text(out, c->title != NULL ? c->title : c->code);
		fprintf(out, "</h3><p class=\"sure\">%zu site%s \u00b7 ",
			c->site_count, text_plural(c->site_count));
		html_text(out, c->code);
		fputs("</p><p>", out);
		for (size_t k = 0; k < c->site_count; k++) {
			fputs(k > 0 ? ", " : "", out);
			html_text(out, html_site_name(&m->sites[c->sites[k]]));
		}
		fputs("</p></article>\n", out);
	}
	fputs("</section>\n", out);
}

static void html_fleet_matrix(FILE *out, const struct merged *m)
{
	fputs("<section id=\"grid\"><h2>Requirement by site</h2><div "
	      "class=\"wide\" tabindex=\"0\" role=\"region\" "
	      "aria-label=\"Requirement by site\"><table class=\"matrix\">"
	      "<thead><tr><th scope=\"col\">requirement</th>",
	      out);
	for (size_t k = 0; k < m->site_count; k++)
		html_element(out, "th scope=\"col\"",
			     html_site_name(&m->sites[k]));
	fputs("</tr></thead><tbody>\n", out);
	for (size_t i = 0; i < m->row_count; i++) {
		const struct merge_row *row = &m->rows[i];

		fputs("<tr data-place=\"\"><th scope=\"row\">", out);
		html_text(out, row->id);
		fputs(" <small>", out);
		html_text(out, row->profile);
		fputs("</small></th>", out);
		for (size_t k = 0; k < m->site_count; k++)
			html_change_was(out, row->verdicts[k]);
		fputs("</tr>\n", out);
	}
	fputs("</tbody></table></div></section>\n", out);
}

void html_write_merged(FILE *out, const struct merged *m)
{
	unsigned bad = m->verdicts[RUN_NOT_READY] + m->verdicts[MERGED_MISSING];
	struct arena a = {0};
	const char *title = arena_printf(
	    &a,
	    "%zu site%s: %u ready, %u with warnings, %u not ready, %u "
	    "undecided, %u MISSING",
	    m->site_count, text_plural(m->site_count), m->verdicts[RUN_READY],
	    m->verdicts[RUN_READY_WITH_WARNINGS], m->verdicts[RUN_NOT_READY],
	    m->verdicts[RUN_UNDECIDED], m->verdicts[MERGED_MISSING]);

	html_begin(out, title);
	html_band(out,
		  bad > 0                                  ? "bad"
		  : m->verdicts[RUN_UNDECIDED] > 0         ? "open"
		  : m->verdicts[RUN_READY] < m->site_count ? "warn"
							   : "good",
		  title);
	fputs("</header>\n<main>\n", out);
	html_sites(out, m);
	html_fleet_causes(out, m);
	html_fleet_matrix(out, m);
	html_end(out, m->version);
	arena_free(&a);
}
