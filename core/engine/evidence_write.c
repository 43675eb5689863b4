/* evidence_write.c - writes what the second round saw. */
#include "core/engine/evidence_internal.h"
#include "core/engine/host_filter.h"
#include "core/os/host.h"
#include "core/base/mem.h"

#include <stdio.h>
#include <string.h>

static struct evidence *evidence_write_add(struct evidence_round *e,
					   const struct evidence_request *w)
{
	struct results *r = e->r;
	struct evidence *v;

	r->evidence = mem_grow(r->evidence, &r->evidence_capacity,
			       r->evidence_count + 1, sizeof *r->evidence);
	v = &r->evidence[r->evidence_count++];
	v->id = mem_printf("e%zu", r->evidence_count);
	v->kind = w->kind;
	v->result = w->result;
	v->addr = w->addr;
	v->addr.port = w->port;
	v->port = w->port;
	v->transport = w->transport;
	return v;
}

/* One hop that replied, and where: a loop is seen by the same one again. */
static void evidence_write_hop(struct facts *out, const struct control_probe *f)
{
	char text[ADDR_TEXT], at[ADDR_TEXT + 16];

	addr_text(&f->outcome.blocker, text);
	snprintf(at, sizeof at, "%d %s", f->ttl, text);
	facts_append(out, "hops", text);
	facts_append(out, "hops-at", at);
}

static bool evidence_write_is_reset(const struct control_probe *f)
{
	return f->ended && f->outcome.cause == CAUSE_REFUSED &&
	       !f->outcome.has_icmp;
}

void evidence_write_hops(struct request_run *run, struct evidence *v)
{
	char text[ADDR_TEXT], link[HOST_LINK] = "";
	const struct control_probe *last = NULL;
	bool reached = false;
	int reset_at = 0, opened_at = 0;

	for (size_t i = 0; i < run->control_probe_count; i++) {
		const struct control_probe *f = &run->control_probes[i];
		const struct addr *who = &f->outcome.blocker;

		if (evidence_write_is_reset(f) && reset_at == 0)
			reset_at = f->ttl;
		if (f->ok && opened_at == 0)
			opened_at = f->ttl;
		if (f->ok || evidence_write_is_reset(f)) {
			reached = true;
			continue;
		}
		if (!f->outcome.has_icmp)
			continue;
		if (addr_equal(who, &run->request.addr)) {
			reached = true;
			continue;
		}
		if (outcome_is_expired(&f->outcome)) {
			if (last == NULL || last->ttl != f->ttl)
				evidence_write_hop(&v->observed, f);
			last = f;
		}
	}
	facts_bool(&v->observed, "reached", reached);
	if (reset_at > 0)
		facts_number(&v->observed, "reset-at", reset_at);
	if (opened_at > 0 && run->request.transport == TRANSPORT_TCP)
		facts_number(&v->observed, "opened-at", opened_at);
	if (last == NULL)
		return;
	facts_number(&v->observed, "last-hop", last->ttl);
	facts_string(&v->observed, "last-hop-address",
		     addr_text(&last->outcome.blocker, text));
	/* The first hop is whom the frame was sent to. */
	if (last->ttl == 1)
		host_next_hop_link(&run->request.addr, link);
	if (link[0] != '\0')
		facts_string(&v->observed, "last-hop-link", link);
}

int evidence_reset_bound(int reset_at, size_t index)
{
	enum { LOW = 64, MIDDLE = 128, HIGH = 255 };
	const int bounds[RESET_BOUNDS] = {HIGH - reset_at + 2, MIDDLE + 1,
					  MIDDLE - reset_at + 2, LOW + 1,
					  LOW - reset_at + 2};

	return bounds[index];
}

/* The first bound that the reset reaches tells how far it has come. */
static void evidence_write_reset_bounds(struct request_run *run)
{
	struct evidence *v = evidence_write_add(run->round, &run->request);
	bool nearer = false;

	for (size_t i = 0; i < run->control_probe_count; i++) {
		if (evidence_write_is_reset(&run->control_probes[i])) {
			nearer = i / 2 % 2 == 0;
			break;
		}
	}
	facts_number(&v->observed, "reset-at", run->request.reset_at);
	facts_bool(&v->observed, "nearer", nearer);
}

static void evidence_write_reset(struct request_run *run)
{
	struct evidence *v = evidence_write_add(run->round, &run->request);
	const struct control_probe *lower = &run->control_probes[RESET_LOWER];
	bool nearer = false, silent = true;
	bool seen = !lower->silent && lower->outcome.cause == CAUSE_REFUSED;

	for (size_t i = RESET_UPPER; i < RESET_PROBES; i++) {
		const struct control_probe *f = &run->control_probes[i];

		silent = silent && f->silent;
		nearer |= !f->silent && f->outcome.cause == CAUSE_REFUSED;
	}
	facts_number(&v->observed, "answer-ttl", run->request.ttl);
	facts_bool(&v->observed, "reset-seen", seen);
	facts_bool(&v->observed, "agrees", seen && silent);
	facts_bool(&v->observed, "nearer", nearer);
}

const char *evidence_write_cause(const struct control_probe *f)
{
	if (f->ok)
		return "ok";
	/* A socket that was refused to us is not silent. */
	return cause_name(f->silent ? CAUSE_TIMEOUT : f->outcome.cause);
}

static void evidence_write_control(struct request_run *run)
{
	struct evidence *v = evidence_write_add(run->round, &run->request);
	const struct control_probe *f = &run->control_probes[0];
	char text[ADDR_TEXT];

	if (run->request.what != NULL)
		facts_string(&v->observed, "what", run->request.what);
	if (run->request.host != NULL)
		facts_string(&v->observed, "host", run->request.host);
	facts_bool(&v->observed, "ok", f->ok);
	facts_bool(&v->observed, "connected", f->connected || f->ok);
	facts_string(&v->observed, "cause", evidence_write_cause(f));
	if (f->outcome.has_icmp)
		facts_string(&v->observed, "blocker",
			     addr_text(&f->outcome.blocker, text));
	if (run->request.ttl > 0) {
		facts_number(&v->observed, "hops-given", run->request.ttl);
		facts_bool(&v->observed, "expired",
			   outcome_is_expired(&f->outcome));
	}
	if (f->ok && f->reply_ttl > 0)
		facts_number(&v->observed, "answer-ttl", f->reply_ttl);
	facts_copy(&v->observed, &run->proxy);
}

static void evidence_write_resolver(struct request_run *run)
{
	struct evidence *v = evidence_write_add(run->round, &run->request);
	const struct control_probe *f = &run->control_probes[0];
	const struct dns_message *m = &run->dns_message;
	char text[ADDR_TEXT], rcode[16];

	facts_string(&v->observed, "what", run->request.what);
	facts_string(&v->observed, "server",
		     addr_text(&run->request.addr, text));
	facts_string(&v->observed, "name",
		     run->random_name[0] != '\0' ? run->random_name
						 : run->request.host);
	facts_bool(&v->observed, "ok", f->ok);
	if (!run->dns_answered) {
		facts_string(&v->observed, "cause", evidence_write_cause(f));
		return;
	}
	facts_string(&v->observed, "rcode", dnsmsg_rcode_name(m->rcode, rcode));
	for (size_t i = 0; i < m->address_count; i++)
		facts_append(&v->observed, "addresses",
			     addr_text(&m->addresses[i], text));
}

/* The table as it is now, after what was sent there (run: NULL, nothing). */
static void evidence_write_neighbour(struct evidence_round *e,
				     const struct evidence_request *w,
				     const struct request_run *run)
{
	const struct control_probe *f =
	    run == NULL ? NULL : &run->control_probes[0];
	struct host_neighbour_entry entry;
	struct evidence *v;
	char text[ADDR_TEXT];

	host_neighbour(&w->addr, &entry);
	/* "Port unreachable" from itself: it is there. */
	if (f != NULL && f->ended &&
	    (f->ok || addr_equal(&f->outcome.blocker, &w->addr)))
		entry.state = NEIGHBOUR_REACHABLE;
	if (entry.state == NEIGHBOUR_NOT_KNOWN)
		return;
	v = evidence_write_add(e, w);
	facts_string(&v->observed, "address", addr_text(&w->addr, text));
	facts_string(&v->observed, "state", host_neighbour_name(entry.state));
	if (entry.link[0] != '\0')
		facts_string(&v->observed, "link", entry.link);
}

static void evidence_write_gateway(struct request_run *run)
{
	enum known forwards = evidence_gateway_forwards(run);
	const struct addr *wanted = &run->round->o->source;
	struct host_route route;
	struct evidence *v = evidence_write_add(run->round, &run->request);
	struct host_neighbour_entry entry;
	char text[ADDR_TEXT];

	host_neighbour(&v->addr, &entry);
	v->addr.scope = 0; /* as the fact "gateways" has it */
	facts_string(&v->observed, "address", addr_text(&v->addr, text));
	if (entry.state != NEIGHBOUR_NOT_KNOWN)
		facts_string(&v->observed, "entry",
			     host_neighbour_name(entry.state));
	if (entry.link[0] != '\0')
		facts_string(&v->observed, "link", entry.link);
	facts_bool(&v->observed, "replies", evidence_gateway_replies(run));
	if (forwards != NOT_KNOWN)
		facts_bool(&v->observed, "forwards", forwards == KNOWN_YES);
	if (wanted->family == v->addr.family)
		facts_string(&v->observed, "source", addr_text(wanted, text));
	else if (host_route(&run->request.other, &route) == KNOWN_YES &&
		 route.source.family != ADDR_NONE)
		facts_string(&v->observed, "source",
			     addr_text(&route.source, text));
}

static void evidence_write_claimants(struct request_run *run)
{
	const struct link_ask *ask = run->ask;
	struct evidence *v;
	char text[ADDR_TEXT];

	if (ask == NULL)
		return;
	v = evidence_write_add(run->round, &run->request);
	facts_string(&v->observed, "address", addr_text(&v->addr, text));
	facts_number(&v->observed, "claimant-count",
		     (int64_t)ask->claimant_count);
	for (size_t i = 0; i < ask->claimant_count; i++)
		facts_append(&v->observed, "claimants", ask->claimants[i]);
}

static void evidence_write_via(struct request_run *run)
{
	struct evidence *v;
	char text[ADDR_TEXT];

	if (run->ask == NULL)
		return;
	v = evidence_write_add(run->round, &run->request);
	facts_string(&v->observed, "address", addr_text(&v->addr, text));
	facts_string(&v->observed, "gateway",
		     addr_text(&run->request.other, text));
	facts_bool(&v->observed, "ok", run->ask->answered);
}

static void evidence_write_route(struct evidence_round *e,
				 const struct evidence_request *w)
{
	struct host_route route;
	enum known found = host_route(&w->addr, &route);
	struct evidence *v;
	char text[ADDR_TEXT];

	if (found == NOT_KNOWN)
		return;
	v = evidence_write_add(e, w);
	facts_bool(&v->observed, "found", found == KNOWN_YES);
	if (found == KNOWN_NO) {
		facts_string(&v->observed, "error",
			     net_error_text(route.error));
		return;
	}
	if (route.gateway.family != ADDR_NONE)
		facts_string(&v->observed, "gateway",
			     addr_text(&route.gateway, text));
	if (route.source.family != ADDR_NONE)
		facts_string(&v->observed, "source",
			     addr_text(&route.source, text));
	facts_string(&v->observed, "device", route.interface_name);
}

/* What became of the attempts that ended without an answer: nothing is sent. */
static void evidence_write_sending(struct evidence_round *e,
				   const struct evidence_request *w)
{
	struct evidence *v;

	if (w->result >= e->r->count)
		return;
	v = evidence_write_add(e, w);
	facts_bool(&v->observed, "unsent", e->r->items[w->result].unsent);
}

/* What this host's own rules would do with such a packet: nothing is sent. */
static void evidence_write_rules(struct evidence_round *e,
				 const struct evidence_request *w)
{
	struct evidence *v;

	if (e->o->filter == NULL || host_filter_unknown(e->o->filter) != NULL)
		return;
	v = evidence_write_add(e, w);
	host_filter_out(e->o->filter, &w->addr, w->port, w->transport,
			&v->observed);
}

/* The questions to a gateway, in seconds since the run began. */
static void evidence_write_meanwhile(struct evidence_round *e,
				     const struct evidence_request *w)
{
	struct evidence *v = evidence_write_add(e, w);
	char text[32];

	for (size_t i = 0; i < e->r->asked_count; i++) {
		const struct gateway_question *q = &e->r->asked[i];

		if (!addr_equal(&q->gateway, &w->addr))
			continue;
		snprintf(text, sizeof text, "%.3f s: %s",
			 (double)(q->asked_us - e->r->started_us) / 1e6,
			 q->answered ? "answered" : "no answer");
		facts_append(&v->observed, "asked", text);
	}
}

void evidence_write(struct request_run *run)
{
	switch (run->request.kind) {
	case EVIDENCE_HOP_WALK:
		evidence_write_hops(
		    run, evidence_write_add(run->round, &run->request));
		return;
	case EVIDENCE_FLOWS:
		flows_write(run, evidence_write_add(run->round, &run->request));
		return;
	case EVIDENCE_RESET_TTL:
		if (run->request.reset_at > 0)
			evidence_write_reset_bounds(run);
		else
			evidence_write_reset(run);
		return;
	case EVIDENCE_RESOLVER:
		evidence_write_resolver(run);
		return;
	case EVIDENCE_NEIGHBOUR:
		evidence_write_neighbour(run->round, &run->request, run);
		return;
	case EVIDENCE_GATEWAY:
		evidence_write_gateway(run);
		return;
	case EVIDENCE_CLAIMANTS:
		evidence_write_claimants(run);
		return;
	case EVIDENCE_VIA:
		evidence_write_via(run);
		return;
	case EVIDENCE_WIRE:
		if (run->wire != NULL)
			evidence_wire_write(
			    run, evidence_write_add(run->round, &run->request));
		return;
	default:
		evidence_write_control(run);
		return;
	}
}

void evidence_write_local(struct evidence_round *e,
			  const struct evidence_request *w)
{
	if (w->kind == EVIDENCE_NEIGHBOUR)
		evidence_write_neighbour(e, w, NULL);
	else if (w->kind == EVIDENCE_ROUTE)
		evidence_write_route(e, w);
	else if (w->kind == EVIDENCE_SENDING)
		evidence_write_sending(e, w);
	else if (w->kind == EVIDENCE_RULES)
		evidence_write_rules(e, w);
	else if (w->kind == EVIDENCE_MEANWHILE)
		evidence_write_meanwhile(e, w);
}

const char *evidence_kind_name(enum evidence_kind kind)
{
	static const char *const names[EVIDENCE_COUNT] = {
	    [EVIDENCE_HOP_WALK] = "hop-walk",
	    [EVIDENCE_RESET_TTL] = "reset-ttl",
	    [EVIDENCE_NEIGHBOUR] = "neighbour",
	    [EVIDENCE_ROUTE] = "route",
	    [EVIDENCE_CONTROL] = "control",
	    [EVIDENCE_RESOLVER] = "resolver",
	    [EVIDENCE_GATEWAY] = "gateway",
	    [EVIDENCE_CLAIMANTS] = "claimants",
	    [EVIDENCE_VIA] = "via",
	    [EVIDENCE_SENDING] = "sending",
	    [EVIDENCE_FLOWS] = "flows",
	    [EVIDENCE_MEANWHILE] = "meanwhile",
	    [EVIDENCE_WIRE] = "wire",
	    [EVIDENCE_RULES] = "rules",
	};

	return names[kind];
}
