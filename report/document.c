/* document.c - texts and paths of a report, each held once. */
#include "report/document.h"

#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

enum { PATHS_FIRST = 64 };

void document_begin(struct document *d, size_t text_max)
{
	struct arena arena = {0};
	struct report *r = arena_calloc(&arena, 1, sizeof *r);

	r->arena = arena;
	*d = (struct document){.report = r, .text_max = text_max};
}

void document_expect_paths(struct document *d, size_t most)
{
	d->path_items =
	    arena_calloc(&d->report->arena, most + 1, sizeof *d->path_items);
	d->path_capacity = most;
	d->path_fixed = true;
}

struct report *document_end(struct document *d)
{
	struct report *r = d->report;

	free(d->text_items);
	free(d->path_slots);
	map_free(&d->texts);
	r->paths = d->path_items;
	if (!d->path_fixed) {
		r->paths = arena_copy(&r->arena, d->path_items, r->path_count,
				      sizeof *d->path_items);
		free(d->path_items);
	}
	arena_free(&d->keys);
	return r;
}

static const char *document_clean(struct document *d, const char *text)
{
	struct arena *a = &d->report->arena;
	size_t length = strlen(text), size;
	const char *copy;
	char *clean;

	if ((d->text_max == 0 || length <= d->text_max) &&
	    text_is_utf8(text, length) && !text_has_controls(text))
		return arena_strndup(a, text, length);
	size = d->text_max == 0 ? (length + 1) * 4 : d->text_max + 1;
	clean = mem_calloc(size, 1);
	copy = arena_strdup(a, text_sanitise(clean, size, text, length));
	free(clean);
	return copy;
}

const char *document_own_text(struct document *d, const char *text)
{
	return document_clean(d, text);
}

size_t document_text_number(struct document *d, const char *text)
{
	size_t at = map_get(&d->texts, text);
	const char *clean;

	if (at != SIZE_MAX)
		return at;
	clean = document_clean(d, text);
	at = d->texts.count;
	/* The key lives as long as the map. */
	*map_at(&d->texts, strcmp(clean, text) == 0
			       ? clean
			       : arena_strdup(&d->keys, text)) = at;
	d->text_items =
	    mem_grow(d->text_items, &d->text_capacity, at + 1, sizeof(char *));
	d->text_items[at] = clean;
	return at;
}

const char *document_text(struct document *d, const char *text)
{
	size_t at = text == NULL ? SIZE_MAX : document_text_number(d, text);

	return at == SIZE_MAX ? NULL : d->text_items[at];
}

struct facts document_facts(struct document *d, const struct facts *f)
{
	struct arena *a = &d->report->arena;
	struct facts copy = {.count = f->count, .capacity = f->count};

	if (f->count == 0)
		return copy;
	copy.items = arena_copy(a, f->items, f->count, sizeof *f->items);
	for (size_t i = 0; i < f->count; i++) {
		struct fact *fact = &copy.items[i];

		/* Facts are not const to their owner; a report's are. */
		fact->name = document_text(d, fact->name);
		fact->text = (char *)(uintptr_t)document_text(d, fact->text);
		if (fact->list_count == 0)
			continue;
		fact->list =
		    arena_copy(a, fact->list, fact->list_count, sizeof(char *));
		for (size_t k = 0; k < fact->list_count; k++)
			fact->list[k] =
			    (char *)(uintptr_t)document_text(d, fact->list[k]);
	}
	return copy;
}

static uint64_t document_hash(uint64_t hash, const void *bytes, size_t length)
{
	const unsigned char *b = bytes; /* FNV-1a */

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ b[i]) * 1099511628211U;
	return hash;
}

/* Texts are held once: the same one has the same place. */
static uint64_t document_path_hash(const struct report_path *p)
{
	uint64_t hash = 14695981039346656037U;
	const uint32_t numbers[] = {p->transport, p->via_proxy, p->port,
				    p->address.family, p->address.scope};

	hash = document_hash(hash, numbers, sizeof numbers);
	hash = document_hash(hash, p->address.bytes, sizeof p->address.bytes);
	hash = document_hash(hash, &p->name, sizeof p->name);
	hash = document_hash(hash, &p->device, sizeof p->device);
	return document_hash(hash, p->evidence,
			     p->evidence_count * sizeof *p->evidence);
}

static bool document_path_equal(const struct report_path *a,
				const struct report_path *b)
{
	return a->transport == b->transport && a->via_proxy == b->via_proxy &&
	       a->port == b->port && addr_equal(&a->address, &b->address) &&
	       a->name == b->name && a->device == b->device &&
	       a->evidence_count == b->evidence_count &&
	       (a->evidence_count == 0 ||
		memcmp(a->evidence, b->evidence,
		       a->evidence_count * sizeof *a->evidence) == 0);
}

static uint32_t *document_path_slot(const struct document *d,
				    const struct report_path *path)
{
	size_t mask = d->path_slot_count - 1;
	size_t i = (size_t)document_path_hash(path) & mask;

	while (d->path_slots[i] != 0 &&
	       !document_path_equal(&d->path_items[d->path_slots[i] - 1], path))
		i = (i + 1) & mask;
	return &d->path_slots[i];
}

static void document_widen_paths(struct document *d)
{
	size_t count =
	    d->path_slot_count == 0 ? PATHS_FIRST : d->path_slot_count * 2;

	free(d->path_slots);
	d->path_slots = mem_calloc(count, sizeof *d->path_slots);
	d->path_slot_count = count;
	for (uint32_t i = 0; i < d->report->path_count; i++)
		*document_path_slot(d, &d->path_items[i]) = i + 1;
}

uint32_t document_path(struct document *d, const struct report_path *path)
{
	struct report *r = d->report;
	uint32_t *slot;

	if (r->path_count * 2 >= d->path_slot_count)
		document_widen_paths(d);
	slot = document_path_slot(d, path);
	if (*slot == 0) {
		d->path_items =
		    mem_grow(d->path_items, &d->path_capacity,
			     r->path_count + 1, sizeof *d->path_items);
		d->path_items[r->path_count] = *path;
		*slot = (uint32_t)++r->path_count;
	}
	return *slot - 1;
}
