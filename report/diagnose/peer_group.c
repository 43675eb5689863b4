/*
 * peer_group.c - devices that fare alike: a whole network, or all of one type.
 *
 * Never by guess. A peer group is an entry of the inventory that names a
 * network, the /24 (IPv6: /64) that devices share, or a type of the inventory.
 * It fails as one where each of its devices that was tested ends in the same
 * way and there are at least three.
 */
#include "report/diagnose/peer_group.h"

#include <stdlib.h>
#include <string.h>

enum {
	PEER_GROUP_SCOPES = 24, /* two networks, and the types of one device */
	/* Ways to end that are not phase and cause alone. */
	PEER_GROUP_SILENT = -1,
	PEER_GROUP_SILENT_AGENT =
	    -2, /* the SNMP agent gave its engine ID before */
	PEER_GROUP_MIXED = -3
};

struct peer_groups {
	struct map names;      /* of scopes, numbered */
	struct map subnets[2]; /* network, IPv4 and IPv6, to subnet[] */
	const char **subnet;
	size_t subnet_count, subnet_capacity;
	struct map map;     /* test and scope to group */
	struct map members; /* group and device: seen */
	struct map tests;   /* test to works[] */
	struct peer_group *items;
	size_t count, capacity;
	struct peer_group_test {
		size_t tested, works; /* devices, whatever their scope */
	} * test;
	size_t test_capacity;
	struct map asked, working; /* test and device: counted there */
};

struct peer_group_scope {
	const char *name;
	enum peer_group_kind kind;
};

/* A router that says "unreachable" for one, and is silent about the next, has
 * reached the rate of its ICMP errors: both are silence. */
static int peer_group_manner(const struct result *r)
{
	if (!correlation_is_silent(r, SILENCE_VANISHED | SILENCE_NO_NEIGHBOUR |
					  SILENCE_ROUTER_SAYS))
		return (int)r->outcome.phase * CAUSE_COUNT +
		       (int)r->outcome.cause;
	return facts_text(&r->facts, "engine-id") != NULL
		   ? PEER_GROUP_SILENT_AGENT
		   : PEER_GROUP_SILENT;
}

const char *peer_group_subnet(struct arena *a, const struct addr *addr)
{
	bool v4 = addr->family == ADDR_V4;
	struct addr first = *addr;
	char text[ADDR_TEXT];

	memset(first.bytes + (v4 ? 3 : 8), 0, v4 ? 1 : 8);
	first.scope = 0;
	return arena_printf(a, "%s/%d", addr_text(&first, text), v4 ? 24 : 64);
}

/* The same, printed once. */
static const char *peer_group_subnet_of(struct diagnosis *d,
					const struct addr *addr)
{
	struct peer_groups *all = d->peer_groups;
	bool v4 = addr->family == ADDR_V4;
	uint64_t network = 0;
	size_t *slot;

	for (size_t i = 0; i < (v4 ? 3 : 8); i++)
		network = network << 8 | addr->bytes[i];
	slot = map_at_number(&all->subnets[!v4], network);
	if (*slot == SIZE_MAX) {
		all->subnet =
		    mem_grow(all->subnet, &all->subnet_capacity,
			     all->subnet_count + 1, sizeof *all->subnet);
		all->subnet[all->subnet_count] =
		    peer_group_subnet(d->arena, addr);
		*slot = all->subnet_count++;
	}
	return all->subnet[*slot];
}

static const struct plan_device *peer_group_device(const struct diagnosis *d,
						   size_t index)
{
	size_t device = diagnosis_result(d, index)->spec->device_index;

	return device < d->plan->device_count ? &d->plan->devices[device]
					      : NULL;
}

static bool peer_group_is_entry(const struct plan_device *p)
{
	return p->swept && p->entry != NULL && p->entry->network != NULL;
}

/* What a result's device belongs to, the best known first. */
static size_t peer_group_scopes(struct diagnosis *d, size_t index,
				struct peer_group_scope out[PEER_GROUP_SCOPES])
{
	const struct plan_device *p = peer_group_device(d, index);
	const struct result *r = diagnosis_result(d, index);
	const char *subnet;
	size_t n = 0;

	if (p == NULL || r->addr.family == ADDR_NONE)
		return 0;
	if (peer_group_is_entry(p))
		out[n++] = (struct peer_group_scope){p->entry->network,
						     PEER_GROUP_ENTRY};
	subnet = peer_group_subnet_of(d, &r->addr);
	if (n == 0 || strcmp(subnet, out[0].name) != 0)
		out[n++] = (struct peer_group_scope){subnet, PEER_GROUP_SUBNET};
	for (size_t i = 0; p->types != NULL && p->types[i] != NULL; i++) {
		if (n < PEER_GROUP_SCOPES)
			out[n++] = (struct peer_group_scope){p->types[i],
							     PEER_GROUP_TYPE};
	}
	return n;
}

/* Transport and port. */
static uint64_t peer_group_test(const struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);

	return (uint64_t)r->transport << 16 | r->port;
}

/* Test, kind and name. */
static uint64_t peer_group_key(struct diagnosis *d, uint64_t test,
			       const struct peer_group_scope *scope)
{
	size_t *name = map_at(&d->peer_groups->names, scope->name);

	if (*name == SIZE_MAX)
		*name = d->peer_groups->names.count;
	return (uint64_t)*name << 32 | test << 1 |
	       (scope->kind == PEER_GROUP_TYPE);
}

/* Counting ---------------------------------------------------------------- */

/* `key` has 32 bits. */
static bool peer_group_is_new(const struct diagnosis *d, struct map *seen,
			      uint64_t key, size_t index)
{
	size_t device = diagnosis_result(d, index)->spec->device_index;
	size_t *slot = map_at_number(seen, key << 32 | device);
	bool fresh = *slot == SIZE_MAX;

	*slot = index;
	return fresh;
}

static void peer_group_add(struct diagnosis *d, size_t index, uint64_t key,
			   const struct peer_group_scope *scope, size_t test)
{
	struct peer_groups *all = d->peer_groups;
	int manner = peer_group_manner(diagnosis_result(d, index));
	size_t *slot = map_at_number(&all->map, key);
	struct peer_group *c;

	if (*slot == SIZE_MAX) {
		all->items = mem_grow(all->items, &all->capacity,
				      all->count + 1, sizeof *all->items);
		all->items[all->count] =
		    (struct peer_group){.name = scope->name,
					.kind = scope->kind,
					.manner = manner,
					.test = test};
		*slot = all->count++;
	}
	c = &all->items[*slot];
	if (scope->kind == PEER_GROUP_ENTRY)
		c->kind = PEER_GROUP_ENTRY;
	if (c->manner != manner)
		c->manner = PEER_GROUP_MIXED;
	c->devices += peer_group_is_new(d, &all->members, *slot, index);
}

/* An address of a sweep without a host does not count. */
static bool peer_group_counts(const struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);
	size_t device = r->spec->device_index;

	return device < d->plan->device_count && r->why == WHY_NONE &&
	       r->parent == SIZE_MAX && r->outcome.phase > PHASE_RESOLVE &&
	       d->report->devices[device].state != DEVICE_ABSENT;
}

static size_t peer_group_test_of(struct diagnosis *d, uint64_t key)
{
	struct peer_groups *all = d->peer_groups;
	size_t *slot = map_at_number(&all->tests, key);

	if (*slot == SIZE_MAX) {
		*slot = all->tests.count - 1;
		all->test = mem_grow(all->test, &all->test_capacity,
				     all->tests.count, sizeof *all->test);
	}
	return *slot;
}

static void peer_groups_begin(struct diagnosis *d)
{
	struct peer_group_scope scopes[PEER_GROUP_SCOPES];

	d->peer_groups = mem_calloc(1, sizeof *d->peer_groups);
	for (size_t i = 0; i < d->results->count; i++) {
		size_t test, count;
		uint64_t key;

		if (!peer_group_counts(d, i))
			continue;
		key = peer_group_test(d, i);
		test = peer_group_test_of(d, key);
		d->peer_groups->test[test].tested +=
		    peer_group_is_new(d, &d->peer_groups->asked, key, i);
		if (diagnosis_result(d, i)->outcome.cause == CAUSE_OK)
			d->peer_groups->test[test].works += peer_group_is_new(
			    d, &d->peer_groups->working, key, i);
		count = peer_group_scopes(d, i, scopes);
		for (size_t k = 0; k < count; k++)
			peer_group_add(d, i, peer_group_key(d, key, &scopes[k]),
				       &scopes[k], test);
	}
}

void peer_groups_free(struct diagnosis *d)
{
	if (d->peer_groups == NULL)
		return;
	map_free(&d->peer_groups->names);
	map_free(&d->peer_groups->subnets[0]);
	map_free(&d->peer_groups->subnets[1]);
	free(d->peer_groups->subnet);
	map_free(&d->peer_groups->map);
	map_free(&d->peer_groups->members);
	map_free(&d->peer_groups->tests);
	map_free(&d->peer_groups->asked);
	map_free(&d->peer_groups->working);
	free(d->peer_groups->items);
	free(d->peer_groups->test);
	free(d->peer_groups);
}

/* Asking ------------------------------------------------------------------ */

size_t peer_group_works_elsewhere(const struct diagnosis *d,
				  const struct peer_group *c)
{
	return d->peer_groups->test[c->test].works;
}

size_t peer_group_tested(struct diagnosis *d, size_t index)
{
	size_t at;

	if (d->peer_groups == NULL)
		peer_groups_begin(d);
	at = map_get_number(&d->peer_groups->tests, peer_group_test(d, index));
	return at == SIZE_MAX ? 0 : d->peer_groups->test[at].tested;
}

static bool peer_group_fails_alike(const struct diagnosis *d,
				   const struct peer_group *c, size_t index)
{
	return c->devices >= PEER_GROUP_LEAST &&
	       c->manner == peer_group_manner(diagnosis_result(d, index));
}

const struct peer_group *peer_group_of(struct diagnosis *d, size_t index,
				       bool elsewhere)
{
	struct peer_group_scope scopes[PEER_GROUP_SCOPES];
	const struct peer_group *best = NULL;
	uint64_t test = peer_group_test(d, index);
	size_t count;

	if (d->peer_groups == NULL)
		peer_groups_begin(d);
	count = peer_group_scopes(d, index, scopes);
	for (size_t i = 0; i < count; i++) {
		size_t at = map_get_number(&d->peer_groups->map,
					   peer_group_key(d, test, &scopes[i]));
		const struct peer_group *c =
		    at == SIZE_MAX ? NULL : &d->peer_groups->items[at];

		if (c == NULL || !peer_group_fails_alike(d, c, index))
			continue;
		/* It stands out where the test works elsewhere; a network that
		 * the inventory names needs no more to be named. */
		if (peer_group_works_elsewhere(d, c) == 0 &&
		    (elsewhere || c->kind != PEER_GROUP_ENTRY))
			continue;
		/* The larger one explains more. */
		if (best == NULL || c->devices > best->devices)
			best = c;
	}
	return best;
}

const char *peer_group_mark(struct diagnosis *d, size_t index)
{
	const struct peer_group *c = peer_group_of(d, index, true);

	return c == NULL ? "" : c->name;
}

bool peer_group_is_network(struct diagnosis *d, size_t index)
{
	const struct peer_group *c = peer_group_of(d, index, true);

	return c != NULL && c->kind != PEER_GROUP_TYPE;
}
