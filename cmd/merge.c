/* merge.c - preflight merge: the reports of many sites side by side. */
#include "report/compare/merge.h"
#include "report/fields.h"
#include "report/formats/html.h"
#include "report/map.h"
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
	struct format_options f = {0};
	struct layout l;

	if (output_terminal(&f, o, err) == -1)
		return -1;
	if (command_is_json(o)) {
		command_print(merge_write_json, m);
	} else if (command_has_format(o, "csv")) {
		merge_formats_csv(stdout, m);
	} else if (command_has_format(o, "html")) {
		html_write_merged(stdout, m);
	} else {
		layout_begin(&l, &f, stdout);
		merge_formats_text(&l, m);
	}
	return 0;
}

/* A file that is not a report is a site that is missing. */
static struct report *merge_load(struct options *o, struct merge_site *site,
				 const char *path)
{
	char line[1024];
	struct error err;
	struct report *report = saved_load(path, &err);

	*site = (struct merge_site){.file = path, .report = report};
	if (report == NULL) {
		error_format(&err, line, sizeof line);
		site->error = arena_strdup(&o->arena, line);
	}
	return report;
}

/* Sites that were read, each run once, however often its report is given. */
struct merge_load {
	struct merge_site *sites;
	struct report **saved; /* of each site; NULL where it is not kept */
	const char **notes;    /* which file is another one's run */
	size_t count, note_count;
	struct map runs; /* id of the run to its site */
};

/* Was the last one's run there before? */
static bool merge_is_again(struct options *o, struct merge_load *l)
{
	const struct merge_site *site = &l->sites[l->count];
	const struct report *r = site->report;
	size_t *first;

	if (r == NULL || r->run.id == NULL)
		return false;
	first = map_at(&l->runs, arena_strdup(&o->arena, r->run.id));
	if (*first == SIZE_MAX) {
		*first = l->count;
		return false;
	}
	l->notes[l->note_count++] =
	    arena_printf(&o->arena, "%s is the same run as %s: it counts once",
			 site->file, l->sites[*first].file);
	return true;
}

/* Of a site a row is kept; of tickets, which quote their results, all. */
static struct merged *merge_all(struct options *o, struct merge_load *l)
{
	size_t most = o->argument_count + 1;
	struct merge *w = merge_new(o->argument_count);
	struct merged *m;

	l->sites = mem_calloc(most, sizeof *l->sites);
	l->saved = arena_calloc(&o->arena, most, sizeof(struct report *));
	l->notes = arena_calloc(&o->arena, most, sizeof(char *));
	for (size_t i = 0; i < o->argument_count; i++) {
		struct merge_site *site = &l->sites[l->count];
		struct report *report = merge_load(o, site, o->arguments[i]);
		bool again = merge_is_again(o, l);

		if (!again)
			merge_add(w, site);
		if (!again && tickets_is_format(o)) {
			l->saved[l->count] = report;
		} else {
			report_free(report);
			site->report = NULL;
		}
		l->count += !again;
	}
	map_free(&l->runs);
	m = merge_end(w);
	m->version = PREFLIGHT_VERSION;
	m->notes = l->notes;
	return m;
}

int merge_run(struct options *o)
{
	struct merge_load load = {0};
	struct merged *m = NULL;
	struct error err;
	int status = EXIT_USAGE;

	if (merge_check_words(o, &err) == -1)
		goto bad;
	m = merge_all(o, &load);
	if (tickets_is_format(o)
		? merge_write_tickets(o, load.sites, load.count, &err) == -1
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
	for (size_t i = 0; i < load.count; i++)
		report_free(load.saved[i]);
	free(load.sites);
	return status;
}
