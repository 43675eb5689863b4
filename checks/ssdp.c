/*
 * ssdp.c - does any UPnP device on this link answer a search? (UPnP Device
 * Architecture 1.1, 1.3.2). Silence is normal: no verdict. LOCATION is never
 * fetched.
 */
#include "core/engine/check.h"
#include "core/base/text.h"

#include <stdio.h>
#include <string.h>

enum {
	SSDP_SEARCH_MAX = 256,
	SSDP_RESPONDERS_MAX = 256,
	SSDP_COLLECT_MS = 1100, /* devices wait up to MX, a second */
	SSDP_LEAST_MS = 100
};

struct ssdp_state {
	struct addr responders[SSDP_RESPONDERS_MAX];
	size_t count;
};

static enum step ssdp_opened(struct probe *p)
{
	char search[SSDP_SEARCH_MAX];
	char group[ADDR_TEXT];
	struct addr host = *p->addr;
	host.scope = 0; /* the interface is ours, not the peers' */
	int length = snprintf(search, sizeof(search),
			      "M-SEARCH * HTTP/1.1\r\n"
			      "HOST: %s\r\n"
			      "MAN: \"ssdp:discover\"\r\n"
			      "MX: 1\r\n"
			      "ST: upnp:rootdevice\r\n"
			      "USER-AGENT: preflight/" PREFLIGHT_VERSION "\r\n"
			      "\r\n",
			      addr_text_port(&host, group));
	probe_send(p, search, (size_t)length);
	p->phase = PHASE_REPLY;
	return STEP_WAIT;
}

static bool ssdp_is_answer(const struct buf *in)
{
	static const char *const lines[] = {"HTTP/1.1 200", "HTTP/1.0 200"};
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (in->length > strlen(lines[i]) &&
		    memcmp(in->data, lines[i], strlen(lines[i])) == 0)
			return true;
	return false;
}

/* The value of a header in the answer, to the end of its line. */
static const char *ssdp_header(const struct buf *in, const char *name,
			       size_t *length)
{
	const char *at = (const char *)in->data;
	const char *end = at + in->length;
	size_t wanted = strlen(name);
	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		const char *stop = newline != NULL ? newline : end;
		if ((size_t)(stop - at) > wanted &&
		    text_ncasecmp(at, name, wanted) == 0 && at[wanted] == ':') {
			at += wanted + 1;
			while (at < stop && (*at == ' ' || *at == '\t'))
				at++;
			while (stop > at && stop[-1] == '\r')
				stop--;
			*length = (size_t)(stop - at);
			return at;
		}
		at = newline != NULL ? newline + 1 : end;
	}
	return NULL;
}

static void ssdp_server_came(struct probe *p)
{
	char server[128];
	size_t length;
	const char *value = ssdp_header(p->in, "SERVER", &length);
	if (value == NULL || length == 0)
		return;
	text_sanitise(server, sizeof(server), value, length);
	fact_append(p, "servers", server);
}

/* Of the time that devices have, since the search was sent. */
static unsigned ssdp_rest_ms(const struct probe *p)
{
	int64_t rest = SSDP_COLLECT_MS - (p->now_us - p->started_us) / 1000;
	return rest > SSDP_LEAST_MS ? (unsigned)rest : SSDP_LEAST_MS;
}

static enum step ssdp_datagram_came(struct probe *p)
{
	struct ssdp_state *s = p->state;
	char text[ADDR_TEXT];
	if (!ssdp_is_answer(p->in))
		return STEP_WAIT;
	for (size_t i = 0; i < s->count; i++)
		if (addr_equal(&s->responders[i], p->from))
			return STEP_WAIT;
	if (s->count == SSDP_RESPONDERS_MAX)
		return STEP_WAIT;
	if (s->count == 0)
		probe_timer(p, ssdp_rest_ms(p));
	s->responders[s->count++] = *p->from;
	fact_append(p, "responders", addr_text(p->from, text));
	fact_number(p, "count", (int64_t)s->count);
	ssdp_server_came(p);
	return STEP_WAIT;
}

static enum step ssdp_collected(struct probe *p)
{
	const struct ssdp_state *s = p->state;
	if (s->count > 0)
		return probe_ok(p);
	return probe_untested(p, WHY_NO_WITNESS);
}

static enum step ssdp_step(struct probe *p, enum event event)
{
	switch (event) {
	case EV_START:
		return ssdp_opened(p);
	case EV_DATA:
		return ssdp_datagram_came(p);
	case EV_TIMER:
	case EV_DEADLINE:
		return ssdp_collected(p);
	default:
		return STEP_WAIT;
	}
}

static const struct fact_def ssdp_facts[] = {
    {.name = "responders",
     .type = FACT_LIST,
     .help = "addresses that answered (the first 32)"},
    {.name = "count",
     .type = FACT_NUMBER,
     .help = "number of addresses that answered"},
    {.name = "servers",
     .type = FACT_LIST,
     .help = "their SERVER headers (the first 32)"},
    {.name = NULL}};

const struct check check_ssdp = {.name = "ssdp",
				 .summary =
				     "UPnP search: which devices answer on "
				     "this link",
				 .facts = ssdp_facts,
				 .state_size = sizeof(struct ssdp_state),
				 .needs = NEEDS_MULTICAST,
				 .proxy = PROXY_NEVER,
				 .transport = TRANSPORT_UDP,
				 .attempts = 2,
				 .collect_us = SSDP_COLLECT_MS * 1000,
				 .port = 1900,
				 .step = ssdp_step};
