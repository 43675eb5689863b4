/* render.c - preflight render: a report of an earlier run, in another format.
 */
#include "cmd/cmd.h"
#include "cmd/output.h"
#include "cmd/tickets.h"

static int render_report(struct options *o, const char *path, struct error *err)
{
	struct output *out = output_new(o, err);
	struct report *report = NULL;
	struct tickets tickets = {.many = false};
	int status = -1;

	if (out == NULL)
		return -1;
	if (!output_has_tickets(out) && tickets_check_format(o, err) == -1)
		goto out;
	report = saved_load(path, err);
	if (report == NULL ||
	    tickets_read(&tickets, o, report, path, err) == -1)
		goto out;
	output_use_tickets(out, &tickets.options);
	status = output_write(out, report, output_status(o, report));
	status = command_finish(o, status);
out:
	tickets_free(&tickets);
	report_free(report);
	output_free(out);
	return status;
}

int render_run(struct options *o)
{
	const char *path = options_text(o, OPT_FROM);
	struct error err;
	int status;

	if (path == NULL || o->argument_count > 0) {
		error_set(&err,
			  path == NULL
			      ? "render needs a report"
			      : "render takes one report, given with --from");
		error_suggest(
		    &err, "write preflight render --from %s --format ticket",
		    path != NULL            ? path
		    : o->argument_count > 0 ? o->arguments[0]
					    : "REPORT.json");
		return command_fail_one(o, &err, EXIT_USAGE);
	}
	status = render_report(o, path, &err);
	return status == -1 ? command_fail_one(o, &err, EXIT_USAGE) : status;
}
