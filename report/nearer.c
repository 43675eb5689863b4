/* nearer.c - connections that open nearer than their host is. */
#include "report/nearer.h"

#include "report/open_ports.h"

#include <string.h>

enum { NEARER_INFERRED = 2 };

int nearer_hops(const struct evidence *e, const char *what)
{
	const char *of = facts_text(&e->observed, "what");

	if (e->kind != EVIDENCE_CONTROL || of == NULL || strcmp(of, what) != 0)
		return 0;
	return (int)correlation_number(&e->observed, "hops-given", 0);
}

/* It may be reset so soon that nothing else is seen of it. */
bool nearer_opens(const struct evidence *e)
{
	const char *cause = facts_text(&e->observed, "cause");

	return nearer_hops(e, NEARER_WHAT) > 0 &&
	       (facts_is_true(&e->observed, "connected") ||
		(cause != NULL && strcmp(cause, "reset") == 0));
}

const struct evidence *nearer_evidence(const struct results *r,
				       const char *what, const struct addr *a,
				       uint16_t port, int hops)
{
	for (size_t i = 0; i < r->evidence_count; i++) {
		const struct evidence *e = &r->evidence[i];

		if (e->port == port && nearer_hops(e, what) == hops &&
		    addr_equal(&e->addr, a))
			return e;
	}
	return NULL;
}

/* That something else, given at least as many hops, expired on the way to the
 * host. NULL also where the host itself answered with no more: a path back
 * that is longer gives a wrong idea of the way there. */
static const struct evidence *nearer_beyond(const struct results *r,
					    const struct evidence *opened)
{
	int hops = nearer_hops(opened, NEARER_WHAT);
	const struct evidence *beyond = NULL;

	for (size_t i = 0; i < r->evidence_count; i++) {
		const struct evidence *e = &r->evidence[i];
		int given = nearer_hops(e, NEARER_BEYOND_WHAT);

		if (given == 0 || !addr_equal(&e->addr, &opened->addr))
			continue;
		if (given <= hops && e->transport == TRANSPORT_ICMP &&
		    facts_is_true(&e->observed, "ok"))
			return NULL;
		if (given >= hops && facts_is_true(&e->observed, "expired") &&
		    (beyond == NULL ||
		     given < nearer_hops(beyond, NEARER_BEYOND_WHAT)))
			beyond = e;
	}
	return beyond;
}

static const struct evidence *nearer_service(const struct results *r,
					     const struct addr *a,
					     uint16_t port)
{
	for (size_t i = 0; i < r->evidence_count; i++) {
		const struct evidence *e = &r->evidence[i];
		const char *what = facts_text(&e->observed, "what");

		if (e->kind == EVIDENCE_CONTROL && e->port == port &&
		    what != NULL && strcmp(what, NEARER_SERVICE_WHAT) == 0 &&
		    addr_equal(&e->addr, a))
			return e;
	}
	return NULL;
}

struct nearer nearer_path(const struct results *r, const struct addr *a,
			  uint16_t port)
{
	const struct evidence *service = nearer_service(r, a, port);
	struct nearer found = {0};

	if (service != NULL && facts_is_true(&service->observed, "ok"))
		return found;
	for (size_t i = 0; i < r->evidence_count; i++) {
		const struct evidence *e = &r->evidence[i];
		const struct evidence *beyond;
		int hops = nearer_hops(e, NEARER_WHAT);

		if (!nearer_opens(e) || e->port != port ||
		    !addr_equal(&e->addr, a) ||
		    (found.opened != NULL &&
		     hops > nearer_hops(found.opened, NEARER_WHAT)))
			continue;
		beyond = nearer_beyond(r, e);
		if (beyond != NULL)
			found = (struct nearer){.opened = e,
						.beyond = beyond,
						.unanswered = service};
	}
	return found;
}

/* The first control of its path. */
static bool nearer_is_first(const struct results *r, size_t index)
{
	const struct evidence *e = &r->evidence[index];

	for (size_t i = 0; i < index; i++) {
		if (r->evidence[i].port == e->port &&
		    nearer_hops(&r->evidence[i], NEARER_WHAT) > 0 &&
		    addr_equal(&r->evidence[i].addr, &e->addr))
			return false;
	}
	return true;
}

struct nearer nearer_shown(const struct results *r, const struct result *about)
{
	struct nearer one, found = {.inferred = true};
	char network[ADDR_TEXT], text[ADDR_TEXT];
	size_t asked = 0, opened = 0;

	open_ports_network(&about->addr, network);
	for (size_t i = 0; i < r->evidence_count; i++) {
		const struct evidence *e = &r->evidence[i];

		if (nearer_hops(e, NEARER_WHAT) == 0 ||
		    e->port != about->port || !nearer_is_first(r, i) ||
		    strcmp(open_ports_network(&e->addr, text), network) != 0)
			continue;
		one = nearer_path(r, &e->addr, e->port);
		if (addr_equal(&e->addr, &about->addr))
			return one;
		asked++;
		if (one.opened == NULL)
			continue;
		opened++;
		found.opened = one.opened;
		found.beyond = one.beyond;
	}
	if (asked < NEARER_INFERRED || asked > opened)
		return (struct nearer){0};
	return found;
}

void nearer_find(struct correlation *s)
{
	bool any = false;

	for (size_t i = 0; i < s->results->evidence_count && !any; i++)
		any = nearer_opens(&s->results->evidence[i]);
	for (size_t i = 0; any && i < s->results->count; i++) {
		const struct result *r = &s->results->items[i];
		struct nearer n;

		if (r->addr.family == ADDR_NONE || r->spec->via_proxy ||
		    s->contexts[i].accepted || r->on_link ||
		    (!open_ports_is_connect(r) && !open_ports_is_mute(r)))
			continue;
		n = nearer_shown(s->results, r);
		s->contexts[i].nearer = n.opened != NULL;
		s->contexts[i].unserved = n.unanswered != NULL;
	}
}
