/* csv.c - a line each result, as a table (RFC 4180): a spreadsheet opens it,
 * and takes nothing in it for a formula. A requirement without results has a
 * line, too. */
#include "report/formats/escape.h"

#include "core/base/clock.h"
#include "report/report.h"

#include <inttypes.h>

static const char *const csv_head[] = {
    "started", "site",  "host",    "profile", "requirement", "title",
    "level",   "check", "target",  "address", "transport",   "port",
    "verdict", "why",   "outcome", "proof",   "attempts",    "total_ms",
    "finding", "owner", "blocker", "reason",  NULL};

static void csv_value(FILE *out, const char *text)
{
	if (text != NULL && *text != '\0') {
		putc('"', out);
		escape_text(out, ESCAPE_CSV, text);
		putc('"', out);
	}
	putc(',', out);
}

static void csv_address(FILE *out, const struct addr *a)
{
	char text[ADDR_TEXT];

	csv_value(out, a->family != ADDR_NONE ? addr_text(a, text) : NULL);
}

/* What all lines of a requirement begin with. */
static void csv_requirement(FILE *out, const struct report *r,
			    const struct report_requirement *q)
{
	char started[CLOCK_TEXT];

	csv_value(out, clock_text(r->run.started_us, started));
	csv_value(out, r->run.site);
	csv_value(out, r->run.host.name);
	csv_value(out, q->profile);
	csv_value(out, q->id);
	csv_value(out, q->title);
	csv_value(out, level_name(q->level));
	csv_value(out, q->check);
}

static void csv_finding(FILE *out, const struct finding *f)
{
	if (f == NULL) {
		fputs(",,,", out);
		return;
	}
	csv_value(out, f->code);
	csv_value(out, owner_name(f->owner));
	if (f->blocker.family != ADDR_NONE)
		csv_address(out, &f->blocker);
	else
		csv_value(out, f->blocker_name);
}

/* The last cell of a line. */
static void csv_reason(FILE *out, const char *reason)
{
	if (reason != NULL && *reason != '\0') {
		putc('"', out);
		escape_text(out, ESCAPE_CSV, reason);
		putc('"', out);
	}
	fputs("\r\n", out);
}

static void csv_why(FILE *out, enum why why)
{
	csv_value(out, why != WHY_NONE ? why_name(why) : NULL);
}

static void csv_result(FILE *out, const struct report *r,
		       const struct report_result *t)
{
	const struct report_path *p = report_path_of(r, t);
	char code[OUTCOME_CODE];

	csv_value(out, report_target_name(p));
	csv_address(out, &p->address);
	csv_value(out, transport_name(p->transport));
	if (p->port != 0)
		fprintf(out, "%u", p->port);
	putc(',', out);
	csv_value(out, verdict_name(t->verdict));
	csv_why(out, t->why);
	csv_value(out, outcome_code(t->outcome.phase, t->outcome.cause, code));
	csv_value(out, proof_name(t->proof));
	fprintf(out, "%u,", t->attempts);
	if (t->timings.total >= 0)
		fprintf(out, "%" PRId64 ".%03" PRId64, t->timings.total / 1000,
			t->timings.total % 1000);
	putc(',', out);
	csv_finding(out, report_finding_of(r, t));
	csv_reason(out, t->reason);
}

static void csv_write(const struct report *r, const struct format_options *o,
		      FILE *out)
{
	(void)o;
	for (size_t i = 0; csv_head[i] != NULL; i++)
		fprintf(out, "%s%s", i > 0 ? "," : "", csv_head[i]);
	fputs("\r\n", out);
	for (size_t i = 0; i < r->requirement_count; i++) {
		const struct report_requirement *q = &r->requirements[i];

		for (size_t k = 0; k < q->result_count; k++) {
			csv_requirement(out, r, q);
			csv_result(out, r, &r->results[q->results[k]]);
		}
		if (q->result_count > 0)
			continue;
		csv_requirement(out, r, q);
		fputs(",,,,", out);
		csv_value(out, verdict_name(q->verdict));
		csv_why(out, q->why);
		fputs(",,,,", out);
		csv_finding(out, NULL);
		csv_reason(out, q->reason);
	}
}

const struct format format_csv = {
    .name = "csv",
    .ending = ".csv",
    .summary = "a line for each result, for spreadsheets (RFC 4180)",
    .write = csv_write};
