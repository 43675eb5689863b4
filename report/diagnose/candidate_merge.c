/*
 * candidate_merge.c - candidates that are one cause: the same devices on
 * several ports, and one router met over both families, or with two codes.
 */
#include "report/diagnose/diagnose.h"

#include "core/base/buf.h"

#include <stdlib.h>
#include <string.h>

enum { ONE_DEVICES = 3, ONE_TEXT = 1 << 20 };

static void candidate_merge_results(struct candidate *into,
				    struct candidate *from)
{
	into->results = mem_grow(into->results, &into->result_capacity,
				 into->result_count + from->result_count,
				 sizeof *into->results);
	memcpy(into->results + into->result_count, from->results,
	       from->result_count * sizeof *from->results);
	into->result_count += from->result_count;
	from->result_count = 0; /* it is not a finding any more */
}

static void candidate_merge_evidence(struct diagnosis *d,
				     struct candidate *into,
				     const struct candidate *from)
{
	for (size_t i = 0; i < from->line_count; i++)
		candidate_line(d, into, "%s", from->lines[i]);
	for (size_t i = 0; i < from->example_count; i++)
		candidate_example(d, into, "%s", from->examples[i]);
	for (size_t i = 0; i < from->id_count; i++)
		candidate_cite_id(into, from->ids[i]);
}

static void candidate_merge_join(struct diagnosis *d, struct candidate *into,
				 struct candidate *from)
{
	candidate_merge_results(into, from);
	candidate_merge_evidence(d, into, from);
	into->confirmed = into->confirmed && from->confirmed;
	into->inferred = into->inferred || from->inferred;
	if (from->blocker.family != ADDR_NONE)
		candidate_blocker(d, into, &from->blocker);
	for (size_t i = 0; i < from->also_count; i++)
		candidate_blocker(d, into, &from->also[i]);
}

/* The same devices -------------------------------------------------------- */

/* What it may be one with, on several ports; NULL: each has its own cause. */
static const struct finding_entry *candidate_merge_class(
    const struct candidate *f)
{
	if (f->entry->merges_if != NULL && !f->entry->merges_if(f))
		return NULL;
	return f->entry->merges;
}

static int candidate_merge_compare(const void *left, const void *right)
{
	const size_t *a = left, *b = right;

	return *a < *b ? -1 : *a > *b;
}

/* The devices of a candidate as a text; NULL where there are few, or others. */
static const char *candidate_merge_devices(struct diagnosis *d,
					   const struct candidate *f)
{
	size_t *list = mem_calloc(f->result_count + 1, sizeof *list);
	size_t count = 0, used = 0;
	const char *text = NULL;
	struct buf b;

	for (size_t i = 0; i < f->result_count; i++) {
		list[i] =
		    diagnosis_result(d, f->results[i])->spec->device_index;
		count += list[i] < d->plan->device_count;
	}
	if (count < f->result_count || count < ONE_DEVICES)
		goto out;
	qsort(list, count, sizeof *list, candidate_merge_compare);
	buf_init(&b, ONE_TEXT);
	for (size_t i = 0; i < count; i++) {
		if (i > 0 && list[i] == list[i - 1])
			continue;
		buf_printf(&b, " %zu", list[i]);
		used++;
	}
	if (used >= ONE_DEVICES)
		text = arena_strdup(d->arena, buf_text(&b));
	buf_free(&b);
out:
	free(list);
	return text;
}

/* One candidate after the other under a key; the first of it takes the rest. */
static void candidate_merge_under(struct diagnosis *d, struct map *seen,
				  const char *key, struct candidate *f,
				  size_t index)
{
	size_t *slot = map_at(seen, key);
	struct candidate *first;

	if (*slot == SIZE_MAX) {
		*slot = index;
		return;
	}
	first = d->candidates[*slot];
	if (f->entry != first->entry)
		first->entry = candidate_merge_class(first);
	candidate_merge_join(d, first, f);
}

/* Those whose place is known first: what has none joins the first of them. */
static void candidate_merge_same_devices(struct diagnosis *d)
{
	struct map seen = {0};

	for (int placed = 1; placed >= 0; placed--) {
		for (size_t i = 0; i < d->candidate_count; i++) {
			struct candidate *f = d->candidates[i];
			const struct finding_entry *class =
			    candidate_merge_class(f);
			const char *devices, *key;
			size_t at;

			if (class == NULL || f->result_count < ONE_DEVICES ||
			    (f->where == WHERE_AFTER_HOP) != (placed == 1))
				continue;
			devices = candidate_merge_devices(d, f);
			if (devices == NULL)
				continue;
			key = arena_printf(d->arena, "%s %d%s", class->code,
					   (int)f->owner, devices);
			at = map_get(&seen, key);
			if (placed == 1 && at != SIZE_MAX &&
			    strcmp(diagnosis_identity(d, &f->hop_address),
				   diagnosis_identity(
				       d, &d->candidates[at]->hop_address)) !=
				0)
				continue;
			candidate_merge_under(d, &seen, key, f, i);
		}
	}
	map_free(&seen);
}

/* One router, two families or codes ---------------------------------------- */

/* The interface of a default gateway: "eth0" of "10.2.0.1 eth0". */
static const char *candidate_merge_interface(const struct diagnosis *d,
					     const struct addr *a)
{
	const struct fact *list = facts_find(&d->results->host, "gateway-via");
	char text[ADDR_TEXT];
	size_t length = strlen(addr_text(a, text));

	for (size_t i = 0; list != NULL && i < list->list_count; i++) {
		if (strncmp(list->list[i], text, length) == 0 &&
		    list->list[i][length] == ' ')
			return list->list[i] + length + 1;
	}
	return NULL;
}

/* What the evidence tells apart is not one device. */
static bool candidate_merge_is_known(struct diagnosis *d, const struct addr *a)
{
	char text[ADDR_TEXT];

	return strcmp(diagnosis_identity(d, a), addr_text(a, text)) != 0;
}

static void candidate_merge_paths(struct diagnosis *d,
				  const struct candidate *f, struct map *out)
{
	for (size_t i = 0; i < f->result_count; i++) {
		const struct result *r = diagnosis_result(d, f->results[i]);

		*map_at(out, arena_printf(d->arena, "%s/%u",
					  transport_name(r->transport),
					  (unsigned)r->port)) = i;
	}
}

static bool candidate_merge_same_paths(struct diagnosis *d,
				       const struct candidate *a,
				       const struct candidate *b)
{
	struct map one = {0}, both = {0};
	bool same;

	candidate_merge_paths(d, a, &one);
	candidate_merge_paths(d, b, &both);
	same = one.count == both.count;
	candidate_merge_paths(d, a, &both);
	same = same && one.count == both.count;
	map_free(&one);
	map_free(&both);
	return same;
}

/* Where a candidate is blamed: a router's own address. */
static bool candidate_merge_has_place(const struct candidate *f)
{
	if (f->result_count == 0 || f->hop_address.family == ADDR_NONE)
		return false;
	return f->where == WHERE_AFTER_HOP ||
	       (f->where == WHERE_HOP && f->entry->merges_gateways);
}

/* Gateways of one interface, or routers beyond it of the same number, as far as
 * both are known. */
static bool candidate_merge_is_one_box(struct diagnosis *d,
				       const struct candidate *a,
				       const struct candidate *b)
{
	const char *via_a = candidate_merge_interface(d, &a->hop_address);
	const char *via_b = candidate_merge_interface(d, &b->hop_address);

	if (strcmp(diagnosis_identity(d, &a->hop_address),
		   diagnosis_identity(d, &b->hop_address)) == 0)
		return true;
	if (a->hop_address.family == b->hop_address.family ||
	    (candidate_merge_is_known(d, &a->hop_address) &&
	     candidate_merge_is_known(d, &b->hop_address)))
		return false; /* two boxes, or one key already */
	if (a->entry->names_place)
		return true; /* what goes round is met at any of its hops */
	if (via_a != NULL || via_b != NULL)
		return via_a != NULL && via_b != NULL &&
		       strcmp(via_a, via_b) == 0;
	if (a->hop == 0 || b->hop == 0)
		return a->where == WHERE_HOP; /* as far as is known */
	return a->hop == b->hop && a->hop != 1;
}

/* One finding, or both of those that name the router. */
static bool candidate_merge_is_one(struct diagnosis *d,
				   const struct candidate *a,
				   const struct candidate *b)
{
	return candidate_merge_has_place(b) && a->where == b->where &&
	       a->owner == b->owner &&
	       (a->entry == b->entry ||
		(a->entry->merges_gateways && b->entry->merges_gateways)) &&
	       candidate_merge_is_one_box(d, a, b) &&
	       (a->entry->names_place || candidate_merge_same_paths(d, a, b));
}

static void candidate_merge_boxes_join(struct diagnosis *d,
				       struct candidate *into,
				       struct candidate *from)
{
	struct hop hop = {.number = from->hop, .address = from->hop_address};

	if (into->entry != from->entry) { /* a rule explains both codes */
		into->entry = &finding_firewall_prohibits;
		into->reason = "ICMP errors name the blocking device";
	}
	candidate_merge_join(d, into, from);
	if (into->where == WHERE_HOP)
		into->hop_address = into->blocker; /* the one that is shown */
	if (into->where == WHERE_AFTER_HOP && !into->entry->names_place)
		diagnosis_candidate_place(d, into, &hop);
}

/* One router, met over both families or with two codes. There are as many
 * candidates as routers are blamed. */
static void candidate_merge_boxes(struct diagnosis *d)
{
	for (size_t i = 0; i < d->candidate_count; i++) {
		struct candidate *a = d->candidates[i];

		for (size_t k = i + 1; k < d->candidate_count; k++) {
			if (candidate_merge_has_place(a) &&
			    candidate_merge_is_one(d, a, d->candidates[k]))
				candidate_merge_boxes_join(d, a,
							   d->candidates[k]);
		}
	}
}

void candidate_merge(struct diagnosis *d)
{
	candidate_merge_same_devices(d);
	candidate_merge_boxes(d);
}
