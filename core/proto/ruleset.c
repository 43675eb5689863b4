/* ruleset.c - the list that nft writes: its tables, chains, rules and sets. */
#include "core/proto/ruleset_internal.h"
#include "core/base/mem.h"
#include "core/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Text of an object; "" where there is none, so that all may be compared. */
static const char *ruleset_text(const struct json_value *v, const char *key)
{
	const char *text = json_tree_text(json_tree_get(v, key));

	return text == NULL ? "" : text;
}

static bool ruleset_is_of(const struct ruleset_chain *c, const char *family,
			  const char *table, const char *name)
{
	return strcmp(c->name, name) == 0 && strcmp(c->table, table) == 0 &&
	       strcmp(c->family, family) == 0;
}

static struct ruleset_chain *ruleset_find(const struct ruleset *r,
					  const char *family, const char *table,
					  const char *name)
{
	for (size_t i = 0; i < r->chain_count; i++)
		if (!r->chains[i].asleep &&
		    ruleset_is_of(&r->chains[i], family, table, name))
			return &r->chains[i];
	return NULL;
}

const struct ruleset_chain *ruleset_chain(const struct ruleset *r,
					  const struct ruleset_chain *near,
					  const char *name)
{
	return ruleset_find(r, near->family, near->table, name);
}

const struct ruleset_set *ruleset_set(const struct ruleset *r,
				      const struct ruleset_chain *near,
				      const char *name)
{
	for (size_t i = 0; i < r->set_count; i++) {
		const struct ruleset_set *s = &r->sets[i];

		if (strcmp(s->name, name) == 0 &&
		    strcmp(s->table, near->table) == 0 &&
		    strcmp(s->family, near->family) == 0)
			return s;
	}
	return NULL;
}

/* Reading ----------------------------------------------------------------- */

static int ruleset_add_chain(struct ruleset *r, const struct json_value *v,
			     struct error *err)
{
	const char *policy = json_tree_text(json_tree_get(v, "policy"));
	struct ruleset_chain *c;

	if (r->chain_count == RULESET_CHAINS_MAX)
		return error_set(err, "more than %d chains",
				 RULESET_CHAINS_MAX);
	r->chains = mem_grow(r->chains, &r->chain_capacity, r->chain_count + 1,
			     sizeof *r->chains);
	c = &r->chains[r->chain_count++];
	*c = (struct ruleset_chain){
	    .family = ruleset_text(v, "family"),
	    .table = ruleset_text(v, "table"),
	    .name = ruleset_text(v, "name"),
	    .hook = json_tree_text(json_tree_get(v, "hook")),
	    .type = ruleset_text(v, "type"),
	    .devices = json_tree_get(v, "dev"),
	    .priority = json_tree_integer(json_tree_get(v, "prio"), 0),
	    .policy_drop = policy != NULL && strcmp(policy, "drop") == 0};
	return 0;
}

static int ruleset_add_set(struct ruleset *r, const struct json_value *v,
			   struct error *err)
{
	if (r->set_count == RULESET_SETS_MAX)
		return error_set(err, "more than %d sets", RULESET_SETS_MAX);
	r->sets = mem_grow(r->sets, &r->set_capacity, r->set_count + 1,
			   sizeof *r->sets);
	r->sets[r->set_count++] =
	    (struct ruleset_set){.family = ruleset_text(v, "family"),
				 .table = ruleset_text(v, "table"),
				 .name = ruleset_text(v, "name"),
				 .elements = json_tree_get(v, "elem")};
	return 0;
}

/* nft writes the rules of a chain one after the other, behind all chains. */
static int ruleset_add_rule(struct ruleset *r, const struct json_value *v,
			    struct error *err)
{
	const char *family = ruleset_text(v, "family");
	const char *table = ruleset_text(v, "table");
	const char *name = ruleset_text(v, "chain");
	struct ruleset_chain *c =
	    r->rule_count == 0 ? NULL
			       : &r->chains[r->rules[r->rule_count - 1].chain];

	if (r->rule_count == RULESET_RULES_MAX)
		return error_set(err, "more than %d rules", RULESET_RULES_MAX);
	if (c == NULL || c->asleep || !ruleset_is_of(c, family, table, name))
		c = ruleset_find(r, family, table, name);
	if (c == NULL || (c->count > 0 && c->first + c->count != r->rule_count))
		return error_set(err, "a rule outside its chain");
	if (c->count++ == 0)
		c->first = r->rule_count;
	r->rules = mem_grow(r->rules, &r->rule_capacity, r->rule_count + 1,
			    sizeof *r->rules);
	r->rules[r->rule_count++] =
	    (struct ruleset_rule){(size_t)(c - r->chains), v};
	return 0;
}

static bool ruleset_is_dormant(const struct json_value *table)
{
	const struct json_value *flags = json_tree_get(table, "flags");
	const char *one = json_tree_text(flags);

	if (one != NULL)
		return strcmp(one, "dormant") == 0;
	for (size_t i = 0; i < json_tree_length(flags); i++) {
		one = json_tree_text(json_tree_at(flags, i));
		if (one != NULL && strcmp(one, "dormant") == 0)
			return true;
	}
	return false;
}

static void ruleset_sleep(struct ruleset *r, const struct json_value *list)
{
	for (size_t i = 0; i < json_tree_length(list); i++) {
		const struct json_value *t =
		    json_tree_get(json_tree_at(list, i), "table");

		if (t == NULL || !ruleset_is_dormant(t))
			continue;
		for (size_t k = 0; k < r->chain_count; k++)
			r->chains[k].asleep |=
			    strcmp(r->chains[k].table,
				   ruleset_text(t, "name")) == 0 &&
			    strcmp(r->chains[k].family,
				   ruleset_text(t, "family")) == 0;
	}
}

static int ruleset_add(struct ruleset *r, const struct json_value *item,
		       struct error *err)
{
	const struct json_value *v;

	if ((v = json_tree_get(item, "chain")) != NULL)
		return ruleset_add_chain(r, v, err);
	if ((v = json_tree_get(item, "rule")) != NULL)
		return ruleset_add_rule(r, v, err);
	if ((v = json_tree_get(item, "set")) != NULL ||
	    (v = json_tree_get(item, "map")) != NULL)
		return ruleset_add_set(r, v, err);
	return 0;
}

/* Whose names they are ---------------------------------------------------- */

static bool ruleset_begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

/* iptables(8) names its built-in chains in capitals, in tables of these names;
 * ufw(8) adds chains of its own. */
static void ruleset_recognise(struct ruleset *r)
{
	for (size_t i = 0; i < r->chain_count; i++) {
		const struct ruleset_chain *c = &r->chains[i];

		if (strcmp(c->table, "firewalld") == 0) {
			r->tool = RULESET_FIREWALLD;
			return;
		}
		if (ruleset_begins(c->name, "ufw-") ||
		    ruleset_begins(c->name, "ufw6-")) {
			r->tool = RULESET_UFW;
			return;
		}
		if (strcmp(c->table, "filter") == 0 &&
		    (strcmp(c->name, "INPUT") == 0 ||
		     strcmp(c->name, "OUTPUT") == 0))
			r->tool = RULESET_IPTABLES;
	}
}

enum ruleset_tool ruleset_tool(const struct ruleset *r)
{
	return r->tool;
}

const char *ruleset_tool_name(enum ruleset_tool tool)
{
	static const char *const names[] = {
	    [RULESET_NFTABLES] = "nftables",
	    [RULESET_IPTABLES] = "iptables",
	    [RULESET_FIREWALLD] = "firewalld",
	    [RULESET_UFW] = "ufw",
	};

	return names[tool];
}

size_t ruleset_size(const struct ruleset *r)
{
	size_t size = r->rule_count;

	for (size_t i = 0; i < r->set_count; i++)
		size += json_tree_length(r->sets[i].elements);
	return size;
}

bool ruleset_is_empty(const struct ruleset *r)
{
	for (size_t i = 0; i < r->chain_count; i++)
		if (r->chains[i].hook != NULL && !r->chains[i].asleep)
			return false;
	return true;
}

/* The whole --------------------------------------------------------------- */

/* Chains, sets and rules of one list; -1: it is none. */
static int ruleset_take(struct ruleset *r, const char *json, size_t length,
			struct error *err)
{
	const struct json_value *list;
	struct json_tree *doc;

	if (length > RULESET_JSON_MAX)
		return error_set(err, "larger than %d MiB",
				 RULESET_JSON_MAX >> 20);
	doc = json_tree_parse("nft", json, length, err);
	if (doc == NULL)
		return -1;
	r->docs[r->doc_count++] = doc;
	list = json_tree_get(json_tree_root(doc), "nftables");
	if (json_tree_kind(list) != JSON_IS_LIST)
		return error_set(err, "no list \"nftables\"");
	for (size_t i = 0; i < json_tree_length(list); i++)
		if (ruleset_add(r, json_tree_at(list, i), err) == -1)
			return -1;
	ruleset_sleep(r, list);
	ruleset_recognise(r);
	return 0;
}

struct ruleset *ruleset_read(const char *json, size_t length, struct error *err)
{
	struct ruleset *r = mem_calloc(1, sizeof *r);

	if (length > RULESET_BYTES_MAX)
		error_set(err, "larger than %d MiB", RULESET_BYTES_MAX >> 20);
	else if (ruleset_take(r, json, length, err) == 0)
		return r;
	ruleset_free(r);
	return NULL;
}

/* nft's list of a table that iptables-save has, too. */
static void ruleset_replace(struct ruleset *r, const char *text, size_t length,
			    const char *family)
{
	for (size_t at = 0; at < length; at++) {
		const char *end = memchr(text + at, '\n', length - at);
		size_t n =
		    end == NULL ? length - at : (size_t)(end - text) - at;

		for (size_t i = 0; i < r->chain_count && text[at] == '*'; i++)
			r->chains[i].asleep |=
			    strcmp(r->chains[i].family, family) == 0 &&
			    strlen(r->chains[i].table) == n - 1 &&
			    memcmp(r->chains[i].table, text + at + 1, n - 1) ==
				0;
		at += n;
	}
}

int ruleset_add_save(struct ruleset *r, const char *text, size_t length,
		     bool v6, bool legacy, struct error *err)
{
	enum ruleset_tool tool = r->tool;
	char *json;
	int status;

	if (r->doc_count == RULESET_DOCS_MAX || length > RULESET_BYTES_MAX)
		return error_set(err, "more than is read");
	json = ruleset_save_to_json(text, length, v6, legacy, err);
	if (json == NULL)
		return -1;
	if (!legacy)
		ruleset_replace(r, text, length, v6 ? "ip6" : "ip");
	status = ruleset_take(r, json, strlen(json), err);
	if (tool > r->tool)
		r->tool = tool;
	free(json);
	return status;
}

void ruleset_free(struct ruleset *r)
{
	if (r == NULL)
		return;
	for (size_t i = 0; i < r->doc_count; i++)
		json_tree_free(r->docs[i]);
	free(r->chains);
	free(r->sets);
	free(r->rules);
	free(r);
}
