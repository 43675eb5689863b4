/* compare.c - preflight compare: what changed from one report to another. */
#include "report/compare/compare.h"
#include "report/fields.h"
#include "report/formats/html.h"
#include "cmd/cmd.h"
#include "cmd/output.h"
#include "cmd/tickets.h"
#include "core/base/text.h"

#include <stdio.h>
#include <string.h>

static int compare_write_text(const struct options *o,
			      const struct comparison *c, struct error *err)
{
	struct format_options f = {0};
	struct layout l;

	if (output_terminal(&f, o, err) == -1)
		return -1;
	layout_begin(&l, &f, stdout);
	compare_text(&l, c, false);
	return 0;
}

static void compare_write_json(const void *arg, FILE *out)
{
	struct json_out j;

	json_begin(&j, out);
	json_object(&j);
	fields_write(&j, NULL, &fields_comparison, arg);
	json_object_end(&j);
	json_end(&j);
}

/* What fails in the new report, with what is known of since when. */
static int compare_write_tickets(struct options *o, struct report *new,
				 const struct comparison *c, struct error *err)
{
	struct ticket_source one = {.report = new};
	struct tickets tickets = {.many = false};
	int rc = tickets_read(&tickets, o, new, o->arguments[1], err);

	new->comparison = c;
	one.options = &tickets.options;
	if (rc == 0)
		ticket_write_all(&one, 1, stdout);
	tickets_free(&tickets);
	return rc;
}

static int compare_write(struct options *o, struct report *new,
			 const struct comparison *c, struct error *err)
{
	if (tickets_is_format(o))
		return compare_write_tickets(o, new, c, err);
	if (command_has_format(o, "html")) {
		html_write_comparison(stdout, c);
		return 0;
	}
	if (!command_is_json(o))
		return compare_write_text(o, c, err);
	command_print(compare_write_json, c);
	return 0;
}

static int compare_check_words(const struct options *o, struct error *err)
{
	if (command_check_format(o, err) == -1 ||
	    tickets_check_format(o, err) == -1)
		return -1;
	if (o->argument_count == 2)
		return 0;
	error_set(err, "compare takes two reports, the old one first");
	error_suggest(err, "write preflight compare OLD.json NEW.json");
	return -1;
}

int compare_run(struct options *o)
{
	struct report *old = NULL, *new = NULL;
	struct comparison *c = NULL;
	struct error err;
	int status = EXIT_USAGE;

	if (compare_check_words(o, &err) == -1)
		goto bad;
	old = saved_load(o->arguments[0], &err);
	if (old == NULL)
		goto bad;
	new = saved_load(o->arguments[1], &err);
	if (new == NULL)
		goto bad;
	c = comparison_new(old, new);
	c->version = PREFLIGHT_VERSION;
	if (compare_write(o, new, c, &err) == -1)
		goto bad;
	status = comparison_status(c, command_is_strict(o));
	if (options_flag(o, OPT_EXIT_ZERO))
		status = 0;
	status = command_finish(o, status);
	goto out;
bad:
	status = command_fail_one(o, &err, EXIT_USAGE);
out:
	comparison_free(c);
	report_free(new);
	report_free(old);
	return status;
}
