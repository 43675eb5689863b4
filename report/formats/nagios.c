/*
 * nagios.c - output of a monitoring plug-in: one short line with performance
 * data, then long text. No '|' outside of its place, no quote in a label.
 */
#include "report/formats/one_line.h"

#include "report/compare/compare.h"

#include <stdlib.h>
#include <string.h>

enum { NAGIOS_LINE = 58 };

static const char *const nagios_states[] = {[RUN_READY] = "OK",
					    [RUN_READY_WITH_WARNINGS] =
						"WARNING",
					    [RUN_UNDECIDED] = "UNKNOWN",
					    [RUN_NOT_READY] = "CRITICAL"};

static void nagios_data(const struct report *r, FILE *out)
{
	const struct report_counts *c = &r->counts;

	fprintf(out, " | 'failed'=%u;0;0;0;%u 'warnings'=%u;0;;0;",
		one_line_failed(r), c->required, c->warnings);
	fprintf(out, " 'undecided'=%u;;;0;%u 'duration'=%lld.%03llds;;;0;",
		c->undecided, c->required,
		(long long)(r->run.duration_us / 1000000),
		(long long)(r->run.duration_us / 1000 % 1000));
	putc('\n', out);
}

static void nagios_write(const struct report *r, const struct format_options *o,
			 FILE *out)
{
	/* The state says already what stands before the colon. */
	const char *colon = strstr(r->headline, ": ");

	(void)o;
	fprintf(out, "PREFLIGHT %s - ", nagios_states[r->verdict]);
	one_line_text(out, colon != NULL ? colon + 2 : r->headline, NAGIOS_LINE,
		      "|");
	nagios_data(r, out);
	if (r->comparison != NULL) {
		char *summary = compare_text_summary(r->comparison);

		fprintf(out, "since %s: %s\n", r->comparison->old.started,
			summary);
		free(summary);
	}
	for (size_t i = 0; i < r->finding_count; i++) {
		fprintf(out, "%s: ", r->findings[i].code);
		one_line_text(out, r->findings[i].title, 0, "|");
		fprintf(out, " (%s)\n", owner_name(r->findings[i].owner));
	}
	for (size_t i = 0; i < r->note_count; i++) {
		one_line_text(out, r->notes[i], 0, "|");
		putc('\n', out);
	}
}

static void nagios_fail(const struct error_document *e, FILE *out)
{
	char *text = one_line_error(e);

	fputs("PREFLIGHT UNKNOWN - ", out);
	one_line_text(out, text, NAGIOS_LINE, "|");
	fputs("\n", out);
	one_line_text(out, text, 0, "|");
	putc('\n', out);
	free(text);
}

const struct format format_nagios = {
    .name = "nagios",
    .ending = "",
    .summary = "monitoring plug-in: Nagios, Icinga, NRPE, Sensu, Centreon",
    .write = nagios_write,
    .fail = nagios_fail,
    .exit_scheme = "nagios",
    .is_lines = true};
