/*
 * ruleset_save_internal.h - what the reader of iptables-save(8) shares.
 */
#ifndef PREFLIGHT_RULESET_SAVE_INTERNAL_H
#define PREFLIGHT_RULESET_SAVE_INTERNAL_H

#include "core/base/buf.h"
#include "core/proto/ruleset_internal.h"

enum { SAVE_WORDS = 128, SAVE_LINE = 8192, SAVE_WORD = 256 };

/* One rule, word by word. */
struct ruleset_save_rule {
	char *words[SAVE_WORDS];
	size_t count, at;
	bool negated;
	const char *protocol;
	struct buf expr;
};

/* Names that JSON would have to quote are not written by iptables. */
bool ruleset_save_is_plain(const char *text);
/* One more statement of the rule. */
void ruleset_save_item(struct ruleset_save_rule *r, const char *json);
/* A match or target that is not known, by its name. */
void ruleset_save_unknown(struct ruleset_save_rule *r, const char *type,
			  const char *name);
/* "-m NAME", and an option with its value: r->at is behind it. */
void ruleset_save_module(struct ruleset_save_rule *r, const char *name);
void ruleset_save_one_option(struct ruleset_save_rule *r, const char *name);

#endif
