/* document.c - texts and paths of a report, each held once. */
#include "report/document.h"

#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

void document_begin(struct document *d, size_t text_max)
{
	struct arena arena = {0};
	struct report *r = arena_calloc(&arena, 1, sizeof *r);

	r->arena = arena;
	*d = (struct document){.report = r, .text_max = text_max};
}

struct report *document_end(struct document *d)
{
	struct report *r = d->report;

	r->paths = arena_copy(&r->arena, d->path_items, r->path_count,
			      sizeof *d->path_items);
	free(d->path_items);
	free(d->text_items);
	map_free(&d->texts);
	map_free(&d->paths);
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

uint32_t document_path(struct document *d, const struct report_path *path)
{
	char address[ADDR_TEXT];
	const char *key =
	    arena_printf(&d->keys, "%d %d %u %s\x1f%s\x1f%s\x1f",
			 (int)path->transport, path->via_proxy, path->port,
			 path->address.family == ADDR_NONE
			     ? ""
			     : addr_text(&path->address, address),
			 path->name != NULL ? path->name : "\x1e",
			 path->device != NULL ? path->device : "\x1e");
	size_t *slot, index;

	for (size_t i = 0; i < path->evidence_count; i++)
		key = arena_printf(&d->keys, "%s %zu", key, path->evidence[i]);
	slot = map_at(&d->paths, key);
	if (*slot == SIZE_MAX) {
		index = d->report->path_count++;
		d->path_items = mem_grow(d->path_items, &d->path_capacity,
					 index + 1, sizeof *d->path_items);
		d->path_items[index] = *path;
		*slot = index;
	}
	return (uint32_t)*slot;
}
