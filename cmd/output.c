/* output.c - writing a report, and the run that makes it. */
#include "cmd/output.h"
#include "cmd/cmd.h"
#include "cmd/finding_rules.h"
#include "cmd/output_cut.h"
#include "cmd/progress.h"
#include "report/compare/compare.h"
#include "core/engine/engine.h"
#include "report/controls/controls_plan.h"
#include "core/base/text.h"
#include "core/base/wire.h"
#include "core/os/files.h"
#include "core/os/terminal.h"

#include <stdlib.h>
#include <string.h>

struct output_file {
	const struct format *format;
	const char *path;
	struct os_draft *draft; /* open from the start: a bad name is told
				   before the first packet */
};

struct output {
	const struct format *format; /* of stdout */
	size_t count;
	struct output_file *files;
	struct format_options options;
	bool is_text;
	size_t most; /* characters on stdout; 0: any number */
};

const char *output_format_at(const void *arg, size_t i)
{
	(void)arg;
	return format_registry[i] != NULL ? format_registry[i]->name : NULL;
}

static int output_unknown_format(const char *name, struct error *err)
{
	return error_unknown(err, "format", name, output_format_at, NULL,
			     "see preflight list formats");
}

int output_check_file(const char *path, struct error *err)
{
	enum os_file_kind kind = os_file_kind(path);
	struct os_failure failure;
	char folder[256];

	if (kind != OS_FILE_NONE && kind != OS_FILE_REGULAR)
		return error_set(err, "-o %s: exists and is not a regular file",
				 path);
	/* Checked first: a run takes minutes and must not end in "no such
	 * folder". */
	if (os_file_may_be_made(path, folder, sizeof folder, &failure))
		return 0;
	return error_set(err, "-o %s: cannot write into %s: %s", path, folder,
			 os_failure_text(failure));
}

static int output_open_file(struct output_file *f, struct error *err)
{
	struct os_failure failure;

	if (output_check_file(f->path, err) == -1)
		return -1;
	f->draft = os_draft_open(f->path, &failure);
	if (f->draft != NULL)
		return 0;
	error_set(err, "-o %s: cannot write: %s", f->path,
		  os_failure_text(failure));
	err->of_host = os_failure_is_of_host(failure);
	return -1;
}

/* "F=FILE", or FILE with the format of its ending. */
static int output_parse_file(struct output_file *f, struct options *o,
			     const char *text, struct error *err)
{
	const char *equals = strchr(text, '=');

	/* "dir=x/report.json" is a path, "json=dir/x" is not. */
	bool named = equals != NULL &&
		     memchr(text, '/', (size_t)(equals - text)) == NULL;

	if (named) {
		char *name =
		    arena_strndup(&o->arena, text, (size_t)(equals - text));

		f->format = format_find(name);
		f->path = equals + 1;
		if (f->format == NULL)
			return output_unknown_format(name, err);
	} else {
		f->path = text;
		f->format = format_for_file(text);
		if (f->format == NULL) {
			error_set(err,
				  "-o %s: no format has this file name ending",
				  text);
			error_suggest(err, "write -o FORMAT=%s", text);
			return -1;
		}
	}
	if (*f->path == '\0')
		return error_set(err, "-o %s: the file name is missing", text);
	return output_open_file(f, err);
}

/* A terminal that knows no escape sequences. */
static bool output_is_dumb(void)
{
	const char *term = getenv("TERM");

	return term == NULL || *term == '\0' || strcmp(term, "dumb") == 0;
}

static bool output_decide_colour(const char *option)
{
	const char *no = getenv("NO_COLOR"), *force = getenv("CLICOLOR_FORCE");

	if (option != NULL && strcmp(option, "auto") != 0)
		return strcmp(option, "always") == 0;
	if (no != NULL && *no != '\0')
		return false;
	if (force != NULL && strcmp(force, "0") != 0)
		return true;
	if (output_is_dumb())
		return false;
	return os_terminal_is(stdout);
}

int output_terminal(struct format_options *f, const struct options *o,
		    struct error *err)
{
	const char *colour = options_text(o, OPT_COLOR);

	if (colour != NULL && strcmp(colour, "auto") != 0 &&
	    strcmp(colour, "always") != 0 && strcmp(colour, "never") != 0)
		return error_set(
		    err, "--color: '%s' is not auto, always or never", colour);
	f->utf8 = os_terminal_is_utf8();
	f->plain = options_flag(o, OPT_PLAIN);
	f->colour = !f->plain && output_decide_colour(colour);
	f->detail = (unsigned)options_count(o, OPT_VERBOSE);
	f->quiet = options_flag(o, OPT_QUIET);
	f->strict = command_is_strict(o);
	f->exit_scheme = command_exit_scheme(o);
	f->exit_zero = options_flag(o, OPT_EXIT_ZERO);
	f->width = os_terminal_width();
	return 0;
}

/* Where the report is kept as JSON: in the first such file, else in the one
 * that it was read from; NULL: nowhere. */
static const char *output_kept(const struct output *out, const char *from)
{
	for (size_t i = 0; i < out->count; i++)
		if (strcmp(out->files[i].format->name, "json") == 0)
			return out->files[i].path;
	return from;
}

static int output_read_most(struct output *out, const struct options *o,
			    struct error *err)
{
	int64_t least = OUTPUT_CUT_LEAST, most;

	if (options_text(o, OPT_MAX_CHARS) == NULL)
		return 0;
	if (out->format->least > least)
		least = out->format->least;
	if (!out->format->is_lines) {
		error_set(err, "--max-chars: format '%s' cannot be cut",
			  out->format->name);
		error_suggest(err, "write --format text, line, datto, nagios, "
				   "markdown or ticket");
		return -1;
	}
	if (options_number(o, OPT_MAX_CHARS, least, OUTPUT_CUT_MOST, &most,
			   err) == -1)
		return -1;
	out->most = (size_t)most;
	return 0;
}

struct output *output_new(struct options *o, struct error *err)
{
	struct output *out = mem_calloc(1, sizeof *out);
	const char *name = options_text(o, OPT_FORMAT);
	const char *const *list = options_list(o, OPT_OUTPUT);
	size_t n = 0;

	out->format = format_find(name != NULL ? name : "text");
	if (out->format == NULL) {
		output_unknown_format(name, err);
		goto bad;
	}
	if (output_terminal(&out->options, o, err) == -1 ||
	    output_read_most(out, o, err) == -1)
		goto bad;
	while (list[n] != NULL)
		n++;
	out->files = mem_calloc(n + 1, sizeof *out->files);
	for (; out->count < n; out->count++)
		if (output_parse_file(&out->files[out->count], o,
				      list[out->count], err) == -1)
			goto bad;
	out->is_text = strcmp(out->format->name, "text") == 0;
	out->options.saved = options_text(o, OPT_FROM) != NULL;
	out->options.file = output_kept(out, options_text(o, OPT_FROM));
	return out;
bad:
	output_free(out);
	return NULL;
}

bool output_shows_progress(const struct output *out)
{
	return out->is_text && !out->options.quiet && os_terminal_is(stderr) &&
	       os_terminal_is(stdout);
}

static int output_written(const char *path, bool good,
			  struct os_failure failure)
{
	if (good)
		return 0;
	fprintf(stderr, "preflight: cannot write %s: %s\n", path,
		os_failure_text(failure));
	return -1;
}

int output_write_file(const char *path,
		      void (*write)(const void *arg, FILE *out),
		      const void *arg)
{
	struct os_failure failure = {0};
	bool good = os_file_write(path, write, arg, &failure);

	return output_written(path, good, failure);
}

/* A report in one format. */
struct output_job {
	const struct format *format;
	const struct report *report;
	struct format_options options;
};

static void output_write_job(const void *arg, FILE *out)
{
	const struct output_job *job = arg;

	job->format->write(job->report, &job->options, out);
}

static int output_report_file(struct output_file *f, const struct report *r,
			      const struct format_options *options)
{
	struct output_job job = {f->format, r, *options};
	struct os_draft *draft = f->draft;
	struct os_failure failure = {0};
	bool good;

	job.options.colour = false;
	job.options.width = 80;
	job.options.quiet = false;
	if (job.options.detail == 0) /* a file holds the whole report */
		job.options.detail = 1;
	f->draft = NULL;
	good = os_draft_finish(draft, output_write_job, &job, &failure);
	return output_written(f->path, good, failure);
}

static bool output_has_format(const struct output *out, const char *name)
{
	const struct format *wanted = format_find(name);
	bool any = out->format == wanted;

	for (size_t i = 0; i < out->count; i++)
		any |= out->files[i].format == wanted;
	return any;
}

int output_write(struct output *out, const struct report *r, int status)
{
	struct arena arena = {0};

	if (output_has_format(out, "html"))
		out->options.rules = finding_rules_page(&arena, r);
	for (size_t i = 0; i < out->count; i++)
		if (output_report_file(&out->files[i], r, &out->options) == -1)
			status = command_unwritten(status);
	if (out->most == 0) {
		out->format->write(r, &out->options, stdout);
	} else {
		struct output_job job = {out->format, r, out->options};
		char *text = os_file_text(output_write_job, &job);

		output_cut(stdout, text, out->most, out->format->last);
		free(text);
	}
	out->options.rules = NULL;
	arena_free(&arena);
	return status;
}

bool output_has_tickets(const struct output *out)
{
	return output_has_format(out, "ticket");
}

void output_use_tickets(struct output *out, const struct ticket_options *t)
{
	out->options.ticket = t;
}

void output_free(struct output *out)
{
	if (out == NULL)
		return;
	for (size_t i = 0; i < out->count; i++)
		os_draft_drop(out->files[i].draft);
	free(out->files);
	free(out);
}

/* One run ---------------------------------------------------------------- */

/* What the first round says together is what the report stands on, unless a
 * second round adds to it. */
struct output_round {
	const struct plan *plan;
	struct correlation *correlation;
	unsigned revision; /* of the results that it is about */
};

static size_t output_requests(void *arg, const struct results *r, unsigned step,
			      struct evidence_request *out, size_t max)
{
	struct output_round *round = arg;

	correlation_free(round->correlation);
	round->revision = r->revision;
	round->correlation = correlation_new(round->plan, r);
	return controls_plan(round->correlation, step, out, max);
}

static struct report *output_report(struct output_round *round,
				    const struct results *results,
				    const struct run_info *info)
{
	if (round->correlation != NULL && results->evidence_count == 0 &&
	    round->revision == results->revision)
		return report_build_of(round->correlation, info);
	correlation_free(round->correlation);
	return report_build(round->plan, results, info);
}

/* Precedence of design §6: interrupted before 1, 3, 4, 0. */
int output_status(const struct options *o, const struct report *r)
{
	if (r->run.interrupted && r->interrupt_signal != 0)
		return 128 + r->interrupt_signal;
	if (options_flag(o, OPT_EXIT_ZERO))
		return 0;
	return report_exit_status(r, command_is_strict(o));
}

static int output_read_tolerate(const struct options *o, struct run_info *info,
				struct error *err)
{
	const char *text = options_text(o, OPT_TOLERATE);
	char digits[16];
	size_t length;
	int64_t n;

	if (text == NULL)
		return 0;
	length = strlen(text);
	text_copy(digits, sizeof digits, text);
	info->tolerate_percent = length > 0 && text[length - 1] == '%';
	if (info->tolerate_percent && length < sizeof digits)
		digits[length - 1] = '\0';
	if (!text_number(digits, 0, info->tolerate_percent ? 100 : 65536, &n)) {
		error_set(
		    err, "--tolerate: '%s' is not a device count or percentage",
		    text);
		error_suggest(err, "write --tolerate 3 or --tolerate 5%%");
		return -1;
	}
	info->tolerate = info->tolerate_percent ? (double)n / 100 : (double)n;
	return 0;
}

/* --tag NAME=VALUE. */
static int output_read_tags(struct options *o, struct run_info *info,
			    struct error *err)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-_.";
	const char *const *list = options_list(o, OPT_TAG);
	const char **names, **values;
	size_t n = 0;

	while (list[n] != NULL)
		n++;
	names = arena_calloc(&o->arena, n + 1, sizeof *names);
	values = arena_calloc(&o->arena, n + 1, sizeof *values);
	info->tags =
	    (struct report_variables){.names = names, .values = values};
	for (size_t i = 0; i < n; i++) {
		size_t length = strspn(list[i], letters), k = 0;

		if (length == 0 || list[i][length] != '=') {
			error_set(err, "--tag: '%s' is not NAME=VALUE",
				  list[i]);
			error_suggest(err, "write --tag customer=acme");
			return -1;
		}
		/* The last value of a name counts. */
		while (k < info->tags.count &&
		       (strncmp(names[k], list[i], length) != 0 ||
			names[k][length] != '\0'))
			k++;
		names[k] = arena_strndup(&o->arena, list[i], length);
		values[k] = list[i] + length + 1;
		if (k == info->tags.count)
			info->tags.count++;
	}
	return 0;
}

/* Left out of the command that repeats a run: selection and output. */
static const enum option_id not_repeated[] = {
    OPT_ONLY,   OPT_SKIP,      OPT_BASELINE,    OPT_FORMAT,    OPT_OUTPUT,
    OPT_STRICT, OPT_EXIT_ZERO, OPT_EXIT_SCHEME, OPT_MAX_CHARS, OPT_COMPACT,
    OPT_CACHE,  OPT_MAX_AGE,   OPT_QUIET,       OPT_VERBOSE,   OPT_PLAIN,
    OPT_COLOR,  OPT_END};

const char *const *output_command(struct options *o)
{
	return options_command(o, not_repeated);
}

static const char *output_run_id(struct options *o)
{
	uint8_t bytes[8];
	char *id = arena_calloc(&o->arena, 1, 17);

	wire_random(bytes, sizeof bytes);
	for (size_t i = 0; i < sizeof bytes; i++)
		snprintf(id + 2 * i, 3, "%02x", bytes[i]);
	return id;
}

/* With what changed since the baseline, where there is one. */
static int output_write_report(struct options *o, struct output *out,
			       struct report *report,
			       const struct report *baseline)
{
	struct comparison *comparison = NULL;
	int status = output_status(o, report);

	if (baseline != NULL)
		comparison = comparison_new(baseline, report);
	report->comparison = comparison;
	status = output_write(out, report, status);
	status = command_finish(o, status);
	comparison_free(comparison);
	return status;
}

int output_saved(struct options *o, struct report *report,
		 const struct report *baseline)
{
	struct error err;
	struct output *out = output_new(o, &err);
	int status;

	if (out == NULL)
		return command_fail_one(o, &err, EXIT_USAGE);
	status = output_write_report(o, out, report, baseline);
	output_free(out);
	return status;
}

int output_run(struct options *o, const struct plan *plan,
	       const struct engine_options *engine, struct run_info *info,
	       const struct report *baseline)
{
	struct engine_options own = *engine;
	struct error err;
	struct output *out = output_new(o, &err);
	struct output_round round = {.plan = plan};
	struct results results = {0};
	struct progress progress;
	struct report *report;
	int status = EXIT_USAGE;

	if (out == NULL || output_read_tolerate(o, info, &err) == -1 ||
	    output_read_tags(o, info, &err) == -1) {
		output_free(out);
		return command_fail_one(o, &err, EXIT_USAGE);
	}
	info->id = output_run_id(o);
	info->command = output_command(o);
	info->version = PREFLIGHT_VERSION;
	own.specs = plan->specs;
	own.spec_count = plan->spec_count;
	if (!options_flag(o, OPT_NO_TRACE)) {
		own.requests = output_requests;
		own.requests_arg = &round;
	}
	if (output_shows_progress(out)) {
		progress_begin(&progress, stderr, plan->specs, plan->spec_count,
			       &out->options, output_is_dumb());
		own.progress = progress_show;
		own.progress_arg = &progress;
	}
	if (engine_run(&own, &results, &err) == -1) {
		output_free(out);
		return command_fail_one(o, &err, EXIT_UNDECIDED);
	}
	if (own.progress != NULL)
		progress_end(&progress);
	if (info->only_listened) {
		results.interrupted = info->listened_signal != 0;
		results.interrupt_signal = info->listened_signal;
	}
	results.started_wall_us -= info->listened_us;
	results.duration_us += info->listened_us;
	report = output_report(&round, &results, info);
	status = output_write_report(o, out, report, baseline);
	report_free(report);
	results_free(&results);
	output_free(out);
	return status;
}
