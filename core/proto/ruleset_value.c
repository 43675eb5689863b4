/* ruleset_value.c - does what is known of a field match what a rule names? */
#include "core/proto/ruleset_internal.h"

#include <stdlib.h>
#include <string.h>

/* What a rule names: one number, address or word, or a range of them. */
struct ruleset_value {
	bool known, text;
	uint8_t low[16], high[16];
	const char *word;
};

/* Values ------------------------------------------------------------------ */

static void ruleset_value_number(struct ruleset_value *out, uint64_t number)
{
	struct ruleset_span span;

	ruleset_field_number(&span, number, number);
	memcpy(out->low, span.low, sizeof out->low);
	memcpy(out->high, span.high, sizeof out->high);
	out->known = true;
}

static bool ruleset_value_word(const struct ruleset_span *s, const char *word,
			       uint64_t *number)
{
	for (const struct ruleset_word *w = s->words;
	     w != NULL && w->word != NULL; w++) {
		if (strcmp(w->word, word) == 0) {
			*number = w->number;
			return true;
		}
	}
	return false;
}

static void ruleset_value_address(struct ruleset_value *out, const char *text,
				  int64_t prefix)
{
	struct addr a;
	int64_t bits;

	if (text == NULL || !addr_parse(&a, text))
		return;
	bits = a.family == ADDR_V4 ? 32 : 128;
	if (prefix < 0 || prefix > bits)
		prefix = bits;
	out->known = true;
	memcpy(out->low, a.bytes, (size_t)bits / 8);
	memcpy(out->high, a.bytes, (size_t)bits / 8);
	for (size_t bit = (size_t)prefix; bit < (size_t)bits; bit++) {
		out->low[bit / 8] &= (uint8_t) ~(0x80U >> bit % 8);
		out->high[bit / 8] |= (uint8_t)(0x80U >> bit % 8);
	}
}

/* One number, address or word, as the field has it. */
static void ruleset_value_one(const struct ruleset_span *s,
			      const struct json_value *v,
			      struct ruleset_value *out)
{
	const char *text = json_tree_text(v);
	int64_t integer = json_tree_integer(v, -1);
	uint64_t number;

	*out = (struct ruleset_value){.known = false};
	if (s->kind == SPAN_TEXT) {
		out->known = out->text = text != NULL;
		out->word = text;
	} else if (s->kind == SPAN_ADDRESS) {
		ruleset_value_address(out, text, -1);
	} else if (text != NULL && ruleset_value_word(s, text, &number)) {
		ruleset_value_number(out, number);
	} else if (integer >= 0) {
		ruleset_value_number(out, (uint64_t)integer);
	} else if (json_tree_kind(v) == JSON_IS_BOOL) {
		ruleset_value_number(out, json_tree_flag(v) ? 1 : 0);
	}
}

static void ruleset_value_range(const struct ruleset_span *s,
				const struct json_value *range,
				struct ruleset_value *out)
{
	struct ruleset_value high;

	ruleset_value_one(s, json_tree_at(range, 0), out);
	ruleset_value_one(s, json_tree_at(range, 1), &high);
	out->known = out->known && high.known && !out->text && !high.text;
	memcpy(out->high, high.high, sizeof out->high);
}

static void ruleset_value_read(const struct ruleset_span *s,
			       const struct json_value *v,
			       struct ruleset_value *out)
{
	const struct json_value *part;

	if ((part = json_tree_get(v, "range")) != NULL) {
		ruleset_value_range(s, part, out);
	} else if ((part = json_tree_get(v, "prefix")) != NULL) {
		*out = (struct ruleset_value){.known = false};
		if (s->kind == SPAN_ADDRESS)
			ruleset_value_address(
			    out, json_tree_text(json_tree_get(part, "addr")),
			    json_tree_integer(json_tree_get(part, "len"), -1));
	} else {
		ruleset_value_one(s, v, out);
	}
}

/* Comparing --------------------------------------------------------------- */

static enum ruleset_match ruleset_value_not(enum ruleset_match m)
{
	if (m == MATCH_UNKNOWN)
		return m;
	return m == MATCH_YES ? MATCH_NO : MATCH_YES;
}

static enum ruleset_match ruleset_value_both(enum ruleset_match a,
					     enum ruleset_match b)
{
	if (a == MATCH_NO || b == MATCH_NO)
		return MATCH_NO;
	return a == MATCH_YES && b == MATCH_YES ? MATCH_YES : MATCH_UNKNOWN;
}

/* Names of interfaces may end in "*" (nft(8)); "\*" is a star itself. */
static enum ruleset_match ruleset_value_is_text(const char *have,
						const char *want)
{
	size_t length = strlen(want);

	if (strchr(want, '\\') != NULL)
		return MATCH_UNKNOWN;
	if (length > 0 && want[length - 1] == '*')
		return strncmp(have, want, length - 1) == 0 ? MATCH_YES
							    : MATCH_NO;
	return strcmp(have, want) == 0 ? MATCH_YES : MATCH_NO;
}

static enum ruleset_match ruleset_value_equals(const struct ruleset_span *s,
					       const struct ruleset_value *v)
{
	if (s->kind == SPAN_UNKNOWN || !v->known)
		return MATCH_UNKNOWN;
	if (s->kind == SPAN_TEXT)
		return ruleset_value_is_text(s->text, v->word);
	if (memcmp(s->high, v->low, 16) < 0 || memcmp(s->low, v->high, 16) > 0)
		return MATCH_NO;
	if (memcmp(s->low, v->low, 16) >= 0 &&
	    memcmp(s->high, v->high, 16) <= 0)
		return MATCH_YES;
	return MATCH_UNKNOWN;
}

/* Is it less than the value, for sure or for sure not? */
static enum ruleset_match ruleset_value_less(const struct ruleset_span *s,
					     const struct ruleset_value *v,
					     bool or_equal)
{
	int high, low;

	if (s->kind == SPAN_UNKNOWN || s->kind == SPAN_TEXT || !v->known ||
	    v->text || memcmp(v->low, v->high, 16) != 0)
		return MATCH_UNKNOWN;
	high = memcmp(s->high, v->low, 16);
	low = memcmp(s->low, v->low, 16);
	if (high < 0 || (or_equal && high == 0))
		return MATCH_YES;
	return low > 0 || (!or_equal && low == 0) ? MATCH_NO : MATCH_UNKNOWN;
}

/* Left sides -------------------------------------------------------------- */

static bool ruleset_value_exact(const struct ruleset_span *s, uint64_t *number)
{
	*number = 0;
	if (s->kind != SPAN_NUMBER || memcmp(s->low, s->high, 16) != 0)
		return false;
	for (size_t i = 8; i < 16; i++)
		*number = *number << 8 | s->low[i];
	return true;
}

/* A number, a word, or several bits: a list, or {"|": ...}. */
static bool ruleset_value_bits(const struct ruleset_span *s,
			       const struct json_value *v, uint64_t *bits,
			       unsigned depth)
{
	const struct json_value * or = json_tree_get(v, "|");
	const struct json_value *list = or == NULL ? v : or ;
	struct ruleset_value one;
	struct ruleset_span exact = {.kind = SPAN_NUMBER};

	*bits = 0;
	if (depth == 0)
		return false;
	if (json_tree_kind(list) != JSON_IS_LIST) {
		ruleset_value_one(s, v, &one);
		memcpy(exact.low, one.low, 16);
		memcpy(exact.high, one.high, 16);
		return one.known && !one.text &&
		       ruleset_value_exact(&exact, bits);
	}
	for (size_t i = 0; i < json_tree_length(list); i++) {
		uint64_t part;

		if (!ruleset_value_bits(s, json_tree_at(list, i), &part,
					depth - 1))
			return false;
		*bits |= part;
	}
	return true;
}

/* A field, or some bits of one. */
static void ruleset_value_left(struct ruleset_state *st,
			       const struct json_value *left,
			       struct ruleset_span *out)
{
	const struct json_value *and = json_tree_get(left, "&");
	const struct ruleset_word *words;
	uint64_t number, mask;

	if (and == NULL) {
		ruleset_field(st, left, out);
		return;
	}
	ruleset_field(st, json_tree_at(and, 0), out);
	if (out->kind == SPAN_NONE)
		return;
	words = out->words;
	if (!ruleset_value_exact(out, &number) ||
	    !ruleset_value_bits(out, json_tree_at(and, 1), &mask,
				RULESET_NESTING_MAX)) {
		out->kind = SPAN_UNKNOWN;
		ruleset_note(st, "a mask", NULL);
		return;
	}
	ruleset_field_number(out, number & mask, number & mask);
	out->words = words;
	out->bits = false;
}

static size_t ruleset_value_lefts(struct ruleset_state *st,
				  const struct json_value *left,
				  struct ruleset_span out[RULESET_FIELDS_MAX])
{
	const struct json_value *parts = json_tree_get(left, "concat");
	size_t count = json_tree_length(parts);

	if (parts == NULL) {
		ruleset_value_left(st, left, &out[0]);
		return 1;
	}
	if (count == 0 || count > RULESET_FIELDS_MAX)
		return 0;
	for (size_t i = 0; i < count; i++)
		ruleset_value_left(st, json_tree_at(parts, i), &out[i]);
	return count;
}

/* Elements ---------------------------------------------------------------- */

/* {"elem": {"val": ...}} with a timeout, a counter, a comment; what else is
 * with it (a limit, a quota) may end the match. */
static const struct json_value *ruleset_value_of_element(
    const struct json_value *e, bool *may_not)
{
	const struct json_value *inner = json_tree_get(e, "elem");

	if (inner == NULL)
		return e;
	*may_not |= json_tree_get(inner, "limit") != NULL ||
		    json_tree_get(inner, "quota") != NULL ||
		    json_tree_get(inner, "ct count") != NULL;
	return json_tree_get(inner, "val");
}

static enum ruleset_match ruleset_value_element(
    const struct ruleset_span *spans, size_t count,
    const struct json_value *element)
{
	bool may_not = false;
	const struct json_value *v =
	    ruleset_value_of_element(element, &may_not);
	const struct json_value *parts = json_tree_get(v, "concat");
	enum ruleset_match m = MATCH_YES;
	struct ruleset_value one;

	if (count > 1 && json_tree_length(parts) != count)
		return MATCH_UNKNOWN;
	for (size_t i = 0; i < count; i++) {
		ruleset_value_read(
		    &spans[i], count > 1 ? json_tree_at(parts, i) : v, &one);
		m = ruleset_value_both(m,
				       ruleset_value_equals(&spans[i], &one));
	}
	return m == MATCH_YES && may_not ? MATCH_UNKNOWN : m;
}

const struct json_value *ruleset_value_elements(struct ruleset_state *s,
						const struct json_value *value,
						bool *known)
{
	const char *name = json_tree_text(value);
	const struct ruleset_set *set;

	*known = true;
	if (name == NULL || name[0] != '@')
		return json_tree_get(value, "set");
	set = ruleset_set(s->rules, s->base, name + 1);
	*known = set != NULL;
	return set == NULL ? NULL : set->elements;
}

static enum ruleset_match ruleset_value_among(struct ruleset_state *st,
					      const struct ruleset_span *spans,
					      size_t count,
					      const struct json_value *list)
{
	enum ruleset_match found = MATCH_NO;
	bool any = false;

	/* nft writes a set of one element without its brackets. */
	if (list != NULL && json_tree_kind(list) != JSON_IS_LIST)
		return ruleset_value_element(spans, count, list);
	for (size_t i = 0; i < json_tree_length(list); i++) {
		const struct json_value *e = json_tree_at(list, i);
		const char *text = json_tree_text(e);
		enum ruleset_match m;

		if (st->work++ > RULESET_WORK_MAX)
			return MATCH_UNKNOWN;
		any |= text != NULL && strcmp(text, "*") == 0;
		m = ruleset_value_element(spans, count, e);
		if (m == MATCH_YES)
			return m;
		if (m == MATCH_UNKNOWN)
			found = m;
	}
	return any ? MATCH_YES : found;
}

/* A match ----------------------------------------------------------------- */

static bool ruleset_value_op_is(const char *op, const char *wanted)
{
	return op != NULL && strcmp(op, wanted) == 0;
}

/* Sets of bits: "in" is any of them, "!" none, the others compare the whole. */
static enum ruleset_match ruleset_value_match_bits(
    const struct ruleset_span *s, const char *op,
    const struct json_value *right)
{
	uint64_t have, want;
	bool yes;

	if (!ruleset_value_exact(s, &have) ||
	    !ruleset_value_bits(s, right, &want, RULESET_NESTING_MAX))
		return MATCH_UNKNOWN;
	if (ruleset_value_op_is(op, "in"))
		yes = (have & want) != 0;
	else if (ruleset_value_op_is(op, "!"))
		yes = (have & want) == 0;
	else if (ruleset_value_op_is(op, "=="))
		yes = have == want;
	else if (ruleset_value_op_is(op, "!="))
		yes = have != want;
	else
		return MATCH_UNKNOWN;
	return yes ? MATCH_YES : MATCH_NO;
}

static enum ruleset_match ruleset_value_match_one(
    const struct ruleset_span *s, const char *op,
    const struct json_value *right)
{
	struct ruleset_value v;

	ruleset_value_read(s, right, &v);
	if (ruleset_value_op_is(op, "=="))
		return ruleset_value_equals(s, &v);
	if (ruleset_value_op_is(op, "!="))
		return ruleset_value_not(ruleset_value_equals(s, &v));
	if (ruleset_value_op_is(op, "<"))
		return ruleset_value_less(s, &v, false);
	if (ruleset_value_op_is(op, "<="))
		return ruleset_value_less(s, &v, true);
	if (ruleset_value_op_is(op, ">"))
		return ruleset_value_not(ruleset_value_less(s, &v, true));
	if (ruleset_value_op_is(op, ">="))
		return ruleset_value_not(ruleset_value_less(s, &v, false));
	return MATCH_UNKNOWN;
}

enum ruleset_match ruleset_value_match(struct ruleset_state *s,
				       const struct json_value *match)
{
	const struct json_value *right = json_tree_get(match, "right");
	const char *op = json_tree_text(json_tree_get(match, "op")),
		   *word = json_tree_text(right);
	struct ruleset_span spans[RULESET_FIELDS_MAX];
	size_t count =
	    ruleset_value_lefts(s, json_tree_get(match, "left"), spans);
	const struct json_value *list;
	bool known;

	for (size_t i = 0; i < count; i++)
		if (spans[i].kind == SPAN_NONE)
			return MATCH_NO; /* whatever is compared with it */
	if (count == 0)
		return MATCH_UNKNOWN;
	if (json_tree_get(right, "set") != NULL ||
	    (word != NULL && word[0] == '@')) {
		enum ruleset_match m;

		list = ruleset_value_elements(s, right, &known);
		if (!known)
			return MATCH_UNKNOWN;
		m = ruleset_value_among(s, spans, count, list);
		if (ruleset_value_op_is(op, "!="))
			return ruleset_value_not(m);
		return ruleset_value_op_is(op, "==") ||
			       ruleset_value_op_is(op, "in")
			   ? m
			   : MATCH_UNKNOWN;
	}
	if (count > 1)
		return ruleset_value_op_is(op, "==")
			   ? ruleset_value_element(spans, count, right)
			   : MATCH_UNKNOWN;
	if (spans[0].bits || json_tree_kind(right) == JSON_IS_LIST ||
	    json_tree_get(right, "|") != NULL)
		return ruleset_value_match_bits(&spans[0], op, right);
	return ruleset_value_match_one(&spans[0], op, right);
}

enum ruleset_match ruleset_value_is(struct ruleset_state *s,
				    const struct json_value *key,
				    const struct json_value *element)
{
	struct ruleset_span spans[RULESET_FIELDS_MAX];
	size_t count = ruleset_value_lefts(s, key, spans);

	for (size_t i = 0; i < count; i++)
		if (spans[i].kind == SPAN_NONE)
			return MATCH_NO;
	if (element == NULL)
		return MATCH_YES;
	return count == 0 ? MATCH_UNKNOWN
			  : ruleset_value_element(spans, count, element);
}
