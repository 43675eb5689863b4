/*
 * http_connect.c - does the proxy open a tunnel to this host and port?
 *
 * The CONNECT is the engine's (core/net/proxy.h): when the check starts, the
 * tunnel is up. Without a proxy there is nothing to test.
 */
#include "core/engine/check.h"
#include "core/base/spec.h"

static enum step http_connect_step(struct probe *p, enum event event)
{
	if (event != EV_START)
		return STEP_WAIT;
	if (!p->spec->via_proxy)
		return probe_untested(p, WHY_NEEDS_INPUT);
	return probe_ok(p);
}

const struct check check_http_connect = {
    .name = "http-connect",
    .summary = "CONNECT through the proxy; sends nothing to the host",
    .needs = NEEDS_TCP,
    .proxy = PROXY_TUNNEL,
    .transport = TRANSPORT_TCP,
    .port = 443,
    .step = http_connect_step};
