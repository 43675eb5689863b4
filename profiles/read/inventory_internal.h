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
	struct inventory_note *notes;
	size_t note_capacity;
	/* Notes about single rows leave room for those about a whole file. */
	size_t row_notes;
	bool in_rows;
	struct column_map *maps; /* --map */
	size_t map_count, map_capacity;
	struct inventory_hint { /* --type */
		const char *word, *types;
		bool used;
	} * hints;
	size_t hint_count, hint_capacity;
	const char **unknown_types; /* that were reported already */
	size_t unknown_count, unknown_capacity;
};

/* YAML by content or ending; else it is CSV. */
bool inventory_is_yaml(const char *path, const struct buf *text);

/* A table as the tree that the same inventory has in YAML. NULL: the errors are
 * in the reader's list (table.c, nmap.c). */
const struct tree *table_read(struct reader *r, struct inventory_store *s,
			      const struct buf *text);
const struct tree *nmap_read(struct reader *r, struct inventory_store *s,
			     const struct buf *text);
/* Nmap's -oG or -oX. */
bool nmap_is(const struct buf *text);

/* Says what was guessed or left out; line 0: of the whole file. */
void inventory_note(struct inventory_store *s, const char *file, unsigned line,
		    const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The map `credentials:` (credential.c). */
void credential_read_all(struct reader *r, struct inventory_store *s,
			 const struct tree *map);

/* One entry of `devices:` (device.c). */
void device_read(struct reader *r, struct inventory_store *s,
		 const struct tree *map);
/* When all files are read: the credentials that the devices name. */
void device_settle(struct reader *r, const struct inventory *inv,
		   struct device *d);

struct device *inventory_new_device(struct inventory_store *s);
/* Address or network, into d; the name is the text. */
int inventory_where(struct device *d, const char *text, struct error *err);
struct inventory_role *inventory_role_named(struct inventory_store *s,
					    const char *name);
/* Adds an address to a role; one that is there already stays once. */
int inventory_role_add(struct inventory_store *s, struct inventory_role *role,
		       const char *address, struct error *err);
const struct credential *credential_find(const struct inventory *inv,
					 const char *name);
/* The i-th name, NULL at the end: for suggestions. */
const char *credential_name_at(const void *inventory, size_t i);

#endif
