/* engine_names.c - specs to probes: literals at once, names when they answer.
 */
#include "core/engine/engine_internal.h"
#include "core/os/host.h"
#include "core/base/mem.h"
#include "core/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One spec waiting for a name. */
struct name_wait {
	struct engine *e;
	size_t index; /* of the spec */
	const struct spec *s;
	char *derived;  /* the name found for a derived spec */
	size_t pending; /* reverse lookups under way */
	const struct resolver_answer *answer;
	struct name_wait *next, **link; /* in engine->waits */
};

static void engine_note_answer(struct run_probe *rp,
			       const struct resolver_answer *a)
{
	char text[ADDR_TEXT];

	rp->resolve_us = a->elapsed_us;
	rp->result.timings.resolve = a->elapsed_us;
	if (a->server.family != ADDR_NONE)
		facts_string(&rp->result.facts, "resolver",
			     addr_text(&a->server, text));
	else if (a->from_hosts)
		facts_string(&rp->result.facts, "resolver", "hosts file");
	if (a->search_name != NULL) {
		facts_string(&rp->result.facts, "search-name", a->search_name);
		facts_string(&rp->result.facts, "name-as-it-is",
			     cause_name(a->as_is));
	}
	if (a->truncated)
		facts_bool(&rp->result.facts, "answers-truncated", true);
	if (a->cut > 0)
		facts_number(&rp->result.facts, "answers-cut-at",
			     (int64_t)a->cut);
	for (size_t i = 0; i < a->chain_count; i++)
		facts_append(&rp->result.facts, "cname-chain", a->chain[i]);
	for (size_t i = 0; i < a->dead_count; i++)
		facts_append(&rp->result.facts, "resolver-dead",
			     addr_text(&a->dead[i], text));
	others_facts(&a->others, &rp->result.facts);
	if (a->ignored > 0)
		facts_number(&rp->result.facts, "answers-ignored", a->ignored);
}

static struct name_wait *engine_wait_new(struct engine *e, size_t index)
{
	struct name_wait *w = mem_calloc(1, sizeof *w);

	w->e = e;
	w->index = index;
	w->s = &e->o->specs[index];
	w->next = e->waits;
	w->link = &e->waits;
	if (w->next != NULL)
		w->next->link = &w->next;
	e->waits = w;
	e->names_open++;
	return w;
}

static void engine_wait_free(struct name_wait *w)
{
	*w->link = w->next;
	if (w->next != NULL)
		w->next->link = w->link;
	free(w->derived);
	free(w);
}

void engine_names_open(const struct engine *e, bool *open)
{
	for (const struct name_wait *w = e->waits; w != NULL; w = w->next)
		open[w->index] = true;
}

void engine_end(struct engine *e)
{
	while (e->waits != NULL)
		engine_wait_free(e->waits);
}

static void engine_wait_over(struct name_wait *w)
{
	struct engine *e = w->e;

	e->names_open--;
	engine_wait_free(w);
	engine_check_over(e);
}

/* The name gave nothing: one result in phase resolve. */
static void engine_unresolved(struct name_wait *w,
			      const struct resolver_answer *a)
{
	struct outcome o = {.phase = PHASE_RESOLVE,
			    .cause = a->cause,
			    .error = a->error,
			    .blocker = a->blocker};
	struct run_probe *rp = engine_add(w->e, w->s, w->index, NULL);

	engine_note_answer(rp, a);
	if (a->cause == CAUSE_OK) /* addresses, but not of a wanted family */
		o.cause = CAUSE_NO_DATA;
	rp->result.why = o.cause == CAUSE_LOCAL ? WHY_LOCAL : WHY_NONE;
	engine_end_unrun(rp, &o, rp->result.why);
}

static bool engine_family_wanted(const struct engine *e, const struct spec *s,
				 enum addr_family family)
{
	enum family_want run = e->o->family;

	if (family == ADDR_V4)
		return s->family != FAMILY_V6 && run != FAMILY_V6;
	return s->family != FAMILY_V4 && run != FAMILY_V4;
}

/* The route of a target whose next hop is not that of a default route; NULL:
 * it is, or that is not known. */
static char *engine_own_route(const struct engine *e, const struct addr *a,
			      const struct host_route *route)
{
	const struct fact *list = facts_find(&e->results->host, "gateways");
	struct addr network, hop = route->gateway;
	char text[ADDR_TEXT], via[ADDR_TEXT];
	unsigned prefix;

	hop.scope = 0;
	addr_text(&hop, via);
	if (hop.family != a->family)
		return NULL;
	for (size_t i = 0; list != NULL && i < list->list_count; i++)
		if (strcmp(list->list[i], via) == 0)
			return NULL;
	/* A redirect of the gateway has no route of its own. */
	if (host_route_network(a, &network, &prefix) != KNOWN_YES ||
	    prefix == 0)
		return NULL;
	return mem_printf("%s/%u via %s", addr_text(&network, text), prefix,
			  via);
}

static void engine_route_target(struct run_probe *rp)
{
	struct target_state *t;
	struct host_route route;

	if (rp->remote.family == ADDR_NONE)
		return;
	t = targets_get(rp->e->targets, &rp->remote);
	if (t->route_known)
		return;
	t->route_known = true;
	t->on_link = host_route(&rp->remote, &route) == KNOWN_YES &&
		     host_route_is_direct(&route);
	t->route = engine_own_route(rp->e, &rp->remote, &route);
	t->hop = engine_attempts_hop(rp->e, &rp->remote, &route);
}

static void engine_add_probe(struct engine *e, const struct spec *s,
			     size_t index, const struct addr *a,
			     unsigned ordinal,
			     const struct resolver_answer *answer)
{
	struct run_probe *rp = engine_add(e, s, index, a);

	rp->order = ordinal + (a->family == ADDR_V6 ? SPEC_ADDRESSES_MAX : 0);
	snprintf(rp->id_suffix, sizeof rp->id_suffix, "/v%c#%u",
		 a->family == ADDR_V6 ? '6' : '4', ordinal);
	if (answer != NULL)
		engine_note_answer(rp, answer);
	engine_route_target(rp);
	engine_enqueue(rp, false);
}

static int engine_by_address(const void *a, const void *b)
{
	return addr_compare(a, b);
}

/* Up to four addresses per family; numbered in numeric order, so that ids hold
 * when a resolver rotates its answers. */
static size_t engine_add_family(struct name_wait *w, const struct spec *s,
				const struct resolver_answer *a,
				enum addr_family family)
{
	struct addr list[SPEC_ADDRESSES_MAX];
	size_t n = 0;

	if (!engine_family_wanted(w->e, s, family))
		return 0;
	for (size_t i = 0; i < a->count && n < SPEC_ADDRESSES_MAX; i++)
		if (a->addresses[i].family == family)
			list[n++] = a->addresses[i];
	qsort(list, n, sizeof *list, engine_by_address);
	for (size_t i = 0; i < n; i++)
		engine_add_probe(w->e, s, w->index, &list[i], (unsigned)i + 1,
				 a);
	return n;
}

static void engine_resolved(void *arg, const struct resolver_answer *a)
{
	struct name_wait *w = arg;
	const struct spec *s = w->s;
	struct spec *found;
	size_t n = 0;

	if (w->derived != NULL) {
		found = engine_own_spec(w->e, s);
		found->host = arena_strdup(&w->e->arena, w->derived);
		s = found;
	}
	if (a->cause == CAUSE_OK) {
		n += engine_add_family(w, s, a, ADDR_V4);
		n += engine_add_family(w, s, a, ADDR_V6);
	}
	if (n == 0)
		engine_unresolved(w, a);
	engine_wait_over(w);
}

static void engine_look_up(struct name_wait *w, const char *name)
{
	struct engine *e = w->e;
	bool want4 = engine_family_wanted(e, w->s, ADDR_V4);
	bool want6 = engine_family_wanted(e, w->s, ADDR_V6) &&
		     (e->has6 || e->o->family == FAMILY_V6);

	resolver_lookup(e->resolver, name, want4, want6, engine_resolved, w);
}

/* Derived names ---------------------------------------------------------- */

static bool engine_has_suffix(const char *name, const char *suffix)
{
	size_t have = strlen(name), want = strlen(suffix);

	return have >= want && strcmp(name + have - want, suffix) == 0;
}

static void engine_underivable(struct name_wait *w)
{
	struct outcome o = {.phase = PHASE_LOCAL, .cause = CAUSE_LOCAL};
	struct run_probe *rp = engine_add(w->e, w->s, w->index, NULL);

	engine_note_answer(rp, w->answer);
	engine_end_unrun(rp, &o, WHY_NO_WITNESS);
	engine_wait_over(w);
}

static void engine_derived_found(struct name_wait *w, const char *name)
{
	w->derived = mem_strdup(name);
	engine_look_up(w, w->derived);
}

static void engine_reversed(void *arg, const struct resolver_answer *a)
{
	struct name_wait *w = arg;

	for (size_t i = 0; i < a->chain_count && w->derived == NULL; i++)
		if (engine_has_suffix(a->chain[i], w->s->derive_suffix))
			w->derived = mem_strdup(a->chain[i]);
	if (--w->pending > 0)
		return;
	if (w->derived == NULL)
		engine_underivable(w);
	else
		engine_look_up(w, w->derived);
}

static void engine_derive_reverse(struct name_wait *w)
{
	const struct resolver_answer *a = w->answer;
	size_t n = a->count < SPEC_ADDRESSES_MAX * 2 ? a->count
						     : SPEC_ADDRESSES_MAX * 2;

	/* Answers may come before a call returns: count first. */
	w->pending = n;
	for (size_t i = 0; i < n; i++)
		resolver_reverse(w->e->resolver, &a->addresses[i],
				 engine_reversed, w);
}

static void engine_derive_from(void *arg, const struct resolver_answer *a)
{
	struct name_wait *w = arg;

	w->answer = a;
	if (a->cause != CAUSE_OK) {
		engine_unresolved(w, a);
		engine_wait_over(w);
		return;
	}
	if (strcmp(w->s->derive, "reverse") == 0) {
		engine_derive_reverse(w);
		return;
	}
	for (size_t i = a->chain_count; i-- > 0;)
		if (engine_has_suffix(a->chain[i], w->s->derive_suffix)) {
			engine_derived_found(w, a->chain[i]);
			return;
		}
	engine_underivable(w);
}

/* Beginning -------------------------------------------------------------- */

static void engine_add_local(struct engine *e, const struct spec *s,
			     size_t index)
{
	struct run_probe *rp = engine_add(e, s, index, NULL);

	engine_enqueue(rp, false);
}

static void engine_add_untested(struct engine *e, const struct spec *s,
				size_t index)
{
	struct outcome o = {.phase = PHASE_LOCAL, .cause = CAUSE_LOCAL};

	engine_end_unrun(engine_add(e, s, index, NULL), &o, s->untested);
}

static void engine_add_system_servers(struct engine *e, const struct spec *s,
				      size_t index)
{
	struct addr servers[RESOLVER_SERVERS_MAX];
	size_t count = resolver_servers(e->resolver, servers);
	unsigned ordinal[2] = {0, 0};

	if (count == 0) {
		struct outcome o = {.phase = PHASE_LOCAL, .cause = CAUSE_LOCAL};

		engine_end_unrun(engine_add(e, s, index, NULL), &o, WHY_LOCAL);
	}
	for (size_t i = 0; i < count; i++) {
		bool v6 = servers[i].family == ADDR_V6;
		struct spec *own = engine_own_spec(e, s);

		if (servers[i].port != 0)
			own->port = servers[i].port;
		engine_add_probe(e, own, index, &servers[i], ++ordinal[v6],
				 NULL);
	}
}

/* Through a proxy names need not resolve here. */
static void engine_add_proxied(struct engine *e, const struct spec *s,
			       size_t index)
{
	struct run_probe *rp = engine_add(e, s, index, &s->literal);

	if (!e->proxy_known) {
		engine_end_unrun(rp, &e->proxy_failure, WHY_NONE);
		return;
	}
	engine_enqueue(rp, false);
}

static void engine_begin_spec(struct engine *e, size_t index)
{
	const struct spec *s = &e->o->specs[index];
	struct name_wait *w;

	if (s->same_as != NULL)
		return; /* the other one's results will do */
	if (s->inbound != NULL) {
		engine_add_heard(e, s, index);
		return;
	}
	if (s->senders != NULL && e->o->filter != NULL) {
		engine_add_filtered(e, s, index);
		return;
	}
	if (s->untested != WHY_NONE) {
		engine_add_untested(e, s, index);
		return;
	}
	if (s->system_server) {
		engine_add_system_servers(e, s, index);
		return;
	}
	if (s->via_proxy && s->derive == NULL) {
		engine_add_proxied(e, s, index);
		return;
	}
	if (s->literal.family != ADDR_NONE) {
		engine_add_probe(e, s, index, &s->literal, 1, NULL);
		return;
	}
	if (s->host == NULL && s->derive == NULL) {
		engine_add_local(e, s, index);
		return;
	}
	w = engine_wait_new(e, index);
	if (s->derive != NULL)
		resolver_lookup(e->resolver, s->derive_from, true, e->has6,
				engine_derive_from, w);
	else
		engine_look_up(w, s->host);
}

static void engine_begin_all(struct engine *e)
{
	/* Held so that early answers cannot end the run before all have
	 * started. */
	e->names_open++;
	for (size_t i = 0; i < e->o->spec_count; i++)
		engine_begin_spec(e, i);
	e->names_open--;
	engine_check_over(e);
}

static void engine_proxy_resolved(void *arg, const struct resolver_answer *a)
{
	struct engine *e = arg;

	if (a->cause == CAUSE_OK) {
		e->proxy = a->addresses[0];
		e->proxy_known = true;
	} else {
		e->proxy_failure =
		    (struct outcome){.phase = PHASE_PROXY, .cause = a->cause};
	}
	e->names_open--;
	engine_begin_all(e);
}

void engine_begin(struct engine *e)
{
	const char *host = e->o->proxy_host;

	if (host == NULL) {
		engine_begin_all(e);
		return;
	}
	if (addr_parse(&e->proxy, host)) {
		e->proxy_known = true;
		engine_begin_all(e);
		return;
	}
	e->names_open++;
	resolver_lookup(e->resolver, host, true, e->has6, engine_proxy_resolved,
			e);
}
