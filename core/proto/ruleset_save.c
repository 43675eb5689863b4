/*
 * ruleset_save.c - the rules of iptables, from iptables-save(8) to the JSON of
 * nft: one evaluator for both.
 *
 * A target that is not in the table may do anything.
 */
#include "core/proto/ruleset_save_internal.h"
#include "core/base/mem.h"
#include "core/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct ruleset_save {
	struct buf out; /* JSON */
	const char *family;
	const char *prefix; /* of the tables' names: "", or "legacy-" */
	char table[32];
	unsigned number; /* of the rule in its chain */
	char chain[SAVE_WORD];
	bool any; /* an item was written */
	/* Chains of the table that the user made, by name. */
	struct arena names;
	const char *chains[RULESET_CHAINS_MAX];
	size_t chain_count;
};

/* Targets ----------------------------------------------------------------- */

/* json NULL: no effect on where the packet goes. */
static const struct ruleset_save_target {
	const char *name, *json;
} ruleset_save_targets[] = {
    {"ACCEPT", "{\"accept\":null}"},
    {"DROP", "{\"drop\":null}"},
    {"RETURN", "{\"return\":null}"},
    {"REJECT", "{\"reject\":null}"},
    {"MASQUERADE", "{\"masquerade\":null}"},
    {"SNAT", "{\"snat\":null}"},
    {"LOG", NULL},
    {"NFLOG", NULL},
    {"TRACE", NULL},
    {"TCPMSS", NULL},
    {"CONNMARK", NULL},
    {"CLASSIFY", NULL},
    {"CHECKSUM", NULL},
};

static const char *ruleset_save_value_of(const struct ruleset_save_rule *r,
					 const char *option)
{
	for (size_t i = r->at; i + 1 < r->count; i++)
		if (strcmp(r->words[i], option) == 0)
			return r->words[i + 1];
	return NULL;
}

static void ruleset_save_redirect(struct ruleset_save_rule *r)
{
	const char *to = ruleset_save_value_of(r, "--to-ports");
	char json[96];
	int64_t port;

	if (to == NULL)
		ruleset_save_item(r, "{\"redirect\":null}");
	else if (text_number(to, 1, UINT16_MAX, &port)) {
		snprintf(json, sizeof json, "{\"redirect\":{\"port\":%lld}}",
			 (long long)port);
		ruleset_save_item(r, json);
	} else {
		ruleset_save_unknown(r, "target", "REDIRECT");
	}
}

static void ruleset_save_jump(struct ruleset_save_rule *r, const char *name,
			      const char *how)
{
	char json[SAVE_WORD * 2];

	if (!ruleset_save_is_plain(name) || strlen(name) > 64)
		return ruleset_save_unknown(r, "target", "a chain");
	snprintf(json, sizeof json, "{\"%s\":{\"target\":\"%s\"}}", how, name);
	ruleset_save_item(r, json);
}

/* They are named in lines ":NAME - [0:0]" before the rules. */
static bool ruleset_save_has_chain(const struct ruleset_save *s,
				   const char *name)
{
	for (size_t i = 0; i < s->chain_count; i++)
		if (strcmp(s->chains[i], name) == 0)
			return true;
	return false;
}

static void ruleset_save_target(const struct ruleset_save *s,
				struct ruleset_save_rule *r, const char *name,
				bool is_goto)
{
	size_t count =
	    sizeof ruleset_save_targets / sizeof ruleset_save_targets[0];

	if (is_goto || ruleset_save_has_chain(s, name)) {
		ruleset_save_jump(r, name, is_goto ? "goto" : "jump");
		return;
	}
	for (size_t i = 0; i < count; i++) {
		if (strcmp(ruleset_save_targets[i].name, name) != 0)
			continue;
		if (ruleset_save_targets[i].json != NULL)
			ruleset_save_item(r, ruleset_save_targets[i].json);
		return;
	}
	if (strcmp(name, "REDIRECT") == 0)
		ruleset_save_redirect(r);
	else if (strcmp(name, "DNAT") == 0)
		ruleset_save_item(r, "{\"dnat\":null}");
	else if (strcmp(name, "CT") == 0 && r->at < r->count &&
		 strcmp(r->words[r->at], "--notrack") == 0)
		ruleset_save_item(r, "{\"notrack\":null}");
	else
		ruleset_save_unknown(r, "target", name);
}

/* Lines ------------------------------------------------------------------- */

/* Words as iptables-save quotes them; false: too many. */
static bool ruleset_save_split(char *line, struct ruleset_save_rule *r)
{
	char *from = line, *to;

	while (*from != '\0') {
		bool quoted = false;

		from += strspn(from, " ");
		if (*from == '\0')
			break;
		if (r->count == SAVE_WORDS)
			return false;
		r->words[r->count++] = to = from;
		for (; *from != '\0' && (quoted || *from != ' '); from++) {
			if (*from == '"') {
				quoted = !quoted;
				continue;
			}
			if (*from == '\\' && from[1] != '\0')
				from++;
			*to++ = *from;
		}
		if (*from != '\0')
			from++;
		*to = '\0';
	}
	return true;
}

static void ruleset_save_put(struct ruleset_save *s, const char *json)
{
	buf_printf(&s->out, "%s%s", s->any ? "," : "", json);
	s->any = true;
}

/* Where the built-in chains of a table are (iptables(8), and the kernel's
 * nf_ip_hook_priorities). */
static const struct ruleset_save_hook {
	const char *chain, *hook;
} ruleset_save_hooks[] = {{"PREROUTING", "prerouting"},
			  {"INPUT", "input"},
			  {"FORWARD", "forward"},
			  {"OUTPUT", "output"},
			  {"POSTROUTING", "postrouting"}};

static int ruleset_save_priority(const char *table, const char *chain)
{
	if (strcmp(table, "raw") == 0)
		return -300;
	if (strcmp(table, "mangle") == 0)
		return -150;
	if (strcmp(table, "security") == 0)
		return 50;
	if (strcmp(table, "nat") != 0)
		return 0;
	return strcmp(chain, "PREROUTING") == 0 || strcmp(chain, "OUTPUT") == 0
		   ? -100
		   : 100;
}

/* ":INPUT DROP [0:0]", ":mine - [0:0]". */
static void ruleset_save_chain(struct ruleset_save *s, char *line)
{
	char *rest = line + 1, *name = text_split(&rest, " ");
	char *policy = text_split(&rest, " ");
	char json[SAVE_WORD * 2];
	const char *hook = NULL;

	if (!ruleset_save_is_plain(name) || strlen(name) > 64 || policy == NULL)
		return;
	for (size_t i = 0;
	     i < sizeof ruleset_save_hooks / sizeof ruleset_save_hooks[0]; i++)
		if (strcmp(policy, "-") != 0 &&
		    strcmp(ruleset_save_hooks[i].chain, name) == 0)
			hook = ruleset_save_hooks[i].hook;
	if (hook == NULL && s->chain_count < RULESET_CHAINS_MAX)
		s->chains[s->chain_count++] = arena_strdup(&s->names, name);
	if (hook == NULL)
		snprintf(json, sizeof json,
			 "{\"chain\":{\"family\":\"%s\",\"table\":\"%s%s\","
			 "\"name\":\"%s\"}}",
			 s->family, s->prefix, s->table, name);
	else
		snprintf(json, sizeof json,
			 "{\"chain\":{\"family\":\"%s\",\"type\":\"%s\","
			 "\"hook\":\"%s\",\"prio\":%d,\"policy\":\"%s\","
			 "\"table\":\"%s%s\",\"name\":\"%s\"}}",
			 s->family,
			 strcmp(s->table, "nat") == 0 ? "nat" : "filter", hook,
			 ruleset_save_priority(s->table, name),
			 strcmp(policy, "DROP") == 0 ? "drop" : "accept",
			 s->prefix, s->table, name);
	ruleset_save_put(s, json);
}

static void ruleset_save_words(const struct ruleset_save *s,
			       struct ruleset_save_rule *r)
{
	for (r->at = 2; r->at < r->count;) {
		const char *word = r->words[r->at++];

		if (strcmp(word, "!") == 0) {
			r->negated = true;
			continue;
		}
		if ((strcmp(word, "-j") == 0 || strcmp(word, "-g") == 0) &&
		    r->at < r->count) {
			const char *name = r->words[r->at++];

			ruleset_save_target(s, r, name, word[1] == 'g');
			return; /* what follows is the target's */
		}
		if (strcmp(word, "-m") == 0 && r->at < r->count)
			ruleset_save_module(r, r->words[r->at++]);
		else
			ruleset_save_one_option(r, word);
		r->negated = false;
	}
}

/* "-A INPUT -p udp -m udp --dport 2055 -j DROP"; -1: it cannot be read. */
static int ruleset_save_rule(struct ruleset_save *s, char *line)
{
	struct ruleset_save_rule r = {.count = 0};
	const char *chain;

	if (!ruleset_save_split(line, &r) || r.count < 2)
		return -1;
	chain = r.words[1];
	if (!ruleset_save_is_plain(chain) || strlen(chain) > 64)
		return -1;
	s->number = strcmp(s->chain, chain) == 0 ? s->number + 1 : 1;
	text_copy(s->chain, sizeof s->chain, chain);
	buf_init(&r.expr, 2 * SAVE_LINE);
	ruleset_save_words(s, &r);
	if (r.expr.overflow) {
		buf_free(&r.expr);
		return -1;
	}
	buf_printf(&s->out,
		   "%s{\"rule\":{\"family\":\"%s\",\"table\":\"%s%s\","
		   "\"chain\":\"%s\",\"line\":%u,\"expr\":[%s]}}",
		   s->any ? "," : "", s->family, s->prefix, s->table, chain,
		   s->number, buf_text(&r.expr));
	s->any = true;
	buf_free(&r.expr);
	return 0;
}

static int ruleset_save_line(struct ruleset_save *s, char *line,
			     struct error *err)
{
	switch (line[0]) {
	case '*':
		text_copy(s->table, sizeof s->table, line + 1);
		s->chain[0] = '\0';
		s->chain_count = 0;
		if (!ruleset_save_is_plain(s->table))
			return error_set(err, "a table without a plain name");
		return 0;
	case ':':
		ruleset_save_chain(s, line);
		return 0;
	case '-':
		if (ruleset_save_rule(s, line) == 0)
			return 0;
		return error_set(err, "a rule that cannot be read: %.80s",
				 line);
	default:
		return 0; /* a comment, COMMIT, an empty line */
	}
}

char *ruleset_save_to_json(const char *text, size_t length, bool v6,
			   bool legacy, struct error *err)
{
	struct ruleset_save s = {.family = v6 ? "ip6" : "ip",
				 .prefix = legacy ? "legacy-" : ""};
	char line[SAVE_LINE];
	char *json = NULL;

	buf_init(&s.out, 4 * (size_t)RULESET_BYTES_MAX);
	buf_puts(&s.out, "{\"nftables\":[");
	while (length > 0) {
		const char *end = memchr(text, '\n', length);
		size_t n = end == NULL ? length : (size_t)(end - text);

		if (n >= sizeof line || memchr(text, '\0', n) != NULL) {
			error_set(err, "a line that is too long");
			goto out;
		}
		memcpy(line, text, n);
		line[n] = '\0';
		if (ruleset_save_line(&s, line, err) == -1)
			goto out;
		n += end != NULL;
		text += n;
		length -= n;
	}
	buf_puts(&s.out, "]}");
	if (s.out.overflow)
		error_set(err, "larger than what is read");
	else
		json = mem_strdup(buf_text(&s.out));
out:
	buf_free(&s.out);
	arena_free(&s.names);
	return json;
}
