/*
 * nagios.c - output of a monitoring plug-in: one short line with performance
 * data, then long text. No '|' outside of its place, no quote in a label.
 */
#include "report/formats/one_line.h"

#include "report/compare/compare.h"

#include <stdlib.h>
#include <string.h>

enum {
	NAGIOS_LINE = 79, /* without performance data: of a pager */
	NAGIOS_ERROR = 58 /* behind "PREFLIGHT UNKNOWN - " */
};

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

/* "firewall 10.2.0.1": who must act, and which device it is, as far as it was
 * seen. To be freed. */
static char *nagios_cause(const struct report *r)
{
	const struct finding *f = &r->findings[0];
	const struct addr *at =
	    f->blocker.family != ADDR_NONE ? &f->blocker : &f->hop_address;
	bool behind = at != &f->blocker && f->where == WHERE_AFTER_HOP;
	const char *device =
	    f->result_count > 0
		? report_path_of(r, &r->results[f->results[0]])->device
		: NULL;
	char address[ADDR_TEXT];

	if (f->owner == OWNER_DEVICE && device != NULL)
		return mem_printf("%s %s", owner_name(f->owner), device);
	if (at->family == ADDR_NONE)
		return mem_strdup(owner_name(f->owner));
	return mem_printf("%s %s%s", owner_name(f->owner),
			  behind ? "behind " : "", addr_text(at, address));
}

/* The cause comes first: what is too long loses its end. */
static char *nagios_summary(const struct report *r)
{
	const struct report_counts *c = &r->counts;
	/* The state says already what stands before the colon. */
	const char *colon = strstr(r->headline, ": ");
	char *cause, *more, *untested, *text;

	if (r->finding_count == 0)
		return mem_printf("PREFLIGHT %s - %s",
				  nagios_states[r->verdict],
				  colon != NULL ? colon + 2 : r->headline);
	cause = nagios_cause(r);
	more = r->finding_count > 1
		   ? mem_printf(" +%zu more", r->finding_count - 1)
		   : mem_strdup("");
	untested = c->undecided > 0
		       ? mem_printf(", %u not tested", c->undecided)
		       : mem_strdup("");
	text = r->verdict == RUN_NOT_READY
		   ? mem_printf("PREFLIGHT %s - %s%s: %u of %u paths fail%s",
				nagios_states[r->verdict], cause, more,
				one_line_failed(r), c->required, untested)
		   : mem_printf("PREFLIGHT %s - %s%s: %s",
				nagios_states[r->verdict], cause, more,
				colon != NULL ? colon + 2 : r->headline);
	free(cause);
	free(more);
	free(untested);
	return text;
}

static void nagios_write(const struct report *r, const struct format_options *o,
			 FILE *out)
{
	char *summary = nagios_summary(r);

	(void)o;
	one_line_text(out, summary, NAGIOS_LINE, "|");
	free(summary);
	nagios_data(r, out);
	if (r->comparison != NULL) {
		char *since = compare_text_summary(r->comparison);

		fprintf(out, "since %s: %s\n", r->comparison->old.started,
			since);
		free(since);
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
	one_line_text(out, text, NAGIOS_ERROR, "|");
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
