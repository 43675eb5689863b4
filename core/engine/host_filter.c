/* host_filter.c - asks the ruleset of this host about packets of a plan. */
#include "core/engine/host_filter.h"

#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/os/filter.h"
#include "core/os/host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	HOST_FILTER_NAMED = 4,
	/* Rules that are looked at for one port: some tenths of a second. */
	HOST_FILTER_WORK = 200000,
	HOST_FILTER_LEAST = 4 /* senders, whatever the rules */
};

struct host_filter {
	struct ruleset *rules; /* NULL: not known */
	char why[FILTER_WHY];
	char other[FILTER_WHY];
};

/* Reading ----------------------------------------------------------------- */

static void host_filter_parse(struct host_filter *f, const char *json,
			      size_t length)
{
	struct error err = {.text = ""};

	f->rules = ruleset_read(json, length, &err);
	if (f->rules == NULL)
		snprintf(f->why, sizeof f->why, "the list of nft: %.150s",
			 err.text);
}

struct host_filter *host_filter_of(const char *json, size_t length)
{
	struct host_filter *f = mem_calloc(1, sizeof *f);

	host_filter_parse(f, json, length);
	return f;
}

static void host_filter_beside(struct host_filter *f, const char *tool,
			       const struct error *err)
{
	if (f->other[0] == '\0')
		snprintf(f->other, sizeof f->other, "the rules of %s (%.120s)",
			 tool, err->text);
}

/* What iptables' own tools say, instead of what nft shows of it. */
static void host_filter_add(struct host_filter *f, const struct os_filter *l,
			    bool v6)
{
	static const char *const names[] = {"iptables", "ip6tables"};
	struct error err = {.text = ""};

	/* Without this, what nft cannot show is unknown. */
	if (l->tables[v6].bytes != NULL &&
	    ruleset_add_save(f->rules, l->tables[v6].bytes,
			     l->tables[v6].length, v6, false, &err) == -1)
		host_filter_beside(f, names[v6], &err);
	if (l->legacy[v6].bytes != NULL &&
	    ruleset_add_save(f->rules, l->legacy[v6].bytes,
			     l->legacy[v6].length, v6, true, &err) == -1)
		host_filter_beside(f, names[v6], &err);
}

struct host_filter *host_filter_read(void)
{
	struct host_filter *f = mem_calloc(1, sizeof *f);
	struct os_filter lists;

	if (!os_filter_read(&lists)) {
		text_copy(f->why, sizeof f->why, lists.why);
		return f;
	}
	host_filter_parse(f, lists.nft.bytes, lists.nft.length);
	text_copy(f->other, sizeof f->other, lists.other);
	for (int v6 = 0; v6 < 2 && f->rules != NULL; v6++)
		host_filter_add(f, &lists, v6 == 1);
	os_filter_free(&lists);
	return f;
}

void host_filter_free(struct host_filter *f)
{
	if (f == NULL)
		return;
	ruleset_free(f->rules);
	free(f);
}

const char *host_filter_unknown(const struct host_filter *f)
{
	return f->rules == NULL ? f->why : NULL;
}

bool host_filter_is_empty(const struct host_filter *f)
{
	return f->rules != NULL && f->other[0] == '\0' &&
	       ruleset_is_empty(f->rules);
}

/* Facts ------------------------------------------------------------------- */

static const char *const host_filter_words[] = {
    [RULESET_UNTESTED] = "untested",
    [RULESET_ACCEPTS] = "accepts",
    [RULESET_DROPS] = "drops",
    [RULESET_REJECTS] = "rejects",
};

static bool host_filter_stops(enum ruleset_says says)
{
	return says == RULESET_DROPS || says == RULESET_REJECTS;
}

/* One packet; what another filter may do, too, leaves only a drop certain. */
static void host_filter_ask(const struct host_filter *f,
			    const struct ruleset_packet *p,
			    struct ruleset_answer *out)
{
	*out = (struct ruleset_answer){.port = p->target_port};
	if (f->rules == NULL) {
		text_copy(out->reason, sizeof out->reason, f->why);
		return;
	}
	ruleset_ask(f->rules, p, out);
	if (f->other[0] == '\0' || host_filter_stops(out->says))
		return;
	out->says = RULESET_UNTESTED;
	snprintf(out->reason, sizeof out->reason,
		 "%.120s may act, too, and is not evaluated", f->other);
}

static void host_filter_write(const struct host_filter *f,
			      const struct ruleset_answer *a, uint16_t port,
			      struct facts *out)
{
	facts_string(out, "ruleset", host_filter_words[a->says]);
	if (a->where[0] != '\0')
		facts_string(out, "ruleset-rule", a->where);
	if (a->chain[0] != '\0')
		facts_string(out, "ruleset-chain", a->chain);
	if (a->says == RULESET_UNTESTED)
		facts_string(out, "ruleset-why", a->reason);
	if (f->rules != NULL)
		facts_string(out, "ruleset-tool",
			     ruleset_tool_name(ruleset_tool(f->rules)));
	if (a->says == RULESET_ACCEPTS && a->port != port)
		facts_number(out, "ruleset-port", a->port);
}

/* Incoming ---------------------------------------------------------------- */

struct host_filter_tally {
	unsigned count[RULESET_REJECTS + 1], total;
	struct ruleset_answer first[RULESET_REJECTS + 1];
};

/* A sender comes by the interface that this host's route to it has, and to the
 * address that this host would send from. False: no packet of it comes. */
static bool host_filter_from(struct ruleset_packet *p,
			     const struct addr *sender,
			     struct host_route *route)
{
	if (host_route(sender, route) != KNOWN_YES || route->local)
		return false;
	p->source = *sender;
	p->source_prefix = 128;
	p->target = route->source;
	p->target.family = sender->family;
	p->interface =
	    route->source.family == ADDR_NONE ? NULL : route->interface_name;
	return true;
}

static void host_filter_count(const struct host_filter *f,
			      const struct ruleset_packet *p,
			      struct host_filter_tally *t)
{
	struct ruleset_answer a;

	host_filter_ask(f, p, &a);
	if (t->count[a.says]++ == 0)
		t->first[a.says] = a;
	t->total++;
}

/* Where the rules are very many, not every sender is asked about: every so many
 * of the list. */
static size_t host_filter_step(const struct host_filter *f, size_t senders)
{
	size_t size = f->rules == NULL ? 0 : ruleset_size(f->rules);
	size_t most = HOST_FILTER_WORK / (size + 1);

	if (most < HOST_FILTER_LEAST)
		most = HOST_FILTER_LEAST;
	return (senders + most - 1) / most;
}

static void host_filter_from_all(const struct host_filter *f,
				 struct ruleset_packet *p,
				 const struct spec_senders *senders,
				 struct host_filter_tally *t, struct facts *out)
{
	size_t step = host_filter_step(f, senders->count);

	for (size_t i = 0; i < senders->count; i += step) {
		unsigned before =
		    t->count[RULESET_DROPS] + t->count[RULESET_REJECTS];
		struct host_route route;
		char text[ADDR_TEXT];

		if (!host_filter_from(p, &senders->addresses[i], &route))
			continue;
		host_filter_count(f, p, t);
		if (t->count[RULESET_DROPS] + t->count[RULESET_REJECTS] >
			before &&
		    before < HOST_FILTER_NAMED)
			facts_append(out, "ruleset-stopped",
				     addr_text(&senders->addresses[i], text));
	}
}

/* Nobody is named: whoever sends, in each family that this host has. */
static void host_filter_from_any(const struct host_filter *f,
				 struct ruleset_packet *p,
				 struct host_filter_tally *t)
{
	static const enum addr_family families[] = {ADDR_V4, ADDR_V6};

	for (size_t i = 0; i < 2; i++) {
		if (host_has_family(families[i]) != KNOWN_YES)
			continue;
		p->target = (struct addr){.family = families[i]};
		p->target_any = true;
		host_filter_count(f, p, t);
	}
}

enum ruleset_says host_filter_in(const struct host_filter *f,
				 enum transport transport, uint16_t port,
				 const struct spec_senders *senders,
				 struct facts *out)
{
	struct ruleset_packet p = {.tcp = transport == TRANSPORT_TCP,
				   .target_port = port};
	struct host_filter_tally t = {.total = 0};
	struct ruleset_answer a = {.says = RULESET_UNTESTED,
				   .reason = "no address that may send"};
	unsigned stopped;

	if (senders->count > 0)
		host_filter_from_all(f, &p, senders, &t, out);
	else
		host_filter_from_any(f, &p, &t);
	stopped = t.count[RULESET_DROPS] + t.count[RULESET_REJECTS];
	for (int says = RULESET_UNTESTED; says <= RULESET_REJECTS; says++)
		if (t.count[says] > 0 &&
		    (t.count[says] == t.total || says == RULESET_UNTESTED ||
		     (stopped == t.total && says == RULESET_DROPS)))
			a = t.first[says];
	if (stopped > 0 && stopped < t.total &&
	    t.count[RULESET_UNTESTED] == 0) {
		a = t.first[t.count[RULESET_DROPS] > 0 ? RULESET_DROPS
						       : RULESET_REJECTS];
		a.says = RULESET_UNTESTED;
		snprintf(a.reason, sizeof a.reason,
			 "senders differ: %u of %u are stopped", stopped,
			 t.total);
	}
	host_filter_write(f, &a, port, out);
	if (senders->count > 0)
		facts_number(out, "ruleset-senders", (int64_t)t.total);
	return a.says;
}

/* Outgoing ---------------------------------------------------------------- */

enum ruleset_says host_filter_out(const struct host_filter *f,
				  const struct addr *to, uint16_t port,
				  enum transport transport, struct facts *out)
{
	struct ruleset_packet p = {.outgoing = true,
				   .tcp = transport == TRANSPORT_TCP,
				   .target = *to,
				   .target_port = port,
				   .source_prefix = 128};
	struct host_route route;
	struct ruleset_answer a;

	if (host_route(to, &route) == KNOWN_YES) {
		p.source = route.source;
		p.interface = route.interface_name;
	}
	host_filter_ask(f, &p, &a);
	host_filter_write(f, &a, port, out);
	return a.says;
}
