/* rules_site.c - this host's own addresses, its resolvers, names looked up. */
#include "cmd/rules_site.h"
#include "core/os/host.h"
#include "cmd/request.h"

#include <stdlib.h>
#include <string.h>

static void add_source(struct rules_site *s, const struct addr *a)
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
static void add_route(struct rules_site *s, const struct addr *a)
{
	struct host_route route;

	if (host_route(a, &route) == KNOWN_YES && !route.local &&
	    route.source.family != ADDR_NONE && route.source.scope == 0)
		add_source(s, &route.source);
}

struct interface_addresses {
	struct rules_site *site;
	const char *name;
};

static void use_address(void *arg, const struct host_address *a)
{
	const struct interface_addresses *i = arg;
	bool link_local = a->addr.family == ADDR_V6 &&
			  a->addr.bytes[0] == 0xfe &&
			  (a->addr.bytes[1] & 0xc0) == 0x80;

	if (!link_local &&
	    (i->name == NULL || strcmp(i->name, a->interface) == 0))
		add_source(i->site, &a->addr);
}

/* Where the plan's targets are reached from: each by its route, the internet
 * by the default one. */
static void look_routes(struct rules_site *s, const struct plan *plan)
{
	struct interface_addresses all = {s, NULL};
	struct addr away;

	/* Any public address; documentation ones have no route of their own. */
	if (addr_parse(&away, "192.0.2.1"))
		add_route(s, &away);
	if (addr_parse(&away, "2001:db8::1"))
		add_route(s, &away);
	for (size_t i = 0; i < plan->spec_count; i++) {
		if (plan->specs[i].literal.family != ADDR_NONE)
			add_route(s, &plan->specs[i].literal);
	}
	if (s->source_count == 0)
		host_addresses(use_address, &all);
}

static int look_sources(struct rules_site *s, const struct options *o,
			const struct change_context *c, struct error *err)
{
	const char *source = option_text(o, OPT_SOURCE);
	struct interface_addresses one = {s, source};
	struct addr other;

	if (request_on_behalf_of(o, &other, err) == -1)
		return -1;
	if (other.family != ADDR_NONE) {
		add_source(s, &other);
		return 0;
	}
	if (source == NULL) {
		/* A report brings its own host's addresses. */
		if (option_text(o, OPT_FROM) == NULL)
			look_routes(s, c->plan);
		return 0;
	}
	if (addr_parse(&other, source)) {
		add_source(s, &other);
		return 0;
	}
	host_addresses(use_address, &one);
	if (s->source_count > 0)
		return 0;
	error_set(err, "--source: '%s' is no address and no interface with one",
		  source);
	error_suggest(err, "see 'ip address' for what this host has");
	return -1;
}

/* Names ------------------------------------------------------------------- */

static void add_name(void *arg, const char *name)
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

static void answered(void *arg, const struct resolver_answer *a)
{
	struct dns_query *q = arg;

	q->site->answers[q->index] = a;
	q->site->pending--;
	if (q->site->pending == 0)
		loop_stop(q->site->loop);
}

static void ask_all(struct rules_site *s)
{
	struct dns_query *questions =
	    mem_calloc(s->name_count + 1, sizeof *questions);

	/* One more, so that answers at once do not stop a loop that does not
	 * run yet. */
	s->pending = s->name_count + 1;
	for (size_t i = 0; i < s->names.capacity; i++) {
		const struct map_slot *slot = &s->names.slots[i];

		if (slot->key == NULL)
			continue;
		questions[slot->value] = (struct dns_query){s, slot->value};
		resolver_lookup(s->resolver, slot->key, true, true, answered,
				&questions[slot->value]);
	}
	s->pending--;
	if (s->pending > 0)
		loop_run(s->loop);
	free(questions);
}

static const struct addr *resolve(void *arg, const char *name, size_t *count)
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
	if (look_sources(s, o, c, err) == -1)
		return -1;
	c->sources = s->sources;
	c->source_count = s->source_count;
	if (option_text(o, OPT_FROM) != NULL)
		return 0;
	s->loop = loop_new();
	s->resolver = resolver_new(s->loop, err);
	if (s->resolver == NULL)
		return -1;
	c->resolver_count = resolver_servers(s->resolver, s->resolvers);
	c->resolvers = s->resolvers;
	if (option_flag(o, OPT_NO_RESOLVE))
		return 0;
	changes_names(c, add_name, s);
	ask_all(s);
	c->resolve = resolve;
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
