/* html.c - the report as one page. */
#include "report/formats/html.h"

#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/os/files.h"
#include "report/diagnose/findings.h"
#include "report/fields.h"
#include "report/formats/explain.h"
#include "report/formats/ticket.h"
#include "report/map.h"

#include <stdlib.h>
#include <string.h>

/* Band ----------------------------------------------------------------------
 */

static void html_place_and_time(FILE *out, const struct report *r)
{
	const struct report_run *run = &r->run;
	char started[CLOCK_TEXT];

	fputs("<p>", out);
	if (run->site != NULL) {
		html_text(out, run->site);
		fputs(" \u00b7 ", out);
	}
	html_text(out, run->host.name != NULL ? run->host.name : "this host");
	if (report_source(r) != NULL) {
		fputs(" \u00b7 from ", out);
		html_text(out, report_source(r));
	}
	fprintf(out, " \u00b7 %s", clock_text(run->started_us, started));
	if (run->duration_us >= 0)
		fprintf(out, " \u00b7 %.1f s", (double)run->duration_us / 1e6);
	/* The signal that ended a run is not in a saved report. */
	if (run->interrupted)
		fputs(" \u00b7 <strong>interrupted</strong>", out);
	else
		fprintf(out, " \u00b7 exit status %d",
			report_exit_status(r, false));
	fputs("</p>\n", out);
}

static void html_counts(FILE *out, const struct report *r)
{
	static const enum verdict order[] = {
	    VERDICT_PASS, VERDICT_FAIL,     VERDICT_SKIP,
	    VERDICT_WARN, VERDICT_UNTESTED, VERDICT_NOT_NEEDED};

	fputs("<ul class=\"counts\">", out);
	for (size_t i = 0; i < sizeof order / sizeof *order; i++)
		if (r->summary[order[i]] > 0)
			fprintf(out, "<li><strong>%u</strong> %s</li>",
				r->summary[order[i]], verdict_name(order[i]));
	fputs("</ul>\n", out);
}

/* A button that copies what is handed over. */
static void html_all_tickets(FILE *out, const struct report *r)
{
	struct ticket_options options = {.file = NULL};

	if (r->finding_count > 0)
		html_tickets(
		    out, "All tickets as text", "ticket",
		    &(struct ticket_source){.report = r, .options = &options});
}

/* Environment ---------------------------------------------------------------
 */

static const char *html_words(struct arena *a, const char *const *words)
{
	const char *text = "";

	for (size_t i = 0; words != NULL && words[i] != NULL; i++)
		text = arena_printf(a, "%s%s%s", text, i > 0 ? ", " : "",
				    words[i]);
	return text;
}

static const char *html_command(struct arena *a, const char *const *words)
{
	const char *text = "";
	struct buf b;

	if (words == NULL || words[0] == NULL)
		return text;
	buf_init(&b, 65536);
	buf_puts(&b, "preflight");
	for (; *words != NULL; words++) {
		buf_putc(&b, ' ');
		buf_shell_word(&b, *words);
	}
	text = arena_strdup(a, buf_text(&b));
	buf_free(&b);
	return text;
}

static void html_profile(FILE *out, struct arena *a,
			 const struct report_profile *p)
{
	if (p->name == NULL)
		return;
	html_fact(out, "profile",
		  arena_printf(a, "%s %s (%s)", p->name,
			       p->version != NULL ? p->version : "",
			       p->title != NULL ? p->title : p->name));
	html_fact(out, "file", p->file);
	html_fact(out, "sha256", p->sha256);
	html_fact(out, "role", p->role);
	html_fact(out, "scenarios", html_words(a, p->scenarios));
	for (size_t i = 0; i < p->variables.count; i++)
		html_fact(out, p->variables.names[i], p->variables.values[i]);
}

static void html_environment(FILE *out, const struct report *r)
{
	struct arena a = {0};

	fputs("<section id=\"environment\"><h2>Environment</h2>\n<dl "
	      "class=\"facts\">",
	      out);
	html_fact(out, "host", r->run.host.name);
	html_fact(out, "addresses", html_words(&a, r->run.host.addresses));
	html_fact(out, "on behalf of", r->run.on_behalf_of);
	html_fact(out, "system", r->platform.os);
	html_fact(out, "release", r->platform.build);
	html_fact(out, "cannot tell", html_words(&a, r->platform.cannot));
	if (r->run.proxy != NULL)
		html_fact(out, "proxy", r->run.proxy->url);
	html_fact(out, "run", r->run.id);
	for (size_t i = 0; i < r->run.tags.count; i++)
		html_fact(out, r->run.tags.names[i], r->run.tags.values[i]);
	html_fact(out, "preflight", r->version);
	html_fact(out, "command", html_command(&a, r->run.command));
	for (size_t i = 0; i < r->run.profile_count; i++)
		html_profile(out, &a, &r->run.profiles[i]);
	fputs("</dl></section>\n", out);
	arena_free(&a);
}

static void html_notes(FILE *out, const struct report *r)
{
	if (r->note_count == 0)
		return;
	fputs("<section id=\"notes\"><h2>Notes</h2><ul>", out);
	for (size_t i = 0; i < r->note_count; i++)
		html_element(out, "li", r->notes[i]);
	fputs("</ul></section>\n", out);
}

/* Glossary ------------------------------------------------------------------
 */

static void html_glossary_code(FILE *out, struct map *seen, const char *code)
{
	const struct finding_entry *e = finding_entry_find(code);
	size_t *slot = map_at(seen, code);
	char *meaning;

	if (*slot != SIZE_MAX || e == NULL)
		return;
	*slot = 0;
	meaning = explain_words(e->meaning);
	html_fact(out, code, meaning);
	free(meaning);
}

/* The words of verdicts and certainty, and the causes of this report. */
void html_glossary(FILE *out, const struct report *r)
{
	static const char *const kinds[] = {"verdict", "why", "owner"};
	struct vocabulary_entry e;
	struct map seen = {0};

	fputs("<section id=\"words\"><details><summary><h2>Words</h2></summary>"
	      "<dl class=\"facts\">",
	      out);
	for (size_t i = 0; vocabulary_at(i, &e); i++)
		for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
			if (strcmp(e.kind, kinds[k]) == 0)
				html_fact(out, e.word, e.meaning);
	for (size_t i = 0; i < r->finding_count; i++)
		html_glossary_code(out, &seen, r->findings[i].code);
	fputs("</dl></details></section>\n", out);
	map_free(&seen);
}

/* The report itself ---------------------------------------------------------
 */

static void html_write_json(const void *arg, FILE *out)
{
	format_find("json")->write(arg, &(struct format_options){0}, out);
}

/* Inside a script element only "<" could end it; in JSON it stands in strings
 * alone, where it has another spelling. */
static void html_embedded(FILE *out, const struct report *r)
{
	char *text = os_file_text(html_write_json, r);

	fputs("<script type=\"application/json\" id=\"report\">\n", out);
	for (const char *c = text; c != NULL && *c != '\0'; c++) {
		if (*c == '<')
			fputs("\\u003c", out);
		else
			putc(*c, out);
	}
	fputs("</script>\n", out);
	free(text);
}

static void html_write(const struct report *r, const struct format_options *o,
		       FILE *out)
{
	struct html_map map;

	html_map(&map, r);
	html_begin(out, r->headline);
	html_band(out, html_run_kind(r->verdict), r->headline);
	html_place_and_time(out, r);
	html_counts(out, r);
	html_all_tickets(out, r);
	fputs("</header>\n<main>\n", out);
	if (r->comparison != NULL)
		html_changes(out, r->comparison);
	html_picture(out, &map);
	html_causes(out, r, o);
	html_matrix(out, &map);
	html_requirements(out, &map);
	html_notes(out, r);
	html_environment(out, r);
	html_glossary(out, r);
	html_embedded(out, r);
	html_end(out, r->version);
	html_map_free(&map);
}

const struct format format_html = {
    .name = "html",
    .ending = ".html",
    .summary =
	"one page for a browser: picture, causes, devices; no other file",
    .write = html_write};
