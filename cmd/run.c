/* run.c - preflight run: test every path of a product, and report. */
#include "cmd/cache.h"
#include "cmd/cmd.h"
#include "cmd/output.h"
#include "cmd/request.h"

int run_run(struct options *o)
{
	struct request r;
	struct errors errors = {0};
	struct engine_options engine = {0};
	struct run_info info = {0};
	const char *file = options_text(o, OPT_BASELINE);
	struct report *baseline = NULL, *kept = NULL;
	struct addr other;
	struct error err;
	int status;

	if (request_build_run(&r, o, &errors) == -1) {
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
	info.hint = *r.hint != '\0' ? r.hint : NULL;
	status = output_run(o, r.plan, &engine, &info, baseline);
out:
	report_free(kept);
	report_free(baseline);
	request_free(&r);
	errors_free(&errors);
	return status;
}
