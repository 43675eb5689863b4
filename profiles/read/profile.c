/*
 * profile.c - a profile from its file: head, sources, variables, roles,
 * scenarios; the requirements are read by requirement.c.
 */
#include "profiles/read/profile.h"
#include "profiles/read/built_in.h"
#include "profiles/read/file.h"
#include "profiles/read/reader.h"
#include "profiles/read/requirement.h"
#include "core/base/sha256.h"
#include "core/base/text.h"
#include "profiles/read/variable.h"
#include "core/os/pattern.h"

#include <stdlib.h>
#include <string.h>

const char *const device_types[] = {"any",
				    "network-element",
				    "snmp",
				    "windows",
				    "windows-legacy",
				    "unix",
				    "esxi",
				    "vcenter",
				    "xenserver",
				    "nas",
				    "printer",
				    "ibm-hmc",
				    "https",
				    "mail-server",
				    "dns-server",
				    "ldap-server",
				    "domain-controller",
				    "mssql",
				    "oracle",
				    "db2",
				    "sap",
				    NULL};

const char profile_system_resolver[] = "system-resolver";

struct profile_nodes {
	const struct tree *preflight, *name, *version, *title, *description;
	const struct tree *sources, *variables, *roles, *default_role;
	const struct tree *scenarios, *choose_one, *requirements;
};

#define KEY(name, kind, required)                                           \
	{                                                                   \
#name, kind, offsetof(struct profile_nodes, name), required \
	}

static const struct reader_key profile_keys[] = {
    KEY(preflight, READER_TEXT, true),
    KEY(name, READER_TEXT, true),
    KEY(version, READER_TEXT, true),
    KEY(title, READER_TEXT, true),
    KEY(description, READER_TEXT, false),
    KEY(sources, READER_MAP, true),
    KEY(variables, READER_MAP, false),
    KEY(roles, READER_MAP, true),
    KEY(default_role, READER_TEXT, true),
    KEY(scenarios, READER_MAP, false),
    KEY(choose_one, READER_LISTS, false),
    KEY(requirements, READER_MAPS, true),
    {.name = NULL},
};
#undef KEY

static void profile_sources(struct reader *r, struct profile *p,
			    const struct tree *map)
{
	struct source_nodes {
		const struct tree *title, *url, *retrieved;
	} n;
	static const struct reader_key keys[] = {
	    {"title", READER_TEXT, offsetof(struct source_nodes, title), true},
	    {"url", READER_TEXT, offsetof(struct source_nodes, url), false},
	    {"retrieved", READER_TEXT, offsetof(struct source_nodes, retrieved),
	     false},
	    {.name = NULL},
	};
	size_t count = map == NULL ? 0 : map->count;
	struct source *list = arena_calloc(r->arena, count + 1, sizeof *list);

	for (size_t i = 0; i < count; i++) {
		memset(&n, 0, sizeof n);
		reader_word(r, map->keys[i], "source", reader_name_characters);
		reader_map(r, map->items[i], "source", keys, &n);
		list[i].name = map->keys[i]->text;
		list[i].title = reader_text(n.title);
		list[i].url = reader_text(n.url);
		list[i].retrieved = reader_text(n.retrieved);
	}
	p->sources = list;
	p->source_count = count;
}

/* A pattern of an untrusted profile must stay small when it is compiled. */
static bool profile_is_tame(const char *pattern)
{
	size_t repeats = 0;

	if (strlen(pattern) > 200)
		return false;
	for (const char *c = pattern; *c != '\0'; c++) {
		if (*c == '\\' && c[1] >= '1' && c[1] <= '9')
			return false;
		if (*c == '{' &&
		    (++repeats > 2 || strspn(c + 1, "0123456789") > 2))
			return false;
		if (*c == ',' && strspn(c + 1, "0123456789") > 2)
			return false;
	}
	return true;
}

static void profile_pattern(struct reader *r, const struct tree *at)
{
	if (at == NULL)
		return;
	if (!profile_is_tame(at->text)) {
		reader_fail(r, at, "the pattern is too complicated");
		return;
	}
	if (!os_pattern_is_valid(at->text))
		reader_fail(r, at, "the pattern is not a regular expression");
}

struct variable_nodes {
	const struct tree *help, *example, *pattern, *fallback, *type;
};

/* Default and example must keep their own rules. */
static void profile_variable_values(struct reader *r,
				    const struct variable_nodes *n,
				    const struct variable *v)
{
	struct error err;

	if (v->fallback != NULL &&
	    variable_validate(v, v->fallback, &err) == -1)
		reader_fail_error(r, n->fallback, &err);
	if (v->example != NULL && variable_validate(v, v->example, &err) == -1)
		reader_fail_error(r, n->example, &err);
}

static void profile_variable_read(struct reader *r, const struct tree *name,
				  const struct tree *map, struct variable *v)
{
	static const struct reader_key keys[] = {
	    {"help", READER_TEXT, offsetof(struct variable_nodes, help), true},
	    {"example", READER_TEXT, offsetof(struct variable_nodes, example),
	     false},
	    {"pattern", READER_TEXT, offsetof(struct variable_nodes, pattern),
	     false},
	    {"default", READER_TEXT, offsetof(struct variable_nodes, fallback),
	     false},
	    {"type", READER_TEXT, offsetof(struct variable_nodes, type), false},
	    {.name = NULL},
	};
	struct variable_nodes n = {NULL, NULL, NULL, NULL, NULL};
	size_t failed = r->failed;

	reader_word(r, name, "variable",
		    "abcdefghijklmnopqrstuvwxyz"
		    "0123456789_");
	reader_map(r, map, "variable", keys, &n);
	v->name = name->text;
	v->help = reader_text(n.help);
	v->example = reader_text(n.example);
	v->pattern = reader_text(n.pattern);
	v->fallback = reader_text(n.fallback);
	v->type = n.type == NULL ? "text" : n.type->text;
	profile_pattern(r, n.pattern);
	if (!reader_has(variable_types, v->type)) {
		reader_fail_name(r, n.type, variable_types, "type", v->type);
		v->type = "text";
	}
	if (r->failed == failed)
		profile_variable_values(r, &n, v);
}

static void profile_variables(struct reader *r, struct profile *p,
			      const struct tree *map)
{
	size_t count = map == NULL ? 0 : map->count;
	struct variable *list = arena_calloc(r->arena, count + 1, sizeof *list);

	for (size_t i = 0; i < count; i++)
		profile_variable_read(r, map->keys[i], map->items[i], &list[i]);
	p->variables = list;
	p->variable_count = count;
}

static void profile_roles(struct reader *r, struct profile *p,
			  const struct profile_nodes *n)
{
	size_t count = n->roles == NULL ? 0 : n->roles->count;
	struct role *list = arena_calloc(r->arena, count + 1, sizeof *list);
	const char **names = arena_calloc(r->arena, count + 1, sizeof *names);

	for (size_t i = 0; i < count; i++) {
		const struct tree *name = n->roles->keys[i];

		reader_word(r, name, "role", reader_name_characters);
		if (strcmp(name->text, "self") == 0 ||
		    strcmp(name->text, "internet") == 0)
			reader_fail(r, name, "'%s' cannot name a role",
				    name->text);
		list[i].name = names[i] = name->text;
		list[i].help = reader_text(n->roles->items[i]);
		if (list[i].help == NULL || *list[i].help == '\0')
			reader_fail(r, n->roles->items[i],
				    "role '%s' has no description", name->text);
	}
	p->roles = list;
	p->role_count = count;
	p->default_role = reader_text(n->default_role);
	if (n->roles != NULL && p->default_role != NULL &&
	    profile_role(p, p->default_role) == NULL)
		reader_fail_name(r, n->default_role, names, "role",
				 p->default_role);
}

static void profile_choices(struct reader *r, struct profile *p,
			    struct scenario *list, const struct tree *sets)
{
	const char **names =
	    arena_calloc(r->arena, p->scenario_count + 1, sizeof *names);

	for (size_t i = 0; i < p->scenario_count; i++)
		names[i] = list[i].name;
	for (size_t s = 0; sets != NULL && s < sets->count; s++) {
		const struct tree *set = sets->items[s];

		for (size_t k = 0; k < set->count; k++) {
			const struct tree *word = set->items[k];
			const char *name = reader_text(word);
			size_t i = 0;

			while (name != NULL && i < p->scenario_count &&
			       strcmp(names[i], name) != 0)
				i++;
			if (name == NULL || i == p->scenario_count) {
				reader_fail_name(r, word, names, "scenario",
						 name == NULL ? "" : name);
			} else if (list[i].choice != 0 || list[i].by_default) {
				reader_fail(
				    r, word,
				    "scenario '%s' cannot be in this choice",
				    name);
			} else {
				list[i].choice = s + 1;
				list[i].first_choice = k == 0;
			}
		}
	}
}

/* `core` is always there, first, and always on. */
static void profile_scenarios(struct reader *r, struct profile *p,
			      const struct profile_nodes *n)
{
	size_t count = n->scenarios == NULL ? 0 : n->scenarios->count;
	struct scenario *list = arena_calloc(r->arena, count + 2, sizeof *list);

	list[0] = (struct scenario){
	    .name = "core", .help = "always needed", .by_default = true};
	p->scenarios = list;
	p->scenario_count = 1;
	for (size_t i = 0; i < count; i++) {
		const struct tree *name = n->scenarios->keys[i];
		const char *help = reader_text(n->scenarios->items[i]);
		struct scenario *s = &list[p->scenario_count];

		reader_word(r, name, "scenario", reader_name_characters);
		if (help == NULL || *help == '\0')
			reader_fail(r, n->scenarios->items[i],
				    "scenario '%s' has no description",
				    name->text);
		if (strcmp(name->text, "core") == 0) {
			list[0].help = help;
			continue;
		}
		s->name = name->text;
		s->help = help;
		p->scenario_count++;
	}
	profile_choices(r, p, list, n->choose_one);
}

static bool profile_kind(struct reader *r, const struct tree *root)
{
	const struct tree *kind = tree_get(root, "preflight");
	struct error err;

	if (root->kind != TREE_MAP) {
		reader_fail(r, root, "this is not a profile: keys are missing");
		return false;
	}
	if (kind == NULL) {
		error_set(&err,
			  "this is not a profile: 'preflight' is missing");
		error_suggest(&err, "start with preflight: profile/1");
		reader_fail_error(r, root, &err);
		return false;
	}
	if (kind->kind == TREE_TEXT && strcmp(kind->text, "profile/1") == 0)
		return true;
	error_set(&err, "'%s' is not a supported version of profiles",
		  kind->kind == TREE_TEXT ? kind->text : "");
	error_suggest(&err, "a profile has preflight: profile/1");
	reader_fail_error(r, kind, &err);
	return false;
}

static void profile_read(struct reader *r, struct profile *p,
			 const struct tree *root)
{
	struct profile_nodes n;

	memset(&n, 0, sizeof n);
	if (!profile_kind(r, root))
		return;
	reader_map(r, root, "profile", profile_keys, &n);
	reader_word(r, n.name, "name", reader_name_characters);
	p->name = reader_text(n.name);
	p->version = reader_text(n.version);
	p->title = reader_text(n.title);
	p->description = reader_text(n.description);
	profile_sources(r, p, n.sources);
	profile_variables(r, p, n.variables);
	profile_roles(r, p, &n);
	profile_scenarios(r, p, &n);
	requirement_read_all(r, p, n.requirements);
}

static int profile_read_text(const char *path, struct buf *out,
			     struct error *err)
{
	const struct built_in *inside = built_in_of_path(path);

	if (inside == NULL)
		return file_read(path, PROFILE_BYTES_MAX, out, err);
	buf_init(out, PROFILE_BYTES_MAX);
	buf_puts(out, inside->text);
	return 0;
}

struct profile *profile_load(const char *path, struct errors *errors)
{
	struct profile *p = mem_calloc(1, sizeof *p);
	struct reader r = {.arena = &p->arena, .file = path, .errors = errors};
	static const struct tree_limits limits = {.nodes = PROFILE_NODES_MAX};
	size_t first = errors->count;
	const struct tree *root;
	struct error err;
	struct buf text;

	p->file = arena_strdup(&p->arena, path);
	if (profile_read_text(path, &text, &err) == -1) {
		errors_add(errors, &err);
		r.failed++;
		goto out;
	}
	sha256_hex(text.data, text.length, p->sha256);
	root = tree_parse(&p->arena, path, &limits, &text, &err);
	if (root == NULL) {
		errors_add(errors, &err);
		r.failed++;
		goto out;
	}
	profile_read(&r, p, root);
	reader_sort(errors, first);
out:
	buf_free(&text);
	if (r.failed == 0)
		return p;
	profile_free(p);
	return NULL;
}

void profile_free(struct profile *p)
{
	if (p == NULL)
		return;
	arena_free(&p->arena);
	free(p);
}

const struct variable *profile_variable(const struct profile *p,
					const char *name)
{
	for (size_t i = 0; i < p->variable_count; i++) {
		if (strcmp(p->variables[i].name, name) == 0)
			return &p->variables[i];
	}
	return NULL;
}

const struct scenario *profile_scenario(const struct profile *p,
					const char *name)
{
	for (size_t i = 0; i < p->scenario_count; i++) {
		if (strcmp(p->scenarios[i].name, name) == 0)
			return &p->scenarios[i];
	}
	return NULL;
}

const struct role *profile_role(const struct profile *p, const char *name)
{
	for (size_t i = 0; i < p->role_count; i++) {
		if (strcmp(p->roles[i].name, name) == 0)
			return &p->roles[i];
	}
	return NULL;
}
