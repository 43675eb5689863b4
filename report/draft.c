/* draft.c - findings under construction. */
#include "diagnose.h"

#include "buf.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { DRAFT_LINES = 12, DRAFT_LINE = 1024 };

struct draft *draft_for(struct diagnosis *d, const char *code, const char *key)
{
	const char *text = arena_printf(d->arena, "%s\x1f%s", code, key);
	size_t *slot = map_at(&d->by_key, text);
	struct draft *f;

	if (*slot != SIZE_MAX)
		return d->drafts[*slot];
	f = mem_calloc(1, sizeof *f);
	f->entry = finding_entry_find(code);
	if (f->entry == NULL)
		abort(); /* a rule without an entry: the tests see it */
	f->key = key;
	f->owner = f->entry->owner;
	f->where = WHERE_UNKNOWN;
	f->subject = "";
	f->detail = "";
	f->order = d->draft_count;
	d->drafts = mem_grow(d->drafts, &d->draft_capacity, d->draft_count + 1,
			     sizeof(struct draft *));
	d->drafts[d->draft_count] = f;
	*slot = d->draft_count++;
	return f;
}

void draft_claim(struct diagnosis *d, struct draft *f, size_t index)
{
	if (d->claimed[index])
		return;
	d->claimed[index] = true;
	f->results = mem_grow(f->results, &f->result_capacity,
			      f->result_count + 1, sizeof *f->results);
	f->results[f->result_count++] = index;
}

void draft_claim_all(struct diagnosis *d, struct draft *f,
		     const struct cluster *c)
{
	for (size_t i = 0; i < c->count; i++)
		draft_claim(d, f, c->items[i]);
}

static void draft_add(struct draft *f, const char *line)
{
	for (size_t i = 0; i < f->line_count; i++) {
		if (strcmp(f->lines[i], line) == 0)
			return;
	}
	if (f->line_count == DRAFT_LINES)
		return;
	f->lines = mem_grow(f->lines, &f->line_capacity, f->line_count + 1,
			    sizeof(char *));
	f->lines[f->line_count++] = line;
}

void draft_line(struct diagnosis *d, struct draft *f, const char *format, ...)
{
	struct buf b;
	va_list ap;

	buf_init(&b, DRAFT_LINE);
	va_start(ap, format);
	buf_vprintf(&b, format, ap);
	va_end(ap);
	draft_add(f, arena_strdup(d->arena, buf_text(&b)));
	buf_free(&b);
}

void draft_cite(struct diagnosis *d, struct draft *f, const struct evidence *e,
		const char *line)
{
	for (size_t i = 0; i < f->id_count; i++) {
		if (f->ids[i] == e->id)
			return;
	}
	draft_add(f, arena_printf(d->arena, "%s [%s]", line, e->id));
	f->ids =
	    mem_grow(f->ids, &f->id_capacity, f->id_count + 1, sizeof(char *));
	f->ids[f->id_count++] = e->id;
}

void draft_blocker(struct diagnosis *d, struct draft *f, const struct addr *a)
{
	f->blocker = *a;
	f->blocker_name = diagnosis_address_name(d, a);
}
