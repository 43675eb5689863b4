/*
 * peer_group.c - devices that fare alike: a whole network, or all of one type.
 *
 * Never by guess. A crowd is an entry of the inventory that names a network,
 * the /24 (IPv6: /64) that devices share, or a type of the inventory. It
 * fails as one where each of its devices that was tested ends in the same way
 * and there are at least three.
 */
#include "report/diagnose/peer_group.h"

#include <stdlib.h>
#include <string.h>

enum {
	CROWD_SCOPES = 24, /* two networks, and the types of one device */
	/* Ways to end that are not phase and cause alone. */
	CROWD_SILENT = -1,
	CROWD_SILENT_AGENT = -2, /* an SNMP agent told its engine id before */
	CROWD_MIXED = -3
};

struct crowds {
	struct map map;     /* test and scope to crowd */
	struct map members; /* test, scope and device: seen */
	struct map tests;   /* test to works[] */
	struct crowd *items;
	size_t count, capacity;
	struct crowd_test {
		size_t tested, works; /* devices, whatever their scope */
	} * test;
	size_t test_capacity;
	struct map asked, working; /* test and device: counted there */
};

struct crowd_scope {
	const char *name;
	enum crowd_kind kind;
};

/* A router that says "unreachable" for one, and is silent about the next, has
 * reached the rate of its ICMP errors: both are silence. */
static int crowd_manner(const struct result *r)
{
	bool quiet =
	    diagnosis_is_silent(r) || (r->outcome.cause == CAUSE_UNREACHABLE &&
				       r->outcome.phase > PHASE_RESOLVE);

	if (!quiet)
		return (int)r->outcome.phase * CAUSE_COUNT +
		       (int)r->outcome.cause;
	return facts_text(&r->facts, "engine-id") != NULL ? CROWD_SILENT_AGENT
							  : CROWD_SILENT;
}

/* The network that devices with such addresses share. */
static const char *crowd_subnet(struct arena *a, const struct addr *addr)
{
	bool v4 = addr->family == AF_INET;
	struct addr first = *addr;
	char text[ADDR_TEXT];

	memset(first.bytes + (v4 ? 3 : 8), 0, v4 ? 1 : 8);
	first.scope = 0;
	return arena_printf(a, "%s/%d", addr_text(&first, text), v4 ? 24 : 64);
}

static const struct plan_device *crowd_device(const struct diagnosis *d,
					      size_t index)
{
	size_t device = diagnosis_result(d, index)->spec->device_index;

	return device < d->plan->device_count ? &d->plan->devices[device]
					      : NULL;
}

static bool crowd_is_entry(const struct plan_device *p)
{
	return p->swept && p->entry != NULL && p->entry->network != NULL;
}

/* What a result's device belongs to, the best known first. */
static size_t crowd_scopes(struct diagnosis *d, size_t index,
			   struct crowd_scope out[CROWD_SCOPES])
{
	const struct plan_device *p = crowd_device(d, index);
	const struct result *r = diagnosis_result(d, index);
	const char *subnet;
	size_t n = 0;

	if (p == NULL || r->addr.family == AF_UNSPEC)
		return 0;
	if (crowd_is_entry(p))
		out[n++] = (struct crowd_scope){p->entry->network, CROWD_ENTRY};
	subnet = crowd_subnet(d->arena, &r->addr);
	if (n == 0 || strcmp(subnet, out[0].name) != 0)
		out[n++] = (struct crowd_scope){subnet, CROWD_SUBNET};
	for (size_t i = 0; p->types != NULL && p->types[i] != NULL; i++) {
		if (n < CROWD_SCOPES)
			out[n++] =
			    (struct crowd_scope){p->types[i], CROWD_TYPE};
	}
	return n;
}

static const char *crowd_test(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);

	return arena_printf(d->arena, "%s/%u",
			    transport_name(r->spec->transport),
			    (unsigned)r->port);
}

static const char *crowd_key(struct diagnosis *d, const char *test,
			     const struct crowd_scope *scope)
{
	return arena_printf(d->arena, "%s %d %s", test,
			    scope->kind == CROWD_TYPE, scope->name);
}

/* Counting ---------------------------------------------------------------- */

static bool crowd_is_new(struct diagnosis *d, struct map *seen, const char *key,
			 size_t index)
{
	size_t device = diagnosis_result(d, index)->spec->device_index;
	size_t *slot =
	    map_at(seen, arena_printf(d->arena, "%s %zu", key, device));
	bool fresh = *slot == SIZE_MAX;

	*slot = index;
	return fresh;
}

static void crowd_add(struct diagnosis *d, size_t index, const char *key,
		      const struct crowd_scope *scope, size_t test)
{
	struct crowds *all = d->crowds;
	int manner = crowd_manner(diagnosis_result(d, index));
	size_t *slot = map_at(&all->map, key);
	struct crowd *c;

	if (*slot == SIZE_MAX) {
		all->items = mem_grow(all->items, &all->capacity,
				      all->count + 1, sizeof *all->items);
		all->items[all->count] = (struct crowd){.name = scope->name,
							.kind = scope->kind,
							.manner = manner,
							.test = test};
		*slot = all->count++;
	}
	c = &all->items[*slot];
	if (scope->kind == CROWD_ENTRY)
		c->kind = CROWD_ENTRY;
	if (c->manner != manner)
		c->manner = CROWD_MIXED;
	c->devices += crowd_is_new(d, &all->members, key, index);
}

/* An address of a sweep where nobody lives says nothing. */
static bool crowd_counts(const struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);
	size_t device = r->spec->device_index;

	return device < d->plan->device_count && r->why == WHY_NONE &&
	       r->parent == SIZE_MAX && r->outcome.phase > PHASE_RESOLVE &&
	       d->report->devices[device].state != DEVICE_ABSENT;
}

static size_t crowd_test_of(struct diagnosis *d, const char *key)
{
	struct crowds *all = d->crowds;
	size_t *slot = map_at(&all->tests, key);

	if (*slot == SIZE_MAX) {
		*slot = all->tests.count - 1;
		all->test = mem_grow(all->test, &all->test_capacity,
				     all->tests.count, sizeof *all->test);
	}
	return *slot;
}

static void crowds_begin(struct diagnosis *d)
{
	struct crowd_scope scopes[CROWD_SCOPES];

	d->crowds = mem_calloc(1, sizeof *d->crowds);
	for (size_t i = 0; i < d->results->count; i++) {
		const char *key;
		size_t test, count;

		if (!crowd_counts(d, i))
			continue;
		key = crowd_test(d, i);
		test = crowd_test_of(d, key);
		d->crowds->test[test].tested +=
		    crowd_is_new(d, &d->crowds->asked, key, i);
		if (diagnosis_result(d, i)->outcome.cause == CAUSE_OK)
			d->crowds->test[test].works +=
			    crowd_is_new(d, &d->crowds->working, key, i);
		count = crowd_scopes(d, i, scopes);
		for (size_t k = 0; k < count; k++)
			crowd_add(d, i, crowd_key(d, key, &scopes[k]),
				  &scopes[k], test);
	}
}

void crowds_free(struct diagnosis *d)
{
	if (d->crowds == NULL)
		return;
	map_free(&d->crowds->map);
	map_free(&d->crowds->members);
	map_free(&d->crowds->tests);
	map_free(&d->crowds->asked);
	map_free(&d->crowds->working);
	free(d->crowds->items);
	free(d->crowds->test);
	free(d->crowds);
}

/* Asking ------------------------------------------------------------------ */

size_t crowd_works_elsewhere(const struct diagnosis *d, const struct crowd *c)
{
	return d->crowds->test[c->test].works;
}

size_t crowd_tested(struct diagnosis *d, size_t index)
{
	size_t at;

	if (d->crowds == NULL)
		crowds_begin(d);
	at = map_get(&d->crowds->tests, crowd_test(d, index));
	return at == SIZE_MAX ? 0 : d->crowds->test[at].tested;
}

static bool crowd_fails_alike(const struct diagnosis *d, const struct crowd *c,
			      size_t index)
{
	return c->devices >= CROWD_LEAST &&
	       c->manner == crowd_manner(diagnosis_result(d, index));
}

const struct crowd *crowd_of(struct diagnosis *d, size_t index, bool elsewhere)
{
	struct crowd_scope scopes[CROWD_SCOPES];
	const struct crowd *best = NULL;
	const char *test;
	size_t count;

	if (d->crowds == NULL)
		crowds_begin(d);
	count = crowd_scopes(d, index, scopes);
	test = count == 0 ? NULL : crowd_test(d, index);
	for (size_t i = 0; i < count; i++) {
		size_t at =
		    map_get(&d->crowds->map, crowd_key(d, test, &scopes[i]));
		const struct crowd *c =
		    at == SIZE_MAX ? NULL : &d->crowds->items[at];

		if (c == NULL || !crowd_fails_alike(d, c, index))
			continue;
		/* It stands out where the test works elsewhere; a network that
		 * the inventory names needs no more to be named. */
		if (crowd_works_elsewhere(d, c) == 0 &&
		    (elsewhere || c->kind != CROWD_ENTRY))
			continue;
		/* The larger one explains more. */
		if (best == NULL || c->devices > best->devices)
			best = c;
	}
	return best;
}

const char *crowd_mark(struct diagnosis *d, size_t index)
{
	const struct crowd *c = crowd_of(d, index, true);

	return c == NULL ? "" : c->name;
}

bool crowd_is_network(struct diagnosis *d, size_t index)
{
	const struct crowd *c = crowd_of(d, index, true);

	return c != NULL && c->kind != CROWD_TYPE;
}
