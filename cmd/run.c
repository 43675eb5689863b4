/* run.c - preflight run: test every path of a product, and report. */
#include "cmd/cache.h"
#include "cmd/cmd.h"
#include "cmd/hearing.h"
#include "cmd/output.h"
#include "cmd/request.h"

/* --inbound-from, --listen: who was heard. -1: one error. */
static int run_hear(struct options *o, struct hearing *h, const struct plan *p,
		    struct run_info *info, struct error *err)
{
	const char *file = options_text(o, OPT_INBOUND_FROM);
	struct report *saved;
	struct output *out;
	int64_t duration;
	int status;

	if (file != NULL && options_text(o, OPT_LISTEN) != NULL) {
		error_set(err, "--listen and --inbound-from cannot be used "
			       "together");
		error_suggest(err, "leave one of them out");
		return -1;
	}
	if (file != NULL) {
		saved = saved_load(file, err);
		if (saved == NULL)
			return -1;
		hearing_take(h, saved, file, p);
		report_free(saved);
	}
	if (options_text(o, OPT_LISTEN) == NULL)
		return 0;
	out = output_new(o, err);
	if (out == NULL ||
	    options_duration(o, OPT_LISTEN, &duration, err) == -1) {
		output_free(out);
		return -1;
	}
	h->out = output_shows_progress(out) ? stderr : NULL;
	output_free(out);
	status = hearing_listen(h, p, duration, true, err);
	info->strangers = hearing_strangers(h);
	info->listened_us = h->list.listened_us;
	return status;
}

int run_run(struct options *o)
{
	bool hears = options_text(o, OPT_LISTEN) != NULL ||
		     options_text(o, OPT_INBOUND_FROM) != NULL;
	struct hearing hearing;
	struct request r;
	struct errors errors = {0};
	struct engine_options engine = {0};
	struct run_info info = {0};
	const char *file = options_text(o, OPT_BASELINE);
	struct report *baseline = NULL, *kept = NULL;
	struct addr other;
	struct error err;
	int status;

	hearing_begin(&hearing);
	if (request_build_run(&r, o, hears ? &hearing.list : NULL, &errors) ==
	    -1) {
		status = command_fail(o, &errors, EXIT_USAGE);
		goto out;
	}
	if (request_engine(o, &engine, &err) == -1 ||
	    request_on_behalf_of(o, &other, &err) == -1) {
		status = command_fail_one(o, &err, EXIT_USAGE);
		goto out;
	}
	if (file != NULL) {
		baseline = saved_load(file, &err);
		if (baseline == NULL) {
			status = command_fail_one(o, &err, EXIT_USAGE);
			goto out;
		}
	}
	info.on_behalf_of = options_text(o, OPT_ON_BEHALF_OF);
	info.site = r.inventory->site;
	if (cache_use(o, r.plan, &kept, &err) == -1) {
		status = command_fail_one(o, &err, EXIT_USAGE);
		goto out;
	}
	if (kept != NULL) {
		status = output_saved(o, kept, baseline);
		goto out;
	}
	request_engine_proxy(&r, &engine);
	engine.filter = r.filter;
	if (hears && run_hear(o, &hearing, r.plan, &info, &err) == -1) {
		status = command_fail_one(o, &err, EXIT_USAGE);
		goto out;
	}
	info.hint = *r.hint != '\0' ? r.hint : NULL;
	status = output_run(o, r.plan, &engine, &info, baseline);
out:
	report_free(kept);
	report_free(baseline);
	request_free(&r);
	hearing_free(&hearing);
	errors_free(&errors);
	return status;
}
