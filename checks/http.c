/*
 * http.c - does the host itself answer plain HTTP?
 */
#include "checks/shared/web_check.h"

static enum step http_step(struct probe *p, enum event event)
{
	switch (event) {
	case EV_START:
		return web_check_start(p, false);
	case EV_HTTP:
		return web_check_answer(p, false);
	default:
		return STEP_WAIT;
	}
}

static const struct param http_params[] = {
    {.name = "path",
     .type = PARAM_STRING,
     .offset = offsetof(struct web_params, path),
     .fallback = "/",
     .help = "path to request"},
    {.name = "method",
     .type = PARAM_ENUM,
     .offset = offsetof(struct web_params, method),
     .fallback = "GET",
     .choices = web_methods,
     .help = "GET or HEAD; with HEAD no page can be checked"},
    {.name = "expect_status",
     .type = PARAM_PORTS,
     .offset = offsetof(struct web_params, expect_status),
     .help = "accepted statuses, such as 204 or 200-399; none: all"},
    {.name = "expect_host_redirects",
     .type = PARAM_LIST,
     .offset = offsetof(struct web_params, expect_host_redirects),
     .help = "domain suffixes of other hosts that a redirect may lead to"},
    {.name = NULL}};

static const struct fact_def http_facts[] = {WEB_CHECK_FACTS, {.name = NULL}};

const struct check check_http = {
    .name = "http",
    .summary = "HTTP request; recognises captive portals and block pages",
    .params = http_params,
    .facts = http_facts,
    .params_size = sizeof(struct web_params),
    .needs = NEEDS_TCP,
    .proxy = PROXY_FORWARD,
    .transport = TRANSPORT_TCP,
    .window = 16,
    .port = 80,
    .validate = web_check_validate,
    .again = web_check_again,
    .step = http_step};
