/*
 * https.c - does the right server answer HTTPS?
 */
#include "checks/shared/web_check.h"

static enum step https_step(struct probe *p, enum event event)
{
	switch (event) {
	case EV_START:
		return web_check_start(p, true);
	case EV_HTTP:
		return web_check_answer(p, true);
	default:
		return STEP_WAIT;
	}
}

static const struct param https_params[] = {
    {.name = "path",
     .type = PARAM_STRING,
     .offset = offsetof(struct web_params, path),
     .fallback = "/",
     .help = "path to request"},
    {.name = "method",
     .type = PARAM_ENUM,
     .offset = offsetof(struct web_params, method),
     .fallback = "HEAD",
     .choices = web_methods,
     .help = "HEAD or GET; GET reads up to 64 KiB of the page"},
    {.name = "verify",
     .type = PARAM_BOOL,
     .offset = offsetof(struct web_params, verify),
     .fallback = "true",
     .help = "an untrusted certificate is a failure; false: only a fact"},
    {.name = "expect_status",
     .type = PARAM_PORTS,
     .offset = offsetof(struct web_params, expect_status),
     .help = "accepted statuses, such as 200,204 or 200-399; none: all"},
    {.name = NULL}};

static const struct fact_def https_facts[] = {WEB_CHECK_FACTS, {.name = NULL}};

const struct check check_https = {
    .name = "https",
    .summary = "HTTPS request; any status from a trusted server proves it",
    .params = https_params,
    .facts = https_facts,
    .params_size = sizeof(struct web_params),
    .needs = NEEDS_TCP, /* libcurl does TLS */
    .proxy = PROXY_TUNNEL,
    .transport = TRANSPORT_TCP,
    .window = 16,
    .port = 443,
    .describes_tls = true,
    .validate = web_check_validate,
    .again = web_check_again,
    .step = https_step};
