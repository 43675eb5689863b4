/* rules_site.c - this host's own addresses, its resolvers, names looked up. */
#include "cmd/rules_site.h"
#include "core/os/host.h"
#include "cmd/request.h"

#include <stdlib.h>
#include <string.h>

static void rules_site_add_source(struct rules_site *s, const struct addr *a)
{
	for (size_t i = 0; i < s->source_count; i++) {
		if (addr_equal(&s->sources[i], a))
			return;
	}
	s->sources = mem_grow(s->sources, &s->source_capacity,
			      s->source_count + 1, sizeof *s->sources);
	s->sources[s->source_count] = *a;
	s->sources[s->source_count].port = 0;
	s->source_count++;
}

/* The address that a packet to `a` would have; the kernel's table is asked,
 * nothing is sent. */
static void rules_site_add_route(struct rules_site *s, const struct addr *a)
{
	struct host_route route;

	if (host_route(a, &route) == KNOWN_YES && !route.local &&
	    route.source.family != ADDR_NONE && route.source.scope == 0)
		rules_site_add_source(s, &route.source);
}

struct interface_addresses {
	struct rules_site *site;
	const char *name;
};

static void rules_site_use_address(void *arg, const struct host_address *a)
{
	const struct interface_addresses *i = arg;
	bool link_local = a->addr.family == ADDR_V6 &&
			  a->addr.bytes[0] == 0xfe &&
			  (a->addr.bytes[1] & 0xc0) == 0x80;

	if (!link_local &&
	    (i->name == NULL || strcmp(i->name, a->interface) == 0))
		rules_site_add_source(i->site, &a->addr);
}

/* Where the plan's targets are reached from: each by its route, the internet
 * by the default one. */
static void rules_site_look_routes(struct rules_site *s,
				   const struct plan *plan)
{
	struct interface_addresses all = {s, NULL};
	struct addr away;

	/* Any public address; documentation ones have no route of their own. */
	if (addr_parse(&away, "192.0.2.1"))
		rules_site_add_route(s, &away);
	if (addr_parse(&away, "2001:db8::1"))
		rules_site_add_route(s, &away);
	for (size_t i = 0; i < plan->spec_count; i++) {
		if (plan->specs[i].literal.family != ADDR_NONE)
			rules_site_add_route(s, &plan->specs[i].literal);
	}
	if (s->source_count == 0)
		host_addresses(rules_site_use_address, &all);
}

static int rules_site_look_sources(struct rules_site *s,
				   const struct options *o,
				   const struct change_context *c,
				   struct error *err)
{
	const char *source = options_text(o, OPT_SOURCE);
	struct interface_addresses one = {s, source};
	struct addr other;

	if (request_on_behalf_of(o, &other, err) == -1)
		return -1;
	if (other.family != ADDR_NONE) {
		rules_site_add_source(s, &other);
		return 0;
	}
	if (source == NULL) {
		/* A report brings its own host's addresses. */
		if (options_text(o, OPT_FROM) == NULL)
			rules_site_look_routes(s, c->plan);
		return 0;
	}
	if (addr_parse(&other, source)) {
		rules_site_add_source(s, &other);
		return 0;
	}
	host_addresses(rules_site_use_address, &one);
	if (s->source_count > 0)
		return 0;
	error_set(err,
		  "--source: '%s' is not an address or an interface with one",
		  source);
	error_suggest(err, "see 'ip address' for what this host has");
	return -1;
}

/* Names ------------------------------------------------------------------- */

static void rules_site_add_name(void *arg, const char *name)
{
	struct rules_site *s = arg;

	*map_at(&s->names, name) = s->name_count;
	s->answers = mem_grow(s->answers, &s->name_capacity, s->name_count + 1,
			      sizeof *s->answers);
	s->name_count++;
}

struct dns_query {
	struct rules_site *site;
	size_t index;
};

static void rules_site_answered(void *arg, const struct resolver_answer *a)
{
	struct dns_query *q = arg;

	q->site->answers[q->index] = a;
	q->site->pending--;
	if (q->site->pending == 0)
		loop_stop(q->site->loop);
}

static void rules_site_ask_all(struct rules_site *s)
{
	struct dns_query *questions =
	    mem_calloc(s->name_count + 1, sizeof *questions);

	/* One more, so that immediate answers do not stop a loop that does not
	 * run yet. */
	s->pending = s->name_count + 1;
	for (size_t i = 0; i < s->names.capacity; i++) {
		const struct map_slot *slot = &s->names.slots[i];

		if (slot->key == NULL)
			continue;
		questions[slot->value] = (struct dns_query){s, slot->value};
		resolver_lookup(s->resolver, slot->key, true, true,
				rules_site_answered, &questions[slot->value]);
	}
	s->pending--;
	if (s->pending > 0)
		loop_run(s->loop);
	free(questions);
}

static const struct addr *rules_site_resolve(void *arg, const char *name,
					     size_t *count)
{
	const struct rules_site *s = arg;
	size_t at = map_get(&s->names, name);

	*count = 0;
	if (at == SIZE_MAX || s->answers[at] == NULL)
		return NULL;
	*count = s->answers[at]->count;
	return s->answers[at]->addresses;
}

int rules_site_look(struct rules_site *s, const struct options *o,
		    struct change_context *c, struct error *err)
{
	*s = (struct rules_site){0};
	if (rules_site_look_sources(s, o, c, err) == -1)
		return -1;
	c->sources = s->sources;
	c->source_count = s->source_count;
	if (options_text(o, OPT_FROM) != NULL)
		return 0;
	s->loop = loop_new(err);
	s->resolver = s->loop != NULL ? resolver_new(s->loop, err) : NULL;
	if (s->resolver == NULL)
		return -1;
	c->resolver_count = resolver_servers(s->resolver, s->resolvers);
	c->resolvers = s->resolvers;
	if (options_flag(o, OPT_NO_RESOLVE))
		return 0;
	changes_names(c, rules_site_add_name, s);
	rules_site_ask_all(s);
	c->resolve = rules_site_resolve;
	c->resolve_arg = s;
	return 0;
}

void rules_site_free(struct rules_site *s)
{
	if (s->resolver != NULL)
		resolver_free(s->resolver);
	if (s->loop != NULL)
		loop_free(s->loop);
	map_free(&s->names);
	free(s->answers);
	free(s->sources);
}
