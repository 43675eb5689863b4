/* engine_host.c - what a run must know about the host it runs on, and whether
 * that holds to its end. */
#include "core/engine/engine_internal.h"
#include "core/os/can.h"
#include "core/os/host.h"
#include "core/os/process.h"
#include "core/net/host_watch.h"

static void engine_lost(void *arg)
{
	struct engine *e = arg;

	e->results->link_changed = true;
}

void engine_host_begin(struct engine *e)
{
	struct addr servers[RESOLVER_SERVERS_MAX];
	size_t count = resolver_servers(e->resolver, servers);
	struct platform *platform = &e->results->platform;
	char text[ADDR_TEXT];
	bool cut;

	os_platform(platform->os, sizeof platform->os, platform->build,
		    sizeof platform->build);
	platform->cannot = os_cannot(&platform->cannot_count);
	host_facts(&e->results->host);
	e->host_watch = host_watch_new(e->loop, engine_lost, e);
	for (size_t i = 0; i < count; i++)
		facts_append(&e->results->host, "resolvers",
			     addr_text(&servers[i], text));
	resolver_hosts(e->resolver, &cut);
	if (cut)
		facts_bool(&e->results->host, "hosts-cut", true);
}

void engine_host_end(struct engine *e)
{
	host_watch_free(e->host_watch);
}

void engine_host_note(struct run_probe *rp)
{
	struct result *r = &rp->result;

	if (!rp->e->results->link_changed || r->why != WHY_NONE ||
	    rp->needs == NEEDS_NOTHING)
		return;
	if (r->outcome.cause == CAUSE_TIMEOUT ||
	    r->outcome.cause == CAUSE_UNREACHABLE ||
	    r->outcome.cause == CAUSE_LOCAL ||
	    (r->outcome.phase == PHASE_RESOLVE && r->outcome.cause != CAUSE_OK))
		r->why = WHY_LOCAL;
}
