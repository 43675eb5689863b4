/*
 * payload.c - the port opens, then something looks at the content: filters by
 * name, application control, web sockets, and links with a small MTU.
 */
#include "report/diagnose/diagnose.h"

#include <string.h>

/* The control has two seconds: a handshake over a longer round trip may not be
 * over by then, and its silence says nothing. */
enum { PAYLOAD_NEAR_US = 300000 };

/* Open connections that ended before the service said anything. */
static bool payload_is_open(const struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);

	return r->spec->transport == TRANSPORT_TCP &&
	       r->outcome.phase >= PHASE_TLS &&
	       diagnosis_view(d, index)->direct &&
	       diagnosis_view(d, index)->internet;
}

static const char *payload_key_reset(struct diagnosis *d, size_t index)
{
	if (!payload_is_open(d, index) ||
	    diagnosis_result(d, index)->outcome.cause != CAUSE_RESET)
		return NULL;
	return diagnosis_port_key(d, index);
}

static const char *payload_key_silent(struct diagnosis *d, size_t index)
{
	if (!payload_is_open(d, index) ||
	    diagnosis_result(d, index)->outcome.cause != CAUSE_TIMEOUT)
		return NULL;
	return diagnosis_port_key(d, index);
}

/* A test with TLS or data on this port that got through. */
static size_t payload_works(struct diagnosis *d, const struct cluster *c)
{
	return diagnosis_port(d, c->items[0])->ok;
}

static size_t payload_hosts(struct diagnosis *d, const struct cluster *c)
{
	struct map seen = {0};
	size_t count;

	for (size_t i = 0; i < c->count; i++)
		*map_at(&seen, diagnosis_target(d, c->items[i])) = i;
	count = seen.count;
	map_free(&seen);
	return count;
}

/* One address may stand behind several names: the filter goes by the name. */
static void payload_by_name(struct diagnosis *d, const struct cluster *c)
{
	for (size_t i = 0; i < c->count; i++) {
		const struct result *r = diagnosis_result(d, c->items[i]);
		const char *name = r->spec->derive_from != NULL
				       ? r->spec->derive_from
				       : diagnosis_target(d, c->items[i]);
		char code[OUTCOME_CODE];
		struct candidate *f;

		if (r->outcome.phase != PHASE_TLS)
			continue;
		f = candidate_for(d, "sni-filtered", name);
		f->subject = name;
		candidate_line(
		    d, f, "%s: %s after the name was sent", name,
		    outcome_code(r->outcome.phase, r->outcome.cause, code));
		candidate_line(
		    d, f,
		    "tests of other hosts on the same port that completed: %zu",
		    payload_works(d, c));
		candidate_claim(d, f, c->items[i]);
	}
}

static void payload_reset(struct diagnosis *d, const struct cluster *c)
{
	struct candidate *f;

	if (!c->active)
		return;
	if (payload_works(d, c) > 0) {
		payload_by_name(d, c);
		return;
	}
	if (payload_hosts(d, c) < 2)
		return;
	f = candidate_for(d, "payload-reset", "");
	candidate_line(
	    d, f,
	    "hosts that accept the connection and reset it before an "
	    "answer: %zu",
	    payload_hosts(d, c));
	candidate_line(d, f, "no host completed a test on this port");
	candidate_claim_all(d, f, c);
}

/* What the small-segments control and TCP's own counters say: 1 the size
 * matters, -1 it does not, 0 unknown. */
static int payload_size_matters(struct diagnosis *d, const struct cluster *c,
				const struct evidence **e)
{
	size_t acknowledged = 0, lost = 0;

	*e = NULL;
	for (size_t i = 0; i < c->count; i++) {
		const struct result *r = diagnosis_result(d, c->items[i]);
		const struct evidence *control = correlation_control(
		    d->correlation, c->items[i], "small-segments");
		int64_t unacked =
		    correlation_number(&r->facts, "tcp-unacked", -1);

		if (control != NULL &&
		    (facts_is_true(&control->observed, "ok") ||
		     r->timings.connect < PAYLOAD_NEAR_US)) {
			*e = control;
			return facts_is_true(&control->observed, "ok") ? 1 : -1;
		}
		acknowledged += unacked == 0;
		lost += unacked > 0;
	}
	/* Our request was acknowledged, the (larger) answer never came. */
	if (acknowledged > 0 && lost == 0)
		return 1;
	return lost > 0 ? -1 : 0;
}

static void payload_lost(struct diagnosis *d, const struct cluster *c,
			 const struct evidence *e)
{
	struct candidate *f = candidate_for(d, "mtu-black-hole", "");
	struct hop hop = diagnosis_hop(d, c->items, c->count);

	f->reason = e != NULL ? "The same connections work with small segments"
			      : "Requests are acknowledged, the larger answers "
				"never come";
	if (e != NULL)
		candidate_cite(d, f, e,
			       "with small segments the same test works");
	candidate_line(d, f, "hosts that accept port %u, then stay silent: %zu",
		       (unsigned)diagnosis_result(d, c->items[0])->port,
		       payload_hosts(d, c));
	diagnosis_candidate_hop(d, f, &hop);
	f->owner = OWNER_INTERNET;
	candidate_claim_all(d, f, c);
}

static void payload_silent(struct diagnosis *d, const struct cluster *c)
{
	const struct evidence *e;
	int size = payload_size_matters(d, c, &e);
	struct candidate *f;

	if (!c->active || payload_works(d, c) > 0 || payload_hosts(d, c) < 2)
		return;
	if (size > 0) {
		payload_lost(d, c, e);
		return;
	}
	f = candidate_for(d, "payload-dropped", "");
	candidate_line(d, f, "hosts that accept port %u, then stay silent: %zu",
		       (unsigned)diagnosis_result(d, c->items[0])->port,
		       payload_hosts(d, c));
	candidate_line(d, f, "no host completed a test on this port");
	if (e != NULL)
		candidate_cite(d, f, e, "small segments do not help");
	else if (size < 0)
		candidate_line(d, f,
			       "what this host sent was never acknowledged");
	candidate_claim_all(d, f, c);
}

/* Web sockets ------------------------------------------------------------- */

static const char *payload_key_stripped(struct diagnosis *d, size_t index)
{
	const char *upgrade =
	    facts_text(&diagnosis_result(d, index)->facts, "upgrade");

	return upgrade != NULL && strcmp(upgrade, "stripped") == 0
		   ? diagnosis_target(d, index)
		   : NULL;
}

static void payload_websocket(struct diagnosis *d, const struct cluster *c)
{
	struct candidate *f = candidate_for(d, "websocket-stripped", c->key);
	const struct facts *facts = &diagnosis_result(d, c->items[0])->facts;

	f->subject = c->key;
	f->reason =
	    arena_printf(d->arena,
			 "The server answered %lld to a request to "
			 "switch, as if the Upgrade header had not "
			 "come",
			 (long long)correlation_number(facts, "status", 0));
	if (facts_text(facts, "server") != NULL)
		candidate_line(d, f, "the answer names itself \"%s\"",
			       facts_text(facts, "server"));
	candidate_claim_all(d, f, c);
}

/* Held idle, then lost ------------------------------------------------------
 */

static const char *payload_key_idle(struct diagnosis *d, size_t index)
{
	const char *idle =
	    facts_text(&diagnosis_result(d, index)->facts, "idle");

	return idle != NULL && strcmp(idle, "lost") == 0 ? "" : NULL;
}

static void payload_idle(struct diagnosis *d, const struct cluster *c)
{
	struct candidate *f = candidate_for(d, "idle-drop", "");

	for (size_t i = 0; i < c->count; i++) {
		const struct result *r = diagnosis_result(d, c->items[i]);
		char code[OUTCOME_CODE];

		f->detail = arena_printf(
		    d->arena, "%lld seconds",
		    (long long)correlation_number(&r->facts, "held", 0) / 1000);
		candidate_line(
		    d, f,
		    "%s: the web socket was up, then %s of silence, then "
		    "%s",
		    diagnosis_target(d, c->items[i]), f->detail,
		    outcome_code(r->outcome.phase, r->outcome.cause, code));
	}
	candidate_claim_all(d, f, c);
}

void rules_payload(struct diagnosis *d)
{
	struct clusters c;

	diagnosis_clusters_collect(&c, d, payload_key_idle);
	if (c.count > 0)
		payload_idle(d, &c.items[0]);
	diagnosis_clusters_free(&c);
	diagnosis_clusters_collect(&c, d, payload_key_stripped);
	for (size_t i = 0; i < c.count; i++)
		payload_websocket(d, &c.items[i]);
	diagnosis_clusters_free(&c);
	diagnosis_clusters_collect(&c, d, payload_key_reset);
	for (size_t i = 0; i < c.count; i++)
		payload_reset(d, &c.items[i]);
	diagnosis_clusters_free(&c);
	diagnosis_clusters_collect(&c, d, payload_key_silent);
	for (size_t i = 0; i < c.count; i++)
		payload_silent(d, &c.items[i]);
	diagnosis_clusters_free(&c);
}
