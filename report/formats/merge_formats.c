/* merge_formats.c - many reports as text, as a table (CSV) and as JSON. */
#include "report/compare/merge.h"

#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

enum { MERGE_NAMED = 12, MERGE_HOST = 24 };

/* What a site is called: its name where the report has one, else its host. */
static const char *merge_host(const struct merge_site *s)
{
	if (s->report != NULL && s->report->run.site != NULL)
		return s->report->run.site;
	if (s->report == NULL || s->report->run.host.name == NULL)
		return s->file;
	return s->report->run.host.name;
}

static const char *merge_source(const struct merge_site *s)
{
	return s->report == NULL ? NULL : report_source(s->report);
}

static const char *merge_started(const struct merge_site *s,
				 char out[CLOCK_TEXT])
{
	return s->report == NULL ? NULL
				 : clock_text(s->report->run.started_us, out);
}

/* Text -------------------------------------------------------------------- */

static void merge_site_line(struct layout *l, const struct merge_site *s)
{
	char started[CLOCK_TEXT];

	layout_line(l, 2, 4);
	layout_text(l, merge_host(s));
	layout_column(l, MERGE_HOST);
	if (s->report == NULL) {
		layout_coloured(l, LAYOUT_RED, "MISSING");
		layout_printf(l, " %s", s->error);
		return;
	}
	layout_coloured(l,
			s->report->verdict == RUN_NOT_READY ? LAYOUT_RED
			: s->report->verdict == RUN_READY   ? LAYOUT_GREEN
							    : LAYOUT_YELLOW,
			run_verdict_name(s->report->verdict));
	layout_printf(l, " %s, %u of %u required paths work",
		      merge_started(s, started), s->report->counts.works,
		      s->report->counts.required);
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
			      layout_plural(c->site_count));
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
	    m->site_count, layout_plural(m->site_count), m->verdicts[RUN_READY],
	    m->verdicts[RUN_READY_WITH_WARNINGS], m->verdicts[RUN_NOT_READY],
	    m->verdicts[RUN_UNDECIDED], m->missing);
	layout_blank(l);
	for (size_t i = 0; i < m->site_count; i++)
		merge_site_line(l, &m->sites[i]);
	layout_blank(l);
	merge_rows(l, m);
	merge_causes(l, m);
}

/* CSV (RFC 4180) ----------------------------------------------------------- */

/* A spreadsheet must not take a text for a formula. */
static void merge_cell(FILE *out, bool first, const char *text)
{
	size_t length, size;
	char *clean;

	if (!first)
		putc(',', out);
	if (text == NULL || *text == '\0')
		return;
	length = strlen(text);
	size = length * 4 + 4;
	clean = mem_calloc(size, 1);
	text_sanitise(clean, size, text, length);
	putc('"', out);
	if (strchr("=+-@", clean[0]) != NULL)
		putc('\'', out);
	for (const char *c = clean; *c != '\0'; c++) {
		if (*c == '"')
			putc('"', out);
		putc(*c, out);
	}
	putc('"', out);
	free(clean);
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
		const struct merge_site *s = &m->sites[i];
		char started[CLOCK_TEXT];

		merge_cell(out, true, s->file);
		merge_cell(out, false,
			   s->report != NULL ? merge_host(s) : NULL);
		merge_cell(out, false, merge_source(s));
		merge_cell(out, false, merge_started(s, started));
		merge_cell(out, false,
			   s->report != NULL
			       ? run_verdict_name(s->report->verdict)
			       : "missing");
		merge_cell(out, false, s->error);
		for (size_t k = 0; k < m->row_count; k++) {
			enum verdict v = m->rows[k].verdicts[i];

			merge_cell(out, false,
				   v == VERDICT_NONE ? NULL : verdict_name(v));
		}
		fputs("\r\n", out);
	}
}

/* JSON -------------------------------------------------------------------- */

static void merge_json_site(struct json_out *j, const struct merge_site *s)
{
	const struct report *r = s->report;
	char started[CLOCK_TEXT];

	json_object(j);
	json_key_clean(j, "file", s->file);
	json_key_clean(j, "host", r != NULL ? merge_host(s) : NULL);
	json_key_clean(j, "source", merge_source(s));
	json_key_clean(j, "started", merge_started(s, started));
	json_key_string(j, "verdict",
			r != NULL ? run_verdict_name(r->verdict) : "missing");
	json_key_clean(j, "headline", r != NULL ? r->headline : NULL);
	json_key_clean(j, "error", s->error);
	json_object_end(j);
}

static void merge_json_row(struct json_out *j, const struct merged *m,
			   const struct merge_row *row)
{
	json_object(j);
	json_key_clean(j, "profile", row->profile);
	json_key_clean(j, "id", row->id);
	json_key_clean(j, "title", row->title);
	json_key(j, "verdicts");
	json_array(j);
	for (size_t i = 0; i < m->site_count; i++)
		json_string(j, row->verdicts[i] == VERDICT_NONE
				   ? NULL
				   : verdict_name(row->verdicts[i]));
	json_array_end(j);
	json_object_end(j);
}

static void merge_json_cause(struct json_out *j, const struct merge_cause *c)
{
	json_object(j);
	json_key_clean(j, "code", c->code);
	json_key_string(j, "owner", owner_name(c->owner));
	json_key_clean(j, "blocker", c->blocker);
	json_key_clean(j, "title", c->title);
	json_key(j, "sites");
	json_array(j);
	for (size_t i = 0; i < c->site_count; i++)
		json_number(j, (int64_t)c->sites[i]);
	json_array_end(j);
	json_object_end(j);
}

void merge_formats_json(struct json_out *j, const struct merged *m)
{
	json_key(j, "summary");
	json_object(j);
	for (int v = RUN_READY; v <= RUN_NOT_READY; v++)
		json_key_number(j, run_verdict_name((enum run_verdict)v),
				m->verdicts[v]);
	json_key_number(j, "missing", m->missing);
	json_object_end(j);
	json_key(j, "sites");
	json_array(j);
	for (size_t i = 0; i < m->site_count; i++)
		merge_json_site(j, &m->sites[i]);
	json_array_end(j);
	json_key(j, "requirements");
	json_array(j);
	for (size_t i = 0; i < m->row_count; i++)
		merge_json_row(j, m, &m->rows[i]);
	json_array_end(j);
	json_key(j, "findings");
	json_array(j);
	for (size_t i = 0; i < m->cause_count; i++)
		merge_json_cause(j, &m->causes[i]);
	json_array_end(j);
}
