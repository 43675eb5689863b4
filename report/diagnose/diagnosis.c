/* diagnosis.c - what rules ask about results, hosts, ports and hops. */
#include "report/diagnose/diagnose.h"

#include <stdlib.h>
#include <string.h>

size_t diagnosis_open(const struct diagnosis *d, size_t k)
{
	size_t index = d->open[k];

	return d->claimed[index] ? SIZE_MAX : index;
}

const struct result *diagnosis_result(const struct diagnosis *d, size_t index)
{
	return &d->results->items[index];
}

const struct judgement *diagnosis_judgement(const struct diagnosis *d,
					    size_t index)
{
	return &d->report->judgements[index];
}

const struct result_context *diagnosis_view(const struct diagnosis *d,
					    size_t index)
{
	return &d->correlation->contexts[index];
}

/* Clusters ---------------------------------------------------------------- */

static void diagnosis_clusters_add(struct clusters *c, const char *key,
				   size_t index, bool active)
{
	size_t *slot = map_at(&c->map, key);
	struct cluster *cluster;

	if (*slot == SIZE_MAX) {
		c->items = mem_grow(c->items, &c->capacity, c->count + 1,
				    sizeof *c->items);
		c->items[c->count] = (struct cluster){.key = key};
		*slot = c->count++;
	}
	cluster = &c->items[*slot];
	cluster->items = mem_grow(cluster->items, &cluster->capacity,
				  cluster->count + 1, sizeof *cluster->items);
	cluster->items[cluster->count++] = index;
	cluster->active |= active;
}

void diagnosis_clusters_collect(struct clusters *c, struct diagnosis *d,
				const char *(*key)(struct diagnosis *d,
						   size_t index))
{
	*c = (struct clusters){0};
	for (size_t k = 0; k < d->open_count; k++) {
		size_t index = diagnosis_open(d, k);
		const char *text = index == SIZE_MAX ? NULL : key(d, index);

		if (text != NULL)
			diagnosis_clusters_add(c, text, index,
					       !d->passive[index]);
	}
}

void diagnosis_clusters_free(struct clusters *c)
{
	for (size_t i = 0; i < c->count; i++)
		free(c->items[i].items);
	free(c->items);
	map_free(&c->map);
}

/* Words ------------------------------------------------------------------- */

const char *diagnosis_target(struct diagnosis *d, size_t index)
{
	const struct result *r = &d->results->items[index];
	char address[ADDR_TEXT];

	if (r->spec->device != NULL)
		return r->spec->device;
	if (r->spec->host != NULL)
		return r->spec->host;
	if (r->spec->derive_from != NULL)
		return r->spec->derive_from;
	if (r->addr.family != ADDR_NONE)
		return arena_strdup(d->arena, addr_text(&r->addr, address));
	return "this host";
}

bool diagnosis_is_gateway(const struct diagnosis *d, const struct addr *a)
{
	const struct fact *gateways = facts_find(&d->results->host, "gateways");
	struct addr gateway;

	for (size_t i = 0; gateways != NULL && i < gateways->list_count; i++) {
		if (addr_parse(&gateway, gateways->list[i]) &&
		    addr_equal(&gateway, a))
			return true;
	}
	return false;
}

/* Devices by their addresses, spelled as addr_text() does. */
static void diagnosis_name_devices(struct diagnosis *d)
{
	for (size_t i = d->plan->device_count; i-- > 0;) {
		const struct plan_device *p = &d->plan->devices[i];
		char text[ADDR_TEXT];
		struct addr a;

		if (p->name != NULL && p->address != NULL &&
		    strcmp(p->name, p->address) != 0 &&
		    addr_parse(&a, p->address))
			*map_at(&d->device_names,
				arena_strdup(d->arena, addr_text(&a, text))) =
			    i;
	}
}

const char *diagnosis_address_name(struct diagnosis *d, const struct addr *a)
{
	char text[ADDR_TEXT];
	size_t at;

	if (!d->named)
		diagnosis_name_devices(d);
	d->named = true;
	at = map_get(&d->device_names, addr_text(a, text));
	if (at != SIZE_MAX)
		return d->plan->devices[at].name;
	return diagnosis_is_gateway(d, a) ? "default gateway" : NULL;
}

const char *diagnosis_address(struct diagnosis *d, const struct addr *a)
{
	const char *name = diagnosis_address_name(d, a);
	char address[ADDR_TEXT];

	addr_text(a, address);
	return name == NULL ? arena_strdup(d->arena, address)
			    : arena_printf(d->arena, "%s (%s)", address, name);
}

const char *diagnosis_server(struct diagnosis *d, size_t index)
{
	const struct result *r = &d->results->items[index];
	const struct fact *dead = facts_find(&r->facts, "resolver-dead");
	const struct fact *resolvers =
	    facts_find(&d->results->host, "resolvers");
	char address[ADDR_TEXT];

	if (r->outcome.phase != PHASE_RESOLVE && r->addr.family != ADDR_NONE)
		return arena_strdup(d->arena, addr_text(&r->addr, address));
	if (facts_text(&r->facts, "resolver") != NULL)
		return facts_text(&r->facts, "resolver");
	if (dead != NULL && dead->list_count > 0)
		return dead->list[0];
	if (resolvers != NULL && resolvers->list_count == 1)
		return resolvers->list[0];
	return "of this host";
}

/* Ground ------------------------------------------------------------------ */

enum diagnosis_class diagnosis_class(const struct diagnosis *d, size_t index)
{
	if (d->correlation->contexts[index].internet)
		return CLASS_INTERNET;
	return d->results->items[index].on_link ? CLASS_ON_LINK : CLASS_INSIDE;
}

const char *diagnosis_port_key(struct diagnosis *d, size_t index)
{
	static const char *const classes[] = {[CLASS_INTERNET] = "internet",
					      [CLASS_INSIDE] = "inside",
					      [CLASS_ON_LINK] = "on-link"};
	const struct result *r = &d->results->items[index];
	enum diagnosis_class class = diagnosis_class(d, index);
	bool v6 = r->addr.family == ADDR_V6;
	size_t *first;

	if (d->port_keys[index] != NULL)
		return d->port_keys[index];
	first = map_at_number(&d->port_firsts, (uint64_t)r->transport << 32 |
						   (uint64_t)r->port << 16 |
						   (uint64_t) class << 1 | v6);
	if (*first == SIZE_MAX) {
		*first = index;
		d->port_keys[index] = arena_printf(
		    d->arena, "%s/%u %s %s", transport_name(r->transport),
		    r->port, classes[class], v6 ? "6" : "4");
	}
	d->port_keys[index] = d->port_keys[*first];
	return d->port_keys[index];
}

const struct port_state *diagnosis_port(struct diagnosis *d, size_t index)
{
	static const struct port_state none;
	size_t at = map_get(&d->port_map, diagnosis_port_key(d, index));

	return at == SIZE_MAX ? &none : &d->ports[at];
}

const struct family_state *diagnosis_family(const struct diagnosis *d,
					    size_t index)
{
	return d->results->items[index].addr.family == ADDR_V6 ? &d->v6
							       : &d->v4;
}

bool diagnosis_host_answered(const struct diagnosis *d, size_t index)
{
	return correlation_host_answered(d->correlation, index);
}

const struct evidence *diagnosis_heard(const struct diagnosis *d, size_t index)
{
	size_t host = d->correlation->contexts[index].host;

	return host == SIZE_MAX ? NULL : d->correlation->hosts[host].heard;
}

int diagnosis_reset(const struct diagnosis *d, size_t index,
		    const struct evidence **e)
{
	return correlation_reset(d->correlation, index, e);
}

int diagnosis_neighbour(const struct diagnosis *d, const struct addr *a,
			const struct evidence **e)
{
	for (size_t i = 0; i < d->results->evidence_count; i++) {
		const struct evidence *item = &d->results->evidence[i];
		const char *state = facts_text(&item->observed, "state");

		if (item->kind != EVIDENCE_NEIGHBOUR || state == NULL ||
		    !addr_equal(&item->addr, a))
			continue;
		*e = item;
		if (strcmp(state, "reachable") == 0)
			return 1;
		/* "known" is from before, and no proof of now. */
		if (strcmp(state, "failed") == 0 ||
		    strcmp(state, "incomplete") == 0 ||
		    strcmp(state, "unanswered") == 0)
			return -1;
	}
	*e = NULL;
	return 0;
}

const struct evidence *diagnosis_control(const struct diagnosis *d,
					 const struct cluster *c,
					 const char *what)
{
	for (size_t i = 0; i < c->count; i++) {
		const struct evidence *e =
		    correlation_control(d->correlation, c->items[i], what);

		if (e != NULL)
			return e;
	}
	return NULL;
}

const char *diagnosis_control_text(struct diagnosis *d,
				   const struct evidence *e)
{
	char address[ADDR_TEXT];
	const char *cause = facts_text(&e->observed, "cause");

	addr_text(&e->addr, address);
	return e->port == 0
		   ? arena_printf(d->arena, "ping of %s: %s", address, cause)
		   : arena_printf(d->arena, "%s port %u: %s", address,
				  (unsigned)e->port, cause);
}

/* Devices behind addresses ------------------------------------------------ */

static const char *diagnosis_link(const struct evidence *e)
{
	switch (e->kind) {
	case EVIDENCE_NEIGHBOUR:
		return facts_text(&e->observed, "link");
	case EVIDENCE_HOP_WALK:
		return facts_text(&e->observed, "last-hop-link");
	default:
		return NULL;
	}
}

static void diagnosis_link_addresses(struct diagnosis *d)
{
	for (size_t i = d->results->evidence_count; i-- > 0;) {
		const struct evidence *e = &d->results->evidence[i];
		char text[ADDR_TEXT];
		const char *at =
		    e->kind == EVIDENCE_NEIGHBOUR
			? addr_text(&e->addr, text)
			: facts_text(&e->observed, "last-hop-address");

		if (at != NULL && diagnosis_link(e) != NULL)
			*map_at(&d->links, arena_strdup(d->arena, at)) = i;
	}
}

const char *diagnosis_identity(struct diagnosis *d, const struct addr *a)
{
	char text[ADDR_TEXT];
	size_t at;

	if (!d->linked)
		diagnosis_link_addresses(d);
	d->linked = true;
	at = map_get(&d->links, addr_text(a, text));
	return at != SIZE_MAX ? diagnosis_link(&d->results->evidence[at])
			      : arena_strdup(d->arena, text);
}

/* Hops -------------------------------------------------------------------- */

/* Shared address space (RFC 6598) is a provider's, not the site's. */
/* A network that an address of this host is in: the site's. Providers hand out
 * a /56 or more (RFC 6177). */
static bool diagnosis_is_near(const struct diagnosis *d, const struct addr *a)
{
	enum { SITE_V6 = 56 };
	const struct fact *own = facts_find(&d->results->host, "addresses");
	struct addr mine;

	if (a->family != ADDR_V6)
		return false;
	for (size_t i = 0; own != NULL && i < own->list_count; i++) {
		if (addr_parse(&mine, own->list[i]) && mine.family == ADDR_V6 &&
		    addr_in(a, &mine, SITE_V6))
			return true;
	}
	return false;
}

bool diagnosis_is_ours(const struct diagnosis *d, const struct addr *a)
{
	static const struct addr shared = {.family = ADDR_V4,
					   .bytes = {100, 64}};

	if (diagnosis_is_gateway(d, a) || diagnosis_is_near(d, a))
		return true;
	return addr_is_private(a) && !addr_in(a, &shared, 10);
}

/* What one walk says; false: no hop replied to it. */
static bool diagnosis_walk(const struct diagnosis *d, const struct evidence *e,
			   struct hop *hop)
{
	const char *address = facts_text(&e->observed, "last-hop-address");

	hop->reached |= facts_is_true(&e->observed, "reached");
	if (address == NULL || !addr_parse(&hop->address, address))
		return false;
	hop->evidence = e;
	hop->number = (int)correlation_number(&e->observed, "last-hop", 0);
	hop->ours = hop->number == 1 || diagnosis_is_ours(d, &hop->address);
	return true;
}

struct hop diagnosis_hop(const struct diagnosis *d, const size_t *items,
			 size_t count)
{
	struct hop hop = {0};

	for (size_t i = 0; i < count; i++) {
		size_t walks;
		const size_t *list =
		    correlation_evidence_of(d->correlation, items[i], &walks);

		for (size_t k = 0; k < walks; k++) {
			const struct evidence *e =
			    &d->results->evidence[list[k]];

			if (e->kind == EVIDENCE_HOP_WALK &&
			    diagnosis_walk(d, e, &hop))
				return hop;
		}
	}
	return hop;
}

const char *diagnosis_place(struct diagnosis *d, const struct hop *hop)
{
	return hop->evidence == NULL
		   ? ""
		   : arena_printf(d->arena, "%d %s", hop->number,
				  diagnosis_identity(d, &hop->address));
}

/* Walks for each port and place, and of each port the place of most. */
static void diagnosis_count_places(struct diagnosis *d)
{
	struct map counts = {0};

	for (size_t i = 0; i < d->results->evidence_count; i++) {
		const struct evidence *e = &d->results->evidence[i];
		const char *port;
		struct hop hop = {0};
		size_t *count, *best, most;

		if (e->kind != EVIDENCE_HOP_WALK ||
		    e->result >= d->results->count ||
		    !diagnosis_is_vanished(d, e->result) ||
		    !diagnosis_walk(d, e, &hop) || hop.reached)
			continue;
		port = diagnosis_port_key(d, e->result);
		count = map_at(&counts, arena_printf(d->arena, "%s %s", port,
						     diagnosis_place(d, &hop)));
		*count = *count == SIZE_MAX ? 1 : *count + 1;
		most = *count;
		best = map_at(&counts, port);
		if (*best != SIZE_MAX && *best >= most)
			continue;
		*best = most;
		*map_at(&d->places, port) = i;
	}
	map_free(&counts);
}

const char *diagnosis_vanishes(struct diagnosis *d, size_t index)
{
	struct hop hop = diagnosis_hop(d, &index, 1);
	size_t most;

	if (hop.evidence == NULL) {
		if (!d->placed)
			diagnosis_count_places(d);
		d->placed = true;
		most = map_get(&d->places, diagnosis_port_key(d, index));
		if (most != SIZE_MAX)
			diagnosis_walk(d, &d->results->evidence[most], &hop);
	}
	return diagnosis_place(d, &hop);
}

/* One hop may be met over both families: IPv4 is shown, the other named. */
void diagnosis_candidate_place(struct diagnosis *d, struct candidate *f,
			       const struct hop *hop)
{
	struct addr shown = hop->address, other = {0};
	const char *name;
	char text[ADDR_TEXT];

	if (f->where == WHERE_AFTER_HOP) {
		if (addr_equal(&f->hop_address, &hop->address))
			return;
		other = f->hop_address;
		if (hop->address.family != ADDR_V4) {
			other = hop->address;
			shown = f->hop_address;
		}
	}
	f->where = WHERE_AFTER_HOP;
	f->hop = hop->number;
	f->hop_address = shown;
	name = diagnosis_address(d, &shown);
	if (other.family != ADDR_NONE)
		name = arena_printf(d->arena, "%s, also %s", name,
				    addr_text(&other, text));
	f->subject = arena_printf(d->arena, " at or right after hop %d, %s",
				  hop->number, name);
}

void diagnosis_candidate_hop(struct diagnosis *d, struct candidate *f,
			     const struct hop *hop)
{
	if (hop->evidence == NULL)
		return;
	diagnosis_candidate_place(d, f, hop);
	f->owner = hop->ours ? OWNER_FIREWALL : OWNER_INTERNET;
	candidate_cite(
	    d, f, hop->evidence,
	    arena_printf(d->arena,
			 "packets reach hop %d, %s; nothing beyond it replies",
			 hop->number, diagnosis_address(d, &hop->address)));
}
