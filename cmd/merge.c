/* merge.c - preflight merge: the reports of many sites side by side. */
#include "report/compare/merge.h"
#include "report/fields.h"
#include "cmd/cmd.h"
#include "cmd/output.h"
#include "cmd/tickets.h"

#include <stdlib.h>
#include <string.h>

static void merge_write_json(const void *arg, FILE *out)
{
	struct json_out j;

	json_begin(&j, out);
	json_object(&j);
	fields_write(&j, NULL, &fields_merge, arg);
	json_object_end(&j);
	json_end(&j);
}

/* Of every site; a cause at the vendor's once. */
static int merge_write_tickets(struct options *o,
			       const struct merge_site *sites, size_t count,
			       struct error *err)
{
	struct ticket_source *list = mem_calloc(count + 1, sizeof *list);
	struct tickets *tickets = mem_calloc(count + 1, sizeof *tickets);
	int rc;

	for (size_t i = 0; i < count; i++)
		list[i] =
		    (struct ticket_source){sites[i].report, &tickets[i].options,
					   sites[i].file, sites[i].error};
	rc = tickets_check_codes(o, list, count, err);
	for (size_t i = 0; i < count && rc == 0; i++) {
		tickets[i].many = true;
		if (sites[i].report != NULL)
			rc = tickets_read(&tickets[i], o, sites[i].report,
					  sites[i].file, err);
	}
	if (rc == 0)
		ticket_write_all(list, count, stdout);
	for (size_t i = 0; i < count; i++)
		tickets_free(&tickets[i]);
	free(tickets);
	free(list);
	return rc;
}

static int merge_check_words(const struct options *o, struct error *err)
{
	if (command_check_format(o, err) == -1 ||
	    tickets_check_format(o, err) == -1)
		return -1;
	if (o->argument_count > 0)
		return 0;
	error_set(err, "merge needs reports");
	error_suggest(err, "write preflight merge site-*.json");
	return -1;
}

static int merge_write(const struct options *o, const struct merged *m,
		       struct error *err)
{
	const char *format = options_text(o, OPT_FORMAT);
	struct format_options f = {0};
	struct layout l;

	if (output_terminal(&f, o, err) == -1)
		return -1;
	if (command_is_json(o)) {
		command_print(merge_write_json, m);
	} else if (format != NULL && strcmp(format, "csv") == 0) {
		merge_formats_csv(stdout, m);
	} else {
		layout_begin(&l, &f, stdout);
		merge_formats_text(&l, m);
	}
	return 0;
}

/* A file that is not a report is a site that is missing. */
static void merge_load(struct options *o, struct merge_site *site,
		       struct report **saved, const char *path)
{
	char line[1024];
	struct error err;

	site->file = path;
	*saved = saved_load(path, &err);
	if (*saved != NULL) {
		site->report = *saved;
		return;
	}
	error_format(&err, line, sizeof line);
	site->error = arena_strdup(&o->arena, line);
}

int merge_run(struct options *o)
{
	size_t count = o->argument_count;
	struct merge_site *sites = mem_calloc(count + 1, sizeof *sites);
	struct report **saved =
	    arena_calloc(&o->arena, count + 1, sizeof *saved);
	struct merged *m = NULL;
	struct error err;
	int status = EXIT_USAGE;

	if (merge_check_words(o, &err) == -1)
		goto bad;
	for (size_t i = 0; i < count; i++)
		merge_load(o, &sites[i], &saved[i], o->arguments[i]);
	m = merged_new(sites, count);
	m->version = PREFLIGHT_VERSION;
	if (tickets_is_format(o)
		? merge_write_tickets(o, sites, count, &err) == -1
		: merge_write(o, m, &err) == -1)
		goto bad;
	status = options_flag(o, OPT_EXIT_ZERO)
		     ? 0
		     : merged_status(m, command_is_strict(o));
	status = command_finish(o, status);
	goto out;
bad:
	status = command_fail_one(o, &err, EXIT_USAGE);
out:
	merged_free(m);
	for (size_t i = 0; i < count; i++)
		report_free(saved[i]);
	free(sites);
	return status;
}
