/*
 * requirement.c - one entry of `requirements:`, key by key.
 */
#include "profiles/read/requirement.h"
#include "core/base/buf.h"
#include "core/engine/check.h"
#include "profiles/plan/check_params.h"
#include "profiles/plan/target.h"
#include "core/base/text.h"
#include "profiles/read/variable.h"

#include <stdlib.h>
#include <string.h>

#define KEY(name, kind, required)                                      \
	{                                                              \
#name, kind, offsetof(struct requirement_nodes, name), \
		    required                                           \
	}

static const struct reader_key requirement_keys[] = {
    KEY(id, READER_TEXT, true),         KEY(title, READER_TEXT, true),
    KEY(covers, READER_TEXTS, false),   KEY(deviates, READER_MAP, false),
    KEY(from, READER_EITHER, true),     KEY(to, READER_EITHER, true),
    KEY(scenario, READER_TEXT, false),  KEY(level, READER_TEXT, true),
    KEY(group, READER_TEXT, false),     KEY(when, READER_TEXT, false),
    KEY(check, READER_TEXT, false),     KEY(params, READER_MAP, false),
    KEY(hosts, READER_TEXTS, false),    KEY(hosts_from, READER_TEXT, false),
    KEY(services, READER_TEXT, false),  KEY(wildcard, READER_TEXT, false),
    KEY(ports, READER_TEXTS, false),    KEY(probe_ports, READER_TEXTS, false),
    KEY(transport, READER_TEXT, false), KEY(family, READER_TEXT, false),
    KEY(os, READER_TEXT, false),        KEY(proof, READER_TEXT, false),
    KEY(silence, READER_TEXT, false),   KEY(once, READER_TEXT, false),
    KEY(untested, READER_MAP, false),   KEY(purpose, READER_TEXT, false),
    KEY(impact, READER_TEXT, false),    KEY(note, READER_TEXT, false),
    KEY(source, READER_TEXT, true),     {.name = NULL},
};

static const char *const requirement_levels[] = {
    "required", "alternative", "fallback", "recommended",
    "optional", "advisory",    NULL};

const char *level_name(enum level level)
{
	return requirement_levels[level];
}

/* Joins list items; NULL for an empty list. */
static const char *requirement_join(struct reader *r, const struct tree *t,
				    const char *between)
{
	const char *const *list = reader_texts(r, t);
	const char *joined;
	struct buf b;

	if (*list == NULL)
		return NULL;
	buf_init(&b, PROFILE_BYTES_MAX);
	for (size_t i = 0; list[i] != NULL; i++)
		buf_printf(&b, "%s%s", i == 0 ? "" : between, list[i]);
	joined = arena_strdup(r->arena, buf_text(&b));
	buf_free(&b);
	return joined;
}

/* "AUV-01": capital letters, '-', digits. */
static bool requirement_is_matrix_id(const char *text)
{
	size_t letters = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
	size_t digits;

	if (letters == 0 || text[letters] != '-')
		return false;
	text += letters + 1;
	digits = strspn(text, "0123456789");
	return digits > 0 && text[digits] == '\0';
}

static void requirement_covers(struct reader *r,
			       const struct requirement_nodes *n,
			       struct requirement *q)
{
	q->covers = reader_texts(r, n->covers);
	for (size_t i = 0; q->covers[i] != NULL; i++) {
		if (!requirement_is_matrix_id(q->covers[i]))
			reader_fail(r, n->covers->items[i],
				    "'%s' is not a matrix id like AUV-01",
				    q->covers[i]);
	}
}

static void requirement_deviates(struct reader *r,
				 const struct requirement_nodes *n,
				 struct requirement *q)
{
	size_t count = n->deviates == NULL ? 0 : n->deviates->count;
	const char **ids = arena_calloc(r->arena, count + 1, sizeof *ids);
	const char **reasons =
	    arena_calloc(r->arena, count + 1, sizeof *reasons);

	for (size_t i = 0; i < count; i++) {
		const char *reason = reader_text(n->deviates->items[i]);

		ids[i] = n->deviates->keys[i]->text;
		reasons[i] = reason == NULL ? "" : reason;
		if (!reader_has(q->covers, ids[i]))
			reader_fail(r, n->deviates->keys[i],
				    "deviates from '%s', which it does not "
				    "cover",
				    ids[i]);
		if (*reasons[i] == '\0')
			reader_fail(r, n->deviates->items[i],
				    "deviates from '%s' without a reason",
				    ids[i]);
	}
	q->deviates = ids;
	q->deviates_reasons = reasons;
}

/* "a;b" or [a, b] as a list, each without blanks around it. */
static const char *const *requirement_split(struct reader *r, const char *text)
{
	size_t count = 1;
	const char **list;

	if (text == NULL)
		return arena_calloc(r->arena, 1, sizeof *list);
	for (const char *c = text; *c != '\0'; c++)
		count += *c == ';';
	list = arena_calloc(r->arena, count + 1, sizeof *list);
	for (size_t i = 0; i < count; i++) {
		size_t length;

		text += strspn(text, " ");
		length = strcspn(text, ";");
		list[i] = arena_strndup(r->arena, text, length);
		text += length + (text[length] == ';');
	}
	return list;
}

static const char requirement_device[] = "device:";

const char *requirement_device_type(const char *word)
{
	size_t length = sizeof requirement_device - 1;

	return strncmp(word, requirement_device, length) == 0 ? word + length
							      : NULL;
}

static const char *requirement_role_name(const void *arg, size_t i)
{
	const struct profile *p = arg;

	return i < p->role_count ? p->roles[i].name : NULL;
}

/* A role or device:TYPE; true where it is one. */
static bool requirement_end(struct reader *r, const struct profile *p,
			    const struct tree *at, const char *word)
{
	const char *type = requirement_device_type(word);
	const char *otherwise = NULL;
	struct error err;

	if (type != NULL) {
		if (reader_has(device_types, type))
			return true;
		reader_fail_name(r, at, device_types, "device type", type);
		return false;
	}
	if (profile_role(p, word) != NULL)
		return true;
	if (reader_has(device_types, word))
		otherwise =
		    arena_printf(r->arena, "did you mean 'device:%s'?", word);
	error_unknown(&err, "role", word, requirement_role_name, p, otherwise);
	reader_fail_error(r, at, &err);
	return false;
}

static void requirement_from(struct reader *r, const struct profile *p,
			     const struct requirement_nodes *n,
			     struct requirement *q)
{
	q->from = requirement_join(r, n->from, ";");
	q->from_list = requirement_split(r, q->from);
	if (q->from == NULL)
		q->from = "";
	for (size_t i = 0; q->from_list[i] != NULL; i++)
		requirement_end(r, p, n->from, q->from_list[i]);
}

static void requirement_to(struct reader *r, const struct profile *p,
			   const struct requirement_nodes *n,
			   struct requirement *q)
{
	size_t count;
	const char **types;
	size_t devices = 0;

	q->to = requirement_join(r, n->to, ";");
	q->to_list = requirement_split(r, q->to);
	q->to = q->to == NULL ? "" : q->to;
	count = reader_count(q->to_list);
	types = arena_calloc(r->arena, count + 1, sizeof *types);
	q->device_types = types;
	q->to_kind = TO_INTERNET;
	if (count == 0 || strcmp(q->to, "internet") == 0)
		return;
	q->to_kind = TO_SELF;
	if (strcmp(q->to, "self") == 0)
		return;
	for (size_t i = 0; i < count; i++) {
		const char *type = requirement_device_type(q->to_list[i]);

		if (requirement_end(r, p, n->to, q->to_list[i]) && type != NULL)
			types[devices++] = type;
	}
	q->to_kind = devices > 0 ? TO_DEVICE : TO_ROLE;
	q->to_role = devices > 0 ? NULL : q->to_list[0];
	if (q->to_kind == TO_ROLE && count > 1)
		reader_fail(r, n->to, "'to' takes one role, or device types");
}

/* `from` is the far end, and what answers is this machine's usual role. */
static bool requirement_is_inbound(const struct profile *p,
				   const struct requirement *q)
{
	return q->to_kind == TO_ROLE && q->to_role != NULL &&
	       p->default_role != NULL &&
	       strcmp(q->to_role, p->default_role) == 0 &&
	       !reader_has(q->from_list, p->default_role);
}

static void requirement_level(struct reader *r, const struct profile *p,
			      const struct requirement_nodes *n,
			      struct requirement *q)
{
	static const char fallback[] = "fallback ";
	const char *level = reader_text(n->level);
	const char *when = reader_text(n->when);

	for (size_t i = 0; level != NULL && requirement_levels[i] != NULL;
	     i++) {
		if (strcmp(requirement_levels[i], level) == 0)
			q->level = (enum level)i;
	}
	if (level != NULL && !reader_has(requirement_levels, level))
		reader_fail_name(r, n->level, requirement_levels, "level",
				 level);
	q->group = reader_text(n->group);
	if (q->group != NULL)
		reader_word(r, n->group, "group", reader_name_characters);
	if (when != NULL && strncmp(when, fallback, sizeof fallback - 1) == 0)
		q->when_group = when + sizeof fallback - 1;
	else if (when != NULL)
		reader_fail(r, n->when, "'when' must be: fallback GROUP");
	q->scenario = reader_text(n->scenario);
	if (q->scenario == NULL)
		q->scenario = "core";
	if (profile_scenario(p, q->scenario) == NULL) {
		const char **names = arena_calloc(
		    r->arena, p->scenario_count + 1, sizeof *names);
		for (size_t i = 0; i < p->scenario_count; i++)
			names[i] = p->scenarios[i].name;
		reader_fail_name(r, n->scenario, names, "scenario",
				 q->scenario);
	}
}

static const char *requirement_check_name(const void *arg, size_t i)
{
	const struct check *const *registry = arg;

	return registry[i] == NULL ? NULL : registry[i]->name;
}

static void requirement_check(struct reader *r, const struct profile *p,
			      const struct requirement_nodes *n,
			      struct requirement *q)
{
	struct error err;

	q->check = reader_text(n->check);
	if (q->check != NULL) {
		q->check_table = check_find(q->check);
		if (q->check_table == NULL) {
			error_unknown(&err, "check", q->check,
				      requirement_check_name, check_registry,
				      NULL);
			reader_fail_error(r, n->check, &err);
		}
	} else if ((n->untested == NULL || q->silent_why != WHY_NONE) &&
		   tree_get(n->map, "check") == NULL) {
		reader_fail(r, n->map, "requirement lacks 'check'");
	}
	check_params_read(r, p, n->params, n->check, q->check_table, q);
}

static void requirement_untested(struct reader *r,
				 const struct requirement_nodes *n,
				 struct requirement *q)
{
	struct untested_nodes {
		const struct tree *why, *reason, *when;
	} u = {NULL, NULL, NULL};
	static const struct reader_key keys[] = {
	    {"why", READER_TEXT, offsetof(struct untested_nodes, why), true},
	    {"reason", READER_TEXT, offsetof(struct untested_nodes, reason),
	     true},
	    {"when", READER_TEXT, offsetof(struct untested_nodes, when), false},
	    {.name = NULL},
	};
	const char *names[WHY_COUNT] = {NULL};

	if (n->untested == NULL)
		return;
	reader_map(r, n->untested, "untested", keys, &u);
	q->untested_reason = reader_text(u.reason);
	for (int w = WHY_NONE + 1; w < WHY_COUNT; w++) {
		names[w - 1] = why_name((enum why)w);
		if (u.why != NULL && strcmp(u.why->text, names[w - 1]) == 0)
			q->untested_why = (enum why)w;
	}
	if (u.why != NULL && q->untested_why == WHY_NONE)
		reader_fail_name(r, u.why, names, "why", u.why->text);
	if (u.when == NULL)
		return;
	if (strcmp(u.when->text, "silent") != 0) {
		reader_fail(r, u.when, "'when' must be: silent");
		return;
	}
	q->silent_why = q->untested_why;
	q->untested_why = WHY_NONE;
}

static void requirement_variables(struct reader *r, const struct profile *p,
				  const struct tree *t)
{
	const char *const *list = reader_texts(r, t);
	struct error err;

	for (size_t i = 0; list[i] != NULL; i++) {
		if (variable_check(p, list[i], &err) == -1)
			reader_fail_error(
			    r, t->kind == TREE_TEXT ? t : t->items[i], &err);
	}
}

/* Each item with the defaults of its variables; as written where one has none.
 */
static const char *requirement_shown(struct reader *r, const struct profile *p,
				     const struct tree *t)
{
	const char *const *list = reader_texts(r, t);
	const char **values =
	    arena_calloc(r->arena, p->variable_count + 1, sizeof *values);
	const struct variable_values defaults = {.profile = p,
						 .values = values};
	const char *shown = NULL;

	for (size_t i = 0; i < p->variable_count; i++)
		values[i] = p->variables[i].fallback;
	for (size_t i = 0; list[i] != NULL; i++) {
		const struct variable *missing;
		struct error unused;
		const char *item = NULL;

		if (variable_check(p, list[i], &unused) == 0)
			item = variable_expand(r->arena, &defaults, list[i],
					       &missing);
		item = item == NULL ? list[i] : item;
		shown = shown == NULL
			    ? item
			    : arena_printf(r->arena, "%s,%s", shown, item);
	}
	return shown;
}

static void requirement_ports(struct reader *r, const struct profile *p,
			      const struct requirement_nodes *n,
			      struct requirement *q)
{
	const struct check *check = q->check_table;
	const char *shown = requirement_shown(r, p, n->ports);
	struct error err;

	q->ports_written = requirement_join(r, n->ports, ",");
	requirement_variables(r, p, n->ports);
	q->ports = requirement_ports_parse(r->arena, shown);
	if (shown != NULL && !variable_is_in(shown) &&
	    ports_parse(r->arena, shown, &err) == NULL)
		reader_fail_error(r, n->ports, &err);
	q->probe_ports_text = requirement_join(r, n->probe_ports, ",");
	requirement_variables(r, p, n->probe_ports);
	if (q->ports_written != NULL || check == NULL || check->port == 0)
		return;
	q->ports_written = arena_printf(r->arena, "%u", check->port);
	q->ports = requirement_ports_parse(r->arena, q->ports_written);
}

static void requirement_paths(struct reader *r, const struct profile *p,
			      const struct requirement_nodes *n,
			      struct requirement *q)
{
	const struct check *check = q->check_table;
	const char *proof = reader_text(n->proof);

	q->hosts = reader_texts(r, n->hosts);
	requirement_variables(r, p, n->hosts);
	q->services = reader_text(n->services);
	q->wildcard = reader_text(n->wildcard);
	requirement_ports(r, p, n, q);
	if (n->transport == NULL)
		q->transports = transports_of(check == NULL ? TRANSPORT_LOCAL
							    : check->transport);
	else
		transports_parse(reader_text(n->transport), &q->transports);
	q->family = reader_text(n->family);
	q->os = reader_text(n->os);
	/* A bare TCP connection is all that the check `tcp` can see. */
	q->proof = q->check != NULL && strcmp(q->check, "tcp") == 0
		       ? PROOF_CONNECT
		       : PROOF_SERVICE;
	if (proof != NULL &&
	    (!proof_parse(proof, &q->proof) || q->proof == PROOF_NONE))
		reader_fail(r, n->proof,
			    "'%s' is not a proof: path, connect or service",
			    proof);
}

/* "reverse:REQUIREMENT:SUFFIX" into its parts. */
static void requirement_hosts_from(struct reader *r,
				   const struct requirement_nodes *n,
				   struct requirement *q)
{
	const char *text = reader_text(n->hosts_from);
	const char *first, *second;

	q->hosts_from = text;
	if (text == NULL)
		return;
	first = strchr(text, ':');
	second = first == NULL ? NULL : strchr(first + 1, ':');
	if (second == NULL || second[1] != '.' ||
	    strchr(second + 1, ':') != NULL) {
		reader_fail(r, n->hosts_from,
			    "'hosts_from' must be reverse:REQUIREMENT:.SUFFIX "
			    "or chain:REQUIREMENT:.SUFFIX");
		return;
	}
	q->derive = arena_strndup(r->arena, text, (size_t)(first - text));
	q->derive_id =
	    arena_strndup(r->arena, first + 1, (size_t)(second - first) - 1);
	q->derive_suffix = second + 1;
	if (strcmp(q->derive, "reverse") != 0 &&
	    strcmp(q->derive, "chain") != 0)
		reader_fail(r, n->hosts_from,
			    "'hosts_from' starts with reverse: or chain:");
}

static void requirement_silence(struct reader *r,
				const struct requirement_nodes *n,
				struct requirement *q)
{
	static const char unless[] = "warn-unless ";
	const char *text = reader_text(n->silence);

	q->once = reader_bool(r, n->once);
	if (text == NULL)
		return;
	if (strncmp(text, unless, sizeof unless - 1) != 0) {
		reader_fail(r, n->silence,
			    "'silence' must be: warn-unless TYPE");
		return;
	}
	q->silence_exempt_type = text + sizeof unless - 1;
	if (!reader_has(device_types, q->silence_exempt_type))
		reader_fail_name(r, n->silence, device_types, "device type",
				 q->silence_exempt_type);
}

static void requirement_source(struct reader *r, const struct profile *p,
			       const struct requirement_nodes *n,
			       struct requirement *q)
{
	const char *name = reader_text(n->source);
	const char **names =
	    arena_calloc(r->arena, p->source_count + 1, sizeof *names);

	if (name == NULL)
		return;
	for (size_t i = 0; i < p->source_count; i++) {
		names[i] = p->sources[i].name;
		if (strcmp(names[i], name) == 0)
			q->source = &p->sources[i];
	}
	if (q->source == NULL)
		reader_fail_name(r, n->source, names, "source", name);
}

static void requirement_read(struct reader *r, struct profile *p,
			     struct requirement_nodes *n, struct requirement *q)
{
	reader_map(r, n->map, "requirement", requirement_keys, n);
	q->profile = p;
	q->line = n->id == NULL ? n->map->line : n->id->line;
	q->column = n->id == NULL ? n->map->column : n->id->column;
	reader_word(r, n->id, "id", "abcdefghijklmnopqrstuvwxyz0123456789.-");
	q->id = reader_text(n->id);
	q->id = q->id == NULL ? "" : q->id;
	q->title = reader_text(n->title);
	q->title = q->title == NULL ? "" : q->title;
	q->purpose = reader_text(n->purpose);
	q->impact = reader_text(n->impact);
	q->note = reader_text(n->note);
	requirement_covers(r, n, q);
	requirement_deviates(r, n, q);
	requirement_from(r, p, n, q);
	requirement_to(r, p, n, q);
	q->inbound = requirement_is_inbound(p, q);
	requirement_level(r, p, n, q);
	requirement_untested(r, n, q);
	requirement_check(r, p, n, q);
	requirement_paths(r, p, n, q);
	requirement_hosts_from(r, n, q);
	requirement_silence(r, n, q);
	requirement_source(r, p, n, q);
	validate_one(r, n, q);
}

void requirement_read_all(struct reader *r, struct profile *p,
			  const struct tree *list)
{
	size_t count = list == NULL ? 0 : list->count;
	struct requirement_nodes *nodes;
	struct requirement *items;

	if (list != NULL && count == 0)
		reader_fail(r, list, "'requirements' is empty");
	items = arena_calloc(r->arena, count + 1, sizeof *items);
	nodes = mem_calloc(count + 1, sizeof *nodes);
	p->requirements = items;
	for (size_t i = 0; i < count; i++) {
		nodes[i].map = list->items[i];
		requirement_read(r, p, &nodes[i], &items[i]);
		p->requirement_count++;
	}
	validate_all(r, p, nodes);
	free(nodes);
}
