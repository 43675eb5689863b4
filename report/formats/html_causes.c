/* html_causes.c - a card for each cause: who, what is lost, what to change;
 * evidence, tests, ticket and rules are folded. */
#include "report/formats/html.h"

#include "core/os/files.h"
#include "report/formats/screen.h"
#include "report/formats/ticket.h"

#include <stdlib.h>
#include <string.h>

enum { CAUSES_TESTS = 100, CAUSES_WIDTH = 400 };

struct causes {
	FILE *out;
	const struct report *report;
	const struct format_options *options;
	struct screen screen; /* for its words */
};

/* The ticket ----------------------------------------------------------------
 */

static void html_causes_write_tickets(const void *arg, FILE *out)
{
	ticket_write_all(arg, 1, out);
}

void html_tickets(FILE *out, const char *summary, const char *id,
		  const struct ticket_source *source)
{
	char *text = os_file_text(html_causes_write_tickets, source);

	if (text != NULL && *text != '\0')
		html_copy(out, summary, id, text);
	free(text);
}

/* That of one cause; of none: what no cause explains. */
static void html_causes_ticket(struct causes *c, size_t index)
{
	const struct report *r = c->report;
	bool *only = mem_calloc(r->finding_count + 1, sizeof *only);
	struct ticket_options options = {.findings = only,
					 .file = c->options->ticket != NULL
						     ? c->options->ticket->file
						     : c->options->file};
	char id[32];

	only[index] = true;
	snprintf(id, sizeof id, "ticket-%zu", index + 1);
	html_tickets(c->out, "Ticket", id,
		     &(struct ticket_source){.report = r, .options = &options});
	free(only);
}

static void html_causes_rules(struct causes *c, size_t index)
{
	const struct html_rules *rules = c->options->rules;
	bool any = false;

	for (size_t i = 0; rules != NULL && i < rules->dialect_count; i++) {
		const char *text = rules->texts[i][index];
		char id[64];

		if (text == NULL)
			continue;
		if (!any)
			fputs("<details class=\"rules\"><summary>Firewall rules"
			      "</summary>\n",
			      c->out);
		any = true;
		snprintf(id, sizeof id, "rules-%zu-%zu", index + 1, i + 1);
		html_copy(c->out, rules->dialects[i], id, text);
	}
	if (any)
		fputs("</details>\n", c->out);
}

/* Evidence and tests --------------------------------------------------------
 */

static void html_causes_list(struct causes *c, const char *summary,
			     const char *element, size_t count,
			     const char *const *lines)
{
	if (count == 0)
		return;
	fputs("<details><summary>", c->out);
	html_text(c->out, summary);
	fprintf(c->out, "</summary><%s>", element);
	for (size_t i = 0; i < count; i++)
		html_element(c->out, "li", lines[i]);
	fprintf(c->out, "</%s></details>\n", element);
}

static void html_causes_tests(struct causes *c, size_t index)
{
	const struct finding *f = &c->report->findings[index];
	const struct report *r = c->report;

	if (f->result_count == 0)
		return;
	fprintf(c->out,
		"<details><summary>Tests (%zu)</summary><div class=\"wide\" "
		"tabindex=\"0\" role=\"region\" aria-label=\"Tests of cause "
		"%zu\"><table>"
		"<thead><tr><th scope=\"col\">test</th><th scope=\"col\">"
		"outcome</th><th scope=\"col\">why</th></tr></thead><tbody>\n",
		f->result_count, index + 1);
	for (size_t i = 0; i < f->result_count && i < CAUSES_TESTS; i++) {
		const struct report_result *result = &r->results[f->results[i]];
		char code[OUTCOME_CODE];

		fputs("<tr>", c->out);
		html_element(c->out, "td", result->id);
		html_element(c->out, "td",
			     outcome_code(result->outcome.phase,
					  result->outcome.cause, code));
		html_element(c->out, "td", result->reason);
		fputs("</tr>\n", c->out);
	}
	fputs("</tbody></table></div>", c->out);
	if (f->result_count > CAUSES_TESTS)
		fprintf(c->out,
			"<p>The report at the end of this page has the other "
			"%zu.</p>",
			f->result_count - CAUSES_TESTS);
	fputs("</details>\n", c->out);
}

/* Cards ---------------------------------------------------------------------
 */

static void html_causes_line(struct causes *c, const char *label,
			     const char *text)
{
	if (*text == '\0')
		return;
	fputs("<div>", c->out);
	html_element(c->out, "dt", label);
	html_element(c->out, "dd", text);
	fputs("</div>\n", c->out);
}

static void html_causes_card(struct causes *c, size_t index)
{
	const struct finding *f = &c->report->findings[index];
	const char *kind = f->severity == SEVERITY_CRITICAL  ? "bad"
			   : f->severity == SEVERITY_WARNING ? "warn"
							     : "open";

	fprintf(c->out,
		"<article class=\"cause %s\" id=\"cause-%zu\"><h3><span "
		"class=\"rank\">%zu</span> <span class=\"owner\">",
		kind, index + 1, index + 1);
	html_text(c->out, screen_owner(&c->screen, f));
	fputs("</span> ", c->out);
	html_text(c->out, f->title);
	fprintf(c->out, "</h3>\n<p class=\"sure\">%s%s \u00b7 ",
		f->confirmed ? "confirmed" : "probable",
		f->inferred ? ", partly inferred" : "");
	html_text(c->out, f->code);
	fputs("</p>\n<dl class=\"three\">", c->out);
	html_causes_line(c, "lost", screen_lost(&c->screen, f));
	html_causes_line(c, "change", screen_change(&c->screen, f));
	if (!f->confirmed && f->confirm_by != NULL)
		html_causes_line(c, "confirm by", f->confirm_by);
	fputs("</dl>\n", c->out);
	html_causes_list(c, "All steps", "ol",
			 f->remedy_count > 1 ? f->remedy_count : 0, f->remedy);
	html_causes_list(c, "Evidence", "ul", f->evidence_count, f->evidence);
	html_causes_tests(c, index);
	html_causes_ticket(c, index);
	html_causes_rules(c, index);
	fputs("</article>\n", c->out);
}

void html_causes(FILE *out, const struct report *r,
		 const struct format_options *o)
{
	/* The screen's words, in as much room as they want. */
	struct format_options wide = *o;
	struct layout layout;
	struct causes c = {.out = out, .report = r, .options = o};

	if (r->finding_count == 0)
		return;
	wide.utf8 = true;
	wide.colour = wide.plain = false;
	wide.width = CAUSES_WIDTH;
	layout_begin(&layout, &wide, out);
	c.screen = (struct screen){
	    .layout = &layout, .report = r, .width = CAUSES_WIDTH};
	fputs("<section id=\"causes\"><h2>Causes</h2>\n", out);
	for (size_t i = 0; i < r->finding_count; i++)
		html_causes_card(&c, i);
	fputs("</section>\n", out);
	arena_free(&c.screen.arena);
}
