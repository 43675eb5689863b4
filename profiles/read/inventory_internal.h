/*
 * inventory_internal.h - what the readers of an inventory share.
 */
#ifndef PREFLIGHT_INVENTORY_INTERNAL_H
#define PREFLIGHT_INVENTORY_INTERNAL_H

#include "profiles/read/inventory.h"
#include "profiles/read/reader.h"

/* `public` is what callers see; its arrays are the growing ones here. */
struct inventory_store {
	struct inventory public; /* first: a cast leads back */
	struct device *devices;
	size_t device_capacity;
	struct inventory_role *roles;
	size_t role_capacity;
	struct credential *credentials;
};

/* YAML by content or ending; else it is CSV. */
bool inventory_is_yaml(const char *path, const struct buf *text);

/* CSV as the tree that the same inventory has in YAML (csv.c). */
const struct tree *csv_parse(struct arena *a, const char *file,
			     const struct buf *text, struct error *err);

/* The map `credentials:` (credential.c). */
void credential_read_all(struct reader *r, struct inventory_store *s,
			 const struct tree *map);

/* One entry of `devices:` (device.c). */
void device_read(struct reader *r, struct inventory_store *s,
		 const struct tree *map);

struct device *inventory_new_device(struct inventory_store *s);
/* Address or network, into d; the name is the text. */
int inventory_where(struct device *d, const char *text, struct error *err);
struct inventory_role *inventory_role_named(struct inventory_store *s,
					    const char *name);
/* Adds an address to a role; one that is there already stays once. */
void inventory_role_add(struct inventory_store *s, struct inventory_role *role,
			const char *address);
const struct credential *credential_find(const struct inventory *inv,
					 const char *name);

#endif
