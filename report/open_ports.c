/* open_ports.c - hosts on which every port opens. */
#include "report/open_ports.h"

#include <string.h>

enum { OPEN_NET_V4 = 3, OPEN_NET_V6 = 8, OPEN_INFERRED = 2 };

bool open_ports_is_connect(const struct result *r)
{
	return r->outcome.cause == CAUSE_OK && r->proof == PROOF_CONNECT &&
	       r->why == WHY_NONE;
}

bool open_ports_is_mute(const struct result *r)
{
	if (r->why != WHY_NONE || r->spec->transport != TRANSPORT_TCP)
		return false;
	return correlation_is_silent(r, SILENCE_AFTER_OPEN) ||
	       ((r->outcome.cause == CAUSE_RESET ||
		 r->outcome.cause == CAUSE_BAD_REPLY ||
		 (r->outcome.cause == CAUSE_REJECTED &&
		  r->outcome.phase == PHASE_TLS)) &&
		r->outcome.phase >= PHASE_CONNECT);
}

/* The port was tried for that. */
static bool open_ports_is_asked(const struct evidence *e, uint16_t port)
{
	const char *what;

	if (e->kind != EVIDENCE_CONTROL || e->port != port)
		return false;
	what = facts_text(&e->observed, "what");
	return what != NULL && strcmp(what, OPEN_PORTS_WHAT) == 0;
}

bool open_ports_opened(const struct evidence *e, uint16_t port)
{
	const char *cause;

	if (!open_ports_is_asked(e, port))
		return false;
	cause = facts_text(&e->observed, "cause");
	return facts_is_true(&e->observed, "ok") ||
	       (cause != NULL && strcmp(cause, "reset") == 0);
}

const struct evidence *open_ports_evidence(const struct results *r,
					   const struct addr *a, uint16_t port)
{
	for (size_t i = 0; i < r->evidence_count; i++) {
		const struct evidence *e = &r->evidence[i];

		if (e->port == port && addr_equal(&e->addr, a) &&
		    open_ports_is_asked(e, port))
			return e;
	}
	return NULL;
}

const char *open_ports_network(const struct addr *a, char out[ADDR_TEXT])
{
	struct addr network = *a;
	size_t keep = a->family == ADDR_V6 ? OPEN_NET_V6 : OPEN_NET_V4;

	memset(network.bytes + keep, 0, sizeof network.bytes - keep);
	network.scope = 0;
	return addr_text(&network, out);
}

static bool open_ports_both(const struct results *r,
			    const struct evidence *first,
			    const struct evidence **second)
{
	if (!open_ports_opened(first, OPEN_PORTS_FIRST))
		return false;
	*second = open_ports_evidence(r, &first->addr, OPEN_PORTS_SECOND);
	return *second != NULL && open_ports_opened(*second, OPEN_PORTS_SECOND);
}

const struct evidence *open_ports_shown(const struct results *r,
					const struct addr *a,
					const struct evidence **second,
					bool *inferred)
{
	const struct evidence *own =
	    open_ports_evidence(r, a, OPEN_PORTS_FIRST);
	const struct evidence *first = NULL, *other;
	char network[ADDR_TEXT], text[ADDR_TEXT];
	size_t asked = 0, opened = 0;

	*inferred = false;
	if (own != NULL)
		return open_ports_both(r, own, second) ? own : NULL;
	open_ports_network(a, network);
	for (size_t i = 0; i < r->evidence_count; i++) {
		const struct evidence *e = &r->evidence[i];

		if (open_ports_evidence(r, &e->addr, OPEN_PORTS_FIRST) != e ||
		    strcmp(open_ports_network(&e->addr, text), network) != 0)
			continue;
		asked++;
		if (!open_ports_both(r, e, &other))
			continue;
		opened++;
		first = e;
		*second = other;
	}
	*inferred = true;
	return asked >= OPEN_INFERRED && asked == opened ? first : NULL;
}

void open_ports_find(struct correlation *s)
{
	bool any = false;

	for (size_t i = 0; i < s->results->evidence_count && !any; i++)
		any = open_ports_opened(&s->results->evidence[i],
					OPEN_PORTS_SECOND);
	for (size_t i = 0; any && i < s->results->count; i++) {
		const struct result *r = &s->results->items[i];
		const struct evidence *second;
		bool inferred;

		s->contexts[i].accepted =
		    r->addr.family != ADDR_NONE && !r->spec->via_proxy &&
		    (open_ports_is_connect(r) || open_ports_is_mute(r)) &&
		    open_ports_shown(s->results, &r->addr, &second,
				     &inferred) != NULL;
	}
}
