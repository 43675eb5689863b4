/* prometheus.c - gauges for the textfile collector of node_exporter: without
 * timestamps, for it skips a file that has one. The HELP texts must not change:
 * it skips files in which one name has two of them. */
#include "report/formats/escape.h"

#include "report/report.h"

#include <inttypes.h>
#include <string.h>

static void prometheus_head(FILE *out, const char *name, const char *help)
{
	fprintf(out, "# HELP preflight_%s %s\n# TYPE preflight_%s gauge\n",
		name, help, name);
}

static void prometheus_label(FILE *out, const char *name, const char *value)
{
	fprintf(out, ",%s=\"", name);
	escape_text(out, ESCAPE_LABEL, value);
	putc('"', out);
}

/* A name and the labels that each sample has: reports of several sites and
 * profiles may lie in one folder. */
static void prometheus_name(FILE *out, const char *name, const struct report *r)
{
	fprintf(out, "preflight_%s{profile=\"", name);
	for (size_t i = 0; i < r->run.profile_count; i++) {
		fputs(i > 0 ? "+" : "", out);
		escape_text(out, ESCAPE_LABEL, r->run.profiles[i].name);
	}
	putc('"', out);
	prometheus_label(out, "site", r->run.site);
}

static void prometheus_number(FILE *out, const struct report *r,
			      const char *name, const char *help,
			      uint64_t value)
{
	prometheus_head(out, name, help);
	prometheus_name(out, name, r);
	fprintf(out, "} %" PRIu64 "\n", value);
}

/* Microseconds as seconds. */
static void prometheus_seconds(FILE *out, const struct report *r,
			       const char *name, const char *help, int64_t us)
{
	prometheus_head(out, name, help);
	prometheus_name(out, name, r);
	if (us < 0)
		fputs("} NaN\n", out);
	else
		fprintf(out, "} %" PRId64 ".%06" PRId64 "\n", us / 1000000,
			us % 1000000);
}

static void prometheus_verdict(FILE *out, const struct report *r)
{
	prometheus_head(out, "verdict",
			"1 for the verdict of the last run, else 0.");
	for (enum run_verdict v = RUN_READY; v <= RUN_NOT_READY; v++) {
		prometheus_name(out, "verdict", r);
		prometheus_label(out, "verdict", run_verdict_name(v));
		fprintf(out, "} %d\n", v == r->verdict);
	}
}

static void prometheus_required(FILE *out, const struct report *r)
{
	const struct report_counts *c = &r->counts;
	const struct {
		const char *state;
		unsigned count;
	} states[] = {{"works", c->works},     {"failed", c->failed},
		      {"skipped", c->skipped}, {"undecided", c->undecided},
		      {"inbound", c->inbound}, {"no-witness", c->no_witness}};

	prometheus_head(out, "required_paths",
			"Required paths by what came of them.");
	for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
		prometheus_name(out, "required_paths", r);
		prometheus_label(out, "state", states[i].state);
		fprintf(out, "} %u\n", states[i].count);
	}
}

static void prometheus_requirements(FILE *out, const struct report *r)
{
	if (r->requirement_count == 0)
		return;
	prometheus_head(out, "requirement",
			"1 for each requirement, with its verdict as a label.");
	for (size_t i = 0; i < r->requirement_count; i++) {
		const struct report_requirement *q = &r->requirements[i];

		prometheus_name(out, "requirement", r);
		prometheus_label(out, "requirement", q->id);
		prometheus_label(out, "level", level_name(q->level));
		prometheus_label(out, "verdict", verdict_name(q->verdict));
		fputs("} 1\n", out);
	}
}

/* Findings of one code and owner are one sample: the number of tests that they
 * explain. */
static void prometheus_finding(FILE *out, const struct report *r, size_t i)
{
	const struct finding *f = &r->findings[i];
	size_t results = 0;

	for (size_t k = 0; k < r->finding_count; k++) {
		const struct finding *other = &r->findings[k];

		if (strcmp(other->code, f->code) != 0 ||
		    other->owner != f->owner)
			continue;
		if (k < i)
			return;
		results += other->result_count;
	}
	prometheus_name(out, "finding_results", r);
	prometheus_label(out, "code", f->code);
	prometheus_label(out, "owner", owner_name(f->owner));
	fprintf(out, "} %zu\n", results);
}

static void prometheus_findings(FILE *out, const struct report *r)
{
	if (r->finding_count == 0)
		return;
	prometheus_head(
	    out, "finding_results",
	    "Tests that the causes of this code and owner explain.");
	for (size_t i = 0; i < r->finding_count; i++)
		prometheus_finding(out, r, i);
}

static void prometheus_info(FILE *out, const struct report *r)
{
	prometheus_head(out, "run_info", "1, with what the last run was.");
	prometheus_name(out, "run_info", r);
	prometheus_label(out, "version", r->version);
	prometheus_label(out, "host", r->run.host.name);
	prometheus_label(out, "source", report_source(r));
	fputs("} 1\n", out);
}

static void prometheus_write(const struct report *r,
			     const struct format_options *o, FILE *out)
{
	(void)o;
	prometheus_info(out, r);
	/* Whole seconds: JSON has no more of it. */
	prometheus_number(out, r, "last_run_timestamp_seconds",
			  "When the last run began, in seconds since 1970.",
			  (uint64_t)(r->run.started_us / 1000000));
	prometheus_seconds(out, r, "last_run_duration_seconds",
			   "How long the last run took.", r->run.duration_us);
	prometheus_number(out, r, "interrupted",
			  "1 where the last run was ended before its end.",
			  r->run.interrupted);
	prometheus_verdict(out, r);
	prometheus_required(out, r);
	prometheus_number(out, r, "warnings",
			  "Requirements that work with a warning.",
			  r->counts.warnings);
	prometheus_requirements(out, r);
	prometheus_findings(out, r);
}

const struct format format_prometheus = {
    .name = "prometheus",
    .ending = ".prom",
    .summary = "gauges for the textfile collector of node_exporter",
    .write = prometheus_write};
