/* candidate.c - findings under construction. */
#include "report/diagnose/diagnose.h"

#include "core/base/buf.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { CANDIDATE_LINES = 12, CANDIDATE_LINE = 1024 };

struct candidate *candidate_for(struct diagnosis *d,
				const struct finding_entry *entry,
				const char *key)
{
	const char *text = arena_printf(d->arena, "%s\x1f%s", entry->code, key);
	size_t *slot = map_at(&d->by_key, text);
	struct candidate *f;

	if (*slot != SIZE_MAX)
		return d->candidates[*slot];
	f = mem_calloc(1, sizeof *f);
	f->entry = entry;
	f->key = key;
	f->owner = f->entry->owner;
	f->where = WHERE_UNKNOWN;
	f->subject = "";
	f->detail = "";
	f->order = d->candidate_count;
	d->candidates =
	    mem_grow(d->candidates, &d->candidate_capacity,
		     d->candidate_count + 1, sizeof(struct candidate *));
	d->candidates[d->candidate_count] = f;
	*slot = d->candidate_count++;
	return f;
}

/* A path that several requirements share has one cause for all of them. */
void candidate_claim(struct diagnosis *d, struct candidate *f, size_t index)
{
	for (size_t i = index; !d->claimed[i]; i = d->shared[i]) {
		d->claimed[i] = true;
		f->results = mem_grow(f->results, &f->result_capacity,
				      f->result_count + 1, sizeof *f->results);
		f->results[f->result_count++] = i;
	}
}

void candidate_claim_all(struct diagnosis *d, struct candidate *f,
			 const struct cluster *c)
{
	for (size_t i = 0; i < c->count; i++)
		candidate_claim(d, f, c->items[i]);
}

static void candidate_add(struct candidate *f, const char *line)
{
	for (size_t i = 0; i < f->line_count; i++) {
		if (strcmp(f->lines[i], line) == 0)
			return;
	}
	if (f->line_count == CANDIDATE_LINES)
		return;
	f->lines = mem_grow(f->lines, &f->line_capacity, f->line_count + 1,
			    sizeof(char *));
	f->lines[f->line_count++] = line;
}

static const char *__attribute__((format(printf, 2, 0)))
candidate_text(struct diagnosis *d, const char *format, va_list ap)
{
	struct buf b;
	const char *text;

	buf_init(&b, CANDIDATE_LINE);
	buf_vprintf(&b, format, ap);
	text = arena_strdup(d->arena, buf_text(&b));
	buf_free(&b);
	return text;
}

void candidate_line(struct diagnosis *d, struct candidate *f,
		    const char *format, ...)
{
	va_list ap;

	if (f->line_count == CANDIDATE_LINES)
		return;
	va_start(ap, format);
	candidate_add(f, candidate_text(d, format, ap));
	va_end(ap);
}

void candidate_example(struct diagnosis *d, struct candidate *f,
		       const char *format, ...)
{
	size_t most = sizeof f->examples / sizeof f->examples[0];
	const char *text;
	va_list ap;

	if (f->example_count == most)
		return;
	va_start(ap, format);
	text = candidate_text(d, format, ap);
	va_end(ap);
	for (size_t i = 0; i < f->example_count; i++) {
		if (strcmp(f->examples[i], text) == 0)
			return;
	}
	f->examples[f->example_count++] = text;
}

void candidate_cite_id(struct candidate *f, const char *id)
{
	for (size_t i = 0; i < f->id_count; i++) {
		if (f->ids[i] == id)
			return;
	}
	f->ids =
	    mem_grow(f->ids, &f->id_capacity, f->id_count + 1, sizeof(char *));
	f->ids[f->id_count++] = id;
}

void candidate_cite(struct diagnosis *d, struct candidate *f,
		    const struct evidence *e, const char *line)
{
	for (size_t i = 0; i < f->id_count; i++) {
		if (f->ids[i] == e->id)
			return;
	}
	candidate_add(f, arena_printf(d->arena, "%s [%s]", line, e->id));
	candidate_cite_id(f, e->id);
}

/* "default gateway, also 2001:db8::1": one address is shown, others named. */
static void candidate_also(struct diagnosis *d, struct candidate *f)
{
	const char *name = diagnosis_address_name(d, &f->blocker);
	char text[ADDR_TEXT];

	for (size_t i = 0; i < f->also_count; i++) {
		addr_text(&f->also[i], text);
		name = name == NULL
			   ? arena_printf(d->arena, "also %s", text)
			   : arena_printf(d->arena, "%s, also %s", name, text);
	}
	f->blocker_name = name;
}

void candidate_blocker(struct diagnosis *d, struct candidate *f,
		       const struct addr *a)
{
	struct addr other = *a;

	if (f->blocker.family == ADDR_NONE)
		f->blocker = *a;
	if (addr_equal(&f->blocker, a)) {
		candidate_also(d, f);
		return;
	}
	for (size_t i = 0; i < f->also_count; i++) {
		if (addr_equal(&f->also[i], a))
			return;
	}
	if (f->also_count == sizeof f->also / sizeof f->also[0])
		return;
	if (f->blocker.family == ADDR_V6 && a->family == ADDR_V4) {
		other = f->blocker;
		f->blocker = *a;
	}
	f->also[f->also_count++] = other;
	candidate_also(d, f);
}

void candidate_service(struct diagnosis *d, struct candidate *f, size_t index)
{
	f->owner =
	    diagnosis_view(d, index)->internet ? OWNER_VENDOR : OWNER_DEVICE;
	f->where = WHERE_TARGET;
}
