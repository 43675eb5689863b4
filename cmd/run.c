/* run.c - preflight run: test every path of a product, and report. */
#include "cmd/cmd.h"
#include "cmd/output.h"
#include "cmd/request.h"

static int run_run(struct options *o)
{
	struct request r;
	struct errors errors = {0};
	struct engine_options engine = {0};
	struct run_info info = {0};
	const char *file = option_text(o, OPT_BASELINE);
	struct saved *baseline = NULL;
	struct addr other;
	struct error err;
	int status;

	if (request_build(&r, o, &errors) == -1) {
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
	info.on_behalf_of = option_text(o, OPT_ON_BEHALF_OF);
	request_engine_proxy(&r, &engine);
	info.hint = *r.hint != '\0' ? r.hint : NULL;
	status = output_run(o, r.plan, &engine, &info, baseline);
out:
	saved_free(baseline);
	request_free(&r);
	errors_free(&errors);
	return status;
}

static const enum option_id options[] = {
    OPT_SET,       OPT_INVENTORY,  OPT_TARGET,     OPT_ROLE,
    OPT_SCENARIO,  OPT_PROXY,      OPT_PROXY_AUTH, OPT_ONLY,
    OPT_SKIP,      OPT_TIMEOUT,    OPT_DEADLINE,   OPT_RATE,
    OPT_FAST,      OPT_MAX_PROBES, OPT_SOURCE,     OPT_V4,
    OPT_V6,        OPT_NO_TRACE,   OPT_TOLERATE,   OPT_ON_BEHALF_OF,
    OPT_BASELINE,  OPT_FORMAT,     OPT_OUTPUT,     OPT_STRICT,
    OPT_EXIT_ZERO, OPT_QUIET,      OPT_VERBOSE,    OPT_COLOR,
    OPT_END,
};

const struct command command_run = {
    .name = "run",
    .arguments = "PROFILE...",
    .summary = "Test every network path that a product needs, and say why "
	       "one fails",
    .details =
	"examples:\n"
	"  preflight run auvik-collector --scenario virtual-appliance \\\n"
	"      --set tenant_url=https://acme.us1.my.auvik.com \\\n"
	"      --inventory site.yaml\n"
	"  preflight run auvik-collector --target snmp=10.2.0.10,10.2.0.11 \\\n"
	"      --format json -o report.txt\n"
	"\nEvery option has an environment twin, PREFLIGHT_OPTION; variables "
	"are\nPREFLIGHT_SET_NAME. What a profile wants: preflight plan "
	"PROFILE.\n",
    .options = options,
    .run = run_run,
};
