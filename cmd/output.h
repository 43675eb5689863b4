/*
 * output.h - where a report goes: stdout in one format, files in others.
 */
#ifndef PREFLIGHT_OUTPUT_H
#define PREFLIGHT_OUTPUT_H

#include "cmd/options.h"
#include "report/report.h"
#include "report/saved/saved.h"

struct output;

/* How text goes to stdout: --color, --quiet, --verbose and the terminal. -1:
 * one error. */
int output_terminal(struct format_options *f, const struct options *o,
		    struct error *err);
/* Looks at --format and -o before anything is sent. NULL: one error. */
struct output *output_new(struct options *o, struct error *err);
/* Progress may be shown: text, on terminals. */
bool output_shows_progress(const struct output *out);
/*
 * Writes all files, then stdout. A file is written beside itself and renamed;
 * on failure the old one is kept. Returns `status`, or 3 when something could
 * not be written (one line on stderr each).
 */
int output_write(struct output *out, const struct report *r, int status);
/* The status for a report's verdict by --strict and --exit-zero. */
int output_status(const struct options *o, const struct report *r);
/* The format ticket is among those that are asked for. */
bool output_has_tickets(const struct output *out);
/* What it takes; borrowed. */
struct ticket_options;
void output_use_tickets(struct output *out, const struct ticket_options *t);
void output_free(struct output *out);

/* For commands that write something else than a report to -o FILE: looks at
 * the path before any work (-1: one error); writes beside it and renames (-1:
 * one line on stderr; the old file is kept). */
int output_check_file(const char *path, struct error *err);
int output_write_file(const char *path,
		      void (*write)(const void *arg, FILE *out),
		      const void *arg);

/* The words that repeat the run, without those of output and selection. */
const char *const *output_command(struct options *o);
/* As output_run() ends, with a report that there is already. */
int output_saved(struct options *o, struct report *report,
		 const struct report *baseline);

/* Shared by run and check: engine, report, output; the exit status. The report
 * is compared with `baseline`, unless that is NULL. */
struct engine_options;
int output_run(struct options *o, const struct plan *plan,
	       const struct engine_options *engine, struct run_info *info,
	       const struct report *baseline);

#endif
