/*
 * inventory.c - the devices of one site, from files and --target.
 */
#include "profiles/read/inventory_internal.h"
#include "profiles/read/columns.h"
#include "profiles/read/decode.h"
#include "profiles/read/file.h"
#include "profiles/read/profile.h"
#include "profiles/plan/target.h"
#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

struct inventory_nodes {
	const struct tree *preflight, *devices, *roles, *credentials, *note;
};

static const struct reader_key inventory_keys[] = {
    {"preflight", READER_TEXT, offsetof(struct inventory_nodes, preflight),
     true},
    {"devices", READER_MAPS, offsetof(struct inventory_nodes, devices), false},
    {"roles", READER_MAP, offsetof(struct inventory_nodes, roles), false},
    {"credentials", READER_MAP, offsetof(struct inventory_nodes, credentials),
     false},
    {"note", READER_TEXT, offsetof(struct inventory_nodes, note), false},
    {.name = NULL},
};

static const struct tree_limits inventory_limits = {
    .nodes = PROFILE_NODES_MAX,
    .entries = "devices",
    .entry_count = INVENTORY_DEVICES_MAX,
    .entry_nodes = INVENTORY_DEVICE_VALUES_MAX,
    .instead = INVENTORY_INSTEAD};

static struct inventory_store *inventory_store(struct inventory *inv)
{
	return (struct inventory_store *)inv;
}

struct inventory *inventory_new(void)
{
	struct inventory_store *s = mem_calloc(1, sizeof *s);

	return &s->public;
}

void inventory_free(struct inventory *inv)
{
	struct inventory_store *s;

	if (inv == NULL)
		return;
	s = inventory_store(inv);
	free(s->devices);
	free(s->roles);
	free(s->notes);
	free(s->maps);
	free(s->hints);
	free(s->unknown_types);
	arena_free(&inv->arena);
	free(s);
}

struct device *inventory_new_device(struct inventory_store *s)
{
	struct device *d;

	s->devices = mem_grow(s->devices, &s->device_capacity,
			      s->public.device_count + 1, sizeof *s->devices);
	s->public.devices = s->devices;
	d = &s->devices[s->public.device_count++];
	memset(d, 0, sizeof *d);
	d->types = arena_calloc(&s->public.arena, 1, sizeof *d->types);
	return d;
}

int inventory_where(struct device *d, const char *text, struct error *err)
{
	struct addr literal;

	if (d->name == NULL)
		d->name = text;
	if (target_is_network(text)) {
		d->network = text;
		return target_network(text, &d->first, &d->total, err);
	}
	d->address = text;
	d->total = 1;
	return target_host(text, &literal, err);
}

struct inventory_role *inventory_role_named(struct inventory_store *s,
					    const char *name)
{
	struct inventory_role *role;

	for (size_t i = 0; i < s->public.role_count; i++) {
		if (strcmp(s->roles[i].name, name) == 0)
			return &s->roles[i];
	}
	s->roles = mem_grow(s->roles, &s->role_capacity,
			    s->public.role_count + 1, sizeof *s->roles);
	s->public.roles = s->roles;
	role = &s->roles[s->public.role_count++];
	memset(role, 0, sizeof *role);
	role->name = arena_strdup(&s->public.arena, name);
	role->addresses =
	    arena_calloc(&s->public.arena, 1, sizeof *role->addresses);
	return role;
}

int inventory_role_add(struct inventory_store *s, struct inventory_role *role,
		       const char *address, struct error *err)
{
	size_t count = reader_count(role->addresses);
	const char **list;

	if (reader_has(role->addresses, address))
		return 0;
	if (count == INVENTORY_ROLE_MAX)
		return error_set(err, "role '%s' has more than %d addresses",
				 role->name, INVENTORY_ROLE_MAX);
	list = arena_calloc(&s->public.arena, count + 2, sizeof *list);
	for (size_t i = 0; i < count; i++)
		list[i] = role->addresses[i];
	list[count] = arena_strdup(&s->public.arena, address);
	role->addresses = list;
	return 0;
}

static void inventory_roles(struct reader *r, struct inventory_store *s,
			    const struct tree *map)
{
	for (size_t i = 0; map != NULL && i < map->count; i++) {
		const struct tree *list = map->items[i];
		struct inventory_role *role;
		struct addr literal;
		struct error err;

		if (!reader_word(r, map->keys[i], "role",
				 reader_name_characters))
			continue;
		if (list->kind != TREE_LIST) {
			reader_fail(r, list,
				    "role '%s' must be a list of "
				    "addresses",
				    map->keys[i]->text);
			continue;
		}
		role = inventory_role_named(s, map->keys[i]->text);
		for (size_t k = 0; k < list->count; k++) {
			const struct tree *at = list->items[k];

			if (at->kind != TREE_TEXT)
				reader_fail(r, at, "an address is a value");
			else if (target_host(at->text, &literal, &err) == -1)
				reader_fail_error(r, at, &err);
			else if (inventory_role_add(s, role, at->text, &err) ==
				 -1)
				reader_fail_error(r, at, &err);
		}
	}
}

static bool inventory_kind(struct reader *r, const struct tree *root)
{
	const struct tree *kind = tree_get(root, "preflight");
	const char *text = reader_text(kind);
	struct error err;

	if (text != NULL && strcmp(text, "inventory/1") == 0)
		return true;
	if (text == NULL)
		error_set(&err, "this is not an inventory: 'preflight' is "
				"missing");
	else
		error_set(&err,
			  "'%s' is not a supported version of inventories",
			  text);
	error_suggest(&err, "an inventory has preflight: inventory/1");
	reader_fail_error(r, kind == NULL ? root : kind, &err);
	return false;
}

static void inventory_read(struct reader *r, struct inventory_store *s,
			   const struct tree *root)
{
	struct inventory_nodes n;

	memset(&n, 0, sizeof n);
	if (!inventory_kind(r, root))
		return;
	reader_map(r, root, "inventory", inventory_keys, &n);
	credential_read_all(r, s, n.credentials);
	inventory_roles(r, s, n.roles);
	for (size_t i = 0; n.devices != NULL && i < n.devices->count; i++)
		device_read(r, s, n.devices->items[i]);
}

/* Names and addresses are what results are called by: each is there once. */
static int inventory_by_name(const void *a, const void *b)
{
	const struct device *const *left = a;
	const struct device *const *right = b;
	int order = strcmp((*left)->name, (*right)->name);

	if (order == 0 && *left != *right)
		order = *left < *right ? -1 : 1;
	return order;
}

static const char *inventory_address(const struct device *d)
{
	return d->address != NULL ? d->address : d->network;
}

static int inventory_by_address(const void *a, const void *b)
{
	const struct device *const *left = a;
	const struct device *const *right = b;
	int order = strcmp(inventory_address(*left), inventory_address(*right));

	if (order == 0 && *left != *right)
		order = *left < *right ? -1 : 1;
	return order;
}

static void inventory_twice(struct reader *r, const struct device *first,
			    const struct device *second, const char *what,
			    const char *text)
{
	struct error err;

	const char *file = second->file == NULL ? r->file : second->file;
	bool other = first->file != NULL && strcmp(first->file, file) != 0;

	error_at(&err, file, second->line, second->column,
		 "%s '%s' is there twice, first on line %u%s%s", what, text,
		 first->line, other ? " of " : "", other ? first->file : "");
	errors_add(r->errors, &err);
	r->failed++;
}

static void inventory_unique(struct reader *r, const struct inventory_store *s)
{
	size_t count = s->public.device_count;
	const struct device **sorted;

	if (count < 2)
		return;
	sorted = mem_calloc(count, sizeof *sorted);
	for (size_t i = 0; i < count; i++)
		sorted[i] = &s->devices[i];
	qsort(sorted, count, sizeof *sorted, inventory_by_address);
	for (size_t i = 1; i < count; i++) {
		if (strcmp(inventory_address(sorted[i - 1]),
			   inventory_address(sorted[i])) == 0)
			inventory_twice(r, sorted[i - 1], sorted[i], "address",
					inventory_address(sorted[i]));
	}
	qsort(sorted, count, sizeof *sorted, inventory_by_name);
	for (size_t i = 1; i < count; i++) {
		if (strcmp(sorted[i - 1]->name, sorted[i]->name) == 0 &&
		    strcmp(sorted[i]->name, inventory_address(sorted[i])) != 0)
			inventory_twice(r, sorted[i - 1], sorted[i], "name",
					sorted[i]->name);
	}
	free(sorted);
}

bool inventory_is_yaml(const char *path, const struct buf *text)
{
	static const char *const starts[] = {"preflight:", "---", "%YAML", "{",
					     NULL};
	const char *ending = strrchr(path, '.');
	const char *at = buf_text(text);

	if (ending != NULL &&
	    (strcmp(ending, ".yaml") == 0 || strcmp(ending, ".yml") == 0))
		return true;
	while (*at == '#' || *at == '\n' || *at == '\r') {
		at += strcspn(at, "\n");
		at += *at == '\n';
	}
	for (size_t i = 0; starts[i] != NULL; i++) {
		if (strncmp(at, starts[i], strlen(starts[i])) == 0)
			return true;
	}
	return false;
}

/* What a file holds as text, decoded where it is a table. 1: YAML, 0: a table,
 * -1: err is set. */
static int inventory_text(struct inventory_store *s, const char *path,
			  struct buf *text, struct error *err)
{
	struct buf none = {.data = NULL};
	struct decoded what;

	if (inventory_is_yaml(path, &none))
		return file_read(path, INVENTORY_BYTES_MAX, text, err) == -1
			   ? -1
			   : 1;
	if (file_bytes(path, TABLE_BYTES_MAX, text, err) == -1)
		return -1;
	if (inventory_is_yaml(path, text)) {
		buf_free(text);
		return file_read(path, INVENTORY_BYTES_MAX, text, err) == -1
			   ? -1
			   : 1;
	}
	if (decode_table(path, text, &what, err) == -1)
		return -1;
	if (what.encoding != NULL)
		inventory_note(s, path, 0, "is read as %s", what.encoding);
	if (what.invisible > 0)
		inventory_note(s, path, 0,
			       "%zu character%s that cannot be seen: left out",
			       what.invisible, text_plural(what.invisible));
	return 0;
}

/* What a damaged file wants to be: its first line that begins so says it. */
static bool inventory_says_so(const struct buf *text)
{
	static const char key[] = "preflight:", word[] = "inventory";
	const char *at = buf_text(text);

	while (*at != '\0' && strncmp(at, key, sizeof key - 1) != 0) {
		at += strcspn(at, "\n");
		at += *at == '\n';
	}
	if (*at == '\0')
		return false;
	at += sizeof key - 1;
	at += strspn(at, " \"'");
	return strncmp(at, word, sizeof word - 1) == 0;
}

bool inventory_is_one(const char *path)
{
	struct inventory *scratch = inventory_new();
	const struct tree *root;
	const char *kind;
	struct error unused;
	struct buf text;
	bool result;
	int yaml;

	yaml = inventory_text(inventory_store(scratch), path, &text, &unused);
	if (yaml == -1) {
		/* A table that is damaged is one; what is not a file is not. */
		buf_free(&text);
		result =
		    file_bytes(path, TABLE_BYTES_MAX, &text, &unused) == 0 &&
		    !inventory_is_yaml(path, &text);
	} else if (yaml == 1) {
		root = tree_parse(&scratch->arena, path, &inventory_limits,
				  &text, &unused);
		kind = reader_text(tree_get(root, "preflight"));
		result = root == NULL ? inventory_says_so(&text)
				      : kind != NULL &&
					    strncmp(kind, "inventory", 9) == 0;
	} else {
		result = true;
	}
	buf_free(&text);
	inventory_free(scratch);
	return result;
}

static struct reader inventory_reader(struct inventory *inv, const char *path,
				      struct errors *errors)
{
	return (struct reader){.arena = &inv->arena,
			       .file = arena_strdup(&inv->arena, path),
			       .errors = errors};
}

/* One file, but for what others may add to it. How many mistakes it has. */
static size_t inventory_file(struct inventory_store *s, const char *path,
			     struct errors *errors)
{
	struct reader r = inventory_reader(&s->public, path, errors);
	const struct tree *root = NULL;
	struct error err;
	struct buf text;
	int yaml = inventory_text(s, r.file, &text, &err);

	if (yaml == 1)
		root =
		    tree_parse(r.arena, r.file, &inventory_limits, &text, &err);
	else if (yaml == 0)
		root = nmap_is(&text) ? nmap_read(&r, s, &text)
				      : table_read(&r, s, &text);
	if (root == NULL && r.failed == 0) {
		errors_add(errors, &err);
		r.failed++;
	}
	s->public.from_table = s->public.from_table || yaml == 0;
	buf_free(&text);
	if (root != NULL)
		inventory_read(&r, s, root);
	return r.failed;
}

void inventory_borrow(struct inventory *inv, const char *path)
{
	struct errors unused = {0};
	struct reader r = inventory_reader(inv, path, &unused);
	const struct tree *root;
	struct error err;
	struct buf text;

	buf_init(&text, 0);
	if (file_read(path, INVENTORY_BYTES_MAX, &text, &err) == 0 &&
	    inventory_is_yaml(path, &text)) {
		root =
		    tree_parse(r.arena, r.file, &inventory_limits, &text, &err);
		root = tree_get(root, "credentials");
		if (root != NULL && root->kind == TREE_MAP)
			credential_read_all(&r, inventory_store(inv), root);
	}
	buf_free(&text);
	errors_free(&unused);
}

static void inventory_unused_options(struct reader *r,
				     struct inventory_store *s)
{
	struct error err;

	for (size_t i = 0; i < s->map_count; i++) {
		if (s->maps[i].used)
			continue;
		error_set(&err, "--map: no file has a column '%s'",
			  s->maps[i].column);
		errors_add(r->errors, &err);
		r->failed++;
	}
	for (size_t i = 0; s->public.from_table && i < s->hint_count; i++)
		if (!s->hints[i].used)
			inventory_note(s, r->file, 0,
				       "--type: no device is of type '%s'",
				       s->hints[i].word);
}

/* The site of all devices, where they have the same. */
static const char *inventory_one_site(const struct inventory *inv)
{
	const char *site = inv->device_count > 0 ? inv->devices[0].site : NULL;

	for (size_t i = 1; i < inv->device_count && site != NULL; i++)
		if (inv->devices[i].site == NULL ||
		    text_casecmp(site, inv->devices[i].site) != 0)
			return NULL;
	return site;
}

int inventory_load_all(struct inventory *inv, const char *const *paths,
		       struct errors *errors)
{
	struct inventory_store *s = inventory_store(inv);
	struct reader r = inventory_reader(inv, "", errors);
	size_t first = errors->count;

	for (; *paths != NULL; paths++) {
		r.file = arena_strdup(&inv->arena, *paths);
		r.failed += inventory_file(s, *paths, errors);
	}
	for (size_t i = 0; i < inv->device_count; i++)
		device_settle(&r, inv, &s->devices[i]);
	if (r.failed == 0)
		inventory_unique(&r, s);
	if (r.failed == 0)
		inventory_unused_options(&r, s);
	inv->site = inventory_one_site(inv);
	reader_sort(errors, first);
	return r.failed == 0 ? 0 : -1;
}

int inventory_load(struct inventory *inv, const char *path,
		   struct errors *errors)
{
	const char *const paths[] = {path, NULL};

	return inventory_load_all(inv, paths, errors);
}

/* The device of this address or name, or NULL. */
static struct device *inventory_known(struct inventory_store *s,
				      const char *text)
{
	for (size_t i = 0; i < s->public.device_count; i++) {
		if (strcmp(inventory_address(&s->devices[i]), text) == 0 ||
		    strcmp(s->devices[i].name, text) == 0)
			return &s->devices[i];
	}
	return NULL;
}

static void inventory_give_type(struct inventory_store *s, struct device *d,
				const char *type)
{
	size_t count = reader_count(d->types);
	const char **list;

	if (strcmp(type, device_types[0]) == 0 || reader_has(d->types, type))
		return;
	list = arena_calloc(&s->public.arena, count + 2, sizeof *list);
	for (size_t i = 0; i < count; i++)
		list[i] = d->types[i];
	list[count] = arena_strdup(&s->public.arena, type);
	d->types = list;
}

static int inventory_add_one(struct inventory_store *s, const char *word,
			     const char *address, struct error *err)
{
	struct inventory_role *role;
	struct device *d;
	struct addr literal;

	if (*address == '\0')
		return error_set(err, "an address of '%s' is empty", word);
	if (!reader_has(device_types, word)) {
		if (target_host(address, &literal, err) == -1)
			return -1;
		role = inventory_role_named(s, word);
		role->from_target = true;
		return inventory_role_add(s, role, address, err);
	}
	d = inventory_known(s, address);
	if (d == NULL) {
		struct device made = {.name = NULL};

		if (inventory_where(&made, address, err) == -1)
			return -1;
		d = inventory_new_device(s);
		made.types = d->types;
		made.from_target = true;
		*d = made;
	}
	d->any = d->any || strcmp(word, device_types[0]) == 0;
	inventory_give_type(s, d, word);
	return 0;
}

int inventory_add_target(struct inventory *inv, const char *argument,
			 struct error *err)
{
	struct inventory_store *s = inventory_store(inv);
	const char *equals = strchr(argument, '=');
	const char *word, *at;

	if (equals == NULL || equals == argument || equals[1] == '\0') {
		error_set(err, "'%s' is not a target", argument);
		error_suggest(err,
			      "write TYPE=ADDRESS, such as snmp=10.2.0.10");
		return -1;
	}
	word =
	    arena_strndup(&inv->arena, argument, (size_t)(equals - argument));
	if (word[strspn(word, reader_name_characters)] != '\0')
		return error_set(err, "'%s' is not a device type or a role",
				 word);
	for (at = equals + 1;; at++) {
		size_t length = strcspn(at, ",");

		if (inventory_add_one(s, word,
				      arena_strndup(&inv->arena, at, length),
				      err) == -1)
			return -1;
		at += length;
		if (*at == '\0')
			return 0;
	}
}
