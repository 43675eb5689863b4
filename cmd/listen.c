/*
 * listen.c - preflight listen: hold the inbound ports of a product, and say
 * which device was heard on which of them.
 */
#include "cmd/cmd.h"
#include "cmd/hearing.h"
#include "cmd/output.h"
#include "cmd/request.h"

#include <string.h>

/* Microseconds; 0: for ever. -1: one error. */
static int listen_duration(const struct options *o, int64_t *out,
			   struct error *err)
{
	const char *text = options_text(o, OPT_DURATION);

	*out = 0;
	if (text != NULL && strcmp(text, "forever") == 0)
		return 0;
	return options_duration(o, OPT_DURATION, out, err);
}

static bool listen_is_shown(const struct options *o)
{
	const char *format = options_text(o, OPT_FORMAT);

	return (format == NULL || strcmp(format, "text") == 0) &&
	       !options_flag(o, OPT_QUIET);
}

static int listen_execute(struct options *o, struct request *r,
			  struct hearing *h)
{
	struct engine_options engine = {0};
	struct run_info info = {0};
	struct output *out;
	int64_t duration;
	struct error err;

	/* A bad -o is told before it listens. */
	out = output_new(o, &err);
	if (out == NULL || listen_duration(o, &duration, &err) == -1) {
		output_free(out);
		return command_fail_one(o, &err, EXIT_USAGE);
	}
	output_free(out);
	h->out = listen_is_shown(o) ? stderr : NULL;
	if (hearing_listen(h, r->plan, duration,
			   options_flag(o, OPT_UNTIL_HEARD), &err) == -1)
		return command_fail_one(o, &err, EXIT_UNDECIDED);
	info.site = r->inventory->site;
	info.strangers = hearing_strangers(h);
	info.listened_us = h->list.listened_us;
	info.only_listened = true;
	/* What listens for ever is ended by a signal. */
	info.listened_signal = duration == 0 ? 0 : h->list.signal;
	return output_run(o, r->plan, &engine, &info, NULL);
}

int listen_run(struct options *o)
{
	struct errors errors = {0};
	struct hearing h;
	struct request r;
	int status;

	hearing_begin(&h);
	status = request_build_inbound(&r, o, &h.list, &errors) == -1
		     ? command_fail(o, &errors, EXIT_USAGE)
		     : listen_execute(o, &r, &h);
	request_free(&r);
	hearing_free(&h);
	errors_free(&errors);
	return status;
}
