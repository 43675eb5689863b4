/*
 * fleet.c - the addresses of the inventory, one by one.
 *
 * Totals are added up in 64 bits before anything is allocated. A device that
 * is named one by one is not swept a second time by a network around it.
 */
#include "plan_internal.h"
#include "reader.h"

#include <stdlib.h>
#include <string.h>

/* Numeric addresses that are taken: open addressing, never full. */
struct fleet_seen {
	struct addr *slots;
	size_t mask;
};

static size_t fleet_hash(const struct addr *a)
{
	uint64_t hash = 1469598103934665603ULL;

	for (size_t i = 0; i < sizeof a->bytes; i++)
		hash = (hash ^ a->bytes[i]) * 1099511628211ULL;
	return (size_t)(hash ^ hash >> 32);
}

/* True where the address was new. */
static bool fleet_add(struct fleet_seen *seen, const struct addr *a)
{
	size_t i = fleet_hash(a) & seen->mask;

	while (seen->slots[i].family != AF_UNSPEC) {
		if (addr_equal(&seen->slots[i], a))
			return false;
		i = (i + 1) & seen->mask;
	}
	seen->slots[i] = *a;
	return true;
}

static bool fleet_fits(struct plan_work *w, uint64_t *total)
{
	const struct inventory *inv = w->request->inventory;
	struct error err;

	*total = 0;
	for (size_t i = 0; i < inv->device_count; i++) {
		const struct device *d = &inv->devices[i];

		*total += d->total;
		if (*total <= PLAN_PROBES_HARD)
			continue;
		error_at(&err, d->file == NULL ? "" : d->file, d->line,
			 d->column,
			 "the inventory stands for more than %d addresses",
			 PLAN_PROBES_HARD);
		error_suggest(&err, "name the devices, or test fewer networks "
				    "at once");
		plan_fail(w, &err);
		return false;
	}
	return true;
}

static void fleet_device(struct plan_work *w, struct plan_device *list,
			 const struct device *d)
{
	list[w->plan->device_count++] = (struct plan_device){
	    .name = d->name,
	    .address = d->address,
	    .types = d->types,
	    .entry = d,
	};
}

static void fleet_network(struct plan_work *w, struct plan_device *list,
			  const struct device *d, struct fleet_seen *seen)
{
	char text[ADDR_TEXT];

	for (uint64_t i = 0; i < d->total; i++) {
		struct addr a = d->first;
		struct plan_device *out = &list[w->plan->device_count];

		if (!addr_add(&a, i) || !fleet_add(seen, &a))
			continue;
		out->address =
		    arena_strdup(&w->plan->arena, addr_text(&a, text));
		out->name = out->address;
		out->types = d->types;
		out->swept = true;
		out->entry = d;
		w->plan->device_count++;
	}
}

void fleet_build(struct plan_work *w)
{
	const struct inventory *inv = w->request->inventory;
	struct plan_device *list;
	struct fleet_seen seen;
	struct addr literal;
	uint64_t total;
	size_t size = 16;

	if (inv == NULL || !fleet_fits(w, &total))
		return;
	while (size < 2 * (total + 1))
		size *= 2;
	seen.slots = mem_calloc(size, sizeof *seen.slots);
	seen.mask = size - 1;
	list = arena_calloc(&w->plan->arena, (size_t)total + 1, sizeof *list);
	w->plan->devices = list;
	/* Named devices first: a network passes over them. */
	for (size_t i = 0; i < inv->device_count; i++) {
		const struct device *d = &inv->devices[i];

		if (d->address != NULL && addr_parse(&literal, d->address))
			fleet_add(&seen, &literal);
	}
	for (size_t i = 0; i < inv->device_count; i++) {
		if (inv->devices[i].address != NULL)
			fleet_device(w, list, &inv->devices[i]);
		else
			fleet_network(w, list, &inv->devices[i], &seen);
	}
	free(seen.slots);
}

bool fleet_is(const struct plan_device *d, const char *const *types)
{
	for (; *types != NULL; types++) {
		if (strcmp(*types, device_types[0]) == 0 ||
		    reader_has(d->types, *types))
			return true;
	}
	return false;
}
