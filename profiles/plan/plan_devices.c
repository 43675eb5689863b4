/*
 * plan_devices.c - the addresses of the inventory, one by one.
 *
 * Totals are added up in 64 bits before anything is allocated. A device that
 * is named one by one is not swept a second time by a network around it. Roles
 * and types share one name space: what the inventory lists under a role that is
 * called like a type is of that type. So is what --target gives for a word that
 * is a role of the profile, too: it is asked for what that role is for, not for
 * all that any device is asked for.
 */
#include "profiles/plan/plan_internal.h"
#include "profiles/read/profile.h"
#include "profiles/read/reader.h"

#include <stdlib.h>
#include <string.h>

/* Numeric addresses that are taken: open addressing, never full. */
struct plan_devices_seen {
	struct addr *slots;
	size_t mask;
};

static size_t plan_devices_hash(const struct addr *a)
{
	uint64_t hash = 1469598103934665603ULL;

	for (size_t i = 0; i < sizeof a->bytes; i++)
		hash = (hash ^ a->bytes[i]) * 1099511628211ULL;
	return (size_t)(hash ^ hash >> 32);
}

/* True where the address was new. */
static bool plan_devices_add(struct plan_devices_seen *seen,
			     const struct addr *a)
{
	size_t i = plan_devices_hash(a) & seen->mask;

	while (seen->slots[i].family != ADDR_NONE) {
		if (addr_equal(&seen->slots[i], a))
			return false;
		i = (i + 1) & seen->mask;
	}
	seen->slots[i] = *a;
	return true;
}

static bool plan_devices_is_type(const struct inventory_role *role)
{
	return strcmp(role->name, device_types[0]) != 0 &&
	       reader_has(device_types, role->name);
}

static bool plan_devices_fits(struct plan_work *w, uint64_t *total)
{
	const struct inventory *inv = w->request->inventory;
	struct error err;

	*total = 0;
	for (size_t i = 0; i < inv->role_count; i++) {
		if (plan_devices_is_type(&inv->roles[i]))
			*total += reader_count(inv->roles[i].addresses);
	}
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

/* A role of some profile of this run. */
static bool plan_devices_is_role(const struct plan_work *w, const char *type)
{
	for (size_t i = 0; i < w->request->profile_count; i++) {
		if (profile_role(w->request->profiles[i].profile, type) != NULL)
			return true;
	}
	return false;
}

static bool plan_devices_only_plays(const struct plan_work *w,
				    const struct device *d)
{
	if (!d->from_target || d->any || d->types[0] == NULL)
		return false;
	for (size_t i = 0; d->types[i] != NULL; i++) {
		if (!plan_devices_is_role(w, d->types[i]))
			return false;
	}
	return true;
}

static void plan_devices_device(struct plan_work *w, struct plan_device *list,
				const struct device *d)
{
	list[w->plan->device_count++] = (struct plan_device){
	    .name = d->name,
	    .address = d->address,
	    .types = d->types,
	    .by_role = plan_devices_only_plays(w, d),
	    .entry = d,
	};
}

static void plan_devices_network(struct plan_work *w, struct plan_device *list,
				 const struct device *d,
				 struct plan_devices_seen *seen)
{
	char text[ADDR_TEXT];

	for (uint64_t i = 0; i < d->total; i++) {
		struct addr a = d->first;
		struct plan_device *out = &list[w->plan->device_count];

		if (!addr_add(&a, i) || !plan_devices_add(seen, &a))
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

static void plan_devices_add_type(struct plan_work *w, struct plan_device *d,
				  const char *type)
{
	size_t count = reader_count(d->types);
	const char **types =
	    arena_calloc(&w->plan->arena, count + 2, sizeof *types);

	memcpy(types, d->types, count * sizeof *types);
	types[count] = type;
	d->types = types;
}

/* An address of a role: a named device gets the type; a swept one stays what it
 * is, because it need not answer. */
static void plan_devices_role_address(struct plan_work *w,
				      struct plan_device *list,
				      const char *type, const char *address)
{
	struct device *entry;

	for (size_t i = 0; i < w->plan->device_count; i++) {
		struct plan_device *d = &list[i];

		if (strcmp(d->address, address) != 0)
			continue;
		if (reader_has(d->types, type))
			return;
		if (d->swept)
			continue;
		plan_devices_add_type(w, d, type);
		return;
	}
	entry = arena_calloc(&w->plan->arena, 1, sizeof *entry);
	entry->name = address;
	entry->address = address;
	entry->total = 1;
	entry->types = arena_calloc(&w->plan->arena, 1, sizeof *entry->types);
	list[w->plan->device_count] = (struct plan_device){
	    .name = address,
	    .address = address,
	    .types = entry->types,
	    .by_role = true,
	    .entry = entry,
	};
	plan_devices_add_type(w, &list[w->plan->device_count++], type);
}

static void plan_devices_roles(struct plan_work *w, struct plan_device *list)
{
	const struct inventory *inv = w->request->inventory;

	for (size_t i = 0; i < inv->role_count; i++) {
		const struct inventory_role *role = &inv->roles[i];

		if (!plan_devices_is_type(role))
			continue;
		for (size_t k = 0; role->addresses[k] != NULL; k++)
			plan_devices_role_address(w, list, role->name,
						  role->addresses[k]);
	}
}

void plan_devices_build(struct plan_work *w)
{
	const struct inventory *inv = w->request->inventory;
	struct plan_device *list;
	struct plan_devices_seen seen;
	struct addr literal;
	uint64_t total;
	size_t size = 16;

	if (inv == NULL || !plan_devices_fits(w, &total))
		return;
	while (size < 2 * (total + 1))
		size *= 2;
	seen.slots = mem_calloc(size, sizeof *seen.slots);
	seen.mask = size - 1;
	list = arena_calloc(&w->plan->arena, (size_t)total + 1, sizeof *list);
	w->plan->devices = list;
	/* Named devices first: a network skips them. */
	for (size_t i = 0; i < inv->device_count; i++) {
		const struct device *d = &inv->devices[i];

		if (d->address != NULL && addr_parse(&literal, d->address))
			plan_devices_add(&seen, &literal);
	}
	for (size_t i = 0; i < inv->device_count; i++) {
		if (inv->devices[i].address != NULL)
			plan_devices_device(w, list, &inv->devices[i]);
		else
			plan_devices_network(w, list, &inv->devices[i], &seen);
	}
	plan_devices_roles(w, list);
	free(seen.slots);
}

bool plan_devices_is(const struct plan_device *d, const char *const *types)
{
	for (; *types != NULL; types++) {
		bool any = strcmp(*types, device_types[0]) == 0;

		if (any ? !d->by_role : reader_has(d->types, *types))
			return true;
	}
	return false;
}

uint16_t plan_devices_port(const struct plan_device *d, const char *check)
{
	for (size_t i = 0; i < d->entry->port_count; i++) {
		if (strcmp(d->entry->ports[i].check, check) == 0)
			return d->entry->ports[i].port;
	}
	return 0;
}
