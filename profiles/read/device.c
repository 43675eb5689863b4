/*
 * device.c - one entry of `devices:`.
 */
#include "core/engine/check.h"
#include "profiles/read/inventory_internal.h"
#include "profiles/read/profile.h"
#include "profiles/read/type_words.h"
#include "core/base/text.h"

#include <string.h>

struct device_nodes {
	const struct tree *address, *network, *types, *name, *ports;
	const struct tree *credentials, *site, *note;
};

static const struct reader_key device_keys[] = {
    {"address", READER_TEXT, offsetof(struct device_nodes, address), false},
    {"network", READER_TEXT, offsetof(struct device_nodes, network), false},
    {"types", READER_TEXTS, offsetof(struct device_nodes, types), false},
    {"name", READER_TEXT, offsetof(struct device_nodes, name), false},
    {"ports", READER_MAP, offsetof(struct device_nodes, ports), false},
    {"credentials", READER_TEXTS, offsetof(struct device_nodes, credentials),
     false},
    {"site", READER_TEXT, offsetof(struct device_nodes, site), false},
    {"note", READER_TEXT, offsetof(struct device_nodes, note), false},
    {.name = NULL},
};

static void device_where(struct reader *r, const struct device_nodes *n,
			 const struct tree *map, struct device *d)
{
	const struct tree *at = n->address != NULL ? n->address : n->network;
	struct error err;

	if (tree_get(map, "address") != NULL &&
	    tree_get(map, "network") != NULL) {
		reader_fail(r, map,
			    "a device has 'address' or 'network', not "
			    "both");
	} else if (tree_get(map, "address") == NULL &&
		   tree_get(map, "network") == NULL) {
		reader_fail(r, map, "device lacks 'address'");
	} else if (at == NULL) {
		return;
	} else if (inventory_where(d, at->text, &err) == -1) {
		reader_fail_error(r, at, &err);
	} else if (n->address != NULL && d->network != NULL) {
		error_set(&err, "'%s' is a network, not an address", at->text);
		error_suggest(&err, "write network: %s", at->text);
		reader_fail_error(r, at, &err);
	} else if (n->network != NULL && d->network == NULL) {
		error_set(&err, "'%s' is not a network", at->text);
		error_suggest(&err, "write address: %s", at->text);
		reader_fail_error(r, at, &err);
	}
}

/* Names go into result ids: what separates their parts is not for names. */
static void device_name(struct reader *r, const struct tree *name,
			struct device *d)
{
	if (name == NULL)
		return;
	d->name = name->text;
	if (strlen(name->text) > 64)
		reader_fail(r, name, "the name is longer than 64 characters");
	if (strpbrk(name->text, "/:#[]") != NULL)
		reader_fail(r, name, "the name '%s' may not hold / : # [ ]",
			    name->text);
}

/* An unknown word is reported once. */
static void device_unknown_type(struct reader *r, struct inventory_store *s,
				const struct tree *word)
{
	const char *known;
	struct error err;

	for (size_t i = 0; i < s->unknown_count; i++) {
		if (strcmp(s->unknown_types[i], word->text) == 0) {
			r->failed++;
			return;
		}
	}
	s->unknown_types =
	    mem_grow(s->unknown_types, &s->unknown_capacity,
		     s->unknown_count + 1, sizeof *s->unknown_types);
	s->unknown_types[s->unknown_count++] = word->text;
	s->public.has_unknown_types = true;
	known = type_words_find(word->text, true);
	for (size_t i = 0; device_types[i] != NULL; i++)
		if (text_casecmp(device_types[i], word->text) == 0)
			known = device_types[i];
	if (known == NULL || *known == '\0') {
		reader_fail_name(r, word, device_types, "device type",
				 word->text);
		return;
	}
	error_set(&err, "unknown device type '%s'", word->text);
	error_suggest(&err, "did you mean '%s'?", known);
	reader_fail_error(r, word, &err);
}

static void device_types_read(struct reader *r, struct inventory_store *s,
			      const struct tree *types, struct device *d)
{
	size_t count = types == NULL ? 0 : types->count;
	const char **list = arena_calloc(r->arena, count + 1, sizeof *list);
	size_t used = 0;

	d->types = list;
	for (size_t i = 0; i < count; i++) {
		const char *word = types->items[i]->text;

		if (!reader_has(device_types, word))
			device_unknown_type(r, s, types->items[i]);
		else if (strcmp(word, "any") != 0 && !reader_has(list, word))
			list[used++] = word;
	}
}

static const char *device_check_name(const void *arg, size_t i)
{
	const struct check *const *registry = arg;

	return registry[i] == NULL ? NULL : registry[i]->name;
}

static void device_ports_read(struct reader *r, const struct tree *map,
			      struct device *d)
{
	size_t count = map == NULL ? 0 : map->count;
	struct device_port *list =
	    arena_calloc(r->arena, count + 1, sizeof *list);

	d->ports = list;
	for (size_t i = 0; i < count; i++) {
		const struct tree *key = map->keys[i];
		const struct tree *value = map->items[i];
		struct error err;
		int64_t port;

		if (check_find(key->text) == NULL) {
			error_unknown(&err, "check", key->text,
				      device_check_name, check_registry, NULL);
			reader_fail_error(r, key, &err);
		} else if (value->kind != TREE_TEXT ||
			   !text_number(value->text, 1, 65535, &port)) {
			reader_fail(r, value, "the port of '%s' is 1 to 65535",
				    key->text);
		} else {
			list[d->port_count].check = key->text;
			list[d->port_count++].port = (uint16_t)port;
		}
	}
}

void device_settle(struct reader *r, const struct inventory *inv,
		   struct device *d)
{
	const struct tree *names = d->credential_names;
	size_t count = names == NULL ? 0 : names->count;
	const struct credential **list =
	    arena_calloc(r->arena, count + 1, sizeof *list);

	d->credentials = list;
	d->credential_names = NULL;
	for (size_t i = 0; i < count; i++) {
		const struct tree *name = names->items[i];
		const struct credential *c = credential_find(inv, name->text);
		struct error err;

		if (c != NULL) {
			list[d->credential_count++] = c;
			continue;
		}
		error_unknown(&err, "credential", name->text,
			      credential_name_at, inv, NULL);
		r->file = d->file;
		reader_fail_error(r, name, &err);
	}
}

void device_read(struct reader *r, struct inventory_store *s,
		 const struct tree *map)
{
	struct device_nodes n;
	struct device *d = inventory_new_device(s);

	memset(&n, 0, sizeof n);
	reader_map(r, map, "device", device_keys, &n);
	d->file = r->file;
	d->line = map->line;
	d->column = map->column;
	device_where(r, &n, map, d);
	device_name(r, n.name, d);
	device_types_read(r, s, n.types, d);
	device_ports_read(r, n.ports, d);
	d->credential_names = n.credentials;
	d->site = n.site == NULL ? NULL : n.site->text;
	if (d->name == NULL)
		d->name = "";
}
