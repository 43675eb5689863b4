/*
 * ruleset_internal.h - what the files of ruleset share.
 */
#ifndef PREFLIGHT_RULESET_INTERNAL_H
#define PREFLIGHT_RULESET_INTERNAL_H

#include "core/base/json_tree.h"
#include "core/proto/ruleset.h"

enum {
	RULESET_CHAINS_MAX = 2048,
	RULESET_SETS_MAX = 4096,
	RULESET_RULES_MAX = 65536,
	/* The kernel's own limit of jumps (NFT_JUMP_STACK_SIZE). */
	RULESET_DEPTH_MAX = 16,
	/* iptables-save takes a few times the space as JSON. */
	RULESET_JSON_MAX = 4 * RULESET_BYTES_MAX,
	/* Parts of one expression inside one another. */
	RULESET_NESTING_MAX = 6,
	/* Rules and elements that one question may look at. */
	RULESET_WORK_MAX = 2000000,
	RULESET_DOCS_MAX = 5,  /* nft's, and four of iptables-save */
	RULESET_FIELDS_MAX = 8 /* of a concatenation */
};

struct ruleset_rule {
	size_t chain;
	const struct json_value *object;
};

struct ruleset_chain {
	const char *family, *table, *name;
	const char *hook, *type; /* NULL: not a base chain */
	const struct json_value *devices;
	int64_t priority;
	bool policy_drop;
	bool asleep;         /* its table is dormant */
	size_t first, count; /* its rules */
};

struct ruleset_set {
	const char *family, *table, *name;
	const struct json_value *elements; /* NULL: none */
};

struct ruleset {
	struct json_tree *docs[RULESET_DOCS_MAX];
	size_t doc_count;
	size_t chain_count, chain_capacity;
	struct ruleset_chain *chains;
	size_t set_count, set_capacity;
	struct ruleset_set *sets;
	size_t rule_count, rule_capacity;
	struct ruleset_rule *rules; /* by chain */
	enum ruleset_tool tool;
};

/* The chain or set of a table, by name; NULL: there is none. */
const struct ruleset_chain *ruleset_chain(const struct ruleset *r,
					  const struct ruleset_chain *near,
					  const char *name);
const struct ruleset_set *ruleset_set(const struct ruleset *r,
				      const struct ruleset_chain *near,
				      const char *name);

/* ruleset_save.c: the same as nft writes it; to be freed. NULL: err says why.
 */
char *ruleset_save_to_json(const char *text, size_t length, bool v6,
			   bool legacy, struct error *err);

/* The answer to a comparison. */
enum ruleset_match { MATCH_NO, MATCH_YES, MATCH_UNKNOWN };

/* What is known of a field: it is between low and high. */
struct ruleset_span {
	enum {
		SPAN_UNKNOWN, /* could be anything */
		SPAN_NONE,    /* the packet has no such field */
		SPAN_NUMBER,
		SPAN_ADDRESS,
		SPAN_TEXT
	} kind;
	uint8_t low[16], high[16]; /* big-endian, numbers in the last eight */
	const char *text;
	const struct ruleset_word *words; /* of numbers */
	bool bits;                        /* a set of bits, by its words */
};

/* A word that nft writes for a number. */
struct ruleset_word {
	const char *word;
	uint64_t number;
};

/* A packet on its way, as the rules have left it. */
struct ruleset_state {
	const struct ruleset *rules;
	const struct ruleset_packet *packet;
	const struct ruleset_chain *base; /* where it is */
	uint16_t port_low, port_high;     /* of the target, now */
	bool untracked;                   /* a rule said notrack */
	bool maybe_untracked;
	bool translated; /* its target was changed */
	bool maybe_translated;
	bool sent_on;   /* to another host */
	bool elsewhere; /* the chain may not be on its way at all */
	bool mark_known;
	uint64_t mark;
	bool changed; /* some rule may have changed other fields */
	size_t work;
	char reason[RULESET_TEXT]; /* the first that could not be decided */
	char where[RULESET_TEXT];  /* the first place that drops */
	char passed[RULESET_TEXT]; /* the last place that accepts */
};

/* Notes the first thing that could not be decided. */
void ruleset_note(struct ruleset_state *s, const char *what, const char *name);

/* ruleset_field.c: is s->base before conntrack? */
enum ruleset_match ruleset_field_is_early(const struct ruleset_state *s);
/* The field that the left side of a match names. */
void ruleset_field(struct ruleset_state *s, const struct json_value *left,
		   struct ruleset_span *out);
void ruleset_field_number(struct ruleset_span *out, uint64_t low,
			  uint64_t high);

/* ruleset_value.c: {"match": ...}; and an element of a map: does it match the
 * key? NULL: one that matches every key that the packet has. */
enum ruleset_match ruleset_value_match(struct ruleset_state *s,
				       const struct json_value *match);
enum ruleset_match ruleset_value_is(struct ruleset_state *s,
				    const struct json_value *key,
				    const struct json_value *element);
/* The elements behind "@name" or {"set": ...}; *known: false where they are
 * not in the ruleset. */
const struct json_value *ruleset_value_elements(struct ruleset_state *s,
						const struct json_value *value,
						bool *known);

/* How a chain may end, joined. */
enum {
	ENDS_ACCEPT = 1,
	ENDS_DROP = 2,
	ENDS_REJECT = 4,
	ENDS_HERE = 8 /* at its end, or by return */
};
/* ruleset_chain.c: how the base chain s->base may end for the packet; never
 * ENDS_HERE. */
unsigned ruleset_chain_run(struct ruleset_state *s);

#endif
