/*
 * controls_paths.c - controls that the run itself does not have: the same
 * test with small segments, once more and alone, another host on the port,
 * without the proxy, or through one.
 */
#include "report/controls/controls_plan_internal.h"

#include "core/engine/check.h"

#include <string.h>

enum {
	CONTROLS_AGAIN = 4,          /* repeated tests per port */
	CONTROLS_AGAIN_US = 1000000, /* between those that are asked alone */
	CONTROLS_DIRECT = 2,
	CONTROLS_SMB1 = 4,
	CONTROLS_NAMES = 4, /* asked for another name, at their address */
	PORT_HTTP = 80,
	PORT_HTTPS = 443
};

/* Small segments ---------------------------------------------------------- */

/* Open, then silent: how to make it answer over small segments. */
static bool controls_talk(const struct result *r, enum evidence_talk *talk)
{
	const struct check *check =
	    r->check != NULL ? r->check : r->spec->check;

	if (check == NULL || r->spec->host == NULL)
		return false;
	if (check->needs == NEEDS_TLS || strcmp(check->name, "https") == 0)
		*talk = TALK_TLS;
	else if (strcmp(check->name, "http") == 0)
		*talk = TALK_HTTP;
	else if (strcmp(check->name, "ssh") == 0 &&
		 facts_text(&r->facts, "banner") != NULL)
		*talk = TALK_SSH;
	else
		return false;
	return true;
}

static void controls_segments(struct controls_plan *w)
{
	for (size_t i = 0; i < w->results->count; i++) {
		const struct result *r = &w->results->items[i];
		struct evidence_request request = {.kind = EVIDENCE_CONTROL,
						   .result = i,
						   .what = "small-segments",
						   .host = r->spec->host,
						   .addr = r->addr,
						   .port = r->port,
						   .transport = TRANSPORT_TCP,
						   .segment = EVIDENCE_SEGMENT};

		if (r->why != WHY_NONE || r->outcome.cause != CAUSE_TIMEOUT ||
		    r->outcome.phase < PHASE_TLS ||
		    r->transport != TRANSPORT_TCP ||
		    r->addr.family == ADDR_NONE || !controls_is_usable(w, i) ||
		    !controls_talk(r, &request.talk))
			continue;
		if (controls_first(w, "small-segments", i))
			controls_add(w, &request);
	}
}

/* An older protocol ------------------------------------------------------- */

/* Servers that speak only SMB1 close silently. */
static void controls_smb1(struct controls_plan *w)
{
	size_t count = 0;

	for (size_t i = 0; i < w->results->count; i++) {
		const struct result *r = &w->results->items[i];
		struct evidence_request request = {.kind = EVIDENCE_CONTROL,
						   .result = i,
						   .what = "smb1",
						   .addr = r->addr,
						   .port = r->port,
						   .transport = TRANSPORT_TCP,
						   .talk = TALK_SMB1};

		if (r->outcome.phase == PHASE_REPLY &&
		    r->outcome.cause == CAUSE_RESET && r->why == WHY_NONE &&
		    r->same_as == SIZE_MAX && correlation_is_check(r, "smb") &&
		    controls_is_usable(w, i) && count++ < CONTROLS_SMB1)
			controls_add(w, &request);
	}
}

/* Another name ------------------------------------------------------------- */

static bool controls_is_hello(const struct result *r)
{
	static const char *const checks[] = {"https", "websocket",
					     "tls-inspection", "tls"};

	if (r->outcome.phase != PHASE_TLS || r->why != WHY_NONE ||
	    (r->outcome.cause != CAUSE_TIMEOUT &&
	     r->outcome.cause != CAUSE_RESET) ||
	    r->spec->host == NULL || r->spec->literal.family != ADDR_NONE)
		return false;
	for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++)
		if (correlation_is_check(r, checks[i]))
			return true;
	return false;
}

/* A ClientHello that got no answer, or a reset: the same address is asked for
 * a name that nobody filters. */
static void controls_other_name(struct controls_plan *w)
{
	struct map hosts = {0};

	for (size_t i = 0; i < w->results->count; i++) {
		const struct result *r = &w->results->items[i];
		struct evidence_request request = {.kind = EVIDENCE_CONTROL,
						   .result = i,
						   .what = "other-name",
						   .host = "example.com",
						   .addr = r->addr,
						   .port = r->port,
						   .transport = TRANSPORT_TCP,
						   .talk = TALK_TLS};
		char address[ADDR_TEXT];
		size_t *slot;

		if (!controls_is_hello(r) || !controls_is_usable(w, i))
			continue;
		slot = map_at(&hosts,
			      arena_printf(&w->arena, "%s %s", r->spec->host,
					   addr_text(&r->addr, address)));
		if (*slot == SIZE_MAX && hosts.count <= CONTROLS_NAMES)
			controls_add(w, &request);
		*slot = i;
	}
	map_free(&hosts);
}

/* Once more, alone -------------------------------------------------------- */

/* Transport, port, family, and whether it is on the internet. */
static uint64_t controls_port(const struct controls_plan *w, size_t index)
{
	const struct result *r = &w->results->items[index];

	return (uint64_t)r->transport << 32 | (uint64_t)r->port << 16 |
	       (uint64_t)r->addr.family << 8 |
	       w->correlation->contexts[index].internet;
}

/* The ports that answered, by kind. */
static struct map controls_ports_that_work(const struct controls_plan *w)
{
	struct map works = {0};

	for (size_t i = 0; i < w->results->count; i++) {
		const struct result *r = &w->results->items[i];

		if (r->outcome.cause == CAUSE_OK && r->why == WHY_NONE)
			*map_at_number(&works, controls_port(w, i)) = i;
	}
	return works;
}

static bool controls_is_silent_tcp(const struct controls_plan *w, size_t i)
{
	const struct result *r = &w->results->items[i];

	return correlation_is_silent(r, SILENCE_NO_CONNECTION) &&
	       controls_is_usable(w, i);
}

/* Where a port is silent for some and open for others, was it our own haste?
 * One test per host; they come before the walks, which are many packets. */
static void controls_again(struct controls_plan *w)
{
	struct map hosts = {0}, ports = {0};
	struct map works = controls_ports_that_work(w);
	char address[ADDR_TEXT];

	for (size_t i = 0; i < w->results->count; i++) {
		const struct result *r = &w->results->items[i];
		struct evidence_request request = {.kind = EVIDENCE_CONTROL,
						   .result = i,
						   .what = CORRELATION_AGAIN};
		size_t *host, *count;

		if (!controls_is_silent_tcp(w, i) || r->on_link ||
		    map_get_number(&works, controls_port(w, i)) == SIZE_MAX)
			continue;
		host = map_at(&hosts, arena_printf(&w->arena, "%s %u",
						   addr_text(&r->addr, address),
						   (unsigned)r->port));
		if (*host != SIZE_MAX)
			continue;
		*host = i;
		count = map_at(&ports, arena_printf(&w->arena, "%u %d",
						    (unsigned)r->port,
						    (int)r->addr.family));
		*count = *count == SIZE_MAX ? 1 : *count + 1;
		if (*count <= CONTROLS_AGAIN)
			controls_add(w, &request);
	}
	map_free(&works);
	map_free(&hosts);
	map_free(&ports);
}

/* The only repeat of its path, and it was lost. */
static bool controls_lost_again(const struct controls_plan *w, size_t index)
{
	size_t count, repeats = 0;
	const size_t *list =
	    correlation_evidence_of(w->correlation, index, &count);
	const struct evidence *e = correlation_again(w->correlation, index);

	if (e == NULL || facts_is_true(&e->observed, "ok"))
		return false;
	for (size_t i = 0; i < count; i++) {
		const char *what =
		    facts_text(&w->results->evidence[list[i]].observed, "what");

		repeats += what != NULL && strcmp(what, CORRELATION_AGAIN) == 0;
	}
	return repeats == 1;
}

static bool controls_opened_again(const struct controls_plan *w, size_t index)
{
	const struct evidence *e = correlation_again(w->correlation, index);

	return e != NULL && facts_is_true(&e->observed, "ok");
}

/* Some repeats opened: one that was lost may have met the limit itself, since
 * the walks beside it are connections, too. */
void controls_again_alone(struct controls_plan *w)
{
	bool limited[2] = {false, false};
	struct map seen = {0};
	char address[ADDR_TEXT];
	int64_t asked = 0;

	for (size_t i = 0; i < w->results->count; i++)
		if (controls_opened_again(w, i))
			limited[w->results->items[i].addr.family == ADDR_V6] =
			    true;
	for (size_t i = 0; i < w->results->count && asked < CONTROLS_AGAIN;
	     i++) {
		const struct result *r = &w->results->items[i];
		struct evidence_request request = {.kind = EVIDENCE_CONTROL,
						   .result = i,
						   .what = CORRELATION_AGAIN};
		size_t *slot;

		if (!limited[r->addr.family == ADDR_V6] ||
		    !controls_is_silent_tcp(w, i) || !controls_lost_again(w, i))
			continue;
		slot = map_at(&seen, arena_printf(&w->arena, "%s %u",
						  addr_text(&r->addr, address),
						  (unsigned)r->port));
		if (*slot != SIZE_MAX)
			continue;
		*slot = i;
		request.delay_us = asked++ * CONTROLS_AGAIN_US;
		controls_add(w, &request);
	}
	map_free(&seen);
}

/* Another host on the port ------------------------------------------------ */

/* An internet host that is alive and was not tried on that port. */
static const struct addr *controls_alive_host(const struct controls_plan *w,
					      size_t index)
{
	const struct result *silent = &w->results->items[index];

	for (size_t i = 0; i < w->correlation->host_count; i++) {
		const struct host_index *h = &w->correlation->hosts[i];
		bool tried = false, internet = false;

		if (!h->answered || h->addr.family != silent->addr.family)
			continue;
		for (size_t k = h->first; k < h->first + h->count; k++) {
			size_t at = w->correlation->by_host[k];
			const struct result *r = &w->results->items[at];

			internet |= w->correlation->contexts[at].internet &&
				    r->transport == TRANSPORT_TCP;
			tried |= r->port == silent->port;
		}
		if (internet && !tried)
			return &h->addr;
	}
	return NULL;
}

static bool controls_one_host(const struct controls_plan *w, size_t index)
{
	const struct result *silent = &w->results->items[index];

	for (size_t i = 0; i < w->results->count; i++) {
		const struct result *r = &w->results->items[i];

		if (r->port == silent->port &&
		    w->correlation->contexts[i].internet &&
		    r->addr.family == silent->addr.family &&
		    r->transport == TRANSPORT_TCP &&
		    !addr_equal(&r->addr, &silent->addr))
			return false;
	}
	return true;
}

static void controls_other_host(struct controls_plan *w)
{
	for (size_t i = 0; i < w->results->count; i++) {
		const struct result *r = &w->results->items[i];
		const struct addr *other;
		struct evidence_request request = {.kind = EVIDENCE_CONTROL,
						   .result = i,
						   .what = "other-host",
						   .port = r->port,
						   .transport = TRANSPORT_TCP};

		if (!controls_is_silent_tcp(w, i) ||
		    !w->correlation->contexts[i].internet ||
		    !controls_one_host(w, i))
			continue;
		other = controls_alive_host(w, i);
		if (other == NULL || !controls_first(w, "other-host", i))
			continue;
		request.addr = *other;
		controls_add(w, &request);
	}
}

/* Proxies ----------------------------------------------------------------- */

/* Through the proxy it failed: is it the proxy's doing? */
static void controls_direct(struct controls_plan *w)
{
	size_t count = 0;
	const char *last = NULL;

	for (size_t i = 0; i < w->results->count; i++) {
		const struct result *r = &w->results->items[i];
		struct evidence_request request = {.kind = EVIDENCE_CONTROL,
						   .result = i,
						   .what = "direct",
						   .host = r->spec->host,
						   .addr = r->spec->literal,
						   .port = r->spec->port,
						   .transport = TRANSPORT_TCP};

		if (!r->spec->via_proxy || r->why != WHY_NONE ||
		    r->outcome.cause == CAUSE_OK || r->spec->host == NULL ||
		    r->transport != TRANSPORT_TCP ||
		    (last != NULL && strcmp(last, r->spec->host) == 0))
			continue;
		last = r->spec->host;
		if (count++ < CONTROLS_DIRECT)
			controls_add(w, &request);
	}
}

/* Nothing came from the proxy: does it answer for itself, or is it one of
 * another kind? */
static void controls_proxy_itself(struct controls_plan *w)
{
	static const struct {
		const char *what;
		enum evidence_talk talk;
	} questions[] = {{"proxy-answers", TALK_HTTP},
			 {"proxy-socks", TALK_SOCKS}};
	const struct proxy_settings *p = w->plan->proxy;
	size_t mute = SIZE_MAX;

	for (size_t i = 0; p != NULL && i < w->results->count; i++) {
		const struct result *r = &w->results->items[i];

		if (!r->spec->via_proxy || r->why != WHY_NONE)
			continue;
		if (r->outcome.cause == CAUSE_OK ||
		    facts_find(&r->facts, "proxy-status") != NULL ||
		    facts_find(&r->facts, "status") != NULL)
			return;
		if (r->outcome.phase >= PHASE_PROXY &&
		    (r->outcome.cause == CAUSE_TIMEOUT ||
		     r->outcome.cause == CAUSE_RESET ||
		     r->outcome.cause == CAUSE_BAD_REPLY))
			mute = i;
	}
	for (size_t k = 0; mute != SIZE_MAX && k < 2; k++) {
		struct evidence_request request = {.kind = EVIDENCE_CONTROL,
						   .result = mute,
						   .what = questions[k].what,
						   .talk = questions[k].talk,
						   .host = p->host,
						   .port = p->port,
						   .transport = TRANSPORT_TCP};

		addr_parse(&request.addr, p->host);
		controls_add(w, &request);
	}
}

/* Nothing of the web answers directly, and the environment names a proxy. */
static void controls_through_proxy(struct controls_plan *w)
{
	const struct proxy_settings *p = w->plan->unused_proxy;
	size_t silent = SIZE_MAX;

	for (size_t i = 0; p != NULL && i < w->results->count; i++) {
		const struct result *r = &w->results->items[i];
		const struct result_context *v = &w->correlation->contexts[i];

		if (!v->internet || !v->direct ||
		    r->transport != TRANSPORT_TCP ||
		    (r->port != PORT_HTTP && r->port != PORT_HTTPS))
			continue;
		if (v->answered)
			return;
		if (r->port == PORT_HTTPS && r->spec->host != NULL &&
		    correlation_is_silent(r, SILENCE_NO_CONNECTION) &&
		    silent == SIZE_MAX)
			silent = i;
	}
	if (silent != SIZE_MAX) {
		struct evidence_request request = {
		    .kind = EVIDENCE_CONTROL,
		    .result = silent,
		    .what = "through-proxy",
		    .port = p->port,
		    .transport = TRANSPORT_TCP,
		    .host = w->results->items[silent].spec->host,
		    .host_port = PORT_HTTPS,
		    .talk = TALK_CONNECT};

		/* A proxy by name: only where it is known already. */
		if (addr_parse(&request.addr, p->host))
			controls_add(w, &request);
	}
}

void controls_paths(struct controls_plan *w)
{
	controls_again(w);
	controls_segments(w);
	controls_smb1(w);
	controls_other_name(w);
	controls_direct(w);
	controls_proxy_itself(w);
	controls_through_proxy(w);
	controls_other_host(w);
}
