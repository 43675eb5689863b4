/*
 * controls_hosts.c - is the host there? A host whose tested ports are all
 * silent is asked otherwise: a port that was not tried, and an echo request.
 * Without that nothing is known of the host, only of those ports.
 */
#include "report/controls/controls_plan_internal.h"

enum {
	CONTROLS_PORTS = 4,   /* hosts whose other port is tried */
	CONTROLS_DEVICES = 4, /* devices that are asked otherwise */
	PORT_SSH = 22,
	PORT_HTTP = 80,
	PORT_HTTPS = 443
};

/* What was tried of one host. */
struct controls_tried {
	bool answered, swept, echo;
	bool several; /* ports */
};

static struct controls_tried controls_tried(const struct controls_plan *w,
					    size_t index)
{
	size_t at = w->correlation->contexts[index].host;
	const struct host_index *h;
	uint16_t port = w->results->items[index].port;
	struct controls_tried t = {.answered = true};

	if (at == SIZE_MAX)
		return t;
	h = &w->correlation->hosts[at];
	t.answered = h->answered;
	for (size_t i = h->first; i < h->first + h->count; i++) {
		const struct result *r =
		    &w->results->items[w->correlation->by_host[i]];

		t.swept |= r->spec->swept;
		if (r->why != WHY_NONE)
			continue; /* an echo request that no user may send */
		t.several |= r->port != port;
		t.echo |= r->transport == TRANSPORT_ICMP;
	}
	return t;
}

/* A port that services often have, and that was not tried. */
static uint16_t controls_untried(const struct controls_plan *w, size_t index)
{
	static const uint16_t ports[] = {PORT_HTTPS, PORT_HTTP, PORT_SSH};
	const struct host_index *h =
	    &w->correlation->hosts[w->correlation->contexts[index].host];

	for (size_t p = 0; p < sizeof ports / sizeof ports[0]; p++) {
		bool tried = false;

		for (size_t i = h->first; i < h->first + h->count; i++)
			tried |= w->results->items[w->correlation->by_host[i]]
				     .port == ports[p];
		if (!tried)
			return ports[p];
	}
	return 0;
}

static void controls_ask_port(struct controls_plan *w, size_t index)
{
	struct evidence_request request = {.kind = EVIDENCE_CONTROL,
					   .result = index,
					   .what = "other-port",
					   .addr =
					       w->results->items[index].addr,
					   .port = controls_untried(w, index),
					   .transport = TRANSPORT_TCP};

	if (request.port != 0)
		controls_add(w, &request);
}

void controls_ask_echo(struct controls_plan *w, size_t index)
{
	struct evidence_request request = {.kind = EVIDENCE_CONTROL,
					   .result = index,
					   .what = "ping",
					   .addr =
					       w->results->items[index].addr,
					   .transport = TRANSPORT_ICMP,
					   .talk = TALK_ECHO};

	controls_add(w, &request);
}

/* Also an address of this site that was asked for by hand. */
static bool controls_is_device(const struct controls_plan *w, size_t index)
{
	return w->results->items[index].spec->device_index <
		   w->plan->device_count ||
	       !w->correlation->contexts[index].internet;
}

/* A device is silent also where a router says so: whether it speaks of the
 * device or of one port, another test shows. */
static bool controls_is_quiet(const struct controls_plan *w, size_t index)
{
	const struct result *r = &w->results->items[index];
	bool device = controls_is_device(w, index);

	return correlation_is_silent(r, device ? CONTROLS_SILENT |
						     SILENCE_ROUTER_SAYS
					       : CONTROLS_SILENT) &&
	       controls_is_usable(w, index) && !addr_is_multicast(&r->addr);
}

void controls_hosts(struct controls_plan *w)
{
	struct map seen = {0};
	char address[ADDR_TEXT];
	size_t devices = 0, others = 0;

	for (size_t i = 0; i < w->results->count; i++) {
		const struct result *r = &w->results->items[i];
		bool device = controls_is_device(w, i);
		struct controls_tried t;
		size_t *slot;

		if (!controls_is_quiet(w, i))
			continue;
		t = controls_tried(w, i);
		slot =
		    map_at(&seen, arena_strdup(&w->arena,
					       addr_text(&r->addr, address)));
		if (t.answered || t.swept || *slot != SIZE_MAX ||
		    (t.several && (!device || t.echo)))
			continue;
		*slot = i;
		if (device ? ++devices > CONTROLS_DEVICES
			   : ++others > CONTROLS_PORTS)
			continue;
		controls_ask_port(w, i);
		if (!t.echo)
			controls_ask_echo(w, i);
	}
	map_free(&seen);
}
