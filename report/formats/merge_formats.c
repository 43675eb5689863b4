/* merge_formats.c - many reports as text and as a table (CSV). */
#include "report/compare/merge.h"

#include "core/base/buf.h"
#include "core/base/text.h"
#include "report/formats/escape.h"

#include <stdlib.h>
#include <string.h>

enum { MERGE_NAMED = 12, MERGE_HOST = 24 };

/* What a site is called: its name where the report has one, else its host. */
static const char *merge_host(const struct merged_site *s)
{
	if (s->site != NULL)
		return s->site;
	return s->host != NULL ? s->host : s->file;
}

/* Text -------------------------------------------------------------------- */

static void merge_site_line(struct layout *l, const struct merged_site *s)
{
	layout_line(l, 2, 4);
	layout_text(l, merge_host(s));
	layout_column(l, MERGE_HOST);
	if (s->verdict == MERGED_MISSING) {
		layout_coloured(l, LAYOUT_RED, "MISSING");
		layout_printf(l, " %s", s->error);
		return;
	}
	layout_coloured(l,
			s->verdict == RUN_NOT_READY ? LAYOUT_RED
			: s->verdict == RUN_READY   ? LAYOUT_GREEN
						    : LAYOUT_YELLOW,
			run_verdict_name((enum run_verdict)s->verdict));
	layout_printf(l, " %s, %u of %u required paths work", s->started,
		      s->works, s->required);
}

static bool merge_is_even(const struct merged *m, const struct merge_row *row)
{
	for (size_t i = 0; i < m->site_count; i++) {
		enum verdict v = row->verdicts[i];

		if (v != VERDICT_NONE && v != VERDICT_PASS &&
		    v != VERDICT_NOT_NEEDED)
			return false;
	}
	return true;
}

/* "fail: site-a, site-b" for each verdict but good ones, the worst first. */
static void merge_row_lines(struct layout *l, const struct merged *m,
			    const struct merge_row *row)
{
	static const enum verdict order[] = {VERDICT_FAIL, VERDICT_SKIP,
					     VERDICT_WARN, VERDICT_UNTESTED};

	for (size_t k = 0; k < sizeof order / sizeof *order; k++) {
		size_t count = 0;

		for (size_t i = 0; i < m->site_count; i++) {
			if (row->verdicts[i] != order[k])
				continue;
			if (count++ == 0) {
				layout_line(l, 4, 4);
				layout_verdict(l, order[k]);
				layout_text(l, ": ");
			}
			if (count <= MERGE_NAMED)
				layout_printf(l, "%s%s", count > 1 ? ", " : "",
					      merge_host(&m->sites[i]));
		}
		if (count > MERGE_NAMED)
			layout_printf(l, " and %zu more", count - MERGE_NAMED);
	}
}

static void merge_rows(struct layout *l, const struct merged *m)
{
	bool head = false;

	for (size_t i = 0; i < m->row_count; i++) {
		const struct merge_row *row = &m->rows[i];

		if (merge_is_even(m, row))
			continue;
		if (!head) {
			layout_line(l, 0, 0);
			layout_coloured(l, LAYOUT_BOLD,
					"Requirements that do not pass "
					"everywhere");
			head = true;
		}
		layout_line(l, 2, 4);
		layout_printf(l, "%s%s%s",
			      row->profile != NULL ? row->profile : "",
			      row->profile != NULL ? "/" : "", row->id);
		merge_row_lines(l, m, row);
	}
	if (head)
		layout_blank(l);
}

static void merge_causes(struct layout *l, const struct merged *m)
{
	if (m->cause_count == 0)
		return;
	layout_line(l, 0, 0);
	layout_coloured(l, LAYOUT_BOLD, "Causes, the most widespread first");
	for (size_t i = 0; i < m->cause_count; i++) {
		const struct merge_cause *c = &m->causes[i];

		layout_line(l, 2, 4);
		layout_printf(l, "%s%s%s (%s), %zu site%s: ", c->code,
			      c->blocker != NULL ? " by " : "",
			      c->blocker != NULL ? c->blocker : "",
			      owner_name(c->owner), c->site_count,
			      text_plural(c->site_count));
		for (size_t k = 0; k < c->site_count && k < MERGE_NAMED; k++)
			layout_printf(l, "%s%s", k > 0 ? ", " : "",
				      merge_host(&m->sites[c->sites[k]]));
		if (c->site_count > MERGE_NAMED)
			layout_printf(l, " and %zu more",
				      c->site_count - MERGE_NAMED);
	}
	layout_blank(l);
}

void merge_formats_text(struct layout *l, const struct merged *m)
{
	layout_line(l, 0, 2);
	layout_printf(
	    l,
	    "%zu site%s: %u ready, %u ready-with-warnings, %u "
	    "not-ready, %u undecided, %u MISSING",
	    m->site_count, text_plural(m->site_count), m->verdicts[RUN_READY],
	    m->verdicts[RUN_READY_WITH_WARNINGS], m->verdicts[RUN_NOT_READY],
	    m->verdicts[RUN_UNDECIDED], m->verdicts[MERGED_MISSING]);
	layout_blank(l);
	for (size_t i = 0; i < m->site_count; i++)
		merge_site_line(l, &m->sites[i]);
	for (size_t i = 0; m->notes[i] != NULL; i++) {
		layout_line(l, 0, 2);
		layout_printf(l, "- %s", m->notes[i]);
	}
	layout_blank(l);
	merge_rows(l, m);
	merge_causes(l, m);
}

/* CSV (RFC 4180) ----------------------------------------------------------- */

static void merge_cell(FILE *out, bool first, const char *text)
{
	if (!first)
		putc(',', out);
	if (text == NULL || *text == '\0')
		return;
	putc('"', out);
	escape_text(out, ESCAPE_CSV, text);
	putc('"', out);
}

void merge_formats_csv(FILE *out, const struct merged *m)
{
	static const char *const head[] = {"source", "started", "verdict",
					   "error"};

	merge_cell(out, true, "file");
	merge_cell(out, false, "host");
	for (size_t i = 0; i < sizeof head / sizeof *head; i++)
		merge_cell(out, false, head[i]);
	for (size_t i = 0; i < m->row_count; i++) {
		const struct merge_row *row = &m->rows[i];
		struct buf b;

		buf_init(&b, 4096);
		buf_printf(&b, "%s%s%s",
			   row->profile != NULL ? row->profile : "",
			   row->profile != NULL ? "/" : "", row->id);
		merge_cell(out, false, buf_text(&b));
		buf_free(&b);
	}
	fputs("\r\n", out);
	for (size_t i = 0; i < m->site_count; i++) {
		const struct merged_site *s = &m->sites[i];

		merge_cell(out, true, s->file);
		merge_cell(out, false, s->host);
		merge_cell(out, false, s->source);
		merge_cell(out, false, s->started);
		merge_cell(
		    out, false,
		    s->verdict == MERGED_MISSING
			? "missing"
			: run_verdict_name((enum run_verdict)s->verdict));
		merge_cell(out, false, s->error);
		for (size_t k = 0; k < m->row_count; k++) {
			enum verdict v = m->rows[k].verdicts[i];

			merge_cell(out, false,
				   v == VERDICT_NONE ? NULL : verdict_name(v));
		}
		fputs("\r\n", out);
	}
}
