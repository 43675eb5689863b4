/* compare_evidence.c - one requirement in two reports, target by target. */
#include "report/compare/compare_internal.h"

#include "core/base/buf.h"

#include <stdlib.h>
#include <string.h>

/* A target of a requirement with its results; the last one of a side is for
 * results of none of them. */
struct compare_unit {
	const char *name;
	enum verdict verdict;
	size_t first, count; /* into side->order */
};

struct compare_side {
	const struct report *report;
	const struct report_requirement *q;
	struct compare_unit *units; /* device_count + 1 */
	size_t *order;
	struct map names;
};

static bool compare_works(const struct report_result *r)
{
	return r->verdict == VERDICT_PASS || r->verdict == VERDICT_NOT_NEEDED;
}

static void compare_side_make(struct compare_side *s, const struct report *r,
			      const struct report_requirement *q)
{
	size_t units = q->device_count + 1;
	size_t *of = mem_calloc(q->result_count + 1, sizeof *of), at = 0;

	*s = (struct compare_side){.report = r, .q = q};
	s->units = mem_calloc(units, sizeof *s->units);
	s->order = mem_calloc(q->result_count + 1, sizeof *s->order);
	for (size_t i = 0; i < q->device_count; i++) {
		s->units[i].name = q->devices[i].name;
		s->units[i].verdict = q->devices[i].verdict;
		*map_at(&s->names, q->devices[i].name) = i;
	}
	s->units[units - 1].verdict = q->verdict;
	for (size_t i = 0; i < q->result_count; i++) {
		const struct report_result *result = &r->results[q->results[i]];

		of[i] = map_get(&s->names,
				report_target_name(report_path_of(r, result)));
		if (of[i] == SIZE_MAX)
			of[i] = units - 1;
		s->units[of[i]].count++;
	}
	for (size_t i = 0; i < units; i++) {
		s->units[i].first = at;
		at += s->units[i].count;
		s->units[i].count = 0;
	}
	for (size_t i = 0; i < q->result_count; i++) {
		struct compare_unit *u = &s->units[of[i]];

		s->order[u->first + u->count++] = q->results[i];
	}
	free(of);
}

static void compare_side_free(struct compare_side *s)
{
	free(s->units);
	free(s->order);
	map_free(&s->names);
}

/* What is compared --------------------------------------------------------- */

struct subject {
	struct arena *arena;
	const struct report *report;
	const struct report_result *result;
};

static const char *aspect_outcome(const struct subject *s)
{
	const struct outcome *o = &s->result->outcome;
	char code[OUTCOME_CODE];

	if (compare_works(s->result) || s->result->why != WHY_NONE)
		return NULL;
	return arena_strdup(s->arena, outcome_code(o->phase, o->cause, code));
}

static const char *aspect_blocker(const struct subject *s)
{
	char text[ADDR_TEXT];

	if (compare_works(s->result) ||
	    s->result->outcome.blocker.family == ADDR_NONE)
		return NULL;
	return arena_strdup(s->arena,
			    addr_text(&s->result->outcome.blocker, text));
}

static const char *aspect_finding(const struct subject *s)
{
	const struct finding *f = report_finding_of(s->report, s->result);

	return compare_works(s->result) || f == NULL ? NULL : f->code;
}

static const char *aspect_why(const struct subject *s)
{
	return s->result->why == WHY_NONE ? NULL : why_name(s->result->why);
}

static const char *aspect_proof(const struct subject *s)
{
	return s->result->outcome.cause == CAUSE_OK &&
		       s->result->parent == REPORT_NONE
		   ? proof_name(s->result->proof)
		   : NULL;
}

static const char *aspect_address(const struct subject *s)
{
	const struct report_path *p = report_path_of(s->report, s->result);
	char text[ADDR_TEXT];

	if (p->address.family == ADDR_NONE || p->name == NULL)
		return NULL;
	return arena_strdup(s->arena, addr_text(&p->address, text));
}

enum aspect_rule {
	ASPECT_BAD,      /* where both fail or warn: any difference counts */
	ASPECT_UNTESTED, /* where both are: any difference counts */
	ASPECT_ALWAYS,   /* where nothing is left of what was */
	ASPECT_ADDRESS   /* the same, but for a name that works both times */
};

struct aspect {
	const char *what;
	enum aspect_rule rule;
	const char *(*value)(const struct subject *s);
	const char *fact; /* or the text of this fact */
};

/* Facts by the words that checks share for who answered. */
static const struct aspect aspects[] = {
    {"finding", ASPECT_BAD, aspect_finding, NULL},
    {"outcome", ASPECT_BAD, aspect_outcome, NULL},
    {"blocker", ASPECT_BAD, aspect_blocker, NULL},
    {"why", ASPECT_UNTESTED, aspect_why, NULL},
    {"proof", ASPECT_ALWAYS, aspect_proof, NULL},
    {"address", ASPECT_ADDRESS, aspect_address, NULL},
    {"issuer", ASPECT_ALWAYS, NULL, "tls-issuer"},
    {"trust", ASPECT_ALWAYS, NULL, "tls-trust"},
    {"TLS version", ASPECT_ALWAYS, NULL, "tls-version"},
    {"proxy", ASPECT_ALWAYS, NULL, "proxy-server"},
    {"server", ASPECT_ALWAYS, NULL, "server"},
    {"software", ASPECT_ALWAYS, NULL, "software"},
    {"vendor", ASPECT_ALWAYS, NULL, "vendor"},
    {"product", ASPECT_ALWAYS, NULL, "product"},
    {"model", ASPECT_ALWAYS, NULL, "model"},
    {"version", ASPECT_ALWAYS, NULL, "version"},
    {"product version", ASPECT_ALWAYS, NULL, "product-version"},
    {"API version", ASPECT_ALWAYS, NULL, "api-version"},
    {"release", ASPECT_ALWAYS, NULL, "release"},
    {"build", ASPECT_ALWAYS, NULL, "build"},
    {"dialect", ASPECT_ALWAYS, NULL, "dialect"},
    {"signing", ASPECT_ALWAYS, NULL, "signing"},
    {"encryption", ASPECT_ALWAYS, NULL, "encryption"},
    {"computer", ASPECT_ALWAYS, NULL, "computer"},
    {"host name", ASPECT_ALWAYS, NULL, "dns-host-name"},
    {"realm", ASPECT_ALWAYS, NULL, "realm"},
    {"system name", ASPECT_ALWAYS, NULL, "sys-name"},
    {"system", ASPECT_ALWAYS, NULL, "sys-descr"},
    {"engine id", ASPECT_ALWAYS, NULL, "engine-id"},
    {"host key", ASPECT_ALWAYS, NULL, "host-key"},
    {"login", ASPECT_ALWAYS, NULL, "login"},
    {"security", ASPECT_ALWAYS, NULL, "security"},
    {"server id", ASPECT_ALWAYS, NULL, "server-guid"},
    {"block page of", ASPECT_ALWAYS, NULL, "block-product"},
    {"inspection by", ASPECT_ALWAYS, NULL, "inspection-product"},
};

/* Sorted, each value once. */
struct compare_set {
	const char **items;
	size_t count;
};

static int compare_texts(const void *left, const void *right)
{
	const char *const *a = left;
	const char *const *b = right;

	return strcmp(*a, *b);
}

static struct compare_set compare_collect(struct arena *a,
					  const struct compare_side *s,
					  const struct compare_unit *u,
					  const struct aspect *aspect)
{
	struct compare_set set = {0};
	size_t count = 0;

	for (size_t i = 0; i < u->count; i++) {
		size_t index = s->order[u->first + i];
		const struct report_result *r = &s->report->results[index];
		const struct subject subject = {a, s->report, r};
		const char *value = aspect->fact != NULL
					? facts_text(&r->facts, aspect->fact)
					: aspect->value(&subject);

		if (value == NULL || *value == '\0')
			continue;
		if (set.items == NULL)
			set.items = mem_calloc(u->count, sizeof *set.items);
		set.items[count++] = value;
	}
	if (count > 1)
		qsort(set.items, count, sizeof *set.items, compare_texts);
	for (size_t i = 0; i < count; i++) {
		if (i == 0 || strcmp(set.items[i], set.items[i - 1]) != 0)
			set.items[set.count++] = set.items[i];
	}
	return set;
}

static bool compare_equal(const struct compare_set *a,
			  const struct compare_set *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		if (strcmp(a->items[i], b->items[i]) != 0)
			return false;
	}
	return true;
}

/* Both have something, and nothing in common. */
static bool compare_disjoint(const struct compare_set *a,
			     const struct compare_set *b)
{
	size_t i = 0, k = 0;

	if (a->count == 0 || b->count == 0)
		return false;
	while (i < a->count && k < b->count) {
		int order = strcmp(a->items[i], b->items[k]);

		if (order == 0)
			return false;
		if (order < 0)
			i++;
		else
			k++;
	}
	return true;
}

static bool compare_private(const struct compare_set *set)
{
	struct addr a;

	for (size_t i = 0; i < set->count; i++) {
		if (addr_parse(&a, set->items[i]) && addr_is_private(&a))
			return true;
	}
	return false;
}

/* "a, b, c"; NULL: none. */
static const char *compare_join(struct arena *a, const struct compare_set *set)
{
	enum { SHOWN = 8 };
	const char *text;
	struct buf b;

	if (set->count == 0)
		return NULL;
	buf_init(&b, 4096);
	for (size_t i = 0; i < set->count && i < SHOWN; i++)
		buf_printf(&b, "%s%s", i > 0 ? ", " : "", set->items[i]);
	if (set->count > SHOWN)
		buf_printf(&b, " and %zu more", set->count - SHOWN);
	text = arena_strdup(a, buf_text(&b));
	buf_free(&b);
	return text;
}

static bool compare_is_bad(enum verdict verdict)
{
	return compare_fails(verdict) || verdict == VERDICT_WARN;
}

static bool compare_counts(const struct aspect *aspect, enum verdict was,
			   enum verdict is, bool is_device,
			   const struct compare_set *a,
			   const struct compare_set *b)
{
	bool well = was == VERDICT_PASS && is == VERDICT_PASS;

	switch (aspect->rule) {
	case ASPECT_BAD:
		return compare_is_bad(was) && compare_is_bad(is) &&
		       !compare_equal(a, b);
	case ASPECT_UNTESTED:
		return was == VERDICT_UNTESTED && is == VERDICT_UNTESTED &&
		       !compare_equal(a, b);
	case ASPECT_ALWAYS:
		return compare_disjoint(a, b);
	case ASPECT_ADDRESS:
		break;
	}
	/* A name of the internet leads elsewhere every minute. */
	return compare_disjoint(a, b) &&
	       (is_device || !well || compare_private(a) != compare_private(b));
}

static void compare_unit(struct compare *w, const struct compare_side *old,
			 const struct compare_side *new,
			 const struct compare_unit *was,
			 const struct compare_unit *is,
			 struct difference_list *list)
{
	const struct report *r = new->report;
	bool is_device =
	    is->count > 0 &&
	    report_path_of(r, &r->results[new->order[is->first]])->device !=
		NULL;

	for (size_t i = 0; i < sizeof aspects / sizeof aspects[0]; i++) {
		const struct aspect *aspect = &aspects[i];
		struct compare_set a =
		    compare_collect(w->arena, old, was, aspect);
		struct compare_set b =
		    compare_collect(w->arena, new, is, aspect);

		if (compare_counts(aspect, was->verdict, is->verdict, is_device,
				   &a, &b))
			difference_add(w->arena, list, aspect->what,
				       compare_join(w->arena, &a),
				       compare_join(w->arena, &b), is->name);
		free(a.items);
		free(b.items);
	}
}

/* Targets ----------------------------------------------------------------- */

static enum why compare_unit_why(const struct compare_side *s,
				 const struct compare_unit *u)
{
	for (size_t i = 0; i < u->count; i++) {
		size_t index = s->order[u->first + i];

		if (s->report->results[index].why != WHY_NONE)
			return s->report->results[index].why;
	}
	return WHY_NONE;
}

static void compare_evidence_targets(struct compare *w,
				     const struct compare_side *old,
				     const struct compare_side *new,
				     struct requirement_change *out)
{
	size_t most = old->q->device_count + new->q->device_count;
	struct target_change *list =
	    arena_calloc(w->arena, most + 1, sizeof *list);

	for (size_t i = 0; i < new->q->device_count; i++) {
		const struct compare_unit *is = &new->units[i];
		size_t at = map_get(&old->names, is->name);
		struct target_change t = {.name = is->name, .is = is->verdict};

		if (at != SIZE_MAX)
			t.was = old->units[at].verdict;
		t.change =
		    compare_verdicts(t.was, t.is, compare_unit_why(new, is));
		if (t.change != CHANGE_SAME && t.change != CHANGE_STILL)
			list[out->target_count++] = t;
	}
	for (size_t i = 0; i < old->q->device_count; i++) {
		const struct compare_unit *was = &old->units[i];

		if (map_get(&new->names, was->name) == SIZE_MAX)
			list[out->target_count++] =
			    (struct target_change){.name = was->name,
						   .change = CHANGE_GONE,
						   .was = was->verdict};
	}
	out->targets = list;
}

void compare_evidence(struct compare *w, const struct report_requirement *was,
		      const struct report_requirement *is,
		      struct requirement_change *out)
{
	struct difference_list list = {0};
	struct compare_side old, new;

	compare_side_make(&old, w->old, was);
	compare_side_make(&new, w->new, is);
	compare_evidence_targets(w, &old, &new, out);
	for (size_t i = 0; i < is->device_count; i++) {
		size_t at = map_get(&old.names, new.units[i].name);

		if (at != SIZE_MAX)
			compare_unit(w, &old, &new, &old.units[at],
				     &new.units[i], &list);
	}
	compare_unit(w, &old, &new, &old.units[was->device_count],
		     &new.units[is->device_count], &list);
	out->differences =
	    difference_take(w->arena, &list, &out->difference_count);
	compare_side_free(&old);
	compare_side_free(&new);
}
